//! The status of a workspace: pure, from what was found. No time stands in it but that of a transition, so that a quiet workspace
//! is never written.

use std::collections::BTreeMap;

use domain::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};
use landing::{DriftNote, Usage, WorkspaceStatus, same_amount};
use serde_json::Value;

/// Notes of drift that a status keeps.
const DRIFT_KEPT: usize = 20;
/// Longest message of a condition.
const MESSAGE_MAX: usize = 1_000;

/// Outcome of one aspect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) kind: &'static str,
    pub(crate) is_true: bool,
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

pub(crate) fn verdict(kind: &'static str, is_true: bool, reason: &'static str, message: impl Into<String>) -> Verdict {
    Verdict { kind, is_true, reason, message: message.into().chars().take(MESSAGE_MAX).collect() }
}

/// Outcome and reason of an aspect, if a status tells of it.
pub(crate) fn outcome<'s>(status: &'s WorkspaceStatus, kind: &str) -> Option<(&'s str, &'s str)> {
    let found = status.conditions.iter().find(|one| one.type_ == kind);
    found.map(|one| (one.status.as_str(), one.reason.as_str()))
}

/// True when a status says so of an aspect.
pub(crate) fn is_true(status: &WorkspaceStatus, kind: &str) -> bool {
    outcome(status, kind).is_some_and(|(outcome, _)| outcome == "True")
}

/// Puts verdicts into a status; the time of a transition is kept while the outcome stays.
pub(crate) fn set(status: &mut WorkspaceStatus, verdicts: Vec<Verdict>, generation: Option<i64>, now: Timestamp) {
    for verdict in verdicts {
        let outcome = if verdict.is_true { "True" } else { "False" };
        let known = status.conditions.iter_mut().find(|condition| condition.type_ == verdict.kind);
        let transition = known.as_ref().filter(|condition| condition.status == outcome);
        let condition = Condition {
            last_transition_time: transition.map_or(Time(now), |condition| condition.last_transition_time.clone()),
            message: verdict.message,
            observed_generation: generation,
            reason: verdict.reason.to_owned(),
            status: outcome.to_owned(),
            type_: verdict.kind.to_owned(),
        };
        match known {
            Some(known) => *known = condition,
            None => status.conditions.push(condition),
        }
    }
}

/// Adds notes; the oldest go, but never one that still stands on its object: it would be taken for news again.
pub(crate) fn note(status: &mut WorkspaceStatus, notes: Vec<DriftNote>, standing: &[DriftNote]) {
    status.drift.extend(notes);
    let mut surplus = status.drift.len().saturating_sub(DRIFT_KEPT);
    status.drift.retain(|note| {
        let goes = surplus > 0 && !standing.contains(note);
        surplus -= usize::from(goes);
        !goes
    });
}

fn texts(value: &Value, pointer: &str) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let map = value.pointer(pointer).and_then(Value::as_object);
    map.into_iter().flatten().map(|(key, value)| (key.clone(), text(value))).collect()
}

/// What the status of the quota says.
pub(crate) fn usage(status: &Value) -> BTreeMap<String, Usage> {
    let mut used = texts(status, "/used");
    let hard = texts(status, "/hard");
    let of = |(key, hard): (String, String)| {
        let used = used.remove(&key).unwrap_or_default();
        (key, Usage { hard, used })
    };
    hard.into_iter().map(of).collect()
}

/// Whether everything that the quota names is counted, and against these very amounts.
pub(crate) fn is_counted(quota: &Value, usage: &BTreeMap<String, Usage>) -> bool {
    let wanted = texts(quota, "/spec/hard");
    let fits = |(key, amount): (&String, &String)| {
        usage.get(key).is_some_and(|usage| !usage.used.is_empty() && same_amount(amount, &usage.hard))
    };
    !wanted.is_empty() && wanted.iter().all(fits)
}

/// Whether a namespace holds nothing of its tenant; else what is left.
pub(crate) fn is_empty(usage: &BTreeMap<String, Usage>) -> Result<(), String> {
    let left: Vec<String> = landing::left_inside(usage).iter().map(|(key, used)| format!("{key}: {used}")).collect();
    if left.is_empty() { Ok(()) } else { Err(left.join(", ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_condition_that_stays_keeps_its_time() {
        let mut status = WorkspaceStatus::default();
        let (first, second): (Timestamp, Timestamp) =
            ("2026-11-23T02:00:00Z".parse().unwrap(), "2026-11-24T02:00:00Z".parse().unwrap());
        set(&mut status, vec![verdict("Ready", false, "Provisioning", "…")], Some(1), first);
        set(&mut status, vec![verdict("Ready", false, "NamespaceTerminating", "…")], Some(1), second);
        assert_eq!(status.conditions[0].last_transition_time.0, first);
        set(&mut status, vec![verdict("Ready", true, "Usable", "")], Some(1), second);
        assert_eq!((status.conditions.len(), status.conditions[0].last_transition_time.0), (1, second));
    }

    #[test]
    fn a_quota_counts_as_filled_when_its_status_says_the_same_amounts() {
        let quota = json!({ "spec": { "hard": { "requests.cpu": "1", "pods": "3" } } });
        let mut status =
            json!({ "hard": { "requests.cpu": "1000m", "pods": "3" }, "used": { "requests.cpu": "0", "pods": "0" } });
        assert!(is_counted(&quota, &usage(&status)));
        status["hard"]["pods"] = json!("4");
        assert!(!is_counted(&quota, &usage(&status)));
        status["hard"]["pods"] = json!("3");
        status["used"] = json!({ "pods": "0" });
        assert!(!is_counted(&quota, &usage(&status)), "a resource that is not counted yet");
        assert!(!is_counted(&quota, &usage(&Value::Null)));
    }

    #[test]
    fn a_namespace_whose_counts_are_unknown_is_not_empty() {
        assert!(is_empty(&BTreeMap::new()).is_err());
        let used = |n: &str| Usage { hard: "9".to_owned(), used: n.to_owned() };
        let mut usage: BTreeMap<String, Usage> = ["count/pods", "persistentvolumeclaims", "count/secrets"]
            .into_iter()
            .map(|key| (key.to_owned(), used("0")))
            .collect();
        usage.insert("count/configmaps".to_owned(), used("1"));
        assert_eq!(is_empty(&usage), Ok(()));
        usage.insert("count/secrets".to_owned(), used("1"));
        assert_eq!(is_empty(&usage), Err("count/secrets: 1".to_owned()));
    }
}
