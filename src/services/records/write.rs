//! The one way in which records reach storage: forms, REST, imports and undo all end here.

use std::collections::HashMap;

use domain::{EntityDef, EntityKind, Id, Owner, Record, Value};
use serde_json::{Map, Value as Json};

use super::move_department;
use crate::{Outcome, Work};

/// A change of one record.
#[derive(Clone, Debug)]
pub(crate) struct Update {
    /// As it is stored.
    pub before: Record,
    /// As it shall be; carries the version that was read.
    pub after: Record,
}

/// A value as audit and API write it.
pub(crate) fn canonical(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::String(text.clone()),
        Value::Int(number) => Json::from(*number),
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Id(id) => Json::String(id.to_string()),
    }
}

/// The changed fields with before and after; derived fields are the rules' business and never appear.
pub(crate) fn changes(def: &EntityDef, before: &Record, after: &Record) -> Map<String, Json> {
    def.fields
        .iter()
        .zip(before.values.iter().zip(&after.values))
        .filter(|(field, (before, after))| !field.flags.derived && before != after)
        .map(|(field, (before, after))| (field.name.to_owned(), Json::Array(vec![canonical(before), canonical(after)])))
        .collect()
}

/// Canonical JSON of a record's known values: what the hash of version 1 is taken over.
fn canonical_record(def: &EntityDef, record: &Record) -> String {
    let object: Map<String, Json> = def
        .fields
        .iter()
        .zip(&record.values)
        .filter(|(field, value)| !field.flags.derived && !value.is_null())
        .map(|(field, value)| (field.name.to_owned(), canonical(value)))
        .collect();
    Json::Object(object).to_string()
}

/// Stores new and changed records with their audit entries, search terms, events and marks. Paths of new records must be
/// right; a change of owner is followed through the register here.
pub(crate) async fn store_changes(
    work: &mut Work<'_>,
    kind: EntityKind,
    creates: &[Record],
    mut updates: Vec<Update>,
) -> Outcome<()> {
    let def = kind.def();
    if !creates.is_empty() {
        store::records::insert(&mut work.tx, def, creates).await?;
        store::search::index(&mut work.tx, def, creates, false).await?;
    }
    for record in creates {
        let body = format!("{{\"hash\":\"{}\"}}", store::audit::hash_text(&canonical_record(def, record)));
        work.record("create", def.table, record.id, &record.path, body);
        work.touch_record(kind, record);
    }
    for update in &mut updates {
        update.after.updated_at = work.at;
        let body = serde_json::json!({
            "changes": changes(def, &update.before, &update.after),
            "version": update.before.version + 1,
        });
        work.record("update", def.table, update.after.id, &update.after.path, body.to_string());
        work.touch_record(kind, &update.before);
        work.touch_record(kind, &update.after);
    }
    if !updates.is_empty() {
        let after: Vec<Record> = updates.iter().map(|update| update.after.clone()).collect();
        store::records::update(&mut work.tx, def, &after).await?;
        store::search::index(&mut work.tx, def, &after, true).await?;
        follow(work, kind, &updates).await?;
    }
    if !creates.is_empty() || !updates.is_empty() {
        let body = serde_json::json!({ "created": creates.len(), "updated": updates.len() }).to_string();
        let subject =
            creates.first().or(updates.first().map(|update| &update.after)).map_or(Id::NONE, |record| record.id);
        work.tell(&format!("{}.changed", def.table), subject, body);
    }
    Ok(())
}

/// What hangs on a changed record: paths of what it owns, standings of the systems that name it.
async fn follow(work: &mut Work<'_>, kind: EntityKind, updates: &[Update]) -> Outcome<()> {
    let mut moved: Vec<&Update> = updates.iter().filter(|update| update.before.path != update.after.path).collect();
    // Deepest first: when a department and one below it both move, the lower one leaves before the upper one takes the rest along.
    moved.sort_by_key(|update| std::cmp::Reverse(update.before.path.matches('/').count()));
    match kind {
        EntityKind::System => {
            let systems: Vec<(Id, String)> =
                moved.iter().map(|update| (update.after.id, update.after.path.clone())).collect();
            store::records::follow_systems(&mut work.tx, &systems).await?;
        }
        EntityKind::Department => {
            for update in moved {
                move_department::rewrite(work, &update.before.path, &update.after.path).await?;
            }
        }
        _ => {}
    }
    let field = match kind {
        EntityKind::Department => "department",
        EntityKind::DataCenter => "data_center",
        EntityKind::Zone => "zone",
        _ => return Ok(()),
    };
    for update in updates {
        store::facts::mark_systems_linked_to(&mut work.tx, field, update.after.id).await?;
    }
    crate::evaluation::ask(work).await
}

/// Finds the path that a record belongs to, from its owner field. `paths` caches owners; `None` when the owner is unknown.
pub(crate) async fn owner_path(
    work: &mut impl store::Reader,
    def: &EntityDef,
    record: &Record,
    paths: &mut HashMap<Id, String>,
) -> Outcome<Option<String>> {
    let (field, owner) = match def.owner {
        Owner::Itself => return Ok(Some(record.path.clone())),
        Owner::City => return Ok(Some(String::new())),
        Owner::Department { field } => (field, EntityKind::Department),
        Owner::System { field } => (field, EntityKind::System),
    };
    let Some(id) = record.get(def, field).as_id() else { return Ok(None) };
    if let Some(path) = paths.get(&id) {
        return Ok(Some(path.clone()));
    }
    let found = store::facts::narrow_many(work, owner.def(), &[id], &["name"]).await?;
    let Some(path) = found.into_iter().next().map(|record| record.path) else { return Ok(None) };
    paths.insert(id, path.clone());
    Ok(Some(path))
}
