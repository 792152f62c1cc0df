//! API tokens: shown once, hashed, expiring, never more than the owner's rights of today.

use domain::{Fault, FaultKind, Id, Timestamp};
use jiff::SignedDuration;
use rules::{Action, Resource};
use store::accounts::{self, Token};

use super::{Caller, Secret, account_of, own_account, problem, secret};
use crate::{Op, Outcome, Services, Work, permit};

/// What every token begins with, so that scanners of leaked secrets know it.
pub const TOKEN_PREFIX: &str = "sy_";

/// Days that a token may live at most.
pub const TOKEN_MAX_DAYS: u32 = 366;

/// Tokens alive that a person may have at most.
const TOKENS_AT_ONCE: usize = 50;

/// The last use is noted at most once in so many minutes.
const USE_MINUTES: i64 = 10;

/// What a token may be used for, inside its owner's rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenScope {
    /// Reading only.
    Read,
    /// Reading and changing.
    Write,
}

impl TokenScope {
    /// The word in storage, API and command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Read, Self::Write].into_iter().find(|scope| scope.code() == code)
    }
}

/// A token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// What the owner calls it.
    pub name: String,
    /// What it may be used for.
    pub scope: TokenScope,
    /// Days that it lives.
    pub days: u32,
}

/// A token that was just made. The secret is shown now and never again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedToken {
    /// What the program that uses it must send.
    pub secret: Secret,
    /// What is kept of it.
    pub token: Token,
}

/// A token as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenView {
    /// What is kept of it.
    pub token: Token,
    /// Last use, to ten minutes.
    pub last_used_at: Option<Timestamp>,
    /// True while it works.
    pub alive: bool,
}

fn is_alive(token: &Token, now: Timestamp) -> bool {
    token.revoked_at.is_none() && now < token.expires_at
}

/// Makes a token of `owner`: the person who asks, or anybody's at the server's own command line.
pub async fn create_token(services: &Services, op: &Op, owner: Id, new: &NewToken) -> Outcome<CreatedToken> {
    let at_the_server = op.actor.person.is_none() && op.door == domain::Door::CommandLine;
    if !at_the_server && own_account(op, Action::ManageOwnTokens)? != owner {
        return Err(Fault::not_found());
    }
    let name: String = new.name.trim().to_owned();
    let mut problems = Vec::new();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        problems.push(problem(
            "name",
            "token-name",
            "请填写令牌名称（1 到 60 个字符），说明用途。",
            "Give the token a name of 1 to 60 characters that says what it is for.",
        ));
    }
    if !(1..=TOKEN_MAX_DAYS).contains(&new.days) {
        problems.push(problem(
            "days",
            "token-days",
            format!("有效期应为 1 到 {TOKEN_MAX_DAYS} 天。"),
            format!("A token lives for 1 to {TOKEN_MAX_DAYS} days."),
        ));
    }
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let mut work = Work::begin(services, op).await?;
    let person = accounts::person(&mut work.tx, owner).await?.filter(|person| person.active);
    if person.is_none() {
        return Err(Fault::not_found());
    }
    let alive = accounts::tokens_of(&mut work.tx, owner).await?.iter().filter(|token| is_alive(token, work.at)).count();
    if alive >= TOKENS_AT_ONCE {
        return Err(Fault::new(
            FaultKind::Conflict,
            "too-many-tokens",
            format!("有效令牌已达 {TOKENS_AT_ONCE} 个；请先吊销不用的令牌。"),
            format!("There are {TOKENS_AT_ONCE} live tokens; revoke those not in use first."),
        ));
    }
    let secret = Secret::fresh(TOKEN_PREFIX);
    let life = SignedDuration::from_hours(24 * i64::from(new.days));
    let token = Token {
        id: work.next_id(),
        person: owner,
        name,
        prefix: secret.expose().chars().take(TOKEN_PREFIX.len() + 6).collect(),
        scopes: new.scope.code().to_owned(),
        created_at: work.at,
        expires_at: work.at.saturating_add(life).unwrap_or(work.at),
        revoked_at: None,
    };
    accounts::insert_token(&mut work.tx, &token, &secret.hash()).await?;
    let body = serde_json::json!({ "expires_at": token.expires_at.to_string(), "name": token.name, "scope": token.scopes, "token": token.id.to_string() });
    work.record("create_token", "person", owner, "", body.to_string());
    work.commit().await?;
    Ok(CreatedToken { secret, token })
}

/// Who may see and take back the tokens of `owner`: the owner, and whoever manages people.
fn may_look_after(op: &Op, owner: Id) -> Outcome<()> {
    if !op.actor.person.is_none() && op.actor.person == owner {
        return own_account(op, Action::ManageOwnTokens).map(|_| ());
    }
    permit(op, Action::ManagePeople, &Resource::People)
}

/// The tokens of a person, newest first.
pub async fn list_tokens(services: &Services, op: &Op, owner: Id) -> Outcome<Vec<TokenView>> {
    may_look_after(op, owner)?;
    let now = services.clock.now();
    let tokens = accounts::tokens_of(&mut &services.db, owner).await?;
    let ids: Vec<Id> = tokens.iter().map(|token| token.id).collect();
    let mut sessions = services.db.begin_sessions().await?;
    let uses = accounts::token_uses(&mut sessions, &ids).await?;
    Ok(tokens
        .into_iter()
        .map(|token| TokenView { last_used_at: uses.get(&token.id).copied(), alive: is_alive(&token, now), token })
        .collect())
}

/// The person's own tokens, newest first.
pub async fn list_own_tokens(services: &Services, op: &Op) -> Outcome<Vec<TokenView>> {
    let owner = own_account(op, Action::View)?;
    list_tokens(services, op, owner).await
}

/// Takes one of the person's own tokens back, at once.
pub async fn revoke_own_token(services: &Services, op: &Op, token: Id) -> Outcome<()> {
    let owner = own_account(op, Action::ManageOwnTokens)?;
    revoke_token(services, op, owner, token).await
}

/// Takes a token of a person back, at once.
pub async fn revoke_token(services: &Services, op: &Op, owner: Id, token: Id) -> Outcome<()> {
    may_look_after(op, owner)?;
    let mut work = Work::begin(services, op).await?;
    let at = work.at;
    if !accounts::revoke_token(&mut work.tx, owner, token, at).await? {
        return Err(Fault::not_found());
    }
    work.record("revoke_token", "person", owner, "", format!("{{\"token\":\"{token}\"}}"));
    work.commit().await
}

/// Who a bearer token stands for, with the owner's grants of today; nothing when it does not work.
pub async fn caller_of_token(services: &Services, bearer: &str) -> Outcome<Option<Caller>> {
    if !secret::is_well_formed(bearer, TOKEN_PREFIX) {
        return Ok(None);
    }
    let now = services.clock.now();
    let found = accounts::token(&mut &services.db, &secret::hash_of(bearer)).await?;
    let Some(token) = found.filter(|token| is_alive(token, now)) else { return Ok(None) };
    let Some((person, mut actor)) = account_of(services, token.person, now).await? else { return Ok(None) };
    note_use(services, token.id, now).await?;
    actor.name = format!("{} · {}", actor.name, token.name);
    Ok(Some(Caller {
        actor,
        person: person.id,
        login: person.login,
        display_name: person.name,
        language: person.language,
        session: None,
        token: Some(token.id),
        // Whatever is not plainly "write" only reads.
        read_only: TokenScope::from_code(&token.scopes) != Some(TokenScope::Write),
    }))
}

/// Notes the last use, rarely enough that reading does not write.
async fn note_use(services: &Services, token: Id, now: Timestamp) -> Outcome<()> {
    let mut sessions = services.db.begin_sessions().await?;
    let last = accounts::token_uses(&mut sessions, &[token]).await?.get(&token).copied();
    let between = SignedDuration::from_mins(USE_MINUTES);
    if last.is_none_or(|last| now.duration_since(last) >= between) {
        let micros = i64::try_from(between.as_micros()).unwrap_or(0);
        accounts::set_token_use(&mut sessions, token, now, micros).await?;
        sessions.commit().await?;
    }
    Ok(())
}
