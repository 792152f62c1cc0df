//! Every route of the list, walked by nobody and by a person of every role, held against the permission table.

use api::{About, Carries, ROUTES, Route, addresses};
use domain::{Actor, EntityKind, Grant, Role};
use rules::{Action, Resource, Verdict};
use serde_json::json;

use super::{
    client::{Answer, Client},
    scene::{Scene, first_code},
};
use crate::support::World;

/// What a route is walked with.
struct Walk<'a> {
    scene: &'a Scene,
    client: &'a Client,
    /// An import that the walker made, and one that somebody else made.
    import: &'a str,
    /// A request of the own department.
    request: domain::Id,
    /// A workspace of the own department that is planned.
    workspace: domain::Id,
}

impl Walk<'_> {
    fn path(&self, route: &Route, address: &str, kind: Option<EntityKind>) -> String {
        let kind = kind.unwrap_or(EntityKind::System);
        let id = match route.about {
            About::Imports => self.import.to_owned(),
            About::Requests => self.request.to_string(),
            About::Workspaces => self.workspace.to_string(),
            About::OwnAccount => "0190f000-0000-7000-8000-000000000000".to_owned(),
            _ => self.scene.record(kind).id.to_string(),
        };
        let mut path = address.replace("{id}", &id);
        for (index, parameter) in route.parameters.iter().filter(|parameter| parameter.required).enumerate() {
            let value = if parameter.name == "kind" { "systems" } else { "x" };
            path = format!("{path}{}{}={value}", if index == 0 { '?' } else { '&' }, parameter.name);
        }
        path
    }

    async fn ask(&self, route: &Route, address: &str, kind: Option<EntityKind>) -> Answer {
        let path = self.path(route, address, kind);
        let json = ("content-type", "application/json");
        // A version that is never current: a permitted change answers 412, and the scene stays as it is.
        let version = ("if-match", "\"v999\"");
        let body = match route.carries {
            Carries::NewRecord => self.new_record(kind).to_string(),
            Carries::RecordChange => json!({ "name": "别名" }).to_string(),
            Carries::Json("WantedMapping") => json!({ "mapping": [] }).to_string(),
            Carries::Json("WantedSuggestion") => json!({ "rule": "x", "column": "x", "value": "x" }).to_string(),
            Carries::Json("WantedMove") => {
                json!({ "system": self.scene.own.system.id, "zone": self.scene.zone.id, "environments": [] })
                    .to_string()
            }
            Carries::Json("WantedStep" | "WantedExitStep") => json!({ "move": "no-such" }).to_string(),
            Carries::Json("WantedReason") => json!({ "reason": "walked by" }).to_string(),
            Carries::Json("WantedToken") => json!({ "name": "x", "scope": "read", "days": 1 }).to_string(),
            Carries::File => "系统名称,使用单位\n某系统,D-民政\n".to_owned(),
            _ => String::new(),
        };
        let headers: &[(&str, &str)] = match route.carries {
            Carries::Nothing | Carries::File | Carries::PerhapsJson(_) => &[version],
            _ => &[json, version],
        };
        self.client.send(route.method, &path, headers, body).await
    }

    fn new_record(&self, kind: Option<EntityKind>) -> serde_json::Value {
        let mut body = json!({ "name": "新记录" });
        for field in kind.unwrap_or(EntityKind::System).def().fields.iter().filter(|field| field.required) {
            body[field.name] = match field.kind {
                domain::Kind::Ref { to } => json!(self.scene.record(to).id),
                domain::Kind::Code { list } => json!(first_code(&self.scene.world, list)),
                domain::Kind::Date => json!("2027-01-31"),
                _ => json!("新记录"),
            };
        }
        body
    }
}

fn verdict(scene: &Scene, role: Role, route: &Route, kind: Option<EntityKind>) -> Verdict {
    let path = if role == Role::Department { scene.own.department.path.clone() } else { String::new() };
    let person = domain::Id(uuid::Uuid::from_u128(1));
    let actor = Actor { person, name: String::new(), grants: vec![Grant { role, path }] };
    let kind = kind.unwrap_or(EntityKind::System);
    // A new department comes below none, whoever makes it.
    let owner = if kind == EntityKind::Department && route.action == Action::Create {
        "9999/"
    } else {
        scene.own.of(kind).map_or("", |record| record.path.as_str())
    };
    let resource = match route.about {
        About::Records => Resource::Record { kind, path: owner },
        About::Figures => Resource::Figures,
        About::Rules => Resource::Rules,
        About::Audit => Resource::Audit,
        About::OwnAccount => Resource::OwnAccount,
        About::Imports => Resource::Imports { own: false },
        About::Requests | About::Workspaces => {
            Resource::Record { kind: EntityKind::Migration, path: &scene.own.department.path }
        }
    };
    if route.narrowed { Verdict::Allow } else { rules::permit(&actor, route.action, &resource) }
}

/// True for what reading a file needs: any record of the entity that may be brought in.
fn is_upload(route: &Route) -> bool {
    route.carries == Carries::File
}

/// A workspace of the own department that nobody approved yet.
async fn planned_workspace(scene: &Scene) -> domain::Id {
    let world = &scene.world;
    let zone = scene.zone.id.to_string();
    let cluster = [
        ("code", "gov-9"),
        ("name", "九号集群"),
        ("zone", zone.as_str()),
        ("cpu_cores", "10"),
        ("memory_gib", "40"),
        ("storage_gib", "500"),
        ("instances", "100"),
        ("registries", "r.example.gov.cn/"),
    ];
    world.create(EntityKind::Cluster, &cluster).await;
    let draft = services::requests::MigrationDraft {
        system: scene.own.system.id,
        zone: scene.zone.id,
        planned_cutover_on: None,
        reason: String::new(),
        rollback_plan: String::new(),
        contact: String::new(),
        owners: String::new(),
        environments: vec![crate::support::desk::wish(domain::EnvironmentKind::Prod, domain::Size::Small)],
    };
    let operator = crate::support::operator();
    let id = services::requests::draft_migration(&world.services, &operator, &draft).await.unwrap();
    store::deliveries::of_request(&mut world.db(), id).await.unwrap()[0].id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_every_role_as_the_permission_table_says() {
    let scene = Scene::new(World::sqlite().await).await;
    let importer = scene.client_of(Role::Operator, services::accounts::TokenScope::Write, "importer").await;
    let csv = "系统名称,使用单位\n某系统,D-民政\n";
    let import = importer.send("POST", "/imports?kind=systems", &[], csv).await.ok()["id"].as_str().unwrap().to_owned();
    let justification = [("category", "E10"), ("expires_on", "2027-05-31")];
    let justification = services::requests::ExceptionDraft {
        system: scene.own.system.id,
        input: justification.map(|(name, text)| (name.to_owned(), text.to_owned())).into(),
        renews: None,
    };
    let operator = crate::support::operator();
    let request = services::requests::draft_exception(&scene.world.services, &operator, &justification);
    let request = request.await.unwrap();
    let workspace = planned_workspace(&scene).await;
    let mut walked = 0;
    for role in Role::ALL {
        let client = scene.client(role).await;
        let walk = Walk { scene: &scene, client: &client, import: &import, request, workspace };
        for route in ROUTES {
            for (address, kind) in addresses(route) {
                let expected = verdict(&scene, role, route, kind);
                let answer = walk.ask(route, &address, kind).await;
                let status = answer.status.as_u16();
                let told = format!("{role:?} {} {address}: {status} {}", route.method, answer.text());
                match expected {
                    // Making tokens needs a session, whoever asks.
                    _ if route.operation == "create_token" => assert_eq!(status, 403, "{told}"),
                    // There is no such token, whoever asks.
                    _ if route.operation == "revoke_token" => assert_eq!(status, 404, "{told}"),
                    // Who may bring nothing in is told so before any path is known.
                    Verdict::Hide | Verdict::Deny if is_upload(route) => assert_eq!(status, 403, "{told}"),
                    Verdict::Hide => assert_eq!(status, 404, "{told}"),
                    Verdict::Deny => assert_eq!(status, 403, "{told}"),
                    Verdict::Allow => {
                        let missing = route.operation == "create_missing_departments" && status == 404;
                        assert!(missing || !matches!(status, 401 | 403 | 404 | 405 | 500), "{told}");
                    }
                }
                walked += 1;
            }
        }
    }
    assert_eq!(walked, Role::ALL.len() * ROUTES.iter().map(|route| addresses(route).len()).sum::<usize>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_no_answer_from_any_route() {
    let scene = Scene::new(World::sqlite().await).await;
    let nobody = scene.nobody();
    let reader = scene.client_of(Role::Admin, services::accounts::TokenScope::Read, "reader").await;
    let walk = Walk { scene: &scene, client: &nobody, import: "x", request: scene.zone.id, workspace: scene.zone.id };
    let reading = Walk { client: &reader, ..walk };
    for route in ROUTES {
        for (address, kind) in addresses(route) {
            walk.ask(route, &address, kind).await.refused(401, "unauthenticated");
            if route.method != "GET" {
                reading.ask(route, &address, kind).await.refused(403, "token-read-only");
            }
        }
    }
    for path in ["/api/docs/", "/api/docs/swagger-ui.css", "/api/docs"] {
        nobody.get(path).await.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn every_route_is_in_the_list_once_and_serves_what_it_says() {
    let mut seen = std::collections::HashSet::new();
    for route in ROUTES {
        assert!(seen.insert((route.method, route.path)), "{route:?} stands there twice");
        assert_eq!(
            route.versioned,
            matches!(route.method, "PATCH" | "DELETE") && route.path.starts_with("/{entity}"),
            "{route:?}"
        );
        assert!(!route.path.ends_with('/') && route.path.starts_with('/'), "{route:?}");
    }
}
