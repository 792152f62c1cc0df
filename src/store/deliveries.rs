//! Deliveries: what each environment of a migration gets, how much of which cluster it takes, and what its cluster says of it.

use domain::{Amounts, DeliveryState, Id, Timestamp};

use crate::{
    Error, Reader, Result, Row, Sql, Tx,
    lists::{RowScope, scope_condition},
};

/// Nothing new may start in it, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// Since when.
    pub at: Timestamp,
    /// Who decided, by the name at that time.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// One delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Identifier.
    pub id: Id,
    /// The migration.
    pub request: Id,
    /// The system.
    pub system: Id,
    /// Path of the department.
    pub path: String,
    /// `prod`, `staging`, `test`, `dev`.
    pub environment: String,
    /// `namespace`, `vm`, `service`.
    pub kind: String,
    /// `small`, `medium`, `large`, `custom`.
    pub size: String,
    /// The cluster; [`Id::NONE`] for what is no namespace.
    pub cluster: Id,
    /// Name of the namespace.
    pub namespace: String,
    /// Where it is.
    pub state: String,
    /// How much it takes.
    pub amounts: Amounts,
    /// The last day, as in 2027-12-31.
    pub expires_on: String,
    /// The specification that was sent, as canonical JSON.
    pub spec: String,
    /// Its hash.
    pub plan_hash: String,
    /// What its cluster or its provider says.
    pub message: String,
    /// The status that its cluster reported, as JSON.
    pub status: String,
    /// Whom it talks with, as canonical JSON; empty for nobody.
    pub peers: String,
    /// The delivery whose standing workspace it changes; [`Id::NONE`] if it makes a new one.
    pub changes: Id,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Frozen: laid over the plan, outside its hash.
    pub frozen: Option<Frozen>,
    /// The exit that is open; [`Id::NONE`] if none is.
    pub exit: Id,
    /// Counts what was decided about it since it was approved.
    pub wanted: i64,
    /// The count that its cluster was last given.
    pub pushed: i64,
}

const COLUMNS: &str = "id, request, system, path, environment, kind, size, cluster, namespace, state, cpu_milli, memory_mib, storage_gib, pods, expires_on, spec, plan_hash, message, status, created_at, updated_at, peers, changes, frozen_at, frozen_by, frozen_reason, exit, wanted, pushed";

fn delivery(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.id(0)?,
        request: row.id(1)?,
        system: row.id(2)?,
        path: row.text(3)?,
        environment: row.text(4)?,
        kind: row.text(5)?,
        size: row.text(6)?,
        cluster: row.id(7)?,
        namespace: row.text(8)?,
        state: row.text(9)?,
        amounts: Amounts {
            cpu_milli: row.int(10)?,
            memory_mib: row.int(11)?,
            storage_gib: row.int(12)?,
            pods: row.int(13)?,
        },
        expires_on: row.text(14)?,
        spec: row.text(15)?,
        plan_hash: row.text(16)?,
        message: row.text(17)?,
        status: row.text(18)?,
        created_at: row.at(19)?,
        updated_at: row.at(20)?,
        peers: row.text(21)?,
        changes: row.id(22)?,
        frozen: match row.int(23)? {
            0 => None,
            _ => Some(Frozen { at: row.at(23)?, by: row.text(24)?, reason: row.text(25)? }),
        },
        exit: row.id(26)?,
        wanted: row.int(27)?,
        pushed: row.int(28)?,
    })
}

/// Stores new deliveries.
pub async fn insert(tx: &mut Tx, all: &[Delivery]) -> Result<()> {
    for one in all {
        let sql = Sql::new("insert into delivery (")
            .push(COLUMNS)
            .push(") values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,0,'','',?,0,0)");
        let sql = sql.bind(one.id).bind(one.request).bind(one.system).bind(&one.path).bind(&one.environment);
        let sql = sql.bind(&one.kind).bind(&one.size).bind(one.cluster).bind(&one.namespace).bind(&one.state);
        let sql = sql.bind(one.amounts.cpu_milli).bind(one.amounts.memory_mib).bind(one.amounts.storage_gib);
        let sql = sql.bind(one.amounts.pods).bind(&one.expires_on).bind(&one.spec).bind(&one.plan_hash);
        let sql = sql.bind(&one.message).bind(&one.status).bind(one.created_at).bind(one.updated_at);
        let sql = sql.bind(&one.peers).bind(one.changes);
        tx.run(sql.bind(one.exit)).await?;
    }
    Ok(())
}

/// Refuses a move that the life cycle does not have, whoever wants it.
fn check_move(one: &Delivery, from: &str) -> Result<()> {
    let state = |word: &str| DeliveryState::from_code(word).ok_or_else(|| Error::Corrupt(format!("state “{word}”")));
    let (from, to) = (state(from)?, state(&one.state)?);
    if from == to || from.leads_to().contains(&to) {
        return Ok(());
    }
    Err(Error::Corrupt(format!("delivery {}: {} never becomes {}", one.id, from.code(), to.code())))
}

/// Stores what changed of a delivery; answers false when its state is no longer `from`.
///
/// # Errors
/// Also a move that its life cycle does not have ([`DeliveryState::leads_to`]).
pub async fn update(tx: &mut Tx, one: &Delivery, from: &str) -> Result<bool> {
    check_move(one, from)?;
    let sql = Sql::new(
        "update delivery set state = ?, spec = ?, plan_hash = ?, message = ?, status = ?, updated_at = ? where id = ? and state = ?",
    );
    let sql = sql.bind(&one.state).bind(&one.spec).bind(&one.plan_hash).bind(&one.message).bind(&one.status);
    Ok(tx.run(sql.bind(one.updated_at).bind(one.id).bind(from)).await? == 1)
}

/// Stores a decision on a delivery that stands (a freeze, a step of its exit) and counts it, so that its cluster is given the plan
/// anew; answers false when its state is no longer `from`.
pub async fn decide(tx: &mut Tx, one: &Delivery, from: &str) -> Result<bool> {
    check_move(one, from)?;
    let sql = Sql::new(
        "update delivery set state = ?, frozen_at = ?, frozen_by = ?, frozen_reason = ?, exit = ?, wanted = wanted + 1, updated_at = ?
         where id = ? and state = ?",
    );
    let sql = match &one.frozen {
        Some(frozen) => sql.bind(&one.state).bind(frozen.at).bind(&frozen.by).bind(&frozen.reason),
        None => sql.bind(&one.state).bind(0_i64).bind("").bind(""),
    };
    Ok(tx.run(sql.bind(one.exit).bind(one.updated_at).bind(one.id).bind(from)).await? == 1)
}

/// Remembers which count of decisions a cluster was given; a later one is never taken back.
pub async fn given(tx: &mut Tx, id: Id, count: i64) -> Result<bool> {
    let sql = Sql::new("update delivery set pushed = ? where id = ? and pushed < ?");
    Ok(tx.run(sql.bind(count).bind(id).bind(count)).await? == 1)
}

/// Removes the deliveries of a draft, before they are written anew.
pub async fn remove_planned(tx: &mut Tx, request: Id) -> Result<()> {
    tx.run(Sql::new("delete from delivery where request = ? and state = 'planned'").bind(request)).await.map(drop)
}

/// The deliveries of a migration, production first.
pub async fn of_request(reader: &mut impl Reader, request: Id) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ")
        .push(COLUMNS)
        .push(" from delivery where request = ? order by environment, id")
        .bind(request);
    let mut found: Vec<Delivery> = reader.all(sql).await?.iter().map(delivery).collect::<Result<_>>()?;
    found.sort_by_key(|one| one.environment != "prod");
    Ok(found)
}

/// One delivery.
pub async fn find(reader: &mut impl Reader, id: Id) -> Result<Option<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from delivery where id = ?").bind(id);
    reader.maybe(sql).await?.as_ref().map(delivery).transpose()
}

/// True when a later delivery that changes this one was approved and has not taken its place yet.
pub async fn is_being_changed(reader: &mut impl Reader, id: Id) -> Result<bool> {
    let sql = Sql::new("select id from delivery where changes = ? and state in ('reserved', 'failed') limit 1");
    Ok(reader.maybe(sql.bind(id)).await?.is_some())
}

/// True when an approved change of this one is on its way to its cluster.
pub async fn is_change_due(reader: &mut impl Reader, id: Id) -> Result<bool> {
    let sql = Sql::new("select id from delivery where changes = ? and state = 'reserved' limit 1");
    Ok(reader.maybe(sql.bind(id)).await?.is_some())
}

/// The delivery and those that it changed, one after the other back to the first: one workspace all along.
pub async fn lineage(reader: &mut impl Reader, delivery: &Delivery) -> Result<Vec<Id>> {
    let (mut all, mut before) = (vec![delivery.id], delivery.changes);
    while !before.is_none() && !all.contains(&before) {
        all.push(before);
        before = find(reader, before).await?.map_or(Id::NONE, |one| one.changes);
    }
    Ok(all)
}

/// Several deliveries, in no order.
pub async fn find_many(reader: &mut impl Reader, ids: &[Id]) -> Result<Vec<Delivery>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(500) {
        let sql = Sql::new("select ").push(COLUMNS).push(" from delivery where id in (");
        for row in reader.all(sql.list(chunk.iter().copied()).push(")")).await? {
            found.push(delivery(&row)?);
        }
    }
    Ok(found)
}

/// The delivery that holds a name on a cluster; while a change of it was not carried out yet, the one that stands, which is older.
pub async fn named(reader: &mut impl Reader, cluster: Id, namespace: &str) -> Result<Option<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS).push(
        " from delivery where cluster = ? and namespace = ? and state not in ('released', 'replaced', 'reclaimed') order by id limit 1",
    );
    reader.maybe(sql.bind(cluster).bind(namespace)).await?.as_ref().map(delivery).transpose()
}

/// What names a workspace of a cluster as a peer: what is approved or stands there, and what was handed in; oldest first.
pub async fn naming(reader: &mut impl Reader, cluster: Id, namespace: &str, limit: i64) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS).push(
        " from delivery where cluster = ? and kind = 'namespace' and peers like ? and (state in ('reserved', 'pushed', 'failed', 'ready')
         or (state = 'planned' and request in (select subject from request where state = 'submitted'))) order by id limit ?",
    );
    let sql = sql.bind(cluster).bind(format!("%\"workspace\":\"{namespace}\"%")).bind(limit);
    reader.all(sql).await?.iter().map(delivery).collect()
}

/// The workspaces of an environment of a system that stand, or that a cluster was told of, newest first.
pub async fn standing(reader: &mut impl Reader, system: Id, environment: &str) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS);
    let sql = sql.push(" from delivery where system = ? and environment = ? and kind = 'namespace' and state in ('pushed', 'failed', 'ready') order by id desc limit 100");
    reader.all(sql.bind(system).bind(environment)).await?.iter().map(delivery).collect()
}

/// Namespaces of a cluster that are approved and not yet known to stand, oldest first.
pub async fn due(reader: &mut impl Reader, cluster: Id, limit: i64) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS);
    let sql = sql.push(" from delivery where cluster = ? and state = 'reserved' and kind = 'namespace' order by updated_at, id limit ?");
    reader.all(sql.bind(cluster).bind(limit)).await?.iter().map(delivery).collect()
}

/// Namespaces of a cluster that stand and about which something was decided since it was last given their plan, oldest first.
pub async fn behind(reader: &mut impl Reader, cluster: Id, limit: i64) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from delivery where cluster = ? and wanted <> pushed");
    let sql = sql.push(STANDING).push(" order by updated_at, id limit ?");
    reader.all(sql.bind(cluster).bind(limit)).await?.iter().map(delivery).collect()
}

/// States of what its cluster has, or is about to have.
const STANDING: &str = " and kind = 'namespace' and state in ('pushed', 'ready', 'reclaiming')";

/// What is due or behind on all clusters but these.
pub async fn due_elsewhere(reader: &mut impl Reader, clusters: &[Id], limit: i64) -> Result<Vec<Delivery>> {
    let mut found = Vec::new();
    for (condition, more) in [("state = 'reserved' and kind = 'namespace'", ""), ("wanted <> pushed", STANDING)] {
        let sql = Sql::new("select ").push(COLUMNS).push(" from delivery where ").push(condition).push(more);
        let sql = match clusters.is_empty() {
            true => sql,
            false => sql.push(" and cluster not in (").list(clusters.iter().copied()).push(")"),
        };
        let sql = sql.push(" order by id limit ?").bind(limit);
        for row in reader.all(sql).await? {
            found.push(delivery(&row)?);
        }
    }
    Ok(found)
}

/// Namespaces of a cluster that are to be taken away and whose plan says so there too.
pub async fn reclaiming(reader: &mut impl Reader, cluster: Id, limit: i64) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ").push(COLUMNS);
    let sql =
        sql.push(" from delivery where cluster = ? and state = 'reclaiming' and wanted = pushed order by id limit ?");
    reader.all(sql.bind(cluster).bind(limit)).await?.iter().map(delivery).collect()
}

/// Names and states of every namespace that a cluster has been given, or is about to be.
pub async fn names(reader: &mut impl Reader, cluster: Id) -> Result<Vec<(String, String)>> {
    let sql = Sql::new(
        "select namespace, state from delivery where cluster = ? and kind = 'namespace'
         and state in ('reserved', 'pushed', 'failed', 'ready', 'reclaiming')",
    );
    reader.all(sql.bind(cluster)).await?.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}

/// Which namespaces a list holds; what is empty leaves nothing out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this system.
    pub system: Option<Id>,
    /// On this cluster.
    pub cluster: Option<Id>,
    /// Of this request.
    pub request: Option<Id>,
    /// For one of these environments.
    pub environments: Vec<String>,
    /// In one of these states.
    pub states: Vec<String>,
    /// Of this name.
    pub namespace: String,
    /// Of this department and everything below it, as a path.
    pub within: Option<String>,
}

fn wanted_condition(mut sql: Sql, wanted: &Wanted) -> Sql {
    if let Some(system) = wanted.system {
        sql = sql.push(" and system = ?").bind(system);
    }
    if let Some(cluster) = wanted.cluster {
        sql = sql.push(" and cluster = ?").bind(cluster);
    }
    if let Some(request) = wanted.request {
        sql = sql.push(" and request = ?").bind(request);
    }
    if !wanted.environments.is_empty() {
        sql = sql.push(" and environment in (").list(&wanted.environments).push(")");
    }
    if !wanted.states.is_empty() {
        sql = sql.push(" and state in (").list(&wanted.states).push(")");
    }
    if !wanted.namespace.is_empty() {
        sql = sql.push(" and namespace = ?").bind(&wanted.namespace);
    }
    match &wanted.within {
        Some(path) => scope_condition(sql, &RowScope::Paths(vec![path.clone()])),
        None => sql,
    }
}

/// Namespaces that the reader may see, newest change first.
pub async fn workspaces(
    reader: &mut impl Reader,
    scope: &RowScope,
    wanted: &Wanted,
    before: Option<(Timestamp, Id)>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let sql = Sql::new("select ")
        .push(COLUMNS)
        .push(" from delivery where kind = 'namespace' and state not in ('planned', 'replaced')");
    let mut sql = wanted_condition(scope_condition(sql, scope), wanted);
    if let Some((at, id)) = before {
        sql = sql.push(" and (updated_at, id) < (?, ?)").bind(at).bind(id);
    }
    let sql = sql.push(" order by updated_at desc, id desc limit ?").bind(limit);
    reader.all(sql).await?.iter().map(delivery).collect()
}

/// What is kept for approved deliveries of a cluster, and what those that stand have.
pub async fn taken(reader: &mut impl Reader, cluster: Id) -> Result<(Amounts, Amounts)> {
    let sql = Sql::new(
        "select state, cast(sum(cpu_milli) as bigint), cast(sum(memory_mib) as bigint), cast(sum(storage_gib) as bigint), cast(sum(pods) as bigint)
         from delivery where cluster = ? and state in ('reserved', 'pushed', 'failed', 'ready', 'reclaiming') group by state",
    );
    let (mut reserved, mut granted) = (Amounts::default(), Amounts::default());
    for row in reader.all(sql.bind(cluster)).await? {
        let amounts =
            Amounts { cpu_milli: row.int(1)?, memory_mib: row.int(2)?, storage_gib: row.int(3)?, pods: row.int(4)? };
        if [DeliveryState::Ready.code(), DeliveryState::Reclaiming.code()].contains(&row.text(0)?.as_str()) {
            granted = granted.plus(amounts);
        } else {
            reserved = reserved.plus(amounts);
        }
    }
    Ok((reserved.minus(counted_twice(reader, cluster).await?), granted))
}

/// What approved changes ask for and their workspaces have already: counted with both.
async fn counted_twice(reader: &mut impl Reader, cluster: Id) -> Result<Amounts> {
    let sql = Sql::new(
        "select new.cpu_milli, new.memory_mib, new.storage_gib, new.pods, old.cpu_milli, old.memory_mib, old.storage_gib, old.pods
         from delivery new join delivery old on old.id = new.changes
         where new.cluster = ? and new.state in ('reserved', 'failed') and old.state in ('pushed', 'failed', 'ready')",
    );
    let mut twice = Amounts::default();
    for row in reader.all(sql.bind(cluster)).await? {
        let amounts = |at: usize| -> Result<Amounts> {
            let (cpu_milli, memory_mib) = (row.int(at)?, row.int(at + 1)?);
            Ok(Amounts { cpu_milli, memory_mib, storage_gib: row.int(at + 2)?, pods: row.int(at + 3)? })
        };
        let new = amounts(0)?;
        twice = twice.plus(new.minus(new.beyond(amounts(4)?)));
    }
    Ok(twice)
}

/// True when something of a cluster is kept, being made, or stands.
pub async fn is_used(reader: &mut impl Reader, cluster: Id) -> Result<bool> {
    let sql = Sql::new(
        "select 1 from delivery where cluster = ? and state in ('planned', 'reserved', 'pushed', 'failed', 'ready', 'reclaiming') limit 1",
    );
    Ok(reader.maybe(sql.bind(cluster)).await?.is_some())
}

/// Keeps the plan of each environment as it was looked at, instead of what was kept before.
pub async fn keep_reviewed(tx: &mut Tx, request: Id, plans: &[(String, String)]) -> Result<()> {
    tx.run(Sql::new("delete from reviewed_plan where request = ?").bind(request)).await?;
    for (environment, spec) in plans {
        let sql = Sql::new("insert into reviewed_plan (request, environment, spec) values (?,?,?)");
        tx.run(sql.bind(request).bind(environment).bind(spec)).await?;
    }
    Ok(())
}

/// The plan of each environment of a request as it was last looked at: environment and specification.
pub async fn reviewed(reader: &mut impl Reader, request: Id) -> Result<Vec<(String, String)>> {
    let sql = Sql::new("select environment, spec from reviewed_plan where request = ? order by environment");
    reader.all(sql.bind(request)).await?.iter().map(|row| Ok((row.text(0)?, row.text(1)?))).collect()
}
