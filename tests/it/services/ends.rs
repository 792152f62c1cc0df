//! The later life of a workspace: frozen and freed, asked to end, decided by somebody else, carried out when it is empty.

use domain::{DeliveryState, EntityKind, Movement};
use services::{
    Op, provisioning,
    requests::{self, Step},
};

use crate::support::{
    World, admin, approver, auditor, department,
    desk::{code, second_approver},
    leader, on_both_engines, operator,
    stands::{Stands, UID},
};

on_both_engines![
    a_freeze_needs_a_reason_and_an_operator,
    a_freeze_is_pushed_again_and_changes_nothing_of_what_was_approved,
    a_freeze_that_came_while_the_plan_was_pushed_is_pushed_too,
    nobody_decides_on_an_exit_that_he_asked_for,
    an_exit_is_asked_for_once_and_by_those_who_may,
    a_workspace_in_which_the_register_says_that_the_system_runs_does_not_end,
    a_workspace_whose_request_is_still_handled_does_not_end,
    an_exit_is_not_carried_out_while_something_is_left,
    an_exit_for_an_earlier_namespace_is_not_carried_out,
    an_exit_goes_from_asked_to_reclaimed_and_gives_its_capacity_back,
    a_cancelled_exit_gives_the_approved_plan_back,
    a_namespace_that_stays_behind_ends_the_exit_and_not_the_workspace,
    a_cluster_that_is_gone_for_good_is_closed_by_hand,
    a_namespace_that_came_by_files_is_confirmed_and_ends_by_hand,
    a_workspace_of_another_department_does_not_exist,
    a_workspace_whose_end_was_asked_for_is_not_changed_nor_one_that_is_being_changed_ended,
    a_change_of_a_frozen_workspace_leaves_it_frozen,
];

async fn a_workspace_whose_end_was_asked_for_is_not_changed_nor_one_that_is_being_changed_ended(world: World) {
    let stands = Stands::left_over(world).await;
    let change = stands.world.handed_in(&stands.desk).await;
    stands.ask(&stands.owner()).await.unwrap();
    assert_eq!(code(stands.world.approve(&approver(), change).await), "exit-open");
    stands.take(&stands.owner(), Step::of(Movement::Withdraw), "").await.unwrap();
    stands.world.approve(&approver(), change).await.unwrap();
    assert_eq!(code(stands.ask(&stands.owner()).await.map(drop)), "change-open");
}

async fn a_change_of_a_frozen_workspace_leaves_it_frozen(world: World) {
    let stands = Stands::left_over(world).await;
    stands.freeze(&operator(), "异常流量，等待核实").await.unwrap();
    stands.pushed().await;
    let change = stands.world.handed_in(&stands.desk).await;
    stands.world.approve(&approver(), change).await.unwrap();
    assert!(stands.due().await[0].spec.frozen.is_some(), "the push of the change does not free it");
    stands.world.ready(&stands.desk, change).await;
    let shown = requests::show(stands.services(), &operator(), EntityKind::Migration, change).await.unwrap();
    let after = &shown.deliveries[0].planned.delivery;
    assert_eq!(after.frozen.as_ref().map(|frozen| frozen.reason.as_str()), Some("异常流量，等待核实"));
    assert_eq!(stands.now().await.state, DeliveryState::Replaced.code());
}

async fn a_freeze_needs_a_reason_and_an_operator(world: World) {
    let stands = Stands::new(world).await;
    for op in [stands.owner(), approver(), auditor(), leader()] {
        assert_eq!(code(stands.freeze(&op, "异常流量").await), "forbidden", "{}", op.actor.name);
    }
    for reason in ["", "  短 ", "a\u{0}\u{0}\u{0}", &"长".repeat(501)] {
        assert_eq!(code(stands.freeze(&operator(), reason).await), "invalid", "{reason:?}");
    }
    assert_eq!(stands.now().await.frozen, None);
    stands.freeze(&operator(), &"长".repeat(500)).await.unwrap();
    let again = stands.freeze(&admin(), "再冻结一次").await.unwrap_err();
    assert_eq!(again.code, "already-frozen");
    assert!(again.message.en.starts_with("operator has frozen this workspace already"), "{}", again.message.en);
    let unfreeze =
        async |reason: &str| provisioning::unfreeze(stands.services(), &operator(), stands.delivery, reason).await;
    assert_eq!(code(unfreeze("").await), "invalid");
    unfreeze("流量恢复正常").await.unwrap();
    assert_eq!(code(unfreeze("流量恢复正常").await), "not-frozen");
    assert_eq!(stands.trail().await, ["unfreeze", "freeze"]);
}

async fn a_freeze_is_pushed_again_and_changes_nothing_of_what_was_approved(world: World) {
    let stands = Stands::new(world).await;
    assert!(stands.due().await.is_empty());
    stands.freeze(&operator(), "异常流量，等待核实").await.unwrap();
    let spec = stands.pushed().await;
    let frozen = spec.frozen.clone().unwrap();
    assert_eq!(
        (frozen.reason.as_str(), frozen.by.as_str(), frozen.on.as_str()),
        ("异常流量，等待核实", "operator", "2026-11-23")
    );
    assert_eq!((&landing::plan_hash(&spec), &stands.now().await.plan_hash), (&spec.plan_hash, &spec.plan_hash));
    assert!(stands.due().await.is_empty(), "once");
    assert_eq!(stands.granted().await, 2_000, "what was given stays given");
    let seen = provisioning::show_workspace(stands.services(), &stands.owner(), stands.delivery).await.unwrap();
    assert_eq!(seen.delivery.frozen.unwrap().reason, "异常流量，等待核实", "the department sees it");
    provisioning::unfreeze(stands.services(), &operator(), stands.delivery, "已核实，恢复").await.unwrap();
    assert_eq!(stands.pushed().await.frozen, None);
}

async fn a_freeze_that_came_while_the_plan_was_pushed_is_pushed_too(world: World) {
    let stands = Stands::new(world).await;
    stands.freeze(&operator(), "第一次冻结").await.unwrap();
    let first = stands.due().await.remove(0);
    provisioning::unfreeze(stands.services(), &operator(), stands.delivery, "马上解冻").await.unwrap();
    provisioning::given(stands.services(), &first).await.unwrap();
    let second = stands.due().await.remove(0);
    assert_eq!((first.spec.frozen.is_some(), second.spec.frozen.is_some()), (true, false));
    provisioning::given(stands.services(), &second).await.unwrap();
    // A hub that was slow to say so takes nothing back.
    provisioning::given(stands.services(), &first).await.unwrap();
    assert!(stands.due().await.is_empty());
}

async fn nobody_decides_on_an_exit_that_he_asked_for(world: World) {
    let stands = Stands::left_over(world).await;
    let mut both = operator();
    both.actor.grants.extend(approver().actor.grants);
    stands.ask(&both).await.unwrap();
    assert_eq!(code(stands.approve(&both).await), "own-request");
    let mut colleague = approver();
    colleague.actor.grants.extend(stands.owner().actor.grants);
    assert_eq!(code(stands.approve(&colleague).await), "own-request");
    for op in [operator(), auditor(), leader(), stands.owner()] {
        assert_eq!(code(stands.approve(&op).await), "forbidden", "{}", op.actor.name);
    }
    let unseen = Step { plan_hash: Some("sha256:other".to_owned()), ..Step::of(Movement::Approve) };
    assert_eq!(code(stands.take(&approver(), unseen, "").await), "plan-changed");
    let waiting = requests::exits_waiting(stands.services(), &approver()).await.unwrap();
    assert!(waiting[0].is_mine && waiting[0].exit.number == "WX-2026-000001");
    let (one, other) = (approver(), second_approver());
    let plan_hash = Some(stands.exit().await.request.plan_hash);
    let step = Step { plan_hash, seen_state: Some("asked".to_owned()), ..Step::of(Movement::Approve) };
    let outcomes = tokio::join!(stands.take(&one, step.clone(), ""), stands.take(&other, step, ""));
    let mut codes = [code(outcomes.0), code(outcomes.1)];
    codes.sort_unstable();
    assert_eq!(codes, ["done", "overtaken"]);
}

async fn an_exit_is_asked_for_once_and_by_those_who_may(world: World) {
    let stands = Stands::left_over(world).await;
    for op in [approver(), auditor(), leader()] {
        assert_eq!(code(stands.ask(&op).await.map(drop)), "forbidden", "{}", op.actor.name);
    }
    let short = requests::ask_exit(stands.services(), &stands.owner(), stands.delivery, "短").await;
    assert_eq!(code(short.map(drop)), "invalid");
    stands.ask(&stands.owner()).await.unwrap();
    let again = stands.ask(&operator()).await.unwrap_err();
    assert!(again.code == "exit-open" && again.message.en.contains("WX-2026-000001"), "{}", again.message.en);
    assert_eq!(code(stands.carry_out().await), "illegal-move", "nobody has decided");
    assert_eq!(code(stands.take(&approver(), Step::of(Movement::Reject), "").await), "invalid", "without a reason");
    stands.take(&stands.owner(), Step::of(Movement::Withdraw), "").await.unwrap();
    assert_eq!(code(stands.take(&stands.owner(), Step::of(Movement::Withdraw), "").await), "no-exit");
    stands.ask(&operator()).await.unwrap();
    stands.take(&approver(), Step::of(Movement::Reject).because("仍有用途"), "").await.unwrap();
    let exits = requests::exits(stands.services(), &stands.owner(), stands.delivery).await.unwrap();
    let states: Vec<&str> = exits.iter().map(|one| one.request.state.as_str()).collect();
    assert_eq!(states, ["rejected", "withdrawn"]);
    assert_eq!(stands.now().await.state, DeliveryState::Ready.code());
}

async fn a_workspace_in_which_the_register_says_that_the_system_runs_does_not_end(world: World) {
    let stands = Stands::new(world).await;
    let (world, owner, request) = (&stands.world, stands.owner(), stands.request);
    let day = Some("2026-11-23".parse().unwrap());
    world.step(&owner, request, Step { day, ..Step::of(Movement::CutOver) }).await.unwrap();
    let refused = stands.ask(&owner).await.unwrap_err();
    assert_eq!(refused.code, "system-runs-here");
    assert!(refused.message.en.contains("record first that it is retired"), "{}", refused.message.en);
    // It moved on: the register says so first.
    let (def, system) = (EntityKind::Component.def(), stands.desk.system.id);
    let found = store::records::find_by_reference(&mut world.db(), def, "system", system, 10).await.unwrap();
    let here = found.into_iter().find(|one| !one.get(def, "source_key").is_null()).unwrap();
    world.update(EntityKind::Component, here.id, &[("in_service", "否"), ("to_on", "2026-11-23")]).await;
    stands.ask(&owner).await.unwrap();
    // And back: what was true when it was asked need not be when it is decided.
    world.update(EntityKind::Component, here.id, &[("in_service", "是"), ("to_on", "2026-12-24")]).await;
    assert_eq!(code(stands.approve(&approver()).await), "system-runs-here");
}

async fn a_workspace_whose_request_is_still_handled_does_not_end(world: World) {
    let stands = Stands::new(world).await;
    assert_eq!(stands.world.state(EntityKind::Migration, stands.request).await, "provisioned");
    assert_eq!(code(stands.ask(&stands.owner()).await.map(drop)), "request-open");
    stands.world.step(&operator(), stands.request, Step::of(Movement::Cancel).because("项目终止")).await.unwrap();
    stands.ask(&stands.owner()).await.unwrap();
}

async fn an_exit_is_not_carried_out_while_something_is_left(world: World) {
    let stands = Stands::left_over(world).await;
    stands.ask(&stands.owner()).await.unwrap();
    stands.approve(&approver()).await.unwrap();
    assert_eq!(code(stands.carry_out().await), "exit-not-ready", "its cluster has said nothing yet");
    let spec = stands.pushed().await;
    stands.told(&spec.plan_hash, UID, Some(("False", "NotEmpty")), 3).await;
    let waits = stands.exit().await.waits_for.unwrap();
    assert_eq!(waits.en, "Still in it: secrets 3. It can be carried out when that is gone.");
    assert_eq!(waits.zh, "空间内仍有：密钥 3；清空后方可执行。");
    let refused = stands.carry_out().await.unwrap_err();
    assert_eq!((refused.code, refused.message), ("exit-not-ready", waits));
    // What was said of an earlier plan says nothing of this one.
    stands.told("sha256:earlier", UID, Some(("True", "Empty")), 0).await;
    assert_eq!(code(stands.carry_out().await), "exit-not-ready");
    stands.told(&spec.plan_hash, UID, Some(("True", "Empty")), 0).await;
    assert_eq!(stands.exit().await.waits_for, None);
    for wrong in ["", "sys-000123", "SYS-000123-PROD"] {
        assert_eq!(code(stands.take(&operator(), Step::of(Movement::CarryOut), wrong).await), "invalid", "{wrong}");
    }
    assert_eq!(code(stands.take(&stands.owner(), Step::of(Movement::CarryOut), "sys-000123-prod").await), "forbidden");
    assert_eq!(code(stands.take(&operator(), Step::of(Movement::Finish), "").await), "illegal-move");
    stands.carry_out().await.unwrap();
    assert_eq!(
        code(stands.take(&operator(), Step::of(Movement::Finish), "").await),
        "forbidden",
        "only its cluster knows"
    );
    assert_eq!(code(stands.take(&operator(), Step::of(Movement::Cancel).because("后悔了"), "").await), "illegal-move");
}

async fn an_exit_for_an_earlier_namespace_is_not_carried_out(world: World) {
    let stands = Stands::left_over(world).await;
    let spec = stands.approved_and_empty().await;
    // Somebody deleted it, and it was made anew.
    stands.told(&spec.plan_hash, "another", Some(("False", "AnotherNamespace")), 0).await;
    let refused = stands.carry_out().await.unwrap_err();
    assert!(refused.code == "exit-not-ready" && refused.message.en.contains("an earlier namespace"), "{refused}");
    stands.take(&operator(), Step::of(Movement::Cancel).because("命名空间已重建"), "").await.unwrap();
    stands.ask(&stands.owner()).await.unwrap();
    assert_eq!(stands.exit().await.exit.namespace_uid, "another");
}

async fn an_exit_goes_from_asked_to_reclaimed_and_gives_its_capacity_back(world: World) {
    let stands = Stands::left_over(world).await;
    let (services, hub) = (stands.services(), provisioning::hub_op());
    stands.freeze(&operator(), "退出前先冻结").await.unwrap();
    let spec = stands.approved_and_empty().await;
    let exit = spec.exit.clone().unwrap();
    assert_eq!((exit.request.as_str(), exit.namespace_uid.as_str()), ("WX-2026-000001", UID));
    assert!(spec.deletion_policy == landing::DeletionPolicy::Delete && spec.frozen.is_some());
    assert_eq!(landing::plan_hash(&spec), spec.plan_hash);
    assert_eq!(spec.plan_hash, stands.exit().await.request.plan_hash, "what was approved is what is pushed");
    assert!(provisioning::reclaims(services, stands.desk.cluster.id).await.unwrap().is_empty());
    stands.carry_out().await.unwrap();
    assert_eq!(stands.granted().await, 2_000, "it still stands");
    assert!(provisioning::reclaims(services, stands.desk.cluster.id).await.unwrap().is_empty(), "the plan goes first");
    stands.pushed().await;
    let due = provisioning::reclaims(services, stands.desk.cluster.id).await.unwrap();
    assert_eq!((due[0].name.as_str(), due[0].plan_hash.as_str()), ("sys-000123-prod", spec.plan_hash.as_str()));
    provisioning::reclaimed(services, &hub, stands.delivery).await.unwrap();
    assert_eq!(code(provisioning::reclaimed(services, &hub, stands.delivery).await), "no-exit", "once");
    let (now, exit) = (stands.now().await, stands.exit().await);
    assert_eq!(
        (now.state.as_str(), exit.request.state.as_str(), stands.granted().await),
        ("reclaimed", "reclaimed", 0)
    );
    assert!(exit.exit.status.contains(UID), "what its cluster had said is kept");
    assert_eq!(stands.trail().await, ["move_exit", "move_exit", "move_exit", "ask_exit", "freeze"]);
    // The name is free again, and nothing that is told of it any more changes what is over.
    stands.told(&spec.plan_hash, UID, None, 0).await;
    assert_eq!(stands.now().await.state, "reclaimed");
    let again = stands.world.handed_in(&stands.desk).await;
    let shown = requests::show(services, &operator(), EntityKind::Migration, again).await.unwrap();
    assert_eq!(shown.deliveries[0].planned.delivery.namespace, "sys-000123-prod");
}

async fn a_cancelled_exit_gives_the_approved_plan_back(world: World) {
    let stands = Stands::left_over(world).await;
    let before = stands.now().await;
    stands.approved_and_empty().await;
    assert_eq!(code(stands.take(&operator(), Step::of(Movement::Cancel), "").await), "invalid", "without a reason");
    stands.take(&stands.owner(), Step::of(Movement::Cancel).because("仍需使用"), "").await.unwrap();
    let spec = stands.pushed().await;
    assert_eq!((spec.exit, spec.deletion_policy), (None, landing::DeletionPolicy::Retain));
    assert_eq!(spec.plan_hash, before.plan_hash);
    assert_eq!(code(stands.carry_out().await), "no-exit");
}

async fn a_namespace_that_stays_behind_ends_the_exit_and_not_the_workspace(world: World) {
    let stands = Stands::left_over(world).await;
    stands.approved_and_empty().await;
    stands.carry_out().await.unwrap();
    stands.pushed().await;
    provisioning::left_standing(stands.services(), &provisioning::hub_op(), stands.delivery).await.unwrap();
    assert_eq!((stands.now().await.state.as_str(), stands.exit().await.request.state.as_str()), ("ready", "cancelled"));
    let spec = stands.pushed().await;
    assert_eq!(spec.exit, None, "the plan finds its namespace again");
    assert_eq!(stands.granted().await, 2_000);
}

async fn a_cluster_that_is_gone_for_good_is_closed_by_hand(world: World) {
    let stands = Stands::left_over(world).await;
    stands.approved_and_empty().await;
    let close = || Step::of(Movement::Close).because("集群已拆除");
    assert_eq!(code(stands.take(&operator(), close(), "").await), "cluster-reached");
    assert!(stands.exit().await.legal.iter().all(|one| one.movement != Movement::Close));
    provisioning::unregister(stands.services(), &admin(), stands.desk.cluster.id).await.unwrap();
    assert_eq!(code(stands.carry_out().await), "not-reached");
    assert_eq!(code(stands.take(&operator(), Step::of(Movement::Close), "").await), "invalid", "without a reason");
    stands.take(&operator(), close(), "").await.unwrap();
    assert_eq!((stands.now().await.state.as_str(), stands.granted().await), ("reclaimed", 0));
}

async fn a_namespace_that_came_by_files_is_confirmed_and_ends_by_hand(world: World) {
    let desk = world.desk().await;
    let request = world.handed_in(&desk).await;
    world.approve(&approver(), request).await.unwrap();
    world.by_files(request).await;
    let services = &world.services;
    let shown = requests::show(services, &operator(), EntityKind::Migration, request).await.unwrap();
    assert!(shown.deliveries[0].is_confirmable);
    let delivery = shown.deliveries[0].planned.delivery.id;
    let confirm =
        async |op: &Op| requests::confirm_delivery(services, op, request, delivery, "已由集群管理员应用").await;
    assert_eq!(code(confirm(&operator()).await), "invalid", "without evidence");
    world.prove(&operator(), request, Movement::Finish).await.unwrap();
    assert_eq!(code(confirm(&department(&desk.path)).await), "forbidden");
    confirm(&operator()).await.unwrap();
    assert_eq!(world.state(EntityKind::Migration, request).await, "provisioned");
    assert_eq!(code(confirm(&operator()).await), "not-confirmable", "twice");
    world.step(&operator(), request, Step::of(Movement::Cancel).because("项目终止")).await.unwrap();
    let stands = Stands { world, desk, request, delivery };
    let before = stands.now().await;
    assert_eq!(before.state, "ready");
    stands.ask(&stands.owner()).await.unwrap();
    stands.approve(&approver()).await.unwrap();
    let pushes = stands.due().await;
    assert!(pushes.iter().all(|push| push.spec.exit.is_none()), "no plan tells a cluster to take it away");
    let exit = stands.exit().await;
    assert!(exit.waits_for.is_some_and(|why| why.zh.contains("未接入")));
    assert!(exit.legal.iter().all(|one| one.movement != Movement::CarryOut));
    assert_eq!(code(stands.carry_out().await), "not-reached");
    // Registered meanwhile: it is never taken away for a namespace that nobody saw.
    stands.register().await;
    stands.told(&before.plan_hash, UID, None, 0).await;
    assert_eq!(code(stands.carry_out().await), "exit-not-ready");
    assert_eq!(
        code(stands.take(&operator(), Step::of(Movement::Close).because("已删除"), "").await),
        "cluster-reached"
    );
    provisioning::unregister(stands.services(), &admin(), stands.desk.cluster.id).await.unwrap();
    stands.take(&operator(), Step::of(Movement::Close).because("已由集群管理员删除"), "").await.unwrap();
    assert_eq!((stands.now().await.state.as_str(), stands.granted().await), ("reclaimed", 0));
}

async fn a_workspace_of_another_department_does_not_exist(world: World) {
    let stands = Stands::left_over(world).await;
    stands.ask(&stands.owner()).await.unwrap();
    let stranger = department(&stands.world.department("另一单位", None).await.path);
    assert_eq!(code(stands.freeze(&stranger, "与我无关").await), "not-found");
    assert_eq!(code(stands.ask(&stranger).await.map(drop)), "not-found");
    assert_eq!(code(stands.take(&stranger, Step::of(Movement::Withdraw), "").await), "not-found");
    assert_eq!(code(requests::exits(stands.services(), &stranger, stands.delivery).await.map(drop)), "not-found");
    assert!(requests::exits_waiting(stands.services(), &stranger).await.unwrap().is_empty());
    assert_eq!(requests::exits_waiting(stands.services(), &stands.owner()).await.unwrap().len(), 1);
}
