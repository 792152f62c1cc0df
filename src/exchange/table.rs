//! What reading gives: the table, and how it was read.

use std::fmt;

use crate::note::ReadNote;

/// A file read into rows of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The headers, every one filled and different from the others.
    pub headers: Vec<String>,
    /// The rows under the header that are not blank.
    pub rows: Vec<TableRow>,
    /// How the file was read.
    pub reading: Reading,
}

/// One row under the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The row as a person counts it: the record of a text file (line breaks inside cells do not count, blank lines
    /// do), or the row of the sheet.
    pub number: u32,
    /// As many cells as there are headers.
    pub cells: Vec<String>,
    /// What is wrong with this row alone.
    pub problem: Option<RowProblem>,
}

/// What is wrong with one row, and no reason to refuse the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowProblem {
    /// Filled cells to the right of the last header.
    TooManyCells {
        /// How many.
        extra: usize,
    },
    /// A cell longer than the limit.
    CellTooLong {
        /// Which column, counted from 1.
        column: usize,
        /// How many characters it has.
        chars: usize,
    },
}

impl RowProblem {
    /// A stable name for the kind of problem.
    pub fn code(&self) -> &'static str {
        match self {
            RowProblem::TooManyCells { .. } => "too-many-cells",
            RowProblem::CellTooLong { .. } => "cell-too-long",
        }
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RowProblem::TooManyCells { extra } => write!(
                f,
                "{extra} filled cell(s) more than there are headers; a separator inside a value must stand in quotes"
            ),
            RowProblem::CellTooLong { column, chars } => {
                write!(f, "the cell in column {column} has {chars} characters, more than a cell may hold")
            }
        }
    }
}

/// How a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What kind of file the bytes are, whatever the file is called.
    pub format: Format,
    /// "UTF-8", "GB18030", "Big5", "UTF-16LE", "UTF-16BE" or "windows-1252", or another name if it was declared. A
    /// workbook says "UTF-8".
    pub encoding: String,
    /// Whether the file began with a byte order mark.
    pub byte_order_mark: bool,
    /// The separator of a text file.
    pub separator: Option<char>,
    /// The sheet that was read.
    pub sheet: Option<String>,
    /// Every sheet of the workbook, in its order.
    pub sheets: Vec<String>,
    /// The row the headers stand in.
    pub header_row: u32,
    /// What the reader decided and the person should know.
    pub notes: Vec<ReadNote>,
}

/// What kind of file the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text with separators: comma, semicolon, tab or bar.
    Csv,
    /// Excel since 2007, and what WPS and LibreOffice save under the same name.
    Xlsx,
    /// Excel before 2007.
    Xls,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Csv => "CSV",
            Format::Xlsx => "XLSX",
            Format::Xls => "XLS",
        })
    }
}
