//! What a cluster has and nobody here knows, and what it should have and has not. Kept as it is told; nothing here is ever touched.

use domain::{Id, Timestamp};

use crate::{Reader, Result, Sql, Tx};

/// Something out of place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stray {
    /// `workspace`, `namespace`: there and not known here; `missing`: known here and not there.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// What is out of place on a cluster, and since when it is known.
pub async fn of_cluster(reader: &mut impl Reader, cluster: Id) -> Result<Vec<(Stray, Timestamp)>> {
    let sql = Sql::new("select kind, name, since from stray where cluster = ? order by kind, name limit 1000");
    let rows = reader.all(sql.bind(cluster)).await?;
    rows.iter().map(|row| Ok((Stray { kind: row.text(0)?, name: row.text(1)? }, row.at(2)?))).collect()
}

/// True when a cluster no longer has a namespace that it should have.
pub async fn is_missing(reader: &mut impl Reader, cluster: Id, name: &str) -> Result<bool> {
    let sql = Sql::new("select 1 from stray where cluster = ? and kind = 'missing' and name = ?");
    Ok(reader.maybe(sql.bind(cluster).bind(name)).await?.is_some())
}

/// Something is out of place since now.
pub async fn insert(tx: &mut Tx, cluster: Id, one: &Stray, since: Timestamp) -> Result<()> {
    let sql = Sql::new("insert into stray (cluster, kind, name, since) values (?, ?, ?, ?) on conflict do nothing");
    tx.run(sql.bind(cluster).bind(&one.kind).bind(&one.name).bind(since)).await.map(drop)
}

/// Something is in its place again.
pub async fn remove(tx: &mut Tx, cluster: Id, one: &Stray) -> Result<()> {
    let sql = Sql::new("delete from stray where cluster = ? and kind = ? and name = ?");
    tx.run(sql.bind(cluster).bind(&one.kind).bind(&one.name)).await.map(drop)
}
