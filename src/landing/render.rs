//! From what was approved to the objects of one namespace. The bytes of a plan format never change once released: an upgrade of the
//! program touches no running namespace and voids no approval.

use std::collections::BTreeMap;

use domain::Problem;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    Quantity, Workspace, WorkspaceSpec, check,
    names::{FINALIZER, MANAGED_BY, MANAGED_BY_LABEL, WORKSPACE_LABEL},
    network, to_yaml,
};

/// Objects of every kind that a namespace may hold before it is full; counted by name, so that emptiness can be read from the
/// quota without the right to read secrets.
const COUNTED: [(&str, &str); 3] =
    [("count/configmaps", "200"), ("count/secrets", "200"), ("persistentvolumeclaims", "100")];
/// What nobody may make: doors around the gateway.
const CLOSED: [&str; 2] = ["services.loadbalancers", "services.nodeports"];
/// Finished pods count in `count/pods` and not in `pods`.
const PODS_KEPT_PER_POD: i128 = 5;

/// Marks of an object of ours.
pub(crate) fn own_labels(spec: &WorkspaceSpec) -> Map<String, Value> {
    let mut labels = Map::new();
    labels.insert(MANAGED_BY_LABEL.to_owned(), json!(MANAGED_BY));
    labels.insert(WORKSPACE_LABEL.to_owned(), json!(spec.namespace));
    labels
}

/// An object inside the namespace.
pub(crate) fn object(spec: &WorkspaceSpec, api_version: &str, kind: &str, name: &str) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("apiVersion".to_owned(), json!(api_version));
    object.insert("kind".to_owned(), json!(kind));
    let metadata = json!({ "name": name, "namespace": spec.namespace, "labels": own_labels(spec) });
    object.insert("metadata".to_owned(), metadata);
    object
}

fn namespace(spec: &WorkspaceSpec) -> Value {
    let mut labels = Map::new();
    for (key, value) in &spec.metadata.labels {
        labels.insert(key.clone(), json!(value));
    }
    labels.append(&mut own_labels(spec));
    // The higher the level, the less a container may do.
    let enforced = if spec.mlps_level >= 3 { "restricted" } else { "baseline" };
    for (key, value) in [
        ("shangyun.dev/department", spec.department.as_str()),
        ("shangyun.dev/system", &spec.system),
        ("shangyun.dev/environment", spec.environment.code()),
        ("shangyun.dev/zone", &spec.zone),
        ("shangyun.dev/mlps-level", &spec.mlps_level.to_string()),
        ("shangyun.dev/request", &spec.request_number),
        ("shangyun.dev/expires-on", &spec.expires_on),
        ("pod-security.kubernetes.io/enforce", enforced),
        ("pod-security.kubernetes.io/warn", "restricted"),
    ] {
        labels.insert(key.to_owned(), json!(value));
    }
    let mut annotations = Map::new();
    for (key, value) in &spec.metadata.annotations {
        annotations.insert(key.clone(), json!(value));
    }
    for (key, list) in [
        ("shangyun.dev/registries", &spec.guards.registries),
        ("shangyun.dev/storage-classes", &spec.guards.storage_classes),
        ("shangyun.dev/ingress-classes", &spec.guards.ingress_classes),
    ] {
        annotations.insert(key.to_owned(), json!(list.join(",")));
    }
    json!({
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": { "name": spec.namespace, "labels": labels, "annotations": annotations },
    })
}

fn canonical(text: &str) -> String {
    // Checked before; what cannot be read stays as it is and is refused by the API server.
    Quantity::parse(text).map_or_else(|_| text.to_owned(), Quantity::canonical)
}

fn quota(spec: &WorkspaceSpec) -> Value {
    let mut hard: BTreeMap<String, String> = BTreeMap::new();
    for (key, value) in COUNTED {
        hard.insert(key.to_owned(), value.to_owned());
    }
    for key in CLOSED {
        hard.insert(key.to_owned(), "0".to_owned());
    }
    if let Some(pods) = spec.quota.get("pods").and_then(|pods| Quantity::parse(&pods.0).ok()) {
        hard.insert("count/pods".to_owned(), canonical(&(pods.ones() * PODS_KEPT_PER_POD).to_string()));
    }
    for (key, value) in &spec.quota {
        hard.insert(key.clone(), canonical(&value.0));
    }
    let mut object = object(spec, "v1", "ResourceQuota", "shangyun");
    object.insert("spec".to_owned(), json!({ "hard": hard }));
    Value::Object(object)
}

fn limit_range(spec: &WorkspaceSpec) -> Value {
    let defaults = &spec.container_defaults;
    let mut object = object(spec, "v1", "LimitRange", "shangyun");
    let limits = json!([{
        "type": "Container",
        "default": { "cpu": canonical(&defaults.limit_cpu.0), "memory": canonical(&defaults.limit_memory.0) },
        "defaultRequest": { "cpu": canonical(&defaults.cpu.0), "memory": canonical(&defaults.memory.0) },
    }]);
    object.insert("spec".to_owned(), json!({ "limits": limits }));
    Value::Object(object)
}

fn role_binding(spec: &WorkspaceSpec, name: &str, cluster_role: &str, subjects: Vec<Value>) -> Value {
    let mut object = object(spec, "rbac.authorization.k8s.io/v1", "RoleBinding", name);
    let role = json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": cluster_role });
    object.insert("roleRef".to_owned(), role);
    object.insert("subjects".to_owned(), Value::Array(subjects));
    Value::Object(object)
}

fn role_bindings(spec: &WorkspaceSpec) -> Vec<Value> {
    use crate::SubjectKind as Kind;
    let mut bindings: Vec<Value> = Vec::new();
    let mut access: Vec<_> = spec.access.iter().collect();
    access.sort_by_key(|one| one.role);
    for role in [crate::AccessRole::Owner, crate::AccessRole::Developer, crate::AccessRole::Viewer] {
        let mut people: Vec<_> = access.iter().filter(|one| one.role == role).flat_map(|one| &one.subjects).collect();
        people.sort_unstable();
        people.dedup();
        let subjects: Vec<Value> = people
            .into_iter()
            .map(|one| match one.kind {
                Kind::ServiceAccount => {
                    json!({ "kind": "ServiceAccount", "name": one.name, "namespace": spec.namespace })
                }
                Kind::Group => json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": one.name }),
                Kind::User => json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": one.name }),
            })
            .collect();
        if !subjects.is_empty() {
            bindings.push(role_binding(spec, &format!("shangyun-{}", role.code()), role.cluster_role(), subjects));
        }
    }
    let deployer = json!({ "kind": "ServiceAccount", "name": "deployer", "namespace": spec.namespace });
    bindings.push(role_binding(spec, "shangyun-deployer", "edit", vec![deployer]));
    bindings
}

/// The objects, whether or not the specification is whole: what cannot be read stays as it is.
pub(crate) fn rendered(spec: &WorkspaceSpec) -> Vec<Value> {
    let mut objects = vec![namespace(spec), quota(spec), limit_range(spec)];
    objects.extend(network::policies(spec));
    objects.push(Value::Object(object(spec, "v1", "ServiceAccount", "deployer")));
    // Rights last: nobody gets in before the walls stand.
    objects.extend(role_bindings(spec));
    objects
}

/// The objects of a namespace, in the order in which they are made, in the form in which the API server gives them back.
///
/// # Errors
/// Every problem of the specification ([`check`]).
pub fn render(spec: &WorkspaceSpec) -> Result<Vec<Value>, Vec<Problem>> {
    let problems = check(spec);
    if problems.is_empty() { Ok(rendered(spec)) } else { Err(problems) }
}

/// What must stand in the cluster now: the rendered objects, and while the workspace is frozen a quota that lets nothing new start.
///
/// # Errors
/// Every problem of the specification.
pub fn objects_to_hold(spec: &WorkspaceSpec) -> Result<Vec<Value>, Vec<Problem>> {
    let mut objects = render(spec)?;
    if spec.frozen.is_some() {
        for quota in objects.iter_mut().filter(|object| object.get("kind") == Some(&json!("ResourceQuota"))) {
            if let Some(hard) = quota.pointer_mut("/spec/hard").and_then(Value::as_object_mut) {
                hard.insert("pods".to_owned(), json!("0"));
            }
        }
    }
    Ok(objects)
}

/// The hash of a plan: over the specification, all but `frozen` and `planHash`, and over every byte that it renders to.
pub fn plan_hash(spec: &WorkspaceSpec) -> String {
    let mut bare = spec.clone();
    bare.frozen = None;
    bare.plan_hash = String::new();
    let mut hasher = Sha256::new();
    // Maps are sorted by key: the same specification gives the same text.
    hasher.update(serde_json::to_value(&bare).unwrap_or_default().to_string());
    for object in rendered(&bare) {
        hasher.update([b'\n']);
        hasher.update(object.to_string());
    }
    named(&hasher.finalize())
}

/// The hash of a list of plans: what an approval is bound to. The order does not matter.
pub fn list_hash(hashes: &[String]) -> String {
    let mut sorted = hashes.to_vec();
    sorted.sort_unstable();
    named(&Sha256::digest(sorted.join("\n")))
}

fn named(digest: &[u8]) -> String {
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// The `Workspace` of a plan, as the hub pushes it and as files hold it.
pub fn document(spec: &WorkspaceSpec) -> Value {
    let mut workspace = Workspace::new(&spec.namespace, spec.clone());
    workspace.metadata.finalizers = Some(vec![FINALIZER.to_owned()]);
    let mut document = serde_json::to_value(&workspace).unwrap_or_default();
    if let Some(object) = document.as_object_mut() {
        object.remove("status");
    }
    document
}

/// What a folder or a git tree holds of one workspace: path and YAML of its `Workspace`, or with `objects` of everything it
/// renders to, for clusters without our controller.
///
/// # Errors
/// Every problem of the specification.
pub fn files(spec: &WorkspaceSpec, objects: bool) -> Result<Vec<(String, String)>, Vec<Problem>> {
    let rendered = render(spec)?;
    let folder = format!("{}/{}", spec.cluster, spec.namespace);
    let mut files = vec![(format!("{folder}/workspace.yaml"), to_yaml(&document(spec)))];
    if objects {
        for (number, object) in rendered.iter().enumerate() {
            let text =
                |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            let name = format!("{folder}/objects/{:02}-{}-{}.yaml", number + 1, text("/kind"), text("/metadata/name"));
            files.push((name, to_yaml(object)));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Value {
        json!({
            "namespace": "permit-prod", "cluster": "gov-1", "department": "11330100MB0000001A", "system": "SYS-000123",
            "environment": "prod", "zone": "extranet", "mlpsLevel": 3, "requestNumber": "MR-2026-000123", "expiresOn": "2027-12-31",
            "quota": { "requests.cpu": "8", "requests.memory": "16Gi", "limits.cpu": "16", "limits.memory": "16Gi", "pods": "60" },
            "containerDefaults": { "cpu": "250m", "memory": "256Mi", "limitCpu": "1", "limitMemory": "1Gi" },
            "networkPeers": [{ "workspace": "idp-prod", "ports": [443, 8443] }],
            "access": [{ "role": "owner", "subjects": [{ "kind": "Group", "name": "permit-admins" }] }],
            "planFormat": 1, "planHash": "",
        })
    }

    #[test]
    fn the_hash_covers_the_plan_and_everything_that_it_renders_to() {
        let hash = |change: &dyn Fn(&mut Value)| {
            let mut plan = plan();
            change(&mut plan);
            plan_hash(&serde_json::from_value(plan).unwrap())
        };
        let approved = hash(&|_| {});
        assert_eq!(hash(&|plan| plan["planHash"] = json!("sha256:0")), approved);
        for changed in [
            hash(&|plan| plan["quota"]["pods"] = json!("61")),
            hash(&|plan| plan["networkPeers"][0]["ports"] = json!([443])),
            hash(&|plan| plan["access"][0]["subjects"][0]["name"] = json!("别人")),
            hash(&|plan| plan["adopt"] = json!(true)),
            hash(&|plan| plan["deletionPolicy"] = json!("Delete")),
        ] {
            assert_ne!(changed, approved);
        }
    }
}
