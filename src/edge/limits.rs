//! Limits: how fast one peer may ask, how large a body may be, how long an answer may take to begin.

use std::{
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    body::Body,
    extract::{DefaultBodyLimit, Request, State},
    http::{Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Fault, FaultKind};
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock as _};
use http_body_util::Limited;

use crate::{Context, Edge, Limits, Peer, Refusal, refusal::too_large};

/// After so many questions the peers that have been quiet are forgotten.
const SWEEP: u32 = 10_000;

/// How fast each peer has been asking lately.
pub(crate) struct Pace {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicU32,
}

impl Pace {
    pub(crate) fn new(limits: &Limits) -> Result<Self, String> {
        let positive = |name: &str, number: u32| {
            NonZeroU32::new(number)
                .ok_or_else(|| format!("{name} is 0: nobody could make a request; the default is fine"))
        };
        let quota = Quota::per_second(positive("requests_per_second", limits.requests_per_second)?)
            .allow_burst(positive("burst", limits.burst)?);
        Ok(Self { limiter: DefaultKeyedRateLimiter::keyed(quota), asked: AtomicU32::new(0) })
    }

    /// Seconds to wait, if the peer asks too fast. This machine itself is not counted: a proxy on it that is not
    /// declared would make one peer of everybody.
    fn wait(&self, peer: Peer) -> Option<u64> {
        let key = peer.counted().filter(|_| !peer.is_local())?;
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.limiter.retain_recent();
        }
        let refused = self.limiter.check_key(&key).err()?;
        Some(refused.wait_time_from(self.limiter.clock().now()).as_secs() + 1)
    }
}

/// Refuses peers that ask too fast.
pub(crate) async fn paced(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Context>().map(Context::peer);
    if let Some(seconds) = peer.and_then(|peer| edge.shared.pace.wait(peer)) {
        let mut fault = Fault::new(
            FaultKind::TooMany,
            "too-many-requests",
            "来自您地址的请求过于频繁，请稍候再试。",
            "Too many requests from your address; wait a moment and try again.",
        );
        fault.retry_after_seconds = Some(seconds);
        return Refusal(fault).into_response();
    }
    next.run(request).await
}

/// Bounds body and time. The time ends when the answer begins, so event streams and downloads may last.
pub(crate) async fn bounded(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let limits = &edge.settings().limits;
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_upload = !is_safe && limits.is_upload_path(request.uri().path());
    let (bytes, time) =
        if is_upload { (limits.upload_bytes, limits.upload_time) } else { (limits.body_bytes, limits.time) };
    let declared =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|declared| declared > bytes) {
        return Refusal(too_large(Some(bytes))).into_response();
    }
    let mut request = request.map(|body| Body::new(Limited::new(body, bytes)));
    DefaultBodyLimit::max(bytes).apply(&mut request);
    match tokio::time::timeout(time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let mut fault = Fault::new(
                FaultKind::Unavailable,
                "timed-out",
                format!("处理超过 {} 秒，已停止；未提交的修改没有保存。", time.as_secs()),
                format!("Stopped after {} s; nothing that was not yet made permanent has been kept.", time.as_secs()),
            );
            fault.retry_after_seconds = Some(5);
            Refusal(fault).into_response()
        }
    }
}
