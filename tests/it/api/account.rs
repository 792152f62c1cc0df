//! The caller's own account over HTTP.

use domain::{Door, Language, Role};
use serde_json::json;
use services::accounts::{self, Attempt, NewGrant, NewPerson};

use super::{
    client::{Client, errors},
    scene::Scene,
};
use crate::support::World;

const PASSWORD: &str = "春天的马电池与订书钉";

/// Somebody who signed in with a password, as a browser does.
async fn with_session(scene: &Scene) -> Client {
    let services = &scene.world.services;
    let server = services::Op::system("test", Door::CommandLine, "test");
    let new = NewPerson {
        login: "zhang".to_owned(),
        name: "张".to_owned(),
        language: None,
        grants: vec![NewGrant::of(Role::Operator)],
    };
    let made = accounts::create_person(services, &server, &new).await.unwrap();
    let stranger = accounts::anonymous(Door::Console, "test", Language::En);
    accounts::redeem_link(services, &stranger, made.link.secret.expose(), PASSWORD).await.unwrap();
    let attempt = Attempt { login: "zhang", password: PASSWORD, peer: "local", agent: "", replaces: None };
    let opened = accounts::sign_in(services, &stranger, attempt).await.unwrap();
    let cookie = edge::session_cookie(&edge::Settings::default(), &opened.token);
    Client { cookie: Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned()), ..scene.nobody() }
}

#[tokio::test]
async fn a_session_makes_a_token_that_works_until_it_is_taken_back() {
    let scene = Scene::new(World::sqlite().await).await;
    let person = with_session(&scene).await;
    let made = person.post("/me/tokens", &json!({ "name": "pipeline", "scope": "read", "days": 30 })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("cache-control"), "no-store");
    let made = made.json();
    let secret = made["secret"].as_str().unwrap();
    let program = Client::with_token(&scene.app, secret);
    let me = program.get("/me").await.ok();
    assert_eq!((&me["login"], &me["by_token"], &me["read_only"]), (&json!("zhang"), &json!(true), &json!(true)));
    assert_eq!(me["grants"], json!([{ "role": "operator", "whole_city": true, "path": "" }]));
    let list = person.get("/me/tokens").await;
    assert!(!list.text().contains(secret), "the secret is shown once");
    assert_eq!(list.ok()["items"][0]["name"], "pipeline");
    program.post("/systems", &json!({ "name": "x" })).await.refused(403, "token-read-only");
    let id = made["id"].as_str().unwrap();
    assert_eq!(person.send("DELETE", &format!("/me/tokens/{id}"), &[], "").await.status, 204);
    program.get("/me").await.refused(401, "dead-token");
    person.send("DELETE", &format!("/me/tokens/{id}"), &[], "").await.refused(404, "not-found");
}

#[tokio::test]
async fn a_token_that_breaks_a_rule_is_not_made_and_a_token_makes_no_tokens() {
    let scene = Scene::new(World::sqlite().await).await;
    let person = with_session(&scene).await;
    let refused =
        person.post("/me/tokens", &json!({ "name": "", "scope": "read", "days": 0 })).await.refused(422, "invalid");
    assert_eq!(
        errors(&refused),
        [("name".to_owned(), "token-name".to_owned()), ("days".to_owned(), "token-days".to_owned())]
    );
    let refused =
        person.post("/me/tokens", &json!({ "name": "x", "scope": "all", "days": 1 })).await.refused(422, "invalid");
    assert_eq!(errors(&refused), [("scope".to_owned(), "unknown-code".to_owned())]);
    person.post("/me/tokens", &json!({ "name": "x", "scope": "read", "days": -1 })).await.refused(422, "shape");
    person
        .post("/me/tokens", &json!({ "name": "x", "scope": "read", "days": 1, "role": "admin" }))
        .await
        .refused(422, "shape");
    let operator = scene.client(Role::Operator).await;
    operator
        .post("/me/tokens", &json!({ "name": "x", "scope": "write", "days": 1 }))
        .await
        .refused(403, "session-required");
}

#[tokio::test]
async fn another_site_cannot_use_a_persons_session() {
    let scene = Scene::new(World::sqlite().await).await;
    let person = with_session(&scene).await;
    let headers =
        [("content-type", "application/json"), ("origin", "https://evil.test"), ("sec-fetch-site", "cross-site")];
    let body = json!({ "name": "x", "department": scene.own.department.id }).to_string();
    person.send("POST", "/systems", &headers, body).await.refused(403, "cross-site");
}

#[tokio::test]
async fn the_trail_is_read_and_verified_by_those_who_may() {
    let scene = Scene::new(World::sqlite().await).await;
    let auditor = scene.client(Role::Auditor).await;
    let page = auditor.get("/audit?limit=5").await.ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 5);
    let next = auditor.get(&format!("/audit?limit=5&cursor={}", page["next_cursor"].as_str().unwrap())).await.ok();
    assert!(next["items"][0]["number"].as_i64() < page["items"][4]["number"].as_i64());
    services::audit::seal(&scene.world.services).await.unwrap();
    let verified = auditor.command("/audit/verify").await.ok();
    assert_eq!((&verified["whole"], &verified["broken_seal"]), (&json!(true), &json!(null)));
    assert!(verified["entries"].as_i64().unwrap() > 10);
    scene.client(Role::Operator).await.get("/audit").await.refused(404, "not-found");
}
