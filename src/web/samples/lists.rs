//! Samples of the list of systems: plain, filtered, empty both ways. Other lists are in [`registers`].

use jiff::civil::date;

use super::{Sample, put, registers, shell, standing, standing_word, w};
use crate::list::ListPage;
use crate::parts::{
    ActionView, BadgeView, CellView, ChipView, ColumnChoice, ColumnView, DeadlineView, EmptyView, FilterKind,
    FilterView, Hidden, LinkView, OptionView, RowView, SortView, Sorted, TableView, Tone,
};
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "systems", &systems(l));
    put(out, "systems-filtered", &filtered(l));
    put(out, "systems-none", &none(l));
    put(out, "systems-empty", &nothing_yet(l));
    put(out, "data-centers", &registers::rooms(l));
    put(out, "flags", &registers::flags(l));
}

/// Code, name, department, standing, MLPS level, place, live since, flags, working days left.
type Line = (&'static str, &'static str, &'static str, &'static str, u8, &'static str, &'static str, u8, i64);

const SYSTEMS: [Line; 16] = [
    (
        "SYS-000118",
        "不动产登记管理系统",
        "市自然资源和规划局",
        "unjustified",
        3,
        "自然资源局三楼机房",
        "2014-06-01",
        3,
        -2,
    ),
    ("SYS-000123", "行政审批服务平台", "市行政审批服务局", "on_cloud", 3, "政务外网区", "2019-03-15", 0, 0),
    ("SYS-000131", "医疗保障信息平台", "市医疗保障局", "on_cloud", 3, "政务外网区", "2021-05-20", 1, 0),
    ("SYS-000137", "城市运行管理服务平台", "市城市管理局", "migrating", 3, "第二机房", "2017-11-08", 1, 18),
    (
        "SYS-000142",
        "劳动就业服务信息系统",
        "市人力资源和社会保障局",
        "unjustified",
        2,
        "人社局信息中心机房",
        "2012-09-01",
        4,
        3,
    ),
    ("SYS-000149", "预算管理一体化系统", "市财政局", "not_applicable", 3, "省财政厅机房", "2020-01-01", 0, 0),
    ("SYS-000155", "水库群联合调度系统", "市水利局", "excepted", 3, "水利调度中心机房", "2018-04-26", 1, 61),
    ("SYS-000160", "学籍与招生管理系统", "市教育局", "planned", 2, "教育信息中心机房", "2013-08-15", 0, 34),
    ("SYS-000166", "机动车尾气遥感监测系统", "市生态环境局", "unassessed", 2, "", "2019-12-02", 1, 11),
    (
        "SYS-000171",
        "公积金综合业务系统",
        "市住房公积金管理中心",
        "unjustified",
        3,
        "公积金中心机房",
        "2016-10-18",
        2,
        7,
    ),
    ("SYS-000178", "应急指挥综合平台", "市应急管理局", "on_cloud", 3, "政务外网区", "2022-06-30", 0, 0),
    ("SYS-000184", "规划协同审查系统", "市自然资源和规划局", "retiring", 2, "自然资源局三楼机房", "2011-05-09", 0, 22),
    ("SYS-000190", "残疾人证办理系统", "市残疾人联合会", "retired", 1, "", "2009-03-01", 0, 0),
    ("SYS-000197", "数字档案馆系统", "市档案馆", "excepted", 3, "档案馆机房", "2015-07-01", 0, 142),
    ("SYS-000203", "智慧停车诱导系统", "市城市管理局", "not_live", 2, "互联网区", "2027-01-10", 0, 0),
    ("SYS-000209", "食品安全追溯平台", "市市场监督管理局", "on_cloud", 2, "互联网区", "2020-09-12", 0, 0),
];

pub(super) fn due(l: L, left: i64) -> DeadlineView {
    let day = date(2026, 11, 23).checked_add(jiff::Span::new().days(left + left.div_euclid(5) * 2)).unwrap_or_default();
    DeadlineView::new(l, day, left)
}

fn row(l: L, at: usize) -> RowView {
    let (code, name, department, code_of, level, place, live, flags, left) = SYSTEMS[at % SYSTEMS.len()];
    let level_badge = match level {
        3 => BadgeView::new(w(l, "三级", "Level 3"), Tone::Neutral),
        2 => BadgeView::new(w(l, "二级", "Level 2"), Tone::Neutral),
        _ => BadgeView::new(w(l, "未定级", "Ungraded"), Tone::Warn),
    };
    let cloud = matches!(place, "政务外网区" | "互联网区");
    RowView::new(vec![
        CellView::link(name, format!("/systems/{code}")),
        CellView::Code(code.into()),
        CellView::link(department, "/departments/11330100MB0000001A"),
        CellView::Badge(standing(l, code_of)),
        if left == 0 { CellView::Empty } else { CellView::Deadline(due(l, left)) },
        CellView::Badge(level_badge),
        if place.is_empty() {
            CellView::Empty
        } else {
            CellView::link(place, if cloud { "/zones/extranet" } else { "/data-centers/DC-0007" })
        },
        CellView::date(live),
        if flags == 0 {
            CellView::Empty
        } else {
            CellView::Flags {
                count: flags.to_string(),
                tone: if flags > 2 { Tone::Bad } else { Tone::Warn },
                href: format!("/flags?subject={code}"),
            }
        },
    ])
}

pub(super) fn sorted(label: String, key: &str, sorted: Sorted) -> ColumnView {
    let mark = if sorted == Sorted::Up { "-" } else { "" };
    ColumnView { sort: Some(SortView { href: format!("/systems?sort={mark}{key}"), sorted }), ..ColumnView::new(label) }
}

fn columns(l: L) -> Vec<ColumnView> {
    vec![
        sorted(w(l, "系统名称", "Name"), "name", Sorted::No),
        sorted(w(l, "编号", "Code"), "code", Sorted::Up),
        sorted(w(l, "单位", "Department"), "department", Sorted::No),
        sorted(w(l, "上云状态", "Standing"), "standing", Sorted::No),
        sorted(w(l, "期限", "Deadline"), "deadline", Sorted::No),
        sorted(w(l, "等保级别", "MLPS"), "mlps_level", Sorted::No),
        ColumnView::new(w(l, "部署位置", "Runs in")),
        sorted(w(l, "上线日期", "Live since"), "live_on", Sorted::No),
        ColumnView::new(w(l, "预警", "Flags")),
    ]
}

pub(super) fn filters(l: L, chosen: bool) -> Vec<FilterView> {
    let counts = [1086, 74, 31, 58, 12, 143, 37, 21, 9, 26];
    let standings = super::STANDING_WORDS.iter().zip(counts).map(|((code, _, _), count)| {
        let option = OptionView::new(*code, standing_word(l, code)).with_count(l.num(count as u64));
        if chosen && matches!(*code, "unjustified" | "unassessed") { option.on() } else { option }
    });
    let departments = SYSTEMS.iter().enumerate().map(|(at, one)| {
        OptionView::new(format!("11330100MB00000{at:02}X"), one.2).with_count((64 - at * 3).to_string())
    });
    let levels = [("3", "三级", "Level 3", "612"), ("2", "二级", "Level 2", "741"), ("1", "一级", "Level 1", "38")]
        .map(|(code, zh, en, count)| OptionView::new(code, w(l, zh, en)).with_count(count));
    let view = |key: &str, label: String, chosen: u64, pinned: bool, kind: FilterKind| FilterView {
        key: key.into(),
        label,
        chosen,
        pinned,
        kind,
    };
    vec![
        view(
            "standing",
            w(l, "上云状态", "Standing"),
            if chosen { 2 } else { 0 },
            true,
            FilterKind::Codes(standings.collect()),
        ),
        view("department", w(l, "单位", "Department"), 0, true, FilterKind::Codes(departments.collect())),
        view("mlps_level", w(l, "等保级别", "MLPS"), u64::from(chosen), true, FilterKind::Codes(levels.into())),
        view("place", w(l, "部署位置", "Runs in"), 0, true, FilterKind::Text(String::new())),
        view("flagged", w(l, "有预警", "Flagged"), 0, false, FilterKind::YesNo(None)),
        view(
            "live_on",
            w(l, "上线日期", "Live since"),
            0,
            false,
            FilterKind::Dates { from: String::new(), to: String::new() },
        ),
        view("public_facing", w(l, "面向公众", "Public-facing"), 0, false, FilterKind::YesNo(None)),
        view(
            "om_cost",
            w(l, "年运维费", "Yearly cost"),
            0,
            false,
            FilterKind::Numbers { from: String::new(), to: String::new(), unit: w(l, "万元", "10k CNY") },
        ),
        view("builder", w(l, "承建单位", "Builder"), 0, false, FilterKind::Text(String::new())),
        view(
            "deadline",
            w(l, "期限", "Deadline"),
            0,
            false,
            FilterKind::Dates { from: String::new(), to: String::new() },
        ),
    ]
}

fn base(l: L, path: &str) -> ListPage {
    let table = TableView::new(l, w(l, "信息系统", "Systems"), columns(l));
    let mut page = ListPage::new(shell(l, w(l, "信息系统", "Systems"), "systems", path), "/systems", table);
    page.actions =
        vec![ActionView::link(w(l, "登记系统", "Register a system"), "/systems/new").primary().with_icon("plus")];
    page.search = Some(String::new());
    page.filters = filters(l, false);
    page.hidden = vec![Hidden::new("sort", "code")];
    page.column_hidden = vec![Hidden::new("sort", "code")];
    page.columns = [
        ("name", "系统名称", "Name"),
        ("code", "编号", "Code"),
        ("department", "单位", "Department"),
        ("standing", "上云状态", "Standing"),
        ("deadline", "期限", "Deadline"),
        ("mlps_level", "等保级别", "MLPS"),
        ("place", "部署位置", "Runs in"),
        ("live_on", "上线日期", "Live since"),
        ("flags", "预警", "Flags"),
        ("builder", "承建单位", "Builder"),
        ("om_cost", "年运维费", "Yearly cost"),
        ("users", "注册用户数", "Users"),
    ]
    .iter()
    .enumerate()
    .map(|(at, (key, zh, en))| ColumnChoice { key: (*key).into(), label: w(l, zh, en), shown: at < 9 })
    .collect();
    page.exports = vec![
        LinkView { icon: Some("file-spreadsheet"), ..LinkView::new("Excel (.xlsx)", "/systems/export.xlsx") },
        LinkView { icon: Some("file-text"), ..LinkView::new("CSV (UTF-8)", "/systems/export.csv") },
    ];
    page
}

fn systems(l: L) -> ListPage {
    let mut page = base(l, "/systems");
    page.count = "1,497".into();
    page.table.rows = (0..50).map(|at| row(l, at)).collect();
    page.range = w(l, "第 1–50 条，共 1,497 条", "1–50 of 1,497");
    page.next = Some("/systems?cursor=eyJ".into());
    page
}

fn filtered(l: L) -> ListPage {
    let mut page = base(l, "/systems?standing=unjustified&standing=unassessed&mlps_level=3&sort=deadline");
    page.count = "97".into();
    page.lead = w(
        l,
        "“应上云”的系统须在期限内办理上云或申请例外。",
        "Unjustified systems must be moved or justified by their deadline.",
    );
    page.filters = filters(l, true);
    page.chips = vec![
        ChipView {
            label: w(l, "上云状态", "Standing"),
            value: w(l, "应上云、待核实", "Unjustified, Unassessed"),
            remove: "/systems?mlps_level=3".into(),
        },
        ChipView {
            label: w(l, "等保级别", "MLPS"),
            value: w(l, "三级", "Level 3"),
            remove: "/systems?standing=unjustified".into(),
        },
        ChipView {
            label: w(l, "上线日期", "Live since"),
            value: w(l, "2016-12-31 之前", "until 2016-12-31"),
            remove: "/systems".into(),
        },
    ];
    page.table.rows = [0, 4, 9, 8, 0, 4, 9].into_iter().map(|at| row(l, at)).collect();
    page.range = w(l, "第 51–57 条，共 57 条", "51–57 of 57");
    page.previous = Some("/systems?before=eyJ".into());
    page
}

fn none(l: L) -> ListPage {
    let mut page = base(l, "/systems?q=abc&standing=retired");
    page.count = "0".into();
    page.search = Some("地籍".into());
    page.chips = vec![ChipView {
        label: w(l, "上云状态", "Standing"),
        value: w(l, "已下线", "Retired"),
        remove: "/systems?q=abc".into(),
    }];
    page.empty = Some(EmptyView {
        icon: "search",
        title: w(l, "没有符合条件的系统", "No system matches"),
        text: w(l, "去掉部分条件或换一个词再试。", "Remove a filter or try another word."),
        action: Some(ActionView::link(w(l, "清除全部条件", "Clear all filters"), "/systems")),
    });
    page
}

fn nothing_yet(l: L) -> ListPage {
    let mut page = base(l, "/systems");
    page.filters.clear();
    page.columns.clear();
    page.exports.clear();
    page.search = None;
    page.empty = Some(EmptyView {
        icon: "table",
        title: w(l, "还没有登记信息系统", "No systems yet"),
        text: w(
            l,
            "把现有的系统清单原样上传即可：自动识别编码、表头和各列，核对后入库，可整批撤销。",
            "Upload the list you have as it is: columns are recognised, everything is checked first, and the import can be undone.",
        ),
        action: Some(
            ActionView::link(w(l, "导入系统清单", "Import a list"), "/imports/new?kind=systems")
                .primary()
                .with_icon("file-import"),
        ),
    });
    page
}
