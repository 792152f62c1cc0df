//! What the pages and the API show of a request.

use domain::{
    Course, EntityKind, ExceptionState, Fault, FaultKind, Id, LifeCycle, MigrationState, Movement, Need, Part, Record,
};
use rules::{Action, Resource};
use store::{
    Reader,
    deliveries::Drift,
    requests::{Decision, Evidence, Request},
};

use super::{Capacity, Planned, capacity, decide, exception, plan_of};
use crate::{Op, Outcome, Services, permit, records};

/// Records of drift shown with a delivery.
const DRIFT_MAX: i64 = 20;

/// A move that leads on from where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// The move.
    pub movement: Movement,
    /// Any of these may make it.
    pub parts: &'static [Part],
    /// What it needs.
    pub needs: &'static [Need],
    /// The reader may.
    pub is_readers: bool,
}

/// A delivery with what surrounds it.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The delivery and its plan as it is today.
    pub planned: Planned,
    /// Its cluster, if it is a namespace.
    pub cluster: Option<Record>,
    /// What the cluster can give, for those who decide or operate.
    pub capacity: Option<Capacity>,
    /// What somebody changed in it.
    pub drift: Vec<Drift>,
    /// Its `Workspace` as the hub sends it, for those who decide or operate; empty for what is no namespace.
    pub workspace: String,
    /// Every object that it is made of, for those who decide or operate: kind and name, and its text.
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
    /// How it runs.
    pub course: Course,
    /// What may happen next, and whose turn it is.
    pub next: Vec<Next>,
    /// What the reader may do now.
    pub legal: Vec<Next>,
    /// The reader decides or operates, and sees objects and capacity.
    pub sees_plan: bool,
    /// The reader may change what it says.
    pub may_edit: bool,
    /// The reader may ask for the exception to run on after its end.
    pub may_renew: bool,
    /// The reader may confirm deliveries of the provider.
    pub may_provision: bool,
}

fn next_from<S: LifeCycle>(op: &Op, kind: EntityKind, request: &Request) -> (Course, Vec<Next>) {
    let may = |part: &Part| decide::may_play(op, kind, &request.path, *part);
    let Some(state) = S::from_word(&request.state) else { return (Course::Open, Vec::new()) };
    let next = state.legal().map(|rule| Next {
        movement: rule.movement,
        parts: rule.parts,
        needs: rule.needs,
        is_readers: rule.parts.iter().any(may),
    });
    (state.course(), next.collect())
}

/// How a request runs, and what leads on.
fn next(op: &Op, kind: EntityKind, request: &Request) -> (Course, Vec<Next>) {
    match kind {
        EntityKind::Migration => next_from::<MigrationState>(op, kind, request),
        _ => next_from::<ExceptionState>(op, kind, request),
    }
}

/// The request that somebody means by id or number, whichever kind it is.
pub async fn named(services: &Services, op: &Op, text: &str) -> Outcome<RequestView> {
    if let Some(id) = Id::parse(text) {
        return find(services, op, id).await;
    }
    let mut seen = Vec::new();
    for kind in [EntityKind::Migration, EntityKind::CloudException] {
        let reader = &mut &services.db;
        let found = store::keys::by_codes(reader, kind.def(), &[text.to_owned()]).await?;
        let ids: Vec<Id> = found.iter().map(|keyed| keyed.id).collect();
        // A record of the register may bear any number: only what is handled here is a request.
        for id in store::requests::handled(reader, &ids).await? {
            match show(services, op, kind, id).await {
                Ok(view) => seen.push(view),
                Err(fault) if fault.kind == FaultKind::NotFound => {}
                Err(fault) => return Err(fault),
            }
        }
    }
    match (seen.pop(), seen.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Fault::not_found()),
        (Some(_), false) => Err(Fault::new(
            FaultKind::Conflict,
            "several",
            "有多个此编号的申请；请用标识查找。",
            "Several requests have this number; give the identifier.",
        )),
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
    let own = Resource::Record { kind, path: &request.path };
    let sees_plan = sees_plan(op, &request.path);
    let (deliveries, plan_hash) = planned(reader, &request, sees_plan).await?;
    let (course, next) = next(op, kind, &request);
    let sees_files = op.may(Action::ViewRestricted, &own);
    let with_the_department = ["draft", "returned"].contains(&request.state.as_str());
    Ok(RequestView {
        kind,
        decisions: store::requests::decisions(reader, subject).await?,
        evidence: if sees_files { store::requests::evidence(reader, subject).await? } else { Vec::new() },
        deliveries,
        plan_hash,
        course,
        legal: next.iter().copied().filter(|one| one.is_readers).collect(),
        next,
        sees_plan,
        may_edit: with_the_department && op.may(Action::Request, &own),
        may_renew: kind == EntityKind::CloudException
            && exception::is_in_force(&shown.record, &services.today().to_string())
            && op.may(Action::Request, &own),
        may_provision: op.may(Action::Provision, &own),
        shown,
        request,
    })
}

/// Objects and capacity are for those who decide or operate.
pub(super) fn sees_plan(op: &Op, path: &str) -> bool {
    let own = Resource::Record { kind: EntityKind::Migration, path };
    op.may(Action::Decide, &own) || op.may(Action::Provision, &own)
}

/// What a request asks for with what surrounds it, and the hash of the plan as it is today.
pub(super) async fn planned(
    reader: &mut impl Reader,
    request: &Request,
    sees_plan: bool,
) -> Outcome<(Vec<DeliveryView>, String)> {
    let (plan, plan_hash) = plan_of(reader, request).await?;
    let mut deliveries = Vec::new();
    for planned in plan {
        let cluster = store::records::find(reader, EntityKind::Cluster.def(), planned.delivery.cluster).await?;
        let capacity = match &cluster {
            Some(record) if sees_plan => Some(capacity::of(reader, record.id, &capacity::typed(record)?).await?),
            _ => None,
        };
        let drift = store::deliveries::drift_of(reader, planned.delivery.id, DRIFT_MAX).await?;
        let spec = planned.spec.as_ref().filter(|_| sees_plan);
        let workspace = spec.map(|spec| landing::to_yaml(&landing::document(spec))).unwrap_or_default();
        let objects = if sees_plan { objects(&planned) } else { Vec::new() };
        deliveries.push(DeliveryView { planned, cluster, capacity, drift, workspace, objects });
    }
    Ok((deliveries, plan_hash))
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
