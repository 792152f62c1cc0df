//! What the watches have seen, by namespace, small enough for ten thousand workspaces. Of an object that is as planned, only which plan
//! it was compared with is kept; its text is let go. What the controller itself wrote is entered at once, so that nothing is written twice.

use std::{
    collections::{HashMap, HashSet},
    sync::{PoisonError, RwLock},
};

use kube::{ResourceExt as _, api::DynamicObject};
use landing::{FIELD_OWNER, MANAGED_BY, MANAGED_BY_LABEL, WORKSPACE_LABEL, Workspace, last_client};
use serde_json::Value;

use crate::{foreign, incident, kind::Kind};

/// What an object of a plan says, as a number: two plans that say the same have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64);

impl Fingerprint {
    pub(crate) fn of(desired: &Value) -> Self {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut hasher = DefaultHasher::new();
        desired.to_string().hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// What is kept of what an object says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    /// All of it, as JSON text.
    Text(Box<str>),
    /// It is as this object of a plan; of the rest, its status.
    AsPlanned(Fingerprint, Box<str>),
    /// Nothing: it is none of ours.
    Foreign,
}

/// One object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) kind: Kind,
    pub(crate) name: Box<str>,
    pub(crate) uid: Box<str>,
    /// `resourceVersion`: later ones are greater.
    pub(crate) version: u64,
    /// The client that wrote it last, as it calls itself; empty when that was us.
    pub(crate) client: Box<str>,
    /// True for an object that carries both our labels.
    pub(crate) is_ours: bool,
    /// True for one that lets in or out more than its namespace.
    pub(crate) opens: bool,
    /// What was last undone here, as the annotation tells it.
    pub(crate) incident: Option<Box<str>>,
    said: Said,
}

/// Whether an object is known to be as planned.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Known {
    /// It was compared with this very plan.
    AsPlanned,
    /// This is what it says.
    Says(Value),
    /// What it says was let go: the API server knows.
    LetGo,
}

impl Held {
    /// What is known of it, for whoever compares it with an object of a plan.
    pub(crate) fn known(&self, planned: Fingerprint) -> Known {
        match &self.said {
            Said::Text(text) => Known::Says(serde_json::from_str(text).unwrap_or_default()),
            Said::AsPlanned(with, _) if *with == planned => Known::AsPlanned,
            Said::AsPlanned(..) | Said::Foreign => Known::LetGo,
        }
    }

    /// The object without its managed fields; null when that was let go.
    pub(crate) fn value(&self) -> Value {
        match &self.said {
            Said::Text(text) => serde_json::from_str(text).unwrap_or_default(),
            Said::AsPlanned(..) | Said::Foreign => Value::Null,
        }
    }

    /// Its status, which is kept whatever else is let go.
    pub(crate) fn status(&self) -> Value {
        match &self.said {
            Said::Text(_) => self.value().get("status").cloned().unwrap_or_default(),
            Said::AsPlanned(_, status) => serde_json::from_str(status).unwrap_or_default(),
            Said::Foreign => Value::Null,
        }
    }

    /// True when both say the same, whatever their versions.
    fn says_the_same(&self, other: &Self) -> bool {
        let bare = |held: &Self| {
            let mut value = held.value();
            if let Some(metadata) = value.get_mut("metadata").and_then(Value::as_object_mut) {
                metadata.remove("resourceVersion");
            }
            value
        };
        let both_are_told = !matches!((&self.said, &other.said), (Said::AsPlanned(..), _) | (_, Said::AsPlanned(..)));
        both_are_told && self.uid == other.uid && self.opens == other.opens && bare(self) == bare(other)
    }
}

fn version_of(object: &DynamicObject) -> u64 {
    let version = object.metadata.resource_version.as_deref();
    version.and_then(|version| version.parse().ok()).unwrap_or_default()
}

fn namespace_of(kind: Kind, object: &DynamicObject) -> String {
    match kind {
        // The Workspace of a namespace has its name: the definition of Workspace sees to that.
        Kind::Workspace | Kind::Namespace => object.name_any(),
        _ => object.namespace().unwrap_or_default(),
    }
}

/// An object with everything that it says.
pub(crate) fn held(kind: Kind, mut object: DynamicObject) -> Held {
    let fields = object.metadata.managed_fields.take().unwrap_or_default();
    let client = last_client(&fields, FIELD_OWNER).into();
    let namespace = namespace_of(kind, &object);
    let labels = object.labels();
    let is_ours = labels.get(MANAGED_BY_LABEL).is_some_and(|value| value == MANAGED_BY)
        && labels.get(WORKSPACE_LABEL).is_some_and(|value| *value == namespace);
    let resource = kind.resource();
    let mut value = serde_json::to_value(&object).unwrap_or_default();
    value["apiVersion"] = resource.api_version.into();
    value["kind"] = resource.kind.into();
    Held {
        kind,
        name: object.name_any().into(),
        uid: object.uid().unwrap_or_default().into(),
        version: version_of(&object),
        client,
        is_ours,
        incident: incident::text_of(&object),
        opens: foreign::opens(kind, &value, &namespace),
        said: Said::Text(value.to_string().into()),
    }
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub(crate) struct Index(RwLock<HashMap<String, Vec<Held>>>);

impl Index {
    /// Enters an object; true when it says something new. An older version of a known object is passed over.
    pub(crate) fn enter(&self, kind: Kind, object: DynamicObject) -> bool {
        let namespace = namespace_of(kind, &object);
        // Most of what a watch brings is what the controller has just written: nothing is made of it.
        if self.object_is_known(&namespace, kind, &object) {
            return false;
        }
        self.put(namespace, held(kind, object))
    }

    fn object_is_known(&self, namespace: &str, kind: Kind, object: &DynamicObject) -> bool {
        let (Some(name), Some(uid)) = (&object.metadata.name, &object.metadata.uid) else { return false };
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let inside = all.get(namespace).map(Vec::as_slice).unwrap_or_default();
        let known = inside.iter().find(|one| one.kind == kind && *one.name == **name);
        known.is_some_and(|known| *known.uid == **uid && known.version >= version_of(object))
    }

    /// Enters what is already in the form that is kept.
    pub(crate) fn put(&self, namespace: String, mut held: Held) -> bool {
        if !held.is_ours && !matches!(held.kind, Kind::Workspace | Kind::Namespace) {
            held.said = Said::Foreign;
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let inside = all.entry(namespace).or_default();
        match inside.iter_mut().find(|one| one.kind == held.kind && one.name == held.name) {
            Some(known) if known.uid == held.uid && known.version >= held.version => false,
            Some(known) => {
                let news = !known.says_the_same(&held);
                *known = held;
                news
            }
            None => {
                inside.push(held);
                true
            }
        }
    }

    /// Lets go of what an object says, once it was found to be as planned. One that was changed meanwhile is kept.
    pub(crate) fn settle(&self, namespace: &str, object: &Held, planned: Fingerprint) {
        let status = object.status();
        let status = if status.is_null() { String::new() } else { status.to_string() };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let inside = all.get_mut(namespace).map(Vec::as_mut_slice).unwrap_or_default();
        let is_it = |one: &&mut Held| one.kind == object.kind && one.uid == object.uid && one.version == object.version;
        if let Some(known) = inside.iter_mut().find(is_it) {
            known.said = Said::AsPlanned(planned, status.into());
        }
    }

    /// Takes an object out; true when it was known. A newer one of the same name stays.
    pub(crate) fn remove(&self, kind: Kind, object: &DynamicObject) -> bool {
        let (namespace, name) = (namespace_of(kind, object), object.name_any());
        let uid = object.uid().unwrap_or_default();
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(inside) = all.get_mut(&namespace) else { return false };
        let before = inside.len();
        inside.retain(|one| one.kind != kind || *one.name != *name || *one.uid != *uid);
        let gone = inside.len() < before;
        if inside.is_empty() {
            all.remove(&namespace);
        }
        gone
    }

    /// After a complete list: what it did not hold is gone. Gives the namespaces that lost something.
    pub(crate) fn keep_only(&self, kind: Kind, seen: &HashSet<(String, String)>) -> Vec<String> {
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut touched = Vec::new();
        all.retain(|namespace, inside| {
            let before = inside.len();
            inside.retain(|one| one.kind != kind || seen.contains(&(namespace.clone(), one.name.to_string())));
            if inside.len() < before {
                touched.push(namespace.clone());
            }
            !inside.is_empty()
        });
        touched
    }

    /// What is known of a namespace, its Workspace aside.
    pub(crate) fn of(&self, namespace: &str) -> Vec<Held> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let inside = all.get(namespace).map(Vec::as_slice).unwrap_or_default();
        inside.iter().filter(|one| one.kind != Kind::Workspace).cloned().collect()
    }

    /// What is known of one object.
    pub(crate) fn object(&self, namespace: &str, kind: Kind, name: &str) -> Option<Held> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(namespace)?.iter().find(|one| one.kind == kind && *one.name == *name).cloned()
    }

    /// True when there is a Workspace of this name.
    pub(crate) fn has_workspace(&self, name: &str) -> bool {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(name).is_some_and(|inside| inside.iter().any(|one| one.kind == Kind::Workspace))
    }

    /// The names of all Workspaces.
    pub(crate) fn workspaces(&self) -> Vec<String> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let has_one = |inside: &[Held]| inside.iter().any(|one| one.kind == Kind::Workspace);
        all.iter().filter(|(_, inside)| has_one(inside)).map(|(name, _)| name.clone()).collect()
    }

    /// The Workspace of this name, if there is one: what it says, or why that cannot be read.
    pub(crate) fn workspace(&self, name: &str) -> Option<serde_json::Result<Workspace>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = all.get(name)?.iter().find(|one| one.kind == Kind::Workspace)?;
        match &found.said {
            Said::Text(text) => Some(serde_json::from_str(text)),
            Said::AsPlanned(..) | Said::Foreign => None,
        }
    }
}

/// Namespace and name of an object, as [`Index::keep_only`] takes them.
pub(crate) fn key(kind: Kind, object: &DynamicObject) -> (String, String) {
    (namespace_of(kind, object), object.name_any())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn quota(version: &str, pods: &str) -> DynamicObject {
        serde_json::from_value(json!({ "apiVersion": "v1", "kind": "ResourceQuota",
            "metadata": { "name": "shangyun", "namespace": "permit-prod", "uid": "u1", "resourceVersion": version,
                "labels": { "app.kubernetes.io/managed-by": "shangyun", "shangyun.dev/workspace": "permit-prod" } },
            "spec": { "hard": { "pods": pods } }, "status": { "used": { "pods": "3" } } }))
        .unwrap()
    }

    #[test]
    fn what_is_as_planned_is_let_go_but_its_status_and_a_later_version_is_news() {
        let (index, plan) = (Index::default(), Fingerprint::of(&json!({ "pods": "20" })));
        assert!(index.enter(Kind::ResourceQuota, quota("7", "20")));
        let seen = index.of("permit-prod").remove(0);
        assert!(matches!(seen.known(plan), Known::Says(_)));
        index.settle("permit-prod", &seen, plan);
        let settled = index.of("permit-prod").remove(0);
        assert_eq!((settled.known(plan), settled.value()), (Known::AsPlanned, Value::Null));
        assert_eq!(settled.known(Fingerprint::of(&json!({ "pods": "30" }))), Known::LetGo);
        assert_eq!(settled.status()["used"]["pods"], "3");
        // The same version again is nothing new; a later one is, whatever it says.
        assert!(!index.enter(Kind::ResourceQuota, quota("7", "20")));
        assert!(index.enter(Kind::ResourceQuota, quota("8", "900")));
        assert!(matches!(index.of("permit-prod")[0].known(plan), Known::Says(_)));
    }

    #[test]
    fn what_changed_between_the_look_and_its_end_is_not_taken_for_as_planned() {
        let (index, plan) = (Index::default(), Fingerprint::of(&json!({})));
        index.enter(Kind::ResourceQuota, quota("7", "20"));
        let seen = index.of("permit-prod").remove(0);
        index.enter(Kind::ResourceQuota, quota("8", "900"));
        index.settle("permit-prod", &seen, plan);
        assert!(matches!(index.of("permit-prod")[0].known(plan), Known::Says(_)));
    }

    #[test]
    fn an_object_without_our_labels_keeps_its_name_and_whether_it_opens_the_namespace() {
        let index = Index::default();
        let policy: DynamicObject = serde_json::from_value(json!({ "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": { "name": "debug", "namespace": "permit-prod", "uid": "u2", "resourceVersion": "9" }, "spec": { "podSelector": {}, "ingress": [{}] } }))
        .unwrap();
        index.enter(Kind::NetworkPolicy, policy);
        let held = index.of("permit-prod").remove(0);
        assert!(held.opens && !held.is_ours);
        assert_eq!(held.known(Fingerprint::of(&json!({}))), Known::LetGo);
    }
}
