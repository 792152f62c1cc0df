//! The later life of workspaces for programs: freeze, exit, drift.

use domain::Role;
use serde_json::json;
use services::accounts::{self, NewGrant, NewPerson, NewToken, TokenScope};

use super::client::{Client, app};
use crate::support::{
    World, admin,
    stands::{Stands, UID},
};

async fn client(stands: &Stands, role: Role, department: Option<domain::Id>) -> Client {
    let grant = NewGrant { department, ..NewGrant::of(role) };
    let login = format!("{}-{}", role.code(), stands.world.id());
    let new = NewPerson { login, name: "张三".to_owned(), language: None, grants: vec![grant] };
    let person = accounts::create_person(&stands.world.services, &admin(), &new).await.unwrap().person;
    let new = NewToken { name: "test".to_owned(), scope: TokenScope::Write, days: 1 };
    let server = services::Op::system("test", domain::Door::CommandLine, "test");
    let made = accounts::create_token(&stands.world.services, &server, person, &new).await.unwrap();
    Client::with_token(&app(&stands.world), made.secret.expose())
}

#[tokio::test]
async fn a_program_freezes_and_frees_a_workspace() {
    let stands = Stands::new(World::sqlite().await).await;
    let operator = client(&stands, Role::Operator, None).await;
    let address = format!("/workspaces/{}", stands.delivery);
    let freeze = format!("{address}/freeze");
    operator.post(&freeze, &json!({ "reason": "x" })).await.refused(422, "invalid");
    operator.post(&freeze, &json!({ "reason": 7 })).await.refused(422, "shape");
    operator.post(&freeze, &json!({ "reason": "unusual traffic", "extra": 1 })).await.refused(422, "shape");
    let frozen = operator.post(&freeze, &json!({ "reason": "unusual traffic" })).await.ok();
    assert_eq!(frozen["frozen"], true);
    assert!(frozen["by"].as_str().unwrap().starts_with("张三"), "{frozen}");
    operator.post(&freeze, &json!({ "reason": "unusual traffic" })).await.refused(409, "already-frozen");
    let free = operator.post(&format!("{address}/unfreeze"), &json!({ "reason": "all is well" })).await.ok();
    assert_eq!((&free["frozen"], &free["since"]), (&json!(false), &json!(null)));
    operator.post("/workspaces/x/freeze", &json!({ "reason": "unusual traffic" })).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_program_asks_for_an_exit_and_carries_it_out() {
    let stands = Stands::left_over(World::sqlite().await).await;
    let (operator, approver) =
        (client(&stands, Role::Operator, None).await, client(&stands, Role::Approver, None).await);
    let exits = format!("/workspaces/{}/exits", stands.delivery);
    let moves = format!("{exits}/moves");
    assert_eq!(operator.get(&exits).await.ok()["items"], json!([]));
    operator.post(&moves, &json!({ "move": "withdraw" })).await.refused(409, "no-exit");
    operator.post(&exits, &json!({ "reason": "nobody needs it" })).await.ok();
    let asked = approver.get(&exits).await.ok()["items"][0].clone();
    assert_eq!((&asked["state"], &asked["legal"]), (&json!("asked"), &json!(["approve", "reject"])));
    approver.post(&moves, &json!({ "move": "teleport" })).await.refused(422, "invalid");
    approver.post(&moves, &json!({ "move": "approve" })).await.refused(409, "plan-changed");
    approver.post(&moves, &json!({ "move": "approve", "plan_hash": asked["plan_hash"] })).await.ok();
    operator
        .post(&moves, &json!({ "move": "carry_out", "confirm": "sys-000123-prod" }))
        .await
        .refused(409, "exit-not-ready");
    let spec = stands.pushed().await;
    stands.told(&spec.plan_hash, UID, Some(("True", "Empty")), 0).await;
    operator.post(&moves, &json!({ "move": "carry_out", "confirm": "x" })).await.refused(422, "invalid");
    let going = operator.post(&moves, &json!({ "move": "carry_out", "confirm": "sys-000123-prod" })).await.ok();
    assert_eq!(going["items"][0]["state"], "reclaiming");
}

#[tokio::test]
async fn a_program_reads_drift_page_by_page() {
    let stands = Stands::new(World::sqlite().await).await;
    let all = (0..3).map(|number: u32| store::drift::Drift {
        delivery: stands.delivery,
        object: "ResourceQuota/shangyun".to_owned(),
        action: "changed".to_owned(),
        version: number.to_string(),
        at: "2026-11-20T02:00:00Z".parse().unwrap(),
        field: "spec.hard.pods".to_owned(),
        client: "kubectl-edit".to_owned(),
    });
    let mut tx = stands.world.db().begin().await.unwrap();
    store::drift::insert(&mut tx, &stands.desk.path, stands.desk.cluster.id, &all.collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let auditor = client(&stands, Role::Auditor, None).await;
    let first = auditor.get("/drift?limit=2").await.ok();
    assert_eq!((first["count"].as_i64(), first["items"].as_array().unwrap().len()), (Some(3), 2));
    assert_eq!(
        (&first["items"][0]["cluster"], &first["items"][0]["namespace"]),
        (&json!("gov-1"), &json!("sys-000123-prod"))
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = auditor.get(&format!("/drift?limit=2&cursor={cursor}")).await.ok();
    assert_eq!((second["items"].as_array().unwrap().len(), &second["next_cursor"]), (1, &json!(null)));
    assert_eq!(auditor.get("/drift?at[gte]=2026-11-21").await.ok()["count"], 0);
    for wrong in ["action=purple", "cluster=x", "at[lte]=soon", "limit=0", "cursor=abc", "colour=red"] {
        assert_eq!(auditor.get(&format!("/drift?{wrong}")).await.status.as_u16(), 400, "{wrong}");
    }
    let stranger = stands.world.department("另一单位", None).await;
    let stranger = client(&stands, Role::Department, Some(stranger.id)).await;
    assert_eq!(stranger.get("/drift").await.ok()["count"], 0);
}
