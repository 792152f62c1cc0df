//! Undo: takes an applied import back from its audit entries, all of it or nothing.

use std::collections::HashMap;

use domain::{EntityDef, EntityKind, Fault, FaultKind, Id, Kind, Record, Value};
use rules::{Action, Resource};
use serde_json::Value as Json;
use store::{audit, imports};

use super::{
    document::{ImportView, State},
    run,
};
use crate::{
    Op, Outcome, Services, Work, permit,
    records::{Update, remove_records, store_changes},
};

/// Entries read at once.
const AT_ONCE: i64 = 2_000;

/// Takes an applied import back. A record that somebody changed since stands in the way: then nothing is taken back and
/// the records are named.
pub async fn undo(services: &Services, op: &Op, id: Id) -> Outcome<ImportView> {
    let mut import = run::find(services, op, id).await?;
    permit(op, Action::UndoImport, &Resource::Imports { own: import.person == op.actor.person })?;
    run::in_state(&import, &[State::Applied])?;
    let mut work = Work::begin(services, op).await?;
    work.tx.lock(&format!("import-{}", import.kind.def().table)).await?;
    let batch = read_batch(&mut work, id).await?;
    let mut in_the_way = Vec::new();
    // Newest entities first: what refers goes before what is referred to.
    for kind in domain::ENTITIES.into_iter().rev() {
        let Some(changes) = batch.get(&kind) else { continue };
        let ids: Vec<Id> = changes.keys().copied().collect();
        let records: Vec<Record> = store::records::find_many(&mut work.tx, kind.def(), &ids).await?;
        if records.len() < ids.len() {
            in_the_way.push(format!("{} × {}", kind.def().zh, ids.len() - records.len()));
        }
        let (mut removals, mut updates) = (Vec::new(), Vec::new());
        for record in records {
            let Some(change) = changes.get(&record.id) else { continue };
            if record.version != change.version {
                in_the_way.push(record.get(kind.def(), "name").as_text().unwrap_or_default().to_owned());
            } else if change.created {
                removals.push(record);
            } else {
                let after = restored(kind.def(), &record, change);
                updates.push(Update { before: record, after });
            }
        }
        if !in_the_way.is_empty() {
            return Err(changed_since(&in_the_way));
        }
        let updates = with_paths(&mut work, kind, updates).await?;
        store_changes(&mut work, kind, Vec::new(), updates).await?;
        for chunk in removals.chunks(500) {
            for record in chunk {
                permit(op, Action::Import, &Resource::Record { kind, path: &record.path })?;
            }
        }
        if !removals.is_empty() {
            remove_records(&mut work, kind, &removals).await?;
        }
    }
    import.state = State::Undone;
    import.document.undo_reason = Some(op.why.clone()).filter(|why| !why.is_empty());
    imports::update(&mut work.tx, &import.to_stored()?, work.at).await?;
    work.record("undo_import", import.kind.def().table, id, "", "{}".to_owned());
    work.commit().await?;
    run::find(services, op, id).await
}

/// What an import did to one record.
#[derive(Debug)]
struct Done {
    created: bool,
    version: i64,
    before: Vec<(String, Json)>,
}

async fn read_batch(work: &mut Work<'_>, id: Id) -> Outcome<HashMap<EntityKind, HashMap<Id, Done>>> {
    let mut batch: HashMap<EntityKind, HashMap<Id, Done>> = HashMap::new();
    let mut after = 0;
    loop {
        let entries = audit::of_batch(&mut work.tx, id, after, AT_ONCE).await?;
        let Some(last) = entries.last() else { return Ok(batch) };
        after = last.place.sequence;
        for placed in entries {
            let entry = placed.entry;
            let Some(kind) = EntityKind::from_table(&entry.entity) else { continue };
            let body: Json =
                serde_json::from_str(&entry.body).map_err(|error| Fault::internal(format!("audit: {error}")))?;
            let done = batch.entry(kind).or_default();
            match entry.action.as_str() {
                "create" => {
                    done.insert(entry.subject, Done { created: true, version: 1, before: Vec::new() });
                }
                "update" => {
                    let version = body.get("version").and_then(Json::as_i64).unwrap_or(0);
                    let changes = body.get("changes").and_then(Json::as_object).cloned().unwrap_or_default();
                    let before =
                        changes.into_iter().map(|(name, pair)| (name, pair.get(0).cloned().unwrap_or(Json::Null)));
                    let known =
                        done.entry(entry.subject).or_insert(Done { created: false, version, before: Vec::new() });
                    known.version = version;
                    let first: Vec<(String, Json)> =
                        before.filter(|(name, _)| !known.before.iter().any(|(other, _)| other == name)).collect();
                    known.before.extend(first);
                }
                _ => {}
            }
        }
    }
}

fn restored(def: &EntityDef, record: &Record, done: &Done) -> Record {
    let mut after = record.clone();
    for (name, json) in &done.before {
        let Some((_, field)) = def.field(name) else { continue };
        let value = match json {
            Json::String(text) if matches!(field.kind, Kind::Ref { .. }) => {
                Id::parse(text).map_or(Value::Null, Value::Id)
            }
            Json::String(text) => Value::Text(text.clone()),
            Json::Bool(flag) => Value::Bool(*flag),
            Json::Number(number) => number.as_i64().map_or(Value::Null, Value::Int),
            _ => Value::Null,
        };
        after.set(def, name, value);
    }
    after
}

/// Restored owners mean restored paths.
async fn with_paths(work: &mut Work<'_>, kind: EntityKind, mut updates: Vec<Update>) -> Outcome<Vec<Update>> {
    let mut cache = HashMap::new();
    for update in &mut updates {
        if kind == EntityKind::Department {
            let own = update.before.path.trim_end_matches('/').rsplit('/').next().unwrap_or("").to_owned();
            let parent = match update.after.get(kind.def(), "parent").as_id() {
                Some(parent) => store::records::find(&mut work.tx, kind.def(), parent)
                    .await?
                    .map(|record| record.path)
                    .unwrap_or_default(),
                None => String::new(),
            };
            update.after.path = format!("{parent}{own}/");
        } else if let Some(path) =
            crate::records::owner_path(&mut work.tx, kind.def(), &update.after, &mut cache).await?
        {
            update.after.path = path;
        }
    }
    Ok(updates)
}

fn changed_since(names: &[String]) -> Fault {
    let shown = names.iter().take(10).cloned().collect::<Vec<_>>().join("、");
    Fault::new(
        FaultKind::Conflict,
        "changed-since-import",
        format!("导入之后有 {} 处已被修改或移除，没有撤销任何数据：{shown}。请先处理这些记录。", names.len()),
        format!(
            "{} records were changed or removed after the import; nothing was undone: {shown}. Settle these first.",
            names.len()
        ),
    )
}
