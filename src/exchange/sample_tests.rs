//! The sample files of `tests/data`: published by others, or made up with the faults real files have.

use crate::{Format, ReadNote, ReadOptions, Table, read};

macro_rules! sample {
    ($name:literal) => {
        read($name, include_bytes!(concat!("../../tests/data/", $name)), &ReadOptions::default()).unwrap()
    };
}

fn column<'table>(table: &'table Table, header: &str) -> Vec<&'table str> {
    let index = table.headers.iter().position(|name| name == header).unwrap();
    table.rows.iter().map(|row| row.cells[index].as_str()).collect()
}

fn without_problems(table: &Table) -> bool {
    table.rows.iter().all(|row| row.problem.is_none() && row.cells.len() == table.headers.len())
}

#[test]
fn the_published_registers_are_read_whole() {
    let federal = sample!("us-dotgov-federal.csv");
    assert_eq!((federal.rows.len(), federal.headers.len()), (1321, 6));
    let first = sample!("us-dc-inventory-2018.csv");
    assert_eq!((first.rows.len(), first.headers.len()), (1640, 19));
    let second = sample!("us-dc-inventory-2019.csv");
    assert_eq!((second.rows.len(), second.headers.len()), (1779, 14));
    for table in [&federal, &first, &second] {
        assert!(without_problems(table));
        assert_eq!((table.reading.encoding.as_str(), table.reading.separator), ("UTF-8", Some(',')));
    }
    assert!(first.rows.iter().flat_map(|row| &row.cells).any(|cell| cell.contains('\n')));
}

#[test]
fn a_virtualization_export_that_claims_a_million_rows_gives_its_nine() {
    let table = sample!("rvtools-example.xlsx");
    assert_eq!((table.rows.len(), table.headers.len()), (9, 79));
    assert_eq!((table.reading.format, table.reading.sheet.as_deref()), (Format::Xlsx, Some("vInfo")));
    assert_eq!(table.reading.sheets.first().map(String::as_str), Some("vInfo"));
    assert_eq!(table.rows[0].number, 2);
    assert!(without_problems(&table));
    assert!(column(&table, "VM").iter().all(|name| !name.is_empty()));
    for sheet in table.reading.sheets {
        let options = ReadOptions { sheet: Some(sheet.clone()), ..ReadOptions::default() };
        let bytes = include_bytes!("../../tests/data/rvtools-example.xlsx");
        let table = read("rvtools-example.xlsx", bytes, &options).unwrap();
        assert!(!table.rows.is_empty() && table.rows.len() < 100, "{sheet}");
    }
}

#[test]
fn the_files_somebody_else_got_wrong_are_read_as_far_as_they_go() {
    let names = column(&sample!("konveyor-app_name_with_spaces_21.csv"), "Application Name").join("|");
    assert_eq!(names, "spaces| spaces");
    assert_eq!(sample!("konveyor-invalid_column_schema.csv").headers, ["Application Name", "Description", "Comments"]);
    assert_eq!(sample!("konveyor-desc_comments_char_limit_rows.csv").rows.len(), 2);
    assert_eq!(sample!("konveyor-invalid_record_type_21.csv").rows.len(), 2);
    assert_eq!(sample!("konveyor-invalid_schema_21.csv").headers.len(), 54);
    assert_eq!(column(&sample!("konveyor-missing_application_name.csv"), "Application Name"), [""]);
    assert_eq!(sample!("konveyor-missing_business_21.csv").rows.len(), 1);
    assert_eq!(sample!("konveyor-non_existing_tags_business_service_rows.csv").rows.len(), 2);
    assert_eq!(sample!("konveyor-valid_application_rows.csv").rows.len(), 2);
    let blank = sample!("konveyor-mandatory_and_empty_row_21.csv");
    assert_eq!(blank.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(blank.reading.notes, [ReadNote::BlankRowsSkipped { count: 1 }]);
}

#[test]
fn a_space_before_a_quote_does_not_shift_the_row() {
    let table = sample!("konveyor-template_application_import.csv");
    assert_eq!(column(&table, "Tag Category 1"), ["Operating System"; 3]);
    let contributors = column(&table, "Contributors");
    assert_eq!(contributors[0], "Sam Taylor <sam.taylor@example.com>, Jamie Lee <jamie.lee@example.com>");
    assert_eq!(table.reading.notes, [ReadNote::SpacesBeforeQuotes { count: 3, first_row: 2 }]);
}

#[test]
fn the_census_in_gb18030_is_read_right_rare_characters_and_all() {
    let departments = sample!("census-departments.gb18030.csv");
    assert_eq!((departments.rows.len(), departments.headers.len()), (12, 8));
    assert!(column(&departments, "单位名称").contains(&"䶮溪县大数据发展中心"));
    assert!(column(&departments, "联络员").contains(&"胡㐂"));
    assert!(column(&departments, "联系电话").contains(&"+86 571 8000 0001"));
    let rooms = sample!("census-rooms.gb18030.csv");
    assert_eq!((rooms.rows.len(), rooms.headers.len()), (6, 13));
    let servers = sample!("census-servers.gb18030.csv");
    assert_eq!((servers.rows.len(), servers.headers.len()), (30, 11));
    let systems = sample!("census-systems.gb18030.csv");
    assert_eq!((systems.rows.len(), systems.headers.len()), (25, 12));
    let notes = column(&systems, "备注");
    assert!(notes.contains(&"与省平台对接\r\n接口清单另附") && notes.contains(&"联系人张𠮷"));
    assert!(column(&systems, "建设金额(万元)").contains(&"2,150.00"));
    for table in [departments, rooms, servers, systems] {
        assert!(without_problems(&table));
        assert_eq!(table.reading.encoding, "GB18030");
        assert_eq!(table.reading.notes, [ReadNote::EncodingGuessed { encoding: "GB18030".into() }]);
    }
}

#[test]
fn the_same_census_in_utf_16_gives_the_same_rows() {
    let utf_16 = sample!("census-systems.utf16.csv");
    let gb18030 = sample!("census-systems.gb18030.csv");
    assert_eq!((utf_16.headers, utf_16.rows), (gb18030.headers, gb18030.rows));
    assert_eq!((utf_16.reading.encoding.as_str(), utf_16.reading.byte_order_mark), ("UTF-16LE", true));
}
