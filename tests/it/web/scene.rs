//! A small city to look at, and what every page must keep to.

use axum::http::StatusCode;
use domain::{EntityKind, Id, Record};

use super::browser::Page;
use crate::support::World;

/// Two departments with a room and a system each; a zone, a component and an exception of the first.
pub struct City {
    pub ours: Record,
    pub our_room: Record,
    pub our_system: Record,
    pub our_exception: Record,
    pub theirs: Record,
    pub their_room: Record,
    pub their_system: Record,
}

pub async fn city(world: &World) -> City {
    let ours =
        world.create(EntityKind::Department, &[("name", "市教育局"), ("code", "D-JY"), ("leader", "周敏")]).await;
    let theirs = world.create(EntityKind::Department, &[("name", "市水利局"), ("code", "D-SL")]).await;
    let zone = [("name", "政务外网区"), ("code", "Z-1"), ("counts_as_cloud", "yes"), ("allows_internet", "no")];
    let zone = world.create(EntityKind::Zone, &zone).await;
    let room = async |department: &Record, name: &str| {
        let department = department.id.to_string();
        let values = [
            ("name", name),
            ("department", department.as_str()),
            ("racks_total", "18"),
            ("racks_used", "14"),
            ("average_total_kw", "31.2"),
            ("average_it_kw", "16"),
            ("pue", "1.6"),
            ("closure_stage", "emptying"),
            ("target_close_on", "2026-12-31"),
        ];
        world.create(EntityKind::DataCenter, &values).await
    };
    let system = async |department: &Record, room: &Record, name: &str, code: &str| {
        let (department, room) = (department.id.to_string(), room.id.to_string());
        let values = [
            ("name", name),
            ("code", code),
            ("department", department.as_str()),
            ("hosting", "own_room"),
            ("data_center", room.as_str()),
            ("live_on", "2014-06-01"),
            ("lifecycle", "live"),
            ("contact_phone", "13800001111"),
            ("build_cost", "1286.5"),
        ];
        world.create(EntityKind::System, &values).await
    };
    let our_room = room(&ours, "教育局机房").await;
    let their_room = room(&theirs, "水利局机房").await;
    let our_system = system(&ours, &our_room, "学籍管理系统", "SYS-1").await;
    let their_system = system(&theirs, &their_room, "水库调度系统", "SYS-2").await;
    let (owner, place) = (our_system.id.to_string(), our_room.id.to_string());
    let host =
        [("name", "xj-db-01"), ("system", owner.as_str()), ("data_center", place.as_str()), ("kind", "database")];
    world.create(EntityKind::Component, &host).await;
    let ground =
        [("name", "合同未到期"), ("system", owner.as_str()), ("category", "E10"), ("expires_on", "2026-10-21")];
    let our_exception = world.create(EntityKind::CloudException, &ground).await;
    let zone = zone.id.to_string();
    let move_it = [("name", "学籍上云"), ("system", owner.as_str()), ("zone", zone.as_str()), ("state", "draft")];
    world.create(EntityKind::Migration, &move_it).await;
    City { ours, our_room, our_system, our_exception, theirs, their_room, their_system }
}

pub fn page_of(kind: EntityKind, id: Id) -> String {
    format!("/{}/{id}", kind.def().plural)
}

/// A page that is complete and keeps to the rules of all pages.
pub fn is_sound(page: &Page, address: &str) {
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
    let text = page.text();
    assert!(text.contains("</html>"), "{address}");
    assert!(!text.contains('⟦'), "{address} lacks words: {}", text.split('⟦').nth(1).unwrap_or_default());
    assert!(text.len() < 60_000, "{address}: {} bytes", text.len());
    for tag in text.split('<').filter_map(|part| part.split('>').next()) {
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(
            !bare.contains(" style=") && !bare.contains(" onclick=") && !bare.starts_with("style"),
            "{address}: {tag}"
        );
        assert!(!tag.starts_with("script") || tag.contains("src="), "{address}: {tag}");
    }
    let one_heading = text.matches("<h1").count();
    assert_eq!(one_heading, 1, "{address}");
}
