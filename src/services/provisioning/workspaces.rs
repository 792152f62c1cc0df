//! Workspaces as pages and the API show them.

use domain::{DeliveryKind, DeliveryState, EntityKind, EnvironmentKind, Fault, Id, Problem, Record, Timestamp};
use rules::{Action, Resource};
use store::{
    deliveries::{Delivery, Wanted},
    drift::Drift,
    lists::RowScope,
};

use crate::{
    Op, Outcome, Services, permit, records,
    requests::{one_of, unknown, within},
};

/// Records of drift shown.
const DRIFT_MAX: i64 = 50;

/// A workspace.
#[derive(Clone, Debug)]
pub struct WorkspaceView {
    /// The delivery.
    pub delivery: Delivery,
    /// The system.
    pub system: Option<Record>,
    /// The cluster.
    pub cluster: Option<Record>,
    /// What was put back, newest first.
    pub drift: Vec<Drift>,
    /// What its cluster says of it.
    pub told: Told,
    /// Its cluster should have it and has not; only asked for a single one.
    pub is_missing: bool,
}

/// What a cluster says of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Kind, outcome, reason and message of each condition.
    pub conditions: Vec<(String, String, String, String)>,
    /// Name, limit and use of each resource.
    pub usage: Vec<(String, String, String)>,
}

fn told(delivery: &Delivery) -> Told {
    let status: landing::WorkspaceStatus = serde_json::from_str(&delivery.status).unwrap_or_default();
    Told {
        conditions: status.conditions.into_iter().map(|one| (one.type_, one.status, one.reason, one.message)).collect(),
        usage: status.usage.into_iter().map(|(name, usage)| (name, usage.hard, usage.used)).collect(),
    }
}

/// Which workspaces a list holds; what is empty leaves nothing out.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceFilter(pub Wanted);

impl WorkspaceFilter {
    /// The parameters that it is read from.
    pub const PARAMETERS: [&'static str; 7] =
        ["system", "cluster", "request", "environment", "state", "namespace", "within"];

    /// Reads a filter from query parameters, each problem by its name. Paging belongs to the door.
    pub async fn read(services: &Services, op: &Op, parameters: &[(String, String)]) -> Outcome<(Self, Vec<Problem>)> {
        let (mut wanted, mut problems) = (Wanted::default(), Vec::new());
        for (name, text) in parameters {
            let find = async |kind| records::find_reference(services, op, kind, name, text).await;
            let environments: Vec<&str> = EnvironmentKind::ALL.iter().map(|one| one.code()).collect();
            let states: Vec<&str> = DeliveryState::ALL.iter().map(|one| one.code()).collect();
            let read = match name.as_str() {
                "system" => find(EntityKind::System).await?.map(|id| wanted.system = Some(id)),
                "cluster" => find(EntityKind::Cluster).await?.map(|id| wanted.cluster = Some(id)),
                "request" => find(EntityKind::Migration).await?.map(|id| wanted.request = Some(id)),
                "environment" => {
                    one_of(name, text, &environments).map(|word| wanted.environments.push(word.to_owned()))
                }
                "state" => one_of(name, text, &states).map(|word| wanted.states.push(word.to_owned())),
                "namespace" => {
                    wanted.namespace.clone_from(text);
                    Ok(())
                }
                "within" => within(services, op, text).await?.map(|path| wanted.within = Some(path)),
                _ => Err(unknown(name, &Self::PARAMETERS)),
            };
            problems.extend(read.err());
        }
        Ok((Self(wanted), problems))
    }
}

/// Workspaces that the reader may see, newest change first, before a place in the list; and whether there are more.
pub async fn workspaces(
    services: &Services,
    op: &Op,
    filter: &WorkspaceFilter,
    before: Option<(Timestamp, Id)>,
    limit: i64,
) -> Outcome<(Vec<WorkspaceView>, bool)> {
    let reader = &mut &services.db;
    let scope = op.scope(EntityKind::Migration);
    if scope == RowScope::Nothing {
        return Err(Fault::not_found());
    }
    let mut found = store::deliveries::workspaces(reader, &scope, &filter.0, before, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let systems: Vec<Id> = found.iter().map(|one| one.system).collect();
    let clusters: Vec<Id> = found.iter().map(|one| one.cluster).collect();
    let systems = store::records::find_many(reader, EntityKind::System.def(), &systems).await?;
    let clusters = store::records::find_many(reader, EntityKind::Cluster.def(), &clusters).await?;
    let views = found.into_iter().map(|delivery| WorkspaceView {
        system: systems.iter().find(|one| one.id == delivery.system).cloned(),
        cluster: clusters.iter().find(|one| one.id == delivery.cluster).cloned(),
        drift: Vec::new(),
        told: told(&delivery),
        is_missing: false,
        delivery,
    });
    Ok((views.collect(), more))
}

/// One workspace.
pub async fn show_workspace(services: &Services, op: &Op, id: Id) -> Outcome<WorkspaceView> {
    let reader = &mut &services.db;
    let delivery = store::deliveries::find(reader, id).await?.ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind: EntityKind::Migration, path: &delivery.path })?;
    // What is only planned stands nowhere, and what a provider makes is no workspace.
    if delivery.kind != DeliveryKind::Namespace.code() || delivery.state == DeliveryState::Planned.code() {
        return Err(Fault::not_found());
    }
    Ok(WorkspaceView {
        system: store::records::find(reader, EntityKind::System.def(), delivery.system).await?,
        cluster: store::records::find(reader, EntityKind::Cluster.def(), delivery.cluster).await?,
        drift: store::drift::of_delivery(reader, id, DRIFT_MAX).await?,
        told: told(&delivery),
        is_missing: store::strays::is_missing(reader, delivery.cluster, &delivery.namespace).await?,
        delivery,
    })
}
