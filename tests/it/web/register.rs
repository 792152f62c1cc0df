//! Lists, records and forms of the console: what works.

use axum::http::StatusCode;
use domain::{ENTITIES, EntityKind, Language, Role};

use super::{
    browser::{Browser, Page},
    scene::{city, is_sound, page_of},
};
use crate::support::{World, on_both_engines};

#[tokio::test]
async fn every_list_record_and_form_is_complete_in_both_languages() {
    let world = World::sqlite().await;
    let city = city(&world).await;
    for (role, department) in [(Role::Operator, None), (Role::Department, Some(city.ours.id))] {
        let mut browser = Browser::of(&world, role, department).await;
        let mut pages = vec!["/search?q=%E5%AD%A6%E7%B1%8D".to_owned(), "/search".to_owned()];
        for kind in ENTITIES {
            let plural = kind.def().plural;
            pages.extend([format!("/{plural}"), format!("/{plural}?q=nothing"), format!("/{plural}?filters=all")]);
            if role == Role::Operator {
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
        for language in [Language::ZhCn, Language::En] {
            browser = browser.reads(language);
            for address in &pages {
                let page = browser.get(address).await;
                is_sound(&page, address);
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
    assert!(page.has("Justify staying") && page.has("href=\"/justify/"), "a button with a page behind it");
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
