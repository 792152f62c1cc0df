//! The exit of a workspace: asked for, decided by somebody who did not ask, carried out by the operators when its namespace is empty
//! (design, section 5). It is a request like those to move and to stay: the same moves, the same rule on who decides.

use domain::{
    DeliveryState, EntityKind, EnvironmentKind, ExitState, Fault, Id, LifeCycle, MigrationState, Movement, Wording,
};
use rules::{Action, Resource};
use store::{
    Reader,
    deliveries::Delivery,
    exits::{self, Exit},
    requests::{Decision, Request},
};

use super::{Next, Step, conflict, draft, moves, placement, plain_reason, problem, read::legal_from};
use crate::{
    Op, Outcome, Services, Work, permit,
    provisioning::{WORKSPACE, exit_in_plan, overlaid},
};

/// Exits shown in a list of those that wait.
const WAITING_MAX: i64 = 200;

/// An exit as pages and the API show it.
#[derive(Clone, Debug)]
pub struct ExitView {
    /// What it is for.
    pub exit: Exit,
    /// Where it stands, who asked, why.
    pub request: Request,
    /// The moves so far.
    pub decisions: Vec<Decision>,
    /// What the reader may do now.
    pub legal: Vec<Next>,
    /// Why it cannot be carried out yet; none when it can, or when it is not approved.
    pub waits_for: Option<Wording>,
}

fn own(delivery: &Delivery) -> Resource<'_> {
    Resource::Record { kind: EntityKind::Migration, path: &delivery.path }
}

async fn delivery_of(reader: &mut impl Reader, op: &Op, id: Id) -> Outcome<Delivery> {
    let delivery = store::deliveries::find(reader, id).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &own(&delivery))?;
    Ok(delivery)
}

fn status_of(delivery: &Delivery) -> landing::WorkspaceStatus {
    serde_json::from_str(&delivery.status).unwrap_or_default()
}

/// Asks for the end of a workspace that stands; answers the id of the exit.
pub async fn ask_exit(services: &Services, op: &Op, id: Id, reason: &str) -> Outcome<Id> {
    let mut work = Work::begin(services, op).await?;
    work.tx.lock(&format!("delivery-{id}")).await?;
    let mut delivery = delivery_of(&mut work.tx, op, id).await?;
    permit(op, Action::Request, &own(&delivery))?;
    let reason = plain_reason(reason)?;
    refuse_second(&mut work, &delivery).await?;
    refuse_needed(&mut work, &delivery).await?;
    let is_reached = store::cluster_access::find(&mut work.tx, delivery.cluster).await?.is_some();
    let namespace_uid = match status_of(&delivery).namespace_uid {
        Some(uid) => uid,
        // Nobody reports what came by files: somebody takes it away by hand, and no plan ever says that a cluster should.
        None if !is_reached => String::new(),
        None => {
            return Err(conflict(
                "not-reported",
                "集群尚未上报该命名空间，不能申请退出；请稍后再试。",
                "Its cluster has not reported the namespace yet: an exit cannot be asked for; try again later.",
            ));
        }
    };
    let exit = Exit {
        id: work.next_id(),
        number: draft::next_number(&mut work, "WX").await?,
        delivery: id,
        namespace_uid,
        status: String::new(),
    };
    let mut request = Request::drafted(exit.id, exits::ENTITY, delivery.system, &delivery.path, &op.actor, work.at);
    ExitState::Asked.code().clone_into(&mut request.state);
    request.reason.clone_from(&reason);
    request.plan_hash = overlaid(services, &delivery, Some(&exit))?.plan_hash;
    store::requests::insert(&mut work.tx, &request).await?;
    exits::insert(&mut work.tx, &exit).await?;
    let from = delivery.state.clone();
    (delivery.exit, delivery.updated_at) = (exit.id, work.at);
    if !store::deliveries::decide(&mut work.tx, &delivery, &from).await? {
        return Err(Fault::stale());
    }
    let body = serde_json::json!({ "namespace": delivery.namespace, "exit": exit.number, "namespace_uid": exit.namespace_uid, "reason": reason });
    work.record("ask_exit", WORKSPACE, id, &delivery.path, body.to_string());
    work.tell("exit.asked", id, body.to_string());
    work.commit().await?;
    Ok(exit.id)
}

async fn refuse_second(work: &mut Work<'_>, delivery: &Delivery) -> Outcome<()> {
    if let Some(open) = exits::find(&mut work.tx, delivery.exit).await? {
        return Err(conflict(
            "exit-open",
            format!("该云上空间已有办理中的退出 {}；请在其上继续办理。", open.number),
            format!("This workspace has an open exit, {}; go on with that one.", open.number),
        ));
    }
    if store::deliveries::is_being_changed(&mut work.tx, delivery.id).await? {
        return Err(conflict(
            "change-open",
            "该云上空间的变更已获批准，正在开通；请等其完成后再申请退出。",
            "A change of this workspace was approved and is being made; ask for its end when that is done.",
        ));
    }
    if delivery.state == DeliveryState::Ready.code() {
        return Ok(());
    }
    Err(conflict(
        "not-ready",
        "只有可用的云上空间可以申请退出；尚未开通的请取消其申请。",
        "An exit is for a workspace that is ready; what was not made yet is given up by cancelling its request.",
    ))
}

/// Refuses the end of what is needed: by a request that is still being handled, or by the register, which says that the system runs
/// there. Who wants to be rid of it says first where the system went, or that it is retired.
async fn refuse_needed(work: &mut Work<'_>, delivery: &Delivery) -> Outcome<()> {
    let request = store::requests::find(&mut work.tx, delivery.request).await?.ok_or_else(Fault::not_found)?;
    let state = MigrationState::from_code(&request.state);
    let is_production = delivery.environment == EnvironmentKind::Prod.code();
    let is_being_made = matches!(state, Some(MigrationState::Provisioning | MigrationState::ProvisioningFailed));
    let is_waited_for = is_production && state == Some(MigrationState::Provisioned);
    if is_being_made || is_waited_for {
        return Err(conflict(
            "request-open",
            "该云上空间的上云申请仍在办理；请先办理完成，或取消该申请。",
            "The request that brought this workspace is still being handled: finish it, or cancel it first.",
        ));
    }
    let system = store::records::find(&mut work.tx, EntityKind::System.def(), delivery.system).await?;
    let is_retired = system.is_none_or(|system| {
        system.get(EntityKind::System.def(), "standing").as_text() == Some(domain::Standing::Retired.code())
    });
    if !is_retired && placement::runs_in(work, delivery).await? {
        return Err(conflict(
            "system-runs-here",
            "登记显示该信息系统的生产部署仍在此云上空间；请先登记其下线，或在组件中登记它已迁出（不再在用，并填写结束日期）。",
            "The register says that the system runs in this workspace: record first that it is retired, or that its component here is no longer in service.",
        ));
    }
    Ok(())
}

/// The exit that is open for a delivery, with its request.
async fn open_of(reader: &mut impl Reader, delivery: &Delivery) -> Outcome<(Exit, Request)> {
    let none = || conflict("no-exit", "该云上空间没有办理中的退出。", "There is no open exit of this workspace.");
    let exit = exits::find(reader, delivery.exit).await?.ok_or_else(none)?;
    let request = store::requests::find(reader, exit.id).await?.ok_or_else(none)?;
    Ok((exit, request))
}

/// Makes a move of a person on the open exit of a workspace. Carrying it out needs the name of the namespace as `confirmation`.
pub async fn move_exit(services: &Services, op: &Op, id: Id, step: &Step, confirmation: &str) -> Outcome<()> {
    run(services, op, id, step, Some(confirmation)).await
}

/// Makes a move of the program itself.
pub(crate) async fn move_exit_by_program(services: &Services, op: &Op, id: Id, step: &Step) -> Outcome<()> {
    run(services, op, id, step, None).await
}

async fn run(services: &Services, op: &Op, id: Id, step: &Step, confirmation: Option<&str>) -> Outcome<()> {
    let mut work = Work::begin(services, op).await?;
    work.is_move = true;
    work.tx.lock(&format!("delivery-{id}")).await?;
    let mut delivery = delivery_of_anybody(&mut work, confirmation.is_none(), id).await?;
    let (exit, mut request) = open_of(&mut work.tx, &delivery).await?;
    if step.seen_state.as_ref().is_some_and(|seen| *seen != request.state) {
        return Err(moves::overtaken(&mut work, &request).await?);
    }
    let kind = EntityKind::Migration;
    let by_program = confirmation.is_none();
    let to = moves::leads_to::<ExitState>(&mut work, kind, &request, step, by_program).await?;
    let from = delivery.state.clone();
    match step.movement {
        Movement::Approve => approve(&mut work, &delivery, &exit, &request, step).await?,
        Movement::CarryOut => carry_out(&mut work, &delivery, &exit, confirmation.unwrap_or_default()).await?,
        Movement::Close => refuse_reached(&mut work, &delivery).await?,
        _ => {}
    }
    let after = ExitState::from_word(to).unwrap_or(ExitState::Cancelled);
    delivery.state = match after {
        ExitState::Reclaiming => DeliveryState::Reclaiming,
        ExitState::Reclaimed => DeliveryState::Reclaimed,
        _ => DeliveryState::Ready,
    }
    .code()
    .to_owned();
    if after.is_final() {
        delivery.exit = Id::NONE;
    }
    delivery.updated_at = work.at;
    if !store::deliveries::decide(&mut work.tx, &delivery, &from).await? {
        return Err(Fault::stale());
    }
    if after == ExitState::Reclaimed {
        placement::depart(&mut work, &delivery).await?;
    }
    let mut body = moves::keep_move(&mut work, &mut request, step, to).await?;
    body["namespace"] = delivery.namespace.clone().into();
    body["exit"] = exit.number.clone().into();
    if matches!(after, ExitState::Reclaiming | ExitState::Reclaimed) {
        // What its cluster said at this moment is part of the sealed trail.
        body["status"] = serde_json::from_str(&delivery.status).unwrap_or_default();
    }
    work.record("move_exit", WORKSPACE, id, &delivery.path, body.to_string());
    work.tell("exit.moved", id, body.to_string());
    work.commit().await
}

/// The delivery, for whoever may see it; the program itself sees all.
async fn delivery_of_anybody(work: &mut Work<'_>, by_program: bool, id: Id) -> Outcome<Delivery> {
    match by_program {
        true => store::deliveries::find(&mut work.tx, id).await?.ok_or_else(Fault::not_found),
        false => delivery_of(&mut work.tx, work.op, id).await,
    }
}

/// Approves exactly what was seen: the plan with this exit in it.
async fn approve(work: &mut Work<'_>, delivery: &Delivery, exit: &Exit, request: &Request, step: &Step) -> Outcome<()> {
    refuse_needed(work, delivery).await?;
    let hash = overlaid(work.services, delivery, Some(exit))?.plan_hash;
    if hash == request.plan_hash && step.plan_hash.as_deref() == Some(hash.as_str()) {
        return Ok(());
    }
    Err(conflict(
        "plan-changed",
        "方案在您查看之后已经变化，未批准；请重新查看后再决定，或不予批准并由单位重新申请。",
        "The plan is not the one that you looked at; nothing was approved. Look again and decide, or reject it so that it is asked for again.",
    ))
}

/// Whether an approved exit may be carried out now, and by somebody who knows what it is.
async fn carry_out(work: &mut Work<'_>, delivery: &Delivery, exit: &Exit, confirmation: &str) -> Outcome<()> {
    refuse_needed(work, delivery).await?;
    if store::cluster_access::find(&mut work.tx, delivery.cluster).await?.is_none() {
        return Err(conflict(
            "not-reached",
            "该集群未接入，不能由平台回收；请先接入，或在人工删除命名空间后（或集群已不存在时）办结该退出。",
            "This cluster is not registered: nothing can be taken away there from here. Register it, or close the exit when the namespace was deleted by hand or the cluster is gone.",
        ));
    }
    if let Some(why) = waits_for(work.services, delivery, exit, true)? {
        return Err(Fault { message: why, ..conflict("exit-not-ready", "", "") });
    }
    if confirmation.trim() != delivery.namespace {
        let name = &delivery.namespace;
        return Err(Fault::invalid(vec![problem(
            "confirm",
            "confirmation",
            format!("请输入该云上空间的名称“{name}”以确认"),
            format!("type the name of the workspace, “{name}”, to confirm"),
        )]));
    }
    Ok(exits::keep_status(&mut work.tx, exit.id, &delivery.status).await?)
}

/// An exit is closed by hand only when its cluster cannot be asked.
async fn refuse_reached(work: &mut Work<'_>, delivery: &Delivery) -> Outcome<()> {
    if store::cluster_access::find(&mut work.tx, delivery.cluster).await?.is_none() {
        return Ok(());
    }
    Err(conflict(
        "cluster-reached",
        "该集群已接入，是否已回收由集群说明；只有未接入的集群，才能直接办结。",
        "This cluster is registered and says itself what is gone. Closing by hand is for a cluster that is not registered, or no longer.",
    ))
}

/// What an approved exit waits for, by what its cluster last reported of this very plan.
fn waits_for(services: &Services, delivery: &Delivery, exit: &Exit, is_reached: bool) -> Outcome<Option<Wording>> {
    if !is_reached {
        return Ok(Some(Wording::new(
            "该集群未接入平台：请运维人员在集群上删除该命名空间，再办结此退出。",
            "This cluster is not registered: an operator deletes the namespace there and then closes the exit.",
        )));
    }
    if exit.namespace_uid.is_empty() {
        return Ok(Some(Wording::new(
            "此退出是在集群接入之前申请的；请取消后重新申请，由平台执行。",
            "This exit was asked for before the cluster was registered: cancel it and ask again, so that it can be carried out from here.",
        )));
    }
    let status = status_of(delivery);
    let hash = overlaid(services, delivery, Some(exit))?.plan_hash;
    let told = status.conditions.iter().find(|one| one.type_ == "ExitReady");
    let told = told.filter(|_| status.plan_hash.as_deref() == Some(hash.as_str()));
    Ok(match told.map(|one| (one.status.as_str(), one.reason.as_str())) {
        Some(("True", _)) if status.namespace_uid.as_deref() == Some(exit.namespace_uid.as_str()) => None,
        Some((_, "NotEmpty")) => Some(still_in_it(&status)),
        Some(_) => Some(Wording::new(
            "退出是针对此前的同名命名空间批准的，现有的不会被删除；请取消后重新申请。",
            "The exit was approved for an earlier namespace of this name: the one that stands is not taken away. Cancel it and ask again.",
        )),
        None => Some(Wording::new(
            "已批准的方案尚未在集群生效；生效后，集群会说明空间是否已清空。",
            "The approved plan has not arrived at its cluster yet; then the cluster says whether the namespace is empty.",
        )),
    })
}

/// What is still in a namespace, in words.
fn still_in_it(status: &landing::WorkspaceStatus) -> Wording {
    let word = |key: &str| match key {
        "count/pods" => ("容器组", "pods"),
        "persistentvolumeclaims" => ("存储卷申领", "volume claims"),
        "count/secrets" => ("密钥", "secrets"),
        _ => ("配置", "configuration maps"),
    };
    let left = landing::left_inside(&status.usage);
    let line = |pick: fn((&'static str, &'static str)) -> &'static str, comma: &str| {
        let items = left.iter().map(|(key, used)| format!("{} {used}", pick(word(key))));
        items.collect::<Vec<_>>().join(comma)
    };
    Wording::new(
        format!("空间内仍有：{}；清空后方可执行。", line(|one| one.0, "、")),
        format!("Still in it: {}. It can be carried out when that is gone.", line(|one| one.1, ", ")),
    )
}

/// The exits of a workspace, newest first, for whoever may see it.
pub async fn exits(services: &Services, op: &Op, id: Id) -> Outcome<Vec<ExitView>> {
    let reader = &mut &services.db;
    let delivery = delivery_of(reader, op, id).await?;
    let in_plan = exit_in_plan(reader, &delivery).await?;
    let is_reached = store::cluster_access::find(reader, delivery.cluster).await?.is_some();
    let mut views = Vec::new();
    for exit in exits::of_delivery(reader, id).await? {
        let Some(request) = store::requests::find(reader, exit.id).await? else { continue };
        let mut legal = legal_from::<ExitState>(op, EntityKind::Migration, &request);
        legal.retain(|one| match one.movement {
            Movement::Close => !is_reached,
            Movement::CarryOut => is_reached,
            _ => true,
        });
        let is_waiting = in_plan.as_ref().is_some_and(|one| one.id == exit.id);
        views.push(ExitView {
            decisions: store::requests::decisions(reader, exit.id).await?,
            legal,
            waits_for: if is_waiting { waits_for(services, &delivery, &exit, is_reached)? } else { None },
            request,
            exit,
        });
    }
    Ok(views)
}

/// An exit that waits for somebody.
#[derive(Clone, Debug)]
pub struct WaitingExit {
    /// What it is for.
    pub exit: Exit,
    /// Where it stands.
    pub request: Request,
    /// The workspace.
    pub delivery: Delivery,
    /// True when the reader can move it on.
    pub is_mine: bool,
}

/// The open exits that the reader may see, those that wait for the reader first, then the oldest.
pub async fn exits_waiting(services: &Services, op: &Op) -> Outcome<Vec<WaitingExit>> {
    let reader = &mut &services.db;
    let open: Vec<&str> = ExitState::ALL.iter().filter(|state| !state.is_final()).map(|state| state.code()).collect();
    let scope = op.scope(EntityKind::Migration);
    let mut found = Vec::new();
    for request in store::requests::in_states(reader, exits::ENTITY, &open, &scope, WAITING_MAX).await? {
        let Some(exit) = exits::find(reader, request.subject).await? else { continue };
        let Some(delivery) = store::deliveries::find(reader, exit.delivery).await? else { continue };
        let leads_on = |one: &Next| matches!(one.movement, Movement::Approve | Movement::CarryOut);
        let legal = legal_from::<ExitState>(op, EntityKind::Migration, &request);
        let is_own = request.requester == op.actor.person && request.state == ExitState::Asked.code();
        let is_mine = legal.iter().any(leads_on) && !is_own;
        found.push(WaitingExit { exit, request, delivery, is_mine });
    }
    found.sort_by_key(|one| (!one.is_mine, one.request.updated_at));
    Ok(found)
}
