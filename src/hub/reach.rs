//! How a cluster is reached: at an address that is allowed, which is looked up once and then used; by credentials that were taken
//! apart before. The client is made from these fields alone.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use domain::Wording;
use futures_util::future::BoxFuture;
use k8s_openapi::api::{
    authentication::v1::SelfSubjectReview,
    authorization::v1::{ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec},
};
use kube::{
    Api, Client, Config, Resource as _,
    api::{ListParams, PostParams},
    config::{AuthInfo, Cluster, Context, KubeConfigOptions, Kubeconfig, NamedAuthInfo, NamedCluster, NamedContext},
};
use landing::{HUB_USER, Workspace};
use services::provisioning::{ClusterCheck, Credentials};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// A watch on which nothing came for so long is dead: the API server ends each one before.
const SILENT_FOR: Duration = Duration::from_secs(300);
/// What the hub does with Workspaces.
const VERBS: [&str; 6] = ["get", "list", "watch", "create", "patch", "delete"];

/// A request that is answered in time, or failed: a connection that went dead holds nobody up.
pub(crate) async fn in_time<T>(asked: impl Future<Output = Result<T, kube::Error>>) -> Result<T, kube::Error> {
    let late = |_| kube::Error::Service("the cluster did not answer in time".into());
    tokio::time::timeout(ANSWER_WITHIN, asked).await.map_err(late)?
}

/// Networks in which clusters may be.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    networks: Vec<(IpAddr, u8)>,
    loopback: bool,
}

impl Allowed {
    /// Reads networks such as `10.0.0.0/8`. Loopback is for the demo only.
    ///
    /// # Errors
    /// The text that is no network.
    pub fn parse<'t>(texts: impl IntoIterator<Item = &'t str>, loopback: bool) -> Result<Self, String> {
        let read = |text: &str| {
            let (address, length) = text.trim().split_once('/')?;
            let address: IpAddr = address.parse().ok()?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            Some((address, length.parse().ok().filter(|length| *length <= most)?))
        };
        let networks = texts
            .into_iter()
            .map(|text| read(text).ok_or_else(|| format!("“{text}” is no network such as 10.0.0.0/8")))
            .collect::<Result<_, _>>()?;
        Ok(Self { networks, loopback })
    }

    /// Whether an address may be connected to: never link-local, which is where clouds keep their secrets.
    pub fn covers(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let link_local = match address {
            IpAddr::V4(v4) => v4.is_link_local(),
            IpAddr::V6(v6) => v6.is_unicast_link_local(),
        };
        if link_local || address.is_unspecified() || address.is_multicast() {
            return false;
        }
        if address.is_loopback() {
            return self.loopback;
        }
        self.networks.iter().any(|(network, length)| inside(address, *network, *length))
    }
}

fn inside(address: IpAddr, network: IpAddr, length: u8) -> bool {
    let bits = |one: IpAddr| match one {
        IpAddr::V4(v4) => u128::from(u32::from(v4)) << 96,
        IpAddr::V6(v6) => u128::from(v6),
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
    address.is_ipv4() == network.is_ipv4() && bits(address) & mask == bits(network) & mask
}

fn wording(zh: impl Into<String>, en: impl Into<String>) -> Wording {
    Wording::new(zh, en)
}

/// Host and port of an address such as `https://10.1.2.3:6443`.
fn host_of(server: &str) -> Option<(String, u16)> {
    let rest = server.strip_prefix("https://")?.trim_end_matches('/');
    if rest.contains(['/', '@', '?', '#']) {
        return None;
    }
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && !port.contains(']') => (host, port.parse().ok()?),
        _ => (rest, 443),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// A client for a cluster.
///
/// # Errors
/// Why the address is not connected to, for whoever registers it.
pub(crate) async fn client(credentials: &Credentials, allowed: &Allowed) -> Result<Client, Wording> {
    let (host, port) = host_of(&credentials.server)
        .ok_or_else(|| wording("server 应为 https://地址:端口", "server has to be https://address:port"))?;
    let found: Vec<SocketAddr> = tokio::time::timeout(CONNECT_WITHIN, tokio::net::lookup_host((host.as_str(), port)))
        .await
        .map_err(|_| wording(format!("{host} 解析超时"), format!("{host} was not resolved in time")))?
        .map_err(|error| wording(format!("{host} 无法解析"), format!("{host} cannot be resolved: {error}")))?
        .collect();
    let address = found.iter().find(|address| allowed.covers(address.ip())).ok_or_else(|| {
        wording(
            format!("{host} 不在允许的集群网段内；请由管理员在 clusters.allowed_networks 中加入"),
            format!(
                "{host} is in no network that clusters may be in; an administrator adds it to clusters.allowed_networks"
            ),
        )
    })?;
    let text = |value: &str| Some(value.to_owned()).filter(|value| !value.is_empty());
    let cluster = Cluster {
        server: Some(format!("https://{address}")),
        certificate_authority_data: text(&credentials.authority),
        // Looked up once: the name is kept for the certificate alone.
        tls_server_name: host.parse::<IpAddr>().is_err().then(|| host.clone()),
        ..Cluster::default()
    };
    let user = AuthInfo {
        token: text(&credentials.token).map(Into::into),
        client_certificate_data: text(&credentials.certificate),
        client_key_data: text(&credentials.key).map(Into::into),
        ..AuthInfo::default()
    };
    let name = || "cluster".to_owned();
    let config = Kubeconfig {
        clusters: vec![NamedCluster { name: name(), cluster: Some(cluster), ..NamedCluster::default() }],
        auth_infos: vec![NamedAuthInfo { name: name(), auth_info: Some(user), ..NamedAuthInfo::default() }],
        contexts: vec![NamedContext {
            name: name(),
            context: Some(Context { cluster: name(), user: Some(name()), ..Context::default() }),
            ..NamedContext::default()
        }],
        current_context: Some(name()),
        ..Kubeconfig::default()
    };
    let unusable =
        |error: String| wording(format!("凭据无法使用：{error}"), format!("the credentials cannot be used: {error}"));
    let mut config = Config::from_custom_kubeconfig(config, &KubeConfigOptions::default())
        .await
        .map_err(|error| unusable(error.to_string()))?;
    config.connect_timeout = Some(CONNECT_WITHIN);
    config.read_timeout = Some(SILENT_FOR);
    config.proxy_url = None;
    Client::try_from(config).map_err(|error| unusable(error.to_string()))
}

/// Tries clusters before they are registered.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Addresses that clusters may have.
    pub allowed: Allowed,
}

fn no_answer(error: &kube::Error) -> Wording {
    wording(format!("集群没有应答：{}", inner(error)), format!("the cluster does not answer: {}", inner(error)))
}

fn not_the_hub() -> Wording {
    wording(
        "凭据无权读写 Workspace；请使用服务账户 shangyun-hub",
        "the credentials may not read or write Workspaces; use the service account shangyun-hub",
    )
}

/// The guards let one account write plans, whatever rights others have: anybody else would register and then be refused every plan.
async fn refuse_others(client: &Client) -> Result<(), Wording> {
    let reviews: Api<SelfSubjectReview> = Api::all(client.clone());
    let review = in_time(reviews.create(&PostParams::default(), &SelfSubjectReview::default())).await;
    let review = review.map_err(|error| no_answer(&error))?;
    let name = review.status.and_then(|status| status.user_info).and_then(|user| user.username).unwrap_or_default();
    if name == HUB_USER {
        return Ok(());
    }
    Err(wording(
        format!("凭据属于“{name}”，护栏只允许 {HUB_USER} 写入方案；请使用服务账户 shangyun-hub"),
        format!(
            "the credentials are those of “{name}”; the guards let only {HUB_USER} write plans: use the service account shangyun-hub"
        ),
    ))
}

async fn refuse_without_rights(client: &Client) -> Result<(), Wording> {
    let reviews: Api<SelfSubjectAccessReview> = Api::all(client.clone());
    for verb in VERBS {
        let attributes = ResourceAttributes {
            group: Some(Workspace::group(&()).into_owned()),
            resource: Some(Workspace::plural(&()).into_owned()),
            verb: Some(verb.to_owned()),
            ..ResourceAttributes::default()
        };
        let spec = SelfSubjectAccessReviewSpec { resource_attributes: Some(attributes), ..Default::default() };
        let asked = SelfSubjectAccessReview { spec, ..Default::default() };
        let answer = in_time(reviews.create(&PostParams::default(), &asked)).await;
        if !answer.map_err(|error| no_answer(&error))?.status.is_some_and(|status| status.allowed) {
            return Err(not_the_hub());
        }
    }
    Ok(())
}

impl ClusterCheck for Reach {
    fn check<'c>(&'c self, credentials: &'c Credentials) -> BoxFuture<'c, Result<String, Wording>> {
        Box::pin(async move {
            let client = client(credentials, &self.allowed).await?;
            let version = in_time(client.apiserver_version()).await.map_err(|error| no_answer(&error))?;
            let workspaces: Api<Workspace> = Api::all(client.clone());
            in_time(workspaces.list(&ListParams::default().limit(1))).await.map_err(|error| match &error {
                kube::Error::Api(status) if status.code == 404 => wording(
                    "集群中没有 Workspace 定义；请先执行 shangyun crds | kubectl apply -f -",
                    "the cluster has no definition of Workspace: shangyun crds | kubectl apply -f - first",
                ),
                kube::Error::Api(status) if matches!(status.code, 401 | 403) => not_the_hub(),
                other => no_answer(other),
            })?;
            refuse_others(&client).await?;
            refuse_without_rights(&client).await?;
            Ok(version.git_version)
        })
    }
}

/// The innermost reason of an error.
fn inner(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_networks_are_connected_to_and_never_link_local() {
        let allowed = Allowed::parse(["10.0.0.0/8", "fd00::/8"], false).unwrap();
        let covers = |text: &str| allowed.covers(text.parse().unwrap());
        assert!(covers("10.1.2.3") && covers("fd12::1") && covers("::ffff:10.1.2.3"));
        for outside in [
            "11.0.0.1",
            "169.254.169.254",
            "::ffff:169.254.169.254",
            "fe80::1",
            "127.0.0.1",
            "::1",
            "0.0.0.0",
            "224.0.0.1",
        ] {
            assert!(!covers(outside), "{outside}");
        }
        let everything = Allowed::parse(["0.0.0.0/0", "::/0"], true).unwrap();
        assert!(everything.covers("127.0.0.1".parse().unwrap()) && everything.covers("8.8.8.8".parse().unwrap()));
        assert!(!everything.covers("169.254.169.254".parse().unwrap()));
        assert!(Allowed::parse(["10.0.0.0"], false).is_err() && Allowed::parse(["10.0.0.0/33"], false).is_err());
    }

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        assert_eq!(host_of("https://10.1.2.3:6443"), Some(("10.1.2.3".to_owned(), 6443)));
        assert_eq!(host_of("https://[fd00::1]:6443/"), Some(("fd00::1".to_owned(), 6443)));
        assert_eq!(host_of("https://api.gov.cn"), Some(("api.gov.cn".to_owned(), 443)));
        for wrong in ["http://x", "https://", "https://a@b", "https://a/b", "https://a:b"] {
            assert_eq!(host_of(wrong), None, "{wrong}");
        }
    }
}
