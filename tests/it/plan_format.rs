//! The bytes of a plan format never change once released: every approval was given for them.

use std::fmt::Write as _;

use landing::{WorkspaceSpec, files, plan_hash};
use serde_json::{Value, json};

fn plain() -> Value {
    json!({
        "namespace": "permit-prod", "cluster": "gov-1", "department": "11330100MB0000001A", "system": "SYS-000123",
        "environment": "prod", "zone": "extranet", "mlpsLevel": 3, "requestNumber": "MR-2026-000123", "expiresOn": "2027-12-31",
        "quota": { "requests.cpu": "8000m", "requests.memory": "16384Mi", "limits.cpu": "1.6e1", "limits.memory": "0.015625Ti",
            "requests.storage": "200Gi", "pods": "60" },
        "containerDefaults": { "cpu": "0.25", "memory": "256Mi", "limitCpu": "1000m", "limitMemory": "1Gi" },
        "planFormat": 1, "planHash": "",
    })
}

fn full() -> Value {
    let mut plan = plain();
    let more = json!({
        "gatewayNamespace": "gov-gateway",
        "networkPeers": [{ "workspace": "idp-prod", "ports": [443, 8443] }, { "cidr": "10.2.0.0/16", "ports": [5432] }],
        "access": [
            { "role": "viewer", "subjects": [{ "kind": "Group", "name": "审计组" }] },
            { "role": "owner", "subjects": [{ "kind": "User", "name": "zhang" }, { "kind": "Group", "name": "permit-admins" }] },
            { "role": "developer", "subjects": [{ "kind": "ServiceAccount", "name": "builder" }] },
        ],
        "metadata": { "labels": { "team": "permits" }, "annotations": { "contact": "0571-12345" } },
        "guards": { "registries": ["registry.example.gov.cn/"], "storageClasses": ["standard"], "ingressClasses": ["gov"] },
    });
    plan.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    plan
}

/// A change here voids every approval: it needs a plan format of its own, not a new golden file. So `make fix` does not renew this one.
#[test]
fn the_bytes_of_plan_format_1_are_those_that_were_approved() {
    let mut ending = plain();
    ending["deletionPolicy"] = json!("Delete");
    ending["exit"] = json!({ "request": "WX-2027-000001", "namespaceUid": "7c1b" });
    let mut text =
        String::from("# Plans of format 1, byte for byte: the Workspace with its hash, then every object.\n");
    for (name, plan) in [("plain", plain()), ("full", full()), ("ending", ending)] {
        let mut spec: WorkspaceSpec = serde_json::from_value(plan).unwrap();
        spec.plan_hash = plan_hash(&spec);
        let approved = spec.plan_hash.clone();
        for (file, bytes) in files(&spec, true).unwrap() {
            let _ = write!(text, "\n# {name}: {file}\n{bytes}");
        }
        spec.frozen = Some(landing::Frozen { reason: "r".to_owned(), by: "b".to_owned(), on: "2026-12-01".to_owned() });
        assert_eq!(plan_hash(&spec), approved, "a freeze is laid over the plan, outside its hash");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/plan-format-1.yaml");
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), text);
}
