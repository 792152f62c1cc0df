//! Lists of more than ten thousand matches walk the index of the sort column; the rows are the same as when they are
//! gathered and sorted, and the count says "more than ten thousand".

use domain::{EntityKind, Field, Record, Value};
use store::lists::{COUNT_LIMIT, Comparison, Condition, Query, RowScope};

use super::oracle;
use crate::support::{Random, World, on_both_engines};

const KIND: EntityKind = EntityKind::Zone;

/// A little more than what is counted exactly.
async fn many(world: &World) -> Vec<Record> {
    let mut random = Random::seeded(21);
    let count = usize::try_from(COUNT_LIMIT).unwrap() + 40;
    let rows: Vec<Record> = (0..count)
        .map(|index| {
            let mut record = random.record(KIND, world.id(), world.now(), 70);
            // Thirty of them stand apart, so that a filter can leave more, or fewer, than the limit.
            record.set(KIND.def(), "level", Value::Text(if index % 335 == 0 { "city" } else { "province" }.to_owned()));
            record.set(KIND.def(), "code", Value::Text(format!("Z-{}", random.below(200))));
            record.path = if index % 2 == 0 { format!("{index}/") } else { format!("1/{index}/") };
            record
        })
        .collect();
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, KIND.def(), &rows).await.unwrap();
    tx.commit().await.unwrap();
    rows
}

fn level(code: &str) -> Condition {
    let (_, field) = KIND.def().field("level").unwrap();
    Condition { field, comparison: Comparison::Among, values: vec![Value::Text(code.to_owned())] }
}

async fn more_than_ten_thousand_matches_are_the_same_rows_in_the_same_order(world: World) {
    let rows = many(&world).await;
    let def = KIND.def();
    let sorts: Vec<&'static Field> = def.fields.iter().filter(|field| field.flags.sort).collect();
    for field in sorts {
        for descending in [false, true] {
            // All rows: the index of the sort column is walked.
            let walked =
                Query { sort: Some((field, descending)), limit: 2_000, ..Query::new(def, RowScope::Everything) };
            oracle::assert_right(world.db(), &walked, &rows, &format!("walked by {} {descending}", field.name)).await;
            // Few rows: they are gathered and sorted. Their order is that of the walk with the others left out.
            let gathered = Query { conditions: vec![level("city")], limit: 20, ..walked.clone() };
            oracle::assert_right(world.db(), &gathered, &rows, &format!("gathered by {} {descending}", field.name))
                .await;
        }
    }
    // A filter under which the walk has to leave rows out, within pages.
    let filtered = Query {
        conditions: vec![level("province")],
        sort: Some((def.field("name").unwrap().1, true)),
        limit: 2_000,
        ..Query::new(def, RowScope::Everything)
    };
    oracle::assert_right(world.db(), &filtered, &rows, "walked with a filter").await;
    let by_id = Query { limit: 3_000, ..Query::new(def, RowScope::Everything) };
    oracle::assert_right(world.db(), &by_id, &rows, "walked by id").await;
}

async fn counts_stop_at_one_more_than_ten_thousand(world: World) {
    let rows = many(&world).await;
    let count = async |query: &Query| store::lists::count(&mut world.db(), query).await.unwrap();
    let all = Query::new(KIND.def(), RowScope::Everything);
    assert_eq!(count(&all).await, 10_001);
    let few = Query { conditions: vec![level("city")], ..all.clone() };
    assert_eq!(count(&few).await, i64::try_from(oracle::expected(&few, &rows).len()).unwrap());
    let half = Query::new(KIND.def(), RowScope::Paths(vec!["1/".into()]));
    assert_eq!(count(&half).await, i64::try_from(oracle::expected(&half, &rows).len()).unwrap());
    // Exactly at the limit it is still exact.
    let mut tx = world.db().begin().await.unwrap();
    let gone: Vec<_> = rows.iter().take(rows.len() - 10_000).map(|record| (record.id, 1)).collect();
    store::records::remove(&mut tx, KIND.def(), &gone, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&all).await, 10_000);
}

on_both_engines!(
    more_than_ten_thousand_matches_are_the_same_rows_in_the_same_order,
    counts_stop_at_one_more_than_ten_thousand,
);
