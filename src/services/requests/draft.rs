//! A request to move a system: drafted, and changed while it is with the department.

use domain::{
    Amounts, DeliveryKind, DeliveryState, EntityKind, EnvironmentKind, Fault, Id, LifeCycle as _, MigrationState,
    Problem, Record, Size, Value, fold,
};
use jiff::civil::Date;
use rules::{Action, Resource};
use store::{deliveries::Delivery, requests::Request};

use super::{capacity, conflict, plan, problem};
use crate::{
    Op, Outcome, Services, Work, permit,
    records::{Update, store_changes},
};

/// Environments of one request.
const ENVIRONMENTS_MAX: usize = 8;
/// Longest text that a person writes into a request.
const TEXT_MAX: usize = 4_000;
/// A namespace is for three years, then its need is confirmed again.
const YEARS: i16 = 3;

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
    /// What is wanted of the provider, for what is no namespace.
    pub note: String,
}

/// A request to move a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationDraft {
    /// The system.
    pub system: Id,
    /// Where to.
    pub zone: Id,
    /// When users shall work there.
    pub planned_cutover_on: Option<Date>,
    /// Why.
    pub reason: String,
    /// The way back, should it fail.
    pub rollback_plan: String,
    /// Whom to call.
    pub contact: String,
    /// Groups that own the namespaces, separated by commas.
    pub owners: String,
    /// What each environment shall get.
    pub environments: Vec<EnvironmentWish>,
}

/// Texts within bounds and environments that make sense; every problem by its field.
fn check(draft: &MigrationDraft) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (field, text) in [
        ("reason", &draft.reason),
        ("rollback_plan", &draft.rollback_plan),
        ("contact", &draft.contact),
        ("owners", &draft.owners),
    ] {
        if text.chars().count() > TEXT_MAX {
            problems.push(problem(
                field,
                "too-long",
                format!("最多 {TEXT_MAX} 字"),
                format!("at most {TEXT_MAX} characters"),
            ));
        }
    }
    if draft.environments.is_empty() {
        problems.push(problem("environments", "required", "请至少选择一个环境", "choose at least one environment"));
    }
    if draft.environments.len() > ENVIRONMENTS_MAX {
        problems.push(problem("environments", "too-many", "环境过多", "too many environments"));
    }
    for wish in &draft.environments {
        let amounts = wish.size.amounts().unwrap_or(wish.custom);
        let field = format!("environment_{}", wish.environment.code());
        let sane = (1..=10_000_000).contains(&amounts.cpu_milli)
            && (1..=100_000_000).contains(&amounts.memory_mib)
            && (0..=10_000_000).contains(&amounts.storage_gib)
            && (1..=100_000).contains(&amounts.pods);
        if !sane {
            problems.push(problem(
                &field,
                "amounts",
                "请填写大于零的核数、内存和容器组数",
                "cores, memory and pods must be more than nothing",
            ));
        }
        if draft
            .environments
            .iter()
            .filter(|other| other.environment == wish.environment && other.kind == wish.kind)
            .count()
            > 1
        {
            problems.push(problem(&field, "twice", "同一环境只能申请一次", "an environment is asked for once"));
        }
    }
    problems
}

pub(super) async fn system_of(work: &mut Work<'_>, id: Id, kind: EntityKind) -> Outcome<Record> {
    let system =
        store::records::find(&mut work.tx, EntityKind::System.def(), id).await?.ok_or_else(Fault::not_found)?;
    permit(work.op, Action::View, &Resource::Record { kind: EntityKind::System, path: &system.path })?;
    permit(work.op, Action::Request, &Resource::Record { kind, path: &system.path })?;
    Ok(system)
}

/// One open request of a kind for a system: a second would reserve twice.
pub(super) async fn refuse_second(work: &mut Work<'_>, system: Id, kind: EntityKind) -> Outcome<()> {
    work.tx.lock(&format!("requests-of-{system}")).await?;
    for request in store::requests::of_system(&mut work.tx, system).await? {
        let is_over = match MigrationState::from_code(&request.state).filter(|_| kind == EntityKind::Migration) {
            Some(state) => state.is_final(),
            None => domain::ExceptionState::from_code(&request.state)
                .is_none_or(|state| state.is_final() || state == domain::ExceptionState::Approved),
        };
        if request.entity == kind.def().table && !is_over {
            let number = plan::number_of(&mut work.tx, kind, request.subject).await?;
            return Err(conflict(
                "already-open",
                format!("该系统已有办理中的申请 {number}；请在该申请上继续办理。"),
                format!("This system has an open request, {number}; go on with that one."),
            ));
        }
    }
    Ok(())
}

/// The next number of a kind of request.
pub(super) async fn next_number(work: &mut Work<'_>, prefix: &str) -> Outcome<String> {
    let year = work.services.today().year();
    let counter = format!("request-{prefix}-{year}");
    let number = store::counters::take(&mut work.tx, &counter, 1).await?;
    Ok(format!("{prefix}-{year}-{number:06}"))
}

fn fill(record: &mut Record, draft: &MigrationDraft, system: &Record) {
    let def = EntityKind::Migration.def();
    let name = system.get(EntityKind::System.def(), "name").as_text().unwrap_or_default();
    record.path.clone_from(&system.path);
    record.set(def, "name", Value::Text(format!("{name}上云")));
    record.set(def, "system", Value::Id(draft.system));
    record.set(def, "zone", Value::Id(draft.zone));
    let planned = draft.planned_cutover_on.map_or(Value::Null, |day| Value::Text(day.to_string()));
    record.set(def, "planned_cutover_on", planned);
}

/// What the department says of its request.
fn say(request: &mut Request, draft: &MigrationDraft) {
    request.reason = draft.reason.trim().to_owned();
    request.rollback_plan = draft.rollback_plan.trim().to_owned();
    request.contact = draft.contact.trim().to_owned();
    request.owners = draft.owners.trim().to_owned();
}

/// Drafts a request to move; answers the migration.
pub async fn draft_migration(services: &Services, op: &Op, draft: &MigrationDraft) -> Outcome<Id> {
    let kind = EntityKind::Migration;
    let mut work = Work::begin(services, op).await?;
    work.is_move = true;
    let system = system_of(&mut work, draft.system, kind).await?;
    refuse_second(&mut work, draft.system, kind).await?;
    let problems = check(draft);
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let mut record = Record::blank(kind.def(), work.next_id(), work.at);
    let number = next_number(&mut work, "MR").await?;
    record.set(kind.def(), "code", Value::Text(number));
    record.set(kind.def(), "state", Value::Text(MigrationState::Draft.code().to_owned()));
    fill(&mut record, draft, &system);
    let mut request = Request::drafted(record.id, kind.def().table, draft.system, &system.path, &op.actor, work.at);
    say(&mut request, draft);
    let id = record.id;
    store_changes(&mut work, kind, vec![record], Vec::new()).await?;
    store::requests::insert(&mut work.tx, &request).await?;
    store_deliveries(&mut work, &request, draft, &system).await?;
    work.commit().await?;
    Ok(id)
}

/// A request that is still with the department, opened at `version` to be changed, and its record.
pub(super) async fn open_for_change(
    work: &mut Work<'_>,
    kind: EntityKind,
    id: Id,
    version: i64,
) -> Outcome<(Request, Record)> {
    work.is_move = true;
    let Some(request) = store::requests::find(&mut work.tx, id).await? else { return Err(Fault::not_found()) };
    permit(work.op, Action::View, &Resource::Record { kind, path: &request.path })?;
    permit(work.op, Action::Request, &Resource::Record { kind, path: &request.path })?;
    let before = store::records::find(&mut work.tx, kind.def(), id).await?.ok_or_else(Fault::not_found)?;
    if before.version != version {
        return Err(Fault::stale());
    }
    with_the_department(&request)?;
    Ok((request, before))
}

/// Changes a request that is still with the department.
pub async fn edit_migration(services: &Services, op: &Op, id: Id, version: i64, draft: &MigrationDraft) -> Outcome<()> {
    let kind = EntityKind::Migration;
    let mut work = Work::begin(services, op).await?;
    let (mut request, before) = open_for_change(&mut work, kind, id, version).await?;
    let draft = MigrationDraft { system: request.system, ..draft.clone() };
    let system = system_of(&mut work, draft.system, kind).await?;
    let problems = check(&draft);
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let mut after = before.clone();
    fill(&mut after, &draft, &system);
    let from = request.state.clone();
    request.asked_by(&op.actor);
    request.path.clone_from(&system.path);
    say(&mut request, &draft);
    request.updated_at = work.at;
    if !store::requests::update(&mut work.tx, &request, &from).await? {
        return Err(Fault::stale());
    }
    store::deliveries::remove_planned(&mut work.tx, id).await?;
    store_deliveries(&mut work, &request, &draft, &system).await?;
    store_changes(&mut work, kind, Vec::new(), vec![Update { before, after }]).await?;
    work.commit().await
}

/// Refuses to change what is before approvers or decided.
fn with_the_department(request: &Request) -> Outcome<()> {
    if ["draft", "returned"].contains(&request.state.as_str()) {
        return Ok(());
    }
    Err(conflict(
        "handed-in",
        "申请已提交，内容不能修改；请先撤回，或由审批人退回。",
        "This was handed in and cannot be changed; take it back, or let an approver return it.",
    ))
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

/// The cluster for a wish: the one chosen, else the open one of the zone with most cores free. Every refused one says why.
async fn choose(work: &mut Work<'_>, draft: &MigrationDraft, wish: &EnvironmentWish, system: &Record) -> Outcome<Id> {
    let wanted = wish.size.amounts().unwrap_or(wish.custom);
    let level = plan::level(system.get(EntityKind::System.def(), "mlps_level").as_text());
    let field = format!("environment_{}", wish.environment.code());
    let mut best: Option<(i64, Id)> = None;
    let mut refused = (Vec::new(), Vec::new());
    for record in capacity::of_zone(&mut work.tx, Some(draft.zone)).await? {
        if wish.cluster.is_some_and(|chosen| chosen != record.id) {
            continue;
        }
        let cluster = capacity::typed(&record)?;
        let free = capacity::of(&mut work.tx, record.id, &cluster).await?.free();
        let short = free.short_of(wanted);
        let ceiling = cluster.max_mlps.as_deref().map(|code| plan::level(Some(code))).filter(|most| level > *most);
        let why = match (capacity::is_open(&cluster), ceiling, short.is_empty()) {
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
        Fault::invalid(vec![problem(&field, "no-cluster", zh, en)])
    })
}

async fn store_deliveries(
    work: &mut Work<'_>,
    request: &Request,
    draft: &MigrationDraft,
    system: &Record,
) -> Outcome<()> {
    let today = work.services.today();
    let until = today.with().year(today.year().saturating_add(YEARS)).day(1).build().unwrap_or(today).last_of_month();
    for wish in &draft.environments {
        let is_namespace = wish.kind == DeliveryKind::Namespace;
        let cluster = if is_namespace { choose(work, draft, wish, system).await? } else { Id::NONE };
        let namespace =
            if is_namespace { namespace_for(work, system, wish.environment, cluster).await? } else { String::new() };
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
            amounts: wish.size.amounts().unwrap_or(wish.custom),
            expires_on: until.to_string(),
            spec: String::new(),
            plan_hash: String::new(),
            message: wish.note.chars().take(1_000).collect(),
            status: String::new(),
            created_at: work.at,
            updated_at: work.at,
            frozen: None,
            exit: Id::NONE,
            wanted: 0,
            pushed: 0,
        };
        store::deliveries::insert(&mut work.tx, std::slice::from_ref(&delivery)).await?;
    }
    Ok(())
}
