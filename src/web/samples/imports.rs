//! Samples of the import wizard and of the list of imports.

use super::{Sample, put, shell, w};
use crate::imports::{
    FaultView, ImportApplyPage, ImportCheckPage, ImportReadPage, ImportStartPage, KindChoice, MapRow, MissingReference,
    ProgressView, RefusedRow, TabView,
};
use crate::list::ListPage;
use crate::parts::{ActionView, BadgeView, CellView, ColumnView, LinkView, OptionView, RowView, TableView, Tone};
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "import-1-file", &start(l));
    put(out, "import-2-read", &read(l));
    put(out, "import-3-refused", &refused(l));
    put(out, "import-3-changed", &changed(l));
    put(out, "import-4-running", &running(l));
    put(out, "import-4-done", &done(l));
    put(out, "imports", &history(l));
}

fn table(l: L) -> TableView {
    let rows = [
        (
            "IMP-0058",
            "信息系统",
            "Systems",
            "2026年三季度普查.xlsx",
            "待入库",
            "To apply",
            Tone::Warn,
            "1,779",
            "26",
            "李静",
            "今天 09:12",
        ),
        (
            "IMP-0057",
            "服务器与组件",
            "Components",
            "RVTools_20261120.xlsx",
            "已入库",
            "Applied",
            Tone::Good,
            "4,206",
            "0",
            "陈立",
            "昨天 15:04",
        ),
        (
            "IMP-0056",
            "单位",
            "Departments",
            "机构名录.csv",
            "已撤销",
            "Undone",
            Tone::Neutral,
            "212",
            "3",
            "陈立",
            "2026-11-18",
        ),
        (
            "IMP-0055",
            "机房",
            "Machine rooms",
            "机房调查表.xls",
            "失败",
            "Failed",
            Tone::Bad,
            "25",
            "25",
            "李静",
            "2026-11-17",
        ),
    ]
    .map(|(code, zh, en, file, state_zh, state_en, tone, rows, refused, who, when)| {
        RowView::new(vec![
            CellView::link(code, "/imports/IMP-0058"),
            CellView::text(w(l, zh, en)),
            CellView::text(file),
            CellView::Badge(BadgeView::new(w(l, state_zh, state_en), tone)),
            CellView::number(rows),
            if refused == "0" {
                CellView::Empty
            } else {
                CellView::count(refused, "/imports/IMP-0058/check", Tone::Bad)
            },
            CellView::text(who),
            CellView::Muted(when.into()),
        ])
    });
    TableView::new(
        l,
        w(l, "导入", "Imports"),
        vec![
            ColumnView::new(w(l, "编号", "Number")),
            ColumnView::new(w(l, "类别", "Kind")),
            ColumnView::new(w(l, "文件", "File")),
            ColumnView::new(w(l, "状态", "State")),
            ColumnView::right(w(l, "行数", "Rows")),
            ColumnView::right(w(l, "未通过", "Refused")),
            ColumnView::new(w(l, "经办人", "By")),
            ColumnView::new(w(l, "时间", "When")),
        ],
    )
    .with_rows(rows.into())
}

fn history(l: L) -> ListPage {
    let mut page = ListPage::new(shell(l, w(l, "导入", "Imports"), "imports", "/imports"), "/imports", table(l));
    page.count = "58".into();
    page.actions =
        vec![ActionView::link(w(l, "导入文件", "Import a file"), "/imports/new").primary().with_icon("file-import")];
    page.range = w(l, "第 1–4 条，共 58 条", "1–4 of 58");
    page.next = Some("/imports?cursor=a".into());
    page
}

fn start(l: L) -> ImportStartPage {
    let kind = |value: &str, zh: &str, en: &str, note_zh: &str, note_en: &str| KindChoice {
        value: value.into(),
        label: w(l, zh, en),
        note: w(l, note_zh, note_en),
        chosen: value == "systems",
        samples: vec![
            LinkView::new(w(l, "模板 xlsx", "Template xlsx"), format!("/imports/templates/{value}.xlsx")),
            LinkView::new("csv", format!("/imports/templates/{value}.csv")),
        ],
    };
    ImportStartPage {
        l,
        shell: shell(l, w(l, "导入文件", "Import a file"), "imports", "/imports/new")
            .under(w(l, "导入", "Imports"), "/imports"),
        kinds: vec![
            kind(
                "departments",
                "单位",
                "Departments",
                "先导入单位，其他记录都要引用",
                "First: everything refers to them",
            ),
            kind("data-centers", "机房", "Machine rooms", "每行一个机房", "One room a row"),
            kind("systems", "信息系统", "Systems", "每行一个系统", "One system a row"),
            kind(
                "components",
                "服务器与组件",
                "Servers & components",
                "含 RVTools、NetBox 导出",
                "RVTools and NetBox exports too",
            ),
            kind("exceptions", "例外", "Exceptions", "历史审批记录", "Decisions made before"),
        ],
        sources: vec![OptionView::new(
            "census",
            w(l, "季度普查表（李静，2026-08）", "Quarterly census （李静， 2026-08）"),
        )],
        error: None,
        limits: w(
            l,
            "CSV、TSV 或 Excel（xlsx、xls、ods），不超过 64 MB、100 万行。编码自动识别（UTF-8、GB18030、Big5 等）。",
            "CSV, TSV or Excel (xlsx, xls, ods), up to 64 MB and 1,000,000 rows. The encoding is recognised (UTF-8, GB18030, Big5 and others).",
        ),
        recent: table(l),
    }
}

fn read(l: L) -> ImportReadPage {
    let map = |place: &str, header: &str, field: String, how: String, samples: &[&str]| MapRow {
        place: place.into(),
        header: header.into(),
        left_out: field.is_empty(),
        field,
        how,
        samples: samples.iter().map(|text| (*text).into()).collect(),
    };
    let same = w(l, "名称相同", "same name");
    let synonym = w(l, "同义词", "synonym");
    let labels = [
        ("系统名称", "Name"),
        ("编号", "Code"),
        ("单位", "Department"),
        ("等保级别", "MLPS level"),
        ("上线日期", "Live since"),
        ("建设金额", "Build cost"),
        ("部署位置", "Runs in"),
        ("承建单位", "Builder"),
    ];
    ImportReadPage {
        l,
        shell: shell(l, w(l, "导入信息系统", "Import systems"), "imports", "/imports/IMP-0058/read")
            .under(w(l, "导入", "Imports"), "/imports"),
        path: "/imports/IMP-0058".into(),
        file: w(l, "2026年三季度普查.csv · 1.4 MB · 1,779 行", "2026年三季度普查.csv · 1.4 MB · 1,779 rows"),
        encodings: vec![
            OptionView::new("gb18030", w(l, "GB18030（识别）", "GB18030 (detected)")).on(),
            OptionView::new("utf-8", "UTF-8"),
            OptionView::new("big5", "Big5"),
            OptionView::new("utf-16le", "UTF-16"),
            OptionView::new("windows-1252", "Windows-1252"),
        ],
        separators: vec![
            OptionView::new(",", w(l, "逗号 ，", "Comma ,")).on(),
            OptionView::new("\t", w(l, "制表符", "Tab")),
            OptionView::new(";", w(l, "分号 ；", "Semicolon ;")),
        ],
        sheets: Vec::new(),
        id: "IMP-0058".into(),
        kind: "systems".into(),
        source: "census".into(),
        header_row: 2,
        notes: vec![w(l, "表头之上的 1 行标题已跳过", "1 title row above the header was skipped")],
        key: w(
            l,
            "按“编号”对应已有记录；编号为空的，按单位 + 系统名称对应。空白单元格不会清除已有内容。",
            "Rows find their records by code; without a code, by department and name. A blank cell never clears a value.",
        ),
        columns: vec![
            map("A", "序号", String::new(), w(l, "序号列", "row numbers"), &["1", "2", "3"]),
            map(
                "B",
                "系统名称",
                w(l, labels[0].0, labels[0].1),
                same.clone(),
                &["不动产登记管理系统", "规划协同审查系统", "地下管线信息系统"],
            ),
            map("C", "系统编码", w(l, labels[1].0, labels[1].1), synonym.clone(), &["SYS-000118", "SYS-000184", ""]),
            map(
                "D",
                "主管部门",
                w(l, labels[2].0, labels[2].1),
                synonym.clone(),
                &["市自然资源和规划局", "自然资源局", "市自然资源和规划局"],
            ),
            map(
                "E",
                "安全等级",
                w(l, labels[3].0, labels[3].1),
                w(l, "上次的对应", "saved mapping"),
                &["三级", "二级", "二级"],
            ),
            map("F", "建成时间", w(l, labels[4].0, labels[4].1), synonym, &["2014年6月", "2011/5/9", "2018.03"]),
            map(
                "G",
                "投资（元）",
                w(l, labels[5].0, labels[5].1),
                w(l, "同义词，单位：元", "synonym, unit: yuan"),
                &["12865000", "3200000", "980000"],
            ),
            map("H", "填表人", String::new(), String::new(), &["王海涛", "王海涛", "王海涛"]),
        ],
        fields: labels.map(|(zh, en)| OptionView::new("", w(l, zh, en))).into(),
        unmapped: vec![w(l, "系统类别", "Layer")],
        error: None,
    }
}

fn check(l: L) -> ImportCheckPage {
    ImportCheckPage {
        l,
        shell: shell(l, w(l, "导入信息系统", "Import systems"), "imports", "/imports/IMP-0058/check")
            .under(w(l, "导入", "Imports"), "/imports"),
        path: "/imports/IMP-0058".into(),
        summary: w(
            l,
            "共 1,779 行：新增 412，变更 1,301，无变化 40，未通过 26。",
            "1,779 rows: 412 new, 1,301 changed, 40 unchanged, 26 refused.",
        ),
        counts: [412, 1301, 40, 26],
        missing: vec![MissingReference {
            text: w(
                l,
                "312 行引用的 146 个单位不在台账中",
                "146 departments named in 312 rows are not in the register",
            ),
            names: ["市测绘院", "市土地储备中心", "市不动产登记服务中心"].map(String::from).into(),
            create: Some(
                ActionView::post(
                    w(l, "登记这 146 个单位", "Create the 146 departments named here"),
                    "/imports/IMP-0058/create-missing",
                )
                .with_icon("plus"),
            ),
        }],
        warning: Some(w(
            l,
            "将变更 1,301 条记录，占已有记录的 87%，远多于以往（平均 6%）。请确认列对应无误。",
            "1,301 records would change, 87% of those stored; imports before changed 6% on average. Check that the columns are right.",
        )),
        classified: Some(w(
            l,
            "第 88、1,204 行标为涉密，内容未保存，也不会写入台账。涉密系统请勿在此登记。",
            "Rows 88 and 1,204 are marked classified. Nothing of them was kept; classified systems are never described here.",
        )),
        tabs: Vec::new(),
        headers: Vec::new(),
        refused: Vec::new(),
        table: None,
        more: Some("/imports/IMP-0058/check?from=50".into()),
        refused_file: Some(LinkView::new(
            w(l, "下载未通过的 26 行", "Download the 26 refused rows"),
            "/imports/IMP-0058/refused.xlsx",
        )),
        blocked: String::new(),
        partial: None,
        apply: w(l, "入库 1,713 行", "Apply 1,713 rows"),
    }
}

fn tabs(l: L, active: usize) -> Vec<TabView> {
    [("未通过", "Refused", "26", "refused"), ("变更", "Changed", "1,301", "changed"), ("新增", "New", "412", "new")]
        .iter()
        .enumerate()
        .map(|(at, (zh, en, count, key))| TabView {
            label: w(l, zh, en),
            count: (*count).into(),
            href: format!("/imports/IMP-0058/check?tab={key}"),
            active: at == active,
        })
        .collect()
}

fn refused(l: L) -> ImportCheckPage {
    let mut page = check(l);
    page.partial = Some(w(
        l,
        "其余 26 行暂不处理，只入库通过的 1,713 行",
        "Leave the 26 refused rows out and apply the other 1,713",
    ));
    page.tabs = tabs(l, 0);
    page.headers = ["系统名称", "系统编码", "主管部门", "安全等级", "建成时间", "投资（元）"].map(String::from).into();
    let cells = |values: [&str; 6], bad: usize| {
        values
            .iter()
            .enumerate()
            .map(|(at, value)| if at == bad { CellView::Bad((*value).into()) } else { CellView::text(*value) })
            .collect()
    };
    let fault = |column: &str, value: &str, rule: String, suggestion: String, take: Option<String>| FaultView {
        column: column.into(),
        value: value.into(),
        rule,
        suggestion,
        take: take.map(|label| ActionView::post(label, "/imports/IMP-0058/take").quiet()),
    };
    page.refused = vec![
        RefusedRow {
            row: 17,
            cells: cells(["地籍测量成果管理系统", "SYS-000301", "市自然资源与规划局", "二级", "2016-03", "860000"], 2),
            faults: vec![fault(
                "主管部门",
                "市自然资源与规划局",
                w(l, "台账中没有这个单位。", "is not in the register."),
                w(l, "是否为“市自然资源和规划局”？", "Did you mean “市自然资源和规划局”？"),
                Some(w(l, "采用，同类 14 行一并修改", "Take it, in 14 alike rows")),
            )],
        },
        RefusedRow {
            row: 42,
            cells: cells(["农产品质量监管平台", "", "市农业农村局", "2.5级", "2019-11", "2300000"], 3),
            faults: vec![fault(
                "安全等级",
                "2.5级",
                w(
                    l,
                    "等保级别只能是：未定级、一级、二级、三级、四级、五级。",
                    "is none of: ungraded, level 1 to level 5.",
                ),
                String::new(),
                None,
            )],
        },
        RefusedRow {
            row: 96,
            cells: cells(["智慧水利一期", "SYS-000155", "市水利局", "三级", "2018年13月", "15400000"], 4),
            faults: vec![fault(
                "建成时间",
                "2018年13月",
                w(l, "不是有效日期，应如 2018-12-31 或 2018年12月。", "is not a date; write 2018-12-31 or 2018年12月."),
                String::new(),
                None,
            )],
        },
        RefusedRow {
            row: 311,
            cells: cells(
                ["公积金综合业务系统", "SYS-000171", "市住房公积金管理中心", "三级", "2016-10-18", "壹仟万"],
                5,
            ),
            faults: vec![fault(
                "投资（元）",
                "壹仟万",
                w(l, "不是数字。", "is not a number."),
                w(l, "是否为 10000000?", "Did you mean 10000000?"),
                Some(w(l, "采用", "Take it")),
            )],
        },
    ];
    page
}

fn changed(l: L) -> ImportCheckPage {
    let mut page = check(l);
    page.missing.clear();
    page.warning = None;
    page.classified = None;
    page.tabs = tabs(l, 1);
    page.blocked = w(l, "台账在核对之后有变动，请重新核对。", "The register changed after this check. Check again.");
    let rows = [
        ("3", "不动产登记管理系统", "等保级别", "MLPS level", "二级", "三级"),
        ("3", "不动产登记管理系统", "月活跃用户", "Monthly active", "", "1,208"),
        ("4", "规划协同审查系统", "承建单位", "Builder", "杭州数政科技", "浙江数政科技有限公司"),
        ("8", "数字档案馆系统", "运维合同到期", "Contract ends", "2026-03-31", "2029-03-31"),
    ]
    .map(|(row, name, zh, en, before, after)| {
        RowView::new(vec![
            CellView::number(row),
            CellView::link(name, "/systems/SYS-000118"),
            CellView::text(w(l, zh, en)),
            CellView::Changed { before: before.into(), after: after.into() },
        ])
    });
    page.table = Some(
        TableView::new(
            l,
            w(l, "变更的行", "Changed rows"),
            vec![
                ColumnView::right(w(l, "行", "Row")),
                ColumnView::new(w(l, "系统", "System")),
                ColumnView::new(w(l, "字段", "Field")),
                ColumnView::new(w(l, "变更", "Change")),
            ],
        )
        .with_rows(rows.into()),
    );
    page
}

fn apply(l: L) -> ImportApplyPage {
    ImportApplyPage {
        l,
        shell: shell(l, w(l, "导入信息系统", "Import systems"), "imports", "/imports/IMP-0058")
            .under(w(l, "导入", "Imports"), "/imports"),
        path: "/imports/IMP-0058".into(),
        step: 4,
        progress: None,
        result: String::new(),
        failed: false,
        figures: Vec::new(),
        actions: Vec::new(),
    }
}

fn running(l: L) -> ImportApplyPage {
    let mut page = apply(l);
    page.result = w(l, "正在入库", "Applying");
    page.progress = Some(ProgressView {
        percent: 62,
        done: w(l, "62,340 / 100,000 行", "62,340 of 100,000 rows"),
        speed: w(l, "每秒 14,200 行", "14,200 rows a second"),
        left: w(l, "约剩 3 秒", "about 3 seconds left"),
        cancel: true,
    });
    page
}

fn done(l: L) -> ImportApplyPage {
    let mut page = apply(l);
    page.result = w(l, "已入库 1,713 行，用时 0.4 秒。", "1,713 rows applied in 0.4 seconds.");
    page.figures = vec![
        (w(l, "新增", "New"), "412".into(), "/systems?batch=IMP-0058&how=new".into()),
        (w(l, "变更", "Changed"), "1,301".into(), "/systems?batch=IMP-0058&how=changed".into()),
        (w(l, "未通过", "Refused"), "26".into(), "/imports/IMP-0058/check?tab=refused".into()),
        (w(l, "状态变化", "Standings changed"), "38".into(), "/audit?batch=IMP-0058".into()),
    ];
    page.actions = vec![
        ActionView::link(w(l, "查看系统", "Show the systems"), "/systems?batch=IMP-0058").primary(),
        ActionView::link(w(l, "下载未通过的行", "Download refused rows"), "/imports/IMP-0058/refused.xlsx")
            .with_icon("download"),
        ActionView {
            confirm: Some(w(
                l,
                "撤销后 1,713 条记录恢复到导入前的内容。确定撤销？",
                "All 1,713 records go back to what they were. Undo?",
            )),
            ..ActionView::post(w(l, "撤销本次导入", "Undo this import"), "/imports/IMP-0058/undo")
                .danger()
                .with_icon("arrow-back-up")
        },
    ];
    page
}
