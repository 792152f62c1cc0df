//! Reading and writing records of any entity, one statement for many rows.

use std::collections::HashMap;

use domain::{ENTITIES, EntityDef, Id, Record, Timestamp, fold};

use crate::{
    Arg, Error, Reader, Result, Sql, Tx,
    codec::{RECORD_COLUMNS, field_columns, record, to_storage},
    staging::{stage, unstage},
};

/// How many identifiers one statement may name.
const AT_ONCE: usize = 500;

/// The first text after every text that begins with `prefix` (which ends with `/`).
pub(crate) fn after_prefix(prefix: &str) -> String {
    let mut end = prefix.to_owned();
    if end.pop().is_some() {
        end.push('0');
    }
    end
}

/// The record's row in storage order.
fn row_of(def: &EntityDef, record: &Record, version: i64) -> Vec<Arg> {
    let mut row = Vec::with_capacity(def.fields.len() + 6);
    row.push(Arg::Id(record.id));
    row.push(Arg::Int(version));
    row.push(Arg::Text(record.path.clone()));
    row.push(record.created_at.into());
    row.push(record.updated_at.into());
    row.extend(def.fields.iter().zip(&record.values).map(|(field, value)| to_storage(field, value)));
    row.push(Arg::Text(fold(record.get(def, "name").as_text().unwrap_or_default())));
    row
}

fn columns_of(def: &EntityDef) -> String {
    format!("{RECORD_COLUMNS},{},name_key", field_columns(def))
}

/// Stores new records as version 1, marked for evaluation.
pub async fn insert(tx: &mut Tx, def: &EntityDef, records: &[Record]) -> Result<()> {
    let rows = records.iter().map(|record| row_of(def, record, 1));
    tx.load(def.table, &columns_of(def), Box::new(rows)).await
}

/// Stores new records as version 1 together with what the rules concluded of them: the derived fields stand in the record,
/// and `valid_until` has, for each record, the day on which the clock alone changes the conclusion (empty if never).
pub async fn insert_concluded(tx: &mut Tx, def: &EntityDef, records: &[Record], valid_until: &[String]) -> Result<()> {
    let row = |(record, until): (&Record, &String)| {
        let mut row = row_of(def, record, 1);
        row.extend([Arg::Int(0), Arg::Text(until.clone())]);
        row
    };
    let rows = records.iter().zip(valid_until).map(row);
    tx.load(def.table, &format!("{},stale,valid_until", columns_of(def)), Box::new(rows)).await
}

/// Replaces records whose stored version is still the one they carry; each gets the next version and is marked for
/// evaluation. All or none: one stale record gives [`Error::Stale`].
pub async fn update(tx: &mut Tx, def: &EntityDef, records: &[Record]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let table = def.table;
    let columns = columns_of(def);
    let rows = records.iter().map(|record| row_of(def, record, record.version));
    let staged = stage(tx, table, "staged", &columns, Box::new(rows)).await?;
    let assignments: Vec<String> = columns
        .split(',')
        .filter(|column| !matches!(*column, "id" | "version" | "created_at"))
        .map(|column| format!("{column} = s.{column}"))
        .collect();
    let changed = tx
        .run(Sql::made(format!(
            "update {table} set version = {table}.version + 1, stale = 1, {} from {staged} s
             where {table}.id = s.id and {table}.version = s.version and {table}.removed_at = 0",
            assignments.join(", ")
        )))
        .await?;
    unstage(tx, &staged).await?;
    if usize::try_from(changed).ok() == Some(records.len()) { Ok(()) } else { Err(Error::Stale) }
}

/// Removes records (they stay in storage, out of every list); each must still have the version named.
pub async fn remove(tx: &mut Tx, def: &EntityDef, records: &[(Id, i64)], at: Timestamp) -> Result<()> {
    for chunk in records.chunks(AT_ONCE) {
        let mut sql = Sql::made(format!(
            "update {} set removed_at = ?, version = version + 1, updated_at = ? where removed_at = 0 and (",
            def.table
        ))
        .bind(at)
        .bind(at);
        for (index, (id, version)) in chunk.iter().enumerate() {
            sql = sql
                .push(if index == 0 { "(id = ? and version = ?)" } else { " or (id = ? and version = ?)" })
                .bind(*id)
                .bind(*version);
        }
        if usize::try_from(tx.run(sql.push(")")).await?).ok() != Some(chunk.len()) {
            return Err(Error::Stale);
        }
    }
    Ok(())
}

/// The record of an id, unless removed.
pub async fn find(reader: &mut impl Reader, def: &EntityDef, id: Id) -> Result<Option<Record>> {
    Ok(find_many(reader, def, &[id]).await?.into_iter().next())
}

/// The records of ids, unless removed; in no particular order.
pub async fn find_many(reader: &mut impl Reader, def: &EntityDef, ids: &[Id]) -> Result<Vec<Record>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let sql = Sql::made(format!(
            "select {RECORD_COLUMNS},{} from {} where removed_at = 0 and id in (",
            field_columns(def),
            def.table
        ))
        .list(chunk.iter().copied())
        .push(")");
        for row in reader.all(sql).await? {
            found.push(record(def, &row)?);
        }
    }
    Ok(found)
}

/// The records whose reference `field` names `to`, by id, at most `limit`.
pub async fn find_by_reference(
    reader: &mut impl Reader,
    def: &EntityDef,
    field: &str,
    to: Id,
    limit: i64,
) -> Result<Vec<Record>> {
    let Some((_, field)) = def.field(field) else { return Ok(Vec::new()) };
    let sql = Sql::made(format!(
        "select {RECORD_COLUMNS},{} from {} where removed_at = 0 and {} = ? order by id limit ?",
        field_columns(def),
        def.table,
        field.name
    ))
    .bind(to)
    .bind(limit);
    reader.all(sql).await?.iter().map(|row| record(def, row)).collect()
}

/// Code and name of records, for showing references; removed ones are named too.
pub async fn names(reader: &mut impl Reader, def: &EntityDef, ids: &[Id]) -> Result<HashMap<Id, (String, String)>> {
    let mut found = HashMap::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let sql = Sql::made(format!("select id, code, name from {} where id in (", def.table))
            .list(chunk.iter().copied())
            .push(")");
        for row in reader.all(sql).await? {
            found.insert(row.id(0)?, (row.text(1)?, row.text(2)?));
        }
    }
    Ok(found)
}

/// The next `limit` records by id after `after`, for jobs that walk a whole table.
pub async fn walk(reader: &mut impl Reader, def: &EntityDef, after: Id, limit: i64) -> Result<Vec<Record>> {
    let sql = Sql::made(format!(
        "select {RECORD_COLUMNS},{} from {} where removed_at = 0 and id > ? order by id limit ?",
        field_columns(def),
        def.table
    ))
    .bind(after)
    .bind(limit);
    reader.all(sql).await?.iter().map(|row| record(def, row)).collect()
}

/// Moves every record of a department subtree: paths that begin with `old` begin with `new` afterwards.
pub async fn move_paths(tx: &mut Tx, old: &str, new: &str) -> Result<u64> {
    let mut moved = 0;
    let tail = i64::try_from(old.chars().count()).unwrap_or(0) + 1;
    let tables =
        ENTITIES.iter().map(|kind| kind.def().table).chain(["flag", "search_entry", "request", "delivery", "drift"]);
    for table in tables {
        moved += tx
            .run(
                Sql::made(format!(
                    "update {table} set path = ? || substr(path, cast(? as integer)) where path >= ? and path < ?"
                ))
                .bind(new)
                .bind(tail)
                .bind(old)
                .bind(after_prefix(old)),
            )
            .await?;
    }
    Ok(moved)
}

/// Gives the records that belong to systems the path of their system, after systems changed hands.
pub async fn follow_systems(tx: &mut Tx, systems: &[(Id, String)]) -> Result<()> {
    for (system, path) in systems {
        for statement in [
            "update request set path = ? where system = ? and path <> ?",
            "update delivery set path = ? where system = ? and path <> ?",
        ] {
            tx.run(Sql::new(statement).bind(path).bind(*system).bind(path)).await?;
        }
        let drift =
            "update drift set path = ? where delivery in (select id from delivery where system = ?) and path <> ?";
        tx.run(Sql::new(drift).bind(path).bind(*system).bind(path)).await?;
    }
    for kind in ENTITIES {
        let def = kind.def();
        let domain::Owner::System { field } = def.owner else { continue };
        for (system, path) in systems {
            let moved = tx
                .run(
                    Sql::made(format!("update {} set path = ? where {field} = ? and path <> ?", def.table))
                        .bind(path)
                        .bind(*system)
                        .bind(path),
                )
                .await?;
            if moved > 0 {
                let entries = format!(
                    "update search_entry set path = ? where subject in (select id from {} where {field} = ?)",
                    def.table
                );
                tx.run(Sql::made(entries).bind(path).bind(*system)).await?;
            }
        }
    }
    Ok(())
}

/// Marks records for evaluation.
pub async fn mark_stale(tx: &mut Tx, def: &EntityDef, ids: &[Id]) -> Result<()> {
    for chunk in ids.chunks(AT_ONCE) {
        tx.run(
            Sql::made(format!("update {} set stale = 1 where stale = 0 and id in (", def.table))
                .list(chunk.iter().copied())
                .push(")"),
        )
        .await?;
    }
    Ok(())
}

/// Which records still refer to one of `ids`: `(table, field, how many)`, for refusing a removal.
pub async fn referenced(
    tx: &mut Tx,
    to: domain::EntityKind,
    ids: &[Id],
) -> Result<Vec<(&'static str, &'static str, i64)>> {
    let mut found = Vec::new();
    for kind in ENTITIES {
        let def = kind.def();
        for field in def.fields.iter().filter(|field| field.kind == domain::Kind::Ref { to }) {
            let mut count = 0;
            for chunk in ids.chunks(AT_ONCE) {
                let sql = Sql::made(format!(
                    "select count(*) from {} where removed_at = 0 and {} in (",
                    def.table, field.name
                ))
                .list(chunk.iter().copied())
                .push(")");
                count += tx.maybe(sql).await?.map(|row| row.int(0)).transpose()?.unwrap_or(0);
            }
            if count > 0 {
                found.push((def.table, field.name, count));
            }
        }
    }
    Ok(found)
}
