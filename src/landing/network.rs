//! The network rules of a namespace: nothing goes in or out but what is listed. Policies add up, so the first closes everything.

use serde_json::{Map, Value, json};

use crate::{NetworkPeer, PeerDirection, WorkspaceSpec, render::object};

fn policy(spec: &WorkspaceSpec, name: &str, rules: Value) -> Value {
    let mut object = object(spec, "networking.k8s.io/v1", "NetworkPolicy", name);
    let mut body = rules.as_object().cloned().unwrap_or_default();
    body.insert("podSelector".to_owned(), json!({}));
    object.insert("spec".to_owned(), Value::Object(body));
    Value::Object(object)
}

/// A namespace by the name that the API server itself writes on it.
fn namespace_named(name: &str) -> Value {
    json!({ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": name } } })
}

fn peer_rule(peer: &NetworkPeer) -> Value {
    let whom = match (&peer.workspace, &peer.cidr) {
        (Some(workspace), _) => namespace_named(workspace),
        (None, cidr) => json!({ "ipBlock": { "cidr": cidr } }),
    };
    let mut ports = peer.ports.clone();
    ports.sort_unstable();
    ports.dedup();
    let ports: Vec<Value> = ports.into_iter().map(|port| json!({ "port": port, "protocol": "TCP" })).collect();
    let side = if peer.direction == PeerDirection::To { "to" } else { "from" };
    let mut rule = Map::new();
    rule.insert(side.to_owned(), json!([whom]));
    rule.insert("ports".to_owned(), Value::Array(ports));
    Value::Object(rule)
}

/// The policies, the closing one first. Never an empty list: the API server drops it, and nothing would ever be quiet.
pub(crate) fn policies(spec: &WorkspaceSpec) -> Vec<Value> {
    let mut policies = vec![
        policy(spec, "shangyun-default-deny", json!({ "policyTypes": ["Ingress", "Egress"] })),
        policy(
            spec,
            "shangyun-dns",
            json!({
                "policyTypes": ["Egress"],
                "egress": [{
                    "to": [namespace_named("kube-system")],
                    "ports": [{ "port": 53, "protocol": "UDP" }, { "port": 53, "protocol": "TCP" }],
                }],
            }),
        ),
        policy(
            spec,
            "shangyun-same-namespace",
            json!({
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{ "from": [{ "podSelector": {} }] }],
                "egress": [{ "to": [{ "podSelector": {} }] }],
            }),
        ),
    ];
    if let Some(gateway) = &spec.gateway_namespace {
        let rules = json!({ "policyTypes": ["Ingress"], "ingress": [{ "from": [namespace_named(gateway)] }] });
        policies.push(policy(spec, "shangyun-gateway", rules));
    }
    let mut peers: Vec<&NetworkPeer> = spec.network_peers.iter().collect();
    peers.sort_unstable();
    peers.dedup();
    for (direction, name, kind, side) in [
        (PeerDirection::To, "shangyun-peers-to", "Egress", "egress"),
        (PeerDirection::From, "shangyun-peers-from", "Ingress", "ingress"),
    ] {
        let rules: Vec<Value> =
            peers.iter().filter(|peer| peer.direction == direction).map(|peer| peer_rule(peer)).collect();
        if !rules.is_empty() {
            let mut body = Map::new();
            body.insert("policyTypes".to_owned(), json!([kind]));
            body.insert(side.to_owned(), Value::Array(rules));
            policies.push(policy(spec, name, Value::Object(body)));
        }
    }
    policies
}
