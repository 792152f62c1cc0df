//! Flags of systems: when they are raised, and when they are not.

use domain::{FlagRule, Hosting, MigrationState, Standing};
use jiff::civil::{Date, date};

use crate::{FlagHit, Place, SystemFacts, ZoneFacts, fixtures::*};

const TODAY: Date = date(2026, 11, 23);

fn flag(facts: &SystemFacts, rule: FlagRule) -> Option<FlagHit> {
    on(facts, TODAY).flags.into_iter().find(|flag| flag.rule == rule)
}

#[track_caller]
fn assert_none(facts: &SystemFacts, rule: FlagRule) {
    assert_eq!(flag(facts, rule), None);
}

#[test]
fn an_unjustified_system_is_flagged_with_clause_remedy_and_deadline() {
    let mut facts = facts();
    facts.registered_on = date(2026, 11, 9);
    let hit = flag(&facts, FlagRule::Cbd01).unwrap();
    assert_eq!(hit.deadline_on, Some(date(2026, 12, 7)));
    assert!(hit.clause.zh.contains("浙政办发〔2015〕8号") && !hit.remedy.en.is_empty());
    facts.migrations = vec![migration(MigrationState::Submitted, date(2026, 11, 10), date(2026, 12, 1))];
    assert_none(&facts, FlagRule::Cbd01);
    facts.placements = vec![in_zone("web-1")];
    assert_none(&facts, FlagRule::Cbd01);
}

#[test]
fn an_ended_exception_is_flagged_and_silences_the_milder_flag() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2026, 11, 22))];
    let hit = flag(&facts, FlagRule::Cbd05).unwrap();
    assert_eq!(hit.true_since, Some(TODAY));
    assert!(hit.explanation.en.contains("22 November 2026"), "{}", hit.explanation);
    assert_none(&facts, FlagRule::Cbd01);
}

#[test]
fn an_ended_exception_stays_flagged_while_a_migration_is_only_asked_for() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2026, 11, 22))];
    facts.migrations = vec![migration(MigrationState::Submitted, TODAY, date(2026, 12, 31))];
    assert!(flag(&facts, FlagRule::Cbd05).is_some());
    facts.migrations[0].state = MigrationState::Approved;
    assert_none(&facts, FlagRule::Cbd05);
}

#[test]
fn an_exception_that_never_held_cannot_expire() {
    let mut facts = facts();
    facts.exceptions = vec![exception(date(2025, 1, 1), date(2026, 11, 22))];
    facts.exceptions[0].record.leader = None;
    assert_none(&facts, FlagRule::Cbd05);
    assert!(flag(&facts, FlagRule::Cbd01).is_some());
}

#[test]
fn a_renewed_exception_is_no_ended_one() {
    let mut facts = facts();
    facts.exceptions =
        vec![exception(date(2025, 1, 1), date(2026, 11, 22)), exception(date(2026, 11, 23), date(2027, 5, 1))];
    assert_none(&facts, FlagRule::Cbd05);
}

#[test]
fn going_live_off_the_cloud_is_flagged_only_after_the_policy_date() {
    let mut facts = facts();
    for (live, flagged) in [(date(2017, 12, 31), false), (date(2018, 1, 1), false), (date(2018, 1, 2), true)] {
        facts.system.live_on = Some(live);
        assert_eq!(flag(&facts, FlagRule::Cbd02).is_some(), flagged, "{live}");
    }
}

#[test]
fn a_breach_is_not_undone_by_a_migration_but_by_the_cloud_or_an_exception() {
    let mut facts = facts();
    facts.system.live_on = Some(date(2020, 1, 1));
    facts.migrations = vec![migration(MigrationState::Approved, date(2026, 11, 1), date(2026, 12, 31))];
    assert!(flag(&facts, FlagRule::Cbd02).is_some());
    facts.exceptions = vec![exception(date(2026, 11, 1), date(2027, 5, 1))];
    assert_none(&facts, FlagRule::Cbd02);
    facts.exceptions.clear();
    facts.placements = vec![in_zone("web-1")];
    assert_none(&facts, FlagRule::Cbd02);
}

#[test]
fn a_system_that_went_live_with_permission_or_on_the_cloud_did_not_breach() {
    let mut facts = facts();
    facts.system.live_on = Some(date(2020, 1, 1));
    facts.exceptions = vec![exception(date(2019, 12, 1), date(2022, 1, 1))];
    assert_none(&facts, FlagRule::Cbd02);
    facts.exceptions.clear();
    facts.placements = vec![
        crate::Placement { from_on: Some(date(2020, 1, 1)), to_on: Some(date(2023, 1, 1)), ..in_zone("web-1") },
        crate::Placement { from_on: Some(date(2023, 1, 1)), ..in_room("web-2") },
    ];
    assert_none(&facts, FlagRule::Cbd02);
    assert_eq!(on(&facts, TODAY).standing, Standing::Unjustified);
}

#[test]
fn a_level_above_the_ceiling_is_flagged_and_the_ceiling_itself_is_not() {
    let mut facts = facts();
    facts.placements = vec![in_zone("web-1")];
    for (level, flagged) in [("none", false), ("2", false), ("3", false), ("4", true)] {
        facts.system.mlps_level = Some(level.to_owned());
        assert_eq!(flag(&facts, FlagRule::Cbd19).is_some(), flagged, "level {level}");
    }
    facts.placements = vec![crate::Placement { in_service: Some(false), ..in_zone("web-1") }];
    assert_none(&facts, FlagRule::Cbd19);
}

#[test]
fn internet_exposure_is_flagged_where_the_zone_forbids_it_and_not_where_nobody_has_said() {
    let mut facts = facts();
    facts.system.internet_facing = Some(true);
    for (allows, flagged) in [(Some(false), true), (None, false), (Some(true), false)] {
        let zone = ZoneFacts { allows_internet: allows, ..zone() };
        facts.placements = vec![crate::Placement { place: Place::Zone(zone), ..in_zone("web-1") }];
        assert_eq!(flag(&facts, FlagRule::Cbd19).is_some(), flagged, "{allows:?}");
    }
}

#[test]
fn a_declared_zone_is_held_to_its_ceiling_as_well() {
    let mut facts = facts();
    facts.placements.clear();
    facts.system.hosting = Some(Hosting::GovernmentCloud);
    facts.declared_zone = Some(zone());
    facts.system.mlps_level = Some("4".to_owned());
    assert!(flag(&facts, FlagRule::Cbd19).unwrap().explanation.en.contains("Level 4"));
}

#[test]
fn going_live_before_the_approval_is_flagged_and_on_the_day_is_not() {
    let mut facts = facts();
    facts.system.approved_on = Some(date(2014, 3, 1));
    assert_none(&facts, FlagRule::Cbd25Approval);
    facts.system.approved_on = Some(date(2014, 3, 2));
    assert!(flag(&facts, FlagRule::Cbd25Approval).is_some());
}

#[test]
fn declared_hosting_is_compared_with_components_once_these_decide() {
    let mut facts = facts();
    assert_none(&facts, FlagRule::Cbd25Hosting);
    facts.system.hosting = Some(Hosting::OwnRoom);
    assert_none(&facts, FlagRule::Cbd25Hosting);
    facts.declared_room = Some(room());
    assert_none(&facts, FlagRule::Cbd25Hosting);
    facts.declared_room = Some(crate::RoomFacts { name: "Another room".to_owned(), ..room() });
    assert!(flag(&facts, FlagRule::Cbd25Hosting).is_some());
    facts.system.hosting = Some(Hosting::GovernmentCloud);
    assert!(flag(&facts, FlagRule::Cbd25Hosting).is_some());
    facts.placements = vec![in_zone("web-1")];
    assert_none(&facts, FlagRule::Cbd25Hosting);
    facts.system.hosting = Some(Hosting::PublicCloud);
    assert!(flag(&facts, FlagRule::Cbd25Hosting).is_some());
}

#[test]
fn retired_systems_and_those_out_of_reach_are_left_alone() {
    let mut facts = facts();
    facts.system.live_on = Some(date(2020, 1, 1));
    facts.system.approved_on = Some(date(2021, 1, 1));
    facts.system.hosting = Some(Hosting::GovernmentCloud);
    assert!(on(&facts, TODAY).flags.len() >= 4);
    facts.system.not_applicable = Some(true);
    facts.system.not_applicable_reason = Some("run by the ministry".to_owned());
    assert!(on(&facts, TODAY).flags.is_empty());
}

#[test]
fn the_gravest_flag_comes_first() {
    let mut facts = facts();
    facts.system.live_on = Some(date(2020, 1, 1));
    facts.system.approved_on = Some(date(2021, 1, 1));
    let severities: Vec<_> = on(&facts, TODAY).flags.iter().map(|flag| flag.severity).collect();
    assert!(severities.len() >= 3 && severities.is_sorted());
}

#[test]
fn the_rules_page_describes_every_rule_in_both_languages() {
    let descriptions = crate::rule_descriptions(pack());
    assert_eq!(descriptions.len(), FlagRule::ALL.len());
    for text in descriptions.iter().flat_map(|rule| [&rule.title, &rule.checks, &rule.clause, &rule.remedy]) {
        assert!(!text.zh.is_empty() && !text.en.is_empty());
    }
}
