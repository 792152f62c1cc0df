//! Sample files: those of `tests/data`, and small ones made on the spot.

/// The bytes of a file of `tests/data`.
pub fn sample(name: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A CSV file (UTF-8) of a header row and rows; every cell is quoted.
pub fn csv(headers: &[&str], rows: &[&[&str]]) -> Vec<u8> {
    let line = |cells: &[&str]| {
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        quoted.join(",") + "\r\n"
    };
    let body: String = rows.iter().map(|row| line(row)).collect();
    (line(headers) + &body).into_bytes()
}

/// Text as UTF-16LE with byte order mark, as old spreadsheets save it.
pub fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
