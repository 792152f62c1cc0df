//! Storage: one SQL text for SQLite and PostgreSQL.
//!
//! [`Db`] is a pool of either engine, [`Tx`] a unit of work, [`Sql`] a statement with `?` placeholders and its values.
//! Only three kinds of value reach a driver (text, 64-bit integer, identifier; bytes for staged chunks) and no column
//! is ever null: what is not known is a sentinel that `codec` writes and hides. Text that reaches SQL is `'static`, so
//! nothing that a user typed can become part of a statement. What the engines do differently stands in `dialect`.

pub mod accounts;
pub mod audit;
pub mod cluster_access;
mod codec;
pub mod counters;
mod db;
pub mod deliveries;
mod dialect;
pub mod drift;
mod error;
pub mod exits;
pub mod facts;
pub mod figures;
pub mod flags;
pub mod hub_claims;
pub mod imports;
pub mod job_queue;
pub mod keys;
pub mod lists;
mod migrate;
pub mod outbox;
mod packed;
pub mod records;
pub mod requests;
mod row;
pub mod search;
mod staging;
mod statement;
pub mod strays;

pub use db::{Db, Settings, Tx};
pub use dialect::Engine;
pub use error::Error;
pub use migrate::{columns, entity_tables, migrate, pending, table_statement, tables};
pub use row::Row;
pub use statement::{Arg, Reader, Sql};

/// What every function of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;
