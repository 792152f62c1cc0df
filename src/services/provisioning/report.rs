//! What a cluster says of a workspace. It is believed about its own state only: what was approved stands here.

use domain::{DeliveryState, EntityKind, Id, Timestamp};
use store::{deliveries::Delivery, drift::Drift};

use super::settle;
use crate::{Op, Outcome, Services, Work};

/// Reasons with which the controller will not go on by itself.
const HOPELESS: [&str; 6] =
    ["WrongCluster", "PlanInvalid", "PlanHashMismatch", "NamespaceNotOurs", "AdoptionNotMarked", "ApplyFailed"];

/// A workspace as its cluster has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The namespace.
    pub name: String,
    /// The plan that stands.
    pub plan_hash: String,
    /// Ready, of the generation that was pushed.
    pub is_ready: bool,
    /// Why it is not.
    pub reason: String,
    /// In words.
    pub message: String,
    /// The whole status, as JSON.
    pub status: String,
    /// What was put back.
    pub drift: Vec<landing::DriftNote>,
}

/// Takes a report. The same report again changes nothing.
pub async fn report(services: &Services, op: &Op, cluster: Id, reported: &Reported) -> Outcome<()> {
    let Some(delivery) = store::deliveries::named(&mut &services.db, cluster, &reported.name).await? else {
        return Ok(());
    };
    let to = next(&delivery, reported);
    // Without a reason its status speaks of an earlier plan.
    let message = match reported.is_ready || reported.reason.is_empty() {
        true => String::new(),
        false => format!("{}: {}", reported.reason, reported.message),
    };
    let is_news = to.code() != delivery.state || delivery.status != reported.status;
    // What was put back before the workspace was changed is told with the delivery that it stood under then.
    let of_before = store::drift::newest_inside(&mut &services.db, delivery.changes).await?;
    let newest = store::drift::newest_inside(&mut &services.db, delivery.id).await?;
    let drift: Vec<Drift> = reported
        .drift
        .iter()
        .filter_map(|one| Some((one, one.at.parse::<Timestamp>().ok()?)))
        .filter(|(_, at)| newest.is_none_or(|newest| *at >= newest))
        .filter(|(_, at)| of_before.is_none_or(|before| *at > before))
        .map(|(one, at)| Drift {
            delivery: delivery.id,
            object: one.object.clone(),
            action: one.action.clone(),
            version: one.version.clone(),
            at,
            field: one.field.clone(),
            client: one.client.clone(),
        })
        .collect();
    if !is_news && drift.is_empty() {
        return Ok(());
    }
    let mut work = Work::begin(services, op).await?;
    let after = Delivery {
        state: to.code().to_owned(),
        message: message.chars().take(1_000).collect(),
        status: reported.status.clone(),
        updated_at: work.at,
        ..delivery.clone()
    };
    if is_news && !store::deliveries::update(&mut work.tx, &after, &delivery.state).await? {
        // Somebody moved it on meanwhile: the next report finds it there.
        return Ok(());
    }
    let table = EntityKind::Migration.def().table;
    if to.code() != delivery.state {
        let body = serde_json::json!({ "delivery": delivery.id.to_string(), "namespace": delivery.namespace, "from": delivery.state, "to": to.code(), "message": after.message });
        work.record("deliver", table, delivery.request, &delivery.path, body.to_string());
        work.tell("delivery.moved", delivery.request, body.to_string());
    }
    if store::drift::insert(&mut work.tx, &delivery.path, cluster, &drift).await? > 0 {
        let objects: Vec<&str> = drift.iter().map(|one| one.object.as_str()).collect();
        work.tell(
            "workspace.drifted",
            delivery.request,
            serde_json::json!({ "namespace": delivery.namespace, "objects": objects }).to_string(),
        );
    }
    work.commit().await?;
    if to.code() != delivery.state { settle(services, op, delivery.request).await } else { Ok(()) }
}

/// Where a report leads. Only what was pushed can become ready, only with the very plan that was approved.
fn next(delivery: &Delivery, reported: &Reported) -> DeliveryState {
    let state = DeliveryState::from_code(&delivery.state).unwrap_or(DeliveryState::Failed);
    let is_ours = reported.plan_hash == delivery.plan_hash;
    match state {
        DeliveryState::Pushed | DeliveryState::Failed if reported.is_ready && is_ours => DeliveryState::Ready,
        DeliveryState::Pushed if !reported.is_ready && HOPELESS.contains(&reported.reason.as_str()) => {
            DeliveryState::Failed
        }
        other => other,
    }
}
