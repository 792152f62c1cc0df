//! Samples of sign-in, people, tokens, audit, search and error pages.

use super::{Sample, put, shell, standing, w};
use crate::list::ListPage;
use crate::parts::{
    ActionView, BadgeView, CellView, ColumnView, FieldKind, FieldView, LinkView, OptionView, RowView, TableView, Tone,
};
use crate::people::PersonPage;
use crate::problem::ProblemPage;
use crate::record::{FactGroup, FactView, RecordView};
use crate::search::{HitGroup, HitView, SearchPage};
use crate::sign_in::{SetPasswordPage, SignInPage};
use crate::tokens::TokensPage;
use crate::words::L;

pub(super) fn draw(l: L, out: &mut Vec<Sample>) {
    put(out, "sign-in", &sign_in(l, false));
    put(out, "sign-in-refused", &sign_in(l, true));
    put(out, "set-password", &set_password(l, false));
    put(out, "set-password-gone", &set_password(l, true));
    put(out, "people", &people(l));
    put(out, "person", &person(l));
    put(out, "tokens", &tokens(l));
    put(out, "audit", &audit(l));
    put(out, "search", &search(l));
    put(out, "search-none", &SearchPage { groups: Vec::new(), ..search(l) });
    for (name, status) in [
        ("problem-400", 400),
        ("problem-403", 403),
        ("problem-404", 404),
        ("problem-409", 409),
        ("problem-413", 413),
        ("problem-422", 422),
        ("problem-429", 429),
        ("problem-500", 500),
    ] {
        let mut page = ProblemPage::new(shell(l, "", "systems", "/systems/x"), status);
        page.code = "scope.not_found".into();
        if status == 422 {
            page.details = vec![("mlps_level".into(), w(l, "等保级别只能是一级至五级", "must be level 1 to 5"))];
        }
        page.ways.push(LinkView::new(w(l, "信息系统列表", "Systems"), "/systems"));
        put(out, name, &page);
    }
}

fn sign_in(l: L, refused: bool) -> SignInPage {
    SignInPage {
        l,
        shell: shell(l, w(l, "登录", "Sign in"), "", "/sign-in"),
        account: if refused { "chenli".into() } else { String::new() },
        next: "/worklist".into(),
        error: refused
            .then(|| w(l, "账号或密码不正确，已多次尝试。", "Account or password is wrong, several times now.")),
        wait: refused.then_some(30),
        provider: refused.then(|| (w(l, "统一身份认证", "City single sign-on"), "/oidc/start".into())),
        demo: !refused,
    }
}

fn set_password(l: L, gone: bool) -> SetPasswordPage {
    let field = |name: &str, zh: &str, en: &str| {
        FieldView::new(l, name, w(l, zh, en), FieldKind::Password { autocomplete: "new-password" }).must()
    };
    SetPasswordPage {
        l,
        shell: shell(l, w(l, "设置密码", "Set your password"), "", "/set-password"),
        account: "wanghaitao".into(),
        token: "b7c1".into(),
        fields: vec![
            field("password", "新密码", "New password").helped(w(
                l,
                "至少 12 个字符，不要使用单位名称或生日。",
                "At least 12 characters; no department names or birthdays.",
            )),
            field("again", "再输入一次", "Once more").wrong(w(l, "两次输入不一致。", "The two are not the same.")),
        ],
        gone,
    }
}

fn people(l: L) -> ListPage {
    let rows = [
        ("陈立", "chenli", "政务云运维", "Operator", "市大数据局", "今天 08:51", true),
        ("李静", "lijing", "审批人", "Approver", "市大数据局", "今天 09:02", true),
        ("王海涛", "wanghaitao", "单位信息化人员", "Department IT", "市自然资源和规划局", "昨天 16:40", true),
        ("周敏", "zhoumin", "领导", "Leader", "市自然资源和规划局", "2026-11-02", true),
        ("赵强", "zhaoqiang", "审计", "Auditor", "市审计局", "", false),
    ]
    .map(|(name, account, zh, en, department, seen, active)| {
        RowView::new(vec![
            CellView::link(name, "/people/2"),
            CellView::Code(account.into()),
            CellView::text(w(l, zh, en)),
            CellView::link(department, "/departments/x"),
            CellView::text(seen),
            CellView::Badge(if active {
                BadgeView::new(w(l, "启用", "Active"), Tone::Good)
            } else {
                BadgeView::new(w(l, "未设密码", "No password yet"), Tone::Warn)
            }),
        ])
    });
    let table = TableView::new(
        l,
        w(l, "人员", "People"),
        vec![
            ColumnView::new(w(l, "姓名", "Name")),
            ColumnView::new(w(l, "账号", "Account")),
            ColumnView::new(w(l, "角色", "Role")),
            ColumnView::new(w(l, "单位", "Department")),
            ColumnView::new(w(l, "最近登录", "Last seen")),
            ColumnView::new(w(l, "状态", "State")),
        ],
    )
    .with_rows(rows.into());
    let mut page = ListPage::new(shell(l, w(l, "人员", "People"), "people", "/people"), "/people", table);
    page.count = "5".into();
    page.search = Some(String::new());
    page.actions =
        vec![ActionView::link(w(l, "新建人员", "New person"), "/people/new").primary().with_icon("user-plus")];
    page.range = w(l, "共 5 人", "5 in all");
    page
}

fn person(l: L) -> PersonPage {
    let mut record = RecordView::new(l, "wanghaitao");
    record.badges = vec![BadgeView::new(w(l, "启用", "Active"), Tone::Good)];
    record.lead = "市自然资源和规划局".into();
    record.actions =
        vec![ActionView::post(w(l, "发送设置密码链接", "Make a password link"), "/people/2/link").with_icon("key")];
    record.more = vec![
        ActionView::post(w(l, "结束全部会话", "End all sessions"), "/people/2/sessions"),
        ActionView::post(w(l, "停用账号", "Disable the account"), "/people/2/disable").danger(),
    ];
    record.groups = vec![FactGroup {
        id: "account".into(),
        title: w(l, "账号", "Account"),
        facts: vec![
            FactView::new(w(l, "姓名", "Name"), CellView::text("王海涛")),
            FactView::new(w(l, "手机", "Phone"), CellView::text("138****2211")),
            FactView::new(w(l, "最近登录", "Last seen"), CellView::text("2026-11-22 16:40")),
            FactView::missing(w(l, "动态口令", "Second factor")),
        ],
    }];
    let grants = TableView::new(
        l,
        w(l, "角色授权", "Role grants"),
        vec![
            ColumnView::new(w(l, "角色", "Role")),
            ColumnView::new(w(l, "单位范围", "Subtree")),
            ColumnView::new(w(l, "起", "From")),
            ColumnView::new(w(l, "止", "To")),
            ColumnView::right(w(l, "操作", "Do")),
        ],
    )
    .with_rows(vec![
        RowView::new(vec![
            CellView::text(w(l, "单位信息化人员", "Department IT")),
            CellView::link("市自然资源和规划局", "/departments/x"),
            CellView::date("2024-01-01"),
            CellView::Empty,
            CellView::Actions(vec![ActionView::post(w(l, "撤销", "Revoke"), "/people/2/grants/1/revoke").quiet()]),
        ]),
        RowView::new(vec![
            CellView::text(w(l, "审批人（代 李静）", "Approver （for 李静）")),
            CellView::link("市大数据局", "/departments/y"),
            CellView::date("2026-11-10"),
            CellView::date("2026-11-30"),
            CellView::Actions(vec![ActionView::post(w(l, "撤销", "Revoke"), "/people/2/grants/2/revoke").quiet()]),
        ]),
    ]);
    PersonPage {
        l,
        shell: shell(l, "王海涛", "people", "/people/2").under(w(l, "人员", "People"), "/people"),
        record,
        grants,
        grant_fields: vec![
            FieldView::new(
                l,
                "role",
                w(l, "角色", "Role"),
                FieldKind::Code(vec![OptionView::new("department", w(l, "单位信息化人员", "Department IT"))]),
            )
            .must(),
            FieldView::new(
                l,
                "scope",
                w(l, "单位范围", "Subtree"),
                FieldKind::Reference { lookup: "/lookup/departments".into(), options: Vec::new() },
            ),
            FieldView::new(l, "until", w(l, "止", "To"), FieldKind::Date),
        ],
        grant_action: "/people/2/grants".into(),
        link: Some("https://shangyun.linjiang.gov.cn/set-password?token=3f9a…c1".into()),
    }
}

fn tokens(l: L) -> TokensPage {
    let revoke = || CellView::Actions(vec![ActionView::post(w(l, "吊销", "Revoke"), "/tokens/1/revoke").quiet()]);
    TokensPage {
        l,
        shell: shell(l, w(l, "访问令牌", "Tokens"), "tokens", "/tokens"),
        secret: Some("sy_9QmB2vT7…kD4".into()),
        tokens: TableView::new(
            l,
            w(l, "我的令牌", "Your tokens"),
            vec![
                ColumnView::new(w(l, "名称", "Name")),
                ColumnView::new(w(l, "权限", "Scopes")),
                ColumnView::new(w(l, "最近使用", "Last used")),
                ColumnView::new(w(l, "到期", "Expires")),
                ColumnView::right(w(l, "操作", "Do")),
            ],
        )
        .with_rows(vec![
            RowView::new(vec![
                CellView::text("gitops-render"),
                CellView::Code("read".into()),
                CellView::text(w(l, "今天 09:20", "today 09:20")),
                CellView::date("2027-05-31"),
                revoke(),
            ]),
            RowView::new(vec![
                CellView::text("census-sync"),
                CellView::Code("read import".into()),
                CellView::Empty,
                CellView::date("2026-12-31"),
                revoke(),
            ]),
        ]),
        fields: vec![
            FieldView::line(l, "name", w(l, "名称", "Name")).must().helped(w(
                l,
                "写明用在哪里。",
                "Say where it is used.",
            )),
            FieldView::new(
                l,
                "scopes",
                w(l, "权限", "Scopes"),
                FieldKind::Codes(vec![
                    OptionView::new("read", w(l, "读取", "Read")).on(),
                    OptionView::new("write", w(l, "修改", "Write")),
                    OptionView::new("import", w(l, "导入", "Import")),
                ]),
            ),
            FieldView::new(l, "expires", w(l, "到期", "Expires"), FieldKind::Date).with("2027-05-31").must(),
        ],
    }
}

fn audit(l: L) -> ListPage {
    let rows = [
        (
            "2026-11-23 09:14:02",
            "陈立",
            "修改",
            "Changed",
            "信息系统 不动产登记管理系统",
            "console",
            "0571-8702 1100",
            "0571-8702 1133",
        ),
        ("2026-11-23 09:02:51", "李静", "登录", "Signed in", "", "console", "", ""),
        ("2026-11-22 15:04:10", "陈立", "导入", "Imported", "IMP-0057", "console", "", "318"),
        ("2026-11-22 00:00:03", "system", "核算", "Evaluated", "公积金综合业务系统", "job", "例外", "应上云"),
    ]
    .map(|(when, who, zh, en, subject, door, before, after)| {
        RowView::new(vec![
            CellView::date(when),
            CellView::text(who),
            CellView::text(w(l, zh, en)),
            if subject.is_empty() { CellView::Empty } else { CellView::link(subject, "/systems/SYS-000118") },
            if after.is_empty() {
                CellView::Empty
            } else {
                CellView::Changed { before: before.into(), after: after.into() }
            },
            CellView::Muted(door.into()),
            CellView::Code("01JDAV7K3QF8".into()),
        ])
    });
    let table = TableView::new(
        l,
        w(l, "审计", "Audit"),
        vec![
            ColumnView::new(w(l, "时间", "When")),
            ColumnView::new(w(l, "操作人", "Who")),
            ColumnView::new(w(l, "操作", "What")),
            ColumnView::new(w(l, "对象", "Subject")),
            ColumnView::new(w(l, "变更", "Change")),
            ColumnView::new(w(l, "入口", "Door")),
            ColumnView::new(w(l, "请求编号", "Request")),
        ],
    )
    .with_rows(rows.into());
    let mut page = ListPage::new(shell(l, w(l, "审计", "Audit"), "audit", "/audit"), "/audit", table);
    page.count = "10,000+".into();
    page.lead = w(l, "已校验至第 1,208 批，未发现改动。", "Verified up to batch 1,208; nothing was altered.");
    page.search = Some(String::new());
    page.exports = vec![LinkView::new("CSV (UTF-8)", "/audit/export.csv")];
    page.next = Some("/audit?cursor=a".into());
    page.range = w(l, "第 1–50 条", "1–50");
    page
}

fn search(l: L) -> SearchPage {
    let mut shell = shell(l, w(l, "搜索结果", "Search results"), "", "/search?q=公积金");
    shell.query = "公积金".into();
    let hit = |before: &str, after: &str, code: &str, badge: Option<BadgeView>| HitView {
        name: vec![(before.into(), false), ("公积金".into(), true), (after.into(), false)],
        href: "/systems/SYS-000171".into(),
        code: code.into(),
        note: "市住房公积金管理中心".into(),
        badge,
    };
    SearchPage {
        l,
        shell,
        groups: vec![
            HitGroup {
                label: w(l, "信息系统", "Systems"),
                icon: "table",
                count: "6".into(),
                more: "/systems?q=公积金".into(),
                hits: vec![
                    hit("", "综合业务系统", "SYS-000171", Some(standing(l, "unjustified"))),
                    hit("住房", "网上服务大厅", "SYS-000402", Some(standing(l, "on_cloud"))),
                    hit("", "贷款风险监测系统", "SYS-000407", Some(standing(l, "planned"))),
                ],
            },
            HitGroup {
                label: w(l, "机房", "Machine rooms"),
                icon: "building-warehouse",
                count: "1".into(),
                more: "/data-centers?q=公积金".into(),
                hits: vec![hit(
                    "",
                    "中心机房",
                    "DC-0011",
                    Some(BadgeView::new(w(l, "申报中", "Applied"), Tone::Accent)),
                )],
            },
            HitGroup {
                label: w(l, "单位", "Departments"),
                icon: "building-community",
                count: "1".into(),
                more: "/departments?q=公积金".into(),
                hits: vec![hit("市住房", "管理中心", "12330100MB0000044K", None)],
            },
        ],
    }
}
