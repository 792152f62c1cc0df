//! Clients of the REST door: each with the token of one person, or none.

use api::PROBLEM_JSON;
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use edge::{Edge, Settings};
use serde_json::Value;
use tower::ServiceExt;

use crate::support::World;

/// The whole door with everything around it.
pub fn app(world: &World) -> Router {
    let edge = Edge::new(world.services.clone(), Settings::default()).unwrap().present_api(api::presenter());
    edge.wrap(api::router())
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The document of an answer that must have gone well.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self.json()
    }

    /// The problem document of an answer that must be a refusal with this status and code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.header("content-type")), (status, PROBLEM_JSON), "{}", self.text());
        let document = self.json();
        assert_eq!(
            (document["code"].as_str(), document["status"].as_u64()),
            (Some(code), Some(u64::from(status))),
            "{document}"
        );
        assert_eq!(document["request_id"], self.header("x-request-id"));
        for member in ["type", "title", "detail"] {
            assert!(document[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {document}");
        }
        for word in ["sqlx", "sqlite", "panicked", "postgres", "src/"] {
            assert!(!self.text().to_lowercase().contains(word), "{document}");
        }
        document
    }
}

/// Fields that a refusal names, with the broken rules.
pub fn errors(document: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    document["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| (text(&error["field"]), text(&error["rule"])))
        .collect()
}

/// Somebody, or nobody, at the door.
#[derive(Clone, Debug)]
pub struct Client {
    pub app: Router,
    pub authorization: Option<String>,
    pub cookie: Option<String>,
    pub language: &'static str,
}

impl Client {
    pub fn nobody(app: &Router) -> Self {
        Self { app: app.clone(), authorization: None, cookie: None, language: "en" }
    }

    pub fn with_token(app: &Router, secret: &str) -> Self {
        Self { authorization: Some(format!("Bearer {secret}")), ..Self::nobody(app) }
    }

    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let path = if path.starts_with("/api") { path.to_owned() } else { format!("/api/v1{path}") };
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).unwrap())
            .uri(path)
            .header(header::HOST, "yun.test")
            .header(header::ACCEPT_LANGUAGE, self.language);
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Body::empty()).await
    }

    pub async fn delete(&self, path: &str, version: &str) -> Answer {
        self.send("DELETE", path, &[("if-match", version)], Body::empty()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// A POST without a body.
    pub async fn command(&self, path: &str) -> Answer {
        self.send("POST", path, &[], Body::empty()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[("content-type", "application/json")], body.to_string()).await
    }

    pub async fn patch(&self, path: &str, version: &str, body: &Value) -> Answer {
        self.send("PATCH", path, &[("content-type", "application/json"), ("if-match", version)], body.to_string()).await
    }
}
