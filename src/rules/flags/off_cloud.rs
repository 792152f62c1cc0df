//! CBD-01: a non-classified system off the cloud with no valid exception and no open migration (domain reference 4.5).

use domain::{FlagRule, Standing};

use super::FlagHit;
use crate::standing::{Case, Finding};

/// Exactly the unjustified systems: the sentence of the standing is the explanation.
pub(super) fn check(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    (finding.standing == Standing::Unjustified).then(|| {
        FlagHit::new(case.pack, FlagRule::Cbd01, finding.sentence.clone())
            .fact("standing", Some(finding.standing.code()))
            .fact("obliged_since", finding.obliged_since)
            .fact("hosting", case.facts.system.hosting.map(domain::Hosting::code))
            .since(finding.since)
            .until(finding.deadline_on)
    })
}
