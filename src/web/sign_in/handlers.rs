//! Signing in and out, and the one-time link that sets a password.

use axum::{
    extract::{Form, Path, Query},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use domain::{Door, Fault, FaultKind};
use edge::{Context, OpOrAnonymous, Refusal, SignedIn};
use serde::Deserialize;
use services::accounts::{self, Attempt, Opened};

use super::{SetPasswordPage, SignInPage};
use crate::flash;
use crate::parts::{FieldKind, FieldView};
use crate::shell::{Shell, Theme};
use crate::visit::{THEME_COOKIE, frame, words_in};
use crate::words::L;

/// Where to go after signing in: a page of this console, not one of its doors.
fn after_sign_in(wanted: &str) -> &str {
    let wanted = flash::local(wanted);
    let is_door = ["/sign-in", "/sign-out", "/link/"].iter().any(|door| wanted.starts_with(door));
    if is_door { "/" } else { wanted }
}

/// The frame of a page outside the console.
fn bare(context: &Context, title: String) -> Shell {
    let mut shell = frame(context, title, "");
    shell.theme = context.cookie(THEME_COOKIE).map_or(Theme::Auto, Theme::parse);
    if !context.query().is_empty() {
        shell.path = format!("{}?{}", shell.path, context.query());
    }
    shell
}

/// A redirection that also sets the session cookie.
pub(crate) fn with_session(context: &Context, opened: &Opened, to: &str) -> Response {
    let cookie = edge::session_cookie(context.edge().settings(), &opened.token);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), flash::see_other(to)).into_response()
}

/// Where to go after signing in.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

fn page(context: &Context, account: &str, next: &str) -> SignInPage {
    let l = words_in(context.language());
    SignInPage {
        shell: bare(context, l.t("sign-in")),
        l,
        account: account.to_owned(),
        next: after_sign_in(next).to_owned(),
        error: None,
        wait: None,
        provider: None,
        demo: context.edge().settings().demo,
    }
}

/// `GET /sign-in`
pub(crate) async fn show(context: Context, caller: Option<SignedIn>, Query(wanted): Query<Next>) -> Response {
    if caller.is_some() {
        return flash::see_other(after_sign_in(&wanted.next));
    }
    page(&context, "", &wanted.next).into_response()
}

/// What the sign-in form sends.
#[derive(Deserialize)]
pub(crate) struct SignInForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /sign-in`
pub(crate) async fn sign_in(context: Context, Form(form): Form<SignInForm>) -> Result<Response, Refusal> {
    let account = form.account.trim();
    let attempt = Attempt {
        login: account,
        password: &form.password,
        peer: &context.peer().to_string(),
        agent: context.agent(),
        replaces: context.session_token(),
    };
    let op = accounts::anonymous(Door::Console, context.request_id(), context.language());
    match accounts::sign_in(context.services(), &op, attempt).await {
        Ok(opened) => Ok(with_session(&context, &opened, after_sign_in(&form.next))),
        Err(fault) if matches!(fault.kind, FaultKind::Unauthenticated | FaultKind::TooMany) => {
            Ok(refused(&context, page(&context, account, &form.next), &fault))
        }
        Err(fault) => Err(fault.into()),
    }
}

fn refused(context: &Context, mut page: SignInPage, fault: &Fault) -> Response {
    page.error = Some(fault.message.text(context.language()).to_owned());
    page.wait = fault.retry_after_seconds;
    let after = fault.retry_after_seconds.map(|seconds| (header::RETRY_AFTER, HeaderValue::from(seconds)));
    let headers: Vec<(HeaderName, HeaderValue)> = after.into_iter().collect();
    (edge::status_of(fault.kind), AppendHeaders(headers), page).into_response()
}

/// `POST /sign-out`
pub(crate) async fn sign_out(context: Context, OpOrAnonymous(op): OpOrAnonymous) -> Result<Response, Refusal> {
    if let Some(token) = context.session_token() {
        accounts::sign_out(context.services(), &op, token).await?;
    }
    let cookie = edge::clear_session_cookie(context.edge().settings());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), flash::see_other("/sign-in")).into_response())
}

/// The two fields of a new password.
pub(crate) fn password_fields(l: L, problem: Option<String>, differs: bool) -> Vec<FieldView> {
    let field = |name: &str, label: String| {
        FieldView::new(l, name, label, FieldKind::Password { autocomplete: "new-password" }).must()
    };
    let least = accounts::PASSWORD_MIN.to_string();
    let mut password =
        field("password", l.t("password-new")).helped(l.ta("password-help", &[("least", least.as_str())]));
    password.error = problem;
    let mut again = field("again", l.t("password-again"));
    again.error = differs.then(|| l.t("password-differs"));
    vec![password, again]
}

fn link_page(context: &Context, secret: &str, account: String, fields: Vec<FieldView>, gone: bool) -> SetPasswordPage {
    let l = words_in(context.language());
    let mut shell = bare(context, l.t("set-password-save"));
    if gone {
        // A dead secret need not stand in the page once more.
        shell.path = "/sign-in".to_owned();
    }
    SetPasswordPage { shell, l, account, token: secret.to_owned(), fields, gone }
}

fn gone(context: &Context) -> Response {
    (StatusCode::NOT_FOUND, link_page(context, "", String::new(), Vec::new(), true)).into_response()
}

/// `GET /link/{secret}`: shows whose password it sets; changes nothing, because programs open links too.
pub(crate) async fn show_link(context: Context, Path(secret): Path<String>) -> Result<Response, Refusal> {
    match accounts::inspect_link(context.services(), &secret).await {
        Ok(link) => {
            let fields = password_fields(words_in(context.language()), None, false);
            Ok(link_page(&context, &secret, link.login, fields, false).into_response())
        }
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(gone(&context)),
        Err(fault) => Err(fault.into()),
    }
}

/// What the form behind a one-time link sends.
#[derive(Deserialize)]
pub(crate) struct LinkForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// `POST /link/{secret}`: sets the password and signs in with it.
pub(crate) async fn use_link(
    context: Context,
    Path(secret): Path<String>,
    Form(form): Form<LinkForm>,
) -> Result<Response, Refusal> {
    let services = context.services();
    let l = words_in(context.language());
    let link = match accounts::inspect_link(services, &secret).await {
        Ok(link) => link,
        Err(fault) if fault.kind == FaultKind::NotFound => return Ok(gone(&context)),
        Err(fault) => return Err(fault.into()),
    };
    let again = |problem: Option<String>, differs: bool| {
        let page = link_page(&context, &secret, link.login.clone(), password_fields(l, problem, differs), false);
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    };
    if form.password != form.again {
        return Ok(again(None, true));
    }
    let op = accounts::anonymous(Door::Console, context.request_id(), context.language());
    let person = match accounts::redeem_link(services, &op, &secret, &form.password).await {
        Ok(person) => person,
        Err(fault) if fault.kind == FaultKind::Invalid => {
            let problem = fault.problems.first().map_or(&fault.message, |problem| &problem.message);
            return Ok(again(Some(problem.text(context.language()).to_owned()), false));
        }
        Err(fault) if fault.kind == FaultKind::NotFound => return Ok(gone(&context)),
        Err(fault) => return Err(fault.into()),
    };
    let peer = context.peer().to_string();
    let attempt = Attempt {
        login: &person.login,
        password: &form.password,
        peer: &peer,
        agent: context.agent(),
        replaces: context.session_token(),
    };
    match accounts::sign_in(services, &op, attempt).await {
        Ok(opened) => Ok(with_session(&context, &opened, "/")),
        // The password is set; whoever tried too often before signs in with it a little later.
        Err(_) => Ok(flash::see_other("/sign-in")),
    }
}

#[cfg(test)]
mod tests {
    use super::after_sign_in;

    #[test]
    fn only_a_page_of_this_console_is_gone_to() {
        assert_eq!(after_sign_in("/systems?standing=unjustified"), "/systems?standing=unjustified");
        for elsewhere in
            ["", "//evil.test", "https://evil.test/", "/\\evil.test", "/\t/evil.test", "systems", "/sign-in?next=/"]
        {
            assert_eq!(after_sign_in(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
