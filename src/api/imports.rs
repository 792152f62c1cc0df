//! Imports: read, check, apply, and back out.

use axum::{
    Json,
    extract::{Path, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Id, Timestamp};
use serde::Deserialize;
use services::imports::{self, ImportView, State, Suggested, Upload};
use utoipa::ToSchema;

use crate::{
    cursor,
    import_view::{ImportDocument, ImportErrors, ImportList, ImportProgress, RowProblem},
    lists::{CSV, attachment},
    problem::{Answer, Refusal},
    receive::{self, Asking, Body, Parameters, wrong_cursor},
    upload::file_of,
};

fn document(asking: &Asking, import: &ImportView) -> Json<ImportDocument> {
    Json(ImportDocument::new(import, asking.op.language))
}

fn address(import: &ImportView) -> String {
    format!("/api/v1/imports/{}", import.id)
}

/// Long work that has begun: where to look for its end.
fn begun(asking: &Asking, import: &ImportView) -> Response {
    let follow = [(header::LOCATION, address(import)), (header::RETRY_AFTER, "1".to_owned())];
    (StatusCode::ACCEPTED, follow, document(asking, import)).into_response()
}

/// A check that was made at once, or has begun.
fn checking(asking: &Asking, import: &ImportView) -> Response {
    if import.state == State::Checking { begun(asking, import) } else { document(asking, import).into_response() }
}

/// `POST /imports`
pub(crate) async fn read_import(asking: Asking, mut parameters: Parameters, request: Request) -> Answer<Response> {
    let kind = receive::entity_parameter("kind", &parameters.take("kind")?.unwrap_or_default())?;
    let mut upload = Upload { source: parameters.take("source")?.unwrap_or_default(), ..Upload::default() };
    upload.options.encoding = parameters.take("encoding")?;
    upload.options.sheet = parameters.take("sheet")?;
    if let Some(text) = parameters.take("header_row")? {
        let row = text.parse().ok().filter(|row| *row > 0);
        upload.options.header_row = Some(row.ok_or_else(|| {
            Refusal::parameter("header_row", "range", "应为行号（从 1 起）", "must be the number of a row, from 1")
        })?);
    }
    if let Some(text) = parameters.take("separator")? {
        let mut characters = text.chars();
        let (Some(one), None) = (characters.next(), characters.next()) else {
            return Err(Refusal::parameter("separator", "one-character", "应为一个字符", "must be one character"));
        };
        upload.options.separator = Some(one);
    }
    let named = parameters.take("file_name")?;
    let (form_name, bytes) = file_of(request).await?;
    upload.file_name = named.or(form_name).unwrap_or_else(|| "upload".to_owned());
    upload.bytes = bytes;
    let import = imports::read(&asking.services, &asking.op, kind, upload).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, address(&import))], document(&asking, &import)).into_response())
}

/// `GET /imports`
pub(crate) async fn list_imports(asking: Asking, mut parameters: Parameters) -> Answer<Json<ImportList>> {
    const LIST: &str = "imports";
    let limit = parameters.take_limit()?;
    let after = match parameters.take_cursor(LIST)? {
        Some(place) => Some(place_of(&place).ok_or_else(wrong_cursor)?),
        None => None,
    };
    let (found, more) = imports::page(&asking.services, &asking.op, after, limit).await?;
    let next_cursor = found.last().filter(|_| more).map(|last| {
        let at = last.created_at.as_microsecond();
        cursor::encode(LIST, &[at.into(), last.id.to_string().into()])
    });
    let items = found.iter().map(|import| ImportDocument::new(import, asking.op.language)).collect();
    Ok(Json(ImportList { items, next_cursor }))
}

/// Where a page of imports begins, as its cursor says it.
fn place_of(place: &[serde_json::Value]) -> Option<(Timestamp, Id)> {
    let [at, id] = place else { return None };
    Some((Timestamp::from_microsecond(at.as_i64()?).ok()?, Id::parse(id.as_str()?)?))
}

/// `GET /imports/{id}`
pub(crate) async fn get_import(asking: Asking, Path(id): Path<String>) -> Answer<Json<ImportDocument>> {
    let import = imports::find(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(document(&asking, &import))
}

/// What each column of the file means.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedMapping {
    /// One entry per header, in the order of `columns`: a field, `field.unit`, `field.short_name`, or `null` to leave the
    /// column out.
    mapping: Vec<Option<String>>,
}

/// `PUT /imports/{id}/mapping`
pub(crate) async fn set_mapping(
    asking: Asking,
    Path(id): Path<String>,
    Body(wanted): Body<WantedMapping>,
) -> Answer<Json<ImportDocument>> {
    let id = receive::id(&id)?;
    let import = imports::set_mapping(&asking.services, &asking.op, id, wanted.mapping).await?;
    Ok(document(&asking, &import))
}

/// `POST /imports/{id}/check`
pub(crate) async fn check_import(asking: Asking, Path(id): Path<String>) -> Answer<Response> {
    let import = imports::start_check(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(checking(&asking, &import))
}

/// A mistake that a suggestion is known for, as `errors` tells it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedSuggestion {
    /// Stable code of the rule.
    rule: String,
    /// Header of the column.
    column: String,
    /// The cell.
    value: String,
}

/// `POST /imports/{id}/take-suggestion`
pub(crate) async fn take_suggestion(
    asking: Asking,
    Path(id): Path<String>,
    Body(wanted): Body<WantedSuggestion>,
) -> Answer<Response> {
    let suggested = Suggested { rule: wanted.rule, column: wanted.column, value: wanted.value };
    let import = imports::take_suggestion(&asking.services, &asking.op, receive::id(&id)?, &suggested).await?;
    Ok(checking(&asking, &import))
}

/// How to apply.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedApply {
    /// Apply the other rows although some are refused. Without it a file with refused rows is not applied at all.
    #[serde(default)]
    skip_refused: bool,
}

/// `POST /imports/{id}/apply`
pub(crate) async fn apply_import(
    asking: Asking,
    Path(id): Path<String>,
    wanted: Option<Body<WantedApply>>,
) -> Answer<Response> {
    let skip_refused = wanted.is_some_and(|Body(wanted)| wanted.skip_refused);
    let import = imports::start_apply(&asking.services, &asking.op, receive::id(&id)?, skip_refused).await?;
    Ok(begun(&asking, &import))
}

/// `POST /imports/{id}/cancel`
pub(crate) async fn cancel_import(asking: Asking, Path(id): Path<String>) -> Answer<Json<ImportDocument>> {
    let import = imports::cancel(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(document(&asking, &import))
}

/// `POST /imports/{id}/undo`
pub(crate) async fn undo_import(asking: Asking, Path(id): Path<String>) -> Answer<Json<ImportDocument>> {
    let import = imports::undo(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(document(&asking, &import))
}

/// `POST /imports/{id}/create-missing-departments`
pub(crate) async fn create_missing_departments(asking: Asking, Path(id): Path<String>) -> Answer<Json<ImportDocument>> {
    let import = imports::create_missing_departments(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(document(&asking, &import))
}

/// `GET /imports/{id}/errors`
pub(crate) async fn list_import_errors(
    asking: Asking,
    Path(id): Path<String>,
    mut parameters: Parameters,
) -> Answer<Json<ImportErrors>> {
    let id = receive::id(&id)?;
    let list = format!("imports/{id}/errors");
    let limit = parameters.take_limit()?;
    let after = match parameters.take_cursor(&list)? {
        Some(place) => place.first().and_then(serde_json::Value::as_i64).ok_or_else(wrong_cursor)?,
        None => 0,
    };
    let found = imports::row_errors(&asking.services, &asking.op, id, after, limit).await?;
    // Classified rows have the number 0 and come in addition to the first page.
    let numbered = found.iter().filter(|(number, _)| *number > 0).count();
    let last = found.last().map(|(number, _)| *number).filter(|number| *number > 0);
    let full = usize::try_from(limit).is_ok_and(|limit| numbered >= limit);
    Ok(Json(ImportErrors {
        next_cursor: last.filter(|_| full).map(|last| cursor::encode(&list, &[last.into()])),
        items: found.into_iter().map(|(_, error)| RowProblem::new(error, asking.op.language)).collect(),
    }))
}

/// `GET /imports/{id}/refused.csv`
pub(crate) async fn download_refused_rows(asking: Asking, Path(id): Path<String>) -> Answer<Response> {
    let bytes = imports::refused_rows(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(attachment("refused-rows.csv", CSV, bytes))
}

/// `GET /imports/{id}/progress`
pub(crate) async fn get_import_progress(asking: Asking, Path(id): Path<String>) -> Answer<Response> {
    let import = imports::find(&asking.services, &asking.op, receive::id(&id)?).await?;
    let progress = asking.services.progress.of(import.id);
    let mut response = Json(ImportProgress::new(&import, progress)).into_response();
    if matches!(import.state, State::Checking | State::Applying) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(response)
}
