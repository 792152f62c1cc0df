//! Deadlines in words: "3 working days left (Thu 26 Nov)"; the absolute date on hover.

use askama::Template;
use jiff::civil::{Date, Weekday};

use super::Tone;
use crate::words::L;

/// A deadline as a person reads it.
#[derive(Template, Clone, Debug, Default)]
#[template(
    ext = "html",
    source = r#"<time class="due {{ tone.class() }}" datetime="{{ iso }}" title="{{ iso }}">{{ text }}</time>"#
)]
pub struct DeadlineView {
    /// The words.
    pub text: String,
    /// Fewer words, for tables: the rest on hover.
    pub short: String,
    /// The date, ISO 8601.
    pub iso: String,
    /// How urgent.
    pub tone: Tone,
}

impl DeadlineView {
    /// A deadline `left` working days from today (negative: overdue by so many).
    #[must_use]
    pub fn new(l: L, date: Date, left: i64) -> DeadlineView {
        let day = day_and_month(l, date);
        let count = left.unsigned_abs();
        let days = l.n("working-days", count);
        let (text, short) = match left {
            0 => (l.ta("due-today", &[("date", &day)]), l.t("due-today-short")),
            1.. => (l.ta("due-left", &[("left", &days), ("date", &day)]), l.n("due-left-short", count)),
            _ => (l.ta("due-over", &[("over", &days), ("date", &day)]), l.n("due-over-short", count)),
        };
        let tone = match left {
            ..=0 => Tone::Bad,
            1..=5 => Tone::Warn,
            _ => Tone::Neutral,
        };
        DeadlineView { text, short, iso: date.to_string(), tone }
    }
}

/// "11月26日 周四" or "Thu 26 Nov".
fn day_and_month(l: L, date: Date) -> String {
    let (day, month) = (date.day(), date.month());
    if l.zh() {
        let weekday = match date.weekday() {
            Weekday::Monday => '一',
            Weekday::Tuesday => '二',
            Weekday::Wednesday => '三',
            Weekday::Thursday => '四',
            Weekday::Friday => '五',
            Weekday::Saturday => '六',
            Weekday::Sunday => '日',
        };
        return format!("{month}月{day}日 周{weekday}");
    }
    date.strftime("%a %-d %b").to_string()
}

#[cfg(test)]
mod tests {
    use super::DeadlineView;
    use crate::words::{L, Lang};
    use jiff::civil::date;

    #[test]
    fn a_deadline_reads_as_working_days_with_its_day() {
        let (zh, en) = (L::new(Lang::Zh), L::new(Lang::En));
        assert_eq!(DeadlineView::new(en, date(2026, 11, 26), 3).text, "3 working days left (Thu 26 Nov)");
        assert_eq!(DeadlineView::new(zh, date(2026, 11, 26), 3).text, "剩3个工作日（11月26日 周四）");
        assert_eq!(DeadlineView::new(en, date(2026, 11, 20), -1).text, "1 working day overdue (Fri 20 Nov)");
    }
}
