//! Drift: what nobody approved is recorded in the status before it is undone, and told by an event, which is a courtesy: it waits for
//! nothing, and nothing waits for it.

use std::time::Duration;

use k8s_openapi::api::core::v1::ObjectReference;
use kube::{
    Client, Resource as _, ResourceExt as _,
    runtime::events::{Event, EventType, Recorder, Reporter},
};
use landing::{DriftNote, Workspace};
use tokio::{sync::mpsc, time::Instant};

use crate::{
    cluster::{Failure, count},
    conditions::{self, verdict},
    reconcile::Context,
    repair,
};

/// Events that may wait to be written; those beyond are not, and the status has the record.
const WAITING_MAX: usize = 10_000;

/// Repairs go first: an event is written after so long.
const AFTER: Duration = Duration::from_secs(2);

type Told = (Instant, ObjectReference, Event);

/// Takes events and writes them one after the other.
#[derive(Debug)]
pub(crate) struct Teller(mpsc::Sender<Told>);

impl Teller {
    /// The teller, and what [`write`] works off.
    pub(crate) fn new() -> (Self, mpsc::Receiver<Told>) {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        (Self(sender), receiver)
    }

    /// One event for each incident.
    pub(crate) fn tell(&self, workspace: &Workspace, notes: &[DriftNote]) {
        for note in notes {
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
            if self.0.try_send((Instant::now(), workspace.object_ref(&()), event)).is_err() {
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
        while let Some((told, about, event)) = events.recv().await {
            tokio::time::sleep_until(told + AFTER).await;
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

/// What nobody approved is recorded before it is undone, once for each incident.
pub(crate) async fn record(
    context: &Context,
    workspace: &mut Workspace,
    changes: &[repair::Change],
) -> Result<(), Failure> {
    let now = context.clock.now();
    let mut status = workspace.status.clone().unwrap_or_default();
    // While an incident is being put right, the cluster may go on counting: the same change at a later version, and a deletion, which
    // has no version, are the same incident.
    let is_open = conditions::is_true(&status, "Drifted") && !context.is_mended(&workspace.name_any());
    let is_known = |note: &DriftNote| {
        let same = |known: &DriftNote| {
            let is_change = known.object == note.object && known.action == note.action;
            let is_version = known.version == note.version && note.version != "0";
            is_change && (is_version || (is_open && known.field == note.field && known.client == note.client))
        };
        status.drift.iter().any(same)
    };
    let notes: Vec<DriftNote> =
        changes.iter().map(|change| repair::note(change, now)).filter(|note| !is_known(note)).collect();
    if notes.is_empty() {
        return Ok(());
    }
    metrics::counter!("shangyun_controller_drift_total").increment(notes.len() as u64);
    let named: Vec<&str> = notes.iter().map(|note| note.object.as_str()).collect();
    let drifted = verdict("Drifted", true, "Repairing", named.join(", "));
    conditions::set(&mut status, vec![drifted], workspace.metadata.generation, now);
    conditions::note(&mut status, notes.clone());
    context.report(workspace, &status).await?;
    workspace.status = Some(status);
    context.teller.tell(workspace, &notes);
    Ok(())
}
