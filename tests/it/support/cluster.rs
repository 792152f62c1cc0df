//! A real Kubernetes control plane for tests, with everything that a member cluster gets: definition, guards, roles, and the controller
//! as a process under its own service account. People act through `kubectl`, each as himself.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use landing::{Access, AccessRole, ContainerDefaults, Environment, QuantityText, Subject, SubjectKind, WorkspaceSpec};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{io::AsyncWriteExt as _, process::Command, sync::OnceCell};

use super::wait;

/// Names the folder of a running control plane; `tests/cluster/with-cluster` sets it.
const FOLDER: &str = "SHANGYUN_TEST_CLUSTER";

/// The cluster's code in plans.
pub const CODE: &str = "gov-1";

static SHARED: OnceCell<Cluster> = OnceCell::const_new();

/// What `kubectl` answered.
#[derive(Debug)]
pub struct Answer {
    /// Whether it was done.
    pub done: bool,
    /// What it printed.
    pub out: String,
    /// What it complained of.
    pub said: String,
}

impl Answer {
    /// It was done; else the test fails with what was said.
    #[track_caller]
    pub fn done(self) -> String {
        assert!(self.done, "{}", self.said);
        self.out
    }

    /// It was refused, with this sentence.
    #[track_caller]
    pub fn refused_with(self, sentence: &str) {
        assert!(!self.done, "it was let through: {}", self.out);
        assert!(self.said.contains(sentence), "“{sentence}” is not said in: {}", self.said);
    }
}

/// A control plane.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    kubectl: PathBuf,
    own: Option<TempDir>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.own.is_some() {
            let _ = std::process::Command::new(script("stop")).arg(&self.folder).status();
        }
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster").join(name)
}

async fn run_script(name: &str, arguments: &[&str]) {
    let output = Command::new(script(name)).args(arguments).stdin(Stdio::null()).output().await.unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

impl Cluster {
    /// The one that most tests share, with its controller running: each test takes names of its own.
    pub async fn shared() -> &'static Self {
        SHARED
            .get_or_init(|| async {
                let folder = std::env::var(FOLDER).unwrap_or_else(|_| {
                    panic!("{FOLDER} names no control plane: run the tests by tests/cluster/with-cluster")
                });
                let cluster = Self::at(PathBuf::from(folder), None);
                cluster.furnish().await;
                cluster.controller().await;
                cluster
            })
            .await
    }

    /// One for this test alone, without a controller, for what others must not feel.
    pub async fn own() -> Self {
        let cluster = Self::bare().await;
        cluster.furnish().await;
        cluster
    }

    /// One for this test alone, in which nothing of ours is installed.
    pub async fn bare() -> Self {
        let folder = TempDir::new().unwrap();
        run_script("start", &[folder.path().to_str().unwrap()]).await;
        Self::at(folder.path().to_owned(), Some(folder))
    }

    /// An administrator runs `helm`.
    pub async fn helm(&self, arguments: &[&str]) -> Answer {
        let mut command = Command::new(self.kubectl.with_file_name("helm"));
        command.args(arguments).env("KUBECONFIG", self.kubeconfig("break-glass")).env("HOME", &self.folder);
        let output = wait::within("helm", command.stdin(Stdio::null()).output()).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Answer { done: output.status.success(), out: text(&output.stdout), said: text(&output.stderr) }
    }

    fn at(folder: PathBuf, own: Option<TempDir>) -> Self {
        let bin = std::fs::read_to_string(folder.join("bin")).unwrap();
        Self { kubectl: Path::new(bin.trim()).join("kubectl"), folder, own }
    }

    /// The folder of a user's kubeconfig.
    pub fn kubeconfig(&self, user: &str) -> PathBuf {
        self.folder.join(format!("kubeconfig-{user}"))
    }

    /// Definition, guards and roles as shipped, and a kubeconfig for each of our service accounts.
    pub async fn furnish(&self) {
        let manifests = TempDir::new().unwrap();
        for (name, text) in landing::manifests(&landing::ManifestSettings::default()) {
            std::fs::write(manifests.path().join(name), text).unwrap();
        }
        self.kubectl("admin", &["apply", "-f", manifests.path().to_str().unwrap()]).await.done();
        self.accounts().await;
    }

    /// A kubeconfig for each of our service accounts; waits until the guards are awake.
    pub async fn accounts(&self) {
        self.kubectl("admin", &["wait", "--for=condition=Established", "crd/workspaces.shangyun.dev"]).await.done();
        for role in ["controller", "hub"] {
            let account = format!("shangyun-{role}");
            let token = ["create", "token", &account, "-n", "shangyun-system", "--duration=12h"];
            let token = self.kubectl("admin", &token).await.done();
            let mut config: Value =
                landing::from_yaml(&std::fs::read_to_string(self.kubeconfig("admin")).unwrap()).unwrap();
            config["users"][0]["user"] = json!({ "token": token.trim() });
            std::fs::write(self.kubeconfig(role), config.to_string()).unwrap();
        }
        // A new policy bites after a moment; the last one of the folder stands for all.
        let name = "guards-are-awake";
        wait::until("the guards bite", async || {
            let probe = json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": name, "labels": { "shangyun.dev/workspace": name } } });
            let mut plan = workspace(name);
            plan.zone = "nowhere".to_owned();
            let (probe, plan) = (probe.to_string(), document(&plan));
            let create = ["create", "--dry-run=server", "-f", "-"];
            let namespace = self.kubectl_with("ordinary-admin", &create, &probe).await;
            let zone = self.kubectl_with("hub", &create, &plan).await;
            (namespace.said.contains("shangyun-namespaces") && zone.said.contains("shangyun-zone-ceilings")).then_some(())
        })
        .await;
    }

    /// Starts the controller as a process; the scripts stop it with the rest. Any earlier one is ended first.
    pub async fn controller(&self) {
        self.controller_with_lease_of(15).await;
    }

    /// The same with a Lease that runs out after so many seconds.
    pub async fn controller_with_lease_of(&self, seconds: u32) {
        self.kill_controller().await;
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("shangyun-controller.log"));
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_shangyun"))
            .args(["controller", "--cluster", CODE, "--kubeconfig"])
            .arg(self.kubeconfig("controller"))
            .env("SHANGYUN_ADMIN__LISTEN", "127.0.0.1:0")
            .env("SHANGYUN_LOG__LEVEL", "info")
            .env("SHANGYUN_CONTROLLER__LEASE_SECONDS", seconds.to_string())
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn()
            .unwrap();
        std::fs::write(self.folder.join("shangyun-controller.pid"), child.id().to_string()).unwrap();
        // Nobody waits for it: reap it when it ends, or its number would stay taken.
        std::thread::spawn(move || {
            let mut child = child;
            let _ = child.wait();
        });
    }

    /// Ends the controller at once, as a power cut would.
    pub async fn kill_controller(&self) {
        self.signal_controller("-KILL").await;
    }

    /// Asks the controller to end.
    pub async fn stop_controller(&self) {
        self.signal_controller("-TERM").await;
    }

    async fn signal_controller(&self, signal: &str) {
        let file = self.folder.join("shangyun-controller.pid");
        let Ok(pid) = std::fs::read_to_string(&file) else { return };
        let is_alive = async || {
            Command::new("kill").args(["-0", pid.trim()]).stderr(Stdio::null()).status().await.unwrap().success()
        };
        let _ = Command::new("kill").args([signal, pid.trim()]).stderr(Stdio::null()).status().await;
        wait::until("the controller ends", async || (!is_alive().await).then_some(())).await;
        std::fs::remove_file(file).unwrap();
    }

    /// What the controller wrote into its log.
    pub fn controller_log(&self) -> String {
        std::fs::read_to_string(self.folder.join("shangyun-controller.log")).unwrap_or_default()
    }

    /// Takes the API server away; its data stay.
    pub async fn stop_server(&self) {
        run_script("stop", &[self.folder.to_str().unwrap(), "server"]).await;
    }

    /// Brings it back at the same address.
    pub async fn start_server(&self) {
        run_script("start", &[self.folder.to_str().unwrap(), "server"]).await;
    }

    /// Somebody runs `kubectl`.
    pub async fn kubectl(&self, user: &str, arguments: &[&str]) -> Answer {
        self.kubectl_with(user, arguments, "").await
    }

    /// Somebody runs `kubectl` and gives it a text.
    pub async fn kubectl_with(&self, user: &str, arguments: &[&str], input: &str) -> Answer {
        let mut child = Command::new(&self.kubectl)
            .arg("--kubeconfig")
            .arg(self.kubeconfig(user))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        // One that reads nothing may have ended already.
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(input.as_bytes()).await;
        drop(stdin);
        let output = wait::within("kubectl", child.wait_with_output()).await.unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Answer { done: output.status.success(), out: text(&output.stdout), said: text(&output.stderr) }
    }

    /// An object as an administrator sees it; none if it is not there.
    pub async fn get(&self, kind: &str, name: &str, namespace: &str) -> Option<Value> {
        let mut arguments = vec!["get", kind, name, "-o", "json", "--show-managed-fields"];
        if !namespace.is_empty() {
            arguments.extend(["-n", namespace]);
        }
        let answer = self.kubectl("admin", &arguments).await;
        assert!(answer.done || answer.said.contains("NotFound"), "{}", answer.said);
        answer.done.then(|| serde_json::from_str(&answer.out).unwrap())
    }

    /// The hub pushes a plan.
    pub async fn push(&self, spec: &WorkspaceSpec) {
        self.kubectl_with(
            "hub",
            &["apply", "--server-side", "--field-manager=shangyun-hub", "-f", "-"],
            &document(spec),
        )
        .await
        .done();
    }

    /// Waits until a condition of a Workspace has this outcome and reason; gives the Workspace.
    pub async fn until_condition(&self, name: &str, kind: &str, outcome: &str, reason: &str) -> Value {
        let mut last = Value::Null;
        let what = format!("{name}: {kind} is {outcome} ({reason})");
        let found = tokio::time::timeout(wait::DEADLINE, async {
            loop {
                let workspace = self.get("workspace", name, "").await.unwrap_or_default();
                let condition = condition(&workspace, kind);
                if condition["status"] == outcome && condition["reason"] == reason {
                    return workspace;
                }
                last = workspace["status"].clone();
            }
        });
        match found.await {
            Ok(workspace) => workspace,
            Err(_) => panic!("waited in vain: {what}; {last:#}\n{}", self.controller_log()),
        }
    }

    /// Pushes a plan and waits until its namespace is usable.
    pub async fn ready(&self, spec: &WorkspaceSpec) -> Value {
        self.push(spec).await;
        self.until_condition(&spec.namespace, "Ready", "True", "Usable").await
    }

    /// Every object of a namespace that is ours, and the namespace, with versions.
    pub async fn objects(&self, namespace: &str) -> Vec<(String, String, String)> {
        let kinds = "resourcequotas,limitranges,networkpolicies,serviceaccounts,rolebindings";
        let selector = "app.kubernetes.io/managed-by=shangyun";
        let inside = self.kubectl("admin", &["get", kinds, "-n", namespace, "-l", selector, "-o", "json"]).await.done();
        let inside: Value = serde_json::from_str(&inside).unwrap();
        let mut objects = inside["items"].as_array().unwrap().clone();
        objects.extend(self.get("namespace", namespace, "").await);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut named: Vec<_> = objects
            .iter()
            .map(|one| (text(&one["kind"]), text(&one["metadata"]["name"]), text(&one["metadata"]["resourceVersion"])))
            .collect();
        named.sort_unstable();
        named
    }

    /// Requests to write what the controller may write, its Lease aside, that the API server has answered so far.
    pub async fn writes(&self) -> u64 {
        let metrics = self.kubectl("admin", &["get", "--raw", "/metrics"]).await.done();
        let is_ours = |line: &str| {
            [
                "namespaces",
                "resourcequotas",
                "limitranges",
                "networkpolicies",
                "serviceaccounts",
                "rolebindings",
                "workspaces",
                "events",
            ]
            .iter()
            .any(|resource| line.contains(&format!("resource=\"{resource}\"")))
                && ["APPLY", "PATCH", "POST", "PUT", "DELETE"]
                    .iter()
                    .any(|verb| line.contains(&format!("verb=\"{verb}\"")))
        };
        metrics
            .lines()
            .filter(|line| line.starts_with("apiserver_request_total{") && is_ours(line))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .map(|count| count as u64)
            .sum()
    }
}

/// A condition of a Workspace; null if it has none of that name.
pub fn condition(workspace: &Value, kind: &str) -> Value {
    let conditions = workspace["status"]["conditions"].as_array().cloned().unwrap_or_default();
    conditions.into_iter().find(|one| one["type"] == kind).unwrap_or_default()
}

/// A plan for a namespace of its own, with the group `tenant-admins` as owner; its hash fits.
pub fn workspace(name: &str) -> WorkspaceSpec {
    let quantity = |text: &str| QuantityText::from(text);
    let quota = [
        ("requests.cpu", "4"),
        ("requests.memory", "8Gi"),
        ("limits.cpu", "8"),
        ("limits.memory", "16Gi"),
        ("pods", "20"),
    ];
    let spec = WorkspaceSpec {
        namespace: name.to_owned(),
        cluster: CODE.to_owned(),
        department: "11330100MB0000001A".to_owned(),
        system: "SYS-000123".to_owned(),
        environment: Environment::Prod,
        zone: "extranet".to_owned(),
        mlps_level: 3,
        request_number: "MR-2026-000123".to_owned(),
        expires_on: "2027-12-31".to_owned(),
        quota: quota.into_iter().map(|(key, value)| (key.to_owned(), quantity(value))).collect(),
        container_defaults: ContainerDefaults {
            cpu: quantity("250m"),
            memory: quantity("256Mi"),
            limit_cpu: quantity("1"),
            limit_memory: quantity("1Gi"),
        },
        gateway_namespace: None,
        network_peers: Vec::new(),
        access: vec![Access {
            role: AccessRole::Owner,
            subjects: vec![Subject { kind: SubjectKind::Group, name: "tenant-admins".to_owned() }],
        }],
        metadata: landing::ExtraMetadata::default(),
        guards: landing::GuardLists {
            registries: vec!["registry.example.gov.cn/".to_owned()],
            ..landing::GuardLists::default()
        },
        frozen: None,
        deletion_policy: landing::DeletionPolicy::Retain,
        exit: None,
        adopt: false,
        plan_format: 1,
        plan_hash: String::new(),
    };
    hashed(spec)
}

/// The plan with the hash that fits it.
pub fn hashed(mut spec: WorkspaceSpec) -> WorkspaceSpec {
    spec.plan_hash = landing::plan_hash(&spec);
    spec
}

/// The plan as the hub sends it.
pub fn document(spec: &WorkspaceSpec) -> String {
    landing::document(spec).to_string()
}
