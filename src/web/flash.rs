//! What just happened, told on the next page: a cookie that lives for one page. It carries no right and no secret; its
//! text is escaped like any other, and its link may only lead into the console.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use edge::Settings;

use crate::shell::{Flash, FlashKind};

const COOKIE: &str = "flash";

/// Characters of a message at most: a cookie is small.
const LONGEST: usize = 240;

/// Goes to a page, which tells what happened.
pub(crate) fn redirect(settings: &Settings, to: &str, flash: &Flash) -> Response {
    let mut response = see_other(to);
    response.headers_mut().append(header::SET_COOKIE, set(settings, flash));
    response
}

/// Goes to a page.
pub(crate) fn see_other(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, HeaderValue::from_static("/"))]).into_response(),
    }
}

/// An address inside the console, or its start: nothing that a browser takes for another host.
pub(crate) fn local(address: &str) -> &str {
    let inside = address.starts_with('/')
        && !address.starts_with("//")
        && !address.contains(|character: char| character == '\\' || character.is_control());
    if inside { address } else { "/" }
}

/// A message that something was done, with the way to what it was done to.
pub(crate) fn done(text: impl Into<String>) -> Flash {
    Flash { kind: FlashKind::Done, text: text.into(), link: None }
}

fn secure(settings: &Settings) -> &'static str {
    if settings.secure_cookies { "; Secure" } else { "" }
}

fn set(settings: &Settings, flash: &Flash) -> HeaderValue {
    let kind = match flash.kind {
        FlashKind::Done => "done",
        FlashKind::Note => "note",
        FlashKind::Refused => "refused",
    };
    let text: String = flash.text.chars().take(LONGEST).collect();
    let (label, href) = flash.link.clone().unwrap_or_default();
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("k", kind)
        .append_pair("t", &text)
        .append_pair("l", &label)
        .append_pair("h", &href)
        .finish();
    let value: String = form_urlencoded::byte_serialize(body.as_bytes()).collect();
    let cookie = format!("{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=60{}", secure(settings));
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static("flash=; Path=/; Max-Age=0"))
}

/// `Set-Cookie` that forgets the message.
pub(crate) fn forget(settings: &Settings) -> HeaderValue {
    let cookie = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", secure(settings));
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static("flash=; Path=/; Max-Age=0"))
}

/// True when a request brings a message.
pub(crate) fn is_there(headers: &HeaderMap) -> bool {
    CookieJar::from_headers(headers).get(COOKIE).is_some()
}

/// The message that a request brings.
pub(crate) fn read(headers: &HeaderMap) -> Option<Flash> {
    let jar = CookieJar::from_headers(headers);
    // The jar has undone one of the two encodings.
    let body = jar.get(COOKIE)?.value();
    let get = |wanted: &str| {
        form_urlencoded::parse(body.as_bytes())
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    let (text, label, href) = (get("t"), get("l"), get("h"));
    let kind = match get("k").as_str() {
        "done" => FlashKind::Done,
        "refused" => FlashKind::Refused,
        _ => FlashKind::Note,
    };
    let link = (!label.is_empty() && local(&href) == href).then_some((label, href));
    (!text.is_empty()).then_some(Flash { kind, text, link })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brought(set_cookie: &HeaderValue) -> HeaderMap {
        let pair = set_cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(&pair).unwrap())])
    }

    #[test]
    fn a_message_arrives_on_the_next_page_as_it_was_meant() {
        let flash = Flash {
            link: Some(("查看; 它".into(), "/systems/1?a=b&c=d".into())),
            ..done("已保存“不动产, 登记”")
        };
        let read = read(&brought(&set(&Settings::default(), &flash))).unwrap();
        assert_eq!((read.kind, read.text, read.link), (flash.kind, flash.text, flash.link));
    }

    #[test]
    fn a_message_never_leads_out_of_the_console() {
        for outside in ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"] {
            let flash = Flash { link: Some(("go".into(), outside.into())), ..done("x") };
            assert_eq!(read(&brought(&set(&Settings::default(), &flash))).unwrap().link, None, "{outside}");
            assert_eq!(local(outside), "/");
        }
        assert!(read(&HeaderMap::new()).is_none());
    }
}
