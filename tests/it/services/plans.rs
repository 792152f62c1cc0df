//! Plans: sizes as stated, whom a workspace talks with, who gets in, what a plan changes, and changing what stands.

use domain::{Amounts, DeliveryKind, EntityKind, EnvironmentKind, Fault, Id, Movement, Size};
use services::{
    Op, provisioning,
    requests::{self, Against, MigrationDraft, NetworkPeer, Step, peers_from_text},
};

use crate::support::{
    World, approver, department,
    desk::{Desk, code, reported, wish},
    on_both_engines, operator,
};

on_both_engines![
    a_size_as_stated_is_bounded_and_every_amount_says_so,
    peers_that_lead_nowhere_are_refused_each_with_its_reason,
    groups_of_the_cluster_itself_get_no_access_and_others_get_their_role,
    a_peer_that_has_not_agreed_is_named_until_its_own_plan_does,
    the_workspace_that_is_asked_for_its_consent_says_who_asks_and_on_which_ports,
    a_returned_request_shows_field_by_field_what_changed_since,
    what_changed_in_the_register_since_it_was_handed_in_is_shown,
    a_reopened_request_says_which_fields_of_the_register_changed,
    a_plan_that_can_no_longer_be_carried_out_is_opened_again_and_not_approved,
    a_second_request_changes_what_stands_and_takes_only_the_difference,
    a_change_that_its_cluster_refuses_leaves_what_stands,
    a_change_of_what_was_never_cut_over_is_still_a_move,
    what_stands_is_told_to_nobody_else,
];

const MIGRATION: EntityKind = EntityKind::Migration;

fn peers(text: &str) -> Vec<NetworkPeer> {
    peers_from_text(text).0
}

fn stated(cores: i64, memory_gib: i64, storage_gib: i64, pods: i64) -> Amounts {
    Amounts { cpu_milli: cores * 1_000, memory_mib: memory_gib * 1_024, storage_gib, pods }
}

async fn draft(world: &World, desk: &Desk, draft: &MigrationDraft) -> Result<Id, Fault> {
    requests::draft_migration(&world.services, &department(&desk.path), draft).await
}

async fn refused(world: &World, desk: &Desk, wanted: &MigrationDraft) -> Vec<(String, String)> {
    let fault = draft(world, desk, wanted).await.unwrap_err();
    assert_eq!(fault.code, "invalid");
    fault.problems.into_iter().map(|one| (one.field, one.message.en)).collect()
}

/// Drafts and hands in.
async fn hand_in(world: &World, desk: &Desk, wanted: &MigrationDraft) -> Id {
    let id = draft(world, desk, wanted).await.unwrap();
    world.step(&department(&desk.path), id, Step::of(Movement::Submit)).await.unwrap();
    id
}

/// From an approved plan to a system that works on the cloud.
async fn move_in(world: &World, desk: &Desk, id: Id) {
    let owner = department(&desk.path);
    world.ready(desk, id).await;
    let day = Some("2026-11-23".parse().unwrap());
    world.step(&owner, id, Step { day, ..Step::of(Movement::CutOver) }).await.unwrap();
    world.prove(&owner, id, Movement::SourceOff).await.unwrap();
    world.step(&owner, id, Step { day, ..Step::of(Movement::SourceOff) }).await.unwrap();
    world.step(&operator(), id, Step::of(Movement::Close)).await.unwrap();
}

async fn shown(world: &World, id: Id) -> requests::RequestView {
    requests::show(&world.services, &approver(), MIGRATION, id).await.unwrap()
}

/// What a plan changes, in English.
fn told(view: &requests::RequestView, against: Against) -> Vec<String> {
    let differences = &view.deliveries[0].differences;
    let found = differences.iter().find(|one| one.against == against).unwrap_or_else(|| panic!("{differences:?}"));
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let words = |one: &requests::PlanChange| one.words().map_or_else(|| one.field.clone(), |words| words.en);
    found
        .changes
        .iter()
        .map(|one| format!("{}: {} → {}", words(one).trim_end(), text(&one.before), text(&one.after)))
        .collect()
}

async fn a_size_as_stated_is_bounded_and_every_amount_says_so(world: World) {
    let desk = world.desk().await;
    let mut wanted = desk.request();
    wanted.environments = vec![wish(EnvironmentKind::Prod, Size::Custom)];
    wanted.environments[0].custom = Amounts { cpu_milli: 499, memory_mib: 0, storage_gib: -1, pods: i64::MAX };
    assert_eq!(
        refused(&world, &desk, &wanted).await,
        [
            ("environment_prod_cpu_milli", "cores are 0.5 to 10,000"),
            ("environment_prod_memory_mib", "memory is 1 to 102,400 GiB"),
            ("environment_prod_storage_gib", "storage is 0 to 10,000,000 GiB"),
            ("environment_prod_pods", "instances are 1 to 100,000"),
        ]
        .map(|(field, text)| (field.to_owned(), text.to_owned()))
    );
    wanted.environments[0].custom = stated(11, 8, 10, 5);
    let told = refused(&world, &desk, &wanted).await;
    assert_eq!(told[0].0, "environment_prod");
    assert!(told[0].1.contains("short of cpu"), "more than the cluster has: {told:?}");
    wanted.environments[0].custom = Amounts { cpu_milli: 2_500, ..stated(0, 8, 10, 5) };
    let id = hand_in(&world, &desk, &wanted).await;
    let seen = shown(&world, id).await;
    let quota = &seen.deliveries[0].planned.spec.as_ref().unwrap().quota;
    assert_eq!((quota["requests.cpu"].0.as_str(), quota["pods"].0.as_str()), ("2500m", "5"));
    let summary: Vec<String> = seen.deliveries[0].summary.iter().filter_map(|one| one.after.clone()).collect();
    assert_eq!(summary[..4], ["2500m", "8Gi", "10Gi", "5"], "what a new plan gives is summed up");
}

async fn peers_that_lead_nowhere_are_refused_each_with_its_reason(world: World) {
    let desk = world.desk().await;
    let mut wanted = desk.request();
    for (text, why) in [
        ("to nobody-prod 443", "there is no workspace “nobody-prod” on the same cluster"),
        ("to sys-000123-prod 443", "is this workspace itself"),
        ("to 0.0.0.0/0 443", "is too wide: that would be no wall at all"),
        ("from 10.0.0.1/8 443", "a range begins at its first address: 10.0.0.0/8"),
        ("to 169.254.169.254/32 80", "servers keep for themselves"),
    ] {
        wanted.environments[0].peers = peers(text);
        let told = refused(&world, &desk, &wanted).await;
        assert!(
            told.len() == 1 && told[0].0 == "environment_prod_peers" && told[0].1.contains(why),
            "{text}: {told:?}"
        );
    }
    wanted.environments[0].peers = (0..21).flat_map(|one| peers(&format!("to 10.{one}.0.0/16 443"))).collect();
    assert!(refused(&world, &desk, &wanted).await[0].1.contains("20 are the most"));
    wanted.environments[0].peers = peers("to 10.2.0.0/16 443");
    wanted.environments[0].kind = DeliveryKind::Vm;
    assert!(refused(&world, &desk, &wanted).await[0].1.contains("only a workspace has peers"));
    // Environments of one system may name each other.
    wanted.environments = vec![wish(EnvironmentKind::Prod, Size::Small), wish(EnvironmentKind::Test, Size::Small)];
    wanted.environments[0].peers = peers("from sys-000123-test 8443, 443");
    wanted.environments[1].peers = peers("to sys-000123-prod 443");
    let id = hand_in(&world, &desk, &wanted).await;
    let seen = shown(&world, id).await;
    let prod = &seen.deliveries[0];
    let spec = prod.planned.spec.as_ref().unwrap();
    assert_eq!(spec.network_peers[0].ports, [443, 8443]);
    assert_eq!(prod.consents[0].missing, [8443], "the other environment opens one of the two ports");
    assert!(prod.objects.iter().any(|(name, _)| name == "NetworkPolicy/shangyun-peers-from"));
}

async fn groups_of_the_cluster_itself_get_no_access_and_others_get_their_role(world: World) {
    let desk = world.desk().await;
    let mut wanted = desk.request();
    "system:masters".clone_into(&mut wanted.owners);
    "makers, system:authenticated".clone_into(&mut wanted.developers);
    wanted.viewers = "g".repeat(254);
    let fields: Vec<String> = refused(&world, &desk, &wanted).await.into_iter().map(|one| one.0).collect();
    assert_eq!(fields, ["owners", "developers", "viewers"]);
    "permit-admins".clone_into(&mut wanted.owners);
    "makers，testers".clone_into(&mut wanted.developers);
    "audit".clone_into(&mut wanted.viewers);
    let id = hand_in(&world, &desk, &wanted).await;
    let objects = shown(&world, id).await.deliveries.remove(0).objects;
    let binding = |name: &str| &objects.iter().find(|(found, _)| found == name).unwrap().1;
    assert!(binding("RoleBinding/shangyun-developer").contains("testers"));
    assert!(binding("RoleBinding/shangyun-viewer").contains("audit"));
}

async fn a_peer_that_has_not_agreed_is_named_until_its_own_plan_does(world: World) {
    let desk = world.desk().await;
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let other = desk.of(world.outside("IDP", "身份认证", &owner).await);
    let first = hand_in(&world, &other, &other.request()).await;
    let mut wanted = desk.request();
    wanted.environments[0].peers = peers("to idp-prod 443");
    let second = hand_in(&world, &desk, &wanted).await;
    let missing = async |id| shown(&world, id).await.deliveries.remove(0).consents.remove(0).missing;
    assert_eq!(missing(second).await, [443]);
    // It agrees by a plan of its own, once that is approved, and with the right direction and port only.
    for (text, still) in [("to sys-000123-prod 443", vec![443]), ("from sys-000123-prod 8443, 443", Vec::new())] {
        world.step(&approver(), first, Step::of(Movement::Return).because("请写明互通对象")).await.unwrap();
        let version = world.reread(MIGRATION, first).await.version;
        let mut agreeing = other.request();
        agreeing.environments[0].peers = peers(text);
        let asks = department(&desk.path);
        requests::edit_migration(&world.services, &asks, first, version, &agreeing).await.unwrap();
        world.step(&asks, first, Step::of(Movement::Submit)).await.unwrap();
        assert_eq!(missing(second).await, [443], "handed in is not agreed");
        if still.is_empty() {
            world.approve(&approver(), first).await.unwrap();
        }
        assert_eq!(missing(second).await, still);
    }
}

async fn the_workspace_that_is_asked_for_its_consent_says_who_asks_and_on_which_ports(world: World) {
    let desk = world.desk().await;
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let other = desk.of(world.outside("IDP", "身份认证", &owner).await);
    let first = hand_in(&world, &other, &other.request()).await;
    world.approve(&approver(), first).await.unwrap();
    let asked = shown(&world, first).await.deliveries.remove(0).planned.delivery;
    let mut wanted = desk.request();
    wanted.environments[0].peers = peers("to idp-prod 443, 8443\nto 10.2.0.0/16 443");
    let draft = requests::draft_migration(&world.services, &department(&desk.path), &wanted).await.unwrap();
    let asking = async |op: Op| requests::peers_asking(&world.services, &op, asked.id).await;
    assert!(asking(department(&owner_path(&world).await)).await.unwrap().is_empty(), "a draft asks nobody");
    world.step(&department(&desk.path), draft, Step::of(Movement::Submit)).await.unwrap();
    let told = asking(department(&owner_path(&world).await)).await.unwrap();
    assert_eq!((told.len(), told[0].whom(), told[0].ports.as_slice()), (1, "sys-000123-prod", [443, 8443].as_slice()));
    let stranger = world.department("另一单位", None).await;
    assert_eq!(code(asking(department(&stranger.path)).await.map(drop)), "not-found");
}

async fn owner_path(world: &World) -> String {
    world.by_code(EntityKind::Department, "11330100MB0000001A").await.path
}

async fn a_returned_request_shows_field_by_field_what_changed_since(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let mut wanted = desk.request();
    wanted.environments.push(wish(EnvironmentKind::Test, Size::Small));
    let id = hand_in(&world, &desk, &wanted).await;
    assert!(shown(&world, id).await.deliveries[0].differences.is_empty(), "everything is new");
    world.step(&approver(), id, Step::of(Movement::Return).because("规格过小")).await.unwrap();
    assert_eq!(told(&shown(&world, id).await, Against::Reviewed), [""; 0], "nothing was changed yet");
    wanted.environments.truncate(1);
    wanted.environments[0].size = Size::Medium;
    wanted.environments[0].peers = peers("to 10.2.0.0/16 5432");
    "makers".clone_into(&mut wanted.developers);
    let version = world.reread(MIGRATION, id).await.version;
    requests::edit_migration(&world.services, &owner, id, version, &wanted).await.unwrap();
    world.step(&owner, id, Step::of(Movement::Submit)).await.unwrap();
    let seen = shown(&world, id).await;
    assert_eq!(
        told(&seen, Against::Reviewed),
        [
            "Cores: 2 → 4",
            "Memory: 4Gi → 16Gi",
            "Storage: 50Gi → 200Gi",
            "Instances: 20 → 40",
            "May reach 10.2.0.0/16: - → 5432",
            "Developer makers: - → ",
            "Cores at most: 4 → 8",
            "Memory at most: 4Gi → 16Gi",
            "Instances, ended ones included: 100 → 200",
        ]
    );
    assert_eq!(seen.dropped, [EnvironmentKind::Test]);
    world.approve(&approver(), id).await.unwrap();
}

async fn what_changed_in_the_register_since_it_was_handed_in_is_shown(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    world.update(EntityKind::System, desk.system.id, &[("mlps_level", "二级")]).await;
    let seen = shown(&world, id).await;
    assert_eq!(
        told(&seen, Against::HandedIn),
        ["MLPS level of the system: 3 → 2", "Limits on containers: restricted → baseline"]
    );
    assert_eq!(code(world.approve(&approver(), id).await), "plan-changed");
}

async fn a_reopened_request_says_which_fields_of_the_register_changed(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    world.update(EntityKind::Cluster, desk.cluster.id, &[("registries", "docker.io/"), ("gateway", "ingress")]).await;
    assert!(provisioning::due(&world.services, &provisioning::hub_op(), desk.cluster.id).await.unwrap().is_empty());
    let seen = shown(&world, id).await;
    assert_eq!(seen.request.state, "submitted");
    let why = &seen.decisions.last().unwrap().reason;
    for part in [
        "登记内容在批准后变化：sys-000123-prod 集群的镜像仓库 registry.example.gov.cn/ → docker.io/",
        "the register changed after the approval: sys-000123-prod Registries of the cluster registry.example.gov.cn/ → docker.io/",
        "Gateway of the cluster - → ingress",
    ] {
        assert!(why.contains(part), "{why}");
    }
    assert_eq!(
        told(&seen, Against::Reviewed),
        ["Registries of the cluster: registry.example.gov.cn/ → docker.io/", "Gateway of the cluster: - → ingress"]
    );
    world.approve(&approver(), id).await.unwrap();
}

async fn a_plan_that_can_no_longer_be_carried_out_is_opened_again_and_not_approved(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    world.update(EntityKind::Zone, desk.zone.id, &[("max_mlps", "二级")]).await;
    assert!(provisioning::due(&world.services, &provisioning::hub_op(), desk.cluster.id).await.unwrap().is_empty());
    let seen = shown(&world, id).await;
    assert_eq!(seen.request.state, "submitted");
    assert!(seen.decisions.last().unwrap().reason.contains("this zone carries up to 2"));
    assert_eq!(code(world.approve(&approver(), id).await), "invalid");
}

async fn a_second_request_changes_what_stands_and_takes_only_the_difference(world: World) {
    let desk = world.desk().await;
    let first = world.handed_in(&desk).await;
    world.approve(&approver(), first).await.unwrap();
    move_in(&world, &desk, first).await;
    // It has 2 of 10 cores; 9 fit only because its own two are counted once.
    let mut wanted = desk.request();
    wanted.environments = vec![wish(EnvironmentKind::Prod, Size::Custom)];
    wanted.environments[0].custom = stated(11, 4, 50, 20);
    assert!(refused(&world, &desk, &wanted).await[0].1.contains("short of cpu"));
    wanted.environments[0].custom = stated(9, 2, 50, 20);
    wanted.environments[0].peers = peers("to 10.2.0.0/16 5432");
    let second = hand_in(&world, &desk, &wanted).await;
    let seen = shown(&world, second).await;
    assert_eq!(seen.deliveries[0].planned.delivery.namespace, "sys-000123-prod", "the same workspace");
    assert_eq!(
        told(&seen, Against::Standing),
        [
            "Cores: 2 → 9",
            "Memory: 4Gi → 2Gi",
            "May reach 10.2.0.0/16: - → 5432",
            "Number of the request: MR-2026-000001 → MR-2026-000002",
            "Cores at most: 4 → 18",
            "Memory at most: 4Gi → 2Gi",
        ]
    );
    world.approve(&approver(), second).await.unwrap();
    let capacity = async || requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    let taken = capacity().await;
    assert_eq!((taken.reserved.cpu_milli, taken.granted.cpu_milli), (7_000, 2_000), "the difference is kept");
    assert_eq!((taken.reserved.memory_mib, taken.granted.memory_mib), (0, 4_096), "given back when it is smaller");
    let op = provisioning::hub_op();
    // What its cluster says before it was told of the change is said of what stands.
    let hash = shown(&world, first).await.deliveries[0].planned.delivery.plan_hash.clone();
    provisioning::report(&world.services, &op, desk.cluster.id, &reported("sys-000123-prod", &hash)).await.unwrap();
    assert_eq!(world.state(MIGRATION, second).await, "approved");
    world.ready(&desk, second).await;
    assert_eq!(world.state(MIGRATION, second).await, "closed", "there is nothing to cut over");
    assert_eq!(world.standing(desk.system.id).await, "on_cloud");
    let taken = capacity().await;
    assert_eq!((taken.reserved.cpu_milli, taken.granted.cpu_milli, taken.granted.memory_mib), (0, 9_000, 2_048));
    assert_eq!(shown(&world, first).await.deliveries[0].planned.delivery.state, "replaced");
    let (workspaces, _) =
        provisioning::workspaces(&world.services, &operator(), &provisioning::WorkspaceFilter::default(), None, 10)
            .await
            .unwrap();
    assert_eq!(workspaces.len(), 1, "one workspace, listed once");
    let components = world.rows(store::Sql::new("select id from component where source = 'shangyun'")).await;
    assert_eq!(components.len(), 1, "it has not arrived twice");
}

async fn a_change_that_its_cluster_refuses_leaves_what_stands(world: World) {
    let desk = world.desk().await;
    let first = world.handed_in(&desk).await;
    world.approve(&approver(), first).await.unwrap();
    move_in(&world, &desk, first).await;
    let mut wanted = desk.request();
    wanted.environments[0].size = Size::Medium;
    let second = hand_in(&world, &desk, &wanted).await;
    world.approve(&approver(), second).await.unwrap();
    let op = provisioning::hub_op();
    let push = provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap().remove(0);
    provisioning::refused(&world.services, &op, push.delivery, "spec.department cannot be changed").await.unwrap();
    assert_eq!(world.state(MIGRATION, second).await, "provisioning_failed");
    assert_eq!(shown(&world, first).await.deliveries[0].planned.delivery.state, "ready");
    let again = draft(&world, &desk, &wanted).await.unwrap_err();
    assert_eq!(again.code, "already-open");
    world.step(&operator(), second, Step::of(Movement::Cancel).because("改由新申请办理")).await.unwrap();
    let taken = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!((taken.reserved.cpu_milli, taken.granted.cpu_milli), (0, 2_000));
    // Told, and failed there: it is not given back while it may stand.
    let third = hand_in(&world, &desk, &wanted).await;
    world.approve(&approver(), third).await.unwrap();
    let push = provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap().remove(0);
    provisioning::pushed(&world.services, &op, push.delivery).await.unwrap();
    let mut told = reported(&push.spec.namespace, "");
    (told.is_ready, told.reason) = (false, "ApplyFailed".to_owned());
    provisioning::report(&world.services, &op, desk.cluster.id, &told).await.unwrap();
    world.step(&operator(), third, Step::of(Movement::Cancel).because("改由新申请办理")).await.unwrap();
    let taken = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!((taken.reserved.cpu_milli, taken.granted.cpu_milli), (4_000, 0));
    let fourth = hand_in(&world, &desk, &desk.request()).await;
    assert_eq!(shown(&world, fourth).await.deliveries[0].planned.delivery.namespace, "sys-000123-prod");
}

async fn a_change_of_what_was_never_cut_over_is_still_a_move(world: World) {
    let desk = world.desk().await;
    let first = world.handed_in(&desk).await;
    world.approve(&approver(), first).await.unwrap();
    world.ready(&desk, first).await;
    world.step(&operator(), first, Step::of(Movement::Cancel).because("推迟")).await.unwrap();
    let second = hand_in(&world, &desk, &desk.request()).await;
    world.approve(&approver(), second).await.unwrap();
    world.ready(&desk, second).await;
    assert_eq!(world.state(MIGRATION, second).await, "provisioned");
    let day = Some("2026-11-23".parse().unwrap());
    world.step(&department(&desk.path), second, Step { day, ..Step::of(Movement::CutOver) }).await.unwrap();
    let components = world.rows(store::Sql::new("select id from component where source = 'shangyun'")).await;
    assert_eq!(components.len(), 1);
}

async fn what_stands_is_told_to_nobody_else(world: World) {
    let desk = world.desk().await;
    let first = world.handed_in(&desk).await;
    world.approve(&approver(), first).await.unwrap();
    move_in(&world, &desk, first).await;
    let found = requests::standing_of(&world.services, &department(&desk.path), desk.system.id).await.unwrap().unwrap();
    assert_eq!((found.zone, found.deliveries.len()), (desk.zone.id, 1));
    let stranger = department(&world.department("另一单位", None).await.path);
    let refused = requests::standing_of(&world.services, &stranger, desk.system.id).await.unwrap_err();
    assert_eq!(refused.code, "not-found");
}
