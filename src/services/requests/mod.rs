//! The desk: departments ask to move a system or justify that it stays; approvers decide on exactly what they see; capacity is kept
//! for what was approved. Every change of state is a move of a life cycle (`domain::life_cycle`).

mod ask;
mod capacity;
mod decide;
mod differences;
mod draft;
mod effects;
mod environments;
mod evidence;
mod exception;
mod exit;
mod list;
mod moves;
mod people;
mod placement;
mod plan;
mod read;

pub use ask::{Checked, Draft, change, check, draft};
pub use capacity::{Capacity, capacity, clusters};
pub use differences::{Against, Consent, PlanDifference, peers_asking};
pub(crate) use differences::{is_done_when_it_stands, what_changed};
pub use draft::{MigrationDraft, draft_migration, edit_migration, problems_of};
pub use environments::EnvironmentWish;
pub use evidence::{NewEvidence, attach, file as evidence_file, files as evidence_files};
pub use exception::{ExceptionDraft, bases, draft_exception, edit_exception, written_fields};
pub(crate) use exit::move_exit_by_program;
pub use exit::{ExitView, WaitingExit, ask_exit, exits, exits_waiting, move_exit};
pub use landing::{NetworkPeer, PeerDirection, PlanChange, peers_from_text, peers_to_text, ports_text};
pub use list::{Listed, RequestFilter, list, waiting};
pub(crate) use list::{one_of, unknown, within};
pub(crate) use moves::make_by_program;
pub use moves::{Step, confirm_delivery, make};
pub(crate) use plan::{Planned, plan_of};
pub use read::{DeliveryView, Next, RequestView, Standing, find, handled, named, of_system, show, standing_of};
pub use store::{
    deliveries::Delivery,
    requests::{Decision, Evidence, Request},
};

use domain::{EntityKind, Fault, FaultKind, Id, Problem, Wording};

use crate::{Outcome, Work, records::Update};

/// Fields of a request that only moves change.
const MOVED: [&str; 9] = [
    "state",
    "system",
    "zone",
    "submitted_on",
    "approved_on",
    "cutover_on",
    "revoked_on",
    "planned_cutover_on",
    "expires_on",
];

fn problem(field: &str, rule: &str, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem { field: field.to_owned(), rule: rule.to_owned(), message: Wording::new(zh, en) }
}

/// A reason as it is kept: 4 to 500 characters, none of which controls anything.
pub(crate) fn plain_reason(reason: &str) -> Outcome<String> {
    let plain: String = reason.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    let plain = plain.trim();
    if (4..=500).contains(&plain.chars().count()) {
        return Ok(plain.to_owned());
    }
    Err(Fault::invalid(vec![problem(
        "reason",
        "reason-length",
        "请填写理由，4至500字",
        "give the reason, in 4 to 500 characters",
    )]))
}

fn conflict(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Conflict, code, zh, en)
}

/// Forms, REST and imports may not change where a request stands, nor what was decided on.
pub(crate) async fn refuse_edits(work: &mut Work<'_>, kind: EntityKind, updates: &[Update]) -> Outcome<()> {
    if !matches!(kind, EntityKind::Migration | EntityKind::CloudException) {
        return Ok(());
    }
    let def = kind.def();
    let touched = |update: &&Update| match kind {
        EntityKind::Migration => MOVED.iter().any(|name| update.before.get(def, name) != update.after.get(def, name)),
        // An exception is decided on as a whole.
        _ => update.before.values != update.after.values,
    };
    let changed: Vec<Id> = updates.iter().filter(touched).map(|update| update.after.id).collect();
    if changed.is_empty() || store::requests::handled(&mut work.tx, &changed).await?.is_empty() {
        return Ok(());
    }
    Err(conflict(
        "moves-only",
        "此申请在本平台办理：状态和已提交的内容只能通过办理步骤变更，请打开申请办理页。",
        "This request is handled here: its state and what was handed in change by its steps only; open the page of the request.",
    ))
}

/// What a request or a delivery hangs on is not removed: what was kept for it would be kept for ever.
pub(crate) async fn refuse_removal(work: &mut Work<'_>, kind: EntityKind, ids: &[Id]) -> Outcome<()> {
    let is_needed = match kind {
        EntityKind::Migration | EntityKind::CloudException => {
            !store::requests::handled(&mut work.tx, ids).await?.is_empty()
        }
        EntityKind::Cluster => {
            let mut is_used = false;
            for id in ids {
                is_used |= store::deliveries::is_used(&mut work.tx, *id).await?;
            }
            is_used
        }
        _ => false,
    };
    if !is_needed {
        return Ok(());
    }
    Err(match kind {
        EntityKind::Cluster => conflict(
            "cluster-in-use",
            "该集群上仍有云上空间或已预留的容量，不能移除；请先将其状态设为“已停用”。",
            "Workspaces stand on this cluster or are kept for it: it cannot be removed; set its state to closed instead.",
        ),
        _ => conflict(
            "handled-here",
            "此申请在本平台办理，不能移除；请通过办理步骤撤回或取消。",
            "This request is handled here and cannot be removed; withdraw or cancel it by its steps.",
        ),
    })
}
