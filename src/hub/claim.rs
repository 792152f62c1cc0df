//! One hub for each cluster. Several processes share one database; whoever holds the claim on a cluster works there, and stops by
//! itself when it can no longer say that it lives. Nobody's clock is compared with another's.

use std::time::Duration;

use domain::Id;
use services::{
    Services,
    provisioning::{self, Claim},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How claims are held.
#[derive(Clone, Debug)]
pub struct Claims {
    /// This process among those that share the database.
    pub identity: String,
    /// A claim that stood still for so long is taken over. The holder itself stops well before.
    pub expires_after: Duration,
}

impl Claims {
    /// Claims of a process, with the usual time.
    pub fn new(identity: impl Into<String>) -> Self {
        Self { identity: identity.into(), expires_after: Duration::from_secs(15) }
    }

    fn between_beats(&self) -> Duration {
        self.expires_after / 6
    }

    /// From its last beat, a holder works for so long at most.
    fn gives_up_after(&self) -> Duration {
        self.expires_after * 2 / 3
    }
}

/// What the row of a claim says, and since when it says so.
#[derive(Debug, Default)]
struct Watched(Option<(Claim, Instant)>);

impl Watched {
    /// Looks once; true when the claim is ours by now.
    async fn look(&mut self, services: &Services, claims: &Claims, name: Id) -> services::Outcome<bool> {
        let found = provisioning::claim(services, name).await?;
        let seen = match (&found, &self.0) {
            (None, _) => None,
            (Some(now), Some((before, since))) if now == before => {
                // One of our own name is left from before we were started again under it.
                if since.elapsed() < claims.expires_after && now.holder != claims.identity {
                    return Ok(false);
                }
                Some(now)
            }
            (Some(now), _) => {
                self.0 = Some((now.clone(), Instant::now()));
                return Ok(false);
            }
        };
        provisioning::take_claim(services, name, &claims.identity, seen).await
    }
}

/// Waits until the claim is ours.
async fn acquire(services: &Services, claims: &Claims, name: Id) {
    let mut watched = Watched::default();
    loop {
        match watched.look(services, claims, name).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(fault) => tracing::warn!(%fault, "a claim cannot be read; tried again"),
        }
        tokio::time::sleep(claims.between_beats().min(Duration::from_secs(1))).await;
    }
}

/// Says again and again that we live; ends when the claim is another's, or when nobody could be told for too long.
async fn hold(services: &Services, claims: &Claims, name: Id) -> &'static str {
    let mut last = Instant::now();
    loop {
        tokio::time::sleep(claims.between_beats()).await;
        let beaten = Instant::now();
        let beat = provisioning::beat_claim(services, name, &claims.identity);
        match tokio::time::timeout_at(last + claims.gives_up_after(), beat).await {
            Ok(Ok(true)) => last = beaten,
            Ok(Ok(false)) => return "another process has taken it over",
            Ok(Err(fault)) if last.elapsed() < claims.gives_up_after() => {
                tracing::warn!(%fault, "a claim could not be renewed; tried again");
            }
            _ => return "it could not be renewed in time",
        }
    }
}

/// Does `work` while the claim is ours, and waits for it while it is not.
pub(crate) async fn while_held<W>(
    services: &Services,
    claims: &Claims,
    name: Id,
    stop: &CancellationToken,
    work: impl Fn() -> W,
) where
    W: Future<Output = ()>,
{
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = acquire(services, claims, name) => {}
        }
        tracing::info!(claim = %name, holder = %claims.identity, "this process serves it from now on");
        tokio::select! {
            () = stop.cancelled() => break,
            () = work() => break,
            why = hold(services, claims, name) => tracing::warn!(claim = %name, why, "this process no longer serves it"),
        }
    }
    if let Err(fault) = provisioning::release_claim(services, name, &claims.identity).await {
        tracing::warn!(%fault, "a claim could not be given back: it runs out by itself");
    }
}
