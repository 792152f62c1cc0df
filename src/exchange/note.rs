//! What the reader decided by itself and the person should know.

use std::fmt;

use crate::table::Format;

/// One decision of the reader. Rows and columns are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadNote {
    /// The bytes are another kind of file than its name says.
    FormatDiffersFromName {
        /// What the bytes are.
        format: Format,
    },
    /// Nothing in the file says its encoding; this one was found by the characters it gives.
    EncodingGuessed {
        /// The encoding used.
        encoding: String,
    },
    /// The declared encoding was read as another one that contains it (GBK is read as GB18030).
    EncodingReplaced {
        /// What was declared.
        declared: String,
        /// What was used.
        used: String,
    },
    /// The bytes are valid in the declared encoding, but look like another one.
    EncodingDoubtful {
        /// What was declared and used.
        declared: String,
        /// What the bytes look like.
        likely: String,
    },
    /// Rows above the header were skipped.
    TitleRowsSkipped {
        /// How many rows that are not blank.
        count: u32,
    },
    /// A header stands twice.
    DuplicateHeader {
        /// The column of the later one.
        column: u32,
        /// The header as it stands in the file.
        name: String,
        /// What it is called here.
        renamed: String,
    },
    /// A column has no header.
    EmptyHeader {
        /// The column.
        column: u32,
        /// What it is called here.
        renamed: String,
    },
    /// Columns at the end had neither header nor content.
    EmptyColumnsDropped {
        /// How many.
        count: u32,
    },
    /// Blank rows were skipped.
    BlankRowsSkipped {
        /// How many.
        count: u32,
    },
    /// Rows had fewer cells than there are headers; the missing cells are empty.
    ShortRowsPadded {
        /// How many rows.
        count: u32,
        /// The first of them.
        first_row: u32,
    },
    /// Spaces stood before an opening quote; the quotes were taken as quotes.
    SpacesBeforeQuotes {
        /// How many cells.
        count: u32,
        /// The row of the first.
        first_row: u32,
    },
    /// Cells held an error such as #N/A instead of a value; they are read as empty.
    ErrorCells {
        /// How many.
        count: u32,
        /// The row of the first.
        first_row: u32,
        /// The column of the first.
        first_column: u32,
        /// The error in it.
        value: String,
    },
}

impl ReadNote {
    /// A stable name for the kind of note.
    pub fn code(&self) -> &'static str {
        match self {
            ReadNote::FormatDiffersFromName { .. } => "format-differs-from-name",
            ReadNote::EncodingGuessed { .. } => "encoding-guessed",
            ReadNote::EncodingReplaced { .. } => "encoding-replaced",
            ReadNote::EncodingDoubtful { .. } => "encoding-doubtful",
            ReadNote::TitleRowsSkipped { .. } => "title-rows-skipped",
            ReadNote::DuplicateHeader { .. } => "duplicate-header",
            ReadNote::EmptyHeader { .. } => "empty-header",
            ReadNote::EmptyColumnsDropped { .. } => "empty-columns-dropped",
            ReadNote::BlankRowsSkipped { .. } => "blank-rows-skipped",
            ReadNote::ShortRowsPadded { .. } => "short-rows-padded",
            ReadNote::SpacesBeforeQuotes { .. } => "spaces-before-quotes",
            ReadNote::ErrorCells { .. } => "error-cells",
        }
    }
}

impl fmt::Display for ReadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadNote::FormatDiffersFromName { format } => {
                write!(f, "the file is {format}, whatever its name says, and was read as such")
            }
            ReadNote::EncodingGuessed { encoding } => {
                write!(f, "the file does not say its encoding; it reads right as {encoding}")
            }
            ReadNote::EncodingReplaced { declared, used } => write!(f, "{declared} was read as {used}"),
            ReadNote::EncodingDoubtful { declared, likely } => {
                write!(f, "read as {declared}, as you said, but the file looks like {likely}")
            }
            ReadNote::TitleRowsSkipped { count } => write!(f, "{count} row(s) above the header were skipped"),
            ReadNote::DuplicateHeader { column, name, renamed } => {
                write!(f, "the header \"{name}\" stands again in column {column}; it is called \"{renamed}\" here")
            }
            ReadNote::EmptyHeader { column, renamed } => {
                write!(f, "column {column} has no header; it is called \"{renamed}\" here")
            }
            ReadNote::EmptyColumnsDropped { count } => {
                write!(f, "{count} empty column(s) at the end were left out")
            }
            ReadNote::BlankRowsSkipped { count } => write!(f, "{count} blank row(s) were skipped"),
            ReadNote::ShortRowsPadded { count, first_row } => write!(
                f,
                "{count} row(s), the first of them row {first_row}, have fewer cells than there are headers; the \
                 missing cells are empty"
            ),
            ReadNote::SpacesBeforeQuotes { count, first_row } => write!(
                f,
                "{count} cell(s), the first in row {first_row}, have spaces before the opening quote; they were read \
                 as quoted cells"
            ),
            ReadNote::ErrorCells { count, first_row, first_column, value } => write!(
                f,
                "{count} cell(s) hold an error instead of a value, the first ({value}) in row {first_row}, column \
                 {first_column}; they were read as empty"
            ),
        }
    }
}
