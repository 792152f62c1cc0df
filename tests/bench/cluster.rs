//! Workspaces on a real API server, beside a bare client loop that writes the same objects at the same concurrency: until all objects
//! exist, until all are usable, writes, repair, memory, what the guards cost. Sizes come from `SHANGYUN_BENCH_WORKSPACES` (default 200,1000).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a measuring tool, not product code"
)]

#[path = "../it/support/cluster.rs"]
mod cluster;
#[path = "../it/support/wait.rs"]
mod wait;

use std::time::{Duration, Instant};

use cluster::{Cluster, document, workspace};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kube::{
    Api, Client, Config,
    api::{ApiResource, DynamicObject, GroupVersionKind, ListParams, Patch, PatchParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
};
use serde_json::{Value, json};

/// Requests in flight, of the bare loop and of the controller alike.
const AT_ONCE: usize = 16;

async fn client(cluster: &Cluster, user: &str) -> Client {
    let config = Kubeconfig::read_from(cluster.kubeconfig(user)).unwrap();
    Client::try_from(Config::from_custom_kubeconfig(config, &KubeConfigOptions::default()).await.unwrap()).unwrap()
}

fn api_of(client: &Client, object: &Value, namespace: &str) -> Api<DynamicObject> {
    let text = |key: &str| object[key].as_str().unwrap().to_owned();
    let (group, version) = match text("apiVersion").split_once('/') {
        Some((group, version)) => (group.to_owned(), version.to_owned()),
        None => (String::new(), text("apiVersion")),
    };
    let kind = text("kind");
    let plural = match kind.as_str() {
        "NetworkPolicy" => "networkpolicies".to_owned(),
        other => format!("{}s", other.to_lowercase()),
    };
    let resource = ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(&group, &version, &kind), &plural);
    if kind == "Namespace" {
        Api::all_with(client.clone(), &resource)
    } else {
        Api::namespaced_with(client.clone(), namespace, &resource)
    }
}

/// The same objects by a bare loop: server-side apply, namespace after namespace, so many at once.
async fn bare(client: &Client, count: usize) -> Duration {
    let began = Instant::now();
    stream::iter(0..count)
        .map(|number| async move {
            let name = format!("bare-{count}-{number}");
            for object in landing::render(&workspace(&name)).unwrap() {
                let parameters = PatchParams::apply("bare").force();
                let named = object["metadata"]["name"].as_str().unwrap();
                api_of(client, &object, &name).patch(named, &parameters, &Patch::Apply(&object)).await?;
            }
            Ok::<(), kube::Error>(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await
        .unwrap();
    began.elapsed()
}

fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

/// Workspaces of a prefix for which a predicate holds.
async fn count(
    api: &Api<DynamicObject>,
    field: Option<&str>,
    prefix: &str,
    holds: impl Fn(&DynamicObject) -> bool,
) -> usize {
    let parameters = ListParams {
        resource_version: Some("0".to_owned()),
        field_selector: field.map(str::to_owned),
        ..ListParams::default()
    };
    let all = api.list(&parameters).await.unwrap();
    let is_ours = |one: &&DynamicObject| {
        one.metadata.name.as_deref().unwrap_or_default().starts_with(prefix)
            || one.metadata.namespace.as_deref().unwrap_or_default().starts_with(prefix)
    };
    all.items.iter().filter(is_ours).filter(|one| holds(one)).count()
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !done().await {
        assert!(began.elapsed() < Duration::from_secs(600), "{what}");
        // Looking costs the API server something too.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    began.elapsed()
}

fn is_ready(one: &DynamicObject) -> bool {
    let conditions = one.data["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.iter().any(|condition| condition["type"] == "Ready" && condition["status"] == "True")
}

fn memory_mb() -> f64 {
    let folder = std::env::var("SHANGYUN_TEST_CLUSTER").unwrap();
    let pid = std::fs::read_to_string(format!("{folder}/shangyun-controller.pid")).unwrap();
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.trim())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1_024.0
}

async fn measure(cluster: &Cluster, size: usize) {
    let (bare_client, hub) = (client(cluster, "break-glass").await, client(cluster, "hub").await);
    let baseline = bare(&bare_client, size).await;
    let per_second = |took: Duration| size as f64 / took.as_secs_f64();
    println!(
        "{size} workspaces: bare loop, objects exist: {:.1} s ({:.1}/s)",
        baseline.as_secs_f64(),
        per_second(baseline)
    );
    // What the bare loop made is counted by the cluster for a while.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let prefix = format!("ours-{size}-");
    let workspaces: Api<DynamicObject> =
        Api::all_with(hub.clone(), &resource("shangyun.dev", "v1alpha1", "Workspace", "workspaces"));
    let bindings: Api<DynamicObject> =
        Api::all_with(bare_client.clone(), &resource("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"));
    let before = cluster.writes().await;
    let began = Instant::now();
    let pushing = async {
        stream::iter(0..size)
            .map(|number| {
                let (workspaces, prefix) = (workspaces.clone(), prefix.clone());
                async move {
                    let name = format!("{prefix}{number}");
                    let object: DynamicObject = serde_json::from_str(&document(&workspace(&name))).unwrap();
                    workspaces.create(&PostParams::default(), &object).await.map(drop)
                }
            })
            .buffer_unordered(AT_ONCE)
            .try_collect::<Vec<()>>()
            .await
            .unwrap();
    };
    let watching = async {
        // The deployer's binding is the last object of a plan.
        until("objects exist", async || {
            count(&bindings, Some("metadata.name=shangyun-deployer"), &prefix, |_| true).await == size
        })
        .await;
        let exist = began.elapsed();
        until("usable", async || count(&workspaces, None, &prefix, is_ready).await == size).await;
        (exist, began.elapsed())
    };
    let ((), (exist, usable)) = tokio::join!(pushing, watching);
    println!(
        "{size} workspaces: controller, objects exist: {:.1} s ({:.1}/s, {:.2} of bare), usable: {:.1} s ({:.1}/s)",
        exist.as_secs_f64(),
        per_second(exist),
        baseline.as_secs_f64() / exist.as_secs_f64(),
        usable.as_secs_f64(),
        per_second(usable)
    );
    settle(cluster).await;
    let writes = cluster.writes().await - before;
    println!(
        "{size} workspaces: {:.1} writes each, the hub's one included; controller resident {:.1} MB",
        writes as f64 / size as f64,
        memory_mb()
    );
    repair(cluster, &bare_client, &prefix, size).await;
}

/// Waits until nothing is written any more: the cluster counts for a while after namespaces were made.
async fn settle(cluster: &Cluster) {
    let mut last = 0;
    loop {
        let now = cluster.writes().await;
        if now == last {
            return;
        }
        last = now;
        tokio::time::sleep(Duration::from_secs(4)).await;
    }
}

/// One in ten quotas is tampered with; how long until the last is right again.
async fn repair(cluster: &Cluster, tamperer: &Client, prefix: &str, size: usize) {
    let quotas = resource("", "v1", "ResourceQuota", "resourcequotas");
    let tampered = size / 10;
    stream::iter(0..tampered)
        .map(|number| {
            let api: Api<DynamicObject> = Api::namespaced_with(tamperer.clone(), &format!("{prefix}{number}"), &quotas);
            async move {
                let patch = json!({ "spec": { "hard": { "pods": "900", "count/jobs.batch": "1" } } });
                api.patch("shangyun", &PatchParams::default(), &Patch::Merge(patch)).await.map(drop)
            }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await
        .unwrap();
    let all: Api<DynamicObject> = Api::all_with(tamperer.clone(), &quotas);
    let took = until("repaired", async || {
        count(&all, Some("metadata.name=shangyun"), prefix, |one| one.data["spec"]["hard"]["pods"] != "20").await == 0
    })
    .await;
    println!(
        "{size} workspaces: {tampered} quotas tampered with, all right again {:.2} s after the last change",
        took.as_secs_f64()
    );
    settle(cluster).await;
    let before = cluster.writes().await;
    let log = cluster.controller_log().matches("this replica acts").count();
    cluster.stop_controller().await;
    cluster.controller().await;
    until("the controller acts", async || cluster.controller_log().matches("this replica acts").count() > log).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    println!(
        "{size} workspaces: writes after a restart with nothing to do: {}; resident {:.1} MB",
        cluster.writes().await - before,
        memory_mb()
    );
}

/// What creating a pod costs, with the guards and without.
async fn guards(cluster: &Cluster) {
    let name = "guard-cost";
    cluster.ready(&workspace(name)).await;
    let tenant = client(cluster, "tenant").await;
    let pods: Api<DynamicObject> = Api::namespaced_with(tenant, name, &resource("", "v1", "Pod", "pods"));
    let security = json!({ "allowPrivilegeEscalation": false, "runAsNonRoot": true, "capabilities": { "drop": ["ALL"] }, "seccompProfile": { "type": "RuntimeDefault" } });
    let pod: DynamicObject = serde_json::from_value(json!({ "apiVersion": "v1", "kind": "Pod", "metadata": { "generateName": "cost-" },
        "spec": { "containers": [{ "name": "one", "image": "registry.example.gov.cn/app:1", "securityContext": security }] } })).unwrap();
    let parameters = PostParams { dry_run: true, ..PostParams::default() };
    let run = async || {
        let mut took = Vec::new();
        for _ in 0..300 {
            let began = Instant::now();
            pods.create(&parameters, &pod).await.unwrap();
            took.push(began.elapsed());
        }
        took.sort_unstable();
        (took[150].as_secs_f64() * 1e3, took[297].as_secs_f64() * 1e3)
    };
    run().await;
    let with = run().await;
    let bindings =
        cluster.kubectl("break-glass", &["get", "validatingadmissionpolicybindings", "-o", "name"]).await.done();
    for binding in bindings.lines() {
        cluster.kubectl("break-glass", &["delete", binding]).await.done();
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    let without = run().await;
    println!(
        "a pod create (dry run): with guards p50 {:.2} ms, p99 {:.2} ms; without p50 {:.2} ms, p99 {:.2} ms",
        with.0, with.1, without.0, without.1
    );
}

#[tokio::main]
async fn main() {
    let sizes = std::env::var("SHANGYUN_BENCH_WORKSPACES").unwrap_or_else(|_| "200,1000".to_owned());
    let cluster = Cluster::shared().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("controller at rest, nothing to keep: {:.1} MB", memory_mb());
    for size in sizes.split(',') {
        measure(cluster, size.trim().parse().unwrap()).await;
    }
    guards(cluster).await;
}
