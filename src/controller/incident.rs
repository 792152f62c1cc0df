//! One thing that nobody approved: how it is told, and where that is written down. The write that puts an object right carries the
//! incident as an annotation, so that neither is ever there without the other, whenever the controller dies; the status takes it
//! over later.

use std::collections::HashSet;

use domain::Timestamp;
use kube::{Resource as _, ResourceExt as _, api::DynamicObject};
use landing::{DRIFT_ANNOTATION, DriftNote, Workspace, WorkspaceStatus};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    conditions,
    index::Held,
    repair::{Change, Differs},
};

/// Fields named in one note; one who changed fifty is told by the first.
const FIELDS_NAMED: usize = 6;
/// Longest annotation that is read; ours are far shorter.
const LENGTH_MAX: usize = 4_096;

/// What the annotation says.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Incident {
    /// Identity of the Workspace that it happened to: a later one of the same name starts with a clean sheet.
    workspace: String,
    #[serde(flatten)]
    note: DriftNote,
}

/// Notes incidents of one workspace.
#[derive(Debug)]
pub(crate) struct Noting {
    workspace: String,
    now: Timestamp,
    /// Objects whose incident stands in the status already.
    known: HashSet<String>,
}

impl Noting {
    pub(crate) fn of(workspace: &Workspace, now: Timestamp) -> Self {
        let known = workspace.status.as_ref().map(being_put_right).unwrap_or_default();
        Self { workspace: workspace.meta().uid.clone().unwrap_or_default(), now, known }
    }

    /// What the record says of a change.
    pub(crate) fn note(&self, change: &Change) -> DriftNote {
        note(change, self.now)
    }

    /// What the record says when another namespace stands where ours stood.
    pub(crate) fn note_of_another(&self, live: &Held) -> DriftNote {
        DriftNote {
            object: format!("{}/{}", live.kind.name(), live.name),
            field: "metadata.uid".to_owned(),
            client: live.client.to_string(),
            action: "changed".to_owned(),
            at: self.now.to_string(),
            version: live.version.to_string(),
        }
    }

    /// The object that undoes a change, with the incident written into it.
    pub(crate) fn write_into(&self, mut object: Value, change: &Change) -> Value {
        let note = self.note(change);
        // What was recorded first is gone for a moment, by our own hand. Any other change of it since then is news.
        if matches!(change, Change::Missing { .. }) && self.known.contains(&note.object) {
            return object;
        }
        let incident = Incident { workspace: self.workspace.clone(), note };
        let Ok(text) = serde_json::to_string(&incident) else { return object };
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            let slot = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
            if let Some(annotations) = slot.as_object_mut() {
                annotations.insert(DRIFT_ANNOTATION.to_owned(), text.into());
            }
        }
        object
    }
}

/// Objects that are being put right by more than one write, which is why their incident was recorded first.
fn being_put_right(status: &WorkspaceStatus) -> HashSet<String> {
    let open = status.conditions.iter().find(|one| one.type_ == "Drifted" && one.status == "True");
    let Some(since) = open.map(|one| one.last_transition_time.0) else { return HashSet::new() };
    // A transition is told by the second.
    let is_since = |at: &str| at.parse::<Timestamp>().is_ok_and(|at| at.as_second() >= since.as_second());
    status.drift.iter().filter(|note| is_since(&note.at)).map(|note| note.object.clone()).collect()
}

/// The text of the annotation, unless it is none of ours by its length.
pub(crate) fn text_of(object: &DynamicObject) -> Option<Box<str>> {
    let text = object.annotations().get(DRIFT_ANNOTATION)?;
    (text.len() <= LENGTH_MAX).then(|| text.as_str().into())
}

/// The incident that stands on an object, if it happened to this workspace. An annotation that does not speak of its own object was
/// not written by us.
pub(crate) fn standing(workspace: &Workspace, held: &Held) -> Option<DriftNote> {
    let incident: Incident = serde_json::from_str(held.incident.as_deref()?).ok()?;
    let is_its_own = incident.note.object == format!("{}/{}", held.kind.name(), held.name);
    (is_its_own && workspace.meta().uid.as_ref() == Some(&incident.workspace)).then_some(incident.note)
}

/// Takes into a status what stands on the objects and is not yet told there, and what is told besides.
pub(crate) fn take_over(workspace: &Workspace, held: &[Held], status: &mut WorkspaceStatus, besides: Vec<DriftNote>) {
    let standing: Vec<DriftNote> =
        held.iter().filter(|one| one.is_ours).filter_map(|one| standing(workspace, one)).collect();
    let mut news: Vec<DriftNote> = standing.iter().filter(|note| !status.drift.contains(note)).cloned().collect();
    news.extend(besides);
    news.sort_by(|a, b| a.at.cmp(&b.at));
    conditions::note(status, news, &standing);
}

fn note(change: &Change, now: Timestamp) -> DriftNote {
    let (object, field, client, action, version) = match change {
        Change::Missing { desired } | Change::Unread { desired } => {
            let text = |pointer: &str| desired.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
            (format!("{}/{}", text("/kind"), text("/metadata/name")), String::new(), "", "deleted", 0)
        }
        Change::Differs(Differs { live, fields, .. }) => {
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

#[cfg(test)]
mod tests {
    use landing::{Workspace, WorkspaceSpec};
    use serde_json::json;

    use super::*;
    use crate::{index::held, kind::Kind};

    fn workspace(uid: &str) -> Workspace {
        let spec: WorkspaceSpec = serde_json::from_value(json!({
            "namespace": "permit-prod", "cluster": "gov-1", "department": "D", "system": "S", "environment": "prod", "zone": "z",
            "mlpsLevel": 2, "requestNumber": "R", "expiresOn": "2027-12-31", "quota": {}, "planFormat": 1, "planHash": "sha256:0",
            "containerDefaults": { "cpu": "1", "memory": "1Gi", "limitCpu": "1", "limitMemory": "1Gi" },
        }))
        .unwrap();
        let mut workspace = Workspace::new("permit-prod", spec);
        workspace.metadata.uid = Some(uid.to_owned());
        workspace
    }

    fn quota(name: &str, annotation: Option<&str>) -> Value {
        let mut quota = json!({ "apiVersion": "v1", "kind": "ResourceQuota", "spec": { "hard": { "pods": "900" } },
            "metadata": { "name": name, "namespace": "permit-prod", "uid": "u1", "resourceVersion": "7",
                "labels": { "app.kubernetes.io/managed-by": "shangyun", "shangyun.dev/workspace": "permit-prod" } } });
        if let Some(text) = annotation {
            quota["metadata"]["annotations"] = json!({ DRIFT_ANNOTATION: text });
        }
        quota
    }

    fn seen(object: &Value) -> Held {
        held(Kind::ResourceQuota, serde_json::from_value(object.clone()).unwrap())
    }

    fn repaired(workspace: &Workspace, at: &str) -> Value {
        let change = Change::Differs(Differs {
            desired: quota("shangyun", None),
            live: seen(&quota("shangyun", None)),
            fields: (0..9).map(|number| format!("spec.hard.key{number}")).collect(),
            is_made_anew: false,
        });
        Noting::of(workspace, at.parse().unwrap()).write_into(quota("shangyun", None), &change)
    }

    #[test]
    fn an_incident_is_taken_over_once_from_the_object_that_was_put_right() {
        let (workspace, mut status) = (workspace("w1"), WorkspaceStatus::default());
        let objects = [seen(&repaired(&workspace, "2026-11-23T02:00:00Z"))];
        take_over(&workspace, &objects, &mut status, Vec::new());
        take_over(&workspace, &objects, &mut status, Vec::new());
        assert_eq!(status.drift.len(), 1);
        let note = &status.drift[0];
        assert_eq!(
            (note.object.as_str(), note.action.as_str(), note.version.as_str()),
            ("ResourceQuota/shangyun", "changed", "7")
        );
        assert!(note.field.ends_with("spec.hard.key5, …"), "{}", note.field);
        // The same again later is another incident.
        let later = [seen(&repaired(&workspace, "2026-11-23T03:00:00Z"))];
        take_over(&workspace, &later, &mut status, Vec::new());
        assert_eq!(status.drift.len(), 2);
    }

    #[test]
    fn an_incident_that_stands_on_its_object_is_never_taken_for_news_again_however_many_come_after() {
        let (workspace, mut status) = (workspace("w1"), WorkspaceStatus::default());
        let first = seen(&repaired(&workspace, "2026-11-23T02:00:00Z"));
        take_over(&workspace, std::slice::from_ref(&first), &mut status, Vec::new());
        for number in 0..40 {
            let note =
                DriftNote { object: "LimitRange/shangyun".to_owned(), at: number.to_string(), ..DriftNote::default() };
            take_over(&workspace, std::slice::from_ref(&first), &mut status, vec![note]);
        }
        assert_eq!(status.drift.len(), 20);
        assert_eq!(status.drift.iter().filter(|note| note.object == "ResourceQuota/shangyun").count(), 1);
    }

    #[test]
    fn what_an_earlier_workspace_another_object_or_somebody_else_wrote_is_passed_over() {
        let written = repaired(&workspace("w1"), "2026-11-23T02:00:00Z");
        let text = written["metadata"]["annotations"][DRIFT_ANNOTATION].as_str().unwrap().to_owned();
        let told = |object: &Value, uid: &str| standing(&workspace(uid), &seen(object));
        assert!(told(&written, "w1").is_some());
        assert_eq!(told(&written, "w2"), None, "a later Workspace of the same name");
        assert_eq!(told(&quota("copy", Some(&text)), "w1"), None, "copied to another object");
        for text in ["", "nonsense", "{}", "[1]", &"x".repeat(5_000)] {
            assert_eq!(told(&quota("shangyun", Some(text)), "w1"), None, "{text}");
        }
    }

    #[test]
    fn what_was_recorded_before_it_was_undone_is_not_noted_a_second_time_when_it_is_made_anew() {
        let mut workspace = workspace("w1");
        let mut status = WorkspaceStatus::default();
        let now: Timestamp = "2026-11-23T02:00:00Z".parse().unwrap();
        let note =
            DriftNote { object: "ResourceQuota/shangyun".to_owned(), at: now.to_string(), ..DriftNote::default() };
        take_over(&workspace, &[], &mut status, vec![note]);
        let drifted = conditions::verdict("Drifted", true, "Repairing", "");
        conditions::set(&mut status, vec![drifted], Some(1), now);
        workspace.status = Some(status);
        let missing = Change::Missing { desired: quota("shangyun", None) };
        let written = Noting::of(&workspace, now).write_into(quota("shangyun", None), &missing);
        assert_eq!(written, quota("shangyun", None));
        // Changed once more before that is told, it is another incident.
        let again = repaired(&workspace, "2026-11-23T02:00:01Z");
        assert!(again["metadata"]["annotations"].get(DRIFT_ANNOTATION).is_some());
    }
}
