//! What a list should answer, computed in memory from the rows that were stored: the slow, obvious way.

use std::cmp::Ordering;

use domain::{Field, Id, Kind, Record, Value};
use store::{
    Db,
    lists::{Comparison, Condition, Query, RowScope},
};

/// A value as the engines order it: what is not known lies below everything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Number(i64),
    Text(String),
    Id(Id),
}

pub fn key(field: &Field, value: &Value) -> Key {
    match value {
        Value::Text(text) => Key::Text(text.clone()),
        Value::Int(number) => Key::Number(*number),
        Value::Bool(flag) => Key::Number(i64::from(*flag)),
        Value::Id(id) => Key::Id(*id),
        Value::Null => match field.kind {
            Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money | Kind::Bool => Key::Number(i64::MIN),
            Kind::Ref { .. } => Key::Id(Id::NONE),
            _ => Key::Text(String::new()),
        },
    }
}

fn holds(query: &Query, record: &Record, condition: &Condition) -> bool {
    let field = condition.field;
    let value = record.get(query.def, field.name);
    let first = condition.values.first().unwrap_or(&Value::Null);
    match condition.comparison {
        Comparison::Among if condition.values.is_empty() => value.is_null(),
        Comparison::Among => condition.values.contains(value),
        Comparison::AtLeast => !value.is_null() && key(field, value) >= key(field, first),
        Comparison::AtMost => !value.is_null() && key(field, value) <= key(field, first),
        Comparison::Contains => {
            let wanted = format!("|{}|", first.as_text().unwrap_or_default());
            value.as_text().is_some_and(|codes| codes.contains(&wanted))
        }
    }
}

/// The rows that a query matches, in its order.
pub fn expected<'r>(query: &Query, rows: &'r [Record]) -> Vec<&'r Record> {
    let inside = |record: &Record| match &query.scope {
        RowScope::Nothing => false,
        RowScope::Everything => true,
        RowScope::Paths(paths) => paths.iter().any(|path| record.path.starts_with(path)),
    };
    let within = |record: &Record| query.within.as_ref().is_none_or(|path| record.path.starts_with(path));
    let mut found: Vec<&Record> = rows
        .iter()
        .filter(|record| {
            inside(record) && within(record) && query.conditions.iter().all(|one| holds(query, record, one))
        })
        .collect();
    found.sort_by(|left, right| {
        let order = match query.sort {
            None => Ordering::Equal,
            Some((field, _)) => {
                key(field, left.get(query.def, field.name)).cmp(&key(field, right.get(query.def, field.name)))
            }
        };
        let order = order.then(left.id.cmp(&right.id));
        if query.sort.is_some_and(|(_, descending)| descending) { order.reverse() } else { order }
    });
    found
}

/// Reads a list page by page to its end; answers the rows and the count of the first page.
pub async fn read_to_the_end(db: &Db, query: &Query) -> (Vec<Record>, i64) {
    let mut query = query.clone();
    let (mut rows, mut count) = (Vec::new(), None);
    loop {
        let page = store::lists::page(&mut &*db, &query).await.unwrap();
        count.get_or_insert(page.count);
        assert!(i64::try_from(page.records.len()).unwrap() <= query.limit, "a page longer than asked for");
        let last = page.records.last().map(|record| store::lists::place_of(&query, record));
        rows.extend(page.records);
        match last {
            Some(last) if page.more => query.after = Some(last),
            _ => return (rows, count.unwrap()),
        }
    }
}

/// Compares a list, read page by page, with what it should be.
pub async fn assert_right(db: &Db, query: &Query, rows: &[Record], what: &str) {
    let wanted = expected(query, rows);
    let (found, count) = read_to_the_end(db, query).await;
    let ids = |records: &[Record]| records.iter().map(|record| record.id).collect::<Vec<_>>();
    let wanted_ids: Vec<Id> = wanted.iter().map(|record| record.id).collect();
    assert_eq!(ids(&found), wanted_ids, "{what}: rows or their order");
    assert!(found.iter().zip(&wanted).all(|(found, wanted)| found == *wanted), "{what}: values of rows");
    assert_eq!(count, i64::try_from(wanted.len()).unwrap().min(store::lists::COUNT_LIMIT + 1), "{what}: count");
}
