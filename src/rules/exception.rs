//! When an exception holds: approved, started, not expired, complete, not revoked, its basis in force
//! (design, section 3; domain reference 4.4). Derived each time, never stored.

use domain::{CloudException, CodeLists, Wording};
use jiff::civil::Date;

use crate::{Pack, phrases::filled, today::Today};

/// Why an exception no longer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    Expired,
    Revoked,
    BasisLapsed,
}

/// What an exception is worth today.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Force {
    /// Holds, from and to these days, both included.
    Holds { start: Date, end: Date },
    /// Held from and to these days.
    Ended { start: Date, end: Date, reason: EndReason },
    /// Approved, begins on this day.
    Ahead { start: Date },
    /// Approved, but these parts are blank: it never held (CBD-08).
    Incomplete { missing: Vec<Wording> },
    /// Not approved, or ended before it began: it never held.
    Nothing,
}

/// Judges one exception. The last day itself still counts.
pub(crate) fn judge(exception: &CloudException, pack: &Pack, today: &Today) -> Force {
    let Some(approved) = exception.approved_on else { return Force::Nothing };
    let start = exception.starts_on.map_or(approved, |starts| starts.max(approved));
    let (end, reason) = end_of(exception);
    if end < start {
        return Force::Nothing;
    }
    let missing = missing(exception, pack);
    if !missing.is_empty() {
        // Past its end nobody needs to complete it any more.
        return if today.is_past(end) { Force::Nothing } else { Force::Incomplete { missing } };
    }
    if !today.has_come(start) {
        Force::Ahead { start }
    } else if today.is_past(end) {
        Force::Ended { start, end, reason }
    } else {
        Force::Holds { start, end }
    }
}

/// The last day of force, whichever ends it first; a revocation holds from its own day.
fn end_of(exception: &CloudException) -> (Date, EndReason) {
    let revoked = exception.revoked_on.map(|revoked| (revoked.yesterday().unwrap_or(revoked), EndReason::Revoked));
    let basis = exception.basis_until.map(|until| (until, EndReason::BasisLapsed));
    [revoked, basis]
        .into_iter()
        .flatten()
        .fold((exception.expires_on, EndReason::Expired), |first, other| if other.0 < first.0 { other } else { first })
}

/// The mandatory parts that are blank (design, section 4: category, basis, alternatives, controls, leader, exit plan).
fn missing(exception: &CloudException, pack: &Pack) -> Vec<Wording> {
    let known_category = pack.list("exception_category").has(&exception.category);
    [
        (known_category, "例外类别", "category"),
        (filled(&exception.legal_basis).is_some(), "依据", "legal basis"),
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
