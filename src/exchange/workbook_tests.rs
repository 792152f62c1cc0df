//! What a person may expect of workbooks.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use crate::{ReadError, ReadNote, ReadOptions, RowProblem, Table, read};

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    workbook.save_to_buffer().unwrap()
}

fn sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    workbook(|workbook| fill(workbook.add_worksheet()))
}

fn table(bytes: &[u8]) -> Table {
    read("file.xlsx", bytes, &ReadOptions::default()).unwrap()
}

#[test]
fn values_become_the_text_a_person_would_type() {
    let bytes = sheet(|sheet| {
        for (column, header) in (0..).zip(["整数", "小数", "日期", "时刻", "真假", "公式", "文字"]) {
            sheet.write_string(0, column, header).unwrap();
        }
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let moment = Format::new().set_num_format("yyyy/m/d hh:mm");
        sheet.write_number(1, 0, 12).unwrap();
        sheet.write_number(1, 1, 0.1).unwrap();
        let day = ExcelDateTime::parse_from_str("2026-02-01").unwrap();
        sheet.write_datetime_with_format(1, 2, &day, &date).unwrap();
        let ten = ExcelDateTime::parse_from_str("2026-02-01T10:00:00").unwrap();
        sheet.write_datetime_with_format(1, 3, &ten, &moment).unwrap();
        sheet.write_boolean(1, 4, true).unwrap();
        sheet.write_formula(1, 5, Formula::new("=1+2").set_result("3")).unwrap();
        sheet.write_string(1, 6, "䶮\n㐂").unwrap();
    });
    let expected = ["12", "0.1", "2026-02-01", "2026-02-01T10:00:00", "true", "3", "䶮\n㐂"];
    assert_eq!(table(&bytes).rows[0].cells, expected);
}

#[test]
fn a_merged_title_and_blank_rows_do_not_hide_the_header() {
    let bytes = sheet(|sheet| {
        sheet.merge_range(0, 0, 0, 3, "2026 年普查", &Format::new()).unwrap();
        for (column, header) in (0..).zip(["编码", "名称", "单位", ""]) {
            sheet.write_string(3, column, header).unwrap();
        }
        sheet.write_string(5, 0, "XT-1").unwrap();
        sheet.write_string(5, 3, "没有标题").unwrap();
    });
    let table = table(&bytes);
    assert_eq!(table.headers, ["编码", "名称", "单位", "column 4"]);
    assert_eq!((table.reading.header_row, table.rows[0].number), (4, 6));
    assert_eq!(table.rows[0].cells, ["XT-1", "", "", "没有标题"]);
    assert!(table.reading.notes.contains(&ReadNote::TitleRowsSkipped { count: 1 }));
}

#[test]
fn the_first_filled_sheet_is_read_unless_another_is_asked_for() {
    let bytes = workbook(|workbook| {
        workbook.add_worksheet().set_name("空").unwrap();
        let hidden = workbook.add_worksheet().set_name("字典").unwrap();
        hidden.set_hidden(true).write_row(0, 0, ["x", "y"]).unwrap();
        let filled = workbook.add_worksheet().set_name("系统").unwrap();
        filled.write_row(0, 0, ["a", "b"]).unwrap();
    });
    let found = table(&bytes);
    assert_eq!(found.reading.sheet.as_deref(), Some("系统"));
    assert_eq!(found.reading.sheets, ["空", "字典", "系统"]);
    let asked = |name: &str| {
        let options = ReadOptions { sheet: Some(name.into()), ..ReadOptions::default() };
        read("file.xlsx", &bytes, &options)
    };
    assert_eq!(asked("字典").unwrap().headers, ["x", "y"]);
    assert_eq!(asked("空").unwrap_err(), ReadError::NoHeader);
    assert_eq!(asked("没有").unwrap_err().code(), "sheet-missing");
}

#[test]
fn error_cells_are_empty_and_said_so() {
    let bytes = sheet(|sheet| {
        sheet.write_row(0, 0, ["a", "b"]).unwrap();
        sheet.write_string(1, 0, "1").unwrap();
        sheet.write_formula(1, 1, Formula::new("=NA()").set_result("#N/A")).unwrap();
    });
    let table = table(&bytes);
    assert_eq!(table.rows[0].cells, ["1", ""]);
    let note = ReadNote::ErrorCells { count: 1, first_row: 2, first_column: 2, value: "#N/A".into() };
    assert_eq!(table.reading.notes, [note]);
}

#[test]
fn a_remark_far_to_the_right_is_a_problem_of_its_row_alone() {
    let bytes = sheet(|sheet| {
        sheet.write_row(0, 0, ["a", "b"]).unwrap();
        sheet.write_row(1, 0, ["1", "2"]).unwrap();
        sheet.write_string(2, 0, "3").unwrap();
        sheet.write_string(2, 16_000, "备注").unwrap();
    });
    let table = table(&bytes);
    assert_eq!(table.headers, ["a", "b"]);
    assert_eq!(table.rows[0].problem, None);
    assert_eq!(table.rows[1].problem, Some(RowProblem::TooManyCells { extra: 1 }));
}

#[test]
fn an_empty_workbook_says_so() {
    assert_eq!(read("f.xlsx", &sheet(|_| ()), &ReadOptions::default()), Err(ReadError::NoHeader));
    let bytes = workbook(|workbook| {
        workbook.add_worksheet();
        workbook.add_worksheet();
    });
    assert_eq!(read("f.xlsx", &bytes, &ReadOptions::default()), Err(ReadError::NoFilledSheet));
}
