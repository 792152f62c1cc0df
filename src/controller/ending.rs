//! The end of a Workspace. Its namespace stays, guarded and marked as released, unless an approved exit came first, the namespace is
//! the very one that it was approved for, and it is empty; never while the definition of Workspace is itself being deleted.

use std::time::Duration;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{Api, CustomResourceExt as _, ResourceExt as _, runtime::controller::Action};
use landing::{DeletionPolicy, FINALIZER, Workspace, WorkspaceSpec, WorkspaceStatus};
use serde_json::Value;

use crate::{
    cluster::Failure,
    conditions::{self, Verdict, verdict},
    index::Held,
    kind::Kind,
    reconcile::{Context, set_finalizers},
};

/// Label of a namespace whose Workspace is gone: the day.
const RELEASED: &str = "shangyun.dev/released";
/// The end of a namespace is asked for again after so long.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Whether an approved exit may be carried out.
pub(crate) fn exit_ready(spec: &WorkspaceSpec, status: &WorkspaceStatus) -> Verdict {
    let approved_for = spec.exit.as_ref().map(|exit| exit.namespace_uid.as_str());
    if approved_for != status.namespace_uid.as_deref() {
        return verdict(
            "ExitReady",
            false,
            "AnotherNamespace",
            "the exit was approved for an earlier namespace of this name",
        );
    }
    match conditions::is_empty(&status.usage) {
        Ok(()) => verdict("ExitReady", true, "Empty", ""),
        Err(left) => verdict("ExitReady", false, "NotEmpty", format!("still in it: {left}")),
    }
}

async fn definition_is_ending(context: &Context) -> Result<bool, Failure> {
    let definitions: Api<CustomResourceDefinition> = Api::all(context.cluster.client.clone());
    let name = Workspace::crd_name();
    let read = definitions.get_opt(name).await;
    let read = read.map_err(|error| Failure::new("read", format!("CustomResourceDefinition/{name}"), error))?;
    Ok(read.is_none_or(|definition| definition.metadata.deletion_timestamp.is_some()))
}

/// True when the namespace may go with its Workspace; the reason in words when an exit was approved and cannot be carried out yet.
async fn may_delete(context: &Context, workspace: &Workspace, live: &Held) -> Result<Result<bool, Verdict>, Failure> {
    let spec = &workspace.spec;
    if spec.deletion_policy != DeletionPolicy::Delete || spec.exit.is_none() || spec.cluster != context.settings.cluster
    {
        return Ok(Ok(false));
    }
    if landing::plan_hash(spec) != spec.plan_hash || definition_is_ending(context).await? {
        return Ok(Ok(false));
    }
    let quota = context
        .cluster
        .index
        .of(&spec.namespace)
        .into_iter()
        .find(|one| one.kind == Kind::ResourceQuota && one.is_ours);
    let usage = conditions::usage(&quota.map(|quota| quota.status()).unwrap_or_default());
    let status = WorkspaceStatus { usage, namespace_uid: Some(live.uid.to_string()), ..WorkspaceStatus::default() };
    let verdict = exit_ready(spec, &status);
    if verdict.is_true {
        return Ok(Ok(true));
    }
    // Approved for a namespace that is gone: this one stays.
    if verdict.reason == "AnotherNamespace" { Ok(Ok(false)) } else { Ok(Err(verdict)) }
}

async fn release(context: &Context, live: &Held) -> Result<(), Failure> {
    let mut value = live.value();
    let today = context.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    let Some(labels) = value.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) else { return Ok(()) };
    if labels.contains_key(RELEASED) {
        return Ok(());
    }
    labels.insert(RELEASED.to_owned(), today.into());
    if let Some(object) = value.as_object_mut() {
        object.remove("status");
    }
    context.cluster.replace(Kind::Namespace, "", &value).await.map(drop)
}

/// Carries out the end of a Workspace that is being deleted.
pub(crate) async fn end(context: &Context, workspace: &Workspace) -> Result<Action, Failure> {
    if !workspace.finalizers().iter().any(|one| one == FINALIZER) {
        context.forget(&workspace.name_any());
        return Ok(Action::await_change());
    }
    let name = &workspace.spec.namespace;
    let live = context.cluster.read(Kind::Namespace, "", name).await?;
    // Only what carries our label for this very Workspace is touched at all.
    if let Some(live) = live.filter(|live| live.is_ours) {
        if live.value().pointer("/metadata/deletionTimestamp").is_some() {
            return Ok(Action::requeue(LOOK_AGAIN));
        }
        match may_delete(context, workspace, &live).await? {
            Ok(true) => {
                context.cluster.delete("", &live).await?;
                return Ok(Action::requeue(LOOK_AGAIN));
            }
            Ok(false) => release(context, &live).await?,
            Err(not_yet) => {
                let mut status = workspace.status.clone().unwrap_or_default();
                conditions::set(&mut status, vec![not_yet], workspace.metadata.generation, context.clock.now());
                context.report(workspace, &status).await?;
                return Ok(Action::requeue(LOOK_AGAIN));
            }
        }
    }
    let finalizers = workspace.finalizers().iter().filter(|one| *one != FINALIZER).cloned().collect();
    set_finalizers(context, workspace, finalizers).await?;
    context.forget(&workspace.name_any());
    Ok(Action::await_change())
}
