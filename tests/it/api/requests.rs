//! Requests, evidence and workspaces over HTTP: what is refused first, then the way from a body to a namespace.

use axum::Router;
use domain::{Door, EntityKind, Id, Language, Movement, Role};
use serde_json::{Value, json};
use services::{
    Op,
    accounts::{self, NewGrant, NewPerson, NewToken, TokenScope},
};

use super::client::{Client, app, errors};
use crate::support::{World, desk::Desk, on_both_engines};

on_both_engines![
    a_request_goes_from_a_body_to_a_workspace_that_is_shown_with_what_its_cluster_says,
    a_justification_is_drafted_and_changed_by_the_fields_of_the_register,
    what_another_department_asks_for_does_not_exist,
    a_body_that_is_wrong_is_refused_by_field_and_nothing_is_stored,
    a_check_says_everything_that_is_wrong_and_keeps_nothing,
    a_draft_is_changed_by_whoever_read_the_newest_version,
    a_file_that_proves_nothing_is_not_taken,
    what_a_provider_made_is_confirmed_over_rest,
    lists_are_read_page_by_page_and_narrowed_by_what_is_known,
    readers_see_neither_objects_nor_files_and_ask_for_nothing,
];

/// The desk with its door, and people who come there.
struct Counter {
    world: World,
    desk: Desk,
    app: Router,
    department: Id,
}

impl Counter {
    async fn new(world: World) -> Self {
        let desk = world.desk().await;
        let department = world.by_code(EntityKind::Department, "11330100MB0000001A").await.id;
        let app = app(&world);
        Self { world, desk, app, department }
    }

    async fn somebody(&self, login: &str, role: Role, department: Option<Id>) -> Client {
        let server = Op::system("test", Door::CommandLine, "test");
        let new = NewPerson {
            login: login.to_owned(),
            name: login.to_owned(),
            language: Some(Language::En),
            grants: vec![NewGrant { department, ..NewGrant::of(role) }],
        };
        let person = accounts::create_person(&self.world.services, &server, &new).await.unwrap().person;
        let new = NewToken { name: "test".to_owned(), scope: TokenScope::Write, days: 1 };
        let made = accounts::create_token(&self.world.services, &server, person, &new).await.unwrap();
        Client::with_token(&self.app, made.secret.expose())
    }

    async fn owner(&self) -> Client {
        self.somebody("owner", Role::Department, Some(self.department)).await
    }

    /// Everything that a move needs, with references by code.
    fn a_move(&self) -> Value {
        json!({
            "entity": "migration", "system": "SYS-000123", "zone": "YQ-02", "planned_cutover_on": "2027-03-01",
            "reason": "机房年底关停", "rollback_plan": "DNS 回切", "contact": "李雷", "owners": "permit-admins",
            "environments": [{ "environment": "prod", "kind": "namespace", "size": "small", "cluster": "gov-1" }],
        })
    }
}

fn a_stay() -> Value {
    json!({
        "entity": "cloud_exception", "system": "SYS-000123", "category": "E10", "expires_on": "2027-05-31",
        "alternatives": "容器化改造", "controls": "每周巡检", "leader": "张局", "exit_plan": "合同到期后迁移",
    })
}

fn id_of(document: &Value) -> String {
    document["id"].as_str().unwrap().to_owned()
}

async fn put(client: &Client, path: &str, version: &str, body: &Value) -> super::client::Answer {
    client.send("PUT", path, &[("content-type", "application/json"), ("if-match", version)], body.to_string()).await
}

fn named(document: &Value, name: &str) -> Vec<String> {
    document["items"].as_array().unwrap().iter().map(|one| one[name].as_str().unwrap().to_owned()).collect()
}

async fn a_request_goes_from_a_body_to_a_workspace_that_is_shown_with_what_its_cluster_says(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let approver = counter.somebody("approver", Role::Approver, None).await;
    let drafted = owner.post("/requests", &counter.a_move()).await;
    assert_eq!(drafted.status, 201, "{}", drafted.text());
    assert_eq!(drafted.header("etag"), "\"v1\"");
    let address = drafted.header("location").to_owned();
    let drafted = drafted.json();
    assert_eq!((&drafted["number"], &drafted["state"]), (&json!("MR-2026-000001"), &json!("draft")));
    assert_eq!(drafted["record"]["planned_cutover_on"], "2027-03-01");
    assert_eq!(drafted["legal"], json!(["submit", "withdraw"]));
    // The number is as good as the identifier.
    assert_eq!(owner.get("/requests/MR-2026-000001").await.ok(), owner.get(&address).await.ok());
    let moves = "/requests/MR-2026-000001/moves";
    owner.post(moves, &json!({ "move": "submit" })).await.ok();
    let mine = owner.get("/requests/MR-2026-000001").await.ok();
    let delivery = &mine["deliveries"][0];
    assert_eq!((&delivery["namespace"], &delivery["cluster"]), (&json!("sys-000123-prod"), &json!("gov-1")));
    assert_eq!(
        (&delivery["objects"], &delivery["workspace"], &delivery["capacity"]),
        (&json!([]), &json!(""), &json!(null))
    );
    let whose: Vec<&Value> = mine["next"].as_array().unwrap().iter().map(|one| &one["parts"]).collect();
    assert!(whose.contains(&&json!(["approver"])), "{}", mine["next"]);
    let seen = approver.get("/requests/MR-2026-000001").await.ok();
    let delivery = &seen["deliveries"][0];
    assert_eq!(delivery["capacity"]["free"]["cpu_milli"], 10_000);
    assert!(delivery["objects"].as_array().unwrap().len() > 6, "{delivery}");
    assert!(delivery["workspace"].as_str().unwrap().contains("kind: Workspace"));
    approver.post(moves, &json!({ "move": "approve", "plan_hash": "sha256:other" })).await.refused(409, "plan-changed");
    let approved = approver.post(moves, &json!({ "move": "approve", "plan_hash": seen["plan_hash"] })).await.ok();
    assert_eq!((&approved["state"], &approved["course"]), (&json!("approved"), &json!("open")));
    let id = Id::parse(&id_of(&drafted)).unwrap();
    counter.world.ready(&counter.desk, id).await;
    let list = owner.get("/workspaces?system=SYS-000123&state=ready&environment=prod&cluster=gov-1").await.ok();
    assert_eq!(named(&list, "namespace"), ["sys-000123-prod"]);
    let shown = owner.get(&format!("/workspaces/{}", list["items"][0]["id"].as_str().unwrap())).await.ok();
    assert_eq!((&shown["state"], &shown["request"]), (&json!("ready"), &drafted["id"]));
    assert_eq!((&shown["conditions"], &shown["drift"]), (&json!([]), &json!([])));
    let steps = owner.get("/requests/MR-2026-000001").await.ok();
    let steps: Vec<&Value> = steps["decisions"].as_array().unwrap().iter().map(|one| &one["move"]).collect();
    assert_eq!(steps, ["submit", "approve", "begin", "finish"]);
}

async fn a_justification_is_drafted_and_changed_by_the_fields_of_the_register(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let drafted = owner.post("/requests", &a_stay()).await.ok();
    assert_eq!((&drafted["entity"], &drafted["number"]), (&json!("cloud_exception"), &json!("CX-2026-000001")));
    assert_eq!(drafted["record"]["category"], "E10");
    let mut changed = a_stay();
    changed["leader"] = json!("李局");
    changed.as_object_mut().unwrap().remove("controls");
    let after = put(&owner, "/requests/CX-2026-000001", "\"v1\"", &changed).await.ok();
    assert_eq!((&after["record"]["leader"], &after["version"]), (&json!("李局"), &json!(2)));
    assert_eq!(after["record"]["controls"], json!(null), "what a draft says no more is cleared");
    let missing = owner.post("/requests/CX-2026-000001/moves", &json!({ "move": "submit" })).await;
    let missing = errors(&missing.refused(422, "invalid"));
    assert!(missing.contains(&("controls".to_owned(), "required".to_owned())), "{missing:?}");
}

async fn what_another_department_asks_for_does_not_exist(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let other = counter.world.department("另一单位", None).await;
    let stranger = counter.somebody("stranger", Role::Department, Some(other.id)).await;
    let id = counter.world.handed_in(&counter.desk).await;
    counter.world.approve(&crate::support::approver(), id).await.unwrap();
    let proof = counter.world.prove(&crate::support::operator(), id, Movement::Finish).await.unwrap();
    let workspace = named(&owner.get("/workspaces").await.ok(), "id").remove(0);
    for path in [format!("/requests/{id}"), "/requests/MR-2026-000001".to_owned(), format!("/requests/{id}/evidence")] {
        owner.get(&path).await.ok();
        stranger.get(&path).await.refused(404, "not-found");
    }
    stranger.get(&format!("/requests/{id}/evidence/{proof}")).await.refused(404, "not-found");
    stranger.get(&format!("/workspaces/{workspace}")).await.refused(404, "not-found");
    put(&stranger, &format!("/requests/{id}"), "\"v1\"", &counter.a_move()).await.refused(404, "not-found");
    stranger.post(&format!("/requests/{id}/moves"), &json!({ "move": "withdraw" })).await.refused(404, "not-found");
    stranger.send("POST", &format!("/requests/{id}/evidence?step=submit"), &[], "text").await.refused(404, "not-found");
    let confirm = format!("/requests/{id}/deliveries/{workspace}/confirm");
    stranger.post(&confirm, &json!({})).await.refused(404, "not-found");
    for path in ["/requests", "/requests?mine=true", "/requests?open=false", "/workspaces"] {
        assert_eq!(stranger.get(path).await.ok()["items"], json!([]), "{path}");
    }
    // Nor does its system: neither to ask for nor to look for.
    let refused = stranger.post("/requests", &counter.a_move()).await.refused(422, "invalid");
    assert_eq!(errors(&refused), [("system".to_owned(), "unknown-reference".to_owned())]);
    let refused = stranger.get("/requests?system=SYS-000123").await.refused(400, "parameters");
    assert_eq!(errors(&refused), [("system".to_owned(), "unknown-reference".to_owned())]);
    // A file of one request is none of another.
    let second = owner.post("/requests", &a_stay()).await.ok();
    owner.get(&format!("/requests/{}/evidence/{proof}", id_of(&second))).await.refused(404, "not-found");
}

async fn a_body_that_is_wrong_is_refused_by_field_and_nothing_is_stored(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let with = |mut body: Value, name: &str, value: Value| {
        body[name] = value;
        body
    };
    let a_move = counter.a_move();
    let environment = |name: &str, value: &str| {
        let mut one = a_move["environments"][0].clone();
        one[name] = json!(value);
        json!([one])
    };
    let cases = [
        (json!({}), "entity", "unknown-code"),
        (with(a_move.clone(), "entity", json!("purchase")), "entity", "unknown-code"),
        (with(a_move.clone(), "system", json!("SYS-9")), "system", "unknown-reference"),
        (with(a_move.clone(), "zone", json!("")), "zone", "required"),
        (with(a_move.clone(), "planned_cutover_on", json!("2027-02-30")), "planned_cutover_on", "not-a-day"),
        (with(a_move.clone(), "environments", json!([])), "environments", "required"),
        (
            with(a_move.clone(), "environments", environment("environment", "live")),
            "environments[0].environment",
            "unknown-code",
        ),
        (
            with(a_move.clone(), "environments", environment("kind", "mainframe")),
            "environments[0].kind",
            "unknown-code",
        ),
        (with(a_move.clone(), "environments", environment("size", "huge")), "environments[0].size", "unknown-code"),
        (
            with(a_move.clone(), "environments", environment("cluster", "gov-9")),
            "environments[0].cluster",
            "unknown-reference",
        ),
        (with(a_move.clone(), "environments", environment("size", "custom")), "environment_prod_cpu_milli", "range"),
        (with(a_move.clone(), "reason", json!("云".repeat(5_000))), "reason", "too-long"),
        (with(a_stay(), "state", json!("approved")), "state", "unknown-field"),
        (with(a_stay(), "approved_on", json!("2026-01-01")), "approved_on", "unknown-field"),
        (with(a_stay(), "leader", json!(["张局"])), "leader", "wrong-type"),
        (with(a_stay(), "expires_on", json!("someday")), "expires_on", "not-a-day"),
        (with(a_stay(), "renews", json!("CX-2020-000001")), "renews", "unknown-reference"),
    ];
    for (body, field, rule) in cases {
        for path in ["/requests", "/requests/check"] {
            let answer = owner.post(path, &body).await;
            // A check tells what a draft would be refused for; a body that cannot be read at all it refuses too.
            let found = match answer.status.as_u16() {
                200 => {
                    let said = answer.json();
                    errors(&json!({ "errors": said["problems"] }))
                }
                _ => errors(&answer.refused(422, "invalid")),
            };
            let is_told = found.iter().any(|(told, why)| told == field && (why == rule || rule == "not-a-day"));
            assert!(is_told, "{path} {body}: {found:?}");
        }
    }
    owner.post("/requests", &with(a_move.clone(), "colour", json!("red"))).await.refused(422, "shape");
    owner.post("/requests", &with(a_move, "environments", json!("prod"))).await.refused(422, "shape");
    owner.post("/requests", &json!(["entity"])).await.refused(422, "shape");
    assert_eq!(counter.world.number("select count(*) from request").await, 0);
    assert_eq!(counter.world.count(EntityKind::Migration).await, 0);
    assert_eq!(counter.world.count(EntityKind::CloudException).await, 0);
}

async fn a_check_says_everything_that_is_wrong_and_keeps_nothing(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let good = owner.post("/requests/check", &counter.a_move()).await.ok();
    assert_eq!((&good["is_ready"], &good["problems"]), (&json!(true), &json!([])), "{good}");
    assert_eq!(good["deliveries"][0]["namespace"], "sys-000123-prod");
    assert!(good["plan_hash"].as_str().unwrap().starts_with("sha256:"));
    // Texts and plan alike, in one answer.
    counter.world.update(EntityKind::Zone, counter.desk.zone.id, &[("max_mlps", "二级")]).await;
    let mut body = counter.a_move();
    body["reason"] = json!("");
    body["planned_cutover_on"] = json!("2020-01-01");
    let bad = owner.post("/requests/check", &body).await.ok();
    let found = errors(&json!({ "errors": bad["problems"] }));
    let expected = [("reason", "required"), ("planned_cutover_on", "past"), ("zone", "mlps-ceiling")];
    assert_eq!(found, expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
    assert_eq!(bad["is_ready"], false);
    let stay = owner.post("/requests/check", &a_stay()).await.ok();
    assert_eq!(errors(&json!({ "errors": stay["problems"] })), [("legal_basis".to_owned(), "required".to_owned())]);
    assert_eq!(counter.world.number("select count(*) from request").await, 0);
    assert_eq!(counter.world.number("select count(*) from delivery").await, 0);
    assert_eq!(counter.world.count(EntityKind::Migration).await, 0);
    counter.world.update(EntityKind::Zone, counter.desk.zone.id, &[("max_mlps", "三级")]).await;
    // No number was used up, and what is open stands in the way of a second.
    assert_eq!(owner.post("/requests", &counter.a_move()).await.ok()["number"], "MR-2026-000001");
    owner.post("/requests/check", &counter.a_move()).await.refused(409, "already-open");
}

async fn a_draft_is_changed_by_whoever_read_the_newest_version(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let drafted = owner.post("/requests", &counter.a_move()).await.ok();
    let at = format!("/requests/{}", id_of(&drafted));
    let mut changed = counter.a_move();
    changed["reason"] = json!("合同到期");
    changed["environments"][0]["size"] = json!("medium");
    owner.put(&at, &changed).await.refused(428, "version-required");
    put(&owner, &at, "v1", &changed).await.refused(400, "version-form");
    let after = put(&owner, &at, "\"v1\"", &changed).await;
    assert_eq!((after.status.as_u16(), after.header("etag")), (200, "\"v2\""), "{}", after.text());
    let after = after.json();
    assert_eq!((&after["reason"], &after["deliveries"][0]["size"]), (&json!("合同到期"), &json!("medium")));
    let stale = put(&owner, &at, "\"v1\"", &counter.a_move()).await;
    assert_eq!(stale.header("etag"), "\"v2\"");
    let stale = stale.refused(412, "stale");
    assert_eq!((&stale["current_version"], &stale["current"]["reason"]), (&json!(2), &json!("合同到期")));
    let other = put(&owner, &at, "\"v2\"", &a_stay()).await.refused(422, "invalid");
    assert_eq!(errors(&other), [("entity".to_owned(), "fixed".to_owned())]);
    let department = counter.world.reread(EntityKind::Department, counter.department).await;
    counter.world.outside("SYS-2", "另一系统", &department).await;
    changed["system"] = json!("SYS-2");
    let other = put(&owner, &at, "\"v2\"", &changed).await.refused(422, "invalid");
    assert_eq!(errors(&other), [("system".to_owned(), "fixed".to_owned())]);
    owner.post(&format!("{at}/moves"), &json!({ "move": "submit" })).await.ok();
    let version = owner.get(&at).await.header("etag").to_owned();
    put(&owner, &at, &version, &counter.a_move()).await.refused(409, "handed-in");
}

async fn a_file_that_proves_nothing_is_not_taken(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let drafted = owner.post("/requests", &counter.a_move()).await.ok();
    let at = format!("/requests/{}/evidence", id_of(&drafted));
    let attach =
        async |parameters: &str, bytes: Vec<u8>| owner.send("POST", &format!("{at}?{parameters}"), &[], bytes).await;
    let missing = attach("file_name=a.pdf", b"%PDF-1.7".to_vec()).await.refused(400, "parameters");
    assert_eq!(errors(&missing), [("step".to_owned(), "required".to_owned())]);
    let unknown = attach("step=applaud", b"%PDF-1.7".to_vec()).await.refused(400, "parameters");
    assert_eq!(errors(&unknown), [("step".to_owned(), "unknown-code".to_owned())]);
    let empty = attach("step=submit&file_name=a.pdf", Vec::new()).await.refused(422, "invalid");
    assert_eq!(errors(&empty), [("file".to_owned(), "required".to_owned())]);
    let program = attach("step=submit&file_name=a.pdf", b"MZ\x90\x00\x03".to_vec()).await.refused(422, "invalid");
    assert_eq!(errors(&program), [("file".to_owned(), "evidence-type".to_owned())]);
    attach("step=submit", vec![b'a'; (20 << 20) + 1]).await.refused(413, "evidence-too-large");
    attach("step=submit", vec![b'a'; 66 << 20]).await.refused(413, "too-large");
    assert_eq!(owner.get(&at).await.ok()["items"], json!([]));
    // More than other bodies may have, and a name of any characters.
    let bytes = [b"%PDF-1.7 ".to_vec(), vec![b'x'; 3 << 20]].concat();
    let made = attach("step=submit&file_name=../%E8%AF%81%E6%98%8E%20%221%22.pdf", bytes.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let address = made.header("location").to_owned();
    let made = made.json();
    let hash: String = sha256(&bytes);
    assert_eq!((&made["sha256"], &made["file_name"]), (&json!(hash), &json!("证明 \"1\".pdf")));
    let file = owner.get(&address).await;
    assert_eq!((file.status.as_u16(), file.header("x-content-type-options")), (200, "nosniff"));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''%E8%AF%81%E6%98%8E%20%221%22.pdf");
    assert!(file.body == bytes, "the file comes back as it came");
    assert_eq!(named(&owner.get(&at).await.ok(), "id"), [made["id"].as_str().unwrap()]);
}

/// SHA-256 by a program that is not ours.
fn sha256(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    let said = std::process::Command::new("sha256sum").arg(file.path()).output().unwrap();
    String::from_utf8(said.stdout).unwrap().split(' ').next().unwrap().to_owned()
}

async fn what_a_provider_made_is_confirmed_over_rest(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let operator = counter.somebody("operator", Role::Operator, None).await;
    let approver = counter.somebody("approver", Role::Approver, None).await;
    let mut body = counter.a_move();
    body["environments"] = json!([{ "environment": "prod", "kind": "vm", "size": "small", "note": "3 台" }]);
    let drafted = owner.post("/requests", &body).await.ok();
    let at = format!("/requests/{}", id_of(&drafted));
    let delivery = drafted["deliveries"][0]["id"].as_str().unwrap().to_owned();
    let confirm = format!("{at}/deliveries/{delivery}/confirm");
    operator.post(&confirm, &json!({ "note": "x" })).await.refused(409, "not-confirmable");
    owner.post(&format!("{at}/moves"), &json!({ "move": "submit" })).await.ok();
    let hash = approver.get(&at).await.ok()["plan_hash"].clone();
    approver.post(&format!("{at}/moves"), &json!({ "move": "approve", "plan_hash": hash })).await.ok();
    let unproven = operator.post(&confirm, &json!({ "note": "x" })).await.refused(422, "invalid");
    assert_eq!(errors(&unproven), [("evidence".to_owned(), "required".to_owned())]);
    let proof = [("content-type", "multipart/form-data; boundary=x")];
    let form =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"vm.txt\"\r\n\r\nthree machines\r\n--x--\r\n";
    let made = operator.send("POST", &format!("{at}/evidence?step=finish"), &proof, form).await.ok();
    assert_eq!(made["file_name"], "vm.txt");
    owner.post(&confirm, &json!({ "note": "x" })).await.refused(403, "forbidden");
    operator.post(&confirm, &json!({ "note": "x", "colour": "red" })).await.refused(422, "shape");
    // What is no workspace is shown as none, and a delivery belongs to its own request.
    operator.get(&format!("/workspaces/{delivery}")).await.refused(404, "not-found");
    let other = owner.post("/requests", &a_stay()).await.ok();
    let elsewhere = format!("/requests/{}/deliveries/{delivery}/confirm", id_of(&other));
    operator.post(&elsewhere, &json!({ "note": "x" })).await.refused(404, "not-found");
    let done = operator.post(&confirm, &json!({ "note": "3 台云主机" })).await.ok();
    assert_eq!((&done["state"], &done["deliveries"][0]["state"]), (&json!("provisioned"), &json!("confirmed")));
}

async fn lists_are_read_page_by_page_and_narrowed_by_what_is_known(world: World) {
    let counter = Counter::new(world).await;
    let owner = counter.owner().await;
    let approver = counter.somebody("approver", Role::Approver, None).await;
    let department = counter.world.reread(EntityKind::Department, counter.department).await;
    for number in 1..=4 {
        let code = format!("SYS-{number}");
        counter.world.outside(&code, &format!("系统{number}"), &department).await;
        counter.world.the_time_is(&format!("2026-11-23T0{number}:00:00Z"));
        let mut body = if number == 4 { a_stay() } else { counter.a_move() };
        body["system"] = json!(code);
        let drafted = owner.post("/requests", &body).await.ok();
        let moves = format!("/requests/{}/moves", id_of(&drafted));
        match number {
            1 => drop(owner.post(&moves, &json!({ "move": "withdraw" })).await.ok()),
            2 => drop(owner.post(&moves, &json!({ "move": "submit" })).await.ok()),
            _ => {}
        }
    }
    let (mut seen, mut at) = (Vec::new(), "/requests?limit=1".to_owned());
    loop {
        let page = owner.get(&at).await.ok();
        seen.extend(named(&page, "number"));
        let Some(next) = page["next_cursor"].as_str() else { break };
        at = format!("/requests?limit=1&cursor={next}");
    }
    let all = ["CX-2026-000001", "MR-2026-000003", "MR-2026-000002", "MR-2026-000001"];
    assert_eq!(seen, all, "the newest change first, each once");
    let found =
        async |client: &Client, query: &str| named(&client.get(&format!("/requests?{query}")).await.ok(), "number");
    assert_eq!(found(&owner, "open=false").await, ["MR-2026-000001"]);
    assert_eq!(found(&owner, "open=true&entity=migration").await, ["MR-2026-000003", "MR-2026-000002"]);
    assert_eq!(found(&owner, "state=submitted&state=withdrawn").await, ["MR-2026-000002", "MR-2026-000001"]);
    assert_eq!(found(&owner, "system=SYS-4").await, ["CX-2026-000001"]);
    assert_eq!(found(&owner, "mine=true").await, ["CX-2026-000001", "MR-2026-000003"], "drafts of one's own");
    assert_eq!(found(&approver, "mine=true").await, ["MR-2026-000002"], "what waits for a decision");
    assert_eq!(found(&approver, &format!("within={}", counter.department)).await, all);
    for (query, field, rule) in [
        ("entity=purchase", "entity", "unknown-code"),
        ("state=lost", "state", "unknown-code"),
        ("open=perhaps", "open", "not-yes-or-no"),
        ("mine=1", "mine", "not-yes-or-no"),
        ("mine=true&mine=false", "mine", "repeated"),
        ("system=nowhere", "system", "unknown-reference"),
        ("within=nowhere", "within", "unknown-reference"),
        ("colour=red", "colour", "unknown-parameter"),
        ("limit=0", "limit", "range"),
        ("cursor=00", "cursor", "cursor"),
    ] {
        let refused = owner.get(&format!("/requests?{query}")).await.refused(400, "parameters");
        assert_eq!(errors(&refused), [(field.to_owned(), rule.to_owned())], "{query}");
    }
    let cursor = owner.get("/requests?limit=1").await.ok()["next_cursor"].as_str().unwrap().to_owned();
    for query in
        [format!("cursor={cursor}"), "state=lost".to_owned(), "environment=live".to_owned(), "cluster=gov-9".to_owned()]
    {
        owner.get(&format!("/workspaces?{query}")).await.refused(400, "parameters");
    }
}

async fn readers_see_neither_objects_nor_files_and_ask_for_nothing(world: World) {
    let counter = Counter::new(world).await;
    let leader = counter.somebody("leader", Role::Leader, None).await;
    let auditor = counter.somebody("auditor", Role::Auditor, None).await;
    let id = counter.world.handed_in(&counter.desk).await;
    let proof = counter.world.prove(&crate::support::operator(), id, Movement::Submit).await.unwrap();
    let at = format!("/requests/{id}");
    for reader in [&leader, &auditor] {
        let shown = reader.get(&at).await.ok();
        assert_eq!((&shown["deliveries"][0]["objects"], &shown["legal"]), (&json!([]), &json!([])));
        reader.post("/requests", &counter.a_move()).await.refused(403, "forbidden");
        reader.post("/requests/check", &counter.a_move()).await.refused(403, "forbidden");
        put(reader, &at, "\"v999\"", &counter.a_move()).await.refused(403, "forbidden");
        reader.post(&format!("{at}/moves"), &json!({ "move": "withdraw" })).await.refused(403, "forbidden");
        reader.send("POST", &format!("{at}/evidence?step=submit"), &[], "text").await.refused(403, "forbidden");
    }
    // Evidence is for those who see restricted fields.
    assert_eq!(named(&auditor.get(&format!("{at}/evidence")).await.ok(), "id"), [proof.to_string()]);
    assert_eq!(auditor.get(&format!("{at}/evidence/{proof}")).await.status, 200);
    assert_eq!(leader.get(&at).await.ok()["evidence"], json!([]));
    leader.get(&format!("{at}/evidence")).await.refused(403, "forbidden");
    leader.get(&format!("{at}/evidence/{proof}")).await.refused(403, "forbidden");
}
