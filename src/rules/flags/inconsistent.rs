//! CBD-25 for systems: live before approval, and declared hosting against components (domain reference 4.5).

use domain::{FlagRule, Hosting, Standing, Wording};

use super::FlagHit;
use crate::{
    phrases::{day, sorted_names},
    standing::{Case, Finding},
    whereabouts::{self, Basis, Spot},
};

fn is_past_caring(finding: &Finding) -> bool {
    matches!(finding.standing, Standing::NotApplicable | Standing::Retired)
}

/// Live before approval.
pub(super) fn approval(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    let (live, approved) = (case.facts.system.live_on?, case.facts.system.approved_on?);
    if live >= approved || is_past_caring(finding) {
        return None;
    }
    let (first, second) = (day(live), day(approved));
    let explanation = Wording::new(
        format!("{}上线，早于审批时间{}。", first.zh, second.zh),
        format!("Live on {}, before its approval on {}.", first.en, second.en),
    );
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd25Approval, explanation)
            .fact("live_on", Some(live))
            .fact("approved_on", Some(approved))
            .since(Some(live)),
    )
}

/// Declared hosting against the production components, once these decide. It disagrees when it differs on being on the
/// cloud, or names a room or zone in which no production component runs.
pub(super) fn hosting(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    let places = &case.places;
    if places.basis != Basis::Placements
        || (places.cloud.is_empty() && places.off.is_empty())
        || is_past_caring(finding)
    {
        return None;
    }
    let declared = whereabouts::declared(case.facts);
    let actual = || places.cloud.iter().chain(&places.off).map(|site| site.spot);
    let borne_out = |spot: &Spot<'_>| match spot {
        Spot::Room(room) => actual().any(|one| matches!(one, Spot::Room(other) if same(&other.name, &room.name))),
        Spot::Zone(zone) => actual().any(|one| matches!(one, Spot::Zone(other) if same(&other.name, &zone.name))),
        Spot::Declared(Hosting::GovernmentCloud) => places.off.is_empty(),
        Spot::Declared(Hosting::OwnRoom | Hosting::Colocation) => actual().any(|one| matches!(one, Spot::Room(_))),
        Spot::Declared(Hosting::PublicCloud | Hosting::Endpoint) => !places.off.is_empty(),
    };
    let says_cloud = !declared.is_empty() && declared.iter().all(|spot| spot.counts_as_cloud());
    let agrees = declared.is_empty()
        || declared.iter().all(borne_out) && says_cloud == (places.off.is_empty() && !places.cloud.is_empty());
    if agrees {
        return None;
    }
    let max = case.pack.thresholds.names_in_a_sentence;
    let said = sorted_names(declared.iter().map(|spot| spot.wording(case.pack)), max);
    let found = sorted_names(actual().map(|spot| spot.wording(case.pack)), max);
    let explanation = Wording::new(
        format!("申报部署于{}，而生产服务器在{}。", said.zh, found.zh),
        format!("Declared to run in {}, but its production components are in {}.", said.en, found.en),
    );
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd25Hosting, explanation)
            .fact("hosting", case.facts.system.hosting.map(Hosting::code))
            .fact("components_in", Some(found.en)),
    )
}

fn same(left: &str, right: &str) -> bool {
    domain::fold(left) == domain::fold(right)
}
