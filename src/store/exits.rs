//! Exits of workspaces: what each is for, and what its cluster said when it was carried out. Where an exit stands is in its request.

use domain::Id;

use crate::{Reader, Result, Row, Sql, Tx};

/// The table of requests that exits have.
pub const ENTITY: &str = "workspace_exit";

/// An exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Identifier: that of its request.
    pub id: Id,
    /// Its number.
    pub number: String,
    /// The workspace.
    pub delivery: Id,
    /// The very namespace that it was asked for.
    pub namespace_uid: String,
    /// The status that the cluster had reported when it was carried out, as JSON; empty until then.
    pub status: String,
}

const COLUMNS: &str = "id, number, delivery, namespace_uid, status";

fn exit(row: &Row) -> Result<Exit> {
    Ok(Exit {
        id: row.id(0)?,
        number: row.text(1)?,
        delivery: row.id(2)?,
        namespace_uid: row.text(3)?,
        status: row.text(4)?,
    })
}

/// Stores a new exit.
pub async fn insert(tx: &mut Tx, one: &Exit) -> Result<()> {
    let sql = Sql::new("insert into workspace_exit (").push(COLUMNS).push(") values (?,?,?,?,?)");
    let sql = sql.bind(one.id).bind(&one.number).bind(one.delivery).bind(&one.namespace_uid).bind(&one.status);
    tx.run(sql).await.map(drop)
}

/// Keeps what the cluster had reported when an exit was carried out.
pub async fn keep_status(tx: &mut Tx, id: Id, status: &str) -> Result<()> {
    tx.run(Sql::new("update workspace_exit set status = ? where id = ?").bind(status).bind(id)).await.map(drop)
}

/// One exit.
pub async fn find(reader: &mut impl Reader, id: Id) -> Result<Option<Exit>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from workspace_exit where id = ?").bind(id);
    reader.maybe(sql).await?.as_ref().map(exit).transpose()
}

/// The exits of a workspace, newest first.
pub async fn of_delivery(reader: &mut impl Reader, delivery: Id) -> Result<Vec<Exit>> {
    let sql =
        Sql::new("select ").push(COLUMNS).push(" from workspace_exit where delivery = ? order by id desc limit 50");
    reader.all(sql.bind(delivery)).await?.iter().map(exit).collect()
}
