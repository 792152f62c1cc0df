//! The trail of sign-ins. It must not wait for a long write to the register (SQLite), and must not lose anything
//! either: see `store::accounts`.

use std::{collections::HashMap, time::Duration};

use domain::{Id, Timestamp};
use store::{Engine, Reader, Tx, accounts, audit::Entry};

use crate::{Op, Outcome, Services};

/// How long a sign-in waits for its entry to reach the register.
const HURRY: Duration = Duration::from_millis(250);

/// Entries carried over in one transaction.
const AT_ONCE: i64 = 500;

/// An entry about an account, made by `person` (none: by whoever it was).
pub(super) fn entry(op: &Op, at: Timestamp, person: Id, actor: &str, action: &str, subject: Id, body: String) -> Entry {
    Entry {
        at,
        person,
        actor: actor.to_owned(),
        door: op.door.code().to_owned(),
        request_id: op.request_id.clone(),
        action: action.to_owned(),
        entity: "person".to_owned(),
        subject,
        path: String::new(),
        batch: Id::NONE,
        why: String::new(),
        body,
    }
}

/// Writes an entry in a unit of work on the sessions.
pub(super) async fn note(tx: &mut Tx, entry: Entry) -> Outcome<()> {
    match tx.engine() {
        Engine::Postgres => store::audit::write(tx, vec![entry]).await?,
        Engine::Sqlite => accounts::wait(tx, &entry).await?,
    }
    Ok(())
}

/// Carries waiting entries over to the register's trail; sign-ins do it, and the timetable for what they left. Answers
/// how many.
pub async fn carry_over(services: &Services) -> Outcome<usize> {
    let mut carried = 0;
    if services.db.engine() == Engine::Postgres {
        return Ok(carried);
    }
    loop {
        let mut sessions = services.db.begin_sessions().await?;
        let idle = !accounts::is_anything_waiting(&mut sessions).await?;
        drop(sessions);
        if idle {
            return Ok(carried);
        }
        // The register first, the sessions second: nobody takes them in the other order.
        let mut tx = services.db.begin().await?;
        let places: HashMap<String, i64> = accounts::trail_place(&mut tx).await?;
        let mut sessions = services.db.begin_sessions().await?;
        let place = |name: &str| places.get(name).copied().unwrap_or(0);
        let (file, waiting) = accounts::waiting(&mut sessions, place, AT_ONCE).await?;
        drop(sessions);
        let Some(last) = waiting.last().map(|(place, _)| *place) else {
            // Carried over before, and not dropped: the program ended in between.
            drop(tx);
            drop_carried(services, places.get(&file).copied().unwrap_or(0)).await?;
            return Ok(carried);
        };
        carried += waiting.len();
        store::audit::write(&mut tx, waiting.into_iter().map(|(_, entry)| entry).collect()).await?;
        accounts::set_trail_place(&mut tx, &file, last).await?;
        tx.commit().await?;
        drop_carried(services, last).await?;
    }
}

async fn drop_carried(services: &Services, upto: i64) -> Outcome<()> {
    let mut sessions = services.db.begin_sessions().await?;
    accounts::drop_waiting(&mut sessions, upto).await?;
    sessions.commit().await?;
    Ok(())
}

/// Carries over soon: waits a moment for it, and goes on without it when the register is busy.
pub(super) async fn hurry(services: &Services) {
    if services.db.engine() == Engine::Postgres {
        return;
    }
    let services = services.clone();
    let task = tokio::spawn(async move {
        if let Err(fault) = carry_over(&services).await {
            tracing::warn!(%fault, "entries about sign-ins wait in the sessions file");
        }
    });
    // A task that is no longer waited for goes on by itself.
    if tokio::time::timeout(HURRY, task).await.is_err() {
        tracing::debug!("the register is busy; entries about sign-ins follow later");
    }
}
