//! `shangyun list|get requests|workspaces` and `shangyun cluster list`: the desk from the server's own command line.

use domain::EntityKind;
use serde_json::{Value, json};
use services::requests;

use super::running::{ended, run};
use crate::support::{World, approver, on_both_engines, operator};

on_both_engines![requests_workspaces_and_clusters_are_listed_and_shown];

async fn requests_workspaces_and_clusters_are_listed_and_shown(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    for (arguments, code, said) in [
        (&["list", "requests", "--filter", "state=lost"][..], 2, "state: must be one of"),
        (&["list", "requests", "--filter", "colour=red"], 2, "colour: lists cannot be filtered by"),
        (&["list", "workspaces", "--filter", "cluster=gov-9"], 2, "was not found"),
        (&["get", "requests", "MR-2020-000001"], 3, "Not found"),
        (&["get", "workspaces", "nowhere-prod"], 3, "Not found"),
    ] {
        let ended = ended(&world, arguments).await;
        assert!(ended.code == code && ended.said.contains(said), "{arguments:?}: {ended:?}");
    }
    let list =
        run(&world, &["list", "requests", "--filter", "open=true", "--filter", "system=SYS-000123", "-o", "json"]);
    let list: Value = serde_json::from_str(&list.await).unwrap();
    assert_eq!((&list["more"], &list["items"][0]["number"]), (&json!(false), &json!("MR-2026-000001")));
    assert_eq!(list["items"][0]["id"], id.to_string());
    let table = run(&world, &["list", "requests"]).await;
    assert!(table.contains("MR-2026-000001") && table.contains("行政审批系统上云"), "{table}");
    let shown: Value =
        serde_json::from_str(&run(&world, &["get", "requests", "MR-2026-000001", "-o", "json"]).await).unwrap();
    // Whoever has the server's own command line sees what an operator sees.
    let seen = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
    assert_eq!(shown["plan_hash"], seen.plan_hash);
    assert_eq!(shown["deliveries"][0]["objects"].as_array().unwrap().len(), seen.deliveries[0].objects.len());
    let text = run(&world, &["get", "requests", "MR-2026-000001"]).await;
    assert!(text.contains("next: Approve, by an approver"), "{text}");
    assert_eq!(
        run(&world, &["list", "workspaces", "-o", "json"]).await.trim(),
        "{\n  \"items\": [],\n  \"more\": false\n}"
    );
    world.approve(&approver(), id).await.unwrap();
    world.ready(&desk, id).await;
    let shown: Value =
        serde_json::from_str(&run(&world, &["get", "workspaces", "sys-000123-prod", "-o", "json"]).await).unwrap();
    assert_eq!((&shown["state"], &shown["cluster"]), (&json!("ready"), &json!("gov-1")));
    let table = run(&world, &["list", "workspaces", "--filter", "state=ready"]).await;
    assert!(table.contains("sys-000123-prod"), "{table}");
    let clusters: Value = serde_json::from_str(&run(&world, &["cluster", "list", "-o", "json"]).await).unwrap();
    let cluster = &clusters["items"][0];
    assert_eq!((&cluster["code"], &cluster["server"]), (&json!("gov-1"), &Value::Null));
    assert_eq!((&cluster["granted"]["cpu_milli"], &cluster["free"]["cpu_milli"]), (&json!(2_000), &json!(8_000)));
    let table = run(&world, &["cluster", "list"]).await;
    assert!(table.contains("not registered: plans become files"), "{table}");
}
