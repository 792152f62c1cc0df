//! Records: versions, keys, removal, references, walking, moving.

use domain::{EntityKind, Id, Record, Value};
use store::{Error, records};

use crate::support::{World, on_both_engines};

const SYSTEM: EntityKind = EntityKind::System;

fn system(world: &World, path: &str, code: &str, name: &str) -> Record {
    let def = SYSTEM.def();
    let mut record = Record::blank(def, world.id(), world.now());
    record.version = 1;
    record.path = path.to_owned();
    record.set(def, "name", Value::Text(name.to_owned()));
    record.set(def, "department", Value::Id(Id(uuid::Uuid::from_u128(77))));
    if !code.is_empty() {
        record.set(def, "code", Value::Text(code.to_owned()));
    }
    record
}

async fn store_all(world: &World, kind: EntityKind, new: &[Record]) -> store::Result<()> {
    let mut tx = world.db().begin().await?;
    records::insert(&mut tx, kind.def(), new).await?;
    tx.commit().await
}

async fn change_all(world: &World, changed: &[Record]) -> store::Result<()> {
    let mut tx = world.db().begin().await?;
    records::update(&mut tx, SYSTEM.def(), changed).await?;
    tx.commit().await
}

async fn a_stale_change_is_refused_and_changes_nothing_of_the_others(world: World) {
    let (mut fresh, mut stale) = (system(&world, "1/", "A", "one"), system(&world, "1/", "B", "two"));
    store_all(&world, SYSTEM, &[fresh.clone(), stale.clone()]).await.unwrap();
    stale.set(SYSTEM.def(), "name", Value::Text("by somebody else".into()));
    change_all(&world, std::slice::from_ref(&stale)).await.unwrap();
    fresh.set(SYSTEM.def(), "name", Value::Text("changed".into()));
    let refused = change_all(&world, &[fresh.clone(), stale.clone()]).await;
    assert!(matches!(refused, Err(Error::Stale)), "{refused:?}");
    assert_eq!(world.reread(SYSTEM, fresh.id).await.get(SYSTEM.def(), "name"), &Value::Text("one".into()));
    assert_eq!(world.reread(SYSTEM, stale.id).await.version, 2);
}

async fn a_record_that_was_removed_cannot_be_changed_or_removed_again(world: World) {
    let record = system(&world, "1/", "A", "one");
    store_all(&world, SYSTEM, std::slice::from_ref(&record)).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    records::remove(&mut tx, SYSTEM.def(), &[(record.id, 1)], world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(records::find(&mut world.db(), SYSTEM.def(), record.id).await.unwrap(), None);
    for version in [1, 2] {
        let again = Record { version, ..record.clone() };
        assert!(matches!(change_all(&world, &[again]).await, Err(Error::Stale)));
        let mut tx = world.db().begin().await.unwrap();
        let removed = records::remove(&mut tx, SYSTEM.def(), &[(record.id, version)], world.now()).await;
        assert!(matches!(removed, Err(Error::Stale)));
    }
}

async fn a_code_is_taken_once_within_a_department_and_free_again_after_a_removal(world: World) {
    let first = system(&world, "1/", "XT-1", "first");
    store_all(&world, SYSTEM, &[first.clone(), system(&world, "1/2/", "XT-1", "in another department")]).await.unwrap();
    let taken = store_all(&world, SYSTEM, &[system(&world, "1/", "XT-1", "second")]).await;
    assert!(matches!(taken, Err(Error::NotUnique(_))), "{taken:?}");
    let mut other = system(&world, "1/", "XT-2", "other");
    store_all(&world, SYSTEM, std::slice::from_ref(&other)).await.unwrap();
    other.set(SYSTEM.def(), "code", Value::Text("XT-1".into()));
    let taken = change_all(&world, std::slice::from_ref(&other)).await;
    assert!(matches!(taken, Err(Error::NotUnique(_))), "{taken:?}");
    let mut tx = world.db().begin().await.unwrap();
    records::remove(&mut tx, SYSTEM.def(), &[(first.id, 1)], world.now()).await.unwrap();
    records::update(&mut tx, SYSTEM.def(), &[other]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn many_records_may_be_without_a_code(world: World) {
    let rows: Vec<Record> = (0..3).map(|_| system(&world, "1/", "", "no code")).collect();
    store_all(&world, SYSTEM, &rows).await.unwrap();
}

async fn a_department_code_is_taken_once_in_the_whole_city(world: World) {
    let def = EntityKind::Department.def();
    let department = |path: &str| {
        let mut record = Record::blank(def, world.id(), world.now());
        record.path = path.to_owned();
        record.set(def, "name", Value::Text(path.to_owned()));
        record.set(def, "code", Value::Text("11330100100000016G".to_owned()));
        record
    };
    store_all(&world, EntityKind::Department, &[department("1/")]).await.unwrap();
    let taken = store_all(&world, EntityKind::Department, &[department("2/")]).await;
    assert!(matches!(taken, Err(Error::NotUnique(_))), "{taken:?}");
}

async fn a_unit_of_work_that_is_dropped_leaves_nothing_behind(world: World) {
    let record = system(&world, "1/", "A", "one");
    let mut tx = world.db().begin().await.unwrap();
    records::insert(&mut tx, SYSTEM.def(), std::slice::from_ref(&record)).await.unwrap();
    assert!(records::find(&mut tx, SYSTEM.def(), record.id).await.unwrap().is_some(), "seen inside");
    assert!(
        records::find(&mut world.db(), SYSTEM.def(), record.id).await.unwrap().is_none(),
        "seen outside before it is permanent"
    );
    drop(tx);
    assert!(records::find(&mut world.db(), SYSTEM.def(), record.id).await.unwrap().is_none());
    store_all(&world, SYSTEM, &[record]).await.unwrap();
}

async fn a_reader_sees_one_state_throughout(world: World) {
    let (early, late) = (system(&world, "1/", "A", "early"), system(&world, "1/", "B", "late"));
    store_all(&world, SYSTEM, std::slice::from_ref(&early)).await.unwrap();
    let mut reading = world.db().begin_read().await.unwrap();
    assert!(records::find(&mut reading, SYSTEM.def(), early.id).await.unwrap().is_some());
    store_all(&world, SYSTEM, std::slice::from_ref(&late)).await.unwrap();
    assert!(records::find(&mut reading, SYSTEM.def(), late.id).await.unwrap().is_none(), "a commit in between shows");
    drop(reading);
    assert!(records::find(&mut world.db(), SYSTEM.def(), late.id).await.unwrap().is_some());
}

async fn a_reading_unit_of_work_cannot_write(world: World) {
    let mut tx = world.db().begin_read().await.unwrap();
    assert!(records::insert(&mut tx, SYSTEM.def(), &[system(&world, "1/", "A", "one")]).await.is_err());
}

async fn what_still_refers_to_a_record_is_counted_by_table_and_field(world: World) {
    let (used, unused) = (system(&world, "1/", "A", "used"), system(&world, "1/", "B", "unused"));
    store_all(&world, SYSTEM, &[used.clone(), unused.clone()]).await.unwrap();
    let def = EntityKind::Component.def();
    let component = |name: &str| {
        let mut record = Record::blank(def, world.id(), world.now());
        record.version = 1;
        record.set(def, "name", Value::Text(name.to_owned()));
        record.set(def, "system", Value::Id(used.id));
        record
    };
    let (one, two) = (component("one"), component("two"));
    store_all(&world, EntityKind::Component, &[one.clone(), two.clone()]).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    let found = records::referenced(&mut tx, SYSTEM, &[used.id, unused.id]).await.unwrap();
    assert_eq!(found, [("component", "system", 2)]);
    assert_eq!(records::referenced(&mut tx, SYSTEM, &[unused.id]).await.unwrap(), []);
    records::remove(&mut tx, def, &[(one.id, 1)], world.now()).await.unwrap();
    assert_eq!(records::referenced(&mut tx, SYSTEM, &[used.id]).await.unwrap(), [("component", "system", 1)]);
    let linked = records::find_by_reference(&mut tx, def, "system", used.id, 10).await.unwrap();
    assert_eq!(linked, [two]);
}

async fn a_removed_record_still_has_its_name(world: World) {
    let record = system(&world, "1/", "A", "旧系统");
    store_all(&world, SYSTEM, std::slice::from_ref(&record)).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    records::remove(&mut tx, SYSTEM.def(), &[(record.id, 1)], world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let names = records::names(&mut world.db(), SYSTEM.def(), &[record.id]).await.unwrap();
    assert_eq!(names.get(&record.id), Some(&("A".to_owned(), "旧系统".to_owned())));
}

async fn walking_a_table_meets_every_record_once(world: World) {
    let mut rows: Vec<Record> = (0..25).map(|index| system(&world, "1/", &format!("W-{index}"), "walk")).collect();
    store_all(&world, SYSTEM, &rows).await.unwrap();
    rows.sort_by_key(|record| record.id);
    let (mut after, mut met) = (Id::NONE, Vec::new());
    loop {
        let page = records::walk(&mut world.db(), SYSTEM.def(), after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.id;
        met.extend(page);
    }
    assert_eq!(met, rows);
}

async fn keys_find_records_as_files_call_them(world: World) {
    let mut named = system(&world, "1/", "K-1", "一网通办 Portal");
    named.set(SYSTEM.def(), "source", Value::Text("dc".into()));
    named.set(SYSTEM.def(), "source_key", Value::Text("1642".into()));
    let mut twin = system(&world, "2/", "K-1", "twin");
    twin.set(SYSTEM.def(), "source", Value::Text("other".into()));
    twin.set(SYSTEM.def(), "source_key", Value::Text("1642".into()));
    store_all(&world, SYSTEM, &[named.clone(), twin.clone()]).await.unwrap();
    let reader = &mut world.db();
    let mut paths: Vec<String> = store::keys::by_codes(reader, SYSTEM.def(), &["K-1".into(), "K-2".into()])
        .await
        .unwrap()
        .into_iter()
        .map(|keyed| keyed.path)
        .collect();
    paths.sort();
    assert_eq!(paths, ["1/", "2/"]);
    let found = store::keys::by_source_keys(reader, SYSTEM.def(), "dc", &["1642".into()]).await.unwrap();
    assert_eq!(found.iter().map(|keyed| keyed.id).collect::<Vec<_>>(), [named.id]);
    let found = store::keys::by_names(reader, SYSTEM.def(), &[domain::fold("一网通办  portal")]).await.unwrap();
    assert_eq!(found.iter().map(|keyed| keyed.id).collect::<Vec<_>>(), [named.id]);
}

async fn moving_a_department_takes_its_own_subtree_along_and_nothing_beside_it(world: World) {
    let rows = ["1/2/", "1/2/3/", "1/20/", "1/", "12/2/"].map(|path| system(&world, path, "M", path));
    store_all(&world, SYSTEM, &rows).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    records::move_paths(&mut tx, "1/2/", "9/2/").await.unwrap();
    tx.commit().await.unwrap();
    let mut paths = Vec::new();
    for row in &rows {
        paths.push(world.reread(SYSTEM, row.id).await.path);
    }
    assert_eq!(paths, ["9/2/", "9/2/3/", "1/20/", "1/", "12/2/"]);
}

async fn servers_follow_their_system_to_another_department(world: World) {
    let record = system(&world, "1/", "A", "moves");
    store_all(&world, SYSTEM, std::slice::from_ref(&record)).await.unwrap();
    let def = EntityKind::Component.def();
    let mut component = Record::blank(def, world.id(), world.now());
    component.path = "1/".to_owned();
    component.set(def, "name", Value::Text("srv".into()));
    component.set(def, "system", Value::Id(record.id));
    store_all(&world, EntityKind::Component, std::slice::from_ref(&component)).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    records::follow_systems(&mut tx, &[(record.id, "2/".to_owned())]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(world.reread(EntityKind::Component, component.id).await.path, "2/");
}

async fn consecutive_numbers_are_given_out_once(world: World) {
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(store::counters::take(&mut tx, "number", 1).await.unwrap(), 1);
    assert_eq!(store::counters::take(&mut tx, "number", 5).await.unwrap(), 2);
    assert_eq!(store::counters::take(&mut tx, "other", 2).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let mut dropped = world.db().begin().await.unwrap();
    assert_eq!(store::counters::take(&mut dropped, "number", 1).await.unwrap(), 7);
    drop(dropped);
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(
        store::counters::take(&mut tx, "number", 1).await.unwrap(),
        7,
        "a number of a dropped unit of work is given out again"
    );
}

on_both_engines!(
    a_stale_change_is_refused_and_changes_nothing_of_the_others,
    a_record_that_was_removed_cannot_be_changed_or_removed_again,
    a_code_is_taken_once_within_a_department_and_free_again_after_a_removal,
    many_records_may_be_without_a_code,
    a_department_code_is_taken_once_in_the_whole_city,
    a_unit_of_work_that_is_dropped_leaves_nothing_behind,
    a_reader_sees_one_state_throughout,
    a_reading_unit_of_work_cannot_write,
    what_still_refers_to_a_record_is_counted_by_table_and_field,
    a_removed_record_still_has_its_name,
    walking_a_table_meets_every_record_once,
    keys_find_records_as_files_call_them,
    moving_a_department_takes_its_own_subtree_along_and_nothing_beside_it,
    servers_follow_their_system_to_another_department,
    consecutive_numbers_are_given_out_once,
);
