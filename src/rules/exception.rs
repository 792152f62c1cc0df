//! When an exception holds: approved, started, not expired, complete, not revoked, its legal basis in force
//! (design, section 3; domain reference 4.4). Derived each time, never stored.

use domain::{CodeLists, LegalBasis, Wording};
use jiff::{Span, civil::Date};

use crate::{
    Pack,
    facts::ExceptionFacts,
    phrases::filled,
    today::{Today, settle},
};

/// Why an exception no longer holds, or will not from a day on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    Expired,
    Revoked,
    BasisLapsed,
}

/// What an exception is worth today.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Force {
    /// Holds, from and to these days, both included, and what will end it.
    Holds { start: Date, end: Date, reason: EndReason },
    /// Held from and to these days.
    Ended { start: Date, end: Date, reason: EndReason },
    /// Approved, begins on this day.
    Ahead { start: Date },
    /// Approved, but these parts are blank: it never held (CBD-08).
    Incomplete { missing: Vec<Wording> },
    /// Approved, but on no day of its term was its legal basis in force.
    Baseless,
    /// Not approved, or ended before it began: it never held.
    Nothing,
}

/// Judges one exception. The last day itself still counts.
pub(crate) fn judge(facts: &ExceptionFacts, pack: &Pack, today: &Today) -> Force {
    let exception = &facts.record;
    let Some(approved) = exception.approved_on else { return Force::Nothing };
    let begins = exception.starts_on.map_or(approved, |starts| starts.max(approved));
    let effective = facts.basis.as_ref().and_then(|basis| basis.effective_on);
    let start = effective.map_or(begins, |effective| effective.max(begins));
    let (last, _) = own_end(facts);
    let (end, reason) = end_of(facts);
    if end < start {
        return if begins <= last { Force::Baseless } else { Force::Nothing };
    }
    let missing = missing(facts, pack);
    if !missing.is_empty() {
        // Past its end nobody needs to complete it any more.
        return if today.is_past(end) { Force::Nothing } else { Force::Incomplete { missing } };
    }
    if !today.has_come(start) {
        Force::Ahead { start }
    } else if today.is_past(end) {
        Force::Ended { start, end, reason }
    } else {
        Force::Holds { start, end, reason }
    }
}

/// The last day by its own dates; a revocation holds from its own day.
fn own_end(facts: &ExceptionFacts) -> (Date, EndReason) {
    let exception = &facts.record;
    match exception.revoked_on.map(|revoked| revoked.yesterday().unwrap_or(revoked)) {
        Some(last) if last < exception.expires_on => (last, EndReason::Revoked),
        _ => (exception.expires_on, EndReason::Expired),
    }
}

/// The last day of force, whichever ends it first.
fn end_of(facts: &ExceptionFacts) -> (Date, EndReason) {
    let own = own_end(facts);
    match facts.basis.as_ref().and_then(LegalBasis::last_day) {
        Some(last) if last < own.0 => (last, EndReason::BasisLapsed),
        _ => own,
    }
}

/// The mandatory parts that are blank (design, section 4: category, basis, alternatives, controls, leader, exit plan).
fn missing(facts: &ExceptionFacts, pack: &Pack) -> Vec<Wording> {
    let exception = &facts.record;
    let known_category = pack.list("exception_category").has(&exception.category);
    [
        (known_category, "例外类别", "category"),
        (facts.basis.is_some(), "依据", "legal basis"),
        (filled(&exception.alternatives).is_some(), "替代方案", "alternatives considered"),
        (filled(&exception.controls).is_some(), "补偿措施", "compensating controls"),
        (filled(&exception.leader).is_some(), "责任领导", "accountable leader"),
        (filled(&exception.exit_plan).is_some(), "退出计划", "exit plan"),
    ]
    .into_iter()
    .filter(|part| !part.0)
    .map(|(_, zh, en)| Wording::new(zh, en))
    .collect()
}

/// The last day for the next review of an exception that holds from `start`: so many months of its category after the last
/// review, or after its start. A review dated ahead has not happened.
pub(crate) fn review_due(facts: &ExceptionFacts, start: Date, pack: &Pack, today: &Today) -> Date {
    let reviewed = facts.record.reviewed_on.filter(|reviewed| today.has_come(*reviewed));
    let from = reviewed.map_or(start, |reviewed| reviewed.max(start));
    from.saturating_add(Span::new().months(pack.review.months(&facts.record.category)))
}

/// What the pages of an exception say of its days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// The last day on which it holds, as far as is known today.
    pub end: Date,
    /// The last day for its next review; none when it ends before.
    pub review_on: Option<Date>,
}

/// The days of an exception that holds today or is approved to hold later; none for one that is over or never held.
pub fn running(facts: &ExceptionFacts, pack: &Pack, today: Date) -> Option<Running> {
    let (running, _) = settle(today, |today| {
        let start = match judge(facts, pack, today) {
            Force::Holds { start, .. } | Force::Ahead { start } => start,
            _ => return None,
        };
        let (end, review) = (end_of(facts).0, review_due(facts, start, pack, today));
        Some(Running { end, review_on: (review < end).then_some(review) })
    });
    running
}
