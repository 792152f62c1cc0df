//! What stands is as approved: made whole, repaired when somebody changed it, and silent while nothing differs.

use serde_json::{Value, json};

use crate::support::{
    cluster::{Cluster, condition, hashed, workspace},
    wait,
};

/// A break-glass administrator patches something.
async fn break_glass(cluster: &Cluster, kind: &str, name: &str, namespace: &str, body: &Value) {
    let body = body.to_string();
    let arguments = ["patch", kind, name, "-n", namespace, "--type=merge", "-p", &body];
    cluster.kubectl("break-glass", &arguments).await.done();
}

/// Waits until the namespace is as approved again; how fast that is, the measurements say.
async fn until_restored(cluster: &Cluster, what: &str, is_restored: impl AsyncFn(&Cluster) -> bool) {
    wait::until(what, async || is_restored(cluster).await.then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approved_plan_becomes_a_usable_namespace_with_everything_in_it() {
    let (cluster, name) = (Cluster::shared().await, "keep-whole");
    let workspace = cluster.ready(&workspace(name)).await;
    let kinds: Vec<(String, String)> =
        cluster.objects(name).await.into_iter().map(|(kind, name, _)| (kind, name)).collect();
    let expected = [
        ("LimitRange", "shangyun"),
        ("Namespace", name),
        ("NetworkPolicy", "shangyun-default-deny"),
        ("NetworkPolicy", "shangyun-dns"),
        ("NetworkPolicy", "shangyun-same-namespace"),
        ("ResourceQuota", "shangyun"),
        ("RoleBinding", "shangyun-deployer"),
        ("RoleBinding", "shangyun-owner"),
        ("ServiceAccount", "deployer"),
    ];
    assert_eq!(kinds, expected.map(|(kind, name)| (kind.to_owned(), name.to_owned())));
    for (kind, outcome, reason) in [
        ("QuotaApplied", "True", "Counted"),
        ("NetworkIsolated", "True", "PoliciesPresent"),
        ("AccessGranted", "True", "BindingsPresent"),
        ("Drifted", "False", "AsApproved"),
    ] {
        let found = condition(&workspace, kind);
        assert_eq!((&found["status"], &found["reason"]), (&json!(outcome), &json!(reason)), "{kind}");
        assert_eq!(found["observedGeneration"], 1, "{kind}");
    }
    let namespace = cluster.get("namespace", name, "").await.unwrap();
    assert_eq!(workspace["status"]["namespaceUid"], namespace["metadata"]["uid"]);
    assert_eq!(namespace["metadata"].get("ownerReferences"), None, "a namespace never has an owner");
    assert_eq!(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted");
    let columns = cluster.kubectl("admin", &["get", "ws", name]).await.done();
    assert!(
        columns.contains("SYS-000123") && columns.contains("Usable") && columns.contains("2027-12-31"),
        "{columns}"
    );
    // The people of the plan get in, others do not.
    assert!(cluster.kubectl("tenant", &["get", "pods", "-n", name]).await.done);
    assert!(!cluster.kubectl("outsider", &["get", "pods", "-n", name]).await.done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_break_glass_administrator_changed_is_put_back_and_recorded_once() {
    let (cluster, name) = (Cluster::shared().await, "keep-repair");
    cluster.ready(&workspace(name)).await;
    // What server-side apply alone would leave standing: an added rule, an added key.
    break_glass(cluster, "networkpolicy", "shangyun-default-deny", name, &json!({ "spec": { "ingress": [{}] } })).await;
    until_restored(cluster, "the allow-all rule is gone", async |cluster| {
        let policy = cluster.get("networkpolicy", "shangyun-default-deny", name).await.unwrap();
        policy["spec"].get("ingress").is_none()
    })
    .await;
    break_glass(
        cluster,
        "resourcequota",
        "shangyun",
        name,
        &json!({ "spec": { "hard": { "pods": "900", "count/jobs.batch": "4" } } }),
    )
    .await;
    until_restored(cluster, "the quota is as approved", async |cluster| {
        let hard = cluster.get("resourcequota", "shangyun", name).await.unwrap()["spec"]["hard"].clone();
        hard["pods"] == "20" && hard.get("count/jobs.batch").is_none()
    })
    .await;
    let workspace = cluster.until_condition(name, "Drifted", "False", "Repaired").await;
    let drift = workspace["status"]["drift"].as_array().unwrap();
    let told: Vec<(&str, &str, &str, &str)> = drift
        .iter()
        .map(|note| {
            let text = |key: &str| note[key].as_str().unwrap();
            (text("object"), text("action"), text("field"), text("client"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("NetworkPolicy/shangyun-default-deny", "changed", "spec.ingress", "kubectl-patch"),
            ("ResourceQuota/shangyun", "changed", "spec.hard.count/jobs.batch, spec.hard.pods", "kubectl-patch"),
        ]
    );
    let events = wait::until("one event for each", async || {
        let selector = format!("regarding.name={name},reason=DriftRepaired");
        let events = cluster
            .kubectl("admin", &["get", "events.v1.events.k8s.io", "-A", "-o", "json", "--field-selector", &selector])
            .await
            .done();
        let events: Value = serde_json::from_str(&events).unwrap();
        let events = events["items"].as_array().unwrap().clone();
        (events.len() == 2).then_some(events)
    })
    .await;
    assert!(
        events.iter().any(|event| event["note"].as_str().unwrap().contains("changed by kubectl-patch (spec.ingress)"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleted_relabelled_rebound_and_added_objects_are_put_right() {
    let (cluster, name) = (Cluster::shared().await, "keep-objects");
    cluster.ready(&workspace(name)).await;
    let as_approved = names(cluster, name).await;
    for (kind, object) in [
        ("networkpolicy", "shangyun-dns"),
        ("rolebinding", "shangyun-owner"),
        ("limitrange", "shangyun"),
        ("serviceaccount", "deployer"),
    ] {
        cluster.kubectl("break-glass", &["delete", kind, object, "-n", name]).await.done();
        until_restored(cluster, kind, async |cluster| cluster.get(kind, object, name).await.is_some()).await;
    }
    // Without our label it falls out of the watch, and is found all the same.
    break_glass(
        cluster,
        "resourcequota",
        "shangyun",
        name,
        &json!({ "metadata": { "labels": { "shangyun.dev/workspace": null } }, "spec": { "hard": { "pods": "77" } } }),
    )
    .await;
    until_restored(cluster, "the quota is labelled and right", async |cluster| {
        let quota = cluster.get("resourcequota", "shangyun", name).await.unwrap();
        quota["metadata"]["labels"]["shangyun.dev/workspace"] == name && quota["spec"]["hard"]["pods"] == "20"
    })
    .await;
    // What a binding binds to cannot be changed, only made anew.
    cluster.kubectl("break-glass", &["delete", "rolebinding", "shangyun-deployer", "-n", name]).await.done();
    let rebound = ["create", "rolebinding", "shangyun-deployer", "--clusterrole=admin", "--user=outsider", "-n", name];
    let _ = cluster.kubectl("break-glass", &rebound).await;
    until_restored(cluster, "the deployer's binding", async |cluster| {
        let Some(binding) = cluster.get("rolebinding", "shangyun-deployer", name).await else { return false };
        binding["roleRef"]["name"] == "edit" && binding["subjects"][0]["name"] == "deployer"
    })
    .await;
    // Something that passes itself off as ours.
    let posing = json!({ "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": { "podSelector": {}, "ingress": [{}] },
        "metadata": { "name": "shangyun-open", "namespace": name, "labels": { "app.kubernetes.io/managed-by": "shangyun", "shangyun.dev/workspace": name } } });
    cluster.kubectl_with("break-glass", &["create", "-f", "-"], &posing.to_string()).await.done();
    until_restored(cluster, "the poser is gone", async |cluster| {
        cluster.get("networkpolicy", "shangyun-open", name).await.is_none()
    })
    .await;
    cluster.until_condition(name, "Drifted", "False", "Repaired").await;
    assert_eq!(names(cluster, name).await, as_approved);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_whose_labels_were_taken_off_is_ours_all_the_same() {
    let (cluster, name) = (Cluster::shared().await, "keep-labels");
    cluster.ready(&workspace(name)).await;
    let bare = json!({ "metadata": { "labels": { "shangyun.dev/workspace": null, "shangyun.dev/department": null, "pod-security.kubernetes.io/enforce": "privileged" } } });
    break_glass(cluster, "namespace", name, "", &bare).await;
    until_restored(cluster, "the namespace", async |cluster| {
        let labels = cluster.get("namespace", name, "").await.unwrap()["metadata"]["labels"].clone();
        labels["shangyun.dev/workspace"] == name
            && labels["shangyun.dev/department"] == "11330100MB0000001A"
            && labels["pod-security.kubernetes.io/enforce"] != "privileged"
    })
    .await;
    let told = cluster.until_condition(name, "Drifted", "False", "Repaired").await;
    let drift = told["status"]["drift"].as_array().unwrap().clone();
    assert_eq!(drift.len(), 1, "{drift:?}");
    assert_eq!(drift[0]["object"], format!("Namespace/{name}"));
    assert!(drift[0]["field"].as_str().unwrap().contains("metadata.labels.shangyun.dev/workspace"), "{drift:?}");
    assert_eq!(condition(&told, "Ready")["status"], "True");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_in_any_notation_are_as_planned_and_written_once() {
    let (cluster, name) = (Cluster::shared().await, "keep-notation");
    let mut spec = workspace(name);
    for (key, amount) in [
        ("requests.cpu", "4e0"),
        ("limits.cpu", "8000m"),
        ("requests.memory", "8589934592"),
        ("limits.memory", "0.015625Ti"),
        ("requests.storage", "204800Mi"),
        ("pods", "2e1"),
    ] {
        spec.quota.insert(key.to_owned(), amount.into());
    }
    spec.container_defaults = landing::ContainerDefaults {
        cpu: "0.25".into(),
        memory: "268435456".into(),
        limit_cpu: "1000m".into(),
        limit_memory: "1024Mi".into(),
    };
    cluster.ready(&hashed(spec)).await;
    let version = async |kind: &str| {
        cluster.get(kind, "shangyun", name).await.unwrap()["metadata"]["resourceVersion"].as_str().unwrap().to_owned()
    };
    let limits = version("limitrange").await;
    // The whole plan is compared once more, because somebody deleted a part of it.
    cluster.kubectl("break-glass", &["delete", "rolebinding", "shangyun-owner", "-n", name]).await.done();
    until_restored(cluster, "the binding", async |cluster| {
        cluster.get("rolebinding", "shangyun-owner", name).await.is_some()
    })
    .await;
    let told = cluster.until_condition(name, "Drifted", "False", "Repaired").await;
    assert_eq!(told["status"]["drift"].as_array().unwrap().len(), 1, "{}", told["status"]["drift"]);
    assert_eq!(version("limitrange").await, limits, "written once");
    let hard = cluster.get("resourcequota", "shangyun", name).await.unwrap()["spec"]["hard"].clone();
    assert_eq!((&hard["requests.cpu"], &hard["pods"]), (&json!("4"), &json!("20")));
}

async fn names(cluster: &Cluster, namespace: &str) -> Vec<(String, String)> {
    cluster.objects(namespace).await.into_iter().map(|(kind, name, _)| (kind, name)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn foreign_policies_and_bindings_that_open_a_namespace_are_reported_and_left_to_people() {
    let (cluster, name) = (Cluster::shared().await, "keep-foreign");
    cluster.ready(&workspace(name)).await;
    let open = json!({ "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": { "name": "debug", "namespace": name }, "spec": { "podSelector": {}, "ingress": [{}] } });
    cluster.kubectl_with("break-glass", &["create", "-f", "-"], &open.to_string()).await.done();
    let told = cluster.until_condition(name, "NetworkIsolated", "False", "ForeignPolicies").await;
    assert_eq!(condition(&told, "NetworkIsolated")["message"], "opened by policies that nobody approved: debug");
    cluster
        .kubectl(
            "break-glass",
            &["create", "rolebinding", "helpers", "--clusterrole=view", "--user=outsider", "-n", name],
        )
        .await
        .done();
    cluster.until_condition(name, "AccessGranted", "False", "ForeignBindings").await;
    cluster.kubectl("break-glass", &["delete", "networkpolicy/debug", "rolebinding/helpers", "-n", name]).await.done();
    cluster.until_condition(name, "NetworkIsolated", "True", "PoliciesPresent").await;
    cluster.until_condition(name, "AccessGranted", "True", "BindingsPresent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newly_approved_plan_is_carried_out_and_is_no_drift() {
    let (cluster, name) = (Cluster::shared().await, "keep-change");
    let mut spec = workspace(name);
    cluster.ready(&spec).await;
    spec.quota.insert("pods".to_owned(), "30".into());
    spec.access.clear();
    let spec = hashed(spec);
    cluster.push(&spec).await;
    let workspace = wait::until("the new plan stands", async || {
        let workspace = cluster.get("workspace", name, "").await.unwrap();
        (workspace["status"]["planHash"] == spec.plan_hash.as_str()
            && workspace["status"]["usage"]["pods"]["hard"] == "30")
            .then_some(workspace)
    })
    .await;
    assert_eq!(workspace["status"].get("drift"), None);
    assert_eq!(cluster.get("rolebinding", "shangyun-owner", name).await, None, "who lost access is out");
    let frozen = json!({ "spec": { "frozen": { "reason": "investigation 12", "by": "Li Na", "on": "2026-11-23" } } })
        .to_string();
    cluster.kubectl("hub", &["patch", "ws", name, "--type=merge", "-p", &frozen]).await.done();
    let workspace = cluster.until_condition(name, "Ready", "True", "Frozen").await;
    assert_eq!(condition(&workspace, "Ready")["message"], "nothing new may start: investigation 12");
    wait::until("nothing new may start", async || {
        let quota = cluster.get("resourcequota", "shangyun", name).await.unwrap();
        (quota["spec"]["hard"]["pods"] == "0").then_some(())
    })
    .await;
    assert_eq!(cluster.get("workspace", name, "").await.unwrap()["status"].get("drift"), None);
}
