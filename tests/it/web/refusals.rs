//! Lists, records and forms of the console: what is not allowed, and what bad input gets.

use axum::http::StatusCode;
use domain::{EntityKind, Language, Role};

use super::{
    browser::Browser,
    scene::{city, is_sound, page_of},
};
use crate::support::World;

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
