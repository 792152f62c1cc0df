//! Logs, metrics, and the listener for health and metrics.

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, extract::State, http::StatusCode, routing::get};
use futures_util::future::BoxFuture;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use store::{Db, Reader as _, Sql};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::{failure::BadInput, settings::Log};

/// Logs of `serve`: to standard error, as text or JSON.
pub(crate) fn init(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.level).map_err(|error| BadInput(format!("log.level is wrong: {error}")))?;
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format.as_str() {
        "text" => subscriber.init(),
        "json" => subscriber.json().init(),
        other => return Err(BadInput(format!("log.format is “{other}”; it must be text or json")).into()),
    }
    Ok(())
}

/// Logs of commands: only what is wrong.
pub(crate) fn init_quiet() {
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new("warn")).with_writer(std::io::stderr).init();
}

/// Starts collecting metrics.
pub(crate) fn metrics() -> anyhow::Result<PrometheusHandle> {
    Ok(PrometheusBuilder::new().install_recorder()?)
}

/// What a role says when it is asked whether it can do its work: a sentence when it cannot.
pub(crate) type Readiness = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// `serve` is ready when its database answers.
pub(crate) fn database_answers(db: Db) -> Readiness {
    Arc::new(move || {
        let db = db.clone();
        Box::pin(async move {
            match (&mut &db).maybe(Sql::new("select 1 from counter limit 1")).await {
                Ok(_) => Ok(()),
                Err(error) => {
                    tracing::warn!(%error, "not ready");
                    Err("the database does not answer".to_owned())
                }
            }
        })
    })
}

#[derive(Clone)]
struct Health {
    readiness: Readiness,
    metrics: PrometheusHandle,
}

async fn ready(State(health): State<Health>) -> (StatusCode, String) {
    match (health.readiness)().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(why) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")),
    }
}

async fn scrape(State(health): State<Health>) -> String {
    health.metrics.render()
}

/// Serves `/livez`, `/readyz` and `/metrics` until told to stop. A taken port is no reason not to work: it is said.
pub(crate) async fn listen(
    address: SocketAddr,
    readiness: Readiness,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let listener = match tokio::net::TcpListener::bind(address).await {
        Ok(listener) => listener,
        Err(error) => {
            tracing::warn!(%address, %error, "health and metrics are not served: the port cannot be used");
            return Ok(());
        }
    };
    let router = Router::new()
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(scrape))
        .with_state(Health { readiness, metrics });
    axum::serve(listener, router).with_graceful_shutdown(async move { stop.cancelled().await }).await?;
    Ok(())
}
