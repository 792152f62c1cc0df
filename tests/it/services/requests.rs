//! Requests to move: from draft to closed, decided on exactly what was seen, never twice, never by oneself.

use domain::{DeliveryKind, EntityKind, EnvironmentKind, Movement, Size};
use services::{
    provisioning,
    requests::{self, NewEvidence, Step},
};

use crate::support::{
    World, approver, auditor, department,
    desk::{Desk, code, reported, second_approver, wish},
    leader, on_both_engines, operator,
};

on_both_engines![
    a_request_goes_from_draft_to_closed_and_the_system_is_on_the_cloud,
    an_environment_that_is_made_later_is_made_though_production_is_in_use,
    what_was_not_made_by_the_close_gives_its_share_back,
    a_draft_is_nothing_and_an_incomplete_one_is_not_taken,
    nobody_decides_on_his_own_request,
    a_deputy_of_the_requester_does_not_decide,
    of_two_approvers_at_once_one_wins_and_the_other_is_told,
    a_plan_that_changed_loses_its_approval,
    two_requests_that_only_fit_one_by_one_are_not_both_approved,
    a_cancelled_request_gives_its_capacity_back,
    a_request_of_another_department_does_not_exist,
    an_illegal_move_is_refused_with_the_legal_ones,
    where_a_request_stands_is_changed_by_its_steps_only,
    a_failed_namespace_is_tried_again,
    what_a_provider_delivers_is_confirmed_with_evidence,
    evidence_is_what_its_first_bytes_say,
    an_approval_that_nobody_used_lapses,
    a_system_above_the_ceiling_of_the_zone_gets_no_plan,
    what_waits_for_somebody_is_marked_and_found_alike,
];

async fn what_waits_for_somebody_is_marked_and_found_alike(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let department_record = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    // One in each of several states: draft, submitted, returned, approved, rejected; and a justification that was approved.
    for (number, moves) in
        [vec![], vec!["submit"], vec!["submit", "return"], vec!["submit", "approve"], vec!["submit", "reject"]]
            .into_iter()
            .enumerate()
    {
        let system = world.outside(&format!("SYS-{number}"), &format!("系统{number}"), &department_record).await;
        let draft = requests::MigrationDraft { system: system.id, ..desk.request() };
        let id = requests::draft_migration(&world.services, &owner, &draft).await.unwrap();
        for one in moves {
            match one {
                "submit" => world.step(&owner, id, Step::of(Movement::Submit)).await.unwrap(),
                "approve" => world.approve(&approver(), id).await.unwrap(),
                other => {
                    let movement = Movement::from_code(other).unwrap();
                    world.step(&approver(), id, Step::of(movement).because("材料不全")).await.unwrap();
                }
            }
        }
    }
    let id = requests::draft_exception(&world.services, &owner, &desk.justification("2027-05-31")).await.unwrap();
    for (op, movement) in
        [(&owner, Movement::Submit), (&approver(), Movement::Endorse), (&second_approver(), Movement::Approve)]
    {
        requests::make(&world.services, op, EntityKind::CloudException, id, &Step::of(movement)).await.unwrap();
    }
    let mut waiting = Vec::new();
    for op in [owner, approver(), operator(), auditor(), leader()] {
        let list = async |mine| {
            let filter = requests::RequestFilter { mine, ..Default::default() };
            requests::list(&world.services, &op, &filter, None, 100).await.unwrap().0
        };
        let all = list(false).await;
        assert_eq!(all.len(), 6, "{}", op.actor.name);
        let marked: Vec<domain::Id> = all.iter().filter(|one| one.is_mine).map(|one| one.request.subject).collect();
        let found: Vec<domain::Id> = list(true).await.iter().map(|one| one.request.subject).collect();
        assert_eq!(marked, found, "{}", op.actor.name);
        waiting.push(found.len());
    }
    // The owner's draft and what came back; what is to be decided; drafts of others, whose operators may hand in; nobody else.
    assert_eq!(waiting, [2, 1, 2, 0, 0]);
}

async fn a_request_goes_from_draft_to_closed_and_the_system_is_on_the_cloud(world: World) {
    let desk = world.desk().await;
    let (kind, owner) = (EntityKind::Migration, department(&desk.path));
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    let id = world.handed_in(&desk).await;
    assert_eq!(world.standing(desk.system.id).await, "planned");
    let seen = requests::show(&world.services, &approver(), kind, id).await.unwrap();
    let delivery = &seen.deliveries[0];
    assert_eq!(delivery.planned.delivery.namespace, "sys-000123-prod");
    assert_eq!(delivery.capacity.unwrap().free().cpu_milli, 10_000);
    world.approve(&approver(), id).await.unwrap();
    assert_eq!(world.standing(desk.system.id).await, "migrating");
    let free = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!((free.reserved.cpu_milli, free.granted.cpu_milli, free.free().cpu_milli), (2_000, 0, 8_000));
    world.ready(&desk, id).await;
    assert_eq!(world.state(kind, id).await, "provisioned");
    let free = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!((free.reserved.cpu_milli, free.granted.cpu_milli), (0, 2_000));
    let today = Some("2026-11-23".parse().unwrap());
    world.step(&owner, id, Step { day: today, ..Step::of(Movement::CutOver) }).await.unwrap();
    let off = Step { day: today, ..Step::of(Movement::SourceOff) };
    assert_eq!(code(world.step(&owner, id, off.clone()).await), "invalid", "without evidence");
    world.prove(&owner, id, Movement::SourceOff).await.unwrap();
    world.step(&owner, id, off).await.unwrap();
    assert_eq!(code(world.step(&owner, id, Step::of(Movement::Close)).await), "forbidden");
    world.step(&operator(), id, Step::of(Movement::Close)).await.unwrap();
    assert_eq!(world.state(kind, id).await, "closed");
    assert_eq!(world.standing(desk.system.id).await, "on_cloud");
    let decisions = requests::show(&world.services, &auditor(), kind, id).await.unwrap().decisions;
    let moves: Vec<&str> = decisions.iter().map(|one| one.movement.as_str()).collect();
    assert_eq!(moves, ["submit", "approve", "begin", "finish", "cut_over", "source_off", "close"]);
}

/// A request for two environments, of which production was made.
async fn production_stands_and_development_is_due(world: &World, desk: &Desk) -> domain::Id {
    let (op, owner) = (provisioning::hub_op(), department(&desk.path));
    let mut draft = desk.request();
    draft.environments.push(wish(EnvironmentKind::Dev, Size::Small));
    let id = requests::draft_migration(&world.services, &owner, &draft).await.unwrap();
    world.step(&owner, id, Step::of(Movement::Submit)).await.unwrap();
    world.approve(&approver(), id).await.unwrap();
    let due = provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap();
    let prod = due.into_iter().find(|one| one.spec.namespace.ends_with("-prod")).unwrap();
    provisioning::pushed(&world.services, &op, prod.delivery).await.unwrap();
    let stands = reported(&prod.spec.namespace, &prod.spec.plan_hash);
    provisioning::report(&world.services, &op, desk.cluster.id, &stands).await.unwrap();
    id
}

async fn an_environment_that_is_made_later_is_made_though_production_is_in_use(world: World) {
    let desk = world.desk().await;
    let (op, owner) = (provisioning::hub_op(), department(&desk.path));
    let id = production_stands_and_development_is_due(&world, &desk).await;
    let due = async || provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap();
    let dev = due().await.remove(0);
    provisioning::refused(&world.services, &op, dev.delivery, "no such zone").await.unwrap();
    assert_eq!(world.state(EntityKind::Migration, id).await, "provisioned");
    let legal = async || {
        let seen = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
        seen.legal.into_iter().any(|one| one.movement == Movement::Retry)
    };
    assert!(legal().await, "what failed can be tried again");
    let cut_over = |day: &str| Step { day: day.parse().ok(), ..Step::of(Movement::CutOver) };
    let refused = world.step(&owner, id, cut_over("2026-11-22")).await.unwrap_err();
    assert_eq!(refused.problems[0].rule, "too-early", "it was approved a day later");
    world.step(&owner, id, cut_over("2026-11-23")).await.unwrap();
    world.step(&operator(), id, Step::of(Movement::Retry)).await.unwrap();
    assert_eq!(world.state(EntityKind::Migration, id).await, "cut_over");
    assert!(!legal().await);
    assert_eq!(code(world.step(&operator(), id, Step::of(Movement::Retry)).await), "nothing-failed");
    // Another plan by now: it is not made, and says why.
    world.update(EntityKind::Cluster, desk.cluster.id, &[("registries", "other.example.gov.cn/")]).await;
    assert!(due().await.is_empty());
    let state = async || {
        let seen = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
        let dev = seen.deliveries.into_iter().find(|one| one.planned.delivery.environment == "dev").unwrap();
        (dev.planned.delivery.state, dev.planned.delivery.message)
    };
    let (failed, why) = state().await;
    assert_eq!(failed, "failed");
    assert!(why.contains("not the one that was approved") && why.contains("other.example.gov.cn/"), "{why}");
    world.update(EntityKind::Cluster, desk.cluster.id, &[("registries", "registry.example.gov.cn/")]).await;
    world.step(&operator(), id, Step::of(Movement::Retry)).await.unwrap();
    let dev = due().await.remove(0);
    provisioning::pushed(&world.services, &op, dev.delivery).await.unwrap();
    provisioning::report(&world.services, &op, desk.cluster.id, &reported(&dev.spec.namespace, &dev.spec.plan_hash))
        .await
        .unwrap();
    assert_eq!(state().await.0, "ready");
}

async fn what_was_not_made_by_the_close_gives_its_share_back(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let id = production_stands_and_development_is_due(&world, &desk).await;
    let on = |movement: Movement, day: &str| Step { day: day.parse().ok(), ..Step::of(movement) };
    world.the_time_is("2026-11-25T02:00:00Z");
    world.step(&owner, id, on(Movement::CutOver, "2026-11-25")).await.unwrap();
    world.prove(&owner, id, Movement::SourceOff).await.unwrap();
    let refused = world.step(&owner, id, on(Movement::SourceOff, "2026-11-24")).await.unwrap_err();
    assert_eq!(refused.problems[0].rule, "too-early", "nothing is switched off before it was cut over");
    world.step(&owner, id, on(Movement::SourceOff, "2026-11-25")).await.unwrap();
    world.step(&operator(), id, Step::of(Movement::Close)).await.unwrap();
    let free = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!((free.reserved.cpu_milli, free.granted.cpu_milli), (0, 2_000));
}

async fn a_draft_is_nothing_and_an_incomplete_one_is_not_taken(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let mut draft = desk.request();
    draft.reason.clear();
    draft.planned_cutover_on = "2026-11-22".parse().ok();
    let id = requests::draft_migration(&world.services, &owner, &draft).await.unwrap();
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    let refused = world.step(&owner, id, Step::of(Movement::Submit)).await.unwrap_err();
    let fields: Vec<&str> = refused.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["reason", "planned_cutover_on"]);
    let again = requests::draft_migration(&world.services, &owner, &desk.request()).await.unwrap_err();
    assert_eq!(again.code, "already-open");
    assert!(again.message.en.contains("MR-2026-000001"), "{}", again.message.en);
    let version = world.reread(EntityKind::Migration, id).await.version;
    requests::edit_migration(&world.services, &owner, id, version, &desk.request()).await.unwrap();
    let late = requests::edit_migration(&world.services, &owner, id, version, &desk.request()).await.unwrap_err();
    assert_eq!(late.code, "stale");
    world.step(&owner, id, Step::of(Movement::Submit)).await.unwrap();
    let version = world.reread(EntityKind::Migration, id).await.version;
    let handed_in = requests::edit_migration(&world.services, &owner, id, version, &desk.request()).await;
    assert_eq!(code(handed_in), "handed-in");
    for wrong in
        [vec![], vec![wish(EnvironmentKind::Prod, Size::Custom)], vec![wish(EnvironmentKind::Prod, Size::Large)]]
    {
        let mut draft = desk.request();
        draft.system = world
            .outside("SYS-9", "另一系统", &world.by_code(EntityKind::Department, "11330100MB0000001A").await)
            .await
            .id;
        draft.environments = wrong;
        let refused = requests::draft_migration(&world.services, &owner, &draft).await.unwrap_err();
        assert_eq!(refused.code, "invalid");
        world.remove(EntityKind::System, draft.system).await.unwrap();
    }
}

async fn nobody_decides_on_his_own_request(world: World) {
    let desk = world.desk().await;
    let mut both = department(&desk.path);
    both.actor.grants.extend(approver().actor.grants);
    let id = requests::draft_migration(&world.services, &both, &desk.request()).await.unwrap();
    world.step(&both, id, Step::of(Movement::Submit)).await.unwrap();
    assert_eq!(code(world.approve(&both, id).await), "own-request");
    // A colleague of the same department who may also approve.
    let mut colleague = approver();
    colleague.actor.grants.extend(department(&desk.path).actor.grants);
    assert_eq!(code(world.approve(&colleague, id).await), "own-request");
    for op in [operator(), auditor(), leader(), department(&desk.path)] {
        let step = Step { plan_hash: Some(String::new()), ..Step::of(Movement::Approve) };
        assert_eq!(code(world.step(&op, id, step).await), "forbidden", "{}", op.actor.name);
    }
    assert_eq!(
        code(
            world
                .step(&services::Op::system("cli", domain::Door::CommandLine, "x"), id, Step::of(Movement::Approve))
                .await
        ),
        "forbidden"
    );
    world.approve(&approver(), id).await.unwrap();
}

async fn a_deputy_of_the_requester_does_not_decide(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    let grant = store::accounts::GrantRow {
        id: world.id(),
        person: approver().actor.person,
        role: domain::Role::Approver,
        department: None,
        department_name: String::new(),
        department_removed: false,
        from_on: "2026-01-01".to_owned(),
        to_on: "2026-12-31".to_owned(),
        deputy_for: Some(department(&desk.path).actor.person),
        deputy_for_name: String::new(),
        granted_by: None,
        created_at: world.now(),
        revoked_at: None,
    };
    let mut tx = world.db().begin().await.unwrap();
    store::accounts::insert_grant(&mut tx, &grant).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(code(world.approve(&approver(), id).await), "own-request");
    world.approve(&second_approver(), id).await.unwrap();
}

async fn of_two_approvers_at_once_one_wins_and_the_other_is_told(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    let (one, other) = (approver(), second_approver());
    let seen = requests::show(&world.services, &one, EntityKind::Migration, id).await.unwrap().plan_hash;
    let step = Step { plan_hash: Some(seen), seen_state: Some("submitted".to_owned()), ..Step::of(Movement::Approve) };
    let (first, second) = tokio::join!(world.step(&one, id, step.clone()), world.step(&other, id, step));
    let mut outcomes = [code(first.clone()), code(second.clone())];
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["done", "overtaken"]);
    let told = first.err().or(second.err()).unwrap().message.en;
    assert!(told.contains("approver was faster (Approve)"), "{told}");
    let reserved = requests::capacity(&world.services, &one, desk.cluster.id).await.unwrap().reserved;
    assert_eq!(reserved.cpu_milli, 2_000, "reserved once");
}

async fn a_plan_that_changed_loses_its_approval(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    let seen = requests::show(&world.services, &approver(), EntityKind::Migration, id).await.unwrap().plan_hash;
    world.update(EntityKind::System, desk.system.id, &[("mlps_level", "二级")]).await;
    let step = Step { plan_hash: Some(seen), ..Step::of(Movement::Approve) };
    assert_eq!(code(world.step(&approver(), id, step).await), "plan-changed");
    assert_eq!(code(world.approve(&approver(), id).await), "plan-changed", "what was handed in is another plan");
    world.update(EntityKind::System, desk.system.id, &[("mlps_level", "三级")]).await;
    world.approve(&approver(), id).await.unwrap();
    // After the approval, and before anybody made it.
    world.update(EntityKind::Cluster, desk.cluster.id, &[("registries", "docker.io/")]).await;
    let due = provisioning::due(&world.services, &provisioning::hub_op(), desk.cluster.id).await.unwrap();
    assert!(due.is_empty(), "{due:?}");
    assert_eq!(world.state(EntityKind::Migration, id).await, "submitted");
    let reserved = requests::capacity(&world.services, &approver(), desk.cluster.id).await.unwrap().reserved;
    assert_eq!(reserved.cpu_milli, 0);
    world.approve(&approver(), id).await.unwrap();
}

async fn two_requests_that_only_fit_one_by_one_are_not_both_approved(world: World) {
    let desk = world.desk().await;
    world.update(EntityKind::Cluster, desk.cluster.id, &[("cpu_cores", "3")]).await;
    let first = world.handed_in(&desk).await;
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let other = world.outside("SYS-000124", "另一系统", &owner).await;
    let second = world.handed_in(&crate::support::desk::Desk { system: other, ..desk }).await;
    let (one, two) = (approver(), second_approver());
    let outcomes = tokio::join!(world.approve(&one, first), world.approve(&two, second));
    let mut codes = [code(outcomes.0), code(outcomes.1)];
    codes.sort_unstable();
    assert_eq!(codes, ["done", "no-capacity"]);
}

async fn a_cancelled_request_gives_its_capacity_back(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    assert_eq!(code(world.step(&operator(), id, Step::of(Movement::Cancel)).await), "invalid", "without a reason");
    world.step(&department(&desk.path), id, Step::of(Movement::Cancel).because("项目终止")).await.unwrap();
    let capacity = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!(capacity.free().cpu_milli, 10_000);
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    // The name is free again.
    let again = world.handed_in(&desk).await;
    let shown = requests::show(&world.services, &operator(), EntityKind::Migration, again).await.unwrap();
    assert_eq!(shown.deliveries[0].planned.delivery.namespace, "sys-000123-prod");
}

async fn a_request_of_another_department_does_not_exist(world: World) {
    let desk = world.desk().await;
    let other = world.department("另一单位", None).await;
    let stranger = department(&other.path);
    let id = world.handed_in(&desk).await;
    let kind = EntityKind::Migration;
    assert_eq!(requests::show(&world.services, &stranger, kind, id).await.unwrap_err().code, "not-found");
    assert_eq!(code(world.step(&stranger, id, Step::of(Movement::Withdraw)).await), "not-found");
    assert_eq!(world.prove(&stranger, id, Movement::SourceOff).await.unwrap_err().code, "not-found");
    let draft = requests::draft_migration(&world.services, &stranger, &desk.request()).await;
    assert_eq!(draft.unwrap_err().code, "not-found");
    assert!(requests::waiting(&world.services, &stranger).await.unwrap().is_empty());
    assert_eq!(requests::waiting(&world.services, &approver()).await.unwrap().len(), 1);
    // The right door for the wrong kind.
    assert_eq!(
        requests::show(&world.services, &operator(), EntityKind::CloudException, id).await.unwrap_err().code,
        "not-found"
    );
}

async fn an_illegal_move_is_refused_with_the_legal_ones(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    let refused = world.step(&operator(), id, Step::of(Movement::Close)).await.unwrap_err();
    assert_eq!(refused.code, "illegal-move");
    assert_eq!(
        refused.message.en,
        "“Close” is not possible now; possible now: Return, Withdraw, Approve, Reject, Cancel."
    );
    world.step(&approver(), id, Step::of(Movement::Reject).because("不符合条件")).await.unwrap();
    let refused = world.step(&approver(), id, Step::of(Movement::Approve)).await.unwrap_err();
    assert!(refused.message.en.contains("the request is over"), "{}", refused.message.en);
    assert_eq!(code(world.step(&operator(), id, Step::of(Movement::Begin)).await), "illegal-move");
}

async fn where_a_request_stands_is_changed_by_its_steps_only(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    let kind = EntityKind::Migration;
    for values in [[("state", "审批通过")], [("planned_cutover_on", "2030-01-01")], [("zone", "")]] {
        let refused = world.update_as(&operator(), kind, id, &values).await.unwrap_err();
        assert_eq!(refused.code, "moves-only", "{values:?}");
    }
    world.update(kind, id, &[("wave", "第一批")]).await;
    assert_eq!(world.state(kind, id).await, "submitted");
}

async fn a_failed_namespace_is_tried_again(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    let (op, kind) = (provisioning::hub_op(), EntityKind::Migration);
    let push = provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap().remove(0);
    provisioning::pushed(&world.services, &op, push.delivery).await.unwrap();
    let mut told = reported(&push.spec.namespace, "");
    (told.is_ready, told.reason, told.message) =
        (false, "NamespaceNotOurs".to_owned(), "it belongs to somebody else".to_owned());
    provisioning::report(&world.services, &op, desk.cluster.id, &told).await.unwrap();
    assert_eq!(world.state(kind, id).await, "provisioning_failed");
    let shown = requests::show(&world.services, &operator(), kind, id).await.unwrap();
    assert!(shown.deliveries[0].planned.delivery.message.contains("it belongs to somebody else"));
    assert_eq!(code(world.step(&department(&desk.path), id, Step::of(Movement::Retry)).await), "forbidden");
    world.step(&operator(), id, Step::of(Movement::Retry)).await.unwrap();
    // A report with another plan's hash makes nothing ready.
    let push = provisioning::due(&world.services, &op, desk.cluster.id).await.unwrap().remove(0);
    provisioning::pushed(&world.services, &op, push.delivery).await.unwrap();
    provisioning::report(&world.services, &op, desk.cluster.id, &reported(&push.spec.namespace, "sha256:other"))
        .await
        .unwrap();
    assert_eq!(world.state(kind, id).await, "provisioning");
    provisioning::report(&world.services, &op, desk.cluster.id, &reported(&push.spec.namespace, &push.spec.plan_hash))
        .await
        .unwrap();
    assert_eq!(world.state(kind, id).await, "provisioned");
}

async fn what_a_provider_delivers_is_confirmed_with_evidence(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let mut draft = desk.request();
    draft.environments[0].kind = DeliveryKind::Vm;
    let id = requests::draft_migration(&world.services, &owner, &draft).await.unwrap();
    world.step(&owner, id, Step::of(Movement::Submit)).await.unwrap();
    world.approve(&approver(), id).await.unwrap();
    let shown = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
    let delivery = shown.deliveries[0].planned.delivery.id;
    let refused = requests::confirm_delivery(&world.services, &operator(), id, delivery, "").await;
    assert_eq!(code(refused), "invalid", "without evidence");
    world.prove(&operator(), id, Movement::Finish).await.unwrap();
    assert_eq!(code(requests::confirm_delivery(&world.services, &owner, id, delivery, "").await), "forbidden");
    requests::confirm_delivery(&world.services, &operator(), id, delivery, "3 台云主机").await.unwrap();
    provisioning::catch_up(&world.services, &provisioning::hub_op()).await.unwrap();
    assert_eq!(world.state(EntityKind::Migration, id).await, "provisioned");
}

async fn evidence_is_what_its_first_bytes_say(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let id = world.handed_in(&desk).await;
    let attach = async |name: &str, bytes: &[u8]| {
        let new = NewEvidence { step: Movement::SourceOff, file_name: name.to_owned(), bytes: bytes.to_vec() };
        requests::attach(&world.services, &owner, id, new).await
    };
    for (name, bytes) in
        [("x.pdf", b"\x7fELF\x02\x01\x00".as_slice()), ("x.exe", b"MZ\x90\x00\x03\x00"), ("empty.pdf", b"")]
    {
        assert_eq!(attach(name, bytes).await.unwrap_err().code, "invalid", "{name}");
    }
    assert_eq!(attach("big.pdf", &vec![b'a'; 20 * 1024 * 1024 + 1]).await.unwrap_err().code, "evidence-too-large");
    let file = attach("../../etc/证明\r\n.pdf", b"%PDF-1.4").await.unwrap().id;
    let (kept, bytes) = requests::evidence_file(&world.services, &approver(), file).await.unwrap();
    assert_eq!(
        (kept.file_name.as_str(), kept.media_type.as_str(), bytes.as_slice()),
        ("证明.pdf", "application/pdf", b"%PDF-1.4".as_slice())
    );
    assert_eq!(kept.sha256.len(), 64);
    let stranger = department(&world.department("另一单位", None).await.path);
    assert_eq!(requests::evidence_file(&world.services, &stranger, file).await.unwrap_err().code, "not-found");
    for number in 1..20 {
        attach(&format!("{number}.txt"), b"text").await.unwrap();
    }
    assert_eq!(attach("21.txt", b"text").await.unwrap_err().code, "too-many-files");
}

async fn an_approval_that_nobody_used_lapses(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    world.approve(&approver(), id).await.unwrap();
    let op = provisioning::hub_op();
    world.the_time_is("2026-12-22T02:00:00Z");
    provisioning::catch_up(&world.services, &op).await.unwrap();
    assert_eq!(world.state(EntityKind::Migration, id).await, "approved");
    world.the_time_is("2026-12-23T02:00:01Z");
    provisioning::catch_up(&world.services, &op).await.unwrap();
    assert_eq!(world.state(EntityKind::Migration, id).await, "returned");
    let capacity = requests::capacity(&world.services, &operator(), desk.cluster.id).await.unwrap();
    assert_eq!(capacity.reserved.cpu_milli, 0);
}

async fn a_system_above_the_ceiling_of_the_zone_gets_no_plan(world: World) {
    let desk = world.desk().await;
    world.update(EntityKind::System, desk.system.id, &[("mlps_level", "四级")]).await;
    let refused =
        requests::draft_migration(&world.services, &department(&desk.path), &desk.request()).await.unwrap_err();
    assert_eq!(refused.problems[0].rule, "no-cluster");
    assert!(
        refused.problems[0].message.en.contains("carries up to MLPS level 3"),
        "{}",
        refused.problems[0].message.en
    );
}
