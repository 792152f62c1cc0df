//! Cookies: reading ours, and writing them with everything that protects them.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::CookieJar;
use domain::Language;
use services::accounts::Secret;

use crate::Settings;

/// Name of the session cookie. With TLS the browser itself refuses to let anybody else set it.
fn session_name(settings: &Settings) -> &'static str {
    if settings.secure_cookies { "__Host-shangyun_session" } else { "shangyun_session" }
}

/// What protects a cookie: no script reads it, no other site's form sends it.
fn guarded(settings: &Settings) -> &'static str {
    if settings.secure_cookies {
        "; Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Lax"
    }
}

fn value(text: &str) -> HeaderValue {
    // Every part is ours and plain ASCII; an empty cookie is the harmless answer to what cannot happen.
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// `Set-Cookie` that begins a session. It lives as long as the browser: the server decides when the session is over.
pub fn session_cookie(settings: &Settings, token: &Secret) -> HeaderValue {
    let mut cookie = value(&format!("{}={}{}", session_name(settings), token.expose(), guarded(settings)));
    cookie.set_sensitive(true);
    cookie
}

/// `Set-Cookie` that ends a session in the browser.
pub fn clear_session_cookie(settings: &Settings) -> HeaderValue {
    value(&format!("{}={}; Max-Age=0", session_name(settings), guarded(settings)))
}

/// `Set-Cookie` that remembers the language for a year.
pub fn language_cookie(settings: &Settings, language: Language) -> HeaderValue {
    let secure = if settings.secure_cookies { "; Secure" } else { "" };
    value(&format!("lang={}; Path=/; SameSite=Lax; Max-Age=31536000{secure}", language.tag()))
}

/// The session token that came with a request.
pub(crate) fn session_token(settings: &Settings, headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(session_name(settings)).map(|cookie| cookie.value().to_owned())
}

/// The language cookie that came with a request.
pub(crate) fn language(headers: &HeaderMap) -> Option<Language> {
    CookieJar::from_headers(headers).get("lang").and_then(|cookie| Language::from_tag(cookie.value()))
}
