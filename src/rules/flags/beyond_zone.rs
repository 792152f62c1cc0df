//! CBD-19: level above the zone's ceiling, or internet exposure in a zone that does not allow it (domain reference 4.5;
//! the clause is the pack's). Every running component counts, whatever its role: an attacker does not ask for roles.

use domain::{CodeLists, FlagRule, Language, Standing, Wording};

use super::FlagHit;
use crate::{
    facts::{Place, ZoneFacts},
    phrases::sorted_names,
    standing::{Case, Finding},
    whereabouts::{self, Basis, Spot},
};

/// Zones of running components; the declared ones while components do not decide.
fn zones<'a>(case: &Case<'a>) -> Vec<&'a ZoneFacts> {
    let mut zones: Vec<&ZoneFacts> = case
        .facts
        .placements
        .iter()
        .filter(|placement| whereabouts::is_running(placement, case.today))
        .filter_map(|placement| if let Place::Zone(zone) = &placement.place { Some(zone) } else { None })
        .collect();
    if case.places.basis == Basis::Declared {
        zones.extend(
            whereabouts::declared(case.facts)
                .into_iter()
                .filter_map(|spot| if let Spot::Zone(zone) = spot { Some(zone) } else { None }),
        );
    }
    zones
}

pub(super) fn check(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    if finding.standing == Standing::Retired {
        return None;
    }
    let (system, list) = (&case.facts.system, case.pack.list("mlps"));
    let rank = |code: &str| list.codes().position(|known| known == code);
    let level = system.mlps_level.as_deref();
    let zones = zones(case);
    let above = |zone: &&ZoneFacts| {
        let ceiling = zone.max_mlps.as_deref().and_then(rank);
        level.and_then(rank).zip(ceiling).is_some_and(|(level, ceiling)| level > ceiling)
    };
    let exposed = |zone: &&ZoneFacts| system.internet_facing == Some(true) && zone.allows_internet == Some(false);
    let label = |code: &str| Wording::new(list.label(code, Language::ZhCn), list.label(code, Language::En));
    let above_texts = zones.iter().filter(|zone| above(zone)).map(|zone| {
        let ceiling = label(zone.max_mlps.as_deref().unwrap_or_default());
        let level = label(level.unwrap_or_default());
        Wording::new(
            format!("等保{}高于云区“{}”的上限{}", level.zh, zone.name, ceiling.zh),
            format!("MLPS {} is above {}, the ceiling of zone “{}”", level.en, ceiling.en, zone.name),
        )
    });
    let exposed_texts = zones.iter().filter(|zone| exposed(zone)).map(|zone| {
        Wording::new(
            format!("面向互联网，而云区“{}”不允许互联网访问", zone.name),
            format!("faces the internet, which zone “{}” does not allow", zone.name),
        )
    });
    let texts: Vec<Wording> = above_texts.chain(exposed_texts).collect();
    if texts.is_empty() {
        return None;
    }
    let text = sorted_names(texts, case.pack.thresholds.names_in_a_sentence);
    let explanation = Wording::new(format!("本系统{}。", text.zh), format!("This system breaks a limit: {}.", text.en));
    let mut wrong: Vec<&str> =
        zones.iter().filter(|zone| above(zone) || exposed(zone)).map(|zone| zone.name.as_str()).collect();
    wrong.sort_unstable();
    wrong.dedup();
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd19, explanation)
            .fact("mlps_level", level)
            .fact("internet_facing", system.internet_facing)
            .fact("zones", Some(wrong.join("|"))),
    )
}
