//! From an approval to a namespace that stands, and what happens when either side goes away in between.

use std::sync::Arc;

use domain::{EntityKind, Fault, Movement};
use services::{
    provisioning::{self, ClusterDoor, SealingKey},
    requests::{self, Step},
};
use tokio_util::sync::CancellationToken;

use crate::support::{
    World, admin, approver, cluster::Cluster, department, desk::Desk, on_both_engines, operator, wait,
};

/// A hub that runs until it is dropped.
pub(super) struct Hub(CancellationToken);

impl Drop for Hub {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

pub(super) fn allowed() -> ::hub::Allowed {
    ::hub::Allowed::parse([], true).unwrap()
}

pub(super) fn start(world: &World) -> Hub {
    let stop = CancellationToken::new();
    let folder = Some(world.folder.path().join("gitops"));
    let settings = ::hub::Settings { allowed: allowed(), folder, claims: ::hub::Claims::new("hub-1") };
    tokio::spawn(::hub::run(world.services.clone(), settings, stop.clone()));
    Hub(stop)
}

pub(super) fn open_door(world: &mut World) {
    let key = SealingKey::parse(&"5a".repeat(32)).unwrap();
    world.services.clusters = Some(ClusterDoor { key, check: Arc::new(::hub::Reach { allowed: allowed() }) });
}

pub(super) async fn register(world: &World, desk: &Desk, cluster: &Cluster) -> Result<String, Fault> {
    let text = std::fs::read_to_string(cluster.kubeconfig("hub")).unwrap();
    provisioning::register(&world.services, &admin(), desk.cluster.id, &text).await
}

/// A desk whose system has a code of its own, so that its namespace is nobody else's.
pub(super) async fn desk(world: &World, code: &str) -> Desk {
    let mut desk = world.desk().await;
    world.update(EntityKind::System, desk.system.id, &[("code", code)]).await;
    world.update(EntityKind::Zone, desk.zone.id, &[("code", "extranet")]).await;
    desk.system = world.reread(EntityKind::System, desk.system.id).await;
    desk
}

pub(super) async fn until(world: &World, subject: domain::Id, state: &str) {
    wait::until(state, async || (world.state(EntityKind::Migration, subject).await == state).then_some(())).await;
}

on_both_engines![
    an_approved_request_becomes_a_namespace_and_its_drift_comes_back,
    without_a_registered_cluster_the_same_plan_becomes_files,
    an_api_server_that_is_away_at_the_approval_is_waited_for,
    a_hub_that_died_after_the_approval_takes_it_up_again,
    a_name_that_belongs_to_somebody_else_fails_with_the_reason,
    a_cluster_is_tried_before_it_is_registered,
    a_second_request_changes_the_workspace_that_stands_and_is_no_drift,
];

async fn an_approved_request_becomes_a_namespace_and_its_drift_comes_back(mut world: World) {
    let cluster = Cluster::shared().await;
    open_door(&mut world);
    let name = format!("hub-whole-{:?}-prod", world.db().engine()).to_lowercase();
    let desk = desk(&world, name.trim_end_matches("-prod")).await;
    let version = register(&world, &desk, cluster).await.unwrap();
    assert!(version.starts_with("v1."), "{version}");
    let _hub = start(&world);
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    until(&world, id, "provisioned").await;
    let namespace = cluster.get("namespace", &name, "").await.unwrap();
    assert_eq!(namespace["metadata"]["labels"]["shangyun.dev/request"], "MR-2026-000001");
    let patch = [
        "patch",
        "resourcequota",
        "shangyun",
        "-n",
        &name,
        "--type=merge",
        "-p",
        r#"{"spec":{"hard":{"pods":"900"}}}"#,
    ];
    cluster.kubectl("break-glass", &patch).await.done();
    let drift = wait::until("the drift is recorded", async || {
        let shown = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
        shown.deliveries[0].drift.first().cloned()
    })
    .await;
    assert_eq!(
        (drift.object.as_str(), drift.field.as_str(), drift.client.as_str()),
        ("ResourceQuota/shangyun", "spec.hard.pods", "kubectl-patch")
    );
    let (workspaces, _) =
        provisioning::workspaces(&world.services, &department(&desk.path), &Default::default(), None, 10)
            .await
            .unwrap();
    assert_eq!(workspaces[0].delivery.namespace, name);
    let stranger = department(&world.department("另一单位", None).await.path);
    assert!(
        provisioning::workspaces(&world.services, &stranger, &Default::default(), None, 10).await.unwrap().0.is_empty()
    );
    let other = provisioning::show_workspace(&world.services, &stranger, workspaces[0].delivery.id).await;
    assert_eq!(other.unwrap_err().code, "not-found");
}

async fn without_a_registered_cluster_the_same_plan_becomes_files(world: World) {
    let cluster = Cluster::shared().await;
    let name = format!("hub-files-{:?}-prod", world.db().engine()).to_lowercase();
    let desk = desk(&world, name.trim_end_matches("-prod")).await;
    let _hub = start(&world);
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    let file = world.folder.path().join(format!("gitops/gov-1/{name}/workspace.yaml"));
    wait::until("the file is there", async || file.exists().then_some(())).await;
    until(&world, id, "provisioning").await;
    cluster.kubectl("hub", &["apply", "-f", file.to_str().unwrap()]).await.done();
    cluster.until_condition(&name, "Ready", "True", "Usable").await;
}

async fn an_api_server_that_is_away_at_the_approval_is_waited_for(mut world: World) {
    let cluster = Cluster::own().await;
    cluster.controller().await;
    open_door(&mut world);
    let desk = desk(&world, "hub-away").await;
    register(&world, &desk, &cluster).await.unwrap();
    let _hub = start(&world);
    let id = world.handed_in(&desk).await;
    cluster.stop_server().await;
    world.approve(&approver(), id).await.unwrap();
    wait::until("the trouble is told", async || {
        let access = provisioning::access(&world.services, &admin(), desk.cluster.id).await.unwrap().unwrap();
        (!access.outcome.is_empty()).then_some(())
    })
    .await;
    assert_eq!(world.state(EntityKind::Migration, id).await, "approved");
    cluster.start_server().await;
    until(&world, id, "provisioned").await;
    let decisions = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap().decisions;
    let moves: Vec<&str> = decisions.iter().map(|one| one.movement.as_str()).collect();
    assert_eq!(moves, ["submit", "approve", "begin", "finish"], "nothing twice");
}

async fn a_hub_that_died_after_the_approval_takes_it_up_again(mut world: World) {
    let cluster = Cluster::shared().await;
    open_door(&mut world);
    let name = format!("hub-died-{:?}", world.db().engine()).to_lowercase();
    let desk = desk(&world, &name).await;
    register(&world, &desk, cluster).await.unwrap();
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    // It pushed, and died before it could say so.
    let op = provisioning::hub_op();
    let push = provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap().remove(0);
    cluster.ready(&push.spec).await;
    assert_eq!(world.state(EntityKind::Migration, id).await, "approved");
    let _hub = start(&world);
    until(&world, id, "provisioned").await;
    assert_eq!(cluster.get("workspace", &push.spec.namespace, "").await.unwrap()["metadata"]["generation"], 1);
}

async fn a_name_that_belongs_to_somebody_else_fails_with_the_reason(mut world: World) {
    let cluster = Cluster::shared().await;
    open_door(&mut world);
    let code = format!("hub-foreign-{:?}", world.db().engine()).to_lowercase();
    cluster.kubectl("admin", &["create", "ns", &format!("{code}-prod")]).await.done();
    let desk = desk(&world, &code).await;
    register(&world, &desk, cluster).await.unwrap();
    let _hub = start(&world);
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    until(&world, id, "provisioning_failed").await;
    let shown = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
    let message = &shown.deliveries[0].planned.delivery.message;
    assert!(message.contains("belongs to somebody else: ask for another name"), "{message}");
    requests::make(
        &world.services,
        &operator(),
        EntityKind::Migration,
        id,
        &Step::of(Movement::Cancel).because("换名"),
    )
    .await
    .unwrap();
}

async fn a_cluster_is_tried_before_it_is_registered(mut world: World) {
    let cluster = Cluster::shared().await;
    let desk = desk(&world, "hub-tried").await;
    assert_eq!(register(&world, &desk, cluster).await.unwrap_err().code, "no-sealing-key");
    open_door(&mut world);
    let text = std::fs::read_to_string(cluster.kubeconfig("hub")).unwrap();
    let attempt = async |text: String| {
        let refused = provisioning::register(&world.services, &admin(), desk.cluster.id, &text).await.unwrap_err();
        refused.problems[0].message.en.clone()
    };
    let outsider = std::fs::read_to_string(cluster.kubeconfig("outsider")).unwrap();
    assert!(attempt(outsider).await.contains("may not read or write Workspaces"));
    // Somebody with every right is registered no more: the guards would refuse him each plan.
    let mut administrator: serde_json::Value = serde_json::from_str(&text).unwrap();
    let token = ["create", "token", "default", "-n", "default"];
    let name = format!("hub-tried-{:?}", world.db().engine()).to_lowercase();
    cluster
        .kubectl(
            "admin",
            &["create", "clusterrolebinding", &name, "--clusterrole=cluster-admin", "--serviceaccount=default:default"],
        )
        .await
        .done();
    administrator["users"][0]["user"]["token"] = cluster.kubectl("admin", &token).await.done().trim().into();
    let said = attempt(administrator.to_string()).await;
    cluster.kubectl("admin", &["delete", "clusterrolebinding", &name]).await.done();
    assert!(said.contains("“system:serviceaccount:default:default”; the guards let only"), "{said}");
    let executed = text.replace("\"token\":", "\"exec\":{\"command\":\"rm\"},\"token\":");
    assert!(attempt(executed).await.contains("user.exec is refused: it would run a program on this server"));
    let server: serde_json::Value = serde_json::from_str(&text).unwrap();
    let server = server["clusters"][0]["cluster"]["server"].as_str().unwrap().to_owned();
    assert!(
        attempt(text.replace(&server, "https://169.254.169.254:443"))
            .await
            .contains("in no network that clusters may be in")
    );
    assert!(attempt(text.replace(&server, "https://127.0.0.1:1")).await.contains("does not answer"));
    for op in [operator(), approver(), department(&desk.path)] {
        let refused = provisioning::register(&world.services, &op, desk.cluster.id, &text).await.unwrap_err();
        assert!(["forbidden", "not-found"].contains(&refused.code), "{}", op.actor.name);
    }
    assert_eq!(provisioning::access(&world.services, &admin(), desk.cluster.id).await.unwrap(), None);
    register(&world, &desk, cluster).await.unwrap();
    let stored = world.rows(store::Sql::new("select secret from cluster_access")).await.remove(0).bytes(0).unwrap();
    let token: serde_json::Value = serde_json::from_str(&text).unwrap();
    let token = token["users"][0]["user"]["token"].as_str().unwrap();
    assert!(!String::from_utf8_lossy(&stored).contains(token), "the token is sealed");
}

async fn a_second_request_changes_the_workspace_that_stands_and_is_no_drift(mut world: World) {
    let cluster = Cluster::shared().await;
    open_door(&mut world);
    let code = format!("hub-change-{:?}", world.db().engine()).to_lowercase();
    let desk = desk(&world, &code).await;
    register(&world, &desk, cluster).await.unwrap();
    let _hub = start(&world);
    let first = world.handed_in(&desk).await;
    world.approve(&approver(), first).await.unwrap();
    until(&world, first, "provisioned").await;
    let owner = department(&desk.path);
    let day = Some("2026-11-23".parse().unwrap());
    world.step(&owner, first, Step { day, ..Step::of(Movement::CutOver) }).await.unwrap();
    world.prove(&owner, first, Movement::SourceOff).await.unwrap();
    world.step(&owner, first, Step { day, ..Step::of(Movement::SourceOff) }).await.unwrap();
    world.step(&operator(), first, Step::of(Movement::Close)).await.unwrap();
    let department = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    world.handed_in(&desk.of(world.outside("IDP", "身份认证", &department).await)).await;
    let mut wanted = desk.request();
    // Nothing is cut over by a change.
    wanted.planned_cutover_on = None;
    let wish = &mut wanted.environments[0];
    wish.size = domain::Size::Custom;
    wish.custom = domain::Amounts { cpu_milli: 2_500, memory_mib: 6_144, storage_gib: 30, pods: 12 };
    wish.peers = requests::peers_from_text("to 10.2.0.0/16 5432\nto idp-prod 443\nfrom 10.3.0.0/16 8080, 8443").0;
    "makers".clone_into(&mut wanted.developers);
    let second = requests::draft_migration(&world.services, &owner, &wanted).await.unwrap();
    world.step(&owner, second, Step::of(Movement::Submit)).await.unwrap();
    world.approve(&approver(), second).await.unwrap();
    until(&world, second, "closed").await;
    let name = format!("{code}-prod");
    let quota = cluster.get("resourcequota", "shangyun", &name).await.unwrap()["spec"]["hard"].clone();
    assert_eq!(
        (&quota["requests.cpu"], &quota["requests.memory"], &quota["requests.storage"], &quota["pods"]),
        (&"2500m".into(), &"6Gi".into(), &"30Gi".into(), &"12".into())
    );
    let rules = cluster.get("networkpolicy", "shangyun-peers-to", &name).await.unwrap()["spec"]["egress"].clone();
    let leads_to = |pointer: &str, peer: &str, port: u16| {
        let rules = rules.as_array().unwrap();
        rules.iter().any(|rule| {
            rule["to"][0].pointer(pointer).is_some_and(|one| *one == *peer) && rule["ports"][0]["port"] == port
        })
    };
    assert!(leads_to("/ipBlock/cidr", "10.2.0.0/16", 5432), "{rules}");
    // A peer that is a workspace is chosen by the name of its namespace, which nobody can give to another.
    assert!(leads_to("/namespaceSelector/matchLabels/kubernetes.io~1metadata.name", "idp-prod", 443), "{rules}");
    let from = cluster.get("networkpolicy", "shangyun-peers-from", &name).await.unwrap()["spec"]["ingress"][0].clone();
    assert_eq!((&from["from"][0]["ipBlock"]["cidr"], &from["ports"][1]["port"]), (&"10.3.0.0/16".into(), &8443.into()));
    let binding = cluster.get("rolebinding", "shangyun-developer", &name).await.unwrap();
    assert_eq!((&binding["roleRef"]["name"], &binding["subjects"][0]["name"]), (&"edit".into(), &"makers".into()));
    assert_eq!(cluster.get("workspace", &name, "").await.unwrap()["status"].get("drift"), None);
    let shown = requests::show(&world.services, &operator(), EntityKind::Migration, second).await.unwrap();
    assert!(shown.deliveries[0].drift.is_empty());
}
