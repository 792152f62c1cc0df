//! `shangyun serve`: console, REST, background work; starts in order, stops in reverse.

use std::{net::SocketAddr, time::Duration};

use axum::Router;
use domain::Door;
use edge::{Edge, Proxies};
use services::{Op, Services, imports};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    app,
    arguments::ServeArguments,
    cluster, demo,
    failure::BadInput,
    output,
    settings::{Http, Settings},
    telemetry,
};

/// Ports tried after the wanted one, when it is taken and the demo runs.
const OTHER_PORTS: u16 = 20;
/// How long running work may take to end after the signal.
const GRACE: Duration = Duration::from_secs(20);

/// Runs until the signal to stop.
pub(crate) async fn run(mut settings: Settings, arguments: ServeArguments) -> anyhow::Result<()> {
    telemetry::init(&settings.log)?;
    if let Some(listen) = arguments.listen {
        settings.http.listen = listen;
    }
    let proxied = !settings.http.trusted_proxies.is_empty();
    edge::check_listen(settings.http.listen, proxied).map_err(BadInput)?;
    demo::check_folder(&settings, arguments.demo)?;
    let metrics = telemetry::metrics()?;
    let services = app::open(&settings).await?;
    let accounts = match arguments.demo {
        true => demo::prepare(&settings, &services, arguments.demo_systems).await?,
        false => None,
    };
    let services = cluster::with_clusters(services, &settings)?;
    if let Some(wanted) = &arguments.demo_cluster {
        let (code, file) =
            wanted.split_once('=').ok_or_else(|| BadInput("--demo-cluster: write gov-1=FILE".to_owned()))?;
        cluster::register(&services, &app::operation(&services, "demo"), code, std::path::Path::new(file)).await?;
    }
    imports::recover(&services).await?;
    let (listener, address) = bind(settings.http.listen, arguments.demo).await?;
    let router = router(&services, &settings.http, arguments.demo)?;
    let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
    jobs::start(&services, &tracker, &stop);
    tracker.spawn(hub::run(services.clone(), cluster::hub_settings(&settings)?, stop.clone()));
    let readiness = telemetry::database_answers(services.db.clone());
    tracker.spawn(telemetry::listen(settings.admin.listen, readiness, metrics, stop.clone()));
    announce(address, accounts.as_deref(), &services).await?;
    stop_at_signal(&stop);
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown({
            let stop = stop.clone();
            async move { stop.cancelled().await }
        });
    serving.await?;
    tracker.close();
    if tokio::time::timeout(GRACE, tracker.wait()).await.is_err() {
        tracing::warn!("background work did not end in time; it will be taken up again at the next start");
    }
    services.db.close().await;
    Ok(())
}

/// The two doors, inside the edge.
fn router(services: &Services, http: &Http, demo: bool) -> anyhow::Result<Router> {
    let settings = edge::Settings {
        trusted_proxies: Proxies::parse(http.trusted_proxies.iter().map(String::as_str)).map_err(BadInput)?,
        secure_cookies: http.public_url.starts_with("https://"),
        public_url: Some(http.public_url.clone()).filter(|url| !url.is_empty()),
        demo,
        ..edge::Settings::default()
    };
    let edge = Edge::new(services.clone(), settings)
        .map_err(BadInput)?
        .present_pages(web::presenter())
        .present_api(api::presenter());
    let router = Router::new().merge(api::router()).merge(web::router());
    Ok(edge.wrap(router))
}

/// Binds the wanted address; the demo takes another port if it is taken.
async fn bind(wanted: SocketAddr, demo: bool) -> anyhow::Result<(tokio::net::TcpListener, SocketAddr)> {
    let mut address = wanted;
    let last = wanted.port().saturating_add(if demo { OTHER_PORTS } else { 0 });
    loop {
        match tokio::net::TcpListener::bind(address).await {
            Ok(listener) => {
                let bound = listener.local_addr()?;
                return Ok((listener, bound));
            }
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse && address.port() < last => {
                address.set_port(address.port() + 1);
            }
            Err(error) => return Err(BadInput(format!("{wanted} cannot be listened on: {error}")).into()),
        }
    }
}

/// Says where the console is and, in the demo, with which accounts.
async fn announce(address: SocketAddr, accounts: Option<&str>, services: &Services) -> anyhow::Result<()> {
    output::line(&format!("Shangyun listens on http://{address}"))?;
    if let Some(accounts) = accounts {
        output::line(accounts)?;
    } else {
        let op = Op::system("start", Door::CommandLine, "start");
        let filter = services::accounts::PeopleFilter { limit: 1, ..Default::default() };
        if services::accounts::list_people(services, &op, &filter).await?.people.is_empty() {
            output::line("There is no account yet; make the first one: shangyun user create --role admin")?;
        }
    }
    Ok(())
}

/// From the signal on, no new work; what runs may end.
pub(crate) fn stop_at_signal(stop: &CancellationToken) {
    let stopping = stop.clone();
    tokio::spawn(async move {
        wait_for_signal().await;
        tracing::info!("stopping: nothing new is begun, running work may end");
        stopping.cancel();
    });
}

async fn wait_for_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                tracing::warn!(%error, "SIGTERM cannot be waited for; use Ctrl-C");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}
