//! Samples of forms: registering a system with errors, a version conflict, a short form.

use super::{Sample, put, shell, w};
use crate::form::{ConflictRow, ConflictView, FormGroup, FormPage};
use crate::parts::{FieldKind, FieldView, Hidden, OptionView};
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "form", &system(l));
    put(out, "form-conflict", &conflict(l));
    put(out, "person-new", &person(l));
}

fn groups(l: L) -> Vec<FormGroup> {
    let number = |unit_zh: &str, unit_en: &str| FieldKind::Number { unit: w(l, unit_zh, unit_en) };
    let codes = |pairs: &[(&str, &str, &str)]| {
        pairs.iter().map(|(code, zh, en)| OptionView::new(*code, w(l, zh, en))).collect::<Vec<_>>()
    };
    let reference = FieldKind::Reference {
        lookup: "/lookup/departments".into(),
        options: vec![
            OptionView::new("11330100MB0000001A 市自然资源和规划局", "市自然资源和规划局"),
            OptionView::new("11330100MB0000002B 市教育局", "市教育局"),
        ],
    };
    vec![
        FormGroup {
            id: "identity".into(),
            title: w(l, "基本信息", "Identity"),
            help: String::new(),
            fields: vec![
                FieldView::line(l, "name", w(l, "系统名称", "Name")).with("智慧停车诱导系统").must(),
                FieldView::new(l, "code", w(l, "编号", "Code"), FieldKind::Text { code: true, max: 40 }).helped(w(
                    l,
                    "留空则自动编号。",
                    "Left blank, a code is given.",
                )),
                FieldView::new(l, "department", w(l, "单位", "Department"), reference).with("市大數据局").must().wrong(
                    w(l, "没有这个单位。您要找的是“市大数据局”吗？", "No such department. Did you mean “市大数据局”？"),
                ),
                FieldView::new(l, "function", w(l, "业务功能", "Function"), FieldKind::LongText)
                    .with(w(l, "发布全市公共停车泊位实时信息。", "Publishes free parking places of the city."))
                    .helped(w(l, "说明服务谁、办什么事。", "Say whom it serves and what for.")),
                FieldView::new(
                    l,
                    "layer",
                    w(l, "系统类别", "Layer"),
                    FieldKind::Code(codes(&[
                        ("application", "应用层", "Application"),
                        ("support", "应用支撑层", "Support"),
                        ("infrastructure", "基础设施层", "Infrastructure"),
                    ])),
                )
                .with("application")
                .must(),
            ],
        },
        FormGroup {
            id: "class".into(),
            title: w(l, "安全", "Security class"),
            help: w(l, "涉密系统不得在此登记。", "Classified systems are never described here."),
            fields: vec![
                FieldView::new(
                    l,
                    "mlps_level",
                    w(l, "等保级别", "MLPS level"),
                    FieldKind::Code(codes(&[
                        ("1", "一级", "Level 1"),
                        ("2", "二级", "Level 2"),
                        ("3", "三级", "Level 3"),
                    ])),
                )
                .must()
                .wrong(w(l, "请选择等保级别。", "Choose a level.")),
                FieldView::new(l, "personal_info", w(l, "含个人信息", "Personal data"), FieldKind::YesNo).with("true"),
                FieldView::new(
                    l,
                    "networks",
                    w(l, "接入网络", "Networks"),
                    FieldKind::Codes(codes(&[
                        ("internet", "互联网", "Internet"),
                        ("extranet", "政务外网", "Extranet"),
                        ("dedicated", "业务专网", "Dedicated"),
                    ])),
                ),
            ],
        },
        FormGroup {
            id: "time".into(),
            title: w(l, "期限与经费", "Time and money"),
            help: String::new(),
            fields: vec![
                FieldView::new(l, "live_on", w(l, "上线日期", "Live since"), FieldKind::Date).with("2027-01-10"),
                FieldView::new(l, "build_cost", w(l, "建设金额", "Build cost"), number("万元", "10k CNY"))
                    .with("1286.5"),
                FieldView::new(l, "om_cost", w(l, "年运维费", "Yearly cost"), number("万元", "10k CNY"))
                    .with("十二")
                    .wrong(w(l, "“十二”不是数字，请填写如 12 或 12.5。", "“十二” is not a number; write 12 or 12.5.")),
                FieldView::new(l, "users", w(l, "注册用户数", "Users"), number("人", "people")),
            ],
        },
    ]
}

fn system(l: L) -> FormPage {
    let shell = shell(l, w(l, "登记信息系统", "Register a system"), "systems", "/systems/new")
        .under(w(l, "信息系统", "Systems"), "/systems");
    let mut page = FormPage::new(shell, "/systems", "/systems");
    page.submit = w(l, "登记", "Register");
    page.groups = groups(l);
    page
}

fn conflict(l: L) -> FormPage {
    let shell =
        shell(l, w(l, "编辑 不动产登记管理系统", "Edit 不动产登记管理系统"), "systems", "/systems/SYS-000118/edit")
            .under(w(l, "信息系统", "Systems"), "/systems");
    let mut page = FormPage::new(shell, "/systems/SYS-000118", "/systems/SYS-000118");
    page.hidden = vec![Hidden::new("version", "7")];
    page.groups = groups(l);
    for field in page.groups.iter_mut().flat_map(|group| &mut group.fields) {
        field.error = None;
    }
    page.conflict = Some(ConflictView {
        text: w(
            l,
            "您编辑期间，李静于今天 14:02 修改了这条记录。请选择保留哪一份。",
            "李静 changed this record at 14:02 today, while you were editing. Choose which to keep.",
        ),
        rows: vec![
            ConflictRow {
                label: w(l, "联络电话", "Phone"),
                theirs: "0571-8702 1133".into(),
                yours: "0571-8702 1100".into(),
            },
            ConflictRow {
                label: w(l, "等保级别", "MLPS level"),
                theirs: w(l, "三级", "Level 3"),
                yours: w(l, "二级", "Level 2"),
            },
        ],
        version: "8".into(),
        href: "/systems/SYS-000118".into(),
    });
    page
}

fn person(l: L) -> FormPage {
    let shell =
        shell(l, w(l, "新建人员", "New person"), "people", "/people/new").under(w(l, "人员", "People"), "/people");
    let mut page = FormPage::new(shell, "/people", "/people");
    page.submit = w(l, "新建", "Create");
    page.groups = vec![FormGroup {
        id: "person".into(),
        title: String::new(),
        help: String::new(),
        fields: vec![
            FieldView::line(l, "name", w(l, "姓名", "Name")).must(),
            FieldView::new(l, "account", w(l, "账号", "Account"), FieldKind::Text { code: true, max: 60 })
                .must()
                .helped(w(l, "小写字母、数字和点。", "Lower-case letters, digits and dots.")),
            FieldView::new(
                l,
                "role",
                w(l, "角色", "Role"),
                FieldKind::Code(vec![
                    OptionView::new("department", w(l, "单位信息化人员", "Department IT")),
                    OptionView::new("operator", w(l, "政务云运维", "Operator")),
                ]),
            )
            .must(),
        ],
    }];
    page
}
