//! An import that dies in the middle: given up by its task, by a crash, by a full disk. Nothing half applied, and it can be
//! applied again.

use domain::{Door, EntityKind};
use services::{
    Op,
    imports::{self, ImportView, Phase, State},
};
use store::{Engine, Reader, Sql};

use crate::support::{World, csv, import::counts, on_both_engines, operator, wait};

const SYSTEM: EntityKind = EntityKind::System;
/// More than two chunks, so that there is a middle.
const ROWS: usize = 4_500;

fn list() -> Vec<u8> {
    let rows: Vec<[String; 3]> = (0..ROWS)
        .map(|number| [format!("A-{number}"), format!("不动产登记系统 {number}"), "财政局".to_owned()])
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    csv(&["系统编码", "系统名称", "使用单位"], &rows)
}

async fn checked(world: &World) -> ImportView {
    world.department("财政局", None).await;
    world.check(SYSTEM, "list.csv", list()).await
}

async fn apply_again(world: &World, import: &ImportView) {
    let applied = imports::apply_now(&world.services, &operator(), import.id, Some(false)).await.unwrap();
    assert_eq!((applied.state, applied.document.counts), (State::Applied, Some(counts(4_500, 0, 0, 0))));
    assert_eq!(world.count(SYSTEM).await, 4_500);
    let found = store::search::find(&mut world.db(), "不动产", None, 10).await.unwrap();
    assert_eq!(found.len(), 10);
}

async fn an_apply_whose_task_is_dropped_in_the_middle_leaves_nothing_and_can_be_made_again(world: World) {
    let import = checked(&world).await;
    let (services, id) = (world.services.clone(), import.id);
    let task = tokio::spawn(async move { imports::apply_now(&services, &operator(), id, Some(false)).await });
    wait::until("the apply is in its middle", async || {
        world
            .services
            .progress
            .of(id)
            .filter(|progress| progress.phase == Phase::Applying && progress.done > 0)
            .map(|_| ())
    })
    .await;
    task.abort();
    if task.await.is_ok() {
        panic!("the apply ended before it could be interrupted; bring more rows");
    }
    world.nothing_is_applied(SYSTEM).await;
    apply_again(&world, &import).await;
}

async fn an_apply_that_is_cancelled_in_the_middle_leaves_nothing_and_can_be_made_again(world: World) {
    let import = checked(&world).await;
    let (services, id) = (world.services.clone(), import.id);
    let task = tokio::spawn(async move { imports::apply_now(&services, &operator(), id, Some(false)).await });
    wait::until("the apply is in its middle", async || {
        let progress = world.services.progress.of(id)?;
        (progress.phase == Phase::Applying && progress.done > 0).then(|| assert!(world.services.progress.cancel(id)))
    })
    .await;
    let outcome = wait::within("a cancelled apply", task).await.unwrap();
    assert_eq!(outcome.unwrap_err().code, "cancelled");
    world.nothing_is_applied(SYSTEM).await;
    apply_again(&world, &import).await;
}

async fn after_a_crash_the_job_goes_on_where_the_import_was_left(world: World) {
    world.department("财政局", None).await;
    let op = Op::system("shangyun", Door::CommandLine, "test");
    let import = world.check_as(&op, SYSTEM, "list.csv", list()).await;
    imports::start_apply(&world.services, &op, import.id, false).await.unwrap();
    let lease = world.now().checked_add(jiff::Span::new().minutes(1)).unwrap();
    let mut tx = world.db().begin().await.unwrap();
    let job = store::job_queue::claim(&mut tx, world.now(), lease).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    // The process dies here. The next one looks for what was left in the middle.
    let next = world.another_process().await;
    world.the_time_is("2026-11-23T02:10:00Z");
    assert_eq!(imports::recover(&next).await.unwrap(), 0, "its job will run again, so it stays as it is");
    let mut tx = next.db.begin().await.unwrap();
    let until = world.now().checked_add(jiff::Span::new().minutes(1)).unwrap();
    let again = store::job_queue::claim(&mut tx, world.now(), until).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!((again.id, again.attempts), (job.id, 2));
    imports::run_job(&next, &again.kind, &again.body).await.unwrap();
    assert_eq!(world.count(SYSTEM).await, 4_500);
    // The worker that everybody thought dead comes back: nothing happens twice.
    assert_eq!(imports::run_job(&world.services, &job.kind, &job.body).await.unwrap_err().code, "import-state");
    assert_eq!(world.count(SYSTEM).await, 4_500);
}

async fn an_import_left_in_the_middle_without_a_job_may_be_begun_again(world: World) {
    world.department("财政局", None).await;
    let op = Op::system("shangyun", Door::CommandLine, "test");
    let import = world.check_as(&op, SYSTEM, "list.csv", list()).await;
    imports::start_apply(&world.services, &op, import.id, false).await.unwrap();
    crate::support::engine::run(world.db(), "delete from job").await;
    world.the_time_is("2026-11-23T02:10:00Z");
    let next = world.another_process().await;
    assert_eq!(imports::recover(&next).await.unwrap(), 1);
    assert_eq!(imports::find(&next, &op, import.id).await.unwrap().state, State::Checked);
    imports::apply_now(&next, &op, import.id, None).await.unwrap();
    assert_eq!(world.count(SYSTEM).await, 4_500);
}

on_both_engines!(
    an_apply_whose_task_is_dropped_in_the_middle_leaves_nothing_and_can_be_made_again,
    an_apply_that_is_cancelled_in_the_middle_leaves_nothing_and_can_be_made_again,
    after_a_crash_the_job_goes_on_where_the_import_was_left,
    an_import_left_in_the_middle_without_a_job_may_be_begun_again,
);

/// Lets the database file grow by so many pages and no more.
async fn limit_pages(world: &World, more: i64) {
    let mut tx = world.db().begin().await.unwrap();
    let now = tx.maybe(Sql::new("pragma page_count")).await.unwrap().unwrap().int(0).unwrap();
    tx.all(crate::support::engine::made(format!("pragma max_page_count = {}", now + more))).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_the_apply_changes_nothing_and_says_so() {
    let world = World::sqlite().await;
    assert_eq!(world.db().engine(), Engine::Sqlite);
    let import = checked(&world).await;
    for pages in [0, 20, 200] {
        limit_pages(&world, pages).await;
        let fault = imports::apply_now(&world.services, &operator(), import.id, Some(false)).await.unwrap_err();
        assert_eq!(fault.code, "storage-full", "{fault:?}");
        assert!(
            fault.message.zh.contains("存储空间已满") && !fault.message.zh.contains("disk"),
            "{}",
            fault.message.zh
        );
        world.nothing_is_applied(SYSTEM).await;
    }
    limit_pages(&world, 1_000_000).await;
    apply_again(&world, &import).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_the_upload_and_what_was_staged_is_not_shown_as_whole() {
    let world = World::sqlite().await;
    world.department("财政局", None).await;
    limit_pages(&world, 10).await;
    let fault = world.read_as(&operator(), SYSTEM, "list.csv", list()).await.unwrap_err();
    assert_eq!(fault.code, "storage-full", "{fault:?}");
    limit_pages(&world, 1_000_000).await;
    for import in imports::list(&world.services, &operator(), 10).await.unwrap() {
        let checked = imports::check_now(&world.services, &operator(), import.id).await;
        let rows = checked.as_ref().map_or(0, |one| one.document.counts.map_or(0, |counts| counts.create));
        assert!(checked.is_err() || rows == 0, "a file that was read in half can be applied: {rows} rows");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_is_told_as_such_and_not_as_a_bug() {
    let world = World::postgres().await;
    let services = world.another_process().await;
    services.db.close().await;
    let fault = services::records::search(&services, &operator(), "不动产", 10).await.unwrap_err();
    assert_eq!(fault.code, "storage-unavailable", "{fault:?}");
    assert!(fault.retry_after_seconds.is_some());
}
