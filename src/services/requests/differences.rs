//! What a plan changes: of what stands, of what was looked at before, of what was handed in; and whether those whom it names agree.

use domain::{DeliveryState, EntityKind, EnvironmentKind, Fault, Id, MigrationState, Wording};
use landing::{NetworkPeer, PeerDirection, PlanChange, WorkspaceSpec, plan_difference};
use rules::{Action, Resource};
use store::{Reader, deliveries::Delivery, requests::Request};

use super::{Planned, plan};
use crate::{Op, Outcome, Services, permit};

/// Changes told in the reason of a request that is opened again; the page shows them all.
const TOLD_MAX: usize = 8;
/// Plans looked at that name a workspace.
const ASKING_MAX: i64 = 100;
/// Longest value told there.
const VALUE_MAX: usize = 100;

/// What a plan is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// What was handed in: the register changed since.
    HandedIn,
    /// What was last looked at, before the request came back.
    Reviewed,
    /// What stands on the cluster.
    Standing,
}

/// What a plan changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDifference {
    /// Held against this.
    pub against: Against,
    /// Field by field; none when it is the same.
    pub changes: Vec<PlanChange>,
}

/// A peer, and whether its own plan names this workspace in the other direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The peer.
    pub peer: NetworkPeer,
    /// Ports to which it has not agreed; none for a range of addresses, which nobody answers for here.
    pub missing: Vec<u16>,
}

/// True while a plan is looked at: nothing of it was carried out.
fn is_open(delivery: &Delivery) -> bool {
    [DeliveryState::Planned.code(), DeliveryState::Reserved.code()].contains(&delivery.state.as_str())
}

/// What the plan of one delivery changes, the most telling first. A workspace that is new differs from nothing that stands.
pub(super) async fn of(
    reader: &mut impl Reader,
    request: &Request,
    planned: &Planned,
    reviewed: &[(String, String)],
) -> Outcome<Vec<PlanDifference>> {
    let (delivery, mut found) = (&planned.delivery, Vec::new());
    let Some(spec) = planned.spec.as_ref().filter(|_| is_open(delivery)) else { return Ok(found) };
    if request.state == MigrationState::Submitted.code()
        && let Some(kept) = planned.kept().filter(|kept| kept.plan_hash != spec.plan_hash)
    {
        found.push(PlanDifference { against: Against::HandedIn, changes: plan_difference(&kept, spec) });
    }
    let before = reviewed.iter().find(|(environment, _)| *environment == delivery.environment);
    if let Some(before) = before.and_then(|(_, text)| serde_json::from_str::<WorkspaceSpec>(text).ok()) {
        found.push(PlanDifference { against: Against::Reviewed, changes: plan_difference(&before, spec) });
    }
    if !delivery.changes.is_none()
        && let Some(old) = store::deliveries::find(reader, delivery.changes).await?
        && let Ok(old) = serde_json::from_str::<WorkspaceSpec>(&old.spec)
    {
        found.push(PlanDifference { against: Against::Standing, changes: plan_difference(&old, spec) });
    }
    Ok(found)
}

/// Environments that were asked for when it was last looked at, and are no longer.
pub(super) fn dropped(plan: &[Planned], reviewed: &[(String, String)]) -> Vec<EnvironmentKind> {
    let is_there = |code: &str| plan.iter().any(|one| one.spec.is_some() && one.delivery.environment == code);
    reviewed
        .iter()
        .filter(|(code, _)| !is_there(code))
        .filter_map(|(code, _)| EnvironmentKind::from_code(code))
        .collect()
}

/// Whether the peers of one delivery agree. Nothing gets through until both sides name each other.
pub(super) async fn consents(reader: &mut impl Reader, plan: &[Planned], delivery: &Delivery) -> Outcome<Vec<Consent>> {
    let mut consents = Vec::new();
    for peer in plan::peers_of(delivery)? {
        let missing = match &peer.workspace {
            None => Vec::new(),
            Some(name) => {
                let own = plan.iter().find(|one| one.delivery.namespace == *name).and_then(|one| one.spec.clone());
                let other = match own {
                    Some(spec) => Some(spec),
                    None => standing_plan(reader, delivery.cluster, name).await?,
                };
                let open = other.map(|other| open_to(&other, &delivery.namespace, peer.direction)).unwrap_or_default();
                peer.ports.iter().copied().filter(|port| !open.contains(port)).collect()
            }
        };
        consents.push(Consent { peer, missing });
    }
    Ok(consents)
}

/// Who asks a workspace for its consent, as the peers that its own plan would have to name: nothing gets through until it does.
pub async fn peers_asking(services: &Services, op: &Op, id: Id) -> Outcome<Vec<NetworkPeer>> {
    let reader = &mut &services.db;
    let own = store::deliveries::find(reader, id).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind: EntityKind::Migration, path: &own.path })?;
    let is_approved = own.state != DeliveryState::Planned.code();
    let Some(spec) = serde_json::from_str::<WorkspaceSpec>(&own.spec).ok().filter(|_| is_approved) else {
        return Ok(Vec::new());
    };
    let mut asking: Vec<NetworkPeer> = Vec::new();
    for other in store::deliveries::naming(reader, own.cluster, &own.namespace, ASKING_MAX).await? {
        let peers = plan::peers_of(&other)?;
        for peer in peers.into_iter().filter(|peer| peer.workspace.as_deref() == Some(own.namespace.as_str())) {
            let open = open_to(&spec, &other.namespace, peer.direction);
            let wanted = NetworkPeer {
                workspace: Some(other.namespace.clone()),
                cidr: None,
                ports: peer.ports.into_iter().filter(|port| !open.contains(port)).collect(),
                direction: facing(peer.direction),
            };
            // What stands and a change of it that was handed in may ask for the same.
            if !wanted.ports.is_empty() && !asking.contains(&wanted) {
                asking.push(wanted);
            }
        }
    }
    Ok(asking)
}

/// The same connection, as the other side looks at it.
fn facing(direction: PeerDirection) -> PeerDirection {
    match direction {
        PeerDirection::To => PeerDirection::From,
        PeerDirection::From => PeerDirection::To,
    }
}

/// The approved plan of the workspace of this name.
async fn standing_plan(reader: &mut impl Reader, cluster: Id, name: &str) -> Outcome<Option<WorkspaceSpec>> {
    let found = store::deliveries::named(reader, cluster, name).await?;
    let approved = found.filter(|one| one.state != DeliveryState::Planned.code());
    Ok(approved.and_then(|one| serde_json::from_str(&one.spec).ok()))
}

/// Ports that a plan opens for a workspace which looks at them from this direction.
fn open_to(other: &WorkspaceSpec, name: &str, seen_from: PeerDirection) -> Vec<u16> {
    let needed = facing(seen_from);
    let naming = other.network_peers.iter().filter(|peer| peer.workspace.as_deref() == Some(name));
    naming.filter(|peer| peer.direction == needed).flat_map(|peer| peer.ports.iter().copied()).collect()
}

/// What made a plan another than the one that was approved, in a sentence: which fields of the register, from what to what.
pub(crate) fn what_changed(plan: &[Planned]) -> Wording {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for one in plan {
        if let (Some(kept), Some(spec)) = (one.kept(), &one.spec) {
            let name = &spec.namespace;
            for change in plan_difference(&kept, spec) {
                let raw = || {
                    Wording::new(
                        format!("{} {}", change.object, change.field),
                        format!("{} {}", change.object, change.field),
                    )
                };
                let words = change.words().unwrap_or_else(raw);
                let value = |value: &Option<String>| {
                    let start: String = value.iter().flat_map(|text| text.chars()).take(VALUE_MAX).collect();
                    if start.is_empty() { "-".to_owned() } else { start }
                };
                let (before, after) = (value(&change.before), value(&change.after));
                zh.push(format!("{name} {} {before} → {after}", words.zh.trim_end()));
                en.push(format!("{name} {} {before} → {after}", words.en.trim_end()));
            }
        }
        let problems = one.problems.iter().map(|problem| &problem.message);
        problems.for_each(|message| {
            zh.push(message.zh.clone());
            en.push(message.en.clone());
        });
    }
    let more = zh.len().saturating_sub(TOLD_MAX);
    zh.truncate(TOLD_MAX);
    en.truncate(TOLD_MAX);
    if more > 0 {
        zh.push(format!("另有{more}项"));
        en.push(format!("{more} more"));
    }
    if zh.is_empty() {
        return Wording::new("登记内容在批准后变化", "the register changed after the approval");
    }
    Wording::new(
        format!("登记内容在批准后变化：{}", zh.join("；")),
        format!("the register changed after the approval: {}", en.join("; ")),
    )
}

/// True for the production workspace of a system that works on it already: its request has reached the cut-over.
pub(super) async fn has_arrived(reader: &mut impl Reader, changes: Id) -> Outcome<bool> {
    let Some(old) = store::deliveries::find(reader, changes).await? else { return Ok(false) };
    let request = store::requests::find(reader, old.request).await?;
    let state = request.and_then(|request| MigrationState::from_code(&request.state));
    Ok(matches!(state, Some(MigrationState::CutOver | MigrationState::SourceOff | MigrationState::Closed)))
}

/// True for a request that only changes workspaces which stand, so that there is nothing to cut over.
pub(crate) async fn is_done_when_it_stands(reader: &mut impl Reader, deliveries: &[Delivery]) -> Outcome<bool> {
    for one in deliveries {
        let is_change = !one.changes.is_none()
            && (one.environment != EnvironmentKind::Prod.code() || has_arrived(reader, one.changes).await?);
        if !is_change {
            return Ok(false);
        }
    }
    Ok(!deliveries.is_empty())
}
