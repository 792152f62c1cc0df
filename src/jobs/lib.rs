//! Durable background work: workers that claim jobs, and a timetable. Every job calls a service.
//!
//! A job is a row: claimed under a lease that is renewed while it runs, so that the job of a worker that died is run
//! again by another; all jobs are written to bear that. Faults that may pass are tried again with growing pauses.

mod timetable;
mod worker;

use services::Services;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Workers in one process: one long import must not keep an evaluation waiting.
const WORKERS: usize = 2;

/// Starts the workers and the timetable on `tracker`; they end after `stop` is cancelled, between two jobs.
pub fn start(services: &Services, tracker: &TaskTracker, stop: &CancellationToken) {
    for _ in 0..WORKERS {
        tracker.spawn(worker::run(services.clone(), stop.clone()));
    }
    tracker.spawn(timetable::run(services.clone(), stop.clone()));
}

pub use timetable::tick;
pub use worker::work_once;
