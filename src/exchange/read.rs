//! The one way in: bytes to a table, whatever kind of file they are.

use crate::error::ReadError;
use crate::note::ReadNote;
use crate::options::ReadOptions;
use crate::signature::{Signature, signature};
use crate::table::{Format, Table};
use crate::{text, workbook};

/// Reads a file into a table.
///
/// The bytes decide what kind of file it is; the name only serves to say so when it claims something else.
pub fn read(file_name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Table, ReadError> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > options.limits.bytes {
        return Err(ReadError::TooManyBytes { bytes: size, limit: options.limits.bytes });
    }
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let mut table = match signature(bytes) {
        Signature::Zip => workbook::read_xlsx(bytes, options)?,
        Signature::Compound => workbook::read_xls(bytes, options)?,
        Signature::Other(what) => return Err(ReadError::NotATable { what }),
        Signature::Text => text::read_text(bytes, options)?,
    };
    let format = table.reading.format;
    if named_format(file_name).is_some_and(|named| named != format) {
        table.reading.notes.insert(0, ReadNote::FormatDiffersFromName { format });
    }
    Ok(table)
}

/// What the name of the file says it is, if it says anything.
fn named_format(file_name: &str) -> Option<Format> {
    let (_, extension) = file_name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "xlsx" | "xlsm" => Some(Format::Xlsx),
        "xls" => Some(Format::Xls),
        _ => None,
    }
}
