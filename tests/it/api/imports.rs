//! An import over HTTP, from upload to undo.

use domain::{EntityKind, Id, Role};
use serde_json::{Value, json};
use services::{Op, imports};

use super::{
    client::{Client, errors},
    scene::Scene,
};
use crate::support::{World, on_both_engines};

on_both_engines!(a_file_is_read_checked_put_right_applied_and_taken_back, somebody_elses_import_does_not_exist);

const FILE: &str = "系统编码,系统名称,使用单位,等保级别,上线日期\n\
    N-1,新系统一,D-民政,三级,2020-05-01\n\
    N-2,新系统二,D-民政,特级,2026-02-30\n\
    S-民政,民政系统(改),D-民政,二级,2020-02-29\n";

async fn upload(client: &Client, file: &str) -> Value {
    let answer =
        client.send("POST", "/imports?kind=systems&file_name=systems.csv&source=test", &[], file.to_owned()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let location = answer.header("location").to_owned();
    let import = answer.json();
    assert_eq!(location, format!("/api/v1/imports/{}", import["id"].as_str().unwrap()));
    import
}

fn address(import: &Value) -> String {
    format!("/imports/{}", import["id"].as_str().unwrap())
}

/// What the worker does with the job that an answer of 202 promised.
async fn work(scene: &Scene, import: &Value) {
    let op = Op::system("job", domain::Door::Job, "job");
    imports::apply_now(&scene.world.services, &op, Id::parse(import["id"].as_str().unwrap()).unwrap(), None)
        .await
        .unwrap();
}

async fn a_file_is_read_checked_put_right_applied_and_taken_back(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    let import = upload(&operator, FILE).await;
    let at = address(&import);
    assert_eq!((&import["state"], &import["rows"], &import["kind"]), (&json!("read"), &json!(3), &json!("systems")));
    assert_eq!(import["columns"][1]["target"], "name");
    operator.command(&format!("{at}/apply")).await.refused(409, "import-state");
    let checked = operator.command(&format!("{at}/check")).await.ok();
    assert_eq!(checked["counts"], json!({ "create": 1, "update": 1, "unchanged": 0, "refused": 1 }), "{checked}");
    assert_eq!(checked["updates"][0]["code"], "S-民政");
    let wrong = operator.get(&format!("{at}/errors")).await.ok();
    let found: Vec<(i64, &str)> = wrong["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["row"].as_i64().unwrap(), error["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [(3, "unknown-code"), (3, "no-such-day")]);
    let first = operator.get(&format!("{at}/errors?limit=1")).await.ok();
    let next =
        operator.get(&format!("{at}/errors?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await.ok();
    assert_eq!((&first["items"][0], &next["items"][0]), (&wrong["items"][0], &wrong["items"][1]));
    let refused = operator.get(&format!("{at}/refused.csv")).await;
    assert_eq!(refused.header("content-disposition"), "attachment; filename=\"refused-rows.csv\"");
    assert!(refused.text().contains("新系统二") && !refused.text().contains("新系统一"), "{}", refused.text());
    operator.command(&format!("{at}/apply")).await.refused(422, "rows-refused");
    operator.post(&format!("{at}/apply"), &json!({ "skip_refused": "yes" })).await.refused(422, "shape");
    let begun = operator.post(&format!("{at}/apply"), &json!({ "skip_refused": true })).await;
    assert_eq!((begun.status.as_u16(), begun.header("location")), (202, format!("/api/v1{at}").as_str()));
    let progress = operator.get(&format!("{at}/progress")).await.ok();
    assert_eq!((&progress["state"], &progress["phase"]), (&json!("applying"), &Value::Null));
    work(&scene, &import).await;
    let applied = operator.get(&at).await.ok();
    assert_eq!(applied["state"], "applied");
    let system = scene.world.by_code(EntityKind::System, "N-1").await;
    let history = operator.get(&format!("/systems/{}/history", system.id)).await.ok();
    assert!(history["items"].as_array().unwrap().iter().any(|item| item["import"] == import["id"]), "{history}");
    // The same file again changes nothing.
    let again = upload(&operator, FILE).await;
    let again = operator.command(&format!("{}/check", address(&again))).await.ok();
    assert_eq!(again["counts"], json!({ "create": 0, "update": 0, "unchanged": 2, "refused": 1 }), "{again}");
    // Taken back with a reason.
    let undone = operator.send("POST", &format!("{at}/undo"), &[("x-reason", "wrong%20file")], "").await.ok();
    assert_eq!((&undone["state"], &undone["undo_reason"]), (&json!("undone"), &json!("wrong file")));
    operator.get(&format!("/systems/{}", system.id)).await.refused(404, "not-found");
    assert_eq!(operator.get(&format!("/systems/{}", scene.own.system.id)).await.ok()["name"], "民政系统");
    operator.command(&format!("{at}/undo")).await.refused(409, "import-state");
}

async fn somebody_elses_import_does_not_exist(world: World) {
    let scene = Scene::new(world).await;
    let operator = scene.client(Role::Operator).await;
    let mine = scene.client(Role::Department).await;
    let import = upload(&operator, FILE).await;
    let at = address(&import);
    for path in ["", "/errors", "/refused.csv", "/progress"] {
        mine.get(&format!("{at}{path}")).await.refused(404, "not-found");
    }
    let suggestion = json!({ "rule": "x", "column": "x", "value": "x" });
    mine.post(&format!("{at}/take-suggestion"), &suggestion).await.refused(404, "not-found");
    for path in ["/check", "/apply", "/cancel", "/undo", "/create-missing-departments"] {
        mine.command(&format!("{at}{path}")).await.refused(404, "not-found");
    }
    mine.put(&format!("{at}/mapping"), &json!({ "mapping": [] })).await.refused(404, "not-found");
    assert_eq!(mine.get("/imports").await.ok()["items"], json!([]));
    // A row of another department in one's own file is not one's to change, and tells nothing of the record.
    let own = upload(&mine, "系统编码,系统名称,使用单位\nS-交通,改名,D-交通\n").await;
    let checked = mine.command(&format!("{}/check", address(&own))).await;
    assert!(!checked.text().contains("交通系统"), "{}", checked.text());
    assert_eq!(checked.ok()["counts"], json!({ "create": 0, "update": 0, "unchanged": 0, "refused": 1 }));
}

#[tokio::test]
async fn columns_are_mapped_anew_and_missing_departments_made_with_one_request() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let import = upload(&operator, "甲,乙\n某系统,天文局\n").await;
    let at = address(&import);
    let wrong = operator.put(&format!("{at}/mapping"), &json!({ "mapping": ["name", "colour"] })).await;
    wrong.refused(422, "mapping");
    operator.put(&format!("{at}/mapping"), &json!({ "columns": [] })).await.refused(422, "shape");
    let mapped = operator.put(&format!("{at}/mapping"), &json!({ "mapping": ["name", "department"] })).await.ok();
    assert_eq!(mapped["columns"][1]["target"], "department");
    let checked = operator.command(&format!("{at}/check")).await.ok();
    assert_eq!(
        (&checked["missing"][0]["entity"], &checked["missing"][0]["to_create"]),
        (&json!("departments"), &json!(1)),
        "{checked}"
    );
    let made = operator.command(&format!("{at}/create-missing-departments")).await.ok();
    assert_eq!(made["counts"]["create"], 1, "{made}");
    let cancelled = operator.command(&format!("{at}/cancel")).await.ok();
    assert_eq!(cancelled["state"], "cancelled");
}

#[tokio::test]
async fn a_suggestion_is_taken_for_every_row_alike_with_one_request() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let file = "系统名称,使用单位,上线日期\n甲,D-民政,2026-02-30\n乙,D-民政,2026-02-30\n丙,D-民政,2026-13-01\n";
    let at = address(&upload(&operator, file).await);
    operator.command(&format!("{at}/check")).await.ok();
    let wrong = operator.get(&format!("{at}/errors")).await.ok()["items"][0].clone();
    assert_eq!((&wrong["value"], &wrong["suggestion"]), (&json!("2026-02-30"), &json!("2026-02-28")));
    let taken = json!({ "rule": wrong["rule"], "column": wrong["column"], "value": wrong["value"] });
    let checked = operator.post(&format!("{at}/take-suggestion"), &taken).await.ok();
    assert_eq!(checked["counts"], json!({ "create": 2, "update": 0, "unchanged": 0, "refused": 1 }), "{checked}");
    let replaced = json!([{ "column": "上线日期", "value": "2026-02-30", "by": "2026-02-28", "rows": 2 }]);
    assert_eq!((&checked["state"], &checked["replaced"]), (&json!("checked"), &replaced));
    operator.post(&format!("{at}/take-suggestion"), &taken).await.refused(422, "no-suggestion");
    operator.post(&format!("{at}/take-suggestion"), &json!({ "rule": "x" })).await.refused(422, "shape");
    operator.command(&format!("{at}/take-suggestion")).await.refused(415, "content-type");
}

#[tokio::test]
async fn a_form_brings_a_file_as_well_and_a_file_that_is_none_is_refused() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let form = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"台账.csv\"\r\nContent-Type: text/csv\r\n\r\n{FILE}\r\n--x--\r\n"
    );
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let read = operator.send("POST", "/imports?kind=systems", &kind, form).await.ok();
    assert_eq!((&read["file_name"], &read["rows"]), (&json!("台账.csv"), &json!(3)));
    let without = "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--x--\r\n";
    operator.send("POST", "/imports?kind=systems", &kind, without).await.refused(400, "form-without-file");
    operator.send("POST", "/imports?kind=systems", &kind, "rubbish").await.refused(400, "body");
    operator
        .send("POST", "/imports?kind=systems", &[("content-type", "multipart/form-data")], "x")
        .await
        .refused(400, "form");
    for (path, field, rule) in [
        ("/imports", "kind", "required"),
        ("/imports?kind=cats", "kind", "unknown-kind"),
        ("/imports?kind=systems&header_row=0", "header_row", "range"),
        ("/imports?kind=systems&separator=ab", "separator", "one-character"),
        ("/imports?kind=systems&colour=red", "colour", "unknown-parameter"),
    ] {
        let refused = operator.send("POST", path, &[], FILE).await.refused(400, "parameters");
        assert_eq!(errors(&refused), [(field.to_owned(), rule.to_owned())], "{path}");
    }
    for body in [Vec::new(), b"\x89PNG\r\n\x1a\n0000".to_vec(), b"PK\x03\x04rubbish".to_vec()] {
        let answer = operator.send("POST", "/imports?kind=systems", &[], body).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(answer.header("content-type"), api::PROBLEM_JSON);
    }
    assert_eq!(
        operator.get("/imports").await.ok()["items"].as_array().unwrap().len(),
        1,
        "what is refused is not staged"
    );
}

#[tokio::test]
async fn of_a_classified_row_nothing_but_its_number_is_told() {
    let scene = Scene::new(World::sqlite().await).await;
    let operator = scene.client(Role::Operator).await;
    let file = "系统名称,使用单位,密级\n公开系统,D-民政,\n绝密台账,D-民政,机密\n";
    let import = upload(&operator, file).await;
    let at = address(&import);
    assert_eq!(import["classified_rows"], json!([3]));
    let checked = operator.command(&format!("{at}/check")).await;
    let wrong = operator.get(&format!("{at}/errors")).await;
    let refused = operator.get(&format!("{at}/refused.csv")).await;
    for answer in [&checked, &wrong, &refused] {
        assert!(!answer.text().contains("绝密台账") && !answer.text().contains("机密"), "{}", answer.text());
    }
    assert_eq!(wrong.ok()["items"][0]["rule"], "classified");
}
