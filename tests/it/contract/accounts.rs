//! Accounts: logins are taken once, grants hold from day to day, secrets are found by hash, links are used once.

use domain::{Grant, Id, Record, Role, Value};
use jiff::ToSpan;
use store::{
    Error,
    accounts::{self, GrantRow, Link, PeopleFilter, Person, Session, Token},
};

use crate::support::{World, on_both_engines};

fn person(world: &World, login: &str, name: &str) -> Person {
    Person {
        id: world.id(),
        version: 1,
        login: login.into(),
        name: name.into(),
        language: None,
        has_password: false,
        sessions_from: world.now(),
        active: true,
        created_at: world.now(),
        updated_at: world.now(),
    }
}

async fn stored(world: &World, login: &str, name: &str) -> Person {
    let person = person(world, login, name);
    let mut tx = world.db().begin().await.unwrap();
    accounts::insert_person(&mut tx, &person).await.unwrap();
    tx.commit().await.unwrap();
    person
}

async fn a_login_is_taken_once_however_it_is_spelt(world: World) {
    let wang = stored(&world, "Wang.Jianguo", "王建国").await;
    let mut tx = world.db().begin().await.unwrap();
    let taken = accounts::insert_person(&mut tx, &person(&world, "ｗang.jianguo", "another")).await;
    assert!(matches!(taken, Err(Error::NotUnique(_))), "{taken:?}");
    drop(tx);
    let reader = &mut world.db();
    assert_eq!(accounts::by_login(reader, "WANG.JIANGUO").await.unwrap(), Some(wang.clone()));
    assert_eq!(accounts::person(reader, wang.id).await.unwrap(), Some(wang));
}

async fn a_stale_change_of_a_person_is_refused(world: World) {
    let wang = stored(&world, "wang", "王建国").await;
    let mut tx = world.db().begin().await.unwrap();
    accounts::update_person(&mut tx, &Person { name: "王建业".into(), ..wang.clone() }).await.unwrap();
    let stale = accounts::update_person(&mut tx, &wang).await;
    assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
}

async fn a_password_is_kept_apart_from_the_person(world: World) {
    let wang = stored(&world, "wang", "王建国").await;
    assert_eq!(accounts::credentials(&mut world.db(), "wang").await.unwrap().unwrap().1, "");
    let mut tx = world.db().begin().await.unwrap();
    accounts::set_password(&mut tx, wang.id, "$argon2id$…", world.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (found, hash) = accounts::credentials(&mut world.db(), "wang").await.unwrap().unwrap();
    assert_eq!((found.has_password, hash.as_str()), (true, "$argon2id$…"));
    assert!(!format!("{found:?}").contains("argon2id"));
}

async fn people_are_listed_by_login_page_by_page_and_found_by_part_of_a_name(world: World) {
    for (login, name) in [("b", "李_秀英"), ("a", "王建国"), ("c", "张%伟"), ("d", "Zoë 100%")] {
        stored(&world, login, name).await;
    }
    let list = async |q: &str, after: Option<&str>, limit: i64| -> Vec<String> {
        let filter = PeopleFilter { q: q.into(), active_only: false, after: after.map(str::to_owned), limit };
        accounts::list(&mut world.db(), &filter).await.unwrap().into_iter().map(|person| person.login).collect()
    };
    assert_eq!(list("", None, 2).await, ["a", "b"]);
    assert_eq!(list("", Some("b"), 2).await, ["c", "d"]);
    assert_eq!(list("建国", None, 9).await, ["a"]);
    assert_eq!(list("%", None, 9).await, ["c", "d"], "a percent sign is a percent sign");
    assert_eq!(list("_", None, 9).await, ["b"]);
    assert_eq!(list("\\", None, 9).await, Vec::<String>::new());
}

async fn department(world: &World, path: &str) -> Id {
    let def = domain::EntityKind::Department.def();
    let mut record = Record::blank(def, world.id(), world.now());
    record.path = path.into();
    record.set(def, "name", Value::Text(path.into()));
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, std::slice::from_ref(&record)).await.unwrap();
    tx.commit().await.unwrap();
    record.id
}

async fn a_grant_holds_from_its_first_day_to_its_last_and_follows_its_department(world: World) {
    let wang = stored(&world, "wang", "王建国").await;
    let office = department(&world, "1/2/").await;
    let grant = GrantRow {
        id: world.id(),
        person: wang.id,
        role: Role::Department,
        department: Some(office),
        department_name: String::new(),
        department_removed: false,
        from_on: "2026-11-01".into(),
        to_on: "2026-11-30".into(),
        deputy_for: None,
        deputy_for_name: String::new(),
        granted_by: None,
        created_at: world.now(),
        revoked_at: None,
    };
    let mut tx = world.db().begin().await.unwrap();
    accounts::insert_grant(&mut tx, &grant).await.unwrap();
    tx.commit().await.unwrap();
    let on = async |day: &str| accounts::actor_grants(&mut world.db(), wang.id, day).await.unwrap();
    let held = |path: &str| vec![Grant { role: Role::Department, path: path.to_owned() }];
    assert_eq!(on("2026-10-31").await, []);
    assert_eq!(on("2026-11-01").await, held("1/2/"));
    assert_eq!(on("2026-11-30").await, held("1/2/"));
    assert_eq!(on("2026-12-01").await, []);
    let mut tx = world.db().begin().await.unwrap();
    store::records::move_paths(&mut tx, "1/2/", "7/2/").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(on("2026-11-23").await, held("7/2/"));
    let mut tx = world.db().begin().await.unwrap();
    store::records::remove(&mut tx, domain::EntityKind::Department.def(), &[(office, 1)], world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        on("2026-11-23").await,
        [],
        "a grant over a department that is gone gives nothing, least of all everything"
    );
}

async fn a_grant_that_was_taken_back_gives_nothing(world: World) {
    let wang = stored(&world, "wang", "王建国").await;
    let grant = GrantRow {
        id: world.id(),
        person: wang.id,
        role: Role::Admin,
        department: None,
        department_name: String::new(),
        department_removed: false,
        from_on: "2026-01-01".into(),
        to_on: String::new(),
        deputy_for: None,
        deputy_for_name: String::new(),
        granted_by: None,
        created_at: world.now(),
        revoked_at: None,
    };
    let mut tx = world.db().begin().await.unwrap();
    accounts::insert_grant(&mut tx, &grant).await.unwrap();
    tx.commit().await.unwrap();
    let reader = &mut world.db();
    assert_eq!(
        accounts::actor_grants(reader, wang.id, "2026-11-23").await.unwrap(),
        [Grant { role: Role::Admin, path: String::new() }]
    );
    assert_eq!(accounts::administrators(reader, "2026-11-23").await.unwrap(), [(wang.id, grant.id)]);
    let mut tx = world.db().begin().await.unwrap();
    assert!(accounts::end_grant(&mut tx, grant.id, world.now()).await.unwrap());
    assert!(!accounts::end_grant(&mut tx, grant.id, world.now()).await.unwrap(), "taken back twice");
    tx.commit().await.unwrap();
    assert_eq!(accounts::actor_grants(reader, wang.id, "2026-11-23").await.unwrap(), []);
    assert_eq!(accounts::administrators(reader, "2026-11-23").await.unwrap(), []);
}

async fn a_session_is_found_by_the_hash_of_its_secret_until_it_ends(world: World) {
    let wang = stored(&world, "wang", "王建国").await;
    let session = Session {
        id: world.id(),
        person: wang.id,
        created_at: world.now(),
        last_seen_at: world.now(),
        expires_at: world.now().checked_add(12.hours()).unwrap(),
        peer: "192.0.2.1".into(),
        agent: "测试 browser".into(),
    };
    let mut tx = world.db().begin_sessions().await.unwrap();
    accounts::insert_session(&mut tx, &session, "hash-1").await.unwrap();
    assert_eq!(accounts::session(&mut tx, "hash-1").await.unwrap(), Some(session.clone()));
    assert_eq!(accounts::session(&mut tx, "hash-2").await.unwrap(), None);
    assert!(!accounts::end_session(&mut tx, world.id(), session.id).await.unwrap(), "somebody else ended it");
    assert_eq!(
        accounts::forget_sessions(&mut tx, world.now(), world.now().checked_sub(1.hours()).unwrap()).await.unwrap(),
        0
    );
    assert_eq!(accounts::forget_sessions(&mut tx, session.expires_at, session.created_at).await.unwrap(), 1);
    assert_eq!(accounts::sessions_of(&mut tx, wang.id).await.unwrap(), []);
    tx.commit().await.unwrap();
}

async fn a_token_is_taken_back_by_its_owner_only(world: World) {
    let (wang, li) = (stored(&world, "wang", "王建国").await, stored(&world, "li", "李秀英").await);
    let token = Token {
        id: world.id(),
        person: wang.id,
        name: "每周报表".into(),
        prefix: "sy_ab".into(),
        scopes: "read".into(),
        created_at: world.now(),
        expires_at: world.now().checked_add(24.hours()).unwrap(),
        revoked_at: None,
    };
    let mut tx = world.db().begin().await.unwrap();
    accounts::insert_token(&mut tx, &token, "hash").await.unwrap();
    assert_eq!(accounts::token(&mut tx, "hash").await.unwrap(), Some(token.clone()));
    assert!(!accounts::revoke_token(&mut tx, li.id, token.id, world.now()).await.unwrap());
    assert!(accounts::revoke_token(&mut tx, wang.id, token.id, world.now()).await.unwrap());
    assert_eq!(
        accounts::tokens_of(&mut tx, wang.id).await.unwrap(),
        [Token { revoked_at: Some(world.now()), ..token }]
    );
    tx.commit().await.unwrap();
}

async fn of_two_who_use_a_link_at_once_one_succeeds(world: World) {
    let wang = stored(&world, "wang", "王建国").await;
    let expires_at = world.now().checked_add(1.hours()).unwrap();
    let link = Link { person: wang.id, purpose: "password".into(), created_at: world.now(), expires_at, used_at: None };
    let mut tx = world.db().begin().await.unwrap();
    accounts::insert_link(&mut tx, &link, "hash").await.unwrap();
    assert!(!accounts::use_link(&mut tx, "hash", expires_at).await.unwrap(), "used after its end");
    tx.commit().await.unwrap();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (db, at) = (world.db().clone(), world.now());
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let used = accounts::use_link(&mut tx, "hash", at).await.unwrap();
                tx.commit().await.unwrap();
                used
            })
        })
        .collect();
    let mut used = 0;
    for task in tasks {
        used += usize::from(task.await.unwrap());
    }
    assert_eq!(used, 1);
}

async fn the_use_of_a_token_is_noted_now_and_then_not_on_every_request(world: World) {
    let token = world.id();
    let minute = 60_000_000;
    let later = |seconds: i64| world.now().checked_add(seconds.seconds()).unwrap();
    let mut tx = world.db().begin_sessions().await.unwrap();
    assert!(accounts::set_token_use(&mut tx, token, later(0), minute).await.unwrap());
    assert!(!accounts::set_token_use(&mut tx, token, later(59), minute).await.unwrap());
    assert!(accounts::set_token_use(&mut tx, token, later(60), minute).await.unwrap());
    assert_eq!(accounts::token_uses(&mut tx, &[token]).await.unwrap()[&token], later(60));
    tx.commit().await.unwrap();
}

async fn failed_tries_are_remembered_by_account_and_peer(world: World) {
    let mut tx = world.db().begin_sessions().await.unwrap();
    accounts::set_failures(&mut tx, "account", "192.0.2.1", 3, world.now()).await.unwrap();
    accounts::set_failures(&mut tx, "account", "192.0.2.1", 4, world.now()).await.unwrap();
    assert_eq!(accounts::failures(&mut tx, "account", "192.0.2.1").await.unwrap(), Some((4, world.now())));
    assert_eq!(accounts::failures(&mut tx, "account", "192.0.2.2").await.unwrap(), None);
    let later = world.now().checked_add(1.seconds()).unwrap();
    assert_eq!(accounts::forget_failures(&mut tx, later, later).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

on_both_engines!(
    a_login_is_taken_once_however_it_is_spelt,
    a_stale_change_of_a_person_is_refused,
    a_password_is_kept_apart_from_the_person,
    people_are_listed_by_login_page_by_page_and_found_by_part_of_a_name,
    a_grant_holds_from_its_first_day_to_its_last_and_follows_its_department,
    a_grant_that_was_taken_back_gives_nothing,
    a_session_is_found_by_the_hash_of_its_secret_until_it_ends,
    a_token_is_taken_back_by_its_owner_only,
    of_two_who_use_a_link_at_once_one_succeeds,
    the_use_of_a_token_is_noted_now_and_then_not_on_every_request,
    failed_tries_are_remembered_by_account_and_peer,
);
