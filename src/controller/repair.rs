//! From what is there to what was approved: first a pure comparison, then the writes that it calls for, in the order of the plan.

use domain::Timestamp;
use landing::{Difference, DriftNote, difference, merged};
use serde_json::Value;

use crate::{
    cluster::{Cluster, Failure},
    index::{Fingerprint, Held, Known},
    kind::Kind,
};

/// Conflicts with what the cluster itself writes that are gone past at once.
const CONFLICTS: u32 = 3;
/// Fields named in one note; one who changed fifty is told by the first.
const FIELDS_NAMED: usize = 6;

/// One object that is not as it should be.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It is not there.
    Missing { desired: Value },
    /// It is there, and what it says was let go.
    Unread { desired: Value },
    /// It says something else.
    Differs { desired: Value, live: Held, fields: Vec<String>, role_ref: bool },
    /// It carries our labels and is not in the plan.
    Surplus { live: Held },
}

fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn kind_of(object: &Value) -> Option<Kind> {
    Kind::named(text(object, "/kind"))
}

fn changed(desired: &Value, live: &Held) -> Option<Change> {
    let value = match live.known(Fingerprint::of(desired)) {
        Known::AsPlanned => return None,
        Known::LetGo => return Some(Change::Unread { desired: desired.clone() }),
        Known::Says(value) => value,
    };
    let differences: Vec<Difference> = difference(desired, &value);
    if differences.is_empty() {
        return None;
    }
    // What a binding binds to can never be changed: it is made anew.
    let role_ref = differences.iter().any(|one| one.field.starts_with("roleRef"));
    let fields = differences.into_iter().map(|one| one.field).collect();
    Some(Change::Differs { desired: desired.clone(), live: live.clone(), fields, role_ref })
}

fn held_as<'h>(desired: &Value, held: &'h [Held]) -> Option<&'h Held> {
    let (kind, name) = (kind_of(desired)?, text(desired, "/metadata/name"));
    held.iter().find(|one| one.kind == kind && *one.name == *name)
}

/// Compares the plan (the namespace aside) with what is held.
pub(crate) fn compare(desired: &[Value], held: &[Held]) -> Vec<Change> {
    let mut changes = Vec::new();
    for object in desired.iter().filter(|object| kind_of(object) != Some(Kind::Namespace)) {
        match held_as(object, held) {
            Some(live) => changes.extend(changed(object, live)),
            None => changes.push(Change::Missing { desired: object.clone() }),
        }
    }
    for live in held.iter().filter(|one| one.is_ours && one.kind != Kind::Namespace) {
        let is_planned =
            |object: &Value| kind_of(object) == Some(live.kind) && *live.name == *text(object, "/metadata/name");
        if !desired.iter().any(is_planned) {
            changes.push(Change::Surplus { live: live.clone() });
        }
    }
    changes
}

/// Lets go of the text of whatever is as planned; the next comparison needs nothing but the fingerprint.
pub(crate) fn settle(cluster: &Cluster, namespace: &str, desired: &[Value], held: &[Held]) {
    for object in desired {
        let Some(live) = held_as(object, held) else { continue };
        let fingerprint = Fingerprint::of(object);
        match live.known(fingerprint) {
            Known::Says(value) if difference(object, &value).is_empty() => {
                cluster.index.settle(namespace, live, fingerprint);
            }
            _ => {}
        }
    }
}

/// What the index cannot tell is asked of the API server: what was let go, and, once the plan stood, whether an object whose label was
/// taken off, and that so fell out of the watch, is gone or only changed.
pub(crate) async fn look_again(
    cluster: &Cluster,
    namespace: &str,
    changes: Vec<Change>,
    is_settled: bool,
) -> Result<Vec<Change>, Failure> {
    let mut certain = Vec::with_capacity(changes.len());
    for change in changes {
        let desired = match change {
            Change::Unread { desired } => desired,
            Change::Missing { desired } if is_settled => desired,
            other => {
                certain.push(other);
                continue;
            }
        };
        let Some(kind) = kind_of(&desired) else { continue };
        match cluster.read(kind, namespace, text(&desired, "/metadata/name")).await? {
            None => certain.push(Change::Missing { desired }),
            Some(live) => certain.extend(changed(&desired, &live)),
        }
    }
    Ok(certain)
}

/// What the record says of a change that nobody approved.
pub(crate) fn note(change: &Change, now: Timestamp) -> DriftNote {
    let (object, field, client, action, version) = match change {
        Change::Missing { desired } | Change::Unread { desired } => {
            (format!("{}/{}", text(desired, "/kind"), text(desired, "/metadata/name")), String::new(), "", "deleted", 0)
        }
        Change::Differs { live, fields, .. } => {
            let mut named = fields.iter().take(FIELDS_NAMED).cloned().collect::<Vec<_>>().join(", ");
            if fields.len() > FIELDS_NAMED {
                named.push_str(", …");
            }
            (format!("{}/{}", live.kind.name(), live.name), named, &*live.client, "changed", live.version)
        }
        Change::Surplus { live } => {
            (format!("{}/{}", live.kind.name(), live.name), String::new(), &*live.client, "added", live.version)
        }
    };
    DriftNote {
        object,
        field,
        client: client.to_owned(),
        action: action.to_owned(),
        at: now.to_string(),
        version: version.to_string(),
    }
}

/// Makes the changes undone, one after the other: rights come last.
pub(crate) async fn mend(cluster: &Cluster, namespace: &str, changes: &[Change]) -> Result<(), Failure> {
    for change in changes {
        match change {
            Change::Missing { desired } | Change::Unread { desired } => make(cluster, namespace, desired).await?,
            other => put_right(cluster, namespace, other).await?,
        }
    }
    Ok(())
}

/// By POST. What is there already, such as after an answer that was lost, is looked at and put right.
async fn make(cluster: &Cluster, namespace: &str, desired: &Value) -> Result<(), Failure> {
    let Some(kind) = kind_of(desired) else { return Ok(()) };
    let failure = match cluster.create(kind, namespace, desired).await {
        Ok(_) => return Ok(()),
        Err(failure) if failure.code() == Some(409) => failure,
        Err(failure) => return Err(failure),
    };
    match cluster.read(kind, namespace, text(desired, "/metadata/name")).await? {
        None => Err(failure),
        Some(live) => match changed(desired, &live) {
            None => Ok(()),
            Some(change) => put_right(cluster, namespace, &change).await,
        },
    }
}

async fn put_right(cluster: &Cluster, namespace: &str, change: &Change) -> Result<(), Failure> {
    match change {
        Change::Differs { desired, live, role_ref: true, .. } => {
            cluster.delete(namespace, live).await?;
            cluster.create(live.kind, namespace, desired).await.map(drop)
        }
        Change::Differs { desired, live, .. } => replace(cluster, namespace, desired, live).await,
        Change::Surplus { live } => cluster.delete(namespace, live).await,
        Change::Missing { .. } | Change::Unread { .. } => Ok(()),
    }
}

/// By PUT at the version that was seen. The cluster counts on meanwhile, which makes another version of what says the same: then at that.
async fn replace(cluster: &Cluster, namespace: &str, desired: &Value, live: &Held) -> Result<(), Failure> {
    let (kind, mut live) = (live.kind, live.clone());
    let mut tries = 0;
    loop {
        let failure = match cluster.replace(kind, namespace, &merged(desired, &live.value())).await {
            Ok(_) => return Ok(()),
            Err(failure) => failure,
        };
        tries += 1;
        if failure.code() != Some(409) || tries > CONFLICTS {
            return Err(failure);
        }
        let Some(now) = cluster.read(kind, namespace, &live.name).await? else { return Err(failure) };
        if changed(desired, &now).is_none() {
            return Ok(());
        }
        live = now;
    }
}
