//! The one way in which records reach storage: forms, REST, imports and undo all end here.

use std::collections::HashMap;

use domain::{EntityDef, EntityKind, Fault, Id, Owner, Record, Value};
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::{Map, Value as Json};

use super::move_department;
use store::audit::hash_text;

use crate::{
    Outcome, Work,
    evaluation::{self, NewSystems},
    requests,
};

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

/// Canonical JSON of a record's known values: what the hash of version 1 is taken over. Written straight into text, for
/// it is made for every row of an import.
struct Canonical<'r>(&'r EntityDef, &'r [usize], &'r Record);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(def, order, record) = self;
        let mut map = serializer.serialize_map(None)?;
        for (field, value) in order.iter().filter_map(|index| def.fields.get(*index).zip(record.values.get(*index))) {
            match value {
                Value::Null => {}
                Value::Text(text) => map.serialize_entry(field.name, text)?,
                Value::Int(number) => map.serialize_entry(field.name, number)?,
                Value::Bool(flag) => map.serialize_entry(field.name, flag)?,
                Value::Id(id) => map.serialize_entry(field.name, id)?,
            }
        }
        map.end()
    }
}

/// Positions of the fields that people state, by name: the order of canonical JSON.
fn canonical_order(def: &EntityDef) -> Vec<usize> {
    let mut order: Vec<usize> = (0..def.fields.len()).collect();
    order.retain(|index| def.fields.get(*index).is_some_and(|field| !field.flags.derived));
    order.sort_unstable_by_key(|index| def.fields.get(*index).map(|field| field.name));
    order
}

/// Stores new and changed records with their audit entries, search terms, events and marks. Paths of new records must be
/// right; a change of owner is followed through the register here.
pub(crate) async fn store_changes(
    work: &mut Work<'_>,
    kind: EntityKind,
    mut creates: Vec<Record>,
    mut updates: Vec<Update>,
) -> Outcome<()> {
    let def = kind.def();
    if !work.is_move {
        requests::refuse_edits(work, kind, &updates).await?;
    }
    if !creates.is_empty() {
        insert(work, kind, &mut creates).await?;
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

/// Stores new records, with what the rules conclude of new systems. The hashes for the audit trail are made while the
/// engine writes.
async fn insert(work: &mut Work<'_>, kind: EntityKind, creates: &mut [Record]) -> Outcome<()> {
    let def = kind.def();
    let judged = match kind {
        EntityKind::System => Some(evaluation::judge_new_systems(work, creates).await?),
        _ => None,
    };
    let creates = &*creates;
    let hash = async {
        let order = canonical_order(def);
        let hash_of = |record| serde_json::to_string(&Canonical(def, &order, record)).map(|text| hash_text(&text));
        creates.iter().map(hash_of).collect::<Result<Vec<String>, _>>()
    };
    let hashes = match judged {
        Some(NewSystems { valid_until, flags }) => {
            let stored = store::records::insert_concluded(&mut work.tx, def, creates, &valid_until);
            let (stored, hashes) = tokio::join!(stored, hash);
            stored?;
            store::flags::insert(&mut work.tx, flags).await?;
            hashes
        }
        None => {
            let (stored, hashes) = tokio::join!(store::records::insert(&mut work.tx, def, creates), hash);
            stored?;
            hashes
        }
    };
    store::search::index(&mut work.tx, def, creates, false).await?;
    for (record, hash) in creates.iter().zip(hashes.map_err(|error| Fault::internal(error.to_string()))?) {
        work.record("create", def.table, record.id, &record.path, format!("{{\"hash\":\"{hash}\"}}"));
        work.touch_new(kind, record);
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
        EntityKind::LegalBasis => {
            let changed: Vec<Id> = updates.iter().map(|update| update.after.id).collect();
            for system in store::facts::systems_citing(&mut work.tx, &changed).await? {
                work.touch_system(system);
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
    evaluation::ask(work).await
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
    let found = store::keys::paths(work, owner.def(), &[id]).await?;
    let Some((_, path)) = found.into_iter().next() else { return Ok(None) };
    paths.insert(id, path.clone());
    Ok(Some(path))
}
