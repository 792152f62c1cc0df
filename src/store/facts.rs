//! What the rules need to know, read for many subjects at once and in few columns, and what they conclude, written back.

use std::collections::HashMap;

use domain::{EntityDef, EntityKind, Id, Record, Value};

pub use crate::packed::Narrow;
use crate::{
    Arg, Reader, Result, Sql, Tx,
    lists::RowScope,
    packed,
    staging::{stage, unstage},
};

/// Records whose reference `field` names one of `to`, with only the fields named (the rest stays unknown).
pub async fn linked(
    reader: &mut impl Reader,
    def: &'static EntityDef,
    field: &str,
    to: &[Id],
    fields: &[&str],
) -> Result<Vec<Record>> {
    let Some((_, field)) = def.field(field) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for chunk in to.chunks(500) {
        let sql = Sql::made(packed::head(reader.engine(), def, fields))
            .push_made(&format!(" and {} in (", field.name))
            .list(chunk.iter().copied())
            .push(")");
        for row in reader.all(sql).await? {
            found.push(packed::narrow(def, fields, &row)?.record);
        }
    }
    Ok(found)
}

/// The ids of the next `limit` records after `after`, by id.
pub async fn walk(reader: &mut impl Reader, def: &'static EntityDef, after: Id, limit: i64) -> Result<Vec<Id>> {
    let sql = Sql::made(format!("select id from {} where removed_at = 0 and id > ? order by id limit ?", def.table))
        .bind(after)
        .bind(limit);
    reader.all(sql).await?.iter().map(|row| row.id(0)).collect()
}

/// Records of ids, with only the fields named.
pub async fn narrow_many(
    reader: &mut impl Reader,
    def: &'static EntityDef,
    ids: &[Id],
    fields: &[&str],
) -> Result<Vec<Narrow>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(500) {
        let sql = Sql::made(packed::head(reader.engine(), def, fields))
            .push(" and id in (")
            .list(chunk.iter().copied())
            .push(")");
        for row in reader.all(sql).await? {
            found.push(packed::narrow(def, fields, &row)?);
        }
    }
    Ok(found)
}

/// What still stands in a room: `(room, distinct systems, components)` counting components in service, of any role.
pub async fn load_of_rooms(reader: &mut impl Reader, rooms: &[Id]) -> Result<HashMap<Id, (i64, i64)>> {
    let mut found = HashMap::new();
    for chunk in rooms.chunks(500) {
        let sql = Sql::new("select data_center, count(distinct system), count(*) from component where removed_at = 0 and in_service <> 0 and data_center in (")
            .list(chunk.iter().copied())
            .push(") group by data_center");
        for row in reader.all(sql).await? {
            found.insert(row.id(0)?, (row.int(1)?, row.int(2)?));
        }
    }
    Ok(found)
}

/// Ids of records marked for evaluation, or whose conclusion the clock alone has ended by `today`; at most `limit`.
pub async fn due(reader: &mut impl Reader, kind: EntityKind, today: &str, limit: i64) -> Result<Vec<Id>> {
    let table = kind.def().table;
    let sql = Sql::made(format!("select id from {table} where removed_at = 0 and stale = 1 limit ?")).bind(limit);
    let mut ids: Vec<Id> = reader.all(sql).await?.iter().map(|row| row.id(0)).collect::<Result<_>>()?;
    let left = limit - i64::try_from(ids.len()).unwrap_or(limit);
    if left > 0 {
        let sql = Sql::made(format!(
            "select id from {table} where removed_at = 0 and stale = 0 and valid_until <> '' and valid_until <= ? limit ?"
        ))
        .bind(today)
        .bind(left);
        for row in reader.all(sql).await? {
            ids.push(row.id(0)?);
        }
    }
    Ok(ids)
}

/// How many records within a scope wait for evaluation, to one more than 10,000.
pub async fn stale_count(reader: &mut impl Reader, kind: EntityKind, scope: &RowScope) -> Result<i64> {
    let sql = Sql::made(format!(
        "select count(*) from (select 1 from {} where removed_at = 0 and stale = 1",
        kind.def().table
    ));
    let sql = crate::figures::scoped(sql, scope, None).push(" limit 10001) waiting");
    Ok(reader.maybe(sql).await?.map(|row| row.int(0)).transpose()?.unwrap_or(0))
}

/// What the rules concluded for one record.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// The record.
    pub id: Id,
    /// Version of the record that was judged; a later one stays marked.
    pub version: i64,
    /// Derived fields with their values.
    pub derived: Vec<(&'static str, Value)>,
    /// First day on which the clock alone changes the conclusion; empty if never.
    pub valid_until: String,
}

/// Writes conclusions: derived fields, `valid_until`, no longer stale. Derived fields do not count as a change of the record.
/// All conclusions name the same fields in the same order.
pub async fn conclude(tx: &mut Tx, kind: EntityKind, conclusions: &[Conclusion]) -> Result<()> {
    let def = kind.def();
    let Some(first) = conclusions.first() else { return Ok(()) };
    let fields: Vec<&'static domain::Field> =
        first.derived.iter().filter_map(|(name, _)| def.field(name)).map(|(_, field)| field).collect();
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let columns = format!("id,version,valid_until,{}", names.join(","));
    let rows = conclusions.iter().map(|conclusion| {
        let mut row =
            vec![Arg::Id(conclusion.id), Arg::Int(conclusion.version), Arg::Text(conclusion.valid_until.clone())];
        row.extend(
            fields.iter().zip(&conclusion.derived).map(|(field, (_, value))| crate::codec::to_storage(field, value)),
        );
        row
    });
    let staged = stage(tx, def.table, "concluded", &columns, Box::new(rows)).await?;
    let assignments: Vec<String> = names.iter().map(|name| format!("{name} = c.{name}")).collect();
    tx.run(Sql::made(format!(
        "update {0} set stale = 0, valid_until = c.valid_until, {1} from {staged} c where {0}.id = c.id and {0}.version = c.version",
        def.table,
        assignments.join(", ")
    )))
    .await?;
    unstage(tx, &staged).await
}

/// Marks the systems that name a record, themselves or through a component, for evaluation: `field` is `data_center`, `zone` or `department`.
pub async fn mark_systems_linked_to(tx: &mut Tx, field: &'static str, id: Id) -> Result<()> {
    let sql = Sql::new("update system set stale = 1 where removed_at = 0 and ").push(field).push(" = ?").bind(id);
    tx.run(sql).await?;
    if field != "department" {
        let sql = Sql::new("update system set stale = 1 where removed_at = 0 and id in (select system from component where removed_at = 0 and ")
            .push(field)
            .push(" = ?)")
            .bind(id);
        tx.run(sql).await?;
    }
    Ok(())
}

/// The systems whose exceptions cite one of these legal bases, each once.
pub async fn systems_citing(reader: &mut impl Reader, bases: &[Id]) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for chunk in bases.chunks(500) {
        let sql = Sql::new("select distinct system from cloud_exception where removed_at = 0 and legal_basis in (")
            .list(chunk.iter().copied())
            .push(")");
        for row in reader.all(sql).await? {
            found.push(row.id(0)?);
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// True when one record is marked for evaluation or its conclusion has ended by `today`.
pub async fn is_due(reader: &mut impl Reader, kind: EntityKind, id: Id, today: &str) -> Result<bool> {
    let sql = Sql::made(format!(
        "select 1 from {} where id = ? and removed_at = 0 and (stale = 1 or (valid_until <> '' and valid_until <= ?))",
        kind.def().table
    ))
    .bind(id)
    .bind(today);
    Ok(reader.maybe(sql).await?.is_some())
}
