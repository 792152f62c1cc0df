//! What a cluster can give: declared, kept for what was approved, in use, free. Shares are fixed and never moved by themselves.

use domain::{Amounts, Cluster, ClusterState, Entity as _, EntityKind, Id, Record};
use rules::{Action, Resource};
use store::Reader;

use crate::{Op, Outcome, Services, permit};

/// The capacity of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// What it has; its cores times the overcommit, memory and storage as they are.
    pub declared: Amounts,
    /// Kept for approved deliveries that do not stand yet.
    pub reserved: Amounts,
    /// Taken by those that stand.
    pub granted: Amounts,
}

impl Capacity {
    /// What is left.
    pub fn free(&self) -> Amounts {
        self.declared.minus(self.reserved).minus(self.granted)
    }
}

/// What a cluster declares.
pub(super) fn declared(cluster: &Cluster) -> Amounts {
    let percent = cluster.overcommit_percent.filter(|percent| *percent > 0).unwrap_or(100);
    Amounts {
        cpu_milli: cluster.cpu_cores.unwrap_or(0).saturating_mul(1_000).saturating_mul(percent) / 100,
        memory_mib: cluster.memory_gib.unwrap_or(0).saturating_mul(1_024),
        storage_gib: cluster.storage_gib.unwrap_or(0),
        pods: cluster.instances.unwrap_or(0),
    }
}

pub(super) async fn of(reader: &mut impl Reader, id: Id, cluster: &Cluster) -> Outcome<Capacity> {
    let (reserved, granted) = store::deliveries::taken(reader, id).await?;
    Ok(Capacity { declared: declared(cluster), reserved, granted })
}

/// A record as the typed cluster that it is.
pub(super) fn typed(record: &Record) -> Outcome<Cluster> {
    Cluster::from_values(&record.values).map_err(|corrupt| domain::Fault::internal(format!("{corrupt:?}")))
}

/// The capacity of one cluster, for whoever may see it.
pub async fn capacity(services: &Services, op: &Op, id: Id) -> Outcome<Capacity> {
    let record = store::records::find(&mut &services.db, EntityKind::Cluster.def(), id).await?;
    let record = record.ok_or_else(domain::Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind: EntityKind::Cluster, path: &record.path })?;
    of(&mut &services.db, id, &typed(&record)?).await
}

/// The clusters of a zone (or all) with their capacity, for choosing.
pub async fn clusters(services: &Services, op: &Op, zone: Option<Id>) -> Outcome<Vec<(Record, Capacity)>> {
    permit(op, Action::View, &Resource::Record { kind: EntityKind::Cluster, path: "" })?;
    let reader = &mut &services.db;
    let mut found = Vec::new();
    for record in of_zone(reader, zone).await? {
        let capacity = of(reader, record.id, &typed(&record)?).await?;
        found.push((record, capacity));
    }
    Ok(found)
}

/// The clusters of a zone, or of all zones; a city has a few dozen.
pub(super) async fn of_zone(reader: &mut impl Reader, zone: Option<Id>) -> Outcome<Vec<Record>> {
    let def = EntityKind::Cluster.def();
    match zone {
        Some(zone) => Ok(store::records::find_by_reference(reader, def, "zone", zone, 200).await?),
        None => {
            let mut query = store::lists::Query::new(def, store::lists::RowScope::Everything);
            query.limit = 200;
            Ok(store::lists::page(reader, &query).await?.records)
        }
    }
}

/// True when a cluster takes new workspaces.
pub(super) fn is_open(cluster: &Cluster) -> bool {
    cluster.state.unwrap_or(ClusterState::Open) == ClusterState::Open
}
