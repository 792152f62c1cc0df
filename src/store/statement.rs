//! Statements: static text with `?` placeholders, and the values for them.

use std::future::Future;

use domain::{Id, Timestamp};

use crate::{Result, Row, codec, dialect::Engine};

/// A value on its way to a driver.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg {
    /// Text.
    Text(String),
    /// Integer.
    Int(i64),
    /// Identifier.
    Id(Id),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<Option<String>> for Arg {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.unwrap_or_default())
    }
}
impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<bool> for Arg {
    fn from(flag: bool) -> Self {
        Self::Int(i64::from(flag))
    }
}
impl From<Id> for Arg {
    fn from(id: Id) -> Self {
        Self::Id(id)
    }
}
impl From<Timestamp> for Arg {
    fn from(at: Timestamp) -> Self {
        Self::Int(codec::micros(at))
    }
}
impl From<Vec<u8>> for Arg {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A statement under construction. Text is `'static` (or made from the field table inside this crate), values are bound.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pub(crate) text: String,
    pub(crate) args: Vec<Arg>,
}

impl Sql {
    /// Begins a statement.
    pub fn new(text: &'static str) -> Self {
        Self { text: text.to_owned(), args: Vec::new() }
    }

    /// Begins a statement whose text is made from the field table or another static list.
    pub(crate) fn made(text: String) -> Self {
        Self { text, args: Vec::new() }
    }

    /// Appends text.
    #[must_use]
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends text made from the field table or another static list.
    #[must_use]
    pub(crate) fn push_made(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Appends values for `?` that stand in the text already.
    #[must_use]
    pub(crate) fn with(mut self, values: Vec<Arg>) -> Self {
        self.args.extend(values);
        self
    }

    /// Gives the value of the next `?`.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Arg>) -> Self {
        self.args.push(value.into());
        self
    }

    /// Appends `?,?,?` for a list of values.
    #[must_use]
    pub fn list<A: Into<Arg>>(mut self, values: impl IntoIterator<Item = A>) -> Self {
        for (index, value) in values.into_iter().enumerate() {
            self.text.push_str(if index == 0 { "?" } else { ",?" });
            self.args.push(value.into());
        }
        self
    }
}

/// Whoever can run a reading statement: a [`crate::Db`] or a [`crate::Tx`], so that a query is written once for both.
pub trait Reader: Send {
    /// Which engine answers.
    fn engine(&self) -> Engine;
    /// All rows.
    fn all(&mut self, sql: Sql) -> impl Future<Output = Result<Vec<Row>>> + Send;
    /// The first row, if any.
    fn maybe(&mut self, sql: Sql) -> impl Future<Output = Result<Option<Row>>> + Send {
        async { Ok(self.all(sql).await?.into_iter().next()) }
    }
}
