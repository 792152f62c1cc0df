//! Every refusal leaves as a problem document (RFC 9457) in the reader's language, with a stable code and the request id.
//!
//! A plain fault travels as [`edge::Refusal`] and is written by [`presenter`], which also writes what the edge itself
//! refuses (pace, size, time, panics). A refusal with more to say (another status, another member) is written by [`tell`].

use std::sync::Arc;

use axum::{
    Json,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Fault, FaultKind, Language, Problem, Wording};
use edge::{Context, Presenter};
use serde_json::{Map, Value};

/// Content type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A refusal on its way out.
#[derive(Clone, Debug)]
pub(crate) struct Refusal(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    fault: Fault,
    status: Option<StatusCode>,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a handler answers.
pub(crate) type Answer<T> = Result<T, Refusal>;

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self(Box::new(Parts { fault, status: None, members: Map::new(), headers: Vec::new() }))
    }
}

impl From<edge::Refusal> for Refusal {
    fn from(refusal: edge::Refusal) -> Self {
        refusal.0.into()
    }
}

impl Refusal {
    /// A refusal whose status no kind of fault has.
    pub(crate) fn with_status(
        status: StatusCode,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        let mut refusal = Self::malformed(code, zh, en);
        refusal.0.status = Some(status);
        refusal
    }

    /// A request that cannot be read.
    pub(crate) fn malformed(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Fault::new(FaultKind::Malformed, code, zh, en).into()
    }

    /// Query parameters that break a rule.
    pub(crate) fn parameters(problems: Vec<Problem>) -> Self {
        let mut fault = Fault::new(
            FaultKind::Malformed,
            "parameters",
            "请求参数有误，见各项说明。",
            "Some query parameters are wrong; see each of them.",
        );
        fault.problems = problems;
        fault.into()
    }

    /// One query parameter that breaks a rule.
    pub(crate) fn parameter(name: &str, rule: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::parameters(vec![Problem { field: name.to_owned(), rule: rule.to_owned(), message: Wording::new(zh, en) }])
    }

    /// Adds a member to the document.
    pub(crate) fn member(mut self, name: &str, value: Value) -> Self {
        self.0.members.insert(name.to_owned(), value);
        self
    }

    /// Adds a header to the response.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }

    fn status(&self) -> StatusCode {
        self.0.status.unwrap_or_else(|| edge::status_of(self.0.fault.kind))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let parts = &*self.0;
        if parts.status.is_none() && parts.members.is_empty() && parts.headers.is_empty() {
            return edge::Refusal(self.0.fault).into_response();
        }
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Short name of a kind of refusal.
fn title(status: StatusCode) -> Wording {
    match status.as_u16() {
        400 => Wording::new("请求无法读取", "Malformed request"),
        401 => Wording::new("未登录", "Not signed in"),
        403 => Wording::new("无此权限", "Not permitted"),
        404 => Wording::new("没有找到", "Not found"),
        405 => Wording::new("不支持此方法", "Method not allowed"),
        408 => Wording::new("请求超时", "Request timed out"),
        409 => Wording::new("与现状冲突", "Conflict"),
        412 => Wording::new("版本已过时", "Stale version"),
        413 => Wording::new("内容过大", "Too large"),
        415 => Wording::new("内容类型不支持", "Unsupported content type"),
        422 => Wording::new("内容不符合规则", "Invalid content"),
        428 => Wording::new("缺少前提条件", "Precondition required"),
        429 => Wording::new("请求过于频繁", "Too many requests"),
        503 => Wording::new("暂时不可用", "Temporarily unavailable"),
        status if status < 500 => Wording::new("请求被拒绝", "Refused"),
        _ => Wording::new("系统内部错误", "Internal error"),
    }
}

/// A fault as a problem document.
fn document(fault: &Fault, status: StatusCode, language: Language, request_id: &str) -> Map<String, Value> {
    let mut document = Map::new();
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    put("type", format!("urn:shangyun:problem:{}", fault.code).into());
    put("title", title(status).text(language).into());
    put("status", status.as_u16().into());
    put("detail", fault.message.text(language).into());
    put("code", fault.code.into());
    put("request_id", request_id.into());
    if let Some(seconds) = fault.retry_after_seconds {
        put("retry_after_seconds", seconds.into());
    }
    if !fault.problems.is_empty() {
        let error = |problem: &Problem| {
            let message = problem.message.text(language);
            serde_json::json!({ "field": problem.field, "rule": problem.rule, "message": message })
        };
        put("errors", fault.problems.iter().map(error).collect());
    }
    document
}

fn written(document: Map<String, Value>, status: StatusCode, language: Language) -> Response {
    let mut response = (status, Json(Value::Object(document))).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    response.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    response
}

/// How the edge shows a fault at this door: `Edge::present_api(api::presenter())`.
pub fn presenter() -> Presenter {
    Arc::new(|fault, context| {
        // The status is the edge's to set; the document names the one that the kind of fault has, but for the one
        // refusal of the framework that no kind of fault covers.
        let status = match fault.code {
            "method-not-allowed" => StatusCode::METHOD_NOT_ALLOWED,
            "media-type" => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => edge::status_of(fault.kind),
        };
        let language = context.language();
        written(document(fault, status, language, context.request_id()), status, language)
    })
}

/// Writes the refusals that have more to say than a fault.
pub(crate) async fn tell(context: Context, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else { return response };
    let (status, language) = (refusal.status(), context.language());
    let mut document = document(&refusal.0.fault, status, language, context.request_id());
    document.extend(refusal.0.members);
    let mut told = written(document, status, language);
    for (name, value) in refusal.0.headers {
        told.headers_mut().insert(name, value);
    }
    told
}
