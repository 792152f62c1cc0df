//! Stopping an import that waits for a worker, or that another process works at.

use domain::{Door, EntityKind, Id};
use services::{
    Op, Services,
    imports::{self, ImportView, State},
    queue,
};
use store::job_queue::Job;

use crate::support::{World, csv, import::counts, on_both_engines, wait};

const SYSTEM: EntityKind = EntityKind::System;
/// So many that a check is left to a worker.
const MANY: usize = 3_000;

on_both_engines!(
    an_apply_that_waits_is_withdrawn_and_may_be_begun_again,
    a_check_that_waits_is_withdrawn_and_what_an_earlier_one_found_is_kept,
    of_a_cancel_and_a_worker_that_come_at_once_one_has_the_job,
    a_job_that_was_claimed_but_has_not_begun_is_stopped_before_it_begins,
    what_ended_before_the_cancel_came_is_told_as_it_is,
);

fn op() -> Op {
    Op::system("shangyun", Door::CommandLine, "test")
}

async fn read(world: &World, count: usize) -> ImportView {
    world.department("财政局", None).await;
    let rows: Vec<[String; 3]> =
        (0..count).map(|number| [format!("A-{number}"), format!("系统 {number}"), "财政局".to_owned()]).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let file = csv(&["系统编码", "系统名称", "使用单位"], &rows);
    let import = world.read_as(&op(), SYSTEM, "list.csv", file).await.unwrap();
    // What the department left to the workers is not what these tests wait for.
    crate::support::engine::run(world.db(), "delete from job").await;
    import
}

async fn checked(world: &World, count: usize) -> ImportView {
    let read = read(world, count).await;
    imports::check_now(&world.services, &op(), read.id).await.unwrap()
}

async fn claim(services: &Services) -> Option<Job> {
    queue::claim(services, jiff::Span::new().minutes(1)).await.unwrap()
}

/// Does a claimed job as a worker does.
async fn work(services: &Services, job: &Job) -> services::Outcome<String> {
    let outcome = imports::run_job(services, &job.kind, &job.body).await;
    queue::finish(services, job, if outcome.is_ok() { "done" } else { "failed" }, "{}").await.unwrap();
    outcome
}

async fn state(world: &World, id: Id) -> State {
    imports::find(&world.services, &op(), id).await.unwrap().state
}

async fn an_apply_that_waits_is_withdrawn_and_may_be_begun_again(world: World) {
    let import = checked(&world, 5).await;
    imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
    let back = imports::cancel(&world.services, &op(), import.id).await.unwrap();
    assert_eq!((back.state, back.document.counts), (State::Checked, Some(counts(5, 0, 0, 0))));
    assert_eq!((claim(&world.services).await, state(&world, import.id).await), (None, State::Checked));
    world.nothing_is_applied(SYSTEM).await;
    imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
    let job = claim(&world.services).await.unwrap();
    work(&world.services, &job).await.unwrap();
    assert_eq!((state(&world, import.id).await, world.count(SYSTEM).await), (State::Applied, 5));
}

async fn a_check_that_waits_is_withdrawn_and_what_an_earlier_one_found_is_kept(world: World) {
    let import = read(&world, MANY).await;
    let begun = imports::start_check(&world.services, &op(), import.id).await.unwrap();
    assert_eq!(begun.state, State::Checking);
    let back = imports::cancel(&world.services, &op(), import.id).await.unwrap();
    assert_eq!((back.state, claim(&world.services).await), (State::Read, None));
    imports::check_now(&world.services, &op(), import.id).await.unwrap();
    imports::start_check(&world.services, &op(), import.id).await.unwrap();
    let back = imports::cancel(&world.services, &op(), import.id).await.unwrap();
    assert_eq!((back.state, back.document.counts), (State::Checked, Some(counts(3_000, 0, 0, 0))));
    // It waits no more, so it is given up like any other.
    assert_eq!(imports::cancel(&world.services, &op(), import.id).await.unwrap().state, State::Cancelled);
}

async fn of_a_cancel_and_a_worker_that_come_at_once_one_has_the_job(world: World) {
    let import = checked(&world, 3).await;
    let other = world.another_process().await;
    for round in 0..20 {
        imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
        let asker = op();
        let (job, cancelled) = wait::within("a cancel and a worker", async {
            tokio::join!(claim(&other), imports::cancel(&world.services, &asker, import.id))
        })
        .await;
        let state_then = cancelled.unwrap().state;
        match job {
            None => assert_eq!(state_then, State::Checked, "round {round}: nobody claimed it"),
            Some(job) => {
                assert_eq!(state_then, State::Applying, "round {round}: a worker has it");
                assert_eq!(work(&other, &job).await.unwrap_err().code, "cancelled", "round {round}");
            }
        }
        assert_eq!((claim(&other).await, state(&world, import.id).await), (None, State::Checked), "round {round}");
    }
    world.nothing_is_applied(SYSTEM).await;
}

async fn a_job_that_was_claimed_but_has_not_begun_is_stopped_before_it_begins(world: World) {
    let import = checked(&world, 3).await;
    imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
    let job = claim(&world.services).await.unwrap();
    assert_eq!(imports::cancel(&world.services, &op(), import.id).await.unwrap().state, State::Applying);
    assert_eq!(work(&world.services, &job).await.unwrap_err().code, "cancelled");
    world.nothing_is_applied(SYSTEM).await;
    // The wish was for that job only.
    imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
    let job = claim(&world.services).await.unwrap();
    work(&world.services, &job).await.unwrap();
    assert_eq!(world.count(SYSTEM).await, 3);
}

async fn what_ended_before_the_cancel_came_is_told_as_it_is(world: World) {
    let import = checked(&world, 3).await;
    imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
    let job = claim(&world.services).await.unwrap();
    work(&world.services, &job).await.unwrap();
    let late = imports::cancel(&world.services, &op(), import.id).await.unwrap_err();
    assert_eq!(late.code, "import-state");
    assert!(late.message.en.contains("applied"), "{}", late.message.en);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_reaches_the_process_that_works_at_the_import() {
    let world = World::postgres().await;
    let import = checked(&world, 3).await;
    imports::start_apply(&world.services, &op(), import.id, false).await.unwrap();
    // Somebody else's import holds this one up at its beginning.
    let mut turn = world.db().begin().await.unwrap();
    turn.lock("import-system").await.unwrap();
    let worker = world.another_process().await;
    let job = claim(&worker).await.unwrap();
    let task = tokio::spawn({
        let worker = worker.clone();
        async move { work(&worker, &job).await }
    });
    wait::until("the apply has begun", async || worker.progress.of(import.id).map(|_| ())).await;
    assert_eq!(world.services.progress.of(import.id), None, "it runs elsewhere");
    imports::cancel(&world.services, &op(), import.id).await.unwrap();
    wait::until("the wish arrives", async || {
        worker.progress.of(import.id).filter(|progress| progress.cancelled).map(|_| ())
    })
    .await;
    drop(turn);
    assert_eq!(wait::within("the cancelled apply", task).await.unwrap().unwrap_err().code, "cancelled");
    assert_eq!(state(&world, import.id).await, State::Checked);
    world.nothing_is_applied(SYSTEM).await;
}
