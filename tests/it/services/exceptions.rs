//! Justifications to stay: complete or refused, decided by two people, over by themselves on the day after their end.

use domain::{EntityKind, Fault, Movement};
use services::requests::{self, Step};

use crate::support::{
    World, approver, department,
    desk::{code, second_approver},
    on_both_engines, operator,
};

const KIND: EntityKind = EntityKind::CloudException;

async fn step(world: &World, op: &services::Op, id: domain::Id, step: Step) -> Result<(), Fault> {
    requests::make(&world.services, op, KIND, id, &step).await
}

on_both_engines![
    an_exception_of_two_approvers_holds_until_its_last_day_and_then_ends_by_itself,
    an_exception_without_an_end_a_leader_or_a_basis_in_force_is_not_taken,
    one_approver_is_not_enough_nor_is_his_deputy,
    a_long_exception_goes_before_experts,
    an_ended_exception_is_not_renewed,
    a_revoked_exception_opens_the_system_again,
];

async fn an_exception_of_two_approvers_holds_until_its_last_day_and_then_ends_by_itself(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let id = requests::draft_exception(&world.services, &owner, &desk.justification("2027-05-31")).await.unwrap();
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    assert_eq!(world.standing(desk.system.id).await, "unjustified", "handed in is not approved");
    step(&world, &approver(), id, Step::of(Movement::Endorse)).await.unwrap();
    step(&world, &second_approver(), id, Step::of(Movement::Approve)).await.unwrap();
    assert_eq!(world.standing(desk.system.id).await, "excepted");
    // The last day in Shanghai is not over while it is still day there.
    world.the_time_is("2027-05-31T15:59:59Z");
    assert_eq!(world.standing(desk.system.id).await, "excepted");
    world.the_time_is("2027-05-31T16:00:01Z");
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
    let flags = services::records::get(&world.services, &operator(), EntityKind::System, desk.system.id).await.unwrap();
    let deadline = flags.record.get(EntityKind::System.def(), "deadline_on").as_text().map(str::to_owned);
    assert!(deadline.is_some_and(|day| day.as_str() > "2027-06-01"), "a new deadline runs");
}

async fn an_exception_without_an_end_a_leader_or_a_basis_in_force_is_not_taken(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let mut draft = desk.justification("");
    let refused = requests::draft_exception(&world.services, &owner, &draft).await.unwrap_err();
    assert_eq!(refused.problems[0].field, "expires_on");
    draft = desk.justification("2027-05-31");
    draft.input.insert("leader".to_owned(), String::new());
    let old = world.basis("旧〔2001〕1号").await;
    world.update(EntityKind::LegalBasis, old.id, &[("repealed_on", "2026-11-22")]).await;
    draft.input.insert("legal_basis".to_owned(), "旧〔2001〕1号".to_owned());
    let id = requests::draft_exception(&world.services, &owner, &draft).await.unwrap();
    let refused = step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap_err();
    let fields: Vec<&str> = refused.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(fields, ["leader", "legal_basis"]);
    let version = world.reread(KIND, id).await.version;
    let input = desk.justification("2027-05-31").input;
    requests::edit_exception(&world.services, &owner, id, version, &input).await.unwrap();
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    // Nobody writes himself an approval.
    let refused = world.update_as(&operator(), KIND, id, &[("approved_on", "2026-11-23")]).await.unwrap_err();
    assert_eq!(refused.code, "moves-only");
}

async fn one_approver_is_not_enough_nor_is_his_deputy(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let id = requests::draft_exception(&world.services, &owner, &desk.justification("2027-05-31")).await.unwrap();
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    assert_eq!(code(step(&world, &approver(), id, Step::of(Movement::Approve)).await), "illegal-move");
    step(&world, &approver(), id, Step::of(Movement::Endorse)).await.unwrap();
    assert_eq!(code(step(&world, &approver(), id, Step::of(Movement::Approve)).await), "second-approver");
    let deputy = second_approver();
    let grant = store::accounts::GrantRow {
        id: world.id(),
        person: deputy.actor.person,
        role: domain::Role::Approver,
        department: None,
        department_name: String::new(),
        department_removed: false,
        from_on: "2026-01-01".to_owned(),
        to_on: "2026-12-31".to_owned(),
        deputy_for: Some(approver().actor.person),
        deputy_for_name: String::new(),
        granted_by: None,
        created_at: world.now(),
        revoked_at: None,
    };
    let mut tx = world.db().begin().await.unwrap();
    store::accounts::insert_grant(&mut tx, &grant).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(code(step(&world, &deputy, id, Step::of(Movement::Approve)).await), "second-approver");
    // Nor the other way round: whoever was stood in for has had his say.
    step(&world, &approver(), id, Step::of(Movement::Return).because("换人初审")).await.unwrap();
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    step(&world, &deputy, id, Step::of(Movement::Endorse)).await.unwrap();
    assert_eq!(code(step(&world, &approver(), id, Step::of(Movement::Approve)).await), "second-approver");
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
}

async fn a_long_exception_goes_before_experts(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let id = requests::draft_exception(&world.services, &owner, &desk.justification("2028-06-30")).await.unwrap();
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    assert_eq!(code(step(&world, &approver(), id, Step::of(Movement::Endorse)).await), "experts-first");
    step(&world, &approver(), id, Step::of(Movement::Refer)).await.unwrap();
    assert_eq!(
        code(step(&world, &approver(), id, Step::of(Movement::Report)).await),
        "invalid",
        "without their report"
    );
    world.prove(&operator(), id, Movement::Report).await.unwrap();
    step(&world, &approver(), id, Step::of(Movement::Report)).await.unwrap();
    step(&world, &approver(), id, Step::of(Movement::Endorse)).await.unwrap();
}

async fn an_ended_exception_is_not_renewed(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let old = requests::draft_exception(&world.services, &owner, &desk.justification("2026-12-31")).await.unwrap();
    step(&world, &owner, old, Step::of(Movement::Submit)).await.unwrap();
    step(&world, &approver(), old, Step::of(Movement::Endorse)).await.unwrap();
    step(&world, &second_approver(), old, Step::of(Movement::Approve)).await.unwrap();
    let mut renewal = desk.justification("2027-06-30");
    renewal.renews = Some(old);
    world.the_time_is("2026-12-31T16:00:01Z");
    let refused = requests::draft_exception(&world.services, &owner, &renewal).await.unwrap_err();
    assert_eq!(refused.code, "not-renewable");
    world.the_time_is("2026-12-30T02:00:00Z");
    let id = requests::draft_exception(&world.services, &owner, &renewal).await.unwrap();
    // Drafted in time, and nobody went on with it until the end had come.
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    world.the_time_is("2026-12-31T16:00:01Z");
    assert_eq!(code(step(&world, &approver(), id, Step::of(Movement::Endorse)).await), "not-renewable");
    step(&world, &approver(), id, Step::of(Movement::Return).because("原例外已到期")).await.unwrap();
    assert_eq!(code(step(&world, &owner, id, Step::of(Movement::Submit)).await), "not-renewable");
}

async fn a_revoked_exception_opens_the_system_again(world: World) {
    let desk = world.desk().await;
    let owner = department(&desk.path);
    let id = requests::draft_exception(&world.services, &owner, &desk.justification("2027-05-31")).await.unwrap();
    step(&world, &owner, id, Step::of(Movement::Submit)).await.unwrap();
    step(&world, &approver(), id, Step::of(Movement::Endorse)).await.unwrap();
    step(&world, &second_approver(), id, Step::of(Movement::Approve)).await.unwrap();
    assert_eq!(code(step(&world, &owner, id, Step::of(Movement::Revoke).because("x y")).await), "forbidden");
    step(&world, &approver(), id, Step::of(Movement::Revoke).because("情况变化")).await.unwrap();
    assert_eq!(world.standing(desk.system.id).await, "unjustified");
}
