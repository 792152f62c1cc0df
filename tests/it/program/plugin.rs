//! `kubectl shangyun`: the program called by a link of that name, against a server that runs.

use serde_json::{Value, json};

use super::running::{Ended, Running, Server, ended, plugin, run};
use crate::support::{World, on_both_engines};

on_both_engines![
    a_request_is_checked_handed_in_and_followed_by_kubectl,
    what_the_server_refuses_is_told_in_sentences_with_an_exit_code,
];

const MOVE: &str = "\
entity: migration
system: SYS-000123
zone: YQ-02
planned_cutover_on: 2099-03-01
reason: 机房年底关停
rollback_plan: DNS 回切
owners: permit-admins
environments:
  - environment: prod
    kind: namespace
    size: small
";

/// A server, a person of the department and an operator at their own terminals.
struct Terminals<'w> {
    world: &'w World,
    server: Server,
    department: String,
    operator: String,
}

impl<'w> Terminals<'w> {
    async fn new(world: &'w World) -> Self {
        let token = async |login: &str, role: &[&str]| {
            run(world, &[&["user", "create", "--login", login, "--role"], role].concat()).await;
            let made = run(world, &["token", "create", "--login", login, "--name", "test", "--write"]).await;
            made.trim().to_owned()
        };
        let department = token("li", &["department", "--department", "11330100MB0000001A"]).await;
        let operator = token("operator", &["operator"]).await;
        let server = Server::start(world, &department).await;
        Self { world, server, department, operator }
    }

    async fn by(&self, token: &str, arguments: &[&str]) -> Ended {
        let address = self.server.address();
        plugin(self.world, &[("SHANGYUN_SERVER", &address), ("SHANGYUN_TOKEN", token)], arguments).await
    }

    async fn asks(&self, arguments: &[&str]) -> Ended {
        self.by(&self.department, arguments).await
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.world.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[track_caller]
fn is(ended: &Ended, code: i32, said: &str) {
    assert!(ended.code == code && (ended.out.contains(said) || ended.said.contains(said)), "{code} {said}: {ended:?}");
}

async fn a_request_is_checked_handed_in_and_followed_by_kubectl(world: World) {
    world.desk().await;
    let here = Terminals::new(&world).await;
    let (good, bad) =
        (here.file("move.yaml", MOVE), here.file("bad.yaml", &MOVE.replace("reason: 机房年底关停", "reason: ''")));
    let checked = here.asks(&["check", &bad]).await;
    is(&checked, 2, "  reason: the reason is required");
    is(&here.asks(&["check", &good]).await, 0, "it can be handed in as it is");
    assert_eq!(world.number("select count(*) from request").await, 0, "a check stores nothing");
    let half = here.asks(&["request", "-f", &bad, "--submit"]).await;
    is(&half, 2, "  reason: the reason is required");
    assert!(half.said.contains("drafted, not handed in: MR-") && half.said.contains("/requests/"), "{half:?}");
    let again = here.asks(&["request", "-f", &good]).await;
    is(&again, 5, "This system has an open request");
    let number = world.rows(store::Sql::new("select code from migration")).await[0].text(0).unwrap();
    let draft: Value = serde_json::from_str(&here.asks(&["status", &number, "-o", "json"]).await.out).unwrap();
    let moves = format!("/requests/{number}/moves");
    here.server.ask("POST", &moves, json!({ "move": "withdraw" }).to_string().as_bytes()).await;
    assert_eq!(draft["state"], "draft");
    let handed_in = here.asks(&["request", "-f", &good, "--submit"]).await;
    assert_eq!(handed_in.code, 0, "{handed_in:?}");
    let (number, rest) = handed_in.out.split_once("  ").unwrap();
    assert!(rest.contains(&format!("{}/requests/", here.server.address())), "{handed_in:?}");
    let status = here.asks(&["status", number]).await;
    is(&status, 0, "Submit (li");
    is(&status, 0, "next: Approve, by an approver");
    is(&here.asks(&["plan", number]).await, 0, "prod sys-000123-prod: Planned");
    // The same bytes as the hub would push, for those who decide or operate; for others, a sentence.
    is(&here.asks(&["plan", number, "-o", "yaml"]).await, 4, "objects are shown to those who decide");
    let yaml = here.by(&here.operator, &["plan", number, "-o", "yaml"]).await;
    assert_eq!((yaml.code, yaml.out), (0, run(&world, &["render", "--request", number]).await));
    let all = here.by(&here.operator, &["plan", number, "-o", "yaml", "--objects"]).await;
    assert_eq!(all.out, run(&world, &["render", "--request", number, "--objects"]).await);
    is(&here.asks(&["status", number, "--watch", "--until", "submitted"]).await, 0, "is now");
    is(&here.asks(&["status", number, "--watch", "--timeout", "0"]).await, 6, "in the time that was given");
    let moves = format!("/requests/{number}/moves");
    let body = json!({ "move": "withdraw" }).to_string();
    let address = here.server.address();
    let variables = [("SHANGYUN_SERVER", address.as_str()), ("SHANGYUN_TOKEN", &here.department)];
    let mut watching = Running::plugin(&world, &variables, &["status", number, "--watch"]);
    // It has read the request once; what comes now is news.
    watching.prints().await;
    here.server.ask("POST", &moves, body.as_bytes()).await;
    let (code, lines) = watching.ends().await;
    assert!(
        code == 5 && lines.iter().any(|line| line.contains("Withdraw (li") && line.ends_with("→ withdrawn")),
        "{code} {lines:?}"
    );
    // The same words by the program's own name, and JSON is YAML.
    let json = here.file("move.json", &serde_json::to_string(&json!({ "entity": "purchase" })).unwrap());
    let own = ["remote", "check", &json, "--server", &address, "--token", &here.department];
    is(&ended(&world, &own).await, 2, "entity: must be one of: migration, cloud_exception");
}

async fn what_the_server_refuses_is_told_in_sentences_with_an_exit_code(world: World) {
    world.desk().await;
    let here = Terminals::new(&world).await;
    let unknown = here.asks(&["status", "MR-2020-000001"]).await;
    is(&unknown, 3, "Not found, or not yours to see. [not-found]");
    assert!(unknown.said.contains("request id: "), "{unknown:?}");
    is(&here.asks(&["status", "../me"]).await, 3, "[not-found]");
    is(&here.by("sy_wrong", &["status", "MR-2020-000001"]).await, 4, "[");
    let good = here.file("move.yaml", MOVE);
    for (file, said) in [
        (here.file("broken.yaml", "entity: [migration"), "is neither YAML nor JSON"),
        (here.file("list.yaml", "- entity"), "holds no request"),
        (here.file("large.yaml", &"#".repeat((1 << 20) + 1)), "is larger than 1 MiB"),
        (here.file("field.yaml", &format!("{MOVE}colour: red\n")), "unknown field `colour`"),
        ("nowhere.yaml".to_owned(), "cannot be read"),
    ] {
        is(&here.asks(&["request", "-f", &file]).await, 2, said);
    }
    is(&here.asks(&["status", "MR-2020-000001", "--watch", "--until", "lost"]).await, 2, "there is no such state");
    let address = here.server.address();
    let no_token = plugin(&world, &[("SHANGYUN_SERVER", &address)], &["check", &good]).await;
    is(&no_token, 2, "give --token, or set SHANGYUN_TOKEN");
    is(&here.asks(&["check", &good, "--ca-file", &good]).await, 2, "it holds no certificate");
    let open = [("SHANGYUN_SERVER", "http://yun.example.gov.cn"), ("SHANGYUN_TOKEN", "sy_x")];
    is(&plugin(&world, &open, &["check", &good]).await, 2, "whoever is in between could read the token");
    // Nothing listens on this port: it was given out once and closed.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let away = [("SHANGYUN_SERVER", nowhere.as_str()), ("SHANGYUN_TOKEN", "sy_x")];
    is(&plugin(&world, &away, &["check", &good]).await, 6, "error sending request");
    // In the reader's language, the words around what the server says too.
    let chinese =
        [("SHANGYUN_SERVER", address.as_str()), ("SHANGYUN_TOKEN", &here.department), ("LANG", "zh_CN.UTF-8")];
    is(&plugin(&world, &chinese, &["status", "MR-2020-000001"]).await, 3, "没有找到，或您无权查看。");
    is(&plugin(&world, &chinese, &["check", &good]).await, 0, "可以提交");
    let drafted = plugin(&world, &chinese, &["request", "-f", &good]).await;
    let number = drafted.out.split_once(' ').unwrap().0;
    is(&plugin(&world, &chinese, &["status", number]).await, 0, "下一步：提交，由申请单位办理，您可办理");
}
