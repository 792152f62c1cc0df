//! Deadlines in words: "3 working days left (Thu 26 Nov)"; the absolute date on hover.

use askama::Template;
use jiff::civil::{Date, Weekday};

use super::Tone;
use crate::words::{L, number};

/// A deadline as a person reads it.
#[derive(Template, Clone, Debug, Default)]
#[template(
    ext = "html",
    source = r#"<time class="due {{ tone.class() }}" datetime="{{ iso }}" title="{{ iso }}">{{ text }}</time>"#
)]
pub struct DeadlineView {
    /// The words.
    pub text: String,
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
        let shown = number(left.unsigned_abs());
        let count = left.unsigned_abs();
        let text = match left {
            0 => l.ta("due-today", &[("date", &day)]),
            1.. => l.ta("due-left", &[("left", &l.n("working-days", &count)), ("date", &day)]),
            _ => l.ta("due-over", &[("over", &l.n("working-days", &count)), ("date", &day), ("shown", &shown)]),
        };
        let tone = match left {
            ..=0 => Tone::Bad,
            1..=5 => Tone::Warn,
            _ => Tone::Neutral,
        };
        DeadlineView { text, iso: date.to_string(), tone }
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
        assert_eq!(DeadlineView::new(zh, date(2026, 11, 26), 3).text, "剩3个工作日(11月26日 周四)");
        assert_eq!(DeadlineView::new(en, date(2026, 11, 20), -1).text, "1 working day overdue (Fri 20 Nov)");
    }
}
