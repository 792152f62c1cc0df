//! Everything that a member cluster needs beside the controller itself: the definition of `Workspace`, the guards, the roles.
//! The guards are static: no webhook, no process of ours in any request path (design, section 5).

use std::fmt::Write as _;

use kube::CustomResourceExt as _;

use crate::{
    Workspace,
    names::{BREAK_GLASS_GROUP, CONTROLLER_USER, HUB_USER, SYSTEM_NAMESPACE},
    to_yaml,
};

/// A zone of a cluster and the highest MLPS level that it may carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneCeiling {
    /// Code of the zone.
    pub zone: String,
    /// Highest level, 0 to 5.
    pub level: u8,
}

/// What differs from cluster to cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestSettings {
    /// Zones of the cluster. Without any, no Workspace is taken.
    pub zones: Vec<ZoneCeiling>,
    /// The group that the guards let through.
    pub break_glass_group: String,
}

impl Default for ManifestSettings {
    fn default() -> Self {
        let zone = |zone: &str, level| ZoneCeiling { zone: zone.to_owned(), level };
        Self { zones: vec![zone("internet", 3), zone("extranet", 3)], break_glass_group: BREAK_GLASS_GROUP.to_owned() }
    }
}

const TEMPLATES: [(&str, &str); 10] = [
    ("roles.yaml", include_str!("guards/roles.yaml")),
    ("guard-controller-fence.yaml", include_str!("guards/controller-fence.yaml")),
    ("guard-crds.yaml", include_str!("guards/crds.yaml")),
    ("guard-managed-objects.yaml", include_str!("guards/managed-objects.yaml")),
    ("guard-namespaces.yaml", include_str!("guards/namespaces.yaml")),
    ("guard-registries.yaml", include_str!("guards/registries.yaml")),
    ("guard-tenant-additions.yaml", include_str!("guards/tenant-additions.yaml")),
    ("guard-workspace-status.yaml", include_str!("guards/workspace-status.yaml")),
    ("guard-workspace-writers.yaml", include_str!("guards/workspace-writers.yaml")),
    ("guard-zone-ceilings.yaml", include_str!("guards/zone-ceilings.yaml")),
];

/// The zones as CEL writes a map. Codes are labels, so that none can break out of its quotes.
fn zones(settings: &ManifestSettings) -> String {
    let mut text = String::new();
    let is_plain = |one: char| one.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&one);
    for zone in settings.zones.iter().filter(|zone| zone.zone.chars().all(is_plain)) {
        let separator = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{separator}'{}': {}", zone.zone, zone.level);
    }
    format!("{{{text}}}")
}

/// File names and their YAML, in the order in which they are applied.
pub fn manifests(settings: &ManifestSettings) -> Vec<(String, String)> {
    let definition = serde_json::to_value(Workspace::crd()).map(|mut definition| {
        // helm must never take the definition away with a release.
        definition["metadata"]["annotations"] = serde_json::json!({ "helm.sh/resource-policy": "keep" });
        to_yaml(&definition)
    });
    let mut files = vec![("crd-workspaces.yaml".to_owned(), definition.unwrap_or_default())];
    for (name, template) in TEMPLATES {
        let text = template
            .replace("@CONTROLLER@", CONTROLLER_USER)
            .replace("@HUB@", HUB_USER)
            .replace("@BREAK_GLASS@", &settings.break_glass_group)
            .replace("@SYSTEM@", SYSTEM_NAMESPACE)
            .replace("@ZONES@", &zones(settings));
        files.push((name.to_owned(), text));
    }
    files
}
