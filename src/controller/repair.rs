//! From what is there to what was approved: first a pure comparison, then the writes that it calls for, in the order of the plan.

use landing::{Difference, difference, merged};
use serde_json::Value;

use crate::{
    cluster::{Cluster, Failure},
    incident::Noting,
    index::{Fingerprint, Held, Index, Known},
    kind::Kind,
};

/// Conflicts with what the cluster itself writes that are gone past at once.
const CONFLICTS: u32 = 3;

/// One object that is not as it should be.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It is not there.
    Missing { desired: Value },
    /// It is there, and what it says was let go.
    Unread { desired: Value },
    /// It says something else.
    Differs(Differs),
    /// It carries our labels and is not in the plan.
    Surplus { live: Held },
}

/// An object that says something else than it should.
#[derive(Clone, Debug)]
pub(crate) struct Differs {
    pub(crate) desired: Value,
    pub(crate) live: Held,
    /// Where, as in `spec.hard.pods`.
    pub(crate) fields: Vec<String>,
    /// What a binding binds to can never be changed: it is made anew.
    pub(crate) is_made_anew: bool,
}

impl Change {
    /// True when undoing it leaves no object of which it is the last thing that happened: then it is recorded before.
    pub(crate) fn is_recorded_first(&self) -> bool {
        matches!(self, Self::Surplus { .. } | Self::Differs(Differs { is_made_anew: true, .. }))
    }
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
    let is_made_anew = differences.iter().any(|one| one.field.starts_with("roleRef"));
    let fields = differences.into_iter().map(|one| one.field).collect();
    Some(Change::Differs(Differs { desired: desired.clone(), live: live.clone(), fields, is_made_anew }))
}

/// True when this is the object of that kind and name.
pub(crate) fn is_named(object: &Value, kind: Kind, name: &str) -> bool {
    kind_of(object) == Some(kind) && text(object, "/metadata/name") == name
}

/// What is held of an object of a plan.
pub(crate) fn held_as<'h>(desired: &Value, held: &'h [Held]) -> Option<&'h Held> {
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
        if !desired.iter().any(|object| is_named(object, live.kind, &live.name)) {
            changes.push(Change::Surplus { live: live.clone() });
        }
    }
    changes
}

/// Lets go of the text of an object that is as planned; the next comparison needs nothing but the fingerprint.
pub(crate) fn settle(index: &Index, namespace: &str, desired: &Value, live: &Held) {
    let fingerprint = Fingerprint::of(desired);
    match live.known(fingerprint) {
        Known::Says(value) if difference(desired, &value).is_empty() => index.settle(namespace, live, fingerprint),
        _ => {}
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

/// Makes the changes undone, one after the other: rights come last. What nobody approved is noted in the same writes.
pub(crate) async fn mend(
    cluster: &Cluster,
    namespace: &str,
    changes: &[Change],
    noting: Option<&Noting>,
) -> Result<(), Failure> {
    for change in changes {
        match change {
            Change::Missing { desired } | Change::Unread { desired } => {
                make(cluster, namespace, desired, change, noting).await?;
            }
            other => put_right(cluster, namespace, other, noting).await?,
        }
    }
    Ok(())
}

/// What is to be written for a change.
pub(crate) fn written(object: Value, change: &Change, noting: Option<&Noting>) -> Value {
    match noting {
        Some(noting) => noting.write_into(object, change),
        None => object,
    }
}

/// By POST. What is there already, such as after an answer that was lost, is looked at and put right.
async fn make(
    cluster: &Cluster,
    namespace: &str,
    desired: &Value,
    change: &Change,
    noting: Option<&Noting>,
) -> Result<(), Failure> {
    let Some(kind) = kind_of(desired) else { return Ok(()) };
    let failure = match cluster.create(kind, namespace, &written(desired.clone(), change, noting)).await {
        Ok(_) => return Ok(()),
        Err(failure) if failure.code() == Some(409) => failure,
        Err(failure) => return Err(failure),
    };
    match cluster.read(kind, namespace, text(desired, "/metadata/name")).await? {
        None => Err(failure),
        Some(live) => match changed(desired, &live) {
            None => Ok(()),
            Some(change) => put_right(cluster, namespace, &change, noting).await,
        },
    }
}

async fn put_right(
    cluster: &Cluster,
    namespace: &str,
    change: &Change,
    noting: Option<&Noting>,
) -> Result<(), Failure> {
    match change {
        Change::Differs(Differs { desired, live, is_made_anew: true, .. }) => {
            cluster.delete(namespace, live).await?;
            cluster.create(live.kind, namespace, desired).await.map(drop)
        }
        Change::Differs(differs) => replace(cluster, namespace, differs.clone(), noting).await.map(drop),
        Change::Surplus { live } => cluster.delete(namespace, live).await,
        Change::Missing { .. } | Change::Unread { .. } => Ok(()),
    }
}

/// By PUT at the version that was seen. The cluster counts on meanwhile, which makes another version of what says the same: then at that.
/// Gives what stands in the end.
pub(crate) async fn replace(
    cluster: &Cluster,
    namespace: &str,
    mut differs: Differs,
    noting: Option<&Noting>,
) -> Result<Held, Failure> {
    let mut tries = 0;
    loop {
        let (desired, live) = (&differs.desired, &differs.live);
        let object = written(merged(desired, &live.value()), &Change::Differs(differs.clone()), noting);
        let failure = match cluster.replace(live.kind, namespace, &object).await {
            Ok(held) => return Ok(held),
            Err(failure) => failure,
        };
        tries += 1;
        if failure.code() != Some(409) || tries > CONFLICTS {
            return Err(failure);
        }
        let Some(now) = cluster.read(live.kind, namespace, &live.name).await? else { return Err(failure) };
        match changed(desired, &now) {
            None => return Ok(now),
            Some(Change::Differs(again)) => differs = again,
            Some(_) => return Err(failure),
        }
    }
}
