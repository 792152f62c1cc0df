//! The OpenAPI document: every route in it, every field of every entity, nothing that leads nowhere.

use std::collections::{BTreeSet, HashSet};

use api::{ROUTES, addresses};
use domain::{ENTITIES, Kind, Role};
use serde_json::Value;

use super::scene::Scene;
use crate::support::World;

fn document() -> Value {
    serde_json::to_value(api::document(rules::Pack::builtin("cn").unwrap())).unwrap()
}

/// A change of the door must be seen by whoever reviews it, not found out by a client.
#[test]
fn the_document_is_the_one_that_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/openapi.json");
    let document = format!("{:#}\n", document());
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
        std::fs::write(path, &document).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    let line = golden.lines().zip(document.lines()).take_while(|(old, new)| old == new).count() + 1;
    assert!(
        golden == document,
        "the OpenAPI document differs from tests/golden/openapi.json from line {line} on: if that is meant, run `make fix`, \
         read the difference and say in CHANGELOG.md what clients will notice"
    );
}

#[test]
fn every_route_is_in_the_document_and_nothing_else() {
    let document = document();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let mut wanted: BTreeSet<(String, String)> = BTreeSet::new();
    for route in ROUTES {
        wanted.extend(addresses(route).into_iter().map(|(address, _)| (address, route.method.to_lowercase())));
    }
    let mut found = BTreeSet::new();
    for (address, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            found.insert((address.clone(), method.clone()));
        }
    }
    assert_eq!(found, wanted);
    let mut ids = HashSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} twice");
            assert!(id.chars().all(|character| character.is_ascii_lowercase() || character == '_'), "{id}");
            assert!(operation["responses"]["default"].is_object(), "{id}");
        }
    }
}

fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            found.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_in_the_document_leads_somewhere() {
    let document = document();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for reference in found {
        let name = reference.strip_prefix("#/components/schemas/").unwrap();
        assert!(document["components"]["schemas"][name].is_object(), "{reference}");
    }
}

#[test]
fn every_field_is_described_in_both_languages_with_its_unit() {
    let document = document();
    for kind in ENTITIES {
        let schemas = &document["components"]["schemas"];
        let (read, made) = (&schemas[format!("{kind:?}")], &schemas[format!("New{kind:?}")]);
        for field in kind.def().fields {
            let told = read["properties"][field.name]["description"]
                .as_str()
                .unwrap_or_else(|| panic!("{kind:?}.{}", field.name));
            assert!(told.contains(field.zh) && told.contains(field.en), "{told}");
            if let Kind::Int { unit } | Kind::Decimal { unit, .. } = field.kind {
                assert!(told.contains(unit), "{told}");
            }
            assert_eq!(made["properties"][field.name].is_null(), field.flags.derived, "{kind:?}.{}", field.name);
            let required = made["required"].as_array().into_iter().flatten().any(|name| name == field.name);
            assert_eq!(required, field.required && !field.flags.derived, "{kind:?}.{}", field.name);
            // The pack may add words: clients must not break on one that they do not know.
            assert!(read["properties"][field.name]["enum"].is_null(), "{kind:?}.{}", field.name);
        }
    }
}

#[tokio::test]
async fn the_document_and_its_pages_are_served_to_whoever_is_signed_in_without_anything_from_elsewhere() {
    let scene = Scene::new(World::sqlite().await).await;
    let leader = scene.client(Role::Leader).await;
    assert_eq!(leader.get("/openapi.json").await.ok()["info"]["title"], "Shangyun 上云");
    assert_eq!(leader.get("/api/docs").await.header("location"), "/api/docs/");
    let page = leader.get("/api/docs/").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html"));
    assert!(!page.text().contains("<script>") && !page.text().contains("http"), "{}", page.text());
    assert!(
        page.header("content-security-policy").contains("script-src 'self'"),
        "{}",
        page.header("content-security-policy")
    );
    let start = leader.get("/api/docs/swagger-initializer.js").await.text();
    assert!(start.contains("/api/v1/openapi.json") && start.contains("\"validatorUrl\": \"none\""), "{start}");
    assert!(!start.contains("https://"), "{start}");
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js", "index.css"] {
        assert_eq!(leader.get(&format!("/api/docs/{file}")).await.status, 200, "{file}");
    }
    leader.get("/api/docs/nothing.js").await.refused(404, "not-found");
}
