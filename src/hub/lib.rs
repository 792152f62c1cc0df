//! The hub's side of member clusters: pushes what was approved, and brings back what stands. Clusters without registered access get
//! files instead, the same bytes. One cluster's failure is never another's.

mod files;
mod member;
mod reach;

use std::{collections::HashMap, path::PathBuf, time::Duration};

use domain::{Id, Timestamp};
use services::{Services, provisioning};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use reach::{Allowed, Reach};

/// Between two looks at what is due: what a click on "approve" waits for at most.
const LOOK: Duration = Duration::from_millis(400);
/// Between two times of catching up with what a hub that died left behind.
const CATCH_UP: Duration = Duration::from_secs(20);

/// What the hub needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Addresses that clusters may have.
    pub allowed: Allowed,
    /// Where files for clusters without access go; none: nowhere, their plans wait.
    pub folder: Option<PathBuf>,
}

struct Running {
    since: Timestamp,
    stop: CancellationToken,
}

/// Runs until told to stop.
pub async fn run(services: Services, settings: Settings, stop: CancellationToken) {
    let tracker = TaskTracker::new();
    let mut members: HashMap<Id, Running> = HashMap::new();
    let mut caught_up: Option<tokio::time::Instant> = None;
    loop {
        if caught_up.is_none_or(|at| at.elapsed() >= CATCH_UP) {
            caught_up = Some(tokio::time::Instant::now());
            if let Err(fault) = provisioning::catch_up(&services, &provisioning::hub_op()).await {
                tracing::warn!(%fault, "requests were not gone over; tried again later");
            }
        }
        match provisioning::registered(&services).await {
            Ok(registered) => {
                supervise(&services, &settings, &registered, &mut members, &tracker, &stop).await;
                if let Some(folder) = &settings.folder {
                    let ids: Vec<Id> = registered.iter().map(|(id, _)| *id).collect();
                    files::write_due(&services, folder, &ids).await;
                }
            }
            Err(fault) => tracing::warn!(%fault, "the registered clusters cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    tracker.close();
    tracker.wait().await;
}

/// One task for each registered cluster; a changed registration begins anew. Credentials are opened when a task begins, not before.
async fn supervise(
    services: &Services,
    settings: &Settings,
    registered: &[(Id, Timestamp)],
    members: &mut HashMap<Id, Running>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    members.retain(|id, running| {
        let stays = registered.contains(&(*id, running.since));
        if !stays {
            running.stop.cancel();
        }
        stays
    });
    for (id, since) in registered.iter().filter(|(id, _)| !members.contains_key(id)).copied().collect::<Vec<_>>() {
        match provisioning::open(services, id).await {
            Ok(Some(cluster)) => {
                let own = stop.child_token();
                members.insert(id, Running { since, stop: own.clone() });
                tracker.spawn(member::run(services.clone(), settings.allowed.clone(), cluster, own));
            }
            Ok(None) => {}
            Err(fault) => tracing::warn!(%fault, "a registered cluster cannot be opened"),
        }
    }
}
