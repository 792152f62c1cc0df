//! The audit trail as readers see it, its sealing and its verification.

use std::collections::HashMap;

use domain::{EntityKind, Id, Timestamp};
use rules::{Action, Resource};
use store::audit::{Placed, Verified};

use crate::{Op, Outcome, Services, permit};

/// Entries looked at for what is new.
const NEWEST: i64 = 2_000;

/// A page of the trail, newest first, below the entry numbered `before` (`None`: from the newest).
pub async fn list(services: &Services, op: &Op, before: Option<i64>, limit: i64) -> Outcome<Vec<Placed>> {
    permit(op, Action::ViewAudit, &Resource::Audit)?;
    Ok(store::audit::list(&mut &services.db, before.unwrap_or(i64::MAX), limit.clamp(1, 500)).await?)
}

/// What happened to records that the reader may see the history of, newest first, not before `since`. An import counts
/// once. Looks at the newest entries only: this is for "what is new", not for looking back.
pub async fn recent(services: &Services, op: &Op, since: Timestamp, limit: usize) -> Outcome<Vec<Placed>> {
    let entries = store::audit::list(&mut &services.db, i64::MAX, NEWEST).await?;
    let theirs = |placed: &Placed| {
        let entry = &placed.entry;
        let row_of_a_batch = !entry.batch.is_none() && entry.action != "import";
        let own_import = entry.action == "import" && entry.person == op.actor.person;
        let of_record = |kind| op.may(Action::ViewHistory, &Resource::Record { kind, path: &entry.path });
        !row_of_a_batch && (own_import || EntityKind::from_table(&entry.entity).is_some_and(of_record))
    };
    Ok(entries.into_iter().take_while(|placed| placed.entry.at >= since).filter(theirs).take(limit).collect())
}

/// Codes (or logins) and names of the records and people that entries are about, as they are called now; what is gone has none.
pub async fn names(services: &Services, entries: &[Placed]) -> Outcome<HashMap<Id, (String, String)>> {
    let mut wanted: HashMap<EntityKind, Vec<Id>> = HashMap::new();
    for entry in entries.iter().map(|placed| &placed.entry) {
        if let Some(kind) = EntityKind::from_table(&entry.entity) {
            wanted.entry(kind).or_default().push(entry.subject);
        }
    }
    let mut people: Vec<Id> = entries
        .iter()
        .filter(|placed| placed.entry.entity == "person" && !placed.entry.subject.is_none())
        .map(|placed| placed.entry.subject)
        .collect();
    people.sort_unstable();
    people.dedup();
    let mut names = store::accounts::names_of_people(&mut &services.db, &people).await?;
    for (kind, mut ids) in wanted {
        ids.sort_unstable();
        ids.dedup();
        names.extend(store::records::names(&mut &services.db, kind.def(), &ids).await?);
    }
    Ok(names)
}

/// Recomputes every seal.
pub async fn verify(services: &Services, op: &Op) -> Outcome<Verified> {
    permit(op, Action::ViewAudit, &Resource::Audit)?;
    let mut tx = services.db.begin_read().await?;
    Ok(store::audit::verify(&mut tx).await?)
}

/// Seals what is not sealed yet, in short transactions; answers how many entries.
pub async fn seal(services: &Services) -> Outcome<usize> {
    let mut sealed = 0;
    loop {
        let mut tx = services.db.begin().await?;
        let count = store::audit::seal(&mut tx, services.clock.now()).await?;
        tx.commit().await?;
        sealed += count;
        if count == 0 {
            return Ok(sealed);
        }
    }
}
