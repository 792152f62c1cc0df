//! `Workspace`: one provisioned namespace (system × environment), as the cluster knows it. The schema, its rules and its columns are
//! derived from these types; `manifests/` holds the result.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Kubernetes quantity such as `500m` or `16Gi`, never negative.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend(
    "maxLength" = 32,
    "x-kubernetes-validations" = [{
        "rule": "isQuantity(self) && !quantity(self).isLessThan(quantity('0'))",
        "message": "must be a quantity that is not negative, such as 500m, 2 or 16Gi",
    }],
))]
pub struct QuantityText(pub String);

impl From<&str> for QuantityText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// What an environment is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Production.
    Prod,
    /// The last step before production.
    Staging,
    /// Testing.
    Test,
    /// Development.
    Dev,
}

impl Environment {
    /// The word in labels.
    pub fn code(self) -> &'static str {
        match self {
            Self::Prod => "prod",
            Self::Staging => "staging",
            Self::Test => "test",
            Self::Dev => "dev",
        }
    }
}

/// What a container asks for and may use when it says nothing itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContainerDefaults {
    /// Asked for.
    pub cpu: QuantityText,
    /// Asked for.
    pub memory: QuantityText,
    /// At most.
    pub limit_cpu: QuantityText,
    /// At most.
    pub limit_memory: QuantityText,
}

/// Which way a connection is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PeerDirection {
    /// From this workspace to the peer.
    #[default]
    To,
    /// From the peer to this workspace.
    From,
}

/// Somebody outside that this workspace talks with. The peer's own plan must agree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = Rule::new("has(self.workspace) != has(self.cidr)").message("name either a workspace or a cidr"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NetworkPeer {
    /// Another workspace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63))]
    pub workspace: Option<String>,
    /// A range of addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 43))]
    pub cidr: Option<String>,
    /// TCP ports.
    #[schemars(length(min = 1, max = 16), extend("items" = {"type": "integer", "minimum": 1, "maximum": 65535}))]
    pub ports: Vec<u16>,
    /// Which way.
    #[serde(default)]
    pub direction: PeerDirection,
}

/// What people may do inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccessRole {
    /// Runs it: ClusterRole `admin`.
    Owner,
    /// Changes workloads: ClusterRole `edit`.
    Developer,
    /// Looks: ClusterRole `view`.
    Viewer,
}

impl AccessRole {
    /// The word in names.
    pub fn code(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Developer => "developer",
            Self::Viewer => "viewer",
        }
    }

    /// The ClusterRole that is bound.
    pub fn cluster_role(self) -> &'static str {
        match self {
            Self::Owner => "admin",
            Self::Developer => "edit",
            Self::Viewer => "view",
        }
    }
}

/// The kind of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum SubjectKind {
    /// A group of the sign-on.
    Group,
    /// A service account of this namespace.
    ServiceAccount,
    /// A person.
    User,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, KubeSchema)]
#[x_kube(validation = Rule::new("!self.name.startsWith('system:')").message("names that begin with system: belong to the cluster"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// A role and who has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    /// The role.
    pub role: AccessRole,
    /// Who has it.
    #[schemars(length(min = 1, max = 32))]
    pub subjects: Vec<Subject>,
}

/// Labels and annotations of the department's own on the namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtraMetadata {
    /// Labels.
    #[serde(default)]
    #[schemars(extend("maxProperties" = 16, "additionalProperties" = {"type": "string", "maxLength": 63}))]
    pub labels: BTreeMap<String, String>,
    /// Annotations.
    #[serde(default)]
    #[schemars(extend("maxProperties" = 16, "additionalProperties" = {"type": "string", "maxLength": 1024}))]
    pub annotations: BTreeMap<String, String>,
}

/// Lists that the guards read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GuardLists {
    /// Where images may come from; each ends in `/`. At most 20: judging costs time.
    #[serde(default)]
    #[schemars(length(max = 20), extend("items" = {"type": "string", "maxLength": 200, "pattern": "^[a-z0-9][a-z0-9.:/_-]*/$"}))]
    pub registries: Vec<String>,
    /// Storage classes.
    #[serde(default)]
    #[schemars(length(max = 20), extend("items" = {"type": "string", "maxLength": 63}))]
    pub storage_classes: Vec<String>,
    /// Ingress classes.
    #[serde(default)]
    #[schemars(length(max = 20), extend("items" = {"type": "string", "maxLength": 63}))]
    pub ingress_classes: Vec<String>,
}

/// Nothing new may start; what runs goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Frozen {
    /// Why.
    #[schemars(length(min = 4, max = 500))]
    pub reason: String,
    /// Who decided.
    #[schemars(length(min = 1, max = 253))]
    pub by: String,
    /// The day, as in 2026-12-31.
    #[schemars(length(max = 10))]
    pub on: String,
}

/// An approved exit: the first of two steps to the end of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exit {
    /// The request that was approved.
    #[schemars(length(min = 1, max = 63))]
    pub request: String,
    /// The namespace that it was approved for.
    #[schemars(length(min = 1, max = 63))]
    pub namespace_uid: String,
}

/// What happens to the namespace when the Workspace is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum DeletionPolicy {
    /// It stays, guarded, and is listed as an orphan.
    #[default]
    Retain,
    /// It goes, if an approved exit came before and it is empty.
    Delete,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What was approved for one namespace.
#[derive(CustomResource, KubeSchema, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[kube(
    group = "shangyun.dev",
    version = "v1alpha1",
    kind = "Workspace",
    plural = "workspaces",
    shortname = "ws",
    category = "shangyun",
    status = "WorkspaceStatus",
    derive = "PartialEq",
    validation = Rule::new("self.spec.__namespace__ == self.metadata.name").message("spec.namespace must be equal to metadata.name, so that two Workspaces can never claim one namespace"),
    printcolumn(name = "System", type_ = "string", json_path = ".spec.system"),
    printcolumn(name = "Environment", type_ = "string", json_path = ".spec.environment"),
    printcolumn(name = "Zone", type_ = "string", json_path = ".spec.zone"),
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "Reason", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].reason"#),
    printcolumn(name = "Drifted", type_ = "string", json_path = r#".status.conditions[?(@.type=="Drifted")].status"#),
    printcolumn(name = "CPU", type_ = "string", json_path = r#".status.usage.requests\.cpu.used"#),
    printcolumn(name = "Memory", type_ = "string", json_path = r#".status.usage.requests\.memory.used"#),
    printcolumn(name = "Expires", type_ = "string", json_path = ".spec.expiresOn"),
    printcolumn(name = "Department", type_ = "string", json_path = ".spec.department", priority = 1),
    printcolumn(name = "Request", type_ = "string", json_path = ".spec.requestNumber", priority = 1),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[x_kube(
    validation = Rule::new("self.__namespace__ == oldSelf.__namespace__").message("spec.namespace cannot be changed"),
    validation = Rule::new("self.cluster == oldSelf.cluster").message("spec.cluster cannot be changed: ask for a new workspace there"),
    validation = Rule::new("self.system == oldSelf.system && self.department == oldSelf.department && self.environment == oldSelf.environment").message("system, department and environment cannot be changed"),
    validation = Rule::new("!(self.__namespace__ in ['default']) && !self.__namespace__.startsWith('kube-') && !self.__namespace__.startsWith('shangyun-') && !self.__namespace__.startsWith('openshift-')").message("the cluster keeps this namespace for itself"),
    validation = Rule::new("!(has(self.exit) && self.deletionPolicy != 'Delete')").message("an exit needs deletionPolicy: Delete"),
)]
// Approved as a whole and written as a whole: the API server need not work out whose field is whose, which is a third of a write.
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WorkspaceSpec {
    /// The namespace: equal to the name of the Workspace, never changed.
    #[schemars(length(min = 3, max = 50), regex(pattern = r"^[a-z][a-z0-9-]*[a-z0-9]$"))]
    pub namespace: String,
    /// The cluster that it was approved for.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"))]
    pub cluster: String,
    /// Code of the department.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"))]
    pub department: String,
    /// Code of the system.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"))]
    pub system: String,
    /// What it is for.
    pub environment: Environment,
    /// Code of the zone.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"))]
    pub zone: String,
    /// MLPS level of the system, 0 while not graded.
    #[schemars(range(min = 0, max = 5))]
    pub mlps_level: i32,
    /// Number of the request.
    #[schemars(length(min = 1, max = 63), regex(pattern = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"))]
    pub request_number: String,
    /// The last day, as in 2027-12-31.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), length(max = 10))]
    pub expires_on: String,
    /// What it may use.
    #[schemars(extend("maxProperties" = 40))]
    pub quota: BTreeMap<String, QuantityText>,
    /// What a container gets that says nothing.
    pub container_defaults: ContainerDefaults,
    /// The namespace through which the zone's traffic comes in, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 63))]
    pub gateway_namespace: Option<String>,
    /// Whom it talks with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 64))]
    pub network_peers: Vec<NetworkPeer>,
    /// Who may do what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    pub access: Vec<Access>,
    /// The department's own labels and annotations.
    #[serde(default, skip_serializing_if = "is_default")]
    pub metadata: ExtraMetadata,
    /// Lists that the guards read.
    #[serde(default, skip_serializing_if = "is_default")]
    pub guards: GuardLists,
    /// Nothing new may start; outside the hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<Frozen>,
    /// What happens to the namespace at the end.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
    /// An approved exit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<Exit>,
    /// Take over a namespace that exists.
    #[serde(default)]
    pub adopt: bool,
    /// Which rendering rules apply.
    #[schemars(range(min = 1, max = 1))]
    pub plan_format: i32,
    /// `sha256:…` over this spec (all but `frozen` and `planHash`) and the rendered bytes.
    #[schemars(length(max = 71), regex(pattern = r"^sha256:[0-9a-f]{64}$"))]
    pub plan_hash: String,
}

/// How much of one resource is used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// At most.
    pub hard: String,
    /// Used now.
    pub used: String,
}

/// One thing that somebody changed, and that was put back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DriftNote {
    /// Kind and name, as in `NetworkPolicy/shangyun-default-deny`.
    pub object: String,
    /// What was changed, as in `spec.hard.pods`; empty when the object was deleted.
    pub field: String,
    /// The client that wrote it, as it calls itself: a claim, not proof. Empty for a deletion.
    pub client: String,
    /// `changed`, `deleted`, `added` (a foreign policy or binding).
    pub action: String,
    /// When it was seen, RFC 3339.
    pub at: String,
    /// `resourceVersion` of what was found, so that one incident is recorded once; `0` for a deletion.
    pub version: String,
}

/// What the controller found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-map-type" = "atomic"))]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceStatus {
    /// The generation of the spec that this was found for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// The hash of the plan that is in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<String>,
    /// Identity of the namespace; another one later is an incident.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_uid: Option<String>,
    /// `Ready`, `QuotaApplied`, `NetworkIsolated`, `AccessGranted`, `Drifted`, `ExitReady`.
    #[serde(default)]
    #[schemars(length(max = 16))]
    pub conditions: Vec<Condition>,
    /// From the quota's own status.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub usage: BTreeMap<String, Usage>,
    /// The last things that were put back, newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20))]
    pub drift: Vec<DriftNote>,
}

/// What a namespace may hold and yet be empty of anything of its tenant: by the counts of our own quota, nothing but the one
/// configuration that the cluster puts into each namespace.
const EMPTY: [(&str, u64); 4] =
    [("count/pods", 0), ("persistentvolumeclaims", 0), ("count/secrets", 0), ("count/configmaps", 1)];

/// What is left of a tenant in a namespace: kind and number. What is not counted counts as left.
pub fn left_inside(usage: &BTreeMap<String, Usage>) -> Vec<(&'static str, String)> {
    let left = EMPTY.into_iter().filter_map(|(key, allowed)| {
        let used = usage.get(key).map_or("unknown", |usage| usage.used.as_str());
        let is_gone = used.parse::<u64>().is_ok_and(|used| used <= allowed);
        (!is_gone).then(|| (key, used.to_owned()))
    });
    left.collect()
}
