//! Refusals: every fault, of a handler or of a layer, becomes a page or a problem document in one place.

use std::{any::Any, sync::Arc};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Fault, FaultKind};
use tower_http::csrf::ProtectionError;

use crate::{Context, Edge, problem_response, status_of};

/// How a door shows a fault.
pub type Presenter = Arc<dyn Fn(&Fault, &Context) -> Response + Send + Sync>;

/// A fault as the answer of a handler. Its body is made further out, where door, language and request id are known.
#[derive(Clone, Debug)]
pub struct Refusal(pub Fault);

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.kind).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Headers that belong to the refusal, whoever writes its body.
const KEPT: [HeaderName; 3] = [header::ALLOW, header::SET_COOKIE, header::WWW_AUTHENTICATE];

/// Bytes of a framework's own explanation that are passed on.
const EXPLANATION: usize = 2_048;

/// Gives every refusal its body.
pub(crate) async fn present(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let context = request.extensions().get::<Context>().cloned();
    let mut response = next.run(request).await;
    let Some(context) = context else { return response };
    let status = response.status();
    let fault = match response.extensions_mut().remove::<Refusal>() {
        Some(Refusal(fault)) => fault,
        None if is_bare(&response) => {
            let (parts, body) = response.into_parts();
            let text = axum::body::to_bytes(body, EXPLANATION).await.unwrap_or_default();
            response = Response::from_parts(parts, Body::empty());
            fault_of(status, &String::from_utf8_lossy(&text))
        }
        None => return response,
    };
    if fault.kind == FaultKind::Internal {
        tracing::error!(
            request_id = context.request_id(),
            code = fault.code,
            inward = fault.inward.as_deref(),
            "refused"
        );
    } else if let Some(inward) = fault.inward.as_deref() {
        tracing::warn!(request_id = context.request_id(), code = fault.code, inward, "refused");
    }
    let mut shown = if context.is_api() { (edge.api)(&fault, &context) } else { (edge.pages)(&fault, &context) };
    if !shown.status().is_redirection() {
        *shown.status_mut() = status;
    }
    for name in KEPT {
        for value in response.headers().get_all(&name) {
            shown.headers_mut().append(&name, value.clone());
        }
    }
    if let Some(seconds) = fault.retry_after_seconds {
        shown.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if fault.kind == FaultKind::Unauthenticated && context.is_api() {
        shown.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    shown
}

/// An error that nobody wrote a body for: of the router, of an extractor.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    (status.is_client_error() || status.is_server_error())
        && kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// What a framework's status means in our words. `explanation` is the framework's own, about the request's form.
fn fault_of(status: StatusCode, explanation: &str) -> Fault {
    let malformed = |code, zh: &str, en: &str| {
        let (zh, en) = match explanation.trim() {
            "" => (zh.to_owned(), en.to_owned()),
            detail => (format!("{zh}({detail})"), format!("{en} ({detail})")),
        };
        Fault::new(FaultKind::Malformed, code, zh, en)
    };
    match status {
        StatusCode::NOT_FOUND => Fault::not_found(),
        StatusCode::UNAUTHORIZED => Fault::unauthenticated(),
        StatusCode::FORBIDDEN => Fault::forbidden(),
        StatusCode::METHOD_NOT_ALLOWED => Fault::new(
            FaultKind::Malformed,
            "method-not-allowed",
            "此地址不支持该请求方法。",
            "This address does not answer this method.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => too_large(None),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            malformed("media-type", "不支持此内容类型。", "This content type is not understood here.")
        }
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT | StatusCode::BAD_GATEWAY => Fault::new(
            FaultKind::Unavailable,
            "unavailable",
            "服务暂时不可用，请稍后重试。",
            "Away for the moment; please try again shortly.",
        ),
        other if other.is_server_error() => Fault::internal(explanation),
        _ => malformed("malformed", "请求的格式不正确。", "The request cannot be read."),
    }
}

/// The body is larger than allowed.
pub(crate) fn too_large(limit: Option<usize>) -> Fault {
    let (zh, en) = match limit.map(|bytes| bytes >> 20) {
        Some(mebibytes) => {
            (format!("请求内容超过上限 {mebibytes} MiB。"), format!("The request is larger than {mebibytes} MiB."))
        }
        None => ("请求内容超过上限。".to_owned(), "The request is larger than allowed.".to_owned()),
    };
    Fault::new(FaultKind::TooLarge, "too-large", zh, en)
}

/// A page that another site made the browser send.
pub(crate) fn cross_site(_: ProtectionError) -> Response<Body> {
    Refusal(Fault::new(
        FaultKind::Forbidden,
        "cross-site",
        "请求来自其他网站，已拒绝。请在本系统页面内操作；若通过代理访问，请让代理保留 Host 与 Origin，或设置 public_url。",
        "This request came from another site and was refused. Use the pages of this system; behind a proxy keep Host and Origin, or set public_url.",
    ))
    .into_response()
}

/// A handler panicked: a bug. Its message may hold anything, so it goes to the log only.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the payload over")]
pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> Response<Body> {
    let message =
        payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    Refusal(Fault::internal(format!("panic: {}", message.unwrap_or("no message")))).into_response()
}

/// How the API shows a fault.
pub(crate) fn problem_document(fault: &Fault, context: &Context) -> Response {
    problem_response(fault, status_of(fault.kind), context.language(), context.request_id())
}

/// How pages show a fault until the console says better.
pub(crate) fn plain_page(fault: &Fault, context: &Context) -> Response {
    let language = context.language();
    let text = escaped(fault.message.text(language));
    let label = language.pick("请求编号", "Request id");
    let page = format!(
        "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><title>{text}</title><p>{text}</p><p>{label}: {}</p></html>",
        language.tag(),
        escaped(context.request_id()),
    );
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
