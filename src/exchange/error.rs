//! Why a file cannot be read or written: what is wrong, where, and what would be right.

use thiserror::Error;

use crate::table::Format;

/// Why a file cannot be read. Rows and columns are counted from 1, offsets from 0.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There are no bytes.
    #[error("the file is empty; choose a file with a header row and rows under it")]
    Empty,
    /// The file is larger than allowed.
    #[error("the file has {bytes} bytes; at most {limit} are read, so split it")]
    TooManyBytes {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// The bytes are something else than a table.
    #[error("the file is {what}, not a table; save the table as CSV or XLSX and choose that file")]
    NotATable {
        /// What it is, in words.
        what: &'static str,
    },
    /// The declared encoding is not one we know.
    #[error("there is no encoding called \"{name}\"; use UTF-8, GB18030, Big5, UTF-16LE, UTF-16BE or windows-1252")]
    UnknownEncoding {
        /// What was declared.
        name: String,
    },
    /// The bytes are not valid in the declared encoding.
    #[error("the file is not {declared}: row {row} (byte {offset}) is not valid in it; {}", fitting(fits.as_deref()))]
    WrongEncoding {
        /// What was declared.
        declared: String,
        /// The row of the first byte that does not fit.
        row: u32,
        /// That byte.
        offset: u64,
        /// The encoding that fits, if one does.
        fits: Option<String>,
    },
    /// The file is in this encoding except for some bytes.
    #[error(
        "the file looks like {encoding}, but row {row}, column {column} (byte {offset}) is damaged; correct that cell, \
         or save the file as UTF-8"
    )]
    BadBytes {
        /// The encoding the rest is in.
        encoding: String,
        /// The row of the first damaged byte.
        row: u32,
        /// Its column.
        column: u32,
        /// The byte.
        offset: u64,
    },
    /// A NUL character, which no text has.
    #[error("row {row}, column {column} contains a NUL character; remove it, or save the file again as text")]
    NulCharacter {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
    },
    /// The declared separator cannot separate.
    #[error("{separator:?} cannot separate cells; use a comma, a semicolon, a tab or a bar")]
    BadSeparator {
        /// What was declared.
        separator: char,
    },
    /// A quote that opens a cell is never closed.
    #[error("the quote that opens row {row}, column {column} is never closed; close it, or write two quotes for one")]
    UnclosedQuote {
        /// The row it opens in.
        row: u32,
        /// The column it opens in.
        column: u32,
    },
    /// Every row is blank.
    #[error("there is no filled row; the first filled row must hold the headers")]
    NoHeader,
    /// The declared header row is blank or beyond the end.
    #[error("row {asked} cannot be the header row: it is blank or beyond the last row ({last})")]
    HeaderRowMissing {
        /// What was declared.
        asked: u32,
        /// The last row of the file that was seen.
        last: u32,
    },
    /// More rows than allowed.
    #[error("there are more than {limit} rows (row {row} is one too many); split the file")]
    TooManyRows {
        /// The first row too many.
        row: u32,
        /// The limit.
        limit: u32,
    },
    /// More columns than allowed.
    #[error("the header row {row} has {found} columns; at most {limit} are read, so remove those you do not need")]
    TooManyColumns {
        /// The header row.
        row: u32,
        /// How many there are.
        found: u64,
        /// The limit.
        limit: u32,
    },
    /// Rows × columns is more than allowed.
    #[error("by row {row} the table has more than {limit} cells; split the file or remove columns")]
    TooManyCells {
        /// The row at which the limit was passed.
        row: u32,
        /// The limit.
        limit: u64,
    },
    /// The workbook unpacks to more than allowed.
    #[error("the workbook unpacks from {compressed} to {expanded} bytes, which is more than is read; save it as CSV")]
    ExpandsTooMuch {
        /// Bytes as sent.
        compressed: u64,
        /// Bytes unpacked, as far as they were counted.
        expanded: u64,
    },
    /// The workbook consists of too many parts.
    #[error("the workbook has {found} parts; at most {limit} are read, so copy the table into a new workbook")]
    TooManyParts {
        /// How many.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// The workbook is protected by a password.
    #[error("the workbook is encrypted; open it with its password and save it without one")]
    Encrypted,
    /// There is no sheet of that name.
    #[error("there is no sheet called \"{asked}\"; the sheets are: {}", sheets.join(", "))]
    SheetMissing {
        /// What was asked for.
        asked: String,
        /// What there is.
        sheets: Vec<String>,
    },
    /// No sheet has any content.
    #[error("every sheet of the workbook is empty; the first filled row must hold the headers")]
    NoFilledSheet,
    /// The workbook breaks its own format.
    #[error("the {format} file is damaged: {part}; open it in a spreadsheet program and save it again")]
    Damaged {
        /// Its format.
        format: Format,
        /// Which part, in words.
        part: String,
    },
}

/// The half sentence about the encoding that would be right.
fn fitting(fits: Option<&str>) -> String {
    match fits {
        Some(encoding) => format!("{encoding} fits"),
        None => "no encoding we know fits, so save the file as UTF-8".to_owned(),
    }
}

impl ReadError {
    /// A stable name for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            ReadError::Empty => "empty-file",
            ReadError::TooManyBytes { .. } => "file-too-large",
            ReadError::NotATable { .. } => "not-a-table",
            ReadError::UnknownEncoding { .. } => "unknown-encoding",
            ReadError::WrongEncoding { .. } => "wrong-encoding",
            ReadError::BadBytes { .. } => "bad-bytes",
            ReadError::NulCharacter { .. } => "nul-character",
            ReadError::BadSeparator { .. } => "bad-separator",
            ReadError::UnclosedQuote { .. } => "unclosed-quote",
            ReadError::NoHeader => "no-header",
            ReadError::HeaderRowMissing { .. } => "header-row-missing",
            ReadError::TooManyRows { .. } => "too-many-rows",
            ReadError::TooManyColumns { .. } => "too-many-columns",
            ReadError::TooManyCells { .. } => "too-many-cells",
            ReadError::ExpandsTooMuch { .. } => "expands-too-much",
            ReadError::TooManyParts { .. } => "too-many-parts",
            ReadError::Encrypted => "encrypted",
            ReadError::SheetMissing { .. } => "sheet-missing",
            ReadError::NoFilledSheet => "no-filled-sheet",
            ReadError::Damaged { .. } => "damaged-workbook",
        }
    }
}

/// Why a file cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The name cannot be the name of a sheet.
    #[error(
        "\"{name}\" cannot be the name of a sheet: 1 to 31 characters, none of [ ] : * ? / \\, no apostrophe at \
         either end"
    )]
    SheetName {
        /// The name.
        name: String,
    },
    /// More rows than a sheet has.
    #[error("a sheet holds at most {limit} rows under its header; export as CSV instead, or filter")]
    TooManyRows {
        /// The limit.
        limit: u32,
    },
    /// More columns than a sheet has.
    #[error("row {row} has {found} columns and a sheet holds at most {limit}; export as CSV instead")]
    TooManyColumns {
        /// The row.
        row: u32,
        /// How many it has.
        found: usize,
        /// The limit.
        limit: u16,
    },
    /// A text longer than a cell of a sheet holds.
    #[error("row {row}, column {column} holds more than {limit} characters; export as CSV instead")]
    CellTooLong {
        /// The row.
        row: u32,
        /// The column.
        column: u32,
        /// The limit.
        limit: u32,
    },
    /// The file could not be put together (no room for the temporary file of a large workbook, for example).
    #[error("the file could not be written; check that the server has free space for temporary files")]
    Failed,
}

impl WriteError {
    /// A stable name for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            WriteError::SheetName { .. } => "sheet-name",
            WriteError::TooManyRows { .. } => "too-many-rows",
            WriteError::TooManyColumns { .. } => "too-many-columns",
            WriteError::CellTooLong { .. } => "cell-too-long",
            WriteError::Failed => "write-failed",
        }
    }
}
