//! The rows of systems.

use super::{
    blueprint::{Blueprint, SYSTEM_CELLS_STREAM},
    cells::{day, maybe, sheet, text, whole, yes},
    people,
    plan::Plan,
    random::Random,
    rooms, zones,
};

/// The row of a system, counted from 0.
pub(super) fn row_of(city: &Blueprint, number: usize) -> Vec<exchange::Cell> {
    let plan = Plan::of(city, number);
    let name = city.system_name(number);
    let mut random = city.random(SYSTEM_CELLS_STREAM, number);
    let usage = usage(&plan, &mut random);
    row(city, &plan, &name, usage, &mut random)
}

/// How much a system is used.
#[derive(Clone, Copy)]
pub(super) struct Usage {
    registered: i64,
    active: i64,
    /// Days from today.
    last: i32,
    level: &'static str,
}

/// What is known of the use of a system; nothing of one that is not live, or that nobody knows.
fn usage(plan: &Plan, random: &mut Random) -> Option<Usage> {
    plan.live.filter(|live| *live < 0)?;
    let registered = i64::from(random.between(20, 400)) * if plan.internet { 900 } else { 3 };
    if let Some(off) = plan.retired {
        return Some(Usage { registered, active: 0, last: off, level: "停用" });
    }
    Some(match random.below(100) {
        0..7 => Usage { registered, active: 0, last: -random.between(120, 700), level: "停用" },
        7..25 => Usage { registered, active: registered / 50, last: -random.between(8, 60), level: "偶发" },
        _ => Usage {
            registered,
            active: registered * i64::from(random.between(15, 80)) / 100,
            last: -random.between(0, 5),
            level: "日常",
        },
    })
}

const CLOUD_OS: &[&str] = &["openEuler 22.03 LTS", "银河麒麟 V10", "统信 V20", "CentOS Linux 7"];
const ROOM_OS: &[&str] =
    &["Windows Server 2012 R2", "CentOS Linux 6", "CentOS Linux 7", "Red Hat Enterprise Linux 7", ""];
const CLOUD_DATABASES: &[&str] = &["达梦 DM8", "人大金仓 V8", "PostgreSQL 15", "MySQL 8.0"];
const ROOM_DATABASES: &[&str] = &["Oracle 11g", "SQL Server 2012", "MySQL 5.7", ""];

/// How far a system runs on domestic products: wholly in the zone made for it.
fn domestic(plan: &Plan, random: &mut Random) -> &'static str {
    match plan.zone {
        Some(zones::DOMESTIC) => "全栈",
        Some(_) => random.pick(&["部分", "部分", "未适配", "全栈"]),
        None => random.pick(&["未适配", "未适配", "部分"]),
    }
}

/// What it is good for, from its name.
fn function(name: &str, random: &mut Random) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("面向本市相关单位和企业群众，承担", "业务的受理、审核、查询和统计分析。"),
        ("实现", "业务全流程线上办理，支撑日常监管和辅助决策。"),
        ("用于", "数据的采集、核验、归集和共享。"),
        ("为业务处室提供", "相关的登记、流转、督办和报表功能。"),
        ("对接市公共数据平台，完成", "的在线申请、并联审批和结果反馈。"),
    ];
    let stem = ["系统", "平台", "网站"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let (before, after) = random.pick(WORDS);
    [before, "“", stem, "”", after].concat()
}

fn networks(plan: &Plan, random: &mut Random) -> &'static str {
    match (plan.internet, random.below(10)) {
        (true, 0..3) => "互联网",
        (true, _) => "互联网、政务外网",
        (false, 0..6) => "政务外网",
        (false, 6) => "业务专网",
        (false, 7) => "政务外网、业务专网",
        (false, _) => "局域网",
    }
}

fn user_scope(plan: &Plan, random: &mut Random) -> &'static str {
    match plan.internet {
        true => random.pick(&["社会公众", "社会公众", "市级"]),
        false => random.pick(&["单位内部", "市级", "市级", "省市", "省县", "省县以下"]),
    }
}

fn address(plan: &Plan) -> String {
    // .example is reserved: no such site exists.
    if plan.internet { format!("https://xt{:06}.yunzhou.example", plan.number + 1) } else { String::new() }
}

fn remark(random: &mut Random) -> &'static str {
    const REMARKS: &[&str] =
        &["已完成普查核对", "联系人待更新", "与省平台数据对接", "年度运维合同已签", "含历史数据，迁移前须清洗"];
    if random.chance(20) { random.pick(REMARKS) } else { "" }
}

sheet! {
    fn row(city: &Blueprint, plan: &Plan, name: &str, usage: Option<Usage>, random: &mut Random) {
        code: text(plan.code()),
        name: text(name),
        department: text(city.department_code(plan.department)),
        function: if random.chance(93) { text(function(name, random)) } else { exchange::Cell::Empty },
        layer: text(random.pick(&["应用", "应用", "应用", "应用", "应用支撑", "基础设施"])),
        user_scope: text(user_scope(plan, random)),
        contractor: text(people::builder(random)),
        maintainer: text(people::keeper(random)),
        contact: if random.chance(95) { text(people::person(random)) } else { exchange::Cell::Empty },
        contact_phone: text(people::phone(random)),
        address: text(address(plan)),
        remark: text(remark(random)),
        confirmed_on: day(Some(city.days.after(-random.between(0, 420)))),
        hosting: text(plan.hosting),
        data_center: maybe(plan.room.map(rooms::code)),
        zone: maybe(plan.zone.map(zones::code)),
        networks: text(networks(plan, random)),
        virtualised: yes(random.chance(90).then_some(plan.zone.is_some() || !plan.number.is_multiple_of(3))),
        containerised: yes(random.chance(90).then_some(plan.zone.is_some() && plan.number.is_multiple_of(4))),
        live_on: day(plan.day(city, plan.live)),
        secrecy: text("非涉密"),
        data_class: text(random.pick(&["公开", "依申请公开", "一般", "一般", "一般", "敏感", "敏感", "高敏感", "重要"])),
        personal_info: yes(Some(random.chance(45))),
        mlps_level: text(plan.mlps),
        is_cii: yes(Some(plan.critical)),
        internet_facing: yes(Some(plan.internet)),
        lifecycle: text(plan.lifecycle),
        owner_level: text(plan.owner_level),
        not_applicable: yes(plan.not_applicable.map(|_| true)),
        not_applicable_reason: maybe(plan.not_applicable),
        approved_on: day(plan.day(city, plan.approved)),
        retire_on: day(plan.day(city, plan.retire)),
        retire_approved_on: day(plan.day(city, plan.retire_approved)),
        retired_verified_on: day(plan.day(city, plan.retired)),
        data_disposition: text(plan.data_disposition),
        deferral_requested: yes((!plan.deferral.is_empty()).then_some(true)),
        deferral_reason: text(plan.deferral),
        funding_source: text(random.pick(&["一般公共预算", "一般公共预算", "一般公共预算", "专项债", "上级补助", "政府性基金", "其他"])),
        build_mode: text(random.pick(&["自建有产权", "自建有产权", "购买服务无产权"])),
        maintained_by: text(random.pick(&["自主运维", "外包", "外包"])),
        contract_ends_on: day(random.chance(70).then(|| city.days.after(random.between(-60, 700)))),
        registered_users: usage.map_or(exchange::Cell::Empty, |usage| whole(usage.registered)),
        monthly_active: usage.map_or(exchange::Cell::Empty, |usage| whole(usage.active)),
        last_used_on: day(usage.map(|usage| city.days.after(usage.last))),
        usage_level: text(usage.map_or("", |usage| usage.level)),
        complexity: text(random.pick(&["A 独立", "A 独立", "B 部门内简单关联", "B 部门内简单关联", "C 复杂或跨部门"])),
        os: text(random.pick(if plan.zone.is_some() { CLOUD_OS } else { ROOM_OS })),
        database: text(random.pick(if plan.zone.is_some() { CLOUD_DATABASES } else { ROOM_DATABASES })),
        middleware: text(random.pick(&["Tomcat 9", "东方通 TongWeb", "宝兰德 BES", "WebLogic 12c", "Nginx", ""])),
        language: text(random.pick(&["Java", "Java", "Java", "C#", "Go", "PHP", "Python"])),
        domestic_stack: text(domestic(plan, random)),
        source_available: text(random.pick(&["无", "部分", "完整"])),
        backup: text(random.pick(&["无", "本地", "本地", "异地"])),
        recovery_time_hours: whole(random.pick(&[2, 4, 8, 24, 48])),
        recovery_point_hours: whole(random.pick(&[1, 4, 12, 24])),
        data_gb: whole(random.pick(&[5, 20, 80, 150, 400, 900, 2_600, 12_000])),
    }
}
