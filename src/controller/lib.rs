//! The controller of a member cluster: keeps each namespace as its `Workspace` was approved, without any database. It compares before
//! it writes, and is silent while nothing differs (design, section 5).

mod cluster;
mod conditions;
mod describe;
mod ending;
mod foreign;
mod incident;
mod index;
mod kind;
mod lease;
mod namespace;
mod patience;
mod recognise;
mod reconcile;
mod record;
mod repair;
mod watch;

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::Clock;
use futures_util::{StreamExt as _, stream};
use kube::{
    Client,
    api::PartialObjectMeta,
    runtime::{
        controller,
        reflector::{ObjectRef, Store},
    },
};
use landing::Workspace;
use tokio::sync::mpsc;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use lease::LeaseTimes;
pub use watch::Synced;

/// What differs from one controller to the next.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The cluster that it stands in; a Workspace for another is refused.
    pub cluster: String,
    /// The name of this replica in the Lease.
    pub identity: String,
    /// Workspaces looked at at once.
    pub concurrency: u16,
    /// Changes that come within this time of each other are one.
    pub debounce: Duration,
    /// How the replicas take turns.
    pub lease: LeaseTimes,
}

impl Settings {
    /// Usual settings for a cluster.
    pub fn new(cluster: impl Into<String>, identity: impl Into<String>) -> Self {
        Self {
            cluster: cluster.into(),
            identity: identity.into(),
            concurrency: 32,
            debounce: Duration::from_millis(50),
            lease: LeaseTimes::default(),
        }
    }
}

/// How the controller is doing.
#[derive(Debug, Default)]
pub struct Health {
    /// Which kinds are listed.
    pub synced: Arc<Synced>,
    leads: AtomicBool,
}

impl Health {
    /// True while this replica holds the Lease.
    pub fn leads(&self) -> bool {
        self.leads.load(Ordering::Acquire)
    }
}

/// Runs until told to stop. A replica without the Lease keeps its watches warm and writes nothing.
pub async fn run(
    client: Client,
    lease_client: Client,
    settings: Settings,
    clock: Arc<dyn Clock>,
    health: Arc<Health>,
    stop: CancellationToken,
) {
    let tracker = TaskTracker::new();
    let seen = Arc::new(watch::Seen::default());
    for kind in kind::Kind::ALL {
        tracker.spawn(watch::watch(client.clone(), kind, Arc::clone(&seen), Arc::clone(&health.synced), stop.clone()));
    }
    let (teller, events) = record::Teller::new();
    tracker.spawn(record::write(client.clone(), settings.identity.clone(), events, stop.clone()));
    tracker.close();
    let candidate = lease::Candidate::new(lease_client, settings.identity.clone(), settings.lease, Arc::clone(&clock));
    let cluster = cluster::Cluster { client, index: Arc::clone(&seen.index), last_write: Arc::default() };
    let context = Arc::new(reconcile::Context::new(cluster, settings, clock, teller));
    tokio::select! {
        () = stop.cancelled() => {}
        () = health.synced.wait(&kind::Kind::ALL) => {
            while candidate.acquire(&stop).await {
                tracing::info!("this replica acts");
                metrics::gauge!("shangyun_controller_leads").set(1.0);
                health.leads.store(true, Ordering::Release);
                let lost = stop.child_token();
                // What was touched before is looked at anyway: everything is, at the start of a term.
                let triggers = seen.touched.listen();
                let acting = tokio::spawn(act(Arc::clone(&context), seen.roll.reader(), triggers, lost.clone()));
                candidate.hold(&stop).await;
                lost.cancel();
                if let Err(error) = acting.await {
                    tracing::error!(%error, "the controller broke off");
                }
                health.leads.store(false, Ordering::Release);
                metrics::gauge!("shangyun_controller_leads").set(0.0);
                tracing::info!("this replica no longer acts");
                if stop.is_cancelled() {
                    break;
                }
            }
        }
    }
    tracker.wait().await;
}

/// Looks at every Workspace, and again at each that something happened to.
async fn act(
    context: Arc<reconcile::Context>,
    roll: Store<PartialObjectMeta<Workspace>>,
    triggers: mpsc::UnboundedReceiver<String>,
    stop: CancellationToken,
) {
    let settings =
        controller::Config::default().debounce(context.settings.debounce).concurrency(context.settings.concurrency);
    let queue = stream::iter(context.cluster.index.workspaces())
        .chain(UnboundedReceiverStream::new(triggers))
        .map(|name| Ok::<_, Infallible>(ObjectRef::<PartialObjectMeta<Workspace>>::new(&name)))
        .take_until(stop.cancelled_owned());
    let look = |named, context| Box::pin(reconcile::reconcile(named, context));
    controller::applier(look, reconcile::after_failure, context, roll, queue, settings)
        .for_each(|outcome| async move {
            if let Err(error) = outcome {
                // A Workspace that went meanwhile; failures were reported where they happened.
                tracing::debug!(%error, "not looked at");
            }
        })
        .await;
}
