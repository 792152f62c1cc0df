//! One record at a time: what may be set, by whom, against which version; what stands in the trail afterwards.

use domain::{EntityKind, FaultKind, Id, Value};
use services::records;

use crate::support::{World, department, leader, on_both_engines, operator};

const SYSTEM: EntityKind = EntityKind::System;

fn broken(fault: &domain::Fault) -> Vec<(&str, &str)> {
    assert_eq!(fault.kind, FaultKind::Invalid, "{fault:?}");
    fault.problems.iter().map(|problem| (problem.field.as_str(), problem.rule.as_str())).collect()
}

async fn office(world: &World) -> String {
    world.department("财政局", None).await.id.to_string()
}

async fn a_record_without_what_it_needs_is_refused_field_by_field(world: World) {
    let fault =
        world.create_as(&operator(), SYSTEM, &[("live_on", "2026-02-30"), ("mlps_level", "九级")]).await.unwrap_err();
    let mut found = broken(&fault);
    found.sort_unstable();
    assert_eq!(
        found,
        [("department", "required"), ("live_on", "no-such-day"), ("mlps_level", "unknown-code"), ("name", "required")]
    );
    assert!(
        fault.problems.iter().any(|problem| problem.message.zh.contains("2026-02-28")),
        "the last day of the month is suggested"
    );
    assert_eq!(world.count(SYSTEM).await, 0);
}

async fn fields_that_do_not_exist_or_are_concluded_cannot_be_set(world: World) {
    let office = office(&world).await;
    let values =
        [("name", "一"), ("department", office.as_str()), ("standing", "on_cloud"), ("id", "1"), ("flag_count", "0")];
    let fault = world.create_as(&operator(), SYSTEM, &values).await.unwrap_err();
    assert_eq!(
        broken(&fault),
        [("flag_count", "unknown-field"), ("id", "unknown-field"), ("standing", "unknown-field")]
    );
}

async fn a_change_against_an_older_version_is_refused_and_the_newer_one_stays(world: World) {
    let office = office(&world).await;
    let system = world.create(SYSTEM, &[("name", "一"), ("department", &office)]).await;
    world.update(SYSTEM, system.id, &[("name", "二")]).await;
    let input = [("name".to_owned(), "三".to_owned())].into();
    let fault = records::update(&world.services, &operator(), SYSTEM, system.id, 1, &input).await.unwrap_err();
    assert_eq!((fault.kind, fault.code), (FaultKind::Stale, "stale"));
    let fault = records::remove(&world.services, &operator(), SYSTEM, system.id, 1).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Stale);
    assert_eq!(world.reread(SYSTEM, system.id).await.get(SYSTEM.def(), "name"), &Value::Text("二".into()));
}

async fn a_code_that_is_taken_is_a_conflict_without_a_word_of_the_database(world: World) {
    let office = office(&world).await;
    world.create(SYSTEM, &[("name", "一"), ("department", &office), ("code", "A")]).await;
    let fault = world
        .create_as(&operator(), SYSTEM, &[("name", "二"), ("department", &office), ("code", "A")])
        .await
        .unwrap_err();
    assert_eq!((fault.kind, fault.code), (FaultKind::Conflict, "not-unique"));
    for text in [&fault.message.zh, &fault.message.en] {
        assert!(!text.to_lowercase().contains("constraint") && !text.contains("system_code"), "{text}");
    }
    assert_eq!(world.count(SYSTEM).await, 1);
    assert_eq!(world.number("select count(*) from audit_entry where entity = 'system'").await, 1);
}

async fn an_empty_text_clears_a_field_and_an_absent_one_leaves_it(world: World) {
    let office = office(&world).await;
    let system = world
        .create(SYSTEM, &[("name", "一"), ("department", &office), ("remark", "旧"), ("mlps_level", "三级")])
        .await;
    let changed = world.update(SYSTEM, system.id, &[("remark", "")]).await;
    assert_eq!(changed.get(SYSTEM.def(), "remark"), &Value::Null);
    assert_eq!(changed.get(SYSTEM.def(), "mlps_level"), &Value::Text("3".into()));
    let fault = world.update_as(&operator(), SYSTEM, system.id, &[("name", "")]).await.unwrap_err();
    assert_eq!(broken(&fault), [("name", "required")]);
}

async fn saving_without_a_change_writes_nothing(world: World) {
    let office = office(&world).await;
    let system = world.create(SYSTEM, &[("name", "一"), ("department", &office)]).await;
    let entries = world.number("select count(*) from audit_entry").await;
    let input = [("name".to_owned(), " 一 ".to_owned())].into();
    let saved = records::update(&world.services, &operator(), SYSTEM, system.id, 1, &input).await.unwrap();
    assert!(!saved.changed);
    assert_eq!(saved.record.version, 1);
    assert_eq!(world.number("select count(*) from audit_entry").await, entries);
}

async fn a_record_that_others_refer_to_is_not_removed_and_says_by_what(world: World) {
    let department = world.department("财政局", None).await;
    let office = department.id.to_string();
    let system = world.create(SYSTEM, &[("name", "一"), ("department", &office)]).await;
    let server = world.create(EntityKind::Component, &[("name", "srv"), ("system", &system.id.to_string())]).await;
    let fault = world.remove(SYSTEM, system.id).await.unwrap_err();
    assert_eq!((fault.kind, fault.code), (FaultKind::Conflict, "still-referenced"));
    assert!(fault.message.zh.contains("服务器 1 条"), "{}", fault.message.zh);
    assert_eq!(world.remove(EntityKind::Department, department.id).await.unwrap_err().code, "still-referenced");
    world.remove(EntityKind::Component, server.id).await.unwrap();
    world.remove(SYSTEM, system.id).await.unwrap();
    world.remove(EntityKind::Department, department.id).await.unwrap();
    assert_eq!(world.number("select count(*) from search_entry").await, 0);
    assert_eq!(world.number("select count(*) from flag where closed_at = 0").await, 0);
    let gone = records::get(&world.services, &operator(), SYSTEM, system.id).await.unwrap_err();
    assert_eq!(gone.kind, FaultKind::NotFound);
}

async fn what_operators_set_a_department_may_see_but_not_set(world: World) {
    let office = world.department("财政局", None).await;
    let op = department(&office.path);
    let system = world.create_as(&op, SYSTEM, &[("name", "一"), ("department", &office.id.to_string())]).await.unwrap();
    let fault = world
        .update_as(&op, SYSTEM, system.id, &[("not_applicable", "是"), ("not_applicable_reason", "我们不想")])
        .await
        .unwrap_err();
    assert_eq!(broken(&fault), [("not_applicable", "operator-only"), ("not_applicable_reason", "operator-only")]);
    world.update(SYSTEM, system.id, &[("not_applicable", "是"), ("not_applicable_reason", "省级垂直系统")]).await;
    // A form that sends back what it showed is no attempt to set it.
    let kept = [("not_applicable", "是"), ("not_applicable_reason", "省级垂直系统"), ("name", "二")];
    world.update_as(&op, SYSTEM, system.id, &kept).await.unwrap();
}

async fn who_may_only_read_changes_nothing(world: World) {
    let office = world.department("财政局", None).await;
    let system = world.create(SYSTEM, &[("name", "一"), ("department", &office.id.to_string())]).await;
    for op in [leader(), crate::support::auditor(), crate::support::approver()] {
        let name = op.actor.name.clone();
        let fault = world.update_as(&op, SYSTEM, system.id, &[("name", "二")]).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden, "{name}");
        let fault = records::remove(&world.services, &op, SYSTEM, system.id, 1).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden, "{name}");
        let created =
            world.create_as(&op, SYSTEM, &[("name", "三"), ("department", &office.id.to_string())]).await.unwrap_err();
        assert_eq!(created.kind, FaultKind::Forbidden, "{name}");
    }
    assert_eq!(world.count(SYSTEM).await, 1);
}

async fn a_reference_is_found_by_id_code_or_name_and_never_guessed(world: World) {
    let office = office(&world).await;
    let with = |reference: &'static str| [("name", "一"), ("department", reference)];
    world.update(EntityKind::Department, Id::parse(&office).unwrap(), &[("code", "113301001000027594")]).await;
    for (index, reference) in ["113301001000027594", "财政局", " 财政局 "].into_iter().enumerate() {
        world.create(SYSTEM, &[("name", &index.to_string()), ("department", reference)]).await;
    }
    for reference in ["没有的单位", "01900000-0000-7000-8000-000000000000", "财政"] {
        let fault = world.create_as(&operator(), SYSTEM, &with(reference)).await.unwrap_err();
        assert_eq!(broken(&fault), [("department", "unknown-reference")], "{reference}");
    }
    for name in ["甲", "乙"] {
        let parent = world.department(name, None).await;
        world.department("信息中心", Some(&parent)).await;
    }
    let fault = world.create_as(&operator(), SYSTEM, &with("信息中心")).await.unwrap_err();
    assert_eq!(broken(&fault), [("department", "ambiguous-reference")]);
}

async fn the_trail_says_who_changed_what_from_what_to_what(world: World) {
    let office = office(&world).await;
    let mut op = operator();
    op.why = "年度核对".into();
    let system = world.create_as(&op, SYSTEM, &[("name", "一"), ("department", &office)]).await.unwrap();
    world.the_time_is("2026-11-23T03:00:00Z");
    world.update_as(&op, SYSTEM, system.id, &[("name", "二"), ("contact_phone", "138")]).await.unwrap();
    let history = records::history(&world.services, &operator(), SYSTEM, system.id, 10).await.unwrap();
    let entries: Vec<_> = history.iter().map(|placed| &placed.entry).filter(|entry| entry.action != "assess").collect();
    assert_eq!(entries.iter().map(|entry| entry.action.as_str()).collect::<Vec<_>>(), ["update", "create"]);
    let update = entries[0];
    assert_eq!(
        (update.actor.as_str(), update.door.as_str(), update.request_id.as_str(), update.why.as_str()),
        ("operator", "console", "test-operator", "年度核对")
    );
    assert_eq!(update.at, "2026-11-23T03:00:00Z".parse().unwrap());
    assert_eq!(update.body, r#"{"changes":{"contact_phone":[null,"138"],"name":["一","二"]},"version":2}"#);
    assert!(entries[1].body.starts_with(r#"{"hash":"sha256:"#), "{}", entries[1].body);
}

async fn a_reader_without_the_right_sees_neither_restricted_fields_nor_their_changes(world: World) {
    let office = office(&world).await;
    let system = world.create(SYSTEM, &[("name", "一"), ("department", &office), ("contact_phone", "138")]).await;
    world.update(SYSTEM, system.id, &[("contact_phone", "139"), ("remark", "可见")]).await;
    let shown = records::get(&world.services, &leader(), SYSTEM, system.id).await.unwrap();
    assert_eq!((shown.record.get(SYSTEM.def(), "contact_phone"), shown.restricted_hidden), (&Value::Null, true));
    assert!(!shown.may_update && !shown.may_remove);
    assert_eq!(
        records::history(&world.services, &leader(), SYSTEM, system.id, 10).await.unwrap_err().kind,
        FaultKind::Forbidden
    );
    let own = records::get(&world.services, &operator(), SYSTEM, system.id).await.unwrap();
    assert_eq!(
        (own.record.get(SYSTEM.def(), "contact_phone"), own.restricted_hidden),
        (&Value::Text("139".into()), false)
    );
    let query = store::lists::Query::new(SYSTEM.def(), leader().scope(SYSTEM));
    let listed = records::list(&world.services, &leader(), &query).await.unwrap();
    assert_eq!(listed.page.records[0].get(SYSTEM.def(), "contact_phone"), &Value::Null);
    assert!(records::search(&world.services, &operator(), "139", 10).await.unwrap().is_empty());
}

async fn what_is_missing_on_a_record_is_what_the_field_table_expects(world: World) {
    let office = office(&world).await;
    let system = world.create(SYSTEM, &[("name", "一"), ("department", &office), ("contact", "王建国")]).await;
    let missing: Vec<&str> = records::missing_fields(SYSTEM, &system).iter().map(|field| field.name).collect();
    assert!(
        missing.contains(&"hosting") && missing.contains(&"mlps_level") && !missing.contains(&"contact"),
        "{missing:?}"
    );
}

on_both_engines!(
    a_record_without_what_it_needs_is_refused_field_by_field,
    fields_that_do_not_exist_or_are_concluded_cannot_be_set,
    a_change_against_an_older_version_is_refused_and_the_newer_one_stays,
    a_code_that_is_taken_is_a_conflict_without_a_word_of_the_database,
    an_empty_text_clears_a_field_and_an_absent_one_leaves_it,
    saving_without_a_change_writes_nothing,
    a_record_that_others_refer_to_is_not_removed_and_says_by_what,
    what_operators_set_a_department_may_see_but_not_set,
    who_may_only_read_changes_nothing,
    a_reference_is_found_by_id_code_or_name_and_never_guessed,
    the_trail_says_who_changed_what_from_what_to_what,
    a_reader_without_the_right_sees_neither_restricted_fields_nor_their_changes,
    what_is_missing_on_a_record_is_what_the_field_table_expects,
);
