//! The life of an import: its steps in order, two at once, what changed in between, cancelling, taking back.

use domain::{Door, EntityKind, FaultKind};
use services::{
    Op, Services,
    imports::{self, ImportView, Phase, State},
};

use crate::support::{World, auditor, csv, department, import::counts, on_both_engines, operator, wait};

const SYSTEM: EntityKind = EntityKind::System;
const HEADERS: [&str; 3] = ["系统编码", "系统名称", "使用单位"];

fn list(name: &str, count: usize) -> Vec<u8> {
    let rows: Vec<[String; 3]> = (0..count)
        .map(|number| [format!("{name}-{number}"), format!("{name} {number}"), "财政局".to_owned()])
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    csv(&HEADERS, &rows)
}

async fn checked(world: &World, name: &str, count: usize) -> ImportView {
    if world.count(EntityKind::Department).await == 0 {
        world.department("财政局", None).await;
    }
    world.check(SYSTEM, "list.csv", list(name, count)).await
}

async fn apply(services: &Services, import: &ImportView) -> services::Outcome<ImportView> {
    imports::apply_now(services, &operator(), import.id, Some(true)).await
}

async fn steps_out_of_order_are_refused_with_where_the_import_is(world: World) {
    world.department("财政局", None).await;
    let read = world.read_as(&operator(), SYSTEM, "list.csv", list("A", 2)).await.unwrap();
    assert_eq!(apply(&world.services, &read).await.unwrap_err().code, "import-state");
    assert_eq!(imports::undo(&world.services, &operator(), read.id).await.unwrap_err().code, "import-state");
    let checked = imports::check_now(&world.services, &operator(), read.id).await.unwrap();
    apply(&world.services, &checked).await.unwrap();
    let again = apply(&world.services, &checked).await.unwrap_err();
    assert_eq!((again.kind, again.code), (FaultKind::Conflict, "import-state"), "applied twice");
    assert!(again.message.zh.contains("applied"), "{}", again.message.zh);
    assert_eq!(imports::cancel(&world.services, &operator(), read.id).await.unwrap_err().code, "import-state");
    imports::undo(&world.services, &operator(), read.id).await.unwrap();
    assert_eq!(
        imports::undo(&world.services, &operator(), read.id).await.unwrap_err().code,
        "import-state",
        "taken back twice"
    );
    assert_eq!(world.count(SYSTEM).await, 0);
}

async fn an_import_given_up_keeps_no_row(world: World) {
    let import = checked(&world, "A", 3).await;
    let cancelled = imports::cancel(&world.services, &operator(), import.id).await.unwrap();
    assert_eq!(cancelled.state, State::Cancelled);
    assert_eq!(world.number("select count(*) from import_chunk").await, 0);
    let found = imports::find(&world.services, &operator(), import.id).await.unwrap();
    assert!(found.document.samples.is_empty());
    assert_eq!(apply(&world.services, &import).await.unwrap_err().code, "import-state");
}

async fn what_changed_between_check_and_apply_stops_the_whole_import(world: World) {
    let import = checked(&world, "A", 3).await;
    let department = world.by_name(EntityKind::Department, "财政局").await.id.to_string();
    world.create(SYSTEM, &[("code", "A-1"), ("name", "先来的"), ("department", &department)]).await;
    let refused = apply(&world.services, &import).await.unwrap_err();
    assert_eq!((refused.kind, refused.code), (FaultKind::Conflict, "changed-since-check"));
    assert!(
        refused.message.zh.contains("新增 3") && refused.message.zh.contains("新增 2、修改 1"),
        "{}",
        refused.message.zh
    );
    assert_eq!(world.count(SYSTEM).await, 1);
    assert_eq!(world.number("select count(*) from audit_entry where action = 'create' and entity = 'system'").await, 1);
    assert_eq!(world.number("select count(*) from search_entry where entity = 'system'").await, 1);
    let again = imports::check_now(&world.services, &operator(), import.id).await.unwrap();
    assert_eq!(again.document.counts, Some(counts(2, 1, 0, 0)));
    apply(&world.services, &again).await.unwrap();
    assert_eq!(world.count(SYSTEM).await, 3);
}

async fn of_two_imports_of_the_same_things_at_once_one_is_applied(world: World) {
    let (left, right) = (checked(&world, "A", 40).await, checked(&world, "A", 40).await);
    let other = world.another_process().await;
    let (one, two) = wait::within("two imports at once", async {
        tokio::join!(apply(&world.services, &left), apply(&other, &right))
    })
    .await;
    let outcomes = [one.map(|_| ()), two.map(|_| ())];
    let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert_eq!(refused.len(), 1, "{outcomes:?}");
    assert_eq!(refused[0].code, "changed-since-check");
    assert_eq!(world.count(SYSTEM).await, 40);
}

async fn two_imports_that_change_the_same_things_at_once_take_turns_and_neither_is_half(world: World) {
    let first = checked(&world, "A", 40).await;
    apply(&world.services, &first).await.unwrap();
    let renamed = |name: &str| String::from_utf8(list("A", 40)).unwrap().replace("\"A ", &format!("\"{name} "));
    let left = world.check(SYSTEM, "left.csv", renamed("左").into_bytes()).await;
    let right = world.check(SYSTEM, "right.csv", renamed("右").into_bytes()).await;
    let other = world.another_process().await;
    let (one, two) = wait::within("two imports at once", async {
        tokio::join!(apply(&world.services, &left), apply(&other, &right))
    })
    .await;
    let applied = i64::from(one.is_ok()) + i64::from(two.is_ok());
    assert_eq!(applied, 1, "whoever comes second sees other records than the check did: {one:?} {two:?}");
    for refused in [&one, &two].into_iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(refused.code, "changed-since-check");
    }
    assert_eq!(world.count(SYSTEM).await, 40, "nothing is doubled");
    let left = world.number("select count(*) from system where name like '左 %'").await;
    let right = world.number("select count(*) from system where name like '右 %'").await;
    assert!([(40, 0), (0, 40)].contains(&(left, right)), "half of each: {left} and {right}");
    let sql = "select count(*) from audit_entry where entity = 'system' and action = 'update'";
    assert_eq!(world.number(sql).await, 40 * applied, "every change is in the trail");
}

async fn rows_of_a_file_are_kept_only_as_long_as_somebody_may_need_them(world: World) {
    world.department("财政局", None).await;
    let staged = async || world.number("select count(*) from import_chunk").await;
    let headers = ["系统名称", "使用单位"];
    let whole = world.check(SYSTEM, "whole.csv", csv(&headers, &[&["甲", "财政局"]])).await;
    apply(&world.services, &whole).await.unwrap();
    assert_eq!(staged().await, 0, "nothing was refused, so nothing is kept");
    let partly = world.check(SYSTEM, "partly.csv", csv(&headers, &[&["乙", "财政局"], &["丙", "没有登记的局"]])).await;
    imports::apply_now(&world.services, &operator(), partly.id, Some(true)).await.unwrap();
    let left = world.check(SYSTEM, "left.csv", csv(&headers, &[&["丁", "财政局"]])).await;
    assert_eq!(staged().await, 2, "refused rows can be fetched, and what is checked can be applied");
    world.the_time_is("2026-12-20T10:00:00+08:00");
    assert_eq!(imports::forget_staged(&world.services).await.unwrap(), 0);
    assert!(imports::refused_rows(&world.services, &operator(), partly.id).await.is_ok());
    world.the_time_is("2026-12-30T10:00:00+08:00");
    assert_eq!(imports::forget_staged(&world.services).await.unwrap(), 2);
    assert_eq!((staged().await, world.number("select count(*) from import_refusal").await), (0, 0));
    let asked = imports::refused_rows(&world.services, &operator(), partly.id).await.unwrap_err();
    assert_eq!(asked.code, "rows-forgotten");
    assert_eq!(imports::find(&world.services, &operator(), left.id).await.unwrap().state, State::Cancelled);
    assert_eq!(imports::forget_staged(&world.services).await.unwrap(), 0, "once is enough");
    assert_eq!(world.count(SYSTEM).await, 2, "what was applied stays");
}

async fn one_import_applied_twice_at_once_is_applied_once(world: World) {
    let import = checked(&world, "A", 40).await;
    let other = world.another_process().await;
    let (one, two) = wait::within("one import twice", async {
        tokio::join!(apply(&world.services, &import), apply(&other, &import))
    })
    .await;
    assert_eq!([one.is_ok(), two.is_ok()].iter().filter(|done| **done).count(), 1, "{one:?} {two:?}");
    assert_eq!(world.count(SYSTEM).await, 40);
    assert_eq!(world.number("select count(*) from audit_entry where action = 'import'").await, 1);
}

async fn an_import_cancelled_while_it_is_applied_changes_nothing_and_may_be_applied_again(world: World) {
    let import = checked(&world, "A", 30).await;
    // Somebody presses the button at the first moment at which there is one.
    world.services.progress.begin(import.id, Phase::Applying, 30, world.now());
    assert!(world.services.progress.cancel(import.id));
    let refused = apply(&world.services, &import).await.unwrap_err();
    assert_eq!(refused.code, "cancelled");
    assert_eq!(world.count(SYSTEM).await, 0);
    assert_eq!(world.number("select count(*) from audit_entry where entity = 'system'").await, 0);
    assert_eq!(world.services.progress.of(import.id), None, "nothing runs any more");
    apply(&world.services, &import).await.unwrap();
    assert_eq!(world.count(SYSTEM).await, 30);
}

async fn a_cancel_that_comes_too_late_is_told_so(world: World) {
    let import = checked(&world, "A", 2).await;
    let started = imports::start_apply(&world.services, &operator(), import.id, true).await.unwrap();
    assert_eq!(started.state, State::Applying);
    world.services.progress.begin(import.id, Phase::Committing, 2, world.now());
    let late = imports::cancel(&world.services, &operator(), import.id).await.unwrap_err();
    assert_eq!((late.kind, late.code), (FaultKind::Conflict, "too-late"));
}

async fn an_import_is_seen_by_whoever_brought_it_and_by_auditors_only(world: World) {
    let mine = world.department("财政局", None).await;
    let op = department(&mine.path);
    let import = world.check_as(&op, SYSTEM, "list.csv", list("A", 1)).await;
    let stranger = department("zz/");
    assert_eq!(imports::find(&world.services, &stranger, import.id).await.unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(imports::cancel(&world.services, &stranger, import.id).await.unwrap_err().kind, FaultKind::NotFound);
    assert_eq!(
        imports::apply_now(&world.services, &stranger, import.id, None).await.unwrap_err().kind,
        FaultKind::NotFound
    );
    assert_eq!(
        imports::refused_rows(&world.services, &stranger, import.id).await.unwrap_err().kind,
        FaultKind::NotFound
    );
    assert!(imports::list(&world.services, &stranger, 10).await.unwrap().is_empty());
    assert!(imports::find(&world.services, &auditor(), import.id).await.is_ok());
    assert_eq!(
        imports::apply_now(&world.services, &auditor(), import.id, None).await.unwrap_err().kind,
        FaultKind::Forbidden
    );
    assert_eq!(imports::list(&world.services, &op, 10).await.unwrap().len(), 1);
}

async fn a_large_import_waits_for_the_background_and_goes_on_there(world: World) {
    world.department("财政局", None).await;
    let op = Op::system("shangyun", Door::CommandLine, "test");
    let read = world.read_as(&op, SYSTEM, "list.csv", list("A", 3_100)).await.unwrap();
    let checking = imports::start_check(&world.services, &op, read.id).await.unwrap();
    assert_eq!(checking.state, State::Checking);
    run_next_job(&world).await.unwrap();
    let checked = imports::find(&world.services, &op, read.id).await.unwrap();
    assert_eq!((checked.state, checked.document.counts), (State::Checked, Some(counts(3_100, 0, 0, 0))));
    imports::start_apply(&world.services, &op, read.id, false).await.unwrap();
    run_next_job(&world).await.unwrap();
    let applied = imports::find(&world.services, &op, read.id).await.unwrap();
    assert_eq!((applied.state, world.count(SYSTEM).await), (State::Applied, 3_100));
}

/// Runs the next job of an import as a worker does.
async fn run_next_job(world: &World) -> services::Outcome<String> {
    loop {
        let mut tx = world.db().begin().await.unwrap();
        let until = world.now().checked_add(jiff::Span::new().minutes(5)).unwrap();
        let job = store::job_queue::claim(&mut tx, world.now(), until).await.unwrap().expect("a job waits");
        tx.commit().await.unwrap();
        if job.kind.starts_with("import-") {
            let outcome = imports::run_job(&world.services, &job.kind, &job.body).await;
            let mut tx = world.db().begin().await.unwrap();
            store::job_queue::finish(&mut tx, job.id, job.attempts, "done", "{}", world.now()).await.unwrap();
            tx.commit().await.unwrap();
            return outcome;
        }
    }
}

async fn a_background_apply_that_fails_says_why_and_steps_back(world: World) {
    let import = checked(&world, "A", 3).await;
    let op = Op::system("shangyun", Door::CommandLine, "test");
    let own = world.check_as(&op, SYSTEM, "list.csv", list("B", 3)).await;
    drop(import);
    imports::start_apply(&world.services, &op, own.id, false).await.unwrap();
    let department = world.by_name(EntityKind::Department, "财政局").await.id.to_string();
    world.create(SYSTEM, &[("code", "B-1"), ("name", "先来的"), ("department", &department)]).await;
    assert_eq!(run_next_job(&world).await.unwrap_err().code, "changed-since-check");
    let found = imports::find(&world.services, &op, own.id).await.unwrap();
    assert_eq!(found.state, State::Checked);
    assert!(found.document.problem.unwrap().zh.contains("台账已有变化"));
    assert_eq!(world.count(SYSTEM).await, 1);
}

async fn a_file_that_changes_most_of_the_register_carries_a_warning(world: World) {
    let first = checked(&world, "A", 120).await;
    assert!(!first.document.large_change, "new rows change nothing");
    apply(&world.services, &first).await.unwrap();
    let renamed = String::from_utf8(list("A", 120)).unwrap().replace("\"A ", "\"新 ");
    let second = world.check(SYSTEM, "list.csv", renamed.into_bytes()).await;
    assert_eq!(second.document.counts, Some(counts(0, 120, 0, 0)));
    assert!(second.document.large_change);
}

on_both_engines!(
    steps_out_of_order_are_refused_with_where_the_import_is,
    an_import_given_up_keeps_no_row,
    what_changed_between_check_and_apply_stops_the_whole_import,
    of_two_imports_of_the_same_things_at_once_one_is_applied,
    two_imports_that_change_the_same_things_at_once_take_turns_and_neither_is_half,
    rows_of_a_file_are_kept_only_as_long_as_somebody_may_need_them,
    one_import_applied_twice_at_once_is_applied_once,
    an_import_cancelled_while_it_is_applied_changes_nothing_and_may_be_applied_again,
    a_cancel_that_comes_too_late_is_told_so,
    an_import_is_seen_by_whoever_brought_it_and_by_auditors_only,
    a_large_import_waits_for_the_background_and_goes_on_there,
    a_background_apply_that_fails_says_why_and_steps_back,
    a_file_that_changes_most_of_the_register_carries_a_warning,
);
