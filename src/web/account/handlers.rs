//! The own account: its page, a new password, the language, sessions to end.

use axum::extract::{Form, Path};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use domain::{Fault, FaultKind, Language};
use edge::{Context, Refusal, SignedIn};
use serde::Deserialize;
use services::accounts::{self, Session};

use super::AccountPage;
use crate::desk::id_of;
use crate::flash;
use crate::parts::{
    ActionView, BadgeView, CellView, ColumnView, FieldKind, FieldView, OptionView, RowView, TableView, Tone,
};
use crate::record::FactView;
use crate::sign_in::handlers::{password_fields, with_session};
use crate::visit::{Visit, words_in};

fn sessions_table(visit: &Visit, sessions: &[Session]) -> TableView {
    let l = visit.l;
    let rows = sessions.iter().map(|session| {
        let this = visit.caller.session == Some(session.id);
        let end = ActionView::post(l.t("account-end"), format!("/account/sessions/{}/end", session.id)).quiet();
        RowView::new(vec![
            CellView::text(session.agent.clone()),
            CellView::Code(session.peer.clone()),
            visit.when_cell(session.created_at),
            visit.when_cell(session.last_seen_at),
            if this {
                CellView::Badge(BadgeView::new(l.t("account-this-session"), Tone::Accent))
            } else {
                CellView::Actions(vec![end])
            },
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("account-browser")),
        ColumnView::new(l.t("account-peer")),
        ColumnView::new(l.t("account-began")),
        ColumnView::new(l.t("account-seen")),
        ColumnView::right(l.t("col-do")),
    ];
    TableView::new(l, l.t("account-sessions"), columns).with_rows(rows.collect())
}

async fn page(visit: &Visit, old: Option<String>, new: Option<String>, differs: bool) -> Result<AccountPage, Refusal> {
    let l = visit.l;
    let sessions = accounts::list_own_sessions(visit.services(), &visit.op).await?;
    let shell = visit.shell(l.t("account-title"), "account");
    let mut current = FieldView::new(
        l,
        "old_password",
        l.t("password-old"),
        FieldKind::Password { autocomplete: "current-password" },
    )
    .must();
    current.error = old;
    let mut password = vec![current];
    password.extend(password_fields(l, new, differs));
    let language = |language: Language, label: &str| OptionView {
        value: language.tag().to_owned(),
        label: label.to_owned(),
        count: String::new(),
        chosen: visit.context.language() == language,
    };
    let person = shell.person.clone().unwrap_or_default();
    let fact = |key: &str, value: String| FactView::new(key.to_owned(), CellView::text(value));
    let mut facts = vec![
        fact(&l.t("account"), person.account),
        fact(&l.t("person-name"), person.name),
        fact(&l.t("col-roles"), person.role),
    ];
    if !person.department.is_empty() {
        facts.push(fact(&l.t("col-department"), person.department));
    }
    Ok(AccountPage {
        l,
        facts,
        password,
        languages: vec![language(Language::ZhCn, "中文"), language(Language::En, "English")],
        sessions: sessions_table(visit, &sessions),
        shell,
    })
}

/// `GET /account`
pub(crate) async fn show(visit: Visit) -> Result<AccountPage, Refusal> {
    page(&visit, None, None, false).await
}

/// What the form of a new password sends.
#[derive(Deserialize)]
pub(crate) struct PasswordForm {
    #[serde(default)]
    old_password: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `POST /account/password`: every session ends and this one begins anew.
pub(crate) async fn change_password(visit: Visit, Form(form): Form<PasswordForm>) -> Result<Response, Refusal> {
    if form.password != form.again {
        let page = page(&visit, None, None, true).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let peer = visit.context.peer().to_string();
    let (services, op) = (visit.services(), &visit.op);
    let changed =
        accounts::change_own_password(services, op, &form.old_password, &form.password, &peer, visit.context.agent())
            .await;
    let fault = match changed {
        Ok(opened) => {
            let told = flash::done(visit.l.t("account-password-done"));
            let mut response = flash::redirect(visit.context.edge().settings(), "/account", &told);
            let session = with_session(&visit.context, &opened, "/account");
            for cookie in session.headers().get_all(header::SET_COOKIE) {
                response.headers_mut().append(header::SET_COOKIE, cookie.clone());
            }
            return Ok(response);
        }
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::TooMany) => fault,
        Err(fault) => return Err(fault.into()),
    };
    refused(&visit, &fault).await
}

async fn refused(visit: &Visit, fault: &Fault) -> Result<Response, Refusal> {
    let problem = fault.problems.first();
    let text = problem.map_or(&fault.message, |problem| &problem.message).text(visit.op.language).to_owned();
    let is_new = problem.is_some_and(|problem| problem.field == "password");
    let (old, new) = if is_new { (None, Some(text)) } else { (Some(text), None) };
    let mut response = (edge::status_of(fault.kind), page(visit, old, new, false).await?).into_response();
    if let Some(seconds) = fault.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(response)
}

/// `POST /account/sessions/end`
pub(crate) async fn end_all(visit: Visit) -> Result<Response, Refusal> {
    accounts::sign_out_everywhere(visit.services(), &visit.op).await?;
    let cookie = edge::clear_session_cookie(visit.context.edge().settings());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), flash::see_other("/sign-in")).into_response())
}

/// `POST /account/sessions/{id}/end`
pub(crate) async fn end_one(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    accounts::end_own_session(visit.services(), &visit.op, id_of(&id)?).await?;
    Ok(visit.done("/account", visit.l.t("account-ended")))
}

/// What the choice of a language sends.
#[derive(Debug, Deserialize)]
pub(crate) struct LanguageForm {
    language: String,
    #[serde(default)]
    back: String,
}

/// `POST /language`: remembered in a cookie, and with the person who is signed in.
pub(crate) async fn set_language(
    context: Context,
    caller: Option<SignedIn>,
    Form(form): Form<LanguageForm>,
) -> Result<Response, Refusal> {
    let language = Language::from_tag(&form.language).unwrap_or_else(|| context.language());
    if caller.is_some() {
        let op = context.op().await?;
        accounts::set_own_language(context.services(), &op, language).await?;
    }
    let settings = context.edge().settings();
    let told = flash::done(words_in(language).t("account-language-done"));
    let mut response = flash::redirect(settings, flash::local(&form.back), &told);
    response.headers_mut().append(header::SET_COOKIE, edge::language_cookie(settings, language));
    Ok(response)
}
