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
    /// What the own department asks for.
    asked: Asked,
}

/// A request to move with virtual machines for production, a file of it, and a workspace.
#[derive(Clone, Copy)]
struct Asked {
    request: domain::Id,
    delivery: domain::Id,
    file: domain::Id,
    workspace: domain::Id,
}

impl Asked {
    async fn new(scene: &Scene) -> Self {
        use services::requests::{self, EnvironmentWish, MigrationDraft, NewEvidence};
        let (services, operator) = (&scene.world.services, crate::support::operator());
        let wish = EnvironmentWish {
            environment: domain::EnvironmentKind::Prod,
            kind: domain::DeliveryKind::Vm,
            size: domain::Size::Small,
            custom: domain::Amounts::default(),
            cluster: None,
            peers: Vec::new(),
            note: String::new(),
        };
        let draft = MigrationDraft {
            system: scene.own.system.id,
            zone: scene.zone.id,
            planned_cutover_on: None,
            reason: String::new(),
            rollback_plan: String::new(),
            contact: String::new(),
            owners: String::new(),
            developers: String::new(),
            viewers: String::new(),
            environments: vec![wish],
        };
        let request = requests::draft_migration(services, &operator, &draft).await.unwrap();
        let new =
            NewEvidence { step: domain::Movement::Submit, file_name: "x.txt".to_owned(), bytes: b"proof".to_vec() };
        let file = requests::attach(services, &operator, request, new).await.unwrap().id;
        let shown = requests::find(services, &operator, request).await.unwrap();
        let planned = shown.deliveries[0].planned.delivery.clone();
        // As an approval and a hub would have left it.
        let workspace = store::deliveries::Delivery {
            id: scene.world.id(),
            kind: domain::DeliveryKind::Namespace.code().to_owned(),
            spec: serde_json::to_string(&crate::support::cluster::workspace("walked-prod")).unwrap(),
            state: domain::DeliveryState::Ready.code().to_owned(),
            cluster: scene.cluster.id,
            namespace: "walked-prod".to_owned(),
            ..planned.clone()
        };
        let mut tx = scene.world.db().begin().await.unwrap();
        store::deliveries::insert(&mut tx, std::slice::from_ref(&workspace)).await.unwrap();
        tx.commit().await.unwrap();
        Self { request, delivery: planned.id, file, workspace: workspace.id }
    }

    /// What there is not.
    fn nothing(id: domain::Id) -> Self {
        Self { request: id, delivery: id, file: id, workspace: id }
    }
}

impl Walk<'_> {
    fn path(&self, route: &Route, address: &str, kind: Option<EntityKind>) -> String {
        let kind = kind.unwrap_or(EntityKind::System);
        let id = match route.about {
            About::Imports => self.import.to_owned(),
            About::Requests => self.asked.request.to_string(),
            About::Workspaces => self.asked.workspace.to_string(),
            About::OwnAccount => "0190f000-0000-7000-8000-000000000000".to_owned(),
            _ => self.scene.record(kind).id.to_string(),
        };
        let mut path = address.replace("{id}", &id);
        path = path.replace("{delivery}", &self.asked.delivery.to_string());
        path = path.replace("{file}", &self.asked.file.to_string());
        for (index, parameter) in route.parameters.iter().filter(|parameter| parameter.required).enumerate() {
            let value = match parameter.name {
                "kind" => "systems",
                "step" => "submit",
                _ => "x",
            };
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
            Carries::Json("RequestDraft") => {
                let (system, zone) = (self.scene.own.system.id, self.scene.zone.id);
                json!({ "entity": "migration", "system": system, "zone": zone, "environments": [] }).to_string()
            }
            Carries::Json("WantedConfirmation") => json!({}).to_string(),
            Carries::Json("WantedStep" | "WantedExitStep") => json!({ "move": "no-such" }).to_string(),
            Carries::Json("WantedReason") => json!({ "reason": "walked by" }).to_string(),
            Carries::Json("WantedToken") => json!({ "name": "x", "scope": "read", "days": 1 }).to_string(),
            Carries::File(_) => "系统名称,使用单位\n某系统,D-民政\n".to_owned(),
            _ => String::new(),
        };
        let headers: &[(&str, &str)] = match route.carries {
            Carries::Nothing | Carries::File(_) | Carries::PerhapsJson(_) => &[version],
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
    matches!(route.carries, Carries::File(_)) && route.about == About::Records
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_answers_every_role_as_the_permission_table_says() {
    let scene = Scene::new(World::sqlite().await).await;
    let importer = scene.client_of(Role::Operator, services::accounts::TokenScope::Write, "importer").await;
    let csv = "系统名称,使用单位\n某系统,D-民政\n";
    let import = importer.send("POST", "/imports?kind=systems", &[], csv).await.ok()["id"].as_str().unwrap().to_owned();
    let asked = Asked::new(&scene).await;
    let mut walked = 0;
    for role in Role::ALL {
        let client = scene.client(role).await;
        let walk = Walk { scene: &scene, client: &client, import: &import, asked };
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
    let walk = Walk { scene: &scene, client: &nobody, import: "x", asked: Asked::nothing(scene.zone.id) };
    let reading = Walk { scene: &scene, client: &reader, import: "x", asked: Asked::nothing(scene.zone.id) };
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
            matches!(route.method, "PATCH" | "DELETE") && route.path.starts_with("/{entity}")
                || route.operation == "change_request",
            "{route:?}"
        );
        assert!(!route.path.ends_with('/') && route.path.starts_with('/'), "{route:?}");
    }
}
