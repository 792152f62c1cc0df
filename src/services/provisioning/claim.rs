//! One hub for each cluster: several processes share one database, and one of them serves a cluster.

use domain::Id;
use store::hub_claims::{self, Claim};

use crate::{Outcome, Services};

/// The claim on what belongs to no cluster: files, and going over what was left behind.
pub const COMMON_CLAIM: Id = Id::NONE;

/// Who holds a claim, as far as anybody knows.
pub async fn claim(services: &Services, name: Id) -> Outcome<Option<Claim>> {
    Ok(hub_claims::find(&mut &services.db, name).await?)
}

/// Takes a claim: one that nobody holds, or one that was seen standing still. Answers false when somebody was faster.
pub async fn take_claim(services: &Services, name: Id, holder: &str, seen: Option<&Claim>) -> Outcome<bool> {
    let mut tx = services.db.begin().await?;
    let is_mine = match seen {
        None => hub_claims::take(&mut tx, name, holder).await?,
        Some(seen) => hub_claims::beat(&mut tx, name, seen, holder).await?,
    };
    tx.commit().await?;
    Ok(is_mine)
}

/// Lets the others see that the holder lives. Answers false when somebody else holds the claim by now.
pub async fn beat_claim(services: &Services, name: Id, holder: &str) -> Outcome<bool> {
    match claim(services, name).await? {
        Some(seen) if seen.holder == holder => take_claim(services, name, holder, Some(&seen)).await,
        _ => Ok(false),
    }
}

/// Gives a claim back, so that nobody has to wait for it.
pub async fn release_claim(services: &Services, name: Id, holder: &str) -> Outcome<()> {
    let mut tx = services.db.begin().await?;
    hub_claims::release(&mut tx, name, holder).await?;
    Ok(tx.commit().await?)
}
