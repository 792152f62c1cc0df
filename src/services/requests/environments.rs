//! What each environment of a request shall get: checked, placed on a cluster, stored as a delivery. An environment whose workspace
//! stands already gets a change of that workspace, under the same name.

use domain::{
    Amounts, DeliveryKind, DeliveryState, EntityKind, EnvironmentKind, Fault, Id, Problem, Record, Size, fold,
};
use landing::NetworkPeer;
use store::{deliveries::Delivery, requests::Request};

use super::{MigrationDraft, capacity, conflict, plan, problem};
use crate::{Outcome, Work};

/// Environments of one request.
const ENVIRONMENTS_MAX: usize = 8;
/// A namespace is for three years, then its need is confirmed again.
const YEARS: i16 = 3;

/// Name in problems and in REST, least, most, and how both are said: of an amount in the order of [`amounts_of`].
///
/// The least is what one container needs that says nothing of itself: a limit of one core and one GiB (`plan::specification`).
const BOUNDS: [(&str, i64, i64, (&str, &str)); 4] = [
    ("cpu_milli", 500, 10_000_000, ("核数应为 0.5 至 10000", "cores are 0.5 to 10,000")),
    ("memory_mib", 1_024, 104_857_600, ("内存应为 1 至 102400 GiB", "memory is 1 to 102,400 GiB")),
    ("storage_gib", 0, 10_000_000, ("存储应为 0 至 10000000 GiB", "storage is 0 to 10,000,000 GiB")),
    ("pods", 1, 100_000, ("实例数应为 1 至 100000", "instances are 1 to 100,000")),
];

/// What one environment shall get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentWish {
    /// Which environment.
    pub environment: EnvironmentKind,
    /// What is delivered.
    pub kind: DeliveryKind,
    /// How large, in plain words.
    pub size: Size,
    /// How large, in numbers, for [`Size::Custom`].
    pub custom: Amounts,
    /// On which cluster; chosen by the program if none.
    pub cluster: Option<Id>,
    /// Whom it talks with.
    pub peers: Vec<NetworkPeer>,
    /// What is wanted of the provider, for what is no namespace.
    pub note: String,
}

fn amounts_of(wish: &EnvironmentWish) -> Amounts {
    wish.size.amounts().unwrap_or(wish.custom)
}

/// The field of a wish in problems.
fn field_of(wish: &EnvironmentWish, part: &str) -> String {
    let whole = format!("environment_{}", wish.environment.code());
    if part.is_empty() { whole } else { format!("{whole}_{part}") }
}

/// What is wrong with the wishes; whom they name is looked for when they are stored.
pub(super) fn problems_of(wishes: &[EnvironmentWish]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if wishes.is_empty() {
        problems.push(problem("environments", "required", "请至少选择一个环境", "choose at least one environment"));
    }
    if wishes.len() > ENVIRONMENTS_MAX {
        problems.push(problem("environments", "too-many", "环境过多", "too many environments"));
    }
    for (index, wish) in wishes.iter().enumerate() {
        let amounts = amounts_of(wish);
        let given = [amounts.cpu_milli, amounts.memory_mib, amounts.storage_gib, amounts.pods];
        for ((part, least, most, (zh, en)), amount) in BOUNDS.into_iter().zip(given) {
            if !(least..=most).contains(&amount) {
                problems.push(problem(&field_of(wish, part), "range", zh, en));
            }
        }
        let peers = field_of(wish, "peers");
        if wish.kind == DeliveryKind::Namespace {
            // Its own name is not known yet; `store` asks again.
            problems.extend(landing::peer_problems(&peers, "", &wish.peers));
        } else if !wish.peers.is_empty() {
            problems.push(problem(
                &peers,
                "no-workspace",
                "只有云上空间可以登记互通对象；请写入“对服务商的要求”",
                "only a workspace has peers; say it in the wishes to the provider",
            ));
        }
        let is_same = |other: &EnvironmentWish| other.environment == wish.environment && other.kind == wish.kind;
        if wishes.iter().take(index).any(is_same) {
            problems.push(problem(
                &field_of(wish, ""),
                "twice",
                "同一环境只能申请一次",
                "an environment is asked for once",
            ));
        }
    }
    problems
}

/// A name for the namespace, from the system's code; numbered when it is taken.
async fn namespace_for(
    work: &mut Work<'_>,
    system: &Record,
    environment: EnvironmentKind,
    cluster: Id,
) -> Outcome<String> {
    let code = system.get(EntityKind::System.def(), "code").as_text().unwrap_or_default();
    let mut slug: String = fold(code)
        .chars()
        .map(|one| if one.is_ascii_lowercase() || one.is_ascii_digit() { one } else { '-' })
        .collect();
    while slug.contains("--") {
        slug = slug.replace("--", "-");
    }
    let slug: String = slug.trim_matches('-').chars().take(36).collect();
    let slug = if slug.starts_with(|first: char| first.is_ascii_lowercase()) { slug } else { format!("s{slug}") };
    let base = format!("{}-{}", slug.trim_end_matches('-'), environment.code());
    for number in 1..100 {
        let name = if number == 1 { base.clone() } else { format!("{base}-{number}") };
        if landing::is_allowed_namespace(&name)
            && store::deliveries::named(&mut work.tx, cluster, &name).await?.is_none()
        {
            return Ok(name);
        }
    }
    Err(conflict(
        "no-name",
        "找不到可用的命名空间名称；请先填写系统编码。",
        "No free name for the namespace; give the system a code first.",
    ))
}

/// The cluster for a wish: that of the workspace which it changes, else the one chosen, else the open one of the zone with most
/// cores free. Every refused one says why.
async fn choose(
    work: &mut Work<'_>,
    draft: &MigrationDraft,
    wish: &EnvironmentWish,
    system: &Record,
    stands: Option<&Delivery>,
) -> Outcome<Id> {
    let has = stands.map_or(Amounts::default(), |one| one.amounts);
    let wanted = amounts_of(wish).beyond(has);
    let chosen = stands.map(|one| one.cluster).or(wish.cluster);
    let level = plan::level(system.get(EntityKind::System.def(), "mlps_level").as_text());
    let mut best: Option<(i64, Id)> = None;
    let mut refused = (Vec::new(), Vec::new());
    for record in capacity::of_zone(&mut work.tx, Some(draft.zone)).await? {
        if chosen.is_some_and(|chosen| chosen != record.id) {
            continue;
        }
        let cluster = capacity::typed(&record)?;
        let free = capacity::of(&mut work.tx, record.id, &cluster).await?.free();
        let short = free.short_of(wanted);
        let ceiling = cluster.max_mlps.as_deref().map(|code| plan::level(Some(code))).filter(|most| level > *most);
        let takes = stands.is_some() || capacity::is_open(&cluster);
        let why = match (takes, ceiling, short.is_empty()) {
            (false, _, _) => Some(("不接纳新空间".to_owned(), "takes no more".to_owned())),
            (_, Some(most), _) => Some((format!("最高承载等保{most}级"), format!("carries up to MLPS level {most}"))),
            (_, _, false) => {
                Some((format!("余量不足：{}", short.join("、")), format!("short of {}", short.join(", "))))
            }
            _ => None,
        };
        match why {
            Some((zh, en)) => {
                refused.0.push(format!("{}（{zh}）", cluster.name));
                refused.1.push(format!("{} ({en})", cluster.name));
            }
            None if best.is_none_or(|(cores, _)| free.cpu_milli > cores) => best = Some((free.cpu_milli, record.id)),
            None => {}
        }
    }
    best.map(|(_, id)| id).ok_or_else(|| {
        let nothing = refused.0.is_empty();
        let zh = if nothing {
            "该云区没有登记集群；请联系政务云运维登记，或选择其他云区".to_owned()
        } else {
            format!("没有合适的集群：{}", refused.0.join("，"))
        };
        let en = if nothing {
            "this zone has no registered cluster; ask the cloud operators to register one, or choose another zone"
                .to_owned()
        } else {
            format!("no cluster fits: {}", refused.1.join("; "))
        };
        Fault::invalid(vec![problem(&field_of(wish, ""), "no-cluster", zh, en)])
    })
}

/// The workspace that a wish changes: that of the same environment which stands in the zone (and on the cluster) asked for.
async fn changed(
    work: &mut Work<'_>,
    request: &Request,
    draft: &MigrationDraft,
    wish: &EnvironmentWish,
) -> Outcome<Option<Delivery>> {
    if wish.kind != DeliveryKind::Namespace {
        return Ok(None);
    }
    for one in store::deliveries::standing(&mut work.tx, request.system, wish.environment.code()).await? {
        if one.request == request.subject || wish.cluster.is_some_and(|chosen| chosen != one.cluster) {
            continue;
        }
        let cluster = store::records::find(&mut work.tx, EntityKind::Cluster.def(), one.cluster).await?;
        let zone = cluster.and_then(|record| record.get(EntityKind::Cluster.def(), "zone").as_id());
        if zone == Some(draft.zone) {
            refuse_ending(&one)?;
            return Ok(Some(one));
        }
    }
    Ok(None)
}

/// A workspace whose end was asked for is not changed: whoever decides on the one would not know of the other.
pub(super) fn refuse_ending(stands: &Delivery) -> Outcome<()> {
    if stands.exit.is_none() {
        return Ok(());
    }
    let name = &stands.namespace;
    Err(conflict(
        "exit-open",
        format!("云上空间“{name}”的退出正在办理，不能变更；请先取消退出，或等其办结后重新申请。"),
        format!(
            "The end of the workspace “{name}” was asked for, so it cannot be changed; have the exit cancelled first, or ask anew when it is over."
        ),
    ))
}

/// Stores what each environment shall get.
pub(super) async fn store(
    work: &mut Work<'_>,
    request: &Request,
    draft: &MigrationDraft,
    system: &Record,
) -> Outcome<()> {
    let today = work.services.today();
    let until = today.with().year(today.year().saturating_add(YEARS)).day(1).build().unwrap_or(today).last_of_month();
    let mut placed = Vec::new();
    for wish in &draft.environments {
        let is_namespace = wish.kind == DeliveryKind::Namespace;
        let stands = changed(work, request, draft, wish).await?;
        let cluster = if is_namespace { choose(work, draft, wish, system, stands.as_ref()).await? } else { Id::NONE };
        let namespace = match &stands {
            Some(one) => one.namespace.clone(),
            None if is_namespace => namespace_for(work, system, wish.environment, cluster).await?,
            None => String::new(),
        };
        let delivery = Delivery {
            id: work.next_id(),
            request: request.subject,
            system: request.system,
            path: request.path.clone(),
            environment: wish.environment.code().to_owned(),
            kind: wish.kind.code().to_owned(),
            size: wish.size.code().to_owned(),
            cluster,
            namespace,
            state: DeliveryState::Planned.code().to_owned(),
            amounts: amounts_of(wish),
            expires_on: until.to_string(),
            spec: String::new(),
            plan_hash: String::new(),
            message: wish.note.chars().take(1_000).collect(),
            status: String::new(),
            peers: peers_text(&wish.peers)?,
            changes: stands.map_or(Id::NONE, |one| one.id),
            created_at: work.at,
            updated_at: work.at,
            frozen: None,
            exit: Id::NONE,
            wanted: 0,
            pushed: 0,
        };
        store::deliveries::insert(&mut work.tx, std::slice::from_ref(&delivery)).await?;
        placed.push((wish, delivery));
    }
    // All of them stand in the register now: environments of one system may name each other.
    let mut problems = Vec::new();
    for (wish, delivery) in placed {
        problems.extend(strangers(work, wish, &delivery).await?);
    }
    if problems.is_empty() { Ok(()) } else { Err(Fault::invalid(problems)) }
}

/// Peers as they are stored.
fn peers_text(peers: &[NetworkPeer]) -> Outcome<String> {
    if peers.is_empty() {
        return Ok(String::new());
    }
    let peers: Vec<NetworkPeer> = peers.iter().cloned().map(NetworkPeer::in_order).collect();
    serde_json::to_string(&peers).map_err(|error| Fault::internal(error.to_string()))
}

/// Peers that are the workspace itself, or workspaces that its cluster does not have: a policy knows names of its own cluster only.
async fn strangers(work: &mut Work<'_>, wish: &EnvironmentWish, delivery: &Delivery) -> Outcome<Vec<Problem>> {
    let field = field_of(wish, "peers");
    let mut problems = landing::peer_problems(&field, &delivery.namespace, &wish.peers);
    for name in wish.peers.iter().filter_map(|peer| peer.workspace.as_deref()) {
        if store::deliveries::named(&mut work.tx, delivery.cluster, name).await?.is_none() {
            problems.push(problem(
                &field,
                "unknown-workspace",
                format!("同一集群上没有名为“{name}”的云上空间；其他集群上的系统请填写地址段"),
                format!("there is no workspace “{name}” on the same cluster; name a system elsewhere by its range of addresses"),
            ));
        }
    }
    Ok(problems)
}
