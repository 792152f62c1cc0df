//! Legal bases in the console: kept by operators, offered where a department justifies that it stays, reviewed on the request's page.

use axum::http::StatusCode;
use domain::{EntityKind, Language, Movement, Role};
use services::requests::{self, Step};

use super::{
    browser::Browser,
    scene::{is_sound, page_of},
};
use crate::support::{World, approver, department, desk::second_approver, on_both_engines};

const BASIS: EntityKind = EntityKind::LegalBasis;

on_both_engines!(
    the_form_of_a_justification_offers_what_is_in_force_and_says_what_is_not,
    a_document_says_on_its_page_whether_it_is_in_force_and_who_relies_on_it,
    an_approver_reviews_an_exception_on_its_page,
);

/// The options of the field in which a justification cites its document: value and label.
fn options(text: &str) -> Vec<(String, String)> {
    let (_, rest) = text.split_once("name=\"legal_basis\"").expect("the form asks for it");
    let list = rest.split("</select>").next().unwrap();
    list.split("<option value=\"")
        .skip(1)
        .map(|part| part.split_once('"').unwrap())
        .map(|(value, rest)| {
            let label = rest.split_once('>').unwrap().1.split('<').next().unwrap();
            (value.to_owned(), label.to_owned())
        })
        .collect()
}

async fn the_form_of_a_justification_offers_what_is_in_force_and_says_what_is_not(world: World) {
    let desk = world.desk().await;
    let old = world.basis("A旧〔2001〕1号").await;
    world.update(BASIS, old.id, &[("repealed_on", "2026-11-23")]).await;
    let coming = world.basis("B新〔2027〕1号").await;
    let ending = world.basis("C止〔2010〕1号").await;
    world.update(BASIS, ending.id, &[("repealed_on", "2027-08-01")]).await;
    world.update(BASIS, coming.id, &[("effective_on", "2027-01-01")]).await;
    let owner =
        world.reread(EntityKind::System, desk.system.id).await.get(EntityKind::System.def(), "department").as_id();
    let browser = Browser::of(&world, Role::Department, owner).await.reads(Language::En);
    let address = format!("/justify/{}", desk.system.id);
    let page = browser.get(&address).await;
    is_sound(&page, &address);
    let offered = options(&page.text());
    let labels: Vec<&str> = offered.iter().map(|(_, label)| label.as_str()).collect();
    assert!(labels[1].contains("C止〔2010〕1号") && labels[1].ends_with("repealed as of 2027-08-01"), "{labels:?}");
    assert!(labels[2].contains("浙政办发〔2015〕8号") && !labels[2].contains('·'), "{labels:?}");
    assert!(labels[3].ends_with("repealed as of 2026-11-23"), "{labels:?}");
    assert!(labels[4].ends_with("in force from 2027-01-01"), "{labels:?}");

    let values = |basis: &str| {
        [
            ("legal_basis", basis.to_owned()),
            ("basis_article", "第三条".to_owned()),
            ("alternatives", "整体替换".to_owned()),
            ("controls", "每周巡检".to_owned()),
            ("leader", "张局".to_owned()),
            ("exit_plan", "合同到期后迁移".to_owned()),
            ("category", "E10".to_owned()),
            ("expires_on", "2027-06-30".to_owned()),
        ]
    };
    let send = async |to: &str, values: &[(&str, String)]| {
        let values: Vec<(&str, &str)> = values.iter().map(|(name, text)| (*name, text.as_str())).collect();
        browser.post(to, &values).await
    };
    // What is no document is refused at the field, and what was typed stays.
    let wrong = send(&address, &values("01890000-0000-7000-8000-0000000fffff")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.has("id=\"e-legal_basis\"") && wrong.has("合同到期后迁移"), "{}", wrong.text());
    // A repealed one may be drafted with, and is refused with a sentence when it is handed in.
    let drafted = send(&address, &values(&old.id.to_string())).await;
    assert_eq!(drafted.status, StatusCode::SEE_OTHER, "{}", drafted.text());
    let request = drafted.header("location").to_owned();
    browser.post(&format!("{request}/moves"), &[("move", "submit")]).await;
    let told = browser.get(&request).await;
    is_sound(&told, &request);
    assert!(told.has("is repealed as of 2026-11-23; cite one that is in force"), "{}", told.text());
    let edit = format!("{request}/edit");
    let page = browser.get(&edit).await;
    assert!(page.has(&format!("value=\"{}\" selected", old.id)), "what was chosen is still chosen");
    let version = page.value_of("version").unwrap();
    let mut again = values(&offered[2].0).to_vec();
    again.push(("version", version));
    assert_eq!(send(&edit, &again).await.status, StatusCode::SEE_OTHER);
    browser.post(&format!("{request}/moves"), &[("move", "submit")]).await;
    assert!(browser.get(&request).await.has("Before the approvers"));
}

async fn a_document_says_on_its_page_whether_it_is_in_force_and_who_relies_on_it(world: World) {
    let desk = world.desk().await;
    let (owner, draft) = (department(&desk.path), desk.justification("2027-06-30"));
    requests::draft_exception(&world.services, &owner, &draft).await.unwrap();
    let operator = Browser::of(&world, Role::Operator, None).await.reads(Language::ZhCn);
    let address = page_of(BASIS, desk.basis.id);
    let page = operator.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("现行有效") && page.has("行政审批系统暂不上云"), "{}", page.text());
    world.update(BASIS, desk.basis.id, &[("repealed_on", "2026-11-01")]).await;
    assert!(operator.get(&address).await.has("自 2026-11-01 起废止"));
    let page = operator.get(&format!("{address}/remove")).await;
    let version = page.value_of("version").unwrap();
    let refused =
        operator.post(&format!("{address}/remove"), &[("version", version.as_str()), ("why", "不再使用")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.has("请改为登记其废止日期"), "{}", refused.text());
    // A department reads the documents, and sees nothing of others' exceptions that cite them.
    let stranger = world.department("市水利局", None).await;
    let browser = Browser::of(&world, Role::Department, Some(stranger.id)).await;
    let page = browser.get(&address).await;
    is_sound(&page, &address);
    assert!(!page.has("行政审批系统暂不上云") && !page.has(&format!("{address}/edit")));
}

async fn an_approver_reviews_an_exception_on_its_page(world: World) {
    let desk = world.desk().await;
    let (kind, owner) = (EntityKind::CloudException, department(&desk.path));
    let id = requests::draft_exception(&world.services, &owner, &desk.justification("2027-11-20")).await.unwrap();
    for (op, movement) in
        [(owner, Movement::Submit), (approver(), Movement::Endorse), (second_approver(), Movement::Approve)]
    {
        requests::make(&world.services, &op, kind, id, &Step::of(movement)).await.unwrap();
    }
    let browser = Browser::of(&world, Role::Approver, None).await.reads(Language::En);
    let address = format!("/requests/{id}");
    let page = browser.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("To be reviewed by 2027-02-23") && page.has("value=\"review\""), "{}", page.text());
    let without = browser.post(&format!("{address}/moves"), &[("move", "review"), ("reason", "")]).await;
    assert_eq!(without.status, StatusCode::SEE_OTHER);
    assert!(browser.get(&address).await.has("give the reason"));
    // Sessions do not last that long.
    world.the_time_is("2027-02-01T02:00:00Z");
    let browser = Browser::of(&world, Role::Approver, None).await.reads(Language::En);
    let sent = [("move", "review"), ("reason", "合同仍在履行"), ("seen_state", "approved")];
    browser.post(&format!("{address}/moves"), &sent).await;
    let page = browser.get(&address).await;
    assert!(page.has("To be reviewed by 2027-05-01") && page.has("合同仍在履行"), "{}", page.text());
    // The step “approved” is still the approval, not the review.
    assert!(page.has("second approver"), "{}", page.text());
}
