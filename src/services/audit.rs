//! The audit trail as readers see it, its sealing and its verification.

use rules::{Action, Resource};
use store::audit::{Placed, Verified};

use crate::{Op, Outcome, Services, permit};

/// A page of the trail, newest first, below the entry numbered `before` (`None`: from the newest).
pub async fn list(services: &Services, op: &Op, before: Option<i64>, limit: i64) -> Outcome<Vec<Placed>> {
    permit(op, Action::ViewAudit, &Resource::Audit)?;
    Ok(store::audit::list(&mut &services.db, before.unwrap_or(i64::MAX), limit.clamp(1, 500)).await?)
}

/// Recomputes every seal.
pub async fn verify(services: &Services, op: &Op) -> Outcome<Verified> {
    permit(op, Action::ViewAudit, &Resource::Audit)?;
    let mut tx = services.db.begin_read().await?;
    Ok(store::audit::verify(&mut tx).await?)
}

/// Seals what is not sealed yet, in short transactions; answers how many entries.
pub async fn seal(services: &Services) -> Outcome<usize> {
    let mut sealed = 0;
    loop {
        let mut tx = services.db.begin().await?;
        let count = store::audit::seal(&mut tx, services.clock.now()).await?;
        tx.commit().await?;
        sealed += count;
        if count == 0 {
            return Ok(sealed);
        }
    }
}
