//! Apply: the plan again, inside the one transaction that writes. If it comes out otherwise than was shown, nothing is
//! written and the person is asked to check again.

use domain::{EntityKind, Fault, FaultKind, Id, Record};

use super::{
    check::{self, PlanHash},
    document::{Counts, ImportView, State},
    plan::{ChunkPlan, Planner},
    progress::Phase,
    read, retention, run,
};
use crate::{
    Op, Outcome, Services, Work,
    records::{Update, store_changes},
};

/// From this many changed rows on, statistics are brought up to date at once.
const LARGE_ROWS: u64 = 5_000;

/// Refuses to apply what is not ready: no check, refused rows that nobody agreed to leave out, nothing to do.
pub(super) fn may_apply(import: &ImportView, skip_refused: bool) -> Outcome<()> {
    let Some(counts) = import.document.counts else {
        return Err(Fault::new(
            FaultKind::Conflict,
            "not-checked",
            "请先检查，再应用。",
            "Check it first, then apply.",
        ));
    };
    if counts.refused > 0 && !skip_refused {
        return Err(Fault::new(
            FaultKind::Invalid,
            "rows-refused",
            format!("{} 行被拒绝，没有应用任何数据；请改正后重新导入，或选择只应用其余各行。", counts.refused),
            format!(
                "{} rows are refused and nothing was applied; correct them, or choose to apply the others only.",
                counts.refused
            ),
        ));
    }
    Ok(())
}

/// Applies a checked import now. `skip_refused` overrides what was stored when it was started.
pub async fn apply_now(services: &Services, op: &Op, id: Id, skip_refused: Option<bool>) -> Outcome<ImportView> {
    let mut import = run::find(services, op, id).await?;
    run::may_change(op, &import)?;
    run::in_state(&import, &[State::Checked, State::Applying])?;
    may_apply(&import, skip_refused.unwrap_or(import.document.skip_refused))?;
    services.progress.begin(id, Phase::Applying, import.document.rows, services.clock.now());
    let outcome = write(services, op, &mut import).await;
    services.progress.end(id);
    outcome?;
    run::find(services, op, id).await
}

async fn write(services: &Services, op: &Op, import: &mut ImportView) -> Outcome<()> {
    let shown = import.document.counts.unwrap_or_default();
    let mut work = Work::begin(services, op).await?;
    work.batch = import.id;
    // Two imports of one entity take turns, so that neither makes what the other is making.
    work.tx.lock(&format!("import-{}", import.kind.def().table)).await?;
    work.tx.prefer_indexes().await?;
    let mut planner = Planner::new(services, op, import.kind, &import.document, &mut work.tx).await?;
    let mut counts =
        Counts { refused: u64::try_from(import.document.classified_rows.len()).unwrap_or(0), ..Counts::default() };
    let mut done = 0_u64;
    let mut hash = PlanHash::default();
    for group in check::chunk_groups(&mut work.tx, import).await? {
        let mut rows = Vec::new();
        for number in group {
            rows.extend(read::staged(&mut work.tx, import.id, number).await?);
        }
        let mut plan = planner.plan(&mut work.tx, &rows).await?;
        check::add(&mut counts, &plan);
        hash.add(&plan);
        if import.kind == EntityKind::Department {
            let first =
                store::counters::take(&mut work.tx, "department", i64::try_from(plan.creates.len()).unwrap_or(0))
                    .await?;
            planner.assign_paths(&mut plan, first);
        }
        store_plan(&mut work, import.kind, plan).await?;
        done += u64::try_from(rows.len()).unwrap_or(0);
        if !services.progress.advance(import.id, done) {
            return Err(check::cancelled());
        }
    }
    if counts != shown || hash.finish() != import.document.plan_hash {
        return Err(changed_since(shown, counts));
    }
    services.progress.begin(import.id, Phase::Committing, import.document.rows, services.clock.now());
    import.state = State::Applied;
    import.document.applied_at = Some(work.at);
    store::imports::update(&mut work.tx, &import.to_stored()?, work.at).await?;
    let body = serde_json::to_string(&counts).map_err(|error| Fault::internal(error.to_string()))?;
    work.record("import", import.kind.def().table, import.id, "", body.clone());
    work.tell("import.applied", import.id, body);
    work.commit().await?;
    // What was committed stays so whether or not this succeeds; what is left staged is dropped after some weeks.
    if counts.refused == 0
        && let Err(fault) = retention::unstage(services, import.id).await
    {
        tracing::warn!(%fault, "the staged rows of an applied import were not dropped");
    }
    if counts.create + counts.update >= LARGE_ROWS {
        // The server does the same by itself a little later.
        let tables = [import.kind.def().table, "search_entry", "flag"];
        if let Err(error) = services.db.settle_statistics(&tables).await {
            tracing::warn!(%error, "statistics were not brought up to date after an import");
        }
    }
    Ok(())
}

async fn store_plan(work: &mut Work<'_>, kind: EntityKind, plan: ChunkPlan) -> Outcome<()> {
    let creates: Vec<Record> = plan.creates.into_iter().map(|(_, record)| record).collect();
    let updates: Vec<Update> = plan.updates.into_iter().map(|(_, update)| update).collect();
    store_changes(work, kind, creates, updates).await?;
    work.flush().await
}

fn changed_since(shown: Counts, now: Counts) -> Fault {
    let words = |counts: Counts, zh: bool| {
        if zh {
            format!(
                "新增 {}、修改 {}、不变 {}、拒绝 {}",
                counts.create, counts.update, counts.unchanged, counts.refused
            )
        } else {
            format!(
                "{} new, {} changed, {} unchanged, {} refused",
                counts.create, counts.update, counts.unchanged, counts.refused
            )
        }
    };
    let (zh, en) = if shown == now {
        ("有人修改了本次要修改的记录".to_owned(), "somebody changed records that this import would change".to_owned())
    } else {
        (
            format!("当时\u{ff1a}{}\u{ff1b}现在\u{ff1a}{}", words(shown, true), words(now, true)),
            format!("then: {}; now: {}", words(shown, false), words(now, false)),
        )
    };
    Fault::new(
        FaultKind::Conflict,
        "changed-since-check",
        format!("检查之后台账已有变化\u{ff08}{zh}\u{ff09}\u{ff0c}没有应用任何数据\u{ff1b}请重新检查\u{3002}"),
        format!("The register changed after the check ({en}); nothing was applied. Check again."),
    )
}
