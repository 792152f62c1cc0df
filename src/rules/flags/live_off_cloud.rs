//! CBD-02: a new system went live off the cloud after the policy date (domain reference 4.5).

use domain::{FlagRule, Standing, Wording};
use jiff::civil::Date;

use super::FlagHit;
use crate::{
    exception::Force,
    facts::Place,
    phrases::day,
    standing::{Case, Finding},
    whereabouts::Spot,
};

/// Stays until the system is on the cloud or excepted: a plan or a migration does not undo the breach. An exception that
/// held on the day of going live makes it none; its end is CBD-05.
pub(super) fn check(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    let off_cloud = matches!(
        finding.standing,
        Standing::Migrating | Standing::Retiring | Standing::Planned | Standing::Unjustified
    );
    let live = case.facts.system.live_on.filter(|live| *live > case.pack.policy.on && case.today.has_come(*live))?;
    if !off_cloud || excepted_on(case, live) || on_cloud_on(case, live) {
        return None;
    }
    let (went_live, policy) = (day(live), day(case.pack.policy.on));
    let place = case.places.off_wording(case.pack);
    let explanation = Wording::new(
        format!("{}上线，晚于政策实施日{}；{}，上线时无例外。", went_live.zh, policy.zh, place.zh),
        format!(
            "Went live on {}, after the policy date {}. {}; no exception held on that day.",
            went_live.en, policy.en, place.en
        ),
    );
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd02, explanation)
            .fact("live_on", Some(live))
            .fact("policy_on", Some(case.pack.policy.on))
            .since(Some(live))
            .until(finding.deadline_on),
    )
}

fn excepted_on(case: &Case<'_>, date: Date) -> bool {
    case.exceptions.iter().any(|(_, force)| match force {
        Force::Holds { start, end, .. } | Force::Ended { start, end, .. } => (*start..=*end).contains(&date),
        _ => false,
    })
}

/// True when components prove that it went live on the cloud and left it later.
fn on_cloud_on(case: &Case<'_>, date: Date) -> bool {
    let mut there = case.facts.placements.iter().filter(|placement| {
        placement.role.is_none_or(|role| role == domain::ComponentRole::Production)
            && placement.from_on.is_some_and(|from| from <= date)
            && placement.to_on.is_none_or(|to| to > date)
    });
    let counts = |place: &Place| matches!(place, Place::Zone(zone) if Spot::Zone(zone).counts_as_cloud());
    there.clone().count() > 0 && there.all(|placement| counts(&placement.place))
}
