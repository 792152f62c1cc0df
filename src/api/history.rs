//! What happened to one record.

use axum::{Json, extract::Path};
use domain::EntityDef;
use serde::Serialize;
use serde_json::Value;
use services::records;
use utoipa::ToSchema;

use crate::{
    cursor,
    problem::Answer,
    receive::{self, Asking, Parameters, wrong_cursor},
    wire,
};

/// One changed field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldChange {
    /// Name of the field.
    field: String,
    /// Its value before, as a record carries it.
    #[schema(value_type = Option<Object>)]
    before: Value,
    /// Its value after.
    #[schema(value_type = Option<Object>)]
    after: Value,
}

/// Something that happened to a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryEntry {
    /// Moment.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it, as the person was called then.
    actor: String,
    /// Through which door: `console`, `api`, `command_line`, `job`.
    door: String,
    /// The request that did it.
    request_id: String,
    /// `create`, `update`, `remove`, `assess`, …
    action: String,
    /// The reason given.
    why: String,
    /// The import that did it.
    import: Option<String>,
    /// The version that came of it.
    version: Option<i64>,
    /// What changed.
    changes: Vec<FieldChange>,
}

/// What happened to a record, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct History {
    /// Newest first.
    items: Vec<HistoryEntry>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

fn changes(def: &EntityDef, body: &Value) -> Vec<FieldChange> {
    let Some(changed) = body.get("changes").and_then(Value::as_object) else { return Vec::new() };
    changed
        .iter()
        .map(|(name, pair)| {
            let side = |index: usize| {
                let json = pair.get(index).unwrap_or(&Value::Null);
                def.field(name)
                    .map_or_else(|| json.clone(), |(_, field)| wire::to_json(field, &wire::from_trail(field, json)))
            };
            FieldChange { field: name.clone(), before: side(0), after: side(1) }
        })
        .collect()
}

/// `GET /{entity}/{id}/history`
pub(crate) async fn list_history(
    asking: Asking,
    Path((word, id)): Path<(String, String)>,
    mut parameters: Parameters,
) -> Answer<Json<History>> {
    let kind = receive::entity(&word)?;
    let id = receive::id(&id)?;
    let list = format!("{word}/{id}/history");
    let limit = parameters.take_limit()?;
    let before = match parameters.take_cursor(&list)? {
        Some(place) => Some(place.first().and_then(Value::as_i64).ok_or_else(wrong_cursor)?),
        None => None,
    };
    let (placed, more) = records::history_page(&asking.services, &asking.op, kind, id, before, limit).await?;
    let last = placed.last().map(|placed| placed.place.sequence);
    let next_cursor = last.filter(|_| more).map(|last| cursor::encode(&list, &[last.into()]));
    let items = placed
        .into_iter()
        .map(|placed| {
            let entry = placed.entry;
            let body: Value = serde_json::from_str(&entry.body).unwrap_or(Value::Null);
            HistoryEntry {
                at: entry.at.to_string(),
                actor: entry.actor,
                door: entry.door,
                request_id: entry.request_id,
                version: match entry.action.as_str() {
                    "create" => Some(1),
                    _ => body.get("version").and_then(Value::as_i64),
                },
                action: entry.action,
                why: entry.why,
                import: (!entry.batch.is_none()).then(|| entry.batch.to_string()),
                changes: changes(kind.def(), &body),
            }
        })
        .collect();
    Ok(Json(History { items, next_cursor }))
}
