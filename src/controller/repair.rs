//! From what is there to what was approved: first a pure comparison, then the writes that it calls for, in the order of the plan.

use domain::Timestamp;
use landing::{Difference, DriftNote, difference, merged};
use serde_json::Value;

use crate::{
    cluster::{Cluster, Failure},
    index::Held,
    kind::Kind,
};

/// Fields named in one note; one who changed fifty is told by the first.
const FIELDS_NAMED: usize = 6;

/// One object that is not as it should be.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It is not there.
    Missing { desired: Value },
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
    let differences: Vec<Difference> = difference(desired, &live.value());
    if differences.is_empty() {
        return None;
    }
    // What a binding binds to can never be changed: it is made anew.
    let role_ref = differences.iter().any(|one| one.field.starts_with("roleRef"));
    let fields = differences.into_iter().map(|one| one.field).collect();
    Some(Change::Differs { desired: desired.clone(), live: live.clone(), fields, role_ref })
}

/// Compares the plan (the namespace aside) with what is held.
pub(crate) fn compare(desired: &[Value], held: &[Held]) -> Vec<Change> {
    let mut changes = Vec::new();
    for object in desired {
        let Some(kind) = kind_of(object).filter(|kind| *kind != Kind::Namespace) else { continue };
        match held.iter().find(|one| one.kind == kind && *one.name == *text(object, "/metadata/name")) {
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

/// An object whose label was taken off falls out of the watch: whether it is gone or only changed is asked of the API server.
pub(crate) async fn look_again(
    cluster: &Cluster,
    namespace: &str,
    changes: Vec<Change>,
) -> Result<Vec<Change>, Failure> {
    let mut certain = Vec::with_capacity(changes.len());
    for change in changes {
        match change {
            Change::Missing { desired } => {
                let Some(kind) = kind_of(&desired) else { continue };
                match cluster.read(kind, namespace, text(&desired, "/metadata/name")).await? {
                    None => certain.push(Change::Missing { desired }),
                    Some(live) => certain.extend(changed(&desired, &live)),
                }
            }
            other => certain.push(other),
        }
    }
    Ok(certain)
}

/// What the record says of a change that nobody approved.
pub(crate) fn note(change: &Change, now: Timestamp) -> DriftNote {
    let (object, field, client, action, version) = match change {
        Change::Missing { desired } => {
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
            Change::Missing { desired } => {
                let Some(kind) = kind_of(desired) else { continue };
                cluster.apply(kind, namespace, desired).await?;
            }
            Change::Differs { desired, live, role_ref: true, .. } => {
                cluster.delete(namespace, live).await?;
                cluster.create(live.kind, namespace, desired).await?;
            }
            Change::Differs { desired, live, .. } => {
                cluster.replace(live.kind, namespace, &merged(desired, &live.value())).await?;
            }
            Change::Surplus { live } => cluster.delete(namespace, live).await?,
        }
    }
    Ok(())
}
