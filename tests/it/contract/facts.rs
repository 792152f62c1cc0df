//! Facts and conclusions: what the rules read in few columns, and what they write back.

use domain::{EntityKind, Id, Record, Value};
use store::facts::{self, Conclusion};

use crate::support::{World, on_both_engines};

const SYSTEM: EntityKind = EntityKind::System;

async fn stored(world: &World, kind: EntityKind, values: &[(&str, Value)]) -> Record {
    let def = kind.def();
    let mut record = Record::blank(def, world.id(), world.now());
    record.version = 1;
    record.path = "1/".into();
    record.set(def, "name", Value::Text("name".into()));
    for (name, value) in values {
        record.set(def, name, value.clone());
    }
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, std::slice::from_ref(&record)).await.unwrap();
    tx.commit().await.unwrap();
    record
}

fn conclusion(record: &Record, version: i64, until: &str) -> Conclusion {
    Conclusion {
        id: record.id,
        version,
        derived: vec![
            ("standing", Value::Text("unjustified".into())),
            ("deadline_on", Value::Null),
            ("flag_count", Value::Int(2)),
        ],
        valid_until: until.to_owned(),
    }
}

async fn conclude(world: &World, conclusions: &[Conclusion]) {
    let mut tx = world.db().begin().await.unwrap();
    facts::conclude(&mut tx, SYSTEM, conclusions).await.unwrap();
    tx.commit().await.unwrap();
}

async fn due(world: &World, today: &str) -> Vec<Id> {
    let mut ids = facts::due(&mut world.db(), SYSTEM, today, 100).await.unwrap();
    ids.sort_unstable();
    ids
}

async fn a_conclusion_about_an_older_version_changes_nothing(world: World) {
    let record = stored(&world, SYSTEM, &[]).await;
    let mut changed = record.clone();
    changed.set(SYSTEM.def(), "name", Value::Text("changed".into()));
    let mut tx = world.db().begin().await.unwrap();
    store::records::update(&mut tx, SYSTEM.def(), &[changed]).await.unwrap();
    tx.commit().await.unwrap();
    conclude(&world, &[conclusion(&record, 1, "")]).await;
    assert_eq!(world.reread(SYSTEM, record.id).await.get(SYSTEM.def(), "standing"), &Value::Null);
    assert_eq!(due(&world, "2026-11-23").await, [record.id], "it must be judged again");
}

async fn a_conclusion_is_no_change_of_the_record(world: World) {
    let record = stored(&world, SYSTEM, &[("deadline_on", Value::Text("2020-01-01".into()))]).await;
    conclude(&world, &[conclusion(&record, 1, "")]).await;
    let after = world.reread(SYSTEM, record.id).await;
    assert_eq!((after.version, after.updated_at), (record.version, record.updated_at));
    let def = SYSTEM.def();
    assert_eq!(after.get(def, "standing"), &Value::Text("unjustified".into()));
    assert_eq!(after.get(def, "deadline_on"), &Value::Null, "what is no longer so is no longer said");
    assert_eq!(after.get(def, "flag_count"), &Value::Int(2));
}

async fn a_record_is_due_when_new_when_changed_and_from_the_day_on_which_the_clock_ends_its_conclusion(world: World) {
    let (ending, lasting) = (stored(&world, SYSTEM, &[]).await, stored(&world, SYSTEM, &[]).await);
    assert_eq!(due(&world, "2026-11-23").await, [ending.id, lasting.id]);
    assert_eq!(facts::stale_count(&mut world.db(), SYSTEM, &store::lists::RowScope::Everything).await.unwrap(), 2);
    conclude(&world, &[conclusion(&ending, 1, "2026-12-01"), conclusion(&lasting, 1, "")]).await;
    assert_eq!(facts::stale_count(&mut world.db(), SYSTEM, &store::lists::RowScope::Everything).await.unwrap(), 0);
    assert_eq!(due(&world, "2026-11-30").await, []);
    assert_eq!(due(&world, "2026-12-01").await, [ending.id]);
    assert!(facts::is_due(&mut world.db(), SYSTEM, ending.id, "2026-12-01").await.unwrap());
    assert!(!facts::is_due(&mut world.db(), SYSTEM, lasting.id, "2099-01-01").await.unwrap());
    let mut tx = world.db().begin().await.unwrap();
    store::records::mark_stale(&mut tx, SYSTEM.def(), &[lasting.id]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due(&world, "2026-11-30").await, [lasting.id]);
}

async fn a_closed_room_marks_the_systems_that_name_it_and_those_whose_servers_stand_in_it(world: World) {
    let room = world.id();
    let declared = stored(&world, SYSTEM, &[("data_center", Value::Id(room))]).await;
    let placed = stored(&world, SYSTEM, &[]).await;
    let elsewhere = stored(&world, SYSTEM, &[]).await;
    stored(&world, EntityKind::Component, &[("system", Value::Id(placed.id)), ("data_center", Value::Id(room))]).await;
    conclude(&world, &[&declared, &placed, &elsewhere].map(|record| conclusion(record, 1, ""))).await;
    let mut tx = world.db().begin().await.unwrap();
    facts::mark_systems_linked_to(&mut tx, "data_center", room).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(due(&world, "2026-11-23").await, [declared.id, placed.id]);
}

async fn the_load_of_a_room_counts_what_serves_and_each_system_once(world: World) {
    let (room, one, two) = (world.id(), world.id(), world.id());
    for (system, in_service) in
        [(one, Value::Null), (one, Value::Bool(true)), (two, Value::Bool(true)), (two, Value::Bool(false))]
    {
        stored(
            &world,
            EntityKind::Component,
            &[("system", Value::Id(system)), ("data_center", Value::Id(room)), ("in_service", in_service)],
        )
        .await;
    }
    let load = facts::load_of_rooms(&mut world.db(), &[room, world.id()]).await.unwrap();
    assert_eq!(load.len(), 1);
    assert_eq!(load[&room], (2, 3));
}

async fn facts_are_read_with_the_named_fields_only(world: World) {
    let def = EntityKind::Component.def();
    let system = world.id();
    let record = stored(
        &world,
        EntityKind::Component,
        &[("system", Value::Id(system)), ("os", Value::Text("麒麟".into())), ("cpu_count", Value::Int(4))],
    )
    .await;
    let narrow = |found: &[Record]| {
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].id, found[0].version, found[0].path.as_str(), found[0].created_at),
            (record.id, 1, "1/", record.created_at)
        );
        assert_eq!(
            (found[0].get(def, "os"), found[0].get(def, "cpu_count")),
            (&Value::Text("麒麟".into()), &Value::Null)
        );
    };
    let reader = &mut world.db();
    narrow(&facts::linked(reader, def, "system", &[system], &["system", "os"]).await.unwrap());
    let found = facts::narrow_many(reader, def, &[record.id], &["system", "os"]).await.unwrap();
    assert!(found[0].stale, "nobody judged it");
    narrow(&found.into_iter().map(|found| found.record).collect::<Vec<_>>());
    assert_eq!(facts::walk(reader, def, Id::NONE, 10).await.unwrap(), [record.id]);
}

on_both_engines!(
    a_conclusion_about_an_older_version_changes_nothing,
    a_conclusion_is_no_change_of_the_record,
    a_record_is_due_when_new_when_changed_and_from_the_day_on_which_the_clock_ends_its_conclusion,
    a_closed_room_marks_the_systems_that_name_it_and_those_whose_servers_stand_in_it,
    the_load_of_a_room_counts_what_serves_and_each_system_once,
    facts_are_read_with_the_named_fields_only,
);
