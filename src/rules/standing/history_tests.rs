//! What must hold of any facts on any day: no panic, a function of the facts, and an exact `valid_until`.

use domain::{ComponentRole, Hosting, Lifecycle, MigrationState, OwnerLevel, Standing};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use crate::{Assessment, Place, Placement, RoomFacts, SystemFacts, ZoneFacts, assess_system, fixtures};

/// Random bytes, read as choices; at the end of the tape every choice is the first.
struct Tape<'a>(std::slice::Iter<'a, u8>);

impl Tape<'_> {
    fn byte(&mut self) -> u8 {
        self.0.next().copied().unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, options: &[T]) -> T {
        options[usize::from(self.byte()) % options.len()]
    }

    /// A day in the ten weeks around Spring Festival 2026, or seldom far away.
    fn day(&mut self) -> Date {
        match self.byte() {
            255 => Date::MAX,
            254 => date(1900, 1, 1),
            byte => date(2026, 1, 20) + i32::from(byte % 70).days(),
        }
    }

    fn maybe_day(&mut self) -> Option<Date> {
        if self.byte().is_multiple_of(2) { None } else { Some(self.day()) }
    }

    fn maybe_bool(&mut self) -> Option<bool> {
        self.pick(&[None, Some(true), Some(false)])
    }

    fn some<T: Copy>(&mut self, options: &[T]) -> Option<T> {
        if self.byte().is_multiple_of(2) { None } else { Some(self.pick(options)) }
    }

    fn text(&mut self) -> Option<String> {
        self.pick(&[Some("x"), Some("x"), Some("x"), None]).map(str::to_owned)
    }

    fn zone(&mut self) -> ZoneFacts {
        ZoneFacts {
            name: self.pick(&["Extranet", "Internet"]).to_owned(),
            counts_as_cloud: self.maybe_bool(),
            allows_internet: self.maybe_bool(),
            max_mlps: self.pick(&[None, Some("2"), Some("3"), Some("?")]).map(str::to_owned),
        }
    }

    fn room(&mut self) -> RoomFacts {
        RoomFacts {
            name: self.pick(&["B1", "B2"]).to_owned(),
            closure_stage: self.pick(&[None, Some("closed"), Some("emptying")]).map(str::to_owned),
            closed_on: self.maybe_day(),
        }
    }

    fn placement(&mut self) -> Placement {
        Placement {
            component: "web".to_owned(),
            role: self.some(ComponentRole::ALL),
            from_on: self.maybe_day(),
            to_on: self.maybe_day(),
            in_service: self.maybe_bool(),
            place: match self.byte() % 5 {
                0 => Place::Unknown,
                1 | 2 => Place::Room(self.room()),
                _ => Place::Zone(self.zone()),
            },
        }
    }

    fn facts(&mut self) -> SystemFacts {
        let mut facts = fixtures::facts();
        facts.placements = (0..self.byte() % 4).map(|_| self.placement()).collect();
        let system = &mut facts.system;
        system.hosting = self.some(Hosting::ALL);
        system.lifecycle = self.some(Lifecycle::ALL);
        system.owner_level = self.some(OwnerLevel::ALL);
        system.live_on = self.maybe_day();
        system.approved_on = self.maybe_day();
        system.retire_on = self.maybe_day();
        system.retire_approved_on = self.maybe_day();
        system.retired_verified_on = self.maybe_day();
        system.data_disposition = self.text();
        system.not_applicable = self.pick(&[None, None, None, Some(true)]);
        system.not_applicable_reason = self.text();
        system.mlps_level = self.pick(&[None, Some("3"), Some("4"), Some("?")]).map(str::to_owned);
        system.internet_facing = self.maybe_bool();
        facts.registered_on = self.day();
        facts.department.in_scope = self.pick(&[None, None, None, Some(false)]);
        facts.department.scope_reason = self.text();
        facts.declared_room = if self.byte().is_multiple_of(2) { None } else { Some(self.room()) };
        facts.declared_zone = if self.byte().is_multiple_of(2) { None } else { Some(self.zone()) };
        // Numbers tell them apart, as in a register.
        for number in 0..self.byte() % 3 {
            let mut exception = fixtures::exception(self.day(), self.day());
            let record = &mut exception.record;
            record.approved_on = record.approved_on.filter(|_| !self.byte().is_multiple_of(4));
            record.starts_on = self.maybe_day();
            record.reviewed_on = self.maybe_day();
            record.revoked_on = self.maybe_day();
            record.category = self.pick(&["E06", "E11", "E13"]).to_owned();
            record.leader = self.text();
            record.code = Some(format!("CX-{number}"));
            if let Some(basis) = &mut exception.basis {
                basis.effective_on = self.maybe_day();
                basis.repealed_on = self.maybe_day();
            }
            exception.basis = exception.basis.filter(|_| !self.byte().is_multiple_of(8));
            facts.exceptions.push(exception);
        }
        for number in 0..self.byte() % 3 {
            let mut migration = fixtures::migration(self.pick(MigrationState::ALL), self.day(), self.day());
            migration.submitted_on = self.maybe_day();
            migration.approved_on = self.maybe_day();
            migration.planned_cutover_on = self.maybe_day();
            migration.cutover_on = self.maybe_day();
            migration.wave_on = self.maybe_day();
            migration.suspended = self.pick(&[None, None, None, Some(true)]);
            migration.code = Some(format!("MR-{number}"));
            facts.migrations.push(migration);
        }
        facts
    }
}

fn any_facts() -> impl Strategy<Value = SystemFacts> {
    proptest::collection::vec(any::<u8>(), 0..160).prop_map(|bytes| Tape(bytes.iter()).facts())
}

fn any_day() -> impl Strategy<Value = Date> {
    (0..100_i32).prop_map(|days| date(2026, 1, 10) + days.days())
}

/// Everything but `valid_until`.
fn said(assessment: &Assessment) -> Assessment {
    Assessment { valid_until: None, ..assessment.clone() }
}

proptest! {
    #![proptest_config(fixtures::cases(600))]

    #[test]
    fn a_result_holds_exactly_until_valid_until(facts in any_facts(), today in any_day()) {
        let first = assess_system(&facts, fixtures::pack(), today);
        // Without an end, a year and a half stand for ever.
        let end = first.valid_until.filter(|until| until.year() < 2028).unwrap_or(today + 500.days());
        for day in today.series(1.day()).take_while(|day| *day < end) {
            let later = assess_system(&facts, fixtures::pack(), day);
            prop_assert_eq!(&later, &first, "on {}", day);
        }
        if let Some(until) = first.valid_until {
            prop_assert!(until > today);
            let changed = assess_system(&facts, fixtures::pack(), until);
            prop_assert_ne!(said(&changed), said(&first));
        }
    }

    #[test]
    fn the_same_facts_say_the_same_in_whatever_order_they_are_told(facts in any_facts(), today in any_day()) {
        let first = assess_system(&facts, fixtures::pack(), today);
        let mut turned = facts.clone();
        turned.placements.reverse();
        turned.exceptions.reverse();
        turned.migrations.reverse();
        let second = assess_system(&turned, fixtures::pack(), today);
        prop_assert_eq!(first, second);
    }

    #[test]
    fn only_unjustified_systems_have_a_deadline_and_it_lies_after_the_duty(facts in any_facts(), today in any_day()) {
        let result = assess_system(&facts, fixtures::pack(), today);
        prop_assert_eq!(result.deadline_on.is_some(), result.standing == Standing::Unjustified);
        if let (Some(deadline), Some(since)) = (result.deadline_on, result.obliged_since) {
            prop_assert!(deadline > since || since == Date::MAX);
        }
        prop_assert!(!result.sentence.zh.is_empty() && !result.sentence.en.is_empty());
        let silent = |rule| !result.flags.iter().any(|flag| flag.rule == rule);
        prop_assert!(silent(domain::FlagRule::Cbd05) || silent(domain::FlagRule::Cbd01), "CBD-05 silences CBD-01");
        prop_assert!(silent(domain::FlagRule::Cbd05) || silent(domain::FlagRule::Cbd07), "what ended needs no review");
        prop_assert_eq!(
            result.standing == Standing::Unjustified,
            !(silent(domain::FlagRule::Cbd01) && (silent(domain::FlagRule::Cbd05) || result.standing == Standing::Planned))
        );
    }
}
