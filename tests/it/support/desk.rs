//! A city with a department, a zone, a cluster and a system that has to move: what tests of requests begin with.

use domain::{Amounts, DeliveryKind, EntityKind, EnvironmentKind, Fault, Id, Movement, Record, Size};
use services::{
    Op,
    provisioning::{self, Reported},
    requests::{self, EnvironmentWish, ExceptionDraft, MigrationDraft, NewEvidence, Step},
};

use super::{World, approver, department, operator};

/// What there is.
#[derive(Debug)]
pub struct Desk {
    /// The department's path.
    pub path: String,
    /// The zone.
    pub zone: Record,
    /// Its cluster: 10 cores, 40 GiB, 500 GiB, 100 pods.
    pub cluster: Record,
    /// A system in the department's own room.
    pub system: Record,
    /// A document in force that a justification may cite.
    pub basis: Record,
}

/// The code of a refusal, or `done`.
pub fn code(outcome: Result<(), Fault>) -> &'static str {
    outcome.map_or_else(|fault| fault.code, |()| "done")
}

/// A second approver.
pub fn second_approver() -> Op {
    let mut op = approver();
    op.actor.person = Id(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0077));
    "second approver".clone_into(&mut op.actor.name);
    op
}

impl World {
    /// Sets the scene.
    pub async fn desk(&self) -> Desk {
        let owner =
            self.create(EntityKind::Department, &[("name", "市政务服务局"), ("code", "11330100MB0000001A")]).await;
        let zone = [("code", "YQ-02"), ("name", "政务外网区"), ("counts_as_cloud", "是"), ("max_mlps", "三级")];
        let zone = self.create(EntityKind::Zone, &zone).await;
        let id = zone.id.to_string();
        let cluster = [
            ("code", "gov-1"),
            ("name", "一号集群"),
            ("zone", id.as_str()),
            ("cpu_cores", "10"),
            ("memory_gib", "40"),
            ("storage_gib", "500"),
            ("instances", "100"),
            ("max_mlps", "三级"),
            ("registries", "registry.example.gov.cn/"),
        ];
        let cluster = self.create(EntityKind::Cluster, &cluster).await;
        let system = self.outside("SYS-000123", "行政审批系统", &owner).await;
        let basis = self.basis("浙政办发〔2015〕8号").await;
        Desk { path: owner.path, zone, cluster, system, basis }
    }

    /// A document of this number, in force since 2015.
    pub async fn basis(&self, number: &str) -> Record {
        let values = [("code", number), ("name", "电子政务云计算平台管理办法"), ("effective_on", "2015-01-26")];
        self.create(EntityKind::LegalBasis, &values).await
    }

    /// A system that runs in a room of its department.
    pub async fn outside(&self, code: &str, name: &str, owner: &Record) -> Record {
        let owner = owner.id.to_string();
        let values = [
            ("code", code),
            ("name", name),
            ("department", owner.as_str()),
            ("hosting", "自建机房"),
            ("mlps_level", "三级"),
            ("live_on", "2019-01-01"),
        ];
        self.create(EntityKind::System, &values).await
    }

    /// What the rules say of a system.
    pub async fn standing(&self, system: Id) -> String {
        let shown = services::records::get(&self.services, &operator(), EntityKind::System, system).await.unwrap();
        shown.record.get(EntityKind::System.def(), "standing").as_text().unwrap_or_default().to_owned()
    }

    /// Where a request stands.
    pub async fn state(&self, kind: EntityKind, subject: Id) -> String {
        requests::show(&self.services, &operator(), kind, subject).await.unwrap().request.state
    }

    /// Makes a move of a migration.
    pub async fn step(&self, op: &Op, subject: Id, step: Step) -> Result<(), Fault> {
        requests::make(&self.services, op, EntityKind::Migration, subject, &step).await
    }

    /// Drafts and hands in a request to move with one small production namespace.
    pub async fn handed_in(&self, desk: &Desk) -> Id {
        let op = department(&desk.path);
        let id = requests::draft_migration(&self.services, &op, &desk.request()).await.unwrap();
        self.step(&op, id, Step::of(Movement::Submit)).await.unwrap();
        id
    }

    /// Approves what is there to be seen.
    pub async fn approve(&self, op: &Op, subject: Id) -> Result<(), Fault> {
        let seen = requests::show(&self.services, op, EntityKind::Migration, subject).await.unwrap();
        let step = Step { plan_hash: Some(seen.plan_hash), ..Step::of(Movement::Approve) };
        self.step(op, subject, step).await
    }

    /// Attaches a file that proves a step.
    pub async fn prove(&self, op: &Op, subject: Id, step: Movement) -> Result<Id, Fault> {
        let new = NewEvidence { step, file_name: "证明.pdf".to_owned(), bytes: b"%PDF-1.7 ...".to_vec() };
        requests::attach(&self.services, op, subject, new).await.map(|file| file.id)
    }

    /// The hub writes what is due on clusters that are not registered as files; nobody reports what becomes of them.
    pub async fn by_files(&self, subject: Id) {
        let op = provisioning::hub_op();
        for push in provisioning::due_for_files(&self.services, &op, &[]).await.unwrap() {
            provisioning::pushed(&self.services, &op, push.delivery).await.unwrap();
            provisioning::given(&self.services, &push).await.unwrap();
        }
        provisioning::settle(&self.services, &op, subject).await.unwrap();
    }

    /// The cluster reports a namespace as ready.
    pub async fn ready(&self, desk: &Desk, subject: Id) {
        let op = provisioning::hub_op();
        for push in provisioning::due(&self.services, &op, desk.cluster.id).await.unwrap() {
            provisioning::pushed(&self.services, &op, push.delivery).await.unwrap();
            let reported = reported(&push.spec.namespace, &push.spec.plan_hash);
            provisioning::report(&self.services, &op, desk.cluster.id, &reported).await.unwrap();
        }
        provisioning::settle(&self.services, &op, subject).await.unwrap();
    }
}

/// A report of a namespace that stands.
pub fn reported(name: &str, plan_hash: &str) -> Reported {
    Reported {
        name: name.to_owned(),
        plan_hash: plan_hash.to_owned(),
        is_ready: true,
        reason: "Usable".to_owned(),
        message: String::new(),
        status: "{}".to_owned(),
        drift: Vec::new(),
    }
}

/// A wish for a namespace.
pub fn wish(environment: EnvironmentKind, size: Size) -> EnvironmentWish {
    EnvironmentWish {
        environment,
        kind: DeliveryKind::Namespace,
        size,
        custom: Amounts::default(),
        cluster: None,
        peers: Vec::new(),
        note: String::new(),
    }
}

impl Desk {
    /// The same city, and another system.
    pub fn of(&self, system: Record) -> Self {
        Self {
            path: self.path.clone(),
            zone: self.zone.clone(),
            cluster: self.cluster.clone(),
            basis: self.basis.clone(),
            system,
        }
    }

    /// A request to move with one small production namespace.
    pub fn request(&self) -> MigrationDraft {
        MigrationDraft {
            system: self.system.id,
            zone: self.zone.id,
            planned_cutover_on: "2027-03-01".parse().ok(),
            reason: "机房年底关停".to_owned(),
            rollback_plan: "保留原系统两周，DNS 回切".to_owned(),
            contact: "李雷 0571-1234".to_owned(),
            owners: "permit-admins".to_owned(),
            developers: String::new(),
            viewers: String::new(),
            environments: vec![wish(EnvironmentKind::Prod, Size::Small)],
        }
    }

    /// A complete justification until this day.
    pub fn justification(&self, expires_on: &str) -> ExceptionDraft {
        let input = [
            ("category", "E10"),
            ("legal_basis", "浙政办发〔2015〕8号"),
            ("alternatives", "容器化改造、整体替换"),
            ("controls", "每周巡检"),
            ("leader", "张局"),
            ("exit_plan", "合同到期后迁移"),
            ("expires_on", expires_on),
        ];
        let input = input.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        ExceptionDraft { system: self.system.id, input, renews: None }
    }
}
