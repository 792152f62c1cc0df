//! A workspace that stands: what tests of its later life begin with. Its cluster says what the test lets it say.

use domain::{EntityKind, Fault, Id, Movement};
use services::{
    Op, Services,
    provisioning::{self, Delivery, Reported},
    requests::{self, ExitView, Step},
};

use super::{
    World, approver, department,
    desk::{Desk, reported},
    operator,
};

/// The namespace that was made.
pub const UID: &str = "11111111-2222-3333-4444-555555555555";

/// A status as its controller writes it; `left` secrets are in the namespace.
pub fn status(plan_hash: &str, uid: &str, exit: Option<(&str, &str)>, left: u32) -> String {
    let used = |key: &str, used: u32| (key.to_owned(), serde_json::json!({ "hard": "9", "used": used.to_string() }));
    let usage: serde_json::Map<_, _> = [
        used("count/pods", 0),
        used("persistentvolumeclaims", 0),
        used("count/secrets", left),
        used("count/configmaps", 1),
    ]
    .into_iter()
    .collect();
    let conditions: Vec<_> = exit
        .map(|(outcome, reason)| {
            serde_json::json!({
                "type": "ExitReady", "status": outcome, "reason": reason, "message": "", "observedGeneration": 2,
                "lastTransitionTime": "2026-11-23T02:00:00Z",
            })
        })
        .into_iter()
        .collect();
    serde_json::json!({ "planHash": plan_hash, "namespaceUid": uid, "usage": usage, "conditions": conditions })
        .to_string()
}

/// A scene in which one small production workspace stands.
#[derive(Debug)]
pub struct Stands {
    /// The world.
    pub world: World,
    /// The desk.
    pub desk: Desk,
    /// The request that brought it.
    pub request: Id,
    /// The workspace.
    pub delivery: Id,
}

impl Stands {
    /// Sets the scene.
    pub async fn new(world: World) -> Self {
        let desk = world.desk().await;
        let request = world.handed_in(&desk).await;
        world.approve(&approver(), request).await.unwrap();
        world.ready(&desk, request).await;
        let shown = requests::show(&world.services, &operator(), EntityKind::Migration, request).await.unwrap();
        let delivery = shown.deliveries[0].planned.delivery.clone();
        let stands = Self { world, desk, request, delivery: delivery.id };
        stands.told(&delivery.plan_hash, UID, None, 0).await;
        stands
    }

    /// One whose request was cancelled after it was made: nobody needs it.
    pub async fn left_over(world: World) -> Self {
        let stands = Self::new(world).await;
        let step = Step::of(Movement::Cancel).because("项目终止");
        stands.world.step(&operator(), stands.request, step).await.unwrap();
        stands.register().await;
        stands
    }

    /// Every use case.
    pub fn services(&self) -> &Services {
        &self.world.services
    }

    /// Somebody of its department.
    pub fn owner(&self) -> Op {
        department(&self.desk.path)
    }

    /// The cluster is registered, as far as the database knows.
    pub async fn register(&self) {
        let access = store::cluster_access::Access {
            cluster: self.desk.cluster.id,
            server: "https://10.1.2.3:6443".to_owned(),
            authority: String::new(),
            secret: Vec::new(),
            checked_at: self.world.now(),
            outcome: String::new(),
            updated_at: self.world.now(),
        };
        let mut tx = self.world.db().begin().await.unwrap();
        store::cluster_access::put(&mut tx, &access).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Its cluster tells of it.
    pub async fn told(&self, plan_hash: &str, uid: &str, exit: Option<(&str, &str)>, left: u32) {
        let name = self.now().await.namespace;
        let told = Reported { status: status(plan_hash, uid, exit, left), ..reported(&name, plan_hash) };
        let op = provisioning::hub_op();
        provisioning::report(self.services(), &op, self.desk.cluster.id, &told).await.unwrap();
    }

    /// It, as it is stored now.
    pub async fn now(&self) -> Delivery {
        store::deliveries::find(&mut self.world.db(), self.delivery).await.unwrap().unwrap()
    }

    /// What its cluster is to be given.
    pub async fn due(&self) -> Vec<provisioning::Push> {
        provisioning::due(self.services(), &provisioning::hub_op(), self.desk.cluster.id).await.unwrap()
    }

    /// The hub pushes what is due; answers the plan.
    pub async fn pushed(&self) -> landing::WorkspaceSpec {
        let push = self.due().await.remove(0);
        provisioning::given(self.services(), &push).await.unwrap();
        push.spec
    }

    /// Asks for its exit.
    pub async fn ask(&self, op: &Op) -> Result<Id, Fault> {
        requests::ask_exit(self.services(), op, self.delivery, "项目终止，不再需要").await
    }

    /// Its newest exit.
    pub async fn exit(&self) -> ExitView {
        requests::exits(self.services(), &operator(), self.delivery).await.unwrap().remove(0)
    }

    /// Takes a step of its exit.
    pub async fn take(&self, op: &Op, step: Step, confirmation: &str) -> Result<(), Fault> {
        requests::move_exit(self.services(), op, self.delivery, &step, confirmation).await
    }

    /// Approves the exit that is there to be seen.
    pub async fn approve(&self, op: &Op) -> Result<(), Fault> {
        let plan_hash = Some(self.exit().await.request.plan_hash);
        self.take(op, Step { plan_hash, ..Step::of(Movement::Approve) }, "").await
    }

    /// Carries its exit out, with its name typed in.
    pub async fn carry_out(&self) -> Result<(), Fault> {
        self.take(&operator(), Step::of(Movement::CarryOut), "sys-000123-prod").await
    }

    /// Asked for, approved, pushed, and reported as empty.
    pub async fn approved_and_empty(&self) -> landing::WorkspaceSpec {
        self.ask(&self.owner()).await.unwrap();
        self.approve(&approver()).await.unwrap();
        let spec = self.pushed().await;
        self.told(&spec.plan_hash, UID, Some(("True", "Empty")), 0).await;
        spec
    }

    /// Freezes it.
    pub async fn freeze(&self, op: &Op, reason: &str) -> Result<(), Fault> {
        provisioning::freeze(self.services(), op, self.delivery, reason).await
    }

    /// Thousandths of a core that are given away.
    pub async fn granted(&self) -> i64 {
        requests::capacity(self.services(), &operator(), self.desk.cluster.id).await.unwrap().granted.cpu_milli
    }

    /// What the trail says was done to it, newest first.
    pub async fn trail(&self) -> Vec<String> {
        let placed = store::audit::of_subject(&mut self.world.db(), self.delivery, i64::MAX, 50).await.unwrap();
        placed.into_iter().map(|one| one.entry.action).collect()
    }
}
