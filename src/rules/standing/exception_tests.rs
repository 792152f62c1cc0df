//! Exceptions and what they rest on: when they hold, when they end, and what is said then.

use domain::Standing;
use jiff::civil::date;

use super::tests::{TODAY, assert_standing, noted};
use crate::{ExceptionFacts, fixtures::*};

/// Takes away something that an exception needs.
type Spoil = fn(&mut ExceptionFacts);

fn basis(exception: &mut ExceptionFacts) -> &mut domain::LegalBasis {
    exception.basis.as_mut().expect("the exception of these tests has one")
}

#[test]
fn an_exception_still_holds_on_its_last_day_and_not_on_the_next() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), TODAY)];
    assert_eq!(assert_standing(&facts, Standing::Excepted).valid_until, Some(date(2026, 11, 24)));
    let reopened = on(&facts, date(2026, 11, 24));
    assert_eq!(reopened.standing, Standing::Unjustified);
    assert_eq!(reopened.obliged_since, Some(date(2026, 11, 24)));
    assert_eq!(reopened.deadline_on, Some(date(2026, 12, 22)));
}

#[test]
fn an_exception_holds_only_when_approved_started_complete_not_revoked_and_its_basis_in_force() {
    let spoil: [(&str, Spoil); 12] = [
        ("not approved", |one| one.record.approved_on = None),
        ("approved tomorrow", |one| one.record.approved_on = Some(date(2026, 11, 24))),
        ("starts tomorrow", |one| one.record.starts_on = Some(date(2026, 11, 24))),
        ("revoked today", |one| one.record.revoked_on = Some(TODAY)),
        ("basis repealed as of today", |one| basis(one).repealed_on = Some(TODAY)),
        ("basis in force from tomorrow", |one| basis(one).effective_on = Some(date(2026, 11, 24))),
        ("basis repealed before the approval", |one| basis(one).repealed_on = Some(date(2024, 1, 1))),
        ("no basis", |one| one.basis = None),
        ("no alternatives", |one| one.record.alternatives = Some(" ".to_owned())),
        ("no controls", |one| one.record.controls = None),
        ("no leader", |one| one.record.leader = None),
        ("no exit plan", |one| one.record.exit_plan = None),
    ];
    for (why, spoil) in spoil {
        let mut facts = facts();
        facts.exceptions = vec![exception(date(2025, 1, 1), date(2027, 12, 31))];
        assert_standing(&facts, Standing::Excepted);
        spoil(&mut facts.exceptions[0]);
        let standing = on(&facts, TODAY).standing;
        assert_eq!(standing, Standing::Unjustified, "{why}");
    }
}

#[test]
fn a_repealed_basis_reopens_the_system_on_the_day_of_the_repeal_with_a_deadline_of_its_own() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2027, 12, 31))];
    facts.exceptions[0].record.reviewed_on = Some(date(2026, 9, 1));
    basis(&mut facts.exceptions[0]).repealed_on = Some(date(2026, 11, 24));
    let last = assert_standing(&facts, Standing::Excepted);
    assert!(last.sentence.en.contains("holds until 23 November 2026"), "{}", last.sentence);
    assert_eq!(last.valid_until, Some(date(2026, 11, 24)));
    let reopened = on(&facts, date(2026, 11, 24));
    assert_eq!((reopened.standing, reopened.obliged_since), (Standing::Unjustified, Some(date(2026, 11, 24))));
    assert_eq!(reopened.deadline_on, Some(date(2026, 12, 22)));
    assert!(reopened.sentence.en.contains("lost its legal basis on 23 November 2026"), "{}", reopened.sentence);
}

#[test]
fn an_exception_whose_basis_never_held_in_its_term_says_so_and_did_not_lapse() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2027, 12, 31))];
    basis(&mut facts.exceptions[0]).repealed_on = Some(date(2025, 1, 1));
    let assessment = assert_standing(&facts, Standing::Unjustified);
    assert!(noted(&assessment, "on no day of its term was its legal basis in force"), "{:?}", assessment.notes);
    assert!(!assessment.flags.iter().any(|flag| flag.rule == domain::FlagRule::Cbd05));
}

#[test]
fn an_exception_of_a_category_that_is_never_stored_does_not_hold() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2027, 12, 31))];
    facts.exceptions[0].record.category = "E01".to_owned();
    assert!(noted(&assert_standing(&facts, Standing::Unjustified), "it lacks category"));
}
