//! Samples of the rules page and of the help page.

use super::{Sample, put, shell, standing, w};
use crate::help::HelpPage;
use crate::pack::{PackPage, RuleView};
use crate::parts::{BadgeView, CellView, ColumnView, RowView, TableView, Tone};
use crate::record::FactView;
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "rules", &pack(l));
    let shell = shell(l, w(l, "帮助", "Help"), "", "/help");
    put(out, "help", &HelpPage { l, shell, principle: principle(l), standings: standings(l, false) });
}

fn principle(l: L) -> String {
    w(l, "以上云为常态，不上云为例外。", "On the cloud by default, off the cloud by exception.")
}

fn standings(l: L, counts: bool) -> TableView {
    let when = [
        ("on_cloud", "全部生产部署在计入上云的云区", "Every production placement is in a cloud zone", "1,086"),
        ("excepted", "云外部署均有有效例外", "An exception in force covers what is outside", "74"),
        ("migrating", "上云申请已批准、未超时两倍", "A migration past approval", "31"),
        ("planned", "申请已提交或已列入批次", "A request submitted, or a wave ahead", "58"),
        ("unjustified", "其余：须上云或说明理由", "Everything else: move or justify", "143"),
        ("unassessed", "部署位置不明", "No place known", "37"),
    ];
    let rows = when.map(|(code, zh, en, count)| {
        let mut cells = vec![CellView::Badge(standing(l, code)), CellView::Muted(w(l, zh, en))];
        if counts {
            cells.push(CellView::count(count, format!("/systems?standing={code}"), Tone::Neutral));
        }
        RowView::new(cells)
    });
    let mut columns = vec![ColumnView::new(w(l, "状态", "Standing")), ColumnView::new(w(l, "条件", "When"))];
    if counts {
        columns.push(ColumnView::right(w(l, "系统", "Systems")));
    }
    TableView::new(l, w(l, "上云状态口径", "What the standings mean"), columns).with_rows(rows.into())
}

fn pack(l: L) -> PackPage {
    let rule =
        |code: &str, zh: &str, en: &str, remedy_zh: &str, remedy_en: &str, severity: (&str, &str, Tone), hits: u64| {
            RuleView {
                code: code.into(),
                sentence: w(l, zh, en),
                clause: "浙政办发〔2015〕8号".into(),
                remedy: w(l, remedy_zh, remedy_en),
                severity: BadgeView::new(w(l, severity.0, severity.1), severity.2),
                hits,
                hits_href: format!("/flags?rule={code}"),
                off: None,
            }
        };
    let mut rules = vec![
        rule(
            "CBD-01",
            "非涉密系统在云外运行，没有有效例外，也没有在办的上云申请。",
            "A non-classified system runs off the cloud, without an exception in force or an open migration.",
            "20 个工作日内办理上云或申请例外",
            "plan it or apply for an exception within 20 working days",
            ("高", "High", Tone::Bad),
            41,
        ),
        rule(
            "CBD-02",
            "政策日期之后新上线的系统部署在云外。",
            "A new system went live off the cloud after the policy date.",
            "停止拨款，迁移，说明原因",
            "stop funding, migrate, explain",
            ("严重", "Critical", Tone::Bad),
            3,
        ),
        rule(
            "CBD-05",
            "例外已到期。",
            "An exception expired.",
            "迁移或重新申请",
            "migrate or apply again",
            ("严重", "Critical", Tone::Bad),
            7,
        ),
        rule(
            "CBD-06",
            "例外在 90 天内到期，未续期，退出步骤未完成。",
            "An exception ends within 90 days without renewal or exit step done.",
            "提醒并上报",
            "remind, escalate",
            ("中", "Medium", Tone::Warn),
            9,
        ),
        rule(
            "CBD-14",
            "机房未认定，或已过计划关停日期。",
            "A room without recognition, or past its close date.",
            "认定或关停",
            "recognise or close",
            ("高", "High", Tone::Bad),
            4,
        ),
        rule(
            "CBD-25",
            "数据不一致：PUE 小于 1、上线早于批准等。",
            "Inconsistent facts: PUE below 1, live before approval, and the like.",
            "说明或更正",
            "explain or correct",
            ("低", "Low", Tone::Neutral),
            0,
        ),
    ];
    rules.push(RuleView {
        off: Some(w(l, "尚未启用：没有资源用量数据", "off: no usage data yet")),
        ..rule("CBD-22", "配额长期闲置。", "Quota stays unused.", "回收", "reclaim", ("低", "Low", Tone::Neutral), 0)
    });
    let fact = |zh: &str, en: &str, value: String| FactView::new(w(l, zh, en), CellView::text(value));
    PackPage {
        l,
        shell: shell(l, w(l, "规则与规则包", "Rules & pack"), "pack", "/rules"),
        principle: principle(l),
        source: w(l, "规则包 cn 2026.2 · 自 2026-07-01 起生效", "Pack cn 2026.2 · in force since 2026-07-01"),
        rules,
        settings: vec![
            fact("政策日期", "Policy date", "2015-01-26".into()),
            fact("处理期限", "Time to decide", w(l, "20 个工作日", "20 working days")),
            fact("例外最长", "Longest exception", w(l, "36 个月", "36 months")),
            fact("下线最长", "Longest retirement", w(l, "6 个月", "6 months")),
            fact("时区", "Time zone", "Asia/Shanghai".into()),
            fact("节假日历", "Holidays", w(l, "2026 年已载入", "2026 loaded")),
        ],
        standings: standings(l, true),
    }
}
