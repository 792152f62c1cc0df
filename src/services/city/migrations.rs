//! The rows of migrations.

use jiff::civil::Date;

use super::{
    blueprint::Blueprint,
    cells::{day, maybe, sheet, text, yes},
    plan::{Move, Plan},
    zones,
};

/// The rows of every migration of every system.
pub(super) fn rows(city: &Blueprint) -> impl Iterator<Item = Vec<exchange::Cell>> {
    (0..city.systems)
        .flat_map(|system| {
            let plan = Plan::of(city, system);
            (0..plan.moves.len()).filter_map(move |index| Some((plan.number, *plan.moves.get(index)?)))
        })
        .enumerate()
        .map(|(number, (system, one))| row(city, number, system, &city.system_name(system), &one))
}

/// The year in a request's number: that of its submission, of today for one not handed in.
fn year(city: &Blueprint, one: &Move) -> i16 {
    one.submitted.map_or(city.year, |days| city.days.after(days).year())
}

/// "2026年第三批": the wave of the quarter.
fn wave(date: Date) -> String {
    let quarter = ["一", "二", "三", "四"].get(usize::from(date.month().unsigned_abs().saturating_sub(1) / 3)).copied();
    format!("{}年第{}批", date.year(), quarter.unwrap_or_default())
}

sheet! {
    fn row(city: &Blueprint, number: usize, system: usize, name: &str, one: &Move) {
        code: text(format!("SQ-{}-{:04}", year(city, one), number + 1)),
        name: text(format!("{name}迁移上云")),
        system: text(super::plan::code(system)),
        zone: text(zones::code(one.zone)),
        state: text(one.state),
        suspended: yes(Some(one.suspended)),
        submitted_on: day(one.submitted.map(|days| city.days.after(days))),
        approved_on: day(one.approved.map(|days| city.days.after(days))),
        planned_cutover_on: day(one.planned_cutover.map(|days| city.days.after(days))),
        cutover_on: day(one.cutover.map(|days| city.days.after(days))),
        wave: maybe(one.wave.map(|days| wave(city.days.after(days)))),
        wave_on: day(one.wave.map(|days| city.days.after(days))),
    }
}
