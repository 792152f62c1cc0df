//! What a move brings with it: days on the record, capacity kept or given back, placements ended.

use domain::{
    BasisForce, CloudException, DeliveryState, EntityKind, Fault, Id, LegalBasis, Movement, Problem, Record, Value,
};
use jiff::{Span, civil::Date};
use rules::ExceptionFacts;
use store::{deliveries::Delivery, requests::Request};

use super::{Planned, capacity, conflict, environments, exception, moves::Step, placement, plan_of, problem};
use crate::{Outcome, Work, evaluation};

/// Longer than this, experts look at an exception first (domain reference 4.4).
const EXPERTS_FROM_MONTHS: i32 = 12;
/// New rooms and networks: always before experts.
const NEW_ROOM: &str = "E14";

fn set_day(record: &mut Record, kind: EntityKind, field: &str, day: Date) {
    record.set(kind.def(), field, Value::Text(day.to_string()));
}

/// Carries out what a move of a migration brings with it.
pub(super) async fn of_migration(
    work: &mut Work<'_>,
    request: &mut Request,
    record: &mut Record,
    step: &Step,
    to: &str,
) -> Outcome<()> {
    let kind = EntityKind::Migration;
    let today = work.services.today();
    record.set(kind.def(), "state", Value::Text(to.to_owned()));
    match step.movement {
        Movement::Submit => {
            hand_in(work, request, record).await?;
            set_day(record, kind, "submitted_on", today);
        }
        Movement::Approve => {
            approve(work, request, step).await?;
            set_day(record, kind, "approved_on", today);
        }
        Movement::Return | Movement::Reopen | Movement::Lapse => {
            keep_reviewed(work, request).await?;
            set_deliveries(work, request.subject, DeliveryState::Reserved, DeliveryState::Planned).await?;
            record.set(kind.def(), "approved_on", Value::Null);
            if step.movement == Movement::Reopen {
                // What keeps the new plan from being carried out is shown, and refused at the approval.
                let (plan, hash) = plan_of(&mut work.tx, request).await?;
                keep_plan(work, plan).await?;
                request.plan_hash = hash;
            }
        }
        Movement::Withdraw | Movement::Reject | Movement::Cancel => {
            release(work, request.subject, &["planned", "reserved", "failed", "confirmed"]).await?;
        }
        Movement::Retry => retry(work, request.subject).await?,
        // What was not made by now is not made any more: what was kept for it is given back.
        Movement::Close => release(work, request.subject, &["reserved", "failed"]).await?,
        Movement::CutOver => {
            let day = happened(step, today, earliest(record, "approved_on"))?;
            set_day(record, kind, "cutover_on", day);
            placement::arrive(work, request, day).await?;
        }
        Movement::SourceOff => {
            let day = happened(step, today, earliest(record, "cutover_on"))?;
            placement::leave(work, request, day).await?;
        }
        _ => {}
    }
    Ok(())
}

/// The day of an earlier step: what comes after it did not happen before.
fn earliest(record: &Record, field: &str) -> Option<Date> {
    record.get(EntityKind::Migration.def(), field).as_text().and_then(|day| day.parse().ok())
}

/// The day on which something happened: given, not ahead, and not before the step that it follows.
fn happened(step: &Step, today: Date, earliest: Option<Date>) -> Outcome<Date> {
    let refuse = |rule: &str, zh: String, en: String| Err(Fault::invalid(vec![problem("day", rule, zh, en)]));
    match (step.day, earliest) {
        (None, _) => refuse("required", "请填写日期".to_owned(), "give the day".to_owned()),
        (Some(day), _) if day > today => {
            refuse("ahead", "日期不能晚于今天".to_owned(), "the day cannot lie ahead".to_owned())
        }
        (Some(day), Some(earliest)) if day < earliest => refuse(
            "too-early",
            format!("日期不能早于上一步骤（{earliest}）"),
            format!("the day cannot be before the step that it follows ({earliest})"),
        ),
        (Some(day), _) => Ok(day),
    }
}

/// Every environment that failed is made again; what stands is left alone.
async fn retry(work: &mut Work<'_>, request: Id) -> Outcome<()> {
    let failed = DeliveryState::Failed;
    let deliveries = store::deliveries::of_request(&mut work.tx, request).await?;
    if !deliveries.iter().any(|one| one.state == failed.code()) {
        return Err(conflict(
            "nothing-failed",
            "没有开通失败的环境，无需重试。",
            "No environment failed: there is nothing to try again.",
        ));
    }
    set_deliveries(work, request, failed, DeliveryState::Reserved).await
}

/// Complete, and a plan that could be carried out today.
async fn hand_in(work: &mut Work<'_>, request: &mut Request, record: &Record) -> Outcome<()> {
    let mut problems = Vec::new();
    let mut needs = |is_there: bool, field: &str, zh: &str, en: &str| {
        if !is_there {
            problems.push(problem(field, "required", format!("请填写{zh}"), format!("{en} is required")));
        }
    };
    needs(!request.reason.is_empty(), "reason", "迁移理由", "the reason");
    needs(!request.rollback_plan.is_empty(), "rollback_plan", "回退方案", "the rollback plan");
    let def = EntityKind::Migration.def();
    let planned = record.get(def, "planned_cutover_on").as_text().map(str::to_owned);
    let (plan, hash) = plan_of(&mut work.tx, request).await?;
    // Where only standing workspaces change, nothing is cut over.
    let is_a_move = plan.is_empty() || plan.iter().any(|one| one.delivery.changes.is_none());
    needs(planned.is_some() || !is_a_move, "planned_cutover_on", "计划割接日期", "the planned cut-over");
    if planned.is_some_and(|day| day < work.services.today().to_string()) {
        problems.push(problem(
            "planned_cutover_on",
            "past",
            "计划割接日期已过",
            "the planned cut-over lies in the past",
        ));
    }
    // Whoever hands in is told everything at once.
    problems.extend(plan.iter().flat_map(|one| one.problems.clone()));
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    request.asked_by(&work.op.actor);
    keep_plan(work, plan).await?;
    request.plan_hash = hash;
    Ok(())
}

/// A plan that could not be carried out is neither handed in nor approved.
fn refuse_problems(plan: &[Planned]) -> Outcome<()> {
    let problems: Vec<_> = plan.iter().flat_map(|one| one.problems.clone()).collect();
    if problems.is_empty() { Ok(()) } else { Err(Fault::invalid(problems)) }
}

/// Stores the plan as it is today with its deliveries.
async fn keep_plan(work: &mut Work<'_>, plan: Vec<Planned>) -> Outcome<()> {
    for Planned { delivery, spec, .. } in plan {
        let Some(spec) = spec else { continue };
        let from = delivery.state.clone();
        let text = serde_json::to_string(&spec).map_err(|error| Fault::internal(error.to_string()))?;
        let after = Delivery { spec: text, plan_hash: spec.plan_hash, updated_at: work.at, ..delivery };
        store::deliveries::update(&mut work.tx, &after, &from).await?;
    }
    Ok(())
}

/// Keeps what was looked at, so that whoever looks again sees what changed since.
async fn keep_reviewed(work: &mut Work<'_>, request: &Request) -> Outcome<()> {
    let deliveries = store::deliveries::of_request(&mut work.tx, request.subject).await?;
    let plans: Vec<(String, String)> =
        deliveries.into_iter().filter(|one| !one.spec.is_empty()).map(|one| (one.environment, one.spec)).collect();
    Ok(store::deliveries::keep_reviewed(&mut work.tx, request.subject, &plans).await?)
}

/// Gives back what does not stand. A namespace that stands keeps what it has until its own end, and so does one whose cluster was told
/// of the change that failed: giving that away twice would be a lie.
async fn release(work: &mut Work<'_>, request: Id, states: &[&str]) -> Outcome<()> {
    for delivery in store::deliveries::of_request(&mut work.tx, request).await? {
        let old = store::deliveries::find(&mut work.tx, delivery.changes).await?;
        let is_told = old.is_some_and(|old| old.state == DeliveryState::Replaced.code());
        let from = delivery.state.clone();
        if is_told || !states.contains(&from.as_str()) {
            continue;
        }
        let after = Delivery { state: DeliveryState::Released.code().to_owned(), updated_at: work.at, ..delivery };
        store::deliveries::update(&mut work.tx, &after, &from).await?;
    }
    Ok(())
}

/// Approves exactly what was seen, and keeps its capacity.
async fn approve(work: &mut Work<'_>, request: &Request, step: &Step) -> Outcome<()> {
    let (plan, hash) = plan_of(&mut work.tx, request).await?;
    if hash != request.plan_hash || step.plan_hash.as_deref() != Some(hash.as_str()) {
        return Err(conflict(
            "plan-changed",
            "方案在您查看之后已经变化，未批准；请重新查看后再决定，或退回由单位重新提交。",
            "The plan is not the one that you looked at; nothing was approved. Look again and decide, or return it to be handed in again.",
        ));
    }
    refuse_problems(&plan)?;
    let mut clusters: Vec<Id> =
        plan.iter().map(|one| one.delivery.cluster).filter(|cluster| !cluster.is_none()).collect();
    clusters.sort_unstable();
    clusters.dedup();
    for id in clusters {
        // In the order of their ids, so that two approvals never wait for each other.
        work.tx.lock(&format!("cluster-{id}")).await?;
        let record =
            store::records::find(&mut work.tx, EntityKind::Cluster.def(), id).await?.ok_or_else(Fault::not_found)?;
        let cluster = capacity::typed(&record)?;
        let free = capacity::of(&mut work.tx, id, &cluster).await?.free();
        let (mut wanted, mut is_new) = (domain::Amounts::default(), false);
        for one in plan.iter().filter(|one| one.delivery.cluster == id) {
            // A workspace that stands has its share already: what is more than that is asked for.
            let old = stands(work, &one.delivery).await?;
            is_new |= old.is_none();
            wanted = wanted.plus(one.delivery.amounts.beyond(old.map(|old| old.amounts).unwrap_or_default()));
        }
        let short = free.short_of(wanted);
        if is_new && !capacity::is_open(&cluster) || !short.is_empty() {
            let (zh, en) = match short.is_empty() {
                true => ("不接纳新空间".to_owned(), "takes no more".to_owned()),
                false => (format!("余量不足：{}", short.join("、")), format!("is short of {}", short.join(", "))),
            };
            return Err(conflict(
                "no-capacity",
                format!("集群“{}”{zh}；未批准。请扩容、改选集群后重新提交，或退回。", cluster.name),
                format!(
                    "The cluster “{}” {en}; nothing was approved. Enlarge it, or return the request so that another is chosen.",
                    cluster.name
                ),
            ));
        }
    }
    set_deliveries(work, request.subject, DeliveryState::Planned, DeliveryState::Reserved).await
}

/// The delivery whose standing workspace is changed; none for a new one.
async fn stands(work: &mut Work<'_>, delivery: &Delivery) -> Outcome<Option<Delivery>> {
    if delivery.changes.is_none() {
        return Ok(None);
    }
    let old = store::deliveries::find(&mut work.tx, delivery.changes).await?;
    let is_live = |old: &Delivery| !["released", "replaced", "reclaimed"].contains(&old.state.as_str());
    if let Some(old) = &old {
        environments::refuse_ending(old)?;
    }
    old.filter(is_live).map(Some).ok_or_else(|| {
        let name = &delivery.namespace;
        conflict(
            "workspace-gone",
            format!("云上空间“{name}”已不在原处，无法变更；未批准。请退回，由单位重新提交。"),
            format!("The workspace “{name}” that this would change is gone; nothing was approved. Return it to be asked for anew."),
        )
    })
}

/// Moves every delivery of a request that is in this state.
async fn set_deliveries(work: &mut Work<'_>, request: Id, from: DeliveryState, to: DeliveryState) -> Outcome<()> {
    for delivery in store::deliveries::of_request(&mut work.tx, request).await? {
        if delivery.state == from.code() {
            let after = Delivery { state: to.code().to_owned(), updated_at: work.at, ..delivery };
            store::deliveries::update(&mut work.tx, &after, from.code()).await?;
        }
    }
    Ok(())
}

/// Carries out what a move of an exception brings with it.
pub(super) async fn of_exception(
    work: &mut Work<'_>,
    request: &mut Request,
    record: &mut Record,
    step: &Step,
) -> Outcome<()> {
    let kind = EntityKind::CloudException;
    let today = work.services.today();
    let facts = evaluation::exception(&mut work.tx, record).await?;
    let exception = &facts.record;
    match step.movement {
        Movement::Submit => {
            complete(&facts, today)?;
            still_renewable(work, request).await?;
            request.asked_by(&work.op.actor);
        }
        Movement::Endorse => {
            complete(&facts, today)?;
            still_renewable(work, request).await?;
            experts(work, request, exception, today).await?;
            request.endorser = work.op.actor.person;
            request.endorser_name.clone_from(&work.op.actor.name);
        }
        Movement::Approve => {
            complete(&facts, today)?;
            still_renewable(work, request).await?;
            set_day(record, kind, "approved_on", today);
            if exception.starts_on.is_none() {
                set_day(record, kind, "starts_on", today);
            }
        }
        Movement::Return => {
            request.endorser = Id::NONE;
            request.endorser_name.clear();
        }
        Movement::Review => {
            if rules::running(&facts, &work.services.pack, today).is_none() {
                return Err(conflict(
                    "not-in-force",
                    "例外已到期、已撤销或依据已废止，无从复审；仍须留在云外的，请重新申请。",
                    "The exception has ended, was revoked or lost its legal basis: there is nothing to review; whoever must stay applies anew.",
                ));
            }
            set_day(record, kind, "reviewed_on", today);
        }
        Movement::Revoke => set_day(record, kind, "revoked_on", today),
        _ => {}
    }
    Ok(())
}

/// A renewal goes on from what holds; that may have ended since it was drafted.
async fn still_renewable(work: &mut Work<'_>, request: &Request) -> Outcome<()> {
    if request.renews.is_none() { Ok(()) } else { exception::renewable(work, request.renews, request.system).await }
}

/// Everything that an exception must say before anybody decides on it (design, section 4).
fn complete(facts: &ExceptionFacts, today: Date) -> Outcome<()> {
    let exception = &facts.record;
    let filled = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let mut problems: Vec<_> = [
        (facts.basis.is_some(), "legal_basis", "依据", "the legal basis"),
        (filled(&exception.alternatives), "alternatives", "替代方案", "the alternatives considered"),
        (filled(&exception.controls), "controls", "补偿措施", "the compensating controls"),
        (filled(&exception.leader), "leader", "责任领导", "the accountable leader"),
        (filled(&exception.exit_plan), "exit_plan", "退出计划", "the exit plan"),
    ]
    .into_iter()
    .filter(|(is_there, ..)| !is_there)
    .map(|(_, field, zh, en)| problem(field, "required", format!("请填写{zh}"), format!("{en} is required")))
    .collect();
    if exception.expires_on < today {
        problems.push(problem("expires_on", "past", "到期日期已过", "the end lies in the past"));
    }
    if exception.starts_on.is_some_and(|starts| starts > exception.expires_on) {
        problems.push(problem("starts_on", "order", "生效日期晚于到期日期", "it would start after its end"));
    }
    problems.extend(facts.basis.as_ref().and_then(|basis| not_in_force(basis, exception.starts_on, today)));
    if problems.is_empty() { Ok(()) } else { Err(Fault::invalid(problems)) }
}

/// Why a document cannot be relied on: it must be in force when somebody decides, and still when the exception begins.
fn not_in_force(basis: &LegalBasis, starts: Option<Date>, today: Date) -> Option<Problem> {
    let cited = basis.citation();
    let begins = starts.map_or(today, |starts| starts.max(today));
    match (basis.force_on(today), basis.force_on(begins)) {
        (BasisForce::Repealed(day), _) => Some(problem(
            "legal_basis",
            "basis-lapsed",
            format!("依据{}已自{day}起废止；请引用现行有效的依据", cited.zh),
            format!("the legal basis {} is repealed as of {day}; cite one that is in force", cited.en),
        )),
        (BasisForce::Ahead(day), _) => Some(problem(
            "legal_basis",
            "basis-ahead",
            format!("依据{}自{day}起施行，目前尚未生效；请引用现行有效的依据，或待其施行后提交", cited.zh),
            format!(
                "the legal basis {} takes effect on {day}; cite one that is in force, or wait for that day",
                cited.en
            ),
        )),
        (_, BasisForce::Repealed(day)) => Some(problem(
            "legal_basis",
            "basis-lapsed",
            format!("依据{}自{day}起废止，早于例外的生效日期；请引用届时仍有效的依据", cited.zh),
            format!(
                "the legal basis {} is repealed as of {day}, before the exception would begin; cite one that is in force then",
                cited.en
            ),
        )),
        _ => None,
    }
}

/// Long exceptions and new rooms need a report of experts first.
async fn experts(work: &mut Work<'_>, request: &Request, exception: &CloudException, today: Date) -> Outcome<()> {
    let start = exception.starts_on.unwrap_or(today);
    let limit = start.checked_add(Span::new().months(EXPERTS_FROM_MONTHS)).unwrap_or(start);
    if exception.expires_on <= limit && exception.category != NEW_ROOM {
        return Ok(());
    }
    let decisions = store::requests::decisions(&mut work.tx, request.subject).await?;
    if decisions.iter().any(|one| one.movement == Movement::Report.code()) {
        return Ok(());
    }
    Err(conflict(
        "experts-first",
        "期限超过12个月或属新建机房（E14），须先经专家评审；请先送专家评审并登记评审意见。",
        "Longer than 12 months, or a new room (E14): send it to experts first and file their report.",
    ))
}
