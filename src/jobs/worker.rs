//! The worker loop: claim, run, finish or try again.

use std::time::Duration;

use domain::{Door, Fault, FaultKind};
use jiff::ToSpan;
use services::{Op, Outcome, Services, evaluation, imports, queue};
use tokio_util::sync::CancellationToken;

/// How often an idle worker looks for work.
const POLL: Duration = Duration::from_millis(250);
/// How long a claim holds without renewal.
const LEASE_SECONDS: i64 = 60;
/// How often a claim is renewed while its job runs.
const RENEW: Duration = Duration::from_secs(15);
/// Tries before a job is given up.
const ATTEMPTS: i64 = 6;

/// Works until told to stop.
pub(crate) async fn run(services: Services, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match work_once(&services).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(fault) => tracing::error!(fault = %fault, "a worker could not reach its queue"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Claims and runs one job; answers false when none was due.
pub async fn work_once(services: &Services) -> Outcome<bool> {
    let Some(job) = queue::claim(services, LEASE_SECONDS.seconds()).await? else { return Ok(false) };
    tracing::info!(job.id = %job.id, job.kind = %job.kind, job.attempts = job.attempts, "job begins");
    let began_at = services.clock.now();
    // A task of its own: it must go on while this one waits to renew the claim.
    let (own, kind, body) = (services.clone(), job.kind.clone(), job.body.clone());
    let mut running = tokio::spawn(async move { perform(&own, &kind, &body).await });
    let outcome = loop {
        tokio::select! {
            outcome = &mut running => {
                break outcome.unwrap_or_else(|error| Err(Fault::internal(format!("the job ended unexpectedly: {error}"))));
            }
            () = tokio::time::sleep(RENEW) => {
                if !queue::renew(services, &job, LEASE_SECONDS.seconds()).await? {
                    tracing::warn!(job.id = %job.id, "another worker has taken this job over");
                    return Ok(true);
                }
            }
        }
    };
    let took = began_at.duration_until(services.clock.now());
    metrics::histogram!("shangyun_job_duration_seconds", "kind" => job.kind.clone()).record(took.as_secs_f64());
    match outcome {
        Ok(text) => {
            tracing::info!(job.id = %job.id, job.kind = %job.kind, duration_ms = took.as_millis(), "job done");
            queue::finish(services, &job, "done", &text).await?;
        }
        Err(fault) if may_pass(&fault) && job.attempts < ATTEMPTS => {
            tracing::warn!(job.id = %job.id, job.kind = %job.kind, fault = %fault, "job will be tried again");
            let pause = 1_i64 << job.attempts.clamp(0, 6);
            queue::retry(services, &job, &fault.message.en, pause.seconds()).await?;
        }
        Err(fault) => {
            tracing::error!(job.id = %job.id, job.kind = %job.kind, fault = %fault, "job failed");
            queue::finish(services, &job, "failed", &fault.message.en).await?;
        }
    }
    Ok(true)
}

/// True for faults that another try may not meet.
fn may_pass(fault: &Fault) -> bool {
    matches!(fault.kind, FaultKind::Unavailable | FaultKind::Stale)
}

async fn perform(services: &Services, kind: &str, body: &str) -> Outcome<String> {
    match kind {
        evaluation::JOB_KIND => {
            let op = Op::system("rules", Door::Job, "evaluate");
            let evaluated = evaluation::catch_up(services, &op).await?;
            serde_json::to_string(&evaluated).map_err(|error| Fault::internal(error.to_string()))
        }
        imports::CHECK_JOB | imports::APPLY_JOB => imports::run_job(services, kind, body).await,
        other => Err(Fault::internal(format!("no worker knows the job kind {other}"))),
    }
}
