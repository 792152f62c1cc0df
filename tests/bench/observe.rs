//! Watches a cluster from outside, for measurements: how many objects of a kind fulfil a condition, told at once and not by asking again
//! and again, which would cost the API server something too.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::StreamExt as _;
use kube::{
    Api,
    api::DynamicObject,
    runtime::{WatchStreamExt as _, watcher},
};
use tokio::sync::Notify;

/// Objects that fulfil a condition, by namespace and name.
#[derive(Debug)]
pub struct Observer {
    fulfilled: Arc<Mutex<HashSet<String>>>,
    latest: Arc<AtomicU64>,
    changed: Arc<Notify>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Observer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn key(object: &DynamicObject) -> String {
    let metadata = &object.metadata;
    let part = |text: &Option<String>| text.clone().unwrap_or_default();
    format!("{}/{}", part(&metadata.namespace), part(&metadata.name))
}

/// The `resourceVersion` of an object: later ones are greater.
pub fn version(object: &DynamicObject) -> u64 {
    object.metadata.resource_version.as_deref().and_then(|version| version.parse().ok()).unwrap_or_default()
}

impl Observer {
    /// Watches from now on; returns when everything that is there was looked at.
    pub async fn of(
        api: Api<DynamicObject>,
        field: &str,
        holds: impl Fn(&DynamicObject) -> bool + Send + 'static,
    ) -> Self {
        let (fulfilled, changed) = (Arc::new(Mutex::new(HashSet::new())), Arc::new(Notify::new()));
        let (set, tell) = (Arc::clone(&fulfilled), Arc::clone(&changed));
        let latest = Arc::new(AtomicU64::new(0));
        let newest = Arc::clone(&latest);
        let settings =
            if field.is_empty() { watcher::Config::default() } else { watcher::Config::default().fields(field) };
        let (listed, is_listed) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            let mut listed = Some(listed);
            let mut events = std::pin::pin!(watcher(api, settings).default_backoff());
            while let Some(event) = events.next().await {
                match event {
                    Ok(watcher::Event::Apply(object) | watcher::Event::InitApply(object)) => {
                        let mut set = set.lock().unwrap();
                        if holds(&object) {
                            set.insert(key(&object))
                        } else {
                            set.remove(&key(&object))
                        };
                        newest.fetch_max(version(&object), Ordering::AcqRel);
                    }
                    Ok(watcher::Event::Delete(object)) => {
                        set.lock().unwrap().remove(&key(&object));
                    }
                    Ok(watcher::Event::InitDone) => {
                        if let Some(listed) = listed.take() {
                            let _ = listed.send(());
                        }
                    }
                    Ok(watcher::Event::Init) | Err(_) => {}
                }
                tell.notify_waiters();
            }
        });
        is_listed.await.unwrap();
        Self { fulfilled, latest, changed, task }
    }

    /// The latest `resourceVersion` that was seen.
    pub fn latest(&self) -> u64 {
        self.latest.load(Ordering::Acquire)
    }

    /// How many fulfil it now.
    pub fn count(&self) -> usize {
        self.fulfilled.lock().unwrap().len()
    }

    /// Waits until so many fulfil it; gives how long that took.
    pub async fn until(&self, what: &str, is_enough: impl Fn(usize) -> bool) -> Duration {
        let began = Instant::now();
        loop {
            let changed = self.changed.notified();
            if is_enough(self.count()) {
                return began.elapsed();
            }
            let waited = tokio::time::timeout(Duration::from_secs(900), changed).await;
            assert!(waited.is_ok(), "{what}: {} when nothing happened any more", self.count());
        }
    }
}
