//! Values: whatever goes in comes out the same, unknown ones too.

use domain::{ENTITIES, Kind, Record, Value};

use crate::support::{Random, World, on_both_engines};

/// Largest values, text with everything that COPY, SQL and JSON give a meaning to, and nothing at all.
fn extremes(kind: domain::EntityKind, world: &World, known: bool) -> Record {
    let def = kind.def();
    let mut record = Record::blank(def, world.id(), world.now());
    record.version = 1;
    record.path = "1/2/".to_owned();
    for (slot, field) in record.values.iter_mut().zip(def.fields) {
        if !known && !field.required {
            continue;
        }
        *slot = match field.kind {
            Kind::Text { max } => Value::Text("界\\.\\N\t'\"?$1;--".chars().cycle().take(max).collect()),
            Kind::Long { max } => Value::Text("𠮷\n\\\\\r\t\\x00\u{7f}".chars().cycle().take(max).collect()),
            Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money => Value::Int(i64::MAX),
            Kind::Bool => Value::Bool(false),
            Kind::Date => Value::Text("9999-12-31".to_owned()),
            Kind::Code { .. } => Value::Text("a_code".to_owned()),
            Kind::Codes { .. } => Value::Text("|a|b_c|".to_owned()),
            Kind::Ref { .. } => Value::Id(world.id()),
        };
    }
    record
}

async fn every_kind_of_value_reads_back_as_it_was_written(world: World) {
    for kind in ENTITIES {
        let mut random = Random::seeded(7);
        let mut records = vec![extremes(kind, &world, true), extremes(kind, &world, false)];
        records.extend((0..40).map(|index| random.record(kind, world.id(), world.now(), index * 3)));
        let mut tx = world.db().begin().await.unwrap();
        store::records::insert(&mut tx, kind.def(), &records).await.unwrap();
        tx.commit().await.unwrap();
        for record in &records {
            assert_eq!(world.reread(kind, record.id).await, *record, "{}", kind.def().table);
        }
    }
}

async fn every_kind_of_value_reads_back_after_a_change(world: World) {
    for kind in ENTITIES {
        let mut random = Random::seeded(11);
        let before: Vec<Record> = (0..20).map(|_| random.record(kind, world.id(), world.now(), 50)).collect();
        let mut after = before.clone();
        for record in &mut after {
            let other = random.record(kind, record.id, record.created_at, 50);
            record.values = other.values;
            record.path = other.path;
        }
        let mut tx = world.db().begin().await.unwrap();
        store::records::insert(&mut tx, kind.def(), &before).await.unwrap();
        store::records::update(&mut tx, kind.def(), &after).await.unwrap();
        tx.commit().await.unwrap();
        for mut record in after {
            record.version = 2;
            assert_eq!(world.reread(kind, record.id).await, record, "{}", kind.def().table);
        }
    }
}

async fn what_is_not_known_is_told_from_zero_no_and_nothing(world: World) {
    let kind = domain::EntityKind::DataCenter;
    let def = kind.def();
    let mut unknown = Record::blank(def, world.id(), world.now());
    for (name, value) in [("name", Value::Text("unknown".into())), ("department", Value::Id(world.id()))] {
        unknown.set(def, name, value);
    }
    let mut zero = Record { id: world.id(), ..unknown.clone() };
    for (name, value) in [("racks_total", Value::Int(0)), ("ups", Value::Bool(false)), ("pue", Value::Int(0))] {
        zero.set(def, name, value);
    }
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, &[unknown.clone(), zero.clone()]).await.unwrap();
    tx.commit().await.unwrap();
    for name in ["racks_total", "ups", "pue"] {
        assert_eq!(world.reread(kind, unknown.id).await.get(def, name), &Value::Null, "{name}");
        assert_eq!(world.reread(kind, zero.id).await.get(def, name), zero.get(def, name), "{name}");
    }
}

async fn a_moment_keeps_its_microseconds(world: World) {
    let kind = domain::EntityKind::Zone;
    for moment in ["2026-11-23T02:00:00.123456Z", "1969-12-31T23:59:59.999999Z", "2200-01-01T00:00:00Z"] {
        world.the_time_is(moment);
        let record = extremes(kind, &world, true);
        let mut tx = world.db().begin().await.unwrap();
        let mut record = Record { path: format!("{moment}/"), ..record };
        record.set(kind.def(), "code", Value::Null);
        store::records::insert(&mut tx, kind.def(), std::slice::from_ref(&record)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.reread(kind, record.id).await.created_at, moment.parse().unwrap());
    }
}

async fn many_rows_go_in_as_whole_as_one(world: World) {
    // More than one statement, one COPY buffer and one list of identifiers hold.
    let kind = domain::EntityKind::System;
    let mut random = Random::seeded(3);
    let records: Vec<Record> = (0..1_203).map(|_| random.record(kind, world.id(), world.now(), 80)).collect();
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, kind.def(), &records).await.unwrap();
    let ids: Vec<domain::Id> = records.iter().map(|record| record.id).collect();
    let mut found = store::records::find_many(&mut tx, kind.def(), &ids).await.unwrap();
    found.sort_by_key(|record| record.id);
    assert!(found == records, "rows differ after a bulk load");
    store::records::update(&mut tx, kind.def(), &records).await.unwrap();
    let versions: Vec<(domain::Id, i64)> = ids.iter().map(|id| (*id, 2)).collect();
    store::records::remove(&mut tx, kind.def(), &versions, world.now()).await.unwrap();
    assert_eq!(store::records::find_many(&mut tx, kind.def(), &ids).await.unwrap(), []);
    tx.commit().await.unwrap();
}

on_both_engines!(
    every_kind_of_value_reads_back_as_it_was_written,
    every_kind_of_value_reads_back_after_a_change,
    what_is_not_known_is_told_from_zero_no_and_nothing,
    a_moment_keeps_its_microseconds,
    many_rows_go_in_as_whole_as_one,
);
