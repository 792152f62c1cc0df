//! The plan on a cluster stays the one that was approved: a `Workspace` that somebody changed or deleted past the hub is recorded as drift,
//! and given again. So a cluster that lost its definition, or was set up anew, gets its workspaces back.

use domain::Id;
use landing::WorkspaceSpec;
use store::{deliveries::Delivery, drift::Drift};

use super::{WORKSPACE, exit_in_plan, overlaid, stands};
use crate::{Op, Outcome, Services, Work};

/// Fields named in one record.
const FIELDS_NAMED: usize = 6;

/// What a cluster was given of a workspace.
#[derive(Clone, Debug)]
pub struct Given {
    delivery: Delivery,
    /// Exactly that plan.
    pub spec: WorkspaceSpec,
}

/// What stands on a cluster in its place.
#[derive(Clone, Debug)]
pub struct Instead {
    /// That plan.
    pub spec: WorkspaceSpec,
    /// Its version on the cluster.
    pub version: String,
    /// The client that wrote it, as it calls itself.
    pub client: String,
}

/// The plan that a cluster was given under this name; none when it does not stand, or when something about it is on its way.
pub async fn plan_given(services: &Services, cluster: Id, name: &str) -> Outcome<Option<Given>> {
    let reader = &mut &services.db;
    let Some(delivery) = store::deliveries::named(reader, cluster, name).await? else { return Ok(None) };
    let is_settled = stands(&delivery) && delivery.wanted == delivery.pushed;
    if !is_settled || store::deliveries::is_change_due(reader, delivery.id).await? {
        return Ok(None);
    }
    let exit = exit_in_plan(reader, &delivery).await?;
    let spec = overlaid(services, &delivery, exit.as_ref())?;
    Ok(Some(Given { delivery, spec }))
}

fn fields(given: &WorkspaceSpec, found: &WorkspaceSpec) -> String {
    let whole = |spec: &WorkspaceSpec| serde_json::json!({ "kind": "Workspace", "spec": spec });
    let differences = landing::difference(&whole(given), &whole(found));
    let mut named: Vec<String> = differences.iter().take(FIELDS_NAMED).map(|one| one.field.clone()).collect();
    if differences.len() > FIELDS_NAMED {
        named.push("…".to_owned());
    }
    named.join(", ")
}

/// A cluster, asked after `given` was looked up, has something else, or nothing: recorded, and the plan is due again. Answers false when
/// something was decided or given meanwhile: then it is to be looked at anew.
pub async fn plan_altered(services: &Services, op: &Op, given: &Given, instead: Option<&Instead>) -> Outcome<bool> {
    let mut work = Work::begin(services, op).await?;
    let id = given.delivery.id;
    work.tx.lock(&format!("delivery-{id}")).await?;
    let Some(mut delivery) = store::deliveries::find(&mut work.tx, id).await? else { return Ok(false) };
    let counts = |one: &Delivery| (one.wanted, one.pushed, one.state.clone());
    if counts(&delivery) != counts(&given.delivery) || store::deliveries::is_change_due(&mut work.tx, id).await? {
        return Ok(false);
    }
    let drift = Drift {
        delivery: id,
        object: format!("Workspace/{}", delivery.namespace),
        action: if instead.is_some() { "changed" } else { "deleted" }.to_owned(),
        // A deletion has no version: the count of what was given tells one from the next.
        version: instead.map_or_else(|| format!("0.{}", delivery.pushed), |one| one.version.clone()),
        at: work.at,
        field: instead.map(|one| fields(&given.spec, &one.spec)).unwrap_or_default(),
        client: instead.map(|one| one.client.clone()).unwrap_or_default(),
    };
    let (from, cluster) = (delivery.state.clone(), delivery.cluster);
    delivery.updated_at = work.at;
    if !store::deliveries::decide(&mut work.tx, &delivery, &from).await? {
        return Ok(false);
    }
    store::drift::insert(&mut work.tx, &delivery.path, cluster, std::slice::from_ref(&drift)).await?;
    let body = serde_json::json!({
        "namespace": delivery.namespace, "action": drift.action, "field": drift.field, "client": drift.client, "version": drift.version,
    });
    work.record("give_again", WORKSPACE, id, &delivery.path, body.to_string());
    let told = serde_json::json!({ "namespace": delivery.namespace, "objects": [drift.object] });
    work.tell("workspace.drifted", delivery.request, told.to_string());
    work.commit().await?;
    Ok(true)
}
