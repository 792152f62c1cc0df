//! One member cluster: what is due is pushed by server-side apply, what its controller reports is brought back.

use std::{pin::pin, time::Duration};

use futures_util::StreamExt as _;
use kube::{
    Api, ResourceExt as _,
    api::{Patch, PatchParams},
    core::DeserializeGuard,
    runtime::{WatchStreamExt as _, watcher},
};
use landing::{Workspace, WorkspaceSpec};
use services::{
    Services,
    provisioning::{self, Push, RegisteredCluster, Reported},
};
use tokio_util::sync::CancellationToken;

use crate::reach::{self, Allowed};

/// The name under which the hub writes fields.
const FIELD_OWNER: &str = "shangyun-hub";
const LOOK: Duration = Duration::from_millis(300);
const AFTER_FAILURE: Duration = Duration::from_secs(2);

/// Serves a cluster until told to stop.
pub(crate) async fn run(services: Services, allowed: Allowed, cluster: RegisteredCluster, stop: CancellationToken) {
    loop {
        let outcome = tokio::select! {
            () = stop.cancelled() => return,
            outcome = serve(&services, &allowed, &cluster) => outcome,
        };
        tracing::warn!(cluster = %cluster.code, why = %outcome, "the cluster is not reached; tried again");
        remember(&services, &cluster, &outcome).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AFTER_FAILURE) => {}
        }
    }
}

async fn remember(services: &Services, cluster: &RegisteredCluster, outcome: &str) {
    if let Err(fault) = provisioning::remember_check(services, cluster.id, outcome).await {
        tracing::warn!(%fault, "how a cluster was reached could not be kept");
    }
}

/// Pushes and listens; ends with the reason why that is no longer possible.
async fn serve(services: &Services, allowed: &Allowed, cluster: &RegisteredCluster) -> String {
    let client = match reach::client(&cluster.credentials, allowed).await {
        Ok(client) => client,
        Err(why) => return why.en,
    };
    let guarded: Api<DeserializeGuard<Workspace>> = Api::all(client.clone());
    let workspaces: Api<Workspace> = Api::all(client);
    tokio::select! {
        why = push_due(services, cluster, &workspaces) => why,
        why = listen(services, cluster, guarded) => why,
    }
}

/// Pushes whatever is due, again and again.
async fn push_due(services: &Services, cluster: &RegisteredCluster, workspaces: &Api<Workspace>) -> String {
    let op = provisioning::hub_op();
    loop {
        match provisioning::due(services, &op, cluster.id).await {
            Ok(due) => {
                for push in due {
                    if let Err(why) = push_one(services, cluster, workspaces, &push).await {
                        return why;
                    }
                }
            }
            Err(fault) => tracing::warn!(%fault, "what is due cannot be read"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn push_one(
    services: &Services,
    cluster: &RegisteredCluster,
    workspaces: &Api<Workspace>,
    push: &Push,
) -> Result<(), String> {
    let op = provisioning::hub_op();
    let name = &push.spec.namespace;
    let document = landing::document(&push.spec);
    let parameters = PatchParams::apply(FIELD_OWNER).force();
    let kept = match workspaces.patch(name, &parameters, &Patch::Apply(document)).await {
        Ok(_) => provisioning::pushed(services, &op, push.delivery).await,
        // Understood and refused: a person has to look.
        Err(kube::Error::Api(status)) if matches!(status.code, 400 | 403 | 409 | 422) => {
            tracing::warn!(cluster = %cluster.code, %name, why = %status.message, "the cluster refused a plan");
            provisioning::refused(services, &op, push.delivery, &status.message).await
        }
        Err(error) => return Err(error.to_string()),
    };
    if let Err(fault) = kept {
        tracing::warn!(%fault, %name, "what became of a plan could not be kept; tried again");
        return Ok(());
    }
    // It may have been ready before we said that it was pushed.
    match workspaces.get_opt(name).await {
        Ok(Some(workspace)) => take(services, cluster, &workspace).await,
        Ok(None) => {}
        Err(error) => return Err(error.to_string()),
    }
    Ok(())
}

/// Brings back what the cluster says of its workspaces.
async fn listen(
    services: &Services,
    cluster: &RegisteredCluster,
    workspaces: Api<DeserializeGuard<Workspace>>,
) -> String {
    let mut events = pin!(watcher(workspaces, watcher::Config::default()).default_backoff());
    let mut failures = 0;
    while let Some(event) = events.next().await {
        match event {
            Ok(watcher::Event::InitDone) => {
                failures = 0;
                remember(services, cluster, "").await;
            }
            Ok(watcher::Event::Apply(guarded) | watcher::Event::InitApply(guarded)) => {
                failures = 0;
                match &guarded.0 {
                    Ok(workspace) => take(services, cluster, workspace).await,
                    Err(error) => tracing::warn!(name = %guarded.name_any(), %error, "a Workspace cannot be read"),
                }
            }
            Ok(_) => {}
            Err(error) => {
                failures += 1;
                if failures > 2 {
                    return error.to_string();
                }
            }
        }
    }
    "the watch ended".to_owned()
}

async fn take(services: &Services, cluster: &RegisteredCluster, workspace: &Workspace) {
    let reported = read(workspace);
    if let Err(fault) = provisioning::report(services, &provisioning::hub_op(), cluster.id, &reported).await {
        tracing::warn!(%fault, name = %reported.name, "a report could not be kept; the next one will be");
    }
}

/// A Workspace as a report. Its status counts for the generation that it speaks of, and no other.
fn read(workspace: &Workspace) -> Reported {
    let status = workspace.status.clone().unwrap_or_default();
    let spec: &WorkspaceSpec = &workspace.spec;
    let ready = status.conditions.iter().find(|condition| condition.type_ == "Ready");
    let is_current = ready.is_some_and(|condition| condition.observed_generation == workspace.metadata.generation);
    Reported {
        name: spec.namespace.clone(),
        plan_hash: status.plan_hash.clone().unwrap_or_default(),
        is_ready: is_current && ready.is_some_and(|condition| condition.status == "True"),
        reason: ready.filter(|_| is_current).map(|condition| condition.reason.clone()).unwrap_or_default(),
        message: ready.map(|condition| condition.message.clone()).unwrap_or_default(),
        status: serde_json::to_string(&status).unwrap_or_default(),
        drift: status.drift,
    }
}
