//! What the controller does not touch: plans that nobody approved, namespaces of others.

use crate::support::{
    cluster::{Cluster, condition, hashed, workspace},
    wait,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_was_changed_after_approval_is_not_carried_out() {
    let (cluster, name) = (Cluster::shared().await, "refuse-changed");
    let mut spec = workspace(name);
    let approved = spec.plan_hash.clone();
    spec.quota.insert("pods".to_owned(), "2000".into());
    cluster.push(&spec).await;
    let told = cluster.until_condition(name, "Ready", "False", "PlanHashMismatch").await;
    let message = condition(&told, "Ready")["message"].as_str().unwrap().to_owned();
    assert!(
        message.contains(&approved) && message.contains("it was changed after approval; ask for a new approval"),
        "{message}"
    );
    assert_eq!(cluster.get("namespace", name, "").await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_for_another_cluster_is_not_carried_out_here() {
    let (cluster, name) = (Cluster::shared().await, "refuse-elsewhere");
    let mut spec = workspace(name);
    spec.cluster = "gov-2".to_owned();
    cluster.push(&hashed(spec)).await;
    let told = cluster.until_condition(name, "Ready", "False", "WrongCluster").await;
    assert_eq!(condition(&told, "Ready")["message"], "this plan was approved for the cluster gov-2, this is gov-1");
    assert_eq!(cluster.get("namespace", name, "").await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_that_is_not_ours_is_left_alone_until_its_adoption_is_agreed_on_both_sides() {
    let (cluster, name) = (Cluster::shared().await, "refuse-foreign");
    cluster.kubectl("admin", &["create", "ns", name]).await.done();
    let before = cluster.get("namespace", name, "").await;
    let mut spec = workspace(name);
    cluster.push(&spec).await;
    cluster.until_condition(name, "Ready", "False", "NamespaceNotOurs").await;
    assert_eq!(cluster.get("namespace", name, "").await, before);
    spec.adopt = true;
    cluster.push(&hashed(spec)).await;
    let told = cluster.until_condition(name, "Ready", "False", "AdoptionNotMarked").await;
    assert!(
        condition(&told, "Ready")["message"]
            .as_str()
            .unwrap()
            .contains("annotate it shangyun.dev/adopt=refuse-foreign")
    );
    assert_eq!(cluster.get("namespace", name, "").await, before);
    let mark = ["annotate", "ns", name, "shangyun.dev/adopt=refuse-foreign"];
    assert!(!cluster.kubectl("ordinary-admin", &mark).await.done, "only break-glass marks");
    cluster.kubectl("break-glass", &mark).await.done();
    cluster.until_condition(name, "Ready", "True", "Usable").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_of_the_same_name_that_is_being_deleted_is_waited_for() {
    let (cluster, name) = (Cluster::shared().await, "refuse-ending");
    cluster.kubectl("admin", &["create", "ns", name]).await.done();
    // Something in it keeps it from going.
    let kept =
        r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept","finalizers":["example.gov.cn/kept"]}}"#;
    cluster.kubectl_with("admin", &["create", "-n", name, "-f", "-"], kept).await.done();
    cluster.kubectl("admin", &["delete", "ns", name, "--wait=false"]).await.done();
    cluster.push(&workspace(name)).await;
    cluster.until_condition(name, "Ready", "False", "NamespaceTerminating").await;
    let old = cluster.get("namespace", name, "").await.unwrap()["metadata"]["uid"].clone();
    let freed = ["patch", "configmap", "kept", "-n", name, "--type=merge", "-p", r#"{"metadata":{"finalizers":null}}"#];
    cluster.kubectl("admin", &freed).await.done();
    let workspace = cluster.until_condition(name, "Ready", "True", "Usable").await;
    assert_ne!(workspace["status"]["namespaceUid"], old);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_that_a_break_glass_administrator_deleted_is_made_again_and_recorded() {
    let (cluster, name) = (Cluster::shared().await, "refuse-deleted");
    let workspace = cluster.ready(&workspace(name)).await;
    let old = workspace["status"]["namespaceUid"].clone();
    cluster.kubectl("break-glass", &["delete", "ns", name]).await.done();
    let workspace = wait::until("it stands again", async || {
        let workspace = cluster.get("workspace", name, "").await.unwrap();
        let is_back =
            workspace["status"]["namespaceUid"] != old && condition(&workspace, "Ready")["reason"] == "Usable";
        is_back.then_some(workspace)
    })
    .await;
    let drift = workspace["status"]["drift"].as_array().unwrap();
    assert!(
        drift.iter().any(|note| note["object"] == "Namespace/refuse-deleted" && note["action"] == "deleted"),
        "{drift:?}"
    );
}
