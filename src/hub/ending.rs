//! Taking away what an approved exit is for: the Workspace first; its controller removes the namespace, and only that ends it.

use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, Preconditions},
};
use landing::{WORKSPACE_LABEL, Workspace};
use services::{
    Op, Services,
    provisioning::{self, Reclaim, RegisteredCluster},
};

use crate::reach::in_time;

/// Goes over what is to be taken away.
///
/// # Errors
/// Why the cluster is no longer reached.
pub(crate) async fn take_away(
    services: &Services,
    op: &Op,
    cluster: &RegisteredCluster,
    client: &Client,
) -> Result<(), String> {
    let due = match provisioning::reclaims(services, cluster.id).await {
        Ok(due) => due,
        Err(fault) => {
            tracing::warn!(%fault, "what is to be taken away cannot be read");
            return Ok(());
        }
    };
    for one in due {
        let kept = match look(client, &one).await.map_err(|error| error.to_string())? {
            Found::Going => Ok(()),
            Found::Gone => provisioning::reclaimed(services, op, one.delivery).await,
            Found::Left => provisioning::left_standing(services, op, one.delivery).await,
        };
        if let Err(fault) = kept {
            tracing::warn!(%fault, name = %one.name, "what became of a workspace could not be kept; tried again");
        }
    }
    Ok(())
}

enum Found {
    /// It takes its time.
    Going,
    /// Workspace and namespace are gone.
    Gone,
    /// The Workspace is gone, and its namespace was left.
    Left,
}

async fn look(client: &Client, one: &Reclaim) -> Result<Found, kube::Error> {
    let workspaces: Api<Workspace> = Api::all(client.clone());
    if let Some(workspace) = in_time(workspaces.get_opt(&one.name)).await? {
        let is_ending = workspace.metadata.deletion_timestamp.is_some();
        // Only the very plan that was approved, as it was just seen.
        if !is_ending && workspace.spec.plan_hash == one.plan_hash {
            let seen = Preconditions { uid: workspace.uid(), resource_version: workspace.resource_version() };
            let parameters = DeleteParams { preconditions: Some(seen), ..DeleteParams::default() };
            match in_time(workspaces.delete(&one.name, &parameters)).await {
                Ok(_) => tracing::info!(name = %one.name, "a workspace is taken away after its approved exit"),
                // It changed meanwhile, or went: looked at again.
                Err(kube::Error::Api(status)) if matches!(status.code, 404 | 409) => {}
                Err(error) => return Err(error),
            }
        }
        return Ok(Found::Going);
    }
    let namespaces: Api<Namespace> = Api::all(client.clone());
    let Some(namespace) = in_time(namespaces.get_metadata_opt(&one.name)).await? else { return Ok(Found::Gone) };
    let is_the_one = namespace.uid().as_deref() == Some(one.namespace_uid.as_str());
    let is_ours = namespace.labels().get(WORKSPACE_LABEL) == Some(&one.name);
    Ok(match namespace.metadata.deletion_timestamp {
        // Somebody else's by now: ours is gone.
        _ if !is_the_one && !is_ours => Found::Gone,
        Some(_) => Found::Going,
        None => Found::Left,
    })
}
