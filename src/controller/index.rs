//! What the watches have seen, by namespace, small enough for ten thousand workspaces: of each object what it says, as JSON text,
//! and who wrote it last. What the controller itself wrote is entered at once, so that nothing is written twice.

use std::{
    collections::{HashMap, HashSet},
    sync::{PoisonError, RwLock},
};

use kube::{ResourceExt as _, api::DynamicObject};
use landing::{FIELD_OWNER, MANAGED_BY, MANAGED_BY_LABEL, WORKSPACE_LABEL};
use serde_json::Value;

use crate::kind::Kind;

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
    body: Box<str>,
}

impl Held {
    /// The object, without its managed fields.
    pub(crate) fn value(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
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
        self.uid == other.uid && bare(self) == bare(other)
    }
}

/// The client behind the last write that was not ours and not to a status.
fn last_client(object: &DynamicObject) -> Box<str> {
    let fields = object.metadata.managed_fields.as_deref().unwrap_or_default();
    let foreign = fields
        .iter()
        .filter(|entry| entry.manager.as_deref() != Some(FIELD_OWNER) && entry.subresource.is_none())
        .max_by_key(|entry| entry.time.as_ref().map(|time| time.0));
    foreign.and_then(|entry| entry.manager.clone()).unwrap_or_default().into()
}

fn namespace_of(kind: Kind, object: &DynamicObject) -> String {
    if kind == Kind::Namespace { object.name_any() } else { object.namespace().unwrap_or_default() }
}

/// What is kept of an object.
pub(crate) fn held(kind: Kind, mut object: DynamicObject) -> Held {
    let client = last_client(&object);
    object.metadata.managed_fields = None;
    let labels = object.labels();
    let is_ours = labels.get(MANAGED_BY_LABEL).is_some_and(|value| value == MANAGED_BY)
        && labels.get(WORKSPACE_LABEL).is_some_and(|value| *value == namespace_of(kind, &object));
    let resource = kind.resource();
    let mut value = serde_json::to_value(&object).unwrap_or_default();
    value["apiVersion"] = resource.api_version.into();
    value["kind"] = resource.kind.into();
    Held {
        kind,
        name: object.name_any().into(),
        uid: object.uid().unwrap_or_default().into(),
        version: object.resource_version().and_then(|version| version.parse().ok()).unwrap_or_default(),
        client,
        is_ours,
        body: value.to_string().into(),
    }
}

/// Everything that was seen.
#[derive(Debug, Default)]
pub(crate) struct Index(RwLock<HashMap<String, Vec<Held>>>);

impl Index {
    /// Enters an object; true when it says something new. An older version of a known object is passed over.
    pub(crate) fn enter(&self, kind: Kind, object: DynamicObject) -> bool {
        let namespace = namespace_of(kind, &object);
        self.put(namespace, held(kind, object))
    }

    /// Enters what is already in the form that is kept.
    pub(crate) fn put(&self, namespace: String, held: Held) -> bool {
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

    /// What is known of a namespace.
    pub(crate) fn of(&self, namespace: &str) -> Vec<Held> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(namespace).cloned().unwrap_or_default()
    }
}

/// Namespace and name of an object, as [`Index::keep_only`] takes them.
pub(crate) fn key(kind: Kind, object: &DynamicObject) -> (String, String) {
    (namespace_of(kind, object), object.name_any())
}
