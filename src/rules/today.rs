//! Today, as the rules may ask for it: only "has this day come?". Every day that has not come yet is remembered, and
//! that makes `valid_until` exact without any rule having to think of it.

use std::cell::Cell;

use jiff::civil::Date;

/// The day of an assessment. The day itself is never handed out: a rule can only compare it.
#[derive(Debug)]
pub(crate) struct Today {
    day: Date,
    next: Cell<Option<Date>>,
}

impl Today {
    fn new(day: Date) -> Self {
        Self { day, next: Cell::new(None) }
    }

    /// True on `date` and after it.
    pub(crate) fn has_come(&self, date: Date) -> bool {
        if date <= self.day {
            return true;
        }
        if self.next.get().is_none_or(|next| date < next) {
            self.next.set(Some(date));
        }
        false
    }

    /// True from the day after `date`. The last day of the calendar never passes.
    pub(crate) fn is_past(&self, date: Date) -> bool {
        date.tomorrow().is_ok_and(|next| self.has_come(next))
    }
}

/// Computes something of a day, and the first later day on which the clock alone makes it another.
///
/// Until the earliest day that was asked for and had not come, every answer of [`Today`] is the same, so the result is
/// the same. On that day the result may be the same still (an answer that did not matter); then the search goes on
/// from there. It ends, because every step is a later day out of the finitely many that the facts name.
pub(crate) fn settle<T: PartialEq>(day: Date, compute: impl Fn(&Today) -> T) -> (T, Option<Date>) {
    let today = Today::new(day);
    let result = compute(&today);
    let mut next = today.next.get();
    while let Some(candidate) = next {
        let later = Today::new(candidate);
        if compute(&later) != result {
            return (result, Some(candidate));
        }
        next = later.next.get();
    }
    (result, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_that_changes_nothing_is_not_the_end_of_validity() {
        let (early, late) = (date(2026, 3, 1), date(2026, 4, 1));
        let (result, until) = settle(date(2026, 1, 1), |today| {
            let _ = today.has_come(early);
            today.has_come(late)
        });
        assert_eq!((result, until), (false, Some(late)));
    }

    #[test]
    fn the_last_day_itself_has_not_passed() {
        let day = date(2026, 3, 1);
        assert_eq!(settle(day, |today| today.is_past(day)), (false, Some(date(2026, 3, 2))));
        assert!(!settle(Date::MAX, |today| today.is_past(Date::MAX)).0);
    }
}
