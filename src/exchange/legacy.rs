//! The guard before an old workbook (XLS) is read.
//!
//! The reader lays every sheet out as a full rectangle and reserves what the sheet says it needs, so a file of one
//! kilobyte with a cell in each far corner, or with a made-up size, would take all memory. The records are walked
//! first, exactly as the reader walks them: sizes are taken out, corners are measured.

use crate::error::ReadError;
use crate::options::Limits;
use crate::table::Format;

/// Record types that matter here.
const END: u16 = 0x000A;
const BEGIN: u16 = 0x0809;
const SHEET: u16 = 0x0085;
const FILE_PASSWORD: u16 = 0x002F;
const DIMENSIONS: u16 = 0x0200;
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00D6, 0x0205, 0x027E, 0x00FD, 0x0006, 0x00BD];
/// Several numbers in one row; the last column stands at its end.
const NUMBERS: u16 = 0x00BD;
/// More sheets than any real workbook has.
const SHEETS: usize = 4096;

/// One record: its type, and where its content stands.
struct Record {
    kind: u16,
    start: usize,
    end: usize,
}

/// Walks records from a place to the end of the substream that begins there.
struct Walk<'stream> {
    stream: &'stream [u8],
    position: usize,
    depth: u32,
    /// The list of sheets at the beginning is read flat: the reader stops at its first end, whatever began inside.
    flat: bool,
}

impl<'stream> Walk<'stream> {
    fn of_list(stream: &'stream [u8]) -> Self {
        Walk { stream, position: 0, depth: 0, flat: true }
    }

    fn of_sheet(stream: &'stream [u8], position: usize) -> Self {
        Walk { stream, position, depth: 0, flat: false }
    }
}

impl Iterator for Walk<'_> {
    type Item = Record;

    /// The next record that belongs to the sheet itself and not to a chart inside it.
    fn next(&mut self) -> Option<Record> {
        loop {
            let kind = half(self.stream, self.position)?;
            let start = self.position + 4;
            let end = start + usize::from(half(self.stream, self.position + 2)?);
            if end > self.stream.len() {
                return None;
            }
            self.position = end;
            match kind {
                BEGIN if self.flat => {}
                BEGIN => self.depth = self.depth.saturating_add(1),
                END if self.depth <= 1 => return None,
                END => self.depth -= 1,
                _ if self.depth > 1 => {}
                _ => return Some(Record { kind, start, end }),
            }
        }
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// Takes the sizes out of a workbook stream and refuses it if its sheets span too many cells.
pub(crate) fn check(stream: &mut [u8], limits: &Limits) -> Result<(), ReadError> {
    let sheets = sheet_places(stream)?;
    clear_dimensions(stream, &sheets)?;
    let mut cells = 0_u64;
    for place in &sheets {
        cells = cells.saturating_add(spanned_cells(stream, *place)?);
        // The reader lays a sheet out twice, as values and as formulas.
        if cells > limits.cells / 2 {
            return Err(damaged("its cells are spread over too much room, perhaps by a stray cell far from the table"));
        }
    }
    Ok(())
}

/// Where the sheets begin.
fn sheet_places(stream: &[u8]) -> Result<Vec<usize>, ReadError> {
    let mut places = Vec::new();
    for record in Walk::of_list(stream) {
        match record.kind {
            FILE_PASSWORD if half(stream, record.start) != Some(0) => return Err(ReadError::Encrypted),
            SHEET => {
                let low = half(stream, record.start).map(usize::from);
                let high = half(stream, record.start + 2).map(usize::from);
                let place = low.zip(high).map(|(low, high)| low | high << 16);
                places.push(place.ok_or_else(|| damaged("a sheet is cut short"))?);
            }
            _ => {}
        }
    }
    if places.len() > SHEETS {
        return Err(damaged("it lists more sheets than a workbook has"));
    }
    Ok(places)
}

/// Takes the sizes out. Sheets that point into one another are refused: walking each of them would take long, and
/// taking out the size of one could change what another says.
fn clear_dimensions(stream: &mut [u8], sheets: &[usize]) -> Result<(), ReadError> {
    let mut found = Vec::new();
    let mut budget = stream.len();
    for place in sheets {
        for record in Walk::of_sheet(stream, *place) {
            let length = record.end - record.start + 4;
            budget = budget.checked_sub(length).ok_or_else(|| damaged("its sheets overlap"))?;
            if record.kind == DIMENSIONS {
                found.push(record);
            }
        }
    }
    for record in found {
        if let Some(content) = stream.get_mut(record.start..record.end) {
            content.fill(0);
        }
    }
    Ok(())
}

/// How many cells the rectangle around all cells of a sheet has.
fn spanned_cells(stream: &[u8], place: usize) -> Result<u64, ReadError> {
    let mut corners: Option<(u16, u16, u16, u16)> = None;
    for record in Walk::of_sheet(stream, place) {
        let content = stream.get(record.start..record.end).unwrap_or_default();
        if record.kind == DIMENSIONS && content.iter().any(|byte| *byte != 0) {
            return Err(damaged("its sheets overlap"));
        }
        if !CELLS.contains(&record.kind) {
            continue;
        }
        let (Some(row), Some(column)) = (half(content, 0), half(content, 2)) else {
            return Err(damaged("a cell is cut short"));
        };
        let last = if record.kind == NUMBERS {
            half(content, content.len().saturating_sub(2)).unwrap_or(column).max(column)
        } else {
            column
        };
        corners = Some(match corners {
            None => (row, row, column, last),
            Some((top, bottom, left, right)) => (top.min(row), bottom.max(row), left.min(column), right.max(last)),
        });
    }
    Ok(corners.map_or(0, |(top, bottom, left, right)| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)))
}

fn damaged(part: &str) -> ReadError {
    ReadError::Damaged { format: Format::Xls, part: part.to_owned() }
}
