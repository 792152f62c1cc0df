//! Workspaces for programs: what stands on the cloud for whom, as its cluster tells it.

use axum::{Json, extract::Path};
use domain::EntityKind;
use serde::Serialize;
use services::provisioning::{self, WorkspaceFilter, WorkspaceView};
use utoipa::ToSchema;

use crate::{
    problem::{Answer, Refusal},
    receive::{self, Asking, Parameters},
    request_view::{AmountsDocument, DriftDocument},
    requests::{place, take_place},
};

/// What a cluster says of one aspect of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConditionDocument {
    /// `Ready`, `QuotaApplied`, `NetworkIsolated`, `AccessGranted`, `Drifted`, `ExitReady`.
    #[serde(rename = "type")]
    kind: String,
    /// `True`, `False`, `Unknown`.
    status: String,
    /// Why, in one word.
    reason: String,
    /// Why, in a sentence.
    message: String,
}

/// How much of one resource is used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UsageDocument {
    /// The resource.
    resource: String,
    /// The limit.
    limit: String,
    /// What is used.
    used: String,
}

/// A workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceDocument {
    /// Identifier of its delivery.
    id: String,
    /// The namespace.
    namespace: String,
    /// Code of the cluster.
    cluster: String,
    /// Identifier of the system.
    system: String,
    /// Name of the system.
    system_name: String,
    /// Identifier of the request.
    request: String,
    /// `prod`, `staging`, `test`, `dev`.
    environment: String,
    /// Where it is: `reserved`, `pushed`, `ready`, `failed`, `released`.
    state: String,
    /// How much it takes.
    amounts: AmountsDocument,
    /// The last day.
    #[schema(format = Date)]
    expires_on: String,
    /// Hash of its plan.
    plan_hash: String,
    /// What its cluster says.
    message: String,
    /// Its aspects, as its cluster reported them.
    conditions: Vec<ConditionDocument>,
    /// What it uses, as its cluster reported it.
    usage: Vec<UsageDocument>,
    /// What was put back, newest first; in the answer about one workspace only.
    drift: Vec<DriftDocument>,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<&WorkspaceView> for WorkspaceDocument {
    fn from(one: &WorkspaceView) -> Self {
        let text = |kind: EntityKind, record: &Option<domain::Record>, name: &str| {
            record.as_ref().and_then(|one| one.get(kind.def(), name).as_text()).unwrap_or_default().to_owned()
        };
        let (delivery, told) = (&one.delivery, &one.told);
        let condition = |(kind, status, reason, message): &(String, String, String, String)| ConditionDocument {
            kind: kind.clone(),
            status: status.clone(),
            reason: reason.clone(),
            message: message.clone(),
        };
        let usage = |(resource, limit, used): &(String, String, String)| UsageDocument {
            resource: resource.clone(),
            limit: limit.clone(),
            used: used.clone(),
        };
        Self {
            id: delivery.id.to_string(),
            namespace: delivery.namespace.clone(),
            cluster: text(EntityKind::Cluster, &one.cluster, "code"),
            system: delivery.system.to_string(),
            system_name: text(EntityKind::System, &one.system, "name"),
            request: delivery.request.to_string(),
            environment: delivery.environment.clone(),
            state: delivery.state.clone(),
            amounts: delivery.amounts.into(),
            expires_on: delivery.expires_on.clone(),
            plan_hash: delivery.plan_hash.clone(),
            message: delivery.message.clone(),
            conditions: told.conditions.iter().map(condition).collect(),
            usage: told.usage.iter().map(usage).collect(),
            drift: one.drift.iter().map(DriftDocument::from).collect(),
            updated_at: delivery.updated_at.to_string(),
        }
    }
}

/// A page of workspaces.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceList {
    /// The newest change first.
    items: Vec<WorkspaceDocument>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// `GET /workspaces`
pub(crate) async fn list_workspaces(asking: Asking, mut parameters: Parameters) -> Answer<Json<WorkspaceList>> {
    const LIST: &str = "workspaces";
    let limit = parameters.take_limit()?;
    let before = take_place(&mut parameters, LIST)?;
    parameters.check_single(&["system", "cluster", "request", "namespace", "within"])?;
    let Asking { services, op, .. } = &asking;
    let (filter, problems) = WorkspaceFilter::read(services, op, &parameters.0).await?;
    if !problems.is_empty() {
        return Err(Refusal::parameters(problems));
    }
    let (found, more) = provisioning::workspaces(services, op, &filter, before, limit).await?;
    let last = found.last().filter(|_| more).map(|one| place(LIST, one.delivery.updated_at, one.delivery.id));
    Ok(Json(WorkspaceList { items: found.iter().map(WorkspaceDocument::from).collect(), next_cursor: last }))
}

/// `GET /workspaces/{id}`
pub(crate) async fn get_workspace(asking: Asking, Path(id): Path<String>) -> Answer<Json<WorkspaceDocument>> {
    let found = provisioning::show_workspace(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(Json(WorkspaceDocument::from(&found)))
}
