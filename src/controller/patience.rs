//! How long the news in a status can wait: pure. A status is the dearest write of all, and of what is told a moment later several
//! things are told at once.

use std::time::Duration;

use landing::WorkspaceStatus;

use crate::conditions;

/// What is not yet counted is told after so long, if nothing else is told before.
const SETTLE: Duration = Duration::from_secs(3);
/// What is only counted anew is told after so long.
const RECOUNT: Duration = Duration::from_secs(10);
/// That something was put right is told after so long.
const REPAIRED: Duration = Duration::from_secs(1);

/// Kind, outcome, reason and message of each condition but some.
fn told<'s>(status: &'s WorkspaceStatus, but: &[&str]) -> Vec<[&'s str; 4]> {
    let told = status.conditions.iter().filter(|one| !but.contains(&one.type_.as_str()));
    told.map(|one| [one.type_.as_str(), &one.status, &one.reason, &one.message]).collect()
}

/// How long it can wait that a status is no longer what it was.
pub(crate) fn patience(before: Option<&WorkspaceStatus>, status: &WorkspaceStatus) -> Duration {
    let Some(before) = before else {
        return if conditions::is_true(status, "Ready") { Duration::ZERO } else { SETTLE };
    };
    let plan = |of: &WorkspaceStatus| (of.plan_hash.clone(), of.namespace_uid.clone(), of.observed_generation);
    if plan(before) != plan(status) {
        return Duration::ZERO;
    }
    if told(before, &["Drifted"]) == told(status, &["Drifted"]) {
        let is_only_counted = told(before, &[]) == told(status, &[]) && before.drift == status.drift;
        return if is_only_counted { RECOUNT } else { REPAIRED };
    }
    // A quota that somebody changed, and that was put back, is counted anew: the namespace is usable all the while.
    let counting = ["Drifted", "Ready", "QuotaApplied"];
    let is_counting = conditions::outcome(status, "Ready") == Some(("False", "Provisioning"))
        && conditions::is_true(before, "Ready")
        && told(before, &counting) == told(status, &counting);
    if is_counting { SETTLE } else { Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use landing::{DriftNote, Usage};

    use super::*;
    use crate::conditions::{Verdict, set, verdict};

    fn status(verdicts: Vec<Verdict>) -> WorkspaceStatus {
        let mut status = WorkspaceStatus { plan_hash: Some("sha256:1".to_owned()), ..WorkspaceStatus::default() };
        set(&mut status, verdicts, Some(1), "2026-11-23T02:00:00Z".parse().unwrap());
        status
    }

    fn usable() -> WorkspaceStatus {
        let drifted = verdict("Drifted", false, "AsApproved", "");
        status(vec![verdict("Ready", true, "Usable", ""), verdict("QuotaApplied", true, "Counted", ""), drifted])
    }

    fn not_counted() -> WorkspaceStatus {
        let drifted = verdict("Drifted", false, "AsApproved", "");
        let quota = verdict("QuotaApplied", false, "NotYetCounted", "");
        status(vec![verdict("Ready", false, "Provisioning", "the quota is not counted yet"), quota, drifted])
    }

    #[test]
    fn that_a_workspace_is_usable_is_told_at_once_and_that_it_is_not_counted_yet_a_little_later() {
        assert_eq!(patience(None, &usable()), Duration::ZERO);
        assert_eq!(patience(Some(&not_counted()), &usable()), Duration::ZERO);
        assert_eq!(patience(None, &not_counted()), SETTLE);
        assert_eq!(patience(Some(&usable()), &not_counted()), SETTLE, "a quota that was put back is counted anew");
    }

    #[test]
    fn what_was_put_right_waits_a_moment_and_what_is_only_counted_anew_longer() {
        let (mut repaired, mut counted) = (usable(), usable());
        repaired.drift.push(DriftNote::default());
        assert_eq!(patience(Some(&usable()), &repaired), REPAIRED);
        counted.usage.insert("pods".to_owned(), Usage::default());
        assert_eq!(patience(Some(&usable()), &counted), RECOUNT);
    }

    #[test]
    fn another_plan_a_freeze_and_an_opened_wall_are_told_at_once() {
        let mut planned = usable();
        planned.plan_hash = Some("sha256:2".to_owned());
        assert_eq!(patience(Some(&usable()), &planned), Duration::ZERO);
        let frozen = status(vec![verdict("Ready", true, "Frozen", ""), verdict("QuotaApplied", true, "Counted", "")]);
        assert_eq!(patience(Some(&usable()), &frozen), Duration::ZERO);
        let mut opened = not_counted();
        let now = "2026-11-23T02:00:00Z".parse().unwrap();
        set(&mut opened, vec![verdict("NetworkIsolated", false, "ForeignPolicies", "debug")], Some(1), now);
        assert_eq!(patience(Some(&usable()), &opened), Duration::ZERO);
    }
}
