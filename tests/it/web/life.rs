//! The later life of a workspace in the console: who is offered what, what is said meanwhile, and the list of drift.

use axum::http::StatusCode;
use domain::{EntityKind, Language, Movement, Role};
use services::requests::{self, Step};

use super::{browser::Browser, scene::is_sound};
use crate::support::{
    World, approver, operator as operator_op,
    stands::{Stands, UID},
};

async fn of_the_department(stands: &Stands) -> Browser {
    let owner = stands.world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    Browser::of(&stands.world, Role::Department, Some(owner.id)).await.reads(Language::En)
}

#[tokio::test]
async fn an_operator_freezes_with_a_reason_and_the_department_sees_it() {
    let stands = Stands::new(World::sqlite().await).await;
    let address = format!("/workspaces/{}", stands.delivery);
    let operator = Browser::of(&stands.world, Role::Operator, None).await.reads(Language::En);
    let department = of_the_department(&stands).await;
    let page = operator.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has(&format!("action=\"{address}/freeze\"")));
    assert!(!department.get(&address).await.has("/freeze"), "it is the operators' hand brake");
    let refused = department.post(&format!("{address}/freeze"), &[("freeze_reason", "我要冻结")]).await;
    assert!(refused.header("location").contains(&address), "it goes back and says why");
    assert!(department.get(&address).await.has("flash refused"));
    operator.post(&format!("{address}/freeze"), &[("freeze_reason", "短")]).await;
    assert!(operator.get(&address).await.has("4 to 500 characters"));
    operator.post(&format!("{address}/freeze"), &[("freeze_reason", "<b>异常流量</b>")]).await;
    let seen = department.get(&format!("{address}/live?seen=ready-none-false-false")).await;
    assert!(seen.has("Frozen by 张三") && seen.has("&#60;b&#62;异常流量") && !seen.has("<b>异常"), "{}", seen.text());
    assert_eq!(seen.header("hx-refresh"), "true", "what can be done has changed");
    assert_eq!(department.get(&format!("{address}/live?seen=ready-none-true-false")).await.header("hx-refresh"), "");
    assert!(department.get("/workspaces").await.has("Frozen"));
    assert!(operator.get(&address).await.has(&format!("action=\"{address}/unfreeze\"")));
}

#[tokio::test]
async fn a_namespace_that_came_by_files_is_confirmed_on_the_page_of_its_request() {
    let world = World::sqlite().await;
    let desk = world.desk().await;
    let request = world.handed_in(&desk).await;
    world.approve(&approver(), request).await.unwrap();
    world.by_files(request).await;
    let address = format!("/requests/{request}");
    let operator = Browser::of(&world, Role::Operator, None).await.reads(Language::En);
    let page = operator.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("/confirm\"") && page.has("value=\"finish\" selected"), "the file proves the delivery");
    assert!(page.has("waits to be applied there"), "{}", page.text());
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let department = Browser::of(&world, Role::Department, Some(owner.id)).await;
    assert!(!department.get(&address).await.has("/confirm\""));
    world.prove(&operator_op(), request, Movement::Finish).await.unwrap();
    let delivery = requests::find(&world.services, &operator_op(), request).await.unwrap().deliveries.remove(0);
    let confirm = format!("{address}/deliveries/{}/confirm", delivery.planned.delivery.id);
    operator.post(&confirm, &[("note", "applied by the cluster's administrator")]).await;
    let page = operator.get(&address).await;
    assert!(!page.has("/confirm\"") && page.has("The delivery is confirmed."), "{}", page.text());
    assert!(!page.has("waits to be applied there"));
}

#[tokio::test]
async fn who_asks_for_consent_is_told_on_the_page_of_a_workspace_in_both_languages() {
    let stands = Stands::new(World::sqlite().await).await;
    let owner = stands.world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let mut wanted = stands.desk.of(stands.world.outside("IDP", "身份认证", &owner).await).request();
    wanted.environments[0].peers = requests::peers_from_text("to sys-000123-prod 443, 8443").0;
    let id = requests::draft_migration(&stands.world.services, &stands.owner(), &wanted).await.unwrap();
    let address = format!("/workspaces/{}", stands.delivery);
    let page = of_the_department(&stands).await.get(&address).await;
    assert!(!page.has("id=\"asking\""), "a draft asks nobody");
    stands.world.step(&stands.owner(), id, Step::of(Movement::Submit)).await.unwrap();
    for (language, line) in [(Language::En, "from idp-prod 443, 8443"), (Language::ZhCn, "来自 idp-prod 443、8443")]
    {
        let page = of_the_department(&stands).await.reads(language).get(&address).await;
        is_sound(&page, &address);
        assert!(page.has("id=\"asking\"") && page.text().contains(line), "{}", page.text());
    }
}

#[tokio::test]
async fn an_exit_is_asked_for_decided_and_carried_out_on_the_page_of_its_workspace() {
    let stands = Stands::left_over(World::sqlite().await).await;
    let address = format!("/workspaces/{}", stands.delivery);
    let department = of_the_department(&stands).await;
    assert!(department.get(&format!("/requests/{}", stands.request)).await.has("ask for their exit"));
    let page = department.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has(&format!("action=\"{address}/exits\"")));
    department.post(&format!("{address}/exits"), &[("exit_reason", "项目终止，不再需要")]).await;
    let approver = Browser::of(&stands.world, Role::Approver, None).await.reads(Language::En);
    assert!(
        approver.get("/requests").await.has("WX-2026-000001") && approver.get("/worklist").await.has("sys-000123-prod")
    );
    let page = approver.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("value=\"approve\"") && !page.has("value=\"carry_out\""));
    let hidden = |name: &str| page.value_of(name).unwrap();
    let step = [("move", "approve"), ("plan_hash", &hidden("plan_hash")), ("seen_state", "asked")];
    approver.post(&format!("{address}/exits/moves"), &step).await;
    let spec = stands.pushed().await;
    stands.told(&spec.plan_hash, UID, Some(("False", "NotEmpty")), 2).await;
    let operator = Browser::of(&stands.world, Role::Operator, None).await.reads(Language::En);
    assert!(operator.get(&format!("{address}/live")).await.has("Still in it: secrets 2"));
    stands.told(&spec.plan_hash, UID, Some(("True", "Empty")), 0).await;
    let page = operator.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("It is empty") && page.has("name=\"confirm\""));
    let carry_out = |name: &'static str| [("move", "carry_out"), ("seen_state", "approved"), ("confirm", name)];
    operator.post(&format!("{address}/exits/moves"), &carry_out("sys-000123")).await;
    assert!(operator.get(&address).await.has("type the name of the workspace"));
    operator.post(&format!("{address}/exits/moves"), &carry_out("sys-000123-prod")).await;
    assert_eq!(stands.now().await.state, "reclaiming");
    stands.pushed().await;
    let hub = services::provisioning::hub_op();
    services::provisioning::reclaimed(stands.services(), &hub, stands.delivery).await.unwrap();
    let page = department.get(&address).await;
    is_sound(&page, &address);
    assert!(page.has("its capacity is free") && !page.has("kubectl get ws"), "what is gone is not offered");
    let stranger = stands.world.department("另一单位", None).await;
    let stranger = Browser::of(&stands.world, Role::Department, Some(stranger.id)).await;
    for path in [address.clone(), format!("{address}/live")] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["freeze", "unfreeze", "exits", "exits/moves"] {
        let values = [("freeze_reason", "与我无关"), ("exit_reason", "与我无关"), ("move", "withdraw")];
        assert_eq!(stranger.post(&format!("{address}/{path}"), &values).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(Browser::of(&stands.world, Role::Admin, None).await.get("/audit").await.has("办理了退出"));
}

#[tokio::test]
async fn drift_is_a_list_that_is_narrowed_and_read_on() {
    let stands = Stands::new(World::sqlite().await).await;
    let operator = Browser::of(&stands.world, Role::Operator, None).await.reads(Language::En);
    let empty = operator.get("/drift").await;
    is_sound(&empty, "/drift");
    assert!(empty.has("No drift"));
    let all = (0..60).map(|number: u32| store::drift::Drift {
        delivery: stands.delivery,
        object: "NetworkPolicy/shangyun-dns".to_owned(),
        action: if number == 7 { "deleted" } else { "changed" }.to_owned(),
        version: number.to_string(),
        at: "2026-11-20T02:00:00Z".parse().unwrap(),
        field: "spec.egress".to_owned(),
        client: "<script>".to_owned(),
    });
    let mut tx = stands.world.db().begin().await.unwrap();
    store::drift::insert(&mut tx, &stands.desk.path, stands.desk.cluster.id, &all.collect::<Vec<_>>()).await.unwrap();
    tx.commit().await.unwrap();
    let page = operator.get("/drift").await;
    is_sound(&page, "/drift");
    assert!(page.has("<span class=\"heading-count\">60</span>") && page.has("spec.egress") && !page.has("<script>"));
    let text = page.text();
    let (_, rest) = text.split_once("href=\"/drift?cursor=").unwrap();
    let next = format!("/drift?cursor={}", rest.split('"').next().unwrap());
    let second = operator.get(&next).await;
    is_sound(&second, &next);
    assert_eq!(second.text().matches("spec.egress").count(), 10);
    let owner = stands.world.by_code(EntityKind::Department, "11330100MB0000001A").await.id;
    let narrowed = operator
        .get(&format!("/drift?action=deleted&within={owner}&cluster={}&at%5Bgte%5D=2026-11-20", stands.desk.cluster.id))
        .await;
    is_sound(&narrowed, "/drift?…");
    assert_eq!(narrowed.text().matches("spec.egress").count(), 1);
    assert!(operator.get("/drift?at%5Blte%5D=2026-11-19").await.text().matches("spec.egress").count() == 0);
    for odd in ["cursor=x", "action=purple", "cluster=x", "at%5Bgte%5D=soon"] {
        assert_eq!(operator.get(&format!("/drift?{odd}")).await.status, StatusCode::OK, "{odd}");
    }
    let stranger = stands.world.department("另一单位", None).await;
    let stranger = Browser::of(&stands.world, Role::Department, Some(stranger.id)).await;
    assert!(!stranger.get("/drift").await.has("spec.egress"));
    assert_eq!(stranger.get(&format!("/drift?within={owner}")).await.status, StatusCode::NOT_FOUND);
}
