//! What the pages and the API show of a request.

use domain::{EntityKind, ExceptionState, Fault, Id, LifeCycle, MigrationState, Movement, Need, Part, Record};
use rules::{Action, Resource};
use store::{
    drift::Drift,
    requests::{Decision, Evidence, Request},
};

use super::{Capacity, Planned, capacity, decide, exception, plan_of};
use crate::{Op, Outcome, Services, permit, records};

/// Requests shown in a list of those that wait.
const WAITING_MAX: i64 = 200;
/// Records of drift shown with a delivery.
const DRIFT_MAX: i64 = 20;

/// A move that the reader may make now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Legal {
    /// The move.
    pub movement: Movement,
    /// What it needs.
    pub needs: &'static [Need],
}

/// A delivery with what surrounds it.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The delivery and its plan as it is today.
    pub planned: Planned,
    /// Its cluster, if it is a namespace.
    pub cluster: Option<Record>,
    /// What the cluster can give.
    pub capacity: Option<Capacity>,
    /// What somebody changed in it.
    pub drift: Vec<Drift>,
    /// Every object that it is made of: kind and name, and its text.
    pub objects: Vec<(String, String)>,
}

/// A request as its page shows it.
#[derive(Clone, Debug)]
pub struct RequestView {
    /// Migration or exception.
    pub kind: EntityKind,
    /// The record, and names of what it refers to.
    pub shown: records::Shown,
    /// Where it stands.
    pub request: Request,
    /// The moves so far.
    pub decisions: Vec<Decision>,
    /// The files.
    pub evidence: Vec<Evidence>,
    /// What it asks for.
    pub deliveries: Vec<DeliveryView>,
    /// Hash of the plan as it is today.
    pub plan_hash: String,
    /// What the reader may do now.
    pub legal: Vec<Legal>,
    /// The reader may change what it says.
    pub may_edit: bool,
    /// The reader may ask for the exception to run on after its end.
    pub may_renew: bool,
    /// The reader may confirm deliveries of the provider.
    pub may_provision: bool,
}

pub(super) fn legal_from<S: LifeCycle>(op: &Op, kind: EntityKind, request: &Request) -> Vec<Legal> {
    let may = |part: &Part| decide::may_play(op, kind, &request.path, *part);
    S::from_word(&request.state)
        .into_iter()
        .flat_map(LifeCycle::legal)
        .filter(|rule| rule.parts.iter().any(may))
        .map(|rule| Legal { movement: rule.movement, needs: rule.needs })
        .collect()
}

/// What the reader may do with a request now.
fn legal(op: &Op, kind: EntityKind, request: &Request) -> Vec<Legal> {
    match kind {
        EntityKind::Migration => legal_from::<MigrationState>(op, kind, request),
        _ => legal_from::<ExceptionState>(op, kind, request),
    }
}

/// The request of this id, whichever kind it is.
pub async fn find(services: &Services, op: &Op, subject: Id) -> Outcome<RequestView> {
    let request = store::requests::find(&mut &services.db, subject).await?.ok_or_else(Fault::not_found)?;
    let kind = EntityKind::from_table(&request.entity).ok_or_else(Fault::not_found)?;
    show(services, op, kind, subject).await
}

/// The request of a migration or exception.
pub async fn show(services: &Services, op: &Op, kind: EntityKind, subject: Id) -> Outcome<RequestView> {
    let shown = records::get(services, op, kind, subject).await?;
    let reader = &mut &services.db;
    let request = store::requests::find(reader, subject).await?.ok_or_else(Fault::not_found)?;
    let (plan, plan_hash) = plan_of(reader, &request).await?;
    let mut deliveries = Vec::new();
    for planned in plan {
        let cluster = store::records::find(reader, EntityKind::Cluster.def(), planned.delivery.cluster).await?;
        let capacity = match &cluster {
            Some(record) => Some(capacity::of(reader, record.id, &capacity::typed(record)?).await?),
            None => None,
        };
        let drift = store::drift::of_delivery(reader, planned.delivery.id, DRIFT_MAX).await?;
        let objects = objects(&planned);
        deliveries.push(DeliveryView { planned, cluster, capacity, drift, objects });
    }
    let own = Resource::Record { kind, path: &request.path };
    let sees_files = op.may(Action::ViewRestricted, &own);
    let with_the_department = ["draft", "returned"].contains(&request.state.as_str());
    Ok(RequestView {
        kind,
        decisions: store::requests::decisions(reader, subject).await?,
        evidence: if sees_files { store::requests::evidence(reader, subject).await? } else { Vec::new() },
        deliveries,
        plan_hash,
        legal: legal(op, kind, &request),
        may_edit: with_the_department && op.may(Action::Request, &own),
        may_renew: kind == EntityKind::CloudException
            && exception::is_in_force(&shown.record, &services.today().to_string())
            && op.may(Action::Request, &own),
        may_provision: op.may(Action::Provision, &own),
        shown,
        request,
    })
}

/// Every object of a plan, in the order in which they are made.
fn objects(planned: &Planned) -> Vec<(String, String)> {
    let rendered = planned.spec.as_ref().and_then(|spec| landing::render(spec).ok()).unwrap_or_default();
    let named = |object: &serde_json::Value| {
        let text = |pointer: &str| object.pointer(pointer).and_then(serde_json::Value::as_str).unwrap_or_default();
        format!("{}/{}", text("/kind"), text("/metadata/name"))
    };
    rendered.iter().map(|object| (named(object), landing::to_yaml(object))).collect()
}

/// True when a migration or exception is handled here, and not merely recorded.
pub async fn handled(services: &Services, subject: Id) -> Outcome<bool> {
    Ok(!store::requests::handled(&mut &services.db, &[subject]).await?.is_empty())
}

/// The requests for a system, newest first, for whoever may see the system.
pub async fn of_system(services: &Services, op: &Op, system: Id) -> Outcome<Vec<Request>> {
    let reader = &mut &services.db;
    let record = store::records::find(reader, EntityKind::System.def(), system).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind: EntityKind::System, path: &record.path })?;
    Ok(store::requests::of_system(reader, system).await?)
}

/// A request that waits for somebody.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Migration or exception.
    pub kind: EntityKind,
    /// Where it stands.
    pub request: Request,
    /// Its record.
    pub record: Record,
    /// True when the reader can move it on.
    pub is_mine: bool,
}

/// The open requests that the reader may see, those that wait for the reader first, then the oldest.
pub async fn waiting(services: &Services, op: &Op) -> Outcome<Vec<Waiting>> {
    let reader = &mut &services.db;
    let mut found = Vec::new();
    let open = |state: &ExceptionState| !state.is_final() && *state != ExceptionState::Approved;
    let migrations: Vec<&str> =
        MigrationState::ALL.iter().filter(|state| !state.is_final()).map(|state| state.code()).collect();
    let exceptions: Vec<&str> =
        ExceptionState::ALL.iter().filter(|state| open(state)).map(|state| state.code()).collect();
    for (kind, states) in [(EntityKind::Migration, migrations), (EntityKind::CloudException, exceptions)] {
        let (table, scope) = (kind.def().table, op.scope(kind));
        let requests = store::requests::in_states(reader, table, &states, &scope, WAITING_MAX).await?;
        let ids: Vec<Id> = requests.iter().map(|request| request.subject).collect();
        let records = store::records::find_many(reader, kind.def(), &ids).await?;
        for request in requests {
            let Some(record) = records.iter().find(|record| record.id == request.subject).cloned() else { continue };
            let leads_on = |one: &Legal| !matches!(one.movement, Movement::Cancel | Movement::Withdraw);
            let is_mine = legal(op, kind, &request).iter().any(leads_on) && request.requester != op.actor.person
                || ["draft", "returned", "provisioned", "cut_over"].contains(&request.state.as_str())
                    && request.requester == op.actor.person;
            found.push(Waiting { kind, request, record, is_mine });
        }
    }
    found.sort_by_key(|one| (!one.is_mine, one.request.updated_at));
    Ok(found)
}
