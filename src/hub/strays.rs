//! Looks for what is out of place on a cluster: Workspaces and namespaces that nobody here knows, and what should stand and does not.
//! What nobody knows is told and never touched; what should stand is given again.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use futures_util::StreamExt as _;
use k8s_openapi::api::core::v1::Namespace;
use kube::{
    Api, Client, Resource, ResourceExt as _,
    core::PartialObjectMeta,
    runtime::{WatchStreamExt as _, watcher},
};
use landing::WORKSPACE_LABEL;
use services::{
    Op, Services,
    provisioning::{self, RegisteredCluster, Stray},
};

use crate::plan_held;

/// Between two looks. Only what both find is out of place: one may fall between a push and its arrival.
const BETWEEN: Duration = Duration::from_secs(3);

/// Names as a watch shows them; none until it has shown everything once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    shown: Mutex<(bool, BTreeSet<String>)>,
}

impl Names {
    /// Takes an event.
    pub(crate) fn take<K: Resource>(&self, event: &watcher::Event<K>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            watcher::Event::Init => *shown = (false, BTreeSet::new()),
            watcher::Event::InitApply(one) | watcher::Event::Apply(one) => {
                shown.1.insert(one.name_any());
            }
            watcher::Event::Delete(one) => {
                shown.1.remove(&one.name_any());
            }
            watcher::Event::InitDone => shown.0 = true,
        }
    }

    fn all(&self) -> Option<BTreeSet<String>> {
        let shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.0.then(|| shown.1.clone())
    }
}

/// Watches the namespaces that carry our label, by their metadata.
async fn watch_namespaces(client: &Client, names: &Names) {
    let namespaces: Api<PartialObjectMeta<Namespace>> = Api::all(client.clone());
    let ours = watcher::Config::default().labels(WORKSPACE_LABEL);
    let mut events = pin!(watcher(namespaces, ours).default_backoff());
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => names.take(&event),
            Err(error) => tracing::debug!(%error, "namespaces cannot be watched; tried again"),
        }
    }
}

/// Looks again and again.
pub(crate) async fn look_around(
    services: &Services,
    op: &Op,
    cluster: &RegisteredCluster,
    client: &Client,
    workspaces: &Names,
) {
    let namespaces = Names::default();
    let look = async {
        let mut before: Option<BTreeSet<Stray>> = None;
        loop {
            tokio::time::sleep(BETWEEN).await;
            let (Some(workspaces), Some(namespaces)) = (workspaces.all(), namespaces.all()) else { continue };
            let found = provisioning::out_of_place(services, cluster.id, &workspaces, &namespaces).await;
            let kept = match (found, &before) {
                (Ok(found), Some(earlier)) => {
                    let both: BTreeSet<Stray> = found.intersection(earlier).cloned().collect();
                    for missing in both.iter().filter(|one| one.kind == "missing") {
                        plan_held::give_again(services, op, cluster, client, &missing.name).await;
                    }
                    let kept = provisioning::keep_strays(services, cluster.id, &both).await;
                    before = Some(found);
                    kept
                }
                (Ok(found), None) => {
                    before = Some(found);
                    Ok(())
                }
                (Err(fault), _) => Err(fault),
            };
            if let Err(fault) = kept {
                tracing::warn!(%fault, "what is out of place could not be kept; tried again");
            }
        }
    };
    tokio::select! {
        () = watch_namespaces(client, &namespaces) => {}
        () = look => {}
    }
}
