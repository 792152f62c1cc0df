//! What one plan changes of another, field by field and by value: `1000m` is no change of `1`. Peers and people are told one by one,
//! everything else as the objects of the namespace say it; what the register knows has words.

use serde_json::Value;

use crate::{
    AccessRole, NetworkPeer, PeerDirection, Subject, WORKSPACE_LABEL, WorkspaceSpec, difference, ports_text,
    render::rendered,
};
use domain::{Language, Wording};

/// One field that a plan changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanChange {
    /// Kind and name of the object.
    pub object: String,
    /// Where in it; empty for the object as a whole.
    pub field: String,
    /// As it was; none for what was not there, empty for what was there and says nothing more.
    pub before: Option<String>,
    /// As it will be.
    pub after: Option<String>,
}

const QUOTA: &str = "ResourceQuota/shangyun";
const NAMESPACE: &str = "Namespace";
const GATEWAY: &str = "NetworkPolicy/shangyun-gateway";
const PEERS_TO: &str = "NetworkPolicy/shangyun-peers-to";
const PEERS_FROM: &str = "NetworkPolicy/shangyun-peers-from";
const OWNER: &str = "RoleBinding/shangyun-owner";
const DEVELOPER: &str = "RoleBinding/shangyun-developer";
const VIEWER: &str = "RoleBinding/shangyun-viewer";
/// Told one by one, and not as lists of an object.
const ONE_BY_ONE: [&str; 6] = [GATEWAY, PEERS_TO, PEERS_FROM, OWNER, DEVELOPER, VIEWER];

/// Object, field, and its words, Chinese and English; those of the first rows say what a new plan gives.
const WORDS: [(&str, &str, &str, &str); 20] = [
    (QUOTA, "spec.hard.requests.cpu", "核数", "Cores"),
    (QUOTA, "spec.hard.requests.memory", "内存", "Memory"),
    (QUOTA, "spec.hard.requests.storage", "存储", "Storage"),
    (QUOTA, "spec.hard.pods", "实例数", "Instances"),
    (NAMESPACE, "metadata.labels.shangyun.dev/mlps-level", "系统等保级别", "MLPS level of the system"),
    (NAMESPACE, "metadata.labels.pod-security.kubernetes.io/enforce", "容器限制", "Limits on containers"),
    (NAMESPACE, "metadata.annotations.shangyun.dev/registries", "集群的镜像仓库", "Registries of the cluster"),
    (GATEWAY, "", "集群的网关", "Gateway of the cluster"),
    (NAMESPACE, "metadata.annotations.shangyun.dev/storage-classes", "集群的存储类", "Storage classes of the cluster"),
    (NAMESPACE, "metadata.annotations.shangyun.dev/ingress-classes", "集群的入口类", "Ingress classes of the cluster"),
    (NAMESPACE, "metadata.labels.shangyun.dev/expires-on", "有效期至", "Until"),
    (NAMESPACE, "metadata.labels.shangyun.dev/request", "申请编号", "Number of the request"),
    (NAMESPACE, "metadata.labels.shangyun.dev/department", "单位编码", "Code of the department"),
    (NAMESPACE, "metadata.labels.shangyun.dev/system", "系统编码", "Code of the system"),
    (NAMESPACE, "metadata.labels.shangyun.dev/zone", "云区编码", "Code of the zone"),
    (NAMESPACE, "metadata.name", "名称", "Name"),
    ("Workspace", "spec.cluster", "集群编码", "Code of the cluster"),
    (QUOTA, "spec.hard.limits.cpu", "核数上限", "Cores at most"),
    (QUOTA, "spec.hard.limits.memory", "内存上限", "Memory at most"),
    (QUOTA, "spec.hard.count/pods", "实例数（含已结束）", "Instances, ended ones included"),
];
/// Rows of [`WORDS`] that sum up a plan of which everything is new.
const SUMMED_UP: usize = 8;

impl PlanChange {
    /// What the field is called, where it has words; else kind, name and field of the object say it.
    pub fn words(&self) -> Option<Wording> {
        let said =
            |zh: &str, en: &str| Some(Wording::new(format!("{zh} {}", self.field), format!("{en} {}", self.field)));
        match self.object.as_str() {
            PEERS_TO => said("可访问", "May reach"),
            PEERS_FROM => said("可被访问，来自", "May be reached from"),
            OWNER => said("管理权限", "Owner"),
            DEVELOPER => said("开发权限", "Developer"),
            VIEWER => said("查看权限", "Viewer"),
            _ => WORDS
                .iter()
                .find(|(object, field, ..)| *object == self.object && *field == self.field)
                .map(|(_, _, zh, en)| Wording::new(*zh, *en)),
        }
    }

    fn rank(&self) -> usize {
        let known = WORDS.iter().position(|(object, field, ..)| *object == self.object && *field == self.field);
        known.unwrap_or(if ONE_BY_ONE.contains(&self.object.as_str()) { SUMMED_UP } else { WORDS.len() })
    }
}

/// Kind and name; a workspace has one namespace, whatever it is called.
fn key(object: &Value) -> String {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match text("/kind") {
        NAMESPACE => NAMESPACE.to_owned(),
        kind => format!("{kind}/{}", text("/metadata/name")),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What `after` changes of `before`; what has words comes first.
pub fn plan_difference(before: &WorkspaceSpec, after: &WorkspaceSpec) -> Vec<PlanChange> {
    let mut changes = Vec::new();
    for (object, field, old, new) in [
        (NAMESPACE, "metadata.name", Some(&before.namespace), Some(&after.namespace)),
        ("Workspace", "spec.cluster", Some(&before.cluster), Some(&after.cluster)),
        (GATEWAY, "", before.gateway_namespace.as_ref(), after.gateway_namespace.as_ref()),
    ] {
        if old != new {
            let (object, field) = (object.to_owned(), field.to_owned());
            changes.push(PlanChange { object, field, before: old.cloned(), after: new.cloned() });
        }
    }
    changes.extend(peers(&before.network_peers, &after.network_peers));
    changes.extend(people(before, after));
    changes.extend(objects(&rendered(before), &rendered(after)));
    changes.sort_by_key(PlanChange::rank);
    changes
}

/// A plan of which everything is new, in a few rows.
pub fn plan_summary(spec: &WorkspaceSpec) -> Vec<PlanChange> {
    let mut rows = peers(&[], &spec.network_peers);
    let nobody = WorkspaceSpec { access: Vec::new(), ..spec.clone() };
    rows.extend(people(&nobody, spec));
    let objects = rendered(spec);
    for (object, field, ..) in WORDS.iter().take(SUMMED_UP) {
        let found = objects.iter().find(|one| key(one) == *object).and_then(|one| leaf(one, field)).map(shown);
        let after = if *object == GATEWAY { spec.gateway_namespace.clone() } else { found };
        if let Some(text) = after.filter(|text| !text.is_empty()) {
            let (object, field) = ((*object).to_owned(), (*field).to_owned());
            rows.push(PlanChange { object, field, before: None, after: Some(text) });
        }
    }
    rows.sort_by_key(PlanChange::rank);
    rows
}

/// The value of a field as [`WORDS`] writes it: the last part is a key and may hold dots.
fn leaf<'o>(object: &'o Value, field: &str) -> Option<&'o Value> {
    [
        ("spec.hard.", "/spec/hard"),
        ("metadata.labels.", "/metadata/labels"),
        ("metadata.annotations.", "/metadata/annotations"),
    ]
    .into_iter()
    .find_map(|(prefix, pointer)| object.pointer(pointer)?.get(field.strip_prefix(prefix)?))
}

fn objects(before: &[Value], after: &[Value]) -> Vec<PlanChange> {
    let mut changes = Vec::new();
    let mark = format!("metadata.labels.{WORKSPACE_LABEL}");
    let is_told = |object: &&Value| !ONE_BY_ONE.contains(&key(object).as_str());
    for new in after.iter().filter(is_told) {
        let object = key(new);
        match before.iter().find(|old| key(old) == object) {
            Some(old) => {
                // The mark on each object is the name, which is told once.
                let found = difference(new, old).into_iter().filter(|one| one.field != mark);
                changes.extend(found.map(|one| PlanChange {
                    object: object.clone(),
                    before: one.live.as_ref().map(shown),
                    after: one.desired.as_ref().map(shown),
                    field: one.field,
                }));
            }
            None => changes.push(whole(object, None, Some(String::new()))),
        }
    }
    let gone = before.iter().filter(is_told).map(key).filter(|object| !after.iter().any(|new| key(new) == *object));
    changes.extend(gone.map(|object| whole(object, Some(String::new()), None)));
    changes
}

fn whole(object: String, before: Option<String>, after: Option<String>) -> PlanChange {
    PlanChange { object, field: String::new(), before, after }
}

/// Every peer that is gained, lost, or reached on other ports.
fn peers(before: &[NetworkPeer], after: &[NetworkPeer]) -> Vec<PlanChange> {
    let mut all: Vec<(PeerDirection, &str)> =
        before.iter().chain(after).map(|peer| (peer.direction, peer.whom())).collect();
    all.sort_unstable();
    all.dedup();
    let ports = |peers: &[NetworkPeer], (direction, whom): (PeerDirection, &str)| {
        let peer = peers.iter().find(|peer| peer.direction == direction && peer.whom() == whom)?;
        Some(ports_text(&peer.clone().in_order().ports, Language::En))
    };
    all.into_iter()
        .map(|one| PlanChange {
            object: if one.0 == PeerDirection::To { PEERS_TO } else { PEERS_FROM }.to_owned(),
            field: one.1.to_owned(),
            before: ports(before, one),
            after: ports(after, one),
        })
        .filter(|change| change.before != change.after)
        .collect()
}

/// Everybody who gains or loses a role.
fn people(before: &WorkspaceSpec, after: &WorkspaceSpec) -> Vec<PlanChange> {
    let mut changes = Vec::new();
    for (role, object) in [(AccessRole::Owner, OWNER), (AccessRole::Developer, DEVELOPER), (AccessRole::Viewer, VIEWER)]
    {
        let of = |spec: &WorkspaceSpec| -> Vec<Subject> {
            let subjects = spec.access.iter().filter(|one| one.role == role).flat_map(|one| one.subjects.clone());
            subjects.collect()
        };
        let (old, new) = (of(before), of(after));
        let mut all: Vec<&Subject> = old.iter().chain(&new).collect();
        all.sort_unstable();
        all.dedup();
        let has = |people: &[Subject], one: &Subject| people.contains(one).then(String::new);
        changes.extend(all.into_iter().filter(|one| old.contains(one) != new.contains(one)).map(|one| PlanChange {
            object: object.to_owned(),
            field: one.name.clone(),
            before: has(&old, one),
            after: has(&new, one),
        }));
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, SubjectKind, from_yaml};

    fn spec() -> WorkspaceSpec {
        let mut document: Value = from_yaml(include_str!("../../tests/data/landing/permit-prod.yaml")).unwrap();
        document["spec"]["planHash"] = "".into();
        serde_json::from_value(document["spec"].take()).unwrap()
    }

    fn told(before: &WorkspaceSpec, after: &WorkspaceSpec) -> Vec<(String, String, String)> {
        let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        plan_difference(before, after)
            .into_iter()
            .map(|one| {
                let what = one.words().map_or_else(|| format!("{} {}", one.object, one.field), |words| words.en);
                (what, text(one.before), text(one.after))
            })
            .collect()
    }

    fn row(what: &str, before: &str, after: &str) -> (String, String, String) {
        (what.to_owned(), before.to_owned(), after.to_owned())
    }

    #[test]
    fn the_same_amount_in_another_notation_is_no_change() {
        let before = spec();
        let mut after = before.clone();
        let cores = crate::Quantity::parse(&before.quota["requests.cpu"].0).unwrap().thousandths();
        after.quota.insert("requests.cpu".to_owned(), crate::QuantityText(format!("{cores}m")));
        after.plan_hash = "sha256:other".to_owned();
        assert_eq!(told(&before, &after), []);
    }

    #[test]
    fn every_changed_field_is_told_once_with_before_and_after() {
        let mut before = spec();
        before.network_peers.clear();
        before.access.clear();
        before.gateway_namespace = None;
        let mut after = before.clone();
        after.mlps_level = 2;
        after.quota.insert("pods".to_owned(), "99".into());
        after.gateway_namespace = Some("ingress".to_owned());
        after.network_peers = crate::peers_from_text("to idp-prod 443\nfrom 10.2.0.0/16 5432 8080").0;
        let group = |name: &str| Subject { kind: SubjectKind::Group, name: name.to_owned() };
        after.access = vec![Access { role: AccessRole::Developer, subjects: vec![group("makers")] }];
        let pods = before.quota["pods"].0.clone();
        let level = before.mlps_level.to_string();
        assert_eq!(
            told(&before, &after),
            [
                row("Instances", &pods, "99"),
                row("MLPS level of the system", &level, "2"),
                row("Limits on containers", "restricted", "baseline"),
                row("Gateway of the cluster", "-", "ingress"),
                row("May reach idp-prod", "-", "443"),
                row("May be reached from 10.2.0.0/16", "-", "5432, 8080"),
                row("Developer makers", "-", ""),
                row("Instances, ended ones included", &(pods.parse::<i64>().unwrap() * 5).to_string(), "495"),
            ]
        );
        let mut fewer = after.clone();
        fewer.network_peers = crate::peers_from_text("to idp-prod 443 8443").0;
        fewer.access.clear();
        assert_eq!(
            told(&after, &fewer),
            [
                row("May reach idp-prod", "443", "443, 8443"),
                row("May be reached from 10.2.0.0/16", "5432, 8080", "-"),
                row("Developer makers", "", "-"),
            ]
        );
    }

    #[test]
    fn another_name_is_told_once_and_not_with_every_object() {
        let before = spec();
        let after = WorkspaceSpec { namespace: "other-prod".to_owned(), ..before.clone() };
        let told = told(&before, &after);
        assert_eq!(told.iter().filter(|(what, ..)| what == "Name").count(), 1, "{told:?}");
        assert!(told.len() <= 2, "{told:?}");
    }

    #[test]
    fn a_new_plan_is_summed_up_in_words() {
        let rows = plan_summary(&spec());
        assert!(rows.iter().all(|row| row.before.is_none() && row.words().is_some()), "{rows:?}");
        assert_eq!(rows[0].words().unwrap().en, "Cores");
        assert!((5..=20).contains(&rows.len()), "{rows:?}");
    }
}
