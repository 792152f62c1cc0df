//! Lists with few matches: one pass over the covering index finds them all, so that they are counted, sorted and cut into
//! pages here instead of being looked for twice.

use std::{cmp::Ordering, collections::HashMap};

use domain::{Field, Id, Record};

use crate::{
    Arg, Reader, Result,
    codec::to_storage,
    lists::{Page, Query, RowScope, matches},
    records,
};

/// Up to here sorting in memory costs less than asking again.
const FEW: usize = 2_000;

/// Where a row stands in the list: its sort value as stored, and its id.
type Place = (Arg, Id);

/// True when a list most likely has many matches: nothing narrows it down.
fn is_broad(query: &Query) -> bool {
    query.scope == RowScope::Everything && query.within.is_none() && query.conditions.is_empty() && query.text.is_none()
}

fn key_kind(field: Option<&Field>) -> Kind {
    use domain::Kind::{Bool, Decimal, Int, Money, Ref};
    match field.map(|field| field.kind) {
        None => Kind::None,
        Some(Int { .. } | Decimal { .. } | Money | Bool) => Kind::Number,
        Some(Ref { .. }) => Kind::Id,
        Some(_) => Kind::Text,
    }
}

/// What a sort value is in storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    None,
    Number,
    Id,
    Text,
}

/// As both engines compare: numbers by size, text and identifiers by their bytes.
fn compare(left: &Place, right: &Place) -> Ordering {
    let by_key = match (&left.0, &right.0) {
        (Arg::Int(left), Arg::Int(right)) => left.cmp(right),
        (Arg::Text(left), Arg::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
        (Arg::Id(left), Arg::Id(right)) => left.cmp(right),
        _ => Ordering::Equal,
    };
    by_key.then_with(|| left.1.cmp(&right.1))
}

/// The page of a list if it has few matches; `None` if it has many, or may have.
pub(crate) async fn page(reader: &mut impl Reader, query: &Query) -> Result<Option<Page>> {
    if is_broad(query) {
        return Ok(None);
    }
    let sort = query.sort.map(|(field, _)| field);
    let kind = key_kind(sort);
    let found = reader.all(matches(reader.engine(), query, sort, FEW + 1)).await?;
    if found.len() > FEW {
        return Ok(None);
    }
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let mut places: Vec<Place> = Vec::with_capacity(found.len());
    for row in found {
        let key = match kind {
            Kind::None => Arg::Int(0),
            Kind::Number => Arg::Int(row.int(1)?),
            Kind::Id => Arg::Id(row.id(1)?),
            Kind::Text => Arg::Text(row.text(1)?),
        };
        places.push((key, row.id(0)?));
    }
    let descending = query.sort.is_some_and(|(_, descending)| descending);
    let in_order = |left: &Place, right: &Place| {
        let order = compare(left, right);
        if descending { order.reverse() } else { order }
    };
    if let Some((value, id)) = &query.after {
        let after = (sort.map_or(Arg::Int(0), |field| to_storage(field, value)), *id);
        places.retain(|place| in_order(place, &after) == Ordering::Greater);
    }
    places.sort_unstable_by(in_order);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = places.len() > limit;
    let ids: Vec<Id> = places.into_iter().take(limit).map(|(_, id)| id).collect();
    let mut records: HashMap<Id, Record> =
        records::find_many(reader, query.def, &ids).await?.into_iter().map(|record| (record.id, record)).collect();
    let records = ids.iter().filter_map(|id| records.remove(id)).collect();
    Ok(Some(Page { records, more, count }))
}
