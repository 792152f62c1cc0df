//! "Create the departments named here": one button for an error that would otherwise stand on every row.

use std::collections::BTreeMap;

use domain::{EntityKind, Fault, Id, Record, Value};
use rules::{Action, Resource};

use super::{
    check,
    departments::{Departments, Found, key_of as department_key},
    document::{ImportView, MissingName, State},
    run,
};
use crate::{Op, Outcome, Services, Work, permit, records::store_changes};

const ALL_VISIBLE: fn(&str) -> bool = |_| true;

/// A department to be made: its name, short name and, for units, the name above it.
#[derive(Debug, Default)]
struct Wanted {
    name: String,
    short_name: String,
}

/// Top-level departments and units that do not exist yet, each once.
fn wanted(
    departments: &Departments,
    names: &[MissingName],
) -> (BTreeMap<String, Wanted>, BTreeMap<(String, String), String>) {
    let mut tops: BTreeMap<String, Wanted> = BTreeMap::new();
    let mut units: BTreeMap<(String, String), String> = BTreeMap::new();
    for missing in names {
        let top = department_key(&missing.name);
        if departments.find(&missing.name, "", &missing.short_name, &ALL_VISIBLE) == Found::None {
            let entry = tops
                .entry(top.clone())
                .or_insert_with(|| Wanted { name: missing.name.clone(), short_name: String::new() });
            if entry.short_name.is_empty() {
                entry.short_name.clone_from(&missing.short_name);
            }
        }
        if !missing.unit.is_empty() {
            units.entry((top, department_key(&missing.unit))).or_insert_with(|| missing.unit.clone());
        }
    }
    (tops, units)
}

/// How many departments "create them" would make.
pub(super) fn count_to_create(departments: &Departments, names: &[MissingName]) -> u64 {
    let (tops, units) = wanted(departments, names);
    u64::try_from(tops.len() + units.len()).unwrap_or(u64::MAX)
}

fn blank(work: &mut Work<'_>, name: &str, short_name: &str, parent: Option<Id>, path: String) -> Record {
    let def = EntityKind::Department.def();
    let mut record = Record::blank(def, work.next_id(), work.at);
    record.path = path;
    record.set(def, "name", Value::Text(name.to_owned()));
    if !short_name.is_empty() {
        record.set(def, "short_name", Value::Text(short_name.to_owned()));
    }
    record.set(def, "parent", parent.map_or(Value::Null, Value::Id));
    record
}

/// Creates the departments that a checked import misses, in one transaction, and checks again.
pub async fn create_missing_departments(services: &Services, op: &Op, id: Id) -> Outcome<ImportView> {
    let import = run::find(services, op, id).await?;
    run::may_change(op, &import)?;
    run::in_state(&import, &[State::Checked])?;
    permit(op, Action::Create, &Resource::Record { kind: EntityKind::Department, path: "" })?;
    let names: Vec<MissingName> = import
        .document
        .missing
        .iter()
        .filter(|missing| missing.entity == "department")
        .flat_map(|missing| missing.names.clone())
        .collect();
    if names.is_empty() {
        return Err(Fault::not_found());
    }
    let mut work = Work::begin(services, op).await?;
    work.batch = id;
    work.tx.lock("import-department").await?;
    let mut departments = Departments::new(store::keys::departments(&mut work.tx).await?);
    let (tops, units) = wanted(&departments, &names);
    let count = i64::try_from(tops.len() + units.len()).unwrap_or(i64::MAX);
    let mut segment = store::counters::take(&mut work.tx, "department", count).await?;
    let mut records = Vec::new();
    for wanted in tops.values() {
        let record =
            blank(&mut work, &wanted.name, &wanted.short_name, None, format!("{}/", store::counters::segment(segment)));
        segment += 1;
        departments.add(key_of(&record, &wanted.name, &wanted.short_name, None));
        records.push(record);
    }
    for ((top, _), unit) in &units {
        let short_name = tops.get(top).map_or("", |wanted| wanted.short_name.as_str());
        let Found::One(parent, path) = departments.find(top, "", short_name, &ALL_VISIBLE) else { continue };
        if !matches!(departments.find(top, unit, short_name, &ALL_VISIBLE), Found::None) {
            continue;
        }
        let record = blank(&mut work, unit, "", Some(parent), format!("{path}{}/", store::counters::segment(segment)));
        segment += 1;
        departments.add(key_of(&record, unit, "", Some(parent)));
        records.push(record);
    }
    store_changes(&mut work, EntityKind::Department, records, Vec::new()).await?;
    work.commit().await?;
    check::check_now(services, op, id).await
}

fn key_of(record: &Record, name: &str, short_name: &str, parent: Option<Id>) -> store::keys::DepartmentKey {
    store::keys::DepartmentKey {
        id: record.id,
        parent,
        path: record.path.clone(),
        code: String::new(),
        name: name.to_owned(),
        short_name: short_name.to_owned(),
    }
}
