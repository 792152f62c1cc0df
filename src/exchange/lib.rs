//! Tables in and out: the bytes of a CSV, XLSX or XLS file become rows of text, and typed rows become the bytes of a
//! CSV or XLSX file.
//!
//! Nothing here knows what a column means, touches a disk on reading, or reaches a database. Reading never panics and
//! never drops a row silently: whatever the reader decided is in [`Reading::notes`], whatever is wrong with one row is
//! in [`TableRow::problem`], and whatever makes the whole file unreadable is a [`ReadError`] that says where.

mod archive;
mod compound;
mod encoding;
mod error;
mod formula;
mod frequency;
mod legacy;
mod note;
mod number;
mod options;
mod read;
mod separator;
mod shape;
mod signature;
mod splitter;
mod table;
mod text;
mod workbook;
mod write;

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod legacy_tests;
#[cfg(test)]
mod sample_tests;
#[cfg(test)]
mod text_tests;
#[cfg(test)]
mod workbook_tests;
#[cfg(test)]
mod write_tests;

pub use error::{ReadError, WriteError};
pub use formula::{guard_formula, unguard_formula};
pub use note::ReadNote;
pub use options::{Limits, ReadOptions};
pub use read::read;
pub use table::{Format, Reading, RowProblem, Table, TableRow};
pub use write::{Cell, write_csv, write_xlsx};
