//! Drift of the whole city: every record that the reader may see, newest first.

use domain::{EntityKind, Fault, Id, Record, Timestamp};
use jiff::{Span, civil::Date};
use store::{
    deliveries::Delivery,
    drift::{Drift, Place, Query},
    lists::RowScope,
};

use crate::{Op, Outcome, Services};

/// What was done: the words of the records.
pub const DRIFT_ACTIONS: [&str; 3] = ["changed", "deleted", "added"];

/// What a reader may ask for; scope is added here.
#[derive(Clone, Debug, Default)]
pub struct DriftFilter {
    /// Paths of department subtrees; empty for all.
    pub within: Vec<String>,
    /// Clusters; empty for all.
    pub clusters: Vec<Id>,
    /// Words of [`DRIFT_ACTIONS`]; empty for everything.
    pub actions: Vec<String>,
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// Where the page before ended.
    pub after: Option<Place>,
    /// Rows of a page, at most 500.
    pub limit: i64,
}

/// A record with what surrounds it.
#[derive(Clone, Debug)]
pub struct ShownDrift {
    /// What was changed.
    pub drift: Drift,
    /// The workspace.
    pub delivery: Delivery,
    /// The system.
    pub system: Option<Record>,
    /// The cluster.
    pub cluster: Option<Record>,
}

/// A page of records.
#[derive(Clone, Debug)]
pub struct DriftPage {
    /// Newest first.
    pub records: Vec<ShownDrift>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
    /// How many there are; exact to 10,000.
    pub count: i64,
}

/// Departments in whose workspaces there is drift that the reader may see, with how much of it; the most first, at most 60.
pub async fn drift_departments(services: &Services, op: &Op) -> Outcome<Vec<(Id, String, i64)>> {
    Ok(store::drift::departments(&mut &services.db, &op.scope(EntityKind::Migration)).await?)
}

/// The first moment of a day, as the pack counts days.
fn begins(services: &Services, day: Date) -> Option<Timestamp> {
    Some(day.to_zoned(services.pack.time_zone.clone()).ok()?.timestamp())
}

/// A page of drift that the reader may see.
pub async fn drift(services: &Services, op: &Op, filter: &DriftFilter) -> Outcome<DriftPage> {
    let scope = op.scope(EntityKind::Migration);
    if scope == RowScope::Nothing {
        return Err(Fault::not_found());
    }
    let day_after = |day: Date| day.checked_add(Span::new().days(1)).ok();
    let query = Query {
        scope,
        within: filter.within.clone(),
        clusters: filter.clusters.clone(),
        actions: filter.actions.clone(),
        from: filter.from.and_then(|day| begins(services, day)),
        until: filter.to.and_then(day_after).and_then(|day| begins(services, day)),
        after: filter.after.clone(),
        limit: filter.limit.clamp(1, 500),
    };
    let mut tx = services.db.begin_read().await?;
    let count = store::drift::count(&mut tx, &query).await?;
    let mut found = store::drift::list(&mut tx, &query, count).await?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(Drift::place);
    let ids: Vec<Id> = found.iter().map(|one| one.delivery).collect();
    let deliveries = store::deliveries::find_many(&mut tx, &ids).await?;
    let systems: Vec<Id> = deliveries.iter().map(|one| one.system).collect();
    let clusters: Vec<Id> = deliveries.iter().map(|one| one.cluster).collect();
    let systems = store::records::find_many(&mut tx, EntityKind::System.def(), &systems).await?;
    let clusters = store::records::find_many(&mut tx, EntityKind::Cluster.def(), &clusters).await?;
    let records = found.into_iter().filter_map(|drift| {
        let delivery = deliveries.iter().find(|one| one.id == drift.delivery)?.clone();
        Some(ShownDrift {
            system: systems.iter().find(|one| one.id == delivery.system).cloned(),
            cluster: clusters.iter().find(|one| one.id == delivery.cluster).cloned(),
            drift,
            delivery,
        })
    });
    Ok(DriftPage { records: records.collect(), next, count })
}
