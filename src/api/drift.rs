//! Drift for programs: what somebody changed in workspaces, newest first.

use std::str::FromStr;

use axum::Json;
use domain::{EntityKind, Id, Record};
use serde::Serialize;
use services::provisioning::{self, DRIFT_ACTIONS, DriftFilter, Place, ShownDrift};
use utoipa::ToSchema;

use crate::{
    cursor, lists,
    problem::{Answer, Refusal},
    receive::{Asking, Parameters, wrong_cursor},
};

/// One thing that somebody changed in a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriftRecord {
    /// When its cluster saw it.
    #[schema(format = DateTime)]
    at: String,
    /// Identifier of the workspace.
    workspace: String,
    /// Its namespace.
    namespace: String,
    /// Code of its cluster.
    cluster: String,
    /// Identifier of the system.
    system: String,
    /// Name of the system.
    system_name: String,
    /// Kind and name of the object.
    object: String,
    /// What was changed of it; empty for a deletion.
    field: String,
    /// `changed`, `deleted`, `added`.
    action: String,
    /// The client, as it calls itself: a claim, not proof. Empty for a deletion.
    client: String,
}

/// A page of drift.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriftList {
    /// Newest first.
    items: Vec<DriftRecord>,
    /// How many the whole list holds; exact to 10,000.
    count: i64,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

fn text(kind: EntityKind, record: Option<&Record>, field: &str) -> String {
    record.and_then(|record| record.get(kind.def(), field).as_text()).unwrap_or_default().to_owned()
}

fn document(shown: &ShownDrift) -> DriftRecord {
    DriftRecord {
        at: shown.drift.at.to_string(),
        workspace: shown.delivery.id.to_string(),
        namespace: shown.delivery.namespace.clone(),
        cluster: text(EntityKind::Cluster, shown.cluster.as_ref(), "code"),
        system: shown.delivery.system.to_string(),
        system_name: text(EntityKind::System, shown.system.as_ref(), "name"),
        object: shown.drift.object.clone(),
        field: shown.drift.field.clone(),
        action: shown.drift.action.clone(),
        client: shown.drift.client.clone(),
    }
}

fn day<D: FromStr>(parameters: &mut Parameters, name: &str) -> Answer<Option<D>> {
    let Some(text) = parameters.take(name)? else { return Ok(None) };
    text.parse()
        .map(Some)
        .map_err(|_| Refusal::parameter(name, "date", "应为 2027-01-31 这样的日期", "must be a day such as 2027-01-31"))
}

fn place(parts: &[serde_json::Value]) -> Option<Place> {
    let [at, delivery, object, action, version] = parts else { return None };
    let word = |part: &serde_json::Value| part.as_str().map(str::to_owned);
    Some(Place {
        at: at.as_str()?.parse().ok()?,
        delivery: Id::parse(delivery.as_str()?)?,
        object: word(object)?,
        action: word(action)?,
        version: word(version)?,
    })
}

/// `GET /drift`
pub(crate) async fn list_drift(asking: Asking, mut parameters: Parameters) -> Answer<Json<DriftList>> {
    const LIST: &str = "drift";
    let actions = parameters.take_all("action");
    if !actions.iter().all(|action| DRIFT_ACTIONS.contains(&action.as_str())) {
        let known = DRIFT_ACTIONS.join(", ");
        let (zh, en) = (format!("应为以下之一：{known}"), format!("must be one of: {known}"));
        return Err(Refusal::parameter("action", "unknown-code", zh, en));
    }
    let not_an_id =
        || Refusal::parameter("cluster", "not-an-id", "应为集群标识", "must be the identifier of a cluster");
    let clusters = parameters.take_all("cluster");
    let clusters = clusters.iter().map(|text| Id::parse(text).ok_or_else(not_an_id)).collect::<Answer<Vec<Id>>>()?;
    let (from, to) = (day(&mut parameters, "at[gte]")?, day(&mut parameters, "at[lte]")?);
    let limit = parameters.take_limit()?;
    let after = match parameters.take_cursor(LIST)? {
        None => None,
        Some(parts) => Some(place(&parts).ok_or_else(wrong_cursor)?),
    };
    let within = lists::within(&asking, &mut parameters).await?;
    let within = within.into_iter().collect();
    let filter = DriftFilter { within, clusters, actions, from, to, after, limit };
    let page = provisioning::drift(&asking.services, &asking.op, &filter).await?;
    let next_cursor = page.next.map(|next| {
        let place = [next.at.to_string(), next.delivery.to_string(), next.object, next.action, next.version];
        cursor::encode(LIST, &place.map(Into::into))
    });
    let items = page.records.iter().map(document).collect();
    Ok(Json(DriftList { items, count: page.count, next_cursor }))
}
