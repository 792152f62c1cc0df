//! Samples of the page of a system: one that must be decided on, one that is on the cloud.

use super::lists::due;
use super::{Sample, put, shell, standing, w};
use crate::parts::{
    ActionView, BadgeView, CellView, ChangeView, ColumnView, HistoryEntry, HistoryView, LinkView, RowView, TableView,
    Tone,
};
use crate::record::{AnswerView, FactGroup, FactView, MissingView, RecordView, RelatedView};
use crate::systems::{BranchView, ComponentView, FlagView, HostingView, StandingView, SystemPage};
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "system", &unjustified(l));
    put(out, "system-on-cloud", &on_cloud(l));
}

fn unjustified(l: L) -> SystemPage {
    let mut shell =
        shell(l, "不动产登记管理系统", "systems", "/systems/SYS-000118").under(w(l, "信息系统", "Systems"), "/systems");
    shell.query = String::new();
    let mut record = RecordView::new(l, "SYS-000118");
    record.lead = "市自然资源和规划局".into();
    record.badges = vec![
        standing(l, "unjustified"),
        BadgeView::new(w(l, "等保三级", "MLPS 3"), Tone::Neutral).with_icon("shield-lock"),
    ];
    record.actions = vec![ActionView::link(w(l, "编辑", "Edit"), "/systems/SYS-000118/edit").with_icon("edit")];
    record.more = vec![
        ActionView::link(w(l, "登记下线", "Retire"), "/systems/SYS-000118/retire"),
        ActionView::link(w(l, "设为不适用", "Set not applicable"), "/systems/SYS-000118/scope"),
        ActionView::link(w(l, "删除", "Remove"), "/systems/SYS-000118/remove").danger(),
    ];
    record.answers = vec![
        AnswerView {
            question: w(l, "是什么", "What it is"),
            text: w(
                l,
                "不动产登记的受理、审核、登簿与发证",
                "Registers real estate: intake, review, entry, certificates",
            ),
            note: w(l, "应用层 · 面向公众 · 日常使用", "Application · public-facing · in daily use"),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "状态与原因", "How it stands"),
            text: w(l, "应上云", "Unjustified"),
            note: w(l, "云外运行，无例外、无申请", "Off the cloud, no exception, no request"),
            tone: Tone::Bad,
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "下一步", "What next"),
            text: w(l, "办理上云或申请例外", "Move it, or justify staying"),
            due: Some(due(l, -2)),
            ..AnswerView::default()
        },
        AnswerView {
            question: w(l, "责任人", "Who answers"),
            text: "周敏".into(),
            note: w(l, "分管领导 · 联络员 王海涛 0571-8702 1133", "Leader · liaison 王海涛 0571-8702 1133"),
            ..AnswerView::default()
        },
    ];
    record.groups = groups(l);
    record.related = vec![exceptions(l)];
    record.missing = Some(MissingView {
        text: w(l, "46 项中有 7 项未填", "7 of 46 fields are not given"),
        percent: 85,
        items: [
            ("等级测评日期", "Last MLPS assessment"),
            ("年运维费", "Yearly cost"),
            ("密评结论", "Crypto assessment"),
            ("数据量", "Data volume"),
            ("RTO", "RTO"),
            ("RPO", "RPO"),
            ("最近使用日期", "Last used"),
        ]
        .map(|(zh, en)| LinkView::new(w(l, zh, en), "/systems/SYS-000118/edit#f-x"))
        .into(),
    });
    record.history = history(l);
    SystemPage {
        l,
        record,
        standing: StandingView {
            badge: standing(l, "unjustified"),
            sentence: w(
                l,
                "自 2014-06-01 起在自然资源局三楼机房运行。按规定非涉密系统应当部署在政务云上；该系统没有有效的例外，也没有已提交的上云申请，须在期限内办理上云或说明理由。",
                "Runs in 自然资源局三楼机房 since 2014-06-01. The rule puts non-classified systems on the government cloud; there is no exception in force and no request, so it must be moved or justified by the deadline.",
            ),
            clause: Some(LinkView::new(
                w(l, "浙政办发〔2015〕8号 第三条", "浙政办发〔2015〕8号, art. 3"),
                "/rules#CBD-01",
            )),
            due: Some(due(l, -2)),
            since: w(l, "自 2026-10-22 起", "since 2026-10-22"),
            actions: vec![
                ActionView::link(w(l, "办理上云", "Move it"), "/migrations/new?system=SYS-000118")
                    .primary()
                    .with_icon("cloud-upload"),
                ActionView::link(w(l, "申请例外", "Justify staying"), "/exceptions/new?system=SYS-000118")
                    .with_icon("shield-check"),
            ],
            notes: vec![w(
                l,
                "另有草稿状态的上云申请 MR-2026-000118，提交后才计入状态。",
                "A draft request MR-2026-000118 exists; it counts once submitted.",
            )],
            stale: false,
        },
        flags: flags(l),
        hosting: HostingView {
            branches: vec![
                BranchView {
                    place: "自然资源局三楼机房".into(),
                    href: "/data-centers/DC-0007".into(),
                    note: w(l, "限期关停 · 2026-12-31", "To close · 2026-12-31"),
                    cloud: false,
                    since: w(l, "2014-06 起", "since 2014-06"),
                    components: vec![
                        component("zrzy-db-01", w(l, "数据库 · 生产", "Database · production"), true, "database"),
                        component("zrzy-app-01", w(l, "物理机 · 生产", "Server · production"), true, "server"),
                        component("zrzy-app-02", w(l, "物理机 · 生产", "Server · production"), true, "server"),
                        component("zrzy-bak-01", w(l, "存储 · 灾备", "Storage · DR"), false, "server-2"),
                    ],
                    others: 6,
                },
                BranchView {
                    place: "政务外网区".into(),
                    href: "/zones/extranet".into(),
                    note: w(l, "计入上云 · 等保三级及以下", "Counts as cloud · up to MLPS 3"),
                    cloud: true,
                    since: w(l, "2026-03 起", "since 2026-03"),
                    components: vec![component("bdc-test", w(l, "容器 · 测试", "Container · test"), false, "cloud")],
                    others: 0,
                },
            ],
            declared: false,
            conflict: Some(w(
                l,
                "系统上填报的部署位置为“政务云”，与组件所在的机房不一致（CBD-25）。",
                "The system declares “government cloud”, but its components run in a room (CBD-25).",
            )),
            href: "/components?system=SYS-000118".into(),
        },
        shell,
    }
}

fn component(name: &str, note: String, production: bool, icon: &'static str) -> ComponentView {
    ComponentView { name: name.into(), href: format!("/components/{name}"), note, production, icon }
}

fn flags(l: L) -> Vec<FlagView> {
    let fact = |zh: &str, en: &str, value: &str| (w(l, zh, en), value.to_owned());
    vec![
        FlagView {
            rule: "CBD-01".into(),
            rule_href: "/rules#CBD-01".into(),
            severity: w(l, "高", "High"),
            tone: Tone::Bad,
            sentence: w(
                l,
                "非涉密系统在云外运行，没有有效例外，也没有在办的上云申请。",
                "A non-classified system runs off the cloud without an exception in force or an open request.",
            ),
            clause: w(l, "浙政办发〔2015〕8号 第三条", "浙政办发〔2015〕8号, art. 3"),
            facts: vec![
                fact("部署位置", "Place", "自然资源局三楼机房"),
                fact("上线日期", "Live since", "2014-06-01"),
                fact("政策日期", "Policy date", "2015-01-26"),
                fact("规则版本", "Rule version", "cn-2026.2"),
            ],
            since: w(l, "自 2026-10-22", "since 2026-10-22"),
            due: Some(due(l, -2)),
            actions: vec![ActionView::link(w(l, "提出异议", "Contest"), "/flags/1/contest").quiet()],
        },
        FlagView {
            rule: "CBD-18".into(),
            rule_href: "/rules#CBD-18".into(),
            severity: w(l, "高", "High"),
            tone: Tone::Bad,
            sentence: w(
                l,
                "等保三级系统最近一次测评为 2025-06-12，已超过 12 个月。",
                "MLPS level 3; the last assessment, 2025-06-12, is older than 12 months.",
            ),
            clause: w(l, "公通字〔2007〕43号 第十四条", "公通字〔2007〕43号, art. 14"),
            facts: vec![fact("等保级别", "MLPS level", "3"), fact("最近测评", "Last assessed", "2025-06-12")],
            since: w(l, "自 2026-06-13", "since 2026-06-13"),
            due: Some(due(l, 12)),
            actions: vec![
                ActionView::link(
                    w(l, "补充测评记录", "Add an assessment"),
                    "/systems/SYS-000118/edit#f-mlps_assessed_on",
                )
                .quiet(),
            ],
        },
        FlagView {
            rule: "CBD-25".into(),
            rule_href: "/rules#CBD-25".into(),
            severity: w(l, "低", "Low"),
            tone: Tone::Neutral,
            sentence: w(
                l,
                "填报的部署位置与组件所在位置不一致。",
                "The declared place and the place of the components differ.",
            ),
            clause: w(l, "数据质量规则", "Data quality rule"),
            facts: vec![fact("填报", "Declared", "政务云"), fact("组件所在", "Found", "自然资源局三楼机房")],
            since: w(l, "自 2026-03-02", "since 2026-03-02"),
            due: None,
            actions: vec![ActionView::link(w(l, "更正", "Correct"), "/systems/SYS-000118/edit#f-place").quiet()],
        },
    ]
}

pub(super) fn groups(l: L) -> Vec<FactGroup> {
    let text = |zh: &str, en: &str, value: &str| FactView::new(w(l, zh, en), CellView::text(value));
    vec![
        FactGroup { id: "identity".into(), title: w(l, "基本信息", "Identity"), facts: vec![
            text("系统名称", "Name", "不动产登记管理系统"),
            FactView::new(w(l, "编号", "Code"), CellView::Code("SYS-000118".into())),
            FactView::new(w(l, "单位", "Department"), CellView::link("市自然资源和规划局", "/departments/11330100MB0000001A")),
            text("系统类别", "Layer", &w(l, "应用层", "Application")),
            text("承建单位", "Builder", "浙江测绘信息工程有限公司"),
            text("运维单位", "Operator", "局信息中心"),
            FactView::new(w(l, "业务功能", "Function"), CellView::text(w(l, "受理、初审、复审、登簿、缮证、发证全流程；与税务、住建共享登记信息；支持抵押、查封、预告登记。", "Intake, review, entry, certificates; shares register data with tax and housing; mortgages, seizures, priority notices."))).wide(),
        ]},
        FactGroup { id: "class".into(), title: w(l, "安全", "Security class"), facts: vec![
            FactView::new(w(l, "等保级别", "MLPS level"), CellView::Badge(BadgeView::new(w(l, "三级", "Level 3"), Tone::Neutral))),
            FactView::new(w(l, "等保备案号", "Filing number"), CellView::Code("33010021003-18001".into())),
            text("最近测评", "Last assessed", "2025-06-12"),
            FactView::missing(w(l, "密评结论", "Crypto assessment")),
            text("数据分类", "Data class", &w(l, "重要", "Important")),
            text("含个人信息", "Personal data", &w(l, "是", "Yes")),
        ]},
        FactGroup { id: "use".into(), title: w(l, "使用与经费", "Use and money"), facts: vec![
            FactView::new(w(l, "注册用户数", "Registered users"), CellView::quantity("3,412", w(l, "人", "people"))),
            FactView::new(w(l, "月活跃用户", "Monthly active"), CellView::quantity("1,208", w(l, "人", "people"))),
            FactView::new(w(l, "建设金额", "Build cost"), CellView::quantity("1,286.50", w(l, "万元", "10k CNY"))),
            FactView::missing(w(l, "年运维费", "Yearly cost")),
            text("运维合同到期", "Contract ends", "2027-03-31"),
            FactView::missing(w(l, "最近使用日期", "Last used")),
        ]},
    ]
}

fn exceptions(l: L) -> RelatedView {
    let table = TableView::new(
        l,
        w(l, "例外", "Exceptions"),
        vec![
            ColumnView::new(w(l, "编号", "Number")),
            ColumnView::new(w(l, "理由", "Ground")),
            ColumnView::new(w(l, "状态", "State")),
            ColumnView::new(w(l, "起止", "Term")),
        ],
    )
    .with_rows(vec![RowView::new(vec![
        CellView::link("CX-2025-000031", "/exceptions/CX-2025-000031"),
        CellView::text(w(l, "E10 合同未到期", "E10 contract not ended")),
        CellView::Badge(BadgeView::new(w(l, "已到期", "Expired"), Tone::Bad).with_icon("clock")),
        CellView::text("2025-10-22 – 2026-10-21"),
    ])]);
    RelatedView {
        id: "exceptions".into(),
        title: w(l, "例外与上云申请", "Exceptions and requests"),
        count: "1".into(),
        table,
        more: None,
        add: None,
    }
}

pub(super) fn history(l: L) -> HistoryView {
    let change = |zh: &str, en: &str, before: &str, after: &str| ChangeView {
        label: w(l, zh, en),
        before: before.into(),
        after: after.into(),
    };
    HistoryView {
        l,
        more: Some("/audit?subject=SYS-000118".into()),
        entries: vec![
            HistoryEntry {
                when: w(l, "昨天 16:42", "yesterday 16:42"),
                exact: "2026-11-22T16:42:10+08:00".into(),
                who: "王海涛".into(),
                what: w(l, "修改了 2 项", "changed 2 fields"),
                door: w(l, "控制台", "console"),
                reason: String::new(),
                changes: vec![
                    change("联络电话", "Phone", "0571-8702 1100", "0571-8702 1133"),
                    change("月活跃用户", "Monthly active", "", "1,208"),
                ],
            },
            HistoryEntry {
                when: "2026-10-22".into(),
                exact: "2026-10-22T00:00:03+08:00".into(),
                who: w(l, "规则", "rules"),
                what: w(l, "重新判定状态", "evaluated the standing anew"),
                door: w(l, "定时核算", "timetable"),
                reason: w(l, "例外 CX-2025-000031 已到期", "exception CX-2025-000031 expired"),
                changes: vec![change(
                    "上云状态",
                    "Standing",
                    &w(l, "例外", "Excepted"),
                    &w(l, "应上云", "Unjustified"),
                )],
            },
            HistoryEntry {
                when: "2026-03-02".into(),
                exact: "2026-03-02T09:12:44+08:00".into(),
                who: "李静".into(),
                what: w(l, "批量导入", "imported it"),
                door: w(l, "导入 IMP-0042", "import IMP-0042"),
                reason: String::new(),
                changes: Vec::new(),
            },
        ],
    }
}

fn on_cloud(l: L) -> SystemPage {
    let mut page = unjustified(l);
    page.shell.title = "行政审批服务平台".into();
    page.record.code = "SYS-000123".into();
    page.record.badges = vec![standing(l, "on_cloud")];
    page.record.missing = None;
    page.record.answers.clear();
    page.standing = StandingView {
        badge: standing(l, "on_cloud"),
        sentence: w(
            l,
            "全部生产部署均在政务外网区，没有仍在运行的云外部署。",
            "Every production placement is in the extranet zone; nothing of it still runs outside.",
        ),
        since: w(l, "自 2024-08-19 起", "since 2024-08-19"),
        stale: true,
        ..StandingView::default()
    };
    page.flags.clear();
    page.hosting.conflict = None;
    page.hosting.declared = true;
    page.hosting.branches.remove(0);
    page
}
