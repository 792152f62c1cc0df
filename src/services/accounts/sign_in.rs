//! Signing in with account and password.

use domain::{Actor, Door, Id, Language, Timestamp};
use store::accounts::{self, Person};

use super::{Secret, session, trail, tries, wrong_credentials};
use crate::{Op, Outcome, Services};

/// Longer than any password that can be set; more is not even hashed as given.
const LONGEST_PASSWORD: usize = 1_024;

/// A try to sign in. Its `Debug` does not show the password.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// What was typed as account.
    pub login: &'a str,
    /// What was typed as password.
    pub password: &'a str,
    /// Address of the peer.
    pub peer: &'a str,
    /// Name of the browser.
    pub agent: &'a str,
    /// The session cookie that came with the try, if any: that session ends.
    pub replaces: Option<&'a str>,
}

impl std::fmt::Debug for Attempt<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Attempt").field("peer", &self.peer).finish_non_exhaustive()
    }
}

/// A session that has just begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the cookie holds.
    pub token: Secret,
    /// The session.
    pub session: Id,
    /// It ends then, whatever happens.
    pub expires_at: Timestamp,
    /// Whose it is.
    pub person: Person,
}

/// The operation of somebody who is not signed in.
pub fn anonymous(door: Door, request_id: &str, language: Language) -> Op {
    Op {
        actor: Actor { person: Id::NONE, name: String::new(), grants: Vec::new() },
        door,
        request_id: request_id.to_owned(),
        why: String::new(),
        language,
    }
}

/// Signs in. Unknown account, wrong password and locked account take the same time and get the same answer.
pub async fn sign_in(services: &Services, op: &Op, attempt: Attempt<'_>) -> Outcome<Opened> {
    let counted = tries::begin(services, attempt.login, attempt.peer).await?;
    let found = accounts::credentials(&mut &services.db, attempt.login).await?;
    let typed = if attempt.password.len() > LONGEST_PASSWORD { "" } else { attempt.password };
    let hash = found.as_ref().map_or("", |(_, hash)| hash.as_str());
    let right = services.sign_in_guard.matches(typed, hash).await?;
    let known = found.as_ref().map(|(person, _)| person.id);
    let Some((person, _)) = found.filter(|(person, _)| right && person.active) else {
        refuse(services, op, known, attempt.peer).await?;
        return Err(wrong_credentials());
    };
    let now = services.clock.now();
    let mut tx = services.db.begin_sessions().await?;
    counted.succeeded(&mut tx, now).await?;
    if let Some(old) = attempt.replaces {
        accounts::end_session_of_token(&mut tx, &super::secret::hash_of(old)).await?;
    }
    let opened = session::open(services, &mut tx, person, attempt.peer, attempt.agent, now).await?;
    let body =
        serde_json::json!({ "peer": opened_from(attempt.peer), "session": opened.session.to_string() }).to_string();
    let name = super::trail_name(&opened.person);
    let id = opened.person.id;
    trail::note(&mut tx, trail::entry(op, now, id, &name, "sign_in", id, body)).await?;
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(opened)
}

/// Notes a failed try. What was typed is not written down: people type passwords into the wrong box.
async fn refuse(services: &Services, op: &Op, known: Option<Id>, peer: &str) -> Outcome<()> {
    let body =
        serde_json::json!({ "account": if known.is_some() { "known" } else { "unknown" }, "peer": opened_from(peer) });
    let subject = known.unwrap_or(Id::NONE);
    let entry = trail::entry(op, services.clock.now(), Id::NONE, "", "sign_in_failed", subject, body.to_string());
    let mut tx = services.db.begin_sessions().await?;
    trail::note(&mut tx, entry).await?;
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(())
}

/// The peer as it is written down.
fn opened_from(peer: &str) -> String {
    peer.chars().filter(|character| !character.is_control()).take(80).collect()
}
