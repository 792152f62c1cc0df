//! Faults as pages, in the reader's language: what is wrong, what would be right, the way back, the request's id.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault, FaultKind, Id};
use edge::{Context, Presenter};

use crate::flash;
use crate::parts::LinkView;
use crate::problem::ProblemPage;
use crate::shell::Theme;
use crate::visit::{THEME_COOKIE, frame, words_in};

const REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");
const RETARGET: HeaderName = HeaderName::from_static("hx-retarget");
const RESWAP: HeaderName = HeaderName::from_static("hx-reswap");

/// How the console shows a fault: what [`edge::Edge::present_pages`] gets.
#[must_use]
pub fn presenter() -> Presenter {
    Arc::new(present)
}

fn present(fault: &Fault, context: &Context) -> Response {
    let reads = matches!(*context.method(), Method::GET | Method::HEAD);
    if fault.kind == FaultKind::Unauthenticated && (reads || context.is_htmx()) {
        let to = sign_in_address(context);
        return if context.is_htmx() { whole_page(&to) } else { flash::see_other(&to) };
    }
    if context.is_htmx() {
        // A part of a page that cannot be had: the whole page says why; what was sent stays, with a message above it.
        return if reads { whole_page(&address(context)) } else { part(fault, context) };
    }
    page(fault, context).into_response()
}

/// The address asked for, with its query.
fn address(context: &Context) -> String {
    match context.query() {
        "" => context.path().to_owned(),
        query => format!("{}?{query}", context.path()),
    }
}

/// The sign-in page, from which one comes back to what was asked for.
fn sign_in_address(context: &Context) -> String {
    if *context.method() != Method::GET || context.path() == "/" {
        return "/sign-in".to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(address(context).as_bytes()).collect();
    format!("/sign-in?next={next}")
}

/// Makes the script ask for a whole page.
fn whole_page(to: &str) -> Response {
    let to = HeaderValue::from_str(to).unwrap_or_else(|_| HeaderValue::from_static("/"));
    ([(REDIRECT, to)], String::new()).into_response()
}

/// The message alone, put above what is on the page.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="flash refused" role="alert">{{ crate::icon("hand-stop") }}<span>{{ text }}</span></div>"#
)]
struct Part<'t> {
    text: &'t str,
}

fn part(fault: &Fault, context: &Context) -> Response {
    let text = fault.message.text(context.language());
    let html = Part { text }.render().unwrap_or_default();
    let headers = [(RETARGET, HeaderValue::from_static("#main")), (RESWAP, HeaderValue::from_static("afterbegin"))];
    (headers, axum::response::Html(html)).into_response()
}

fn page(fault: &Fault, context: &Context) -> ProblemPage {
    let (l, language) = (words_in(context.language()), context.language());
    let mut shell = frame(context, "", "");
    shell.theme = context.cookie(THEME_COOKIE).map_or(Theme::Auto, Theme::parse);
    if *context.method() != Method::GET {
        // What only answers to a form cannot be come back to.
        shell.path = "/".to_owned();
    }
    let mut page = ProblemPage::new(shell, edge::status_of(fault.kind).as_u16());
    fault.code.clone_into(&mut page.code);
    if !matches!(fault.code, "not-found" | "internal") {
        fault.message.text(language).clone_into(&mut page.wrong);
    }
    page.details = fault
        .problems
        .iter()
        .map(|problem| (problem.field.clone(), problem.message.text(language).to_owned()))
        .collect();
    if let Some(seconds) = fault.retry_after_seconds {
        page.right = l.n("problem-wait", seconds);
    }
    // What may not be seen leads back to a list of the register at most: any other area may be hidden as a whole.
    let is_told = |way: &String| fault.kind != FaultKind::NotFound || is_register(way);
    if let Some(back) = back(context).filter(is_told) {
        page.ways.insert(0, LinkView::new(l.t("problem-back"), back));
    }
    if fault.kind == FaultKind::Unauthenticated || context.known_caller().is_none() {
        page.ways.push(LinkView::new(l.t("sign-in"), "/sign-in"));
    }
    page
}

/// True for a list or record of the register, which everybody has a part of.
fn is_register(way: &str) -> bool {
    way.split('/').nth(1).and_then(EntityKind::from_plural).is_some()
}

/// The page that a form was sent from, as far as its address tells: `/imports/{id}/apply` was on `/imports/{id}`.
fn back(context: &Context) -> Option<String> {
    let mut segments = context.path().split('/').skip(1);
    let (area, rest) = (segments.next()?, segments.next());
    let has_page = !matches!(area, "" | "link" | "sign-in" | "sign-out" | "theme");
    // A list that cannot be had as asked for leads back to the list as it is.
    if !has_page || (rest.is_none() && context.query().is_empty()) {
        return None;
    }
    let id = rest.filter(|_| *context.method() != Method::GET).and_then(Id::parse);
    Some(id.map_or_else(|| format!("/{area}"), |id| format!("/{area}/{id}")))
}
