//! Lists: pages without gap or repeat under every sort, filters, counts, facets.

use std::collections::HashMap;

use domain::{ENTITIES, EntityKind, Field, Kind, Record, Value};
use store::lists::{Comparison, Condition, Query, RowScope};

use super::oracle;
use crate::support::{Random, World, on_both_engines};

/// Random rows of an entity, stored.
async fn stored(world: &World, kind: EntityKind, seed: u64, count: usize) -> Vec<Record> {
    let mut random = Random::seeded(seed);
    let rows: Vec<Record> = (0..count).map(|_| random.record(kind, world.id(), world.now(), 60)).collect();
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, kind.def(), &rows).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

async fn pages_follow_each_other_without_gap_or_repeat_under_every_sort(world: World) {
    for kind in ENTITIES {
        let def = kind.def();
        let rows = stored(&world, kind, 5, 53).await;
        let mut sorts: Vec<Option<(&'static Field, bool)>> = vec![None];
        sorts.extend(
            def.fields
                .iter()
                .filter(|field| field.flags.sort)
                .flat_map(|field| [Some((field, false)), Some((field, true))]),
        );
        assert!(sorts.len() > 2, "{} cannot be sorted", def.table);
        for sort in sorts {
            let query = Query { sort, limit: 7, ..Query::new(def, RowScope::Everything) };
            let what = format!("{} by {:?}", def.table, sort.map(|(field, descending)| (field.name, descending)));
            oracle::assert_right(world.db(), &query, &rows, &what).await;
        }
    }
}

async fn a_row_that_appears_behind_the_reader_shifts_no_later_page(world: World) {
    let kind = EntityKind::System;
    let def = kind.def();
    let rows = stored(&world, kind, 6, 40).await;
    let (_, name) = def.field("name").unwrap();
    let mut query = Query { sort: Some((name, false)), limit: 10, ..Query::new(def, RowScope::Everything) };
    let first = store::lists::page(&mut world.db(), &query).await.unwrap();
    let mut early = rows[0].clone();
    early.id = world.id();
    early.set(def, "code", Value::Null);
    early.set(def, "name", Value::Text("!".into()));
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, &[early]).await.unwrap();
    tx.commit().await.unwrap();
    query.after = first.records.last().map(|last| store::lists::place_of(&query, last));
    let second = store::lists::page(&mut world.db(), &query).await.unwrap();
    let wanted: Vec<_> =
        oracle::expected(&Query { after: None, ..query.clone() }, &rows).iter().map(|record| record.id).collect();
    assert_eq!(second.records.iter().map(|record| record.id).collect::<Vec<_>>(), wanted[10..20]);
}

/// Conditions that this field allows, with values that rows have and values that none has.
fn conditions_on(field: &'static Field, random: &mut Random) -> Vec<Condition> {
    let one = |comparison, values| Condition { field, comparison, values };
    let (left, right) = (random.value(field), random.value(field));
    if matches!(field.kind, Kind::Codes { .. }) {
        return vec![one(Comparison::Contains, vec![left])];
    }
    let mut found = vec![
        one(Comparison::Among, vec![]),
        one(Comparison::Among, vec![left.clone()]),
        one(Comparison::Among, vec![left.clone(), right, Value::Null]),
    ];
    if matches!(field.kind, Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money | Kind::Date) {
        found.push(one(Comparison::AtLeast, vec![left.clone()]));
        found.push(one(Comparison::AtMost, vec![left]));
    }
    found
}

async fn every_filter_of_every_entity_finds_its_rows_and_no_others(world: World) {
    for kind in ENTITIES {
        let def = kind.def();
        let rows = stored(&world, kind, 8, 60).await;
        let mut random = Random::seeded(9);
        let (_, name) = def.field("name").unwrap();
        for field in def.fields.iter().filter(|field| field.flags.filter || field.flags.sort) {
            for condition in conditions_on(field, &mut random) {
                let what =
                    format!("{} where {} {:?} {:?}", def.table, field.name, condition.comparison, condition.values);
                let query = Query {
                    conditions: vec![condition],
                    sort: Some((name, false)),
                    limit: 25,
                    ..Query::new(def, RowScope::Everything)
                };
                oracle::assert_right(world.db(), &query, &rows, &what).await;
            }
        }
    }
}

async fn one_code_of_several_is_found_whole_and_never_by_its_beginning(world: World) {
    let kind = EntityKind::System;
    let def = kind.def();
    let (_, networks) = def.field("networks").unwrap();
    let rows: Vec<Record> = ["|extranet|gov_net|", "|gov_net|", "|govxnet|", "|gov|", "|internet|"]
        .into_iter()
        .map(|codes| {
            let mut record = Record::blank(def, world.id(), world.now());
            record.version = 1;
            record.set(def, "name", Value::Text(codes.to_owned()));
            record.set(def, "department", Value::Id(world.id()));
            record.set(def, "networks", Value::Text(codes.to_owned()));
            record
        })
        .collect();
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, &rows).await.unwrap();
    tx.commit().await.unwrap();
    for code in ["gov_net", "gov", "net", "%", "_", "extranet|gov_net", "\\", ""] {
        let condition =
            Condition { field: networks, comparison: Comparison::Contains, values: vec![Value::Text(code.to_owned())] };
        let query = Query { conditions: vec![condition], ..Query::new(def, RowScope::Everything) };
        let found = store::lists::page(&mut world.db(), &query).await.unwrap();
        let wanted: Vec<&str> = match code {
            "gov_net" => vec!["|extranet|gov_net|", "|gov_net|"],
            "gov" => vec!["|gov|"],
            "extranet|gov_net" => vec!["|extranet|gov_net|"],
            _ => vec![],
        };
        assert_eq!(
            found.records.iter().filter_map(|record| record.get(def, "networks").as_text()).collect::<Vec<_>>(),
            wanted,
            "{code:?}"
        );
    }
}

async fn several_filters_a_subtree_and_a_sort_hold_together(world: World) {
    let kind = EntityKind::System;
    let def = kind.def();
    let rows = stored(&world, kind, 12, 400).await;
    let mut random = Random::seeded(13);
    let fields: Vec<&'static Field> = def.fields.iter().filter(|field| field.flags.filter).collect();
    let sorts: Vec<&'static Field> = def.fields.iter().filter(|field| field.flags.sort).collect();
    for round in 0..40 {
        let mut conditions = Vec::new();
        for _ in 0..random.below(3) {
            let field = *random.pick(&fields);
            let mut possible = conditions_on(field, &mut random);
            conditions.push(possible.swap_remove(random.below(possible.len())));
        }
        let scope = match random.below(3) {
            0 => RowScope::Everything,
            1 => RowScope::Paths(vec!["1/2/".into(), "3/".into()]),
            _ => RowScope::Paths(vec!["1/".into()]),
        };
        let within = random.chance(30).then(|| "1/".to_owned());
        let sort = Some((*random.pick(&sorts), random.chance(50)));
        let query = Query { within, conditions, sort, limit: 13, ..Query::new(def, scope) };
        oracle::assert_right(world.db(), &query, &rows, &format!("round {round}: {query:?}")).await;
    }
}

async fn facets_count_every_value_of_every_filterable_code(world: World) {
    for kind in ENTITIES {
        let def = kind.def();
        let rows = stored(&world, kind, 14, 80).await;
        let query = Query::new(def, RowScope::Paths(vec!["1/".into()]));
        for field in def.fields.iter().filter(|field| store::lists::has_facet(field)) {
            let mut wanted: HashMap<Value, i64> = HashMap::new();
            for record in oracle::expected(&query, &rows) {
                *wanted.entry(record.get(def, field.name).clone()).or_default() += 1;
            }
            let found = store::lists::facet(&mut world.db(), &query, field).await.unwrap();
            assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{}: not most frequent first", field.name);
            assert_eq!(found.into_iter().collect::<HashMap<_, _>>(), wanted, "{}.{}", def.table, field.name);
        }
    }
}

async fn what_is_not_known_is_never_at_most_or_at_least_anything(world: World) {
    let kind = EntityKind::System;
    let def = kind.def();
    let mut record = Record::blank(def, world.id(), world.now());
    record.set(def, "name", Value::Text("without deadline".into()));
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, &[record]).await.unwrap();
    tx.commit().await.unwrap();
    for (name, value) in [("deadline_on", Value::Text("9999-12-31".into())), ("flag_count", Value::Int(0))] {
        let (_, field) = def.field(name).unwrap();
        for comparison in [Comparison::AtMost, Comparison::AtLeast] {
            let low = if name == "deadline_on" { Value::Text("0001-01-01".into()) } else { Value::Int(0) };
            let value = if comparison == Comparison::AtMost { value.clone() } else { low };
            let condition = Condition { field, comparison, values: vec![value] };
            let query = Query { conditions: vec![condition], ..Query::new(def, RowScope::Everything) };
            assert_eq!(store::lists::count(&mut world.db(), &query).await.unwrap(), 0, "{name} {comparison:?}");
        }
    }
}

async fn removed_records_are_in_no_list_count_or_facet(world: World) {
    let kind = EntityKind::Zone;
    let def = kind.def();
    let rows = stored(&world, kind, 15, 10).await;
    let gone: Vec<_> = rows.iter().map(|record| (record.id, 1)).collect();
    let mut tx = world.db().begin().await.unwrap();
    store::records::remove(&mut tx, def, &gone, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let query = Query::new(def, RowScope::Everything);
    oracle::assert_right(world.db(), &query, &[], "removed rows").await;
    let (_, field) = def.field("kind").unwrap();
    assert_eq!(store::lists::facet(&mut world.db(), &query, field).await.unwrap(), []);
}

async fn what_somebody_types_never_becomes_part_of_a_statement(world: World) {
    let kind = EntityKind::System;
    let def = kind.def();
    stored(&world, kind, 16, 5).await;
    for text in ["' or 1=1 --", "%", "|a' or '1'='1|", "\\", "?", "$1", "\u{0}"] {
        for name in ["name", "source", "standing"] {
            let (_, field) = def.field(name).unwrap();
            let condition =
                Condition { field, comparison: Comparison::Among, values: vec![Value::Text(text.to_owned())] };
            let query = Query {
                conditions: vec![condition],
                text: Some(text.to_owned()),
                ..Query::new(def, RowScope::Everything)
            };
            // PostgreSQL knows no NUL: refused is right, an answer with rows is not.
            if let Ok(page) = store::lists::page(&mut world.db(), &query).await {
                assert_eq!(page.records, [], "{name} = {text:?}");
            }
        }
    }
}

on_both_engines!(
    pages_follow_each_other_without_gap_or_repeat_under_every_sort,
    a_row_that_appears_behind_the_reader_shifts_no_later_page,
    every_filter_of_every_entity_finds_its_rows_and_no_others,
    one_code_of_several_is_found_whole_and_never_by_its_beginning,
    several_filters_a_subtree_and_a_sort_hold_together,
    facets_count_every_value_of_every_filterable_code,
    what_is_not_known_is_never_at_most_or_at_least_anything,
    removed_records_are_in_no_list_count_or_facet,
    what_somebody_types_never_becomes_part_of_a_statement,
);
