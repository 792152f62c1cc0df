//! The shared edge of both HTTP doors: what a request meets before and after any handler.

use std::net::SocketAddr;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode},
    routing::{get, post},
};
use domain::Role;
use edge::{Context, Edge, Limits, OpFrom, OpOrAnonymous, Proxies, Refusal, Settings, SignedIn};
use services::accounts::{self, Attempt, NewGrant, NewPerson, NewToken, TokenScope};
use tower::ServiceExt;

use crate::support::World;

const PASSWORD: &str = "春天的马电池与订书钉";

async fn who(OpFrom(op): OpFrom) -> String {
    format!("{} {} {}", op.actor.name, op.door.code(), op.why)
}

async fn perhaps(caller: Option<SignedIn>, OpOrAnonymous(op): OpOrAnonymous) -> String {
    format!("{} {}", caller.map_or_else(|| "stranger".to_owned(), |SignedIn(caller)| caller.login), op.language.tag())
}

async fn peer(context: Context) -> String {
    context.peer().to_string()
}

async fn length(body: Bytes) -> String {
    body.len().to_string()
}

#[expect(clippy::panic, reason = "what a bug does")]
async fn broken() -> String {
    panic!("secret of the house")
}

async fn refused() -> Result<String, Refusal> {
    Err(domain::Fault::stale().into())
}

fn app(world: &World, settings: Settings) -> Router {
    let router = Router::new()
        .route("/who", get(who).post(who))
        .route("/api/v1/who", get(who).post(who))
        .route("/perhaps", get(perhaps))
        .route("/api/v1/perhaps", get(perhaps))
        .route("/peer", get(peer))
        .route("/length", post(length))
        .route("/imports", post(length))
        .route("/broken", get(broken))
        .route("/api/v1/broken", get(broken))
        .route("/api/v1/refused", get(refused));
    Edge::new(world.services.clone(), settings).unwrap().wrap(router)
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

async fn send(app: &Router, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "yun.test");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(body.into()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([203, 0, 113, 9], 4711))));
    let response = app.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.to_vec()).unwrap() }
}

async fn ask(app: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(app, Method::GET, path, headers, Body::empty()).await
}

/// A person with a session: the cookie and tokens that read and write.
async fn signed_in(world: &World) -> (String, String, String) {
    let new = NewPerson {
        login: "zhangsan".to_owned(),
        name: "张三".to_owned(),
        language: None,
        grants: vec![NewGrant::of(Role::Operator)],
    };
    let made = accounts::create_person(&world.services, &world.admin(), &new).await.unwrap();
    let stranger = accounts::anonymous(domain::Door::Console, "test", domain::Language::En);
    accounts::redeem_link(&world.services, &stranger, made.link.secret.expose(), PASSWORD).await.unwrap();
    let attempt = Attempt { login: "zhangsan", password: PASSWORD, peer: "local", agent: "", replaces: None };
    let opened = accounts::sign_in(&world.services, &stranger, attempt).await.unwrap();
    let caller = accounts::caller(&world.services, opened.token.expose()).await.unwrap().unwrap();
    let op = services::Op { actor: caller.actor, ..stranger };
    let mut tokens = Vec::new();
    for scope in [TokenScope::Read, TokenScope::Write] {
        let new = NewToken { name: scope.code().to_owned(), scope, days: 1 };
        let made = accounts::create_token(&world.services, &op, made.person, &new).await.unwrap();
        tokens.push(format!("Bearer {}", made.secret.expose()));
    }
    let cookie = edge::session_cookie(&Settings::default(), &opened.token);
    let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
    let write = tokens.pop().unwrap();
    (cookie, tokens.pop().unwrap(), write)
}

#[tokio::test]
async fn a_stranger_is_asked_to_sign_in_and_told_so_in_the_words_of_the_door() {
    let world = World::sqlite().await;
    let app = app(&world, Settings::default());
    let page = ask(&app, "/who", &[("accept-language", "en")]).await;
    assert_eq!((page.status, page.header("content-type")), (StatusCode::UNAUTHORIZED, "text/html; charset=utf-8"));
    assert!(page.body.contains("Please sign in first."));
    let document = ask(&app, "/api/v1/who", &[]).await;
    assert_eq!(document.header("content-type"), "application/problem+json");
    assert_eq!(document.header("www-authenticate"), "Bearer");
    let json: serde_json::Value = serde_json::from_str(&document.body).unwrap();
    assert_eq!(json["code"], "unauthenticated");
    assert_eq!(json["detail"], "请先登录。");
    assert_eq!(json["request_id"], document.header("x-request-id"));
    assert_eq!(ask(&app, "/perhaps", &[("cookie", "lang=en")]).await.body, "stranger en");
}

#[tokio::test]
async fn a_language_chosen_in_the_console_stays_there_while_a_program_names_its_own() {
    let world = World::sqlite().await;
    let app = app(&world, Settings::default());
    let both = [("cookie", "lang=en"), ("accept-language", "zh-CN")];
    assert_eq!(ask(&app, "/perhaps", &both).await.body, "stranger en");
    assert_eq!(ask(&app, "/api/v1/perhaps", &both).await.body, "stranger zh-CN");
    assert_eq!(ask(&app, "/api/v1/perhaps", &[("accept-language", "fr")]).await.body, "stranger zh-CN");
}

#[tokio::test]
async fn a_session_and_a_token_say_who_calls_and_a_token_that_reads_changes_nothing() {
    let world = World::sqlite().await;
    let (cookie, read, write) = signed_in(&world).await;
    let app = app(&world, Settings::default());
    let reason = ("x-reason", "%E6%9C%88%E5%BA%A6%E6%A0%B8%E5%AF%B9");
    let answer = ask(&app, "/who", &[("cookie", &cookie), reason]).await;
    assert_eq!(answer.body, "张三 (zhangsan) console 月度核对");
    assert_eq!(ask(&app, "/api/v1/who", &[("authorization", &read)]).await.body, "张三 (zhangsan) · read api ");
    let refused = send(&app, Method::POST, "/api/v1/who", &[("authorization", &read)], "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("token-read-only"));
    assert_eq!(send(&app, Method::POST, "/api/v1/who", &[("authorization", &write)], "").await.status, StatusCode::OK);
    // A token that does not work is not made up for by a cookie, nor served as a stranger.
    let dead = ("authorization", "Bearer sy_0000");
    assert_eq!(ask(&app, "/perhaps", &[("cookie", &cookie), dead]).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&app, "/perhaps", &[("cookie", "shangyun_session=rubbish")]).await.body, "stranger zh-CN");
}

#[tokio::test]
async fn another_site_cannot_make_a_browser_change_anything() {
    let world = World::sqlite().await;
    let (cookie, _, _) = signed_in(&world).await;
    let settings = Settings { public_url: Some("https://yun.example.gov.cn".to_owned()), ..Settings::default() };
    let app = app(&world, settings);
    let post = async |headers: &[(&str, &str)]| {
        let all = [&[("cookie", cookie.as_str())], headers].concat();
        send(&app, Method::POST, "/who", &all, "").await.status
    };
    assert_eq!(post(&[("sec-fetch-site", "cross-site")]).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&[("origin", "https://evil.test")]).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&[("origin", "null")]).await, StatusCode::FORBIDDEN);
    assert_eq!(post(&[("sec-fetch-site", "same-origin")]).await, StatusCode::OK);
    assert_eq!(post(&[("origin", "http://yun.test")]).await, StatusCode::OK);
    assert_eq!(post(&[("origin", "https://yun.example.gov.cn")]).await, StatusCode::OK, "a proxy rewrote the host");
}

#[tokio::test]
async fn a_bug_shows_its_request_id_and_nothing_else() {
    let world = World::sqlite().await;
    let app = app(&world, Settings::default());
    for path in ["/broken", "/api/v1/broken"] {
        let answer = ask(&app, path, &[]).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!answer.body.contains("secret of the house"));
        assert!(answer.body.contains(answer.header("x-request-id")));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn every_refusal_has_a_body_that_says_what_would_be_right() {
    let world = World::sqlite().await;
    let app = app(&world, Settings::default());
    assert_eq!(ask(&app, "/api/v1/refused", &[]).await.status, StatusCode::PRECONDITION_FAILED);
    let missing = ask(&app, "/api/v1/nothing", &[]).await;
    assert_eq!((missing.status, missing.header("content-type")), (StatusCode::NOT_FOUND, "application/problem+json"));
    let wrong = send(&app, Method::DELETE, "/api/v1/who", &[], "").await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.header("allow").contains("POST"));
    assert!(wrong.body.contains("method-not-allowed"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_before_it_is_read_and_while_it_is_read() {
    let world = World::sqlite().await;
    let settings = Settings {
        limits: Limits { body_bytes: 1_000, upload_bytes: 5_000, ..Limits::default() },
        ..Settings::default()
    };
    let app = app(&world, settings);
    // Without a declared length, as a client that streams.
    let streamed = |bytes: usize| Body::from(vec![b'x'; bytes]);
    assert_eq!(send(&app, Method::POST, "/length", &[], streamed(1_000)).await.body, "1000");
    assert_eq!(send(&app, Method::POST, "/length", &[], streamed(1_100)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let declared = send(&app, Method::POST, "/length", &[("content-length", "1001")], "").await;
    assert_eq!(declared.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(&app, Method::POST, "/imports", &[], streamed(5_000)).await.body, "5000");
    assert_eq!(send(&app, Method::POST, "/imports", &[], streamed(5_100)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_peer_that_asks_too_fast_is_told_when_to_come_again_and_others_are_not() {
    let world = World::sqlite().await;
    let limits = Limits { requests_per_second: 1, burst: 3, ..Limits::default() };
    let settings =
        Settings { limits, trusted_proxies: Proxies::parse(["203.0.113.9"]).unwrap(), ..Settings::default() };
    let app = app(&world, settings);
    let from = async |address: &str| ask(&app, "/peer", &[("x-forwarded-for", address)]).await;
    for _ in 0..3 {
        assert_eq!(from("198.51.100.1").await.body, "198.51.100.1");
    }
    let refused = from("198.51.100.1").await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    assert_eq!(from("198.51.100.2").await.status, StatusCode::OK);
}

#[tokio::test]
async fn pages_are_kept_by_nobody_and_run_nothing_foreign() {
    let world = World::sqlite().await;
    let (cookie, _, _) = signed_in(&world).await;
    let app = app(&world, Settings { secure_cookies: true, ..Settings::default() });
    let page = ask(&app, "/perhaps", &[("x-request-id", "mine"), ("cookie", &cookie)]).await;
    assert_ne!(page.header("x-request-id"), "mine", "a client cannot choose the id");
    assert!(page.body.starts_with("stranger"), "over TLS only the cookie that TLS protects counts");
    for (name, part) in [
        ("cache-control", "no-store"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("content-security-policy", "script-src 'self'"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("strict-transport-security", "max-age"),
    ] {
        assert!(page.header(name).contains(part), "{name}: {}", page.header(name));
    }
    let mut reader = &world.services.db;
    let person = store::accounts::by_login(&mut reader, "zhangsan").await.unwrap().unwrap().id;
    let link = accounts::create_link(&world.services, &world.admin(), person).await.unwrap();
    let cookie = edge::session_cookie(&Settings { secure_cookies: true, ..Settings::default() }, &link.secret);
    let cookie = cookie.to_str().unwrap();
    assert!(cookie.starts_with("__Host-shangyun_session="));
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(part), "{part}");
    }
}
