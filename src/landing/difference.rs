//! Whether an object in the cluster is what it should be: the whole of what it says, and our own labels and annotations, compared by
//! value; never what the API server adds.

use serde_json::{Map, Value};

use crate::{Quantity, names::PREFIX};

/// One place where an object is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, as in `spec.hard.pods`.
    pub field: String,
    /// As it should be; none for what should not be there.
    pub desired: Option<Value>,
    /// As it is; none for what is missing.
    pub live: Option<Value>,
}

/// Members that say what an object does. Everything else (metadata aside) is the server's business.
const SAID: [&str; 6] = ["spec", "subjects", "roleRef", "imagePullSecrets", "secrets", "automountServiceAccountToken"];

/// Where two objects differ. A namespace's own spec (its finalizers) belongs to the cluster.
pub fn difference(desired: &Value, live: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    let is_namespace = desired.get("kind").and_then(Value::as_str) == Some("Namespace");
    for member in SAID {
        if is_namespace {
            break;
        }
        compare(member, desired.get(member), live.get(member), false, &mut found);
    }
    for member in ["labels", "annotations"] {
        let wanted = desired.pointer(&format!("/metadata/{member}")).and_then(Value::as_object);
        let has = live.pointer(&format!("/metadata/{member}")).and_then(Value::as_object);
        for (key, value) in wanted.into_iter().flatten() {
            let now = has.and_then(|map| map.get(key));
            compare(&format!("metadata.{member}.{key}"), Some(value), now, false, &mut found);
        }
        for (key, value) in has.into_iter().flatten().filter(|(key, _)| member == "labels" && is_strange(key, wanted)) {
            compare(&format!("metadata.{member}.{key}"), None, Some(value), false, &mut found);
        }
    }
    found
}

/// A label under our own prefix that the plan does not have: only we set those.
fn is_strange(key: &str, wanted: Option<&Map<String, Value>>) -> bool {
    key.starts_with(PREFIX) && !wanted.is_some_and(|wanted| wanted.contains_key(key))
}

fn compare(field: &str, desired: Option<&Value>, live: Option<&Value>, quantities: bool, found: &mut Vec<Difference>) {
    match (desired, live) {
        (None, None) => {}
        (Some(Value::Object(wanted)), Some(Value::Object(has))) => {
            let quantities = quantities || ["hard", "default", "defaultRequest", "max", "min"].contains(&last(field));
            let mut keys: Vec<&String> = wanted.keys().chain(has.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                compare(&format!("{field}.{key}"), wanted.get(key), has.get(key), quantities, found);
            }
        }
        (Some(Value::Array(wanted)), Some(Value::Array(has))) if wanted.len() == has.len() => {
            for (index, (wanted, has)) in wanted.iter().zip(has).enumerate() {
                compare(&format!("{field}[{index}]"), Some(wanted), Some(has), quantities, found);
            }
        }
        (Some(Value::String(wanted)), Some(Value::String(has))) if quantities && same_amount(wanted, has) => {}
        (wanted, has) if wanted == has => {}
        (wanted, has) => {
            found.push(Difference { field: field.to_owned(), desired: wanted.cloned(), live: has.cloned() });
        }
    }
}

fn last(field: &str) -> &str {
    field.rsplit('.').next().unwrap_or(field)
}

/// True when two texts are the same amount in any notation, as `1` and `1000m` are.
pub fn same_amount(left: &str, right: &str) -> bool {
    matches!((Quantity::parse(left), Quantity::parse(right)), (Ok(left), Ok(right)) if left == right)
}

/// The object to write: the live one with our word for everything it says, its foreign labels and annotations kept, at the version
/// that was looked at.
pub fn merged(desired: &Value, live: &Value) -> Value {
    let mut written = live.clone();
    let (Some(target), Some(wanted)) = (written.as_object_mut(), desired.as_object()) else { return desired.clone() };
    if wanted.get("kind").and_then(Value::as_str) != Some("Namespace") {
        for member in SAID {
            match wanted.get(member) {
                Some(value) => target.insert(member.to_owned(), value.clone()),
                None => target.remove(member),
            };
        }
    }
    target.remove("status");
    target.insert("apiVersion".to_owned(), desired.get("apiVersion").cloned().unwrap_or_default());
    target.insert("kind".to_owned(), desired.get("kind").cloned().unwrap_or_default());
    if let Some(metadata) = target.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
        for member in ["labels", "annotations"] {
            let Some(ours) = desired.pointer(&format!("/metadata/{member}")).and_then(Value::as_object) else {
                continue;
            };
            let slot = metadata.entry(member).or_insert_with(|| Value::Object(Map::new()));
            if let Some(map) = slot.as_object_mut() {
                if member == "labels" {
                    map.retain(|key, _| !is_strange(key, Some(ours)));
                }
                map.extend(ours.clone());
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_label_of_ours_that_the_plan_does_not_have_is_taken_off_and_those_of_others_stay() {
        let desired = json!({ "kind": "Namespace", "metadata": { "labels": { "shangyun.dev/workspace": "a" } } });
        let live = json!({ "kind": "Namespace", "metadata": { "labels": { "shangyun.dev/workspace": "a",
            "shangyun.dev/released": "2026-12-01", "team": "x" }, "annotations": { "shangyun.dev/adopt": "a" } } });
        let found: Vec<String> = difference(&desired, &live).into_iter().map(|one| one.field).collect();
        assert_eq!(found, ["metadata.labels.shangyun.dev/released"]);
        let written = merged(&desired, &live);
        assert_eq!(written["metadata"]["labels"], json!({ "shangyun.dev/workspace": "a", "team": "x" }));
        assert_eq!(written["metadata"]["annotations"], live["metadata"]["annotations"]);
    }

    #[test]
    fn one_core_is_a_thousand_millicores() {
        let desired = json!({ "kind": "ResourceQuota", "spec": { "hard": { "requests.cpu": "1" } } });
        let live = json!({ "kind": "ResourceQuota", "spec": { "hard": { "requests.cpu": "1000m" } }, "status": { "used": {} } });
        assert_eq!(difference(&desired, &live), []);
    }

    #[test]
    fn an_added_allow_all_rule_is_seen_and_taken_out() {
        let desired = json!({ "kind": "NetworkPolicy", "metadata": { "name": "deny" }, "spec": { "podSelector": {}, "policyTypes": ["Ingress"] } });
        let mut live = desired.clone();
        live["spec"]["ingress"] = json!([{}]);
        live["metadata"]["resourceVersion"] = json!("7");
        live["metadata"]["labels"] = json!({ "theirs": "1" });
        let found = difference(&desired, &live);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].field.as_str(), &found[0].desired), ("spec.ingress", &None));
        let written = merged(&desired, &live);
        assert_eq!(written["spec"], desired["spec"]);
        assert_eq!(
            (&written["metadata"]["resourceVersion"], &written["metadata"]["labels"]["theirs"]),
            (&json!("7"), &json!("1"))
        );
    }

    #[test]
    fn what_others_write_on_the_side_is_not_drift() {
        let desired = json!({ "kind": "ServiceAccount", "metadata": { "labels": { "a": "1" } } });
        let live = json!({ "kind": "ServiceAccount", "metadata": { "uid": "x", "labels": { "a": "1", "theirs": "2" }, "annotations": { "b": "c" } } });
        assert_eq!(difference(&desired, &live), []);
        let spoiled = json!({ "kind": "ServiceAccount", "metadata": { "labels": { "a": "2" } }, "imagePullSecrets": [{ "name": "evil" }] });
        let fields: Vec<String> = difference(&desired, &spoiled).into_iter().map(|one| one.field).collect();
        assert_eq!(fields, ["imagePullSecrets", "metadata.labels.a"]);
    }
}
