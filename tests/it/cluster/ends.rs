//! The end of a workspace: its namespace stays unless an approved exit came first and it is empty.

use serde_json::json;

use crate::support::{
    cluster::{Cluster, condition, hashed, workspace},
    wait,
};

async fn until_gone(cluster: &Cluster, kind: &str, name: &str) {
    wait::until("it is gone", async || cluster.get(kind, name, "").await.is_none().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_workspace_leaves_its_namespace_guarded_and_marked_as_released() {
    let (cluster, name) = (Cluster::shared().await, "end-retain");
    cluster.ready(&workspace(name)).await;
    let walls = cluster.objects(name).await.len();
    cluster.kubectl("hub", &["delete", "ws", name]).await.done();
    until_gone(cluster, "workspace", name).await;
    let namespace = cluster.get("namespace", name, "").await.unwrap();
    assert!(namespace["metadata"]["labels"]["shangyun.dev/released"].as_str().is_some_and(|day| day.len() == 10));
    assert_eq!(cluster.objects(name).await.len(), walls);
    let answer = cluster.kubectl("ordinary-admin", &["delete", "networkpolicy", "shangyun-dns", "-n", name]).await;
    answer.refused_with("managed by shangyun");
    // The same plan again finds it again, and nothing says any more that it was released.
    let again = cluster.ready(&workspace(name)).await;
    wait::until("it is no longer marked", async || {
        let namespace = cluster.get("namespace", name, "").await.unwrap();
        namespace["metadata"]["labels"].get("shangyun.dev/released").is_none().then_some(())
    })
    .await;
    assert_eq!(again["status"]["drift"].as_array().map_or(0, Vec::len), 0, "that it was released is nobody's drift");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_that_was_restored_from_a_copy_is_held_and_recorded_as_another_one() {
    let (cluster, name) = (Cluster::own().await, "end-restored");
    cluster.controller().await;
    let before = cluster.ready(&workspace(name)).await["status"]["namespaceUid"].clone();
    let mut copy = cluster.get("namespace", name, "").await.unwrap();
    cluster.stop_controller().await;
    cluster.kubectl("break-glass", &["delete", "ns", name]).await.done();
    until_gone(&cluster, "namespace", name).await;
    for member in ["uid", "resourceVersion", "creationTimestamp", "managedFields"] {
        copy["metadata"].as_object_mut().unwrap().remove(member);
    }
    cluster.kubectl_with("break-glass", &["create", "-f", "-"], &copy.to_string()).await.done();
    cluster.controller().await;
    let object = format!("Namespace/{name}");
    let told = wait::until("the other one is told", async || {
        let workspace = cluster.get("workspace", name, "").await?;
        let drift = workspace["status"]["drift"].as_array()?.clone();
        drift.iter().any(|one| one["object"] == object.as_str() && one["field"] == "metadata.uid").then_some(workspace)
    })
    .await;
    assert_ne!(told["status"]["namespaceUid"], before);
    let told = cluster.until_condition(name, "Ready", "True", "Usable").await;
    let drift = told["status"]["drift"].as_array().unwrap();
    assert_eq!(drift.iter().filter(|one| one["object"] == object.as_str()).count(), 1, "{drift:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exit_waits_until_the_namespace_is_empty_and_only_then_removes_it() {
    let (cluster, name) = (Cluster::shared().await, "end-exit");
    let mut spec = workspace(name);
    let ready = cluster.ready(&spec).await;
    let uid = ready["status"]["namespaceUid"].as_str().unwrap().to_owned();
    let secret = ["create", "secret", "generic", "theirs", "--from-literal=a=b", "-n", name];
    cluster.kubectl("tenant", &secret).await.done();
    spec.deletion_policy = landing::DeletionPolicy::Delete;
    spec.exit = Some(landing::Exit { request: "MR-2026-000200".to_owned(), namespace_uid: uid });
    cluster.push(&hashed(spec)).await;
    let told = wait::until("not empty", async || {
        let workspace = cluster.get("workspace", name, "").await.unwrap();
        let condition = condition(&workspace, "ExitReady");
        (condition["reason"] == "NotEmpty" && condition["message"].as_str().unwrap().contains("count/secrets: 1"))
            .then_some(condition)
    })
    .await;
    assert_eq!(told["status"], "False");
    cluster.kubectl("hub", &["delete", "ws", name, "--wait=false"]).await.done();
    cluster.until_condition(name, "ExitReady", "False", "NotEmpty").await;
    assert!(cluster.get("namespace", name, "").await.is_some(), "it holds something: it stays");
    cluster.kubectl("tenant", &["delete", "secret", "theirs", "-n", name]).await.done();
    until_gone(cluster, "namespace", name).await;
    until_gone(cluster, "workspace", name).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exit_that_was_approved_for_an_earlier_namespace_removes_nothing() {
    let (cluster, name) = (Cluster::shared().await, "end-earlier");
    let mut spec = workspace(name);
    cluster.ready(&spec).await;
    spec.deletion_policy = landing::DeletionPolicy::Delete;
    spec.exit = Some(landing::Exit { request: "MR-2026-000201".to_owned(), namespace_uid: "another".to_owned() });
    cluster.push(&hashed(spec)).await;
    cluster.until_condition(name, "ExitReady", "False", "AnotherNamespace").await;
    cluster.kubectl("hub", &["delete", "ws", name]).await.done();
    until_gone(cluster, "workspace", name).await;
    assert!(cluster.get("namespace", name, "").await.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_definition_keeps_every_namespace_and_a_new_one_finds_them_again() {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    let mut spec = workspace("end-definition");
    let ready = cluster.ready(&spec).await;
    let uid = ready["status"]["namespaceUid"].clone();
    // Even one whose exit was approved.
    spec.deletion_policy = landing::DeletionPolicy::Delete;
    spec.exit =
        Some(landing::Exit { request: "MR-2026-000202".to_owned(), namespace_uid: uid.as_str().unwrap().to_owned() });
    cluster.push(&hashed(spec.clone())).await;
    cluster.until_condition("end-definition", "ExitReady", "True", "Empty").await;
    cluster.kubectl("break-glass", &["delete", "crd", "workspaces.shangyun.dev"]).await.done();
    let namespace = cluster.get("namespace", "end-definition", "").await.unwrap();
    assert_eq!(namespace["metadata"]["uid"], uid);
    assert_eq!(namespace["metadata"].get("deletionTimestamp"), None);
    cluster.furnish().await;
    spec.exit = None;
    spec.deletion_policy = landing::DeletionPolicy::Retain;
    let again = cluster.ready(&hashed(spec)).await;
    assert_eq!(again["status"]["namespaceUid"], json!(uid));
}
