//! What both HTTP doors share: who calls and from where, sessions, request ids, limits, forgery protection, headers,
//! refusals, figures.
//!
//! A door builds its router and hands it to [`Edge::wrap`]. Its handlers take [`OpFrom`] (or [`SignedIn`], [`Context`])
//! and answer `Result<_, Refusal>`; a [`domain::Fault`] becomes a page or a problem document here, once, for every door
//! and every layer. Nothing is looked up before a handler asks for it, so static files cost no query.

mod caller;
mod context;
mod cookies;
mod headers;
mod limits;
mod listen;
mod observe;
mod peers;
mod problem;
mod refusal;
mod settings;
mod status;

pub use caller::{OpFrom, OpOrAnonymous, SignedIn};
pub use context::Context;
pub use cookies::{clear_session_cookie, language_cookie, session_cookie};
pub use listen::check_listen;
pub use peers::{Peer, Proxies};
pub use problem::problem_response;
pub use refusal::{Presenter, Refusal};
pub use settings::{Limits, Settings};
pub use status::status_of;

use std::sync::Arc;

use axum::{Router, body::Body, middleware, response::Response};
use services::Services;
use tower_http::{
    catch_panic::CatchPanicLayer,
    csrf::{CsrfLayer, ProtectionError},
};

/// The shared part of the HTTP doors. Cloning is cheap.
#[derive(Clone)]
pub struct Edge {
    shared: Arc<Shared>,
    pages: Presenter,
    api: Presenter,
}

struct Shared {
    services: Services,
    settings: Settings,
    origin: Option<String>,
    pace: limits::Pace,
}

impl std::fmt::Debug for Edge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Edge").field("settings", &self.shared.settings).finish_non_exhaustive()
    }
}

impl Edge {
    /// Puts the edge together; the error says which setting is wrong and what would be right.
    pub fn new(services: Services, settings: Settings) -> Result<Self, String> {
        let origin = settings.origin()?;
        let pace = limits::Pace::new(&settings.limits)?;
        Ok(Self {
            shared: Arc::new(Shared { services, settings, origin, pace }),
            pages: Arc::new(refusal::plain_page),
            api: Arc::new(refusal::problem_document),
        })
    }

    /// How the console shows a refusal (anything outside `/api/`). It may answer a redirection, such as to the sign-in
    /// page; otherwise the status is set here.
    #[must_use]
    pub fn present_pages(mut self, presenter: Presenter) -> Self {
        self.pages = presenter;
        self
    }

    /// How the API shows a refusal; a problem document unless set.
    #[must_use]
    pub fn present_api(mut self, presenter: Presenter) -> Self {
        self.api = presenter;
        self
    }

    /// The use cases.
    pub fn services(&self) -> &Services {
        &self.shared.services
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// The address that people use, without a slash at its end; empty when none is set.
    pub fn public_url(&self) -> &str {
        self.shared.settings.public_url.as_deref().unwrap_or_default().trim_end_matches('/')
    }

    /// Puts every layer around a finished router. Call it once, last: layers hold only for routes added before.
    pub fn wrap(&self, router: Router) -> Router {
        // From the inside out. A refusal of any layer up to `present` gets its page or document there; headers and
        // figures see what really leaves; everything knows the request's id.
        router
            .layer(middleware::from_fn_with_state(self.clone(), limits::bounded))
            .layer(self.forgery_protection())
            .layer(CatchPanicLayer::custom(refusal::panicked))
            .layer(middleware::from_fn_with_state(self.clone(), limits::paced))
            .layer(middleware::from_fn_with_state(self.clone(), refusal::present))
            .layer(middleware::from_fn_with_state(self.clone(), headers::secure))
            .layer(middleware::from_fn(observe::observe))
            .layer(middleware::from_fn_with_state(self.clone(), context::enter))
    }

    /// Refuses what another site makes a browser send. Requests with a bearer token need no exemption: programs send
    /// neither `Origin` nor `Sec-Fetch-Site`, and a browser sends a token across sites only where we allow it: nowhere.
    fn forgery_protection(&self) -> CsrfLayer<impl FnMut(ProtectionError) -> Response<Body> + Clone + use<>> {
        let mut layer = CsrfLayer::new();
        if let Some(origin) = &self.shared.origin {
            // Behind a proxy that rewrites `Host` this is how our own pages are known.
            layer = layer.clone().add_trusted_origin(origin).unwrap_or(layer);
        }
        layer.with_rejection_response(refusal::cross_site)
    }
}
