//! Files the browser asks for: built by `assets/build.mjs`, embedded here, served under names that hold the hash of
//! their content, so that a browser keeps them for ever and never asks again.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "assets/dist"]
struct Dist;

/// Logical name → hashed name. Read once; in a development build the files are read from the disk.
static MANIFEST: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let Some(file) = Dist::get("manifest.json") else { return HashMap::new() };
    serde_json::from_slice(&file.data).unwrap_or_default()
});

/// The address of an asset: `app.css` → `/assets/app.0123456789ab.css`. A name that was not built keeps its plain
/// form, which answers 404 in the browser and fails a test.
#[must_use]
pub fn asset(name: &str) -> String {
    match MANIFEST.get(name) {
        Some(hashed) => format!("/assets/{hashed}"),
        None => format!("/assets/{name}"),
    }
}

/// Every built file: its name under `/assets/` and its bytes.
pub fn files() -> impl Iterator<Item = (String, Vec<u8>)> {
    Dist::iter().filter_map(|name| Dist::get(&name).map(|file| (name.into_owned(), file.data.into_owned())))
}

/// The route `/assets/{file}`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{file}", get(serve))
}

async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let hashed = MANIFEST.values().any(|known| *known == name);
    let Some(kind) = content_type(&name).filter(|_| hashed) else { return StatusCode::NOT_FOUND.into_response() };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let Some((file, encoding)) = variant(&name, accepted) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = Response::new(Body::from(file.data));
    let answer = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| answer.insert(name, HeaderValue::from_static(value));
    put(header::CONTENT_TYPE, kind);
    put(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::VARY, "accept-encoding");
    if let Some(encoding) = encoding {
        put(header::CONTENT_ENCODING, encoding);
    }
    response
}

/// The smallest stored form the browser accepts.
fn variant(name: &str, accepted: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    for (encoding, suffix) in [("br", "br"), ("gzip", "gz")] {
        if accepts(accepted, encoding)
            && let Some(file) = Dist::get(&format!("{name}.{suffix}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Dist::get(name).map(|file| (file, None))
}

fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named
            && !pieces.any(|weight| matches!(weight.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{accepts, asset, content_type, serve};
    use axum::extract::Path;
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};

    #[test]
    fn an_encoding_refused_with_weight_zero_is_not_used() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("gzip;q=0.5, br;q=1.0", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn only_known_kinds_are_served() {
        assert_eq!(content_type("app.js"), Some("text/javascript; charset=utf-8"));
        assert_eq!(content_type("manifest.json"), None);
        assert_eq!(content_type("plain"), None);
    }

    #[tokio::test]
    async fn a_built_asset_is_served_compressed_and_for_ever() {
        let name = asset("app.css").trim_start_matches("/assets/").to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
        let response = serve(Path(name), headers).await;
        assert_eq!(response.status(), StatusCode::OK, "build the assets first: npm ci && node build.mjs");
        assert_eq!(response.headers()[header::CONTENT_ENCODING], "br");
        assert!(response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        let response = serve(Path("manifest.json".into()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
