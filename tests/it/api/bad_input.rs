//! What bad input gets: a problem document that says what is wrong, where, and what would be right.

use axum::body::Body;
use domain::{EntityKind, Role};
use serde_json::json;

use super::{client::errors, scene::Scene};
use crate::support::{World, on_both_engines};

on_both_engines!(values_that_break_rules_are_named_each_with_its_field, nothing_of_a_refused_record_is_stored);

async fn values_that_break_rules_are_named_each_with_its_field(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    let body = json!({
        "department": scene.own.department.id, "live_on": "2026-02-30", "colour": "red", "mlps_level": "特级", "is_cii": "maybe",
        "standing": "on_cloud", "id": scene.own.system.id,
    });
    let refused = operator.post("/systems", &body).await.refused(422, "invalid");
    let mut found = errors(&refused);
    found.sort();
    let expected = [
        ("colour", "unknown-field"),
        ("id", "unknown-field"),
        ("is_cii", "not-yes-or-no"),
        ("live_on", "no-such-day"),
        ("mlps_level", "unknown-code"),
        ("name", "required"),
        ("standing", "unknown-field"),
    ];
    assert_eq!(found, expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
    let day = refused["errors"].as_array().unwrap().iter().find(|error| error["field"] == "live_on").unwrap();
    assert!(day["message"].as_str().unwrap().contains("2026-02-28"), "the neighbour is suggested: {day}");
}

async fn nothing_of_a_refused_record_is_stored(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    let before = scene.world.count(EntityKind::System).await;
    let secret = json!({ "name": "某系统", "department": scene.own.department.id, "secrecy": "机密" });
    let refused = operator.post("/systems", &secret).await.refused(422, "invalid");
    assert_eq!(errors(&refused), [("secrecy".to_owned(), "classified".to_owned())]);
    assert!(!refused.to_string().contains("机密"), "the mark is not repeated");
    assert_eq!(scene.world.count(EntityKind::System).await, before);
}

#[tokio::test]
async fn values_of_a_wrong_type_are_refused_by_name() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let body =
        json!({ "name": true, "department": 7, "networks": [1], "live_on": 2026, "is_cii": 1, "remark": {"a": 1} });
    let mut found = errors(&operator.post("/systems", &body).await.refused(422, "invalid"));
    found.sort();
    let expected = ["department", "is_cii", "live_on", "name", "networks", "remark"];
    assert_eq!(found, expected.map(|field| (field.to_owned(), "wrong-type".to_owned())));
    let big = json!({ "name": "x", "system": scene.own.system.id, "cpu_count": 1e300 });
    let found = errors(&operator.post("/components", &big).await.refused(422, "invalid"));
    assert_eq!(found, [("cpu_count".to_owned(), "too-large".to_owned())]);
    let negative = json!({ "name": "x", "system": scene.own.system.id, "memory_gb": -0.5 });
    let found = errors(&operator.post("/components", &negative).await.refused(422, "invalid"));
    assert_eq!(found, [("memory_gb".to_owned(), "negative".to_owned())]);
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_refused_with_the_place() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let json = [("content-type", "application/json; charset=utf-8")];
    let send = async |headers: &[(&str, &str)], body: Vec<u8>| operator.send("POST", "/systems", headers, body).await;
    let broken = send(&json, b"{\"name\": \"x\",\n  oops}".to_vec()).await.refused(400, "not-json");
    assert!(broken["detail"].as_str().unwrap().contains("line 2"), "{broken}");
    send(&json, b"".to_vec()).await.refused(400, "not-json");
    send(&json, b"{\"name\":\"\xff\xfe\"}".to_vec()).await.refused(400, "not-utf-8");
    send(&json, b"[1, 2]".to_vec()).await.refused(422, "shape");
    send(&json, b"{\"name\":\"a\",\"name\":\"b\"}".to_vec()).await.refused(422, "shape");
    send(&[], b"{}".to_vec()).await.refused(415, "content-type");
    send(&[("content-type", "text/plain")], b"{}".to_vec()).await.refused(415, "content-type");
    send(&[("content-type", "application/x-www-form-urlencoded")], b"name=x".to_vec())
        .await
        .refused(415, "content-type");
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20));
    send(&json, large.into_bytes()).await.refused(413, "too-large");
    let deep = "[".repeat(100_000);
    send(&json, format!("{{\"name\":{deep}").into_bytes()).await.refused(400, "not-json");
    let members = (0..50_000).map(|number| format!("\"m{number}\":1")).collect::<Vec<_>>().join(",");
    send(&json, format!("{{{members}}}").into_bytes()).await.refused(422, "shape");
    let nul = send(&json, b"{\"name\":\"a\\u0000b\"}".to_vec()).await.refused(422, "invalid");
    assert!(errors(&nul).contains(&("name".to_owned(), "nul".to_owned())), "{nul}");
}

#[tokio::test]
async fn parameters_that_nobody_knows_or_that_break_a_rule_are_refused_by_name() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let (long, longer) =
        (format!("/systems?q={}", "a+".repeat(2_000)), format!("/search?q={}", "%E4%BA%91".repeat(2_000)));
    let cases = [
        ("/systems?limit=0", "limit", "range"),
        ("/systems?limit=501", "limit", "range"),
        ("/systems?limit=ten", "limit", "range"),
        ("/systems?limit=1&limit=2", "limit", "repeated"),
        ("/systems?q=a&q=b", "q", "repeated"),
        (long.as_str(), "q", "too-long"),
        (longer.as_str(), "q", "too-long"),
        ("/systems?colour=red", "colour", "unknown-filter"),
        ("/systems?remark=x", "remark", "unknown-filter"),
        ("/systems?sort=remark", "sort", "unknown-sort"),
        ("/systems?standing=perhaps", "standing", "unknown-code"),
        ("/systems?live_on[gte]=2026-02-30", "live_on[gte]", "no-such-day"),
        ("/systems?live_on[gt]=2026-01-01", "live_on[gt]", "unknown-filter"),
        ("/systems?within=nowhere", "within", "unknown-reference"),
        ("/systems?fields=name,colour", "fields", "unknown-field"),
        ("/systems?cursor=rubbish", "cursor", "cursor"),
        ("/systems?cursor=00", "cursor", "cursor"),
        ("/systems/facets?limit=3", "limit", "unknown-filter"),
        ("/systems/export?format=pdf", "format", "unknown-format"),
        ("/flags?colour=red", "colour", "unknown-parameter"),
        ("/flags?rule=CBD-99", "rule", "unknown-code"),
        ("/flags?severity=bad", "severity", "unknown-code"),
        ("/flags?overdue=perhaps", "overdue", "not-yes-or-no"),
        ("/flags?subject=x", "subject", "not-an-id"),
        ("/figures?within=x", "within", "not-an-id"),
        ("/search", "q", "required"),
        ("/search?q=", "q", "required"),
        ("/audit?cursor=x", "cursor", "cursor"),
        ("/me?x=1", "x", "unknown-parameter"),
    ];
    let admin = scene.client(Role::Admin).await;
    for (path, field, rule) in cases {
        let client = if path.starts_with("/audit") { &admin } else { &operator };
        let refused = client.get(path).await.refused(400, "parameters");
        assert_eq!(errors(&refused), [(field.to_owned(), rule.to_owned())], "{path}");
    }
    operator.get("/systems?q=%ff%fe").await.refused(400, "parameters-not-text");
    operator.get("/systems?q=a%00b").await.refused(400, "nul");
    operator.get("/systems/%ff").await.refused(400, "malformed");
    operator.get(&format!("/systems?{}", "standing=&".repeat(500))).await.refused(400, "too-many-parameters");
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    for path in ["/nothing", "/nothing/here", "/systems/x/y/z", "/imports/x/y", "/Systems"] {
        operator.get(path).await.refused(404, "no-such-route");
    }
    let refused = operator.send("DELETE", "/systems", &[], Body::empty()).await;
    assert!(refused.header("allow").contains("POST"), "{:?}", refused.headers);
    refused.refused(405, "method-not-allowed");
    operator.send("BREW", "/me", &[], Body::empty()).await.refused(405, "method-not-allowed");
    for id in ["x", "00000000-0000-0000-0000-000000000000", "%00", "..%2f..%2fetc", "S-%E6%B0%91%E6%94%BF"] {
        operator.get(&format!("/systems/{id}")).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn refusals_speak_the_readers_language() {
    let scene = Scene::new(World::sqlite().await).await;
    let mut nobody = scene.nobody();
    assert_eq!(nobody.get("/systems").await.refused(401, "unauthenticated")["title"], "Not signed in");
    nobody.language = "zh-CN";
    let refused = nobody.get("/systems").await;
    assert_eq!((refused.header("content-language"), refused.header("www-authenticate")), ("zh-CN", "Bearer"));
    assert_eq!(refused.refused(401, "unauthenticated")["title"], "未登录");
}
