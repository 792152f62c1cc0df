//! A browser without scripts: it keeps cookies, sends forms and reads pages.

use std::{cell::RefCell, collections::BTreeMap, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, Request, StatusCode},
};
use domain::{Door, Id, Language, Role};
use edge::{Edge, Settings};
use services::accounts::{self, Attempt, NewGrant, NewPerson};
use tower::ServiceExt;

use crate::support::{World, admin};

const PASSWORD: &str = "春天的马电池与订书钉";

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Page {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The value of a hidden or typed input.
    pub fn value_of(&self, name: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(&format!(" name=\"{name}\" value=\""))?;
        Some(rest.split('"').next()?.to_owned())
    }

    /// The address of the link that carries `mark`.
    pub fn link(&self, mark: &str) -> Option<String> {
        let text = self.text();
        let (_, rest) = text.split_once(mark)?;
        let (_, rest) = rest.split_once("href=\"")?;
        Some(rest.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

/// A browser.
#[derive(Debug)]
pub struct Browser {
    app: Router,
    cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    /// A browser in which nobody is signed in.
    pub fn stranger(world: &World) -> Self {
        let edge = Edge::new(world.services.clone(), Settings::default()).unwrap().present_pages(::web::presenter());
        Self { app: edge.wrap(::web::router()), cookies: RefCell::default() }
    }

    /// A browser in which a new person with one role is signed in, over the whole city or one department.
    pub async fn of(world: &World, role: Role, department: Option<Id>) -> Self {
        static BROWSERS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let number = BROWSERS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let login = format!("{}-{number}", role.code());
        let grant = NewGrant { department, ..NewGrant::of(role) };
        let new = NewPerson { login: login.clone(), name: "张三".to_owned(), language: None, grants: vec![grant] };
        let made = accounts::create_person(&world.services, &admin(), &new).await.unwrap();
        let stranger = accounts::anonymous(Door::Console, "test", Language::ZhCn);
        accounts::redeem_link(&world.services, &stranger, made.link.secret.expose(), PASSWORD).await.unwrap();
        let attempt = Attempt { login: &login, password: PASSWORD, peer: "local", agent: "", replaces: None };
        let opened = accounts::sign_in(&world.services, &stranger, attempt).await.unwrap();
        let browser = Self::stranger(world);
        browser.keep(edge::session_cookie(&Settings::default(), &opened.token).to_str().unwrap());
        browser
    }

    /// The same person, reading the other language.
    pub fn reads(self, language: Language) -> Self {
        self.keep(&format!("lang={}", language.tag()));
        self
    }

    fn keep(&self, set_cookie: &str) {
        let (pair, rest) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        let mut cookies = self.cookies.borrow_mut();
        if rest.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    async fn send(&self, method: Method, path: &str, body: String) -> Page {
        self.send_as(method, path, "application/x-www-form-urlencoded", "", body.into_bytes()).await
    }

    async fn send_as(&self, method: Method, path: &str, content_type: &str, origin: &str, body: Vec<u8>) -> Page {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "yun.test")
            .header("cookie", cookies.join("; "))
            .header("content-type", content_type);
        if !origin.is_empty() {
            request = request.header("origin", origin);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 24).await.unwrap().to_vec();
        for cookie in parts.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap());
        }
        Page { status: parts.status, headers: parts.headers, bytes }
    }

    /// Opens an address.
    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, String::new()).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, values: &[(&str, &str)]) -> Page {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<String> =
            values.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.send(Method::POST, path, pairs.join("&")).await
    }

    /// Sends a form as a page of another site would make the browser do.
    pub async fn post_from(&self, origin: &str, path: &str, values: &[(&str, &str)]) -> Page {
        let pairs: Vec<String> = values.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let body = pairs.join("&").into_bytes();
        self.send_as(Method::POST, path, "application/x-www-form-urlencoded", origin, body).await
    }

    /// Sends a body of any kind.
    pub async fn post_raw(&self, path: &str, content_type: &str, body: Vec<u8>) -> Page {
        self.send_as(Method::POST, path, content_type, "", body).await
    }
}
