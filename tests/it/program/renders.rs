//! `shangyun render`: the plan of a request as files, the same bytes that would be pushed.

use domain::EntityKind;
use services::requests;

use super::running::run;
use crate::support::{World, on_both_engines, operator};

on_both_engines![the_plan_of_a_request_is_rendered_by_its_number];

async fn the_plan_of_a_request_is_rendered_by_its_number(world: World) {
    let desk = world.desk().await;
    let id = world.handed_in(&desk).await;
    let shown = requests::show(&world.services, &operator(), EntityKind::Migration, id).await.unwrap();
    let spec = shown.deliveries[0].planned.spec.clone().unwrap();
    let printed = run(&world, &["render", "--request", "MR-2026-000001"]).await;
    assert_eq!(printed, landing::files(&spec, false).unwrap().remove(0).1);
    let all = run(&world, &["render", "--request", "MR-2026-000001", "--objects"]).await;
    assert!(all.contains("kind: ResourceQuota") && all.contains("kind: RoleBinding"));
}
