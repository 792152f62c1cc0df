//! The outbox: what happened, written in the transaction in which it happened, read in order by idempotent consumers.

use domain::{Id, Timestamp};

use crate::{Arg, Engine, Reader, Result, Sql, Tx};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing, such as `system.created` or `import.applied`.
    pub topic: String,
    /// About whom.
    pub subject: Id,
    /// Canonical JSON.
    pub body: String,
}

/// A reader's place in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Transaction (0 on SQLite, where one writer makes sequence and commit order the same).
    pub transaction: i64,
    /// Sequence number.
    pub sequence: i64,
}

/// Writes events.
pub async fn write(tx: &mut Tx, at: Timestamp, events: Vec<Event>) -> Result<()> {
    let rows = events
        .into_iter()
        .map(|event| vec![at.into(), Arg::Text(event.topic), Arg::Id(event.subject), Arg::Text(event.body)]);
    tx.load("outbox", "at,topic,subject,body", Box::new(rows)).await
}

/// The next events after `place`, with the place of each. Only what lies below the oldest running transaction is read,
/// so that an event which commits late is never skipped.
pub async fn read(reader: &mut impl Reader, place: Place, limit: i64) -> Result<Vec<(Place, Event)>> {
    let visible = match reader.engine() {
        Engine::Sqlite => "",
        Engine::Postgres => {
            " and transaction_id < cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)"
        }
    };
    let sql = Sql::new(
        "select transaction_id, sequence, topic, subject, body from outbox where (transaction_id, sequence) > (?, ?)",
    )
    .bind(place.transaction)
    .bind(place.sequence)
    .push(visible)
    .push(" order by transaction_id, sequence limit ?")
    .bind(limit);
    let mut events = Vec::new();
    for row in reader.all(sql).await? {
        let place = Place { transaction: row.int(0)?, sequence: row.int(1)? };
        events.push((place, Event { topic: row.text(2)?, subject: row.id(3)?, body: row.text(4)? }));
    }
    Ok(events)
}
