//! Imports in one sentence.

use domain::{EntityKind, Fault};
use services::{
    Op,
    imports::{self, Counts, ImportView, RowError, Upload},
};

use super::{World, engine, operator};

impl World {
    /// Reads a file as `op`.
    pub async fn read_as(&self, op: &Op, kind: EntityKind, name: &str, bytes: Vec<u8>) -> Result<ImportView, Fault> {
        let upload = Upload { file_name: name.to_owned(), bytes, ..Upload::default() };
        imports::read(&self.services, op, kind, upload).await
    }

    /// Reads and checks a file as `op`.
    pub async fn check_as(&self, op: &Op, kind: EntityKind, name: &str, bytes: Vec<u8>) -> ImportView {
        let read = self.read_as(op, kind, name, bytes).await.unwrap();
        imports::check_now(&self.services, op, read.id).await.unwrap()
    }

    /// Reads and checks a file as an operator.
    pub async fn check(&self, kind: EntityKind, name: &str, bytes: Vec<u8>) -> ImportView {
        self.check_as(&operator(), kind, name, bytes).await
    }

    /// Applies a checked import as an operator, leaving refused rows out.
    pub async fn apply(&self, import: &ImportView) -> ImportView {
        imports::apply_now(&self.services, &operator(), import.id, Some(true)).await.unwrap()
    }

    /// Brings a file in as an operator, refused rows left out, and answers what it did.
    pub async fn import(&self, kind: EntityKind, name: &str, bytes: Vec<u8>) -> Counts {
        let checked = self.check(kind, name, bytes).await;
        self.apply(&checked).await.document.counts.unwrap()
    }

    /// Leaves columns of an import out, as a person does whose words the register does not know, and checks again.
    pub async fn without_columns(&self, import: &ImportView, headers: &[&str]) -> ImportView {
        let mut mapping = import.document.mapping.clone();
        for header in headers {
            let column = import.document.headers.iter().position(|known| known == header);
            mapping[column.unwrap_or_else(|| panic!("no column {header}"))] = None;
        }
        imports::set_mapping(&self.services, &operator(), import.id, mapping).await.unwrap();
        imports::check_now(&self.services, &operator(), import.id).await.unwrap()
    }

    /// Nothing of all that an apply writes about an entity is there.
    pub async fn nothing_is_applied(&self, kind: EntityKind) {
        assert_eq!(self.count(kind).await, 0, "records");
        let table = kind.def().table;
        for (what, of_it) in [
            ("audit_entry", format!("entity = '{table}'")),
            ("search_entry", format!("entity = '{table}'")),
            ("flag", format!("entity = '{table}'")),
            ("outbox", format!("topic like '{table}%' or topic like 'import%'")),
        ] {
            let rows = engine::all(self.db(), format!("select 1 from {what} where {of_it} limit 1")).await;
            assert!(rows.is_empty(), "something is left in {what}");
        }
    }

    /// Everything wrong with an import.
    pub async fn errors(&self, import: &ImportView) -> Vec<RowError> {
        let errors = imports::row_errors(&self.services, &operator(), import.id, 0, 1_000_000).await.unwrap();
        errors.into_iter().map(|(_, error)| error).collect()
    }
}

/// What a file does, in one value: `(create, update, unchanged, refused)`.
pub fn counts(create: u64, update: u64, unchanged: u64, refused: u64) -> Counts {
    Counts { create, update, unchanged, refused }
}
