//! Language and theme: remembered in cookies, switched from every page; and messages are told once.

use axum::Form;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::Language;
use edge::Context;
use serde::Deserialize;

use crate::flash;
use crate::shell::Theme;
use crate::visit::THEME_COOKIE;

/// Around every page: `?lang=` sets the language and comes back without it; a message that was shown is forgotten.
pub(crate) async fn around(context: Context, request: Request, next: Next) -> Response {
    if request.method() == Method::GET
        && let Some((language, address)) = request.uri().query().and_then(|query| asked(request.uri().path(), query))
    {
        let mut response = flash::see_other(flash::local(&address));
        let cookie = edge::language_cookie(context.edge().settings(), language);
        response.headers_mut().append(header::SET_COOKIE, cookie);
        return response;
    }
    let told = request.method() == Method::GET && !context.is_htmx() && flash::is_there(request.headers());
    let mut response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    if told && response.status().is_success() && kind.starts_with(b"text/html") {
        response.headers_mut().append(header::SET_COOKIE, flash::forget(context.edge().settings()));
    }
    response
}

/// The language that an address asks for, and the address without it.
fn asked(path: &str, query: &str) -> Option<(Language, String)> {
    let mut language = None;
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == "lang" {
            language = Language::from_tag(&value);
        } else {
            rest.append_pair(&name, &value);
        }
    }
    let rest = rest.finish();
    let address = if rest.is_empty() { path.to_owned() } else { format!("{path}?{rest}") };
    language.map(|language| (language, address))
}

/// What the theme switch sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Switch {
    theme: String,
    #[serde(default)]
    back: String,
}

/// `POST /theme`
pub(crate) async fn theme(context: Context, Form(switch): Form<Switch>) -> Response {
    let secure = if context.edge().settings().secure_cookies { "; Secure" } else { "" };
    let name = Theme::parse(&switch.theme).name();
    let cookie = format!("{THEME_COOKIE}={name}; Path=/; SameSite=Lax; Max-Age=31536000{secure}");
    let mut response = flash::see_other(flash::local(&switch.back));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_taken_out_of_the_address_and_everything_else_stays() {
        let (language, address) = asked("/systems", "standing=on_cloud&lang=en&q=%E4%B8%8A%E4%BA%91").unwrap();
        assert_eq!((language, address.as_str()), (Language::En, "/systems?standing=on_cloud&q=%E4%B8%8A%E4%BA%91"));
        assert_eq!(asked("/systems", "lang=zh-CN").unwrap().1, "/systems");
        assert!(asked("/systems", "lang=fr").is_none());
        assert!(asked("/systems", "q=lang").is_none());
    }
}
