//! Everything around the register: doors, the import wizard, overview and worklist, people, audit.

use axum::http::StatusCode;
use domain::{EntityKind, Language, Role};
use services::accounts::{self, NewGrant, NewPerson};

use super::browser::{Browser, Page};
use crate::support::{World, admin, csv, on_both_engines, operator, sample};

const PASSWORD: &str = "春天的马电池订书钉三号";

on_both_engines!(
    a_wrong_password_is_refused_in_words_and_slows_down,
    signing_in_goes_where_one_wanted_and_never_to_another_site,
    a_one_time_link_shows_whose_it_is_sets_the_password_once_and_signs_in,
    the_own_account_changes_its_password_and_ends_sessions,
    a_stranger_comes_back_to_the_page_after_signing_in,
    the_wizard_takes_a_strangers_file_from_upload_to_undo,
    a_file_that_cannot_be_read_says_why_and_a_wrong_mapping_names_the_column,
    reading_a_file_otherwise_replaces_what_was_read,
    classified_rows_are_named_by_number_and_nothing_of_them_is_shown,
    the_wrong_step_of_an_import_is_a_conflict_with_a_way_back,
    a_suggestion_is_taken_from_the_page_of_the_check,
    a_form_from_another_site_is_refused,
    a_department_sees_neither_people_nor_audit_nor_others_imports,
    an_administrator_makes_people_with_roles_and_takes_them_back,
    a_token_is_shown_once_and_dies_when_revoked,
    every_page_speaks_both_languages,
);

/// A body of `multipart/form-data` with one file.
fn form_with_file(fields: &[(&str, &str)], file_name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let mark = "----shangyun-test";
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(format!("--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    let head = format!("--{mark}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n");
    body.extend(head.bytes());
    body.extend_from_slice(bytes);
    body.extend(format!("\r\n--{mark}--\r\n").bytes());
    (format!("multipart/form-data; boundary={mark}"), body)
}

async fn upload(browser: &Browser, kind: &str, file_name: &str, bytes: &[u8]) -> Page {
    let (content_type, body) = form_with_file(&[("kind", kind)], file_name, bytes);
    browser.post_raw("/imports", &content_type, body).await
}

/// The address that a page leads to.
fn leads_to(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page.header("location").to_owned()
}

/// The fields that the mapping page proposes, as its form would send them.
fn proposed(page: &Page) -> Vec<(&'static str, String)> {
    let text = page.text();
    let parts = text.split("name=\"column\" value=\"").skip(1);
    parts.map(|rest| ("column", unescaped(rest.split('"').next().unwrap()))).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&#39;", "'").replace("&#34;", "\"")
}

async fn confirm_mapping(browser: &Browser, address: &str) -> String {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let sent = proposed(&page);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    leads_to(&browser.post(address, &sent).await)
}

/// Runs background work until none is left.
async fn work_off(world: &World) {
    while jobs::work_once(&world.services).await.unwrap() {}
}

async fn person(world: &World, login: &str, role: Role) -> String {
    let grants = vec![NewGrant::of(role)];
    let new = NewPerson { login: login.to_owned(), name: "李四".to_owned(), language: None, grants };
    let made = accounts::create_person(&world.services, &admin(), &new).await.unwrap();
    made.link.secret.expose().to_owned()
}

/// A person who can sign in.
async fn with_password(world: &World, login: &str) {
    let secret = person(world, login, Role::Operator).await;
    let stranger = accounts::anonymous(domain::Door::Console, "test", Language::ZhCn);
    accounts::redeem_link(&world.services, &stranger, &secret, PASSWORD).await.unwrap();
}

async fn a_wrong_password_is_refused_in_words_and_slows_down(world: World) {
    with_password(&world, "lisi").await;
    let browser = Browser::stranger(&world).reads(Language::En);
    for _ in 0..5 {
        let page = browser.post("/sign-in", &[("account", "lisi"), ("password", "wrong"), ("next", "/systems")]).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        assert!(page.has("Wrong account or password"), "{}", page.text());
        assert_eq!(page.value_of("next").as_deref(), Some("/systems"));
        assert!(!page.has("value=\"wrong\""));
    }
    let page = browser.post("/sign-in", &[("account", "lisi"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.has("Try again in"), "{}", page.text());
    assert!(!page.header("retry-after").is_empty());
}

async fn signing_in_goes_where_one_wanted_and_never_to_another_site(world: World) {
    with_password(&world, "lisi").await;
    for (wanted, gone_to) in [
        ("/systems?standing=unjustified", "/systems?standing=unjustified"),
        ("", "/"),
        ("https://evil.test/", "/"),
        ("//evil.test/", "/"),
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("/sign-out", "/"),
    ] {
        let browser = Browser::stranger(&world);
        let page = browser.post("/sign-in", &[("account", "lisi"), ("password", PASSWORD), ("next", wanted)]).await;
        assert_eq!(leads_to(&page), gone_to, "{wanted:?}");
        let cookie = page.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        assert_eq!(leads_to(&browser.get("/").await), "/worklist");
    }
}

async fn a_one_time_link_shows_whose_it_is_sets_the_password_once_and_signs_in(world: World) {
    let secret = person(&world, "wangwu", Role::Leader).await;
    let address = format!("/link/{secret}");
    let browser = Browser::stranger(&world);
    for _ in 0..2 {
        // Opening it changes nothing: mail programs open links too.
        let page = browser.get(&address).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.has("wangwu"));
    }
    let differs = browser.post(&address, &[("password", PASSWORD), ("again", "春天")]).await;
    assert_eq!(differs.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(differs.has("两次输入不一致"));
    let short = browser.post(&address, &[("password", "短"), ("again", "短")]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(short.has("至少 10 个字符"), "{}", short.text());
    assert_eq!(leads_to(&browser.post(&address, &[("password", PASSWORD), ("again", PASSWORD)]).await), "/");
    assert_eq!(leads_to(&browser.get("/").await), "/overview");
    for page in
        [browser.get(&address).await, browser.post(&address, &[("password", PASSWORD), ("again", PASSWORD)]).await]
    {
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert!(page.has("链接已使用"), "{}", page.text());
    }
}

async fn the_own_account_changes_its_password_and_ends_sessions(world: World) {
    with_password(&world, "lisi").await;
    let (here, there) = (Browser::stranger(&world), Browser::stranger(&world));
    for browser in [&here, &there] {
        leads_to(&browser.post("/sign-in", &[("account", "lisi"), ("password", PASSWORD)]).await);
    }
    let wrong = [("old_password", "wrong"), ("password", "秋天的船票与第七只猫"), ("again", "秋天的船票与第七只猫")];
    let page = here.post("/account/password", &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("旧密码不正确"), "{}", page.text());
    let right = [("old_password", PASSWORD), wrong[1], wrong[2]];
    assert_eq!(leads_to(&here.post("/account/password", &right).await), "/account");
    assert!(here.get("/account").await.has("密码已修改"));
    assert!(leads_to(&there.get("/account").await).starts_with("/sign-in"));
    assert_eq!(leads_to(&here.post("/account/sessions/end", &[]).await), "/sign-in");
    assert!(leads_to(&here.get("/account").await).starts_with("/sign-in"));
}

async fn a_stranger_comes_back_to_the_page_after_signing_in(world: World) {
    let browser = Browser::stranger(&world);
    let to = leads_to(&browser.get("/flags?rule=CBD-01&overdue=true").await);
    assert_eq!(to, "/sign-in?next=%2Fflags%3Frule%3DCBD-01%26overdue%3Dtrue");
    let page = browser.get(&to).await;
    assert_eq!(page.value_of("next").map(|next| unescaped(&next)).as_deref(), Some("/flags?rule=CBD-01&overdue=true"));
    let missing = browser.get("/no/such/page").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.has("/sign-in"));
}

async fn the_wizard_takes_a_strangers_file_from_upload_to_undo(world: World) {
    let browser = Browser::of(&world, Role::Operator, None).await;
    let page = browser.get("/imports/new?kind=systems").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(browser.get("/samples/us-dotgov-federal.csv").await.bytes, sample("us-dotgov-federal.csv"));
    assert_eq!(browser.get("/samples/..%2FREADME.md").await.status, StatusCode::NOT_FOUND);
    let mapping =
        leads_to(&upload(&browser, "systems", "us-dotgov-federal.csv", &sample("us-dotgov-federal.csv")).await);
    let page = browser.get(&mapping).await;
    assert!(page.has("Organization name") && page.has("使用单位(下级单位)"), "{}", page.text());
    let import = confirm_mapping(&browser, &mapping).await;

    let page = browser.get(&import).await;
    assert!(page.has("1,321"), "{}", page.text());
    assert_eq!(browser.get(&format!("{import}?tab=refused")).await.text().matches("<mark class=\"bad\">").count(), 50);
    let missing = format!("{import}/missing");
    assert!(page.has(&missing));
    let dry_run = browser.get(&missing).await;
    assert!(dry_run.has("Access Board"));
    assert_eq!(world.count(EntityKind::Department).await, 0, "a dry run makes nothing");
    assert_eq!(leads_to(&browser.post(&missing, &[]).await), import);
    assert!(world.count(EntityKind::Department).await > 100);

    let page = browser.get(&import).await;
    assert!(page.has("写入 1,3"), "{}", page.text());
    let partial: Vec<(&str, &str)> = if page.has("name=\"partial\"") { vec![("partial", "true")] } else { Vec::new() };
    leads_to(&browser.post(&format!("{import}/apply"), &partial).await);
    let running = browser.get(&import).await;
    assert!(running.has("hx-trigger=\"every 500ms\"") && running.has("http-equiv=\"refresh\""), "{}", running.text());
    work_off(&world).await;
    let done = browser.get(&import).await;
    assert!(done.has("行。</h2>") && done.has(&format!("{import}/undo")), "{}", done.text());
    let systems = world.count(EntityKind::System).await;
    assert!(systems > 1_300, "{systems}");
    assert!(
        browser.get(&format!("{import}/records")).await.has("/departments/"),
        "the departments made for it come first"
    );
    assert_eq!(leads_to(&browser.get(&format!("{import}/progress")).await), import);

    let mapping = leads_to(&upload(&browser, "systems", "again.csv", &sample("us-dotgov-federal.csv")).await);
    let again = confirm_mapping(&browser, &mapping).await;
    let page = browser.get(&format!("{again}?tab=new")).await;
    assert!(page.has("新增 0，变更 0") && page.has("没有任何一行会带来变化"), "{}", page.text());

    let undo = format!("{import}/undo");
    assert!(browser.get(&undo).await.has("name=\"why\""));
    let page = browser.post(&undo, &[("why", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leads_to(&browser.post(&undo, &[("why", "导错了文件")]).await), import);
    assert!(browser.get(&import).await.has("导错了文件"));
    assert_eq!(world.count(EntityKind::System).await, 0);
    assert_eq!(world.count(EntityKind::Department).await, 0);
}

async fn a_file_that_cannot_be_read_says_why_and_a_wrong_mapping_names_the_column(world: World) {
    let browser = Browser::of(&world, Role::Operator, None).await;
    let page = upload(&browser, "systems", "photo.png", b"\x89PNG\r\n\x1a\n rubbish").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("class=\"flash refused\""), "{}", page.text());
    assert_eq!(upload(&browser, "planets", "x.csv", b"a,b\n1,2\n").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (content_type, body) =
        form_with_file(&[("kind", "systems"), ("text", "系统名称\t使用单位\n甲\t乙局\n")], "", b"");
    let mapping = leads_to(&browser.post_raw("/imports", &content_type, body).await);
    let page = browser.post(&mapping, &[("column", "系统名称"), ("column", "没有的字段")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("“使用单位”列") && page.has("没有的字段"), "{}", page.text());
    let page = browser.post(&mapping, &[("column", "系统名称"), ("column", "Name")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let import = leads_to(&browser.post(&mapping, &[("column", "Name"), ("column", "使用单位")]).await);
    assert!(browser.get(&import).await.has("乙局"));
}

async fn reading_a_file_otherwise_replaces_what_was_read(world: World) {
    let browser = Browser::of(&world, Role::Operator, None).await;
    let file = "名册;;\n单位名称;简称;备注\n市教育局;教育局;甲,乙\n".as_bytes();
    let mapping = leads_to(&upload(&browser, "departments", "a.csv", file).await);
    let page = browser.get(&mapping).await;
    let old = page.value_of("instead").unwrap();
    assert!(page.has("没有保存"), "{}", page.text());
    let fields = [
        ("kind", "departments"),
        ("instead", old.as_str()),
        ("separator", ","),
        ("header_row", "2"),
        ("encoding", "UTF-8"),
    ];
    let (content_type, body) = form_with_file(&fields, "a.csv", file);
    let other = leads_to(&browser.post_raw("/imports", &content_type, body).await);
    assert_ne!(other, mapping);
    assert!(browser.get(&other).await.has("单位名称;简称;备注"), "{}", browser.get(&other).await.text());
    assert!(browser.get(&format!("/imports/{old}")).await.has("已放弃"));
}

async fn classified_rows_are_named_by_number_and_nothing_of_them_is_shown(world: World) {
    world.department("市教育局", None).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let file = csv(
        &["系统名称", "使用单位", "涉密分类"],
        &[
            &["学籍系统", "市教育局", "非涉密"],
            &["不可说的系统", "市教育局", "机密"],
            &["报名系统", "没有的局", "非涉密"],
        ],
    );
    let mapping = leads_to(&upload(&browser, "systems", "a.csv", &file).await);
    let import = confirm_mapping(&browser, &mapping).await;
    let pages =
        [browser.get(&mapping).await, browser.get(&import).await, browser.get(&format!("{import}/refused.csv")).await];
    for page in &pages {
        assert!(!page.has("不可说的系统"), "{}", page.text());
    }
    let [_, check, file] = &pages;
    assert!(check.has("第 3 行") && check.has("没有的局"), "{}", check.text());
    assert!(file.has("报名系统") && file.header("content-disposition").starts_with("attachment"), "{}", file.text());
}

async fn the_wrong_step_of_an_import_is_a_conflict_with_a_way_back(world: World) {
    let browser = Browser::of(&world, Role::Operator, None).await;
    let mapping = leads_to(&upload(&browser, "departments", "a.csv", &csv(&["单位名称"], &[&["市教育局"]])).await);
    let import = mapping.trim_end_matches("/mapping").to_owned();
    let early = browser.post(&format!("{import}/apply"), &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.has(&format!("href=\"{import}\"")) && early.has("import-state"), "{}", early.text());
    assert_eq!(browser.post(&format!("{import}/undo"), &[("why", "x")]).await.status, StatusCode::CONFLICT);
    assert_eq!(leads_to(&browser.post(&format!("{import}/cancel"), &[]).await), "/imports");
    assert!(browser.get(&import).await.has("已放弃"));
    assert_eq!(leads_to(&browser.get(&mapping).await), import);
    assert_eq!(browser.get("/imports/01234567-89ab-7def-8123-456789abcdef").await.status, StatusCode::NOT_FOUND);
}

async fn a_suggestion_is_taken_from_the_page_of_the_check(world: World) {
    world.department("财政局", None).await;
    let rows: [&[&str]; 2] = [&["甲", "财政局", "2020-02-30"], &["乙", "财政局", "2020-02-30"]];
    let import = world
        .check_as(&operator(), EntityKind::System, "a.csv", csv(&["系统名称", "使用单位", "上线日期"], &rows))
        .await;
    let browser = Browser::of(&world, Role::Operator, None).await.reads(Language::En);
    let path = format!("/imports/{}", import.id);
    let page = browser.get(&path).await;
    assert!(page.has(&format!("action=\"{path}/take\"")) && page.has("Every row is refused"), "{}", page.text());
    let mistake = [("rule", "no-such-day"), ("column", "上线日期"), ("value", "2020-02-30")];
    assert_eq!(leads_to(&browser.post(&format!("{path}/take"), &mistake).await), path);
    let page = browser.get(&path).await;
    assert!(!page.has("/take") && !page.has("Every row is refused"), "both rows are mended: {}", page.text());
    let again = browser.post(&format!("{path}/take"), &mistake).await;
    assert!(again.status.is_client_error(), "there is no such mistake any more: {}", again.status);
}

async fn a_form_from_another_site_is_refused(world: World) {
    let browser = Browser::of(&world, Role::Admin, None).await.reads(Language::En);
    for path in ["/sign-out", "/tokens", "/language", "/theme", "/imports/x/apply", "/audit/verify"] {
        let page = browser.post_from("https://evil.test", path, &[("name", "x")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(page.has("from another site"), "{}", page.text());
    }
    assert_eq!(browser.get("/account").await.status, StatusCode::OK, "still signed in");
}

async fn a_department_sees_neither_people_nor_audit_nor_others_imports(world: World) {
    let department = world.department("市教育局", None).await;
    let other =
        world.check_as(&operator(), EntityKind::Department, "a.csv", csv(&["单位名称"], &[&["市水利局"]])).await;
    let browser = Browser::of(&world, Role::Department, Some(department.id)).await;
    for path in ["/people", "/people/new", "/audit", "/jobs"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.has("<nav"), "the page has its navigation");
        assert!(!page.has("href=\"/people\""), "{path}");
    }
    for path in ["", "/mapping", "/missing", "/refused.csv", "/records", "/progress", "/undo"] {
        let path = format!("/imports/{}{path}", other.id);
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/people", "/audit/verify", "/imports/new?kind=departments"] {
        let page = browser.post(path, &[("login", "x")]).await;
        assert!(page.status.is_client_error(), "{path}: {}", page.status);
    }
    let denied = upload(&browser, "departments", "b.csv", &csv(&["单位名称"], &[&["市水利局"]])).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN);
    for path in
        ["/worklist", "/overview", "/flags", "/rules", "/imports", "/imports/new", "/tokens", "/account", "/help"]
    {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
}

async fn an_administrator_makes_people_with_roles_and_takes_them_back(world: World) {
    let department = world.department("市教育局", None).await;
    let browser = Browser::of(&world, Role::Admin, None).await;
    let wrong = browser.post("/people", &[("login", "zhao liu"), ("name", "赵六"), ("role", "department")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("不含空格"), "{}", wrong.text());
    let values = [("login", "zhaoliu"), ("name", "赵六"), ("role", "department"), ("department", "市教育局")];
    let page = browser.post("/people", &values).await;
    assert_eq!(page.status, StatusCode::CREATED, "{}", page.text());
    let (_, link) = page.text().split_once("http://yun.test/link/").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let secret = link.split('"').next().unwrap();
    assert_eq!(browser.get(&format!("/link/{secret}")).await.status, StatusCode::OK);

    let list = browser.get("/people?q=zhaoliu").await;
    assert!(list.has("市教育局"));
    let person = list.link("<tbody>").unwrap();
    assert!(!browser.get(&person).await.has("/link/"), "shown once");
    let revoke = browser.get(&person).await.text();
    let revoke = revoke.split('"').find(|text| text.ends_with("/revoke")).unwrap().to_owned();
    assert_eq!(leads_to(&browser.post(&revoke, &[]).await), person);
    assert_eq!(browser.post(&revoke, &[]).await.status, StatusCode::CONFLICT);
    let grant = format!("{person}/grants");
    let unknown = browser.post(&grant, &[("role", "operator"), ("department", "没有的局")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(leads_to(&browser.post(&grant, &[("role", "auditor"), ("to_on", "2026-12-31")]).await), person);
    assert!(browser.get(&person).await.has("2026-12-31"));
    assert_eq!(leads_to(&browser.post(&format!("{person}/lock"), &[]).await), person);
    assert!(browser.get(&person).await.has("停用"));
    assert_eq!(leads_to(&browser.post(&format!("{person}/unlock"), &[]).await), person);
    assert!(browser.get("/audit").await.has("授予角色"));
    services::audit::seal(&world.services).await.unwrap();
    assert_eq!(leads_to(&browser.post("/audit/verify", &[]).await), "/audit");
    assert!(browser.get("/audit").await.has("没有修改或删除"));
    let _ = department;
}

async fn a_token_is_shown_once_and_dies_when_revoked(world: World) {
    let browser = Browser::of(&world, Role::Operator, None).await;
    let wrong = browser.post("/tokens", &[("name", ""), ("scope", "read"), ("days", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = browser.post("/tokens", &[("name", "gitops"), ("scope", "read"), ("days", "30")]).await;
    assert_eq!(made.status, StatusCode::CREATED);
    let text = made.text();
    let secret = text.split('"').find(|text| text.starts_with("sy_")).unwrap();
    assert!(accounts::caller_of_token(&world.services, secret).await.unwrap().is_some());
    let page = browser.get("/tokens").await;
    assert!(!page.has(secret) && page.has("gitops"));
    let revoke = page.text();
    let revoke = revoke.split('"').find(|text| text.ends_with("/revoke")).unwrap();
    assert_eq!(leads_to(&browser.post(revoke, &[]).await), "/tokens");
    assert!(accounts::caller_of_token(&world.services, secret).await.unwrap().is_none());
}

async fn every_page_speaks_both_languages(world: World) {
    let department = world.department("市教育局", None).await;
    let owner = department.id.to_string();
    world
        .create(
            EntityKind::System,
            &[("name", "学籍系统"), ("department", &owner), ("hosting", "own_room"), ("live_on", "2014-06-01")],
        )
        .await;
    world.create(EntityKind::System, &[("name", "报名系统"), ("department", &owner)]).await;
    world.create(EntityKind::DataCenter, &[("name", "机房"), ("department", &owner)]).await;
    let read = world
        .read_as(&operator(), EntityKind::Department, "a.csv", csv(&["单位名称"], &[&["市水利局"]]))
        .await
        .unwrap();
    let checked =
        world.check(EntityKind::System, "b.csv", csv(&["系统名称", "使用单位"], &[&["甲", "没有的局"]])).await;
    let to_apply = world.check(EntityKind::Department, "c.csv", csv(&["单位名称"], &[&["市档案局"]])).await;
    let applied = world.apply(&to_apply).await;
    for language in [Language::ZhCn, Language::En] {
        let browser =
            Browser::of(&world, if language == Language::En { Role::Admin } else { Role::Operator }, None).await;
        let browser = browser.reads(language);
        let mut paths: Vec<String> = [
            "/worklist",
            "/overview",
            "/flags",
            "/flags?severity=high&overdue=true",
            "/rules",
            "/help",
            "/imports",
            "/imports/new",
            "/tokens",
            "/account",
            "/jobs",
            "/no-such-page",
        ]
        .map(str::to_owned)
        .into();
        paths.push(format!("/overview?within={owner}"));
        paths.push(format!("/imports/{}/mapping", read.id));
        paths.push(format!("/imports/{}", checked.id));
        paths.push(format!("/imports/{}?tab=new", checked.id));
        paths.push(format!("/imports/{}/missing", checked.id));
        paths.push(format!("/imports/{}", applied.id));
        paths.push(format!("/imports/{}/undo", applied.id));
        paths.push(format!("/imports/{}/records", applied.id));
        if language == Language::En {
            paths.extend(["/people", "/people/new", "/audit"].map(str::to_owned));
        }
        for path in paths {
            let page = browser.get(&path).await;
            let wanted = if path == "/no-such-page" { StatusCode::NOT_FOUND } else { StatusCode::OK };
            assert_eq!(page.status, wanted, "{path}: {}", page.text());
            assert!(page.has(&format!("<html lang=\"{}\"", language.tag())), "{path}");
            assert!(!page.has("⟦"), "{path}: {}", page.text());
        }
    }
}
