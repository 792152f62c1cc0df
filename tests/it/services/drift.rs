//! Drift of the city: every record that its reader may see, newest first, and nothing of anybody else's.

use domain::{EntityKind, Id};
use services::{
    Op,
    provisioning::{self, DriftFilter, DriftPage},
};
use store::drift::Drift;

use crate::support::{World, admin, department, desk::Desk, leader, on_both_engines, operator};

on_both_engines![
    drift_is_read_page_by_page_and_nothing_is_left_out_or_shown_twice,
    drift_of_another_department_does_not_exist,
    drift_is_narrowed_by_what_was_done_cluster_department_and_day,
    drift_follows_its_system_to_another_department,
];

/// A workspace of a system, without anything around it.
async fn workspace(world: &World, desk: &Desk, number: u32) -> Id {
    let id = world.id();
    let delivery = store::deliveries::Delivery {
        id,
        request: world.id(),
        system: desk.system.id,
        path: desk.path.clone(),
        environment: "prod".to_owned(),
        kind: "namespace".to_owned(),
        size: "small".to_owned(),
        cluster: desk.cluster.id,
        namespace: format!("ns-{number}"),
        state: "ready".to_owned(),
        amounts: domain::Amounts::default(),
        expires_on: String::new(),
        spec: String::new(),
        plan_hash: String::new(),
        message: String::new(),
        status: String::new(),
        peers: String::new(),
        changes: Id::NONE,
        created_at: world.now(),
        updated_at: world.now(),
        frozen: None,
        exit: Id::NONE,
        wanted: 0,
        pushed: 0,
    };
    let mut tx = world.db().begin().await.unwrap();
    store::deliveries::insert(&mut tx, &[delivery]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn drifted(world: &World, desk: &Desk, delivery: Id, at: &str, action: &str, version: u32) {
    let drift = Drift {
        delivery,
        object: "ResourceQuota/shangyun".to_owned(),
        action: action.to_owned(),
        version: version.to_string(),
        at: at.parse().unwrap(),
        field: "spec.hard.pods".to_owned(),
        client: "kubectl-edit".to_owned(),
    };
    let mut tx = world.db().begin().await.unwrap();
    store::drift::insert(&mut tx, &desk.path, desk.cluster.id, std::slice::from_ref(&drift)).await.unwrap();
    assert_eq!(store::drift::insert(&mut tx, &desk.path, desk.cluster.id, &[drift]).await.unwrap(), 0, "known");
    tx.commit().await.unwrap();
}

async fn page(world: &World, op: &Op, filter: DriftFilter) -> DriftPage {
    provisioning::drift(&world.services, op, &filter).await.unwrap()
}

async fn drift_is_read_page_by_page_and_nothing_is_left_out_or_shown_twice(world: World) {
    let desk = world.desk().await;
    let one = workspace(&world, &desk, 1).await;
    let other = workspace(&world, &desk, 2).await;
    for version in 0..7 {
        // Several at one moment, of both.
        drifted(&world, &desk, one, "2026-11-20T02:00:00Z", "changed", version).await;
        drifted(&world, &desk, other, &format!("2026-11-2{}T02:00:00Z", version % 3), "deleted", version).await;
    }
    for op in [operator(), department(&desk.path)] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let found = page(&world, &op, DriftFilter { after, limit: 3, ..DriftFilter::default() }).await;
            assert_eq!(found.count, 14);
            seen.extend(found.records.into_iter().map(|one| one.drift.place()));
            after = found.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 14, "{}", op.actor.name);
        assert!(seen.windows(2).all(|pair| pair[0].at >= pair[1].at), "newest first");
        let mut sorted = seen.clone();
        sorted.sort_by_key(|place| (place.at, place.delivery, place.action.clone(), place.version.clone()));
        sorted.dedup();
        assert_eq!(sorted.len(), 14, "none twice");
    }
    let first = page(&world, &leader(), DriftFilter { limit: 1, ..DriftFilter::default() }).await.records.remove(0);
    assert_eq!((first.delivery.namespace.as_str(), first.drift.client.as_str()), ("ns-2", "kubectl-edit"));
    assert_eq!(first.system.unwrap().id, desk.system.id);
}

async fn drift_of_another_department_does_not_exist(world: World) {
    let desk = world.desk().await;
    let one = workspace(&world, &desk, 1).await;
    drifted(&world, &desk, one, "2026-11-20T02:00:00Z", "changed", 1).await;
    let stranger = department(&world.department("另一单位", None).await.path);
    let found = page(&world, &stranger, DriftFilter { limit: 10, ..DriftFilter::default() }).await;
    assert!(found.records.is_empty() && found.count == 0);
    // Nor by naming what is not theirs.
    let named = DriftFilter { within: vec![desk.path.clone()], limit: 10, ..DriftFilter::default() };
    assert_eq!(page(&world, &stranger, named).await.count, 0);
    assert!(provisioning::drift_departments(&world.services, &stranger).await.unwrap().is_empty());
    let known = provisioning::drift_departments(&world.services, &admin()).await.unwrap();
    assert_eq!(known.iter().map(|(_, name, count)| (name.as_str(), *count)).collect::<Vec<_>>(), [("市政务服务局", 1)]);
}

async fn drift_is_narrowed_by_what_was_done_cluster_department_and_day(world: World) {
    let desk = world.desk().await;
    let one = workspace(&world, &desk, 1).await;
    // The 20th begins in the city eight hours before it does in Greenwich.
    drifted(&world, &desk, one, "2026-11-19T15:59:59Z", "changed", 1).await;
    drifted(&world, &desk, one, "2026-11-19T16:00:00Z", "deleted", 2).await;
    drifted(&world, &desk, one, "2026-11-20T15:59:59Z", "added", 3).await;
    drifted(&world, &desk, one, "2026-11-20T16:00:00Z", "changed", 4).await;
    let day = Some("2026-11-20".parse().unwrap());
    let all = || DriftFilter { limit: 10, ..DriftFilter::default() };
    let of_the_day = DriftFilter { from: day, to: day, ..all() };
    let versions = async |filter: DriftFilter| {
        let found = page(&world, &operator(), filter).await;
        assert_eq!(found.count, i64::try_from(found.records.len()).unwrap());
        found.records.iter().map(|one| one.drift.version.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(versions(of_the_day).await, "3 2");
    assert_eq!(versions(DriftFilter { actions: vec!["changed".to_owned()], ..all() }).await, "4 1");
    assert_eq!(versions(DriftFilter { clusters: vec![desk.cluster.id], ..all() }).await, "4 3 2 1");
    assert_eq!(versions(DriftFilter { clusters: vec![desk.cluster.id, world.id()], ..all() }).await, "4 3 2 1");
    assert_eq!(versions(DriftFilter { clusters: vec![world.id()], ..all() }).await, "");
    let both = DriftFilter { within: vec![desk.path.clone()], actions: vec!["deleted".to_owned()], ..all() };
    assert_eq!(versions(both).await, "2");
    assert_eq!(versions(DriftFilter { within: vec!["zzz/".to_owned()], ..all() }).await, "");
}

async fn drift_follows_its_system_to_another_department(world: World) {
    let desk = world.desk().await;
    let one = workspace(&world, &desk, 1).await;
    drifted(&world, &desk, one, "2026-11-20T02:00:00Z", "changed", 1).await;
    let other = world.department("另一单位", None).await;
    let id = other.id.to_string();
    world.update(EntityKind::System, desk.system.id, &[("department", id.as_str())]).await;
    let count = async |path: &str| {
        page(&world, &department(path), DriftFilter { limit: 1, ..DriftFilter::default() }).await.count
    };
    assert_eq!((count(&desk.path).await, count(&other.path).await), (0, 1));
}
