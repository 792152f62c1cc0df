//! Freezing: nothing new may start in a workspace, what runs goes on. The operators' hand brake, with a reason; kept here and laid over
//! the plan until it is taken away.

use domain::{Fault, FaultKind, Id};
use rules::{Action, Resource};
use store::deliveries::Frozen;

use super::{WORKSPACE, stands};
use crate::{Op, Outcome, Services, Work, permit, requests::plain_reason};

fn conflict(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Conflict, code, zh, en)
}

/// Freezes a workspace.
pub async fn freeze(services: &Services, op: &Op, id: Id, reason: &str) -> Outcome<()> {
    decide(services, op, id, reason, true).await
}

/// Takes a freeze away.
pub async fn unfreeze(services: &Services, op: &Op, id: Id, reason: &str) -> Outcome<()> {
    decide(services, op, id, reason, false).await
}

async fn decide(services: &Services, op: &Op, id: Id, reason: &str, freezes: bool) -> Outcome<()> {
    let mut work = Work::begin(services, op).await?;
    work.tx.lock(&format!("delivery-{id}")).await?;
    let mut delivery = store::deliveries::find(&mut work.tx, id).await?.ok_or_else(Fault::not_found)?;
    let own = Resource::Record { kind: domain::EntityKind::Migration, path: &delivery.path };
    permit(op, Action::View, &own)?;
    permit(op, Action::Provision, &own)?;
    let reason = plain_reason(reason)?;
    match (&delivery.frozen, freezes) {
        (Some(frozen), true) => {
            let (by, why) = (&frozen.by, &frozen.reason);
            return Err(conflict(
                "already-frozen",
                format!("该云上空间已由{by}冻结：{why}"),
                format!("{by} has frozen this workspace already: {why}"),
            ));
        }
        (None, false) => {
            return Err(conflict("not-frozen", "该云上空间没有冻结。", "This workspace is not frozen."));
        }
        (None, true) if !stands(&delivery) => {
            return Err(conflict(
                "not-standing",
                "只有已开通或开通中的云上空间可以冻结。",
                "Only a workspace that stands, or is being made, can be frozen.",
            ));
        }
        _ => {}
    }
    let who: String = op.actor.name.chars().take(200).collect();
    delivery.frozen = freezes.then(|| Frozen { at: work.at, by: who, reason: reason.clone() });
    delivery.updated_at = work.at;
    let from = delivery.state.clone();
    if !store::deliveries::decide(&mut work.tx, &delivery, &from).await? {
        return Err(Fault::stale());
    }
    let body = serde_json::json!({ "namespace": delivery.namespace, "reason": reason });
    work.record(if freezes { "freeze" } else { "unfreeze" }, WORKSPACE, id, &delivery.path, body.to_string());
    work.tell(if freezes { "workspace.frozen" } else { "workspace.unfrozen" }, id, body.to_string());
    work.commit().await
}
