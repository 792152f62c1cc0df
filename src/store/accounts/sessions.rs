//! Sessions, failed tries and the last use of tokens. On SQLite these lie in the sessions file: every function takes
//! a unit of work from [`crate::Db::begin_sessions`].

use std::collections::HashMap;

use domain::{Id, Timestamp};

use crate::{Arg, Reader, Result, Row, Sql, Tx};

/// A session, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Identifier, for lists and for ending it; the secret is another.
    pub id: Id,
    /// Whose.
    pub person: Id,
    /// Signed in when.
    pub created_at: Timestamp,
    /// Last request, to the minute.
    pub last_seen_at: Timestamp,
    /// Dead from this moment, whatever happens.
    pub expires_at: Timestamp,
    /// Address it was opened from.
    pub peer: String,
    /// Browser it was opened with.
    pub agent: String,
}

const SELECT: &str = "select id, person, created_at, last_seen_at, expires_at, peer, agent from session where ";

fn read(row: &Row) -> Result<Session> {
    Ok(Session {
        id: row.id(0)?,
        person: row.id(1)?,
        created_at: row.at(2)?,
        last_seen_at: row.at(3)?,
        expires_at: row.at(4)?,
        peer: row.text(5)?,
        agent: row.text(6)?,
    })
}

/// Stores a session under the hash of its secret.
pub async fn insert_session(tx: &mut Tx, session: &Session, hash: &str) -> Result<()> {
    let row: Vec<Arg> = vec![
        session.id.into(),
        hash.into(),
        session.person.into(),
        session.created_at.into(),
        session.last_seen_at.into(),
        session.expires_at.into(),
        (&session.peer).into(),
        (&session.agent).into(),
    ];
    let sql = Sql::new(
        "insert into session (id, token_hash, person, created_at, last_seen_at, expires_at, peer, agent) values (",
    )
    .list(row)
    .push(")");
    tx.run(sql).await.map(|_| ())
}

/// The session of a secret's hash.
pub async fn session(reader: &mut impl Reader, hash: &str) -> Result<Option<Session>> {
    reader.maybe(Sql::new(SELECT).push("token_hash = ?").bind(hash)).await?.as_ref().map(read).transpose()
}

/// The sessions of a person, newest first.
pub async fn sessions_of(reader: &mut impl Reader, person: Id) -> Result<Vec<Session>> {
    let sql = Sql::new(SELECT).push("person = ? order by created_at desc, id desc limit 200").bind(person);
    reader.all(sql).await?.iter().map(read).collect()
}

/// Notes that a session is in use.
pub async fn touch_session(tx: &mut Tx, id: Id, at: Timestamp) -> Result<()> {
    tx.run(Sql::new("update session set last_seen_at = ? where id = ?").bind(at).bind(id)).await.map(|_| ())
}

/// Ends a session of a person; false when there is none.
pub async fn end_session(tx: &mut Tx, person: Id, id: Id) -> Result<bool> {
    Ok(tx.run(Sql::new("delete from session where id = ? and person = ?").bind(id).bind(person)).await? == 1)
}

/// Ends the session of a secret's hash.
pub async fn end_session_of_token(tx: &mut Tx, hash: &str) -> Result<bool> {
    Ok(tx.run(Sql::new("delete from session where token_hash = ?").bind(hash)).await? == 1)
}

/// Ends every session of a person; answers how many.
pub async fn end_sessions(tx: &mut Tx, person: Id) -> Result<u64> {
    tx.run(Sql::new("delete from session where person = ?").bind(person)).await
}

/// Drops sessions that have expired or were last used before `idle_since`.
pub async fn forget_sessions(tx: &mut Tx, now: Timestamp, idle_since: Timestamp) -> Result<u64> {
    tx.run(Sql::new("delete from session where expires_at <= ? or last_seen_at <= ?").bind(now).bind(idle_since)).await
}

/// How many tries failed for an account (a hash) from a peer, and when the last one was.
pub async fn failures(reader: &mut impl Reader, account: &str, peer: &str) -> Result<Option<(i64, Timestamp)>> {
    let sql =
        Sql::new("select count, last_at from sign_in_failure where account = ? and peer = ?").bind(account).bind(peer);
    let Some(row) = reader.maybe(sql).await? else { return Ok(None) };
    Ok(Some((row.int(0)?, row.at(1)?)))
}

/// Sets the count of failed tries.
pub async fn set_failures(tx: &mut Tx, account: &str, peer: &str, count: i64, last_at: Timestamp) -> Result<()> {
    let sql = Sql::new(
        "insert into sign_in_failure (account, peer, count, last_at) values (?, ?, ?, ?)
         on conflict (account, peer) do update set count = excluded.count, last_at = excluded.last_at",
    )
    .bind(account)
    .bind(peer)
    .bind(count)
    .bind(last_at);
    tx.run(sql).await.map(|_| ())
}

/// Drops failures older than `failed_before`, and good pairs of account and peer older than `good_before`.
pub async fn forget_failures(tx: &mut Tx, failed_before: Timestamp, good_before: Timestamp) -> Result<u64> {
    let sql = Sql::new("delete from sign_in_failure where (count > 0 and last_at < ?) or (count = 0 and last_at < ?)")
        .bind(failed_before)
        .bind(good_before);
    tx.run(sql).await
}

/// Notes that a token was used, at most once in `every` microseconds; false when that is noted already.
pub async fn set_token_use(tx: &mut Tx, token: Id, at: Timestamp, every: i64) -> Result<bool> {
    let sql = Sql::new(
        "insert into token_use (token, last_used_at) values (?, ?)
         on conflict (token) do update set last_used_at = excluded.last_used_at
         where token_use.last_used_at <= excluded.last_used_at - ?",
    )
    .bind(token)
    .bind(at)
    .bind(every);
    Ok(tx.run(sql).await? > 0)
}

/// When tokens were last used.
pub async fn token_uses(reader: &mut impl Reader, tokens: &[Id]) -> Result<HashMap<Id, Timestamp>> {
    let mut found = HashMap::new();
    for chunk in tokens.chunks(500) {
        let sql = Sql::new("select token, last_used_at from token_use where token in (")
            .list(chunk.iter().copied())
            .push(")");
        for row in reader.all(sql).await? {
            found.insert(row.id(0)?, row.at(1)?);
        }
    }
    Ok(found)
}
