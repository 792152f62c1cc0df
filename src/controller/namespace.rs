//! The namespace itself: made by POST, so that a foreign one is never taken over by accident; found again by the labels that only we
//! may write; adopted only when both the plan and the namespace say so.

use landing::{WORKSPACE_LABEL, Workspace, WorkspaceSpec, difference};
use serde_json::Value;

use crate::{
    cluster::{Cluster, Failure},
    incident::Noting,
    index::{Fingerprint, Held, Known},
    kind::Kind,
    repair::{Change, Differs, written},
};

/// Annotation by which somebody who may names the Workspace that shall take a namespace over.
const ADOPT: &str = "/metadata/annotations/shangyun.dev~1adopt";

/// Why a workspace cannot be made for now: a stable reason and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blocked {
    pub(crate) reason: &'static str,
    pub(crate) message: String,
}

pub(crate) fn blocked(reason: &'static str, message: impl Into<String>) -> Blocked {
    Blocked { reason, message: message.into() }
}

/// What is to be done about the namespace.
#[derive(Debug)]
pub(crate) enum Found {
    /// It stands as it should.
    Good(Held),
    /// It is ours and was changed.
    Changed(Differs),
    /// There is none.
    None,
    /// It stood as another plan had it; what it says was let go.
    Unread,
    /// It is in the way.
    InTheWay(Blocked),
}

impl Found {
    /// The namespace that stands, if one of ours does.
    pub(crate) fn live(&self) -> Option<&Held> {
        match self {
            Self::Good(live) | Self::Changed(Differs { live, .. }) => Some(live),
            Self::None | Self::Unread | Self::InTheWay(_) => None,
        }
    }
}

/// The identity of the namespace that stood when this workspace was last found as planned.
pub(crate) fn known_uid(workspace: &Workspace) -> Option<&str> {
    workspace.status.as_ref()?.namespace_uid.as_deref()
}

fn label<'a>(live: &'a Value, key: &str) -> Option<&'a str> {
    live.pointer("/metadata/labels").and_then(|labels| labels.get(key)).and_then(Value::as_str)
}

/// Judges a namespace that has the name of a workspace: it is ours by its labels, or, should somebody have taken those off, by its identity.
pub(crate) fn judge(workspace: &Workspace, desired: &Value, live: &Held) -> Found {
    let spec = &workspace.spec;
    let value = match live.known(Fingerprint::of(desired)) {
        Known::AsPlanned => return Found::Good(live.clone()),
        Known::LetGo => return Found::Unread,
        Known::Says(value) => value,
    };
    let is_ending = value.pointer("/metadata/deletionTimestamp").is_some()
        || value.pointer("/status/phase").and_then(Value::as_str) == Some("Terminating");
    if is_ending {
        return Found::InTheWay(blocked(
            "NamespaceTerminating",
            format!("the namespace {} is being deleted: it is made again when it is gone", spec.namespace),
        ));
    }
    let is_labelled = label(&value, WORKSPACE_LABEL) == Some(spec.namespace.as_str())
        && label(&value, "shangyun.dev/department") == Some(spec.department.as_str());
    if !is_labelled && known_uid(workspace) != Some(&live.uid) {
        let marked = value.pointer(ADOPT).and_then(Value::as_str) == Some(spec.namespace.as_str());
        if !(spec.adopt && marked) {
            return Found::InTheWay(not_ours(spec));
        }
    }
    let fields: Vec<String> = difference(desired, &value).into_iter().map(|one| one.field).collect();
    if fields.is_empty() {
        return Found::Good(live.clone());
    }
    Found::Changed(Differs { desired: desired.clone(), live: live.clone(), fields, is_made_anew: false })
}

fn not_ours(spec: &WorkspaceSpec) -> Blocked {
    let name = &spec.namespace;
    if spec.adopt {
        return blocked(
            "AdoptionNotMarked",
            format!(
                "the namespace {name} exists and is not ours: a break-glass administrator must first look at what is in it and annotate it shangyun.dev/adopt={name}"
            ),
        );
    }
    blocked(
        "NamespaceNotOurs",
        format!("the namespace {name} exists and belongs to somebody else: ask for another name, or for its adoption"),
    )
}

/// Finds the namespace, past the index when the index does not know it: one without our label is not watched.
pub(crate) async fn find(
    cluster: &Cluster,
    workspace: &Workspace,
    desired: &Value,
    held: &[Held],
) -> Result<Found, Failure> {
    if let Some(live) = held.iter().find(|one| one.kind == Kind::Namespace) {
        match judge(workspace, desired, live) {
            Found::Unread => {}
            found => return Ok(found),
        }
    }
    let live = cluster.read(Kind::Namespace, "", &workspace.spec.namespace).await?;
    Ok(live.map_or(Found::None, |live| judge(workspace, desired, &live)))
}

/// Makes the namespace. One that appeared meanwhile is judged, not taken.
pub(crate) async fn create(
    cluster: &Cluster,
    workspace: &Workspace,
    desired: &Value,
    noting: Option<&Noting>,
) -> Result<Found, Failure> {
    let missing = Change::Missing { desired: desired.clone() };
    match cluster.create(Kind::Namespace, "", &written(desired.clone(), &missing, noting)).await {
        Ok(live) => Ok(Found::Good(live)),
        Err(failure) if failure.code() == Some(409) => {
            let live = cluster.read(Kind::Namespace, "", &workspace.spec.namespace).await?;
            live.map_or(Err(failure), |live| Ok(judge(workspace, desired, &live)))
        }
        Err(failure) => Err(failure),
    }
}
