//! Drift in a status: what leaves no object behind to note it on is recorded there before it is undone. Whatever is new in a status is
//! told by an event, which is a courtesy: nothing waits for it.

use k8s_openapi::api::core::v1::ObjectReference;
use kube::{
    Client, Resource as _, ResourceExt as _,
    runtime::events::{Event, EventType, Recorder, Reporter},
};
use landing::{DriftNote, Workspace, WorkspaceStatus};
use tokio::sync::mpsc;

use crate::{
    cluster::{Failure, count},
    conditions::{self, verdict},
    incident::{self, Noting},
    index::Held,
    reconcile::Context,
    repair::Change,
};

/// Events that may wait to be written; those beyond are not, and the status has the record.
const WAITING_MAX: usize = 10_000;

type Told = (ObjectReference, Event);

/// Takes events and writes them one after the other.
#[derive(Debug)]
pub(crate) struct Teller(mpsc::Sender<Told>);

impl Teller {
    /// The teller, and what [`write`] works off.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Told>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), receiver)
    }

    /// One event for each incident that a workspace's new status tells of and its old one did not.
    pub(crate) fn tell(&self, workspace: &Workspace, status: &WorkspaceStatus) {
        let before = workspace.status.as_ref().map(|status| status.drift.as_slice()).unwrap_or_default();
        for note in status.drift.iter().filter(|note| !before.contains(note)) {
            metrics::counter!("shangyun_controller_drift_total").increment(1);
            let client = if note.client.is_empty() { "an unknown client" } else { &note.client };
            let what = if note.field.is_empty() { String::new() } else { format!(" ({})", note.field) };
            let event = Event {
                type_: EventType::Warning,
                reason: "DriftRepaired".to_owned(),
                note: Some(format!("{} was {} by {client}{what}; it is put back", note.object, note.action)),
                action: "Repair".to_owned(),
                // Incidents of different objects are different events.
                secondary: Some(secondary(workspace, &note.object)),
            };
            if self.0.try_send((workspace.object_ref(&()), event)).is_err() {
                metrics::counter!("shangyun_controller_events_dropped_total").increment(1);
                tracing::warn!(workspace = %workspace.name_any(), "too many events wait; the status has the record");
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

/// Writes events until told to stop.
pub(crate) async fn write(
    client: Client,
    identity: String,
    mut events: mpsc::Receiver<Told>,
    stop: tokio_util::sync::CancellationToken,
) {
    let reporter = Reporter { controller: "shangyun-controller".to_owned(), instance: Some(identity) };
    let recorder = Recorder::new(client, reporter);
    let work_off = async {
        while let Some((about, event)) = events.recv().await {
            count("create", "Event");
            if let Err(error) = recorder.publish(&event, &about).await {
                tracing::warn!(%error, "an event could not be written; the status has the record");
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = work_off => {}
    }
}

/// Records what leaves no object behind to note it on, before that is undone. So it is with a namespace in whose place another one
/// stands that says the same: restored from a copy, for one.
pub(crate) async fn record_first(
    context: &Context,
    workspace: &mut Workspace,
    changes: &[Change],
    another: Option<&Held>,
    noting: &Noting,
) -> Result<(), Failure> {
    let mut status = workspace.status.clone().unwrap_or_default();
    let is_known = |note: &DriftNote| {
        let is_same = |known: &DriftNote| {
            known.object == note.object && known.action == note.action && known.version == note.version
        };
        status.drift.iter().any(is_same)
    };
    let first = changes.iter().filter(|change| change.is_recorded_first());
    let notes: Vec<DriftNote> = first
        .map(|change| noting.note(change))
        .chain(another.map(|live| noting.note_of_another(live)))
        .filter(|note| !is_known(note))
        .collect();
    if notes.is_empty() {
        return Ok(());
    }
    let named: Vec<&str> = notes.iter().map(|note| note.object.as_str()).collect();
    let drifted = verdict("Drifted", true, "Repairing", named.join(", "));
    conditions::set(&mut status, vec![drifted], workspace.metadata.generation, context.clock.now());
    let held = context.cluster.index.of(&workspace.spec.namespace);
    incident::take_over(workspace, &held, &mut status, notes);
    if let Some(live) = another {
        status.namespace_uid = Some(live.uid.to_string());
    }
    context.report(workspace, &status).await?;
    workspace.status = Some(status);
    Ok(())
}
