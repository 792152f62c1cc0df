//! CBD-07: an exception in force that somebody must look at now (domain reference 4.4 and 4.5): its review is overdue, or its legal
//! basis is about to end. One that ended, whatever ended it, is CBD-05; one whose own end is near is CBD-06.

use domain::{FlagRule, Standing, Wording};
use jiff::{Span, civil::Date};

use super::FlagHit;
use crate::{
    exception::{EndReason, review_due},
    facts::ExceptionFacts,
    phrases::day,
    standing::{Case, Finding},
};

/// One cause: what is so, since when, and by when it is to be dealt with.
struct Cause {
    text: Wording,
    since: Option<Date>,
    deadline: Date,
}

/// The exception that decides is looked at: one that a longer one has taken the place of needs no review.
pub(super) fn check(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    if finding.standing != Standing::Excepted {
        return None;
    }
    let (facts, start, end, reason) = case.holding_exception()?;
    let due = review_due(facts, start, case.pack, case.today);
    let review = overdue(case, due);
    let basis = (reason == EndReason::BasisLapsed).then(|| basis_ends(case, facts, end)).flatten();
    let causes: Vec<&Cause> = review.iter().chain(&basis).collect();
    causes.first()?;
    let join = |pick: fn(&Wording) -> &str, between: &str| {
        causes.iter().map(|cause| pick(&cause.text)).collect::<Vec<_>>().join(between)
    };
    let exception = &facts.record;
    let explanation = Wording::new(
        format!("例外“{}”{}。", exception.name, join(|text| &text.zh, "；")),
        format!("The exception “{}” {}.", exception.name, join(|text| &text.en, "; it ")),
    );
    let cited = facts.basis.as_ref().map(|basis| basis.code.as_deref().unwrap_or(&basis.name));
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd07, explanation)
            .fact("exception", Some(exception.code.as_deref().unwrap_or(&exception.name)))
            .fact("review_due_on", review.as_ref().map(|_| due))
            .fact("basis", cited.filter(|_| basis.is_some()))
            .fact("last_day", basis.as_ref().map(|_| end))
            .since(causes.iter().filter_map(|cause| cause.since).min())
            .until(causes.iter().map(|cause| cause.deadline).min()),
    )
}

/// The day of its review has passed.
fn overdue(case: &Case<'_>, due: Date) -> Option<Cause> {
    if !case.today.is_past(due) {
        return None;
    }
    let by = day(due);
    let text = Wording::new(
        format!("应于{}前复审，至今未复审", by.zh),
        format!("was to be reviewed by {} and was not", by.en),
    );
    Some(Cause { text, since: due.tomorrow().ok(), deadline: due })
}

/// Its legal basis ends before it does, within the pack's notice, and nothing answers for the time after.
fn basis_ends(case: &Case<'_>, facts: &ExceptionFacts, end: Date) -> Option<Cause> {
    let from = end.checked_sub(Span::new().days(case.pack.review.basis_warning_days)).unwrap_or(end);
    if case.is_provided_for() || !case.today.has_come(from) {
        return None;
    }
    let (cited, last) = (facts.basis.as_ref()?.citation(), day(end));
    let text = Wording::new(
        format!("的依据{}将于{}之后失效", cited.zh, last.zh),
        format!("loses its legal basis, {}, after {}", cited.en, last.en),
    );
    Some(Cause { text, since: Some(from), deadline: end })
}

#[cfg(test)]
mod tests {
    use domain::MigrationState;
    use jiff::civil::date;

    use super::*;
    use crate::{
        facts::SystemFacts,
        fixtures::{self, on},
    };

    /// In its own room, excepted for 2026 and 2027 in a category that is reviewed every year.
    fn excepted(change: impl Fn(&mut ExceptionFacts)) -> SystemFacts {
        let mut facts = fixtures::facts();
        let mut exception = fixtures::exception(date(2026, 1, 1), date(2027, 12, 31));
        change(&mut exception);
        facts.exceptions.push(exception);
        facts
    }

    fn repealed(repealed_on: Date) -> SystemFacts {
        excepted(|one| {
            if let Some(basis) = &mut one.basis {
                basis.repealed_on = Some(repealed_on);
            }
        })
    }

    fn hit(facts: &SystemFacts, today: Date) -> Option<FlagHit> {
        on(facts, today).flags.into_iter().find(|hit| hit.rule == FlagRule::Cbd07)
    }

    fn has(facts: &SystemFacts, today: Date, rule: FlagRule) -> bool {
        on(facts, today).flags.iter().any(|hit| hit.rule == rule)
    }

    #[test]
    fn a_review_is_overdue_on_the_day_after_its_day_and_a_review_puts_it_off_by_its_months() {
        let facts = excepted(|_| {});
        assert_eq!(hit(&facts, date(2027, 1, 1)), None);
        assert_eq!(on(&facts, date(2026, 6, 1)).valid_until, Some(date(2027, 1, 2)));
        let late = hit(&facts, date(2027, 1, 2)).unwrap();
        assert_eq!((late.true_since, late.deadline_on), (Some(date(2027, 1, 2)), Some(date(2027, 1, 1))));
        assert!(late.explanation.en.contains("by 1 January 2027"), "{}", late.explanation);
        let reviewed = excepted(|one| one.record.reviewed_on = Some(date(2026, 12, 10)));
        assert_eq!(hit(&reviewed, date(2027, 12, 10)), None);
        assert!(hit(&reviewed, date(2027, 12, 11)).is_some());
    }

    #[test]
    fn categories_are_reviewed_as_often_as_the_pack_says() {
        let contract = excepted(|one| one.record.category = "E10".to_owned());
        assert_eq!(hit(&contract, date(2026, 4, 1)), None);
        assert!(hit(&contract, date(2026, 4, 2)).is_some());
        let event = excepted(|one| one.record.category = "E13".to_owned());
        assert!(hit(&event, date(2026, 2, 2)).is_some());
    }

    #[test]
    fn a_review_dated_ahead_has_not_happened() {
        let facts = excepted(|one| one.record.reviewed_on = Some(date(2027, 6, 1)));
        assert!(hit(&facts, date(2027, 1, 2)).is_some());
        assert_eq!(hit(&facts, date(2027, 6, 1)), None);
    }

    #[test]
    fn a_repeal_is_told_as_long_before_as_the_pack_says_and_not_as_an_end_of_its_own() {
        let facts = repealed(date(2026, 7, 1));
        assert_eq!(hit(&facts, date(2026, 3, 31)), None);
        let told = hit(&facts, date(2026, 4, 1)).unwrap();
        assert_eq!((told.true_since, told.deadline_on), (Some(date(2026, 4, 1)), Some(date(2026, 6, 30))));
        assert!(told.explanation.zh.contains("Platform rules") && told.explanation.zh.contains("6月30日"));
        assert!(!has(&facts, date(2026, 6, 30), FlagRule::Cbd06), "said once");
        // From the day of the repeal it has ended: that is CBD-05.
        assert_eq!(hit(&facts, date(2026, 7, 1)), None);
        assert!(has(&facts, date(2026, 7, 1), FlagRule::Cbd05) && !has(&facts, date(2026, 6, 30), FlagRule::Cbd05));
    }

    #[test]
    fn a_repeal_after_the_exceptions_own_end_is_none_of_its_business() {
        let facts = repealed(date(2028, 1, 1));
        assert!(has(&facts, date(2027, 12, 31), FlagRule::Cbd06));
        let told = hit(&facts, date(2027, 12, 31)).unwrap();
        assert!(!told.explanation.en.contains("legal basis"), "{}", told.explanation);
    }

    #[test]
    fn a_move_answers_for_the_end_of_a_basis_but_not_for_a_review() {
        let mut facts = repealed(date(2027, 2, 1));
        facts.migrations = vec![fixtures::migration(MigrationState::Submitted, date(2026, 12, 1), date(2027, 3, 1))];
        assert_eq!(hit(&facts, date(2026, 12, 15)), None);
        let told = hit(&facts, date(2027, 1, 2)).unwrap();
        assert!(!told.explanation.en.contains("legal basis"), "{}", told.explanation);
    }

    #[test]
    fn both_causes_are_told_in_one_flag() {
        let told = hit(&repealed(date(2027, 2, 1)), date(2027, 1, 2)).unwrap();
        assert!(told.explanation.en.contains("reviewed") && told.explanation.en.contains("; it loses its legal basis"));
        assert_eq!(told.deadline_on, Some(date(2027, 1, 1)));
        assert_eq!(told.true_since, Some(date(2026, 11, 2)));
    }

    #[test]
    fn a_longer_exception_takes_the_place_of_one_that_needs_review() {
        let mut facts = excepted(|_| {});
        facts.exceptions.push(fixtures::exception(date(2026, 12, 20), date(2028, 6, 30)));
        assert_eq!(hit(&facts, date(2027, 3, 1)), None);
    }
}
