//! The whole audit trail, and its verification.

use axum::Json;
use domain::EntityKind;
use serde::Serialize;
use serde_json::Value;
use services::audit;
use utoipa::ToSchema;

use crate::{
    cursor,
    problem::Answer,
    receive::{Asking, Parameters, wrong_cursor},
};

/// One entry of the trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Where it stands in the trail.
    number: i64,
    /// Moment.
    #[schema(format = DateTime)]
    at: String,
    /// The person; none for the program itself.
    person: Option<String>,
    /// As the actor was called then.
    actor: String,
    /// Through which door.
    door: String,
    /// The request that did it.
    request_id: String,
    /// What was done.
    action: String,
    /// What kind of thing the subject is: an entity's plural word, or a word of the trail's own.
    entity: String,
    /// The subject.
    subject: Option<String>,
    /// The import that did it.
    import: Option<String>,
    /// The reason given.
    why: String,
    /// The sealed text, exactly as it was hashed.
    body: String,
}

/// A page of the trail, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditPage {
    /// Newest first.
    items: Vec<AuditEntry>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// `GET /audit`
pub(crate) async fn list_audit(asking: Asking, mut parameters: Parameters) -> Answer<Json<AuditPage>> {
    const LIST: &str = "audit";
    let limit = parameters.take_limit()?;
    let before = match parameters.take_cursor(LIST)? {
        Some(place) => Some(place.first().and_then(Value::as_i64).ok_or_else(wrong_cursor)?),
        None => None,
    };
    let placed = audit::list(&asking.services, &asking.op, before, limit).await?;
    let full = usize::try_from(limit).is_ok_and(|limit| placed.len() == limit);
    let last = placed.last().map(|placed| placed.place.sequence);
    let next_cursor = last.filter(|_| full).map(|last| cursor::encode(LIST, &[last.into()]));
    let items = placed
        .into_iter()
        .map(|placed| {
            let entry = placed.entry;
            let word = EntityKind::from_table(&entry.entity).map(|kind| kind.def().plural.to_owned());
            AuditEntry {
                number: placed.place.sequence,
                at: entry.at.to_string(),
                person: (!entry.person.is_none()).then(|| entry.person.to_string()),
                actor: entry.actor,
                door: entry.door,
                request_id: entry.request_id,
                action: entry.action,
                entity: word.unwrap_or(entry.entity),
                subject: (!entry.subject.is_none()).then(|| entry.subject.to_string()),
                import: (!entry.batch.is_none()).then(|| entry.batch.to_string()),
                why: entry.why,
                body: entry.body,
            }
        })
        .collect();
    Ok(Json(AuditPage { items, next_cursor }))
}

/// What the verification found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Verification {
    /// True when nothing was altered, removed or put in.
    whole: bool,
    /// Seals checked.
    seals: i64,
    /// Entries under them.
    entries: i64,
    /// Number of the first seal that does not fit.
    broken_seal: Option<i64>,
    /// The newest head, to compare with one kept elsewhere.
    head: String,
}

/// `POST /audit/verify`
pub(crate) async fn verify_audit(asking: Asking) -> Answer<Json<Verification>> {
    let verified = audit::verify(&asking.services, &asking.op).await?;
    Ok(Json(Verification {
        whole: verified.broken_seal.is_none(),
        seals: verified.seals,
        entries: verified.entries,
        broken_seal: verified.broken_seal,
        head: verified.head,
    }))
}
