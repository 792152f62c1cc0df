//! From facts to the cells of a file, as people write them; and [`sheet!`], which keeps columns and values together.

use exchange::Cell;
use jiff::{Span, civil::Date};

/// Text; blank text is an empty cell.
pub(super) fn text(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// Text that may be missing.
pub(super) fn maybe(value: Option<impl Into<String>>) -> Cell {
    value.map_or(Cell::Empty, text)
}

/// Yes or no, or nothing.
pub(super) fn yes(flag: Option<bool>) -> Cell {
    flag.map_or(Cell::Empty, |flag| text(if flag { "是" } else { "否" }))
}

/// A whole number.
pub(super) fn whole(number: i64) -> Cell {
    Cell::Integer(number)
}

/// A number with a point.
pub(super) fn point(scaled: i64, scale: u8) -> Cell {
    Cell::Decimal { scaled, scale }
}

/// A day, or nothing. Written digit by digit: a large city has millions of them.
pub(super) fn day(date: Option<Date>) -> Cell {
    let Some(date) = date else { return Cell::Empty };
    let (year, month, day) = (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs());
    let digit = |number: u16| char::from(b'0' + (number % 10) as u8);
    let (month, day) = (u16::from(month), u16::from(day));
    let mut text = String::with_capacity(10);
    text.extend([digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), '-']);
    text.extend([digit(month / 10), digit(month), '-', digit(day / 10), digit(day)]);
    Cell::Date(text)
}

/// The days of a city, counted from today.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    today: Date,
    /// Days since the oldest systems went live (1 January 2008).
    pub since_first: i32,
    /// Days since the policy date of the Chinese pack (1 January 2018).
    pub since_policy: i32,
}

impl Days {
    pub(super) fn new(today: Date) -> Self {
        let since = |year: i16, least: i32| {
            let first = Date::new(year, 1, 1).unwrap_or(today);
            first.until(today).map_or(0, |span| span.get_days()).max(least)
        };
        // A city of another age is squeezed rather than refused.
        Self { today, since_first: since(2008, 1_500), since_policy: since(2018, 700) }
    }

    /// The day so many days after today; negative is the past.
    pub(super) fn after(&self, days: i32) -> Date {
        Span::new().try_days(days).map_or(self.today, |span| self.today.saturating_add(span))
    }
}

/// Declares a sheet: the columns (names of fields) and the cells of a row, side by side.
macro_rules! sheet {
    ($(#[$doc:meta])* fn $row:ident($($arg:ident: $type:ty),*) { $($field:ident: $cell:expr,)* }) => {
        /// Names of the fields, in the order of the columns.
        pub(super) const COLUMNS: &[&str] = &[$(stringify!($field)),*];

        $(#[$doc])*
        pub(super) fn $row($($arg: $type),*) -> Vec<exchange::Cell> {
            vec![$($cell),*]
        }
    };
}
pub(super) use sheet;

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_written_as_iso_writes_it() {
        for written in [date(2026, 11, 23), date(2008, 1, 1), date(1999, 10, 9)] {
            assert_eq!(day(Some(written)), Cell::Date(written.to_string()));
        }
    }

    #[test]
    fn days_count_from_today_in_both_directions() {
        let days = Days::new(date(2026, 11, 23));
        assert_eq!((days.after(-22), days.after(8)), (date(2026, 11, 1), date(2026, 12, 1)));
        assert_eq!(days.after(-days.since_policy), date(2018, 1, 1));
    }
}
