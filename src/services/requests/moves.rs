//! Making a move: whose it is, what it needs, what it brings, once. Two people at the same time: one makes it, the other is told.

use domain::{
    DeliveryKind, DeliveryState, EntityKind, ExceptionState, Fault, FaultKind, Id, LifeCycle, MigrationState, Movement,
    Need, Part, Rule,
};
use jiff::civil::Date;
use rules::{Action, Resource};
use store::{
    deliveries::Delivery,
    requests::{Decision, Request},
};

use super::{conflict, decide, effects, problem};
use crate::{
    Op, Outcome, Services, Work, permit, provisioning,
    records::{Update, store_changes},
};

/// Shortest reason that says anything.
const REASON_MIN: usize = 2;
/// Longest reason.
const REASON_MAX: usize = 2_000;

/// A move that somebody wants to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The move.
    pub movement: Movement,
    /// Why.
    pub reason: String,
    /// When it happened.
    pub day: Option<Date>,
    /// The plan that was looked at.
    pub plan_hash: Option<String>,
    /// The state that was looked at; another one by now is told.
    pub seen_state: Option<String>,
}

impl Step {
    /// A move without anything beside it.
    pub fn of(movement: Movement) -> Self {
        Self { movement, reason: String::new(), day: None, plan_hash: None, seen_state: None }
    }

    /// With a reason.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }
}

/// Makes a move of a person.
pub async fn make(services: &Services, op: &Op, kind: EntityKind, subject: Id, step: &Step) -> Outcome<()> {
    run(services, op, kind, subject, step, false).await
}

/// Makes a move of the program itself.
pub(crate) async fn make_by_program(services: &Services, op: &Op, subject: Id, step: &Step) -> Outcome<()> {
    run(services, op, EntityKind::Migration, subject, step, true).await
}

async fn run(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    subject: Id,
    step: &Step,
    by_program: bool,
) -> Outcome<()> {
    let mut work = Work::begin(services, op).await?;
    work.is_move = true;
    work.tx.lock(&format!("request-{subject}")).await?;
    let Some(request) = store::requests::find(&mut work.tx, subject).await? else { return Err(Fault::not_found()) };
    if request.entity != kind.def().table {
        return Err(Fault::not_found());
    }
    permit(op, Action::View, &Resource::Record { kind, path: &request.path })?;
    if step.seen_state.as_ref().is_some_and(|seen| *seen != request.state) {
        return Err(overtaken(&mut work, &request).await?);
    }
    let to = match kind {
        EntityKind::Migration => leads_to::<MigrationState>(&mut work, kind, &request, step, by_program).await?,
        _ => leads_to::<ExceptionState>(&mut work, kind, &request, step, by_program).await?,
    };
    carry_out(&mut work, kind, request, step, to).await?;
    work.commit().await
}

/// Where a move leads, if it is legal and the actor may make it.
pub(super) async fn leads_to<S: LifeCycle>(
    work: &mut Work<'_>,
    kind: EntityKind,
    request: &Request,
    step: &Step,
    by_program: bool,
) -> Outcome<&'static str> {
    let state = S::from_word(&request.state).ok_or_else(|| Fault::internal("unknown state"))?;
    let rule = legal(state, step.movement)?;
    may_move(work, kind, request, rule, step, by_program).await?;
    Ok(rule.to.word())
}

/// Somebody was faster: says who, and what.
pub(super) async fn overtaken(work: &mut Work<'_>, request: &Request) -> Outcome<Fault> {
    let last = store::requests::decisions(&mut work.tx, request.subject).await?.pop();
    let who = last.as_ref().map_or("", |one| one.person_name.as_str());
    let movement = last.as_ref().and_then(|one| Movement::from_code(&one.movement)).map_or(("", ""), Movement::label);
    Ok(conflict(
        "overtaken",
        format!("{who}已先行办理（{}）；请刷新后查看。", movement.0),
        format!("{who} was faster ({}); open the page again.", movement.1),
    ))
}

/// The rule of a move, or a refusal that lists the legal ones.
fn legal<S: LifeCycle>(state: S, movement: Movement) -> Outcome<&'static Rule<S>> {
    state.rule(movement).ok_or_else(|| {
        let names = |pick: fn((&'static str, &'static str)) -> &'static str| {
            let labels: Vec<&str> = state
                .legal()
                .filter(|rule| rule.parts != [Part::Program])
                .map(|rule| pick(rule.movement.label()))
                .collect();
            labels
        };
        let (zh, en) = (names(|label| label.0), names(|label| label.1));
        let (zh, en) = match zh.is_empty() {
            true => ("该申请已办结".to_owned(), "the request is over".to_owned()),
            false => (format!("可办理：{}", zh.join("、")), format!("possible now: {}", en.join(", "))),
        };
        conflict(
            "illegal-move",
            format!("当前状态不能“{}”；{zh}。", movement.label().0),
            format!("“{}” is not possible now; {en}.", movement.label().1),
        )
    })
}

async fn may_move<S: LifeCycle>(
    work: &mut Work<'_>,
    kind: EntityKind,
    request: &Request,
    rule: &Rule<S>,
    step: &Step,
    by_program: bool,
) -> Outcome<()> {
    if by_program {
        return if rule.parts.contains(&Part::Program) { Ok(()) } else { Err(Fault::forbidden()) };
    }
    let parts: Vec<Part> =
        rule.parts.iter().copied().filter(|part| decide::may_play(work.op, kind, &request.path, *part)).collect();
    if parts.is_empty() {
        return Err(Fault::forbidden());
    }
    if parts == [Part::Approver] {
        decide::refuse_own(work, request, step.movement).await?;
    }
    let mut problems = Vec::new();
    let length = step.reason.trim().chars().count();
    if rule.needs.contains(&Need::Reason) && length < REASON_MIN {
        problems.push(problem("reason", "required", "请填写理由", "give the reason"));
    }
    if length > REASON_MAX {
        problems.push(problem(
            "reason",
            "too-long",
            format!("理由最多 {REASON_MAX} 字"),
            format!("a reason has at most {REASON_MAX} characters"),
        ));
    }
    if rule.needs.contains(&Need::Evidence) {
        let files = store::requests::evidence(&mut work.tx, request.subject).await?;
        if !files.iter().any(|file| file.step == step.movement.code()) {
            problems.push(problem(
                "evidence",
                "required",
                "请先上传本步骤的佐证材料",
                "attach a file that proves this step first",
            ));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Fault::invalid(problems)) }
}

async fn carry_out(
    work: &mut Work<'_>,
    kind: EntityKind,
    mut request: Request,
    step: &Step,
    to: &'static str,
) -> Outcome<()> {
    let def = kind.def();
    let before = store::records::find(&mut work.tx, def, request.subject).await?.ok_or_else(Fault::not_found)?;
    let mut after = before.clone();
    match kind {
        EntityKind::Migration => effects::of_migration(work, &mut request, &mut after, step, to).await?,
        _ => effects::of_exception(work, &mut request, &mut after, step).await?,
    }
    let body = keep_move(work, &mut request, step, to).await?;
    work.record("move", def.table, request.subject, &request.path, body.to_string());
    work.tell("request.moved", request.subject, body.to_string());
    if after.values != before.values {
        store_changes(work, kind, Vec::new(), vec![Update { before, after }]).await?;
    }
    Ok(())
}

/// Stores where a request stands after a move, and the decision; answers what the trail says of it.
pub(super) async fn keep_move(
    work: &mut Work<'_>,
    request: &mut Request,
    step: &Step,
    to: &'static str,
) -> Outcome<serde_json::Value> {
    let from = std::mem::replace(&mut request.state, to.to_owned());
    request.updated_at = work.at;
    request.decided_at = work.at;
    if !store::requests::update(&mut work.tx, request, &from).await? {
        return Err(overtaken(work, request).await?);
    }
    let decision = Decision {
        id: work.next_id(),
        subject: request.subject,
        movement: step.movement.code().to_owned(),
        from_state: from.clone(),
        to_state: to.to_owned(),
        person: work.op.actor.person,
        person_name: work.op.actor.name.clone(),
        at: work.at,
        reason: step.reason.trim().to_owned(),
        plan_hash: request.plan_hash.clone(),
    };
    store::requests::decide(&mut work.tx, &decision).await?;
    Ok(
        serde_json::json!({ "move": decision.movement, "from": from, "to": to, "reason": decision.reason, "plan_hash": decision.plan_hash }),
    )
}

/// Whether an operator says that a delivery stands, because no cluster does: what a provider makes, and a namespace on a cluster that
/// takes its plans from files.
pub(super) fn is_confirmable(delivery: &Delivery, is_reached: bool) -> bool {
    let by = |state: DeliveryState| delivery.state == state.code();
    match delivery.kind == DeliveryKind::Namespace.code() {
        true => !is_reached && by(DeliveryState::Pushed),
        false => by(DeliveryState::Reserved),
    }
}

/// The operator confirms what no cluster reports: virtual machines, a service, or a namespace that came by files. Evidence of the step
/// `finish` comes first.
pub async fn confirm_delivery(services: &Services, op: &Op, request: Id, id: Id, note: &str) -> Outcome<()> {
    let kind = EntityKind::Migration;
    let mut work = Work::begin(services, op).await?;
    work.is_move = true;
    let delivery = store::deliveries::find(&mut work.tx, id).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind, path: &delivery.path })?;
    if delivery.request != request {
        return Err(Fault::not_found());
    }
    permit(op, Action::Provision, &Resource::Record { kind, path: &delivery.path })?;
    let is_reached = store::cluster_access::find(&mut work.tx, delivery.cluster).await?.is_some();
    if !is_confirmable(&delivery, is_reached) {
        return Err(Fault::new(
            FaultKind::Conflict,
            "not-confirmable",
            "可以确认的是：已批准的云主机或云服务，以及未接入集群上以文件下发的命名空间；已接入的集群会自行上报。",
            "What can be confirmed: an approved delivery of virtual machines or of a service, and a namespace whose plan went by files to a cluster that is not registered. A registered cluster reports by itself.",
        ));
    }
    let files = store::requests::evidence(&mut work.tx, delivery.request).await?;
    if !files.iter().any(|file| file.step == Movement::Finish.code()) {
        return Err(Fault::invalid(vec![problem(
            "evidence",
            "required",
            "请先上传开通佐证材料",
            "attach a file that proves the delivery first",
        )]));
    }
    let stands = match delivery.kind == DeliveryKind::Namespace.code() {
        true => DeliveryState::Ready,
        false => DeliveryState::Confirmed,
    };
    let after = Delivery {
        state: stands.code().to_owned(),
        message: note.trim().chars().take(REASON_MAX).collect(),
        updated_at: work.at,
        ..delivery.clone()
    };
    if !store::deliveries::update(&mut work.tx, &after, &delivery.state).await? {
        return Err(Fault::stale());
    }
    let body =
        serde_json::json!({ "delivery": id.to_string(), "environment": delivery.environment, "note": after.message });
    work.record("confirm", kind.def().table, delivery.request, &delivery.path, body.to_string());
    work.tell("delivery.confirmed", delivery.request, body.to_string());
    work.commit().await?;
    provisioning::settle(services, &provisioning::hub_op(), delivery.request).await
}
