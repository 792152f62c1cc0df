//! Evaluation in the transaction of every change gives what a complete evaluation gives: over random histories of records
//! made, changed, moved, removed, imported, while days go by.

use std::collections::BTreeMap;

use domain::{EntityKind, FaultKind, Id, Kind, Timestamp, Value};
use jiff::ToSpan;
use services::{evaluation, records};
use store::Reader;

use crate::support::{Random, World, csv, engine, on_both_engines, operator};

/// Fields that decide something, by entity; the rest is noise that would only hide them.
const DECIDING: [(EntityKind, &[&str]); 8] = [
    (EntityKind::Department, &["parent", "in_scope", "scope_reason", "is_vertical"]),
    (EntityKind::Zone, &["counts_as_cloud", "allows_internet", "max_mlps"]),
    (
        EntityKind::DataCenter,
        &[
            "department",
            "closure_stage",
            "closed_on",
            "recognition",
            "recognition_until",
            "target_close_on",
            "servers_physical",
            "virtual_hosts",
            "mainframes",
            "pue",
            "average_it_kw",
            "average_total_kw",
        ],
    ),
    (
        EntityKind::System,
        &[
            "department",
            "hosting",
            "data_center",
            "zone",
            "live_on",
            "lifecycle",
            "owner_level",
            "mlps_level",
            "internet_facing",
            "not_applicable",
            "not_applicable_reason",
            "approved_on",
            "retire_on",
            "retire_approved_on",
            "retired_verified_on",
            "data_disposition",
        ],
    ),
    (EntityKind::Component, &["system", "data_center", "zone", "role", "from_on", "to_on", "in_service"]),
    (EntityKind::LegalBasis, &["effective_on", "repealed_on"]),
    (
        EntityKind::CloudException,
        &[
            "system",
            "category",
            "legal_basis",
            "alternatives",
            "controls",
            "leader",
            "exit_plan",
            "approved_on",
            "starts_on",
            "expires_on",
            "reviewed_on",
            "revoked_on",
        ],
    ),
    (
        EntityKind::Migration,
        &["system", "state", "suspended", "submitted_on", "approved_on", "planned_cutover_on", "cutover_on", "wave_on"],
    ),
];

struct History<'w> {
    world: &'w World,
    random: Random,
    known: BTreeMap<EntityKind, Vec<Id>>,
    names: usize,
    done: Vec<String>,
}

impl History<'_> {
    fn one_of(&mut self, kind: EntityKind) -> Option<Id> {
        let ids = self.known.get(&kind).filter(|ids| !ids.is_empty())?;
        Some(*self.random.pick(ids))
    }

    /// A text for a field, as a form would send it. Unknown one time in five.
    fn text(&mut self, kind: EntityKind, name: &str) -> String {
        let (_, field) = kind.def().field(name).unwrap();
        if !field.required && self.random.chance(20) {
            return String::new();
        }
        match field.kind {
            Kind::Ref { to } => self.one_of(to).map(|id| id.to_string()).unwrap_or_default(),
            Kind::Bool => (*self.random.pick(&["是", "否"])).to_owned(),
            Kind::Int { .. } | Kind::Decimal { .. } => self.random.below(4).to_string(),
            Kind::Date => {
                let start: jiff::civil::Date = "2026-10-01".parse().unwrap();
                start.saturating_add(i64::try_from(self.random.below(200)).unwrap().days()).to_string()
            }
            Kind::Code { .. } => match self.random.value(field) {
                Value::Text(code) => code,
                _ => String::new(),
            },
            _ => "已填写".to_owned(),
        }
    }

    async fn step(&mut self) {
        let (kind, fields) = *self.random.pick(&DECIDING);
        match self.random.below(10) {
            0..4 => {
                self.names += 1;
                let name = format!("{} {}", kind.def().table, self.names);
                let mut values = vec![("name", name)];
                for field in fields {
                    values.push((field, self.text(kind, field)));
                }
                let values: Vec<(&str, &str)> = values
                    .iter()
                    .map(|(name, text)| (*name, text.as_str()))
                    .filter(|(_, text)| !text.is_empty())
                    .collect();
                match self.world.create_as(&operator(), kind, &values).await {
                    Ok(record) => self.known.entry(kind).or_default().push(record.id),
                    Err(fault) => assert!(matches!(fault.kind, FaultKind::Invalid), "{values:?}: {fault:?}"),
                }
                self.done.push(format!("create {} {values:?}", kind.def().table));
            }
            4..8 => {
                let Some(id) = self.one_of(kind) else { return };
                let field = *self.random.pick(fields);
                let text = self.text(kind, field);
                let outcome = self.world.update_as(&operator(), kind, id, &[(field, &text)]).await;
                if let Err(fault) = &outcome {
                    assert!(matches!(fault.kind, FaultKind::Invalid), "{field}={text}: {fault:?}");
                }
                self.done.push(format!("update {} {id} {field}={text} {}", kind.def().table, outcome.is_ok()));
            }
            8 => {
                let Some(id) = self.one_of(kind) else { return };
                let removed = self.world.remove(kind, id).await;
                match &removed {
                    Ok(()) => self.known.entry(kind).or_default().retain(|known| *known != id),
                    Err(fault) => assert_eq!(fault.code, "still-referenced", "{fault:?}"),
                }
                self.done.push(format!("remove {} {id} {}", kind.def().table, removed.is_ok()));
            }
            _ => self.import_or_wait().await,
        }
    }

    async fn import_or_wait(&mut self) {
        if self.random.chance(60) {
            let days = i64::try_from(1 + self.random.below(25)).unwrap();
            let now: Timestamp = self.world.now();
            self.world.clock.set(now.checked_add((days * 24).hours()).unwrap());
            self.done.push(format!("{days} days go by"));
            return;
        }
        let Some(office) = self.one_of(EntityKind::Department) else { return };
        let (name, hosting) = (format!("import {}", self.random.below(6)), self.text(EntityKind::System, "hosting"));
        let live = self.text(EntityKind::System, "live_on");
        let office = self
            .world
            .reread(EntityKind::Department, office)
            .await
            .get(EntityKind::Department.def(), "name")
            .as_text()
            .unwrap()
            .to_owned();
        let file = csv(&["系统名称", "使用单位", "部署位置", "上线日期"], &[&[&name, &office, &hosting, &live]]);
        self.world.import(EntityKind::System, "list.csv", file).await;
        for record in
            store::records::walk(&mut self.world.db(), EntityKind::System.def(), Id::NONE, 10_000).await.unwrap()
        {
            let known = self.known.entry(EntityKind::System).or_default();
            if !known.contains(&record.id) {
                known.push(record.id);
            }
        }
        self.done.push(format!("import {name} {hosting} {live}"));
    }
}

/// What the rules have concluded: per subject, the derived fields and the open flags. `with_memory` adds what only history knows.
async fn concluded(world: &World, with_memory: bool) -> BTreeMap<Id, Vec<String>> {
    let mut found: BTreeMap<Id, Vec<String>> = BTreeMap::new();
    for kind in [EntityKind::System, EntityKind::DataCenter] {
        for record in records_of(world, kind).await {
            let derived = kind
                .def()
                .fields
                .iter()
                .zip(&record.values)
                .filter(|(field, _)| field.flags.derived && (with_memory || field.name != "standing_since"));
            found.insert(record.id, derived.map(|(field, value)| format!("{} = {value:?}", field.name)).collect());
        }
    }
    for row in (&mut world.db())
        .all(store::Sql::new("select subject, rule, severity, true_since, deadline_on, zh, facts, path from flag where closed_at = 0 order by subject, rule"))
        .await
        .unwrap()
    {
        let words: Vec<String> = (1..8).map(|index| row.text(index).unwrap()).collect();
        found.entry(row.id(0).unwrap()).or_default().push(words.join(" | "));
    }
    found
}

async fn records_of(world: &World, kind: EntityKind) -> Vec<domain::Record> {
    store::records::walk(&mut world.db(), kind.def(), Id::NONE, 10_000).await.unwrap()
}

/// Subjects that nobody says are waiting for an evaluation.
async fn settled(world: &World) -> Vec<Id> {
    let today = world.services.today().to_string();
    let mut ids = Vec::new();
    for kind in [EntityKind::System, EntityKind::DataCenter] {
        for record in records_of(world, kind).await {
            if !store::facts::is_due(&mut world.db(), kind, record.id, &today).await.unwrap() {
                ids.push(record.id);
            }
        }
    }
    ids
}

async fn one_history(world: World, seed: u64, steps: usize) {
    let mut history =
        History { world: &world, random: Random::seeded(seed), known: BTreeMap::new(), names: 0, done: Vec::new() };
    for name in ["甲", "乙"] {
        let office = world.department(name, None).await;
        history.known.entry(EntityKind::Department).or_default().push(office.id);
    }
    for _ in 0..steps {
        history.step().await;
    }
    let told = || format!("seed {seed}:\n{}", history.done.join("\n"));

    // What is not marked is already right.
    let (before, sure) = (concluded(&world, true).await, settled(&world).await);
    evaluation::evaluate_all(&world.services, &operator()).await.unwrap();
    let after = concluded(&world, true).await;
    for id in &sure {
        assert_eq!(before.get(id), after.get(id), "a subject that was not marked was wrong: {id}, {}", told());
    }
    // Nothing is left to do.
    let again = evaluation::catch_up(&world.services, &operator()).await.unwrap();
    assert_eq!((again.standings_changed, again.flags_opened, again.flags_closed), (0, 0, 0), "{}", told());
    assert_eq!(concluded(&world, true).await, after, "{}", told());

    // As if the rules saw the register for the first time: the facts decide, not what was concluded before.
    let remembered = concluded(&world, false).await;
    engine::run(&world.db().clone(), "delete from flag").await;
    engine::run(&world.db().clone(), "update system set standing = '', standing_since = '', deadline_on = '', worst_severity = '', flag_count = 77, valid_until = ''").await;
    engine::run(&world.db().clone(), "update data_center set flag_count = 77, valid_until = ''").await;
    evaluation::evaluate_all(&world.services, &operator()).await.unwrap();
    let fresh = concluded(&world, false).await;
    for (id, wanted) in &fresh {
        assert_eq!(remembered.get(id), Some(wanted), "{id}, {}", told());
    }
    assert!(fresh.len() > 3, "a history in which little happened proves little");
    let shown = records::list(
        &world.services,
        &operator(),
        &store::lists::Query::new(EntityKind::System.def(), operator().scope(EntityKind::System)),
    )
    .await
    .unwrap();
    assert_eq!(shown.stale, 0);
}

async fn judging_every_change_gives_what_judging_everything_gives(world: World) {
    let sqlite = world.db().engine() == store::Engine::Sqlite;
    one_history(world, 1, 80).await;
    for seed in if sqlite { 2..14 } else { 2..4 } {
        let world = if sqlite { World::sqlite().await } else { World::postgres().await };
        one_history(world, seed, 80).await;
    }
}

on_both_engines!(judging_every_change_gives_what_judging_everything_gives);
