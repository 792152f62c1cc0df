//! A request to move a system: drafted, and changed while it is with the department.

use domain::{EntityKind, Fault, Id, LifeCycle as _, MigrationState, Problem, Record, Value};
use jiff::civil::Date;
use rules::{Action, Resource};
use store::requests::Request;

use super::{
    conflict,
    environments::{self, EnvironmentWish},
    people, plan, problem,
};
use crate::{
    Op, Outcome, Services, Work, permit,
    records::{Update, store_changes},
};

/// Longest text that a person writes into a request.
const TEXT_MAX: usize = 4_000;
/// A request to move a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationDraft {
    /// The system.
    pub system: Id,
    /// Where to.
    pub zone: Id,
    /// When users shall work there.
    pub planned_cutover_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// The way back, should it fail.
    pub rollback_plan: String,
    /// Whom to call.
    pub contact: String,
    /// Groups that own the namespaces, separated by commas.
    pub owners: String,
    /// Groups that work in them.
    pub developers: String,
    /// Groups that look at them.
    pub viewers: String,
    /// What each environment shall get.
    pub environments: Vec<EnvironmentWish>,
}

/// Texts within bounds, groups that may be let in, environments that make sense: every problem by its field.
pub fn problems_of(draft: &MigrationDraft) -> Vec<Problem> {
    let mut problems = Vec::new();
    if draft.zone.is_none() {
        problems.push(problem("zone", "required", "请选择目标云区", "choose the zone"));
    }
    for (field, text) in
        [("reason", &draft.reason), ("rollback_plan", &draft.rollback_plan), ("contact", &draft.contact)]
    {
        if text.chars().count() > TEXT_MAX {
            problems.push(problem(
                field,
                "too-long",
                format!("最多 {TEXT_MAX} 字"),
                format!("at most {TEXT_MAX} characters"),
            ));
        }
    }
    for (field, text) in [("owners", &draft.owners), ("developers", &draft.developers), ("viewers", &draft.viewers)] {
        problems.extend(people::problems_of(field, text));
    }
    problems.extend(environments::problems_of(&draft.environments));
    problems
}

pub(super) async fn system_of(work: &mut Work<'_>, id: Id, kind: EntityKind) -> Outcome<Record> {
    let system =
        store::records::find(&mut work.tx, EntityKind::System.def(), id).await?.ok_or_else(Fault::not_found)?;
    permit(work.op, Action::View, &Resource::Record { kind: EntityKind::System, path: &system.path })?;
    permit(work.op, Action::Request, &Resource::Record { kind, path: &system.path })?;
    Ok(system)
}

/// One open request of a kind for a system: a second would reserve twice.
pub(super) async fn refuse_second(work: &mut Work<'_>, system: Id, kind: EntityKind) -> Outcome<()> {
    work.tx.lock(&format!("requests-of-{system}")).await?;
    for request in store::requests::of_system(&mut work.tx, system).await? {
        let is_over = match MigrationState::from_code(&request.state).filter(|_| kind == EntityKind::Migration) {
            Some(state) => state.is_final(),
            None => domain::ExceptionState::from_code(&request.state)
                .is_none_or(|state| state.is_final() || state == domain::ExceptionState::Approved),
        };
        if request.entity == kind.def().table && !is_over {
            let number = plan::number_of(&mut work.tx, kind, request.subject).await?;
            return Err(conflict(
                "already-open",
                format!("该系统已有办理中的申请 {number}；请在该申请上继续办理。"),
                format!("This system has an open request, {number}; go on with that one."),
            ));
        }
    }
    Ok(())
}

/// The next number of a kind of request.
pub(super) async fn next_number(work: &mut Work<'_>, prefix: &str) -> Outcome<String> {
    let year = work.services.today().year();
    let counter = format!("request-{prefix}-{year}");
    let number = store::counters::take(&mut work.tx, &counter, 1).await?;
    Ok(format!("{prefix}-{year}-{number:06}"))
}

fn fill(record: &mut Record, draft: &MigrationDraft, system: &Record) {
    let def = EntityKind::Migration.def();
    let name = system.get(EntityKind::System.def(), "name").as_text().unwrap_or_default();
    record.path.clone_from(&system.path);
    record.set(def, "name", Value::Text(format!("{name}上云")));
    record.set(def, "system", Value::Id(draft.system));
    record.set(def, "zone", Value::Id(draft.zone));
    let planned = draft.planned_cutover_on.map_or(Value::Null, |day| Value::Text(day.to_string()));
    record.set(def, "planned_cutover_on", planned);
}

/// What the department says of its request.
fn say(request: &mut Request, draft: &MigrationDraft) {
    request.reason = draft.reason.trim().to_owned();
    request.rollback_plan = draft.rollback_plan.trim().to_owned();
    request.contact = draft.contact.trim().to_owned();
    draft.owners.trim().clone_into(&mut request.owners);
    draft.developers.trim().clone_into(&mut request.developers);
    draft.viewers.trim().clone_into(&mut request.viewers);
}

/// Drafts a request to move; answers the migration.
pub async fn draft_migration(services: &Services, op: &Op, draft: &MigrationDraft) -> Outcome<Id> {
    let mut work = Work::begin(services, op).await?;
    let id = draft_within(&mut work, draft).await?;
    work.commit().await?;
    Ok(id)
}

/// The same inside a unit of work, for whoever makes it permanent or does not.
pub(super) async fn draft_within(work: &mut Work<'_>, draft: &MigrationDraft) -> Outcome<Id> {
    let kind = EntityKind::Migration;
    work.is_move = true;
    let system = system_of(work, draft.system, kind).await?;
    refuse_second(work, draft.system, kind).await?;
    let problems = problems_of(draft);
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let mut record = Record::blank(kind.def(), work.next_id(), work.at);
    let number = next_number(work, "MR").await?;
    record.set(kind.def(), "code", Value::Text(number));
    record.set(kind.def(), "state", Value::Text(MigrationState::Draft.code().to_owned()));
    fill(&mut record, draft, &system);
    let actor = &work.op.actor;
    let mut request = Request::drafted(record.id, kind.def().table, draft.system, &system.path, actor, work.at);
    say(&mut request, draft);
    let id = record.id;
    store_changes(work, kind, vec![record], Vec::new()).await?;
    store::requests::insert(&mut work.tx, &request).await?;
    environments::store(work, &request, draft, &system).await?;
    Ok(id)
}

/// A request that is still with the department, opened at `version` to be changed, and its record.
pub(super) async fn open_for_change(
    work: &mut Work<'_>,
    kind: EntityKind,
    id: Id,
    version: i64,
) -> Outcome<(Request, Record)> {
    work.is_move = true;
    let Some(request) = store::requests::find(&mut work.tx, id).await? else { return Err(Fault::not_found()) };
    permit(work.op, Action::View, &Resource::Record { kind, path: &request.path })?;
    permit(work.op, Action::Request, &Resource::Record { kind, path: &request.path })?;
    let before = store::records::find(&mut work.tx, kind.def(), id).await?.ok_or_else(Fault::not_found)?;
    if before.version != version {
        return Err(Fault::stale());
    }
    with_the_department(&request)?;
    Ok((request, before))
}

/// Changes a request that is still with the department.
pub async fn edit_migration(services: &Services, op: &Op, id: Id, version: i64, draft: &MigrationDraft) -> Outcome<()> {
    let kind = EntityKind::Migration;
    let mut work = Work::begin(services, op).await?;
    let (mut request, before) = open_for_change(&mut work, kind, id, version).await?;
    let draft = MigrationDraft { system: request.system, ..draft.clone() };
    let system = system_of(&mut work, draft.system, kind).await?;
    let problems = problems_of(&draft);
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let mut after = before.clone();
    fill(&mut after, &draft, &system);
    let from = request.state.clone();
    request.asked_by(&op.actor);
    request.path.clone_from(&system.path);
    say(&mut request, &draft);
    request.updated_at = work.at;
    if !store::requests::update(&mut work.tx, &request, &from).await? {
        return Err(Fault::stale());
    }
    store::deliveries::remove_planned(&mut work.tx, id).await?;
    environments::store(&mut work, &request, &draft, &system).await?;
    store_changes(&mut work, kind, Vec::new(), vec![Update { before, after }]).await?;
    work.commit().await
}

/// Refuses to change what is before approvers or decided.
fn with_the_department(request: &Request) -> Outcome<()> {
    if ["draft", "returned"].contains(&request.state.as_str()) {
        return Ok(());
    }
    Err(conflict(
        "handed-in",
        "申请已提交，内容不能修改；请先撤回，或由审批人退回。",
        "This was handed in and cannot be changed; take it back, or let an approver return it.",
    ))
}
