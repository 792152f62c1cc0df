//! What a person may expect of old workbooks (XLS). No program here writes them, so the tests put the records
//! together themselves.

use proptest::prelude::*;

use crate::compound::wrap;
use crate::{Format, ReadError, ReadOptions, Table, read};

fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    let mut record = kind.to_le_bytes().to_vec();
    record.extend(u16::try_from(content.len()).unwrap().to_le_bytes());
    record.extend(content);
    record
}

fn begin(kind: u16) -> Vec<u8> {
    let mut content = 0x0600_u16.to_le_bytes().to_vec();
    content.extend(kind.to_le_bytes());
    content.resize(16, 0);
    record(0x0809, &content)
}

fn place(row: u16, column: u16) -> Vec<u8> {
    [row, column, 0].iter().flat_map(|half| half.to_le_bytes()).collect()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut content = place(row, column);
    content.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
    content.push(1);
    content.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    record(0x0204, &content)
}

fn number(row: u16, column: u16, number: f64) -> Vec<u8> {
    let mut content = place(row, column);
    content.extend(number.to_le_bytes());
    record(0x0203, &content)
}

/// A stream of one sheet made of these records.
fn stream(cells: &[Vec<u8>]) -> Vec<u8> {
    let mut sheet = vec![0, 0, 0, 0, 0, 0, 2, 1];
    sheet.extend("系统".encode_utf16().flat_map(u16::to_le_bytes));
    let length = begin(5).len() + record(0x0085, &sheet).len() + record(0x000A, &[]).len();
    sheet[..4].copy_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
    let mut stream = begin(5);
    stream.extend(record(0x0085, &sheet));
    stream.extend(record(0x000A, &[]));
    stream.extend(begin(16));
    stream.extend(cells.concat());
    stream.extend(record(0x000A, &[]));
    stream
}

fn open(cells: &[Vec<u8>]) -> Result<Table, ReadError> {
    read("old.xls", &wrap(&stream(cells)).unwrap(), &ReadOptions::default())
}

fn filled() -> Vec<Vec<u8>> {
    vec![label(0, 0, "名称"), label(0, 1, "数"), label(1, 0, "杭州䶮"), number(1, 1, 12.5), number(2, 1, 3.0)]
}

#[test]
fn an_old_workbook_is_read_like_a_new_one() {
    let table = open(&filled()).unwrap();
    assert_eq!(table.headers, ["名称", "数"]);
    let rows: Vec<_> = table.rows.iter().map(|row| (row.number, row.cells.join("|"))).collect();
    assert_eq!(rows, [(2, "杭州䶮|12.5".to_owned()), (3, "|3".to_owned())]);
    assert_eq!((table.reading.format, table.reading.sheet.as_deref()), (Format::Xls, Some("系统")));
}

#[test]
fn a_made_up_size_costs_nothing() {
    let mut cells = filled();
    let size: Vec<u8> = [0_u32, 0x7fff_ffff].iter().flat_map(|half| half.to_le_bytes()).collect();
    cells.insert(0, record(0x0200, &[size, vec![0, 0, 0xff, 0xff, 0, 0]].concat()));
    assert_eq!(open(&cells).unwrap().rows.len(), 2);
}

#[test]
fn cells_in_far_corners_are_refused_instead_of_laid_out() {
    let mut cells = filled();
    cells.push(number(65_535, 65_535, 1.0));
    assert_eq!(open(&cells).unwrap_err().code(), "damaged-workbook");
}

#[test]
fn an_encrypted_workbook_is_refused_for_that() {
    let mut stream = begin(5);
    stream.extend(record(0x002F, &[1, 0, 0, 0, 0, 0]));
    stream.extend(record(0x000A, &[]));
    let error = read("old.xls", &wrap(&stream).unwrap(), &ReadOptions::default()).unwrap_err();
    assert_eq!(error, ReadError::Encrypted);
}

proptest! {
    #[test]
    fn a_damaged_old_workbook_gets_an_answer(at in 0_usize..240, byte in any::<u8>()) {
        let mut stream = stream(&filled());
        if let Some(place) = stream.get_mut(at) {
            *place = byte;
        }
        let _ = read("old.xls", &wrap(&stream).unwrap(), &ReadOptions::default());
    }
}
