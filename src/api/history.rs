//! What happened to one record.

use axum::{Json, extract::Path};
use domain::EntityDef;
use serde::Serialize;
use serde_json::Value;
use services::records;
use utoipa::ToSchema;

use crate::{
    problem::Answer,
    receive::{self, Asking, Parameters},
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
    let limit = parameters.take_limit()?;
    let placed = records::history(&asking.services, &asking.op, kind, receive::id(&id)?, limit).await?;
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
    Ok(Json(History { items }))
}
