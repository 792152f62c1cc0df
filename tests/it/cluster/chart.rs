//! The chart: sound, installed by helm into a cluster without anything of ours, and harmless when it goes.

use crate::support::cluster::{Cluster, workspace};

fn chart() -> String {
    format!("{}/charts/shangyun", env!("CARGO_MANIFEST_DIR"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cluster_becomes_a_member_by_one_helm_command_and_keeps_its_namespaces_when_it_leaves() {
    let cluster = Cluster::bare().await;
    let chart = chart();
    cluster.helm(&["lint", "--strict", &chart]).await.done();
    let both = ["template", "x", &chart, "-n", "shangyun-system", "--set", "serve.enabled=true"];
    assert!(cluster.helm(&both).await.done().contains("name: shangyun-serve"));
    let elsewhere = ["install", "shangyun", &chart, "-n", "default"];
    cluster.helm(&elsewhere).await.refused_with("install into the namespace shangyun-system");
    let install = ["upgrade", "--install", "shangyun", &chart, "-n", "shangyun-system", "--create-namespace"];
    let zones = ["--set", "member.zones.extranet=3", "--set", "member.zones.internet=2"];
    cluster.helm(&[install.as_slice(), &zones].concat()).await.done();
    cluster.accounts().await;
    cluster.controller().await;
    cluster.ready(&workspace("chart-member")).await;
    // The zones are those of the values.
    let mut low = workspace("chart-low");
    low.zone = "internet".to_owned();
    let answer = cluster.kubectl_with("hub", &["create", "-f", "-"], &crate::support::cluster::document(&low)).await;
    answer.refused_with("zone internet carries systems up to MLPS level 2, this one is level 3");
    // The same again, with the console, changes nothing that matters.
    cluster.helm(&[install.as_slice(), &zones, &["--set", "serve.enabled=true"]].concat()).await.done();
    for kind in ["deployment", "service"] {
        assert!(cluster.get(kind, "shangyun-serve", "shangyun-system").await.is_some(), "{kind}");
    }
    cluster.helm(&["uninstall", "shangyun", "-n", "shangyun-system"]).await.done();
    assert!(cluster.get("crd", "workspaces.shangyun.dev", "").await.is_some(), "the definition stays");
    let namespace = cluster.get("namespace", "chart-member", "").await.unwrap();
    assert_eq!(namespace["metadata"].get("deletionTimestamp"), None);
}
