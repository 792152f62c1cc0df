//! Samples of the overview and of the worklist.

use super::lists::due;
use super::{Sample, put, shell, stack, w};
use crate::overview::{FigureView, OverviewPage, RateView};
use crate::parts::{
    ActionView, BadgeView, CellView, ChartKind, ChartView, ColumnView, MeterView, RowView, SeriesView, TableView, Tone,
};
use crate::shell::{Flash, FlashKind};
use crate::words::L;
use crate::worklist::{AskedView, NewsView, TaskGroup, TaskView, WorklistPage};

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "overview", &overview(l));
    put(out, "worklist", &worklist(l));
    put(out, "worklist-first", &first(l));
}

pub(super) fn rates(l: L) -> Vec<RateView> {
    vec![
        RateView {
            label: w(l, "净上云率", "Net cloud rate"),
            percent: "79.4".into(),
            above: "1,086".into(),
            above_href: "/systems?standing=on_cloud".into(),
            below: "1,367".into(),
            below_href: "/systems?rate=net".into(),
            how: w(l, "不含例外", "exceptions left out"),
            change: "+2.1".into(),
        },
        RateView {
            label: w(l, "上云率", "Raw cloud rate"),
            percent: "75.4".into(),
            above: "1,086".into(),
            above_href: "/systems?standing=on_cloud".into(),
            below: "1,441".into(),
            below_href: "/systems?rate=raw".into(),
            how: w(l, "应上云范围内全部系统", "all systems under the rule"),
            change: "+1.8".into(),
        },
    ]
}

pub(super) fn charts(l: L) -> Vec<ChartView> {
    let months =
        ["2025-12", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11"].map(String::from).to_vec();
    let series = |name: String, values: &[f64], tone: &'static str, list: &str| SeriesView {
        name,
        values: values.iter().map(|value| Some(*value)).collect(),
        tone,
        hrefs: if list.is_empty() {
            Vec::new()
        } else {
            (0..values.len()).map(|at| format!("/systems?{list}={at}")).collect()
        },
    };
    vec![
        ChartView {
            l,
            kind: ChartKind::Line,
            title: w(l, "上云率走势（按月冻结）", "Cloud rate by frozen month"),
            unit: "%".into(),
            labels: months,
            series: vec![
                series(
                    w(l, "净上云率", "Net"),
                    &[61.2, 62.0, 62.9, 65.8, 67.1, 68.8, 70.4, 72.9, 74.0, 75.6, 77.3, 79.4],
                    "accent",
                    "",
                ),
                series(
                    w(l, "上云率", "Raw"),
                    &[57.0, 57.7, 58.8, 61.4, 62.9, 64.6, 66.5, 69.1, 70.4, 71.9, 73.6, 75.4],
                    "muted",
                    "",
                ),
            ],
        },
        ChartView {
            l,
            kind: ChartKind::Bar,
            title: w(l, "应上云系统：距期限", "Unjustified systems by deadline"),
            unit: String::new(),
            labels: [
                ("逾期>60", "60+ late"),
                ("逾期21–60", "21–60 late"),
                ("逾期≤20", "≤20 late"),
                ("≤5日", "≤5 left"),
                ("6–20日", "6–20 left"),
                (">20日", "20+ left"),
            ]
            .map(|(zh, en)| w(l, zh, en))
            .to_vec(),
            series: vec![series(w(l, "系统", "Systems"), &[8.0, 14.0, 21.0, 17.0, 52.0, 31.0], "bad", "due")],
        },
        ChartView {
            l,
            kind: ChartKind::Bar,
            title: w(l, "例外到期", "Exceptions by expiry"),
            unit: String::new(),
            labels: ["2026-12", "01", "02", "03", "04", "05"].map(String::from).to_vec(),
            series: vec![series(w(l, "例外", "Exceptions"), &[6.0, 3.0, 11.0, 9.0, 4.0, 7.0], "violet", "expires")],
        },
    ]
}

fn overview(l: L) -> OverviewPage {
    let mut shell = shell(l, w(l, "总览", "Overview"), "overview", "/overview");
    shell.charts = true;
    let figure = |zh: &str, en: &str, value: &str, note_zh: &str, note_en: &str, tone: Tone, href: &str| FigureView {
        label: w(l, zh, en),
        value: value.into(),
        href: href.into(),
        note: w(l, note_zh, note_en),
        tone,
    };
    OverviewPage {
        l,
        as_of: w(l, "数据截至 2026-11-23 09:30", "As of 23 Nov 2026, 09:30"),
        rates: rates(l),
        figures: vec![
            figure(
                "应上云",
                "Unjustified",
                "143",
                "其中逾期 43",
                "43 of them overdue",
                Tone::Bad,
                "/systems?standing=unjustified",
            ),
            figure(
                "待核实",
                "Unassessed",
                "37",
                "缺少部署信息",
                "place not known",
                Tone::Warn,
                "/systems?standing=unassessed",
            ),
            figure(
                "例外将到期",
                "Exceptions ending",
                "9",
                "90 天内",
                "within 90 days",
                Tone::Neutral,
                "/exceptions?ends=90",
            ),
            figure(
                "待关停机房",
                "Rooms to close",
                "12",
                "本季 3 个",
                "3 this quarter",
                Tone::Neutral,
                "/data-centers?stage=closing",
            ),
        ],
        standings: stack(l, [1086, 74, 31, 58, 12, 143, 37, 21, 9, 26], ""),
        charts: charts(l),
        departments: departments(l),
        departments_href: "/departments".into(),
        rooms: rooms(l),
        rooms_href: "/data-centers".into(),
        shell,
    }
}

fn departments(l: L) -> TableView {
    let rows = [
        ("市人力资源和社会保障局", 64, [41, 3, 2, 4, 0, 11, 2, 1, 0, 0], 68, "6"),
        ("市自然资源和规划局", 58, [39, 2, 3, 2, 1, 9, 2, 0, 0, 0], 70, "5"),
        ("市教育局", 51, [34, 1, 1, 9, 0, 4, 2, 0, 0, 0], 68, "1"),
        ("市住房公积金管理中心", 9, [3, 0, 0, 1, 0, 5, 0, 0, 0, 0], 33, "2"),
        ("市卫生健康委员会", 72, [63, 4, 1, 1, 0, 2, 1, 0, 0, 0], 93, ""),
        ("市水利局", 37, [29, 5, 0, 1, 0, 1, 1, 0, 0, 0], 91, ""),
        ("市行政审批服务局", 22, [22, 0, 0, 0, 0, 0, 0, 0, 0, 0], 100, ""),
    ]
    .map(|(name, total, counts, percent, late): (&str, u64, [u64; 10], u64, &str)| {
        let tone = if percent < 50 {
            Tone::Bad
        } else if percent < 80 {
            Tone::Warn
        } else {
            Tone::Good
        };
        let number = |value: u64, href: &str, tone: Tone| {
            if value == 0 { CellView::Empty } else { CellView::count(value.to_string(), href, tone) }
        };
        RowView::new(vec![
            CellView::link(name, "/departments/11330100MB0000001A"),
            number(total, "/systems?department=x", Tone::Neutral),
            number(counts[0], "/systems?standing=on_cloud", Tone::Neutral),
            number(counts[1], "/systems?standing=excepted", Tone::Neutral),
            number(counts[2] + counts[3], "/systems?standing=migrating", Tone::Neutral),
            number(counts[5], "/systems?standing=unjustified", Tone::Bad),
            if late.is_empty() { CellView::Empty } else { CellView::count(late, "/systems?overdue=true", Tone::Bad) },
            CellView::Meter(MeterView { percent, text: format!("{percent}.0%"), tone }),
        ])
    });
    TableView::new(
        l,
        w(l, "各单位", "Departments"),
        vec![
            ColumnView::new(w(l, "单位", "Department")),
            ColumnView::right(w(l, "系统", "Systems")),
            ColumnView::right(w(l, "已上云", "On cloud")),
            ColumnView::right(w(l, "例外", "Excepted")),
            ColumnView::right(w(l, "办理中", "Under way")),
            ColumnView::right(w(l, "应上云", "Unjustified")),
            ColumnView::right(w(l, "逾期", "Overdue")),
            ColumnView::new(w(l, "净上云率", "Net rate")),
        ],
    )
    .with_rows(rows.into())
}

fn rooms(l: L) -> TableView {
    let rows = [
        ("自然资源局三楼机房", "迁移中", "Emptying", "9", 62, "2026-12-31", 27),
        ("人社局信息中心机房", "纳入关停计划", "Planned", "17", 18, "2027-06-30", 142),
        ("老政府大院机房", "断电核验", "Power-off check", "0", 95, "2026-10-31", -16),
    ]
    .map(|(name, zh, en, left, percent, on, days)| {
        RowView::new(vec![
            CellView::link(name, "/data-centers/DC-0007"),
            CellView::text(w(l, zh, en)),
            CellView::count(left, "/systems?place=DC-0007", Tone::Neutral),
            CellView::Meter(MeterView { percent, text: format!("{percent}%"), tone: Tone::Accent }),
            CellView::date(on),
            CellView::Deadline(due(l, days)),
        ])
    });
    TableView::new(
        l,
        w(l, "机房", "Machine rooms"),
        vec![
            ColumnView::new(w(l, "机房", "Room")),
            ColumnView::new(w(l, "阶段", "Stage")),
            ColumnView::right(w(l, "剩余系统", "Systems left")),
            ColumnView::new(w(l, "迁空进度", "Emptied")),
            ColumnView::new(w(l, "计划关停", "Closes")),
            ColumnView::new(w(l, "期限", "Deadline")),
        ],
    )
    .with_rows(rows.into())
}

fn worklist(l: L) -> WorklistPage {
    let mut shell = shell(l, w(l, "工作台", "Worklist"), "worklist", "/worklist");
    shell.flashes = vec![Flash {
        kind: FlashKind::Done,
        text: w(l, "已登记“智慧停车诱导系统”。", "Registered “智慧停车诱导系统”."),
        link: Some((w(l, "查看", "Show"), "/systems/SYS-000203".into())),
    }];
    let task = |icon: &'static str, subject: &str, what: String, note: String, left: i64, action: String| TaskView {
        icon,
        what,
        subject: subject.into(),
        href: "/systems/SYS-000118".into(),
        note,
        due: Some(due(l, left)),
        action: Some(ActionView::link(action, "/x").quiet()),
    };
    WorklistPage {
        l,
        lead: w(l, "9 项待办，其中 2 项已逾期。", "9 things wait for you, 2 of them are overdue."),
        groups: vec![
            TaskGroup {
                title: w(l, "已逾期", "Overdue"),
                count: 2,
                more: None,
                tasks: vec![
                    task(
                        "alert-triangle",
                        "不动产登记管理系统",
                        w(l, "催办：办理上云或申请例外", "Urge: move it or justify staying"),
                        w(
                            l,
                            "市自然资源和规划局 · 例外 CX-2025-000031 已到期",
                            "市自然资源和规划局 · exception CX-2025-000031 expired",
                        ),
                        -2,
                        w(l, "催办", "Urge"),
                    ),
                    task(
                        "building-warehouse",
                        "老政府大院机房",
                        w(l, "断电核验", "Verify power-off"),
                        w(l, "市机关事务管理局 · 已上传照片 3 张", "市机关事务管理局 · 3 photos uploaded"),
                        -16,
                        w(l, "核验", "Verify"),
                    ),
                ],
            },
            TaskGroup {
                title: w(l, "本周到期", "This week"),
                count: 3,
                more: None,
                tasks: vec![
                    task(
                        "cloud-upload",
                        "城市运行管理服务平台",
                        w(l, "受理上云申请 MR-2026-000092", "Accept request MR-2026-000092"),
                        w(l, "市城市管理局 · 2 个工作日内受理", "市城市管理局 · to be accepted within 2 working days"),
                        1,
                        w(l, "受理", "Accept"),
                    ),
                    task(
                        "shield-check",
                        "数字档案馆系统",
                        w(l, "复审例外 CX-2026-000014", "Review exception CX-2026-000014"),
                        w(l, "市档案馆 · E08 与专用设备不可分", "市档案馆 · E08 tied to special equipment"),
                        3,
                        w(l, "复审", "Review"),
                    ),
                    task(
                        "help-circle",
                        "机动车尾气遥感监测系统",
                        w(l, "核实部署位置", "Find out where it runs"),
                        "市生态环境局".into(),
                        4,
                        w(l, "核实", "Check"),
                    ),
                ],
            },
            TaskGroup {
                title: w(l, "以后", "Later"),
                count: 14,
                more: Some("/worklist?due=later".into()),
                tasks: vec![
                    task(
                        "flag",
                        "水库群联合调度系统",
                        w(l, "例外将到期，退出计划第 2 步未完成", "Exception ends soon; exit step 2 is open"),
                        "市水利局".into(),
                        15,
                        w(l, "查看", "Show"),
                    ),
                    task(
                        "file-import",
                        "IMP-0058",
                        w(l, "导入有 26 行未通过", "26 rows of an import were refused"),
                        w(l, "信息系统 · 2026年三季度普查.xlsx", "Systems · 2026年三季度普查.xlsx"),
                        9,
                        w(l, "继续", "Continue"),
                    ),
                ],
            },
        ],
        asked: vec![
            AskedView {
                number: "MR-2026-000088".into(),
                subject: "食品安全追溯平台".into(),
                href: "/migrations/MR-2026-000088".into(),
                state: BadgeView::new(w(l, "资源开通", "Provisioning"), Tone::Accent),
                note: w(l, "云服务商 · 剩 1 个工作日", "provider · 1 working day left"),
            },
            AskedView {
                number: "MR-2026-000081".into(),
                subject: "智慧停车诱导系统".into(),
                href: "/migrations/MR-2026-000081".into(),
                state: BadgeView::new(w(l, "退回补正", "Returned"), Tone::Warn),
                note: w(l, "缺等保定级报告", "MLPS grading report missing"),
            },
        ],
        news: [
            (
                "cloud-check",
                "应急指挥综合平台 已上云",
                "应急指挥综合平台 is on the cloud",
                "昨天 17:20",
                "yesterday 17:20",
            ),
            (
                "alert-triangle",
                "公积金综合业务系统 转为应上云",
                "公积金综合业务系统 became unjustified",
                "今天 00:00",
                "today 00:00",
            ),
            (
                "database-import",
                "导入 IMP-0057：更新 318 个组件",
                "Import IMP-0057: 318 components updated",
                "昨天 15:04",
                "yesterday 15:04",
            ),
            (
                "shield-check",
                "例外 CX-2026-000019 已批准",
                "Exception CX-2026-000019 approved",
                "昨天 11:36",
                "yesterday 11:36",
            ),
        ]
        .map(|(icon, zh, en, when_zh, when_en)| NewsView {
            when: w(l, when_zh, when_en),
            text: w(l, zh, en),
            href: "/audit".into(),
            icon,
        })
        .into(),
        first_steps: Vec::new(),
        shell,
    }
}

fn first(l: L) -> WorklistPage {
    let mut page = worklist(l);
    page.shell.flashes.clear();
    page.lead.clear();
    page.groups.clear();
    page.asked.clear();
    page.news.clear();
    page.first_steps = vec![
        ActionView::link(w(l, "导入单位", "Import departments"), "/imports/new?kind=departments")
            .primary()
            .with_icon("file-import"),
        ActionView::link(w(l, "手工登记", "Register by hand"), "/departments/new"),
    ];
    page
}
