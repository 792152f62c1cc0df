//! Accounts: signing in and staying signed in, people and their role grants, passwords, API tokens.
//!
//! Rights are never stored with a session or token: every request reads the grants that hold today. Secrets leave this
//! module once, as a [`Secret`], when they are made; what is stored is their hash.

mod demo;
mod guard;
mod password;
mod people;
mod secret;
mod session;
mod sign_in;
mod tokens;
mod trail;
mod tries;

use domain::{Actor, Fault, FaultKind, Id, Language, Timestamp, Wording};
use store::accounts::Person;

use crate::{Outcome, Services};

pub use demo::{DemoAccount, create_demo_accounts};
pub use guard::SignInGuard;
pub use password::{
    LINK_HOURS, LinkView, NewLink, PASSWORD_MIN, change_own_password, create_link, inspect_link, redeem_link,
};
pub use people::{
    CreatedPerson, NewGrant, NewPerson, PeoplePage, PersonView, create_person, find_person, get_person, grant_role,
    list_people, revoke_grant, set_active, set_own_language, update_person,
};
pub use secret::Secret;
pub use session::{
    ABSOLUTE_HOURS, IDLE_HOURS, caller, end_own_session, forget_expired, is_still_valid, list_own_sessions, sign_out,
    sign_out_everywhere, sign_out_person,
};
pub use sign_in::{Attempt, Opened, anonymous, sign_in};
pub use store::accounts::{GrantRow, PeopleFilter, Person as AccountPerson, Session};
pub use tokens::{
    CreatedToken, NewToken, TOKEN_MAX_DAYS, TOKEN_PREFIX, TokenScope, TokenView, caller_of_token, create_token,
    list_own_tokens, list_tokens, revoke_own_token, revoke_token,
};
pub use trail::carry_over;

/// Who makes a request, as a session or a token proves it, with the grants that hold today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who acts, for [`crate::Op`].
    pub actor: Actor,
    /// The person.
    pub person: Id,
    /// The account.
    pub login: String,
    /// The person's name.
    pub display_name: String,
    /// Language that the person chose, if any.
    pub language: Option<Language>,
    /// The session, when it was a session.
    pub session: Option<Id>,
    /// The token, when it was a token.
    pub token: Option<Id>,
    /// True for a token that may only read: doors refuse every unsafe method.
    pub read_only: bool,
}

/// Who acts for work that was ordered earlier, with the rights of this moment. An order without person can only have
/// come from the program itself or the server's command line; a locked person has no rights left.
pub async fn actor_of(services: &Services, person: Id) -> Outcome<Actor> {
    if person.is_none() {
        return Ok(Actor::system("shangyun"));
    }
    let found = account_of(services, person, services.clock.now()).await?;
    found.map(|(_, actor)| actor).ok_or_else(Fault::forbidden)
}

/// The person with the grants that hold today; nothing when the account is gone or locked.
async fn account_of(services: &Services, person: Id, now: Timestamp) -> Outcome<Option<(Person, Actor)>> {
    let mut reader = &services.db;
    let Some(person) = store::accounts::person(&mut reader, person).await?.filter(|person| person.active) else {
        return Ok(None);
    };
    let today = services.pack.day_of(now).to_string();
    let grants = store::accounts::actor_grants(&mut reader, person.id, &today).await?;
    let actor = Actor { person: person.id, name: trail_name(&person), grants };
    Ok(Some((person, actor)))
}

/// How the trail names a person: two people may have one name, never one login.
fn trail_name(person: &Person) -> String {
    format!("{} ({})", person.name, person.login)
}

/// A problem with one field.
fn problem(field: &str, rule: &str, zh: impl Into<String>, en: impl Into<String>) -> domain::Problem {
    domain::Problem { field: field.to_owned(), rule: rule.to_owned(), message: Wording::new(zh, en) }
}

/// Wrong account, wrong password, locked account: all the same to whoever tries.
fn wrong_credentials() -> Fault {
    Fault::new(
        FaultKind::Unauthenticated,
        "wrong-credentials",
        "账号或密码不正确，或账号未启用。请核对后重试；忘记密码请联系管理员发送重置链接。",
        "Wrong account or password, or the account is not active. Check both and try again; if you forgot the password, ask an administrator for a link.",
    )
}

/// Who may act on their own account: a signed-in person.
fn own_account(op: &crate::Op, action: rules::Action) -> Outcome<Id> {
    if op.actor.person.is_none() {
        return Err(Fault::unauthenticated());
    }
    crate::permit(op, action, &rules::Resource::OwnAccount)?;
    Ok(op.actor.person)
}
