//! Workbooks: choose the sheet, walk its used cells, turn each value into text.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{CellErrorType, Data, DataRef, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError};

use crate::compound::{self, Compound};
use crate::error::ReadError;
use crate::note::ReadNote;
use crate::number::{date_text, iso_date_text, number_text};
use crate::options::ReadOptions;
use crate::shape::{RawRow, Shape};
use crate::table::{Format, Reading, Table};
use crate::{archive, legacy};

/// Runs the workbook library. It indexes into what the file says without asking in several places, so a malformed
/// file can make it panic; that must be an answer about the file, not the end of the request. Nothing it touched is
/// used afterwards, so there is no half-changed state to worry about.
fn guarded<T>(format: Format, work: impl FnOnce() -> Result<T, ReadError>) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(damaged(format, "it breaks the rules of its format")))
}

fn damaged(format: Format, part: &str) -> ReadError {
    ReadError::Damaged { format, part: part.to_owned() }
}

/// Reads an XLSX workbook.
pub(crate) fn read_xlsx(bytes: &[u8], options: &ReadOptions) -> Result<Table, ReadError> {
    archive::check(bytes, &options.limits)?;
    guarded(Format::Xlsx, || {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
            XlsxError::Password => ReadError::Encrypted,
            _ => damaged(Format::Xlsx, "its list of sheets, strings or formats cannot be read"),
        })?;
        let sheets = workbook.sheets_metadata().to_vec();
        read_sheets(Format::Xlsx, &sheets, options, |name, rows| read_xlsx_sheet(&mut workbook, name, rows))
    })
}

/// Walks the used cells of one sheet. Sheets that claim a million rows cost nothing that way.
fn read_xlsx_sheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, rows: &mut Rows) -> Result<(), ReadError> {
    let broken = |row: u32| {
        let after = if row == 0 { String::new() } else { format!(" after row {row}") };
        damaged(Format::Xlsx, &format!("its sheet \"{name}\" cannot be read{after}"))
    };
    let mut reader = match workbook.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // A chart that stands among the sheets has no cells.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(()),
        Err(_) => return Err(broken(0)),
    };
    loop {
        let cell = match reader.next_cell() {
            Ok(Some(cell)) => cell,
            Ok(None) => return rows.flush(),
            Err(_) => return Err(broken(rows.number)),
        };
        let (row, column) = cell.get_position();
        if !rows.take(row, column, cell.get_value())? {
            return Err(broken(rows.number));
        }
    }
}

/// Reads an XLS workbook.
pub(crate) fn read_xls(bytes: &[u8], options: &ReadOptions) -> Result<Table, ReadError> {
    let broken = |_| damaged(Format::Xls, "its wrapping cannot be read");
    let file = Compound::open(bytes).map_err(broken)?;
    if file.has("EncryptedPackage") {
        return Err(ReadError::Encrypted);
    }
    let name = match ["Workbook", "Book"].into_iter().find(|name| file.has(name)) {
        Some(name) => name,
        None if file.has("WordDocument") => return Err(ReadError::NotATable { what: "a text document (Word)" }),
        None if file.has("PowerPoint Document") => {
            return Err(ReadError::NotATable { what: "a slide show (PowerPoint)" });
        }
        None => return Err(ReadError::NotATable { what: "an Office file without a workbook" }),
    };
    let mut stream = file.stream(name).map_err(broken)?;
    legacy::check(&mut stream, &options.limits)?;
    let wrapped = compound::wrap(&stream).map_err(broken)?;
    guarded(Format::Xls, || {
        let mut workbook: Xls<_> = Xls::new(Cursor::new(wrapped)).map_err(|error| match error {
            XlsError::Password => ReadError::Encrypted,
            _ => damaged(Format::Xls, "its records cannot be read"),
        })?;
        let sheets = workbook.sheets_metadata().to_vec();
        read_sheets(Format::Xls, &sheets, options, |name, rows| {
            let range = workbook
                .worksheet_range(name)
                .map_err(|_| damaged(Format::Xls, &format!("its sheet \"{name}\" cannot be read")))?;
            let (first_row, first_column) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
                let (row, column) =
                    (first_row.saturating_add(offset(row)), first_column.saturating_add(offset(column)));
                // Rows of a range come in order, so none is refused.
                rows.take(row, column, &borrowed(value))?;
            }
            rows.flush()
        })
    })
}

/// The value an old workbook owns, as the newer format lends it.
fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(date) => DataRef::DateTime(*date),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

/// Picks the sheet that was asked for, or the first that is not empty, the visible ones first.
fn read_sheets(
    format: Format,
    sheets: &[Sheet],
    options: &ReadOptions,
    mut read_sheet: impl FnMut(&str, &mut Rows) -> Result<(), ReadError>,
) -> Result<Table, ReadError> {
    let is_sheet = |sheet: &&Sheet| sheet.typ == SheetType::WorkSheet;
    let names: Vec<String> = sheets.iter().filter(is_sheet).map(|sheet| sheet.name.clone()).collect();
    let wanted: Vec<&String> = match &options.sheet {
        Some(asked) => match names.iter().find(|name| *name == asked) {
            Some(name) => vec![name],
            None => return Err(ReadError::SheetMissing { asked: asked.clone(), sheets: names }),
        },
        None => {
            let seen = |visible: bool| {
                let matching = move |sheet: &&Sheet| (sheet.visible == SheetVisible::Visible) == visible;
                sheets.iter().filter(is_sheet).filter(matching).map(|sheet| &sheet.name)
            };
            seen(true).chain(seen(false)).collect()
        }
    };
    for name in &wanted {
        let mut rows = Rows::new(options);
        read_sheet(name, &mut rows)?;
        if rows.shape.is_empty() && wanted.len() > 1 {
            continue;
        }
        let notes = rows.errors.into_iter().collect();
        return rows.shape.finish(Reading {
            format,
            encoding: "UTF-8".to_owned(),
            byte_order_mark: false,
            separator: None,
            sheet: Some((*name).clone()),
            sheets: names.clone(),
            header_row: 0,
            notes,
        });
    }
    Err(ReadError::NoFilledSheet)
}

/// Collects cells into rows and hands each finished row on.
struct Rows {
    shape: Shape,
    columns: usize,
    /// The row being collected, counted from 1; 0 before the first.
    number: u32,
    cells: Vec<String>,
    extra: usize,
    errors: Option<ReadNote>,
}

impl Rows {
    fn new(options: &ReadOptions) -> Self {
        Rows {
            shape: Shape::for_sheet(options),
            columns: usize::try_from(options.limits.columns).unwrap_or(usize::MAX),
            number: 0,
            cells: Vec::new(),
            extra: 0,
            errors: None,
        }
    }

    /// Takes one cell, counted from 0. Says no if its row was already finished.
    fn take(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<bool, ReadError> {
        let number = row.saturating_add(1);
        if number < self.number {
            return Ok(false);
        }
        let text = self.text(number, column.saturating_add(1), value)?;
        if text.is_empty() {
            return Ok(true);
        }
        if number > self.number {
            self.flush()?;
            self.number = number;
        }
        let index = usize::try_from(column).unwrap_or(usize::MAX);
        if index >= self.columns {
            self.extra += usize::from(!text.trim().is_empty());
        } else if let Some(cell) = self.cells.get_mut(index) {
            *cell = text;
        } else {
            self.cells.resize(index, String::new());
            self.cells.push(text);
        }
        Ok(true)
    }

    /// Hands the collected row on.
    fn flush(&mut self) -> Result<(), ReadError> {
        if self.cells.is_empty() && self.extra == 0 {
            return Ok(());
        }
        let width = self.cells.len();
        let cells = std::mem::replace(&mut self.cells, Vec::with_capacity(width));
        let extra = std::mem::take(&mut self.extra);
        self.shape.push(RawRow { number: self.number, cells, extra })
    }

    /// The text of a value; empty for nothing and for errors.
    fn text(&mut self, row: u32, column: u32, value: &DataRef<'_>) -> Result<String, ReadError> {
        let text = match value {
            DataRef::Empty => String::new(),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => number_text(*number),
            DataRef::Bool(value) => value.to_string(),
            DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::DateTime(date) => date_text(date),
            DataRef::DateTimeIso(text) => iso_date_text(text),
            DataRef::Error(error) => {
                self.note_error(row, column, error);
                String::new()
            }
        };
        if text.contains('\0') {
            return Err(ReadError::NulCharacter { row, column });
        }
        Ok(text)
    }

    fn note_error(&mut self, row: u32, column: u32, error: &CellErrorType) {
        match &mut self.errors {
            Some(ReadNote::ErrorCells { count, .. }) => *count = count.saturating_add(1),
            _ => {
                self.errors = Some(ReadNote::ErrorCells {
                    count: 1,
                    first_row: row,
                    first_column: column,
                    value: error.to_string(),
                });
            }
        }
    }
}
