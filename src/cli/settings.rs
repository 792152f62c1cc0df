//! Settings: one TOML file, overridden by `SHANGYUN_SECTION__KEY`.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    arguments::{ConfigArguments, ConfigCommand},
    failure::BadInput,
};

/// Everything that may be set.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the data lies.
    pub(crate) database: Database,
    /// Console and REST.
    pub(crate) http: Http,
    /// Health and metrics.
    pub(crate) admin: Admin,
    /// Logs.
    pub(crate) log: Log,
    /// Rule pack.
    pub(crate) pack: PackSettings,
    /// The controller of a member cluster.
    pub(crate) controller: ControllerSettings,
    /// Member clusters, as the hub reaches them.
    pub(crate) clusters: ClustersSettings,
}

/// Where the data lies.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Database {
    /// PostgreSQL address; empty means the embedded database in `folder`.
    pub(crate) url: String,
    /// Folder of the embedded database.
    pub(crate) folder: PathBuf,
}

impl Default for Database {
    fn default() -> Self {
        Self { url: String::new(), folder: PathBuf::from("data") }
    }
}

/// Console and REST.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Http {
    /// Address to listen on.
    pub(crate) listen: SocketAddr,
    /// Address under which people reach it, for links.
    pub(crate) public_url: String,
    /// Networks (CIDR) of proxies that end TLS and set `X-Forwarded-For`; needed outside loopback.
    pub(crate) trusted_proxies: Vec<String>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: String::new(),
            trusted_proxies: Vec::new(),
        }
    }
}

/// Health and metrics.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Admin {
    /// Address of `/livez`, `/readyz`, `/metrics`.
    pub(crate) listen: SocketAddr,
}

impl Default for Admin {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 9090)) }
    }
}

/// Logs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Log {
    /// Filter, such as `info` or `shangyun=debug`.
    pub(crate) level: String,
    /// `text` or `json`.
    pub(crate) format: String,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: "text".to_owned() }
    }
}

/// Member clusters, as the hub reaches them.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ClustersSettings {
    /// 64 hexadecimal digits: seals the credentials of clusters. Never stored in the database, never printed.
    #[serde(skip_serializing)]
    pub(crate) sealing_key: String,
    /// Networks (CIDR) in which clusters may be. Link-local is never allowed, loopback in the demo only.
    pub(crate) allowed_networks: Vec<String>,
    /// Where files for clusters without registered access go; empty: `gitops` in the data folder of the embedded database.
    pub(crate) folder: PathBuf,
}

impl std::fmt::Debug for ClustersSettings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ClustersSettings({:?}, {})", self.allowed_networks, self.folder.display())
    }
}

impl Default for ClustersSettings {
    fn default() -> Self {
        let private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fd00::/8"];
        Self {
            sealing_key: String::new(),
            allowed_networks: private.map(str::to_owned).to_vec(),
            folder: PathBuf::new(),
        }
    }
}

/// The controller of a member cluster.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ControllerSettings {
    /// Code of the cluster, as the plans name it.
    pub(crate) cluster: String,
    /// Kubeconfig; empty means the service account that the program runs as.
    pub(crate) kubeconfig: PathBuf,
    /// Workspaces looked at at once.
    pub(crate) concurrency: u16,
    /// Requests a second that the API server is asked at most.
    pub(crate) requests_per_second: u64,
    /// A replica that was not heard of for so long is gone, and another acts.
    pub(crate) lease_seconds: u64,
}

impl Default for ControllerSettings {
    fn default() -> Self {
        Self {
            cluster: String::new(),
            kubeconfig: PathBuf::new(),
            concurrency: 32,
            requests_per_second: 1_000,
            lease_seconds: 15,
        }
    }
}

/// Rule pack.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct PackSettings {
    /// Name of a pack that the program brings.
    pub(crate) name: String,
    /// A pack file instead.
    pub(crate) file: Option<PathBuf>,
}

impl Default for PackSettings {
    fn default() -> Self {
        Self { name: "cn".to_owned(), file: None }
    }
}

/// Reads the settings. Without `--config`, `shangyun.toml` in the working folder is read if it exists.
pub(crate) fn load(file: Option<&Path>, data: Option<&Path>) -> anyhow::Result<Settings> {
    let source = match file {
        Some(file) => config::File::from(file.to_owned()).required(true),
        None => config::File::new("shangyun.toml", config::FileFormat::Toml).required(false),
    };
    let environment = config::Environment::with_prefix("SHANGYUN")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .ignore_empty(true)
        .list_separator(",")
        .with_list_parse_key("http.trusted_proxies")
        .with_list_parse_key("clusters.allowed_networks");
    let read =
        config::Config::builder().add_source(source).add_source(environment.source(Some(known_environment()))).build();
    let mut settings: Settings = read
        .and_then(config::Config::try_deserialize)
        .map_err(|error| BadInput(format!("the settings are wrong: {error}")))?;
    if let Some(data) = data {
        settings.database = Database { url: String::new(), folder: data.to_owned() };
    }
    Ok(settings)
}

/// Variables that name a section: others that begin alike (such as the one for the settings file) are no settings.
fn known_environment() -> std::collections::HashMap<String, String> {
    std::env::vars().filter(|(name, _)| name.starts_with("SHANGYUN_") && name.contains("__")).collect()
}

/// Checks or prints the settings in force.
pub(crate) fn command(settings: &Settings, arguments: &ConfigArguments) -> anyhow::Result<()> {
    crate::app::pack(settings)?;
    let proxied = !settings.http.trusted_proxies.is_empty();
    edge::check_listen(settings.http.listen, proxied).map_err(BadInput)?;
    match arguments.command {
        ConfigCommand::Check => crate::output::line("the settings are right"),
        ConfigCommand::Print => {
            let mut shown = settings.clone();
            shown.database.url = without_password(&shown.database.url);
            crate::output::line(&toml::to_string_pretty(&shown)?)
        }
    }
}

/// The address with its password replaced.
fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(start), Some(end)) if start + 3 < end => {
            let (head, tail) = url.split_at(end);
            let (scheme, login) = head.split_at(start + 3);
            let user = login.split(':').next().unwrap_or_default();
            format!("{scheme}{user}:…{tail}")
        }
        _ => url.to_owned(),
    }
}
