//! The schema: numbered files per engine, and the answers that the contract suite asks of them.

use domain::{ENTITIES, EntityDef, Kind};
use sqlx::migrate::Migrator;

use crate::{Db, Engine, Error, Reader, Result, Sql};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static SQLITE_SESSIONS: Migrator = sqlx::migrate!("../../migrations/sqlite_sessions");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Brings the schema to this program's version. Refuses a database that a newer program has written.
pub async fn migrate(db: &Db) -> Result<()> {
    let outcome = match db {
        Db::Sqlite { writer, sessions, .. } => match SQLITE.run(writer).await {
            Ok(()) => SQLITE_SESSIONS.run(sessions).await,
            failed => failed,
        },
        Db::Postgres(pool) => POSTGRES.run(pool).await,
    };
    outcome.map_err(|error| Error::Driver(format!("the schema cannot be brought up to date: {error}")))
}

/// True when the schema is older than this program needs.
pub async fn pending(db: &Db) -> Result<bool> {
    let newest = match db {
        Db::Sqlite { .. } => &SQLITE,
        Db::Postgres(_) => &POSTGRES,
    }
    .iter()
    .map(|migration| migration.version)
    .max()
    .unwrap_or(0);
    if !tables(db).await?.iter().any(|table| table == "_sqlx_migrations") {
        return Ok(true);
    }
    let applied =
        (&mut &*db).maybe(Sql::new("select coalesce(max(version), 0) from _sqlx_migrations where success")).await?;
    Ok(applied.map(|row| row.int(0)).transpose()?.unwrap_or(0) < newest)
}

/// The tables that exist.
pub async fn tables(db: &Db) -> Result<Vec<String>> {
    let sql = match db.engine() {
        Engine::Sqlite => Sql::new("select name from sqlite_schema where type = 'table' order by name"),
        Engine::Postgres => Sql::new(
            "select cast(table_name as text) from information_schema.tables where table_schema = current_schema() order by 1",
        ),
    };
    (&mut &*db).all(sql).await?.iter().map(|row| row.text(0)).collect()
}

/// The columns of a table in order, as `(name, type)` with the type in this program's words: `text`, `integer`, `bytes`
/// (identifiers too, which SQLite does not tell from other bytes).
pub async fn columns(db: &Db, table: &str) -> Result<Vec<(String, String)>> {
    let sql = match db.engine() {
        Engine::Sqlite => Sql::new("select name, lower(type) from pragma_table_info(?) order by cid").bind(table),
        Engine::Postgres => Sql::new(
            "select cast(column_name as text), cast(data_type as text) from information_schema.columns
             where table_schema = current_schema() and table_name = ? order by ordinal_position",
        )
        .bind(table),
    };
    let mut found = Vec::new();
    for row in (&mut &*db).all(sql).await? {
        let kind = match row.text(1)?.as_str() {
            "bigint" => "integer".to_owned(),
            "blob" | "uuid" | "bytea" => "bytes".to_owned(),
            other => other.to_owned(),
        };
        found.push((row.text(0)?, kind));
    }
    Ok(found)
}

/// The statement that makes an entity's table and indexes: what a new migration file must say, on either engine.
pub fn table_statement(def: &EntityDef, engine: Engine) -> String {
    let (id, integer, text) = engine.pick(("blob", "integer", "text"), ("uuid", "bigint", "text collate \"C\""));
    let table = def.table;
    let mut lines = vec![
        format!("  id {id} primary key not null"),
        format!("  version {integer} not null"),
        format!("  path {text} not null"),
        format!("  created_at {integer} not null"),
        format!("  updated_at {integer} not null"),
    ];
    for field in def.fields {
        let kind = match field.kind {
            Kind::Ref { .. } => id,
            Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money | Kind::Bool => integer,
            _ => text,
        };
        lines.push(format!("  {} {kind} not null", field.name));
    }
    lines.push(format!("  name_key {text} not null"));
    lines.push(format!("  removed_at {integer} not null default 0"));
    lines.push(format!("  stale {integer} not null default 1"));
    lines.push(format!("  valid_until {text} not null default ''"));
    let strict = engine.pick(" strict", "");
    let mut statement = format!("create table {table} (\n{}\n){strict};\n", lines.join(",\n"));
    let unique = if def.table == "department" { "code" } else { "path, code" };
    let live = "where removed_at = 0";
    statement += &format!("create unique index {table}_code on {table} ({unique}) {live} and code <> '';\n");
    statement += &format!("create index {table}_source on {table} (source_key, source) {live} and source_key <> '';\n");
    statement += &format!("create index {table}_name_key on {table} (name_key) {live};\n");
    for field in def.fields {
        if field.flags.sort {
            let name = format!("{table}_by_{}", field.name);
            statement += &format!("create index {name} on {table} ({}, id{}) {live};\n", field.name, counted(&name));
        }
        if matches!(field.kind, Kind::Ref { .. }) {
            let name = format!("{table}_of_{}", field.name);
            statement += &format!("create index {name} on {table} ({}{}) {live};\n", field.name, counted(&name));
        }
    }
    statement += &format!("create index {table}_filter on {table} ({}) {live};\n", covered(def).join(", "));
    statement
}

/// More columns of an index, so that the figures of the overview are counted inside it.
fn counted(index: &str) -> &'static str {
    match index {
        "system_of_department" => ", standing, path",
        "system_by_deadline_on" => ", path",
        "cloud_exception_by_expires_on" => ", revoked_on, path",
        _ => "",
    }
}

/// The columns inside the covering index that lists count and filter in: scope, filterable fields, sortable days and numbers.
pub(crate) fn covered(def: &EntityDef) -> Vec<&'static str> {
    let mut columns = vec!["path"];
    columns.extend(
        def.fields
            .iter()
            .filter(|field| field.flags.filter || (field.flags.sort && !matches!(field.kind, Kind::Text { .. })))
            .map(|field| field.name),
    );
    columns.push("id");
    columns
}

/// Every entity's table, for the contract suite.
pub fn entity_tables() -> Vec<&'static EntityDef> {
    ENTITIES.iter().map(|kind| kind.def()).collect()
}
