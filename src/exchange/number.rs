//! Numbers and dates of a spreadsheet as the text a person would type.

use calamine::ExcelDateTime;

/// The first serial number after 9999-12-31, the last day a spreadsheet knows.
const AFTER_LAST_DAY: f64 = 2_958_466.0;

/// A number without exponent and, if it is whole, without decimals; the shortest text that gives the same number.
pub(crate) fn number_text(number: f64) -> String {
    // Minus zero is a leftover of arithmetic, not something a person entered.
    if number == 0.0 { "0".to_owned() } else { format!("{number}") }
}

/// A date as ISO 8601, with the time if it has one; a time or a duration alone as hours, minutes and seconds.
pub(crate) fn date_text(date: &ExcelDateTime) -> String {
    let serial = date.as_f64();
    if date.is_duration() && serial.is_finite() && serial.abs() < AFTER_LAST_DAY {
        let seconds = (serial.abs() * 86_400.0).round();
        let sign = if serial < 0.0 { "-" } else { "" };
        let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
        return format!("{sign}{hours}:{:02}:{:02}", (rest / 60.0).floor(), rest % 60.0);
    }
    if !(0.0..AFTER_LAST_DAY).contains(&serial) {
        return number_text(serial);
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let mut text = if serial < 1.0 { String::new() } else { format!("{year:04}-{month:02}-{day:02}") };
    if hour > 0 || minute > 0 || second > 0 || milli > 0 || text.is_empty() {
        if !text.is_empty() {
            text.push('T');
        }
        text.push_str(&format!("{hour:02}:{minute:02}:{second:02}"));
        if milli > 0 {
            text.push_str(&format!(".{milli:03}"));
        }
    }
    text
}

/// A date the file already holds as ISO 8601, without a midnight nobody entered.
pub(crate) fn iso_date_text(text: &str) -> String {
    let text = text.trim();
    let date = text.strip_suffix('Z').unwrap_or(text);
    match date.split_once('T') {
        Some((day, time)) if time.chars().all(|character| matches!(character, '0' | ':' | '.')) => day.to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn date(serial: f64) -> String {
        date_text(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, false))
    }

    #[test]
    fn numbers_look_as_typed() {
        assert_eq!(number_text(12.0), "12");
        assert_eq!(number_text(12.5), "12.5");
        assert_eq!(number_text(-0.0), "0");
        assert_eq!(number_text(1e21), "1000000000000000000000");
        assert_eq!(number_text(1e-7), "0.0000001");
    }

    #[test]
    fn dates_are_iso_dates() {
        assert_eq!(date(46_054.0), "2026-02-01");
        assert_eq!(date(46_054.0 + 10.0 / 24.0), "2026-02-01T10:00:00");
        assert_eq!(date(0.5), "12:00:00");
        assert_eq!(date(-3.0), "-3");
        assert_eq!(date(f64::NAN), "NaN");
        assert_eq!(date(1e300).len(), 301);
        assert_eq!(date_text(&ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false)), "36:00:00");
        assert_eq!(iso_date_text("2026-02-01T00:00:00.000Z"), "2026-02-01");
        assert_eq!(iso_date_text("2026-02-01T10:00:00"), "2026-02-01T10:00:00");
    }
}
