//! Drift: what somebody changed in a workspace, as its cluster reported it. Never changed, never removed; it follows its workspace
//! from department to department.

use domain::{Id, Timestamp};

use crate::{
    Reader, Result, Row, Sql, Tx,
    lists::{COUNT_LIMIT, RowScope, scope_condition},
};

/// One thing that somebody changed in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The workspace.
    pub delivery: Id,
    /// Kind and name.
    pub object: String,
    /// `changed`, `deleted`, `added`.
    pub action: String,
    /// Version of what was found; `0` for a deletion.
    pub version: String,
    /// When its cluster saw it.
    pub at: Timestamp,
    /// What was changed.
    pub field: String,
    /// The client, as it calls itself.
    pub client: String,
}

const COLUMNS: &str = "delivery, object, action, version, at, field, client";

fn drift(row: &Row) -> Result<Drift> {
    Ok(Drift {
        delivery: row.id(0)?,
        object: row.text(1)?,
        action: row.text(2)?,
        version: row.text(3)?,
        at: row.at(4)?,
        field: row.text(5)?,
        client: row.text(6)?,
    })
}

/// Stores records of a workspace of this path on this cluster; one that is known already is passed over.
pub async fn insert(tx: &mut Tx, path: &str, cluster: Id, all: &[Drift]) -> Result<u64> {
    let mut new = 0;
    for one in all {
        let sql = Sql::new("insert into drift (")
            .push(COLUMNS)
            .push(", path, cluster) values (?,?,?,?,?,?,?,?,?) on conflict do nothing");
        let sql = sql.bind(one.delivery).bind(&one.object).bind(&one.action).bind(&one.version).bind(one.at);
        new += tx.run(sql.bind(&one.field).bind(&one.client).bind(path).bind(cluster)).await?;
    }
    Ok(new)
}

/// The newest records of a workspace.
pub async fn of_delivery(reader: &mut impl Reader, delivery: Id, limit: i64) -> Result<Vec<Drift>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from drift where delivery = ? order by at desc limit ?");
    reader.all(sql.bind(delivery).bind(limit)).await?.iter().map(drift).collect()
}

/// When the newest change of an object inside a workspace was seen. Changes of its `Workspace` are told by the hub, by another clock.
pub async fn newest_inside(reader: &mut impl Reader, delivery: Id) -> Result<Option<Timestamp>> {
    let sql =
        Sql::new("select at from drift where delivery = ? and object not like 'Workspace/%' order by at desc limit 1");
    reader.maybe(sql.bind(delivery)).await?.map(|row| row.at(0)).transpose()
}

/// Where a record stands in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// When.
    pub at: Timestamp,
    /// The workspace.
    pub delivery: Id,
    /// The object.
    pub object: String,
    /// What was done to it.
    pub action: String,
    /// Its version.
    pub version: String,
}

impl Drift {
    /// Where it stands in the list.
    pub fn place(&self) -> Place {
        Place {
            at: self.at,
            delivery: self.delivery,
            object: self.object.clone(),
            action: self.action.clone(),
            version: self.version.clone(),
        }
    }
}

/// Which records somebody wants to see.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which rows the reader may see.
    pub scope: RowScope,
    /// Department subtrees chosen by the reader; empty for all.
    pub within: Vec<String>,
    /// Clusters; empty for all.
    pub clusters: Vec<Id>,
    /// What was done; empty for everything.
    pub actions: Vec<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub until: Option<Timestamp>,
    /// The last one of the page before.
    pub after: Option<Place>,
    /// Rows of a page.
    pub limit: i64,
}

impl Query {
    fn is_narrow(&self) -> bool {
        !self.within.is_empty() || matches!(self.scope, RowScope::Paths(_))
    }
}

fn conditions(query: &Query) -> Sql {
    let mut sql = scope_condition(Sql::new(" where 1 = 1"), &query.scope);
    if !query.within.is_empty() {
        sql = scope_condition(sql, &RowScope::Paths(query.within.clone()));
    }
    if !query.clusters.is_empty() {
        sql = sql.push(" and cluster in (").list(query.clusters.iter().copied()).push(")");
    }
    if !query.actions.is_empty() {
        sql = sql.push(" and action in (").list(&query.actions).push(")");
    }
    if let Some(from) = query.from {
        sql = sql.push(" and at >= ?").bind(from);
    }
    if let Some(until) = query.until {
        sql = sql.push(" and at < ?").bind(until);
    }
    sql
}

fn join(head: &str, middle: Sql, tail: &str) -> Sql {
    Sql::made(format!("{head}{}{tail}", middle.text)).with(middle.args)
}

/// How many there are, to one more than [`COUNT_LIMIT`].
pub async fn count(reader: &mut impl Reader, query: &Query) -> Result<i64> {
    // Paths, clusters, kinds and days all stand in one index.
    let index = reader.engine().indexed_by(if query.is_narrow() { "drift_scope" } else { walked(query) });
    let head = format!("select count(*) from (select 1 from drift{index}");
    let sql = join(&head, conditions(query), " limit ?) matches").bind(COUNT_LIMIT + 1);
    Ok(reader.maybe(sql).await?.map(|row| row.int(0)).transpose()?.unwrap_or(0))
}

/// The index in whose order the list is read when it is not gathered.
fn walked(query: &Query) -> &'static str {
    if query.clusters.len() == 1 { "drift_of_cluster" } else { "drift_newest" }
}

/// A page, newest first, with one row more than asked for when more follow; `count` is what [`count`] answered.
pub async fn list(reader: &mut impl Reader, query: &Query, count: i64) -> Result<Vec<Drift>> {
    let engine = reader.engine();
    let mut keyset = Sql::default();
    if let Some(place) = &query.after {
        keyset = Sql::new("(at, delivery, object, action, version) < (?, ?, ?, ?, ?)").bind(place.at);
        keyset = keyset.bind(place.delivery).bind(&place.object).bind(&place.action).bind(&place.version);
    }
    let found = conditions(query);
    let mut page = if query.is_narrow() && count <= COUNT_LIMIT {
        // Few: gathered by scope, then sorted.
        let index = engine.indexed_by("drift_scope");
        let inner = join(&format!("select {COLUMNS} from drift{index}"), found, engine.fence());
        let page = join(&format!("select {COLUMNS} from ("), inner, ") matches");
        if keyset.text.is_empty() { page } else { page.push(" where ").push_made(&keyset.text) }
    } else {
        // Many: the newest first along their index, and keep what fits.
        let index = engine.indexed_by(walked(query));
        let page = join(&format!("select {COLUMNS} from drift{index}"), found, "");
        if keyset.text.is_empty() { page } else { page.push(" and ").push_made(&keyset.text) }
    };
    page = page.with(keyset.args);
    let order = " order by at desc, delivery desc, object desc, action desc, version desc limit ?";
    reader.all(page.push(order).bind(query.limit + 1)).await?.iter().map(drift).collect()
}

/// Departments in whose workspaces there is drift, the most first: identifier, name, how much; at most 60.
pub async fn departments(reader: &mut impl Reader, scope: &RowScope) -> Result<Vec<(Id, String, i64)>> {
    let index = reader.engine().indexed_by("drift_scope");
    let inner = scope_condition(Sql::new(" where 1 = 1"), scope);
    let head = format!("select d.id, d.name, n from (select path, count(*) as n from drift{index}");
    let tail =
        " group by path) c join department d on d.path = c.path and d.removed_at = 0 order by n desc, d.name limit 60";
    let rows = reader.all(join(&head, inner, tail)).await?;
    rows.iter().map(|row| Ok((row.id(0)?, row.text(1)?, row.int(2)?))).collect()
}
