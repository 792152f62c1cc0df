//! Progress and cancellation of long work, in memory: shown live, gone with the process, never written per row.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::{Id, Timestamp};
use serde::Serialize;

/// What long work is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Looking at rows.
    Checking,
    /// Writing rows.
    Applying,
    /// Making it permanent.
    Committing,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// What it is doing.
    pub phase: Phase,
    /// Rows done.
    pub done: u64,
    /// Rows in all.
    pub total: u64,
    /// When this phase began.
    pub began_at: Timestamp,
    /// Somebody asked to stop.
    pub cancelled: bool,
}

/// The progress of everything that runs in this process.
#[derive(Clone, Debug, Default)]
pub struct ProgressBoard(Arc<Mutex<HashMap<Id, Progress>>>);

impl ProgressBoard {
    fn entries(&self) -> MutexGuard<'_, HashMap<Id, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a phase.
    pub fn begin(&self, id: Id, phase: Phase, total: u64, now: Timestamp) {
        let mut entries = self.entries();
        let cancelled = entries.get(&id).is_some_and(|known| known.cancelled);
        entries.insert(id, Progress { phase, done: 0, total, began_at: now, cancelled });
    }

    /// Says how far it is; answers false when somebody asked to stop.
    pub fn advance(&self, id: Id, done: u64) -> bool {
        self.entries().get_mut(&id).is_none_or(|progress| {
            progress.done = done;
            !progress.cancelled
        })
    }

    /// Asks to stop; answers false when nothing runs, or when it is too late to stop.
    pub fn cancel(&self, id: Id) -> bool {
        self.entries().get_mut(&id).is_some_and(|progress| {
            progress.cancelled = progress.phase != Phase::Committing;
            progress.cancelled
        })
    }

    /// Ends it.
    pub fn end(&self, id: Id) {
        self.entries().remove(&id);
    }

    /// How far it is, if it runs here.
    pub fn of(&self, id: Id) -> Option<Progress> {
        self.entries().get(&id).copied()
    }
}
