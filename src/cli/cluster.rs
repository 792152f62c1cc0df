//! `shangyun cluster …`, and how the hub is put together: the sealing key, the addresses that are allowed, the folder for files.

use std::{path::PathBuf, sync::Arc};

use domain::{Clock as _, EntityKind, Fault, Id, Ids, SystemClock};
use hub::{Allowed, Reach};
use services::{
    Op, Services,
    provisioning::{self, ClusterDoor, SealingKey},
};

use crate::{
    app,
    arguments::{ClusterArguments, ClusterCommand},
    failure::BadInput,
    output,
    settings::Settings,
};

/// The demo's sealing key: made once, for the folder's owner only. Production sets one.
const DEMO_KEY: &str = "sealing.key";

fn demo_key(settings: &Settings) -> anyhow::Result<String> {
    let path = settings.database.folder.join(DEMO_KEY);
    if !path.exists() {
        let bytes: [u8; 32] = domain::random_bytes();
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        crate::demo::write_private(&path, &text)?;
    }
    Ok(std::fs::read_to_string(path)?)
}

fn allowed(settings: &Settings, demo: bool) -> anyhow::Result<Allowed> {
    let networks = settings.clusters.allowed_networks.iter().map(String::as_str);
    Ok(Allowed::parse(networks, demo).map_err(|error| BadInput(format!("clusters.allowed_networks: {error}")))?)
}

/// Gives the services the door to clusters, where a sealing key is set.
pub(crate) fn with_clusters(mut services: Services, settings: &Settings) -> anyhow::Result<Services> {
    let demo = crate::demo::is_demo(settings);
    let key = match settings.clusters.sealing_key.is_empty() {
        false => settings.clusters.sealing_key.clone(),
        true if demo => demo_key(settings)?,
        true => return Ok(services),
    };
    let key = SealingKey::parse(&key).map_err(|error| BadInput(format!("clusters.sealing_key: {error}")))?;
    let check = Arc::new(Reach { allowed: allowed(settings, demo)? });
    services.clusters = Some(ClusterDoor { key, check });
    Ok(services)
}

/// What the hub needs.
pub(crate) fn hub_settings(settings: &Settings) -> anyhow::Result<hub::Settings> {
    let embedded = settings.database.url.is_empty();
    let folder = match settings.clusters.folder.as_os_str().is_empty() {
        true => embedded.then(|| settings.database.folder.join("gitops")),
        false => Some(PathBuf::from(&settings.clusters.folder)),
    };
    let host = std::env::var("HOSTNAME").unwrap_or_else(|_| "serve".to_owned());
    let identity = format!("{host}-{}", Ids::Random.next(SystemClock.now()));
    let allowed = allowed(settings, crate::demo::is_demo(settings))?;
    Ok(hub::Settings { allowed, folder, claims: hub::Claims::new(identity) })
}

async fn find(services: &Services, code: &str) -> anyhow::Result<Id> {
    let found = store::keys::by_codes(&mut &services.db, EntityKind::Cluster.def(), &[code.to_owned()]).await?;
    Ok(found.first().map(|keyed| keyed.id).ok_or_else(Fault::not_found)?)
}

/// Registers a cluster by code and file.
pub(crate) async fn register(services: &Services, op: &Op, code: &str, file: &std::path::Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| BadInput(format!("{} cannot be read: {error}", file.display())))?;
    let cluster = find(services, code).await?;
    let version = provisioning::register(services, op, cluster, &text).await?;
    output::note(&format!("{code} is registered: Kubernetes {version}"));
    Ok(())
}

/// `shangyun cluster …`
pub(crate) async fn run(settings: &Settings, arguments: ClusterArguments) -> anyhow::Result<()> {
    let services = with_clusters(app::open(settings).await?, settings)?;
    let op = app::operation(&services, "cluster");
    match arguments.command {
        ClusterCommand::Register { code, kubeconfig } => register(&services, &op, &code, &kubeconfig).await,
        ClusterCommand::List(form) => crate::desk::clusters(&services, &op, &form).await,
        ClusterCommand::Unregister { code } => {
            let cluster = find(&services, &code).await?;
            Ok(provisioning::unregister(&services, &op, cluster).await?)
        }
    }
}
