//! CBD-05: an exception ended and the system is still off the cloud (domain reference 4.5). Silences CBD-01.

use domain::{FlagRule, Standing, Wording};

use super::FlagHit;
use crate::{
    exception::EndReason,
    phrases::day,
    standing::{Case, Finding},
};

/// Stays while a migration is only asked for: until somebody decides, nothing answers for the system any more.
pub(super) fn check(case: &Case<'_>, finding: &Finding) -> Option<FlagHit> {
    if !matches!(finding.standing, Standing::Unjustified | Standing::Planned) {
        return None;
    }
    let (facts, end, reason) = case.ended_exception()?;
    let exception = &facts.record;
    let (last, place) = (day(end), case.places.off_wording(case.pack));
    let (code, zh, en) = match reason {
        EndReason::Expired => ("expired", "已到期", "expired"),
        EndReason::Revoked => ("revoked", "已被撤销", "was revoked"),
        EndReason::BasisLapsed => ("basis_lapsed", "依据已失效", "lost its legal basis"),
    };
    let explanation = Wording::new(
        format!("例外“{}”{zh}（有效至{}）；{}。", exception.name, last.zh, place.zh),
        format!("The exception “{}” {en}; its last day was {}. {}.", exception.name, last.en, place.en),
    );
    let number = exception.code.as_deref().unwrap_or(&exception.name);
    let lapsed = facts.basis.as_ref().filter(|_| reason == EndReason::BasisLapsed);
    Some(
        FlagHit::new(case.pack, FlagRule::Cbd05, explanation)
            .fact("exception", Some(number))
            .fact("last_day", Some(end))
            .fact("reason", Some(code))
            .fact("basis", lapsed.map(|basis| basis.code.as_deref().unwrap_or(&basis.name)))
            .since(end.tomorrow().ok())
            .until(finding.deadline_on),
    )
}
