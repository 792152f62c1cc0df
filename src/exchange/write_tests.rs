//! What a person may expect of exports, and that import takes them back.

use proptest::prelude::*;

use crate::{Cell, ReadOptions, WriteError, read, unguard_formula, write_csv, write_xlsx};

fn headers(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn sample() -> Vec<Vec<Cell>> {
    vec![
        vec![text("杭州 \"䶮\""), Cell::Integer(-12), Cell::Decimal { scaled: -5, scale: 2 }, Cell::Empty],
        vec![
            text("=cmd|' /C calc'!A0"),
            Cell::Integer(9_007_199_254_740_993),
            Cell::Decimal { scaled: 1250, scale: 2 },
            Cell::Date("2026-02-01".into()),
        ],
        vec![
            text("一\r\n二"),
            Cell::Empty,
            Cell::Decimal { scaled: 7, scale: 0 },
            Cell::Date("2026-02-01T10:30:00".into()),
        ],
        vec![text("'-x"), Cell::Integer(0), Cell::Empty, Cell::Date("1898-07-03".into())],
        vec![text("001"), Cell::Empty, Cell::Empty, Cell::Date("-后天".into())],
    ]
}

#[test]
fn a_csv_export_opens_in_a_spreadsheet() {
    let bytes = write_csv(&headers(&["名称", "数", "金额", "日期"]), &mut sample().into_iter()).unwrap();
    let expected = "\u{feff}名称,数,金额,日期\r\n\"杭州 \"\"䶮\"\"\",-12,-0.05,\r\n'=cmd|' /C calc'!A0,9007199254740993,12.50,\
                    2026-02-01\r\n\"一\r\n二\",,7,2026-02-01T10:30:00\r\n''-x,0,,1898-07-03\r\n001,,,'-后天\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn a_workbook_export_is_typed_and_reads_back() {
    let names = headers(&["名称", "数", "金额", "日期"]);
    let bytes = write_xlsx("系统", &names, &mut sample().into_iter()).unwrap();
    let table = read("export.xlsx", &bytes, &ReadOptions::default()).unwrap();
    assert_eq!(table.headers, names);
    assert_eq!(table.reading.sheet.as_deref(), Some("系统"));
    let rows: Vec<String> = table.rows.iter().map(|row| row.cells.join("|")).collect();
    assert_eq!(
        rows,
        [
            "杭州 \"䶮\"|-12|-0.05|",
            "'=cmd|' /C calc'!A0|9007199254740993|12.5|2026-02-01",
            "一\r\n二||7|2026-02-01T10:30:00",
            "''-x|0||1898-07-03",
            "001|||'-后天",
        ]
    );
}

#[test]
fn what_a_sheet_cannot_hold_is_refused_with_its_place() {
    let long = vec![vec![Cell::Empty, text(&"x".repeat(32_768))]];
    let error = write_xlsx("a", &headers(&["a", "b"]), &mut long.into_iter()).unwrap_err();
    assert_eq!(error, WriteError::CellTooLong { row: 2, column: 2, limit: 32_767 });
    let error = write_xlsx("a/b", &headers(&["a"]), &mut std::iter::empty()).unwrap_err();
    assert_eq!(error, WriteError::SheetName { name: "a/b".into() });
    let wide = vec![vec![Cell::Empty; 16_385]];
    let error = write_xlsx("a", &headers(&["a"]), &mut wide.into_iter()).unwrap_err();
    assert_eq!(error.code(), "too-many-columns");
}

/// Texts a register holds, and those a spreadsheet would run.
fn texts() -> impl Strategy<Value = String> {
    "['=+\\-@\t]{0,3}[a杭䶮 ,;|\"\n]{0,6}|[ -~一-龥]{0,12}"
}

proptest! {
    #[test]
    fn export_and_import_are_inverse(
        rows in prop::collection::vec((texts(), texts(), any::<i64>()), 0..12)
    ) {
        let names = headers(&["名称", "备注", "数"]);
        let cells: Vec<Vec<Cell>> = rows
            .iter()
            .map(|(name, note, number)| vec![text(name), text(note), Cell::Integer(*number)])
            .collect();
        let csv = write_csv(&names, &mut cells.clone().into_iter()).unwrap();
        let table = read("export.csv", &csv, &ReadOptions::default()).unwrap();
        prop_assert_eq!(&table.headers, &names);
        prop_assert_eq!(table.rows.len(), rows.len());
        for (row, (name, note, number)) in table.rows.iter().zip(&rows) {
            prop_assert_eq!(unguard_formula(&row.cells[0]), name.as_str());
            prop_assert_eq!(unguard_formula(&row.cells[1]), note.as_str());
            prop_assert_eq!(&row.cells[2], &number.to_string());
        }
    }
}
