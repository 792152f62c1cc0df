//! Two departments that may know nothing of each other, with a record of every entity each, and a person of every role.

use axum::Router;
use domain::{Door, EntityKind, Id, Language, Record, Role};
use services::{
    Op,
    accounts::{self, NewGrant, NewPerson, NewToken, TokenScope},
};

use super::client::{Client, app};
use crate::support::World;

/// What one department has.
#[derive(Debug)]
pub struct Holding {
    pub department: Record,
    pub data_center: Record,
    pub system: Record,
    pub component: Record,
    pub exception: Record,
    pub migration: Record,
}

impl Holding {
    /// The record of an entity; none for the city's own.
    pub fn of(&self, kind: EntityKind) -> Option<&Record> {
        Some(match kind {
            EntityKind::Department => &self.department,
            EntityKind::DataCenter => &self.data_center,
            EntityKind::System => &self.system,
            EntityKind::Component => &self.component,
            EntityKind::CloudException => &self.exception,
            EntityKind::Migration => &self.migration,
            EntityKind::Zone | EntityKind::Cluster | EntityKind::LegalBasis => return None,
        })
    }
}

/// The scene.
#[derive(Debug)]
pub struct Scene {
    pub world: World,
    pub app: Router,
    /// The department that `Client`s of the role `department` belong to.
    pub own: Holding,
    /// Another one.
    pub other: Holding,
    pub zone: Record,
    pub cluster: Record,
    pub basis: Record,
}

async fn holding(world: &World, word: &str, zone: &Record) -> Holding {
    let department = world
        .create(
            EntityKind::Department,
            &[("name", &format!("{word}局")), ("code", &format!("D-{word}")), ("phone", "010-1234")],
        )
        .await;
    let id = department.id.to_string();
    let data_center = world
        .create(
            EntityKind::DataCenter,
            &[("name", &format!("{word}机房")), ("department", &id), ("area_m2", "12.5"), ("pue", "1.45")],
        )
        .await;
    let room = data_center.id.to_string();
    let system = world
        .create(
            EntityKind::System,
            &[
                ("name", &format!("{word}系统")),
                ("code", &format!("S-{word}")),
                ("department", &id),
                ("hosting", "own_room"),
                ("data_center", &room),
                ("networks", "extranet|internet"),
                ("live_on", "2020-02-29"),
                ("is_cii", "no"),
                ("contact_phone", "13800000000"),
                ("mlps_level", "3"),
            ],
        )
        .await;
    let owner = system.id.to_string();
    let component = world
        .create(
            EntityKind::Component,
            &[
                ("name", &format!("{word}-host")),
                ("system", &owner),
                ("data_center", &room),
                ("memory_gb", "15.75"),
                ("cpu_count", "8"),
            ],
        )
        .await;
    let exception = world
        .create(
            EntityKind::CloudException,
            &[
                ("name", &format!("{word}例外")),
                ("system", &owner),
                ("category", &first_code(world, "exception_category")),
                ("expires_on", "2026-01-31"),
            ],
        )
        .await;
    let migration = world
        .create(
            EntityKind::Migration,
            &[("name", &format!("{word}上云")), ("system", &owner), ("zone", &zone.id.to_string()), ("state", "draft")],
        )
        .await;
    Holding { department, data_center, system, component, exception, migration }
}

/// The first code of a list of the pack.
pub fn first_code(world: &World, list: &str) -> String {
    use domain::CodeLists as _;
    world.services.pack.list(list).codes().next().unwrap().to_owned()
}

impl Scene {
    /// The record of an entity: the own department's, or the city's.
    pub fn record(&self, kind: EntityKind) -> &Record {
        match kind {
            EntityKind::Zone => &self.zone,
            EntityKind::Cluster => &self.cluster,
            EntityKind::LegalBasis => &self.basis,
            kind => self.own.of(kind).unwrap(),
        }
    }

    /// A scene in this world.
    pub async fn new(world: World) -> Self {
        let zone = world
            .create(
                EntityKind::Zone,
                &[("name", "政务外网区"), ("code", "Z-1"), ("counts_as_cloud", "yes"), ("allows_internet", "no")],
            )
            .await;
        let own = holding(&world, "民政", &zone).await;
        let other = holding(&world, "交通", &zone).await;
        let cluster = [("name", "一号集群"), ("code", "gov-1"), ("zone", &zone.id.to_string())];
        let cluster = world.create(EntityKind::Cluster, &cluster).await;
        let basis = world.basis("浙政办发〔2015〕8号").await;
        let app = app(&world);
        Self { world, app, own, other, zone, cluster, basis }
    }

    /// A person with one role, over the own department where the role is bound to one; answers who it is.
    pub async fn person(&self, role: Role, login: &str) -> Id {
        let server = Op::system("test", Door::CommandLine, "test");
        let department = (role == Role::Department).then_some(self.own.department.id);
        let grant = NewGrant { department, ..NewGrant::of(role) };
        let new = NewPerson {
            login: login.to_owned(),
            name: login.to_owned(),
            language: Some(Language::En),
            grants: vec![grant],
        };
        accounts::create_person(&self.world.services, &server, &new).await.unwrap().person
    }

    /// A client with a token of a new person with this role.
    pub async fn client(&self, role: Role) -> Client {
        self.client_of(role, TokenScope::Write, role.code()).await
    }

    /// A client with a token of this scope.
    pub async fn client_of(&self, role: Role, scope: TokenScope, login: &str) -> Client {
        let person = self.person(role, login).await;
        let server = Op::system("test", Door::CommandLine, "test");
        let new = NewToken { name: "test".to_owned(), scope, days: 1 };
        let made = accounts::create_token(&self.world.services, &server, person, &new).await.unwrap();
        Client::with_token(&self.app, made.secret.expose())
    }

    /// Nobody.
    pub fn nobody(&self) -> Client {
        Client::nobody(&self.app)
    }
}
