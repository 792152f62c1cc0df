//! Procedures that need somebody: an exception that ends soon (CBD-06) or lacks mandatory parts (CBD-08), a migration past its time
//! (CBD-10), an approval that nobody carried out (CBD-11). Domain reference 4.5. Reviews and legal bases have a file of their own.

use domain::{FlagRule, MigrationState, Severity, Standing, Wording};
use jiff::Span;

use super::FlagHit;
use crate::{
    exception::{EndReason, Force},
    migration::Progress,
    phrases::day,
    standing::{Case, Finding},
};

/// An exception is to be renewed or ended from so many days before its end.
const ENDS_SOON_DAYS: i64 = 90;
/// An approval is to be carried out within so many days.
const CARRY_OUT_DAYS: i64 = 30;

/// CBD-06: the exception that covers the system ends soon, and nothing was done about it.
pub(super) fn ends_soon(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    if finding.standing != Standing::Excepted {
        return None;
    }
    let (facts, _, end, reason) = case.holding_exception()?;
    let exception = &facts.record;
    let from = end.checked_sub(Span::new().days(ENDS_SOON_DAYS)).unwrap_or(end);
    // That its legal basis ends is CBD-07.
    if reason == EndReason::BasisLapsed || case.is_provided_for() || !case.today.has_come(from) {
        return None;
    }
    let last = day(end);
    let explanation = Wording::new(
        format!("例外“{}”将于{}到期，尚未续期，也没有上云申请。", exception.name, last.zh),
        format!(
            "The exception “{}” ends on {}; it was not renewed, and no move was asked for.",
            exception.name, last.en
        ),
    );
    let number = exception.code.as_deref().unwrap_or(&exception.name);
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd06, explanation)
            .fact("exception", Some(number))
            .fact("last_day", Some(end))
            .since(Some(from))
            .until(Some(end)),
    )
}

/// CBD-08: an approved exception lacks mandatory parts, so that it never held.
pub(super) fn incomplete(case: &Case<'_>, _: &Finding) -> Option<FlagHit> {
    let (exception, missing) = case.exceptions.iter().find_map(|(one, force)| match force {
        Force::Incomplete { missing } => Some((&one.record, missing)),
        _ => None,
    })?;
    let join =
        |pick: fn(&Wording) -> &str, separator: &str| missing.iter().map(pick).collect::<Vec<_>>().join(separator);
    let explanation = Wording::new(
        format!("例外“{}”缺少{}，因此从未生效。", exception.name, join(|one| &one.zh, "、")),
        format!("The exception “{}” lacks its {}, so that it never held.", exception.name, join(|one| &one.en, ", ")),
    );
    let number = exception.code.as_deref().unwrap_or(&exception.name);
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd08, explanation)
            .fact("exception", Some(number))
            .since(exception.approved_on),
    )
}

/// CBD-10: a migration past its planned cut-over; graver when it is twice as late as its time.
pub(super) fn late(case: &Case<'_>, _: &Finding) -> Option<FlagHit> {
    let (migration, planned, is_twice) = case.migrations.iter().find_map(|(one, progress)| {
        let planned = one.planned_cutover_on?;
        let before_cutover = !matches!(one.state, MigrationState::CutOver | MigrationState::SourceOff);
        match progress {
            Progress::Late { .. } => Some((*one, planned, true)),
            Progress::UnderWay { .. } if before_cutover && case.today.is_past(planned) => Some((*one, planned, false)),
            _ => None,
        }
    })?;
    let by = day(planned);
    let explanation = Wording::new(
        format!("上云申请“{}”应于{}前割接，至今未完成。", migration.name, by.zh),
        format!("The migration “{}” was to cut over by {} and has not.", migration.name, by.en),
    );
    let number = migration.code.as_deref().unwrap_or(&migration.name);
    let mut hit = FlagHit::new(case.pack, FlagRule::Cbd10, explanation)
        .fact("migration", Some(number))
        .fact("planned_cutover_on", Some(planned))
        .since(planned.tomorrow().ok());
    if is_twice {
        hit.severity = Severity::High;
    }
    Some(hit)
}

/// CBD-11: approved, and after a month nothing was made of it.
pub(super) fn not_carried_out(case: &Case<'_>, _: &Finding) -> Option<FlagHit> {
    let (migration, approved, due) = case.migrations.iter().find_map(|(one, progress)| {
        let approved = one.approved_on.filter(|_| one.state == MigrationState::Approved)?;
        let due = approved.checked_add(Span::new().days(CARRY_OUT_DAYS)).ok()?;
        let is_open = !matches!(progress, Progress::Over | Progress::Suspended);
        (is_open && case.today.is_past(due)).then_some((*one, approved, due))
    })?;
    let on = day(approved);
    let explanation = Wording::new(
        format!("上云申请“{}”于{}批准，超过{CARRY_OUT_DAYS}天仍未开通资源。", migration.name, on.zh),
        format!(
            "The migration “{}” was approved on {}; after {CARRY_OUT_DAYS} days nothing has been made.",
            migration.name, on.en
        ),
    );
    let number = migration.code.as_deref().unwrap_or(&migration.name);
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd11, explanation)
            .fact("migration", Some(number))
            .fact("approved_on", Some(approved))
            .since(due.tomorrow().ok()),
    )
}

#[cfg(test)]
mod tests {
    use domain::{CloudException, Migration, MigrationState};
    use jiff::civil::{Date, date};

    use super::*;
    use crate::{Pack, assess_system, facts::SystemFacts, fixtures};

    fn rules_on(facts: &SystemFacts, today: Date) -> Vec<FlagRule> {
        let pack = Pack::builtin("cn").unwrap();
        assess_system(facts, pack, today).flags.into_iter().map(|hit| hit.rule).collect()
    }

    fn outside() -> SystemFacts {
        let mut facts = fixtures::facts();
        facts.placements = vec![fixtures::in_room("web")];
        facts
    }

    fn excepted(change: impl Fn(&mut CloudException)) -> SystemFacts {
        let mut facts = outside();
        let mut exception = fixtures::exception(date(2026, 1, 1), date(2026, 12, 31));
        change(&mut exception.record);
        facts.exceptions.push(exception);
        facts
    }

    fn moving(change: impl Fn(&mut Migration)) -> SystemFacts {
        let mut facts = outside();
        let mut migration = fixtures::migration(MigrationState::Approved, date(2026, 1, 10), date(2026, 7, 1));
        change(&mut migration);
        facts.migrations.push(migration);
        facts
    }

    #[test]
    fn an_exception_is_flagged_ninety_days_before_its_end_unless_a_move_is_asked_for() {
        let facts = excepted(|_| {});
        assert!(!rules_on(&facts, date(2026, 10, 1)).contains(&FlagRule::Cbd06));
        assert!(rules_on(&facts, date(2026, 10, 2)).contains(&FlagRule::Cbd06));
        let mut leaving = facts;
        leaving.migrations = moving(|one| one.state = MigrationState::Submitted).migrations;
        assert!(!rules_on(&leaving, date(2026, 12, 1)).contains(&FlagRule::Cbd06));
    }

    #[test]
    fn an_approved_exception_without_its_leader_is_flagged() {
        assert!(rules_on(&excepted(|one| one.leader = None), date(2026, 6, 1)).contains(&FlagRule::Cbd08));
        assert!(!rules_on(&excepted(|_| {}), date(2026, 6, 1)).contains(&FlagRule::Cbd08));
    }

    #[test]
    fn a_migration_is_late_on_the_day_after_its_planned_cut_over() {
        let facts = moving(|one| one.state = MigrationState::Provisioned);
        assert!(!rules_on(&facts, date(2026, 7, 1)).contains(&FlagRule::Cbd10));
        assert!(rules_on(&facts, date(2026, 7, 2)).contains(&FlagRule::Cbd10));
        assert!(
            !rules_on(&moving(|one| one.state = MigrationState::CutOver), date(2026, 7, 2)).contains(&FlagRule::Cbd10)
        );
    }

    #[test]
    fn an_approval_that_nobody_carried_out_is_flagged_after_thirty_days() {
        let facts = moving(|_| {});
        assert!(!rules_on(&facts, date(2026, 2, 9)).contains(&FlagRule::Cbd11));
        assert!(rules_on(&facts, date(2026, 2, 10)).contains(&FlagRule::Cbd11));
    }
}
