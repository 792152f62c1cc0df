//! What an environment may be wished to get over REST: sizes as stated, peers, people.

use domain::{Door, EntityKind, Language, Role};
use serde_json::{Value, json};
use services::{
    Op,
    accounts::{self, NewGrant, NewPerson, NewToken, TokenScope},
    requests,
};

use super::client::{Client, app, errors};
use crate::support::{World, approver, on_both_engines};

on_both_engines![wishes_are_bounded_as_in_the_form_and_arrive_in_the_plan];

async fn wishes_are_bounded_as_in_the_form_and_arrive_in_the_plan(world: World) {
    let desk = world.desk().await;
    let owner = world.by_code(EntityKind::Department, "11330100MB0000001A").await;
    let server = Op::system("test", Door::CommandLine, "test");
    let grants = vec![NewGrant { department: Some(owner.id), ..NewGrant::of(Role::Department) }];
    let new = NewPerson { login: "li".to_owned(), name: "李".to_owned(), language: Some(Language::En), grants };
    let person = accounts::create_person(&world.services, &server, &new).await.unwrap().person;
    let token = NewToken { name: "test".to_owned(), scope: TokenScope::Write, days: 1 };
    let made = accounts::create_token(&world.services, &server, person, &token).await.unwrap();
    let client = Client::with_token(&app(&world), made.secret.expose());
    let wanted = |environment: &Value| {
        let mut whole = json!({ "environment": "prod", "kind": "namespace", "size": "small" });
        whole.as_object_mut().unwrap().extend(environment.as_object().unwrap().clone());
        json!({ "entity": "migration", "system": desk.system.id.to_string(), "zone": desk.zone.id.to_string(), "owners": "permit-admins",
            "developers": "makers", "planned_cutover_on": "2027-03-01", "environments": [whole] })
    };
    for (environment, field, rule) in [
        (
            json!({ "size": "custom", "cpu_milli": 1, "memory_mib": 8192, "pods": 5 }),
            "environment_prod_cpu_milli",
            "range",
        ),
        (json!({ "peers": [{ "cidr": "0.0.0.0/0", "ports": [443] }] }), "environment_prod_peers", "too-wide"),
        (
            json!({ "peers": [{ "workspace": "nobody-prod", "ports": [443] }] }),
            "environment_prod_peers",
            "unknown-workspace",
        ),
        (json!({ "peers": [{ "workspace": "", "ports": [443] }] }), "environment_prod_peers", "workspace"),
        (json!({ "peers": [{ "ports": [443] }] }), "environment_prod_peers", "peer"),
        (json!({ "peers": [{ "cidr": "10.2.0.0/16", "ports": [] }] }), "environment_prod_peers", "ports"),
        (
            json!({ "peers": [{ "cidr": "10.2.0.0/16", "ports": [70000] }] }),
            "environments[0].peers[0].ports",
            "out-of-range",
        ),
        (
            json!({ "peers": [{ "cidr": "10.2.0.0/16", "ports": [443], "direction": "up" }] }),
            "environments[0].peers[0].direction",
            "unknown-code",
        ),
    ] {
        let refused = client.post("/requests", &wanted(&environment)).await.refused(422, "invalid");
        assert_eq!(errors(&refused), [(field.to_owned(), rule.to_owned())], "{environment}");
    }
    let environment = json!({ "size": "custom", "cpu_milli": 2500, "memory_mib": 8192, "storage_gib": 20, "pods": 10,
        "peers": [{ "cidr": "10.2.0.0/16", "ports": [5432, 443], "direction": "from" }] });
    let made = client.post("/requests", &wanted(&environment)).await.ok();
    let id = domain::Id::parse(made["id"].as_str().unwrap()).unwrap();
    let seen = requests::show(&world.services, &approver(), EntityKind::Migration, id).await.unwrap();
    let spec = seen.deliveries[0].planned.spec.clone().unwrap();
    assert_eq!(spec.network_peers[0].text(Language::En), "from 10.2.0.0/16 443, 5432");
    assert_eq!((spec.quota["requests.cpu"].0.as_str(), spec.access.len()), ("2500m", 2));
}
