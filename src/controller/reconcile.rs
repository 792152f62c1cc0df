//! One workspace, from its approved plan to a usable namespace, in named steps: check, hold, find the namespace, compare, record what
//! nobody approved, mend, report.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::Clock;
use kube::{
    ResourceExt as _,
    api::{PartialObjectMeta, Patch},
    runtime::controller::Action,
};
use landing::{FINALIZER, Workspace, WorkspaceStatus, objects_to_hold, plan_hash};
use serde_json::{Value, json};

use crate::{
    Settings,
    cluster::{Cluster, Failure, Part},
    conditions::{self, verdict},
    describe::describe,
    ending,
    incident::Noting,
    index::Held,
    kind::Kind,
    namespace::{self, Blocked, Found, blocked},
    patience::patience,
    record::{Teller, record_first},
    repair,
};

/// A namespace in the way is looked at again after so long: it is not watched.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// It is calm when nothing was made or put right in any workspace for so long.
const CALM: Duration = Duration::from_secs(1);
/// Until it is calm, what can wait is told after so long: the API server's time belongs to what is not yet as approved.
const BUSY: Duration = Duration::from_secs(30);
/// Between two looks at whether it is calm.
const BREATH: Duration = Duration::from_secs(3);
/// First wait after a failure; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// A refusal is told after so many failures: some six seconds.
const TRIES_BEFORE_TOLD: u32 = 5;

/// What every look needs.
pub(crate) struct Context {
    pub(crate) cluster: Cluster,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) teller: Teller,
    failures: Mutex<HashMap<String, u32>>,
    /// Since when a status that can wait has been waiting.
    waiting: Mutex<HashMap<String, tokio::time::Instant>>,
}

impl Context {
    pub(crate) fn new(cluster: Cluster, settings: Settings, clock: Arc<dyn Clock>, teller: Teller) -> Self {
        Self { cluster, settings, clock, teller, failures: Mutex::default(), waiting: Mutex::default() }
    }

    /// True when one look after the other failed, so that it is no passing trouble: an API server that starts refuses what its roles and
    /// policies, which it has not read yet, would let through.
    fn failed_often(&self, name: &str) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get(name).is_some_and(|tries| *tries >= TRIES_BEFORE_TOLD)
    }

    /// Forgets a Workspace that is gone.
    pub(crate) fn forget(&self, name: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// How long a status may still wait. The cluster counts in several steps after a namespace is made, and each would be a write.
    fn may_wait(&self, workspace: &Workspace, status: &WorkspaceStatus) -> Option<Duration> {
        let name = workspace.name_any();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let patience = match workspace.status.as_ref() {
            Some(before) if before == status => Duration::ZERO,
            before => patience(before, status),
        };
        if patience.is_zero() {
            waiting.remove(&name);
            return None;
        }
        let waited = waiting.entry(name.clone()).or_insert_with(tokio::time::Instant::now).elapsed();
        if waited < patience {
            return Some(patience.saturating_sub(waited));
        }
        if waited < BUSY && !self.cluster.is_calm_for(CALM) {
            return Some(BREATH);
        }
        waiting.remove(&name);
        None
    }

    /// Writes the status, if it says anything new.
    pub(crate) async fn report(&self, workspace: &Workspace, status: &WorkspaceStatus) -> Result<(), Failure> {
        if workspace.status.as_ref() == Some(status) {
            return Ok(());
        }
        // Nobody else writes it: the whole of it is replaced, and the API server need not work out whose field is whose.
        let whole = json!([{ "op": "add", "path": "/status", "value": status }]);
        let patch = serde_json::from_value(whole).map_err(kube::Error::SerdeError);
        let name = workspace.name_any();
        let patch = patch.map_err(|error| Failure::new("report", format!("Workspace/{name}"), error))?;
        self.cluster.patch_workspace(&name, Part::Status, &Patch::Json(patch)).await?;
        self.teller.tell(workspace, status);
        Ok(())
    }
}

/// Looks at one workspace.
pub(crate) async fn reconcile(
    named: Arc<PartialObjectMeta<Workspace>>,
    context: Arc<Context>,
) -> Result<Action, Failure> {
    let name = named.name_any();
    let workspace = match context.cluster.index.workspace(&name) {
        Some(Ok(workspace)) => workspace,
        Some(Err(error)) => {
            // One that cannot be read stalls no other.
            tracing::warn!(%name, %error, "a Workspace cannot be read: does its definition fit this program?");
            return Ok(Action::await_change());
        }
        None => {
            context.forget(&name);
            return Ok(Action::await_change());
        }
    };
    metrics::counter!("shangyun_controller_looks_total").increment(1);
    let outcome = match workspace.metadata.deletion_timestamp {
        Some(_) => ending::end(&context, &workspace).await,
        None => hold(&context, &workspace).await,
    };
    if outcome.is_ok() {
        context.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
    }
    outcome
}

/// When to try again. A refusal that lasts was put into the status.
pub(crate) fn after_failure(
    named: Arc<PartialObjectMeta<Workspace>>,
    failure: &Failure,
    context: Arc<Context>,
) -> Action {
    let name = named.name_any();
    let mut failures = context.failures.lock().unwrap_or_else(PoisonError::into_inner);
    let tries = failures.entry(name.clone()).or_default();
    *tries = tries.saturating_add(1);
    metrics::counter!("shangyun_controller_failures_total").increment(1);
    tracing::warn!(workspace = %name, tries = *tries, %failure, "tried again later");
    Action::requeue(FIRST_WAIT.saturating_mul(1 << (*tries - 1).min(9)).min(LONGEST_WAIT))
}

/// The plan, if it may be carried out here.
fn plan(context: &Context, workspace: &Workspace) -> Result<Vec<Value>, Blocked> {
    let spec = &workspace.spec;
    if spec.cluster != context.settings.cluster {
        let message =
            format!("this plan was approved for the cluster {}, this is {}", spec.cluster, context.settings.cluster);
        return Err(blocked("WrongCluster", message));
    }
    let objects = objects_to_hold(spec).map_err(|problems| {
        let said: Vec<String> = problems.iter().map(|one| format!("{}: {}", one.field, one.message.en)).collect();
        blocked("PlanInvalid", said.join("; "))
    })?;
    let hash = plan_hash(spec);
    if hash != spec.plan_hash {
        let message = format!(
            "planHash is {}, but this plan's hash is {hash}: it was changed after approval; ask for a new approval",
            spec.plan_hash
        );
        return Err(blocked("PlanHashMismatch", message));
    }
    Ok(objects)
}

/// Ready is False, with the reason; everything else stays as it was last seen.
async fn refuse(context: &Context, workspace: &Workspace, why: Blocked) -> Result<(), Failure> {
    let mut status = workspace.status.clone().unwrap_or_default();
    let ready = verdict("Ready", false, why.reason, why.message);
    conditions::set(&mut status, vec![ready], workspace.metadata.generation, context.clock.now());
    context.report(workspace, &status).await
}

/// A finalizer on the Workspace, never an owner on the namespace.
async fn keep(context: &Context, workspace: &Workspace) -> Result<(), Failure> {
    if workspace.finalizers().iter().any(|one| one == FINALIZER) {
        return Ok(());
    }
    let mut finalizers = workspace.finalizers().to_vec();
    finalizers.push(FINALIZER.to_owned());
    set_finalizers(context, workspace, finalizers).await
}

pub(crate) async fn set_finalizers(
    context: &Context,
    workspace: &Workspace,
    finalizers: Vec<String>,
) -> Result<(), Failure> {
    let body = json!({ "metadata": { "finalizers": finalizers, "resourceVersion": workspace.resource_version() } });
    context.cluster.patch_workspace(&workspace.name_any(), Part::Metadata, &Patch::Merge(body)).await
}

async fn hold(context: &Context, workspace: &Workspace) -> Result<Action, Failure> {
    let objects = match plan(context, workspace) {
        Ok(objects) => objects,
        Err(why) => {
            refuse(context, workspace, why).await?;
            return Ok(Action::await_change());
        }
    };
    keep(context, workspace).await?;
    match stand(context, workspace, &objects).await {
        Ok(Stood::Told) => Ok(Action::await_change()),
        Ok(Stood::ToBeTold(after)) => Ok(Action::requeue(after)),
        Ok(Stood::Blocked(why)) => {
            refuse(context, workspace, why).await?;
            Ok(Action::requeue(LOOK_AGAIN))
        }
        Err(failure) => {
            if failure.is_refusal() && context.failed_often(&workspace.name_any()) {
                refuse(context, workspace, blocked("ApplyFailed", failure.to_string())).await?;
            }
            Err(failure)
        }
    }
}

/// How a look ended.
enum Stood {
    /// Everything stands, and the status says so.
    Told,
    /// Everything stands; the status can wait for so long.
    ToBeTold(Duration),
    /// Something is in the way.
    Blocked(Blocked),
}

/// Everything in place: the namespace, then what is in it, then the report.
async fn stand(context: &Context, workspace: &Workspace, objects: &[Value]) -> Result<Stood, Failure> {
    let (cluster, spec) = (&context.cluster, &workspace.spec);
    let name = &spec.namespace;
    let Some((desired_namespace, inside)) = objects.split_first() else { return Ok(Stood::Told) };
    let before = workspace.status.clone().unwrap_or_default();
    // Once this very plan stood, every difference is somebody's doing.
    let is_settled = before.plan_hash.as_deref() == Some(&spec.plan_hash)
        && before.observed_generation == workspace.metadata.generation;
    let held = cluster.index.of(name);
    // One that never stood is made without asking: POST takes nothing over.
    let found = match before.namespace_uid {
        None if !held.iter().any(|one| one.kind == Kind::Namespace) => Found::None,
        _ => namespace::find(cluster, workspace, desired_namespace, &held).await?,
    };
    if let Found::InTheWay(why) = &found {
        return Ok(Stood::Blocked(why.clone()));
    }
    let namespace_gone = matches!(found, Found::None);
    let within = repair::compare(inside, if namespace_gone { &[] } else { &held });
    let within = repair::look_again(cluster, name, within, is_settled && !namespace_gone).await?;
    let noting = is_settled.then(|| Noting::of(workspace, context.clock.now()));
    let mut workspace = workspace.clone();
    if let Some(noting) = &noting {
        let another = found.live().filter(|live| namespace::known_uid(&workspace).is_some_and(|uid| *uid != *live.uid));
        let another = another.cloned();
        record_first(context, &mut workspace, &within, another.as_ref(), noting).await?;
    }
    let live = match raise(cluster, &workspace, desired_namespace, found, noting.as_ref()).await? {
        Ok(live) => live,
        Err(why) => return Ok(Stood::Blocked(why)),
    };
    // What went with the namespace is one incident with it.
    repair::mend(cluster, name, &within, noting.as_ref().filter(|_| !namespace_gone)).await?;
    let held = cluster.index.of(name);
    for object in objects {
        if let Some(live) = repair::held_as(object, &held) {
            repair::settle(&cluster.index, name, object, live);
        }
    }
    let status = describe(context, &workspace, objects, &live, &held);
    if let Some(after) = context.may_wait(&workspace, &status) {
        return Ok(Stood::ToBeTold(after));
    }
    context.report(&workspace, &status).await?;
    Ok(Stood::Told)
}

/// The namespace, as the plan has it, or what is in its way.
async fn raise(
    cluster: &Cluster,
    workspace: &Workspace,
    desired: &Value,
    found: Found,
    noting: Option<&Noting>,
) -> Result<Result<Held, Blocked>, Failure> {
    let found = match found {
        Found::None | Found::Unread => namespace::create(cluster, workspace, desired, noting).await?,
        found => found,
    };
    Ok(match found {
        Found::Good(live) => Ok(live),
        Found::Changed(differs) => Ok(repair::replace(cluster, "", differs, noting).await?),
        Found::InTheWay(why) => Err(why),
        Found::None | Found::Unread => {
            Err(blocked("NamespaceTerminating", format!("the namespace {} was just deleted", workspace.spec.namespace)))
        }
    })
}
