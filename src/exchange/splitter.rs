//! Text into records and cells.
//!
//! The `csv` crate writes our files and is the oracle of the tests here, but does not read them: it cannot say where
//! an unclosed quote opened, swallows blank lines (so its record numbers are not those a person counts), and shifts a
//! row silently when a space stands before an opening quote.

use std::borrow::Cow;

/// How a cell ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    Separator,
    Line,
    End,
}

/// A quote that opens a cell and is never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnclosedQuote {
    /// The record, counted from 1.
    pub row: u32,
    /// The cell in it, counted from 1.
    pub column: u32,
}

/// Walks a text record by record.
pub(crate) struct Splitter<'text> {
    text: &'text str,
    position: usize,
    separator: u8,
    record: u32,
    /// How many cells had spaces before their opening quote, and the record of the first.
    spaced_quotes: (u32, u32),
}

impl<'text> Splitter<'text> {
    /// A walk from the beginning. The separator must be ASCII and neither a quote nor a line break.
    pub(crate) fn new(text: &'text str, separator: u8) -> Self {
        Splitter { text, position: 0, separator, record: 0, spaced_quotes: (0, 0) }
    }

    /// How many cells had spaces before their opening quote, and the record of the first.
    pub(crate) fn spaced_quotes(&self) -> (u32, u32) {
        self.spaced_quotes
    }

    /// Gives the cells of the next record to `take` and returns its number, or nothing at the end.
    pub(crate) fn next_record(&mut self, mut take: impl FnMut(Cow<'text, str>)) -> Result<Option<u32>, UnclosedQuote> {
        if self.position >= self.text.len() {
            return Ok(None);
        }
        self.record = self.record.saturating_add(1);
        let mut column = 0_u32;
        loop {
            column = column.saturating_add(1);
            let (cell, stop) = self.cell().ok_or(UnclosedQuote { row: self.record, column })?;
            take(cell);
            if stop != Stop::Separator {
                return Ok(Some(self.record));
            }
        }
    }

    /// The next cell; nothing if its quote is never closed.
    fn cell(&mut self) -> Option<(Cow<'text, str>, Stop)> {
        let rest = self.rest();
        match rest.first() {
            Some(b'"') => {
                self.position += 1;
                let mut cell = self.quoted()?;
                // Whatever stands between the closing quote and the separator belongs to the cell, as every
                // spreadsheet reads it.
                let (tail, stop) = self.plain();
                if !tail.is_empty() {
                    cell.to_mut().push_str(tail);
                }
                Some((cell, stop))
            }
            Some(b' ') => Some(self.spaced()),
            _ => {
                let (cell, stop) = self.plain();
                Some((Cow::Borrowed(cell), stop))
            }
        }
    }

    /// A cell that begins with spaces: quoted if a quote follows and closes right before a separator or a line end,
    /// else the text as it stands.
    fn spaced(&mut self) -> (Cow<'text, str>, Stop) {
        let start = self.position;
        let spaces = self.rest().iter().take_while(|byte| **byte == b' ').count();
        if self.rest().get(spaces) == Some(&b'"') {
            self.position += spaces + 1;
            if let Some(cell) = self.quoted() {
                let (tail, stop) = self.plain();
                if tail.bytes().all(|byte| byte == b' ') {
                    let (count, first) = self.spaced_quotes;
                    self.spaced_quotes = (count.saturating_add(1), if count == 0 { self.record } else { first });
                    return (cell, stop);
                }
            }
            self.position = start;
        }
        let (cell, stop) = self.plain();
        (Cow::Borrowed(cell), stop)
    }

    /// The inside of a quoted cell, from after its opening quote to after its closing one.
    fn quoted(&mut self) -> Option<Cow<'text, str>> {
        let mut unescaped: Option<String> = None;
        loop {
            let length = self.rest().iter().position(|byte| *byte == b'"')?;
            let piece = self.slice(self.position, self.position + length);
            self.position += length + 1;
            let doubled = self.rest().first() == Some(&b'"');
            match (&mut unescaped, doubled) {
                (None, false) => return Some(Cow::Borrowed(piece)),
                (Some(text), false) => {
                    text.push_str(piece);
                    return unescaped.map(Cow::Owned);
                }
                (_, true) => {
                    let text = unescaped.get_or_insert_default();
                    text.push_str(piece);
                    text.push('"');
                    self.position += 1;
                }
            }
        }
    }

    /// Everything up to the next separator or line end, which is stepped over.
    fn plain(&mut self) -> (&'text str, Stop) {
        let separator = self.separator;
        let start = self.position;
        let rest = self.rest();
        let found = rest.iter().position(|byte| *byte == separator || *byte == b'\n' || *byte == b'\r');
        let Some(length) = found else {
            self.position = self.text.len();
            return (self.slice(start, self.position), Stop::End);
        };
        let end = start + length;
        let (step, stop) = match (rest.get(length), rest.get(length + 1)) {
            (Some(byte), _) if *byte == separator => (1, Stop::Separator),
            (Some(b'\r'), Some(b'\n')) => (2, Stop::Line),
            _ => (1, Stop::Line),
        };
        self.position = end + step;
        (self.slice(start, end), stop)
    }

    fn rest(&self) -> &'text [u8] {
        self.text.as_bytes().get(self.position..).unwrap_or_default()
    }

    /// A piece of the text. Both ends stand next to ASCII characters, so the piece is always there.
    fn slice(&self, start: usize, end: usize) -> &'text str {
        self.text.get(start..end).unwrap_or_default()
    }
}

/// The record and the cell in it that a text ends in, both counted from 1: where in a table a byte stands, given the
/// text before it.
pub(crate) fn place_after(text: &str, separator: u8) -> (u32, u32) {
    let mut splitter = Splitter::new(text, separator);
    let mut place = (1, 1);
    let mut ended_with_line = false;
    loop {
        let mut cells = 0_u32;
        match splitter.next_record(|_| cells = cells.saturating_add(1)) {
            Ok(Some(row)) => {
                place = (row, cells.max(1));
                ended_with_line = text.get(..splitter.position).is_some_and(|read| read.ends_with(['\n', '\r']));
            }
            Ok(None) if ended_with_line => return (place.0.saturating_add(1), 1),
            Ok(None) => return place,
            Err(unclosed) => return (unclosed.row, unclosed.column),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str, separator: u8) -> Vec<(u32, Vec<String>)> {
        let mut splitter = Splitter::new(text, separator);
        let mut records = Vec::new();
        loop {
            let mut cells = Vec::new();
            match splitter.next_record(|cell| cells.push(cell.into_owned())).unwrap() {
                Some(number) => records.push((number, cells)),
                None => return records,
            }
        }
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        split(text, b',').into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn line_breaks_and_separators_inside_quotes_belong_to_the_cell() {
        assert_eq!(cells("a,\"b\r\nc,d\",e\r\nf\n"), [vec!["a", "b\r\nc,d", "e"], vec!["f"]]);
        assert_eq!(cells("\"say \"\"hi\"\"\",2"), [["say \"hi\"", "2"]]);
    }

    #[test]
    fn a_blank_line_counts_as_a_row() {
        let records = split("a\n\nb\r\r\nc", b',');
        let numbers: Vec<_> = records.iter().map(|(number, cells)| (*number, cells.join("|"))).collect();
        assert_eq!(
            numbers,
            [(1, "a".into()), (2, String::new()), (3, "b".into()), (4, String::new()), (5, "c".into())]
        );
    }

    #[test]
    fn a_quote_inside_a_plain_cell_is_a_character() {
        assert_eq!(cells("5\" disk,x\n"), [["5\" disk", "x"]]);
        assert_eq!(cells("\"a\"b,c"), [["ab", "c"]]);
    }

    #[test]
    fn spaces_before_a_quoted_cell_do_not_shift_the_row() {
        assert_eq!(cells("x, \"b, c\" ,d"), [["x", "b, c", "d"]]);
        assert_eq!(cells("x, \"b\" c,d"), [["x", " \"b\" c", "d"]]);
        assert_eq!(cells("x, \"b,d"), [["x", " \"b", "d"]]);
    }

    #[test]
    fn an_unclosed_quote_is_reported_where_it_opened() {
        let mut splitter = Splitter::new("a,b\n1,\"x\n2,y\n3,z\n", b',');
        assert_eq!(splitter.next_record(|_| ()), Ok(Some(1)));
        assert_eq!(splitter.next_record(|_| ()), Err(UnclosedQuote { row: 2, column: 2 }));
    }

    #[test]
    fn the_place_of_a_byte_is_the_row_and_column_it_stands_in() {
        assert_eq!(place_after("", b','), (1, 1));
        assert_eq!(place_after("a,b\n1,", b','), (2, 2));
        assert_eq!(place_after("a,b\n", b','), (2, 1));
        assert_eq!(place_after("a,b\n1,\"x\ny", b','), (2, 2));
    }

    proptest! {
        #[test]
        fn whatever_the_csv_library_writes_is_read_back(
            records in prop::collection::vec(prop::collection::vec("[a杭 \",;\n\r']{0,5}", 1..5), 0..6)
        ) {
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for record in &records {
                writer.write_record(record).unwrap();
            }
            let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(cells(&written), records);
        }

        #[test]
        fn any_text_is_split_without_panic_and_to_its_end(text in "[a \",\n\r]{0,40}|.{0,40}") {
            let mut splitter = Splitter::new(&text, b',');
            while let Ok(Some(_)) = splitter.next_record(|_| ()) {}
            let _ = place_after(&text, b',');
        }
    }
}
