//! Requests and workspaces for programs: drafting a move, following it, making its steps; what stands on the cloud.

use axum::{
    Json,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Amounts, DeliveryKind, EntityKind, EnvironmentKind, Fault, Id, Movement, Problem, Size, Wording};
use serde::{Deserialize, Serialize};
use services::{
    provisioning,
    requests::{self, EnvironmentWish, MigrationDraft, RequestView, Step},
};
use utoipa::ToSchema;

use crate::{
    problem::Answer,
    receive::{Asking, Body},
};

/// What one environment shall get.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedEnvironment {
    /// `prod`, `staging`, `test`, `dev`.
    environment: String,
    /// `namespace`, `vm`, `service`.
    kind: String,
    /// `small`, `medium`, `large`, or `custom` with the four amounts.
    size: String,
    /// Thousandths of a core.
    #[serde(default)]
    cpu_milli: i64,
    /// MiB.
    #[serde(default)]
    memory_mib: i64,
    /// GiB.
    #[serde(default)]
    storage_gib: i64,
    /// Instances.
    #[serde(default)]
    pods: i64,
    /// Identifier of a cluster; chosen by the program if left out.
    cluster: Option<String>,
    /// Wishes to the provider.
    #[serde(default)]
    note: String,
}

/// A request to move a system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedMove {
    /// Identifier of the system.
    system: String,
    /// Identifier of the zone.
    zone: String,
    /// The day on which users shall work there.
    #[schema(format = Date)]
    planned_cutover_on: Option<String>,
    /// Why.
    #[serde(default)]
    reason: String,
    /// The way back.
    #[serde(default)]
    rollback_plan: String,
    /// Whom to call.
    #[serde(default)]
    contact: String,
    /// Groups that own the workspaces, separated by commas.
    #[serde(default)]
    owners: String,
    /// What each environment shall get.
    environments: Vec<WantedEnvironment>,
}

/// A step of a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedStep {
    /// The step: one of `legal` of the request.
    #[serde(rename = "move")]
    movement: String,
    /// Why; needed to return, refuse, cancel or revoke.
    #[serde(default)]
    reason: String,
    /// The day on which it happened.
    #[schema(format = Date)]
    day: Option<String>,
    /// The plan that was looked at; needed to approve a move.
    plan_hash: Option<String>,
}

/// What an environment gets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryDocument {
    /// Identifier.
    id: String,
    /// `prod`, `staging`, `test`, `dev`.
    environment: String,
    /// `namespace`, `vm`, `service`.
    kind: String,
    /// `planned`, `reserved`, `pushed`, `ready`, `failed`, `confirmed`, `released`.
    state: String,
    /// Name of the namespace.
    namespace: String,
    /// Thousandths of a core.
    cpu_milli: i64,
    /// MiB.
    memory_mib: i64,
    /// GiB.
    storage_gib: i64,
    /// Instances.
    pods: i64,
    /// What its cluster or provider says.
    message: String,
    /// What keeps its plan from being carried out.
    problems: Vec<String>,
}

/// A request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestDocument {
    /// Identifier: that of the migration or exception.
    id: String,
    /// `migration` or `cloud_exception`.
    entity: String,
    /// Its number.
    number: String,
    /// Where it stands.
    state: String,
    /// Identifier of the system.
    system: String,
    /// Who asks.
    requester: String,
    /// Hash of the plan as it is today.
    plan_hash: String,
    /// Steps that the caller may take now.
    legal: Vec<String>,
    /// What it asks for.
    deliveries: Vec<DeliveryDocument>,
}

/// Requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestList {
    /// Open requests, those that wait for the caller first.
    items: Vec<RequestLine>,
}

/// An open request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestLine {
    /// Identifier.
    id: String,
    /// `migration` or `cloud_exception`.
    entity: String,
    /// Where it stands.
    state: String,
    /// Identifier of the system.
    system: String,
    /// It waits for the caller.
    is_mine: bool,
}

/// Workspaces.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceList {
    /// The newest change first, 200 at most.
    items: Vec<WorkspaceDocument>,
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
    /// Identifier of the request.
    request: String,
    /// `prod`, `staging`, `test`, `dev`.
    environment: String,
    /// Where it is.
    state: String,
    /// Hash of its plan.
    plan_hash: String,
    /// What its cluster says.
    message: String,
}

fn wrong(field: &str, zh: &str, en: &str) -> Fault {
    let message = Wording::new(zh, en);
    Fault::invalid(vec![Problem { field: field.to_owned(), rule: "unknown-word".to_owned(), message }])
}

fn wish(wanted: WantedEnvironment) -> Result<EnvironmentWish, Fault> {
    let unknown = |field: &str| wrong(field, "未知的取值", "this word is not known; see the description of the field");
    Ok(EnvironmentWish {
        environment: EnvironmentKind::from_code(&wanted.environment).ok_or_else(|| unknown("environment"))?,
        kind: DeliveryKind::from_code(&wanted.kind).ok_or_else(|| unknown("kind"))?,
        size: Size::from_code(&wanted.size).ok_or_else(|| unknown("size"))?,
        custom: Amounts {
            cpu_milli: wanted.cpu_milli,
            memory_mib: wanted.memory_mib,
            storage_gib: wanted.storage_gib,
            pods: wanted.pods,
        },
        cluster: wanted.cluster.as_deref().map(|id| Id::parse(id).ok_or_else(|| unknown("cluster"))).transpose()?,
        note: wanted.note,
    })
}

async fn find(asking: &Asking, id: &str) -> Result<RequestView, Fault> {
    let id = Id::parse(id).ok_or_else(Fault::not_found)?;
    requests::find(&asking.services, &asking.op, id).await
}

fn document(asking: &Asking, found: &RequestView) -> RequestDocument {
    let record = &found.shown.record;
    RequestDocument {
        id: found.request.subject.to_string(),
        entity: found.request.entity.clone(),
        number: record.get(found.kind.def(), "code").as_text().unwrap_or_default().to_owned(),
        state: found.request.state.clone(),
        system: found.request.system.to_string(),
        requester: found.request.requester_name.clone(),
        plan_hash: found.plan_hash.clone(),
        legal: found.legal.iter().map(|legal| legal.movement.code().to_owned()).collect(),
        deliveries: found
            .deliveries
            .iter()
            .map(|one| {
                let delivery = &one.planned.delivery;
                DeliveryDocument {
                    id: delivery.id.to_string(),
                    environment: delivery.environment.clone(),
                    kind: delivery.kind.clone(),
                    state: delivery.state.clone(),
                    namespace: delivery.namespace.clone(),
                    cpu_milli: delivery.amounts.cpu_milli,
                    memory_mib: delivery.amounts.memory_mib,
                    storage_gib: delivery.amounts.storage_gib,
                    pods: delivery.amounts.pods,
                    message: delivery.message.clone(),
                    problems: one
                        .planned
                        .problems
                        .iter()
                        .map(|one| one.message.text(asking.op.language).to_owned())
                        .collect(),
                }
            })
            .collect(),
    }
}

/// `GET /requests`
pub(crate) async fn list_requests(asking: Asking) -> Answer<Json<RequestList>> {
    let found = requests::waiting(&asking.services, &asking.op).await?;
    let line = |one: &requests::Waiting| RequestLine {
        id: one.request.subject.to_string(),
        entity: one.request.entity.clone(),
        state: one.request.state.clone(),
        system: one.request.system.to_string(),
        is_mine: one.is_mine,
    };
    Ok(Json(RequestList { items: found.iter().map(line).collect() }))
}

/// `GET /requests/{id}`
pub(crate) async fn get_request(asking: Asking, Path(id): Path<String>) -> Answer<Json<RequestDocument>> {
    let found = find(&asking, &id).await?;
    Ok(Json(document(&asking, &found)))
}

/// `POST /requests`
pub(crate) async fn draft_request(asking: Asking, Body(wanted): Body<WantedMove>) -> Answer<Response> {
    let unknown = |field: &str| wrong(field, "应为标识", "this has to be an identifier");
    let planned = wanted.planned_cutover_on.as_deref();
    let draft = MigrationDraft {
        system: Id::parse(&wanted.system).ok_or_else(|| unknown("system"))?,
        zone: Id::parse(&wanted.zone).ok_or_else(|| unknown("zone"))?,
        planned_cutover_on: planned
            .map(|day| {
                day.parse().map_err(|_| {
                    wrong("planned_cutover_on", "应为 2027-01-31 这样的日期", "this has to be a day such as 2027-01-31")
                })
            })
            .transpose()?,
        reason: wanted.reason,
        rollback_plan: wanted.rollback_plan,
        contact: wanted.contact,
        owners: wanted.owners,
        environments: wanted.environments.into_iter().map(wish).collect::<Result<_, _>>()?,
    };
    let id = requests::draft_migration(&asking.services, &asking.op, &draft).await?;
    let found = find(&asking, &id.to_string()).await?;
    let address = [(header::LOCATION, format!("/api/v1/requests/{id}"))];
    Ok((StatusCode::CREATED, address, Json(document(&asking, &found))).into_response())
}

/// `POST /requests/{id}/moves`
pub(crate) async fn move_request(
    asking: Asking,
    Path(id): Path<String>,
    Body(wanted): Body<WantedStep>,
) -> Answer<Json<RequestDocument>> {
    let found = find(&asking, &id).await?;
    let movement = Movement::from_code(&wanted.movement).ok_or_else(|| {
        wrong("move", "没有这个步骤；可用的步骤见 legal", "there is no such step; `legal` names those there are")
    })?;
    let day = wanted.day.as_deref();
    let step = Step {
        movement,
        reason: wanted.reason,
        day: day
            .map(|day| {
                day.parse()
                    .map_err(|_| wrong("day", "应为 2027-01-31 这样的日期", "this has to be a day such as 2027-01-31"))
            })
            .transpose()?,
        plan_hash: wanted.plan_hash,
        seen_state: None,
    };
    requests::make(&asking.services, &asking.op, found.kind, found.request.subject, &step).await?;
    let found = find(&asking, &id).await?;
    Ok(Json(document(&asking, &found)))
}

/// `GET /workspaces`
pub(crate) async fn list_workspaces(asking: Asking) -> Answer<Json<WorkspaceList>> {
    let (found, _) = provisioning::workspaces(&asking.services, &asking.op, None, 200).await?;
    let code = |record: Option<&domain::Record>| {
        record.and_then(|one| one.get(EntityKind::Cluster.def(), "code").as_text()).unwrap_or_default().to_owned()
    };
    let items = found.iter().map(|one| WorkspaceDocument {
        id: one.delivery.id.to_string(),
        namespace: one.delivery.namespace.clone(),
        cluster: code(one.cluster.as_ref()),
        system: one.delivery.system.to_string(),
        request: one.delivery.request.to_string(),
        environment: one.delivery.environment.clone(),
        state: one.delivery.state.clone(),
        plan_hash: one.delivery.plan_hash.clone(),
        message: one.delivery.message.clone(),
    });
    Ok(Json(WorkspaceList { items: items.collect() }))
}
