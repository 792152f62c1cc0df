//! Stopping: what waits is withdrawn, what runs is told, in this process or another.
//!
//! Work looks at the board of its own process after every chunk. The wish to stop what another process runs is kept
//! beside the job; the process that runs it puts it onto its board.

use std::{convert::Infallible, time::Duration};

use domain::{Fault, FaultKind, Id};
use store::{imports, job_queue};

use super::{
    check,
    document::{ImportView, State},
    progress::Phase,
    run,
};
use crate::{Op, Outcome, Services};

/// How often a job looks whether somebody asked another process to stop it.
const LOOK: Duration = Duration::from_millis(500);

fn too_late() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        "too-late",
        "正在提交，已不能取消；完成后可以撤销这一批。",
        "It is being made permanent and cannot be cancelled; undo the batch afterwards.",
    )
}

/// Stops a check or an apply that waits or runs, or gives up an import; what is applied is taken back by undo instead.
pub async fn cancel(services: &Services, op: &Op, id: Id) -> Outcome<ImportView> {
    let mut import = run::find(services, op, id).await?;
    run::may_change(op, &import)?;
    run::in_state(&import, &[State::Read, State::Checked, State::Checking, State::Applying])?;
    if matches!(import.state, State::Checking | State::Applying) {
        return match services.progress.of(id) {
            Some(progress) if progress.phase == Phase::Committing => Err(too_late()),
            Some(_) if services.progress.cancel(id) => Ok(import),
            _ => stop_job(services, import).await,
        };
    }
    import.state = State::Cancelled;
    import.document.samples.clear();
    import.document.replaced.clear();
    run::save(services, &mut import).await?;
    let mut tx = services.db.begin().await?;
    imports::unstage(&mut tx, id).await?;
    tx.commit().await?;
    Ok(import)
}

/// Withdraws the job that waits, so that the import is as it was before it was asked for; or tells the process that runs it.
async fn stop_job(services: &Services, asked: ImportView) -> Outcome<ImportView> {
    let kind = if asked.state == State::Checking { run::CHECK_JOB } else { run::APPLY_JOB };
    let now = services.clock.now();
    let mut tx = services.db.begin().await?;
    let begun = job_queue::withdraw(&mut tx, &run::job_key(kind, asked.id)).await?;
    // Read after the job is out of every worker's reach: it may have come to its end before.
    let stored = imports::find(&mut tx, asked.id).await?.ok_or_else(Fault::not_found)?;
    let mut import = ImportView::from_stored(stored)?;
    run::in_state(&import, &[asked.state])?;
    let Some(begun) = begun else {
        if !job_queue::want_stop(&mut tx, &run::job_key(kind, import.id)).await? {
            return Err(too_late());
        }
        tx.commit().await?;
        return Ok(import);
    };
    // What a check found before it is made anew is still right, unless another try has already thrown it away.
    let checked = asked.state == State::Applying || begun == 0 && import.document.counts.is_some();
    import.state = if checked { State::Checked } else { State::Read };
    imports::update(&mut tx, &import.to_stored()?, now).await?;
    tx.commit().await?;
    import.version += 1;
    import.updated_at = now;
    Ok(import)
}

/// Does the work of a job, unless somebody asked to stop it before it began; and passes on a wish that comes meanwhile.
pub(super) async fn unless_stopped<T>(
    services: &Services,
    import: Id,
    job_key: &str,
    work: impl Future<Output = Outcome<T>>,
) -> Outcome<T> {
    if job_queue::stop_is_wanted(&mut &services.db, job_key).await? {
        return Err(check::cancelled());
    }
    tokio::select! {
        done = work => done,
        never = pass_on(services, import, job_key) => match never {},
    }
}

/// Puts a wish to stop that another process stored onto the board of this one.
async fn pass_on(services: &Services, import: Id, job_key: &str) -> Infallible {
    loop {
        tokio::time::sleep(LOOK).await;
        // A database that does not answer is the work's own trouble, and told by it.
        if job_queue::stop_is_wanted(&mut &services.db, job_key).await.unwrap_or(false) {
            services.progress.cancel(import);
        }
    }
}
