//! Workspaces on a real API server, beside a bare client loop that writes the same objects at the same concurrency: until all objects
//! exist, until all are usable, writes, repair, memory, what the guards cost. Sizes come from `SHANGYUN_BENCH_WORKSPACES` (default 200,1000).
//! `SHANGYUN_BENCH_AT_REST=10000` measures so many at rest instead, and nothing else.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    reason = "a measuring tool, not product code"
)]

#[path = "../it/support/cluster.rs"]
mod cluster;
mod observe;
#[path = "../it/support/wait.rs"]
mod wait;

use std::time::{Duration, Instant};

use cluster::{Cluster, document, workspace};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kube::{
    Api, Client, Config,
    api::{ApiResource, DynamicObject, GroupVersionKind, Patch, PatchParams, PostParams},
    config::{KubeConfigOptions, Kubeconfig},
};
use observe::{Observer, version};
use serde_json::{Value, json};

/// Requests in flight, of the bare loop and of the controller alike.
const AT_ONCE: usize = 32;
/// Changes in flight of whoever tampers.
const TAMPERING_AT_ONCE: usize = 16;

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

/// How the bare loop writes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verb {
    /// Server-side apply.
    Apply,
    /// POST, as the controller does.
    Create,
}

/// The same objects by a bare loop, namespace after namespace, so many at once; until an observer has seen the last object of each.
async fn bare(client: &Client, count: usize, verb: Verb) -> Duration {
    let prefix = format!("bare-{count}-{}-", if verb == Verb::Apply { "apply" } else { "post" });
    let last = last_objects(client, &prefix).await;
    let began = Instant::now();
    let (client, prefix) = (&client, &prefix);
    stream::iter(0..count)
        .map(|number| async move {
            let name = format!("{prefix}{number}");
            for object in landing::render(&workspace(&name)).unwrap() {
                let named = object["metadata"]["name"].as_str().unwrap();
                let api = api_of(client, &object, &name);
                match verb {
                    Verb::Apply => {
                        let parameters = PatchParams::apply("bare").force();
                        api.patch(named, &parameters, &Patch::Apply(&object)).await?
                    }
                    Verb::Create => {
                        let typed: DynamicObject = serde_json::from_value(object.clone()).unwrap();
                        api.create(&PostParams::default(), &typed).await?
                    }
                };
            }
            Ok::<(), kube::Error>(())
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await
        .unwrap();
    last.until("the bare loop's objects exist", |seen| seen == count).await;
    began.elapsed()
}

/// Every write that a workspace costs us, by a bare loop and without any controller: the hub's one, the objects, one status.
async fn same_writes(cluster: &Cluster, observer: &Client, size: usize) -> Duration {
    cluster.stop_controller().await;
    let prefix = format!("same-{size}-");
    let (hub, controller) = (workspaces_of(&client(cluster, "hub").await), client(cluster, "controller").await);
    let told = hub.get(&format!("ours-{size}-0")).await.unwrap().data["status"].clone();
    let status: Patch<Value> =
        Patch::Json(serde_json::from_value(json!([{ "op": "add", "path": "/status", "value": told }])).unwrap());
    let last = last_objects(observer, &prefix).await;
    let statuses = workspaces_of(&controller);
    let (hub, controller, prefix, status, statuses) = (&hub, &controller, &prefix, &status, &statuses);
    let began = Instant::now();
    let writing = stream::iter(0..size)
        .map(|number| async move {
            let name = format!("{prefix}{number}");
            let plan = workspace(&name);
            hub.create(&PostParams::default(), &serde_json::from_str(&document(&plan)).unwrap()).await?;
            for object in landing::render(&plan).unwrap() {
                let typed: DynamicObject = serde_json::from_value(object.clone()).unwrap();
                api_of(controller, &object, &name).create(&PostParams::default(), &typed).await?;
            }
            statuses.patch_status(&name, &PatchParams::default(), status).await.map(drop)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>();
    let (written, _) = tokio::join!(writing, last.until("the same objects exist", |seen| seen == size));
    written.unwrap();
    let took = began.elapsed();
    cluster.controller().await;
    took
}

fn resource(group: &str, version: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, version, kind), plural)
}

fn is_in(prefix: &str) -> impl Fn(&DynamicObject) -> bool + Send + 'static {
    let prefix = prefix.to_owned();
    move |object| {
        let metadata = &object.metadata;
        metadata.namespace.as_deref().or(metadata.name.as_deref()).is_some_and(|name| name.starts_with(&prefix))
    }
}

/// The deployer's binding is the last object of a plan.
async fn last_objects(client: &Client, prefix: &str) -> Observer {
    let bindings = resource("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings");
    Observer::of(Api::all_with(client.clone(), &bindings), "metadata.name=shangyun-deployer", is_in(prefix)).await
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

fn workspaces_of(client: &Client) -> Api<DynamicObject> {
    Api::all_with(client.clone(), &resource("shangyun.dev", "v1alpha1", "Workspace", "workspaces"))
}

/// So many Workspaces, as the hub pushes them.
async fn push(workspaces: &Api<DynamicObject>, prefix: &str, size: usize) {
    stream::iter(0..size)
        .map(|number| async move {
            let name = format!("{prefix}{number}");
            let object: DynamicObject = serde_json::from_str(&document(&workspace(&name))).unwrap();
            workspaces.create(&PostParams::default(), &object).await.map(drop)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await
        .unwrap();
}

/// Many workspaces and nothing else: what the controller takes and writes while nothing happens, and after a restart.
async fn at_rest(cluster: &Cluster, size: usize) {
    let workspaces = workspaces_of(&client(cluster, "hub").await);
    let prefix = format!("rest-{size}-");
    let of_this_run = is_in(&prefix);
    let usable = Observer::of(workspaces.clone(), "", move |one| of_this_run(one) && is_ready(one)).await;
    let began = Instant::now();
    tokio::join!(push(&workspaces, &prefix, size), usable.until("usable", |seen| seen == size));
    println!("{size} workspaces: usable after {:.1} s; resident {:.1} MB", began.elapsed().as_secs_f64(), memory_mb());
    settle(cluster).await;
    let before = cluster.writes().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    println!(
        "{size} workspaces at rest: writes in a minute: {}; resident {:.1} MB",
        cluster.writes().await - before,
        memory_mb()
    );
    rest(cluster, size).await;
}

async fn measure(cluster: &Cluster, size: usize) {
    let (bare_client, hub) = (client(cluster, "break-glass").await, client(cluster, "hub").await);
    let per_second = |took: Duration| size as f64 / took.as_secs_f64();
    let mut baselines = Vec::new();
    // By POST under the controller's own account, so that the API server asks the same of both; that account may not apply.
    let same_account = client(cluster, "controller").await;
    for (verb, client) in [(Verb::Apply, &bare_client), (Verb::Create, &same_account)] {
        let took = bare(client, size, verb).await;
        println!(
            "{size} workspaces: bare loop by {verb:?}, objects exist: {:.1} s ({:.1}/s)",
            took.as_secs_f64(),
            per_second(took)
        );
        baselines.push(took.as_secs_f64());
        // What the bare loop made is counted by the cluster for a while.
        settle(cluster).await;
    }
    let prefix = format!("ours-{size}-");
    let workspaces = workspaces_of(&hub);
    let last = last_objects(&bare_client, &prefix).await;
    let of_this_run = is_in(&prefix);
    let usable = Observer::of(workspaces.clone(), "", move |one| of_this_run(one) && is_ready(one)).await;
    let before = cluster.writes().await;
    let began = Instant::now();
    let pushing = push(&workspaces, &prefix, size);
    let watching = async {
        last.until("objects exist", |seen| seen == size).await;
        let exist = began.elapsed();
        usable.until("usable", |seen| seen == size).await;
        (exist, began.elapsed())
    };
    let ((), (exist, usable)) = tokio::join!(pushing, watching);
    println!(
        "{size} workspaces: controller, objects exist: {:.1} s ({:.1}/s; {:.2} of the bare loop by apply, {:.2} of the one by POST), usable: {:.1} s ({:.1}/s)",
        exist.as_secs_f64(),
        per_second(exist),
        baselines[0] / exist.as_secs_f64(),
        baselines[1] / exist.as_secs_f64(),
        usable.as_secs_f64(),
        per_second(usable)
    );
    settle(cluster).await;
    let writes = cluster.writes().await - before;
    println!(
        "{size} workspaces: {:.1} writes each, the hub's one and the cluster's own included; controller resident {:.1} MB",
        writes as f64 / size as f64,
        memory_mb()
    );
    repair(cluster, &bare_client, &prefix, size).await;
    rest(cluster, size).await;
    let took = same_writes(cluster, &bare_client, size).await.as_secs_f64();
    println!(
        "{size} workspaces: bare loop with every write that a workspace costs us, and no controller: {took:.1} s; the controller was at {:.2} of it",
        took / exist.as_secs_f64()
    );
    settle(cluster).await;
}

/// Waits until nothing is written any more: the cluster counts for a while after namespaces were made.
async fn settle(cluster: &Cluster) {
    quiet_for(cluster, Duration::from_secs(4)).await;
}

async fn quiet_for(cluster: &Cluster, time: Duration) {
    let mut last = 0;
    loop {
        let now = cluster.writes().await;
        if now == last {
            return;
        }
        last = now;
        tokio::time::sleep(time).await;
    }
}

/// Something that is changed in a namespace: what, how, and how one sees that it still is.
struct Tampering {
    resource: ApiResource,
    name: &'static str,
    body: Value,
    stands: fn(&DynamicObject) -> bool,
}

fn tamperings() -> Vec<Tampering> {
    let outsider = json!([{ "kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "outsider" }]);
    vec![
        Tampering {
            resource: resource("", "v1", "ResourceQuota", "resourcequotas"),
            name: "shangyun",
            body: json!({ "spec": { "hard": { "pods": "900", "count/jobs.batch": "1" } } }),
            stands: |one| one.data["spec"]["hard"]["pods"] == "900",
        },
        Tampering {
            resource: resource("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies"),
            name: "shangyun-default-deny",
            body: json!({ "spec": { "ingress": [{}] } }),
            stands: |one| one.data["spec"].get("ingress").is_some(),
        },
        Tampering {
            resource: resource("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings"),
            name: "shangyun-owner",
            body: json!({ "subjects": outsider }),
            stands: |one| one.data["subjects"][0]["name"] == "outsider",
        },
    ]
}

/// Tampers with one object after the other, [`TAMPERING_AT_ONCE`] in flight; how long after the last change until all are right again, and after
/// the first.
async fn tamper(tamperer: &Client, prefix: &str, changes: &[(&Tampering, usize)]) -> (Duration, Duration) {
    let mut wrong: Vec<(&Tampering, Observer)> = Vec::new();
    for (tampering, _) in changes {
        if !wrong.iter().any(|(known, _)| known.name == tampering.name) {
            let all: Api<DynamicObject> = Api::all_with(tamperer.clone(), &tampering.resource);
            let named = format!("metadata.name={}", tampering.name);
            wrong.push((tampering, Observer::of(all, &named, tampering.stands).await));
        }
    }
    let began = Instant::now();
    let changed: Vec<(&str, u64)> = stream::iter(changes)
        .map(|(tampering, number)| {
            let api: Api<DynamicObject> =
                Api::namespaced_with(tamperer.clone(), &format!("{prefix}{number}"), &tampering.resource);
            async move {
                let changed = api.patch(tampering.name, &PatchParams::default(), &Patch::Merge(&tampering.body)).await;
                changed.map(|object| (tampering.name, version(&object)))
            }
        })
        .buffer_unordered(TAMPERING_AT_ONCE)
        .try_collect()
        .await
        .unwrap();
    let changing = began.elapsed();
    for (tampering, wrong) in wrong {
        let last = changed.iter().filter(|(name, _)| *name == tampering.name).map(|(_, version)| *version).max();
        wrong.until("repaired", |count| count == 0 && Some(wrong.latest()) >= last).await;
    }
    (began.elapsed().saturating_sub(changing), began.elapsed())
}

/// One in ten quotas is tampered with, then one in ten of all objects, each in a namespace of its own.
async fn repair(cluster: &Cluster, tamperer: &Client, prefix: &str, size: usize) {
    let tamperings = tamperings();
    let objects = landing::render(&workspace("count")).unwrap().len();
    let quotas: Vec<(&Tampering, usize)> = (0..size / 10).map(|number| (&tamperings[0], number)).collect();
    let mixed = (0..size * objects / 10).map(|number| (&tamperings[number % tamperings.len()], number % size));
    for (changes, what) in [(quotas, "quotas"), (mixed.collect(), "objects of three kinds")] {
        let (after_the_last, whole) = tamper(tamperer, prefix, &changes).await;
        println!(
            "{size} workspaces: {} of {} {what} tampered with, all right again {:.2} s after the last change ({:.2} s after the first)",
            changes.len(),
            if what == "quotas" { size } else { size * objects },
            after_the_last.as_secs_f64(),
            whole.as_secs_f64()
        );
        settle(cluster).await;
    }
}

/// What a controller writes and takes when it starts and there is nothing to do.
async fn rest(cluster: &Cluster, size: usize) {
    // What is only counted anew is told after ten seconds: until then there is something to do.
    quiet_for(cluster, Duration::from_secs(15)).await;
    let before = cluster.writes().await;
    let log = cluster.controller_log().matches("this replica acts").count();
    cluster.stop_controller().await;
    cluster.controller().await;
    until("the controller acts", async || cluster.controller_log().matches("this replica acts").count() > log).await;
    tokio::time::sleep(Duration::from_secs(15)).await;
    println!(
        "{size} workspaces: writes after a restart with nothing to do: {}; resident {:.1} MB",
        cluster.writes().await - before,
        memory_mb()
    );
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while !done().await {
        assert!(began.elapsed() < Duration::from_secs(600), "{what}");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
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
    // Takes a quarter of an hour and some ten gigabytes: only when asked for.
    let at_rest_size = std::env::var("SHANGYUN_BENCH_AT_REST").ok();
    let cluster = Cluster::shared().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("controller at rest, nothing to keep: {:.1} MB", memory_mb());
    if let Some(size) = at_rest_size {
        return at_rest(cluster, size.trim().parse().unwrap()).await;
    }
    for size in sizes.split(',') {
        measure(cluster, size.trim().parse().unwrap()).await;
    }
    guards(cluster).await;
}
