//! Use cases: one folder per area, one file per use case. Every door (console, REST, command line, jobs) comes through here.
//!
//! A use case opens a [`Work`], asks `rules::permit`, changes, and commits once; the commit writes audit and outbox,
//! evaluates the rules for what was touched, and makes everything permanent together. Time, ids and actor come in with
//! the [`Op`] and the [`Services`]; nothing reaches for them.

pub mod accounts;
pub mod audit;
pub mod city;
pub mod evaluation;
pub mod figures;
pub mod flags;
pub mod imports;
mod op;
pub mod provisioning;
pub mod queue;
pub mod records;
pub mod requests;
mod work;

use std::sync::Arc;

use domain::{Clock, Ids};
use jiff::civil::Date;
use rules::Pack;
use store::Db;

pub use op::{Op, permit};
pub use work::Work;

/// What every use case answers.
pub type Outcome<T> = Result<T, domain::Fault>;

/// Everything that use cases need; cloning is cheap.
#[derive(Clone, Debug)]
pub struct Services {
    /// The database.
    pub db: Db,
    /// The rule pack.
    pub pack: Arc<Pack>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<Ids>,
    /// Progress of long work in this process.
    pub progress: imports::ProgressBoard,
    /// Sign-in state that is not worth storing.
    pub sign_in_guard: accounts::SignInGuard,
    /// How clusters are reached; none where no sealing key is configured.
    pub clusters: Option<provisioning::ClusterDoor>,
}

impl Services {
    /// Puts the parts together.
    pub fn new(db: Db, pack: Arc<Pack>, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        Self {
            db,
            pack,
            clock,
            ids,
            progress: imports::ProgressBoard::default(),
            sign_in_guard: accounts::SignInGuard::default(),
            clusters: None,
        }
    }

    /// Today, in the pack's time zone.
    pub fn today(&self) -> Date {
        self.pack.day_of(self.clock.now())
    }
}
