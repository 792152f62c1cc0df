//! The four zones of the city's government cloud.

use super::{
    blueprint::Blueprint,
    cells::{day, sheet, text, yes},
};

/// Position of the internet zone.
pub(super) const INTERNET: usize = 0;
/// Position of the extranet zone.
pub(super) const EXTRANET: usize = 1;
/// Position of the domestic-stack zone.
pub(super) const DOMESTIC: usize = 2;
/// Position of the disaster-recovery zone, which does not count as cloud.
pub(super) const RECOVERY: usize = 3;

/// A zone: name, kind, counts as cloud, allows internet, region, days until the provider's assessment ends.
pub(super) type Zone = (&'static str, &'static str, bool, bool, &'static str, i32);

/// The zones, in the order of the constants above.
pub(super) const ZONES: &[Zone] = &[
    ("市政务云互联网区", "互联网区", true, true, "云州主中心", 520),
    ("市政务云政务外网区", "政务外网区", true, false, "云州主中心", 520),
    ("市政务云信创区", "信创区", true, false, "云州主中心", 140),
    ("市政务云同城灾备区", "灾备区", false, false, "沧溪灾备中心", 330),
];

/// The code of a zone, counted from 0.
pub(super) fn code(number: usize) -> String {
    format!("YQ-{:02}", number + 1)
}

sheet! {
    /// The row of a zone, counted from 0.
    fn row(city: &Blueprint, number: usize, zone: &Zone) {
        code: text(code(number)),
        name: text(zone.0),
        kind: text(zone.1),
        level: text("市级"),
        operator: text("云州政务云运营有限公司"),
        region: text(zone.4),
        counts_as_cloud: yes(Some(zone.2)),
        allows_internet: yes(Some(zone.3)),
        max_mlps: text("三级"),
        assessed_until: day(Some(city.days.after(zone.5))),
    }
}
