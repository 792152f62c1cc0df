//! What the controller asks of the API server: every write is counted, entered into the index, and named when it fails.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kube::{
    Client,
    api::{DeleteParams, DynamicObject, Patch, PatchParams, PostParams, Preconditions},
};
use landing::FIELD_OWNER;
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    index::{Held, Index, held, key},
    kind::Kind,
};

/// An answer that takes longer does not come: a connection that went dead holds no look up for long.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

async fn in_time<T>(asked: impl Future<Output = kube::Result<T>>) -> kube::Result<T> {
    let late = |_| kube::Error::Service("the API server did not answer in time".into());
    tokio::time::timeout(ANSWER_WITHIN, asked).await.map_err(late)?
}

/// A request that failed: which, and what the API server said.
#[derive(Debug, thiserror::Error)]
#[error("{verb} {object}: {source}")]
pub(crate) struct Failure {
    verb: &'static str,
    object: String,
    source: kube::Error,
}

impl Failure {
    pub(crate) fn new(verb: &'static str, object: impl Into<String>, source: kube::Error) -> Self {
        Self { verb, object: object.into(), source }
    }

    /// The HTTP status that the API server answered with; none when it did not answer.
    pub(crate) fn code(&self) -> Option<u16> {
        match &self.source {
            kube::Error::Api(status) => Some(status.code),
            _ => None,
        }
    }

    /// True when the API server understood and refused: trying again the same way is of no use until something changes.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.code(), Some(400 | 403 | 422))
    }
}

/// Counts a write; nothing else tells whether the controller is quiet.
pub(crate) fn count(verb: &'static str, kind: &'static str) {
    metrics::counter!("shangyun_controller_writes_total", "verb" => verb, "kind" => kind).increment(1);
}

/// What of a Workspace the controller writes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// Its finalizers.
    Metadata,
    /// Its status.
    Status,
}

/// The API server, as the controller uses it.
#[derive(Clone)]
pub(crate) struct Cluster {
    pub(crate) client: Client,
    pub(crate) index: Arc<Index>,
    /// When something was last made or put right in any workspace.
    pub(crate) last_write: Arc<Mutex<Option<Instant>>>,
}

fn name_of(object: &Value) -> &str {
    object.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
}

fn typed(object: &Value) -> Result<DynamicObject, kube::Error> {
    serde_json::from_value(object.clone()).map_err(kube::Error::SerdeError)
}

impl Cluster {
    /// True when nothing was made or put right for so long.
    pub(crate) fn is_calm_for(&self, time: Duration) -> bool {
        let last = *self.last_write.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_none_or(|last| last.elapsed() >= time)
    }

    fn entered(
        &self,
        kind: Kind,
        verb: &'static str,
        named: String,
        answer: kube::Result<DynamicObject>,
    ) -> Result<Held, Failure> {
        count(verb, kind.name());
        if kind != Kind::Workspace {
            *self.last_write.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        let object = answer.map_err(|error| Failure::new(verb, named, error))?;
        let (namespace, _) = key(kind, &object);
        let held = held(kind, object);
        self.index.put(namespace, held.clone());
        Ok(held)
    }

    /// As it is now, past the index.
    pub(crate) async fn read(&self, kind: Kind, namespace: &str, name: &str) -> Result<Option<Held>, Failure> {
        let read = in_time(kind.api(&self.client, namespace).get_opt(name)).await;
        let read = read.map_err(|error| Failure::new("read", format!("{}/{name}", kind.name()), error))?;
        Ok(read.map(|object| held(kind, object)))
    }

    /// By POST: never takes over what exists.
    pub(crate) async fn create(&self, kind: Kind, namespace: &str, object: &Value) -> Result<Held, Failure> {
        let named = format!("{}/{}", kind.name(), name_of(object));
        let object = typed(object).map_err(|error| Failure::new("create", &named, error))?;
        let parameters = PostParams { field_manager: Some(FIELD_OWNER.to_owned()), ..PostParams::default() };
        let answer = in_time(kind.api(&self.client, namespace).create(&parameters, &object)).await;
        self.entered(kind, "create", named, answer)
    }

    /// A part of a Workspace, by a patch of its own; the answer enters the index.
    pub(crate) async fn patch_workspace(&self, name: &str, part: Part, patch: &Patch<Value>) -> Result<(), Failure> {
        let api = Kind::Workspace.everywhere(&self.client);
        let parameters = PatchParams { field_manager: Some(FIELD_OWNER.to_owned()), ..PatchParams::default() };
        let answer = match part {
            Part::Metadata => in_time(api.patch(name, &parameters, patch)).await,
            Part::Status => in_time(api.patch_status(name, &parameters, patch)).await,
        };
        self.entered(Kind::Workspace, "patch", format!("Workspace/{name}"), answer).map(drop)
    }

    /// By PUT at the version that was looked at: also takes out what others added.
    pub(crate) async fn replace(&self, kind: Kind, namespace: &str, object: &Value) -> Result<Held, Failure> {
        let name = name_of(object);
        let named = format!("{}/{name}", kind.name());
        let object = typed(object).map_err(|error| Failure::new("replace", &named, error))?;
        let parameters = PostParams { field_manager: Some(FIELD_OWNER.to_owned()), ..PostParams::default() };
        let answer = in_time(kind.api(&self.client, namespace).replace(name, &parameters, &object)).await;
        self.entered(kind, "replace", named, answer)
    }

    /// This very object and no later one of the same name; one that is gone already is as wanted.
    pub(crate) async fn delete(&self, namespace: &str, object: &Held) -> Result<(), Failure> {
        count("delete", object.kind.name());
        let parameters = DeleteParams {
            preconditions: Some(Preconditions { uid: Some(object.uid.to_string()), resource_version: None }),
            ..DeleteParams::default()
        };
        match in_time(object.kind.api(&self.client, namespace).delete(&object.name, &parameters)).await {
            Ok(_) => Ok(()),
            Err(kube::Error::Api(status)) if status.code == 404 => Ok(()),
            Err(error) => Err(Failure::new("delete", format!("{}/{}", object.kind.name(), object.name), error)),
        }
    }
}
