//! The schema: the same on both engines, and the one that the field table describes.

use std::collections::{BTreeMap, BTreeSet};

use domain::{EntityDef, Kind};
use store::{Db, Engine, Reader, Settings, Sql};

use crate::support::{World, engine, on_both_engines};

/// Tables that one engine has for itself: FTS5's shadows, sqlx's list, SQLite's waiting room for audit entries.
fn is_own(table: &str) -> bool {
    table.starts_with("sqlite_")
        || table.starts_with("_sqlx")
        || table.starts_with("search_text")
        || matches!(table, "session_event" | "session_file")
}

/// Columns that only one engine needs: PostgreSQL keeps search terms beside the entry.
const OWN_COLUMNS: &[(&str, &str)] = &[("search_entry", "terms")];

type Columns = BTreeMap<String, (String, bool)>;

fn in_one_word(kind: &str) -> &'static str {
    match kind {
        "blob" | "uuid" | "bytea" => "bytes",
        "integer" | "bigint" => "integer",
        "text" => "text",
        other => panic!("a column of type {other}: the store knows text, integers, identifiers and bytes only"),
    }
}

/// Tables with their columns: type in one word for both engines, and whether it may be null.
async fn tables(world: &World) -> BTreeMap<String, Columns> {
    let sql = match world.db().engine() {
        Engine::Sqlite => {
            "select m.name, c.name, lower(c.type), c.\"notnull\" or c.pk > 0 from sqlite_schema m, pragma_table_xinfo(m.name) c
             where m.type = 'table' and m.name not like 'search_text%' and m.name not like 'sqlite%' order by 1, 2"
        }
        Engine::Postgres => {
            "select cast(table_name as text), cast(column_name as text), cast(data_type as text),
                    cast(case is_nullable when 'NO' then 1 else 0 end as bigint)
             from information_schema.columns where table_schema = current_schema() order by 1, 2"
        }
    };
    let mut rows = world.rows(Sql::new(sql)).await;
    if world.db().engine() == Engine::Sqlite {
        // Sessions lie in a file of their own.
        rows.extend(world.db().begin_sessions().await.unwrap().all(Sql::new(sql)).await.unwrap());
    }
    let mut found: BTreeMap<String, Columns> = BTreeMap::new();
    for row in rows {
        let (table, column) = (row.text(0).unwrap(), row.text(1).unwrap());
        if is_own(&table) || OWN_COLUMNS.contains(&(table.as_str(), column.as_str())) {
            continue;
        }
        let kind = in_one_word(&row.text(2).unwrap()).to_owned();
        found.entry(table).or_default().insert(column, (kind, row.flag(3).unwrap()));
    }
    found
}

/// Indexes that a migration names: table, columns, unique. Those that an engine makes for a primary key have names of its own.
async fn indexes(db: &Db) -> BTreeMap<String, String> {
    let sql = match db.engine() {
        Engine::Sqlite => "select name, lower(sql) from sqlite_schema where type = 'index' and sql is not null",
        Engine::Postgres => {
            "select cast(indexname as text), lower(replace(indexdef, '\"', '')) from pg_indexes
             where schemaname = current_schema() and indexname not like '%_pkey' and tablename not like '\\_sqlx%'"
        }
    };
    let mut found = BTreeMap::new();
    for row in (&mut &*db).all(Sql::new(sql)).await.unwrap() {
        let text = row.text(1).unwrap();
        let unique = if text.starts_with("create unique") { "unique " } else { "" };
        let inner = text.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inner, _)| inner);
        found.insert(row.text(0).unwrap(), format!("{unique}({})", inner.replace(' ', "")));
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_have_the_same_tables_columns_and_types() {
    let (sqlite, postgres) = (World::sqlite().await, World::postgres().await);
    let (left, right) = (tables(&sqlite).await, tables(&postgres).await);
    let names = |tables: &BTreeMap<String, Columns>| tables.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&left), names(&right), "tables of SQLite and of PostgreSQL");
    for (table, columns) in &left {
        assert_eq!(Some(columns), right.get(table), "columns of {table}: SQLite left, PostgreSQL right");
    }
    assert!(left.len() > 20, "the suite looks at the wrong place: {} tables", left.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_engines_have_the_same_indexes() {
    let (sqlite, postgres) = (World::sqlite().await, World::postgres().await);
    let mut left = indexes(sqlite.db()).await;
    for row in sqlite
        .db()
        .begin_sessions()
        .await
        .unwrap()
        .all(Sql::new("select name from sqlite_schema where type = 'index' and sql is not null"))
        .await
        .unwrap()
    {
        left.insert(row.text(0).unwrap(), String::new());
    }
    let mut right = indexes(postgres.db()).await;
    // Full-text search is each engine's own.
    right.remove("search_entry_terms");
    let names = |indexes: &BTreeMap<String, String>| indexes.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(&left), names(&right), "indexes of SQLite and of PostgreSQL");
    for (name, columns) in left.iter().filter(|(_, columns)| !columns.is_empty()) {
        assert_eq!(Some(columns), right.get(name), "columns of index {name}");
    }
}

/// The statement that brings an existing table up to the field table.
fn alteration(def: &EntityDef, column: &str, engine: Engine) -> String {
    let table = def.table;
    let Some((_, field)) = def.field(column) else { return format!("alter table {table} add column {column} …") };
    let (kind, unknown) = match field.kind {
        Kind::Ref { .. } => match engine {
            Engine::Sqlite => ("blob", "x'00000000000000000000000000000000'"),
            Engine::Postgres => ("uuid", "'00000000-0000-0000-0000-000000000000'"),
        },
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money | Kind::Bool => {
            (if engine == Engine::Sqlite { "integer" } else { "bigint" }, "(-9223372036854775807 - 1)")
        }
        _ => (if engine == Engine::Sqlite { "text" } else { "text collate \"C\"" }, "''"),
    };
    format!("alter table {table} add column {column} {kind} not null default {unknown};")
}

async fn every_entity_has_the_table_that_its_field_table_describes(world: World) {
    let engine = world.db().engine();
    let stored = tables(&world).await;
    let (mut wrong, mut statements) = (Vec::new(), Vec::new());
    for def in store::entity_tables() {
        let wanted = store::table_statement(def, engine);
        let columns: BTreeMap<String, String> = wanted
            .lines()
            .filter(|line| line.starts_with("  "))
            .filter_map(|line| line.trim().split_once(' '))
            .map(|(name, rest)| (name.to_owned(), in_one_word(rest.split(' ').next().unwrap_or("")).to_owned()))
            .collect();
        assert!(columns.len() >= def.fields.len() + 9, "{}: the statement names a column twice:\n{wanted}", def.table);
        let Some(table) = stored.get(def.table) else {
            wrong.push(format!("there is no table {}", def.table));
            statements.push(wanted);
            continue;
        };
        for (name, kind) in &columns {
            match table.get(name) {
                None => {
                    wrong.push(format!("{}.{name} is missing", def.table));
                    statements.push(alteration(def, name, engine));
                }
                Some((other, _)) if other != kind => {
                    wrong.push(format!("{}.{name} is {other}, should be {kind}", def.table))
                }
                Some((_, false)) => wrong.push(format!("{}.{name} may be null; nothing here is null", def.table)),
                Some(_) => {}
            }
        }
        for name in table.keys().filter(|name| !columns.contains_key(*name)) {
            wrong.push(format!("{}.{name} is in no field table", def.table));
            statements.push(format!("alter table {} drop column {name};", def.table));
        }
    }
    assert!(wrong.is_empty(), "{}\n\nA new migration file would say:\n{}", wrong.join("\n"), statements.join("\n"));
}

async fn every_entity_has_the_indexes_that_its_lists_walk(world: World) {
    let stored = indexes(world.db()).await;
    let mut wrong = Vec::new();
    for def in store::entity_tables() {
        let statement = store::table_statement(def, world.db().engine());
        for line in statement.lines().filter(|line| line.contains(" index ")) {
            let name = line.split(" index ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
            let unique = if line.starts_with("create unique") { "unique " } else { "" };
            let inner = line.split_once('(').and_then(|(_, rest)| rest.split_once(')')).unwrap().0.replace(' ', "");
            let wanted = format!("{unique}({inner})");
            match stored.get(name) {
                Some(found) if *found == wanted => {}
                Some(found) => wrong.push(format!("drop index {name};  -- has {found}\n{line}")),
                None => wrong.push(line.to_owned()),
            }
        }
    }
    assert!(wrong.is_empty(), "a new migration file would say:\n{}", wrong.join("\n"));
}

async fn a_second_start_finds_the_schema_up_to_date(world: World) {
    assert!(!store::pending(world.db()).await.unwrap());
    store::migrate(world.db()).await.unwrap();
    assert!(!store::pending(world.db()).await.unwrap());
}

async fn columns_are_told_in_the_words_of_this_program(world: World) {
    let columns = store::columns(world.db(), "system").await.unwrap();
    let known: BTreeSet<&str> = columns.iter().map(|(_, kind)| kind.as_str()).collect();
    assert_eq!(known, BTreeSet::from(["bytes", "integer", "text"]));
    assert!(store::tables(world.db()).await.unwrap().contains(&"system".to_owned()));
}

on_both_engines!(
    every_entity_has_the_table_that_its_field_table_describes,
    every_entity_has_the_indexes_that_its_lists_walk,
    a_second_start_finds_the_schema_up_to_date,
    columns_are_told_in_the_words_of_this_program,
);

#[tokio::test]
async fn a_database_without_tables_says_that_it_is_not_ready() {
    let folder = tempfile::TempDir::new().unwrap();
    let sqlite = Db::open(&Settings::Sqlite { folder: folder.path().join("new") }).await.unwrap();
    assert!(store::pending(&sqlite).await.unwrap());
    let (name, url) = engine::empty_postgres_database().await;
    let postgres = Db::open(&Settings::Postgres { url }).await.unwrap();
    assert!(store::pending(&postgres).await.unwrap());
    engine::leave_behind(name);
}

#[tokio::test]
async fn a_database_that_a_newer_program_has_written_is_refused() {
    for world in [World::sqlite().await, World::postgres().await] {
        let checksum = world.db().engine();
        let bytes = if checksum == Engine::Sqlite { "x'00'" } else { "'\\x00'" };
        engine::run(
            world.db(),
            &format!("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (9999, 'from the future', true, {bytes}, 0)"),
        )
        .await;
        let refused = store::migrate(world.db()).await;
        assert!(refused.is_err(), "{:?} took a schema of a newer program for its own", checksum);
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_refused_without_showing_its_password() {
    let refused = Db::open(&Settings::Postgres { url: "postgres://user:hunter2@[".to_owned() }).await.unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("hunter2"), "{refused:?}");
}

#[test]
fn migration_files_have_the_same_numbers_and_names_on_both_engines() {
    let files = |folder: &str| -> BTreeSet<String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
        std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(files("sqlite"), files("postgres"));
}
