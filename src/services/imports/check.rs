//! Check: every row against the register as it is now, every error kept, nothing changed.

use domain::{EntityKind, Id, Language, Record, Wording, show};
use sha2::{Digest as _, Sha256};
use store::imports;

use super::{
    document::{Counts, ImportView, Missing, MissingName, PreviewChange, PreviewRecord, State},
    missing,
    plan::{ChunkPlan, Planner},
    progress::Phase,
    read, run,
};
use crate::{Op, Outcome, Services, records::Update};

/// New and changed rows shown in full.
const PREVIEWS: usize = 50;
/// Distinct missing names kept.
const MISSING_NAMES: usize = 20_000;
/// Files of this many changes or more are held against the share of the register that they change.
const LARGE_CHANGE_ROWS: u64 = 100;

pub(super) fn cancelled() -> domain::Fault {
    domain::Fault::new(
        domain::FaultKind::Conflict,
        "cancelled",
        "已取消，没有改变任何数据。",
        "Cancelled; nothing was changed.",
    )
}

/// All chunks of an import; departments in one, because rows of that file refer to each other.
pub(super) async fn chunk_groups(tx: &mut store::Tx, import: &ImportView) -> Outcome<Vec<Vec<i64>>> {
    let _ = tx;
    let all: Vec<i64> = (0..import.document.chunks).collect();
    Ok(if import.kind == EntityKind::Department {
        vec![all]
    } else {
        all.into_iter().map(|number| vec![number]).collect()
    })
}

/// Checks an import now.
pub async fn check_now(services: &Services, op: &Op, id: Id) -> Outcome<ImportView> {
    let mut import = run::find(services, op, id).await?;
    run::may_change(op, &import)?;
    run::in_state(&import, &[State::Read, State::Checked, State::Checking])?;
    services.progress.begin(id, Phase::Checking, import.document.rows, services.clock.now());
    let outcome = check_rows(services, op, &mut import).await;
    services.progress.end(id);
    outcome?;
    import.state = State::Checked;
    import.document.problem = None;
    run::save(services, &mut import).await?;
    Ok(import)
}

async fn check_rows(services: &Services, op: &Op, import: &mut ImportView) -> Outcome<()> {
    let mut forgiving = services.db.begin().await?;
    imports::forgive(&mut forgiving, import.id).await?;
    forgiving.commit().await?;
    let mut tx = services.db.begin_read().await?;
    tx.prefer_indexes().await?;
    let mut planner = Planner::new(services, op, import.kind, &import.document, &mut tx).await?;
    let mut counts =
        Counts { refused: u64::try_from(import.document.classified_rows.len()).unwrap_or(0), ..Counts::default() };
    let (mut creates, mut updates) = (Vec::new(), Vec::new());
    let (mut refusals_stored, mut done) = (0_i64, 0_u64);
    let mut hash = PlanHash::default();
    for group in chunk_groups(&mut tx, import).await? {
        let mut rows = Vec::new();
        for number in group {
            rows.extend(read::staged(&mut tx, import.id, number).await?);
        }
        let mut plan = planner.plan(&mut tx, &rows).await?;
        if import.kind == EntityKind::Department {
            planner.assign_paths(&mut plan, 1 << 40);
        }
        add(&mut counts, &plan);
        hash.add(&plan);
        preview(services, import.kind, &plan, &mut creates, &mut updates);
        let count = i64::try_from(plan.refusals.len()).unwrap_or(0);
        if count > 0 {
            let mut writing = services.db.begin().await?;
            imports::refuse(&mut writing, import.id, refusals_stored + 1, plan.refusals).await?;
            writing.commit().await?;
            refusals_stored += count;
        }
        done += u64::try_from(rows.len()).unwrap_or(0);
        if !services.progress.advance(import.id, done) {
            return Err(cancelled());
        }
    }
    import.document.missing = missing_of(&planner);
    drop(tx);
    name_references(services, import.kind, &mut updates).await?;
    import.document.keys = Planner::keys(&import.document);
    import.document.creates = creates;
    import.document.updates = updates.into_iter().map(|(preview, _)| preview).collect();
    import.document.large_change = is_large(services, import.kind, counts).await?;
    import.document.counts = Some(counts);
    import.document.plan_hash = hash.finish();
    Ok(())
}

/// What a plan would do, in one hash: a record that somebody changed after the check gives another one.
#[derive(Debug, Default)]
pub(super) struct PlanHash(Sha256);

impl PlanHash {
    pub(super) fn add(&mut self, plan: &ChunkPlan) {
        for (row, _) in &plan.creates {
            self.0.update(b"create");
            self.0.update(row.to_be_bytes());
        }
        for (row, update) in &plan.updates {
            self.0.update(b"update");
            self.0.update(row.to_be_bytes());
            self.0.update(update.before.id.0.as_bytes());
            self.0.update(update.before.version.to_be_bytes());
        }
    }

    pub(super) fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

pub(super) fn add(counts: &mut Counts, plan: &ChunkPlan) {
    let length = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    counts.create += length(plan.creates.len());
    counts.update += length(plan.updates.len());
    counts.unchanged += plan.unchanged;
    counts.refused += plan.refused;
}

type UpdatePreview = (PreviewRecord, Update);

fn preview(
    services: &Services,
    kind: EntityKind,
    plan: &ChunkPlan,
    creates: &mut Vec<PreviewRecord>,
    updates: &mut Vec<UpdatePreview>,
) {
    let def = kind.def();
    let base = |row: u32, record: &Record| PreviewRecord {
        row,
        code: record.get(def, "code").as_text().unwrap_or_default().to_owned(),
        name: record.get(def, "name").as_text().unwrap_or_default().to_owned(),
        changes: Vec::new(),
    };
    for (row, record) in plan.creates.iter().take(PREVIEWS.saturating_sub(creates.len())) {
        creates.push(base(*row, record));
    }
    for (row, update) in plan.updates.iter().take(PREVIEWS.saturating_sub(updates.len())) {
        let mut preview = base(*row, &update.after);
        for (index, field) in def.fields.iter().enumerate().filter(|(_, field)| !field.flags.restricted) {
            let (Some(before), Some(after)) = (update.before.values.get(index), update.after.values.get(index)) else {
                continue;
            };
            if before != after {
                let shown = |value| {
                    let text = |language| show(field, value, services.pack.as_ref(), language);
                    Wording::new(text(Language::ZhCn), text(Language::En))
                };
                preview.changes.push(PreviewChange {
                    field: field.name.to_owned(),
                    before: shown(before),
                    after: shown(after),
                });
            }
        }
        updates.push((preview, update.clone()));
    }
}

/// Replaces ids in previews by names.
async fn name_references(services: &Services, kind: EntityKind, updates: &mut [UpdatePreview]) -> Outcome<()> {
    let records: Vec<Record> =
        updates.iter().flat_map(|(_, update)| [update.before.clone(), update.after.clone()]).collect();
    let names = crate::records::names_of(services, kind.def(), &records).await?;
    for (preview, _) in updates {
        for change in &mut preview.changes {
            for text in [&mut change.before, &mut change.after] {
                if let Some((_, name)) = Id::parse(&text.en).and_then(|id| names.get(&id)) {
                    *text = Wording::new(name.clone(), name.clone());
                }
            }
        }
    }
    Ok(())
}

fn missing_of(planner: &Planner<'_>) -> Vec<Missing> {
    planner
        .missing
        .iter()
        .map(|(field, (to, names))| {
            let mut distinct: Vec<MissingName> = names.keys().cloned().collect();
            distinct.sort_unstable();
            distinct.truncate(MISSING_NAMES);
            let to_create = if *to == EntityKind::Department {
                missing::count_to_create(&planner.departments, &distinct)
            } else {
                0
            };
            Missing {
                field: (*field).to_owned(),
                entity: to.def().table.to_owned(),
                rows: names.values().sum(),
                names: distinct,
                to_create,
            }
        })
        .collect()
}

/// True when the file would change more than a third of what is registered: often a wrong file or a wrong mapping.
async fn is_large(services: &Services, kind: EntityKind, counts: Counts) -> Outcome<bool> {
    if counts.update < LARGE_CHANGE_ROWS {
        return Ok(false);
    }
    let query = store::lists::Query::new(kind.def(), store::lists::RowScope::Everything);
    let registered = store::lists::count(&mut &services.db, &query).await?;
    Ok(counts.update.saturating_mul(3) > u64::try_from(registered).unwrap_or(u64::MAX))
}
