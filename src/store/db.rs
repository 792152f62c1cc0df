//! Pools and transactions of either engine behind one type each.

use std::{path::PathBuf, time::Duration};

use domain::Id;
use sqlx::{
    Arguments, AssertSqlSafe, ConnectOptions,
    postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{
        SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
    },
};

use crate::{Arg, Engine, Error, Reader, Result, Row, Sql, dialect::number_placeholders};

/// Where the data lies.
#[derive(Clone, Debug)]
pub enum Settings {
    /// A folder with `shangyun.db` and `sessions.db`.
    Sqlite {
        /// The folder; made if absent.
        folder: PathBuf,
    },
    /// A PostgreSQL server.
    Postgres {
        /// `postgres://user:password@host/database`.
        url: String,
    },
}

/// A database of either engine. Cloning is cheap. On SQLite one connection writes and several read.
#[derive(Clone, Debug)]
pub enum Db {
    /// Embedded.
    Sqlite {
        /// The one writer.
        writer: SqlitePool,
        /// Readers.
        reader: SqlitePool,
        /// Sessions live in a file of their own, so that a long write never keeps anyone from signing in.
        sessions: SqlitePool,
    },
    /// Server.
    Postgres(PgPool),
}

impl Db {
    /// Opens the database; creates the SQLite files if they are absent. Does not migrate.
    pub async fn open(settings: &Settings) -> Result<Self> {
        match settings {
            Settings::Sqlite { folder } => {
                std::fs::create_dir_all(folder).map_err(|error| {
                    Error::Unavailable(format!("the data folder {} cannot be made: {error}", folder.display()))
                })?;
                let options = SqliteConnectOptions::new()
                    .filename(folder.join("shangyun.db"))
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(30))
                    .pragma("secure_delete", "on")
                    .pragma("cache_size", "-65536")
                    // 64 MB: a page that many transactions change is copied back once.
                    .pragma("wal_autocheckpoint", "16384")
                    .pragma("temp_store", "memory")
                    .disable_statement_logging();
                let writer = SqlitePoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(Duration::from_secs(120))
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_with(options.clone())
                    .await?;
                let reader = SqlitePoolOptions::new()
                    .max_connections(6)
                    .acquire_timeout(Duration::from_secs(30))
                    .connect_with(options.clone().pragma("query_only", "on"))
                    .await?;
                let sessions = SqlitePoolOptions::new()
                    .max_connections(1)
                    .acquire_timeout(Duration::from_secs(30))
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .connect_with(options.filename(folder.join("sessions.db")))
                    .await?;
                Ok(Self::Sqlite { writer, reader, sessions })
            }
            Settings::Postgres { url } => {
                let options: PgConnectOptions =
                    url.parse().map_err(|_| Error::Unavailable("the PostgreSQL address cannot be read".to_owned()))?;
                let pool = PgPoolOptions::new()
                    .max_connections(12)
                    .acquire_timeout(Duration::from_secs(30))
                    // A list of keys deserves a plan of its own: a plan kept from when a table was empty reads it whole.
                    .connect_with(
                        options.options([("plan_cache_mode", "force_custom_plan")]).disable_statement_logging(),
                    )
                    .await?;
                Ok(Self::Postgres(pool))
            }
        }
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a unit of work that may write.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(begin_immediate(writer).await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a unit of work that only reads, with one view of the data throughout.
    pub async fn begin_read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Tx::Sqlite(reader.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin isolation level repeatable read, read only").await?)
            }
        })
    }

    /// Begins a unit of work on the sessions.
    pub async fn begin_sessions(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { sessions, .. } => Tx::Sqlite(begin_immediate(sessions).await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Takes what was deleted or overwritten out of SQLite's log as well: there it outlives its row until the log is
    /// written anew. What still reads delays it, at most by the busy time.
    pub async fn scrub_log(&self) -> Result<()> {
        if let Self::Sqlite { writer, .. } = self {
            sqlx::query("pragma wal_checkpoint(truncate)").execute(writer).await?;
        }
        Ok(())
    }

    /// After much was written: brings PostgreSQL's statistics and visibility maps up to date, without which lists would be read
    /// from the tables instead of their indexes. SQLite's plans do not depend on either.
    pub async fn settle_statistics(&self, tables: &[&'static str]) -> Result<()> {
        if let Self::Postgres(pool) = self {
            for table in tables {
                sqlx::raw_sql(AssertSqlSafe(format!("vacuum (analyze) {table}"))).execute(pool).await?;
            }
        }
        Ok(())
    }

    /// Closes every connection; on SQLite this also checkpoints the log.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader, sessions } => {
                reader.close().await;
                sessions.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Begins a writing transaction. When the disk is full SQLite ends a transaction by itself, which the driver does not
/// notice: the connection would refuse every later one, and on the one writer nothing could be written any more.
async fn begin_immediate(pool: &SqlitePool) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>> {
    match pool.begin_with("begin immediate").await {
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            Ok(pool.begin_with("begin immediate").await?)
        }
        begun => Ok(begun?),
    }
}

impl Reader for &Db {
    fn engine(&self) -> Engine {
        Db::engine(self)
    }

    async fn all(&mut self, sql: Sql) -> Result<Vec<Row>> {
        match self {
            Db::Sqlite { reader, .. } => {
                let rows =
                    sqlx::query_with(AssertSqlSafe(sql.text), sqlite_arguments(sql.args)?).fetch_all(reader).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Db::Postgres(pool) => {
                let text = number_placeholders(&sql.text);
                let rows = sqlx::query_with(AssertSqlSafe(text), postgres_arguments(sql.args)?).fetch_all(pool).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }
}

/// Rows on their way into a table, made one by one. Boxed, because the compiler cannot tell of a future that holds borrowing
/// closures whether it may move between threads.
pub(crate) type Rows<'r> = Box<dyn Iterator<Item = Vec<Arg>> + Send + 'r>;

/// A unit of work: dropped without [`Tx::commit`] it leaves nothing behind.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Tx {
    /// Runs a statement; answers the number of rows it touched.
    pub async fn run(&mut self, sql: Sql) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(tx) => sqlx::query_with(AssertSqlSafe(sql.text), sqlite_arguments(sql.args)?)
                .execute(&mut **tx)
                .await?
                .rows_affected(),
            Self::Postgres(tx) => {
                let text = number_placeholders(&sql.text);
                sqlx::query_with(AssertSqlSafe(text), postgres_arguments(sql.args)?)
                    .execute(&mut **tx)
                    .await?
                    .rows_affected()
            }
        })
    }

    /// Makes the unit of work permanent.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Keeps any other transaction that asks for the same name waiting until this one ends. SQLite has one writer anyway.
    pub async fn lock(&mut self, name: &str) -> Result<()> {
        if self.engine() == Engine::Postgres {
            self.run(Sql::new("select pg_advisory_xact_lock(hashtextextended(?, 0))").bind(name)).await?;
        }
        Ok(())
    }

    /// For a transaction that fills the tables it reads, or reads what was just filled: PostgreSQL has no statistics yet and
    /// would read whole tables for a handful of keys. SQLite's plans do not depend on statistics here.
    pub async fn prefer_indexes(&mut self) -> Result<()> {
        if self.engine() == Engine::Postgres {
            self.run(Sql::new("set local enable_seqscan = off")).await?;
        }
        Ok(())
    }

    /// Bulk load: `rows` into `columns` of `table`, by COPY on PostgreSQL and by many-row inserts on SQLite.
    /// `table` and `columns` come from the field table. Rows are made while the engine writes those before them.
    pub(crate) async fn load(&mut self, table: &str, columns: &str, rows: Rows<'_>) -> Result<()> {
        let mut rows = rows.peekable();
        let Some(width) = rows.peek().map(Vec::len) else { return Ok(()) };
        match self {
            Self::Sqlite(tx) => {
                let at_once = (Engine::Sqlite.parameter_limit() / width.max(1)).clamp(1, 500);
                let head = format!("insert into {table} ({columns}) values ");
                let group = format!("({})", vec!["?"; width].join(","));
                let mut next = many_row_insert(&head, &group, rows.by_ref().take(at_once))?;
                while let Some((text, arguments)) = next {
                    let run = sqlx::query_with(AssertSqlSafe(text), arguments).execute(&mut **tx);
                    let prepare = async { many_row_insert(&head, &group, rows.by_ref().take(at_once)) };
                    let (done, prepared) = futures_util::future::join(run, prepare).await;
                    done?;
                    next = prepared?;
                }
            }
            Self::Postgres(tx) => {
                let mut copy = tx.copy_in_raw(&format!("copy {table} ({columns}) from stdin")).await?;
                let mut buffer = Vec::with_capacity(1 << 18);
                for row in rows {
                    copy_line(&mut buffer, row);
                    if buffer.len() > (1 << 18) - (1 << 16) {
                        copy.send(buffer.as_slice()).await?;
                        buffer.clear();
                    }
                }
                copy.send(buffer.as_slice()).await?;
                copy.finish().await?;
            }
        }
        Ok(())
    }
}

/// One statement for many rows, with its values; `None` when there is no row.
fn many_row_insert(
    head: &str,
    group: &str,
    rows: impl Iterator<Item = Vec<Arg>>,
) -> Result<Option<(String, SqliteArguments)>> {
    let mut text = head.to_owned();
    let mut arguments = SqliteArguments::default();
    let mut any = false;
    for row in rows {
        if any {
            text.push(',');
        }
        any = true;
        text.push_str(group);
        add_sqlite_arguments(&mut arguments, row)?;
    }
    Ok(any.then_some((text, arguments)))
}

impl Reader for Tx {
    fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    async fn all(&mut self, sql: Sql) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite(tx) => {
                let rows =
                    sqlx::query_with(AssertSqlSafe(sql.text), sqlite_arguments(sql.args)?).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(tx) => {
                let text = number_placeholders(&sql.text);
                let rows =
                    sqlx::query_with(AssertSqlSafe(text), postgres_arguments(sql.args)?).fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }
}

/// Text as both engines take it. PostgreSQL holds no NUL; readers and forms refuse one by name, and what is only compared
/// with (a search, a key) loses it here, alike on both engines.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

/// One line of COPY's text format.
fn copy_line(buffer: &mut Vec<u8>, row: Vec<Arg>) {
    for (index, arg) in row.into_iter().enumerate() {
        if index > 0 {
            buffer.push(b'\t');
        }
        match arg {
            Arg::Text(text) => {
                for byte in storable(text).bytes() {
                    match byte {
                        b'\\' => buffer.extend_from_slice(b"\\\\"),
                        b'\n' => buffer.extend_from_slice(b"\\n"),
                        b'\r' => buffer.extend_from_slice(b"\\r"),
                        b'\t' => buffer.extend_from_slice(b"\\t"),
                        other => buffer.push(other),
                    }
                }
            }
            Arg::Int(number) => buffer.extend_from_slice(number.to_string().as_bytes()),
            Arg::Id(Id(uuid)) => buffer.extend_from_slice(uuid.hyphenated().encode_lower(&mut [0; 36]).as_bytes()),
            Arg::Bytes(bytes) => {
                buffer.extend_from_slice(b"\\\\x");
                for byte in bytes {
                    buffer.extend_from_slice(format!("{byte:02x}").as_bytes());
                }
            }
        }
    }
    buffer.push(b'\n');
}

fn sqlite_arguments(args: Vec<Arg>) -> Result<SqliteArguments> {
    let mut arguments = SqliteArguments::default();
    add_sqlite_arguments(&mut arguments, args)?;
    Ok(arguments)
}

fn add_sqlite_arguments(arguments: &mut SqliteArguments, args: Vec<Arg>) -> Result<()> {
    for arg in args {
        match arg {
            Arg::Text(text) => arguments.add(storable(text)),
            Arg::Int(number) => arguments.add(number),
            Arg::Id(id) => arguments.add(id.0),
            Arg::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(|error| Error::Driver(error.to_string()))?;
    }
    Ok(())
}

fn postgres_arguments(args: Vec<Arg>) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    for arg in args {
        match arg {
            Arg::Text(text) => arguments.add(storable(text)),
            Arg::Int(number) => arguments.add(number),
            Arg::Id(id) => arguments.add(id.0),
            Arg::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(|error| Error::Driver(error.to_string()))?;
    }
    Ok(arguments)
}
