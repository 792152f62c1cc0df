//! Requests for programs: lists, drafting, checking, changing, steps, and confirming what a provider made.

use axum::{
    Json,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Fault, FaultKind, Id, Movement, Timestamp};
use serde::{Deserialize, Serialize};
use services::requests::{self, RequestFilter, RequestView, Step};
use utoipa::ToSchema;

use crate::{
    cursor,
    problem::{Answer, Refusal},
    receive::{self, Asking, Body, Members, Parameters, wrong_cursor},
    request_body::{self, wrong},
    request_view::{RequestCheck, RequestDocument, RequestLine},
};

/// A step of a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedStep {
    /// The step: one of `legal` of the request.
    #[serde(rename = "move")]
    movement: String,
    /// Why; needed to return, refuse, cancel or revoke.
    #[serde(default)]
    reason: String,
    /// The day on which it happened.
    #[schema(format = Date)]
    day: Option<String>,
    /// The plan that was looked at; needed to approve a move.
    plan_hash: Option<String>,
}

/// A confirmation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedConfirmation {
    /// What was made, in the provider's words.
    #[serde(default)]
    note: String,
}

/// A page of requests.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RequestList {
    /// The newest change first.
    items: Vec<RequestLine>,
    /// Where the next page begins.
    next_cursor: Option<String>,
}

/// The request that the address names, by identifier or number.
pub(crate) async fn find(asking: &Asking, name: &str) -> Result<RequestView, Fault> {
    requests::named(&asking.services, &asking.op, name).await
}

fn document(asking: &Asking, found: &RequestView) -> Result<RequestDocument, Fault> {
    RequestDocument::new(&asking.services, found, asking.op.language)
}

fn etag(found: &RequestView) -> (header::HeaderName, HeaderValue) {
    let version = format!("\"v{}\"", found.shown.record.version);
    (header::ETAG, HeaderValue::from_str(&version).unwrap_or(HeaderValue::from_static("\"v0\"")))
}

fn answer(asking: &Asking, found: &RequestView) -> Answer<Response> {
    Ok(([etag(found)], Json(document(asking, found)?)).into_response())
}

/// A place in a list by newest change, as its cursor says it.
pub(crate) fn take_place(parameters: &mut Parameters, list: &str) -> Answer<Option<(Timestamp, Id)>> {
    let Some(place) = parameters.take_cursor(list)? else { return Ok(None) };
    let [at, id] = &place[..] else { return Err(wrong_cursor()) };
    let at = at.as_i64().and_then(|micros| Timestamp::from_microsecond(micros).ok()).ok_or_else(wrong_cursor)?;
    Ok(Some((at, id.as_str().and_then(Id::parse).ok_or_else(wrong_cursor)?)))
}

/// The cursor of the page after a row.
pub(crate) fn place(list: &str, at: Timestamp, id: Id) -> String {
    cursor::encode(list, &[at.as_microsecond().into(), id.to_string().into()])
}

/// `GET /requests`
pub(crate) async fn list_requests(asking: Asking, mut parameters: Parameters) -> Answer<Json<RequestList>> {
    const LIST: &str = "requests";
    let limit = parameters.take_limit()?;
    let before = take_place(&mut parameters, LIST)?;
    parameters.check_single(&["system", "open", "mine", "within"])?;
    let Asking { services, op, .. } = &asking;
    let (filter, problems) = RequestFilter::read(services, op, &parameters.0).await?;
    if !problems.is_empty() {
        return Err(Refusal::parameters(problems));
    }
    let (found, more) = requests::list(services, op, &filter, before, limit).await?;
    let last = found.last().filter(|_| more).map(|one| place(LIST, one.request.updated_at, one.request.subject));
    let items = found.iter().map(|one| RequestLine::new(services, one, op.language)).collect();
    Ok(Json(RequestList { items, next_cursor: last }))
}

/// `GET /requests/{id}`
pub(crate) async fn get_request(asking: Asking, Path(id): Path<String>) -> Answer<Response> {
    let found = find(&asking, &id).await?;
    answer(&asking, &found)
}

/// `POST /requests`
pub(crate) async fn draft_request(asking: Asking, Body(members): Body<Members>) -> Answer<Response> {
    let draft = request_body::draft(&asking, members).await?;
    let id = requests::draft(&asking.services, &asking.op, &draft).await?;
    let found = find(&asking, &id.to_string()).await?;
    let address = [(header::LOCATION, format!("/api/v1/requests/{id}"))];
    Ok((StatusCode::CREATED, address, answer(&asking, &found)?).into_response())
}

/// `POST /requests/check`
pub(crate) async fn check_request(asking: Asking, Body(members): Body<Members>) -> Answer<Json<RequestCheck>> {
    let draft = request_body::draft(&asking, members).await?;
    let checked = requests::check(&asking.services, &asking.op, &draft).await?;
    Ok(Json(RequestCheck::new(&checked, asking.op.language)))
}

/// `PUT /requests/{id}`
pub(crate) async fn change_request(
    asking: Asking,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(members): Body<Members>,
) -> Answer<Response> {
    let found = find(&asking, &id).await?;
    let version = receive::if_match(&headers)?;
    let draft = request_body::draft(&asking, members).await?;
    let subject = found.request.subject;
    match requests::change(&asking.services, &asking.op, subject, version, &draft).await {
        Ok(()) => answer(&asking, &find(&asking, &subject.to_string()).await?),
        // Whoever named an old version is shown the request as it is now, to decide again.
        Err(fault) if fault.kind == FaultKind::Stale => {
            let now = find(&asking, &subject.to_string()).await?;
            let current = serde_json::to_value(document(&asking, &now)?).unwrap_or_default();
            let (name, value) = etag(&now);
            let refusal = Refusal::from(fault).member("current_version", now.shown.record.version.into());
            Err(refusal.member("current", current).header(name, value))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// `POST /requests/{id}/moves`
pub(crate) async fn move_request(
    asking: Asking,
    Path(id): Path<String>,
    Body(wanted): Body<WantedStep>,
) -> Answer<Response> {
    let found = find(&asking, &id).await?;
    let movement = Movement::from_code(&wanted.movement).ok_or_else(|| {
        let (zh, en) = ("没有这个步骤；可用的步骤见 legal", "there is no such step; `legal` names those there are");
        Fault::invalid(vec![wrong("move", "unknown-code", zh, en)])
    })?;
    let day = wanted.day.as_deref().map(|text| request_body::day("day", text)).transpose();
    let step = Step {
        movement,
        reason: wanted.reason,
        day: day.map_err(|problem| Fault::invalid(vec![problem]))?,
        plan_hash: wanted.plan_hash,
        seen_state: None,
    };
    requests::make(&asking.services, &asking.op, found.kind, found.request.subject, &step).await?;
    answer(&asking, &find(&asking, &found.request.subject.to_string()).await?)
}

/// `POST /requests/{id}/deliveries/{delivery}/confirm`
pub(crate) async fn confirm_delivery(
    asking: Asking,
    Path((id, delivery)): Path<(String, String)>,
    Body(wanted): Body<WantedConfirmation>,
) -> Answer<Response> {
    let subject = find(&asking, &id).await?.request.subject;
    let delivery = receive::id(&delivery)?;
    requests::confirm_delivery(&asking.services, &asking.op, subject, delivery, &wanted.note).await?;
    answer(&asking, &find(&asking, &subject.to_string()).await?)
}
