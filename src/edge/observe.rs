//! A span, a line and two figures for every request: by route, method and status. No cookie, no header, no query and no
//! path reach them: a path may hold the secret of a one-time link.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};
use tracing::Instrument as _;

use crate::Context;

/// The method as a label: clients may invent methods, and labels must stay few.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

/// Watches a request.
pub(crate) async fn observe(request: Request, next: Next) -> Response {
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let context = request.extensions().get::<Context>().cloned();
    let (request_id, peer) =
        context.as_ref().map_or(("-", None), |context| (context.request_id(), Some(context.peer())));
    let span = tracing::info_span!("request", method, route, request_id, peer = peer.map(tracing::field::display));
    let began = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let took = began.elapsed();
    let status = response.status().as_u16();
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
    span.in_scope(|| {
        tracing::info!(status, milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX), "answered")
    });
    response
}
