//! What others added to a managed namespace: network policies and role bindings add up, so that one of them can open what ours close.

use serde_json::Value;

use crate::{index::Held, kind::Kind};

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A rule that lets in or out more than pods of its own namespace.
fn opens_the_network(policy: &Value) -> bool {
    [("/spec/ingress", "/from"), ("/spec/egress", "/to")].into_iter().any(|(rules, peers)| {
        list(policy, rules).iter().any(|rule| {
            let peers = list(rule, peers);
            peers.is_empty()
                || peers.iter().any(|peer| peer.get("ipBlock").is_some() || peer.get("namespaceSelector").is_some())
        })
    })
}

/// A binding of anybody but a service account of its own namespace.
fn binds_an_outsider(binding: &Value, namespace: &str) -> bool {
    list(binding, "/subjects").iter().any(|subject| {
        subject.get("kind").and_then(Value::as_str) != Some("ServiceAccount")
            || subject.get("namespace").and_then(Value::as_str).is_some_and(|other| other != namespace)
    })
}

/// True for an object that lets in or out more than its namespace, if it is none of ours.
pub(crate) fn opens(kind: Kind, object: &Value, namespace: &str) -> bool {
    match kind {
        Kind::NetworkPolicy => opens_the_network(object),
        Kind::RoleBinding => binds_an_outsider(object, namespace),
        _ => false,
    }
}

/// Names of foreign policies that open the namespace, and of foreign bindings that let outsiders in.
pub(crate) fn additions(held: &[Held]) -> (Vec<String>, Vec<String>) {
    let of = |kind: Kind| {
        let foreign = held.iter().filter(|one| one.kind == kind && !one.is_ours && one.opens);
        let mut names: Vec<String> = foreign.map(|one| one.name.to_string()).collect();
        names.sort_unstable();
        names
    };
    (of(Kind::NetworkPolicy), of(Kind::RoleBinding))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_policy_that_only_names_pods_of_its_namespace_opens_nothing() {
        assert!(!opens_the_network(&json!({ "spec": { "ingress": [{ "from": [{ "podSelector": {} }] }] } })));
        assert!(opens_the_network(&json!({ "spec": { "ingress": [{}] } })));
        assert!(opens_the_network(
            &json!({ "spec": { "egress": [{ "to": [{ "ipBlock": { "cidr": "0.0.0.0/0" } }] }] } })
        ));
        assert!(opens_the_network(
            &json!({ "spec": { "ingress": [{ "from": [{ "namespaceSelector": {}, "podSelector": {} }] }] } })
        ));
    }

    #[test]
    fn only_service_accounts_of_the_namespace_are_insiders() {
        let binding = |subject: Value| json!({ "subjects": [subject] });
        assert!(!binds_an_outsider(&binding(json!({ "kind": "ServiceAccount", "name": "a", "namespace": "n" })), "n"));
        assert!(binds_an_outsider(&binding(json!({ "kind": "ServiceAccount", "name": "a", "namespace": "m" })), "n"));
        assert!(binds_an_outsider(&binding(json!({ "kind": "Group", "name": "system:authenticated" })), "n"));
    }
}
