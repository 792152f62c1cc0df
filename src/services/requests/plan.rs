//! From a request to the specification of each of its namespaces. Made anew whenever it is looked at, so that whatever changed since
//! the approval shows in the hash.

use domain::{Cluster, Department, EntityKind, EnvironmentKind, Fault, Id, Problem, System, Zone};
use landing::{
    Access, AccessRole, ContainerDefaults, Environment, GuardLists, NetworkPeer, QuantityText, Subject, SubjectKind,
    WorkspaceSpec,
};
use store::{Reader, deliveries::Delivery, requests::Request};

use super::{capacity::typed, people, problem};
use crate::Outcome;

/// A delivery with its plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The delivery.
    pub delivery: Delivery,
    /// The specification; none for what is no namespace.
    pub spec: Option<WorkspaceSpec>,
    /// What keeps it from being carried out.
    pub problems: Vec<Problem>,
}

impl Planned {
    /// The plan as it was handed in or approved; none while it is a draft.
    pub(super) fn kept(&self) -> Option<WorkspaceSpec> {
        serde_json::from_str(&self.delivery.spec).ok()
    }
}

/// What every delivery of a request is planned from.
struct Asked {
    system: System,
    department_code: String,
    number: String,
}

/// Where a delivery goes.
struct Ground {
    zone: Zone,
    cluster: Cluster,
}

async fn record<E: domain::Entity>(reader: &mut impl Reader, kind: EntityKind, id: Id) -> Outcome<Option<E>> {
    let Some(record) = store::records::find(reader, kind.def(), id).await? else { return Ok(None) };
    E::from_values(&record.values).map(Some).map_err(|corrupt| Fault::internal(format!("{corrupt:?}")))
}

/// MLPS level of a code of the pack; 0 while not graded.
pub(super) fn level(code: Option<&str>) -> i32 {
    code.and_then(|code| code.parse().ok()).unwrap_or(0)
}

/// The number of a request.
pub(super) async fn number_of(reader: &mut impl Reader, kind: EntityKind, subject: Id) -> Outcome<String> {
    let record = store::records::find(reader, kind.def(), subject).await?.ok_or_else(Fault::not_found)?;
    Ok(record.get(kind.def(), "code").as_text().unwrap_or_default().to_owned())
}

async fn asked(reader: &mut impl Reader, request: &Request) -> Outcome<Result<Asked, Problem>> {
    let Some(system): Option<System> = record(reader, EntityKind::System, request.system).await? else {
        return Ok(Err(problem("system", "gone", "该信息系统已移除", "the system was removed from the register")));
    };
    let Some(department): Option<Department> = record(reader, EntityKind::Department, system.department).await? else {
        return Ok(Err(problem("department", "gone", "该单位已移除", "the department was removed from the register")));
    };
    let kind = EntityKind::from_table(&request.entity).ok_or_else(Fault::not_found)?;
    let number = number_of(reader, kind, request.subject).await?;
    Ok(Ok(Asked { department_code: department.code.unwrap_or_default(), system, number }))
}

async fn ground(reader: &mut impl Reader, delivery: &Delivery) -> Outcome<Result<Ground, Problem>> {
    let cluster = store::records::find(reader, EntityKind::Cluster.def(), delivery.cluster).await?;
    let Some(cluster) = cluster else {
        return Ok(Err(problem(
            "cluster",
            "gone",
            "该集群已移除；请重新选择",
            "the cluster was removed; choose another",
        )));
    };
    let cluster = typed(&cluster)?;
    let Some(zone): Option<Zone> = record(reader, EntityKind::Zone, cluster.zone).await? else {
        return Ok(Err(problem("zone", "gone", "该云区已移除", "the zone was removed")));
    };
    Ok(Ok(Ground { zone, cluster }))
}

fn list(text: Option<&String>) -> Vec<String> {
    people::list(text.map_or("", String::as_str))
}

fn environment(code: &str) -> Environment {
    match EnvironmentKind::from_code(code) {
        Some(EnvironmentKind::Dev) => Environment::Dev,
        Some(EnvironmentKind::Test) => Environment::Test,
        Some(EnvironmentKind::Staging) => Environment::Staging,
        Some(EnvironmentKind::Prod) | None => Environment::Prod,
    }
}

/// Who gets in: groups by role, never an empty list.
fn access(request: &Request) -> Vec<Access> {
    [
        (AccessRole::Owner, &request.owners),
        (AccessRole::Developer, &request.developers),
        (AccessRole::Viewer, &request.viewers),
    ]
    .into_iter()
    .map(|(role, groups)| {
        let subject = |name| Subject { kind: SubjectKind::Group, name };
        Access { role, subjects: list(Some(groups)).into_iter().map(subject).collect() }
    })
    .filter(|access| !access.subjects.is_empty())
    .collect()
}

/// Whom a delivery talks with.
pub(super) fn peers_of(delivery: &Delivery) -> Outcome<Vec<NetworkPeer>> {
    if delivery.peers.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(&delivery.peers).map_err(|error| Fault::internal(format!("stored peers: {error}")))
}

fn specification(asked: &Asked, ground: &Ground, request: &Request, delivery: &Delivery) -> Outcome<WorkspaceSpec> {
    let amounts = delivery.amounts;
    let quota = [
        ("requests.cpu", format!("{}m", amounts.cpu_milli)),
        ("limits.cpu", format!("{}m", amounts.cpu_milli.saturating_mul(2))),
        ("requests.memory", format!("{}Mi", amounts.memory_mib)),
        ("limits.memory", format!("{}Mi", amounts.memory_mib)),
        ("requests.storage", format!("{}Gi", amounts.storage_gib)),
        ("pods", amounts.pods.to_string()),
    ];
    let mut spec = WorkspaceSpec {
        namespace: delivery.namespace.clone(),
        cluster: ground.cluster.code.clone().unwrap_or_default(),
        department: asked.department_code.clone(),
        system: asked.system.code.clone().unwrap_or_default(),
        environment: environment(&delivery.environment),
        zone: ground.zone.code.clone().unwrap_or_default(),
        mlps_level: level(asked.system.mlps_level.as_deref()),
        request_number: asked.number.clone(),
        expires_on: delivery.expires_on.clone(),
        quota: quota.into_iter().map(|(key, value)| (key.to_owned(), QuantityText(value))).collect(),
        container_defaults: ContainerDefaults {
            cpu: "250m".into(),
            memory: "256Mi".into(),
            limit_cpu: "1".into(),
            limit_memory: "1Gi".into(),
        },
        gateway_namespace: ground.cluster.gateway.clone().filter(|name| !name.is_empty()),
        network_peers: peers_of(delivery)?,
        access: access(request),
        metadata: landing::ExtraMetadata::default(),
        guards: GuardLists {
            registries: list(ground.cluster.registries.as_ref()),
            storage_classes: list(ground.cluster.storage_classes.as_ref()),
            ingress_classes: list(ground.cluster.ingress_classes.as_ref()),
        },
        frozen: None,
        deletion_policy: landing::DeletionPolicy::Retain,
        exit: None,
        adopt: false,
        plan_format: 1,
        plan_hash: String::new(),
    };
    spec.plan_hash = landing::plan_hash(&spec);
    Ok(spec)
}

/// Levels above the ceiling of the zone or the cluster (domain reference 5: a zone is a security ceiling).
fn ceiling(ground: &Ground, spec: &WorkspaceSpec) -> Vec<Problem> {
    let ceilings =
        [("zone", &ground.zone.max_mlps, "云区", "zone"), ("cluster", &ground.cluster.max_mlps, "集群", "cluster")];
    ceilings
        .into_iter()
        .filter_map(|(field, code, zh, en)| code.as_deref().map(|code| (field, level(Some(code)), zh, en)))
        .filter(|(_, most, _, _)| spec.mlps_level > *most)
        .map(|(field, most, zh, en)| {
            let level = spec.mlps_level;
            problem(
                field,
                "mlps-ceiling",
                format!("系统为等保{level}级，该{zh}最高承载{most}级；请选择其他云区，或申请例外（E04）"),
                format!("the system is MLPS level {level}, this {en} carries up to {most}; choose another zone, or ask for an exception (E04)"),
            )
        })
        .collect()
}

/// Codes that labels are made of: asked for by name, where the generic check would only name the label.
fn codes(asked: &Asked, ground: &Ground) -> Vec<Problem> {
    let has = |code: &Option<String>| code.as_ref().is_some_and(|code| !code.is_empty());
    [
        (has(&asked.system.code), "system", "请先填写系统编码", "give the system a code first"),
        (!asked.department_code.is_empty(), "department", "请先填写单位编码", "give the department a code first"),
        (has(&ground.zone.code), "zone", "请先填写云区编码", "give the zone a code first"),
        (has(&ground.cluster.code), "cluster", "请先填写集群编码", "give the cluster a code first"),
    ]
    .into_iter()
    .filter(|(is_there, ..)| !is_there)
    .map(|(_, field, zh, en)| problem(field, "code-needed", zh, en))
    .collect()
}

/// What keeps a plan from being carried out.
fn problems(asked: &Asked, ground: &Ground, spec: &WorkspaceSpec) -> Vec<Problem> {
    let mut problems = codes(asked, ground);
    if problems.is_empty() {
        problems = landing::check(spec);
    }
    problems.extend(ceiling(ground, spec));
    problems
}

/// The plan of a request as it would be today: each delivery, and the hash of the list.
pub(crate) async fn plan_of(reader: &mut impl Reader, request: &Request) -> Outcome<(Vec<Planned>, String)> {
    let mut plan = Vec::new();
    let deliveries = store::deliveries::of_request(reader, request.subject).await?;
    if deliveries.is_empty() {
        // An exception asks for nothing to be made.
        return Ok((plan, landing::list_hash(&[])));
    }
    let asked = asked(reader, request).await?;
    for delivery in deliveries {
        let is_namespace = delivery.kind == domain::DeliveryKind::Namespace.code();
        let (spec, problems) = match &asked {
            _ if !is_namespace => (None, Vec::new()),
            Err(why) => (None, vec![why.clone()]),
            Ok(asked) => match ground(reader, &delivery).await? {
                Err(why) => (None, vec![why]),
                Ok(ground) => {
                    let spec = specification(asked, &ground, request, &delivery)?;
                    let problems = problems(asked, &ground, &spec);
                    (Some(spec), problems)
                }
            },
        };
        plan.push(Planned { delivery, spec, problems });
    }
    let hashes: Vec<String> = plan.iter().map(hash_of).collect();
    Ok((plan, landing::list_hash(&hashes)))
}

/// What a delivery counts as in the hash of the list: its plan, or for what the provider makes, what was asked for.
fn hash_of(planned: &Planned) -> String {
    match &planned.spec {
        Some(spec) => spec.plan_hash.clone(),
        None => {
            let one = &planned.delivery;
            format!("{} {} {:?} {}", one.environment, one.kind, one.amounts, one.message)
        }
    }
}
