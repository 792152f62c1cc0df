//! Moving a department: the paths of its whole subtree follow, in the transaction of the move.

use domain::{Fault, FaultKind};

use crate::{Outcome, Work};

/// Rewrites every path that begins with `old`.
pub(super) async fn rewrite(work: &mut Work<'_>, old: &str, new: &str) -> Outcome<()> {
    if old.is_empty() || new.starts_with(old) {
        return Err(Fault::new(
            FaultKind::Invalid,
            "department-cycle",
            "单位不能成为自己或下级单位的下级；请选择另一个主管部门。",
            "A department cannot stand below itself or one of its own; choose another parent.",
        ));
    }
    store::records::move_paths(&mut work.tx, old, new).await?;
    Ok(())
}
