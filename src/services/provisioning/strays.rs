//! Orphans, both ways: what a cluster has and nobody here knows, and what it should have and has not. Told to those who see every
//! department; never touched.

use std::collections::BTreeSet;

use domain::{EntityKind, Id, Timestamp};
use store::{lists::RowScope, strays::Stray};

use crate::{Op, Outcome, Services};

/// What is out of place, from what a cluster has.
pub async fn out_of_place(
    services: &Services,
    cluster: Id,
    workspaces: &BTreeSet<String>,
    namespaces: &BTreeSet<String>,
) -> Outcome<BTreeSet<Stray>> {
    let names = store::deliveries::names(&mut &services.db, cluster).await?;
    let known: BTreeSet<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    let stray = |kind: &str, name: &str| Stray { kind: kind.to_owned(), name: name.to_owned() };
    let mut found = BTreeSet::new();
    found.extend(workspaces.iter().filter(|name| !known.contains(name.as_str())).map(|name| stray("workspace", name)));
    found.extend(namespaces.difference(workspaces).map(|name| stray("namespace", name)));
    // What is being made or taken away is not there at times.
    let gone = names.iter().filter(|(name, state)| state == "ready" && !workspaces.contains(name));
    found.extend(gone.map(|(name, _)| stray("missing", name)));
    Ok(found)
}

/// Keeps what is out of place on a cluster; writes nothing when that is known.
pub async fn keep_strays(services: &Services, cluster: Id, found: &BTreeSet<Stray>) -> Outcome<()> {
    let known: BTreeSet<Stray> =
        store::strays::of_cluster(&mut &services.db, cluster).await?.into_iter().map(|(stray, _)| stray).collect();
    if known == *found {
        return Ok(());
    }
    let mut tx = services.db.begin().await?;
    for gone in known.difference(found) {
        store::strays::remove(&mut tx, cluster, gone).await?;
    }
    for new in found.difference(&known) {
        store::strays::insert(&mut tx, cluster, new, services.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

/// What is out of place on a cluster, for those who see every department.
pub async fn strays(services: &Services, op: &Op, cluster: Id) -> Outcome<Vec<(Stray, Timestamp)>> {
    if op.scope(EntityKind::Migration) != RowScope::Everything {
        return Ok(Vec::new());
    }
    Ok(store::strays::of_cluster(&mut &services.db, cluster).await?)
}
