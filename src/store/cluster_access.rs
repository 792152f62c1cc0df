//! How clusters are reached. The secret is sealed before it comes here, under a key that the database never holds.

use domain::{Id, Timestamp};

use crate::{Reader, Result, Row, Sql, Tx};

/// The way to a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The cluster.
    pub cluster: Id,
    /// Address of its API server.
    pub server: String,
    /// Certificate of its authority, PEM; empty for one that the machine knows.
    pub authority: String,
    /// Sealed credentials.
    pub secret: Vec<u8>,
    /// When it was last tried.
    pub checked_at: Timestamp,
    /// How that went; empty when it was well.
    pub outcome: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "cluster, server, authority, secret, checked_at, outcome, updated_at";

fn access(row: &Row) -> Result<Access> {
    Ok(Access {
        cluster: row.id(0)?,
        server: row.text(1)?,
        authority: row.text(2)?,
        secret: row.bytes(3)?,
        checked_at: row.at(4)?,
        outcome: row.text(5)?,
        updated_at: row.at(6)?,
    })
}

/// Stores the way to a cluster, in place of an earlier one.
pub async fn put(tx: &mut Tx, one: &Access) -> Result<()> {
    let sql = Sql::new("insert into cluster_access (").push(COLUMNS).push(
        ") values (?,?,?,?,?,?,?) on conflict (cluster) do update set server = excluded.server, authority = excluded.authority,
         secret = excluded.secret, checked_at = excluded.checked_at, outcome = excluded.outcome, updated_at = excluded.updated_at",
    );
    let sql = sql.bind(one.cluster).bind(&one.server).bind(&one.authority).bind(one.secret.clone());
    tx.run(sql.bind(one.checked_at).bind(&one.outcome).bind(one.updated_at)).await.map(drop)
}

/// Forgets the way to a cluster.
pub async fn remove(tx: &mut Tx, cluster: Id) -> Result<()> {
    tx.run(Sql::new("delete from cluster_access where cluster = ?").bind(cluster)).await.map(drop)
}

/// The way to a cluster.
pub async fn find(reader: &mut impl Reader, cluster: Id) -> Result<Option<Access>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from cluster_access where cluster = ?").bind(cluster);
    reader.maybe(sql).await?.as_ref().map(access).transpose()
}

/// The ways to all clusters.
pub async fn all(reader: &mut impl Reader) -> Result<Vec<Access>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from cluster_access order by cluster limit 200");
    reader.all(sql).await?.iter().map(access).collect()
}
