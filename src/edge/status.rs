//! From the kind of a fault to an HTTP status. No arm is left to chance: a new kind does not compile without one.

use axum::http::StatusCode;
use domain::FaultKind;

/// The status of a kind of fault.
pub fn status_of(kind: FaultKind) -> StatusCode {
    match kind {
        FaultKind::Malformed => StatusCode::BAD_REQUEST,
        FaultKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        FaultKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        FaultKind::Forbidden => StatusCode::FORBIDDEN,
        FaultKind::NotFound => StatusCode::NOT_FOUND,
        FaultKind::Conflict => StatusCode::CONFLICT,
        FaultKind::Stale => StatusCode::PRECONDITION_FAILED,
        FaultKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        FaultKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
