//! Lists, records and forms of the console: what is refused first, then what works.

use axum::http::StatusCode;
use domain::{ENTITIES, EntityKind, Id, Language, Record, Role};

use super::browser::{Browser, Page};
use crate::support::{World, on_both_engines};

/// Two departments with a room and a system each; a zone, a component and an exception of the first.
struct City {
    ours: Record,
    our_room: Record,
    our_system: Record,
    our_exception: Record,
    theirs: Record,
    their_room: Record,
    their_system: Record,
}

async fn city(world: &World) -> City {
    let ours =
        world.create(EntityKind::Department, &[("name", "市教育局"), ("code", "D-JY"), ("leader", "周敏")]).await;
    let theirs = world.create(EntityKind::Department, &[("name", "市水利局"), ("code", "D-SL")]).await;
    let zone = [("name", "政务外网区"), ("code", "Z-1"), ("counts_as_cloud", "yes"), ("allows_internet", "no")];
    let zone = world.create(EntityKind::Zone, &zone).await;
    let room = async |department: &Record, name: &str| {
        let department = department.id.to_string();
        let values = [
            ("name", name),
            ("department", department.as_str()),
            ("racks_total", "18"),
            ("racks_used", "14"),
            ("average_total_kw", "31.2"),
            ("average_it_kw", "16"),
            ("pue", "1.6"),
            ("closure_stage", "emptying"),
            ("target_close_on", "2026-12-31"),
        ];
        world.create(EntityKind::DataCenter, &values).await
    };
    let system = async |department: &Record, room: &Record, name: &str, code: &str| {
        let (department, room) = (department.id.to_string(), room.id.to_string());
        let values = [
            ("name", name),
            ("code", code),
            ("department", department.as_str()),
            ("hosting", "own_room"),
            ("data_center", room.as_str()),
            ("live_on", "2014-06-01"),
            ("lifecycle", "live"),
            ("contact_phone", "13800001111"),
            ("build_cost", "1286.5"),
        ];
        world.create(EntityKind::System, &values).await
    };
    let our_room = room(&ours, "教育局机房").await;
    let their_room = room(&theirs, "水利局机房").await;
    let our_system = system(&ours, &our_room, "学籍管理系统", "SYS-1").await;
    let their_system = system(&theirs, &their_room, "水库调度系统", "SYS-2").await;
    let (owner, place) = (our_system.id.to_string(), our_room.id.to_string());
    let host =
        [("name", "xj-db-01"), ("system", owner.as_str()), ("data_center", place.as_str()), ("kind", "database")];
    world.create(EntityKind::Component, &host).await;
    let ground =
        [("name", "合同未到期"), ("system", owner.as_str()), ("category", "E10"), ("expires_on", "2026-10-21")];
    let our_exception = world.create(EntityKind::CloudException, &ground).await;
    let zone = zone.id.to_string();
    let move_it = [("name", "学籍上云"), ("system", owner.as_str()), ("zone", zone.as_str()), ("state", "draft")];
    world.create(EntityKind::Migration, &move_it).await;
    City { ours, our_room, our_system, our_exception, theirs, their_room, their_system }
}

fn page_of(kind: EntityKind, id: Id) -> String {
    format!("/{}/{id}", kind.def().plural)
}

/// A page that is complete and keeps to the rules of all pages.
fn is_sound(page: &Page, address: &str) {
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.text());
    let text = page.text();
    assert!(text.contains("</html>"), "{address}");
    assert!(!text.contains('⟦'), "{address} lacks words: {}", text.split('⟦').nth(1).unwrap_or_default());
    assert!(text.len() < 60_000, "{address}: {} bytes", text.len());
    for tag in text.split('<').filter_map(|part| part.split('>').next()) {
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(
            !bare.contains(" style=") && !bare.contains(" onclick=") && !bare.starts_with("style"),
            "{address}: {tag}"
        );
        assert!(!tag.starts_with("script") || tag.contains("src="), "{address}: {tag}");
    }
    let one_heading = text.matches("<h1").count();
    assert_eq!(one_heading, 1, "{address}");
}

// What is not allowed.

#[tokio::test]
async fn a_stranger_is_sent_to_the_door_and_sees_nothing_of_a_record() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::stranger(&world);
    for path in [
        "/systems".to_owned(),
        page_of(EntityKind::System, city.our_system.id),
        "/search?q=%E5%AD%A6%E7%B1%8D".to_owned(),
    ] {
        let page = browser.get(&path).await;
        assert!(page.header("location").starts_with("/sign-in"), "{path}: {:?}", page.status);
        assert!(!page.has("学籍"));
    }
}

#[tokio::test]
async fn what_belongs_to_another_department_is_absent_everywhere() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await;
    for (kind, record) in [
        (EntityKind::System, &city.their_system),
        (EntityKind::DataCenter, &city.their_room),
        (EntityKind::Department, &city.theirs),
    ] {
        let address = page_of(kind, record.id);
        for path in [address.clone(), format!("{address}/edit"), format!("{address}/remove")] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in [address.clone(), format!("{address}/remove")] {
            let page = browser.post(&path, &[("version", "1"), ("why", "x"), ("name", "x")]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    for path in [
        "/systems",
        "/data-centers",
        "/departments",
        "/components",
        "/systems/export",
        "/search?q=%E6%B0%B4",
        "/lookup/systems?q=%E6%B0%B4%E5%BA%93",
        "/lookup/departments?q=",
        "/systems/new",
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        // The search page repeats what was asked for; nothing else may know the word.
        assert!(!page.has("水利") && !page.has("水库"), "{path}");
    }
    let narrowed = browser.get(&format!("/systems?department={}", city.theirs.id)).await;
    assert_eq!(narrowed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!narrowed.has("水利"));
    assert_eq!(
        browser.get(&format!("/systems?within={}", city.theirs.id)).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(browser.get("/systems").await.has("<span class=\"heading-count\">1</span>"), "theirs are not even counted");
}

#[tokio::test]
async fn a_list_that_cannot_be_had_like_that_says_so_and_leads_back() {
    let world = World::sqlite().await;
    city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await.reads(Language::En);
    for query in [
        "colour=red",
        "sort=colour",
        "sort=contact",
        "standing=purple",
        "live_on%5Bgte%5D=soon",
        "cursor=abc",
        "within=x",
    ] {
        let page = browser.get(&format!("/systems?{query}")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
        assert!(
            page.has("cannot be filtered or sorted like that") && page.has("href=\"/systems\""),
            "{query}: {}",
            page.text()
        );
    }
    assert_eq!(browser.get("/systems/export?format=pdf").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.get("/teapots").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/systems/not-an-id").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_may_only_read_is_offered_nothing_else_and_refused_it() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let address = page_of(EntityKind::System, city.our_system.id);
    for role in [Role::Auditor, Role::Leader, Role::Approver] {
        let browser = Browser::of(&world, role, None).await;
        let page = browser.get(&address).await;
        is_sound(&page, &address);
        assert!(!page.has(&format!("{address}/edit")) && !page.has("/remove\""), "{role:?}");
        assert!(!browser.get("/systems").await.has("/systems/new"), "{role:?}");
        for path in [format!("{address}/edit"), format!("{address}/remove"), "/systems/new".to_owned()] {
            assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
        for path in ["/systems".to_owned(), address.clone(), format!("{address}/remove")] {
            let page = browser.post(&path, &[("version", "1"), ("why", "x"), ("name", "x")]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{role:?} {path}");
        }
    }
    let leader = Browser::of(&world, Role::Leader, Some(city.ours.id)).await;
    assert!(!leader.get(&address).await.has("13800001111"), "leaders do not see what is restricted");
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_typed_and_says_what_is_wrong_at_each_field() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await;
    let typed = [
        ("name", ""),
        ("department", "没有这个局"),
        ("build_cost", "十二"),
        ("live_on", "2026-02-30"),
        ("contact", "王海涛"),
    ];
    let page = browser.post("/systems", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        "id=\"e-name\"",
        "id=\"e-department\"",
        "id=\"e-build_cost\"",
        "id=\"e-live_on\"",
        "id=\"errors\"",
        "王海涛",
        "十二",
        "没有这个局",
    ] {
        assert!(page.has(shown), "{shown}");
    }
    assert_eq!(world.count(EntityKind::System).await, 2, "nothing was stored");
    // Words about secrecy are refused and not even shown again.
    let page = browser.post("/systems", &[("name", "某系统"), ("secrecy", "机密级项目甲")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("id=\"e-secrecy\"") && !page.has("机密级"), "{}", page.text());
}

#[tokio::test]
async fn fields_of_operators_are_not_offered_to_others_and_refused_when_sent_all_the_same() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await;
    let address = page_of(EntityKind::System, city.our_system.id);
    let form = browser.get(&format!("{address}/edit")).await;
    assert!(!form.has("name=\"not_applicable\"") && !form.has("name=\"standing\""));
    let page = browser.post(&address, &[("version", "1"), ("not_applicable", "true")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.post(&address, &[("version", "1"), ("standing", "on_cloud")]).await;
    assert_ne!(page.status, StatusCode::SEE_OTHER, "what the rules conclude cannot be typed in");
    let operator = Browser::of(&world, Role::Operator, None).await;
    assert!(operator.get(&format!("{address}/edit")).await.has("name=\"not_applicable\""));
}

#[tokio::test]
async fn whoever_was_slower_sees_both_versions_and_decides() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let address = page_of(EntityKind::System, city.our_system.id);
    let read = browser.get(&format!("{address}/edit")).await.value_of("version").unwrap();
    world.update(EntityKind::System, city.our_system.id, &[("contact", "李静")]).await;
    let mine = [("version", read.as_str()), ("contact", "王海涛")];
    let page = browser.post(&address, &mine).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    assert!(page.has("id=\"conflict\"") && page.has("李静") && page.has("王海涛"), "{}", page.text());
    assert_eq!(
        page.value_of("version").as_deref(),
        Some(read.as_str()),
        "sending it again does not overwrite by accident"
    );
    assert_eq!(browser.post(&address, &mine).await.status, StatusCode::PRECONDITION_FAILED);
    let over = page.value_of("over").unwrap();
    let kept = browser.post(&address, &[("version", &read), ("over", &over), ("contact", "王海涛")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    assert_eq!(
        world.reread(EntityKind::System, city.our_system.id).await.get(EntityKind::System.def(), "contact").as_text(),
        Some("王海涛")
    );
}

#[tokio::test]
async fn nothing_is_removed_without_a_reason_nor_while_others_refer_to_it() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let system = page_of(EntityKind::System, city.our_system.id);
    let ask = browser.get(&format!("{system}/remove")).await;
    is_sound(&ask, &system);
    assert!(ask.has("服务器 1") && ask.has("例外 1"), "says what refers to it");
    let version = ask.value_of("version").unwrap();
    let page = browser.post(&format!("{system}/remove"), &[("version", &version), ("why", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.post(&format!("{system}/remove"), &[("version", &version), ("why", "重复")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.has("仍被引用"));
    let exception = page_of(EntityKind::CloudException, city.our_exception.id);
    let page = browser.post(&format!("{exception}/remove"), &[("version", "7"), ("why", "重复")]).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED, "somebody changed it meanwhile");
    let page = browser.post(&format!("{exception}/remove"), &[("version", "1"), ("why", "重复登记")]).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/exceptions"));
    assert_eq!(browser.get(&exception).await.status, StatusCode::NOT_FOUND);
}

// What works.

#[tokio::test]
async fn every_list_record_and_form_is_complete_in_both_languages() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    for language in [Language::ZhCn, Language::En] {
        for role in [Role::Operator, Role::Department] {
            let department = (role == Role::Department).then_some(city.ours.id);
            let browser = if language == Language::ZhCn {
                Browser::of(&world, role, department).await
            } else {
                // A second account of the same role.
                Browser::of(&world, role, Some(city.ours.id)).await
            };
            let browser =
                if language == Language::En && role == Role::Department { continue } else { browser.reads(language) };
            let mut pages = vec!["/search?q=%E5%AD%A6%E7%B1%8D".to_owned(), "/search".to_owned()];
            for kind in ENTITIES {
                let plural = kind.def().plural;
                pages.push(format!("/{plural}"));
                pages.push(format!("/{plural}?q=nothing"));
                if role == Role::Operator && department.is_none() && kind != EntityKind::Zone {
                    pages.push(format!("/{plural}/new"));
                }
            }
            for (kind, id) in [
                (EntityKind::Department, city.ours.id),
                (EntityKind::DataCenter, city.our_room.id),
                (EntityKind::System, city.our_system.id),
                (EntityKind::CloudException, city.our_exception.id),
            ] {
                pages.push(page_of(kind, id));
                if matches!(kind, EntityKind::System | EntityKind::DataCenter) {
                    pages.push(format!("{}/edit", page_of(kind, id)));
                }
            }
            for address in pages {
                let page = browser.get(&address).await;
                is_sound(&page, &address);
                assert!(page.has(&format!("<html lang=\"{}\"", language.tag())), "{address}");
                for word in ["Kubernetes", "namespace", "Namespace", "pod"] {
                    assert!(!page.has(word), "{address}: {word}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_address_is_the_view() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let all = browser.get("/systems").await;
    assert!(all.has("学籍管理系统") && all.has("水库调度系统") && all.has(">2<"));
    let one = browser
        .get(&format!("/systems?department={}&standing=unjustified&sort=-name&columns=name,build_cost", city.theirs.id))
        .await;
    assert!(!one.has("学籍管理系统") && one.has("水库调度系统"));
    assert!(
        one.has("class=\"chip\"") && one.has("市水利局") && one.has("aria-sort=\"descending\"") && one.has("1,286.5")
    );
    assert!(one.has("/systems/export?department="), "files hold exactly these rows");
    let none = browser.get("/systems?standing=retired").await;
    assert!(none.has("没有符合条件的记录"));
    let unknown = browser.get("/systems?mlps_level=~").await;
    assert!(unknown.has("学籍管理系统") && unknown.has("水库调度系统"), "not known is a condition too");
    let within = browser.get(&format!("/systems?within={}", city.ours.id)).await;
    assert!(within.has("学籍管理系统") && !within.has("水库调度系统"));
    let found = browser.get("/systems?q=%E6%B0%B4%E5%BA%93").await;
    assert!(!found.has("学籍管理系统") && found.has("水库调度系统"));
}

#[tokio::test]
async fn an_empty_register_offers_the_first_step() {
    let world = World::sqlite().await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let page = browser.get("/systems").await;
    is_sound(&page, "/systems");
    assert!(page.has("/imports/new?kind=systems") && page.has("/systems/new"));
}

async fn a_list_is_walked_forth_and_back_and_every_row_comes_once(world: World) {
    let department = world.department("市教育局", None).await;
    let owner = department.id.to_string();
    for number in 0..120 {
        // A third has no date: what is not known has its place in the order too.
        let live = if number % 3 == 0 { String::new() } else { format!("2014-01-{:02}", number % 28 + 1) };
        let (name, code) = (format!("系统{number}"), format!("S-{number:03}"));
        let values = [("name", name.as_str()), ("code", &code), ("department", &owner), ("live_on", &live)];
        world.create(EntityKind::System, &values).await;
    }
    let browser = Browser::of(&world, Role::Operator, None).await;
    for start in ["/systems?sort=live_on", "/systems?sort=-live_on", "/systems", "/systems?sort=name&lifecycle=~"] {
        let codes = |page: &Page| -> Vec<String> {
            let text = page.text();
            text.split(">S-").skip(1).map(|part| part.chars().take(3).collect()).collect()
        };
        let mut pages = vec![browser.get(start).await];
        assert!(pages[0].has("第 1–50 条，共 120 条") && pages[0].link("rel=\"prev\"").is_none());
        while let Some(next) = pages.last().unwrap().link("rel=\"next\"") {
            pages.push(browser.get(&next).await);
        }
        assert_eq!(pages.len(), 3, "{start}");
        let mut seen: Vec<String> = pages.iter().flat_map(&codes).collect();
        assert_eq!(seen.len(), 120, "{start}");
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 120, "{start}");
        assert!(pages[2].has("第 101–120 条，共 120 条"));
        let back = browser.get(&pages[2].link("rel=\"prev\"").unwrap()).await;
        assert_eq!(codes(&back), codes(&pages[1]), "{start}");
        assert!(back.has("第 51–100 条，共 120 条"));
        let first = browser.get(&back.link("rel=\"prev\"").unwrap()).await;
        assert_eq!(codes(&first), codes(&pages[0]), "{start}");
        assert!(first.has("第 1–50 条") && first.link("rel=\"prev\"").is_none());
        let again = browser.get(&first.link("rel=\"next\"").unwrap()).await;
        assert_eq!(codes(&again), codes(&pages[1]), "{start}");
        assert!(
            pages.iter().all(|page| page.bytes.len() < 60_000),
            "{:?}",
            pages.iter().map(|page| page.bytes.len()).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn a_list_is_taken_out_as_a_file_that_no_browser_shows() {
    let world = World::sqlite().await;
    city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let csv = browser.get("/systems/export?q=%E6%B0%B4%E5%BA%93&format=csv").await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"systems-2026-11-23.csv\"");
    assert_eq!(csv.header("x-content-type-options"), "nosniff");
    assert!(csv.has("水库调度系统") && !csv.has("学籍管理系统"));
    let xlsx = browser.get("/systems/export?format=xlsx").await;
    assert!(xlsx.bytes.starts_with(b"PK") && xlsx.header("content-type").contains("spreadsheetml"));
}

#[tokio::test]
async fn a_system_says_why_it_stands_so_and_what_is_to_be_done_by_when() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await.reads(Language::En);
    let page = browser.get(&page_of(EntityKind::System, city.our_system.id)).await;
    for shown in [
        "Unjustified",
        "tone-unjustified",
        "CBD-",
        "working day",
        "xj-db-01",
        "教育局机房",
        "合同未到期",
        "学籍上云",
        "13800001111",
        "1,286.5",
    ] {
        assert!(page.has(shown), "{shown}");
    }
    assert!(page.has("id=\"history\"") && page.has("registered it"));
    assert!(!page.has("Move it") && !page.has("Justify staying"), "no button without a page behind it");
}

#[tokio::test]
async fn a_room_shows_its_load_and_who_still_keeps_it_open() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let page = browser.get(&page_of(EntityKind::DataCenter, city.our_room.id)).await;
    for shown in ["1.95", "申报 1.6", "尚不能关停：仍有 1 个系统", "学籍管理系统", "纳入关停计划", "id=\"flags\""]
    {
        assert!(page.has(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_department_sees_its_situation_on_one_screen() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let below = world.department("市招生考试院", Some(&city.ours)).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await;
    let page = browser.get(&page_of(EntityKind::Department, city.ours.id)).await;
    for shown in ["周敏", "1 个系统待办理", "学籍管理系统", "教育局机房", "市招生考试院", "0.0"]
    {
        assert!(page.has(shown), "{shown}");
    }
    assert_eq!(browser.get(&page_of(EntityKind::Department, below.id)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_system_is_registered_by_typing_the_code_or_the_name_of_its_department() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await;
    let form = browser.get("/systems/new").await;
    is_sound(&form, "/systems/new");
    assert_eq!(form.value_of("department").as_deref(), Some("D-JY 市教育局"), "the only department there is");
    let suggested = browser.get("/lookup/departments?field=department&department=%E6%95%99%E8%82%B2").await;
    assert!(suggested.has("<option value=\"D-JY 市教育局\">"));
    for (name, department) in [("甲系统", "D-JY 市教育局"), ("乙系统", "D-JY"), ("丙系统", "市教育局")]
    {
        let typed = [
            ("name", name),
            ("department", department),
            ("networks", ""),
            ("networks", "internet"),
            ("networks", "extranet"),
            ("why", "新建"),
        ];
        let answer = browser.post("/systems", &typed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{department}: {}", answer.text());
        let address = answer.header("location").to_owned();
        let page = browser.get(&address).await;
        is_sound(&page, &address);
        for told in [format!("已登记“{name}”。"), "政务外网、互联网".to_owned(), "新建".to_owned()] {
            assert!(page.has(&told), "{told}: {}", page.text());
        }
        assert!(!browser.get(&address).await.has("已登记"), "a message is told once");
    }
    let empty = browser.get(&format!("/components/new?system={}", city.our_system.id)).await;
    assert_eq!(empty.value_of("system").as_deref(), Some("SYS-1 学籍管理系统"));
}

#[tokio::test]
async fn a_change_is_kept_with_its_reason_and_a_change_of_nothing_is_none() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    let browser = Browser::of(&world, Role::Department, Some(city.ours.id)).await;
    let address = page_of(EntityKind::System, city.our_system.id);
    let answer = browser.post(&address, &[("version", "1"), ("contact", "王海涛"), ("why", "人员调整")]).await;
    assert_eq!(answer.header("location"), address);
    let page = browser.get(&address).await;
    assert!(page.has("已保存") && page.has("人员调整") && page.has("修改了 1 项") && page.has("<ins>王海涛</ins>"));
    let answer = browser.post(&address, &[("version", "2"), ("contact", "王海涛")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&address).await.has("内容没有变化"));
    assert_eq!(world.reread(EntityKind::System, city.our_system.id).await.version, 2);
}

#[tokio::test]
async fn search_finds_every_kind_and_marks_what_it_found() {
    let world = World::sqlite().await;
    city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let page = browser.get("/search?q=%E6%95%99%E8%82%B2").await;
    assert!(page.has("<mark>教育</mark>局机房") && page.has("市<mark>教育</mark>局"));
    assert!(browser.get("/search?q=%E6%97%A0%E6%AD%A4").await.has("没有"));
}

#[tokio::test]
async fn language_and_theme_are_switched_from_where_one_is() {
    let world = World::sqlite().await;
    city(&world).await;
    let browser = Browser::of(&world, Role::Operator, None).await;
    let answer = browser.get("/systems?standing=unjustified&lang=en").await;
    assert_eq!(answer.header("location"), "/systems?standing=unjustified");
    assert!(browser.get("/systems").await.has("<html lang=\"en\""));
    let answer = browser.post("/theme", &[("theme", "dark"), ("back", "/systems?q=x")]).await;
    assert_eq!(answer.header("location"), "/systems?q=x");
    assert!(browser.get("/systems").await.has("data-bs-theme=\"dark\""));
    assert_eq!(
        browser.post("/theme", &[("theme", "dark"), ("back", "https://evil.test")]).await.header("location"),
        "/"
    );
    assert_ne!(browser.get("//evil.test?lang=en").await.header("location"), "//evil.test");
}

on_both_engines!(a_list_is_walked_forth_and_back_and_every_row_comes_once);
