//! The clusters of the city's government cloud: one in each zone that counts as cloud.

use super::{
    blueprint::Blueprint,
    cells::{sheet, text},
    zones,
};

/// Their zones: those that count as cloud, the extranet zone first.
const ZONES: [usize; 3] = [zones::EXTRANET, zones::INTERNET, zones::DOMESTIC];
/// How many there are.
pub(super) const COUNT: usize = ZONES.len();

sheet! {
    /// The row of a cluster, counted from 0.
    fn row(_city: &Blueprint, number: usize) {
        code: text(format!("gov-{}", number + 1)),
        name: text(format!("政务云{}号集群", number + 1)),
        zone: text(zones::code(ZONES.get(number).copied().unwrap_or_default())),
        state: text("可接纳"),
        cpu_cores: text("512"),
        memory_gib: text("2048"),
        storage_gib: text("100000"),
        instances: text("5000"),
        overcommit_percent: text("150"),
        max_mlps: text("三级"),
        gateway: text("gov-gateway"),
        registries: text("registry.example.gov.cn/"),
        storage_classes: text("standard"),
        ingress_classes: text("gov"),
    }
}
