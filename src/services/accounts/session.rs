//! Sessions: an opaque secret in a cookie, its hash in storage, rights read anew for every request.

use domain::{Id, Timestamp};
use jiff::SignedDuration;
use rules::{Action, Resource};
use store::{
    Tx,
    accounts::{self, Person, Session},
};

use super::{Caller, Opened, Secret, account_of, own_account, secret, trail, tries};
use crate::{Op, Outcome, Services, permit};

/// A session that nobody used for so many hours is over: a working day, so that nobody signs in after lunch again.
pub const IDLE_HOURS: i64 = 8;

/// A session is over after so many hours, used or not: everybody signs in once a day.
pub const ABSOLUTE_HOURS: i64 = 12;

/// The last use is noted at most once in so many seconds, so that reading pages does not write.
const TOUCH_SECONDS: i64 = 60;

/// Begins a session of `person` in a unit of work on the sessions.
pub(super) async fn open(
    services: &Services,
    tx: &mut Tx,
    person: Person,
    peer: &str,
    agent: &str,
    now: Timestamp,
) -> Outcome<Opened> {
    let token = Secret::fresh("");
    let printable = |text: &str, most: usize| -> String {
        text.chars().filter(|character| !character.is_control()).take(most).collect()
    };
    let session = Session {
        id: services.ids.next(now),
        person: person.id,
        created_at: now,
        last_seen_at: now,
        expires_at: now.saturating_add(SignedDuration::from_hours(ABSOLUTE_HOURS)).unwrap_or(now),
        peer: printable(peer, 80),
        agent: printable(agent, 200),
    };
    accounts::insert_session(tx, &session, &token.hash()).await?;
    Ok(Opened { token, session: session.id, expires_at: session.expires_at, person })
}

/// True while the session may be used.
fn is_alive(session: &Session, now: Timestamp) -> bool {
    now < session.expires_at && now.duration_since(session.last_seen_at) < SignedDuration::from_hours(IDLE_HOURS)
}

/// Who a session cookie stands for, with the grants that hold today; nothing when it is no (longer a) session.
pub async fn caller(services: &Services, token: &str) -> Outcome<Option<Caller>> {
    if !secret::is_well_formed(token, "") {
        return Ok(None);
    }
    let now = services.clock.now();
    let mut tx = services.db.begin_sessions().await?;
    let found = accounts::session(&mut tx, &secret::hash_of(token)).await?;
    let Some(session) = found.filter(|session| is_alive(session, now)) else { return Ok(None) };
    if now.duration_since(session.last_seen_at) >= SignedDuration::from_secs(TOUCH_SECONDS) {
        accounts::touch_session(&mut tx, session.id, now).await?;
        tx.commit().await?;
    } else {
        // Given back before the next question: on SQLite there is one connection to the sessions.
        drop(tx);
    }
    let Some((person, actor)) = account_of(services, session.person, now).await? else { return Ok(None) };
    if session.created_at < person.sessions_from {
        return Ok(None);
    }
    Ok(Some(Caller {
        actor,
        person: person.id,
        login: person.login,
        display_name: person.name,
        language: person.language,
        session: Some(session.id),
        token: None,
        read_only: false,
    }))
}

/// True while the caller may still be served: what an open event stream asks every few seconds.
pub async fn is_still_valid(services: &Services, caller: &Caller) -> Outcome<bool> {
    let now = services.clock.now();
    let Some((person, actor)) = account_of(services, caller.person, now).await? else { return Ok(false) };
    if actor.grants != caller.actor.grants {
        return Ok(false);
    }
    if let Some(id) = caller.session {
        let mut tx = services.db.begin_sessions().await?;
        let sessions = accounts::sessions_of(&mut tx, caller.person).await?;
        return Ok(sessions
            .iter()
            .any(|session| session.id == id && is_alive(session, now) && session.created_at >= person.sessions_from));
    }
    let tokens = accounts::tokens_of(&mut &services.db, caller.person).await?;
    Ok(tokens
        .iter()
        .any(|token| caller.token == Some(token.id) && token.revoked_at.is_none() && now < token.expires_at))
}

/// Ends the session of a cookie. Ending what has ended is fine.
pub async fn sign_out(services: &Services, op: &Op, token: &str) -> Outcome<()> {
    let mut tx = services.db.begin_sessions().await?;
    if accounts::end_session_of_token(&mut tx, &secret::hash_of(token)).await? {
        note(services, op, &mut tx, "sign_out", "{}".to_owned()).await?;
    }
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(())
}

/// Ends every session of the person, this one too; answers how many there were.
pub async fn sign_out_everywhere(services: &Services, op: &Op) -> Outcome<u64> {
    let person = own_account(op, Action::Update)?;
    let mut tx = services.db.begin_sessions().await?;
    let ended = accounts::end_sessions(&mut tx, person).await?;
    note(services, op, &mut tx, "sign_out_everywhere", format!("{{\"sessions\":{ended}}}")).await?;
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(ended)
}

/// Ends every session of somebody else; whoever manages people may.
pub async fn sign_out_person(services: &Services, op: &Op, person: Id) -> Outcome<u64> {
    permit(op, Action::ManagePeople, &Resource::People)?;
    let mut tx = services.db.begin_sessions().await?;
    let ended = accounts::end_sessions(&mut tx, person).await?;
    let (by, now) = (&op.actor, services.clock.now());
    let body = format!("{{\"sessions\":{ended}}}");
    trail::note(&mut tx, trail::entry(op, now, by.person, &by.name, "sign_out_everywhere", person, body)).await?;
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(ended)
}

/// The person's own sessions that may still be used, newest first.
pub async fn list_own_sessions(services: &Services, op: &Op) -> Outcome<Vec<Session>> {
    let person = own_account(op, Action::View)?;
    let now = services.clock.now();
    let mut tx = services.db.begin_sessions().await?;
    let sessions = accounts::sessions_of(&mut tx, person).await?;
    Ok(sessions.into_iter().filter(|session| is_alive(session, now)).collect())
}

/// Ends one of the person's own sessions.
pub async fn end_own_session(services: &Services, op: &Op, session: Id) -> Outcome<()> {
    let person = own_account(op, Action::Update)?;
    let mut tx = services.db.begin_sessions().await?;
    if !accounts::end_session(&mut tx, person, session).await? {
        return Err(domain::Fault::not_found());
    }
    note(services, op, &mut tx, "sign_out", format!("{{\"session\":\"{session}\"}}")).await?;
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(())
}

/// Ends every session of somebody, after something that must end them.
pub(super) async fn end_all(services: &Services, person: Id) -> Outcome<u64> {
    let mut tx = services.db.begin_sessions().await?;
    let ended = accounts::end_sessions(&mut tx, person).await?;
    tx.commit().await?;
    Ok(ended)
}

async fn note(services: &Services, op: &Op, tx: &mut Tx, action: &str, body: String) -> Outcome<()> {
    let (person, now) = (op.actor.person, services.clock.now());
    trail::note(tx, trail::entry(op, now, person, &op.actor.name, action, person, body)).await
}

/// Housekeeping for the timetable: carries entries about sign-ins over to the trail, and drops sessions and tries that
/// mean nothing any more. Cheap when there is nothing to do.
pub async fn forget_expired(services: &Services) -> Outcome<()> {
    trail::carry_over(services).await?;
    let now = services.clock.now();
    let before = |hours: i64| now.saturating_sub(SignedDuration::from_hours(hours)).unwrap_or(now);
    let mut tx = services.db.begin_sessions().await?;
    accounts::forget_sessions(&mut tx, now, before(IDLE_HOURS)).await?;
    accounts::forget_failures(&mut tx, before(24), before(24 * tries::KNOWN_DAYS)).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_unused_for_a_working_day_and_after_half_a_day_in_any_case() {
        let at = |hours: i64| Timestamp::from_second(1_800_000_000 + hours * 3_600).unwrap();
        let session = |seen: i64| Session {
            id: Id::NONE,
            person: Id::NONE,
            created_at: at(0),
            last_seen_at: at(seen),
            expires_at: at(ABSOLUTE_HOURS),
            peer: String::new(),
            agent: String::new(),
        };
        assert!(is_alive(&session(0), at(7)));
        assert!(!is_alive(&session(0), at(8)));
        assert!(is_alive(&session(7), at(11)));
        assert!(!is_alive(&session(11), at(12)));
    }
}
