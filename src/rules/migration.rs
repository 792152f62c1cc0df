//! What a migration is worth today: it protects while it is past approval and not twice as late as its time, it counts
//! as a plan when submitted or in a wave ahead, and a draft is nothing (design, section 3).

use domain::{Migration, MigrationState};
use jiff::{Span, civil::Date};

use crate::{Pack, facts::SystemFacts, today::Today};

/// What a migration is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Past approval and in time, from and to these days.
    UnderWay { start: Date, last: Date },
    /// Past approval, and later than twice its time since this last day. Keeps the start, for the time it protected.
    Late { start: Date, last: Date },
    /// Interrupted.
    Suspended,
    /// Handed in, not decided.
    Submitted,
    /// In a wave of this day, not passed.
    InWave { on: Date },
    /// Being written, or sent back.
    Draft,
    /// Finished or given up.
    Over,
}

/// True from the approval until the source is off.
fn is_past_approval(state: MigrationState) -> bool {
    use MigrationState as State;
    match state {
        State::Approved
        | State::Provisioning
        | State::Provisioned
        | State::ProvisioningFailed
        | State::CutOver
        | State::SourceOff => true,
        State::Draft
        | State::Submitted
        | State::Returned
        | State::Withdrawn
        | State::Rejected
        | State::Closed
        | State::Cancelled => false,
    }
}

/// When the migration's time began, and the last day on which it protects.
///
/// Its time runs from the approval (else the submission, else the registration of the system) to the planned cut-over;
/// without a plan that lies ahead of the start, the pack's time counts.
pub(crate) fn time_of(migration: &Migration, facts: &SystemFacts, pack: &Pack) -> (Date, Date) {
    let start = migration.approved_on.or(migration.submitted_on).unwrap_or(facts.registered_on);
    let days = migration
        .planned_cutover_on
        .and_then(|planned| start.until(planned).ok())
        .map(|span| span.get_days())
        .filter(|days| *days > 0)
        .unwrap_or(pack.limits.migration_default_days);
    let allowed = i64::from(days) * i64::from(pack.limits.migration_late_factor);
    let last = Span::new().try_days(allowed).ok().and_then(|span| start.checked_add(span).ok()).unwrap_or(Date::MAX);
    (start, last)
}

/// Judges one migration.
pub(crate) fn judge(migration: &Migration, facts: &SystemFacts, pack: &Pack, today: &Today) -> Progress {
    let over = matches!(
        migration.state,
        MigrationState::Withdrawn | MigrationState::Rejected | MigrationState::Closed | MigrationState::Cancelled
    );
    if over {
        return Progress::Over;
    }
    if migration.suspended == Some(true) {
        return Progress::Suspended;
    }
    let (start, last) = time_of(migration, facts, pack);
    let past_approval = is_past_approval(migration.state);
    if past_approval && !today.is_past(last) {
        return Progress::UnderWay { start, last };
    }
    if migration.state == MigrationState::Submitted {
        return Progress::Submitted;
    }
    if let Some(on) = migration.wave_on {
        let grace = Span::new().days(pack.limits.planned_wave_grace_days);
        if !today.is_past(on.checked_add(grace).unwrap_or(on)) {
            return Progress::InWave { on };
        }
    }
    if past_approval { Progress::Late { start, last } } else { Progress::Draft }
}

/// The days during which an accepted migration stopped the clock of the duty, as far as the record tells.
///
/// A late one protected until its last day, a finished one until the cut-over. Of a cancelled or suspended one the
/// record has no end, and an end that nobody wrote down adds nothing.
pub(crate) fn protected(migration: &Migration, facts: &SystemFacts, pack: &Pack) -> Option<(Date, Date)> {
    if migration.suspended == Some(true) {
        return None;
    }
    let (start, last) = time_of(migration, facts, pack);
    match migration.state {
        MigrationState::CutOver | MigrationState::SourceOff | MigrationState::Closed => {
            migration.approved_on.and(migration.cutover_on).map(|end| (start, end.min(last)))
        }
        state if is_past_approval(state) => Some((start, last)),
        _ => None,
    }
    .filter(|(start, end)| start <= end)
}
