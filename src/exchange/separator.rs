//! Which character separates the cells of a text file.

use std::collections::BTreeMap;

use crate::splitter::Splitter;

/// What may separate cells, the more usual first.
pub(crate) const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many records are looked at.
const RECORDS: usize = 60;
/// How many bytes are looked at: an unclosed quote must not make the guess as costly as the reading.
const BYTES: usize = 256 * 1024;

/// The separator under which the first records have the same number of cells, and more than one; a comma if none
/// does (a file of one column).
pub(crate) fn detect(text: &str) -> u8 {
    let mut end = text.len().min(BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = text.get(..end).unwrap_or_default();
    let mut best = (b',', 0.0_f64);
    for candidate in CANDIDATES {
        let score = score(sample, candidate);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

/// How well a separator explains the records: the share of records that have the usual number of cells, times that
/// number.
fn score(sample: &str, separator: u8) -> f64 {
    let mut splitter = Splitter::new(sample, separator);
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    let mut records = 0_u32;
    let mut contradicted = false;
    for _ in 0..RECORDS {
        let mut cells = 0_u32;
        let mut blank = true;
        let mut other_separator = false;
        let record = splitter.next_record(|cell| {
            cells += 1;
            blank = blank && cell.trim().is_empty();
            other_separator =
                other_separator || cell.bytes().any(|byte| byte != separator && CANDIDATES.contains(&byte));
        });
        match record {
            Ok(Some(_)) if blank => {}
            Ok(Some(_)) => {
                records += 1;
                if cells > 1 {
                    *counts.entry(cells).or_default() += 1;
                } else {
                    // A header such as 名称;数量;金额 is one cell under the comma that its decimal commas suggest.
                    contradicted = contradicted || other_separator;
                }
            }
            Ok(None) | Err(_) => break,
        }
    }
    let usual = counts.iter().max_by_key(|(cells, times)| (**times, **cells));
    let Some((cells, times)) = usual else { return 0.0 };
    let share = f64::from(*times) / f64::from(records.max(1));
    share * f64::from(cells - 1) * if contradicted { 0.2 } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_found_by_consistency() {
        assert_eq!(detect("a,b,c\n1,2,3\n"), b',');
        assert_eq!(detect("a;b;c\n1;2;3\n"), b';');
        assert_eq!(detect("a\tb\n1\t2\n"), b'\t');
        assert_eq!(detect("a|b\n1|2\n"), b'|');
        assert_eq!(detect("名称\n杭州\n"), b',');
    }

    #[test]
    fn decimal_commas_do_not_make_a_semicolon_file_a_comma_file() {
        assert_eq!(detect("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,5\n1,5;2,5;3,5\n"), b';');
    }

    #[test]
    fn separators_inside_quotes_do_not_count() {
        assert_eq!(detect("a,b\n\"x;y;z\",1\n\"x;y\nz\",2\n"), b',');
    }

    #[test]
    fn a_title_row_does_not_mislead() {
        assert_eq!(detect("2026 年普查表; 内部\n\na,b,c,d\n1,2,3,4\n"), b',');
    }
}
