//! Damaged and hostile files: always an answer, never a panic.

use proptest::prelude::*;

use crate::{Cell, ReadOptions, read, write_xlsx};

fn survives(name: &str, bytes: &[u8]) {
    // The answer does not matter here, only that there is one.
    let _ = read(name, bytes, &ReadOptions::default());
}

/// A small workbook, so that many damaged copies can be read in little time.
fn small_workbook() -> Vec<u8> {
    let headers: Vec<String> = ["名称", "数", "日期"].map(str::to_owned).to_vec();
    let row = || vec![Cell::Text("杭州".into()), Cell::Integer(5), Cell::Date("2026-02-01".into())];
    write_xlsx("系统", &headers, &mut (0..5).map(|_| row())).unwrap()
}

#[test]
fn a_workbook_with_any_byte_changed_gets_an_answer() {
    let workbook = small_workbook();
    for at in 0..workbook.len() {
        let mut damaged = workbook.clone();
        damaged[at] ^= 0xA5;
        survives("small.xlsx", &damaged);
    }
}

#[test]
fn a_workbook_cut_short_gets_an_answer() {
    let workbook = small_workbook();
    for length in (0..workbook.len()).step_by(7) {
        assert!(read("small.xlsx", &workbook[..length], &ReadOptions::default()).is_err());
    }
}

#[test]
fn a_large_published_workbook_damaged_in_many_places_gets_an_answer() {
    let workbook = include_bytes!("../../tests/data/rvtools-example.xlsx");
    for at in (0..workbook.len()).step_by(workbook.len() / 20) {
        let mut damaged = workbook.to_vec();
        damaged[at] = damaged[at].wrapping_add(1);
        survives("rvtools-example.xlsx", &damaged);
        survives("rvtools-example.xlsx", &workbook[..at]);
    }
}

/// The parts of a workbook rewritten, so that the damage gets past the checksums of the archive.
fn repacked(change: impl Fn(&str, &mut Vec<u8>)) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};
    let mut archive = zip::ZipArchive::new(Cursor::new(small_workbook())).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        change(&name, &mut content);
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_with_broken_xml_in_any_part_gets_an_answer() {
    for part in ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"]
    {
        for step in 0..120_usize {
            let bytes = repacked(|name, content| {
                if name == part && !content.is_empty() {
                    let at = step * content.len() / 120;
                    content[at] = b"<>\"/&9Z'"[step % 8];
                }
            });
            survives("small.xlsx", &bytes);
        }
    }
}

#[test]
fn a_cell_far_below_or_out_of_order_gets_an_answer() {
    for (from, to) in
        [("\"A3\"", "\"A1048576\""), ("\"A3\"", "\"XFD3\""), ("\"A3\"", "\"A99999999999\""), ("\"A6\"", "\"A2\"")]
    {
        let bytes = repacked(|name, content| {
            if name == "xl/worksheets/sheet1.xml" {
                *content = String::from_utf8(content.clone()).unwrap().replace(from, to).into_bytes();
            }
        });
        survives("small.xlsx", &bytes);
    }
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        survives("a.csv", &bytes);
    }

    #[test]
    fn any_bytes_that_begin_like_a_workbook_get_an_answer(
        zip in any::<bool>(), bytes in prop::collection::vec(any::<u8>(), 0..2000)
    ) {
        let mut file = if zip { b"PK\x03\x04".to_vec() } else { b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec() };
        file.extend(bytes);
        survives("a.xlsx", &file);
    }

    #[test]
    fn any_text_gets_an_answer(text in "[a-z杭,;\"\n\r\t |0-9']{0,200}") {
        survives("a.csv", text.as_bytes());
    }

    #[test]
    fn any_text_in_any_encoding_gets_an_answer(text in ".{0,60}", declared in "GBK|big5|utf-16|latin1|x|") {
        let options = ReadOptions { encoding: Some(declared), ..ReadOptions::default() };
        let _ = read("a.csv", text.as_bytes(), &options);
    }
}
