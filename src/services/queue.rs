//! The job queue as workers and pages see it.

use domain::Id;
use jiff::{Span, ToSpan};
use rules::{Action, Resource};
use store::job_queue::{self, Job};

use crate::{Op, Outcome, Services, permit};

/// Days for which ended jobs stay visible.
const KEEP_DAYS: i64 = 30;

/// Claims the oldest due job for `lease`. Looks without locking first, so that an idle worker never takes the writer.
pub async fn claim(services: &Services, lease: Span) -> Outcome<Option<Job>> {
    let now = services.clock.now();
    if !job_queue::is_due(&mut &services.db, now).await? {
        return Ok(None);
    }
    let mut tx = services.db.begin().await?;
    let job = job_queue::claim(&mut tx, now, now.saturating_add(lease).unwrap_or(now)).await?;
    tx.commit().await?;
    Ok(job)
}

/// Prolongs a claim; false when another worker has the job by now.
pub async fn renew(services: &Services, job: &Job, lease: Span) -> Outcome<bool> {
    let until = services.clock.now().saturating_add(lease).unwrap_or(services.clock.now());
    // While a long import writes on SQLite the writer is taken: the claim is then protected by the same lock.
    let Ok(begun) = tokio::time::timeout(std::time::Duration::from_secs(5), services.db.begin()).await else {
        return Ok(true);
    };
    let mut tx = begun?;
    let held = job_queue::renew(&mut tx, job.id, job.attempts, until).await?;
    tx.commit().await?;
    Ok(held)
}

/// Ends a job with `done` or `failed`.
pub async fn finish(services: &Services, job: &Job, state: &'static str, outcome: &str) -> Outcome<()> {
    let mut tx = services.db.begin().await?;
    job_queue::finish(&mut tx, job.id, job.attempts, state, outcome, services.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// Puts a job back for another try after `pause`.
pub async fn retry(services: &Services, job: &Job, outcome: &str, pause: Span) -> Outcome<()> {
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    job_queue::retry(&mut tx, job.id, job.attempts, outcome, now.saturating_add(pause).unwrap_or(now), now).await?;
    Ok(tx.commit().await?)
}

/// Drops jobs that ended long ago.
pub async fn forget_old(services: &Services) -> Outcome<()> {
    let now = services.clock.now();
    let before = now.saturating_sub((KEEP_DAYS * 24).hours()).unwrap_or(now);
    if job_queue::has_ended_before(&mut &services.db, before).await? {
        let mut tx = services.db.begin().await?;
        job_queue::forget(&mut tx, before).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// A job by id, for those who may follow background work.
pub async fn find(services: &Services, op: &Op, id: Id) -> Outcome<Job> {
    permit(op, Action::View, &Resource::Jobs)?;
    job_queue::find(&mut &services.db, id).await?.ok_or_else(domain::Fault::not_found)
}

/// The newest jobs.
pub async fn list(services: &Services, op: &Op) -> Outcome<Vec<Job>> {
    permit(op, Action::View, &Resource::Jobs)?;
    Ok(job_queue::list(&mut &services.db, 100).await?)
}
