//! What the pages and the API show of a request.

use domain::{
    Amounts, Course, DeliveryState, EntityKind, EnvironmentKind, ExceptionState, Fault, FaultKind, Id, LifeCycle,
    MigrationState, Movement, Need, Part, Record,
};
use rules::{Action, Resource};
use store::{
    Reader,
    deliveries::Delivery,
    drift::Drift,
    requests::{Decision, Evidence, Request},
};

use super::{
    Capacity, Consent, PlanDifference, Planned, capacity, decide, differences, exception, moves, plan, plan_of,
};
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
    /// What is asked of it: of a workspace that stands, what is more than it has.
    pub asked: Amounts,
    /// What somebody changed in it.
    pub drift: Vec<Drift>,
    /// Its `Workspace` as the hub sends it, for those who decide or operate; empty for what is no namespace.
    pub workspace: String,
    /// What its plan changes: of what stands, of what was looked at before.
    pub differences: Vec<PlanDifference>,
    /// What a plan of which everything is new gives, in a few rows; none for what changes something.
    pub summary: Vec<landing::PlanChange>,
    /// Its peers, and whether they agree.
    pub consents: Vec<Consent>,
    /// An operator says that it stands, because no cluster does.
    pub is_confirmable: bool,
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
    /// Environments that were asked for when it was last looked at, and are no longer.
    pub dropped: Vec<EnvironmentKind>,
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
    /// The days of an exception that holds, or is approved to hold later.
    pub running: Option<rules::Running>,
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

/// What the reader may do with a request now.
pub(super) fn legal_from<S: LifeCycle>(op: &Op, kind: EntityKind, request: &Request) -> Vec<Next> {
    next_from::<S>(op, kind, request).1.into_iter().filter(|one| one.is_readers).collect()
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
    let asked = asked(reader, &request, sees_plan).await?;
    let (course, mut next) = next(op, kind, &request);
    let sees_files = op.may(Action::ViewRestricted, &own);
    let running = match kind {
        EntityKind::CloudException => exception::running(services, reader, &shown.record).await?,
        _ => None,
    };
    // What is over is not reviewed.
    next.retain(|one| one.movement != Movement::Review || running.is_some());
    // Only what failed is tried again.
    let failed = DeliveryState::Failed.code();
    let has_failed = asked.deliveries.iter().any(|one| one.planned.delivery.state == failed);
    next.retain(|one| one.movement != Movement::Retry || has_failed);
    let with_the_department = ["draft", "returned"].contains(&request.state.as_str());
    Ok(RequestView {
        kind,
        decisions: store::requests::decisions(reader, subject).await?,
        evidence: if sees_files { store::requests::evidence(reader, subject).await? } else { Vec::new() },
        deliveries: asked.deliveries,
        dropped: asked.dropped,
        plan_hash: asked.plan_hash,
        course,
        legal: next.iter().copied().filter(|one| one.is_readers).collect(),
        next,
        sees_plan,
        may_edit: with_the_department && op.may(Action::Request, &own),
        may_renew: running.is_some() && op.may(Action::Request, &own),
        running,
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

/// What a request asks for with what surrounds it.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) deliveries: Vec<DeliveryView>,
    pub(super) dropped: Vec<EnvironmentKind>,
    /// Hash of the plan as it is today.
    pub(super) plan_hash: String,
}

pub(super) async fn asked(reader: &mut impl Reader, request: &Request, sees_plan: bool) -> Outcome<Asked> {
    let (plan, plan_hash) = plan_of(reader, request).await?;
    let reviewed = store::deliveries::reviewed(reader, request.subject).await?;
    let mut deliveries = Vec::new();
    for planned in &plan {
        deliveries.push(delivery_view(reader, request, &plan, planned, &reviewed, sees_plan).await?);
    }
    Ok(Asked { dropped: differences::dropped(&plan, &reviewed), deliveries, plan_hash })
}

async fn delivery_view(
    reader: &mut impl Reader,
    request: &Request,
    plan: &[Planned],
    planned: &Planned,
    reviewed: &[(String, String)],
    sees_plan: bool,
) -> Outcome<DeliveryView> {
    let delivery = &planned.delivery;
    let cluster = store::records::find(reader, EntityKind::Cluster.def(), delivery.cluster).await?;
    let capacity = match &cluster {
        Some(record) if sees_plan => Some(capacity::of(reader, record.id, &capacity::typed(record)?).await?),
        _ => None,
    };
    let is_reached = store::cluster_access::find(reader, delivery.cluster).await?.is_some();
    let old = store::deliveries::find(reader, delivery.changes).await?;
    let is_new = old.is_none() && delivery.state == DeliveryState::Planned.code();
    let spec = planned.spec.as_ref();
    let workspace = spec.filter(|_| sees_plan).map(|spec| landing::to_yaml(&landing::document(spec)));
    Ok(DeliveryView {
        cluster,
        capacity,
        asked: delivery.amounts.beyond(old.map(|old| old.amounts).unwrap_or_default()),
        drift: store::drift::of_delivery(reader, delivery.id, DRIFT_MAX).await?,
        workspace: workspace.unwrap_or_default(),
        differences: differences::of(reader, request, planned, reviewed).await?,
        summary: spec.filter(|_| is_new).map(landing::plan_summary).unwrap_or_default(),
        consents: differences::consents(reader, plan, delivery).await?,
        is_confirmable: moves::is_confirmable(delivery, is_reached),
        objects: if sees_plan { objects(planned) } else { Vec::new() },
        planned: planned.clone(),
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

/// What of a system stands, and what was said when it was asked for.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its zone.
    pub zone: Id,
    /// The newest request under which something stands.
    pub request: Request,
    /// One for each environment, and whom it talks with.
    pub deliveries: Vec<(Delivery, Vec<landing::NetworkPeer>)>,
}

/// The workspaces of a system that stand, for whoever may see the system: what the next request changes.
pub async fn standing_of(services: &Services, op: &Op, system: Id) -> Outcome<Option<Standing>> {
    let reader = &mut &services.db;
    let record = store::records::find(reader, EntityKind::System.def(), system).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind: EntityKind::System, path: &record.path })?;
    let mut deliveries = Vec::new();
    for environment in EnvironmentKind::ALL {
        let newest = store::deliveries::standing(reader, system, environment.code()).await?.into_iter().next();
        if let Some(delivery) = newest {
            let peers = plan::peers_of(&delivery)?;
            deliveries.push((delivery, peers));
        }
    }
    let Some((newest, _)) = deliveries.iter().max_by_key(|(delivery, _)| delivery.id) else { return Ok(None) };
    let Some(request) = store::requests::find(reader, newest.request).await? else { return Ok(None) };
    let cluster = store::records::find(reader, EntityKind::Cluster.def(), newest.cluster).await?;
    let zone = cluster.and_then(|record| record.get(EntityKind::Cluster.def(), "zone").as_id()).unwrap_or(Id::NONE);
    Ok(Some(Standing { zone, request, deliveries }))
}
