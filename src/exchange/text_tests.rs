//! What a person may expect of text files.

use crate::{Limits, ReadError, ReadNote, ReadOptions, RowProblem, Table, read};

fn table(text: &str) -> Table {
    read("file.csv", text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn error(bytes: &[u8]) -> ReadError {
    read("file.csv", bytes, &ReadOptions::default()).unwrap_err()
}

fn cells(table: &Table) -> Vec<(u32, Vec<&str>)> {
    table.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect()
}

#[test]
fn rows_are_numbered_as_a_person_counts_them() {
    let table = table("名称,备注\r\n甲,\"一\r\n二\"\r\n\r\n乙,三\r\n");
    assert_eq!(table.headers, ["名称", "备注"]);
    assert_eq!(cells(&table), [(2, vec!["甲", "一\r\n二"]), (4, vec!["乙", "三"])]);
    assert_eq!(table.reading.notes, [ReadNote::BlankRowsSkipped { count: 1 }]);
    assert_eq!((table.reading.header_row, table.reading.separator), (1, Some(',')));
}

#[test]
fn semicolons_tabs_and_bars_separate_as_well_as_commas() {
    for separator in [';', '\t', '|'] {
        let text = "a,b,c\n1,2,3\n".replace(',', &separator.to_string());
        let table = table(&text);
        assert_eq!(table.reading.separator, Some(separator));
        assert_eq!(cells(&table), [(2, vec!["1", "2", "3"])]);
    }
}

#[test]
fn a_declared_separator_is_used_and_a_senseless_one_refused() {
    let declared = |separator| ReadOptions { separator: Some(separator), ..ReadOptions::default() };
    let table = read("f.csv", b"a:b,c\n1:2,3\n", &declared(':')).unwrap();
    assert_eq!(cells(&table), [(2, vec!["1", "2,3"])]);
    for separator in ['"', '\n', '，'] {
        let error = read("f.csv", b"a,b\n", &declared(separator)).unwrap_err();
        assert_eq!(error, ReadError::BadSeparator { separator });
    }
}

#[test]
fn a_nul_character_is_refused_with_its_row_and_column() {
    assert_eq!(error(b"a,b\n1,2\n3,x\0y\n"), ReadError::NulCharacter { row: 3, column: 2 });
}

#[test]
fn an_unclosed_quote_names_the_row_where_it_opened() {
    assert_eq!(error(b"a,b\n1,\"2\n3,4\n"), ReadError::UnclosedQuote { row: 2, column: 2 });
}

#[test]
fn duplicate_headers_are_kept_apart() {
    let table = table("a,a,a (2),a\n1,2,3,4\n");
    assert_eq!(table.headers, ["a", "a (3)", "a (2)", "a (4)"]);
    let duplicate =
        |column, renamed: &str| ReadNote::DuplicateHeader { column, name: "a".into(), renamed: renamed.into() };
    assert_eq!(table.reading.notes, [duplicate(2, "a (3)"), duplicate(4, "a (4)")]);
}

#[test]
fn a_column_without_header_gets_a_name_and_an_empty_one_at_the_end_is_left_out() {
    let table = table("a,,c,,\n1,2,3,4,\n");
    assert_eq!(table.headers, ["a", "column 2", "c", "column 4"]);
    assert_eq!(cells(&table), [(2, vec!["1", "2", "3", "4"])]);
    let empty = |column: u32| ReadNote::EmptyHeader { column, renamed: format!("column {column}") };
    assert_eq!(table.reading.notes, [ReadNote::EmptyColumnsDropped { count: 1 }, empty(2), empty(4)]);
}

#[test]
fn a_title_above_the_header_is_skipped_and_said_so() {
    let title = "2026 年政务系统普查表,,,,\n\n填报单位：财政局,,填报日期：2026-02-01,,\n";
    let table = table(&format!("{title}编码,名称,单位,金额,备注\n1,甲,乙,3,\n"));
    assert_eq!(table.headers, ["编码", "名称", "单位", "金额", "备注"]);
    assert_eq!((table.reading.header_row, table.rows.len()), (4, 1));
    assert!(table.reading.notes.contains(&ReadNote::TitleRowsSkipped { count: 2 }));
}

#[test]
fn a_declared_header_row_is_believed() {
    let options = ReadOptions { header_row: Some(2), ..ReadOptions::default() };
    let table = read("f.csv", b"a,b\n1,2\n3,4\n", &options).unwrap();
    assert_eq!((table.headers.join("|"), cells(&table)), ("1|2".into(), vec![(3, vec!["3", "4"])]));
    let error = read("f.csv", b"a,b\n\n3,4\n", &options).unwrap_err();
    assert_eq!(error, ReadError::HeaderRowMissing { asked: 2, last: 2 });
    let error = read("f.csv", b"a,b\n", &options).unwrap_err();
    assert_eq!(error, ReadError::HeaderRowMissing { asked: 2, last: 1 });
}

#[test]
fn a_file_of_one_column_is_a_table() {
    let table = table("单位名称\n财政局\n教育局\n");
    assert_eq!(table.headers, ["单位名称"]);
    assert_eq!(cells(&table), [(2, vec!["财政局"]), (3, vec!["教育局"])]);
}

#[test]
fn a_file_with_a_header_only_has_no_rows() {
    let table = table("a,b");
    assert_eq!((table.headers.len(), table.rows.len()), (2, 0));
}

#[test]
fn a_row_with_too_many_cells_does_not_block_the_others() {
    let table = table("a,b\n1,2,3,4\n5,6,,\n7,8\n");
    assert_eq!(cells(&table), [(2, vec!["1", "2"]), (3, vec!["5", "6"]), (4, vec!["7", "8"])]);
    let problems: Vec<_> = table.rows.iter().map(|row| row.problem).collect();
    assert_eq!(problems, [Some(RowProblem::TooManyCells { extra: 2 }), None, None]);
}

#[test]
fn a_short_row_is_padded_and_a_long_cell_is_a_problem_of_its_row() {
    let text = format!("a,b,c\n1\n2,{},3\n", "长".repeat(32_768));
    let table = table(&text);
    assert_eq!(table.rows[0].cells, ["1", "", ""]);
    assert_eq!(table.rows[1].problem, Some(RowProblem::CellTooLong { column: 2, chars: 32_768 }));
    assert_eq!(table.reading.notes, [ReadNote::ShortRowsPadded { count: 1, first_row: 2 }]);
}

#[test]
fn formulas_stay_as_they_are_for_the_importer_to_unguard() {
    let table = table("a,b\n'=1,'-x\n");
    assert_eq!(cells(&table), [(2, vec!["'=1", "'-x"])]);
}

#[test]
fn a_file_that_is_no_table_is_named_for_what_it_is() {
    let what = |bytes: &[u8]| match error(bytes) {
        ReadError::NotATable { what } => what,
        other => panic!("{other:?}"),
    };
    assert_eq!(what(b"%PDF-1.7 ..."), "a PDF document");
    assert_eq!(what(b"\x89PNG\r\n\x1a\n...."), "an image (PNG)");
    assert_eq!(what(b"\xff\xd8\xff\xe0"), "an image (JPEG)");
    assert_eq!(what(b"\n<!DOCTYPE html><html>"), "a web page (HTML), even if its name says otherwise");
    assert_eq!(what(b"<table><tr>"), "a web page (HTML), even if its name says otherwise");
    assert_eq!(what(b"[{\"a\":1}]"), "a JSON document");
    assert_eq!(what(b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), "a zip archive");
}

#[test]
fn empty_and_blank_files_are_refused() {
    assert_eq!(error(b""), ReadError::Empty);
    assert_eq!(error(b"\xef\xbb\xbf"), ReadError::NoHeader);
    assert_eq!(error(b" ,\n,,\n"), ReadError::NoHeader);
}

#[test]
fn limits_are_kept() {
    let limited = |limits: Limits, text: &str| {
        let options = ReadOptions { limits, ..ReadOptions::default() };
        read("f.csv", text.as_bytes(), &options).map(|table| table.rows.len()).map_err(|error| error.code())
    };
    assert_eq!(limited(Limits { bytes: 3, ..Limits::default() }, "a,b\n"), Err("file-too-large"));
    assert_eq!(limited(Limits { rows: 1, ..Limits::default() }, "a,b\n1,2\n\n"), Ok(1));
    assert_eq!(limited(Limits { rows: 1, ..Limits::default() }, "a,b\n1,2\n3,4\n"), Err("too-many-rows"));
    assert_eq!(limited(Limits { columns: 2, ..Limits::default() }, "a,b,c\n"), Err("too-many-columns"));
    assert_eq!(limited(Limits { cells: 5, ..Limits::default() }, "a,b,c\n1\n2\n"), Err("too-many-cells"));
}

#[test]
fn a_wide_header_over_many_tiny_rows_cannot_take_all_memory() {
    let mut text = vec!["h"; 500].join(",");
    text.push_str(&"\n1".repeat(100_000));
    assert_eq!(error(text.as_bytes()).code(), "too-many-cells");
}

#[test]
fn a_text_file_called_xlsx_is_read_and_said_so() {
    let table = read("export.xlsx", b"a,b\n1,2\n", &ReadOptions::default()).unwrap();
    assert_eq!(table.reading.notes, [ReadNote::FormatDiffersFromName { format: crate::Format::Csv }]);
}
