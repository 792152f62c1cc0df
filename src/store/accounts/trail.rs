//! Audit entries about sign-ins. PostgreSQL writes them at once. On SQLite the register may be busy with a long write
//! when somebody signs in, so they wait in the sessions file and are carried over later: in order, and exactly once,
//! because the register remembers in the same transaction how far it has read the file of that name.

use domain::Id;

use crate::{Arg, Reader, Result, Sql, Tx, audit::Entry};

/// Leaves an entry in the sessions file (SQLite only). Batch, reason and path of such entries are always empty.
pub async fn wait(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let row: Vec<Arg> = vec![
        entry.at.into(),
        entry.person.into(),
        (&entry.actor).into(),
        (&entry.door).into(),
        (&entry.request_id).into(),
        (&entry.action).into(),
        entry.subject.into(),
        (&entry.body).into(),
    ];
    let sql =
        Sql::new("insert into session_event (at, person, actor, door, request_id, action, subject, body) values (")
            .list(row)
            .push(")");
    tx.run(sql).await.map(|_| ())
}

/// True when entries wait in the sessions file (SQLite only).
pub async fn is_anything_waiting(reader: &mut impl Reader) -> Result<bool> {
    Ok(reader.maybe(Sql::new("select sequence from session_event limit 1")).await?.is_some())
}

/// The name of the sessions file and the entries that wait in it after `place`, with the place of each.
pub async fn waiting(
    reader: &mut impl Reader,
    place: impl Fn(&str) -> i64 + Send,
    limit: i64,
) -> Result<(String, Vec<(i64, Entry)>)> {
    let name = match reader.maybe(Sql::new("select name from session_file limit 1")).await? {
        Some(row) => row.text(0)?,
        None => String::new(),
    };
    let sql = Sql::new(
        "select sequence, at, person, actor, door, request_id, action, subject, body from session_event
         where sequence > ? order by sequence limit ?",
    )
    .bind(place(&name))
    .bind(limit);
    let mut entries = Vec::new();
    for row in reader.all(sql).await? {
        let entry = Entry {
            at: row.at(1)?,
            person: row.id(2)?,
            actor: row.text(3)?,
            door: row.text(4)?,
            request_id: row.text(5)?,
            action: row.text(6)?,
            entity: "person".to_owned(),
            subject: row.id(7)?,
            path: String::new(),
            batch: Id::NONE,
            why: String::new(),
            body: row.text(8)?,
        };
        entries.push((row.int(0)?, entry));
    }
    Ok((name, entries))
}

/// Drops the entries of the sessions file up to `place`.
pub async fn drop_waiting(tx: &mut Tx, place: i64) -> Result<u64> {
    tx.run(Sql::new("delete from session_event where sequence <= ?").bind(place)).await
}

/// How far the register has read the sessions files, by their names.
pub async fn trail_place(reader: &mut impl Reader) -> Result<std::collections::HashMap<String, i64>> {
    let rows = reader.all(Sql::new("select name, value from counter where name like 'session_event %'")).await?;
    rows.iter().map(|row| Ok((row.text(0)?.trim_start_matches("session_event ").to_owned(), row.int(1)?))).collect()
}

/// Remembers how far the sessions file `name` was read.
pub async fn set_trail_place(tx: &mut Tx, name: &str, place: i64) -> Result<()> {
    let sql = Sql::new(
        "insert into counter (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
    )
    .bind(format!("session_event {name}"))
    .bind(place);
    tx.run(sql).await.map(|_| ())
}
