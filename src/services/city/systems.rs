//! The rows of systems.

use super::{
    blueprint::{Blueprint, SYSTEM_CELLS_STREAM},
    cells::{day, maybe, sheet, text, yes},
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
    row(city, &plan, &name, &mut random)
}

/// What it is good for, from its name.
fn function(name: &str, random: &mut Random) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("面向本市相关单位和企业群众,承担", "业务的受理、审核、查询和统计分析。"),
        ("实现", "业务全流程线上办理,支撑日常监管和辅助决策。"),
        ("用于", "数据的采集、核验、归集和共享。"),
        ("为业务处室提供", "相关的登记、流转、督办和报表功能。"),
        ("对接市公共数据平台,完成", "的在线申请、并联审批和结果反馈。"),
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

fn address(plan: &Plan) -> String {
    // .example is reserved: no such site exists.
    if plan.internet { format!("https://xt{:06}.yunzhou.example", plan.number + 1) } else { String::new() }
}

fn remark(random: &mut Random) -> &'static str {
    const REMARKS: &[&str] = &["已完成普查核对", "联系人待更新", "与省平台数据对接", "年度运维合同已签", "含历史数据,迁移前须清洗"];
    if random.chance(20) { random.pick(REMARKS) } else { "" }
}

sheet! {
    fn row(city: &Blueprint, plan: &Plan, name: &str, random: &mut Random) {
        code: text(plan.code()),
        name: text(name),
        department: text(city.department_code(plan.department)),
        function: if random.chance(93) { text(function(name, random)) } else { exchange::Cell::Empty },
        layer: text(random.pick(&["应用", "应用", "应用", "应用", "应用支撑", "基础设施"])),
        user_scope: text(random.pick(&["单位内部", "市级", "市级", "省市", "省县", "省县以下", "社会公众"])),
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
        virtualised: yes(random.chance(90).then_some(plan.zone.is_some() || plan.number % 3 != 0)),
        containerised: yes(random.chance(90).then_some(plan.zone.is_some() && plan.number % 4 == 0)),
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
    }
}
