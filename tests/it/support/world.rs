//! The world of one test: services over a database of its own, a clock that stands still, counted ids.

use std::sync::{Arc, atomic::AtomicU64};

use domain::{EntityKind, FixedClock, Id, Ids, Record, Timestamp};
use rules::Pack;
use services::Services;
use store::{Db, Reader, Settings, Sql};
use tempfile::TempDir;

use super::{NOW, engine};

/// One test's world.
#[derive(Debug)]
pub struct World {
    /// Every use case.
    pub services: Services,
    /// The clock that the services look at.
    pub clock: Arc<FixedClock>,
    /// The data folder: the database on SQLite, empty on PostgreSQL.
    pub folder: TempDir,
    /// How to open the same database once more, as another process would.
    pub settings: Settings,
    database: Option<String>,
}

impl World {
    /// A world on SQLite.
    pub async fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        engine::sqlite_into(folder.path()).await;
        let settings = Settings::Sqlite { folder: folder.path().to_owned() };
        Self::over(settings, folder, None).await
    }

    /// A world on PostgreSQL.
    pub async fn postgres() -> Self {
        let (name, url) = engine::postgres_database().await;
        Self::over(Settings::Postgres { url }, TempDir::new().unwrap(), Some(name)).await
    }

    async fn over(settings: Settings, folder: TempDir, database: Option<String>) -> Self {
        let db = Db::open(&settings).await.unwrap();
        let clock = Arc::new(FixedClock::at(NOW.parse().unwrap()));
        let pack = Arc::new(Pack::builtin("cn").unwrap().clone());
        let ids = Arc::new(Ids::Counted(AtomicU64::new(1)));
        let services = Services::new(db, pack, clock.clone(), ids);
        Self { services, clock, folder, settings, database }
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.services.db
    }

    /// The moment that the clock shows.
    pub fn now(&self) -> Timestamp {
        domain::Clock::now(self.clock.as_ref())
    }

    /// Moves the clock to a moment written as RFC 3339.
    pub fn the_time_is(&self, moment: &str) {
        self.clock.set(moment.parse().unwrap());
    }

    /// A new id.
    pub fn id(&self) -> Id {
        self.services.ids.next(self.now())
    }

    /// Opens the same database once more, as another replica or a restarted process would.
    pub async fn another_process(&self) -> Services {
        let db = Db::open(&self.settings).await.unwrap();
        Services::new(db, self.services.pack.clone(), self.clock.clone(), self.services.ids.clone())
    }

    /// The rows of a statement written for one test.
    pub async fn rows(&self, sql: Sql) -> Vec<store::Row> {
        (&mut self.db()).all(sql).await.unwrap()
    }

    /// The number that a statement answers.
    pub async fn number(&self, sql: &'static str) -> i64 {
        self.rows(Sql::new(sql)).await[0].int(0).unwrap()
    }

    /// The record of a code, which must exist once.
    pub async fn by_code(&self, kind: EntityKind, code: &str) -> Record {
        self.find_by_code(kind, code).await.unwrap_or_else(|| panic!("no {} {code}", kind.def().table))
    }

    /// The record of a code, if it exists; two are a failure.
    pub async fn find_by_code(&self, kind: EntityKind, code: &str) -> Option<Record> {
        let found = store::keys::by_codes(&mut self.db(), kind.def(), &[code.to_owned()]).await.unwrap();
        assert!(found.len() < 2, "{} records have the code {code}", found.len());
        self.one(kind, found).await
    }

    /// The record of a name, which must exist once.
    pub async fn by_name(&self, kind: EntityKind, name: &str) -> Record {
        let found = store::keys::by_names(&mut self.db(), kind.def(), &[domain::fold(name)]).await.unwrap();
        assert!(found.len() < 2, "{} records have the name {name}", found.len());
        self.one(kind, found).await.unwrap_or_else(|| panic!("no {} “{name}”", kind.def().table))
    }

    async fn one(&self, kind: EntityKind, found: Vec<store::keys::Keyed>) -> Option<Record> {
        let id = found.first()?.id;
        store::records::find(&mut self.db(), kind.def(), id).await.unwrap()
    }

    /// The system of a code.
    pub async fn system(&self, code: &str) -> Record {
        self.by_code(EntityKind::System, code).await
    }

    /// How many records of an entity there are.
    pub async fn count(&self, kind: EntityKind) -> i64 {
        let query = store::lists::Query::new(kind.def(), store::lists::RowScope::Everything);
        store::lists::count(&mut self.db(), &query).await.unwrap()
    }

    /// The record as it is stored now.
    pub async fn reread(&self, kind: EntityKind, id: Id) -> Record {
        store::records::find(&mut self.db(), kind.def(), id).await.unwrap().expect("the record is there")
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(name) = self.database.take() {
            engine::leave_behind(name);
        }
    }
}
