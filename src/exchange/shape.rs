//! From raw rows to a table: which row holds the headers, what the columns are called, what is wrong with a row.

use std::collections::HashSet;

use crate::error::ReadError;
use crate::note::ReadNote;
use crate::options::{Limits, ReadOptions};
use crate::table::{Reading, RowProblem, Table, TableRow};

/// How many rows are looked at to find the headers.
const HEADER_WINDOW: usize = 30;

/// A row as it stands in the file.
pub(crate) struct RawRow {
    /// As a person counts.
    pub number: u32,
    /// Its cells, as far as the limit of columns reaches.
    pub cells: Vec<String>,
    /// How many filled cells stand beyond that limit.
    pub extra: usize,
}

impl RawRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }

    fn is_blank(&self) -> bool {
        self.extra == 0 && self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// How many different cells are text rather than numbers.
    fn distinct_texts(&self) -> usize {
        let texts = self.cells.iter().map(|cell| cell.trim());
        texts.filter(|text| !text.is_empty() && text.parse::<f64>().is_err()).collect::<HashSet<_>>().len()
    }
}

/// The header row once it is known.
struct Header {
    row: u32,
    cells: Vec<String>,
    /// Columns up to the last one with a header.
    named: usize,
    /// Columns a row may fill.
    declared: usize,
}

/// Takes raw rows one by one and becomes a table.
pub(crate) struct Shape {
    limits: Limits,
    asked_header: Option<u32>,
    /// A sheet has no record width: a column filled further to the right is a column without a header. A text file
    /// has one: a cell beyond it is a mistake in that row.
    is_sheet: bool,
    waiting: Vec<RawRow>,
    header: Option<Header>,
    rows: Vec<TableRow>,
    cells: u64,
    /// Columns up to the last one with content.
    used: usize,
    last_row: u32,
    title_rows: u32,
    blank_rows: u32,
    short_rows: (u32, u32),
}

impl Shape {
    /// For the records of a text file.
    pub(crate) fn for_text(options: &ReadOptions) -> Self {
        Shape {
            limits: options.limits.clone(),
            asked_header: options.header_row,
            is_sheet: false,
            waiting: Vec::new(),
            header: None,
            rows: Vec::new(),
            cells: 0,
            used: 0,
            last_row: 0,
            title_rows: 0,
            blank_rows: 0,
            short_rows: (0, 0),
        }
    }

    /// For the rows of a sheet, of which only those with cells are given.
    pub(crate) fn for_sheet(options: &ReadOptions) -> Self {
        Shape { is_sheet: true, ..Shape::for_text(options) }
    }

    /// How many cells the next row probably has.
    pub(crate) fn usual_width(&self) -> usize {
        self.header.as_ref().map_or(0, |header| header.cells.len())
    }

    /// Takes the next row.
    pub(crate) fn push(&mut self, row: RawRow) -> Result<(), ReadError> {
        self.last_row = row.number;
        if self.header.is_some() {
            return self.push_data(row);
        }
        if row.is_blank() && self.asked_header != Some(row.number) {
            self.blank_rows = self.blank_rows.saturating_add(1);
            return Ok(());
        }
        match self.asked_header {
            Some(asked) if row.number < asked => {
                self.title_rows = self.title_rows.saturating_add(1);
                Ok(())
            }
            Some(asked) if row.number == asked && !row.is_blank() => self.take_header(row),
            Some(asked) => Err(ReadError::HeaderRowMissing { asked, last: row.number }),
            None => {
                self.waiting.push(row);
                if self.waiting.len() >= HEADER_WINDOW { self.choose_header() } else { Ok(()) }
            }
        }
    }

    /// Picks the header among the rows seen so far; those above it are titles, those under it are data.
    fn choose_header(&mut self) -> Result<(), ReadError> {
        let waiting = std::mem::take(&mut self.waiting);
        let widest = waiting.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let needed = if widest <= 1 { 1 } else { 2 };
        // Forms often have a line such as "填报单位：…  填报日期：…" between title and header: two texts in ten
        // columns. So a row that fills half of the width is preferred to the first row with two texts.
        let full = |row: &&RawRow| {
            let width = if self.is_sheet { widest } else { row.cells.len() };
            row.distinct_texts() >= needed && row.filled() * 2 >= width
        };
        let number = waiting
            .iter()
            .find(full)
            .or_else(|| waiting.iter().find(|row| row.distinct_texts() >= needed))
            .or_else(|| waiting.first())
            .map_or(0, |row| row.number);
        for row in waiting {
            if row.number < number {
                self.title_rows = self.title_rows.saturating_add(1);
            } else if row.number == number {
                self.take_header(row)?;
            } else {
                self.push_data(row)?;
            }
        }
        Ok(())
    }

    fn take_header(&mut self, row: RawRow) -> Result<(), ReadError> {
        let limit = self.limits.columns;
        if row.extra > 0 {
            let found = u64::from(limit) + u64::try_from(row.extra).unwrap_or(u64::MAX / 2);
            return Err(ReadError::TooManyColumns { row: row.number, found, limit });
        }
        let named = filled_length(&row.cells);
        let declared = if self.is_sheet { usize::try_from(limit).unwrap_or(usize::MAX) } else { row.cells.len() };
        self.used = named;
        self.header = Some(Header { row: row.number, cells: row.cells, named, declared });
        Ok(())
    }

    fn push_data(&mut self, mut row: RawRow) -> Result<(), ReadError> {
        let Some(header) = &self.header else { return Ok(()) };
        if row.is_blank() {
            self.blank_rows = self.blank_rows.saturating_add(1);
            return Ok(());
        }
        let limit = self.limits.rows;
        if u32::try_from(self.rows.len()).unwrap_or(u32::MAX) >= limit {
            return Err(ReadError::TooManyRows { row: row.number, limit });
        }
        let beyond = row.cells.get(header.declared..).unwrap_or_default();
        let extra = row.extra + beyond.iter().filter(|cell| !cell.trim().is_empty()).count();
        row.cells.truncate(header.declared);

        let width = row.cells.len().max(header.named);
        self.cells = self.cells.saturating_add(u64::try_from(width).unwrap_or(u64::MAX));
        if self.cells > self.limits.cells {
            return Err(ReadError::TooManyCells { row: row.number, limit: self.limits.cells });
        }
        if row.cells.len() > self.used {
            self.used = self.used.max(filled_length(&row.cells));
        }
        if !self.is_sheet && row.cells.len() < header.named {
            let (count, first) = self.short_rows;
            self.short_rows = (count.saturating_add(1), if count == 0 { row.number } else { first });
        }
        let problem = if extra > 0 {
            Some(RowProblem::TooManyCells { extra })
        } else {
            too_long(&row.cells, self.limits.cell_chars)
        };
        self.rows.push(TableRow { number: row.number, cells: row.cells, problem });
        Ok(())
    }

    /// Whether any row with content has come.
    pub(crate) fn is_empty(&self) -> bool {
        self.header.is_none() && self.waiting.is_empty() && self.title_rows == 0
    }

    /// The table, with the notes of shaping added to the reading.
    pub(crate) fn finish(mut self, mut reading: Reading) -> Result<Table, ReadError> {
        if self.header.is_none() && !self.waiting.is_empty() {
            self.choose_header()?;
        }
        let Some(header) = self.header.take() else {
            return Err(match self.asked_header {
                Some(asked) if self.last_row > 0 => ReadError::HeaderRowMissing { asked, last: self.last_row },
                _ => ReadError::NoHeader,
            });
        };
        let width = self.used;
        let cells =
            u64::try_from(width).unwrap_or(u64::MAX).saturating_mul(self.rows.len().try_into().unwrap_or(u64::MAX));
        if cells > self.limits.cells {
            return Err(ReadError::TooManyCells { row: self.last_row, limit: self.limits.cells });
        }
        for row in &mut self.rows {
            row.cells.resize(width, String::new());
        }
        reading.header_row = header.row;
        self.note(&header, width, &mut reading.notes);
        let headers = name_columns(header.cells, width, &mut reading.notes);
        Ok(Table { headers, rows: self.rows, reading })
    }

    /// Says what shaping did.
    fn note(&self, header: &Header, width: usize, notes: &mut Vec<ReadNote>) {
        if self.title_rows > 0 {
            notes.push(ReadNote::TitleRowsSkipped { count: self.title_rows });
        }
        if self.blank_rows > 0 {
            notes.push(ReadNote::BlankRowsSkipped { count: self.blank_rows });
        }
        let (count, first_row) = self.short_rows;
        if count > 0 {
            notes.push(ReadNote::ShortRowsPadded { count, first_row });
        }
        let dropped = header.cells.len().saturating_sub(width);
        if dropped > 0 {
            notes.push(ReadNote::EmptyColumnsDropped { count: count_of(dropped) });
        }
    }
}

/// The first cell that is too long. Bytes are compared first: they are never fewer than characters, and known.
fn too_long(cells: &[String], limit: u32) -> Option<RowProblem> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    cells.iter().enumerate().filter(|(_, cell)| cell.len() > limit).find_map(|(index, cell)| {
        let chars = cell.chars().count();
        (chars > limit).then_some(RowProblem::CellTooLong { column: index + 1, chars })
    })
}

/// The length of a row without the empty cells at its end.
fn filled_length(cells: &[String]) -> usize {
    cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |index| index + 1)
}

fn count_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Gives every column a name, and every name once.
fn name_columns(mut cells: Vec<String>, width: usize, notes: &mut Vec<ReadNote>) -> Vec<String> {
    cells.resize(width, String::new());
    let names: Vec<String> = cells.iter().map(|cell| tidy(cell)).collect();
    let mut taken: HashSet<String> = names.iter().filter(|name| !name.is_empty()).cloned().collect();
    let mut seen: HashSet<String> = HashSet::with_capacity(width);
    let mut headers = Vec::with_capacity(width);
    for (index, name) in names.into_iter().enumerate() {
        let column = count_of(index + 1);
        let header = if name.is_empty() {
            let renamed = free_name(&format!("column {column}"), &taken);
            notes.push(ReadNote::EmptyHeader { column, renamed: renamed.clone() });
            renamed
        } else if seen.contains(&name) {
            let renamed = next_free_name(&name, &taken);
            notes.push(ReadNote::DuplicateHeader { column, name, renamed: renamed.clone() });
            renamed
        } else {
            name
        };
        taken.insert(header.clone());
        seen.insert(header.clone());
        headers.push(header);
    }
    headers
}

/// A header on one line: spaces around it and line breaks in it are layout.
fn tidy(cell: &str) -> String {
    let cell = cell.trim().trim_start_matches('\u{feff}');
    if cell.contains(['\n', '\r']) { cell.split_whitespace().collect::<Vec<_>>().join(" ") } else { cell.to_owned() }
}

fn free_name(name: &str, taken: &HashSet<String>) -> String {
    if taken.contains(name) { next_free_name(name, taken) } else { name.to_owned() }
}

fn next_free_name(name: &str, taken: &HashSet<String>) -> String {
    let mut number = 2_u32;
    loop {
        let candidate = format!("{name} ({number})");
        if !taken.contains(&candidate) {
            return candidate;
        }
        number = number.saturating_add(1);
    }
}
