//! A visit: somebody signed in who asks for a page. Handlers take [`Visit`]; it holds what every page needs and makes
//! the [`Shell`] around it.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum_extra::extract::cookie::CookieJar;
use domain::{Actor, EntityKind, Language};
use edge::{Context, OpFrom, Refusal, SignedIn};
use rules::{Action, Resource, Scope};
use services::accounts::Caller;
use services::{Op, Services};

use crate::flash;
use crate::shell::{Flash, PersonView, Shell, Theme};
use crate::words::{L, Lang};

/// The cookie that remembers light or dark.
pub(crate) const THEME_COOKIE: &str = "theme";

/// Somebody signed in who asks for a page.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// What is known of the request.
    pub context: Context,
    /// Who asks.
    pub caller: Caller,
    /// The operation that use cases get.
    pub op: Op,
    /// The words.
    pub l: L,
    /// The query of the address, as it came.
    pub query: String,
    theme: Theme,
    flash: Option<Flash>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let SignedIn(caller) = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let OpFrom(op) = OpFrom::from_request_parts(parts, state).await?;
        let context = <Context as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(Self {
            l: words_in(context.language()),
            caller,
            op,
            query: parts.uri.query().unwrap_or_default().to_owned(),
            theme: theme_of(&parts.headers),
            flash: flash::read(&parts.headers),
            context,
        })
    }
}

impl Visit {
    /// The use cases.
    pub fn services(&self) -> &Services {
        self.context.services()
    }

    /// The frame of a page: navigation as far as the visitor may go, what just happened, the way back to this address.
    pub fn shell(&self, title: impl Into<String>, active: &str) -> Shell {
        let mut shell = frame(&self.context, title, active);
        if !self.query.is_empty() {
            shell.path = format!("{}?{}", shell.path, self.query);
        }
        shell.theme = self.theme;
        shell.flashes.extend(self.flash.clone());
        shell
    }

    /// True when the visitor may do this to some records of an entity.
    pub fn may_somewhere(&self, action: Action, kind: EntityKind) -> bool {
        rules::scope_for(&self.op.actor, action, kind) != Scope::Nothing
    }
}

/// The frame of any page, also of one about a refusal: whoever is signed in is named, strangers get no navigation.
#[must_use]
pub fn frame(context: &Context, title: impl Into<String>, active: &str) -> Shell {
    let l = words_in(context.language());
    let mut shell = Shell::new(l, title, active);
    shell.path = context.path().to_owned();
    shell.request_id = context.request_id().to_owned();
    match context.known_caller() {
        Some(caller) => {
            shell.person = Some(person(l, caller));
            shell.only(|key| may_open(&caller.actor, key))
        }
        None => shell.only(|_| false),
    }
}

/// The words of a language.
pub(crate) fn words_in(language: Language) -> L {
    L::new(language.pick(Lang::Zh, Lang::En))
}

/// Light or dark, as the visitor chose.
pub(crate) fn theme_of(headers: &HeaderMap) -> Theme {
    CookieJar::from_headers(headers).get(THEME_COOKIE).map_or(Theme::Auto, |cookie| Theme::parse(cookie.value()))
}

/// True when a person may open a place of the navigation.
fn may_open(actor: &Actor, key: &str) -> bool {
    let may = |action, resource: &Resource<'_>| rules::permit(actor, action, resource) == rules::Verdict::Allow;
    if let Some(kind) = EntityKind::from_plural(key) {
        return rules::scope(actor, kind) != Scope::Nothing;
    }
    match key {
        "overview" => may(Action::ViewFigures, &Resource::Figures),
        "flags" => rules::scope(actor, EntityKind::System) != Scope::Nothing,
        "requests" | "workspaces" | "drift" => rules::scope(actor, EntityKind::Migration) != Scope::Nothing,
        "pack" => may(Action::View, &Resource::Rules),
        "imports" => may(Action::View, &Resource::Imports { own: true }),
        "people" => may(Action::View, &Resource::People),
        "audit" => may(Action::ViewAudit, &Resource::Audit),
        "jobs" => may(Action::View, &Resource::Jobs),
        _ => true,
    }
}

fn person(l: L, caller: &Caller) -> PersonView {
    let mut roles: Vec<&str> = Vec::new();
    for grant in &caller.actor.grants {
        let (zh, en) = grant.role.label();
        let label = if l.zh() { zh } else { en };
        if !roles.contains(&label) {
            roles.push(label);
        }
    }
    PersonView {
        name: caller.display_name.clone(),
        account: caller.login.clone(),
        role: roles.join(&l.t("comma")),
        department: String::new(),
    }
}
