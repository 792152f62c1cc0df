//! Databases for tests: SQLite files copied from one migrated template, PostgreSQL databases made from a migrated
//! template database. Nothing is skipped: without a PostgreSQL server the PostgreSQL tests fail and say what to do.

use std::{
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use store::{Db, Reader, Settings, Sql};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Names the server; `tests/with-postgres` sets it.
pub const POSTGRES_URL: &str = "SHANGYUN_TEST_POSTGRES_URL";

/// Files of a migrated SQLite folder: name and bytes.
static SQLITE_TEMPLATE: OnceCell<Vec<(&'static str, Vec<u8>)>> = OnceCell::const_new();
static POSTGRES_TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT_DATABASE: AtomicU32 = AtomicU32::new(1);
/// Databases of tests that have ended, dropped when the next one is made.
static LEFT_BEHIND: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Fills an empty folder with a migrated SQLite database.
pub async fn sqlite_into(folder: &Path) {
    let files = SQLITE_TEMPLATE
        .get_or_init(|| async {
            let template = TempDir::new().unwrap();
            let db = Db::open(&Settings::Sqlite { folder: template.path().to_owned() }).await.unwrap();
            store::migrate(&db).await.unwrap();
            db.close().await;
            ["shangyun.db", "sessions.db"]
                .map(|name| (name, std::fs::read(template.path().join(name)).unwrap()))
                .to_vec()
        })
        .await;
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

/// The server's address; fails the test when there is none.
fn server() -> String {
    std::env::var(POSTGRES_URL).unwrap_or_else(|_| {
        panic!(
            "{POSTGRES_URL} is not set, so the PostgreSQL half of this suite cannot run, and a half that does not run is a \
             failure. Start the tests through `tests/with-postgres cargo test --test it …` (or `make test`), or set the \
             variable to a server whose role may create databases: postgres://user:password@host/postgres"
        )
    })
}

/// The address of another database on the same server.
fn address_of(database: &str) -> String {
    let server = server();
    let (address, options) =
        server.split_once('?').map_or((server.as_str(), ""), |(address, options)| (address, options));
    let (host, _) = address.rsplit_once('/').unwrap_or((address, ""));
    let separator = if options.is_empty() { "" } else { "?" };
    format!("{host}/{database}{separator}{options}")
}

async fn on_server(statement: String) {
    let db = Db::open(&Settings::Postgres { url: server() }).await.unwrap_or_else(|error| {
        panic!(
            "the PostgreSQL server of {POSTGRES_URL} does not answer ({error}); is `tests/with-postgres` still running?"
        )
    });
    all(&db, statement).await;
    db.close().await;
}

/// Makes a migrated PostgreSQL database and answers its name and address.
pub async fn postgres_database() -> (String, String) {
    let template = POSTGRES_TEMPLATE
        .get_or_init(|| async {
            let name = format!("shangyun_template_{}", std::process::id());
            on_server(format!("create database {name}")).await;
            let db = Db::open(&Settings::Postgres { url: address_of(&name) }).await.unwrap();
            store::migrate(&db).await.unwrap();
            db.close().await;
            name
        })
        .await;
    let ended = std::mem::take(&mut *LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner));
    for name in ended {
        on_server(format!("drop database if exists {name} with (force)")).await;
    }
    let name = format!("shangyun_{}_{}", std::process::id(), NEXT_DATABASE.fetch_add(1, Ordering::Relaxed));
    on_server(format!("create database {name} template {template}")).await;
    let address = address_of(&name);
    (name, address)
}

/// Makes an empty PostgreSQL database, without tables.
pub async fn empty_postgres_database() -> (String, String) {
    let name = format!("shangyun_{}_{}", std::process::id(), NEXT_DATABASE.fetch_add(1, Ordering::Relaxed));
    on_server(format!("create database {name}")).await;
    let address = address_of(&name);
    (name, address)
}

/// Gives a database back.
pub fn leave_behind(name: String) {
    LEFT_BEHIND.lock().unwrap_or_else(PoisonError::into_inner).push(name);
}

/// A statement made at run time. The program cannot do that, which is the point of `Sql`; tests may.
pub fn made(statement: String) -> Sql {
    Sql::new(Box::leak(statement.into_boxed_str()))
}

/// Rows of a statement made at run time.
pub async fn all(db: &Db, statement: String) -> Vec<store::Row> {
    (&mut &*db).all(made(statement.clone())).await.unwrap_or_else(|error| panic!("{statement}: {error}"))
}

/// Runs a statement behind the program's back, as somebody with the database's password could.
pub async fn run(db: &Db, statement: &str) -> u64 {
    let mut tx = db.begin().await.unwrap();
    let touched = tx.run(made(statement.to_owned())).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    tx.commit().await.unwrap();
    touched
}
