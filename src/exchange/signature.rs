//! What kind of file the bytes are, by how they begin; never by the name alone.

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signature {
    /// A zip archive: a workbook if it holds one.
    Zip,
    /// An OLE compound file: an old workbook if it holds one.
    Compound,
    /// Something that is no table; the words say what.
    Other(&'static str),
    /// None of these: text, hopefully.
    Text,
}

/// Beginnings that settle it.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF87a", "an image (GIF)"),
    (b"GIF89a", "an image (GIF)"),
    (b"II*\0", "an image (TIFF)"),
    (b"MM\0*", "an image (TIFF)"),
    (b"RIFF", "an image, sound or film (RIFF)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3\0", "a database (SQLite)"),
    (b"\x7fELF", "a program"),
];

/// What the first bytes say the file is.
pub(crate) fn signature(bytes: &[u8]) -> Signature {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Signature::Zip;
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Signature::Compound;
    }
    // These two begin with letters a header may begin with as well, so NUL characters must follow.
    let binary = bytes.get(..64).unwrap_or(bytes).contains(&0);
    if bytes.starts_with(b"BM") && binary && bytes.get(6..10) == Some(&[0, 0, 0, 0]) {
        return Signature::Other("an image (BMP)");
    }
    if bytes.starts_with(b"MZ") && binary {
        return Signature::Other("a program");
    }
    BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning))
        .map_or(Signature::Text, |(_, what)| Signature::Other(what))
}

/// What a text is if it is no table.
pub(crate) fn markup(text: &str) -> Option<&'static str> {
    let text = text.trim_start();
    let beginning: String = text.chars().take(512).flat_map(char::to_lowercase).collect();
    if beginning.starts_with("<?xml") && beginning.contains("<workbook") {
        return Some("a workbook in the XML format of 2003");
    }
    let page = ["<!doctype", "<html", "<head", "<body", "<table", "<meta", "<div", "<script"];
    if page.iter().any(|tag| beginning.starts_with(tag)) || beginning.contains("<html") && beginning.starts_with('<') {
        return Some("a web page (HTML), even if its name says otherwise");
    }
    if beginning.starts_with("<?xml") {
        return Some("an XML document");
    }
    if beginning.starts_with("{\"") || beginning.starts_with("[{") {
        return Some("a JSON document");
    }
    None
}
