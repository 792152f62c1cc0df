//! A power cut in the middle of an apply, on the command line and in the server: nothing half, and it goes through when
//! asked again.

use domain::EntityKind;
use serde_json::{Value, json};
use services::imports::{self, State};

use super::running::{Running, Server, run};
use crate::support::{World, csv, on_both_engines, operator, wait};

const SYSTEM: EntityKind = EntityKind::System;
/// Enough chunks that the middle is long.
const ROWS: usize = 16_000;

on_both_engines!(
    a_command_killed_in_the_middle_of_an_apply_leaves_nothing_and_does_it_all_when_asked_again,
    a_server_killed_in_the_middle_of_an_apply_leaves_nothing_and_the_next_one_does_it_all,
);

fn list() -> Vec<u8> {
    let rows: Vec<[String; 3]> = (0..ROWS)
        .map(|number| [format!("A-{number}"), format!("不动产登记系统 {number}"), "财政局".to_owned()])
        .collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    csv(&["系统编码", "系统名称", "使用单位"], &rows)
}

/// The trail is whole, by the program's own word.
async fn the_trail_is_whole(world: &World) {
    let verified: Value = serde_json::from_str(&run(world, &["verify-audit", "-o", "json"]).await).unwrap();
    assert_eq!(verified["broken_seal"], Value::Null, "{verified}");
}

async fn everything_is_applied_once(world: &World) {
    let rows = i64::try_from(ROWS).unwrap();
    assert_eq!(world.number("select count(*) from system").await, rows);
    assert_eq!(
        world.number("select count(*) from audit_entry where entity = 'system' and action = 'create'").await,
        rows
    );
    assert_eq!(world.number("select count(*) from audit_entry where entity = 'system' and action = 'import'").await, 1);
    assert_eq!(store::search::find(&mut world.db(), "不动产", None, 10).await.unwrap().len(), 10);
    the_trail_is_whole(world).await;
}

async fn a_command_killed_in_the_middle_of_an_apply_leaves_nothing_and_does_it_all_when_asked_again(world: World) {
    world.department("财政局", None).await;
    let file = world.folder.path().join("systems.csv");
    std::fs::write(&file, list()).unwrap();
    let file = file.to_str().unwrap();
    let mut running = Running::start(&world, &["import", "systems", file, "--apply", "--progress"]);
    running.says("applying").await;
    running.kill().await;
    world.nothing_is_applied(SYSTEM).await;
    the_trail_is_whole(&world).await;
    // What was begun is still there: it may be applied or given up as any other.
    let left = imports::list(&world.services, &operator(), 10).await.unwrap().remove(0);
    assert_eq!(left.state, State::Checked);
    let said = run(&world, &["import", "systems", file, "--apply", "-o", "json"]).await;
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["create"], &said["refused"]), (&json!(ROWS), &json!(0)));
    everything_is_applied_once(&world).await;
}

async fn a_server_killed_in_the_middle_of_an_apply_leaves_nothing_and_the_next_one_does_it_all(world: World) {
    world.department("财政局", None).await;
    run(&world, &["user", "create", "--login", "operator", "--role", "operator"]).await;
    let token = run(&world, &["token", "create", "--login", "operator", "--name", "test", "--write"]).await;
    let server = Server::start(&world, token.trim()).await;
    let import = server.ask("POST", "/imports?kind=systems&file_name=systems.csv", &list()).await;
    let at = format!("/imports/{}", import["id"].as_str().unwrap());
    server.ask("POST", &format!("{at}/check"), b"").await;
    becomes(&server, &at, "checked").await;
    server.ask("POST", &format!("{at}/apply"), b"").await;
    wait::until("the apply is in its middle", async || {
        let progress = server.ask("GET", &format!("{at}/progress"), b"").await;
        assert_ne!(progress["state"], "applied", "the apply ended before it could be killed");
        (progress["phase"] == "applying" && progress["done"].as_u64() > Some(0)).then_some(())
    })
    .await;
    server.running.kill().await;
    world.nothing_is_applied(SYSTEM).await;
    the_trail_is_whole(&world).await;
    // The next server takes the job up as soon as the claim of the dead one has run out.
    let server = Server::start(&world, token.trim()).await;
    assert_eq!(server.ask("GET", &at, b"").await["state"], "applying", "its job will run again");
    crate::support::engine::run(world.db(), "update job set leased_until = 1 where state = 'running'").await;
    becomes(&server, &at, "applied").await;
    let applied = server.ask("GET", &at, b"").await;
    assert_eq!(applied["counts"], json!({ "create": ROWS, "update": 0, "unchanged": 0, "refused": 0 }));
    server.running.kill().await;
    everything_is_applied_once(&world).await;
}

async fn becomes(server: &Server, at: &str, state: &str) {
    wait::until(state, async || (server.ask("GET", at, b"").await["state"] == state).then_some(())).await;
}
