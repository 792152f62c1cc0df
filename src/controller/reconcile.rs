//! One workspace, from its approved plan to a usable namespace, in named steps: check, hold, find the namespace, compare, record what
//! nobody approved, mend, report.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::Clock;
use k8s_openapi::api::core::v1::ObjectReference;
use kube::{
    Api, Resource as _, ResourceExt as _,
    api::{Patch, PatchParams},
    core::DeserializeGuard,
    runtime::{
        controller::Action,
        events::{Event, EventType, Recorder, Reporter},
    },
};
use landing::{DriftNote, FIELD_OWNER, FINALIZER, Workspace, WorkspaceStatus, objects_to_hold, plan_hash};
use serde_json::{Value, json};

use crate::{
    Settings,
    cluster::{Cluster, Failure, count},
    conditions::{self, Verdict, verdict},
    ending, foreign,
    index::Held,
    kind::Kind,
    namespace::{self, Blocked, Found, blocked},
    repair,
};

/// A namespace in the way is looked at again after so long: it is not watched.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// What is only counted anew, or not yet counted, is told after so long, if nothing else is told before.
const SETTLE: Duration = Duration::from_secs(3);
/// First wait after a failure; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What every look needs.
pub(crate) struct Context {
    pub(crate) cluster: Cluster,
    pub(crate) settings: Settings,
    pub(crate) clock: Arc<dyn Clock>,
    recorder: Recorder,
    /// The version of each Workspace that our last write gave: until the watch shows it, what the watch shows is old.
    written: Mutex<HashMap<String, u64>>,
    failures: Mutex<HashMap<String, u32>>,
    /// Since when a status that can wait has been waiting.
    waiting: Mutex<HashMap<String, tokio::time::Instant>>,
}

impl Context {
    pub(crate) fn new(cluster: Cluster, settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let reporter =
            Reporter { controller: "shangyun-controller".to_owned(), instance: Some(settings.identity.clone()) };
        let recorder = Recorder::new(cluster.client.clone(), reporter);
        Self {
            cluster,
            settings,
            clock,
            recorder,
            written: Mutex::default(),
            failures: Mutex::default(),
            waiting: Mutex::default(),
        }
    }

    pub(crate) fn workspaces(&self) -> Api<Workspace> {
        Api::all(self.cluster.client.clone())
    }

    fn is_old(&self, workspace: &Workspace) -> bool {
        let written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.get(&workspace.name_any()).is_some_and(|version| *version > version_of(workspace))
    }

    fn remember(&self, workspace: &Workspace) {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.insert(workspace.name_any(), version_of(workspace));
    }

    /// Forgets a Workspace that is gone.
    pub(crate) fn forget(&self, name: &str) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    /// How long a status may still wait: one that only counts anew, or says that something is not yet counted. The cluster counts in
    /// several steps after a namespace is made, and each would be a write.
    fn may_wait(&self, workspace: &Workspace, status: &WorkspaceStatus) -> Option<Duration> {
        let name = workspace.name_any();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let before = workspace.status.as_ref();
        if before == Some(status) {
            waiting.remove(&name);
            return None;
        }
        let is_ready =
            |status: &WorkspaceStatus| status.conditions.iter().any(|one| one.type_ == "Ready" && one.status == "True");
        let can_wait = match before {
            None => !is_ready(status),
            Some(before) => WorkspaceStatus { usage: before.usage.clone(), ..status.clone() } == *before,
        };
        let waited = waiting.entry(name.clone()).or_insert_with(tokio::time::Instant::now).elapsed();
        if can_wait && waited < SETTLE {
            return Some(SETTLE.saturating_sub(waited));
        }
        waiting.remove(&name);
        None
    }

    /// Writes the status, if it says anything new.
    pub(crate) async fn report(&self, workspace: &Workspace, status: &WorkspaceStatus) -> Result<(), Failure> {
        if workspace.status.as_ref() == Some(status) {
            return Ok(());
        }
        let name = workspace.name_any();
        let body = json!({
            "apiVersion": Workspace::api_version(&()), "kind": Workspace::kind(&()), "metadata": { "name": name }, "status": status,
        });
        count("apply", "Workspace/status");
        let parameters = PatchParams::apply(FIELD_OWNER).force();
        let written = self.workspaces().patch_status(&name, &parameters, &Patch::Apply(body)).await;
        self.remember(&written.map_err(|error| Failure::new("report", format!("Workspace/{name}"), error))?);
        Ok(())
    }

    /// An event for people who read them; the record is the status.
    async fn tell(&self, workspace: &Workspace, notes: &[DriftNote]) {
        for note in notes {
            let client = if note.client.is_empty() { "an unknown client" } else { &note.client };
            let what = if note.field.is_empty() { String::new() } else { format!(" ({})", note.field) };
            let event = Event {
                type_: EventType::Warning,
                reason: "DriftRepaired".to_owned(),
                note: Some(format!("{} was {} by {client}{what}; it is as approved again", note.object, note.action)),
                action: "Repair".to_owned(),
                // Incidents of different objects are different events.
                secondary: Some(secondary(workspace, &note.object)),
            };
            count("create", "Event");
            if let Err(error) = self.recorder.publish(&event, &workspace.object_ref(&())).await {
                tracing::warn!(%error, "an event could not be written; the status has the record");
            }
        }
    }
}

fn secondary(workspace: &Workspace, object: &str) -> ObjectReference {
    let (kind, name) = object.split_once('/').unwrap_or(("", object));
    ObjectReference {
        kind: Some(kind.to_owned()),
        name: Some(name.to_owned()),
        namespace: Some(workspace.spec.namespace.clone()),
        ..ObjectReference::default()
    }
}

fn version_of(workspace: &Workspace) -> u64 {
    workspace.resource_version().and_then(|version| version.parse().ok()).unwrap_or_default()
}

/// Looks at one workspace.
pub(crate) async fn reconcile(
    guarded: Arc<DeserializeGuard<Workspace>>,
    context: Arc<Context>,
) -> Result<Action, Failure> {
    let workspace = match &guarded.0 {
        Ok(workspace) => workspace,
        Err(error) => {
            tracing::warn!(name = %guarded.name_any(), %error, "a Workspace cannot be read: does its definition fit this program?");
            return Ok(Action::await_change());
        }
    };
    if context.is_old(workspace) {
        return Ok(Action::await_change());
    }
    metrics::counter!("shangyun_controller_looks_total").increment(1);
    let outcome = match workspace.metadata.deletion_timestamp {
        Some(_) => ending::end(&context, workspace).await,
        None => hold(&context, workspace).await,
    };
    if outcome.is_ok() {
        context.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(&workspace.name_any());
    }
    outcome
}

/// When to try again. A refusal was put into the status.
pub(crate) fn after_failure(
    guarded: Arc<DeserializeGuard<Workspace>>,
    failure: &Failure,
    context: Arc<Context>,
) -> Action {
    let name = guarded.name_any();
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
async fn keep(context: &Context, workspace: &Workspace) -> Result<Workspace, Failure> {
    if workspace.finalizers().iter().any(|one| one == FINALIZER) {
        return Ok(workspace.clone());
    }
    let mut finalizers = workspace.finalizers().to_vec();
    finalizers.push(FINALIZER.to_owned());
    set_finalizers(context, workspace, finalizers).await
}

pub(crate) async fn set_finalizers(
    context: &Context,
    workspace: &Workspace,
    finalizers: Vec<String>,
) -> Result<Workspace, Failure> {
    let name = workspace.name_any();
    let body = json!({ "metadata": { "finalizers": finalizers, "resourceVersion": workspace.resource_version() } });
    count("patch", "Workspace");
    let parameters = PatchParams { field_manager: Some(FIELD_OWNER.to_owned()), ..PatchParams::default() };
    let written = context.workspaces().patch(&name, &parameters, &Patch::Merge(body)).await;
    let written = written.map_err(|error| Failure::new("patch", format!("Workspace/{name}"), error))?;
    context.remember(&written);
    Ok(written)
}

async fn hold(context: &Context, workspace: &Workspace) -> Result<Action, Failure> {
    let objects = match plan(context, workspace) {
        Ok(objects) => objects,
        Err(why) => {
            refuse(context, workspace, why).await?;
            return Ok(Action::await_change());
        }
    };
    let workspace = &keep(context, workspace).await?;
    match stand(context, workspace, &objects).await {
        Ok(Stood::Told) => Ok(Action::await_change()),
        Ok(Stood::ToBeTold(after)) => Ok(Action::requeue(after)),
        Ok(Stood::Blocked(why)) => {
            refuse(context, workspace, why).await?;
            Ok(Action::requeue(LOOK_AGAIN))
        }
        Err(failure) => {
            if failure.is_refusal() {
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
        _ => namespace::find(cluster, spec, desired_namespace, &held).await?,
    };
    let mut changes = match &found {
        Found::InTheWay(why) => return Ok(Stood::Blocked(why.clone())),
        Found::None => vec![repair::Change::Missing { desired: desired_namespace.clone() }],
        Found::Changed(change) => vec![change.clone()],
        Found::Good(_) => Vec::new(),
    };
    let namespace_gone = matches!(found, Found::None);
    let mut within = repair::compare(inside, if namespace_gone { &[] } else { &held });
    if is_settled && !namespace_gone {
        within = repair::look_again(cluster, name, within).await?;
        changes.extend(within.iter().cloned());
    }
    let mut workspace = workspace.clone();
    let notes = match is_settled {
        true => record(context, &mut workspace, &changes).await?,
        false => Vec::new(),
    };
    let live = match found {
        Found::Good(live) => live,
        Found::Changed(change) => namespace::restore(cluster, &change).await?,
        _ => match namespace::create(cluster, spec, desired_namespace).await? {
            Found::Good(live) => live,
            Found::Changed(change) => namespace::restore(cluster, &change).await?,
            Found::InTheWay(why) => return Ok(Stood::Blocked(why)),
            Found::None => {
                return Ok(Stood::Blocked(blocked(
                    "NamespaceTerminating",
                    format!("the namespace {name} was just deleted"),
                )));
            }
        },
    };
    repair::mend(cluster, name, &within).await?;
    let status = describe(context, &workspace, &live, &cluster.index.of(name));
    if notes.is_empty()
        && let Some(after) = context.may_wait(&workspace, &status)
    {
        return Ok(Stood::ToBeTold(after));
    }
    context.report(&workspace, &status).await?;
    context.tell(&workspace, &notes).await;
    Ok(Stood::Told)
}

/// What nobody approved is recorded before it is undone, once for each incident.
async fn record(
    context: &Context,
    workspace: &mut Workspace,
    changes: &[repair::Change],
) -> Result<Vec<DriftNote>, Failure> {
    let now = context.clock.now();
    let mut status = workspace.status.clone().unwrap_or_default();
    let is_known = |note: &DriftNote| {
        let same = |known: &DriftNote| {
            known.object == note.object && known.action == note.action && known.version == note.version
        };
        // A deletion has no version: it is known while it is being put right.
        let is_open = status.conditions.iter().any(|one| one.type_ == "Drifted" && one.status == "True");
        status.drift.iter().any(|known| same(known) && (note.version != "0" || is_open))
    };
    let notes: Vec<DriftNote> =
        changes.iter().map(|change| repair::note(change, now)).filter(|note| !is_known(note)).collect();
    if notes.is_empty() {
        return Ok(notes);
    }
    metrics::counter!("shangyun_controller_drift_total").increment(notes.len() as u64);
    let named: Vec<&str> = notes.iter().map(|note| note.object.as_str()).collect();
    let drifted = verdict("Drifted", true, "Repairing", named.join(", "));
    conditions::set(&mut status, vec![drifted], workspace.metadata.generation, now);
    conditions::note(&mut status, notes.clone());
    context.report(workspace, &status).await?;
    workspace.status = Some(status);
    Ok(notes)
}

/// The status of a workspace whose objects all stand.
fn describe(context: &Context, workspace: &Workspace, namespace: &Held, held: &[Held]) -> WorkspaceStatus {
    let spec = &workspace.spec;
    let mut status = workspace.status.clone().unwrap_or_default();
    status.observed_generation = workspace.metadata.generation;
    status.plan_hash = Some(spec.plan_hash.clone());
    status.namespace_uid = Some(namespace.uid.to_string());
    let quota =
        held.iter().find(|one| one.kind == Kind::ResourceQuota && one.is_ours).map(Held::value).unwrap_or_default();
    let (usage, is_filled) = conditions::usage(&quota);
    status.usage = usage;
    let has_account = held.iter().any(|one| one.kind == Kind::ServiceAccount && &*one.name == "default");
    let (policies, bindings) = foreign::additions(&spec.namespace, held);
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
    let was_drifting = status
        .conditions
        .iter()
        .any(|one| one.type_ == "Drifted" && (one.status == "True" || one.reason == "Repaired"));
    verdicts.push(match (was_drifting, status.drift.last()) {
        (true, Some(last)) => verdict(
            "Drifted",
            false,
            "Repaired",
            format!("last: {} {} {}", last.object, last.action, last.field).trim_end(),
        ),
        _ => verdict("Drifted", false, "AsApproved", ""),
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
