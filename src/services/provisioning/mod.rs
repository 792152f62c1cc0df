//! From an approval to namespaces that stand: what the hub has to push, and what clusters report back. Nothing here talks to a cluster;
//! every step is kept before and after, so that a hub that dies in between begins where it stopped.

mod access;
mod claim;
mod drift;
mod ending;
mod freeze;
mod overlay;
mod plan_held;
mod report;
mod strays;
mod workspaces;

pub use access::{
    ClusterCheck, ClusterDoor, Credentials, RegisteredCluster, SealingKey, access, credentials, open, register,
    registered, remember_check, unregister,
};
pub use claim::{COMMON_CLAIM, beat_claim, claim, release_claim, take_claim};
pub use drift::{DRIFT_ACTIONS, DriftFilter, DriftPage, ShownDrift, drift, drift_departments};
pub use ending::{Reclaim, left_standing, reclaimed, reclaims};
pub use freeze::{freeze, unfreeze};
pub(crate) use overlay::{exit_in_plan, overlaid};
pub use plan_held::{Given, Instead, plan_altered, plan_given};
pub use report::{Reported, report};
pub use store::{
    deliveries::{Delivery, Frozen},
    drift::{Drift, Place},
    hub_claims::Claim,
    strays::Stray,
};
pub use strays::{keep_strays, out_of_place, strays};
pub use workspaces::{Told, WorkspaceFilter, WorkspaceView, show_workspace, workspaces};

use domain::{DeliveryKind, DeliveryState, Door, EntityKind, Id, MigrationState, Movement};
use landing::WorkspaceSpec;
use store::{Reader, lists::RowScope};

use crate::{
    Op, Outcome, Services, Work,
    requests::{Planned, Step, is_done_when_it_stands, make_by_program, plan_of, what_changed},
};

/// What the trail calls a workspace; its subject is the delivery.
pub(crate) const WORKSPACE: &str = "workspace";
/// Longest message of a cluster that is kept.
const MESSAGE_MAX: usize = 1_000;
/// Deliveries taken in one go.
const AT_ONCE: i64 = 100;
/// An approval that nobody used for so long lapses (design, section 4).
const LAPSE_DAYS: i64 = 30;

/// A plan to be pushed.
#[derive(Clone, Debug)]
pub struct Push {
    /// The delivery.
    pub delivery: Id,
    /// Exactly what was approved, and what was laid over it since.
    pub spec: WorkspaceSpec,
    /// The count of decisions that it holds.
    pub count: i64,
}

/// True for what its cluster has, or is being given.
pub(crate) fn stands(delivery: &Delivery) -> bool {
    delivery.kind == DeliveryKind::Namespace.code()
        && [DeliveryState::Pushed.code(), DeliveryState::Ready.code()].contains(&delivery.state.as_str())
}

/// The operation of the hub.
pub fn hub_op() -> Op {
    hub_op_of("hub")
}

/// The operation of the hub of one process: the trail says which one it was.
pub fn hub_op_of(identity: &str) -> Op {
    Op::system("hub", Door::Job, identity)
}

/// What a cluster has yet to be given. A plan that is no longer what was approved is not among it: its request is opened again.
pub async fn due(services: &Services, op: &Op, cluster: Id) -> Outcome<Vec<Push>> {
    let mut due = store::deliveries::due(&mut &services.db, cluster, AT_ONCE).await?;
    due.extend(store::deliveries::behind(&mut &services.db, cluster, AT_ONCE).await?);
    pushes_of(services, op, due).await
}

/// What clusters that are not registered have yet to be given, as files.
pub async fn due_for_files(services: &Services, op: &Op, registered: &[Id]) -> Outcome<Vec<Push>> {
    let due = store::deliveries::due_elsewhere(&mut &services.db, registered, AT_ONCE).await?;
    pushes_of(services, op, due).await
}

async fn pushes_of(services: &Services, op: &Op, due: Vec<Delivery>) -> Outcome<Vec<Push>> {
    let mut pushes = Vec::new();
    for delivery in due {
        // What stands already is given its plan whatever became of the request that brought it.
        if delivery.state == DeliveryState::Reserved.code() && !may_begin(services, op, &delivery).await? {
            continue;
        }
        let delivery = taking_over(&mut &services.db, delivery).await?;
        let exit = exit_in_plan(&mut &services.db, &delivery).await?;
        match overlaid(services, &delivery, exit.as_ref()) {
            Ok(spec) => pushes.push(Push { delivery: delivery.id, spec, count: delivery.wanted }),
            Err(fault) => tracing::error!(%fault, "a stored plan cannot be pushed"),
        }
    }
    Ok(pushes)
}

/// A change of a workspace that is frozen leaves it frozen.
async fn taking_over(reader: &mut impl Reader, delivery: Delivery) -> Outcome<Delivery> {
    if delivery.state != DeliveryState::Reserved.code() || delivery.changes.is_none() {
        return Ok(delivery);
    }
    let old = store::deliveries::find(reader, delivery.changes).await?;
    Ok(Delivery { frozen: old.and_then(|old| old.frozen), ..delivery })
}

/// Whether what was approved may be made now.
async fn may_begin(services: &Services, op: &Op, delivery: &Delivery) -> Outcome<bool> {
    let Some(request) = store::requests::find(&mut &services.db, delivery.request).await? else { return Ok(false) };
    match MigrationState::from_code(&request.state) {
        Some(MigrationState::Approved) => still_approved(services, op, &request).await,
        // The other environments are made in their own time, also when production is in use already.
        Some(
            MigrationState::Provisioning
            | MigrationState::Provisioned
            | MigrationState::CutOver
            | MigrationState::SourceOff,
        ) => still_planned(services, op, &request, delivery).await,
        _ => Ok(false),
    }
}

/// Compares one environment with what was approved, once others of its request are being made: if it differs, it fails with the reason.
async fn still_planned(
    services: &Services,
    op: &Op,
    request: &store::requests::Request,
    delivery: &Delivery,
) -> Outcome<bool> {
    let (plan, _) = plan_of(&mut &services.db, request).await?;
    let own: Vec<_> = plan.into_iter().filter(|one| one.delivery.id == delivery.id).collect();
    let is_as_approved = |one: &Planned| {
        one.problems.is_empty() && one.spec.as_ref().is_some_and(|spec| spec.plan_hash == delivery.plan_hash)
    };
    if own.iter().any(is_as_approved) {
        return Ok(true);
    }
    let why = what_changed(&own);
    let why = format!(
        "方案在批准后已变化，不再开通；请恢复登记内容后重试，或取消后重新申请：{} · the plan is not the one that was approved: put the register right and try again, or cancel and ask anew: {}",
        why.zh, why.en
    );
    refused(services, op, delivery.id, &why).await?;
    Ok(false)
}

/// Compares with what was approved, and opens the request again if it differs.
async fn still_approved(services: &Services, op: &Op, request: &store::requests::Request) -> Outcome<bool> {
    let (plan, hash) = plan_of(&mut &services.db, request).await?;
    if hash == request.plan_hash && plan.iter().all(|one| one.problems.is_empty()) {
        return Ok(true);
    }
    let why = what_changed(&plan);
    let step = Step::of(Movement::Reopen).because(&format!("{} · {}", why.zh, why.en));
    if let Err(fault) = make_by_program(services, op, request.subject, &step).await {
        tracing::warn!(%fault, request = %request.subject, "a request whose plan changed could not be opened again");
    }
    Ok(false)
}

async fn begin(services: &Services, op: &Op, request: Id) -> Outcome<()> {
    let found = store::requests::find(&mut &services.db, request).await?;
    if found.is_some_and(|request| request.state == MigrationState::Approved.code()) {
        make_by_program(services, op, request, &Step::of(Movement::Begin)).await?;
    }
    Ok(())
}

/// A cluster has taken a plan (or a folder has its files). Said before anything can be reported of it.
pub async fn pushed(services: &Services, op: &Op, delivery: Id) -> Outcome<()> {
    change(services, op, delivery, DeliveryState::Reserved, DeliveryState::Pushed, "").await?;
    let found = store::deliveries::find(&mut &services.db, delivery).await?;
    match found {
        Some(delivery) => begin(services, op, delivery.request).await,
        None => Ok(()),
    }
}

/// What was decided about a workspace up to this push has arrived.
pub async fn given(services: &Services, push: &Push) -> Outcome<()> {
    if push.count > 0 {
        let mut tx = services.db.begin().await?;
        store::deliveries::given(&mut tx, push.delivery, push.count).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A cluster has refused a plan, and says why. One that stands is not less for it, and is tried again.
pub async fn refused(services: &Services, op: &Op, delivery: Id, why: &str) -> Outcome<()> {
    let Some(found) = store::deliveries::find(&mut &services.db, delivery).await? else { return Ok(()) };
    let state = DeliveryState::from_code(&found.state).unwrap_or(DeliveryState::Failed);
    let why = &why.chars().take(MESSAGE_MAX).collect::<String>();
    if state != DeliveryState::Reserved {
        if found.message != *why {
            change(services, op, delivery, state, state, why).await?;
        }
        return Ok(());
    }
    begin(services, op, found.request).await?;
    change(services, op, delivery, state, DeliveryState::Failed, why).await?;
    settle(services, op, found.request).await
}

/// Moves a delivery on, if it is where it is thought to be.
async fn change(
    services: &Services,
    op: &Op,
    id: Id,
    from: DeliveryState,
    to: DeliveryState,
    message: &str,
) -> Outcome<bool> {
    let mut work = Work::begin(services, op).await?;
    let Some(delivery) = store::deliveries::find(&mut work.tx, id).await? else { return Ok(false) };
    let after = Delivery {
        state: to.code().to_owned(),
        message: message.chars().take(MESSAGE_MAX).collect(),
        updated_at: work.at,
        ..delivery.clone()
    };
    if !store::deliveries::update(&mut work.tx, &after, from.code()).await? {
        return Ok(false);
    }
    if to == DeliveryState::Pushed {
        replace(&mut work, &after).await?;
    }
    let body = serde_json::json!({ "delivery": id.to_string(), "namespace": delivery.namespace, "from": from.code(), "to": to.code(), "message": after.message });
    work.record("deliver", EntityKind::Migration.def().table, delivery.request, &delivery.path, body.to_string());
    work.tell("delivery.moved", delivery.request, body.to_string());
    work.commit().await?;
    Ok(true)
}

/// The cluster was told of a change: from now on the workspace stands under the delivery that changed it, frozen if it was.
async fn replace(work: &mut Work<'_>, by: &Delivery) -> Outcome<()> {
    let Some(old) = store::deliveries::find(&mut work.tx, by.changes).await? else { return Ok(()) };
    let from = old.state.clone();
    if [DeliveryState::Released.code(), DeliveryState::Replaced.code()].contains(&from.as_str()) {
        return Ok(());
    }
    if old.frozen.is_some() || old.wanted != old.pushed {
        // It may have been frozen or freed after the push was put together: given once more, it is as was decided.
        let after = Delivery { frozen: old.frozen.clone(), ..by.clone() };
        store::deliveries::decide(&mut work.tx, &after, &by.state).await?;
    }
    let after = Delivery { state: DeliveryState::Replaced.code().to_owned(), updated_at: work.at, ..old };
    store::deliveries::update(&mut work.tx, &after, &from).await?;
    Ok(())
}

/// Moves the request on when its production stands, or when it failed.
pub async fn settle(services: &Services, op: &Op, request: Id) -> Outcome<()> {
    let reader = &mut &services.db;
    let Some(found) = store::requests::find(reader, request).await? else { return Ok(()) };
    let deliveries = store::deliveries::of_request(reader, request).await?;
    let has_production = deliveries.iter().any(|one| one.environment == "prod");
    let gates: Vec<&Delivery> = deliveries.iter().filter(|one| !has_production || one.environment == "prod").collect();
    let state = |one: &Delivery| DeliveryState::from_code(&one.state);
    let step = match MigrationState::from_code(&found.state) {
        // Its making began: also when a hub died after it had told a cluster, and before it said so here.
        Some(MigrationState::Approved)
            if gates.iter().any(|one| state(one) == Some(DeliveryState::Confirmed))
                || deliveries.iter().any(|one| state(one).is_some_and(DeliveryState::was_told)) =>
        {
            make_by_program(services, op, request, &Step::of(Movement::Begin)).await?;
            return Box::pin(settle(services, op, request)).await;
        }
        Some(MigrationState::Provisioning)
            if gates.iter().all(|one| state(one).is_some_and(DeliveryState::is_done)) =>
        {
            make_by_program(services, op, request, &Step::of(Movement::Finish)).await?;
            return Box::pin(settle(services, op, request)).await;
        }
        Some(MigrationState::Provisioned)
            if deliveries.iter().all(|one| state(one).is_some_and(DeliveryState::is_done))
                && is_done_when_it_stands(reader, &deliveries).await? =>
        {
            Step::of(Movement::Close)
        }
        Some(MigrationState::Provisioning) => {
            match gates.iter().find(|one| state(one) == Some(DeliveryState::Failed)) {
                Some(failed) => Step::of(Movement::Fail).because(&failed.message),
                None => return Ok(()),
            }
        }
        _ => return Ok(()),
    };
    make_by_program(services, op, request, &step).await
}

/// Goes over requests that were moved on by people or forgotten by a hub that died: cheap, and idempotent. Lapses old approvals.
pub async fn catch_up(services: &Services, op: &Op) -> Outcome<()> {
    let table = EntityKind::Migration.def().table;
    let open = ["approved", "provisioning", "provisioned"];
    let now = services.clock.now();
    for request in store::requests::in_states(&mut &services.db, table, &open, &RowScope::Everything, 1_000).await? {
        let old = now.duration_since(request.decided_at).as_hours() >= LAPSE_DAYS * 24;
        if request.state == "approved" && old {
            let step = Step::of(Movement::Lapse)
                .because("批准后30日未开通，批准失效 · not used within 30 days of the approval");
            make_by_program(services, op, request.subject, &step).await?;
        } else {
            settle(services, op, request.subject).await?;
        }
    }
    Ok(())
}
