//! What a person may say about a file before it is read, and how much of it we are willing to read.

/// What a person said about the file; whatever is left out is found out from the bytes.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The encoding of a text file, by any usual name ("GBK", "utf-8", "Big5"). Ignored for workbooks.
    pub encoding: Option<String>,
    /// The separator of a text file: one ASCII character.
    pub separator: Option<char>,
    /// The sheet of a workbook. Without it the first visible sheet that is not empty is read.
    pub sheet: Option<String>,
    /// The row the headers stand in, as [`crate::TableRow::number`] counts.
    pub header_row: Option<u32>,
    /// How much is read at most.
    pub limits: Limits,
}

/// How much is read at most. The defaults suit an upload by a signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file as it was sent.
    pub bytes: u64,
    /// Rows that are not blank, without the header.
    pub rows: u32,
    /// Columns.
    pub columns: u32,
    /// Characters in one cell; more is a problem of that row alone.
    pub cell_chars: u32,
    /// How many times larger than the file its content may be once unpacked (only asked above 10 MiB of content).
    pub expansion_ratio: u64,
    /// Bytes of a workbook once unpacked.
    pub expanded_bytes: u64,
    /// Cells, counting the empty ones a short row is padded with. Rows × columns alone would let a file of two
    /// megabytes (a wide header over a million rows of one character) claim twelve gigabytes of memory.
    pub cells: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            bytes: 64 * 1024 * 1024,
            rows: 1_000_000,
            columns: 500,
            cell_chars: 32_767,
            expansion_ratio: 20,
            expanded_bytes: 512 * 1024 * 1024,
            cells: 20_000_000,
        }
    }
}
