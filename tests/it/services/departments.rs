//! The tree of departments: no cycles, and everything follows a department that moves.

use domain::{EntityKind, Fault, FaultKind, Record, Value};
use services::{imports, records};

use crate::support::{World, csv, department, import::counts, on_both_engines, operator};

const DEPARTMENT: EntityKind = EntityKind::Department;
const SYSTEM: EntityKind = EntityKind::System;

async fn under(world: &World, child: &Record, parent: &Record) -> Result<Record, Fault> {
    world.update_as(&operator(), DEPARTMENT, child.id, &[("parent", &parent.id.to_string())]).await
}

async fn a_department_cannot_stand_below_itself_or_one_of_its_own(world: World) {
    let top = world.department("市政府", None).await;
    let middle = world.department("卫健委", Some(&top)).await;
    let low = world.department("医院", Some(&middle)).await;
    for parent in [&top, &middle, &low] {
        let fault = under(&world, &top, parent).await.unwrap_err();
        let cycle =
            fault.code == "department-cycle" || fault.problems.iter().any(|problem| problem.rule == "department-cycle");
        assert!(cycle && fault.kind == FaultKind::Invalid, "{fault:?}");
    }
    assert_eq!(world.reread(DEPARTMENT, low.id).await.path, low.path);
}

async fn a_file_with_a_cycle_refuses_the_rows_of_the_cycle(world: World) {
    let rows: [&[&str]; 5] = [&["甲", "乙"], &["乙", "丙"], &["丙", "甲"], &["丁", "丁"], &["戊", ""]];
    let checked = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位"], &rows)).await;
    let errors = world.errors(&checked).await;
    assert_eq!(errors.iter().map(|error| error.row).collect::<Vec<_>>(), [2, 3, 4, 5]);
    assert!(errors.iter().all(|error| error.rule == "department-cycle"), "{errors:?}");
    assert_eq!(world.apply(&checked).await.document.counts, Some(counts(1, 0, 0, 4)));
}

async fn a_file_that_would_close_a_cycle_with_the_register_is_refused(world: World) {
    let top = world.department("市政府", None).await;
    world.department("卫健委", Some(&top)).await;
    let checked = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位"], &[&["市政府", "卫健委"]])).await;
    assert_eq!(
        world.errors(&checked).await.iter().map(|error| error.rule.as_str()).collect::<Vec<_>>(),
        ["department-cycle"]
    );
}

async fn parents_may_stand_after_their_children_in_a_file(world: World) {
    let rows: [&[&str]; 4] =
        [&["医院", "卫健委", "3"], &["卫健委", "市政府", "2"], &["市政府", "", "1"], &["急诊科", "3", "4"]];
    let checked = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位", "单位编码"], &rows)).await;
    assert_eq!(checked.document.counts, Some(counts(4, 0, 0, 0)), "{:?}", world.errors(&checked).await);
    world.apply(&checked).await;
    let [top, middle, low, lowest] = ["市政府", "卫健委", "医院", "急诊科"].map(|name| name);
    let mut paths = Vec::new();
    for name in [top, middle, low, lowest] {
        paths.push(world.by_name(DEPARTMENT, name).await.path);
    }
    assert!(paths.windows(2).all(|pair| pair[1].starts_with(&pair[0]) && pair[1].len() > pair[0].len()), "{paths:?}");
    let again = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位", "单位编码"], &rows)).await;
    assert_eq!(again.document.counts, Some(counts(0, 0, 4, 0)));
}

async fn a_child_of_a_refused_row_is_refused_with_the_reason(world: World) {
    let rows: [&[&str]; 3] = [&["市政府", "", "九级政府"], &["卫健委", "市政府", ""], &["医院", "卫健委", ""]];
    let checked = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位", "单位类型"], &rows)).await;
    let found: Vec<_> = world.errors(&checked).await.into_iter().map(|error| (error.row, error.rule)).collect();
    assert_eq!(
        found,
        [(2, "unknown-code".to_owned()), (3, "parent-refused".to_owned()), (4, "parent-refused".to_owned())]
    );
    assert_eq!(checked.document.counts, Some(counts(0, 0, 0, 3)));
}

/// A department with one below it, a system with a server in it, and somebody who works there.
async fn hospital(world: &World) -> (Record, Record, Record, Record) {
    let health = world.department("卫健委", None).await;
    let hospital = world.department("医院", Some(&health)).await;
    let system = world
        .create(SYSTEM, &[("name", "挂号平台"), ("department", &hospital.id.to_string()), ("hosting", "自建机房")])
        .await;
    let server = world.create(EntityKind::Component, &[("name", "srv"), ("system", &system.id.to_string())]).await;
    (health, hospital, system, server)
}

async fn everything_follows_a_department_that_moves(world: World) {
    let (health, hospital, system, server) = hospital(&world).await;
    let other = world.department("教育局", None).await;
    let moved = under(&world, &hospital, &other).await.unwrap();
    assert!(moved.path.starts_with(&other.path), "{}", moved.path);
    assert_eq!(world.reread(SYSTEM, system.id).await.path, moved.path);
    assert_eq!(world.reread(EntityKind::Component, server.id).await.path, moved.path);
    let (before, after) = (department(&health.path), department(&other.path));
    assert_eq!(records::get(&world.services, &before, SYSTEM, system.id).await.unwrap_err().kind, FaultKind::NotFound);
    assert!(records::get(&world.services, &after, SYSTEM, system.id).await.is_ok());
    for (op, wanted) in [(&before, 0), (&after, 1)] {
        assert_eq!(records::search(&world.services, op, "挂号", 9).await.unwrap().len(), wanted);
        let flags =
            services::flags::list(&world.services, op, &services::flags::FlagFilter { limit: 9, ..Default::default() })
                .await
                .unwrap();
        assert_eq!(flags.flags.iter().filter(|shown| shown.flag.subject == system.id).count().min(1), wanted);
        let query = store::lists::Query::new(SYSTEM.def(), op.scope(SYSTEM));
        assert_eq!(store::lists::count(&mut world.db(), &query).await.unwrap(), i64::try_from(wanted).unwrap());
    }
}

async fn departments_that_move_in_one_file_end_where_the_file_says(world: World) {
    let (health, hospital, system, _) = hospital(&world).await;
    world.department("教育局", None).await;
    // The upper one moves below a new one, the lower one leaves it at the same time.
    let rows: [&[&str]; 3] = [&["市政府", ""], &["卫健委", "市政府"], &["医院", "教育局"]];
    let checked = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位"], &rows)).await;
    assert_eq!(checked.document.counts, Some(counts(1, 2, 0, 0)), "{:?}", world.errors(&checked).await);
    world.apply(&checked).await;
    let (city, education) = (world.by_name(DEPARTMENT, "市政府").await, world.by_name(DEPARTMENT, "教育局").await);
    let (health, hospital) = (world.reread(DEPARTMENT, health.id).await, world.reread(DEPARTMENT, hospital.id).await);
    assert!(
        health.path.starts_with(&city.path) && hospital.path.starts_with(&education.path),
        "{} {}",
        health.path,
        hospital.path
    );
    assert_eq!(world.reread(SYSTEM, system.id).await.path, hospital.path);
    assert_eq!(hospital.get(DEPARTMENT.def(), "parent"), &Value::Id(education.id));
}

async fn a_move_that_is_taken_back_brings_everything_home(world: World) {
    let (health, hospital, system, server) = hospital(&world).await;
    world.department("教育局", None).await;
    let checked = world.check(DEPARTMENT, "list.csv", csv(&["单位名称", "上级单位"], &[&["医院", "教育局"]])).await;
    let applied = world.apply(&checked).await;
    assert_ne!(world.reread(SYSTEM, system.id).await.path, system.path);
    imports::undo(&world.services, &operator(), applied.id).await.unwrap();
    assert_eq!(world.reread(DEPARTMENT, hospital.id).await.path, hospital.path);
    assert_eq!(world.reread(SYSTEM, system.id).await.path, system.path);
    assert_eq!(world.reread(EntityKind::Component, server.id).await.path, server.path);
    assert!(hospital.path.starts_with(&health.path));
}

async fn a_system_that_changes_hands_takes_its_servers_along(world: World) {
    let (_, _, system, server) = hospital(&world).await;
    let other = world.department("教育局", None).await;
    world.update(SYSTEM, system.id, &[("department", "教育局")]).await;
    assert_eq!(world.reread(SYSTEM, system.id).await.path, other.path);
    assert_eq!(world.reread(EntityKind::Component, server.id).await.path, other.path);
    let found = records::search(&world.services, &department(&other.path), "srv", 9).await.unwrap();
    assert_eq!(found.len(), 1, "search follows as well");
}

on_both_engines!(
    a_department_cannot_stand_below_itself_or_one_of_its_own,
    a_file_with_a_cycle_refuses_the_rows_of_the_cycle,
    a_file_that_would_close_a_cycle_with_the_register_is_refused,
    parents_may_stand_after_their_children_in_a_file,
    a_child_of_a_refused_row_is_refused_with_the_reason,
    everything_follows_a_department_that_moves,
    departments_that_move_in_one_file_end_where_the_file_says,
    a_move_that_is_taken_back_brings_everything_home,
    a_system_that_changes_hands_takes_its_servers_along,
);
