//! `shangyun controller`: the role that runs in each member cluster. It needs no database; its health and metrics listen apart.

use std::{path::Path, sync::Arc, time::Duration};

use controller::{Health, LeaseTimes, Settings as ControllerSettings};
use domain::{Clock as _, Ids, SystemClock};
use kube::{Client, Config, client::ClientBuilder, config::KubeConfigOptions};
use tokio_util::sync::CancellationToken;
use tower::limit::RateLimitLayer;

use crate::{arguments::ControllerArguments, failure::BadInput, serve, settings::Settings, telemetry};

/// An API server that takes longer to take a connection is away.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// A watch on which nothing came for so long is dead: the API server ends each one before. What is asked has a time of its own.
const SILENT_FOR: Duration = Duration::from_secs(300);

/// How to reach the cluster: the operator's own file, or the service account that the program runs as.
async fn config(kubeconfig: &Path) -> anyhow::Result<Config> {
    let mut config = if kubeconfig.as_os_str().is_empty() {
        Config::incluster().map_err(|error| {
            BadInput(format!("this is no cluster ({error}); outside one, name a file: --kubeconfig FILE"))
        })?
    } else {
        let file = kube::config::Kubeconfig::read_from(kubeconfig)
            .map_err(|error| BadInput(format!("{} cannot be used: {error}", kubeconfig.display())))?;
        Config::from_custom_kubeconfig(file, &KubeConfigOptions::default())
            .await
            .map_err(|error| BadInput(format!("{} cannot be used: {error}", kubeconfig.display())))?
    };
    config.connect_timeout = Some(CONNECT_WITHIN);
    config.read_timeout = Some(SILENT_FOR);
    Ok(config)
}

fn client(config: &Config, requests_per_second: u64) -> anyhow::Result<Client> {
    let layer = RateLimitLayer::new(requests_per_second.max(1), Duration::from_secs(1));
    let builder = ClientBuilder::try_from(config.clone()).map_err(|error| BadInput(error.to_string()))?;
    Ok(builder.with_layer(&layer).build())
}

fn readiness(health: &Arc<Health>) -> telemetry::Readiness {
    let health = Arc::clone(health);
    Arc::new(move || {
        let missing = health.synced.missing();
        let answer = match missing.is_empty() {
            true => Ok(()),
            false => Err(format!("not yet listed: {}", missing.join(", "))),
        };
        Box::pin(std::future::ready(answer))
    })
}

/// Runs until the signal to stop.
pub(crate) async fn run(settings: Settings, arguments: &ControllerArguments) -> anyhow::Result<()> {
    telemetry::init(&settings.log)?;
    let wanted = settings.controller;
    let cluster = arguments.cluster.clone().unwrap_or(wanted.cluster);
    if cluster.is_empty() {
        return Err(BadInput("which cluster is this? name its code: --cluster gov-1".to_owned()).into());
    }
    let config = config(arguments.kubeconfig.as_deref().unwrap_or(&wanted.kubeconfig)).await?;
    let metrics = telemetry::metrics()?;
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "controller".to_owned());
    let mut controller = ControllerSettings::new(cluster, format!("{host}-{}", Ids::Random.next(SystemClock.now())));
    controller.concurrency = wanted.concurrency.max(1);
    controller.lease = LeaseTimes::lasting(Duration::from_secs(wanted.lease_seconds.max(1)));
    let (health, stop) = (Arc::new(Health::default()), CancellationToken::new());
    let listening = telemetry::listen(settings.admin.listen, readiness(&health), metrics, stop.clone());
    let listening = tokio::spawn(listening);
    serve::stop_at_signal(&stop);
    let clients = (client(&config, wanted.requests_per_second)?, Client::try_from(config)?);
    controller::run(clients.0, clients.1, controller, Arc::new(SystemClock), health, stop.clone()).await;
    stop.cancel();
    listening.await?
}
