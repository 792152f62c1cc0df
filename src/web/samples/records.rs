//! Samples of records: a component (the plain record), a department, a machine room.

use super::lists::due;
use super::{Sample, put, shell, stack, standing, system, w};
use crate::data_centers::{DataCenterPage, GaugeView, StageView};
use crate::departments::DepartmentPage;
use crate::parts::{ActionView, BadgeView, CellView, ColumnView, LinkView, RowView, TableView, Tone};
use crate::record::{AnswerView, FactGroup, FactView, MissingView, RecordPage, RecordView, RelatedView};
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "component", &component(l));
    put(out, "department", &department(l));
    put(out, "data-center", &room(l));
}

fn component(l: L) -> RecordPage {
    let shell = shell(l, "zrzy-db-01", "components", "/components/zrzy-db-01")
        .under(w(l, "服务器与组件", "Servers & components"), "/components");
    let mut record = RecordView::new(l, "CMP-004412");
    record.badges = vec![BadgeView::new(w(l, "生产", "Production"), Tone::Accent)];
    record.lead = w(l, "数据库 · 不动产登记管理系统", "Database · 不动产登记管理系统");
    record.actions = vec![ActionView::link(w(l, "编辑", "Edit"), "/components/zrzy-db-01/edit").with_icon("edit")];
    record.answers = vec![
        AnswerView {
            question: w(l, "是什么", "What it is"),
            text: w(l, "Oracle 11g 数据库，双机", "Oracle 11g database, pair"),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "在哪里", "Where it is"),
            text: "自然资源局三楼机房".into(),
            link: Some(LinkView::new(w(l, "查看机房", "Show the room"), "/data-centers/DC-0007")),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "下一步", "What next"),
            text: w(l, "随系统上云", "Moves with its system"),
            due: Some(due(l, -2)),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "责任人", "Who answers"),
            text: "王海涛".into(),
            note: w(l, "局信息中心", "Information center"),
            ..AnswerView::default()
        },
    ];
    let text = |zh: &str, en: &str, value: &str| FactView::new(w(l, zh, en), CellView::text(value));
    record.groups = vec![
        FactGroup {
            id: "identity".into(),
            title: w(l, "基本信息", "Identity"),
            facts: vec![
                text("名称", "Name", "zrzy-db-01"),
                text("类别", "Kind", &w(l, "数据库", "Database")),
                text("角色", "Role", &w(l, "生产", "Production")),
                FactView::new(w(l, "系统", "System"), CellView::link("不动产登记管理系统", "/systems/SYS-000118")),
            ],
        },
        FactGroup {
            id: "technical".into(),
            title: w(l, "技术", "Technical"),
            facts: vec![
                FactView::new(w(l, "核数", "Cores"), CellView::quantity("32", w(l, "核", "cores"))),
                FactView::new(w(l, "内存", "Memory"), CellView::quantity("256", "GB")),
                text("操作系统", "Operating system", "Red Hat Enterprise Linux 6.9"),
                FactView::missing(w(l, "维保到期", "Warranty ends")),
            ],
        },
    ];
    record.history = system::history(l);
    RecordPage { l, record, shell }
}

fn due_table(l: L) -> TableView {
    let rows = [
        ("不动产登记管理系统", "unjustified", -2, "办理上云", "Move it"),
        ("规划协同审查系统", "retiring", 22, "登记下线", "Retire"),
        ("地下管线信息系统", "unassessed", 8, "填写部署", "Say where"),
        ("国土空间规划“一张图”系统", "migrating", 18, "查看申请", "Show request"),
    ]
    .map(|(name, code, left, zh, en)| {
        RowView::new(vec![
            CellView::link(name, "/systems/SYS-000118"),
            CellView::Badge(standing(l, code)),
            CellView::Deadline(due(l, left)),
            CellView::Actions(vec![ActionView::link(w(l, zh, en), "/x").quiet()]),
        ])
    });
    TableView::new(
        l,
        w(l, "待处理系统", "Systems to decide on"),
        vec![
            ColumnView::new(w(l, "系统名称", "Name")),
            ColumnView::new(w(l, "上云状态", "Standing")),
            ColumnView::new(w(l, "期限", "Deadline")),
            ColumnView::right(w(l, "操作", "Do")),
        ],
    )
    .with_rows(rows.into())
}

fn department(l: L) -> DepartmentPage {
    let shell = shell(l, "市自然资源和规划局", "departments", "/departments/11330100MB0000001A")
        .under(w(l, "单位", "Departments"), "/departments");
    let mut record = RecordView::new(l, "11330100MB0000001A");
    record.lead = w(l, "政府工作部门 · 市本级", "Government department · city level");
    record.badges = vec![BadgeView::new(w(l, "纳入范围", "In scope"), Tone::Neutral)];
    record.actions =
        vec![ActionView::link(w(l, "编辑", "Edit"), "/departments/11330100MB0000001A/edit").with_icon("edit")];
    record.answers = vec![
        AnswerView {
            question: w(l, "云长", "Cloud chief"),
            text: "周敏".into(),
            note: w(l, "分管副局长", "Deputy director"),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "联络员", "Liaison"),
            text: "王海涛".into(),
            note: "0571-8702 1133".into(),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "下一步", "What next"),
            text: w(l, "9 个系统待办理，其中 5 个已逾期", "9 systems to decide on, 5 overdue"),
            due: Some(due(l, -2)),
            tone: Tone::Bad,
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "涉密系统", "Classified systems"),
            text: "2".into(),
            note: w(l, "仅填报数量", "count only"),
            ..AnswerView::default()
        },
    ];
    let rooms = TableView::new(
        l,
        w(l, "机房", "Machine rooms"),
        vec![
            ColumnView::new(w(l, "机房", "Room")),
            ColumnView::new(w(l, "认定", "Recognition")),
            ColumnView::right(w(l, "剩余系统", "Systems left")),
            ColumnView::new(w(l, "计划关停", "Closes")),
        ],
    )
    .with_rows(vec![RowView::new(vec![
        CellView::link("自然资源局三楼机房", "/data-centers/DC-0007"),
        CellView::Badge(BadgeView::new(w(l, "限期关停", "To close"), Tone::Bad)),
        CellView::count("9", "/systems", Tone::Neutral),
        CellView::date("2026-12-31"),
    ])]);
    let people = TableView::new(
        l,
        w(l, "人员", "People"),
        vec![
            ColumnView::new(w(l, "姓名", "Name")),
            ColumnView::new(w(l, "角色", "Role")),
            ColumnView::new(w(l, "最近登录", "Last seen")),
        ],
    )
    .with_rows(vec![
        RowView::new(vec![
            CellView::link("王海涛", "/people/2"),
            CellView::text(w(l, "单位信息化人员", "Department IT")),
            CellView::text(w(l, "昨天", "yesterday")),
        ]),
        RowView::new(vec![
            CellView::link("周敏", "/people/3"),
            CellView::text(w(l, "领导", "Leader")),
            CellView::text("2026-11-02"),
        ]),
    ]);
    let children = TableView::new(
        l,
        w(l, "下级单位", "Departments below"),
        vec![
            ColumnView::new(w(l, "单位", "Department")),
            ColumnView::right(w(l, "系统", "Systems")),
            ColumnView::right(w(l, "应上云", "Unjustified")),
        ],
    )
    .with_rows(
        [("市不动产登记服务中心", "6", "1"), ("市测绘院", "11", "3"), ("市土地储备中心", "3", "0")]
            .map(|(name, systems, open)| {
                RowView::new(vec![
                    CellView::link(name, "/departments/x"),
                    CellView::count(systems, "/systems", Tone::Neutral),
                    if open == "0" { CellView::Empty } else { CellView::count(open, "/systems", Tone::Bad) },
                ])
            })
            .into(),
    );
    let related = |id: &str, zh: &str, en: &str, count: &str, table: TableView| RelatedView {
        id: id.into(),
        title: w(l, zh, en),
        count: count.into(),
        table,
        more: None,
        add: None,
    };
    record.related = vec![
        related("rooms", "机房", "Machine rooms", "1", rooms),
        related("children", "下级单位", "Departments below", "3", children),
        related("people", "人员", "People", "2", people),
    ];
    record.missing = Some(MissingView {
        text: w(l, "本季度尚未确认台账", "The register was not attested this quarter"),
        percent: 92,
        items: vec![LinkView::new(w(l, "逐项确认", "Attest now"), "/departments/x/attest")],
    });
    record.history = system::history(l);
    let mut rates = super::overview::rates(l);
    for (rate, (percent, above, below)) in rates.iter_mut().zip([("69.6", "39", "56"), ("67.2", "39", "58")]) {
        rate.percent = percent.into();
        rate.above = above.into();
        rate.below = below.into();
        rate.change.clear();
    }
    DepartmentPage {
        l,
        record,
        rates,
        standings: stack(l, [39, 2, 3, 2, 1, 9, 2, 0, 0, 1], "department=x&"),
        due: due_table(l),
        due_href: "/systems?department=x&open=true".into(),
        shell,
    }
}

fn room(l: L) -> DataCenterPage {
    let shell = shell(l, "自然资源局三楼机房", "data-centers", "/data-centers/DC-0007")
        .under(w(l, "机房", "Machine rooms"), "/data-centers");
    let mut record = RecordView::new(l, "DC-0007");
    record.lead = w(l, "市自然资源和规划局 · 临江路 88 号 3 楼", "市自然资源和规划局 · 88 Linjiang Road, 3rd floor");
    record.badges = vec![BadgeView::new(w(l, "限期关停", "To close"), Tone::Bad).with_icon("power")];
    record.actions = vec![
        ActionView::link(w(l, "编辑", "Edit"), "/data-centers/DC-0007/edit").with_icon("edit"),
        ActionView::link(w(l, "登记已迁空", "Report emptied"), "/data-centers/DC-0007/emptied").primary(),
    ];
    record.groups = vec![FactGroup {
        id: "facility".into(),
        title: w(l, "设施", "Facility"),
        facts: vec![
            FactView::new(w(l, "类别", "Kind"), CellView::text(w(l, "机房", "Machine room"))),
            FactView::new(w(l, "权属", "Ownership"), CellView::text(w(l, "自有", "Own"))),
            FactView::new(w(l, "不间断电源", "UPS"), CellView::text(w(l, "有", "Yes"))),
            FactView::new(w(l, "专用制冷", "Cooling"), CellView::text(w(l, "有", "Yes"))),
            FactView::new(w(l, "建成日期", "Built"), CellView::date("2011-05-01")),
            FactView::missing(w(l, "年运行费用", "Yearly cost")),
        ],
    }];
    record.history = system::history(l);
    let gauge = |zh: &str, en: &str, value: &str, unit: &str, note: String, percent: Option<u64>, tone: Tone| {
        GaugeView { label: w(l, zh, en), value: value.into(), unit: unit.into(), note, percent, tone }
    };
    let stage = |zh: &str, en: &str, when: &str, done: bool, now: bool| StageView {
        label: w(l, zh, en),
        when: when.into(),
        done,
        now,
    };
    let blockers = [
        ("不动产登记管理系统", "unjustified", "10"),
        ("规划协同审查系统", "retiring", "3"),
        ("国土空间规划“一张图”系统", "migrating", "8"),
        ("地下管线信息系统", "unassessed", "2"),
    ]
    .map(|(name, code, parts)| {
        RowView::new(vec![
            CellView::link(name, "/systems/SYS-000118"),
            CellView::Badge(standing(l, code)),
            CellView::number(parts),
            CellView::Deadline(due(l, 12)),
        ])
    });
    DataCenterPage {
        l,
        gauges: vec![
            gauge("机柜", "Racks", "14", "/ 18", w(l, "在用 78%", "78% in use"), Some(78), Tone::Accent),
            gauge(
                "服务器",
                "Servers",
                "46",
                w(l, "台", "").as_str(),
                w(l, "物理机 38 · 虚拟化主机 8", "38 physical · 8 hypervisors"),
                None,
                Tone::Neutral,
            ),
            gauge("用电", "Power", "31.2", "kW", w(l, "容量 60 kW", "of 60 kW"), Some(52), Tone::Accent),
            gauge("PUE", "PUE", "1.92", "", w(l, "目标 1.50", "target 1.50"), None, Tone::Warn),
            gauge("剩余系统", "Systems left", "9", "", w(l, "已迁出 15", "15 moved out"), Some(62), Tone::Good),
            gauge("计划关停", "Closes", "12-31", "", w(l, "预计 2027-02-10", "forecast 2027-02-10"), None, Tone::Bad),
        ],
        stages: vec![
            stage("运行", "Operating", "2011-05", true, false),
            stage("纳入关停计划", "Planned", "2026-02-10", true, false),
            stage("迁移中", "Emptying", "2026-04-01", false, true),
            stage("已迁空", "Emptied", "", false, false),
            stage("断电核验", "Power-off check", "", false, false),
            stage("已关停", "Closed", "2026-12-31", false, false),
        ],
        blocked: w(
            l,
            "尚不能关停：仍有 9 个系统的 23 个组件在此运行，其中 1 个系统应上云而未办理。",
            "Cannot close yet: 23 components of 9 systems still run here; one of them is unjustified.",
        ),
        blockers: TableView::new(
            l,
            w(l, "尚在机房内运行", "Still running here"),
            vec![
                ColumnView::new(w(l, "系统名称", "Name")),
                ColumnView::new(w(l, "上云状态", "Standing")),
                ColumnView::right(w(l, "组件", "Components")),
                ColumnView::new(w(l, "期限", "Deadline")),
            ],
        )
        .with_rows(blockers.into()),
        blockers_link: Some(LinkView::new(w(l, "全部 9 个", "All 9"), "/systems?place=DC-0007")),
        record,
        shell,
    }
}
