//! The plan on the cluster stays the approved one: what somebody changed or deleted past us is told to the services, which give it again.

use kube::{Api, Client, ResourceExt as _};
use landing::{Workspace, last_client};
use services::{
    Op, Outcome, Services,
    provisioning::{self, Instead, RegisteredCluster},
};

use crate::{FIELD_OWNER, reach::in_time};

/// Looks at a plan that came by the watch.
pub(crate) async fn hold(services: &Services, op: &Op, cluster: &RegisteredCluster, client: &Client, seen: &Workspace) {
    match provisioning::plan_given(services, cluster.id, &seen.name_any()).await {
        Ok(Some(given)) if given.spec != seen.spec => give_again(services, op, cluster, client, &seen.name_any()).await,
        Ok(_) => {}
        Err(fault) => tracing::warn!(%fault, "a plan could not be compared; looked at again with its next change"),
    }
}

/// Asks the cluster, and has the plan given again if it does not stand there. A watch tells of what was: only what the cluster says after
/// our own record was read is compared with it.
pub(crate) async fn give_again(services: &Services, op: &Op, cluster: &RegisteredCluster, client: &Client, name: &str) {
    match again(services, op, cluster, client, name).await {
        Ok(true) => {
            tracing::warn!(cluster = %cluster.code, name, "a plan was changed or deleted past the hub; it is given again")
        }
        Ok(false) => {}
        Err(why) => {
            tracing::warn!(cluster = %cluster.code, name, %why, "a plan could not be compared; looked at again later")
        }
    }
}

async fn again(
    services: &Services,
    op: &Op,
    cluster: &RegisteredCluster,
    client: &Client,
    name: &str,
) -> Result<bool, String> {
    let told = |fault: domain::Fault| fault.to_string();
    let Some(given) = provisioning::plan_given(services, cluster.id, name).await.map_err(told)? else {
        return Ok(false);
    };
    let workspaces: Api<Workspace> = Api::all(client.clone());
    let found = in_time(workspaces.get_opt(name)).await.map_err(|error| error.to_string())?;
    let instead = match &found {
        // What is being deleted is given again when it is gone.
        Some(found) if found.spec == given.spec || found.metadata.deletion_timestamp.is_some() => return Ok(false),
        Some(found) => Some(Instead {
            spec: found.spec.clone(),
            version: found.resource_version().unwrap_or_default(),
            client: last_client(found.managed_fields(), FIELD_OWNER),
        }),
        None => None,
    };
    let outcome: Outcome<bool> = provisioning::plan_altered(services, op, &given, instead.as_ref()).await;
    outcome.map_err(told)
}
