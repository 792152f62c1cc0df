//! Flags of rooms: when they are raised, and when they are not.

use domain::{FlagRule, Recognition};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use crate::{DataCenterFacts, FlagHit, assess_data_center, fixtures::*};

/// Puts something into a room.
type Spoil = fn(&mut DataCenterFacts);

const TODAY: Date = date(2026, 11, 23);

fn flag(facts: &DataCenterFacts, rule: FlagRule) -> Option<FlagHit> {
    assess_data_center(facts, pack(), TODAY).flags.into_iter().find(|flag| flag.rule == rule)
}

fn closed() -> DataCenterFacts {
    let mut facts = data_center();
    facts.room.closure_stage = Some("closed".to_owned());
    facts.room.closed_on = Some(date(2026, 6, 30));
    facts
}

#[test]
fn a_closed_and_empty_room_is_left_alone() {
    let mut facts = closed();
    facts.room.servers_physical = Some(0);
    assert_eq!(assess_data_center(&facts, pack(), TODAY).flags, []);
}

#[test]
fn a_closed_room_with_anything_left_in_it_is_flagged_with_what_is_left() {
    let spoil: [(&str, Spoil); 4] = [
        ("3 servers", |facts| facts.room.servers_physical = Some(3)),
        ("4.50 kW", |facts| facts.room.average_total_kw = Some(450)),
        ("7 components", |facts| facts.linked_component_count = 7),
        ("1 systems in service (“Permits”)", |facts| {
            facts.linked_system_count = 1;
            facts.linked_systems_in_service = vec!["Permits".to_owned()];
        }),
    ];
    for (wanted, spoil) in spoil {
        let mut facts = closed();
        spoil(&mut facts);
        let hit = flag(&facts, FlagRule::Cbd13).unwrap();
        assert!(hit.explanation.en.contains(wanted), "{}", hit.explanation);
        assert_eq!(hit.true_since, Some(date(2026, 6, 30)));
    }
}

#[test]
fn a_power_reading_from_before_the_closing_proves_nothing() {
    let mut facts = closed();
    facts.room.average_total_kw = Some(450);
    facts.room.power_read_on = Some(date(2026, 6, 29));
    assert_eq!(flag(&facts, FlagRule::Cbd13), None);
    facts.room.power_read_on = Some(date(2026, 7, 1));
    assert!(flag(&facts, FlagRule::Cbd13).is_some());
}

#[test]
fn a_room_that_closes_tomorrow_may_still_have_servers_today() {
    let mut facts = data_center();
    facts.room.closed_on = Some(date(2026, 11, 24));
    facts.room.servers_physical = Some(3);
    assert_eq!(flag(&facts, FlagRule::Cbd13), None);
    assert_eq!(assess_data_center(&facts, pack(), TODAY).valid_until, Some(date(2026, 11, 24)));
}

#[test]
fn a_room_without_recognition_and_without_close_date_is_flagged() {
    let mut facts = data_center();
    for (recognition, flagged) in [
        (None, true),
        (Some(Recognition::None), true),
        (Some(Recognition::Applied), true),
        (Some(Recognition::Refused), true),
        (Some(Recognition::CloseBy), true),
        (Some(Recognition::Recognised), false),
    ] {
        facts.room.recognition = recognition;
        assert_eq!(flag(&facts, FlagRule::Cbd14).is_some(), flagged, "{recognition:?}");
    }
}

#[test]
fn a_recognition_still_holds_on_its_last_day_and_not_on_the_next() {
    let mut facts = data_center();
    facts.room.recognition = Some(Recognition::Recognised);
    facts.room.recognition_until = Some(TODAY);
    let today = assess_data_center(&facts, pack(), TODAY);
    assert_eq!((today.flags.len(), today.valid_until), (0, Some(date(2026, 11, 24))));
    facts.room.recognition_until = Some(date(2026, 11, 22));
    assert_eq!(flag(&facts, FlagRule::Cbd14).unwrap().true_since, Some(TODAY));
}

#[test]
fn a_room_past_its_close_date_is_flagged_and_one_before_it_is_not() {
    let mut facts = data_center();
    facts.room.target_close_on = Some(TODAY);
    assert_eq!(flag(&facts, FlagRule::Cbd14), None);
    facts.room.target_close_on = Some(date(2026, 11, 22));
    assert!(flag(&facts, FlagRule::Cbd14).is_some());
    facts.room.closed_on = Some(date(2026, 11, 20));
    assert_eq!(flag(&facts, FlagRule::Cbd14), None);
}

#[test]
fn more_virtual_hosts_than_machines_cannot_be() {
    let mut facts = data_center();
    facts.room.virtual_hosts = Some(5);
    assert_eq!(flag(&facts, FlagRule::Cbd25Hosts), None, "the number of servers is not known");
    facts.room.servers_physical = Some(4);
    assert!(flag(&facts, FlagRule::Cbd25Hosts).is_some());
    facts.room.mainframes = Some(1);
    assert_eq!(flag(&facts, FlagRule::Cbd25Hosts), None);
}

#[test]
fn a_pue_below_one_cannot_be_whether_declared_or_computed() {
    let mut facts = data_center();
    facts.room.pue = Some(1_000);
    assert_eq!(flag(&facts, FlagRule::Cbd25Pue), None);
    facts.room.pue = Some(999);
    assert!(flag(&facts, FlagRule::Cbd25Pue).unwrap().explanation.en.contains("0.999"));
    facts.room.pue = None;
    (facts.room.average_total_kw, facts.room.average_it_kw) = (Some(1_000), Some(1_250));
    assert!(flag(&facts, FlagRule::Cbd25Pue).unwrap().explanation.en.contains("0.800"));
    assert!(flag(&facts, FlagRule::Cbd25Power).is_some());
    facts.room.average_it_kw = Some(1_000);
    assert_eq!((flag(&facts, FlagRule::Cbd25Pue), flag(&facts, FlagRule::Cbd25Power)), (None, None));
    facts.room.average_it_kw = Some(0);
    assert_eq!(flag(&facts, FlagRule::Cbd25Pue), None);
}

fn near() -> impl Strategy<Value = Option<Date>> {
    proptest::option::of((0..40_i32).prop_map(|days| date(2026, 11, 1) + days.days()))
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn a_rooms_flags_hold_exactly_until_valid_until(
        dates in (near(), near(), near(), near()),
        recognition in proptest::option::of(0..Recognition::ALL.len()),
        stage in proptest::option::of(prop_oneof![Just("closed"), Just("emptying"), Just("recognised")]),
        numbers in proptest::collection::vec(proptest::option::of(prop_oneof![0_i64..5, Just(i64::MAX)]), 6),
        linked in 0_i64..3,
    ) {
        let mut facts = data_center();
        let room = &mut facts.room;
        (room.closed_on, room.target_close_on, room.recognition_until, room.power_read_on) = dates;
        room.recognition = recognition.map(|index| Recognition::ALL[index]);
        room.closure_stage = stage.map(str::to_owned);
        (room.servers_physical, room.virtual_hosts, room.mainframes) = (numbers[0], numbers[1], numbers[2]);
        (room.pue, room.average_total_kw, room.average_it_kw) = (numbers[3], numbers[4], numbers[5]);
        (facts.linked_system_count, facts.linked_component_count) = (linked, linked);
        let first = assess_data_center(&facts, pack(), TODAY);
        let end = first.valid_until.unwrap_or(TODAY + 60.days());
        for day in TODAY.series(1.day()).take_while(|day| *day < end) {
            prop_assert_eq!(&assess_data_center(&facts, pack(), day), &first);
        }
        if let Some(until) = first.valid_until {
            prop_assert_ne!(&assess_data_center(&facts, pack(), until).flags, &first.flags);
        }
    }
}
