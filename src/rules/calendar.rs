//! Working days: weekends, holidays and make-up workdays of the pack. A day is a day of the pack's time zone.

use jiff::civil::{Date, Weekday};

/// The working days of a country, as far as they are published. Outside the published years only weekends are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Calendar {
    /// Holidays that fall on Monday to Friday, sorted: the others take no working day away.
    holidays: Vec<Date>,
    /// Saturdays and Sundays on which people work (调休上班), sorted.
    make_up: Vec<Date>,
    known: Option<(Date, Date)>,
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

impl Calendar {
    /// A calendar of holidays and make-up workdays, in any order; `known` is the first and last day that they speak of.
    pub fn new(mut holidays: Vec<Date>, mut make_up: Vec<Date>, known: Option<(Date, Date)>) -> Self {
        holidays.retain(|date| !is_weekend(*date));
        make_up.retain(|date| is_weekend(*date));
        for days in [&mut holidays, &mut make_up] {
            days.sort_unstable();
            days.dedup();
        }
        Self { holidays, make_up, known }
    }

    /// The first day whose holidays are known.
    pub fn known_from(&self) -> Option<Date> {
        self.known.map(|known| known.0)
    }

    /// The last day whose holidays are known; a deadline past it may still move.
    pub fn known_until(&self) -> Option<Date> {
        self.known.map(|known| known.1)
    }

    /// True when the holidays around `date` are published.
    pub fn is_known(&self, date: Date) -> bool {
        self.known.is_some_and(|(from, until)| (from..=until).contains(&date))
    }

    /// True when offices work on `date`.
    pub fn is_working_day(&self, date: Date) -> bool {
        let days = if is_weekend(date) { &self.make_up } else { &self.holidays };
        days.binary_search(&date).is_ok() == is_weekend(date)
    }

    /// The `count`-th working day after `from`; `from` itself never counts. Stops at the end of the calendar.
    pub fn add_working_days(&self, from: Date, count: u32) -> Date {
        let (mut date, mut left) = (from, count);
        while left > 0 {
            let Ok(next) = date.tomorrow() else { break };
            date = next;
            left -= u32::from(self.is_working_day(date));
        }
        date
    }

    /// How many working days lie after `from`, up to and with `to`; none when `to` is not later.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        if to <= from {
            return 0;
        }
        let days = from.until(to).map_or(0, |span| span.get_days());
        let full_weeks = days / 7;
        let mut weekdays = full_weeks * 5;
        let mut date = to;
        for _ in 0..days % 7 {
            weekdays += i32::from(!is_weekend(date));
            date = date.yesterday().unwrap_or(date);
        }
        let within = |days: &[Date]| {
            let until = days.partition_point(|day| *day <= to);
            until - days.partition_point(|day| *day <= from)
        };
        let count = i64::from(weekdays) - within(&self.holidays) as i64 + within(&self.make_up) as i64;
        u32::try_from(count).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pack;
    use jiff::{ToSpan, civil::date};
    use proptest::prelude::*;

    fn china() -> Calendar {
        Pack::builtin("cn").unwrap().calendar.clone()
    }

    #[test]
    fn a_holiday_on_a_weekday_is_free_and_a_make_up_saturday_is_not() {
        let calendar = china();
        assert!(!calendar.is_working_day(date(2026, 2, 16)), "Monday in Spring Festival");
        assert!(calendar.is_working_day(date(2026, 2, 14)), "make-up Saturday");
        assert!(!calendar.is_working_day(date(2026, 2, 21)), "ordinary Saturday");
        assert!(calendar.is_working_day(date(2026, 2, 24)), "first Tuesday after");
    }

    #[test]
    fn twenty_working_days_over_chinese_new_year_count_both_make_up_saturdays() {
        // 9–13 February (5), Saturday the 14th (6), free until the 23rd, 24–27 (10), Saturday the 28th (11),
        // 2–6 March (16), 9–12 March (20).
        assert_eq!(china().add_working_days(date(2026, 2, 8), 20), date(2026, 3, 12));
    }

    #[test]
    fn the_national_day_week_takes_its_working_days_away_and_gives_two_back() {
        // 21–24 September (4), free 25–27, 28–30 (7), free until 7 October, 8–9 (9), Saturday the 10th (10).
        assert_eq!(china().add_working_days(date(2026, 9, 20), 10), date(2026, 10, 10));
    }

    #[test]
    fn a_year_without_published_holidays_is_said_to_be_unknown() {
        let calendar = china();
        assert_eq!(calendar.known_until(), Some(date(2026, 12, 31)));
        assert!(!calendar.is_known(date(2027, 1, 1)) && calendar.is_known(date(2026, 12, 31)));
    }

    fn any_date() -> impl Strategy<Value = Date> {
        (0..3_000_i32).prop_map(|days| date(2022, 1, 1).saturating_add(days.days()))
    }

    proptest! {
        #![proptest_config(crate::fixtures::cases(256))]

        #[test]
        fn the_nth_working_day_is_a_working_day_and_n_working_days_away(from in any_date(), count in 1_u32..400) {
            let calendar = china();
            let to = calendar.add_working_days(from, count);
            prop_assert!(calendar.is_working_day(to));
            prop_assert_eq!(calendar.working_days_between(from, to), count);
        }

        #[test]
        fn counting_agrees_with_looking_at_every_day(from in any_date(), days in 0_i32..800) {
            let calendar = china();
            let to = from.saturating_add(days.days());
            let one_by_one = from.series(1.day()).skip(1).take_while(|day| *day <= to).filter(|day| calendar.is_working_day(*day)).count();
            prop_assert_eq!(calendar.working_days_between(from, to) as usize, one_by_one);
        }

        #[test]
        fn starting_later_never_ends_earlier(from in any_date(), count in 0_u32..60) {
            let calendar = china();
            prop_assert!(calendar.add_working_days(from, count) <= calendar.add_working_days(from.tomorrow().unwrap(), count));
        }
    }
}
