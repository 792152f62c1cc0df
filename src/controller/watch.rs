//! One watch per kind, for the whole cluster: feeds the index and names the workspaces that are to be looked at.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use futures_util::{StreamExt as _, pin_mut};
use kube::{
    Client,
    runtime::{WatchStreamExt as _, watcher, watcher::Event},
};
use landing::WORKSPACE_LABEL;
use tokio::sync::{
    Notify,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_util::sync::CancellationToken;

use crate::{
    index::{Index, key},
    kind::Kind,
};

/// Which watches have listed everything once.
#[derive(Debug, Default)]
pub struct Synced {
    done: AtomicU8,
    changed: Notify,
}

impl Synced {
    fn mark(&self, kind: Kind) {
        self.done.fetch_or(1 << kind as u8, Ordering::AcqRel);
        self.changed.notify_waiters();
    }

    /// Kinds that are not yet listed.
    pub fn missing(&self) -> Vec<&'static str> {
        let done = self.done.load(Ordering::Acquire);
        Kind::ALL.into_iter().filter(|kind| done & (1 << *kind as u8) == 0).map(Kind::name).collect()
    }

    pub(crate) async fn wait(&self) {
        loop {
            let changed = self.changed.notified();
            if self.missing().is_empty() {
                return;
            }
            changed.await;
        }
    }
}

/// Whom to tell which namespaces changed: nobody while another replica acts.
#[derive(Debug, Default)]
pub(crate) struct Touched(Mutex<Option<UnboundedSender<String>>>);

impl Touched {
    /// From now on, tells this receiver alone.
    pub(crate) fn listen(&self) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        receiver
    }

    fn tell(&self, namespace: String) {
        let mut listener = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if listener.as_ref().is_some_and(|sender| sender.send(namespace).is_err()) {
            *listener = None;
        }
    }
}

/// Watches a kind until told to stop.
pub(crate) async fn watch(
    client: Client,
    kind: Kind,
    index: Arc<Index>,
    synced: Arc<Synced>,
    touched: Arc<Touched>,
    stop: CancellationToken,
) {
    let settings = match kind.is_watched_by_label() {
        true => watcher::Config::default().labels(WORKSPACE_LABEL),
        false => watcher::Config::default(),
    };
    let events = watcher(kind.everywhere(&client), settings).default_backoff();
    pin_mut!(events);
    let mut seen = HashSet::new();
    loop {
        let event = tokio::select! {
            () = stop.cancelled() => return,
            event = events.next() => event,
        };
        match event {
            None => return,
            Some(Err(error)) => {
                metrics::counter!("shangyun_controller_watch_errors_total", "kind" => kind.name()).increment(1);
                tracing::warn!(kind = kind.name(), %error, "the watch broke off and is taken up again");
            }
            Some(Ok(event)) => {
                for namespace in take(&index, &synced, kind, event, &mut seen) {
                    touched.tell(namespace);
                }
            }
        }
    }
}

/// Enters an event; gives the namespaces in which something changed.
fn take(
    index: &Index,
    synced: &Synced,
    kind: Kind,
    event: Event<kube::api::DynamicObject>,
    seen: &mut HashSet<(String, String)>,
) -> Vec<String> {
    match event {
        Event::Init => {
            seen.clear();
            Vec::new()
        }
        Event::InitApply(object) => {
            let key = key(kind, &object);
            seen.insert(key.clone());
            if index.enter(kind, object) { vec![key.0] } else { Vec::new() }
        }
        Event::InitDone => {
            let touched = index.keep_only(kind, seen);
            seen.clear();
            seen.shrink_to_fit();
            synced.mark(kind);
            touched
        }
        Event::Apply(object) => {
            let (namespace, _) = key(kind, &object);
            if index.enter(kind, object) { vec![namespace] } else { Vec::new() }
        }
        Event::Delete(object) => {
            let (namespace, _) = key(kind, &object);
            if index.remove(kind, &object) { vec![namespace] } else { Vec::new() }
        }
    }
}
