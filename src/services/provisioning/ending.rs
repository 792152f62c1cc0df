//! The hub's part in the end of a workspace: what is to be taken away, and what became of it.

use domain::{Id, Movement};

use super::overlay;
use crate::{
    Op, Outcome, Services,
    requests::{Step, move_exit_by_program},
};

/// Workspaces looked at in one go.
const AT_ONCE: i64 = 50;

/// A workspace whose exit is being carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclaim {
    /// The delivery.
    pub delivery: Id,
    /// The namespace.
    pub name: String,
    /// The very namespace that the exit was approved for.
    pub namespace_uid: String,
    /// Hash of the plan with the exit in it: nothing else is taken away.
    pub plan_hash: String,
}

/// What is to be taken away on a cluster, and whose plan says so there already.
pub async fn reclaims(services: &Services, cluster: Id) -> Outcome<Vec<Reclaim>> {
    let reader = &mut &services.db;
    let mut found = Vec::new();
    for delivery in store::deliveries::reclaiming(reader, cluster, AT_ONCE).await? {
        let Some(exit) = overlay::exit_in_plan(reader, &delivery).await? else { continue };
        let spec = overlay::overlaid(services, &delivery, Some(&exit))?;
        found.push(Reclaim {
            delivery: delivery.id,
            name: delivery.namespace,
            namespace_uid: exit.namespace_uid,
            plan_hash: spec.plan_hash,
        });
    }
    Ok(found)
}

/// The workspace and its namespace are gone.
pub async fn reclaimed(services: &Services, op: &Op, delivery: Id) -> Outcome<()> {
    move_exit_by_program(services, op, delivery, &Step::of(Movement::Finish)).await
}

/// The workspace is gone and its namespace stands: it is as if the exit had been given up, and the plan is pushed again.
pub async fn left_standing(services: &Services, op: &Op, delivery: Id) -> Outcome<()> {
    let step = Step::of(Movement::Fail).because("云上空间对象已删除，但命名空间仍在，未作回收；方案将重新下发 · the Workspace is gone and its namespace stands: nothing was taken away, and the plan is pushed again");
    move_exit_by_program(services, op, delivery, &step).await
}
