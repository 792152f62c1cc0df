//! A unit of work: what changes, its audit entries, its events and the subjects to judge, made permanent together.

use domain::{EntityKind, Id, Record, Timestamp};
use store::{Tx, audit::Entry, outbox::Event};

use crate::{Op, Outcome, Services, evaluation};

/// Above this many touched subjects a transaction marks them and a job judges them (design, section 3).
pub(crate) const JUDGE_AT_ONCE: usize = 500;

/// A unit of work.
#[derive(Debug)]
pub struct Work<'s> {
    /// The services.
    pub services: &'s Services,
    /// The operation.
    pub op: &'s Op,
    /// The transaction.
    pub tx: Tx,
    /// The moment that everything in this unit carries.
    pub at: Timestamp,
    /// Import batch; [`Id::NONE`] outside imports.
    pub batch: Id,
    /// True while a move of a life cycle is made: nobody else changes where a request stands.
    pub(crate) is_move: bool,
    entries: Vec<Entry>,
    events: Vec<Event>,
    systems: Vec<Id>,
    rooms: Vec<Id>,
}

impl<'s> Work<'s> {
    /// Begins a unit of work.
    pub async fn begin(services: &'s Services, op: &'s Op) -> Outcome<Work<'s>> {
        let tx = services.db.begin().await?;
        Ok(Self {
            services,
            op,
            tx,
            at: services.clock.now(),
            batch: Id::NONE,
            is_move: false,
            entries: Vec::new(),
            events: Vec::new(),
            systems: Vec::new(),
            rooms: Vec::new(),
        })
    }

    /// A new id.
    pub fn next_id(&self) -> Id {
        self.services.ids.next(self.at)
    }

    /// Records that `action` happened to a subject; `body` is canonical JSON.
    pub fn record(&mut self, action: &str, entity: &str, subject: Id, path: &str, body: String) {
        self.entries.push(Entry {
            at: self.at,
            person: self.op.actor.person,
            actor: self.op.actor.name.clone(),
            door: self.op.door.code().to_owned(),
            request_id: self.op.request_id.clone(),
            action: action.to_owned(),
            entity: entity.to_owned(),
            subject,
            path: path.to_owned(),
            batch: self.batch,
            why: self.op.why.clone(),
            body,
        });
    }

    /// Tells the rest of the program, in order and at least once, after the commit.
    pub fn tell(&mut self, topic: &str, subject: Id, body: String) {
        self.events.push(Event { topic: topic.to_owned(), subject, body });
    }

    /// Marks a system to be judged at commit.
    pub fn touch_system(&mut self, id: Id) {
        self.systems.push(id);
    }

    /// Marks a room to be judged at commit.
    pub fn touch_room(&mut self, id: Id) {
        self.rooms.push(id);
    }

    /// Marks whatever must be judged when this record changes: itself, its system, its room.
    pub fn touch_record(&mut self, kind: EntityKind, record: &Record) {
        let def = kind.def();
        match kind {
            EntityKind::System => {
                self.systems.push(record.id);
                self.rooms.extend(record.get(def, "data_center").as_id());
            }
            EntityKind::DataCenter => self.rooms.push(record.id),
            EntityKind::Component => {
                self.systems.extend(record.get(def, "system").as_id());
                self.rooms.extend(record.get(def, "data_center").as_id());
            }
            EntityKind::CloudException | EntityKind::Migration => {
                self.systems.extend(record.get(def, "system").as_id())
            }
            // Many systems hang on these: whoever stores the change finds them by reference.
            EntityKind::Zone | EntityKind::Department | EntityKind::LegalBasis => {}
            // No standing hangs on a cluster.
            EntityKind::Cluster => {}
        }
    }

    /// Marks whatever must be judged when this record appears. A new system is judged as it is stored.
    pub fn touch_new(&mut self, kind: EntityKind, record: &Record) {
        match kind {
            EntityKind::System => self.rooms.extend(record.get(kind.def(), "data_center").as_id()),
            _ => self.touch_record(kind, record),
        }
    }

    /// Writes what was collected so far, so that a long unit of work keeps little in memory.
    pub async fn flush(&mut self) -> Outcome<()> {
        store::audit::write(&mut self.tx, std::mem::take(&mut self.entries)).await?;
        store::outbox::write(&mut self.tx, self.at, std::mem::take(&mut self.events)).await?;
        Ok(())
    }

    /// Writes audit and outbox, judges what was touched, and makes everything permanent.
    pub async fn commit(mut self) -> Outcome<()> {
        self.systems.sort_unstable();
        self.systems.dedup();
        self.rooms.sort_unstable();
        self.rooms.dedup();
        let (systems, rooms) = (std::mem::take(&mut self.systems), std::mem::take(&mut self.rooms));
        if systems.len() + rooms.len() > JUDGE_AT_ONCE {
            store::records::mark_stale(&mut self.tx, EntityKind::System.def(), &systems).await?;
            store::records::mark_stale(&mut self.tx, EntityKind::DataCenter.def(), &rooms).await?;
            evaluation::ask(&mut self).await?;
        } else {
            evaluation::judge_systems(&mut self, &systems).await?;
            evaluation::judge_rooms(&mut self, &rooms).await?;
        }
        self.flush().await?;
        self.tx.commit().await?;
        Ok(())
    }
}
