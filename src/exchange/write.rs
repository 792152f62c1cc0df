//! Typed rows into the bytes of a CSV or XLSX file.

use csv::{QuoteStyle, Terminator, WriterBuilder};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::error::WriteError;
use crate::formula::guard_formula;

/// A value to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Text; one that would start a formula is guarded.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number: `scaled` divided by ten to the power of `scale`.
    Decimal {
        /// The number without its point.
        scaled: i64,
        /// How many of its digits stand behind the point.
        scale: u8,
    },
    /// A date as ISO 8601, with or without a time.
    Date(String),
}

/// Rows of a sheet, the header among them.
const SHEET_ROWS: u32 = 1_048_576;
/// Columns of a sheet.
const SHEET_COLUMNS: u16 = 16_384;
/// Characters (UTF-16 units) in a cell of a sheet.
const CELL_CHARACTERS: u32 = 32_767;
/// Above this, a spreadsheet's numbers lose digits, so the number is written as text.
const EXACT: u64 = 1 << 53;

/// Writes a CSV file: UTF-8 with byte order mark, which spreadsheets need to see that it is UTF-8, and CRLF.
pub fn write_csv(headers: &[String], rows: &mut dyn Iterator<Item = Vec<Cell>>) -> Result<Vec<u8>, WriteError> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .flexible(true)
        .from_writer(b"\xef\xbb\xbf".to_vec());
    let failed = |_| WriteError::Failed;
    for header in headers {
        writer.write_field(guard_formula(header).as_bytes()).map_err(failed)?;
    }
    writer.write_record(None::<&[u8]>).map_err(failed)?;
    for row in rows {
        for cell in &row {
            match cell {
                Cell::Empty => writer.write_field(b""),
                Cell::Text(text) => writer.write_field(guard_formula(text).as_bytes()),
                Cell::Integer(number) => writer.write_field(number.to_string()),
                Cell::Decimal { scaled, scale } => writer.write_field(decimal_text(*scaled, *scale)),
                Cell::Date(date) => writer.write_field(date_as_text(date)),
            }
            .map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)?;
    }
    writer.into_inner().map_err(|_| WriteError::Failed)
}

/// Writes a workbook of one sheet: numbers and dates typed, the header bold and staying in view.
///
/// Rows go through a temporary file, so that an export of a million rows does not need them all in memory at once.
pub fn write_xlsx(
    sheet: &str,
    headers: &[String],
    rows: &mut dyn Iterator<Item = Vec<Cell>>,
) -> Result<Vec<u8>, WriteError> {
    let mut workbook = Workbook::new();
    let worksheet = workbook.add_worksheet_with_constant_memory().map_err(|_| WriteError::Failed)?;
    worksheet.set_name(sheet).map_err(|_| WriteError::SheetName { name: sheet.to_owned() })?;
    worksheet.set_freeze_panes(1, 0).map_err(|_| WriteError::Failed)?;
    let formats = Formats::new();
    check_width(1, headers.len())?;
    for (column, header) in (0..SHEET_COLUMNS).zip(headers) {
        // Wide enough for the header; Chinese characters take twice the room.
        let width: u32 = header.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
        worksheet.set_column_width(column, width.clamp(8, 40) + 2).map_err(|_| WriteError::Failed)?;
        worksheet
            .write_string_with_format(0, column, guard_formula(header), &formats.header)
            .map_err(|error| place(&error, 0, column))?;
    }
    let mut row_number = 0_u32;
    for row in rows {
        row_number += 1;
        if row_number >= SHEET_ROWS {
            return Err(WriteError::TooManyRows { limit: SHEET_ROWS - 1 });
        }
        check_width(row_number + 1, row.len())?;
        for (column, cell) in (0..SHEET_COLUMNS).zip(&row) {
            write_cell(worksheet, &formats, row_number, column, cell)
                .map_err(|error| place(&error, row_number, column))?;
        }
    }
    workbook.save_to_buffer().map_err(|_| WriteError::Failed)
}

/// The formats a sheet needs, made once.
struct Formats {
    header: Format,
    date: Format,
    date_and_time: Format,
    decimals: Vec<Format>,
}

impl Formats {
    fn new() -> Self {
        let decimals = (0..=6).map(|scale| {
            let zeros = "0".repeat(scale);
            Format::new().set_num_format(if scale == 0 { "0".to_owned() } else { format!("0.{zeros}") })
        });
        Formats {
            header: Format::new().set_bold(),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            date_and_time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            decimals: decimals.collect(),
        }
    }
}

fn check_width(row: u32, found: usize) -> Result<(), WriteError> {
    if found > usize::from(SHEET_COLUMNS) {
        return Err(WriteError::TooManyColumns { row, found, limit: SHEET_COLUMNS });
    }
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, formats: &Formats, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, guard_formula(text))?;
        }
        Cell::Integer(number) => match exact_float(*number, &number.to_string()) {
            Some(float) => {
                sheet.write_number(row, column, float)?;
            }
            None => {
                sheet.write_string(row, column, number.to_string())?;
            }
        },
        Cell::Decimal { scaled, scale } => {
            let text = decimal_text(*scaled, *scale);
            match (exact_float(*scaled, &text), formats.decimals.get(usize::from(*scale))) {
                (Some(float), Some(format)) => {
                    sheet.write_number_with_format(row, column, float, format)?;
                }
                (Some(float), None) => {
                    sheet.write_number(row, column, float)?;
                }
                (None, _) => {
                    sheet.write_string(row, column, text)?;
                }
            }
        }
        Cell::Date(date) => match sheet_date(date) {
            Some(parsed) => {
                let format = if date.contains(['T', ' ']) { &formats.date_and_time } else { &formats.date };
                sheet.write_datetime_with_format(row, column, &parsed, format)?;
            }
            // A date a sheet does not know (before 1900, or none at all) is still what the register holds.
            None => {
                sheet.write_string(row, column, date_as_text(date))?;
            }
        },
    }
    Ok(())
}

/// The number a sheet would hold, if it holds it with every digit.
fn exact_float(scaled: i64, text: &str) -> Option<f64> {
    if scaled.unsigned_abs() > EXACT { None } else { text.parse().ok() }
}

/// A date of the kind a sheet counts. Days before March 1900 are left out: sheets believe in a 29 February 1900, so
/// programs disagree about the days before it.
fn sheet_date(text: &str) -> Option<ExcelDateTime> {
    let shaped = matches!(text.len(), 10 | 16 | 19 | 21..=23)
        && text.get(..10).is_some_and(|date| date > "1900-02-29" && date <= "9999-12-31");
    if !shaped || !is_iso_date(text) {
        return None;
    }
    ExcelDateTime::parse_from_str(text).ok()
}

/// Whether a text is `yyyy-mm-dd`, alone or with a local time behind it.
fn is_iso_date(text: &str) -> bool {
    text.char_indices().all(|(index, character)| match index {
        4 | 7 => character == '-',
        10 => character == 'T' || character == ' ',
        13 | 16 => character == ':',
        19 => character == '.',
        _ => character.is_ascii_digit(),
    })
}

/// A date as text: an ISO date starts no formula, but what is not one might.
fn date_as_text(date: &str) -> String {
    guard_formula(date).into_owned()
}

/// The number with its point, every digit kept.
fn decimal_text(scaled: i64, scale: u8) -> String {
    let places = usize::from(scale);
    if places == 0 {
        return scaled.to_string();
    }
    let digits = format!("{:0>width$}", scaled.unsigned_abs(), width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if scaled < 0 { "-" } else { "" };
    format!("{sign}{whole}.{fraction}")
}

/// What went wrong with one cell, rows and columns counted from 1.
fn place(error: &XlsxError, row: u32, column: u16) -> WriteError {
    match error {
        XlsxError::MaxStringLengthExceeded => {
            WriteError::CellTooLong { row: row + 1, column: u32::from(column) + 1, limit: CELL_CHARACTERS }
        }
        _ => WriteError::Failed,
    }
}
