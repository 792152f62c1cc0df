//! Create and update one record: permit, parse, check, store.

use std::collections::HashMap;

use domain::{EntityKind, Fault, Id, Owner, Problem, Record, Value, Wording};
use rules::{Action, Resource};

use super::{
    Input, parse_input,
    write::{Update, owner_path, store_changes},
};
use crate::{Op, Outcome, Services, Work, permit};

/// A record after a change.
#[derive(Clone, Debug)]
pub struct Changed {
    /// As it is stored now.
    pub record: Record,
    /// False when nothing differed and nothing was written.
    pub changed: bool,
}

fn required_problems(kind: EntityKind, record: &Record) -> Vec<Problem> {
    kind.def()
        .fields
        .iter()
        .zip(&record.values)
        .filter(|(field, value)| field.required && value.is_null())
        .map(|(field, _)| Problem {
            field: field.name.to_owned(),
            rule: "required".to_owned(),
            message: Wording::new(format!("请填写{}", field.zh), format!("{} is required", field.en)),
        })
        .collect()
}

/// The path of a department: below its parent, with the last segment it has or a new one.
async fn department_path(work: &mut Work<'_>, record: &Record) -> Outcome<String> {
    let def = EntityKind::Department.def();
    let parent = match record.get(def, "parent").as_id() {
        Some(id) => store::records::find(&mut work.tx, def, id).await?.map(|parent| parent.path).unwrap_or_default(),
        None => String::new(),
    };
    let own = record.path.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned();
    let segment = if own.is_empty() {
        store::counters::segment(store::counters::take(&mut work.tx, "department", 1).await?)
    } else {
        own
    };
    Ok(format!("{parent}{segment}/"))
}

async fn path_of(work: &mut Work<'_>, kind: EntityKind, record: &Record) -> Outcome<Option<String>> {
    if kind.def().owner == Owner::Itself {
        return department_path(work, record).await.map(Some);
    }
    owner_path(&mut work.tx, kind.def(), record, &mut HashMap::new()).await
}

/// Creates a record.
pub async fn create(services: &Services, op: &Op, kind: EntityKind, input: &Input) -> Outcome<Changed> {
    let def = kind.def();
    let mut work = Work::begin(services, op).await?;
    let mut record = Record::blank(def, work.next_id(), work.at);
    let mut problems = parse_input(services, op, kind, &mut record, input).await?;
    let named: Vec<String> = problems.iter().map(|problem| problem.field.clone()).collect();
    problems.extend(required_problems(kind, &record).into_iter().filter(|problem| !named.contains(&problem.field)));
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    if let Some(path) = path_of(&mut work, kind, &record).await? {
        record.path = path;
    }
    permit(op, Action::Create, &Resource::Record { kind, path: &record.path })?;
    let id = record.id;
    store_changes(&mut work, kind, vec![record], Vec::new()).await?;
    work.commit().await?;
    reread(services, kind, id).await
}

/// Changes a record that the reader opened at `version`; a later version is refused as stale.
pub async fn update(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    id: Id,
    version: i64,
    input: &Input,
) -> Outcome<Changed> {
    let def = kind.def();
    let mut work = Work::begin(services, op).await?;
    let Some(before) = store::records::find(&mut work.tx, def, id).await? else { return Err(Fault::not_found()) };
    permit(op, Action::View, &Resource::Record { kind, path: &before.path })?;
    permit(op, Action::Update, &Resource::Record { kind, path: &before.path })?;
    if before.version != version {
        return Err(Fault::stale());
    }
    let mut after = before.clone();
    let mut problems = parse_input(services, op, kind, &mut after, input).await?;
    problems.extend(required_problems(kind, &after));
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    if after.values == before.values {
        return Ok(Changed { record: before, changed: false });
    }
    if let Some(path) = path_of(&mut work, kind, &after).await? {
        after.path = path;
    }
    if after.path != before.path {
        permit(op, Action::Update, &Resource::Record { kind, path: &after.path })?;
    }
    let keeps_department = kind != EntityKind::Department || after.get(def, "parent") != &Value::Id(id);
    if !keeps_department {
        return Err(Fault::invalid(vec![Problem {
            field: "parent".to_owned(),
            rule: "department-cycle".to_owned(),
            message: Wording::new("单位不能是自己的主管部门", "a department cannot be its own parent"),
        }]));
    }
    store_changes(&mut work, kind, Vec::new(), vec![Update { before, after }]).await?;
    work.commit().await?;
    reread(services, kind, id).await
}

async fn reread(services: &Services, kind: EntityKind, id: Id) -> Outcome<Changed> {
    let record = store::records::find(&mut &services.db, kind.def(), id).await?.ok_or_else(Fault::not_found)?;
    Ok(Changed { record, changed: true })
}
