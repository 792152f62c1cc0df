//! People: who has an account.

use std::collections::HashMap;

use domain::{Id, Language, Timestamp, fold};

use crate::{Arg, Error, Reader, Result, Row, Sql, Tx};

/// A person with an account. The password's hash never travels with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Identifier.
    pub id: Id,
    /// Grows with every change.
    pub version: i64,
    /// What is typed at sign-in.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Preferred language, if the person chose one.
    pub language: Option<Language>,
    /// True once a password was set.
    pub has_password: bool,
    /// Sessions that began earlier are dead.
    pub sessions_from: Timestamp,
    /// False when locked.
    pub active: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Last change.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "p.id, p.version, p.login, p.name, p.language, \
     cast(case when p.password_hash = '' then 0 else 1 end as bigint), p.sessions_from, p.active, p.created_at, p.updated_at";

fn read(row: &Row) -> Result<Person> {
    Ok(Person {
        id: row.id(0)?,
        version: row.int(1)?,
        login: row.text(2)?,
        name: row.text(3)?,
        language: Language::from_tag(&row.text(4)?),
        has_password: row.flag(5)?,
        sessions_from: row.at(6)?,
        active: row.flag(7)?,
        created_at: row.at(8)?,
        updated_at: row.at(9)?,
    })
}

fn language_tag(language: Option<Language>) -> &'static str {
    language.map_or("", Language::tag)
}

/// Login and name of people by id.
pub async fn names_of_people(reader: &mut impl Reader, ids: &[Id]) -> Result<HashMap<Id, (String, String)>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let sql = Sql::new("select id, login, name from person where id in (").list(chunk.iter().copied()).push(")");
        for row in reader.all(sql).await? {
            found.insert(row.id(0)?, (row.text(1)?, row.text(2)?));
        }
    }
    Ok(found)
}

/// Stores a new person, without password.
pub async fn insert_person(tx: &mut Tx, person: &Person) -> Result<()> {
    let row: Vec<Arg> = vec![
        person.id.into(),
        Arg::Int(1),
        (&person.login).into(),
        fold(&person.login).into(),
        (&person.name).into(),
        fold(&person.name).into(),
        language_tag(person.language).into(),
        "".into(),
        person.sessions_from.into(),
        person.active.into(),
        person.created_at.into(),
        person.updated_at.into(),
    ];
    // Not by COPY: its error would not say which key is taken.
    let sql = Sql::new(
        "insert into person (id, version, login, login_key, name, name_key, language, password_hash, sessions_from, active, created_at, updated_at)
         values (",
    )
    .list(row)
    .push(")");
    tx.run(sql).await.map(|_| ())
}

/// Changes name and language of the person at this version; otherwise [`Error::Stale`].
pub async fn update_person(tx: &mut Tx, person: &Person) -> Result<()> {
    let sql = Sql::new(
        "update person set version = version + 1, name = ?, name_key = ?, language = ?, updated_at = ? where id = ? and version = ?",
    )
    .bind(&person.name)
    .bind(fold(&person.name))
    .bind(language_tag(person.language))
    .bind(person.updated_at)
    .bind(person.id)
    .bind(person.version);
    one(tx.run(sql).await?)
}

/// Locks or unlocks; either way every session that began before `at` is dead.
pub async fn set_active(tx: &mut Tx, person: Id, active: bool, at: Timestamp) -> Result<()> {
    let sql =
        Sql::new("update person set version = version + 1, active = ?, sessions_from = ?, updated_at = ? where id = ?")
            .bind(active)
            .bind(at)
            .bind(at)
            .bind(person);
    one(tx.run(sql).await?)
}

/// Sets the password's hash; every session that began before `at` is dead.
pub async fn set_password(tx: &mut Tx, person: Id, hash: &str, at: Timestamp) -> Result<()> {
    let sql = Sql::new(
        "update person set version = version + 1, password_hash = ?, sessions_from = ?, updated_at = ? where id = ?",
    )
    .bind(hash)
    .bind(at)
    .bind(at)
    .bind(person);
    one(tx.run(sql).await?)
}

fn one(changed: u64) -> Result<()> {
    if changed == 1 { Ok(()) } else { Err(Error::Stale) }
}

/// The person of an id.
pub async fn person(reader: &mut impl Reader, id: Id) -> Result<Option<Person>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from person p where p.id = ?").bind(id);
    reader.maybe(sql).await?.as_ref().map(read).transpose()
}

/// The person of a login, however it is spelt in case and width.
pub async fn by_login(reader: &mut impl Reader, login: &str) -> Result<Option<Person>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from person p where p.login_key = ?").bind(fold(login));
    reader.maybe(sql).await?.as_ref().map(read).transpose()
}

/// The person of a login with the password's hash; an empty hash means that none was set.
pub async fn credentials(reader: &mut impl Reader, login: &str) -> Result<Option<(Person, String)>> {
    let sql = Sql::new("select ")
        .push(COLUMNS)
        .push(", p.password_hash from person p where p.login_key = ?")
        .bind(fold(login));
    match reader.maybe(sql).await? {
        Some(row) => Ok(Some((read(&row)?, row.text(10)?))),
        None => Ok(None),
    }
}

/// Which people to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Part of login or name; empty for all.
    pub q: String,
    /// True to leave out the locked.
    pub active_only: bool,
    /// Go on after this login.
    pub after: Option<String>,
    /// At most so many.
    pub limit: i64,
}

/// People by login.
pub async fn list(reader: &mut impl Reader, filter: &PeopleFilter) -> Result<Vec<Person>> {
    let mut sql = Sql::new("select ")
        .push(COLUMNS)
        .push(" from person p where p.login_key > ?")
        .bind(filter.after.as_deref().map(fold).unwrap_or_default());
    if filter.active_only {
        sql = sql.push(" and p.active = 1");
    }
    let q = fold(&filter.q);
    if !q.is_empty() {
        let escaped = q.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        sql = sql
            .push(" and (p.login_key like ? escape '\\' or p.name_key like ? escape '\\')")
            .bind(&pattern)
            .bind(&pattern);
    }
    let sql = sql.push(" order by p.login_key limit ?").bind(filter.limit);
    reader.all(sql).await?.iter().map(read).collect()
}
