//! A result row of either engine.

use domain::{Id, Timestamp};
use sqlx::Row as _;

use crate::{Error, Result, codec};

/// A result row; columns are read by position, in the order of the select list.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(sqlx::sqlite::SqliteRow),
    /// From PostgreSQL.
    Postgres(sqlx::postgres::PgRow),
}

macro_rules! column {
    ($row:expr, $index:expr, $type:ty) => {
        match $row {
            Row::Sqlite(row) => row.try_get::<$type, _>($index),
            Row::Postgres(row) => row.try_get::<$type, _>($index),
        }
        .map_err(|error| Error::Corrupt(error.to_string()))
    };
}

impl Row {
    /// Text of a column.
    pub fn text(&self, index: usize) -> Result<String> {
        column!(self, index, String)
    }

    /// Integer of a column.
    pub fn int(&self, index: usize) -> Result<i64> {
        column!(self, index, i64)
    }

    /// Identifier of a column.
    pub fn id(&self, index: usize) -> Result<Id> {
        column!(self, index, uuid::Uuid).map(Id)
    }

    /// Bytes of a column.
    pub fn bytes(&self, index: usize) -> Result<Vec<u8>> {
        column!(self, index, Vec<u8>)
    }

    /// Yes or no, stored as 1 and 0.
    pub fn flag(&self, index: usize) -> Result<bool> {
        self.int(index).map(|number| number != 0)
    }

    /// A moment, stored as microseconds.
    pub fn at(&self, index: usize) -> Result<Timestamp> {
        codec::from_micros(self.int(index)?)
    }

    /// Text that stands for "not known" when empty.
    pub fn known_text(&self, index: usize) -> Result<Option<String>> {
        self.text(index).map(|text| Some(text).filter(|text| !text.is_empty()))
    }
}
