//! The form of a request and its review: sizes as stated, peers, people, and what a plan changes.

use axum::http::StatusCode;
use domain::{EntityKind, Language, Movement, Role};
use services::requests::{self, Step, peers_from_text};

use super::{browser::Browser, scene::is_sound};
use crate::support::{World, approver, department, on_both_engines};

on_both_engines![
    the_form_keeps_what_was_typed_and_says_at_each_field_what_is_wrong,
    a_draft_comes_back_into_the_form_as_it_was_typed,
    the_review_says_field_by_field_what_a_plan_changes_and_who_has_not_agreed,
];

const GOOD: [(&str, &str); 8] = [
    ("planned_cutover_on", "2027-03-01"),
    ("reason", "机房年底关停"),
    ("rollback_plan", "保留原系统两周"),
    ("owners", "permit-admins"),
    ("prod_kind", "namespace"),
    ("prod_size", "custom"),
    ("prod_storage", "20"),
    ("prod_instances", "10"),
];

async fn the_form_keeps_what_was_typed_and_says_at_each_field_what_is_wrong(world: World) {
    let desk = world.desk().await;
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let browser = Browser::of(&world, Role::Department, Some(owner.id)).await.reads(Language::En);
    let address = format!("/move/{}", desk.system.id);
    let page = browser.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("As stated") && page.has("Free now: 政务外网区 10"), "what is free is shown as help");
    let zone = desk.zone.id.to_string();
    let sent = |more: &[(&'static str, &'static str)]| {
        let mut values: Vec<(&str, &str)> = vec![("zone", zone.as_str())];
        values.extend(GOOD.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name)));
        values.extend(more);
        values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
    };
    let post = async |more: &[(&'static str, &'static str)]| {
        let values = sent(more);
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post(&address, &values).await
    };
    let error = |page: &super::browser::Page, field: &str| {
        let text = page.text();
        let (_, rest) = text.split_once(&format!("id=\"e-{field}\"")).unwrap_or_else(|| panic!("{field}: {text}"));
        rest.split("</p>").next().unwrap().to_owned()
    };
    let page = post(&[
        ("prod_cores", "many"),
        ("prod_memory", ""),
        ("prod_peers", "to idp-prod 70000\nidp-prod 443\nto 0.0.0.0/0 443\nto 10.0.0.1/16 443"),
        ("developers", "system:masters"),
        ("planned_cutover_on", "tomorrow"),
    ])
    .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    for (field, text) in [
        ("prod_cores", "“many” is no number of cores"),
        ("prod_memory", "needed for a size as stated"),
        ("prod_peers", "line 1: “70000” is no port"),
        ("prod_peers", "line 2: “idp-prod 443” begins with neither"),
        ("prod_peers", "“to 0.0.0.0/0 443”: is too wide"),
        ("prod_peers", "a range begins at its first address: 10.0.0.0/16"),
        ("developers", "“system:masters” belongs to the cluster itself"),
        ("planned_cutover_on", "such as 2027-01-31"),
    ] {
        assert!(error(&page, field).contains(text), "{field}: {}", error(&page, field));
    }
    assert_eq!(page.value_of("prod_cores").as_deref(), Some("many"), "what was typed is kept");
    assert!(page.has("to idp-prod 70000"));
    let page = post(&[("prod_cores", "0.1"), ("prod_memory", "8"), ("prod_peers", "to 0.0.0.0/0 443")]).await;
    assert!(error(&page, "prod_cores").contains("cores are 0.5 to 10,000"));
    assert!(error(&page, "prod_peers").contains("that would be no wall at all"));
    let page = post(&[("prod_cores", "0.5"), ("prod_memory", "8"), ("prod_peers", "to nobody-prod 443")]).await;
    assert!(error(&page, "prod_peers").contains("there is no workspace “nobody-prod”"));
    let page = post(&[("prod_cores", "11"), ("prod_memory", "8")]).await;
    assert!(error(&page, "prod_kind").contains("short of cpu"));
    let page = post(&[("prod_cores", "2.5"), ("prod_memory", "8")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

async fn a_draft_comes_back_into_the_form_as_it_was_typed(world: World) {
    let desk = world.desk().await;
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let browser = Browser::of(&world, Role::Department, Some(owner.id)).await.reads(Language::En);
    let zone = desk.zone.id.to_string();
    let mut values = GOOD.to_vec();
    values.extend([
        ("zone", zone.as_str()),
        ("prod_cores", "2.5"),
        ("prod_memory", "8.5"),
        ("prod_peers", "to 10.2.0.0/16 5432,443"),
        ("viewers", "audit"),
    ]);
    let page = browser.post(&format!("/move/{}", desk.system.id), &values).await;
    let address = page.header("location").to_owned();
    let form = browser.get(&format!("{address}/edit")).await;
    is_sound(&form, &address);
    for (name, value) in [
        ("prod_cores", "2.5"),
        ("prod_memory", "8.5"),
        ("prod_storage", "20"),
        ("prod_instances", "10"),
        ("viewers", "audit"),
        ("planned_cutover_on", "2027-03-01"),
    ] {
        assert_eq!(form.value_of(name).as_deref(), Some(value), "{name}");
    }
    assert!(form.has(">to 10.2.0.0/16 443, 5432</textarea>"), "{}", form.text());
    let stranger = world.department("另一单位", None).await;
    let other = Browser::of(&world, Role::Department, Some(stranger.id)).await;
    for path in [format!("/move/{}", desk.system.id), format!("{address}/edit"), address.clone()] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

async fn the_review_says_field_by_field_what_a_plan_changes_and_who_has_not_agreed(world: World) {
    let desk = world.desk().await;
    let asks = department(&desk.path);
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let other = desk.of(world.outside("IDP", "身份认证", &owner).await);
    world.handed_in(&other).await;
    let id = world.handed_in(&desk).await;
    let reviewer = Browser::of(&world, Role::Approver, None).await;
    let address = format!("/requests/{id}");
    let page = reviewer.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("全部为新建") && page.has("核数"), "{}", page.text());
    world.step(&approver(), id, Step::of(Movement::Return).because("规格过小")).await.unwrap();
    let mut wanted = desk.request();
    wanted.environments[0].size = domain::Size::Medium;
    wanted.environments[0].peers = peers_from_text("to idp-prod 443\nfrom 10.0.0.0/8 8080").0;
    let version = world.reread(EntityKind::Migration, id).await.version;
    requests::edit_migration(&world.services, &asks, id, version, &wanted).await.unwrap();
    world.step(&asks, id, Step::of(Movement::Submit)).await.unwrap();
    for (language, words) in [
        (
            Language::ZhCn,
            [
                "与上次审阅相比",
                "<del>2</del>",
                "<ins>4</ins>",
                "尚未同意：idp-prod 的方案未允许 sys-000123-prod 访问端口 443",
                "绕过网关直接访问",
                "大于一个单位的网络",
            ],
        ),
        (
            Language::En,
            [
                "Changes since it was last looked at",
                "<del>2</del>",
                "<ins>4</ins>",
                "Not agreed: the plan of idp-prod does not let sys-000123-prod in on 443",
                "comes in beside the gateway",
                "larger than the network of one office",
            ],
        ),
    ] {
        let browser = Browser::of(&world, Role::Approver, None).await.reads(language);
        let page = browser.get(&address).await;
        is_sound(&page, &address);
        for word in words {
            assert!(page.has(word), "{word}: {}", page.text());
        }
    }
    // The department sees what changes and who has not agreed, and no objects.
    let department = Browser::of(&world, Role::Department, Some(owner.id)).await;
    let page = department.get(&address).await;
    assert!(page.has("与上次审阅相比") && page.has("尚未同意") && !page.has("plan-objects"), "{}", page.text());
}
