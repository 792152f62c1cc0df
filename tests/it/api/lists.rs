//! Lists over HTTP: pages without gap or repeat, filters, facets, files.

use domain::{EntityKind, Role};
use serde_json::{Value, json};

use super::{client::Client, scene::Scene};
use crate::support::{World, on_both_engines};

on_both_engines!(
    pages_hold_every_record_once_in_order,
    filters_narrow_lists_counts_and_facets_alike,
    imports_and_what_happened_to_a_record_are_read_page_by_page,
);

async fn many(scene: &Scene, count: usize) {
    for number in 0..count {
        // Every third has no go-live date: what is not known has its place in the order as well.
        let day = if number % 3 == 0 { String::new() } else { format!("2020-01-{:02}", number % 5 + 1) };
        let id = scene.own.department.id.to_string();
        let name = format!("系统 {number:03}");
        scene.world.create(EntityKind::System, &[("name", &name), ("department", &id), ("live_on", &day)]).await;
    }
}

async fn pages_hold_every_record_once_in_order(world: World) {
    let scene = Scene::new(world).await;
    many(&scene, 23).await;
    let operator = scene.client(Role::Operator).await;
    for sort in ["", "name", "-name", "live_on", "-live_on", "flag_count", "-deadline_on", "code"] {
        let whole = operator.get(&format!("/systems?limit=500&sort={sort}")).await.ok();
        let whole: Vec<Value> = whole["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
        assert_eq!(whole.len(), 25);
        let (mut walked, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = operator.get(&format!("/systems?limit=4&sort={sort}&cursor={cursor}")).await.ok();
            assert_eq!((&page["count"], &page["count_is_exact"]), (&json!(25), &json!(true)));
            walked.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(walked, whole, "sort={sort}");
    }
    // A cursor of another order or list, or with a changed letter, is refused.
    let cursor = operator.get("/systems?limit=4&sort=name").await.ok()["next_cursor"].as_str().unwrap().to_owned();
    let mut altered = cursor.clone().into_bytes();
    altered[10] = if altered[10] == b'0' { b'1' } else { b'0' };
    let altered = String::from_utf8(altered).unwrap();
    for path in [
        format!("/systems?sort=-name&cursor={cursor}"),
        format!("/zones?sort=name&cursor={cursor}"),
        format!("/systems?sort=name&cursor={altered}"),
    ] {
        operator.get(&path).await.refused(400, "parameters");
    }
}

/// The ids or moments of everything that a list answers, page by page; every page but the last is full.
async fn walked(client: &Client, path: &str, limit: usize, member: &str) -> Vec<Value> {
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{path}?limit={limit}&cursor={cursor}")).await.ok();
        let items = page["items"].as_array().unwrap();
        walked.extend(items.iter().map(|item| item[member].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        assert_eq!(items.len(), limit, "{path}");
        cursor = next.to_owned();
    }
    walked
}

async fn imports_and_what_happened_to_a_record_are_read_page_by_page(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    // Two at one moment, so that the moment alone does not tell where a page begins.
    for minute in [10, 10, 11, 11, 12, 13] {
        scene.world.the_time_is(&format!("2026-11-23T02:{minute}:00Z"));
        operator.send("POST", "/imports?kind=systems", &[], "系统名称\n甲\n").await.ok();
    }
    let system = scene.own.system.id;
    for number in 0..5 {
        scene.world.update(EntityKind::System, system, &[("name", &format!("民政系统 {number}"))]).await;
    }
    let history = format!("/systems/{system}/history");
    let cursors = [("/imports", "id"), (history.as_str(), "version")].map(async |(path, member)| {
        let whole = operator.get(&format!("{path}?limit=500")).await.ok();
        assert_eq!(whole["next_cursor"], Value::Null, "{path}");
        let whole: Vec<Value> = whole["items"].as_array().unwrap().iter().map(|item| item[member].clone()).collect();
        assert!(whole.len() >= 6, "{path}: {whole:?}");
        for limit in [1, 2, whole.len() - 1, whole.len()] {
            assert_eq!(walked(&operator, path, limit, member).await, whole, "{path} by {limit}");
        }
        operator.get(&format!("{path}?limit=1")).await.ok()["next_cursor"].as_str().unwrap().to_owned()
    });
    let [imports, entries] = cursors;
    let (imports, entries) = (imports.await, entries.await);
    // What comes in while somebody turns pages shifts nothing.
    let second = operator.get(&format!("/imports?limit=2&cursor={imports}")).await.ok();
    operator.send("POST", "/imports?kind=systems", &[], "系统名称\n乙\n").await.ok();
    assert_eq!(operator.get(&format!("/imports?limit=2&cursor={imports}")).await.ok(), second);
    for path in [
        format!("/imports?cursor={entries}"),
        format!("{history}?cursor={imports}"),
        format!("/systems/{}/history?cursor={entries}", scene.other.system.id),
        "/imports?cursor=x".to_owned(),
        "/imports?limit=501".to_owned(),
    ] {
        operator.get(&path).await.refused(400, "parameters");
    }
}

async fn filters_narrow_lists_counts_and_facets_alike(world: World) {
    let scene = Scene::new(world).await;
    many(&scene, 9).await;
    let operator = scene.client(Role::Operator).await;
    let count = async |query: &str| operator.get(&format!("/systems?{query}")).await.ok()["count"].as_i64().unwrap();
    let id = scene.other.department.id;
    assert_eq!(count(&format!("department={id}")).await, 1);
    assert_eq!(
        count(&format!("department={id}&department={}", scene.own.department.id)).await,
        11,
        "repeated means or"
    );
    assert_eq!(count(&format!("within={id}")).await, 1);
    assert_eq!(count("hosting=own_room").await, 2);
    assert_eq!(count("hosting=").await, 9, "an empty value asks for what is not known");
    assert_eq!(count("live_on[gte]=2020-01-01&live_on[lte]=2020-01-31").await, 6);
    assert_eq!(count("live_on[lte]=2020-02-29").await, 8, "what is not known is not early");
    assert_eq!(count("q=%E4%BA%A4%E9%80%9A").await, 1);
    let facets = operator.get(&format!("/systems/facets?fields=hosting,department&within={id}")).await.ok();
    let hosting = &facets["items"][0];
    assert_eq!((&hosting["field"], &hosting["label"]), (&json!("hosting"), &json!("Declared hosting")));
    assert_eq!(hosting["values"][0]["value"], "own_room");
    assert_eq!(facets["items"][1]["values"], json!([{ "value": id, "label": "交通局", "count": 1 }]));
}

#[tokio::test]
async fn a_list_carries_the_fields_that_were_asked_for_and_every_name_once() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let list = operator.get("/systems?fields=name,department&sort=name").await.ok();
    let item = list["items"][0].as_object().unwrap();
    let members: Vec<&str> = item.keys().map(String::as_str).collect();
    assert_eq!(members, ["_created_at", "_updated_at", "_version", "department", "id", "name"]);
    let department = item["department"].as_str().unwrap();
    assert!(list["_names"][department]["name"].as_str().unwrap().ends_with('局'));
}

#[tokio::test]
async fn a_file_is_handed_over_to_be_kept_and_is_read_back_by_an_import() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let file = operator.get("/systems/export").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"systems-2026-11-23.csv\"");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let sheet = operator.get("/systems/export?format=xlsx").await;
    assert!(sheet.body.starts_with(b"PK"));
    for file in [file, sheet] {
        let read = operator.send("POST", "/imports?kind=systems&file_name=back", &[], file.body).await.ok();
        let checked = operator.command(&format!("/imports/{}/check", read["id"].as_str().unwrap())).await.ok();
        assert_eq!(checked["counts"], json!({ "create": 0, "update": 0, "unchanged": 2, "refused": 0 }), "{checked}");
    }
}

#[tokio::test]
async fn flags_are_paged_by_deadline_and_counted_by_rule() {
    let scene = Scene::new(World::sqlite().await).await;
    many(&scene, 5).await;
    let operator = scene.client(Role::Operator).await;
    let whole = operator.get("/flags?limit=500").await.ok();
    let ids =
        |page: &Value| page["items"].as_array().unwrap().iter().map(|flag| flag["id"].clone()).collect::<Vec<_>>();
    let counted: i64 = whole["counts"].as_array().unwrap().iter().map(|count| count["count"].as_i64().unwrap()).sum();
    assert_eq!(usize::try_from(counted).unwrap(), ids(&whole).len());
    assert!(counted > 3, "{whole}");
    let (mut walked, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = operator.get(&format!("/flags?limit=2&cursor={cursor}")).await.ok();
        walked.extend(ids(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = next.to_owned();
    }
    assert_eq!(walked, ids(&whole));
    let of_one = operator.get(&format!("/flags?subject={}", scene.own.system.id)).await.ok();
    assert!(of_one["items"].as_array().unwrap().iter().all(|flag| flag["subject_name"] == "民政系统"), "{of_one}");
    let rules = operator.get("/rules").await.ok();
    assert_eq!(rules["items"].as_array().unwrap().len(), domain::FlagRule::ALL.len());
    let figures = operator.get("/figures").await.ok();
    assert_eq!((figures["standings"].as_array().unwrap().len(), &figures["today"]), (10, &json!("2026-11-23")));
}
