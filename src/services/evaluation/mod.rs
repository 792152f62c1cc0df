//! Evaluation: from records to standings and flags, in the transaction of the change and completely on a timetable.

mod explain;
mod gather;
mod judge;

use std::collections::VecDeque;

use domain::{EntityKind, Fault, Id};
use serde::Serialize;
use tokio::task::JoinHandle;

use crate::{Op, Outcome, Services, Work, permit};

pub use explain::{explain_room, explain_system};
pub(crate) use gather::exception;
pub(crate) use judge::{NewSystems, judge_new_systems, judge_rooms, judge_systems};

/// Kind of the job that judges what is marked.
pub const JOB_KIND: &str = "evaluate";

/// Systems judged in one transaction: long enough to be fast, short enough that no other writer waits a second.
const AT_ONCE: i64 = 2_000;

/// Looks that run beside each other: one reads while another judges.
const LOOKS_AT_ONCE: usize = 3;

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

/// Judges everything, whether marked or not. Looking keeps no writer waiting; only what differs is judged again and written
/// inside a transaction.
pub async fn evaluate_all(services: &Services, op: &Op) -> Outcome<Evaluated> {
    permit(op, rules::Action::Evaluate, &rules::Resource::Rules)?;
    let mut total = Evaluated::default();
    for kind in [EntityKind::System, EntityKind::DataCenter] {
        let seen = evaluate_kind(services, op, kind, &mut total).await?;
        match kind {
            EntityKind::System => total.systems = seen,
            _ => total.rooms = seen,
        }
    }
    Ok(total)
}

async fn evaluate_kind(services: &Services, op: &Op, kind: EntityKind, total: &mut Evaluated) -> Outcome<u64> {
    let mut looks: VecDeque<JoinHandle<Outcome<Vec<Id>>>> = VecDeque::new();
    let (mut after, mut seen, mut more) = (Id::NONE, 0, true);
    while more || !looks.is_empty() {
        while more && looks.len() < LOOKS_AT_ONCE {
            let ids = store::facts::walk(&mut &services.db, kind.def(), after, AT_ONCE).await?;
            match ids.last() {
                Some(last) => after = *last,
                None => {
                    more = false;
                    break;
                }
            }
            seen += u64::try_from(ids.len()).unwrap_or(0);
            let (services, at) = (services.clone(), services.clock.now());
            looks.push_back(tokio::spawn(async move { judge::differing(&services, kind, &ids, at).await }));
        }
        let Some(look) = looks.pop_front() else { break };
        let differing = look.await.map_err(|error| Fault::internal(error.to_string()))??;
        if !differing.is_empty() {
            total.add(judge(services, op, kind, &differing).await?);
        }
    }
    Ok(seen)
}

async fn judge(services: &Services, op: &Op, kind: EntityKind, ids: &[Id]) -> Outcome<Evaluated> {
    let mut work = Work::begin(services, op).await?;
    work.tx.prefer_indexes().await?;
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
