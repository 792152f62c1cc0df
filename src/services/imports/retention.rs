//! What an import keeps of its file, and for how long: rows hold names and telephone numbers, and large files fill disks.

use domain::{Fault, FaultKind, Id};
use jiff::ToSpan;
use store::imports;

use super::document::{ImportView, State};
use crate::{Outcome, Services};

/// Days for which refused rows of an applied import can be fetched, and after which an import that nobody goes on with is
/// given up.
pub const KEEP_DAYS: i64 = 30;

/// Imports looked at in one round.
const AT_ONCE: i64 = 50;

/// Drops the staged rows of an applied import that needs them no more: the audit trail has what undo needs.
pub(super) async fn unstage(services: &Services, id: Id) -> Outcome<()> {
    let mut tx = services.db.begin().await?;
    imports::unstage(&mut tx, id).await?;
    Ok(tx.commit().await?)
}

/// What somebody is told who asks for rows that are not kept any more.
pub(super) fn forgotten() -> Fault {
    Fault::new(
        FaultKind::Conflict,
        "rows-forgotten",
        format!("导入的原始行只保留 {KEEP_DAYS} 天\u{ff0c}现已删除\u{ff1b}请从原文件重新导入\u{3002}"),
        format!("The rows of an import are kept for {KEEP_DAYS} days and are gone; bring the file again."),
    )
}

/// Drops what was staged long ago; answers of how many imports. Imports that were never applied are given up.
pub async fn forget_staged(services: &Services) -> Outcome<usize> {
    let now = services.clock.now();
    let before = now.saturating_sub((KEEP_DAYS * 24).hours()).unwrap_or(now);
    let stored = imports::staged_before(&mut &services.db, before, AT_ONCE).await?;
    let mut forgotten = 0;
    for stored in stored {
        let mut import = ImportView::from_stored(stored)?;
        match import.state {
            // A job holds it, or will.
            State::Checking | State::Applying => continue,
            State::Read | State::Checked => import.state = State::Cancelled,
            State::Applied | State::Undone | State::Cancelled => {}
        }
        import.document.samples.clear();
        import.document.replaced.clear();
        import.document.rows_forgotten = true;
        let mut tx = services.db.begin().await?;
        imports::update(&mut tx, &import.to_stored()?, now).await?;
        imports::unstage(&mut tx, import.id).await?;
        tx.commit().await?;
        forgotten += 1;
    }
    Ok(forgotten)
}
