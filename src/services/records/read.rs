//! Reading: one record, pages of a list with facets, related records, history, search.

use std::collections::HashMap;

use domain::{EntityDef, EntityKind, Fault, Field, Id, Kind, Record, Value};
use rules::{Action, Resource};
use store::{
    audit::Placed,
    lists::{Page, Query},
};

use crate::{Op, Outcome, Services, evaluation, permit};

/// Names of referenced records: id → (code, name).
pub type Names = HashMap<Id, (String, String)>;

/// A record as a reader may see it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The record; fields that the reader may not see are unknown.
    pub record: Record,
    /// Names of what it refers to.
    pub names: Names,
    /// True when the reader may change it.
    pub may_update: bool,
    /// True when the reader may remove it.
    pub may_remove: bool,
    /// Restricted fields were hidden.
    pub restricted_hidden: bool,
}

/// A page of a list as a reader may see it.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The rows and their count.
    pub page: Page,
    /// Names of what they refer to.
    pub names: Names,
    /// Systems that wait for evaluation.
    pub stale: i64,
}

/// Hides restricted fields from those without the right.
fn hide_restricted(op: &Op, kind: EntityKind, record: &mut Record) -> bool {
    if op.may(Action::ViewRestricted, &Resource::Record { kind, path: &record.path }) {
        return false;
    }
    let mut hidden = false;
    for (field, value) in kind.def().fields.iter().zip(&mut record.values) {
        if field.flags.restricted {
            hidden = true;
            *value = Value::Null;
        }
    }
    hidden
}

/// Names of everything that records refer to.
pub async fn names_of(services: &Services, def: &EntityDef, records: &[Record]) -> Outcome<Names> {
    let mut wanted: HashMap<EntityKind, Vec<Id>> = HashMap::new();
    for record in records {
        for (field, value) in def.fields.iter().zip(&record.values) {
            if let (Kind::Ref { to }, Value::Id(id)) = (field.kind, value) {
                wanted.entry(to).or_default().push(*id);
            }
        }
    }
    let mut names = Names::new();
    for (kind, mut ids) in wanted {
        ids.sort_unstable();
        ids.dedup();
        names.extend(store::records::names(&mut &services.db, kind.def(), &ids).await?);
    }
    Ok(names)
}

/// One record. A conclusion that the clock has ended is judged anew first.
pub async fn get(services: &Services, op: &Op, kind: EntityKind, id: Id) -> Outcome<Shown> {
    let def = kind.def();
    let record = store::records::find(&mut &services.db, def, id).await?.ok_or_else(Fault::not_found)?;
    let path = record.path.clone();
    permit(op, Action::View, &Resource::Record { kind, path: &path })?;
    let mut record = evaluation::fresh(services, op, kind, record).await?;
    let restricted_hidden = hide_restricted(op, kind, &mut record);
    let names = names_of(services, def, std::slice::from_ref(&record)).await?;
    let own = Resource::Record { kind, path: &path };
    Ok(Shown {
        names,
        may_update: op.may(Action::Update, &own),
        may_remove: op.may(Action::Remove, &own),
        restricted_hidden,
        record,
    })
}

/// A page of a list.
pub async fn list(services: &Services, op: &Op, query: &Query) -> Outcome<Listing> {
    let mut tx = services.db.begin_read().await?;
    let mut page = store::lists::page(&mut tx, query).await?;
    let stale = match query.def.kind {
        EntityKind::System | EntityKind::DataCenter => {
            store::facts::stale_count(&mut tx, query.def.kind, &query.scope).await?
        }
        _ => 0,
    };
    drop(tx);
    for record in &mut page.records {
        hide_restricted(op, query.def.kind, record);
    }
    let names = names_of(services, query.def, &page.records).await?;
    Ok(Listing { page, names, stale })
}

/// Values of filterable fields among the matches, with counts; references come with their names.
pub async fn facets(
    services: &Services,
    query: &Query,
    fields: &[&'static Field],
) -> Outcome<(Vec<(&'static Field, Vec<(Value, i64)>)>, Names)> {
    let mut found = Vec::with_capacity(fields.len());
    let mut names = Names::new();
    for field in fields.iter().copied().filter(|field| store::lists::has_facet(field)) {
        // A facet shows what choosing another value would give, so its own condition is left out.
        let mut wider = query.clone();
        wider.conditions.retain(|condition| condition.field.name != field.name);
        let counts = store::lists::facet(&mut &services.db, &wider, field).await?;
        if let Kind::Ref { to } = field.kind {
            let ids: Vec<Id> = counts.iter().filter_map(|(value, _)| value.as_id()).collect();
            names.extend(store::records::names(&mut &services.db, to.def(), &ids).await?);
        }
        found.push((field, counts));
    }
    Ok((found, names))
}

/// Records of `kind` that name `id` in `field`, as far as the reader may see them, at most `limit`.
pub async fn related(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    field: &str,
    id: Id,
    limit: i64,
) -> Outcome<(Vec<Record>, Names)> {
    let found = store::records::find_by_reference(&mut &services.db, kind.def(), field, id, limit).await?;
    let mut seen: Vec<Record> = found
        .into_iter()
        .filter(|record| op.may(Action::View, &Resource::Record { kind, path: &record.path }))
        .collect();
    for record in &mut seen {
        hide_restricted(op, kind, record);
    }
    let names = names_of(services, kind.def(), &seen).await?;
    Ok((seen, names))
}

/// What happened to a record, newest first.
pub async fn history(services: &Services, op: &Op, kind: EntityKind, id: Id, limit: i64) -> Outcome<Vec<Placed>> {
    Ok(history_page(services, op, kind, id, None, limit).await?.0)
}

/// A page of what happened to a record, newest first, before a place in the trail; and whether there is more.
pub async fn history_page(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    id: Id,
    before: Option<i64>,
    limit: i64,
) -> Outcome<(Vec<Placed>, bool)> {
    let record = store::records::find(&mut &services.db, kind.def(), id).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::ViewHistory, &Resource::Record { kind, path: &record.path })?;
    let before = before.unwrap_or(i64::MAX);
    let mut entries = store::audit::of_subject(&mut &services.db, id, before, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > size;
    entries.truncate(size);
    if !op.may(Action::ViewRestricted, &Resource::Record { kind, path: &record.path }) {
        entries.iter_mut().for_each(|placed| hide_restricted_changes(kind, &mut placed.entry.body));
    }
    Ok((entries, more))
}

fn hide_restricted_changes(kind: EntityKind, body: &mut String) {
    let Ok(serde_json::Value::Object(mut object)) = serde_json::from_str(body) else { return };
    if let Some(serde_json::Value::Object(changes)) = object.get_mut("changes") {
        changes.retain(|name, _| kind.def().field(name).is_none_or(|(_, field)| !field.flags.restricted));
    }
    *body = serde_json::Value::Object(object).to_string();
}

/// Expected fields that are not known: what is missing on a record.
pub fn missing_fields(kind: EntityKind, record: &Record) -> Vec<&'static Field> {
    kind.def()
        .fields
        .iter()
        .zip(&record.values)
        .filter(|(field, value)| field.flags.expected && value.is_null())
        .map(|(field, _)| field)
        .collect()
}

/// Finds records of any entity by words, best first.
pub async fn search(
    services: &Services,
    op: &Op,
    text: &str,
    limit: usize,
) -> Outcome<Vec<(EntityKind, Record, Names)>> {
    let paths = match op.scope(EntityKind::System) {
        store::lists::RowScope::Everything => None,
        store::lists::RowScope::Paths(paths) => Some(paths),
        store::lists::RowScope::Nothing => return Ok(Vec::new()),
    };
    let hits = store::search::find(&mut &services.db, text, paths.as_deref(), limit).await?;
    let mut found = Vec::with_capacity(hits.len());
    let mut kinds: Vec<EntityKind> = hits.iter().map(|hit| hit.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let ids: Vec<Id> = hits.iter().filter(|hit| hit.kind == kind).map(|hit| hit.id).collect();
        let mut records = store::records::find_many(&mut &services.db, kind.def(), &ids).await?;
        records.retain(|record| op.may(Action::View, &Resource::Record { kind, path: &record.path }));
        for record in &mut records {
            hide_restricted(op, kind, record);
        }
        let names = names_of(services, kind.def(), &records).await?;
        found.extend(records.into_iter().map(|record| (kind, record, names.clone())));
    }
    let order: HashMap<Id, usize> = hits.iter().enumerate().map(|(place, hit)| (hit.id, place)).collect();
    found.sort_by_key(|(_, record, _)| order.get(&record.id).copied().unwrap_or(usize::MAX));
    Ok(found)
}
