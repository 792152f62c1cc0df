//! What is known of a request before any handler sees it: id, peer, language, door, credentials. Made by the outermost
//! layer, carried in the request's extensions.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::CookieJar;
use domain::{Door, Fault, FaultKind, Language};
use services::{
    Op, Services,
    accounts::{self, Caller},
};
use tokio::sync::OnceCell;

use crate::{Edge, Peer, Refusal, cookies};

/// Header with the request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Header with the reason of a change, percent-encoded UTF-8.
const REASON: HeaderName = HeaderName::from_static("x-reason");

/// Characters of a reason at most.
const REASON_MAX: usize = 500;

/// With what a request proves who makes it.
#[derive(Clone)]
enum Credentials {
    None,
    Session(String),
    Bearer(String),
}

/// What is known of a request. Cloning is cheap.
#[derive(Clone)]
pub struct Context(Arc<Known>);

struct Known {
    edge: Edge,
    request_id: String,
    peer: Peer,
    agent: String,
    method: Method,
    path: String,
    query: String,
    cookies: CookieJar,
    why: String,
    wanted: Option<Language>,
    accepted: Option<Language>,
    is_htmx: bool,
    credentials: Credentials,
    caller: OnceCell<Option<Caller>>,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Context").field("request_id", &self.0.request_id).finish_non_exhaustive()
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

/// Decodes `%E4%B8%8A`: headers carry no Chinese. What is no escape stays as it is.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%'
            && let [high, low, after @ ..] = tail
            && let Some(byte) = hex_digit(*high).zip(hex_digit(*low)).map(|(high, low)| high * 16 + low)
        {
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// A reason as the trail may hold it.
fn cleaned(reason: &str) -> String {
    reason.chars().filter(|character| !character.is_control()).take(REASON_MAX).collect::<String>().trim().to_owned()
}

/// A bearer token, whatever its case; other schemes are a proxy's business, not ours.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

impl Context {
    fn of(edge: Edge, request: &Request) -> Self {
        let (headers, settings) = (request.headers(), edge.settings());
        let connection = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>().map(|info| info.0.ip());
        let forwarded: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        let credentials = match bearer(headers) {
            Some(token) => Credentials::Bearer(token),
            None => cookies::session_token(settings, headers).map_or(Credentials::None, Credentials::Session),
        };
        let services = edge.services();
        Self(Arc::new(Known {
            // Ours, never the client's: two requests must not look like one in the trail.
            request_id: services.ids.next(services.clock.now()).to_string(),
            peer: settings.trusted_proxies.peer(connection, forwarded.into_iter()),
            agent: text(headers, &header::USER_AGENT).chars().take(200).collect(),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            cookies: CookieJar::from_headers(headers),
            why: cleaned(&percent_decoded(&text(headers, &REASON))),
            wanted: cookies::language(headers),
            accepted: Language::from_accept_language(&text(headers, &header::ACCEPT_LANGUAGE)),
            is_htmx: headers.contains_key("hx-request"),
            credentials,
            caller: OnceCell::new(),
            edge,
        }))
    }

    /// The edge.
    pub fn edge(&self) -> &Edge {
        &self.0.edge
    }

    /// The use cases.
    pub fn services(&self) -> &Services {
        self.0.edge.services()
    }

    /// The request's id.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Who is at the other end.
    pub fn peer(&self) -> Peer {
        self.0.peer
    }

    /// The client's name for itself.
    pub fn agent(&self) -> &str {
        &self.0.agent
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The path, without query. It may hold a secret (one-time links): not for logs.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The query as it was sent, without its question mark. It may hold what people searched for: not for logs.
    pub fn query(&self) -> &str {
        &self.0.query
    }

    /// A cookie of the page, such as its theme. Credentials are not to be read here.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.0.cookies.get(name).map(axum_extra::extract::cookie::Cookie::value)
    }

    /// True when a part of a page is asked for (htmx).
    pub fn is_htmx(&self) -> bool {
        self.0.is_htmx
    }

    /// True below `/api/`.
    pub fn is_api(&self) -> bool {
        self.0.path.starts_with("/api/")
    }

    /// The door.
    pub fn door(&self) -> Door {
        if self.is_api() { Door::Api } else { Door::Console }
    }

    /// The language. In the console what the person chose: cookie, then the account, then the browser's. A program says
    /// with every request what it wants: on the REST door the header goes first.
    pub fn language(&self) -> Language {
        let chosen = || self.0.wanted.or_else(|| self.known_caller().and_then(|caller| caller.language));
        let accepted = self.0.accepted;
        let found = if self.is_api() { accepted.or_else(chosen) } else { chosen().or(accepted) };
        found.unwrap_or_default()
    }

    /// The session token that came in the cookie: for signing in (it is replaced) and out.
    pub fn session_token(&self) -> Option<&str> {
        match &self.0.credentials {
            Credentials::Session(token) => Some(token),
            Credentials::None | Credentials::Bearer(_) => None,
        }
    }

    /// The caller, if somebody has asked for it before: for pages about refusals.
    pub fn known_caller(&self) -> Option<&Caller> {
        self.0.caller.get().and_then(Option::as_ref)
    }

    /// The caller, if anybody is signed in; looked up once a request. A token that does not work is an error: whoever
    /// sends one must not be served as a stranger.
    pub async fn caller(&self) -> Result<Option<&Caller>, Fault> {
        let found = self
            .0
            .caller
            .get_or_try_init(async || match &self.0.credentials {
                Credentials::None => Ok(None),
                Credentials::Session(token) => accounts::caller(self.services(), token).await,
                Credentials::Bearer(token) => match accounts::caller_of_token(self.services(), token).await? {
                    Some(caller) => Ok(Some(caller)),
                    None => Err(dead_token()),
                },
            })
            .await?;
        if let Some(caller) = found
            && caller.read_only
            && !matches!(self.0.method, Method::GET | Method::HEAD | Method::OPTIONS)
        {
            return Err(read_only());
        }
        Ok(found.as_ref())
    }

    /// The operation of whoever calls, signed in or not.
    pub async fn op(&self) -> Result<Op, Fault> {
        let caller = self.caller().await?;
        let anonymous = accounts::anonymous(self.door(), self.request_id(), self.language());
        Ok(match caller {
            Some(caller) => Op { actor: caller.actor.clone(), why: self.0.why.clone(), ..anonymous },
            None => anonymous,
        })
    }
}

fn dead_token() -> Fault {
    Fault::new(
        FaultKind::Unauthenticated,
        "dead-token",
        "令牌无效、已过期或已吊销；请在“我的账号”中创建新的令牌。",
        "This token is unknown, expired or revoked; make a new one under “My account”.",
    )
}

fn read_only() -> Fault {
    Fault::new(
        FaultKind::Forbidden,
        "token-read-only",
        "此令牌只能读取；修改数据需要“write”范围的令牌。",
        "This token may only read; changes need a token with the scope “write”.",
    )
}

/// The outermost layer: makes the context, and names the request in the answer.
pub(crate) async fn enter(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let context = Context::of(edge, &request);
    let id = HeaderValue::from_str(context.request_id()).unwrap_or_else(|_| HeaderValue::from_static("-"));
    request.headers_mut().insert(REQUEST_ID, id.clone());
    request.extensions_mut().insert(context);
    let mut response = next.run(request).await;
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Context {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Refusal(Fault::internal("a route outside Edge::wrap asked for the request's context")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_in_chinese_arrives_and_rubbish_does_no_harm() {
        assert_eq!(percent_decoded("%E4%B8%8A%E4%BA%91 100%"), "上云 100%");
        assert_eq!(percent_decoded("%zz%4"), "%zz%4");
        assert_eq!(cleaned("  一行\n两行 "), "一行两行");
    }

    #[test]
    fn only_bearer_tokens_are_ours() {
        let with =
            |value: &'static str| HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_static(value))]);
        assert_eq!(bearer(&with("bearer sy_1")).as_deref(), Some("sy_1"));
        assert_eq!(bearer(&with("Basic eHk6eHk=")), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
