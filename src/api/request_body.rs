//! What a request carries when it is drafted or changed: one body for either kind, told apart by `entity`. The fields of a justification
//! come from the field table.

use std::str::FromStr;

use domain::{Amounts, DeliveryKind, EntityKind, EnvironmentKind, Fault, Id, Problem, Size, Wording};
use serde::Deserialize;
use serde_json::Value;
use services::{
    records,
    requests::{Draft, EnvironmentWish, ExceptionDraft, MigrationDraft, NetworkPeer, PeerDirection},
};
use utoipa::ToSchema;

use crate::{
    problem::Answer,
    receive::{Asking, Members},
    wire,
};

/// Somebody whom a workspace talks with; nothing gets through until the peer's own plan names this workspace too.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedPeer {
    /// Name of a workspace on the same cluster.
    workspace: Option<String>,
    /// Or a range of addresses, such as `10.2.0.0/16`; none is larger than /8.
    cidr: Option<String>,
    /// TCP ports, 16 at most.
    ports: Vec<i64>,
    /// Who opens the connection: `to` the peer, or `from` the peer.
    #[serde(default = "to_the_peer")]
    direction: String,
}

fn to_the_peer() -> String {
    "to".to_owned()
}

/// What one environment shall get.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedEnvironment {
    /// `prod`, `staging`, `test`, `dev`.
    environment: String,
    /// `namespace`, `vm`, `service`.
    kind: String,
    /// `small`, `medium`, `large`, or `custom` with the four amounts.
    size: String,
    /// Thousandths of a core, 500 to 10,000,000.
    #[serde(default)]
    cpu_milli: i64,
    /// MiB, 1,024 to 104,857,600.
    #[serde(default)]
    memory_mib: i64,
    /// GiB, at most 10,000,000.
    #[serde(default)]
    storage_gib: i64,
    /// Instances, 1 to 100,000.
    #[serde(default)]
    pods: i64,
    /// A cluster by identifier, code or name; chosen by the program if left out.
    cluster: Option<String>,
    /// Whom a workspace talks with, 20 at most.
    #[serde(default)]
    peers: Vec<WantedPeer>,
    /// Wishes to the provider.
    #[serde(default)]
    note: String,
}

/// A request to move a system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedMove {
    /// `migration`.
    #[serde(rename = "entity")]
    _entity: String,
    /// The system by identifier, code or name.
    system: String,
    /// The zone by identifier, code or name.
    zone: String,
    /// The day on which users shall work there.
    #[schema(format = Date)]
    planned_cutover_on: Option<String>,
    /// Why.
    #[serde(default)]
    reason: String,
    /// The way back.
    #[serde(default)]
    rollback_plan: String,
    /// Whom to call.
    #[serde(default)]
    contact: String,
    /// Groups that own the workspaces, separated by commas; none begins with `system:`.
    #[serde(default)]
    owners: String,
    /// Groups that work in them, likewise.
    #[serde(default)]
    developers: String,
    /// Groups that look at them, likewise.
    #[serde(default)]
    viewers: String,
    /// What each environment shall get.
    environments: Vec<WantedEnvironment>,
}

pub(crate) fn wrong(field: &str, rule: &str, zh: impl Into<String>, en: impl Into<String>) -> Problem {
    Problem { field: field.to_owned(), rule: rule.to_owned(), message: Wording::new(zh, en) }
}

/// A day as it is written.
pub(crate) fn day<D: FromStr>(field: &str, text: &str) -> Result<D, Problem> {
    let (zh, en) = ("应为 2027-01-31 这样的日期", "this has to be a day such as 2027-01-31");
    text.parse().map_err(|_| wrong(field, "not-a-day", zh, en))
}

/// The word of a list, or a problem that names the list.
fn word<T: Copy>(field: &str, text: &str, all: &[T], code: fn(T) -> &'static str) -> Result<T, Problem> {
    all.iter().copied().find(|one| code(*one) == text).ok_or_else(|| {
        let known = all.iter().map(|one| code(*one)).collect::<Vec<_>>().join(", ");
        wrong(field, "unknown-code", format!("应为以下之一：{known}"), format!("must be one of: {known}"))
    })
}

/// Keeps what is right; notes what is not.
fn kept<T>(read: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}

async fn reference(asking: &Asking, to: EntityKind, field: &str, text: &str) -> Result<Result<Id, Problem>, Fault> {
    records::find_reference(&asking.services, &asking.op, to, field, text).await
}

fn peer(at: &str, wanted: WantedPeer, problems: &mut Vec<Problem>) -> Option<NetworkPeer> {
    let directions = [PeerDirection::To, PeerDirection::From];
    let code = |direction| if direction == PeerDirection::To { "to" } else { "from" };
    let direction = kept(word(&format!("{at}.direction"), &wanted.direction, &directions, code), problems)?;
    let port = |port: i64| {
        let port = u16::try_from(port).ok().filter(|port| *port > 0);
        let (zh, en) = ("端口应为 1 至 65535", "a port is 1 to 65535");
        port.ok_or_else(|| wrong(&format!("{at}.ports"), "out-of-range", zh, en))
    };
    let ports = kept(wanted.ports.into_iter().map(port).collect::<Result<_, _>>(), problems)?;
    Some(NetworkPeer { workspace: wanted.workspace, cidr: wanted.cidr, ports, direction })
}

async fn wish(
    asking: &Asking,
    at: usize,
    wanted: WantedEnvironment,
    problems: &mut Vec<Problem>,
) -> Result<Option<EnvironmentWish>, Fault> {
    let field = |name: &str| format!("environments[{at}].{name}");
    let environment = word(&field("environment"), &wanted.environment, EnvironmentKind::ALL, EnvironmentKind::code);
    let kind = word(&field("kind"), &wanted.kind, DeliveryKind::ALL, DeliveryKind::code);
    let size = word(&field("size"), &wanted.size, Size::ALL, Size::code);
    let cluster = match wanted.cluster.as_deref() {
        Some(text) => kept(reference(asking, EntityKind::Cluster, &field("cluster"), text).await?, problems),
        None => None,
    };
    let mut peers = Vec::new();
    for (number, wanted) in wanted.peers.into_iter().enumerate() {
        peers.extend(peer(&format!("environments[{at}].peers[{number}]"), wanted, problems));
    }
    let (environment, kind, size) = (kept(environment, problems), kept(kind, problems), kept(size, problems));
    let (Some(environment), Some(kind), Some(size)) = (environment, kind, size) else { return Ok(None) };
    let custom = Amounts {
        cpu_milli: wanted.cpu_milli,
        memory_mib: wanted.memory_mib,
        storage_gib: wanted.storage_gib,
        pods: wanted.pods,
    };
    Ok(Some(EnvironmentWish { environment, kind, size, custom, cluster, peers, note: wanted.note }))
}

async fn a_move(asking: &Asking, wanted: WantedMove) -> Answer<Draft> {
    let mut problems = Vec::new();
    let system = reference(asking, EntityKind::System, "system", &wanted.system).await?;
    let system = kept(system, &mut problems);
    let zone = kept(reference(asking, EntityKind::Zone, "zone", &wanted.zone).await?, &mut problems);
    let planned = wanted.planned_cutover_on.as_deref().filter(|text| !text.is_empty());
    let planned = planned.and_then(|text| kept(day("planned_cutover_on", text), &mut problems));
    let mut environments = Vec::new();
    for (at, wanted) in wanted.environments.into_iter().enumerate() {
        environments.extend(wish(asking, at, wanted, &mut problems).await?);
    }
    let (Some(system), Some(zone), true) = (system, zone, problems.is_empty()) else {
        return Err(Fault::invalid(problems).into());
    };
    Ok(Draft::Move(MigrationDraft {
        system,
        zone,
        planned_cutover_on: planned,
        reason: wanted.reason,
        rollback_plan: wanted.rollback_plan,
        contact: wanted.contact,
        owners: wanted.owners,
        developers: wanted.developers,
        viewers: wanted.viewers,
        environments,
    }))
}

async fn a_stay(asking: &Asking, members: Vec<(String, Value)>) -> Answer<Draft> {
    let def = EntityKind::CloudException.def();
    let (mut problems, mut input) = (Vec::new(), records::Input::new());
    for (name, value) in members {
        if let Some(text) = kept(wire::to_text(def, &name, &value), &mut problems) {
            input.insert(name, text);
        }
    }
    let system = input.remove("system").unwrap_or_default();
    let system = kept(reference(asking, EntityKind::System, "system", &system).await?, &mut problems);
    let renews = input.remove("renews").filter(|text| !text.is_empty());
    let renews = match renews {
        Some(text) => kept(reference(asking, EntityKind::CloudException, "renews", &text).await?, &mut problems),
        None => None,
    };
    let (Some(system), true) = (system, problems.is_empty()) else { return Err(Fault::invalid(problems).into()) };
    Ok(Draft::Stay(ExceptionDraft { system, input, renews }))
}

/// The draft that a body says.
pub(crate) async fn draft(asking: &Asking, members: Members) -> Answer<Draft> {
    let said = members.0.iter().find(|(name, _)| name == "entity").and_then(|(_, value)| value.as_str());
    let kinds = [EntityKind::Migration, EntityKind::CloudException];
    match word("entity", said.unwrap_or_default(), &kinds, |kind| kind.def().table) {
        Ok(EntityKind::Migration) => {
            let body = Value::Object(members.0.into_iter().collect());
            let wanted = serde_json::from_value(body).map_err(|error| crate::receive::shape(&error))?;
            a_move(asking, wanted).await
        }
        Ok(_) => a_stay(asking, members.0.into_iter().filter(|(name, _)| name != "entity").collect()).await,
        Err(problem) => Err(Fault::invalid(vec![problem]).into()),
    }
}
