//! The audit trail of a record in words: who, when, through which door, before and after with labels and shown values.

use std::collections::BTreeSet;

use domain::{EntityDef, Field, Id, Kind, Record, Timestamp, Value};
use serde_json::Value as Json;
use services::records::{self, Placed};

use super::{Names, Present, moments};
use crate::parts::{ChangeView, HistoryEntry, HistoryView};
use crate::visit::Visit;

/// One changed field, read back from the trail.
struct Change {
    field: &'static Field,
    before: Value,
    after: Value,
}

/// The history of a record as its page shows it.
pub(crate) async fn history(
    visit: &Visit,
    def: &'static EntityDef,
    entries: &[Placed],
) -> Result<HistoryView, edge::Refusal> {
    let changes: Vec<Vec<Change>> = entries.iter().map(|placed| changes(def, &placed.entry.body)).collect();
    let names = names(visit, def, changes.iter().flatten()).await?;
    let present = Present::new(visit, &names);
    let entries = entries.iter().zip(&changes).map(|(placed, changes)| entry(&present, placed, changes)).collect();
    Ok(HistoryView { l: visit.l, entries, more: None })
}

/// The changed fields that an entry names. Fields that the program no longer knows are left out.
fn changes(def: &'static EntityDef, body: &str) -> Vec<Change> {
    let Ok(Json::Object(body)) = serde_json::from_str(body) else { return Vec::new() };
    let Some(Json::Object(changed)) = body.get("changes") else { return Vec::new() };
    let mut found: Vec<(usize, Change)> = changed
        .iter()
        .filter_map(|(name, pair)| {
            let (place, field) = def.field(name)?;
            let side = |at: usize| pair.get(at).map_or(Value::Null, |json| value(field, json));
            Some((place, Change { field, before: side(0), after: side(1) }))
        })
        .collect();
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, change)| change).collect()
}

fn value(field: &Field, json: &Json) -> Value {
    match (field.kind, json) {
        (Kind::Ref { .. }, Json::String(text)) => Id::parse(text).map_or(Value::Null, Value::Id),
        (_, Json::String(text)) => Value::Text(text.clone()),
        (_, Json::Bool(flag)) => Value::Bool(*flag),
        (_, Json::Number(number)) => number.as_i64().map_or(Value::Null, Value::Int),
        _ => Value::Null,
    }
}

/// Names of everything that the changes refer to.
async fn names<'c>(
    visit: &Visit,
    def: &'static EntityDef,
    changes: impl Iterator<Item = &'c Change>,
) -> Result<Names, edge::Refusal> {
    let mut wanted: BTreeSet<(&'static str, Id)> = BTreeSet::new();
    for change in changes {
        wanted.extend(
            [&change.before, &change.after].into_iter().filter_map(Value::as_id).map(|id| (change.field.name, id)),
        );
    }
    names_of_values(visit, def, wanted.into_iter().map(|(name, id)| (name, Value::Id(id)))).await
}

/// Names of references, given as field and value.
pub(crate) async fn names_of_values(
    visit: &Visit,
    def: &'static EntityDef,
    values: impl Iterator<Item = (&'static str, Value)>,
) -> Result<Names, edge::Refusal> {
    let asking: Vec<Record> = values
        .filter(|(_, value)| value.as_id().is_some())
        .map(|(name, value)| {
            let mut record = Record::blank(def, Id::NONE, Timestamp::UNIX_EPOCH);
            record.set(def, name, value);
            record
        })
        .collect();
    if asking.is_empty() {
        return Ok(Names::new());
    }
    Ok(records::names_of(visit.services(), def, &asking).await?)
}

fn entry(present: &Present<'_>, placed: &Placed, changes: &[Change]) -> HistoryEntry {
    let (l, entry) = (present.l, &placed.entry);
    let what = match entry.action.as_str() {
        "create" if !entry.batch.is_none() => l.t("did-import"),
        "create" => l.t("did-create"),
        "update" => l.n("did-update", changes.len() as u64),
        "remove" => l.t("did-remove"),
        "restore" => l.t("did-restore"),
        "assess" => l.t("did-assess"),
        "move" => l.t("did-move"),
        "deliver" => l.t("did-deliver"),
        "attach" => l.t("did-attach"),
        "confirm" => l.t("did-confirm"),
        other => other.to_owned(),
    };
    let door = match entry.door.as_str() {
        "console" => l.t("door-console"),
        "api" => l.t("door-api"),
        "command_line" => l.t("door-command-line"),
        "job" => l.t("door-job"),
        other => other.to_owned(),
    };
    HistoryEntry {
        when: moments::ago(l, present.pack, present.today, entry.at),
        exact: moments::exact(present.pack, entry.at),
        who: if entry.actor.is_empty() { l.t("did-program") } else { entry.actor.clone() },
        what,
        door,
        reason: entry.why.clone(),
        changes: changes
            .iter()
            .map(|change| ChangeView {
                label: present.label(change.field),
                before: present.text(change.field, &change.before),
                after: present.text(change.field, &change.after),
            })
            .collect(),
    }
}
