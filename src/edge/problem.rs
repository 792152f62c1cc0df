//! Problem documents (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Fault, Language};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    detail: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<FieldProblem<'a>>,
}

#[derive(Serialize)]
struct FieldProblem<'a> {
    field: &'a str,
    rule: &'a str,
    message: &'a str,
}

/// A fault as a problem document in one language.
pub fn problem_response(fault: &Fault, status: StatusCode, language: Language, request_id: &str) -> Response {
    let document = Document {
        r#type: format!("urn:shangyun:problem:{}", fault.code),
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code: fault.code,
        detail: fault.message.text(language),
        request_id,
        retry_after_seconds: fault.retry_after_seconds,
        problems: fault
            .problems
            .iter()
            .map(|problem| FieldProblem {
                field: &problem.field,
                rule: &problem.rule,
                message: problem.message.text(language),
            })
            .collect(),
    };
    let body = serde_json::to_string(&document).unwrap_or_else(|_| "{}".to_owned());
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response
}
