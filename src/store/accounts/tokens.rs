//! API tokens and one-time links: what a person holds instead of typing a password.

use domain::{Id, Timestamp};

use crate::{Arg, Reader, Result, Row, Sql, Tx};

use super::perhaps_at;

/// An API token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Identifier.
    pub id: Id,
    /// Whose rights it has.
    pub person: Id,
    /// What the owner calls it.
    pub name: String,
    /// Its first characters, to tell it from others.
    pub prefix: String,
    /// `read` or `write`.
    pub scopes: String,
    /// Made when.
    pub created_at: Timestamp,
    /// Dead from this moment.
    pub expires_at: Timestamp,
    /// Taken back when.
    pub revoked_at: Option<Timestamp>,
}

const COLUMNS: &str =
    "select id, person, name, prefix, scopes, created_at, expires_at, revoked_at from api_token where ";

fn read(row: &Row) -> Result<Token> {
    Ok(Token {
        id: row.id(0)?,
        person: row.id(1)?,
        name: row.text(2)?,
        prefix: row.text(3)?,
        scopes: row.text(4)?,
        created_at: row.at(5)?,
        expires_at: row.at(6)?,
        revoked_at: perhaps_at(row, 7)?,
    })
}

/// Stores a token under the hash of its secret.
pub async fn insert_token(tx: &mut Tx, token: &Token, hash: &str) -> Result<()> {
    let row: Vec<Arg> = vec![
        token.id.into(),
        token.person.into(),
        (&token.name).into(),
        hash.into(),
        (&token.prefix).into(),
        (&token.scopes).into(),
        token.created_at.into(),
        token.expires_at.into(),
        Arg::Int(0),
    ];
    let sql = Sql::new(
        "insert into api_token (id, person, name, token_hash, prefix, scopes, created_at, expires_at, revoked_at) values (",
    )
    .list(row)
    .push(")");
    tx.run(sql).await.map(|_| ())
}

/// The token of a secret's hash, dead or alive.
pub async fn token(reader: &mut impl Reader, hash: &str) -> Result<Option<Token>> {
    let sql = Sql::new(COLUMNS).push("token_hash = ?").bind(hash);
    reader.maybe(sql).await?.as_ref().map(read).transpose()
}

/// The tokens of a person, newest first.
pub async fn tokens_of(reader: &mut impl Reader, person: Id) -> Result<Vec<Token>> {
    let sql = Sql::new(COLUMNS).push("person = ? order by created_at desc, id desc limit 1000").bind(person);
    reader.all(sql).await?.iter().map(read).collect()
}

/// Takes a token of a person back; false when there is none to take.
pub async fn revoke_token(tx: &mut Tx, person: Id, id: Id, at: Timestamp) -> Result<bool> {
    let sql = Sql::new("update api_token set revoked_at = ? where id = ? and person = ? and revoked_at = 0")
        .bind(at)
        .bind(id)
        .bind(person);
    Ok(tx.run(sql).await? == 1)
}

/// Takes all tokens of a person back.
pub async fn revoke_tokens(tx: &mut Tx, person: Id, at: Timestamp) -> Result<u64> {
    tx.run(Sql::new("update api_token set revoked_at = ? where person = ? and revoked_at = 0").bind(at).bind(person))
        .await
}

/// A one-time link, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// For whom.
    pub person: Id,
    /// What it does (`password`).
    pub purpose: String,
    /// Made when.
    pub created_at: Timestamp,
    /// Dead from this moment.
    pub expires_at: Timestamp,
    /// Used (or replaced) when.
    pub used_at: Option<Timestamp>,
}

/// Stores a link under the hash of its secret.
pub async fn insert_link(tx: &mut Tx, link: &Link, hash: &str) -> Result<()> {
    let row: Vec<Arg> = vec![
        hash.into(),
        link.person.into(),
        (&link.purpose).into(),
        link.created_at.into(),
        link.expires_at.into(),
        Arg::Int(0),
    ];
    let sql = Sql::new("insert into one_time_link (hash, person, purpose, created_at, expires_at, used_at) values (")
        .list(row)
        .push(")");
    tx.run(sql).await.map(|_| ())
}

/// The link of a secret's hash, dead or alive.
pub async fn link(reader: &mut impl Reader, hash: &str) -> Result<Option<Link>> {
    let sql = Sql::new("select person, purpose, created_at, expires_at, used_at from one_time_link where hash = ?")
        .bind(hash);
    let Some(row) = reader.maybe(sql).await? else { return Ok(None) };
    Ok(Some(Link {
        person: row.id(0)?,
        purpose: row.text(1)?,
        created_at: row.at(2)?,
        expires_at: row.at(3)?,
        used_at: perhaps_at(&row, 4)?,
    }))
}

/// Uses a link up; false when it was used or has expired. Of two at once only one succeeds.
pub async fn use_link(tx: &mut Tx, hash: &str, at: Timestamp) -> Result<bool> {
    let sql = Sql::new("update one_time_link set used_at = ? where hash = ? and used_at = 0 and expires_at > ?")
        .bind(at)
        .bind(hash)
        .bind(at);
    Ok(tx.run(sql).await? == 1)
}

/// Ends every unused link of a person.
pub async fn expire_links(tx: &mut Tx, person: Id, at: Timestamp) -> Result<u64> {
    tx.run(Sql::new("update one_time_link set used_at = ? where person = ? and used_at = 0").bind(at).bind(person))
        .await
}
