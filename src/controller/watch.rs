//! One watch per kind, for the whole cluster, Workspaces among them: feeds the index and names the workspaces that are to be looked at.

use std::{
    collections::HashSet,
    marker::PhantomData,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, pin_mut};
use kube::{
    Client,
    api::{ObjectMeta, PartialObjectMeta},
    runtime::{
        WatchStreamExt as _,
        reflector::{Store, store::Writer},
        utils::Backoff,
        watcher,
        watcher::Event,
    },
};
use landing::{WORKSPACE_LABEL, Workspace};
use tokio::sync::{
    Notify,
    mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
};
use tokio_util::sync::CancellationToken;

use crate::{
    index::{Index, key},
    kind::Kind,
    recognise::Recogniser,
};

/// Longest wait before a watch that broke off is tried again.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Objects of a list that are asked for at once: a page is held in memory whole.
const PAGE: u32 = 100;

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

    fn has(&self, kind: Kind) -> bool {
        self.done.load(Ordering::Acquire) & (1 << kind as u8) != 0
    }

    /// Kinds that are not yet listed.
    pub fn missing(&self) -> Vec<&'static str> {
        Kind::ALL.into_iter().filter(|kind| !self.has(*kind)).map(Kind::name).collect()
    }

    /// Until these are listed.
    pub(crate) async fn wait(&self, kinds: &[Kind]) {
        loop {
            let changed = self.changed.notified();
            if kinds.iter().all(|kind| self.has(*kind)) {
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

/// The names of all Workspaces, as the queue of looks wants them: what they say stands in the index alone.
#[derive(Debug)]
pub(crate) struct Roll(Mutex<Writer<PartialObjectMeta<Workspace>>>);

impl Default for Roll {
    /// Empty and complete: the queue waits for a complete roll, and nobody acts before every watch has listed everything anyway.
    fn default() -> Self {
        let mut writer = Writer::default();
        writer.apply_watcher_event(&Event::Init);
        writer.apply_watcher_event(&Event::InitDone);
        Self(Mutex::new(writer))
    }
}

impl Roll {
    pub(crate) fn reader(&self) -> Store<PartialObjectMeta<Workspace>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).as_reader()
    }

    fn call(&self, name: &str, is_there: bool) {
        let metadata = ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() };
        let named = PartialObjectMeta { types: None, metadata, _phantom: PhantomData };
        let event = if is_there { Event::Apply(named) } else { Event::Delete(named) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).apply_watcher_event(&event);
    }
}

/// What every watch feeds.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) index: Arc<Index>,
    pub(crate) roll: Roll,
    pub(crate) touched: Touched,
}

/// Between two tries to take a watch up again: an API server that was away for a minute is not left unwatched for half of one more.
#[derive(Default)]
struct Patience(watcher::DefaultBackoff);

impl Iterator for Patience {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.0.next().map(|wait| wait.min(LONGEST_WAIT))
    }
}

impl Backoff for Patience {
    fn reset(&mut self) {
        self.0.reset();
    }
}

/// What a watch keeps while a list comes in.
#[derive(Debug, Default)]
struct Listing {
    /// Namespace and name of each object that the list has brought so far.
    seen: HashSet<(String, String)>,
    recogniser: Recogniser,
}

/// Watches a kind until told to stop. Plans are listed first: everything else is compared with them as it comes in.
pub(crate) async fn watch(
    client: Client,
    kind: Kind,
    everything: Arc<Seen>,
    synced: Arc<Synced>,
    stop: CancellationToken,
) {
    if kind != Kind::Workspace {
        tokio::select! {
            () = stop.cancelled() => return,
            () = synced.wait(&[Kind::Workspace]) => {}
        }
    }
    let settings = watcher::Config::default().page_size(PAGE);
    let settings = if kind.is_watched_by_label() { settings.labels(WORKSPACE_LABEL) } else { settings };
    let events = watcher(kind.everywhere(&client), settings).backoff(Patience::default());
    pin_mut!(events);
    let mut listing = Listing::default();
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
                for name in take(&everything.index, &synced, kind, event, &mut listing) {
                    let is_there = everything.index.has_workspace(&name);
                    if kind == Kind::Workspace {
                        everything.roll.call(&name, is_there);
                    }
                    if is_there {
                        everything.touched.tell(name);
                    }
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
    listing: &mut Listing,
) -> Vec<String> {
    match event {
        Event::Init => {
            *listing = Listing::default();
            Vec::new()
        }
        Event::InitApply(object) => {
            let (namespace, name) = key(kind, &object);
            listing.seen.insert((namespace.clone(), name.clone()));
            if !index.enter(kind, object) {
                return Vec::new();
            }
            listing.recogniser.take(index, kind, &namespace, &name);
            vec![namespace]
        }
        Event::InitDone => {
            let touched = index.keep_only(kind, &listing.seen);
            *listing = Listing::default();
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
