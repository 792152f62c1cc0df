//! Durable background work: rows that one worker claims for a while.

use domain::{Id, Timestamp};

use crate::{Reader, Result, Row, Sql, Tx, codec::micros};

/// A piece of background work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Identifier.
    pub id: Id,
    /// What to do.
    pub kind: String,
    /// With what: JSON.
    pub body: String,
    /// `queued`, `running`, `done`, `failed`.
    pub state: String,
    /// How often it was begun.
    pub attempts: i64,
    /// Outcome or error: JSON.
    pub outcome: String,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id, kind, body, state, attempts, outcome, created_at, updated_at";

fn job(row: &Row) -> Result<Job> {
    Ok(Job {
        id: row.id(0)?,
        kind: row.text(1)?,
        body: row.text(2)?,
        state: row.text(3)?,
        attempts: row.int(4)?,
        outcome: row.text(5)?,
        created_at: row.at(6)?,
        updated_at: row.at(7)?,
    })
}

/// Asks for work. While a job of the same `unique_key` waits, a second one is not added; an empty key is never compared.
pub async fn enqueue(
    tx: &mut Tx,
    id: Id,
    kind: &str,
    body: &str,
    unique_key: &str,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let sql = Sql::new(
        "insert into job (id, kind, body, state, attempts, outcome, unique_key, run_at, leased_until, created_at, updated_at)
         select ?, ?, ?, 'queued', 0, '', ?, ?, 0, ?, ? where not exists
         (select 1 from job where unique_key <> '' and unique_key = ? and state = 'queued')",
    )
    .bind(id)
    .bind(kind)
    .bind(body)
    .bind(unique_key)
    .bind(run_at)
    .bind(now)
    .bind(now)
    .bind(unique_key);
    tx.run(sql).await.map(|_| ())
}

/// Claims the oldest due job until `lease_until`; a job whose worker went silent is claimed again after its lease.
pub async fn claim(tx: &mut Tx, now: Timestamp, lease_until: Timestamp) -> Result<Option<Job>> {
    let sql = Sql::new(
        "update job set state = 'running', attempts = attempts + 1, leased_until = ?, updated_at = ? where id = (
         select id from job where (state = 'queued' and run_at <= ?) or (state = 'running' and leased_until < ?) order by run_at, id limit 1",
    )
    .bind(lease_until)
    .bind(now)
    .bind(now)
    .bind(now)
    .push(tx.engine().skip_locked())
    .push(") returning ")
    .push(COLUMNS);
    tx.maybe(sql).await?.as_ref().map(job).transpose()
}

/// Prolongs a claim; answers false when somebody else has it by now.
pub async fn renew(tx: &mut Tx, id: Id, attempts: i64, lease_until: Timestamp) -> Result<bool> {
    let sql = Sql::new("update job set leased_until = ? where id = ? and state = 'running' and attempts = ?")
        .bind(lease_until)
        .bind(id)
        .bind(attempts);
    Ok(tx.run(sql).await? == 1)
}

/// Ends a job with `done` or `failed`.
pub async fn finish(
    tx: &mut Tx,
    id: Id,
    attempts: i64,
    state: &'static str,
    outcome: &str,
    now: Timestamp,
) -> Result<bool> {
    let sql = Sql::new("update job set state = ?, outcome = ?, leased_until = 0, updated_at = ? where id = ? and attempts = ? and state = 'running'")
        .bind(state)
        .bind(outcome)
        .bind(now)
        .bind(id)
        .bind(attempts);
    Ok(tx.run(sql).await? == 1)
}

/// Puts a job back for another try at `run_at`.
pub async fn retry(
    tx: &mut Tx,
    id: Id,
    attempts: i64,
    outcome: &str,
    run_at: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    let sql = Sql::new(
        "update job set state = 'queued', outcome = ?, run_at = ?, leased_until = 0, updated_at = ? where id = ? and attempts = ? and state = 'running'",
    )
    .bind(outcome)
    .bind(run_at)
    .bind(now)
    .bind(id)
    .bind(attempts);
    Ok(tx.run(sql).await? == 1)
}

/// Takes back what nobody has begun; answers how often it had been begun before (a job may wait for another try), or
/// nothing when no such job waits. A worker that claims it at this moment has it wholly, or does not get it.
pub async fn withdraw(tx: &mut Tx, unique_key: &str) -> Result<Option<i64>> {
    let sql = Sql::new("delete from job where unique_key = ? and state = 'queued' returning attempts").bind(unique_key);
    tx.maybe(sql).await?.map(|row| row.int(0)).transpose()
}

/// Asks the job that runs to stop, whichever process runs it; answers false when none runs.
pub async fn want_stop(tx: &mut Tx, unique_key: &str) -> Result<bool> {
    let sql = Sql::new("update job set stop_wanted = 1 where unique_key = ? and state = 'running'").bind(unique_key);
    Ok(tx.run(sql).await? > 0)
}

/// True when somebody asked the job that runs to stop.
pub async fn stop_is_wanted(reader: &mut impl Reader, unique_key: &str) -> Result<bool> {
    let sql = Sql::new("select 1 from job where unique_key = ? and state = 'running' and stop_wanted = 1 limit 1")
        .bind(unique_key);
    Ok(reader.maybe(sql).await?.is_some())
}

/// A job by id.
pub async fn find(reader: &mut impl Reader, id: Id) -> Result<Option<Job>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from job where id = ?").bind(id);
    reader.maybe(sql).await?.as_ref().map(job).transpose()
}

/// The newest jobs.
pub async fn list(reader: &mut impl Reader, limit: i64) -> Result<Vec<Job>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from job order by created_at desc, id desc limit ?").bind(limit);
    reader.all(sql).await?.iter().map(job).collect()
}

/// Drops jobs that ended before `before`.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run(Sql::new("delete from job where state in ('done', 'failed') and updated_at < ?").bind(micros(before))).await
}

/// True while a job whose unique key ends with `:subject` waits or runs.
pub async fn waits(reader: &mut impl Reader, subject: &str) -> Result<bool> {
    let sql = Sql::new("select 1 from job where state in ('queued', 'running') and unique_key like ?")
        .bind(format!("%:{subject}"));
    Ok(reader.maybe(sql).await?.is_some())
}

/// True when a job is due, or a claim has run out.
pub async fn is_due(reader: &mut impl Reader, now: Timestamp) -> Result<bool> {
    let sql = Sql::new(
        "select 1 from job where (state = 'queued' and run_at <= ?) or (state = 'running' and leased_until < ?) limit 1",
    )
    .bind(now)
    .bind(now);
    Ok(reader.maybe(sql).await?.is_some())
}

/// True when a job ended before `before`.
pub async fn has_ended_before(reader: &mut impl Reader, before: Timestamp) -> Result<bool> {
    let sql = Sql::new("select 1 from job where state in ('done', 'failed') and updated_at < ? limit 1").bind(before);
    Ok(reader.maybe(sql).await?.is_some())
}
