//! Each standing, what it takes and what it does not take, precedence, deadlines.

use domain::{ComponentRole, Hosting, Lifecycle, MigrationState, OwnerLevel, Standing};
use jiff::{ToSpan, civil::date};

use crate::{Assessment, Place, SystemFacts, fixtures::*};

/// The day of these tests.
pub(super) const TODAY: jiff::civil::Date = date(2026, 11, 23);

#[track_caller]
pub(super) fn assert_standing(facts: &SystemFacts, wanted: Standing) -> Assessment {
    let assessment = on(facts, TODAY);
    assert_eq!(assessment.standing, wanted, "{}", assessment.sentence);
    assessment
}

pub(super) fn noted(assessment: &Assessment, text: &str) -> bool {
    assessment.notes.iter().any(|note| note.en.contains(text))
}

// Not applicable, retired, not live.

#[test]
fn not_applicable_without_a_reason_does_not_count() {
    let mut facts = facts();
    facts.system.not_applicable = Some(true);
    facts.system.not_applicable_reason = Some("  ".to_owned());
    assert!(noted(&assert_standing(&facts, Standing::Unjustified), "without a reason"));
    facts.system.not_applicable_reason = Some("run by the ministry".to_owned());
    assert_standing(&facts, Standing::NotApplicable);
}

#[test]
fn a_department_cannot_get_out_by_claiming_a_higher_owner_level() {
    let mut facts = facts();
    facts.system.owner_level = Some(OwnerLevel::National);
    facts.department.is_vertical = Some(true);
    assert!(noted(&assert_standing(&facts, Standing::Unjustified), "an operator marks it not applicable"));
}

#[test]
fn systems_of_a_department_out_of_scope_are_not_applicable_once_there_is_a_reason() {
    let mut facts = facts();
    facts.department.in_scope = Some(false);
    assert_standing(&facts, Standing::Unjustified);
    facts.department.scope_reason = Some("not a government body".to_owned());
    assert!(assert_standing(&facts, Standing::NotApplicable).sentence.en.contains("not a government body"));
}

#[test]
fn retired_needs_verification_disposition_and_machines_that_are_off() {
    let mut facts = facts();
    facts.system.lifecycle = Some(Lifecycle::Retired);
    assert!(noted(&assert_standing(&facts, Standing::Unjustified), "declared retired, but not verified"));
    facts.system.retired_verified_on = Some(TODAY);
    assert_standing(&facts, Standing::Unjustified);
    facts.system.data_disposition = Some("handed_over".to_owned());
    let retired = assert_standing(&facts, Standing::Retired);
    assert_eq!((retired.since, retired.valid_until), (Some(TODAY), None));
    facts.placements = vec![crate::Placement { in_service: Some(true), ..in_room("web-1") }];
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn a_blank_life_cycle_counts_as_live() {
    let mut facts = facts();
    facts.system.live_on = None;
    facts.registered_on = TODAY;
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn under_construction_without_a_date_is_not_live_for_as_long_as_the_pack_allows_and_not_a_day_longer() {
    let mut facts = facts();
    facts.system.lifecycle = Some(Lifecycle::Building);
    facts.system.live_on = None;
    facts.registered_on = date(2025, 5, 23);
    let last_day = assert_standing(&facts, Standing::NotLive);
    assert_eq!(last_day.valid_until, Some(date(2026, 11, 24)));
    facts.registered_on = date(2025, 5, 22);
    assert!(noted(&assert_standing(&facts, Standing::Unjustified), "counts as live"));
}

#[test]
fn a_go_live_date_ahead_ends_on_that_day_and_the_breach_is_flagged_on_it() {
    let mut facts = facts();
    facts.system.lifecycle = Some(Lifecycle::Building);
    facts.system.live_on = Some(date(2026, 11, 24));
    let before = assert_standing(&facts, Standing::NotLive);
    assert_eq!(before.valid_until, Some(date(2026, 11, 24)));
    assert!(before.flags.is_empty());
    let after = on(&facts, date(2026, 11, 24));
    assert_eq!(after.standing, Standing::Unjustified);
    assert_eq!(after.obliged_since, Some(date(2026, 11, 24)));
    assert!(after.flags.iter().any(|flag| flag.rule == domain::FlagRule::Cbd02));
}

#[test]
fn a_live_system_with_a_go_live_date_ahead_is_live_and_its_deadline_does_not_wait() {
    let mut facts = facts();
    facts.system.lifecycle = Some(Lifecycle::Live);
    facts.system.live_on = Some(date(2099, 1, 1));
    assert_eq!(assert_standing(&facts, Standing::Unjustified).obliged_since, Some(date(2024, 5, 6)));
}

#[test]
fn a_trial_run_without_a_date_is_use() {
    let mut facts = facts();
    facts.system.lifecycle = Some(Lifecycle::Trial);
    facts.system.live_on = None;
    facts.registered_on = TODAY;
    assert_standing(&facts, Standing::Unjustified);
}

// Unassessed and on cloud.

#[test]
fn a_system_of_which_no_place_is_known_is_asked_for_and_not_accused() {
    let mut facts = facts();
    facts.placements.clear();
    let assessment = assert_standing(&facts, Standing::Unassessed);
    assert!(assessment.flags.is_empty() && assessment.deadline_on.is_none() && !assessment.next_steps.is_empty());
    facts.placements = vec![nowhere("web-1")];
    assert_standing(&facts, Standing::Unassessed);
    facts.placements = vec![in_zone("web-1"), nowhere("web-2")];
    assert_standing(&facts, Standing::Unassessed);
}

#[test]
fn a_machine_outside_whose_place_is_known_decides_even_if_others_are_unknown() {
    let mut facts = facts();
    facts.placements.push(nowhere("web-2"));
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn one_machine_outside_keeps_a_system_off_the_cloud() {
    let mut facts = facts();
    facts.placements.push(in_zone("web-2"));
    assert_standing(&facts, Standing::Unjustified);
    facts.placements.remove(0);
    assert_standing(&facts, Standing::OnCloud);
}

#[test]
fn a_missing_role_counts_as_production_and_standby_never_decides() {
    let mut facts = facts();
    facts.placements.push(in_zone("web-2"));
    for role in
        [ComponentRole::Standby, ComponentRole::DisasterRecovery, ComponentRole::Test, ComponentRole::Development]
    {
        facts.placements[0].role = Some(role);
        let assessment = assert_standing(&facts, Standing::OnCloud);
        assert!(noted(&assessment, "does not decide"));
    }
    facts.placements[0].role = Some(ComponentRole::Production);
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn a_source_still_in_service_after_its_end_keeps_the_system_off_the_cloud() {
    let mut facts = facts();
    facts.placements.push(in_zone("web-2"));
    facts.placements[0].to_on = Some(date(2026, 10, 1));
    let moved = assert_standing(&facts, Standing::OnCloud);
    assert_eq!(moved.since, None, "nobody said since when web-2 is there");
    facts.placements[0].in_service = Some(true);
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn the_day_on_which_a_source_stops_is_the_first_day_on_the_cloud() {
    let mut facts = facts();
    facts.placements[0].to_on = Some(date(2026, 11, 24));
    facts.placements.push(crate::Placement { from_on: Some(date(2026, 11, 1)), ..in_zone("web-2") });
    assert_eq!(assert_standing(&facts, Standing::Unjustified).valid_until, Some(date(2026, 11, 24)));
    let moved = on(&facts, date(2026, 11, 24));
    assert_eq!((moved.standing, moved.since), (Standing::OnCloud, Some(date(2026, 11, 24))));
}

#[test]
fn a_zone_that_does_not_count_as_cloud_is_off_the_cloud() {
    let mut facts = facts();
    for counts in [Some(false), None] {
        facts.placements = vec![crate::Placement {
            place: Place::Zone(crate::ZoneFacts { counts_as_cloud: counts, ..zone() }),
            ..in_zone("web-1")
        }];
        assert_standing(&facts, Standing::Unjustified);
    }
}

#[test]
fn what_a_system_declares_counts_until_components_exist() {
    let mut facts = facts();
    facts.placements.clear();
    facts.system.hosting = Some(Hosting::GovernmentCloud);
    assert!(assert_standing(&facts, Standing::OnCloud).sentence.en.starts_with("Declared to run"));
    facts.placements = vec![in_room("web-1")];
    let proven = assert_standing(&facts, Standing::Unjustified);
    assert!(proven.flags.iter().any(|flag| flag.rule == domain::FlagRule::Cbd25Hosting));
}

#[test]
fn every_declared_hosting_but_the_government_cloud_is_off_the_cloud() {
    let mut facts = facts();
    facts.placements.clear();
    for hosting in Hosting::ALL {
        facts.system.hosting = Some(*hosting);
        let wanted = if *hosting == Hosting::GovernmentCloud { Standing::OnCloud } else { Standing::Unjustified };
        assert_standing(&facts, wanted);
    }
}

#[test]
fn a_standby_machine_does_not_void_the_declaration() {
    let mut facts = facts();
    facts.system.hosting = Some(Hosting::OwnRoom);
    facts.placements = vec![crate::Placement { role: Some(ComponentRole::DisasterRecovery), ..in_zone("dr-1") }];
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn machines_that_all_ended_leave_the_place_unknown() {
    let mut facts = facts();
    facts.system.hosting = Some(Hosting::GovernmentCloud);
    facts.placements[0].to_on = Some(date(2026, 10, 1));
    assert_eq!(assert_standing(&facts, Standing::Unassessed).since, Some(date(2026, 10, 1)));
}

// Migrations, retirement, plans.

#[test]
fn a_migration_protects_until_twice_its_time_and_not_a_day_longer() {
    let mut facts = facts();
    // 10 days planned; twice is the 23rd.
    facts.migrations = vec![migration(MigrationState::Approved, date(2026, 11, 3), date(2026, 11, 13))];
    assert_eq!(assert_standing(&facts, Standing::Migrating).valid_until, Some(date(2026, 11, 24)));
    let late = on(&facts, date(2026, 11, 24));
    assert_eq!((late.standing, late.since), (Standing::Unjustified, Some(date(2026, 11, 24))));
    assert!(late.sentence.en.contains("twice its time"), "{}", late.sentence);
}

#[test]
fn only_a_migration_past_approval_and_not_finished_protects() {
    for state in MigrationState::ALL {
        let mut facts = facts();
        facts.migrations = vec![migration(*state, date(2026, 10, 1), date(2026, 12, 31))];
        let wanted = match state {
            MigrationState::Submitted => Standing::Planned,
            MigrationState::Approved
            | MigrationState::Provisioning
            | MigrationState::Provisioned
            | MigrationState::ProvisioningFailed
            | MigrationState::CutOver
            | MigrationState::SourceOff => Standing::Migrating,
            _ => Standing::Unjustified,
        };
        assert_standing(&facts, wanted);
        facts.migrations[0].suspended = Some(true);
        assert!(noted(&on(&facts, TODAY), "suspended") || !matches!(wanted, Standing::Migrating | Standing::Planned));
        assert_standing(&facts, Standing::Unjustified);
    }
}

#[test]
fn a_migration_without_dates_protects_for_the_packs_time_only() {
    let mut facts = facts();
    facts.registered_on = TODAY;
    facts.migrations = vec![migration(MigrationState::Approved, TODAY, TODAY)];
    facts.migrations[0].submitted_on = None;
    facts.migrations[0].approved_on = None;
    facts.migrations[0].planned_cutover_on = None;
    assert_eq!(assert_standing(&facts, Standing::Migrating).valid_until, Some(TODAY + 361.days()));
}

#[test]
fn a_retirement_counts_when_approved_ahead_and_near() {
    let mut facts = facts();
    facts.system.retire_on = Some(date(2026, 12, 31));
    assert_standing(&facts, Standing::Unjustified);
    facts.system.retire_approved_on = Some(date(2026, 11, 1));
    assert_standing(&facts, Standing::Retiring);
    facts.system.retire_on = Some(TODAY);
    assert_standing(&facts, Standing::Unjustified);
    facts.system.retire_on = Some(date(2027, 11, 1));
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn a_draft_is_nothing_and_a_wave_counts_until_its_date_has_passed() {
    let mut facts = facts();
    facts.migrations = vec![migration(MigrationState::Draft, date(2026, 10, 1), date(2026, 12, 31))];
    assert!(noted(&assert_standing(&facts, Standing::Unjustified), "a draft"));
    facts.migrations[0].wave_on = Some(TODAY);
    assert_eq!(assert_standing(&facts, Standing::Planned).valid_until, Some(date(2026, 11, 24)));
    facts.migrations[0].wave_on = Some(date(2026, 11, 22));
    assert_standing(&facts, Standing::Unjustified);
}

#[test]
fn a_second_open_procedure_is_shown_as_a_note() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2027, 12, 31))];
    facts.migrations = vec![
        migration(MigrationState::Submitted, date(2026, 10, 1), date(2026, 12, 31)),
        migration(MigrationState::Approved, date(2026, 10, 1), date(2026, 12, 31)),
    ];
    assert_eq!(assert_standing(&facts, Standing::Excepted).notes.len(), 2);
    facts.exceptions.clear();
    let migrating = assert_standing(&facts, Standing::Migrating);
    assert_eq!(migrating.notes.len(), 1);
    assert!(noted(&migrating, "is open as well"));
}

// Precedence.

/// Makes facts fit a standing, whatever else they fit.
fn fit(facts: &mut SystemFacts, standing: Standing) {
    match standing {
        Standing::NotApplicable => {
            facts.system.not_applicable = Some(true);
            facts.system.not_applicable_reason = Some("vertical".to_owned());
        }
        Standing::Retired => {
            facts.system.lifecycle = Some(Lifecycle::Retired);
            facts.system.retired_verified_on = Some(date(2026, 1, 1));
            facts.system.data_disposition = Some("archived".to_owned());
        }
        Standing::NotLive => {
            facts.system.lifecycle = Some(Lifecycle::Building);
            facts.system.live_on = Some(date(2027, 1, 1));
        }
        Standing::Unassessed => facts.placements.clear(),
        Standing::OnCloud => facts.placements = vec![in_zone("web-1")],
        Standing::Excepted => facts.exceptions = vec![exception(date(2025, 1, 1), date(2027, 12, 31))],
        Standing::Migrating => {
            facts.migrations.push(migration(MigrationState::Approved, date(2026, 10, 1), date(2026, 12, 31)));
        }
        Standing::Retiring => {
            facts.system.retire_approved_on = Some(date(2026, 11, 1));
            facts.system.retire_on = Some(date(2026, 12, 31));
        }
        Standing::Planned => {
            facts.migrations.push(migration(MigrationState::Submitted, date(2026, 10, 1), date(2026, 12, 31)));
        }
        Standing::Unjustified => {}
    }
}

#[test]
fn of_two_standings_that_both_fit_the_first_one_wins() {
    for (index, first) in Standing::ALL.iter().enumerate() {
        for second in &Standing::ALL[index..] {
            let mut facts = facts();
            // The first is made to fit last, so that facts which cannot both be (two life cycles) are the first one's.
            fit(&mut facts, *second);
            fit(&mut facts, *first);
            assert_eq!(on(&facts, TODAY).standing, *first, "{first:?} before {second:?}");
        }
    }
}

// Deadlines.

#[test]
fn the_deadline_is_twenty_working_days_after_the_first_registration() {
    let mut facts = facts();
    facts.registered_on = date(2026, 11, 9);
    let assessment = assert_standing(&facts, Standing::Unjustified);
    assert_eq!(assessment.obliged_since, Some(date(2026, 11, 9)));
    assert_eq!(assessment.deadline_on, Some(date(2026, 12, 7)));
    assert!(assessment.sentence.en.contains("decide by 7 December 2026"), "{}", assessment.sentence);
    assert!(assessment.sentence.zh.contains("2026年12月7日"), "{}", assessment.sentence.zh);
    assert_eq!(assessment.valid_until, Some(date(2026, 12, 8)));
    assert!(on(&facts, date(2026, 12, 8)).sentence.en.contains("has passed"));
}

#[test]
fn the_deadline_over_chinese_new_year_counts_holidays_and_make_up_workdays() {
    let mut facts = facts();
    facts.registered_on = date(2026, 2, 8);
    assert_eq!(on(&facts, date(2026, 2, 10)).deadline_on, Some(date(2026, 3, 12)));
}

#[test]
fn nobody_is_obliged_before_the_policy_date() {
    let mut facts = facts();
    facts.registered_on = date(2015, 1, 1);
    assert_eq!(assert_standing(&facts, Standing::Unjustified).obliged_since, Some(date(2018, 1, 1)));
}

#[test]
fn drafts_returns_and_rejections_never_move_the_deadline() {
    let mut facts = facts();
    facts.registered_on = date(2026, 11, 9);
    for state in [MigrationState::Draft, MigrationState::Returned, MigrationState::Rejected, MigrationState::Withdrawn]
    {
        facts.migrations = vec![migration(state, date(2026, 11, 10), date(2026, 12, 31))];
        assert_eq!(assert_standing(&facts, Standing::Unjustified).deadline_on, Some(date(2026, 12, 7)), "{state:?}");
    }
}

#[test]
fn time_inside_an_accepted_migration_is_added_to_the_deadline() {
    let mut facts = facts();
    facts.registered_on = date(2026, 10, 12);
    assert_eq!(assert_standing(&facts, Standing::Unjustified).deadline_on, Some(date(2026, 11, 9)));
    facts.migrations = vec![migration(MigrationState::Approved, date(2026, 10, 20), date(2026, 10, 24))];
    // 20 October + 2 × 4 days = 28 October: 20–23 and 26–28 are seven working days.
    assert_eq!(assert_standing(&facts, Standing::Unjustified).deadline_on, Some(date(2026, 11, 18)));
}

#[test]
fn two_migrations_at_once_are_not_added_twice() {
    let mut facts = facts();
    facts.registered_on = date(2026, 10, 12);
    let late = migration(MigrationState::Approved, date(2026, 10, 20), date(2026, 10, 24));
    facts.migrations = vec![late.clone(), late];
    assert_eq!(assert_standing(&facts, Standing::Unjustified).deadline_on, Some(date(2026, 11, 18)));
}

#[test]
fn a_deadline_in_a_year_without_published_holidays_is_said_to_be_provisional() {
    let mut facts = facts();
    facts.registered_on = date(2026, 12, 21);
    let assessment = on(&facts, date(2026, 12, 22));
    assert!(noted(&assessment, "holidays of 2027 are not published"), "{:?}", assessment.notes);
}

#[test]
fn the_sentence_tells_where_since_when_what_rule_what_is_missing_and_by_when() {
    let mut facts = facts();
    facts.registered_on = date(2026, 11, 9);
    facts.placements[0].from_on = Some(date(2014, 3, 1));
    assert_eq!(
        on(&facts, TODAY).sentence.en,
        "Runs in room “B2” since 1 March 2014; the rule (浙政办发〔2015〕8号, article 3) says cloud; no open request and no exception; decide by 7 December 2026."
    );
}
