//! Standings 4 and 5: where the system runs is not known, or it is the cloud.

use domain::{Standing, Wording};
use jiff::civil::Date;

use super::{Case, Finding};
use crate::{
    phrases::{day, sorted_names},
    whereabouts::{Basis, Site, Spot},
};

/// 4: no production placement known. Never counted as off the cloud, but asked for.
pub(super) fn unassessed(case: &Case<'_>) -> Option<Finding> {
    let places = &case.places;
    if !places.is_unknown() {
        return None;
    }
    let sentence = if places.unknown > 0 {
        Wording::new(
            format!("有{}个生产服务器的所在位置未登记，无法判定。", places.unknown),
            format!("The place of {} production components is not recorded, so nothing can be said.", places.unknown),
        )
    } else if let Some(left) = places.left_on.map(day) {
        Wording::new(
            format!("原生产部署已于{}停用，未登记现部署位置。", left.zh),
            format!("Its production placement ended on {}, and no other is recorded.", left.en),
        )
    } else {
        Wording::new("没有已知的生产部署位置，无法判定。", "No production placement is known, so nothing can be said.")
    };
    let since = places.left_on.map_or(case.facts.registered_on, |left| left.max(case.facts.registered_on));
    Some(Finding::new(Standing::Unassessed, sentence, Some(since)).next(
        "登记系统的部署位置，或登记其服务器及所在机房、云区",
        "record where the system runs, or its components with their room or zone",
    ))
}

/// Since when all of it is on the cloud: the last arrival, or the last departure from elsewhere.
fn since(case: &Case<'_>) -> Option<Date> {
    let arrivals: Option<Vec<Date>> = case.places.cloud.iter().map(|site| site.since).collect();
    // One unknown arrival makes the last arrival unknown.
    arrivals.and_then(|dates| dates.into_iter().chain(case.places.left_on).max())
}

/// 5: every production placement in a zone that counts as cloud, and no recorded source still in service (a source in
/// service is a running production placement off the cloud).
pub(super) fn on_cloud(case: &Case<'_>) -> Option<Finding> {
    let places = &case.places;
    if !places.is_on_cloud() {
        return None;
    }
    let zones = sorted_names(
        places.cloud.iter().map(|site| site.spot.wording(case.pack)),
        case.pack.thresholds.names_in_a_sentence,
    );
    let since = since(case);
    let from = since.map(day).map_or_else(Wording::default, |from| {
        Wording::new(format!("（自{}起）", from.zh), format!(" since {}", from.en))
    });
    let finding = |sentence| Finding::new(Standing::OnCloud, sentence, since);
    Some(match places.basis {
        Basis::Placements => finding(Wording::new(
            format!("生产部署全部在{}{}。", zones.zh, from.zh),
            format!("All of its production runs in {}{}.", zones.en, from.en),
        )),
        Basis::Declared => {
            let declared = finding(Wording::new(
                format!("申报部署于{}{}，尚无服务器记录佐证。", zones.zh, from.zh),
                format!("Declared to run in {}{}; no component recorded yet bears it out.", zones.en, from.en),
            ))
            .next("登记云上服务器及所在云区", "record its components and their zone");
            if matches!(places.cloud.as_slice(), [Site { spot: Spot::Declared(_), .. }]) {
                declared.next("登记所在云区", "record its zone")
            } else {
                declared
            }
        }
    })
}
