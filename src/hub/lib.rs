//! The hub's side of member clusters: pushes what was approved, and brings back what stands. Clusters without registered access get
//! files instead, the same bytes. One cluster's failure is never another's. Of several processes on one database, one serves a cluster.

mod claim;
mod ending;
mod files;
mod member;
mod plan_held;
mod reach;
mod strays;

use std::{collections::HashMap, path::PathBuf, time::Duration};

use domain::{Id, Timestamp};
use services::{Services, provisioning};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use claim::Claims;
pub use reach::{Allowed, Reach};

/// The name under which the hub writes fields.
pub(crate) const FIELD_OWNER: &str = "shangyun-hub";
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
    /// How this process shares the clusters with others on the same database.
    pub claims: Claims,
}

struct Running {
    since: Timestamp,
    stop: CancellationToken,
}

/// Runs until told to stop.
pub async fn run(services: Services, settings: Settings, stop: CancellationToken) {
    let tracker = TaskTracker::new();
    let mut members: HashMap<Id, Running> = HashMap::new();
    tracker.spawn(common(services.clone(), settings.clone(), stop.clone()));
    loop {
        match provisioning::registered(&services).await {
            Ok(registered) => supervise(&services, &settings, &registered, &mut members, &tracker, &stop).await,
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

/// What belongs to no cluster: files for those that are not registered, and going over what a hub that died left behind.
async fn common(services: Services, settings: Settings, stop: CancellationToken) {
    let work = || async {
        let op = provisioning::hub_op_of(&settings.claims.identity);
        let mut caught_up: Option<tokio::time::Instant> = None;
        loop {
            if caught_up.is_none_or(|at| at.elapsed() >= CATCH_UP) {
                caught_up = Some(tokio::time::Instant::now());
                if let Err(fault) = provisioning::catch_up(&services, &op).await {
                    tracing::warn!(%fault, "requests were not gone over; tried again later");
                }
            }
            if let Some(folder) = &settings.folder {
                match provisioning::registered(&services).await {
                    Ok(registered) => {
                        let ids: Vec<Id> = registered.iter().map(|(id, _)| *id).collect();
                        files::write_due(&services, &op, folder, &ids).await;
                    }
                    Err(fault) => tracing::warn!(%fault, "the registered clusters cannot be read"),
                }
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    claim::while_held(&services, &settings.claims, provisioning::COMMON_CLAIM, &stop, work).await;
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
                let (services, settings) = (services.clone(), settings.clone());
                tracker.spawn(async move {
                    let serve = || member::run(&services, &settings, &cluster);
                    claim::while_held(&services, &settings.claims, cluster.id, &own, serve).await;
                });
            }
            Ok(None) => {}
            Err(fault) => tracing::warn!(%fault, "a registered cluster cannot be opened"),
        }
    }
}
