//! How clusters are reached (design, section 10): a kubeconfig is taken apart, everything that runs code or reads files is refused by
//! name, and the credentials are sealed under a key that the database does not hold, bound to the cluster's id.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use domain::{EntityKind, Fault, FaultKind, Id, Problem, Wording};
use futures_util::future::BoxFuture;
use rules::{Action, Resource};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::cluster_access::Access;

use crate::{Op, Outcome, Services, Work, permit};

/// Longest kubeconfig that is read.
const TEXT_MAX: usize = 256 * 1024;

/// The key under which credentials are sealed.
#[derive(Clone)]
pub struct SealingKey(Arc<LessSafeKey>);

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SealingKey(…)")
    }
}

impl SealingKey {
    /// Reads a key of 32 bytes, written as 64 hexadecimal digits.
    ///
    /// # Errors
    /// What is wrong with the text, without the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || "a sealing key is 64 hexadecimal digits (32 random bytes)".to_owned();
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = (0..64).step_by(2).map(byte).collect();
        let key = bytes.and_then(|bytes| UnboundKey::new(&AES_256_GCM, &bytes).ok()).ok_or_else(wrong)?;
        Ok(Self(Arc::new(LessSafeKey::new(key))))
    }

    fn seal(&self, cluster: Id, plain: &[u8]) -> Outcome<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = domain::random_bytes();
        let mut sealed = plain.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(cluster.to_string()), &mut sealed)
            .map_err(|_| Fault::internal("credentials could not be sealed"))?;
        Ok([nonce.to_vec(), sealed].concat())
    }

    fn open(&self, cluster: Id, sealed: &[u8]) -> Outcome<Vec<u8>> {
        let wrong = || Fault::internal("credentials cannot be opened: is this the key that sealed them?");
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut rest = rest.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(cluster.to_string()), &mut rest).map_err(|_| wrong())?;
        Ok(plain.to_vec())
    }
}

/// What it takes to reach a cluster: never shown, never logged.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Address of the API server.
    pub server: String,
    /// Its authority, base64 of PEM; empty for one that the machine knows.
    pub authority: String,
    /// A token; empty when a certificate is used.
    pub token: String,
    /// Certificate, base64 of PEM.
    pub certificate: String,
    /// Its key, base64 of PEM.
    pub key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Credentials({}, …)", self.server)
    }
}

fn refuse(field: &str, zh: String, en: String) -> Problem {
    Problem { field: field.to_owned(), rule: "kubeconfig".to_owned(), message: Wording::new(zh, en) }
}

/// Members of a kubeconfig that are taken, by place; everything else is refused by name.
const TAKEN: [(&str, &[&str]); 3] = [
    ("cluster", &["server", "certificate-authority-data"]),
    ("user", &["token", "client-certificate-data", "client-key-data"]),
    ("context", &["cluster", "user", "namespace"]),
];

fn why_not(member: &str) -> (&'static str, &'static str) {
    match member {
        "exec" | "auth-provider" => ("会在本服务器上执行程序", "it would run a program on this server"),
        "tokenFile" | "certificate-authority" | "client-certificate" | "client-key" => (
            "会读取本服务器上的文件；请改用内嵌的 …-data 或 token",
            "it would read a file of this server; inline it as …-data or token",
        ),
        "insecure-skip-tls-verify" => ("会跳过证书校验", "it would not check the certificate"),
        "proxy-url" => ("会经由代理访问", "it would go through a proxy"),
        "username" | "password" => ("不支持口令", "passwords are not taken"),
        "as" | "as-groups" | "as-uid" | "as-user-extra" => {
            ("不支持扮演其他用户", "acting as somebody else is not taken")
        }
        _ => ("不支持", "it is not taken"),
    }
}

/// The entry of a list that has a name.
fn entry<'v>(config: &'v Value, list: &str, part: &str, name: &str) -> Option<&'v Value> {
    let all = config.get(list)?.as_array()?;
    let named = |one: &&Value| one.get("name").and_then(Value::as_str) == Some(name);
    all.iter().find(named)?.get(part)
}

/// Takes a kubeconfig apart.
///
/// # Errors
/// Every member that is not taken, by name, and what is missing.
pub fn credentials(text: &str) -> Result<Credentials, Vec<Problem>> {
    if text.len() > TEXT_MAX {
        return Err(vec![refuse("kubeconfig", "文件过大".to_owned(), "the file is too large".to_owned())]);
    }
    let config: Value = landing::from_yaml(text).map_err(|error| {
        vec![refuse("kubeconfig", format!("不是 YAML：{error}"), format!("this is no YAML: {error}"))]
    })?;
    let current = config.get("current-context").and_then(Value::as_str).unwrap_or_default();
    let missing = |what: &str| refuse("kubeconfig", format!("缺少 {what}"), format!("{what} is missing"));
    let Some(context) = entry(&config, "contexts", "context", current) else {
        return Err(vec![missing("current-context")]);
    };
    let name = |part: &str| context.get(part).and_then(Value::as_str).unwrap_or_default();
    let Some(cluster) = entry(&config, "clusters", "cluster", name("cluster")) else {
        return Err(vec![missing("clusters")]);
    };
    let Some(user) = entry(&config, "users", "user", name("user")) else { return Err(vec![missing("users")]) };
    let mut problems = Vec::new();
    for ((place, taken), part) in TAKEN.iter().zip([cluster, user, context]) {
        for member in
            part.as_object().into_iter().flat_map(|map| map.keys()).filter(|member| !taken.contains(&member.as_str()))
        {
            let (zh, en) = why_not(member);
            problems.push(refuse(
                "kubeconfig",
                format!("{place}.{member} 不被接受：{zh}"),
                format!("{place}.{member} is refused: {en}"),
            ));
        }
    }
    let text = |part: &Value, member: &str| part.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
    let found = Credentials {
        server: text(cluster, "server"),
        authority: text(cluster, "certificate-authority-data"),
        token: text(user, "token"),
        certificate: text(user, "client-certificate-data"),
        key: text(user, "client-key-data"),
    };
    if !found.server.starts_with("https://") {
        problems.push(refuse(
            "kubeconfig",
            "server 须以 https:// 开头".to_owned(),
            "server has to begin with https://".to_owned(),
        ));
    }
    if found.token.is_empty() && (found.certificate.is_empty() || found.key.is_empty()) {
        problems.push(missing("token, or client-certificate-data and client-key-data"));
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// A cluster and how it is reached.
#[derive(Clone, Debug)]
pub struct RegisteredCluster {
    /// The cluster.
    pub id: Id,
    /// Its code in plans.
    pub code: String,
    /// How it is reached.
    pub credentials: Credentials,
    /// When that last changed.
    pub updated_at: domain::Timestamp,
}

/// Tries a cluster before it is registered; answers its version.
pub trait ClusterCheck: Send + Sync + std::fmt::Debug {
    /// Reaches the cluster and looks whether a hub may work there.
    fn check<'c>(&'c self, credentials: &'c Credentials) -> BoxFuture<'c, Result<String, Wording>>;
}

/// How clusters are reached.
#[derive(Clone, Debug)]
pub struct ClusterDoor {
    /// Seals credentials.
    pub key: SealingKey,
    /// Tries them.
    pub check: Arc<dyn ClusterCheck>,
}

fn door(services: &Services) -> Outcome<&ClusterDoor> {
    services.clusters.as_ref().ok_or_else(|| {
        Fault::new(
            FaultKind::Conflict,
            "no-sealing-key",
            "尚未配置 clusters.sealing_key，不能保存集群凭据；请管理员在配置中填写。",
            "clusters.sealing_key is not set, so that credentials cannot be kept; an administrator sets it in the configuration.",
        )
    })
}

/// Registers a cluster by its kubeconfig: taken apart, tried, sealed, kept. Answers the cluster's version.
pub async fn register(services: &Services, op: &Op, cluster: Id, kubeconfig: &str) -> Outcome<String> {
    permit(op, Action::ManageSettings, &Resource::Settings)?;
    let door = door(services)?;
    let credentials = credentials(kubeconfig).map_err(Fault::invalid)?;
    let version = door
        .check
        .check(&credentials)
        .await
        .map_err(|why| Fault::invalid(vec![refuse("kubeconfig", why.zh, why.en)]))?;
    keep(services, op, &door.key, cluster, &credentials).await?;
    Ok(version)
}

async fn keep(services: &Services, op: &Op, key: &SealingKey, cluster: Id, credentials: &Credentials) -> Outcome<()> {
    let mut work = Work::begin(services, op).await?;
    let record = store::records::find(&mut work.tx, EntityKind::Cluster.def(), cluster).await?;
    let record = record.ok_or_else(Fault::not_found)?;
    if record.get(EntityKind::Cluster.def(), "code").is_null() {
        let (zh, en) = ("请先填写集群编码".to_owned(), "give the cluster a code first".to_owned());
        return Err(Fault::invalid(vec![refuse("kubeconfig", zh, en)]));
    }
    let plain = serde_json::to_vec(credentials).map_err(|error| Fault::internal(error.to_string()))?;
    let access = Access {
        cluster,
        server: credentials.server.clone(),
        authority: String::new(),
        secret: key.seal(cluster, &plain)?,
        checked_at: work.at,
        outcome: String::new(),
        updated_at: work.at,
    };
    store::cluster_access::put(&mut work.tx, &access).await?;
    let body = serde_json::json!({ "server": credentials.server });
    work.record("register_cluster", "cluster", cluster, "", body.to_string());
    work.tell("cluster.registered", cluster, body.to_string());
    work.commit().await
}

/// Forgets the way to a cluster: from then on its plans are rendered to files.
pub async fn unregister(services: &Services, op: &Op, cluster: Id) -> Outcome<()> {
    permit(op, Action::ManageSettings, &Resource::Settings)?;
    let mut work = Work::begin(services, op).await?;
    store::cluster_access::remove(&mut work.tx, cluster).await?;
    work.record("unregister_cluster", "cluster", cluster, "", "{}".to_owned());
    work.commit().await
}

/// How a cluster is reached, without the secret: for the page.
pub async fn access(services: &Services, op: &Op, cluster: Id) -> Outcome<Option<Access>> {
    permit(op, Action::View, &Resource::Settings)?;
    let found = store::cluster_access::find(&mut &services.db, cluster).await?;
    Ok(found.map(|access| Access { secret: Vec::new(), ..access }))
}

/// The registered clusters and when their registration last changed; none without a sealing key.
pub async fn registered(services: &Services) -> Outcome<Vec<(Id, domain::Timestamp)>> {
    if services.clusters.is_none() {
        return Ok(Vec::new());
    }
    let all = store::cluster_access::all(&mut &services.db).await?;
    Ok(all.into_iter().map(|access| (access.cluster, access.updated_at)).collect())
}

/// Opens the way to a registered cluster, for the hub; none when it was removed meanwhile.
pub async fn open(services: &Services, cluster: Id) -> Outcome<Option<RegisteredCluster>> {
    let def = EntityKind::Cluster.def();
    let Some(access) = store::cluster_access::find(&mut &services.db, cluster).await? else { return Ok(None) };
    let Some(record) = store::records::find(&mut &services.db, def, cluster).await? else { return Ok(None) };
    let plain = door(services)?.key.open(cluster, &access.secret)?;
    let credentials = serde_json::from_slice(&plain).map_err(|error| Fault::internal(error.to_string()))?;
    let code = record.get(def, "code").as_text().unwrap_or_default().to_owned();
    Ok(Some(RegisteredCluster { id: cluster, code, credentials, updated_at: access.updated_at }))
}

/// Keeps how the last try to reach a cluster went.
pub async fn remember_check(services: &Services, cluster: Id, outcome: &str) -> Outcome<()> {
    let Some(known) = store::cluster_access::find(&mut &services.db, cluster).await? else { return Ok(()) };
    if known.outcome == outcome {
        return Ok(());
    }
    let mut tx = services.db.begin().await?;
    let now = services.clock.now();
    store::cluster_access::put(
        &mut tx,
        &Access { outcome: outcome.chars().take(500).collect(), checked_at: now, ..known },
    )
    .await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\nclusters: [{name: k, cluster: {server: 'https://10.1.2.3:6443', certificate-authority-data: QUJD}}]\nusers: [{name: u, user: {token: secret}}]\n";

    #[test]
    fn a_kubeconfig_with_an_address_an_authority_and_a_token_is_taken() {
        let found = credentials(GOOD).unwrap();
        assert_eq!((found.server.as_str(), found.token.as_str()), ("https://10.1.2.3:6443", "secret"));
        assert!(!format!("{found:?}").contains("secret"), "it is never printed");
    }

    #[test]
    fn what_runs_code_or_reads_files_is_refused_by_name() {
        let members = [
            "exec: {command: rm}",
            "auth-provider: {name: gcp}",
            "tokenFile: /etc/passwd",
            "client-key: /etc/key",
            "as: admin",
            "password: x",
        ];
        for member in members {
            let text = GOOD.replace("token: secret", &format!("token: secret, {member}"));
            let problems = credentials(&text).unwrap_err();
            let name = member.split(':').next().unwrap();
            assert!(problems[0].message.en.contains(&format!("user.{name} is refused")), "{member}: {problems:?}");
        }
        for member in ["proxy-url: 'http://p'", "insecure-skip-tls-verify: true", "certificate-authority: /etc/ca"] {
            let text = GOOD.replace("certificate-authority-data: QUJD", member);
            assert!(credentials(&text).is_err(), "{member}");
        }
        assert!(credentials(&GOOD.replace("https://", "http://")).is_err());
        assert!(credentials("").is_err() && credentials("[1]").is_err() && credentials(&"x".repeat(300_000)).is_err());
    }

    #[test]
    fn what_is_sealed_for_one_cluster_opens_for_no_other() {
        let key = SealingKey::parse(&"ab".repeat(32)).unwrap();
        let one = Id::parse("01890000-0000-7000-8000-000000000001").unwrap();
        let other = Id::parse("01890000-0000-7000-8000-000000000002").unwrap();
        let sealed = key.seal(one, b"secret").unwrap();
        assert_eq!(key.open(one, &sealed).unwrap(), b"secret");
        assert!(key.open(other, &sealed).is_err());
        assert!(SealingKey::parse(&"cd".repeat(32)).unwrap().open(one, &sealed).is_err());
        assert!(SealingKey::parse("short").is_err());
    }
}
