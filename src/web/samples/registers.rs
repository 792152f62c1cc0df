//! Samples of other lists: machine rooms and flags.

use super::lists::{due, filters, sorted};
use super::{shell, w};
use crate::list::ListPage;
use crate::parts::{ActionView, BadgeView, CellView, ColumnView, LinkView, RowView, Sorted, TableView, Tone};
use crate::words::L;

pub(super) fn rooms(l: L) -> ListPage {
    let columns = vec![
        sorted(w(l, "名称", "Name"), "name", Sorted::No),
        ColumnView::new(w(l, "单位", "Department")),
        ColumnView::new(w(l, "认定", "Recognition")),
        ColumnView::new(w(l, "关停阶段", "Stage")),
        ColumnView { unit: "m²".into(), ..ColumnView::right(w(l, "面积", "Area")) },
        ColumnView::right(w(l, "机柜", "Racks")),
        ColumnView { unit: "kW".into(), ..ColumnView::right(w(l, "用电", "Power")) },
        ColumnView::right("PUE"),
        ColumnView::right(w(l, "剩余系统", "Systems left")),
        ColumnView::new(w(l, "计划关停", "Closes")),
    ];
    let rows = [
        (
            "自然资源局三楼机房",
            "市自然资源和规划局",
            "限期关停",
            "To close",
            Tone::Bad,
            "迁移中",
            "Emptying",
            "86",
            "14 / 18",
            "31.2",
            "1.92",
            "9",
            "2026-12-31",
        ),
        (
            "人社局信息中心机房",
            "市人力资源和社会保障局",
            "限期关停",
            "To close",
            Tone::Bad,
            "纳入关停计划",
            "Planned",
            "120",
            "22 / 30",
            "54.8",
            "1.78",
            "17",
            "2027-06-30",
        ),
        (
            "水利调度中心机房",
            "市水利局",
            "认定保留",
            "Recognised",
            Tone::Good,
            "运行",
            "Operating",
            "64",
            "8 / 12",
            "18.5",
            "1.64",
            "4",
            "",
        ),
        (
            "公积金中心机房",
            "市住房公积金管理中心",
            "申报中",
            "Applied",
            Tone::Accent,
            "运行",
            "Operating",
            "58",
            "9 / 10",
            "22.0",
            "1.88",
            "6",
            "",
        ),
        (
            "档案馆机房",
            "市档案馆",
            "认定保留",
            "Recognised",
            Tone::Good,
            "运行",
            "Operating",
            "40",
            "5 / 8",
            "9.6",
            "1.71",
            "3",
            "",
        ),
        (
            "教育信息中心机房",
            "市教育局",
            "未申报",
            "Not declared",
            Tone::Warn,
            "运行",
            "Operating",
            "150",
            "26 / 40",
            "",
            "",
            "21",
            "",
        ),
        (
            "老政府大院机房",
            "市机关事务管理局",
            "不予认定",
            "Refused",
            Tone::Bad,
            "已迁空",
            "Emptied",
            "32",
            "0 / 6",
            "0",
            "",
            "0",
            "2026-10-31",
        ),
    ]
    .map(|(name, department, zh, en, tone, stage_zh, stage_en, area, racks, power, pue, left, closes)| {
        RowView::new(vec![
            CellView::link(name, "/data-centers/DC-0007"),
            CellView::link(department, "/departments/11330100MB0000001A"),
            CellView::Badge(BadgeView::new(w(l, zh, en), tone)),
            CellView::text(w(l, stage_zh, stage_en)),
            CellView::number(area),
            CellView::number(racks),
            if power.is_empty() { CellView::Empty } else { CellView::number(power) },
            if pue.is_empty() { CellView::Empty } else { CellView::number(pue) },
            CellView::count(left, "/systems?place=DC-0007", Tone::Neutral),
            CellView::text(closes),
        ])
    });
    let table = TableView::new(l, w(l, "机房", "Machine rooms"), columns).with_rows(rows.into());
    let mut page =
        ListPage::new(shell(l, w(l, "机房", "Machine rooms"), "data-centers", "/data-centers"), "/data-centers", table);
    page.count = "25".into();
    page.search = Some(String::new());
    page.filters = filters(l, false).drain(1..2).collect();
    page.actions =
        vec![ActionView::link(w(l, "登记机房", "Register a room"), "/data-centers/new").primary().with_icon("plus")];
    page.exports = vec![LinkView::new("CSV (UTF-8)", "/data-centers/export.csv")];
    page.range = w(l, "共 25 条", "25 in all");
    page
}

pub(super) fn flags(l: L) -> ListPage {
    let columns = vec![
        ColumnView::new(w(l, "对象", "Subject")),
        ColumnView::new(w(l, "规则", "Rule")),
        ColumnView::new(w(l, "程度", "Severity")),
        ColumnView::new(w(l, "说明", "What is wrong")),
        ColumnView::new(w(l, "单位", "Department")),
        sorted(w(l, "起始", "Since"), "true_since", Sorted::No),
        sorted(w(l, "期限", "Deadline"), "due_on", Sorted::Up),
    ];
    let rows = [
        (
            "不动产登记管理系统",
            "CBD-01",
            "高",
            "High",
            Tone::Bad,
            "在自然资源局三楼机房运行，无例外，也无上云申请。",
            "Runs in 自然资源局三楼机房 without an exception or a request.",
            "市自然资源和规划局",
            "2026-10-26",
            -2,
        ),
        (
            "劳动就业服务信息系统",
            "CBD-18",
            "严重",
            "Critical",
            Tone::Bad,
            "等保二级，未备案。",
            "MLPS level 2, not filed.",
            "市人力资源和社会保障局",
            "2026-10-30",
            3,
        ),
        (
            "水库群联合调度系统",
            "CBD-06",
            "中",
            "Medium",
            Tone::Warn,
            "例外将于 2027-02-14 到期，退出计划第 2 步未完成。",
            "The exception ends on 2027-02-14; exit step 2 is open.",
            "市水利局",
            "2026-11-16",
            15,
        ),
        (
            "教育信息中心机房",
            "CBD-14",
            "高",
            "High",
            Tone::Bad,
            "机房未认定，也没有关停日期。",
            "The room is neither recognised nor scheduled to close.",
            "市教育局",
            "2026-09-01",
            11,
        ),
    ]
    .map(|(subject, rule, zh, en, tone, says_zh, says_en, department, since, left)| {
        RowView::new(vec![
            CellView::link(subject, "/systems/SYS-000118"),
            CellView::Code(rule.into()),
            CellView::Badge(BadgeView::new(w(l, zh, en), tone).with_icon("flag")),
            CellView::text(w(l, says_zh, says_en)),
            CellView::Muted(department.into()),
            CellView::date(since),
            CellView::Deadline(due(l, left)),
        ])
    });
    let table = TableView::new(l, w(l, "预警", "Flags"), columns).with_rows(rows.into());
    let mut page = ListPage::new(shell(l, w(l, "预警", "Flags"), "flags", "/flags"), "/flags", table);
    page.count = "86".into();
    page.search = Some(String::new());
    page.filters = filters(l, false).drain(1..2).collect();
    page.range = w(l, "第 1–50 条，共 86 条", "1–50 of 86");
    page.next = Some("/flags?cursor=a".into());
    page
}
