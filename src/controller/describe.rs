//! The status of a workspace whose objects all stand: what is counted, what is open, what was put back.

use landing::{Workspace, WorkspaceStatus};
use serde_json::Value;

use crate::{
    conditions::{self, Verdict, verdict},
    ending, foreign, incident,
    index::Held,
    kind::Kind,
    reconcile::Context,
    repair,
};

/// The status of a workspace whose objects all stand.
pub(crate) fn describe(
    context: &Context,
    workspace: &Workspace,
    objects: &[Value],
    namespace: &Held,
    held: &[Held],
) -> WorkspaceStatus {
    let spec = &workspace.spec;
    let mut status = workspace.status.clone().unwrap_or_default();
    status.observed_generation = workspace.metadata.generation;
    status.plan_hash = Some(spec.plan_hash.clone());
    status.namespace_uid = Some(namespace.uid.to_string());
    let quota = held.iter().find(|one| one.kind == Kind::ResourceQuota && one.is_ours);
    let planned = objects.iter().find(|object| repair::kind_of(object) == Some(Kind::ResourceQuota));
    status.usage = conditions::usage(&quota.map(Held::status).unwrap_or_default());
    let is_filled = planned.is_some_and(|planned| conditions::is_counted(planned, &status.usage));
    let has_account = held.iter().any(|one| one.kind == Kind::ServiceAccount && &*one.name == "default");
    let (policies, bindings) = foreign::additions(held);
    let mut verdicts: Vec<Verdict> = vec![
        ready(workspace, is_filled, has_account),
        match is_filled {
            true => verdict("QuotaApplied", true, "Counted", ""),
            false => verdict("QuotaApplied", false, "NotYetCounted", "the cluster has not counted the quota yet"),
        },
        match policies.is_empty() {
            true => verdict(
                "NetworkIsolated",
                true,
                "PoliciesPresent",
                "the policies stand; the network plug-in enforces them",
            ),
            false => verdict(
                "NetworkIsolated",
                false,
                "ForeignPolicies",
                format!("opened by policies that nobody approved: {}", policies.join(", ")),
            ),
        },
        match bindings.is_empty() {
            true => verdict("AccessGranted", true, "BindingsPresent", ""),
            false => verdict(
                "AccessGranted",
                false,
                "ForeignBindings",
                format!("outsiders bound by bindings that nobody approved: {}", bindings.join(", ")),
            ),
        },
    ];
    incident::take_over(workspace, held, &mut status, Vec::new());
    verdicts.push(match status.drift.last() {
        Some(last) => verdict(
            "Drifted",
            false,
            "Repaired",
            format!("last: {} {} {}", last.object, last.action, last.field).trim_end(),
        ),
        None => verdict("Drifted", false, "AsApproved", ""),
    });
    if spec.exit.is_some() {
        verdicts.push(ending::exit_ready(spec, &status));
    } else {
        status.conditions.retain(|one| one.type_ != "ExitReady");
    }
    conditions::set(&mut status, verdicts, workspace.metadata.generation, context.clock.now());
    status
}

fn ready(workspace: &Workspace, is_filled: bool, has_account: bool) -> Verdict {
    if !has_account {
        return verdict("Ready", false, "Provisioning", "the default service account is not there yet");
    }
    if !is_filled {
        return verdict("Ready", false, "Provisioning", "the quota is not counted yet");
    }
    match &workspace.spec.frozen {
        Some(frozen) => verdict("Ready", true, "Frozen", format!("nothing new may start: {}", frozen.reason)),
        None => verdict("Ready", true, "Usable", ""),
    }
}
