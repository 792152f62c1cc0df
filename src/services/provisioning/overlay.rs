//! What is laid over an approved plan: a freeze, which changes nothing of what was approved, and an approved exit, which does and so
//! has a hash of its own. Put together whenever it is asked for, so that taking either away gives the approved plan back.

use domain::{ExitState, Fault};
use landing::{DeletionPolicy, WorkspaceSpec};
use store::{Reader, deliveries::Delivery, exits::Exit};

use crate::{Outcome, Services};

/// An exit that is in the plan of a delivery: approved, and neither over nor given up.
pub(crate) async fn exit_in_plan(reader: &mut impl Reader, delivery: &Delivery) -> Outcome<Option<Exit>> {
    if delivery.exit.is_none() {
        return Ok(None);
    }
    let request = store::requests::find(reader, delivery.exit).await?;
    let is_in = request.and_then(|one| ExitState::from_code(&one.state)).is_some_and(ExitState::is_in_the_plan);
    Ok(if is_in { store::exits::find(reader, delivery.exit).await? } else { None })
}

/// What the cluster of a delivery shall have.
pub(crate) fn overlaid(services: &Services, delivery: &Delivery, exit: Option<&Exit>) -> Outcome<WorkspaceSpec> {
    let mut spec: WorkspaceSpec = serde_json::from_str(&delivery.spec)
        .map_err(|error| Fault::internal(format!("the plan of delivery {} cannot be read: {error}", delivery.id)))?;
    // An exit that names no namespace is carried out by hand: no plan tells of it.
    if let Some(exit) = exit.filter(|exit| !exit.namespace_uid.is_empty()) {
        spec.deletion_policy = DeletionPolicy::Delete;
        spec.exit = Some(landing::Exit { request: exit.number.clone(), namespace_uid: exit.namespace_uid.clone() });
        spec.plan_hash = landing::plan_hash(&spec);
    }
    spec.frozen = delivery.frozen.as_ref().map(|frozen| landing::Frozen {
        reason: frozen.reason.clone(),
        by: frozen.by.clone(),
        on: services.pack.day_of(frozen.at).to_string(),
    });
    Ok(spec)
}
