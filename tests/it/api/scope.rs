//! What somebody of one department learns of another department's records: nothing, by any address.

use domain::{ENTITIES, EntityKind, Role};
use serde_json::json;

use super::{client::errors, scene::Scene};
use crate::support::{World, on_both_engines};

on_both_engines!(
    records_of_another_department_answer_as_if_they_did_not_exist,
    records_of_another_department_are_not_listed_counted_found_or_exported,
    nobody_puts_records_into_another_department,
);

async fn records_of_another_department_answer_as_if_they_did_not_exist(world: World) {
    let scene = Scene::new(world).await;
    let mine = scene.client(Role::Department).await;
    for kind in ENTITIES.into_iter().filter(|kind| kind.def().owner != domain::Owner::City) {
        let plural = kind.def().plural;
        let own = scene.own.of(kind).unwrap();
        let read = mine.get(&format!("/{plural}/{}", own.id)).await.ok();
        assert_eq!(read["id"], own.id.to_string());
        let other = scene.other.of(kind).unwrap().id;
        let absent = "0190f000-0000-7000-8000-000000000000".to_owned();
        let mut answers = Vec::new();
        for id in [other.to_string(), absent] {
            let address = format!("/{plural}/{id}");
            let mut seen = vec![
                mine.get(&address).await.refused(404, "not-found"),
                mine.get(&format!("{address}/history")).await.refused(404, "not-found"),
                mine.patch(&address, "\"v1\"", &json!({ "name": "x" })).await.refused(404, "not-found"),
                mine.delete(&address, "\"v1\"").await.refused(404, "not-found"),
            ];
            if kind == EntityKind::System {
                seen.push(mine.get(&format!("{address}/standing")).await.refused(404, "not-found"));
            }
            seen.iter_mut().for_each(|document| document["request_id"] = json!(""));
            answers.push(seen);
        }
        assert_eq!(answers[0], answers[1], "{plural}: hidden and absent look the same");
    }
}

async fn records_of_another_department_are_not_listed_counted_found_or_exported(world: World) {
    let scene = Scene::new(world).await;
    let mine = scene.client(Role::Department).await;
    for kind in ENTITIES.into_iter().filter(|kind| kind.def().owner != domain::Owner::City) {
        let plural = kind.def().plural;
        let list = mine.get(&format!("/{plural}")).await;
        let other = scene.other.of(kind).unwrap();
        assert!(!list.text().contains(&other.id.to_string()) && !list.text().contains("交通"), "{}", list.text());
        let list = list.ok();
        assert_eq!(
            (&list["count"], &list["items"][0]["id"]),
            (&json!(1), &json!(scene.own.of(kind).unwrap().id)),
            "{plural}"
        );
        for format in ["csv", "xlsx"] {
            let file = mine.get(&format!("/{plural}/export?format={format}")).await;
            assert_eq!(file.status, 200, "{plural}");
            assert!(format == "xlsx" || !file.text().contains("交通"), "{}", file.text());
        }
        let facets = mine.get(&format!("/{plural}/facets")).await;
        assert_eq!(facets.status, 200, "{}", facets.text());
        assert!(
            !facets.text().contains("交通") && !facets.text().contains(&scene.other.department.id.to_string()),
            "{}",
            facets.text()
        );
    }
    let found = mine.get("/search?q=%E4%BA%A4%E9%80%9A").await.ok();
    assert_eq!(found["items"], json!([]), "交通");
    let found = mine.get("/search?q=%E6%B0%91%E6%94%BF").await.ok();
    assert!(!found["items"].as_array().unwrap().is_empty(), "民政");
    let flags = mine.get("/flags?limit=500").await;
    assert!(!flags.text().contains("交通"), "{}", flags.text());
    let of_other = mine.get(&format!("/flags?subject={}", scene.other.system.id)).await.ok();
    assert_eq!(of_other["items"], json!([]));
    let figures = mine.get("/figures").await;
    assert!(!figures.text().contains("交通"), "{}", figures.text());
    for path in ["/systems", "/flags", "/figures"] {
        let refused =
            mine.get(&format!("{path}?within={}", scene.other.department.id)).await.refused(400, "parameters");
        assert_eq!(errors(&refused), [("within".to_owned(), "unknown-reference".to_owned())], "{path}");
    }
    // A filter by what may not be known finds nothing out either.
    let refused =
        mine.get(&format!("/systems?department={}", scene.other.department.id)).await.refused(400, "parameters");
    assert_eq!(errors(&refused), [("department".to_owned(), "unknown-reference".to_owned())]);
}

async fn nobody_puts_records_into_another_department(world: World) {
    let scene = Scene::new(world).await;
    let mine = scene.client(Role::Department).await;
    for department in [scene.other.department.id.to_string(), "D-交通".to_owned(), "交通局".to_owned()] {
        let refused =
            mine.post("/systems", &json!({ "name": "某系统", "department": department })).await.refused(422, "invalid");
        assert_eq!(errors(&refused), [("department".to_owned(), "unknown-reference".to_owned())]);
        let own = format!("/systems/{}", scene.own.system.id);
        let etag = mine.get(&own).await.header("etag").to_owned();
        mine.patch(&own, &etag, &json!({ "department": department })).await.refused(422, "invalid");
    }
    mine.post("/systems", &json!({ "name": "自有系统", "department": scene.own.department.id })).await.ok();
    // The same code in two departments is no conflict, so that a refusal tells nothing.
    mine.post("/systems", &json!({ "name": "同码系统", "code": "S-交通", "department": scene.own.department.id }))
        .await
        .ok();
    mine.post("/zones", &json!({ "name": "私有云区" })).await.refused(403, "forbidden");
    mine.post("/departments", &json!({ "name": "新局" })).await.refused(404, "not-found");
}

#[tokio::test]
async fn restricted_fields_are_hidden_from_readers_without_the_right_everywhere() {
    let scene = Scene::new(World::sqlite().await).await;
    let leader = scene.client(Role::Leader).await;
    let address = format!("/systems/{}", scene.own.system.id);
    assert_eq!(leader.get(&address).await.ok()["contact_phone"], serde_json::Value::Null);
    for path in ["/systems", "/systems/export", "/search?q=13800000000", "/departments", "/departments/export"] {
        let answer = leader.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            !answer.text().contains("13800000000") && !answer.text().contains("010-1234"),
            "{path}: {}",
            answer.text()
        );
    }
    assert_eq!(scene.client(Role::Auditor).await.get(&address).await.ok()["contact_phone"], "13800000000");
}

#[tokio::test]
async fn a_locked_account_and_a_revoked_token_are_shut_out_at_once() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let token = operator.get("/me/tokens").await.ok()["items"][0]["id"].as_str().unwrap().to_owned();
    let revoked = operator.send("DELETE", &format!("/me/tokens/{token}"), &[], "").await;
    assert_eq!(revoked.status, 204, "{}", revoked.text());
    operator.get("/systems").await.refused(401, "dead-token");
}
