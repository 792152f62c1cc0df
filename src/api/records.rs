//! One record of any entity: read it, make it, change it, remove it.

use axum::{
    Json,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{EntityKind, Fault, FaultKind, Id, Record};
use serde_json::Value;
use services::records::{self, Input, Shown};

use crate::{
    problem::{Answer, Refusal},
    receive::{self, Asking, Body, Members},
    wire::{self, RecordView},
};

/// The ETag of a version.
fn etag(record: &Record) -> HeaderValue {
    HeaderValue::from_str(&format!("\"v{}\"", record.version)).unwrap_or(HeaderValue::from_static("\"v0\""))
}

fn document(kind: EntityKind, shown: &Shown) -> Answer<Value> {
    let view = RecordView { def: kind.def(), record: &shown.record, names: Some(&shown.names), only: &[] };
    serde_json::to_value(view).map_err(|error| Fault::internal(error.to_string()).into())
}

fn answer(kind: EntityKind, shown: &Shown) -> Response {
    let view = RecordView { def: kind.def(), record: &shown.record, names: Some(&shown.names), only: &[] };
    ([(header::ETAG, etag(&shown.record))], Json(view)).into_response()
}

/// `GET /{entity}/{id}`
pub(crate) async fn get_record(asking: Asking, Path((word, id)): Path<(String, String)>) -> Answer<Response> {
    let kind = receive::entity(&word)?;
    let shown = records::get(&asking.services, &asking.op, kind, receive::id(&id)?).await?;
    Ok(answer(kind, &shown))
}

/// From the members of a document to the texts that services read; every member of a wrong type is named.
fn input(kind: EntityKind, members: Members) -> Answer<Input> {
    let def = kind.def();
    let mut input = Input::new();
    let mut problems = Vec::new();
    for (name, value) in members.0 {
        match wire::to_text(def, &name, &value) {
            Ok(text) => {
                input.insert(name, text);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(input) } else { Err(Fault::invalid(problems).into()) }
}

/// `POST /{entity}`
pub(crate) async fn create_record(
    asking: Asking,
    Path(word): Path<String>,
    Body(members): Body<Members>,
) -> Answer<Response> {
    let kind = receive::entity(&word)?;
    let Asking { services, op, .. } = asking;
    let made = records::create(&services, &op, kind, &input(kind, members)?).await?;
    let shown = records::get(&services, &op, kind, made.record.id).await?;
    let address = format!("/api/v1/{word}/{}", made.record.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, address)], answer(kind, &shown)).into_response())
}

/// `PATCH /{entity}/{id}`
pub(crate) async fn update_record(
    asking: Asking,
    Path((word, id)): Path<(String, String)>,
    headers: HeaderMap,
    Body(members): Body<Members>,
) -> Answer<Response> {
    let kind = receive::entity(&word)?;
    let id = receive::id(&id)?;
    let version = receive::if_match(&headers)?;
    let Asking { services, op, .. } = &asking;
    match records::update(services, op, kind, id, version, &input(kind, members)?).await {
        Ok(_) => Ok(answer(kind, &records::get(services, op, kind, id).await?)),
        Err(fault) => Err(with_current(&asking, kind, id, fault).await),
    }
}

/// `DELETE /{entity}/{id}`
pub(crate) async fn remove_record(
    asking: Asking,
    Path((word, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer<StatusCode> {
    let kind = receive::entity(&word)?;
    let id = receive::id(&id)?;
    let version = receive::if_match(&headers)?;
    match records::remove(&asking.services, &asking.op, kind, id, version).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(fault) => Err(with_current(&asking, kind, id, fault).await),
    }
}

/// Whoever named an old version is shown the record as it is now, to decide again.
async fn with_current(asking: &Asking, kind: EntityKind, id: Id, fault: Fault) -> Refusal {
    if fault.kind != FaultKind::Stale {
        return fault.into();
    }
    let refusal = Refusal::from(fault);
    let Ok(shown) = records::get(&asking.services, &asking.op, kind, id).await else { return refusal };
    let Ok(current) = document(kind, &shown) else { return refusal };
    refusal
        .member("current_version", shown.record.version.into())
        .member("current", current)
        .header(header::ETAG, etag(&shown.record))
}
