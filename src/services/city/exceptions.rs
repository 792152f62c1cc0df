//! The rows of exceptions.

use super::{
    bases,
    blueprint::Blueprint,
    cells::{day, sheet, text},
    plan::{Permission, Plan},
};

/// The rows of every exception of every system.
pub(super) fn rows(city: &Blueprint) -> impl Iterator<Item = Vec<exchange::Cell>> {
    (0..city.systems)
        .flat_map(|system| {
            let plan = Plan::of(city, system);
            (0..plan.exceptions.len()).filter_map(move |index| Some((plan.number, *plan.exceptions.get(index)?)))
        })
        .enumerate()
        .map(|(number, (system, one))| {
            let name = city.system_name(system);
            row(city, number, system, &name, &one)
        })
}

sheet! {
    fn row(city: &Blueprint, number: usize, system: usize, name: &str, one: &Permission) {
        code: text(format!("LW-{}-{:04}", city.days.after(one.approved).year(), number + 1)),
        name: text(format!("{name}暂不上云（{}）", one.ground.category)),
        system: text(super::plan::code(system)),
        category: text(one.ground.category),
        legal_basis: text(bases::number(&city.days, one.basis.unwrap_or(one.ground.basis))),
        basis_article: text(if one.basis.is_some() { "" } else { one.ground.article }),
        alternatives: text(one.ground.alternatives),
        controls: text(one.ground.controls),
        leader: if one.incomplete { exchange::Cell::Empty } else { text(city.leader(city.owner(system).0)) },
        exit_plan: text(if one.incomplete { "" } else { one.ground.exit }),
        approved_on: day(Some(city.days.after(one.approved))),
        starts_on: day(Some(city.days.after((one.approved + 1).min(one.expires)))),
        expires_on: day(Some(city.days.after(one.expires))),
        reviewed_on: day(one.reviewed.map(|days| city.days.after(days))),
        revoked_on: day(one.revoked.map(|days| city.days.after(days))),
    }
}
