//! What a list brings is compared with its plan as it comes in: what is as planned lets go of its text at once. So a start among ten thousand
//! workspaces does not hold all that they say at the same time.

use landing::objects_to_hold;
use serde_json::Value;

use crate::{index::Index, kind::Kind, repair};

/// The plan of the namespace that the list has come to: lists are in the order of namespaces.
#[derive(Debug, Default)]
pub(crate) struct Recogniser {
    namespace: String,
    objects: Vec<Value>,
}

impl Recogniser {
    /// Lets go of the text of an object that has just come in, if that is as planned. Whether its plan holds is for the look to judge, which
    /// goes by what the plan says.
    pub(crate) fn take(&mut self, index: &Index, kind: Kind, namespace: &str, name: &str) {
        // A namespace that is being deleted says so in what would be let go.
        if matches!(kind, Kind::Workspace | Kind::Namespace) {
            return;
        }
        if self.namespace != namespace {
            let planned = index.workspace(namespace).and_then(Result::ok);
            self.objects = planned.and_then(|one| objects_to_hold(&one.spec).ok()).unwrap_or_default();
            namespace.clone_into(&mut self.namespace);
        }
        let planned = self.objects.iter().find(|object| repair::is_named(object, kind, name));
        if let (Some(planned), Some(held)) = (planned, index.object(namespace, kind, name)) {
            repair::settle(index, namespace, planned, &held);
        }
    }
}

#[cfg(test)]
mod tests {
    use kube::api::DynamicObject;
    use landing::{Workspace, WorkspaceSpec};
    use serde_json::json;

    use super::*;
    use crate::index::{Fingerprint, Known};

    fn spec() -> WorkspaceSpec {
        serde_json::from_value(json!({
            "namespace": "permit-prod", "cluster": "gov-1", "department": "11330100MB0000001A", "system": "SYS-000123",
            "environment": "prod", "zone": "extranet", "mlpsLevel": 3, "requestNumber": "MR-2026-000123", "expiresOn": "2027-12-31",
            "quota": { "requests.cpu": "4", "requests.memory": "8Gi", "limits.cpu": "8", "limits.memory": "16Gi", "pods": "20" },
            "containerDefaults": { "cpu": "250m", "memory": "256Mi", "limitCpu": "1", "limitMemory": "1Gi" },
            "access": [{ "role": "owner", "subjects": [{ "kind": "Group", "name": "tenant-admins" }] }],
            "guards": { "registries": ["registry.example.gov.cn/"] }, "planFormat": 1, "planHash": "sha256:0",
        }))
        .unwrap()
    }

    fn listed(object: &Value, uid: &str) -> DynamicObject {
        let mut object = object.clone();
        object["metadata"]["uid"] = json!(uid);
        object["metadata"]["resourceVersion"] = json!("7");
        serde_json::from_value(object).unwrap()
    }

    #[test]
    fn a_list_keeps_the_text_of_what_is_not_as_planned_and_of_nothing_else() {
        let (index, mut recogniser) = (Index::default(), Recogniser::default());
        let spec = spec();
        let workspace = serde_json::to_value(Workspace::new("permit-prod", spec.clone())).unwrap();
        index.enter(Kind::Workspace, listed(&workspace, "w"));
        let mut objects = objects_to_hold(&spec).unwrap();
        let planned = objects.clone();
        for object in objects.iter_mut().filter(|object| object["kind"] == "ResourceQuota") {
            object["spec"]["hard"]["pods"] = json!("900");
        }
        for (number, object) in objects.iter().enumerate() {
            let (kind, name) = (repair::kind_of(object).unwrap(), object["metadata"]["name"].as_str().unwrap());
            index.enter(kind, listed(object, &format!("u{number}")));
            recogniser.take(&index, kind, "permit-prod", name);
        }
        for object in &planned {
            let (kind, name) = (repair::kind_of(object).unwrap(), object["metadata"]["name"].as_str().unwrap());
            let held = index.object("permit-prod", kind, name).unwrap();
            let is_kept = matches!(held.known(Fingerprint::of(object)), Known::Says(_));
            assert_eq!(is_kept, matches!(kind, Kind::Namespace | Kind::ResourceQuota), "{kind:?} {name}");
        }
        assert_eq!(
            repair::compare(&planned[1..], &index.of("permit-prod")).len(),
            1,
            "the quota is still found to differ"
        );
    }
}
