//! Which encoding a text file is in, and its text.
//!
//! In this order: what the person declared; the byte order mark; strict UTF-8; UTF-16 by where its NUL bytes stand;
//! GB18030 against Big5 by the characters they give; windows-1252. Text that does not decode is an error with a
//! place, never a replacement character.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::error::ReadError;
use crate::frequency::{Script, score};
use crate::note::ReadNote;
use crate::separator;
use crate::splitter::place_after;

/// How many bytes are looked at for the characters they give. More would not change the answer.
const SAMPLE: usize = 256 * 1024;
/// From this score on, bytes are taken for Chinese whatever the detector says.
const CHINESE: f64 = 1.2;

/// A decoded file.
#[derive(Debug)]
pub(crate) struct Decoded<'bytes> {
    pub text: Cow<'bytes, str>,
    pub encoding: &'static str,
    pub byte_order_mark: bool,
    pub notes: Vec<ReadNote>,
}

/// What the bytes look like.
struct Detected {
    encoding: &'static Encoding,
    mark: usize,
    /// Whether nothing in the file says so and another encoding would decode as well.
    guessed: bool,
}

/// Decodes the bytes of a text file.
pub(crate) fn decode<'bytes>(bytes: &'bytes [u8], declared: Option<&str>) -> Result<Decoded<'bytes>, ReadError> {
    match declared {
        Some(name) => decode_declared(bytes, name),
        None => {
            let detected = detect(bytes);
            let content = bytes.get(detected.mark..).unwrap_or_default();
            let encoding = detected.encoding.name();
            let text = strict(detected.encoding, content).ok_or_else(|| {
                let (offset, row, column) = first_bad(detected.encoding, content);
                let offset = offset.saturating_add(length(detected.mark));
                ReadError::BadBytes { encoding: shown(encoding).to_owned(), row, column, offset }
            })?;
            let mut notes = Vec::new();
            if detected.guessed {
                notes.push(ReadNote::EncodingGuessed { encoding: shown(encoding).to_owned() });
            }
            Ok(Decoded { text, encoding: shown(encoding), byte_order_mark: detected.mark > 0, notes })
        }
    }
}

/// Decodes in the encoding the person declared, or says which one would be right.
fn decode_declared<'bytes>(bytes: &'bytes [u8], name: &str) -> Result<Decoded<'bytes>, ReadError> {
    let label = name.trim();
    let found = Encoding::for_label(label.as_bytes())
        .filter(|encoding| *encoding != encoding_rs::REPLACEMENT)
        .ok_or_else(|| ReadError::UnknownEncoding { name: name.to_owned() })?;
    // GB18030 contains GBK and GB2312, and files called GBK contain its rare characters.
    let encoding = if found == GBK { GB18030 } else { found };
    let mut notes = Vec::new();
    if !label.eq_ignore_ascii_case(encoding.name()) && (found == GBK || found == WINDOWS_1252) {
        notes.push(ReadNote::EncodingReplaced { declared: label.to_owned(), used: shown(encoding.name()).to_owned() });
    }
    let mark = match Encoding::for_bom(bytes) {
        Some((marked, length)) if marked == encoding => length,
        _ => 0,
    };
    let content = bytes.get(mark..).unwrap_or_default();
    let detected = detect(bytes);
    let Some(text) = strict(encoding, content) else {
        let (offset, row, _) = first_bad(encoding, content);
        let fits = strict(detected.encoding, bytes.get(detected.mark..).unwrap_or_default())
            .map(|_| shown(detected.encoding.name()).to_owned());
        let offset = offset.saturating_add(length(mark));
        return Err(ReadError::WrongEncoding { declared: label.to_owned(), row, offset, fits });
    };
    if detected.encoding != encoding && !bytes.is_ascii() {
        notes.push(ReadNote::EncodingDoubtful {
            declared: label.to_owned(),
            likely: shown(detected.encoding.name()).to_owned(),
        });
    }
    Ok(Decoded { text, encoding: shown(encoding.name()), byte_order_mark: mark > 0, notes })
}

/// What the bytes look like.
fn detect(bytes: &[u8]) -> Detected {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Detected { encoding, mark, guessed: false };
    }
    // UTF-16 of plain ASCII text is valid UTF-8 full of NUL characters, so it has to be asked for first.
    if let Some(encoding) = utf_16_by_nul(bytes) {
        return Detected { encoding, mark: 0, guessed: true };
    }
    if std::str::from_utf8(bytes).is_ok() || is_damaged_utf_8(bytes) {
        return Detected { encoding: UTF_8, mark: 0, guessed: false };
    }
    Detected { encoding: chinese_or_western(bytes), mark: 0, guessed: true }
}

/// UTF-16 without a mark: separators, digits and line ends have a NUL byte, always on the same side.
fn utf_16_by_nul(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (mut first, mut second) = (0_usize, 0_usize);
    for (index, byte) in sample.iter().enumerate() {
        if *byte == 0 {
            if index.is_multiple_of(2) { first += 1 } else { second += 1 }
        }
    }
    let enough = (sample.len() / 2).div_ceil(50);
    let encoding = if second >= enough && first * 9 <= second {
        UTF_16LE
    } else if first >= enough && second * 9 <= first {
        UTF_16BE
    } else {
        return None;
    };
    // A table in UTF-16 has separators or line ends of its own; a text with a few stray NUL characters, read as
    // UTF-16, has not.
    let text = strict(encoding, bytes)?;
    let is_table = text.bytes().any(|byte| byte == b'\n' || byte == b'\r' || separator::CANDIDATES.contains(&byte));
    is_table.then_some(encoding)
}

/// UTF-8 with a few broken characters: no other encoding gives so many valid sequences of several bytes. Taking it
/// for a legacy encoding would turn the whole file into nonsense because of one damaged cell.
fn is_damaged_utf_8(bytes: &[u8]) -> bool {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad.saturating_mul(10)
}

/// The legacy encodings: Chinese by the characters, else western.
fn chinese_or_western(bytes: &[u8]) -> &'static Encoding {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let simplified = score(sample, Script::Simplified);
    let traditional = score(sample, Script::Traditional);
    let (best, chosen, other) =
        if traditional > simplified { (traditional, BIG5, GB18030) } else { (simplified, GB18030, BIG5) };
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    let east_asian = !guess.is_single_byte();
    if !east_asian && best < CHINESE {
        return WINDOWS_1252;
    }
    if strict(chosen, bytes).is_some() {
        return chosen;
    }
    // The frequent characters outweigh a damaged one, but not a file that only the other encoding can read.
    if best < CHINESE && strict(other, bytes).is_some() { other } else { chosen }
}

/// The text, if every byte is valid.
fn strict<'bytes>(encoding: &'static Encoding, bytes: &'bytes [u8]) -> Option<Cow<'bytes, str>> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The first byte that is not valid, and the row and column it stands in.
fn first_bad(encoding: &'static Encoding, bytes: &[u8]) -> (u64, u32, u32) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut before = String::new();
    if let Some(needed) = decoder.max_utf8_buffer_length_without_replacement(bytes.len()) {
        before.reserve(needed);
    }
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut before, true);
    let bad = match result {
        DecoderResult::Malformed(length, after) => read.saturating_sub(usize::from(length) + usize::from(after)),
        DecoderResult::InputEmpty | DecoderResult::OutputFull => read,
    };
    let (row, column) = place_after(&before, separator::detect(&before));
    (length(bad), row, column)
}

/// The name we show: the usual spelling, not the lower case some of them have in the standard.
fn shown(name: &'static str) -> &'static str {
    if name == "gb18030" { "GB18030" } else { name }
}

fn length(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIMPLIFIED: &str = "单位名称,统一社会信用代码,建设金额\r\n杭州市数据资源管理局,1,12.50\r\n";
    const TRADITIONAL: &str = "單位名稱,系統名稱,建置金額\r\n臺北市政府資訊局,公文管理系統,12.50\r\n";

    fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
        let (bytes, _, unmappable) = encoding.encode(text);
        assert!(!unmappable);
        bytes.into_owned()
    }

    fn utf_16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    fn read(bytes: &[u8]) -> (String, &'static str, bool) {
        let decoded = decode(bytes, None).unwrap();
        (decoded.text.into_owned(), decoded.encoding, decoded.byte_order_mark)
    }

    #[test]
    fn each_byte_order_mark_is_believed() {
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend(SIMPLIFIED.as_bytes());
        assert_eq!(read(&marked), (SIMPLIFIED.into(), "UTF-8", true));
        let mut marked = b"\xff\xfe".to_vec();
        marked.extend(utf_16(SIMPLIFIED, false));
        assert_eq!(read(&marked), (SIMPLIFIED.into(), "UTF-16LE", true));
        let mut marked = b"\xfe\xff".to_vec();
        marked.extend(utf_16(SIMPLIFIED, true));
        assert_eq!(read(&marked), (SIMPLIFIED.into(), "UTF-16BE", true));
    }

    #[test]
    fn utf_16_without_a_mark_is_read_right() {
        for text in [SIMPLIFIED, "a,b\r\n1,2\r\n"] {
            assert_eq!(read(&utf_16(text, false)), (text.into(), "UTF-16LE", false));
            assert_eq!(read(&utf_16(text, true)), (text.into(), "UTF-16BE", false));
        }
    }

    #[test]
    fn a_gb18030_file_is_not_taken_for_big5_nor_the_other_way_round() {
        assert_eq!(read(&encoded(GB18030, SIMPLIFIED)), (SIMPLIFIED.into(), "GB18030", false));
        assert_eq!(read(&encoded(BIG5, TRADITIONAL)), (TRADITIONAL.into(), "Big5", false));
    }

    #[test]
    fn very_short_chinese_files_are_read_right() {
        for text in ["单位名称\n杭州市\n", "名称,编码\n税务局,1\n", "系统\n档案\n", "a,b\n1,浙江\n"]
        {
            assert_eq!(read(&encoded(GB18030, text)), (text.into(), "GB18030", false), "{text}");
        }
        for text in ["單位名稱\n臺北市\n", "名稱,編碼\n國稅局,1\n", "系統\n檔案\n"] {
            assert_eq!(read(&encoded(BIG5, text)), (text.into(), "Big5", false), "{text}");
        }
    }

    #[test]
    fn a_gb18030_file_with_rare_characters_is_read_right() {
        let text = "单位名称,联络员\r\n龚䶮县档案局,张㐂\r\n杭州市财政局,𠮷野\r\n";
        assert_eq!(read(&encoded(GB18030, text)), (text.into(), "GB18030", false));
    }

    #[test]
    fn a_western_file_is_read_as_windows_1252() {
        let text = "name,city\r\nCafé Zoë,Besançon\r\nMüller,Köln €5\r\n";
        assert_eq!(read(&encoded(WINDOWS_1252, text)), (text.into(), "windows-1252", false));
    }

    #[test]
    fn gbk_and_gb2312_are_read_as_gb18030_and_it_says_so() {
        let bytes = encoded(GB18030, SIMPLIFIED);
        for name in ["GBK", "gb2312"] {
            let decoded = decode(&bytes, Some(name)).unwrap();
            assert_eq!((decoded.text.as_ref(), decoded.encoding), (SIMPLIFIED, "GB18030"));
            let note = ReadNote::EncodingReplaced { declared: name.into(), used: "GB18030".into() };
            assert_eq!(decoded.notes, [note]);
        }
    }

    #[test]
    fn a_wrong_declared_encoding_is_an_error_that_names_the_right_one() {
        let error = decode(&encoded(GB18030, SIMPLIFIED), Some("UTF-8")).unwrap_err();
        let fits = Some("GB18030".to_owned());
        assert_eq!(error, ReadError::WrongEncoding { declared: "UTF-8".into(), row: 1, offset: 0, fits });
        let bytes = encoded(GB18030, "a,b\n1,2\n3,单位名称\n");
        let error = decode(&bytes, Some("utf-8")).unwrap_err();
        assert!(matches!(error, ReadError::WrongEncoding { row: 3, offset: 10, .. }), "{error:?}");
    }

    #[test]
    fn a_declared_encoding_that_gives_nonsense_is_doubted_aloud() {
        let decoded = decode(SIMPLIFIED.as_bytes(), Some("windows-1252")).unwrap();
        let note = ReadNote::EncodingDoubtful { declared: "windows-1252".into(), likely: "UTF-8".into() };
        assert_eq!(decoded.notes, [note]);
    }

    #[test]
    fn an_unknown_encoding_is_refused_by_name() {
        let error = decode(b"a", Some("EBCDIC")).unwrap_err();
        assert_eq!(error, ReadError::UnknownEncoding { name: "EBCDIC".into() });
    }

    #[test]
    fn one_damaged_cell_does_not_turn_the_file_into_nonsense() {
        let mut bytes = SIMPLIFIED.repeat(3).into_bytes();
        bytes.extend(b"x,\xe6\x9d,1\r\n");
        let error = decode(&bytes, None).unwrap_err();
        assert!(matches!(&error, ReadError::BadBytes { encoding, row: 7, column: 2, .. } if encoding == "UTF-8"));
        let mut bytes = encoded(GB18030, &SIMPLIFIED.repeat(3));
        bytes.extend(b"x,\xff,1\r\n");
        let error = decode(&bytes, None).unwrap_err();
        assert!(matches!(&error, ReadError::BadBytes { encoding, row: 7, column: 2, .. } if encoding == "GB18030"));
    }
}
