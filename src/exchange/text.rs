//! Text files: decode, find the separator, split, shape.

use crate::encoding;
use crate::error::ReadError;
use crate::note::ReadNote;
use crate::options::ReadOptions;
use crate::separator;
use crate::shape::{RawRow, Shape};
use crate::signature;
use crate::splitter::{Splitter, UnclosedQuote, place_after};
use crate::table::{Format, Reading, Table};

/// Reads a text file.
pub(crate) fn read_text(bytes: &[u8], options: &ReadOptions) -> Result<Table, ReadError> {
    let declared_separator = match options.separator {
        None => None,
        Some(separator) => Some(ascii_separator(separator)?),
    };
    let decoded = encoding::decode(bytes, options.encoding.as_deref())?;
    let text = decoded.text.as_ref();
    if let Some(what) = signature::markup(text) {
        return Err(ReadError::NotATable { what });
    }
    let separator = declared_separator.unwrap_or_else(|| separator::detect(text));
    if let Some(before) = text.split_once('\0').map(|(before, _)| before) {
        let (row, column) = place_after(before, separator);
        return Err(ReadError::NulCharacter { row, column });
    }

    let columns = usize::try_from(options.limits.columns).unwrap_or(usize::MAX);
    let mut shape = Shape::for_text(options);
    let mut splitter = Splitter::new(text, separator);
    loop {
        let mut cells: Vec<String> = Vec::with_capacity(shape.usual_width());
        let mut extra = 0_usize;
        let record = splitter.next_record(|cell| {
            if cells.len() < columns {
                cells.push(cell.into_owned());
            } else if !cell.trim().is_empty() {
                extra += 1;
            }
        });
        match record {
            Ok(Some(number)) => shape.push(RawRow { number, cells, extra })?,
            Ok(None) => break,
            Err(UnclosedQuote { row, column }) => return Err(ReadError::UnclosedQuote { row, column }),
        }
    }

    let mut notes = decoded.notes;
    let (count, first_row) = splitter.spaced_quotes();
    if count > 0 {
        notes.push(ReadNote::SpacesBeforeQuotes { count, first_row });
    }
    shape.finish(Reading {
        format: Format::Csv,
        encoding: decoded.encoding.to_owned(),
        byte_order_mark: decoded.byte_order_mark,
        separator: Some(char::from(separator)),
        sheet: None,
        sheets: Vec::new(),
        header_row: 0,
        notes,
    })
}

/// A declared separator as the byte it must be.
fn ascii_separator(separator: char) -> Result<u8, ReadError> {
    match u8::try_from(separator) {
        Ok(byte) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r' | b' ' | 0) => Ok(byte),
        _ => Err(ReadError::BadSeparator { separator }),
    }
}
