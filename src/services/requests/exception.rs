//! A justification to stay: drafted, and changed while it is with the department. What makes it complete is checked when it is handed in.

use domain::{BasisForce, Entity as _, EntityKind, Fault, Field, Id, LegalBasis, Problem, Record, Value};
use rules::{Action, Resource};
use store::{lists::Query, requests::Request};

use super::{conflict, draft};
use crate::{
    Op, Outcome, Services, Work, evaluation, permit,
    records::{self, Input, Update, parse_input, store_changes},
};

/// Documents that a form offers; a city cites some dozens.
const BASES_MAX: i64 = 500;
/// Fields of an exception that the department writes.
const WRITTEN: [&str; 10] = [
    "name",
    "category",
    "legal_basis",
    "basis_article",
    "alternatives",
    "controls",
    "leader",
    "exit_plan",
    "starts_on",
    "expires_on",
];

/// A justification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExceptionDraft {
    /// The system.
    pub system: Id,
    /// Texts by field name, as a form or a REST body says them.
    pub input: Input,
    /// The exception that this one renews.
    pub renews: Option<Id>,
}

/// The fields of an exception that the department writes, in the order of the field table.
pub fn written_fields() -> impl Iterator<Item = &'static Field> {
    EntityKind::CloudException.def().fields.iter().filter(|field| WRITTEN.contains(&field.name))
}

/// What only steps or the program set, sent as if it were the department's to write.
fn unwritten(input: &Input) -> Vec<Problem> {
    let mut names: Vec<&String> = input.keys().filter(|name| !WRITTEN.contains(&name.as_str())).collect();
    names.sort_unstable();
    let refused = |name: &&String| {
        let (zh, en) = (format!("没有名为“{name}”的可填字段"), format!("there is no field “{name}” that may be set"));
        super::problem(name, "unknown-field", zh, en)
    };
    names.iter().map(refused).collect()
}

/// Reads the written fields into the record; a missing end is a mistake like any other.
async fn read(work: &Work<'_>, record: &mut Record, input: &Input) -> Outcome<()> {
    let kind = EntityKind::CloudException;
    let mut problems = unwritten(input);
    if problems.is_empty() {
        problems = parse_input(work.services, work.op, kind, record, input).await?;
    }
    for field in written_fields().filter(|field| field.required) {
        let is_named = problems.iter().any(|problem| problem.field == field.name);
        if record.get(kind.def(), field.name).is_null() && !is_named {
            let (zh, en) = (format!("请填写{}", field.zh), format!("{} is required", field.en));
            problems.push(super::problem(field.name, "required", zh, en));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Fault::invalid(problems)) }
}

/// The days of an exception that holds or is approved to hold later; none when it is over.
pub(super) async fn running(
    services: &Services,
    reader: &mut impl store::Reader,
    exception: &Record,
) -> Outcome<Option<rules::Running>> {
    let facts = evaluation::exception(reader, exception).await?;
    Ok(rules::running(&facts, &services.pack, services.today()))
}

/// The documents that an exception may rest on, those in force today first, then by number.
pub async fn bases(services: &Services, op: &Op) -> Outcome<Vec<(Id, LegalBasis)>> {
    let def = LegalBasis::DEF;
    let mut query = Query::new(def, op.scope(EntityKind::LegalBasis));
    query.sort = def.field("code").map(|(_, field)| (field, false));
    query.limit = BASES_MAX;
    let today = services.today();
    let mut found = Vec::new();
    for record in records::list(services, op, &query).await?.page.records {
        found.push((record.id, LegalBasis::from_values(&record.values).map_err(store::Error::from)?));
    }
    found.sort_by_key(|(_, basis)| basis.force_on(today) != BasisForce::InForce);
    Ok(found)
}

/// An exception that is renewed must still run: after its end there is nothing to renew, and a new application is made.
pub(super) async fn renewable(work: &mut Work<'_>, renews: Id, system: Id) -> Outcome<()> {
    let def = EntityKind::CloudException.def();
    let old = store::records::find(&mut work.tx, def, renews).await?.ok_or_else(Fault::not_found)?;
    permit(work.op, Action::View, &Resource::Record { kind: EntityKind::CloudException, path: &old.path })?;
    let runs = running(work.services, &mut work.tx, &old).await?.is_some();
    if !runs || old.get(def, "system").as_id() != Some(system) {
        return Err(conflict(
            "not-renewable",
            "原例外已到期、已撤销、依据已废止或不属于该系统，不能续期；请重新申请。",
            "That exception has ended, was revoked, lost its legal basis or is of another system: it cannot be renewed; apply anew.",
        ));
    }
    Ok(())
}

/// Drafts a justification; answers the exception.
pub async fn draft_exception(services: &Services, op: &Op, new: &ExceptionDraft) -> Outcome<Id> {
    let mut work = Work::begin(services, op).await?;
    let id = draft_within(&mut work, new).await?;
    work.commit().await?;
    Ok(id)
}

/// The same inside a unit of work, for whoever makes it permanent or does not.
pub(super) async fn draft_within(work: &mut Work<'_>, new: &ExceptionDraft) -> Outcome<Id> {
    let kind = EntityKind::CloudException;
    work.is_move = true;
    let system = draft::system_of(work, new.system, kind).await?;
    draft::refuse_second(work, new.system, kind).await?;
    if let Some(renews) = new.renews {
        renewable(work, renews, new.system).await?;
    }
    let mut record = Record::blank(kind.def(), work.next_id(), work.at);
    record.path.clone_from(&system.path);
    record.set(kind.def(), "system", Value::Id(new.system));
    let name = system.get(EntityKind::System.def(), "name").as_text().unwrap_or_default();
    record.set(kind.def(), "name", Value::Text(format!("{name}暂不上云")));
    read(work, &mut record, &new.input).await?;
    let number = draft::next_number(work, "CX").await?;
    record.set(kind.def(), "code", Value::Text(number));
    let actor = &work.op.actor;
    let mut request = Request::drafted(record.id, kind.def().table, new.system, &system.path, actor, work.at);
    request.renews = new.renews.unwrap_or(Id::NONE);
    let id = record.id;
    store_changes(work, kind, vec![record], Vec::new()).await?;
    store::requests::insert(&mut work.tx, &request).await?;
    Ok(id)
}

/// Changes a justification that is still with the department.
pub async fn edit_exception(services: &Services, op: &Op, id: Id, version: i64, input: &Input) -> Outcome<()> {
    let kind = EntityKind::CloudException;
    let mut work = Work::begin(services, op).await?;
    let (mut request, before) = draft::open_for_change(&mut work, kind, id, version).await?;
    let mut after = before.clone();
    read(&work, &mut after, input).await?;
    let from = request.state.clone();
    request.asked_by(&op.actor);
    request.updated_at = work.at;
    if !store::requests::update(&mut work.tx, &request, &from).await? {
        return Err(Fault::stale());
    }
    store_changes(&mut work, kind, Vec::new(), vec![Update { before, after }]).await?;
    work.commit().await
}
