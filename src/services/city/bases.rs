//! The documents that the city's exceptions rest on. Those of the city itself and their numbers are made up.

use jiff::civil::{Date, date};

use super::{
    blueprint::Blueprint,
    cells::{Days, day, sheet, text},
};

/// When a document took effect.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effective {
    /// On this day.
    On(Date),
    /// So many days before today; its number carries the year.
    Ago(i32),
}

/// A document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Basis {
    /// Its number; `{year}` stands for the year in which it took effect.
    number: &'static str,
    title: &'static str,
    /// Label of its level in the pack.
    level: &'static str,
    issuer: &'static str,
    article: &'static str,
    summary: &'static str,
    effective: Effective,
    /// Repealed so many days from today; negative is the past.
    repealed: Option<i32>,
}

/// Position of the city's own rules for its cloud.
pub(super) const CLOUD_RULES: usize = 0;
/// Position of the province's letter on its vertical systems.
pub(super) const VERTICAL: usize = 1;
/// Position of the standard of protection levels.
pub(super) const LEVELS: usize = 2;
/// Position of the regulation on critical infrastructure.
pub(super) const CRITICAL: usize = 3;
/// Position of the city's list of systems to merge.
pub(super) const MERGING: usize = 4;
/// Position of the minutes on major events.
pub(super) const EVENTS: usize = 5;
/// Position of the rules for the city's own data centers.
pub(super) const ROOMS: usize = 6;
/// Position of rules that were repealed some weeks ago.
pub(super) const REPEALED: usize = 7;
/// Position of rules whose repeal is announced.
pub(super) const ENDING: usize = 8;

/// The documents, in the order of the constants above. All took effect before the first exception was approved.
pub(super) const BASES: &[Basis] = &[
    Basis {
        number: "云政办发〔{year}〕17号",
        title: "云州市政务云管理办法",
        level: "市级文件",
        issuer: "云州市人民政府办公室",
        article: "第六条至第十二条",
        summary: "现场控制、专用设备、适配过渡期、存量合同等情形，经论证和审批可暂不上云，期满应当上云。",
        effective: Effective::Ago(2_600),
        repealed: None,
    },
    Basis {
        number: "云数函〔{year}〕8号",
        title: "省级统建系统部署备案函",
        level: "省级文件",
        issuer: "省大数据发展管理局",
        article: "第二项",
        summary: "省级统一建设的系统由省级主管部门统一部署，市县仅设前置节点。",
        effective: Effective::Ago(2_200),
        repealed: None,
    },
    Basis {
        number: "GB/T 22239-2019",
        title: "信息安全技术 网络安全等级保护基本要求",
        level: "标准",
        issuer: "国家市场监督管理总局、国家标准化管理委员会",
        article: "云计算安全扩展要求",
        summary: "云平台不承载高于其安全保护等级的系统。",
        effective: Effective::On(date(2019, 12, 1)),
        repealed: None,
    },
    Basis {
        number: "国务院令第745号",
        title: "关键信息基础设施安全保护条例",
        level: "行政法规",
        issuer: "国务院",
        article: "第三章",
        summary: "运营者落实关键信息基础设施安全保护的主体责任。",
        effective: Effective::On(date(2021, 9, 1)),
        repealed: None,
    },
    Basis {
        number: "云数发〔{year}〕3号",
        title: "云州市政务信息系统整合清单",
        level: "市级文件",
        issuer: "云州市大数据发展管理局",
        article: "附件二",
        summary: "列入整合清单的系统停止升级，由新平台替代后下线。",
        effective: Effective::Ago(1_900),
        repealed: None,
    },
    Basis {
        number: "市政府专题会议纪要〔{year}〕12号",
        title: "重大活动信息系统保障专题会议纪要",
        level: "会议纪要",
        issuer: "云州市人民政府",
        article: "第三项",
        summary: "重大活动保障期间暂缓割接，保障结束后两周内恢复。",
        effective: Effective::Ago(1_800),
        repealed: None,
    },
    Basis {
        number: "云政办发〔{year}〕21号",
        title: "云州市政务数据中心建设管理规定",
        level: "市级文件",
        issuer: "云州市人民政府办公室",
        article: "第四条",
        summary: "原则上不新建机房；确需新建、扩建的，须经专家论证和市政府批准，并净减少机柜。",
        effective: Effective::Ago(2_400),
        repealed: None,
    },
    Basis {
        number: "云政发〔{year}〕30号",
        title: "云州市电子政务项目管理办法",
        level: "市级文件",
        issuer: "云州市人民政府",
        article: "第九条",
        summary: "部门专用系统可以自行部署。",
        effective: Effective::Ago(3_200),
        repealed: Some(-40),
    },
    Basis {
        number: "云政办发〔{year}〕9号",
        title: "云州市部门机房过渡期管理意见",
        level: "市级文件",
        issuer: "云州市人民政府办公室",
        article: "第五条",
        summary: "过渡期内，部门机房的存量系统可以分批上云。",
        effective: Effective::Ago(2_000),
        repealed: Some(55),
    },
];

impl Basis {
    fn effective(&self, days: &Days) -> Date {
        match self.effective {
            Effective::On(day) => day,
            Effective::Ago(ago) => days.after(-ago),
        }
    }

    /// Its number.
    fn number(&self, days: &Days) -> String {
        self.number.replace("{year}", &self.effective(days).year().to_string())
    }
}

/// The number of a document, by its position.
pub(super) fn number(days: &Days, basis: usize) -> String {
    BASES.get(basis).map(|one| one.number(days)).unwrap_or_default()
}

sheet! {
    /// The row of a document.
    fn row(city: &Blueprint, one: &Basis) {
        code: text(one.number(&city.days)),
        name: text(one.title),
        level: text(one.level),
        issuer: text(one.issuer),
        article: text(one.article),
        summary: text(one.summary),
        effective_on: day(Some(one.effective(&city.days))),
        repealed_on: day(one.repealed.map(|days| city.days.after(days))),
    }
}
