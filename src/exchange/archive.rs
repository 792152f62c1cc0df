//! The guard before a workbook is unpacked: what its zip directory says, and whether that is true.
//!
//! A workbook of a few kilobytes can claim, or really unpack to, more than the machine has. The directory is read
//! first and refused by what it says; then every part is unpacked once into nothing, to see that it is as large as
//! it said and undamaged. That costs a fraction of the parsing that follows.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::ReadError;
use crate::options::Limits;
use crate::table::Format;

/// How many parts a workbook may have.
const PARTS: u64 = 10_000;
/// Below this many unpacked bytes the ratio is not asked: small files compress well, and do no harm.
const HARMLESS: u64 = 10 * 1024 * 1024;
/// The attribute of the shared strings from which the reader reserves memory before it has seen one string.
const COUNT_ATTRIBUTE: &[u8] = b"uniqueCount";
/// How many tags the lists of formats, sheets and relations may have. A spreadsheet allows some ten thousand formats.
const LIST_TAGS: u64 = 500_000;

/// Refuses an archive that is not a workbook, is encrypted, is damaged, or unpacks to too much.
pub(crate) fn check(bytes: &[u8], limits: &Limits) -> Result<(), ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged("its zip directory cannot be read"))?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let parts = u64::try_from(archive.len()).unwrap_or(u64::MAX);
    if parts > PARTS {
        return Err(ReadError::TooManyParts { found: parts, limit: PARTS });
    }

    let mut expanded = 0_u64;
    let mut compressed = 0_u64;
    let mut kind = Kind::default();
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(|error| unreadable(&error))?;
        if part.encrypted() {
            return Err(ReadError::Encrypted);
        }
        expanded = expanded.saturating_add(part.size());
        compressed = compressed.saturating_add(part.compressed_size());
        if let Ok(name) = part.name() {
            kind.see(&name);
        }
    }
    // Parts may overlap, so what they add up to can be more than there is.
    let compressed = compressed.min(size).max(1);
    if let Some(what) = kind.not_a_workbook() {
        return Err(ReadError::NotATable { what });
    }
    let too_dense = expanded > HARMLESS && expanded > limits.expansion_ratio.saturating_mul(compressed);
    if expanded > limits.expanded_bytes || too_dense {
        return Err(ReadError::ExpandsTooMuch { compressed, expanded });
    }
    for index in 0..archive.len() {
        check_part(&mut archive, index, size, limits)?;
    }
    Ok(())
}

/// What the names of the parts say the archive is.
#[derive(Default)]
struct Kind {
    workbook: bool,
    binary_workbook: bool,
    document: bool,
    slides: bool,
    open_document: bool,
}

impl Kind {
    fn see(&mut self, name: &str) {
        let name = name.to_ascii_lowercase().replace('\\', "/");
        self.binary_workbook |= name == "xl/workbook.bin";
        self.workbook |= name == "[content_types].xml";
        self.document |= name.starts_with("word/");
        self.slides |= name.starts_with("ppt/");
        self.open_document |= name == "content.xml" || name == "meta-inf/manifest.xml";
    }

    fn not_a_workbook(&self) -> Option<&'static str> {
        if self.binary_workbook {
            Some("a binary workbook (XLSB)")
        } else if self.document {
            Some("a text document (Word)")
        } else if self.slides {
            Some("a slide show (PowerPoint)")
        } else if self.workbook {
            None
        } else if self.open_document {
            Some("an OpenDocument file")
        } else {
            Some("a zip archive")
        }
    }
}

/// Unpacks one part into nothing: it must be as large as the directory says, undamaged, and claim nothing absurd.
fn check_part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    size: u64,
    limits: &Limits,
) -> Result<(), ReadError> {
    let mut part = archive.by_index(index).map_err(|error| unreadable(&error))?;
    let name = part.name().map(|name| name.into_owned()).unwrap_or_default();
    let claimed = part.size();
    let lower = name.to_ascii_lowercase();
    let is_xml = lower.ends_with(".xml") || lower.ends_with(".rels");
    let most_tags = most_tags(&lower, limits);
    let mut tags = 0_u64;
    let mut watch = CountWatch::default();
    let mut buffer = vec![0_u8; 64 * 1024];
    let mut unpacked = 0_u64;
    loop {
        let read = part.read(&mut buffer).map_err(|_| damaged(&format!("its part {name} cannot be unpacked")))?;
        if read == 0 {
            break;
        }
        unpacked = unpacked.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if unpacked > claimed {
            return Err(ReadError::ExpandsTooMuch { compressed: size, expanded: unpacked });
        }
        if is_xml {
            let chunk = buffer.get(..read).unwrap_or_default();
            tags += chunk.iter().map(|byte| u64::from(*byte == b'<')).sum::<u64>();
            if tags > most_tags {
                return Err(ReadError::ExpandsTooMuch { compressed: size, expanded: unpacked });
            }
            if !watch.is_plausible(chunk, claimed) {
                return Err(damaged(&format!("its part {name} is not the XML it should be")));
            }
        }
    }
    Ok(())
}

/// How many tags a part may have. The reader keeps the strings, formats, sheets and relations in memory, where an
/// empty tag of five bytes becomes a record of a hundred; cells it gives one by one, so those are not counted here.
fn most_tags(lower_name: &str, limits: &Limits) -> u64 {
    if lower_name.ends_with("sharedstrings.xml") {
        limits.cells.saturating_mul(2)
    } else if ["styles.xml", "workbook.xml", ".rels"].iter().any(|list| lower_name.ends_with(list)) {
        LIST_TAGS
    } else {
        u64::MAX
    }
}

/// Watches XML go by for a count of strings that the part is too small to hold. The reader reserves memory for as
/// many strings as that attribute says; a made-up number there would end the process, not just the reading.
#[derive(Default)]
struct CountWatch {
    /// The end of what went by before, in case the attribute is cut in two.
    tail: Vec<u8>,
}

impl CountWatch {
    /// How much of the end is kept: longer than the attribute and any number with a meaning.
    const KEPT: usize = 64;

    fn is_plausible(&mut self, chunk: &[u8], part_size: u64) -> bool {
        // NUL bytes mean UTF-16, escape bytes mean ISO-2022: neither is used for workbooks, and the attribute would
        // pass unseen in them.
        if chunk.iter().any(|byte| matches!(byte, 0 | 0x1b)) {
            return false;
        }
        self.tail.extend_from_slice(chunk);
        let seen = std::mem::take(&mut self.tail);
        let plausible = seen
            .windows(COUNT_ATTRIBUTE.len())
            .enumerate()
            .filter(|(_, window)| *window == COUNT_ATTRIBUTE)
            .filter_map(|(at, window)| seen.get(at + window.len()..))
            .all(|rest| number_in(rest) <= part_size);
        let keep = seen.len().saturating_sub(Self::KEPT);
        self.tail = seen.get(keep..).unwrap_or_default().to_vec();
        plausible
    }
}

/// The number an attribute's value begins with.
fn number_in(rest: &[u8]) -> u64 {
    let value =
        rest.iter().skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'+'));
    value
        .take_while(|byte| byte.is_ascii_digit())
        .fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')))
}

fn unreadable(error: &ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(message) if *message == ZipError::PASSWORD_REQUIRED => ReadError::Encrypted,
        _ => damaged("one of its parts cannot be unpacked"),
    }
}

fn damaged(part: &str) -> ReadError {
    ReadError::Damaged { format: Format::Xlsx, part: part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() {
        let zeros = vec![b' '; 11 * 1024 * 1024];
        let bytes = archive(&[("[Content_Types].xml", b""), ("xl/worksheets/sheet1.xml", &zeros)]);
        let error = check(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(error.code(), "expands-too-much");
        let small = Limits { expanded_bytes: 1000, ..Limits::default() };
        let bytes = archive(&[("[Content_Types].xml", b""), ("x.xml", &[b' '; 2000])]);
        assert_eq!(check(&bytes, &small).unwrap_err().code(), "expands-too-much");
    }

    #[test]
    fn a_small_workbook_may_compress_as_well_as_it_likes() {
        let zeros = vec![b' '; 1024 * 1024];
        let bytes = archive(&[("[Content_Types].xml", b""), ("xl/worksheets/sheet1.xml", &zeros)]);
        assert_eq!(check(&bytes, &Limits::default()), Ok(()));
    }

    #[test]
    fn a_part_larger_than_it_says_is_refused() {
        let mut bytes = archive(&[("[Content_Types].xml", b""), ("a.xml", &[b' '; 5000])]);
        // The size unpacked, 5000, stands in the part's own header and in the directory; make both say 88.
        let wanted = 5000_u32.to_le_bytes();
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == wanted {
                bytes[at..at + 4].copy_from_slice(&88_u32.to_le_bytes());
            }
        }
        assert!(check(&bytes, &Limits::default()).is_err());
    }

    #[test]
    fn a_made_up_number_of_strings_is_refused() {
        let xml = b"<sst xmlns=\"x\" uniqueCount=\"99999999999\"><si><t>a</t></si></sst>";
        let bytes = archive(&[("[Content_Types].xml", b""), ("xl/sharedStrings.xml", xml)]);
        assert_eq!(check(&bytes, &Limits::default()).unwrap_err().code(), "damaged-workbook");
        let mut cut = CountWatch::default();
        assert!(cut.is_plausible(b"<sst uniqueCo", 100));
        assert!(!cut.is_plausible(b"unt = '99999'>", 100));
    }

    #[test]
    fn lists_that_would_fill_the_memory_are_refused() {
        let formats = "<xf/>".repeat(500_001);
        let bytes = archive(&[("[Content_Types].xml", b""), ("xl/styles.xml", formats.as_bytes())]);
        assert_eq!(check(&bytes, &Limits::default()).unwrap_err().code(), "expands-too-much");
    }

    #[test]
    fn other_archives_are_named() {
        let what = |name: &str| match check(&archive(&[(name, b"x")]), &Limits::default()) {
            Err(ReadError::NotATable { what }) => what,
            other => panic!("{other:?}"),
        };
        assert_eq!(what("word/document.xml"), "a text document (Word)");
        assert_eq!(what("content.xml"), "an OpenDocument file");
        assert_eq!(what("xl/workbook.bin"), "a binary workbook (XLSB)");
        assert_eq!(what("photo.jpg"), "a zip archive");
    }

    #[test]
    fn an_archive_of_too_many_parts_is_refused() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for number in 0..=PARTS {
            writer.start_file(format!("{number}"), SimpleFileOptions::default()).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert_eq!(check(&bytes, &Limits::default()).unwrap_err().code(), "too-many-parts");
    }
}
