//! Evaluation: from records to standings and flags, in the transaction of the change and completely on a timetable.

mod explain;
mod gather;
mod judge;

use domain::{EntityKind, Id};
use serde::Serialize;

use crate::{Op, Outcome, Services, Work, permit};

pub use explain::{explain_room, explain_system};
pub(crate) use judge::{judge_rooms, judge_systems};

/// Kind of the job that judges what is marked.
pub const JOB_KIND: &str = "evaluate";

/// Systems judged in one transaction: long enough to be fast, short enough that no other writer waits a second.
const AT_ONCE: i64 = 2_000;

/// Asks the background to judge what is marked.
pub(crate) async fn ask(work: &mut Work<'_>) -> Outcome<()> {
    let id = work.next_id();
    store::job_queue::enqueue(&mut work.tx, id, JOB_KIND, "{}", JOB_KIND, work.at, work.at).await?;
    Ok(())
}

/// What an evaluation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evaluated {
    /// Systems judged.
    pub systems: u64,
    /// Rooms judged.
    pub rooms: u64,
    /// Standings that changed.
    pub standings_changed: u64,
    /// Flags that opened.
    pub flags_opened: u64,
    /// Flags that closed.
    pub flags_closed: u64,
}

impl Evaluated {
    fn add(&mut self, other: Self) {
        self.systems += other.systems;
        self.rooms += other.rooms;
        self.standings_changed += other.standings_changed;
        self.flags_opened += other.flags_opened;
        self.flags_closed += other.flags_closed;
    }
}

/// Judges whatever is marked, or whose conclusion the clock has ended, in transactions of a few thousand subjects.
pub async fn catch_up(services: &Services, op: &Op) -> Outcome<Evaluated> {
    let mut total = Evaluated::default();
    let today = services.today().to_string();
    for kind in [EntityKind::System, EntityKind::DataCenter] {
        loop {
            let ids = store::facts::due(&mut &services.db, kind, &today, AT_ONCE).await?;
            if ids.is_empty() {
                break;
            }
            total.add(judge(services, op, kind, &ids).await?);
        }
    }
    Ok(total)
}

/// Judges everything, whether marked or not. Only what differs is written.
pub async fn evaluate_all(services: &Services, op: &Op) -> Outcome<Evaluated> {
    permit(op, rules::Action::Evaluate, &rules::Resource::Rules)?;
    let mut total = Evaluated::default();
    for kind in [EntityKind::System, EntityKind::DataCenter] {
        let mut after = Id::NONE;
        loop {
            let ids: Vec<Id> = store::facts::walk(&mut &services.db, kind.def(), after, AT_ONCE, &[])
                .await?
                .iter()
                .map(|record| record.id)
                .collect();
            let Some(last) = ids.last() else { break };
            after = *last;
            total.add(judge(services, op, kind, &ids).await?);
        }
    }
    Ok(total)
}

async fn judge(services: &Services, op: &Op, kind: EntityKind, ids: &[Id]) -> Outcome<Evaluated> {
    let mut work = Work::begin(services, op).await?;
    let evaluated = match kind {
        EntityKind::System => judge_systems(&mut work, ids).await?,
        _ => judge_rooms(&mut work, ids).await?,
    };
    work.commit().await?;
    Ok(evaluated)
}

/// The record with a conclusion that holds today: judged anew if it is marked or the clock has ended it.
pub(crate) async fn fresh(
    services: &Services,
    op: &Op,
    kind: EntityKind,
    record: domain::Record,
) -> Outcome<domain::Record> {
    if !matches!(kind, EntityKind::System | EntityKind::DataCenter) {
        return Ok(record);
    }
    let today = services.today().to_string();
    if !store::facts::is_due(&mut &services.db, kind, record.id, &today).await? {
        return Ok(record);
    }
    let program = Op { actor: domain::Actor::system("rules"), ..op.clone() };
    judge(services, &program, kind, &[record.id]).await?;
    Ok(store::records::find(&mut &services.db, kind.def(), record.id).await?.unwrap_or(record))
}
