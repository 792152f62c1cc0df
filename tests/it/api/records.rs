//! One record over HTTP: what is read can be sent back, and nobody overwrites what they have not seen.

use domain::{ENTITIES, EntityKind, Kind, Role};
use serde_json::{Value, json};

use super::{
    client::errors,
    scene::{Scene, first_code},
};
use crate::support::{World, on_both_engines};

on_both_engines!(
    what_is_read_of_any_entity_is_accepted_back_as_it_is,
    a_version_that_is_no_longer_current_changes_nothing
);

/// A value for every field that may be sent, as a client would write it.
fn sent(scene: &Scene, kind: EntityKind) -> Value {
    let mut body = serde_json::Map::new();
    for field in kind.def().fields.iter().filter(|field| !field.flags.derived) {
        let reference = |to: EntityKind| scene.record(to).id;
        let value = match field.kind {
            Kind::Text { .. } => json!(format!("全字段 {}", field.name)),
            Kind::Long { .. } => json!(format!("第一行 {}\n第二行", field.name)),
            Kind::Int { .. } => json!(42),
            Kind::Decimal { .. } => json!(12.5),
            Kind::Money => json!(1234.56),
            Kind::Bool => json!(true),
            Kind::Date => json!("2024-02-29"),
            Kind::Code { list } => json!(first_code(&scene.world, list)),
            Kind::Codes { list } => json!([first_code(&scene.world, list)]),
            Kind::Ref { to } => json!(reference(to)),
        };
        body.insert(field.name.to_owned(), value);
    }
    Value::Object(body)
}

async fn what_is_read_of_any_entity_is_accepted_back_as_it_is(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    for kind in ENTITIES {
        let def = kind.def();
        let body = sent(&scene, kind);
        let made = operator.post(&format!("/{}", def.plural), &body).await;
        assert_eq!(made.status, 201, "{}: {}", def.plural, made.text());
        assert_eq!(made.header("etag"), "\"v1\"");
        let address = made.header("location").to_owned();
        let read = operator.get(&address).await.ok();
        for (name, value) in body.as_object().unwrap() {
            assert_eq!(&read[name], value, "{}.{name} is read as it was written", def.plural);
        }
        // Everything that may be sent goes back as it was read: nothing changes.
        let mut again = serde_json::Map::new();
        for field in def.fields.iter().filter(|field| !field.flags.derived) {
            again.insert(field.name.to_owned(), read[field.name].clone());
        }
        let unchanged = operator.patch(&address, "\"v1\"", &Value::Object(again.clone())).await;
        assert_eq!(
            (unchanged.status.as_u16(), unchanged.header("etag")),
            (200, "\"v1\""),
            "{}: {}",
            def.plural,
            unchanged.text()
        );
        // … and a copy of it under another name and code is the same in every field.
        for own in ["name", "code", "source_key"] {
            again.insert(own.to_owned(), json!(format!("副本 {own}")));
        }
        let copy = operator.post(&format!("/{}", def.plural), &Value::Object(again.clone())).await.ok();
        for (name, value) in &again {
            assert_eq!(&copy[name], value, "{}.{name} of the copy", def.plural);
        }
        // Clearing what is not required.
        let clear: serde_json::Map<String, Value> = def
            .fields
            .iter()
            .filter(|field| !field.flags.derived && !field.required)
            .map(|field| (field.name.to_owned(), Value::Null))
            .collect();
        let cleared = operator.patch(&address, "\"v1\"", &Value::Object(clear.clone())).await;
        assert_eq!(cleared.header("etag"), "\"v2\"", "{}: {}", def.plural, cleared.text());
        let cleared = cleared.json();
        assert!(clear.keys().all(|name| cleared[name].is_null()), "{cleared}");
    }
}

async fn a_version_that_is_no_longer_current_changes_nothing(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    let address = format!("/systems/{}", scene.own.system.id);
    let read = operator.get(&address).await;
    let first = read.header("etag").to_owned();
    assert!(first.starts_with("\"v"), "{first}");
    let changed = operator.patch(&address, &first, &json!({ "remark": "一" })).await;
    let second = changed.header("etag").to_owned();
    assert_ne!(first, second);
    assert_eq!(changed.ok()["remark"], "一");
    let refused = operator.patch(&address, &first, &json!({ "remark": "二" })).await;
    assert_eq!(refused.header("etag"), second);
    let refused = refused.refused(412, "stale");
    assert_eq!(
        (&refused["current"]["remark"], &refused["current_version"]),
        (&json!("一"), &refused["current"]["_version"])
    );
    operator.delete(&address, &first).await.refused(412, "stale");
    for missing in [
        operator.send("PATCH", &address, &[("content-type", "application/json")], "{}").await,
        operator.send("DELETE", &address, &[], "").await,
    ] {
        missing.refused(428, "version-required");
    }
    for wrong in ["*", "3", "\"3\"", "W/\"v1\"", "\"v0\"", "\"v-1\"", "\"v1\", \"v2\"", ""] {
        operator.patch(&address, wrong, &json!({ "remark": "三" })).await.refused(400, "version-form");
    }
    assert_eq!(operator.get(&address).await.ok()["remark"], "一");
}

#[tokio::test]
async fn a_record_says_what_it_refers_to_and_what_is_not_known() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let record = operator.get(&format!("/systems/{}", scene.own.system.id)).await.ok();
    let department = record["department"].as_str().unwrap();
    assert_eq!(record["_names"][department], json!({ "code": "D-民政", "name": "民政局" }));
    assert_eq!(record["remark"], Value::Null);
    assert_eq!(record["networks"].as_array().unwrap().len(), 2);
    let room = operator.get(&format!("/data-centers/{}", scene.own.data_center.id)).await.ok();
    assert_eq!((room["area_m2"].to_string(), room["pue"].to_string()), ("12.5".to_owned(), "1.45".to_owned()));
}

#[tokio::test]
async fn references_are_written_as_identifier_code_or_name() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    for (name, department) in [("甲", "D-民政"), ("乙", "民政局"), ("丙", scene.own.department.id.to_string().as_str())]
    {
        let made = operator.post("/systems", &json!({ "name": name, "department": department })).await.ok();
        assert_eq!(made["department"], scene.own.department.id.to_string());
    }
    let refused =
        operator.post("/systems", &json!({ "name": "丁", "department": "天文局" })).await.refused(422, "invalid");
    assert_eq!(errors(&refused), [("department".to_owned(), "unknown-reference".to_owned())]);
}

#[tokio::test]
async fn what_is_still_referred_to_is_not_removed_and_what_is_removed_is_gone() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let system = format!("/systems/{}", scene.own.system.id);
    let etag = operator.get(&system).await.header("etag").to_owned();
    operator.delete(&system, &etag).await.refused(409, "still-referenced");
    let component = format!("/components/{}", scene.own.component.id);
    let etag = operator.get(&component).await.header("etag").to_owned();
    let gone = operator.delete(&component, &etag).await;
    assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0));
    operator.get(&component).await.refused(404, "not-found");
    operator.delete(&component, &etag).await.refused(404, "not-found");
}

#[tokio::test]
async fn two_records_of_one_department_never_share_a_code() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let twice = json!({ "name": "又一系统", "code": "S-民政", "department": scene.own.department.id });
    let refused = operator.post("/systems", &twice).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(refused.header("content-type"), api::PROBLEM_JSON);
}

#[tokio::test]
async fn the_history_of_a_record_shows_values_as_the_record_does_and_the_reason_given() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let address = format!("/data-centers/{}", scene.own.data_center.id);
    let etag = operator.get(&address).await.header("etag").to_owned();
    let headers =
        [("content-type", "application/json"), ("if-match", etag.as_str()), ("x-reason", "%E5%A4%8D%E6%A0%B8")];
    let body = json!({ "area_m2": 13.25, "ups": true }).to_string();
    assert_eq!(operator.send("PATCH", &address, &headers, body).await.status, 200);
    let history = operator.get(&format!("{address}/history")).await.ok();
    let items = history["items"].as_array().unwrap();
    let newest = items.iter().find(|item| item["action"] == "update").unwrap();
    assert_eq!((&newest["door"], &newest["why"]), (&json!("api"), &json!("复核")));
    let area = newest["changes"].as_array().unwrap().iter().find(|change| change["field"] == "area_m2").unwrap();
    assert_eq!((&area["before"], &area["after"]), (&json!(12.5), &json!(13.25)));
    assert!(items.iter().any(|item| item["action"] == "create"), "{history}");
}

#[tokio::test]
async fn a_systems_standing_is_explained_in_the_readers_language() {
    let scene = Scene::new(World::sqlite().await).await;
    let mut operator = scene.client(Role::Operator).await;
    let address = format!("/systems/{}/standing", scene.own.system.id);
    let said = operator.get(&address).await.ok();
    assert_eq!(said["standing"], operator.get(&format!("/systems/{}", scene.own.system.id)).await.ok()["standing"]);
    assert!(said["sentence"].as_str().is_some_and(|text| !text.is_empty()), "{said}");
    assert!(!said["flags"].as_array().unwrap().is_empty(), "{said}");
    // The account says English; a program says with each request what it wants, and that goes first.
    operator.language = "zh-CN";
    let zh = operator.get(&address).await.ok();
    assert_ne!(zh["sentence"], said["sentence"]);
    operator.language = "fr-FR, *";
    assert_eq!(operator.get(&address).await.ok()["sentence"], said["sentence"], "the account's own");
    operator.cookie = Some("lang=zh-CN".to_owned());
    assert_eq!(operator.get(&address).await.ok()["sentence"], zh["sentence"], "what was chosen in the console");
    operator.get("/systems/0190f000-0000-7000-8000-000000000000/standing").await.refused(404, "not-found");
}
