//! What the controller survives: its own death, the API server's, a restart with nothing to do.

use std::time::Duration;

use serde_json::json;

use crate::support::{
    cluster::{Cluster, workspace},
    wait,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_controller_that_is_killed_twenty_times_in_the_middle_makes_everything_once() {
    let cluster = Cluster::own().await;
    let names: Vec<String> = (0..20).map(|number| format!("fault-killed-{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        cluster.controller_with_lease_of(1).await;
        cluster.push(&workspace(name)).await;
        // Each time a little later in its work: before it has the Lease, while it makes things, after.
        until_a_term_begins(&cluster, number + 1).await;
        tokio::time::sleep(Duration::from_millis(8 * number as u64)).await;
        cluster.kill_controller().await;
    }
    cluster.controller().await;
    for name in &names {
        let ready = cluster.until_condition(name, "Ready", "True", "Usable").await;
        assert_eq!(ready["status"].get("drift"), None, "{name}: being killed is nobody's drift");
        assert_eq!(cluster.objects(name).await.len(), 9, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_cluster_is_not_written_to_not_even_by_a_controller_that_starts() {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    for number in 0..5 {
        cluster.ready(&workspace(&format!("fault-quiet-{number}"))).await;
    }
    let quiet = settled(&cluster).await;
    let before = cluster.objects("fault-quiet-0").await;
    cluster.stop_controller().await;
    cluster.controller().await;
    until_a_term_begins(&cluster, 2).await;
    // It has looked at everything when it answers to a new plan.
    cluster.ready(&workspace("fault-quiet-new")).await;
    let after = settled(&cluster).await;
    let new = 9 + 1 + 1;
    assert!(after >= quiet + new, "{quiet} → {after}: the new one was written");
    assert_eq!(cluster.objects("fault-quiet-0").await, before, "what stood was not touched");
    cluster.stop_controller().await;
    let stopped = settled(&cluster).await;
    cluster.controller().await;
    until_a_term_begins(&cluster, 3).await;
    assert_eq!(settled(&cluster).await, stopped, "a restart with nothing to do writes nothing but the Lease");
}

/// What the controller's dying must not do to a record: lose it, or make it twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tampering_is_recorded_once_however_often_the_controller_is_killed_while_it_repairs() {
    const ROUNDS: usize = 8;
    let cluster = Cluster::own().await;
    let name = "fault-recorded";
    cluster.controller_with_lease_of(1).await;
    cluster.ready(&workspace(name)).await;
    for round in 0..ROUNDS {
        let raised = json!({ "spec": { "hard": { "pods": (900 + round).to_string() } } }).to_string();
        let arguments = ["patch", "resourcequota", "shangyun", "-n", name, "--type=merge", "-p", &raised];
        cluster.kubectl("break-glass", &arguments).await.done();
        // Each time a little later: before it is put back, between that and the record in the status, after.
        tokio::time::sleep(Duration::from_millis(350 * round as u64)).await;
        cluster.kill_controller().await;
        cluster.controller_with_lease_of(1).await;
        wait::until("the quota is as approved", async || {
            let quota = cluster.get("resourcequota", "shangyun", name).await.unwrap();
            (quota["spec"]["hard"]["pods"] == "20").then_some(())
        })
        .await;
        wait::until("it is recorded", async || {
            let workspace = cluster.get("workspace", name, "").await.unwrap();
            (workspace["status"]["drift"].as_array().map_or(0, Vec::len) > round).then_some(())
        })
        .await;
    }
    settled(&cluster).await;
    let workspace = cluster.get("workspace", name, "").await.unwrap();
    let drift = workspace["status"]["drift"].as_array().unwrap();
    assert_eq!(drift.len(), ROUNDS, "{drift:?}");
    assert!(
        drift.iter().all(|note| note["field"] == "spec.hard.pods" && note["client"] == "kubectl-patch"),
        "{drift:?}"
    );
}

/// Waits until the controller has become the acting one so many times.
async fn until_a_term_begins(cluster: &Cluster, terms: usize) {
    wait::until("the controller acts", async || {
        let acting = cluster.controller_log().matches("this replica acts").count();
        (acting >= terms).then_some(())
    })
    .await;
}

/// The number of writes, once it stays the same for two seconds.
async fn settled(cluster: &Cluster) -> u64 {
    let mut last = (cluster.writes().await, std::time::Instant::now());
    wait::until("nothing is written any more", async || {
        let writes = cluster.writes().await;
        if writes != last.0 {
            last = (writes, std::time::Instant::now());
        }
        (last.1.elapsed() > Duration::from_secs(2)).then_some(writes)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_server_that_goes_away_is_waited_for_and_tampering_after_its_return_is_repaired() {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    cluster.ready(&workspace("fault-server")).await;
    cluster.stop_server().await;
    cluster.start_server().await;
    let raised = json!({ "spec": { "hard": { "pods": "900" } } }).to_string();
    let arguments = ["patch", "resourcequota", "shangyun", "-n", "fault-server", "--type=merge", "-p", &raised];
    wait::until("it answers", async || cluster.kubectl("break-glass", &arguments).await.done.then_some(())).await;
    wait::until("the quota is as approved", async || {
        let quota = cluster.get("resourcequota", "shangyun", "fault-server").await.unwrap();
        (quota["spec"]["hard"]["pods"] == "20").then_some(())
    })
    .await;
    cluster.ready(&workspace("fault-server-2")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_workspace_that_cannot_be_made_stalls_no_other() {
    let cluster = Cluster::shared().await;
    cluster.kubectl("admin", &["create", "ns", "fault-bad"]).await.done();
    cluster.push(&workspace("fault-bad")).await;
    cluster.until_condition("fault-bad", "Ready", "False", "NamespaceNotOurs").await;
    cluster.ready(&workspace("fault-good")).await;
}
