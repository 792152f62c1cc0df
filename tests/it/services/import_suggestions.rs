//! "Take this suggestion for all rows alike": every row with the mistake, no other, and a check that says what is left.

use domain::{Door, EntityKind, FaultKind, Value};
use services::{
    Op,
    imports::{self, Replaced, State, Suggested},
    queue,
};

use crate::support::{World, auditor, csv, department, import::counts, on_both_engines, operator, wait};

const SYSTEM: EntityKind = EntityKind::System;
const HEADERS: [&str; 5] = ["系统编码", "系统名称", "使用单位", "上线日期", "备注"];

on_both_engines!(
    a_suggestion_is_taken_for_every_row_alike_and_for_no_other,
    what_has_no_suggestion_is_left_as_it_is,
    of_two_people_who_take_suggestions_at_once_nobody_loses_one_unseen,
    a_large_file_is_changed_throughout_and_checked_in_the_background,
);

fn day(value: &str) -> Suggested {
    Suggested { rule: "no-such-day".to_owned(), column: "上线日期".to_owned(), value: value.to_owned() }
}

fn file() -> Vec<u8> {
    csv(
        &HEADERS,
        &[
            &["A-1", "甲", "财政局", "2020-02-30", "2020-02-30"],
            &["A-2", "乙", "财政局", "2020-02-30", ""],
            &["A-3", "丙", "财政局", "2020-02-31", ""],
            &["A-4", "丁", "财政局", "2020-13-01", ""],
            &["A-5", "戊", "财政局", "2020-02-29", ""],
        ],
    )
}

async fn a_suggestion_is_taken_for_every_row_alike_and_for_no_other(world: World) {
    world.department("财政局", None).await;
    let import = world.check(SYSTEM, "list.csv", file()).await;
    assert_eq!(import.document.counts, Some(counts(1, 0, 0, 4)));
    let taken = imports::take_suggestion(&world.services, &operator(), import.id, &day("2020-02-30")).await.unwrap();
    assert_eq!((taken.state, taken.document.counts), (State::Checked, Some(counts(3, 0, 0, 2))));
    let left: Vec<String> = world.errors(&taken).await.into_iter().map(|error| error.value).collect();
    assert_eq!(left, ["2020-02-31", "2020-13-01"], "another value is another decision");
    let replaced = Replaced {
        column: "上线日期".to_owned(),
        value: "2020-02-30".to_owned(),
        by: "2020-02-29".to_owned(),
        rows: 2,
    };
    assert_eq!(taken.document.replaced, [replaced], "what the file says is not forgotten");
    assert_eq!(taken.document.samples[0][3..], ["2020-02-29", "2020-02-30"]);
    world.apply(&taken).await;
    for code in ["A-1", "A-2", "A-5"] {
        let system = world.system(code).await;
        assert_eq!(system.get(SYSTEM.def(), "live_on"), &Value::Text("2020-02-29".to_owned()), "{code}");
    }
    let remark = world.system("A-1").await;
    assert_eq!(remark.get(SYSTEM.def(), "remark"), &Value::Text("2020-02-30".to_owned()), "another column");
}

async fn what_has_no_suggestion_is_left_as_it_is(world: World) {
    let office = world.department("财政局", None).await;
    let import = world.check(SYSTEM, "list.csv", file()).await;
    let before = world.errors(&import).await;
    for wanted in [
        day("2020-13-01"),
        day("2020-02-29"),
        day(""),
        Suggested { rule: "unknown-code".to_owned(), ..day("2020-02-30") },
        Suggested { column: "备注".to_owned(), ..day("2020-02-30") },
        Suggested { column: String::new(), ..day("2020-02-30") },
    ] {
        let refused = imports::take_suggestion(&world.services, &operator(), import.id, &wanted).await.unwrap_err();
        assert_eq!((refused.kind, refused.code), (FaultKind::Invalid, "no-suggestion"), "{wanted:?}");
    }
    for (op, kind) in [(department(&office.path), FaultKind::NotFound), (auditor(), FaultKind::Forbidden)] {
        let refused = imports::take_suggestion(&world.services, &op, import.id, &day("2020-02-30")).await;
        assert_eq!(refused.unwrap_err().kind, kind);
    }
    assert_eq!(world.errors(&import).await, before);
    let now = imports::find(&world.services, &operator(), import.id).await.unwrap();
    assert_eq!((now.state, now.version, now.document.replaced.len()), (State::Checked, import.version, 0));
    world.apply(&import).await;
    let late = imports::take_suggestion(&world.services, &operator(), import.id, &day("2020-02-30")).await.unwrap_err();
    assert_eq!(late.code, "import-state");
}

async fn of_two_people_who_take_suggestions_at_once_nobody_loses_one_unseen(world: World) {
    world.department("财政局", None).await;
    let import = world.check(SYSTEM, "list.csv", file()).await;
    let other = world.another_process().await;
    let (op, first, second) = (operator(), day("2020-02-30"), day("2020-02-31"));
    let (one, two) = wait::within("two suggestions at once", async {
        tokio::join!(
            imports::take_suggestion(&world.services, &op, import.id, &first),
            imports::take_suggestion(&other, &op, import.id, &second)
        )
    })
    .await;
    // Whoever comes second in between is told, and takes it again.
    for (outcome, wanted) in [(one, &first), (two, &second)] {
        if let Err(refused) = outcome {
            assert!(["stale", "import-state", "no-suggestion"].contains(&refused.code), "{refused:?}");
            imports::check_now(&world.services, &op, import.id).await.unwrap();
            let again = imports::take_suggestion(&world.services, &op, import.id, wanted).await;
            let known = again.as_ref().map_or_else(|fault| fault.code == "no-suggestion", |_| true);
            assert!(known, "neither taken now nor before: {again:?}");
        }
    }
    let checked = imports::check_now(&world.services, &op, import.id).await.unwrap();
    assert_eq!((checked.document.counts, checked.document.replaced.len()), (Some(counts(4, 0, 0, 1)), 2));
}

async fn a_large_file_is_changed_throughout_and_checked_in_the_background(world: World) {
    world.department("财政局", None).await;
    let op = Op::system("shangyun", Door::CommandLine, "test");
    let rows: Vec<[String; 4]> = (0..3_000)
        .map(|number| [format!("A-{number}"), format!("系统 {number}"), "财政局".to_owned(), "2020-02-30".to_owned()])
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let import = world.check_as(&op, SYSTEM, "list.csv", csv(&HEADERS[..4], &rows)).await;
    assert_eq!(import.document.counts, Some(counts(0, 0, 0, 3_000)));
    crate::support::engine::run(world.db(), "delete from job").await;
    let taken = imports::take_suggestion(&world.services, &op, import.id, &day("2020-02-30")).await.unwrap();
    assert_eq!((taken.state, taken.document.counts), (State::Checking, None));
    let job = queue::claim(&world.services, jiff::Span::new().minutes(1)).await.unwrap().unwrap();
    imports::run_job(&world.services, &job.kind, &job.body).await.unwrap();
    let checked = imports::find(&world.services, &op, import.id).await.unwrap();
    assert_eq!((checked.state, checked.document.counts), (State::Checked, Some(counts(3_000, 0, 0, 0))));
}
