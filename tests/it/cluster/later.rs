//! The later life of a workspace on a real API server: frozen, ended, out of place; and two hubs on one database.

use std::{collections::BTreeSet, time::Duration};

use domain::{EntityKind, Id, Movement};
use serde_json::Value;
use services::{
    Services, provisioning,
    requests::{self, Step},
};
use tokio_util::sync::CancellationToken;

use super::hub::{Hub, allowed, desk, open_door, register, start, until};
use crate::support::{
    World, admin, approver,
    cluster::{self, Cluster},
    department,
    desk::{Desk, code},
    on_both_engines, operator, wait,
};

on_both_engines![
    nothing_new_starts_while_a_workspace_is_frozen_and_what_runs_goes_on,
    a_freeze_outlives_a_hub_that_died_and_a_cluster_that_was_away,
    an_approved_exit_removes_the_namespace_when_it_is_empty_and_not_before,
    a_namespace_that_was_made_anew_is_not_taken_away,
    what_is_out_of_place_is_told_and_left_alone,
    a_plan_that_was_changed_or_deleted_past_the_hub_is_given_again,
    a_cluster_that_lost_its_definition_gets_its_plans_again,
    of_two_hubs_one_serves_a_cluster_and_the_other_takes_over_when_it_dies,
    a_hub_that_is_killed_eight_times_between_approval_and_provisioning_does_everything_once,
];

/// A workspace that stands, brought by a hub that runs.
struct Made {
    world: World,
    desk: Desk,
    request: Id,
    delivery: Id,
    name: String,
}

impl Made {
    async fn by(mut world: World, cluster: &Cluster, code: &str) -> (Self, Hub) {
        open_door(&mut world);
        let code = format!("{code}-{:?}", world.db().engine()).to_lowercase();
        let desk = desk(&world, &code).await;
        register(&world, &desk, cluster).await.unwrap();
        let hub = start(&world);
        let request = world.handed_in(&desk).await;
        world.approve(&approver(), request).await.unwrap();
        until(&world, request, "provisioned").await;
        let delivery = store::deliveries::of_request(&mut world.db(), request).await.unwrap().remove(0).id;
        let made = Self { world, desk, request, delivery, name: format!("{code}-prod") };
        made.until_told("namespaceUid", |status| status["namespaceUid"].is_string()).await;
        (made, hub)
    }

    fn services(&self) -> &Services {
        &self.world.services
    }

    async fn delivery(&self) -> provisioning::Delivery {
        store::deliveries::find(&mut self.world.db(), self.delivery).await.unwrap().unwrap()
    }

    async fn until_told(&self, what: &str, is_so: impl Fn(&Value) -> bool) {
        wait::until(what, async || {
            let status = serde_json::from_str(&self.delivery().await.status).unwrap_or_default();
            is_so(&status).then_some(())
        })
        .await;
    }

    async fn freeze(&self) {
        provisioning::freeze(self.services(), &operator(), self.delivery, "异常流量，等待核实").await.unwrap();
    }

    /// Its request is given up, and its exit asked for and approved.
    async fn exit_approved(&self) {
        let cancel = Step::of(Movement::Cancel).because("项目终止");
        self.world.step(&operator(), self.request, cancel).await.unwrap();
        let owner = department(&self.desk.path);
        requests::ask_exit(self.services(), &owner, self.delivery, "项目终止，不再需要").await.unwrap();
        let plan_hash = Some(self.exit().await.request.plan_hash);
        let step = Step { plan_hash, ..Step::of(Movement::Approve) };
        requests::move_exit(self.services(), &approver(), self.delivery, &step, "").await.unwrap();
    }

    async fn exit(&self) -> requests::ExitView {
        requests::exits(self.services(), &operator(), self.delivery).await.unwrap().remove(0)
    }

    async fn carry_out(&self) -> Result<(), domain::Fault> {
        let step = Step::of(Movement::CarryOut);
        requests::move_exit(self.services(), &operator(), self.delivery, &step, &self.name).await
    }

    async fn until_state(&self, state: &str) {
        wait::until(state, async || (self.delivery().await.state == state).then_some(())).await;
    }
}

async fn try_pod(cluster: &Cluster, namespace: &str, name: &str) -> cluster::Answer {
    let pod = serde_json::json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": { "name": name, "namespace": namespace },
        "spec": {
            "securityContext": { "runAsNonRoot": true, "runAsUser": 1000, "seccompProfile": { "type": "RuntimeDefault" } },
            "containers": [{
                "name": "app", "image": "registry.example.gov.cn/app:1",
                "securityContext": { "allowPrivilegeEscalation": false, "capabilities": { "drop": ["ALL"] } },
            }],
        },
    });
    cluster.kubectl_with("admin", &["create", "-f", "-"], &pod.to_string()).await
}

async fn nothing_new_starts_while_a_workspace_is_frozen_and_what_runs_goes_on(world: World) {
    let cluster = Cluster::shared().await;
    let (made, _hub) = Made::by(world, cluster, "later-frozen").await;
    let approved = made.delivery().await.plan_hash;
    try_pod(cluster, &made.name, "before").await.done();
    made.freeze().await;
    let frozen = cluster.until_condition(&made.name, "Ready", "True", "Frozen").await;
    assert_eq!(frozen["spec"]["frozen"]["by"], "operator");
    assert_eq!(frozen["spec"]["planHash"], approved.as_str(), "what was approved stays what it was");
    try_pod(cluster, &made.name, "meanwhile").await.refused_with("exceeded quota");
    assert!(cluster.get("pod", "before", &made.name).await.is_some(), "what runs goes on");
    made.until_told("it is told that it is frozen", |status| status.to_string().contains("\"Frozen\"")).await;
    assert_eq!(made.delivery().await.state, "ready");
    let shown = requests::show(made.services(), &operator(), EntityKind::Migration, made.request).await.unwrap();
    assert!(shown.deliveries[0].drift.is_empty(), "a freeze is nobody's drift");
    provisioning::unfreeze(made.services(), &operator(), made.delivery, "已核实，恢复").await.unwrap();
    cluster.until_condition(&made.name, "Ready", "True", "Usable").await;
    let quota = cluster.get("resourcequota", "shangyun", &made.name).await.unwrap();
    assert_eq!(quota["spec"]["hard"]["pods"], "20");
    try_pod(cluster, &made.name, "afterwards").await.done();
}

async fn a_freeze_outlives_a_hub_that_died_and_a_cluster_that_was_away(world: World) {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    let (made, hub) = Made::by(world, &cluster, "later-away").await;
    cluster.stop_server().await;
    made.freeze().await;
    wait::until("the trouble is told", async || {
        let access = provisioning::access(made.services(), &admin(), made.desk.cluster.id).await.unwrap().unwrap();
        (!access.outcome.is_empty()).then_some(())
    })
    .await;
    drop(hub);
    cluster.start_server().await;
    // It pushed, and died before it could say so.
    let push =
        provisioning::due(made.services(), &provisioning::hub_op(), made.desk.cluster.id).await.unwrap().remove(0);
    cluster.push(&push.spec).await;
    let _hub = start(&made.world);
    cluster.until_condition(&made.name, "Ready", "True", "Frozen").await;
    wait::until("it is said that it arrived", async || {
        let delivery = made.delivery().await;
        (delivery.wanted == delivery.pushed).then_some(())
    })
    .await;
    let workspace = cluster.get("workspace", &made.name, "").await.unwrap();
    assert_eq!(workspace["metadata"]["generation"], 2, "the same push again is no change");
}

async fn an_approved_exit_removes_the_namespace_when_it_is_empty_and_not_before(world: World) {
    let cluster = Cluster::shared().await;
    let (made, _hub) = Made::by(world, cluster, "later-exit").await;
    let secret = ["create", "secret", "generic", "theirs", "--from-literal=a=b", "-n", &made.name];
    cluster.kubectl("admin", &secret).await.done();
    made.exit_approved().await;
    let waits = wait::until("it is told what is left", async || {
        made.exit().await.waits_for.filter(|why| why.en.contains("secrets 1"))
    })
    .await;
    assert!(waits.zh.contains("密钥 1"), "{}", waits.zh);
    assert_eq!(code(made.carry_out().await), "exit-not-ready");
    cluster.kubectl("admin", &["delete", "secret", "theirs", "-n", &made.name]).await.done();
    wait::until("it is empty", async || made.exit().await.waits_for.is_none().then_some(())).await;
    assert!(cluster.get("namespace", &made.name, "").await.is_some(), "nobody has carried it out");
    made.carry_out().await.unwrap();
    made.until_state("reclaimed").await;
    assert!(cluster.get("namespace", &made.name, "").await.is_none());
    assert!(cluster.get("workspace", &made.name, "").await.is_none());
    let exit = made.exit().await;
    assert_eq!(exit.request.state, "reclaimed");
    assert!(exit.exit.status.contains("ExitReady") && exit.exit.status.contains(&exit.exit.namespace_uid));
    let capacity = requests::capacity(made.services(), &operator(), made.desk.cluster.id).await.unwrap();
    assert_eq!((capacity.granted.cpu_milli, capacity.reserved.cpu_milli), (0, 0));
}

async fn a_namespace_that_was_made_anew_is_not_taken_away(world: World) {
    let cluster = Cluster::shared().await;
    let (made, _hub) = Made::by(world, cluster, "later-anew").await;
    made.exit_approved().await;
    wait::until("it is empty", async || made.exit().await.waits_for.is_none().then_some(())).await;
    // Somebody deletes it by hand; the controller makes it anew.
    cluster.kubectl("break-glass", &["delete", "namespace", &made.name]).await.done();
    wait::until("the new one is told", async || {
        made.exit().await.waits_for.filter(|why| why.en.contains("an earlier namespace"))
    })
    .await;
    assert_eq!(code(made.carry_out().await), "exit-not-ready");
    assert!(cluster.get("namespace", &made.name, "").await.is_some());
}

async fn what_is_out_of_place_is_told_and_left_alone(world: World) {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    let (made, _hub) = Made::by(world, &cluster, "later-stray").await;
    let strays = async || {
        let found = provisioning::strays(made.services(), &operator(), made.desk.cluster.id).await.unwrap();
        found.into_iter().map(|(stray, _)| format!("{} {}", stray.kind, stray.name)).collect::<BTreeSet<_>>()
    };
    let until_they_are = async |expected: &[String]| {
        let expected: BTreeSet<String> = expected.iter().cloned().collect();
        wait::until("what is out of place", async || (strays().await == expected).then_some(())).await;
    };
    cluster.ready(&cluster::workspace("nobody-knows")).await;
    until_they_are(&["workspace nobody-knows".to_owned()]).await;
    cluster.kubectl("hub", &["delete", "ws", "nobody-knows"]).await.done();
    until_they_are(&["namespace nobody-knows".to_owned()]).await;
    // What should stand is given again; while that is refused, it is told as missing.
    let refusing = r#"{"spec":{"variables":[{"name":"ceilings","expression":"{'nowhere': 1}"}]}}"#;
    let policy = ["patch", "validatingadmissionpolicy", "shangyun-zone-ceilings", "--type=merge", "-p", refusing];
    cluster.kubectl("admin", &policy).await.done();
    wait::until("the zone is refused", async || {
        let plan = cluster::document(&cluster::workspace("zone-probe"));
        let probe = cluster.kubectl_with("hub", &["create", "--dry-run=server", "-f", "-"], &plan).await;
        probe.said.contains("choose one of nowhere").then_some(())
    })
    .await;
    cluster.kubectl("break-glass", &["delete", "ws", &made.name]).await.done();
    let (missing, kept) = (format!("missing {}", made.name), format!("namespace {}", made.name));
    until_they_are(&["namespace nobody-knows".to_owned(), missing, kept]).await;
    let seen =
        provisioning::show_workspace(made.services(), &department(&made.desk.path), made.delivery).await.unwrap();
    assert!(seen.is_missing, "its department is told");
    let others = provisioning::strays(made.services(), &department(&made.desk.path), made.desk.cluster.id).await;
    assert!(others.unwrap().is_empty(), "what others left behind is told to those who see everybody");
    assert!(cluster.get("namespace", "nobody-knows", "").await.is_some());
    assert_eq!(made.delivery().await.state, "ready");
    cluster.furnish().await;
    until_they_are(&["namespace nobody-knows".to_owned()]).await;
    cluster.until_condition(&made.name, "Ready", "True", "Usable").await;
}

async fn a_plan_that_was_changed_or_deleted_past_the_hub_is_given_again(world: World) {
    let cluster = Cluster::shared().await;
    let (made, _hub) = Made::by(world, cluster, "later-plan").await;
    let before = cluster.get("workspace", &made.name, "").await.unwrap();
    let approved: landing::WorkspaceSpec = serde_json::from_value(before["spec"].clone()).unwrap();
    // A larger plan whose hash fits, so that the controller takes it for approved.
    let mut larger = approved.clone();
    larger.quota.insert("pods".to_owned(), "900".into());
    let larger = cluster::hashed(larger);
    let patch = serde_json::json!({ "spec": larger }).to_string();
    let patch = ["patch", "ws", &made.name, "--type=merge", "-p", &patch];
    cluster.kubectl("ordinary-admin", &patch).await.refused_with("Workspaces are written by the hub only");
    cluster.kubectl("break-glass", &patch).await.done();
    let records = async |action: &str| {
        let drift = store::drift::of_delivery(&mut made.world.db(), made.delivery, 100).await.unwrap();
        let is_it =
            |one: &store::drift::Drift| one.object == format!("Workspace/{}", made.name) && one.action == action;
        drift.into_iter().filter(is_it).collect::<Vec<_>>()
    };
    let is_as_approved = async || {
        let now = cluster.get("workspace", &made.name, "").await?;
        let quota = cluster.get("resourcequota", "shangyun", &made.name).await?;
        let stands = now["spec"] == before["spec"] && quota["spec"]["hard"]["pods"] == "20";
        (stands && !records("changed").await.is_empty()).then_some(now)
    };
    wait::until("the approved plan stands again", is_as_approved).await;
    let changed = records("changed").await;
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(
        (changed[0].field.as_str(), changed[0].client.as_str()),
        ("spec.planHash, spec.quota.pods", "kubectl-patch")
    );
    cluster.kubectl("break-glass", &["delete", "ws", &made.name]).await.done();
    let again = wait::until("it is given again", async || {
        let now = cluster.get("workspace", &made.name, "").await?;
        (now["metadata"]["uid"] != before["metadata"]["uid"]).then_some(now)
    })
    .await;
    assert_eq!(again["spec"], before["spec"]);
    let ready = cluster.until_condition(&made.name, "Ready", "True", "Usable").await;
    assert_eq!(ready["status"]["namespaceUid"], before["status"]["namespaceUid"], "its namespace was kept");
    assert_eq!((records("changed").await.len(), records("deleted").await.len()), (1, 1));
    let trail = store::audit::of_subject(&mut made.world.db(), made.delivery, i64::MAX, 100).await.unwrap();
    assert_eq!(trail.iter().filter(|one| one.entry.action == "give_again").count(), 2);
    assert_eq!(made.delivery().await.state, "ready");
}

async fn a_cluster_that_lost_its_definition_gets_its_plans_again(world: World) {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    let (made, _hub) = Made::by(world, &cluster, "later-definition").await;
    let before = cluster.get("workspace", &made.name, "").await.unwrap();
    cluster.kubectl("break-glass", &["delete", "crd", "workspaces.shangyun.dev"]).await.done();
    assert!(cluster.get("namespace", &made.name, "").await.is_some(), "its namespaces stay");
    cluster.furnish().await;
    let again = cluster.until_condition(&made.name, "Ready", "True", "Usable").await;
    assert_eq!(again["spec"], before["spec"]);
    assert_eq!(again["status"]["namespaceUid"], before["status"]["namespaceUid"]);
    assert_eq!(made.delivery().await.state, "ready");
}

/// A hub in a process of its own, as far as that goes in one: a runtime with its own connections, ended in the middle of whatever
/// it does.
struct Process(Option<tokio::runtime::Runtime>);

impl Process {
    fn start(world: &World, identity: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (settings, door) = (world.settings.clone(), world.services.clusters.clone());
        let (pack, clock, ids) =
            (world.services.pack.clone(), world.services.clock.clone(), world.services.ids.clone());
        let mut claims = ::hub::Claims::new(identity);
        claims.expires_after = Duration::from_secs(3);
        runtime.spawn(async move {
            let db = store::Db::open(&settings).await.unwrap();
            let services = Services { clusters: door, ..Services::new(db, pack, clock, ids) };
            let settings = ::hub::Settings { allowed: allowed(), folder: None, claims };
            ::hub::run(services, settings, CancellationToken::new()).await;
        });
        Self(Some(runtime))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Which hub moved the deliveries of a request on.
async fn movers(world: &World, request: Id) -> BTreeSet<String> {
    let trail = store::audit::of_subject(&mut world.db(), request, i64::MAX, 100).await.unwrap();
    trail.into_iter().filter(|one| one.entry.action == "deliver").map(|one| one.entry.request_id).collect()
}

async fn of_two_hubs_one_serves_a_cluster_and_the_other_takes_over_when_it_dies(mut world: World) {
    let cluster = Cluster::shared().await;
    open_door(&mut world);
    let code = format!("later-two-{:?}", world.db().engine()).to_lowercase();
    let desk = desk(&world, &code).await;
    register(&world, &desk, cluster).await.unwrap();
    let holder = async || provisioning::claim(&world.services, desk.cluster.id).await.unwrap().map(|one| one.holder);
    let first = Process::start(&world, "hub-1");
    wait::until("the first holds the claim", async || (holder().await.as_deref() == Some("hub-1")).then_some(())).await;
    let _second = Process::start(&world, "hub-2");
    let mut requests = Vec::new();
    for number in 0..3 {
        let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
        let system = world.outside(&format!("{code}-{number}"), &format!("系统{number}"), &owner).await;
        let other = desk.of(system);
        let request = world.handed_in(&other).await;
        world.approve(&approver(), request).await.unwrap();
        until(&world, request, "provisioned").await;
        requests.push(request);
    }
    for request in requests {
        assert_eq!(movers(&world, request).await, BTreeSet::from(["hub-1".to_owned()]), "one of them pushes");
    }
    drop(first);
    let request = world.handed_in(&desk).await;
    world.approve(&approver(), request).await.unwrap();
    until(&world, request, "provisioned").await;
    assert_eq!(movers(&world, request).await, BTreeSet::from(["hub-2".to_owned()]), "the other takes over");
    assert_eq!(holder().await.as_deref(), Some("hub-2"));
}

async fn a_hub_that_is_killed_eight_times_between_approval_and_provisioning_does_everything_once(mut world: World) {
    let cluster = Cluster::shared().await;
    open_door(&mut world);
    let code = format!("later-killed-{:?}", world.db().engine()).to_lowercase();
    let desk = desk(&world, &code).await;
    register(&world, &desk, cluster).await.unwrap();
    let request = world.handed_in(&desk).await;
    world.approve(&approver(), request).await.unwrap();
    for moment in 0..8 {
        let hub = Process::start(&world, "hub-1");
        // Another moment each time, from before it claims the cluster to after it has pushed.
        tokio::time::sleep(Duration::from_millis(moment * 200)).await;
        drop(hub);
    }
    let _last = Process::start(&world, "hub-1");
    until(&world, request, "provisioned").await;
    let trail = store::audit::of_subject(&mut world.db(), request, i64::MAX, 100).await.unwrap();
    let moved =
        |to: &str| trail.iter().filter(|one| one.entry.action == "deliver" && one.entry.body.contains(to)).count();
    assert_eq!((moved(r#""to":"pushed""#), moved(r#""to":"ready""#)), (1, 1));
    let workspace = cluster.get("workspace", &format!("{code}-prod"), "").await.unwrap();
    assert_eq!(workspace["metadata"]["generation"], 1, "one plan, written once");
}
