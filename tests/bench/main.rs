//! `make bench`: what "fast" means here, measured beside a raw baseline of the same run and shown as a ratio.
//!
//! Sizes come from `SHANGYUN_BENCH_SYSTEMS` (default 100,000); PostgreSQL is measured when `SHANGYUN_TEST_POSTGRES_URL`
//! is set. Nothing is asserted: figures are for people to compare.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool, not product code")]

mod lists;
mod process;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{Door, EntityKind, Ids, SystemClock};
use services::{
    Op, Services,
    city::{self, CityOptions},
    evaluation,
    imports::{self, Upload},
};
use store::{Db, Settings, Sql};

/// The same allocator as the program's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The operation under which everything is measured.
pub(crate) fn op() -> Op {
    Op::system("bench", Door::CommandLine, "bench")
}

/// p50, p95 and maximum of durations, in milliseconds.
pub(crate) fn percentiles(mut durations: Vec<Duration>) -> String {
    durations.sort_unstable();
    let at = |share: usize| {
        durations
            .get((durations.len() * share / 100).min(durations.len().saturating_sub(1)))
            .map_or(0.0, |d| d.as_secs_f64() * 1e3)
    };
    format!("p50 {:.1} ms, p95 {:.1} ms, max {:.1} ms over {}", at(50), at(95), at(100), durations.len())
}

async fn services(settings: &Settings) -> Services {
    let db = Db::open(settings).await.unwrap();
    store::migrate(&db).await.unwrap();
    let pack = rules::Pack::builtin("cn").unwrap().clone();
    Services::new(db, Arc::new(pack), Arc::new(SystemClock), Arc::new(Ids::Random))
}

/// The longest time that another writer waits while something runs.
struct Stall {
    stop: Arc<AtomicBool>,
    task: tokio::task::JoinHandle<Duration>,
}

impl Stall {
    fn watch(db: &Db) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (flag, db) = (stop.clone(), db.clone());
        let task = tokio::spawn(async move {
            let mut longest = Duration::ZERO;
            while !flag.load(Ordering::Relaxed) {
                let began = Instant::now();
                let mut tx = db.begin().await.unwrap();
                tx.run(Sql::new("insert into counter (name, value) values ('bench', 1) on conflict (name) do update set value = counter.value + 1")).await.unwrap();
                tx.commit().await.unwrap();
                longest = longest.max(began.elapsed());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            longest
        });
        Self { stop, task }
    }

    async fn longest(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await.unwrap()
    }
}

/// A bare insert loop: the same records, one many-row statement (or COPY) after another, no audit, search or rules.
async fn baseline(services: &Services, count: usize) -> f64 {
    let def = EntityKind::System.def();
    let at = domain::Clock::now(services.clock.as_ref());
    let records: Vec<domain::Record> = (0..count)
        .map(|number| {
            let mut record = domain::Record::blank(def, services.ids.next(at), at);
            record.set(def, "code", domain::Value::Text(format!("BASE-{number:07}")));
            record.set(def, "name", domain::Value::Text(format!("基准系统{number}")));
            record.path = "bench/".to_owned();
            record
        })
        .collect();
    let began = Instant::now();
    let mut tx = services.db.begin().await.unwrap();
    for chunk in records.chunks(2_000) {
        store::records::insert(&mut tx, def, chunk).await.unwrap();
    }
    let rate = count as f64 / began.elapsed().as_secs_f64();
    drop(tx);
    rate
}

async fn import(services: &Services, kind: EntityKind, file_name: String, bytes: Vec<u8>) -> (u64, Duration) {
    let began = Instant::now();
    let upload = Upload { file_name, bytes, source: "bench".to_owned(), ..Upload::default() };
    let import = imports::read(services, &op(), kind, upload).await.unwrap();
    let read = began.elapsed();
    let import = imports::check_now(services, &op(), import.id).await.unwrap();
    let checked = began.elapsed();
    let import = imports::apply_now(services, &op(), import.id, Some(true)).await.unwrap();
    let applied = began.elapsed();
    let counts = import.document.counts.unwrap();
    println!(
        "    {:<14} {} rows: read {:.2} s, check {:.2} s, apply {:.2} s ({} new, {} refused)",
        kind.def().plural,
        counts.create + counts.update + counts.unchanged + counts.refused,
        read.as_secs_f64(),
        (checked - read).as_secs_f64(),
        (applied - checked).as_secs_f64(),
        counts.create,
        counts.refused
    );
    (counts.create, applied)
}

async fn measure(name: &str, settings: &Settings, systems: usize) {
    println!("== {name}, {systems} systems");
    let services = services(settings).await;
    let bare = baseline(&services, systems.min(100_000)).await;
    println!("  bare insert of the same rows: {bare:.0} rows/s");
    let today = services.today();
    let city = city::generate(&CityOptions { systems, seed: 7, today });
    for file in city.files {
        let bytes = exchange::write_csv(&file.headers, &mut file.rows.into_iter()).unwrap();
        if file.kind != EntityKind::System {
            import(&services, file.kind, file.file_name, bytes).await;
            continue;
        }
        let stall = Stall::watch(&services.db);
        let (rows, took) = import(&services, file.kind, file.file_name, bytes).await;
        let evaluated = Instant::now();
        evaluation::catch_up(&services, &op()).await.unwrap();
        let all = took + evaluated.elapsed();
        let rate = rows as f64 / all.as_secs_f64();
        println!(
            "  import of {rows} systems: read + check + apply {:.2} s, flags {:.2} s",
            took.as_secs_f64(),
            evaluated.elapsed().as_secs_f64()
        );
        println!(
            "  = {rate:.0} rows/s, {:.2} of the bare insert; longest stall of another writer {:.2} s",
            rate / bare,
            stall.longest().await.as_secs_f64()
        );
    }
    let began = Instant::now();
    evaluation::catch_up(&services, &op()).await.unwrap();
    println!("  evaluation after components, exceptions, migrations: {:.2} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let evaluated = evaluation::evaluate_all(&services, &op()).await.unwrap();
    println!(
        "  complete evaluation of {} systems and {} rooms: {:.2} s",
        evaluated.systems,
        evaluated.rooms,
        began.elapsed().as_secs_f64()
    );
    // PostgreSQL does this by itself within a minute or so of a large change.
    services.db.settle_statistics(&["system", "data_center", "component", "flag"]).await.unwrap();
    lists::measure(&services).await;
    services.db.close().await;
}

fn main() {
    let systems = std::env::var("SHANGYUN_BENCH_SYSTEMS").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    runtime.block_on(async {
        measure("SQLite", &Settings::Sqlite { folder: folder.path().to_owned() }, systems).await;
        match std::env::var("SHANGYUN_TEST_POSTGRES_URL") {
            Ok(url) => {
                let url = process::fresh_postgres_database(&url).await;
                measure("PostgreSQL", &Settings::Postgres { url }, systems).await;
            }
            Err(_) => println!("== PostgreSQL not measured: set SHANGYUN_TEST_POSTGRES_URL (make bench does)"),
        }
    });
    process::measure(folder.path());
}
