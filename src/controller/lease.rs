//! Which of several replicas acts: a Lease of the cluster, by client-go's rules. Whether a holder is gone is judged by how long *we*
//! saw its record unchanged, never by its clock.

use std::{sync::Arc, time::Duration};

use domain::Clock;
use k8s_openapi::{
    api::coordination::v1::{Lease, LeaseSpec},
    apimachinery::pkg::apis::meta::v1::MicroTime,
};
use kube::{Api, Client, ResourceExt as _, api::PostParams};
use landing::SYSTEM_NAMESPACE;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Name of the Lease; the role allows no other.
pub(crate) const NAME: &str = "shangyun-controller";

/// How the replicas take turns.
#[derive(Clone, Copy, Debug)]
pub struct LeaseTimes {
    /// Unchanged for so long, a holder counts as gone.
    pub duration: Duration,
    /// A holder that could not renew for so long stops acting.
    pub renew_within: Duration,
    /// Between two tries.
    pub retry: Duration,
}

impl LeaseTimes {
    /// A holder that was not heard of for so long is gone; it stops acting after two thirds of that, and renews five times in it.
    pub fn lasting(duration: Duration) -> Self {
        Self { duration, renew_within: duration * 2 / 3, retry: duration * 2 / 15 }
    }
}

impl Default for LeaseTimes {
    fn default() -> Self {
        Self::lasting(Duration::from_secs(15))
    }
}

/// One candidate. It has a client of its own, so that load cannot starve the renewal.
pub(crate) struct Candidate {
    api: Api<Lease>,
    identity: String,
    times: LeaseTimes,
    clock: Arc<dyn Clock>,
}

impl Candidate {
    pub(crate) fn new(client: Client, identity: String, times: LeaseTimes, clock: Arc<dyn Clock>) -> Self {
        Self { api: Api::namespaced(client, SYSTEM_NAMESPACE), identity, times, clock }
    }

    fn spec(&self, before: Option<&LeaseSpec>) -> LeaseSpec {
        let now = Some(MicroTime(self.clock.now()));
        let held = before.filter(|spec| spec.holder_identity.as_deref() == Some(&self.identity));
        let turns = before.and_then(|spec| spec.lease_transitions).unwrap_or_default();
        LeaseSpec {
            holder_identity: Some(self.identity.clone()),
            lease_duration_seconds: i32::try_from(self.times.duration.as_secs()).ok(),
            acquire_time: held.map_or_else(|| now.clone(), |spec| spec.acquire_time.clone()),
            renew_time: now,
            lease_transitions: Some(if held.is_some() { turns } else { turns.saturating_add(1) }),
            ..LeaseSpec::default()
        }
    }

    /// Waits for the Lease; false when told to stop first.
    pub(crate) async fn acquire(&self, stop: &CancellationToken) -> bool {
        let mut seen: Option<(String, Instant)> = None;
        loop {
            match self.try_once(&mut seen).await {
                Ok(true) => return true,
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the Lease cannot be read or written"),
            }
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(self.times.retry) => {}
            }
        }
    }

    async fn try_once(&self, seen: &mut Option<(String, Instant)>) -> kube::Result<bool> {
        let Some(mut lease) = self.api.get_opt(NAME).await? else {
            let mut lease = Lease { spec: Some(self.spec(None)), ..Lease::default() };
            lease.metadata.name = Some(NAME.to_owned());
            return taken(self.api.create(&PostParams::default(), &lease).await);
        };
        let version = lease.resource_version().unwrap_or_default();
        let holder = lease.spec.as_ref().and_then(|spec| spec.holder_identity.clone()).unwrap_or_default();
        if !holder.is_empty() && holder != self.identity {
            let since = match seen {
                Some((known, since)) if *known == version => *since,
                _ => seen.insert((version, Instant::now())).1,
            };
            let duration =
                lease.spec.as_ref().and_then(|spec| spec.lease_duration_seconds).and_then(|s| u64::try_from(s).ok());
            if since.elapsed() < duration.map_or(self.times.duration, Duration::from_secs) {
                return Ok(false);
            }
        }
        lease.spec = Some(self.spec(lease.spec.as_ref()));
        taken(self.api.replace(NAME, &PostParams::default(), &lease).await)
    }

    /// Renews until told to stop (and gives the Lease back), or until it is lost.
    pub(crate) async fn hold(&self, stop: &CancellationToken) {
        let mut renewed = Instant::now();
        loop {
            tokio::select! {
                () = stop.cancelled() => return self.release().await,
                () = tokio::time::sleep(self.times.retry) => {}
            }
            let left = self.times.renew_within.saturating_sub(renewed.elapsed());
            match tokio::time::timeout(left, self.renew()).await {
                Ok(Ok(true)) => renewed = Instant::now(),
                Ok(Ok(false)) => return,
                Ok(Err(error)) => tracing::warn!(%error, "the Lease could not be renewed"),
                Err(_) => {}
            }
            if renewed.elapsed() >= self.times.renew_within {
                return;
            }
        }
    }

    async fn renew(&self) -> kube::Result<bool> {
        let Some(mut lease) = self.api.get_opt(NAME).await? else { return self.try_once(&mut None).await };
        if lease.spec.as_ref().and_then(|spec| spec.holder_identity.as_deref()) != Some(&self.identity) {
            return Ok(false);
        }
        lease.spec = Some(self.spec(lease.spec.as_ref()));
        taken(self.api.replace(NAME, &PostParams::default(), &lease).await)
    }

    /// Lets the next one in at once.
    async fn release(&self) {
        let released = async {
            let mut lease = self.api.get(NAME).await?;
            if lease.spec.as_ref().and_then(|spec| spec.holder_identity.as_deref()) == Some(&self.identity) {
                let spec = lease.spec.get_or_insert_default();
                spec.holder_identity = None;
                spec.lease_duration_seconds = Some(1);
                self.api.replace(NAME, &PostParams::default(), &lease).await?;
            }
            Ok::<(), kube::Error>(())
        };
        if let Err(error) = released.await {
            tracing::warn!(%error, "the Lease could not be given back; the next replica waits until it runs out");
        }
    }
}

/// Somebody else was faster: that is an answer, not an error.
fn taken(outcome: kube::Result<Lease>) -> kube::Result<bool> {
    match outcome {
        Ok(_) => Ok(true),
        Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
        Err(error) => Err(error),
    }
}
