//! The audit trail: who changed what, when, through which door and why; sealed in hash-chained batches.
//!
//! An entry's body is canonical JSON text: keys sorted, no spaces, its bytes are what is hashed. A creation holds
//! the hash of version 1, a change the before and after of the changed fields.

use domain::{Id, Timestamp};
use sha2::{Digest, Sha256};

use crate::{Arg, Engine, Error, Reader, Result, Row, Sql, Tx, outbox::Place};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who; [`Id::NONE`] for the program.
    pub person: Id,
    /// How the actor was called then.
    pub actor: String,
    /// Through which door.
    pub door: String,
    /// Which request.
    pub request_id: String,
    /// `create`, `update`, `remove`, `restore`, `assess`, `sign_in`, …
    pub action: String,
    /// Table of the subject.
    pub entity: String,
    /// The subject.
    pub subject: Id,
    /// Path of the owning department at that time.
    pub path: String,
    /// Import batch; [`Id::NONE`] outside imports.
    pub batch: Id,
    /// Reason given.
    pub why: String,
    /// Canonical JSON.
    pub body: String,
}

/// An entry with its place in the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub entry: Entry,
}

const COLUMNS: &str = "at,person,actor,door,request_id,action,entity,subject,path,batch,why,body";

/// Writes entries.
pub async fn write(tx: &mut Tx, entries: Vec<Entry>) -> Result<()> {
    let rows = entries.into_iter().map(|entry| {
        vec![
            entry.at.into(),
            Arg::Id(entry.person),
            Arg::Text(entry.actor),
            Arg::Text(entry.door),
            Arg::Text(entry.request_id),
            Arg::Text(entry.action),
            Arg::Text(entry.entity),
            Arg::Id(entry.subject),
            Arg::Text(entry.path),
            Arg::Id(entry.batch),
            Arg::Text(entry.why),
            Arg::Text(entry.body),
        ]
    });
    tx.load("audit_entry", COLUMNS, Box::new(rows)).await
}

fn placed(row: &Row) -> Result<Placed> {
    Ok(Placed {
        place: Place { transaction: row.int(0)?, sequence: row.int(1)? },
        entry: Entry {
            at: row.at(2)?,
            person: row.id(3)?,
            actor: row.text(4)?,
            door: row.text(5)?,
            request_id: row.text(6)?,
            action: row.text(7)?,
            entity: row.text(8)?,
            subject: row.id(9)?,
            path: row.text(10)?,
            batch: row.id(11)?,
            why: row.text(12)?,
            body: row.text(13)?,
        },
    })
}

fn select() -> Sql {
    Sql::new("select transaction_id,sequence,").push(COLUMNS).push(" from audit_entry where ")
}

/// The newest entries about a subject below `before_sequence`.
pub async fn of_subject(
    reader: &mut impl Reader,
    subject: Id,
    before_sequence: i64,
    limit: i64,
) -> Result<Vec<Placed>> {
    let sql = select()
        .push("subject = ? and sequence < ? order by sequence desc limit ?")
        .bind(subject)
        .bind(before_sequence)
        .bind(limit);
    reader.all(sql).await?.iter().map(placed).collect()
}

/// The entries of an import batch, in order, after `sequence`.
pub async fn of_batch(reader: &mut impl Reader, batch: Id, after_sequence: i64, limit: i64) -> Result<Vec<Placed>> {
    let sql = select()
        .push("batch = ? and sequence > ? order by sequence limit ?")
        .bind(batch)
        .bind(after_sequence)
        .bind(limit);
    reader.all(sql).await?.iter().map(placed).collect()
}

/// The newest entries below `before_sequence`, for the audit page.
pub async fn list(reader: &mut impl Reader, before_sequence: i64, limit: i64) -> Result<Vec<Placed>> {
    let sql = select().push("sequence < ? order by sequence desc limit ?").bind(before_sequence).bind(limit);
    reader.all(sql).await?.iter().map(placed).collect()
}

/// What an entry contributes to its seal: every column, each preceded by its length, so that no two entries read alike.
fn digest_entry(hasher: &mut Sha256, placed: &Placed) {
    let entry = &placed.entry;
    let numbers = [placed.place.transaction, placed.place.sequence, entry.at.as_microsecond()];
    for number in numbers {
        hasher.update(number.to_be_bytes());
    }
    for id in [entry.person, entry.subject, entry.batch] {
        hasher.update(id.0.as_bytes());
    }
    for text in [
        &entry.actor,
        &entry.door,
        &entry.request_id,
        &entry.action,
        &entry.entity,
        &entry.path,
        &entry.why,
        &entry.body,
    ] {
        hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(text.as_bytes());
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a text, as `sha256:…`.
pub fn hash_text(text: &str) -> String {
    format!("sha256:{}", hex(&Sha256::digest(text.as_bytes())))
}

/// Entries per seal at most, so that sealing never holds the writer for long.
const SEAL_SIZE: i64 = 5_000;

async fn unsealed(reader: &mut impl Reader, after: Place, upto: Place, limit: i64) -> Result<Vec<Placed>> {
    let visible = match reader.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => {
            " and transaction_id < cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)"
        }
    };
    let sql = select()
        .push("(transaction_id, sequence) > (?, ?) and (transaction_id, sequence) <= (?, ?)")
        .bind(after.transaction)
        .bind(after.sequence)
        .bind(upto.transaction)
        .bind(upto.sequence)
        .push(visible)
        .push(" order by transaction_id, sequence limit ?")
        .bind(limit);
    reader.all(sql).await?.iter().map(placed).collect()
}

fn head_of(previous: &str, entries: &[Placed]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    for placed in entries {
        digest_entry(&mut hasher, placed);
    }
    format!("sha256:{}", hex(&hasher.finalize()))
}

const FIRST_HEAD: &str = "sha256:0";
/// Before every place, even those that only somebody with the database's password could give an entry.
const BEGINNING: Place = Place { transaction: i64::MIN, sequence: i64::MIN };
const END: Place = Place { transaction: i64::MAX, sequence: i64::MAX };

/// Seals the next entries in order; answers how many. One sealer at a time.
pub async fn seal(tx: &mut Tx, now: Timestamp) -> Result<usize> {
    tx.lock("audit-seal").await?;
    let last = tx
        .maybe(Sql::new(
            "select number, upto_transaction, upto_sequence, head from audit_seal order by number desc limit 1",
        ))
        .await?;
    let (number, after, previous) = match &last {
        Some(row) => (row.int(0)?, Place { transaction: row.int(1)?, sequence: row.int(2)? }, row.text(3)?),
        None => (0, BEGINNING, FIRST_HEAD.to_owned()),
    };
    let entries = unsealed(tx, after, END, SEAL_SIZE).await?;
    let Some(upto) = entries.last().map(|placed| placed.place) else { return Ok(0) };
    tx.run(
        Sql::new("insert into audit_seal (number, upto_transaction, upto_sequence, entries, head, sealed_at) values (?, ?, ?, ?, ?, ?)")
            .bind(number + 1)
            .bind(upto.transaction)
            .bind(upto.sequence)
            .bind(i64::try_from(entries.len()).unwrap_or(i64::MAX))
            .bind(head_of(&previous, &entries))
            .bind(now),
    )
    .await?;
    Ok(entries.len())
}

/// What checking the trail found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Seals checked.
    pub seals: i64,
    /// Entries under them.
    pub entries: i64,
    /// Number of the first seal that does not fit, if any: an entry under it was altered, removed or put in.
    pub broken_seal: Option<i64>,
    /// The newest head, to compare with one kept elsewhere.
    pub head: String,
}

/// Recomputes every seal from the entries.
pub async fn verify(reader: &mut impl Reader) -> Result<Verified> {
    let mut verified = Verified { seals: 0, entries: 0, broken_seal: None, head: FIRST_HEAD.to_owned() };
    let mut after = BEGINNING;
    loop {
        let sql = Sql::new("select number, upto_transaction, upto_sequence, entries, head from audit_seal where number > ? order by number limit 1")
            .bind(verified.seals);
        let Some(row) = reader.maybe(sql).await? else { break };
        let (number, upto) = (row.int(0)?, Place { transaction: row.int(1)?, sequence: row.int(2)? });
        // One more than was sealed, so that an entry put in between shows.
        let entries = unsealed(reader, after, upto, row.int(3)? + 1).await?;
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let head = head_of(&verified.head, &entries);
        if number != verified.seals + 1 || count != row.int(3)? || head != row.text(4)? {
            verified.broken_seal = Some(verified.seals + 1);
            return Ok(verified);
        }
        verified = Verified { seals: number, entries: verified.entries + count, broken_seal: None, head };
        after = upto;
    }
    if verified.seals == 0 && reader.maybe(Sql::new("select 1 from audit_seal limit 1")).await?.is_some() {
        return Err(Error::Corrupt("audit_seal does not begin at 1".to_owned()));
    }
    Ok(verified)
}
