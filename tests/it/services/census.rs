//! A census as departments really send it: GB18030, one file after the other, each with its own mistakes.

use domain::{EntityKind, Record, Value};
use services::imports::{self, Counts};

use crate::support::{World, import::counts, on_both_engines, operator, sample};

/// Brings a census file in; columns whose words this city has for itself are left out by hand.
async fn bring(world: &World, kind: EntityKind, file: &str, left_out: &[&str]) -> Counts {
    let checked = world.check(kind, file, sample(file)).await;
    assert!(file.contains("utf16") || checked.document.reading.encoding == "GB18030", "{:?}", checked.document.reading);
    let checked = world.without_columns(&checked, left_out).await;
    world.apply(&checked).await.document.counts.unwrap()
}

async fn departments(world: &World) -> Counts {
    bring(world, EntityKind::Department, "census-departments.gb18030.csv", &[]).await
}

async fn rooms(world: &World) -> Counts {
    bring(world, EntityKind::DataCenter, "census-rooms.gb18030.csv", &[]).await
}

/// Rooms under “where it runs”.
const SYSTEM_WORDS: [&str; 1] = ["部署位置"];

async fn systems(world: &World) -> Counts {
    bring(world, EntityKind::System, "census-systems.gb18030.csv", &SYSTEM_WORDS).await
}

fn text<'r>(record: &'r Record, kind: EntityKind, field: &str) -> &'r str {
    record.get(kind.def(), field).as_text().unwrap_or("")
}

async fn words_that_the_register_does_not_know_are_refused_with_those_that_it_knows(world: World) {
    let servers = crate::support::csv(&["主机名", "所属系统", "角色"], &[&["srv", "XT-1", "打杂"]]);
    let checked = world.check(EntityKind::Component, "servers.csv", servers).await;
    let errors = world.errors(&checked).await;
    let role = errors.iter().find(|error| error.column == "角色").expect("a role that is no role");
    assert_eq!((role.rule.as_str(), role.value.as_str()), ("unknown-code", "打杂"));
    assert!(role.message.zh.contains("生产、备用、灾备"), "{}", role.message.zh);
}

async fn a_census_comes_in_file_after_file(world: World) {
    assert_eq!(departments(&world).await, counts(12, 0, 0, 0));
    assert_eq!(rooms(&world).await, counts(6, 0, 0, 0));
    assert_eq!(systems(&world).await, counts(21, 0, 0, 4));
    // Three servers belong to systems that were refused, one to a system that nobody listed.
    let servers = bring(&world, EntityKind::Component, "census-servers.gb18030.csv", &[]).await;
    let last = imports::list(&world.services, &operator(), 1).await.unwrap().remove(0);
    assert_eq!(servers, counts(26, 0, 0, 4), "{:?}", world.errors(&last).await);

    let office = world.by_name(EntityKind::Department, "上云市人民政府办公室").await;
    let hospital = world.by_name(EntityKind::Department, "上云市第一人民医院").await;
    assert!(hospital.path.starts_with(&office.path) && hospital.path.matches('/').count() == 3, "{}", hospital.path);
    assert_eq!(text(&office, EntityKind::Department, "phone"), "+86 571 8000 0001", "a telephone number is no formula");
    assert_eq!(text(&office, EntityKind::Department, "liaison"), "胡㐂");
    assert_eq!(world.by_name(EntityKind::Department, "䶮溪县大数据发展中心").await.path.matches('/').count(), 3);
    let portal = world.system("XT-0003").await;
    assert_eq!(
        text(&portal, EntityKind::System, "remark"),
        "与省平台对接\n接口清单另附",
        "a line break in a cell is kept"
    );
    let budget = world.system("XT-0004").await;
    assert_eq!(budget.get(EntityKind::System.def(), "build_cost"), &Value::Int(2_150_000_000), "2,150.00 万元 in fen");
    assert_eq!(
        text(&world.system("XT-0010").await, EntityKind::System, "name"),
        "涉密人员管理系统",
        "a name is no classification"
    );
    assert_eq!(text(&world.system("XT-0022").await, EntityKind::System, "name"), "=cmd|' /C calc'!A0");
    assert_eq!(text(&world.system("XT-0024").await, EntityKind::System, "remark"), "联系人张𠮷");
    let room = world.by_code(EntityKind::DataCenter, "JF-002").await;
    assert_eq!(room.get(EntityKind::DataCenter.def(), "area_m2"), &Value::Int(8_650));
    let counties = world.number("select count(*) from system where user_scope = 'county'").await;
    assert_eq!(counties, 2, "what the whole county uses");
    let server = world.by_name(EntityKind::Component, "sy-db-02").await;
    assert_eq!(server.get(EntityKind::Component.def(), "data_center"), &Value::Id(room.id));
    assert_eq!(server.path, world.system("XT-0008").await.path, "a server belongs where its system belongs");
}

async fn every_mistake_of_the_census_is_told_with_row_column_value_and_what_would_be_right(world: World) {
    departments(&world).await;
    let file = "census-systems.gb18030.csv";
    let checked = world.check(EntityKind::System, file, sample(file)).await;
    let checked = world.without_columns(&checked, &SYSTEM_WORDS).await;
    let errors: Vec<_> = world
        .errors(&checked)
        .await
        .into_iter()
        .map(|error| (error.row, error.column, error.value, error.rule, error.suggestion))
        .collect();
    let wanted = [
        (10, "", "", "classified", ""),
        (17, "建成时间", "2026-02-30", "no-such-day", "2026-02-28"),
        (22, "使用单位", "上云市档案局", "unknown-reference", ""),
        (26, "系统编码", "XT-0019", "duplicate-in-file", ""),
    ];
    let wanted = wanted.map(|(row, column, value, rule, suggestion)| {
        (row, column.to_owned(), value.to_owned(), rule.to_owned(), suggestion.to_owned())
    });
    assert_eq!(errors, wanted);
    assert_eq!(
        checked.document.missing[0].names.iter().map(|name| name.name.as_str()).collect::<Vec<_>>(),
        ["上云市档案局"]
    );
    assert_eq!(world.count(EntityKind::System).await, 0, "a check changes nothing");
}

async fn the_same_census_in_another_encoding_changes_nothing(world: World) {
    departments(&world).await;
    systems(&world).await;
    assert_eq!(bring(&world, EntityKind::System, "census-systems.utf16.csv", &SYSTEM_WORDS).await, counts(0, 0, 21, 4));
}

async fn refused_rows_come_back_as_a_file_that_is_fixed_and_brought_again(world: World) {
    departments(&world).await;
    let file = "census-systems.gb18030.csv";
    let checked = world.check(EntityKind::System, file, sample(file)).await;
    let checked = world.without_columns(&checked, &SYSTEM_WORDS).await;
    world.apply(&checked).await;
    let refused = imports::refused_rows(&world.services, &operator(), checked.id).await.unwrap();
    let refused = String::from_utf8(refused).unwrap();
    assert!(refused.contains("没有“2026-02-30”这一天") && refused.contains("与第 20 行重复"), "{refused}");
    let fixed = refused
        .replace("2026-02-30", "2026-02-28")
        .replace("上云市档案局", "上云市档案馆")
        .replace("XT-0019", "XT-0026");
    let again = world.check(EntityKind::System, "fixed.csv", fixed.into_bytes()).await;
    let again = world.without_columns(&again, &SYSTEM_WORDS).await;
    // Of the classified row nothing but its number came back.
    assert_eq!(again.document.counts, Some(counts(3, 0, 0, 1)), "{:?}", world.errors(&again).await);
    world.apply(&again).await;
    assert_eq!(world.count(EntityKind::System).await, 24);
    let archive = world.system("XT-0021").await;
    assert_eq!(archive.path, world.by_name(EntityKind::Department, "上云市档案馆").await.path);
}

async fn a_census_is_taken_back_whole_unless_somebody_changed_something_since(world: World) {
    departments(&world).await;
    let file = "census-systems.gb18030.csv";
    let checked = world.check(EntityKind::System, file, sample(file)).await;
    let applied = world.apply(&world.without_columns(&checked, &SYSTEM_WORDS).await).await;
    let office = world.system("XT-0001").await;
    world.update(EntityKind::System, office.id, &[("remark", "改过")]).await;
    let refused = imports::undo(&world.services, &operator(), applied.id).await.unwrap_err();
    assert_eq!(refused.code, "changed-since-import");
    assert!(refused.message.zh.contains("协同办公系统"), "{}", refused.message.zh);
    assert_eq!(world.count(EntityKind::System).await, 21, "all of it or nothing");
}

async fn taking_back_an_update_gives_every_changed_value_back(world: World) {
    departments(&world).await;
    systems(&world).await;
    let before = world.system("XT-0001").await;
    let headers = ["系统编码", "系统名称", "使用单位", "上线日期", "备注"];
    let file =
        crate::support::csv(&headers, &[&["XT-0001", "协同办公平台", "上云市人民政府办公室", "2020-01-01", "新备注"]]);
    let checked = world.check(EntityKind::System, "update.csv", file).await;
    assert_eq!(checked.document.counts, Some(counts(0, 1, 0, 0)));
    let changes: Vec<&str> = checked.document.updates[0].changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!(changes, ["name", "remark", "live_on"], "what would change is shown before");
    let applied = world.apply(&checked).await;
    assert_eq!(text(&world.system("XT-0001").await, EntityKind::System, "name"), "协同办公平台");
    imports::undo(&world.services, &operator(), applied.id).await.unwrap();
    let after = world.system("XT-0001").await;
    let typed = |record: &Record| -> Vec<Value> {
        EntityKind::System
            .def()
            .fields
            .iter()
            .zip(&record.values)
            .filter(|(field, _)| !field.flags.derived)
            .map(|(_, value)| value.clone())
            .collect()
    };
    assert_eq!(typed(&after), typed(&before));
    assert_eq!(after.version, before.version + 2, "taking back is a change of its own");
}

on_both_engines!(
    words_that_the_register_does_not_know_are_refused_with_those_that_it_knows,
    a_census_comes_in_file_after_file,
    every_mistake_of_the_census_is_told_with_row_column_value_and_what_would_be_right,
    the_same_census_in_another_encoding_changes_nothing,
    refused_rows_come_back_as_a_file_that_is_fixed_and_brought_again,
    a_census_is_taken_back_whole_unless_somebody_changed_something_since,
    taking_back_an_update_gives_every_changed_value_back,
);
