//! Grants, tokens, and who manages people.

use super::*;

async fn an_expired_or_revoked_grant_gives_no_right(world: World) {
    morning(&world);
    let until = NewGrant { to_on: "2026-11-24".to_owned(), ..NewGrant::of(Role::Operator) };
    let zhangsan = person(&world, "zhangsan", vec![until]).await;
    let opened = enter(&world, "zhangsan").await;
    assert_eq!(grants(&world, &opened).await, [Grant { role: Role::Operator, path: String::new() }]);
    // The last day counts to its end in the pack's zone.
    world.clock.set(at("2026-11-24T15:59:59Z"));
    let opened = enter(&world, "zhangsan").await;
    assert_eq!(grants(&world, &opened).await.len(), 1);
    world.clock.set(at("2026-11-24T16:00:00Z"));
    assert_eq!(grants(&world, &opened).await, []);

    let grant =
        accounts::grant_role(&world.services, &world.admin(), zhangsan, &NewGrant::of(Role::Leader)).await.unwrap();
    assert_eq!(grants(&world, &opened).await.len(), 1);
    accounts::revoke_grant(&world.services, &world.admin(), grant).await.unwrap();
    assert_eq!(grants(&world, &opened).await, []);
    let again = accounts::revoke_grant(&world.services, &world.admin(), grant).await.unwrap_err();
    assert_eq!(again.kind, FaultKind::Conflict);
}

async fn a_grant_begins_at_midnight_of_the_packs_zone(world: World) {
    world.clock.set(at("2026-11-23T15:00:00Z"));
    let from = NewGrant { from_on: "2026-11-24".to_owned(), ..NewGrant::of(Role::Auditor) };
    person(&world, "zhangsan", vec![from]).await;
    let opened = enter(&world, "zhangsan").await;
    world.clock.set(at("2026-11-23T15:59:59Z"));
    assert_eq!(grants(&world, &opened).await, []);
    world.clock.set(at("2026-11-23T16:00:00Z"));
    assert_eq!(grants(&world, &opened).await.len(), 1);
}

async fn a_grant_follows_its_department_and_dies_with_it(world: World) {
    morning(&world);
    let bureau = department(&world, "测试局", "/t1/").await;
    let grant = NewGrant { department: Some(bureau), ..NewGrant::of(Role::Department) };
    let zhangsan = person(&world, "zhangsan", vec![grant]).await;
    let opened = enter(&world, "zhangsan").await;
    assert_eq!(grants(&world, &opened).await, [Grant { role: Role::Department, path: "/t1/".to_owned() }]);

    let mut tx = world.services.db.begin().await.unwrap();
    store::records::move_paths(&mut tx, "/t1/", "/t9/t1/").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(grants(&world, &opened).await, [Grant { role: Role::Department, path: "/t9/t1/".to_owned() }]);

    let mut tx = world.services.db.begin().await.unwrap();
    let now = world.services.clock.now();
    store::records::remove(&mut tx, EntityKind::Department.def(), &[(bureau, 1)], now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(grants(&world, &opened).await, [], "a grant over nothing must not become a grant over everything");
    let view = accounts::get_person(&world.services, &world.admin(), zhangsan).await.unwrap();
    assert!(!view.grants.first().unwrap().holds_on("2026-11-23"));
}

async fn a_grant_that_makes_no_sense_is_refused_with_the_reason(world: World) {
    morning(&world);
    let bureau = department(&world, "测试局", "/t1/").await;
    let zhangsan = person(&world, "zhangsan", vec![]).await;
    let city = NewGrant::of(Role::Operator);
    let nonsense = [
        ("grant-department", NewGrant::of(Role::Department)),
        ("grant-city-wide", NewGrant { department: Some(bureau), ..NewGrant::of(Role::Admin) }),
        ("no-such-department", NewGrant { department: Some(zhangsan), ..NewGrant::of(Role::Department) }),
        ("grant-over", NewGrant { to_on: "2026-11-22".to_owned(), ..city.clone() }),
        ("not-a-date", NewGrant { from_on: "23.11.2026".to_owned(), ..city.clone() }),
        ("grant-deputy", NewGrant { deputy_for: Some(zhangsan), to_on: "2026-12-31".to_owned(), ..city.clone() }),
    ];
    for (rule, grant) in nonsense {
        let fault = accounts::grant_role(&world.services, &world.admin(), zhangsan, &grant).await.unwrap_err();
        assert_eq!(fault.problems.first().unwrap().rule, rule);
    }
    let taken = NewPerson { login: "ZHANGSAN".to_owned(), name: "别人".to_owned(), language: None, grants: vec![] };
    let fault = accounts::create_person(&world.services, &world.admin(), &taken).await.unwrap_err();
    assert_eq!(fault.problems.first().unwrap().rule, "login-taken");
}

async fn a_token_never_has_more_than_its_owner(world: World) {
    morning(&world);
    let zhangsan = person(&world, "zhangsan", vec![]).await;
    let lisi = person(&world, "lisi", vec![]).await;
    let grant =
        accounts::grant_role(&world.services, &world.admin(), zhangsan, &NewGrant::of(Role::Operator)).await.unwrap();
    let opened = enter(&world, "zhangsan").await;
    let me = op_of(&caller(&world, &opened).await.unwrap());

    let new = |scope, days| NewToken { name: "流水线".to_owned(), scope, days };
    let longer = accounts::create_token(&world.services, &me, zhangsan, &new(TokenScope::Read, 367)).await.unwrap_err();
    assert_eq!(longer.problems.first().unwrap().rule, "token-days");
    let other = accounts::create_token(&world.services, &me, lisi, &new(TokenScope::Read, 1)).await.unwrap_err();
    assert_eq!(other.kind, FaultKind::NotFound);

    let read = accounts::create_token(&world.services, &me, zhangsan, &new(TokenScope::Read, 366)).await.unwrap();
    let write = accounts::create_token(&world.services, &me, zhangsan, &new(TokenScope::Write, 30)).await.unwrap();
    let of =
        async |secret: &accounts::Secret| accounts::caller_of_token(&world.services, secret.expose()).await.unwrap();
    assert!(read.secret.expose().starts_with("sy_"));
    assert!(of(&read.secret).await.unwrap().read_only);
    let holder = of(&write.secret).await.unwrap();
    assert!(!holder.read_only);
    assert_eq!(holder.actor.grants.len(), 1);
    assert!(holder.actor.name.ends_with("流水线"), "the trail names the token");
    assert!(accounts::caller(&world.services, write.secret.expose()).await.unwrap().is_none(), "a token is no session");

    accounts::revoke_grant(&world.services, &world.admin(), grant).await.unwrap();
    assert_eq!(of(&write.secret).await.unwrap().actor.grants, []);
    let views = accounts::list_tokens(&world.services, &me, zhangsan).await.unwrap();
    assert!(views.iter().all(|view| view.last_used_at.is_some() && view.alive));
    let opened = enter(&world, "lisi").await;
    let stranger = op_of(&caller(&world, &opened).await.unwrap());
    let theft = accounts::revoke_token(&world.services, &stranger, zhangsan, write.token.id).await.unwrap_err();
    assert_eq!(theft.kind, FaultKind::NotFound);
    accounts::revoke_token(&world.services, &me, zhangsan, write.token.id).await.unwrap();
    assert!(of(&write.secret).await.is_none());
    pass(&world, 366 * 86_400);
    assert!(of(&read.secret).await.is_none(), "expired");
}

async fn the_last_administrator_cannot_be_removed(world: World) {
    morning(&world);
    let only = person(&world, "admin1", vec![NewGrant::of(Role::Admin)]).await;
    let view = accounts::get_person(&world.services, &world.admin(), only).await.unwrap();
    let grant = view.grants.first().unwrap().id;
    let code = |outcome: Outcome<()>| outcome.unwrap_err().code;
    assert_eq!(code(accounts::revoke_grant(&world.services, &world.admin(), grant).await), "last-administrator");
    assert_eq!(code(accounts::set_active(&world.services, &world.admin(), only, false).await), "last-administrator");

    person(&world, "admin2", vec![NewGrant::of(Role::Admin)]).await;
    let opened = enter(&world, "admin1").await;
    let me = op_of(&caller(&world, &opened).await.unwrap());
    assert_eq!(code(accounts::set_active(&world.services, &me, only, false).await), "own-roles");
    assert_eq!(code(accounts::revoke_grant(&world.services, &me, grant).await), "own-roles");
    let more = accounts::grant_role(&world.services, &me, only, &NewGrant::of(Role::Approver)).await;
    assert_eq!(more.unwrap_err().code, "own-roles");
    accounts::revoke_grant(&world.services, &world.admin(), grant).await.unwrap();
}

async fn only_an_administrator_manages_people(world: World) {
    morning(&world);
    let bureau = department(&world, "测试局", "/t1/").await;
    let grant = NewGrant { department: Some(bureau), ..NewGrant::of(Role::Department) };
    person(&world, "zhangsan", vec![grant]).await;
    person(&world, "shenji", vec![NewGrant::of(Role::Auditor)]).await;
    let new = NewPerson { login: "mallory".to_owned(), name: "马".to_owned(), language: None, grants: vec![] };
    let everybody = PeopleFilter { limit: 50, ..PeopleFilter::default() };

    let opened = enter(&world, "zhangsan").await;
    let department = op_of(&caller(&world, &opened).await.unwrap());
    let fault = accounts::create_person(&world.services, &department, &new).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert!(accounts::list_people(&world.services, &department, &everybody).await.is_err());

    let opened = enter(&world, "shenji").await;
    let auditor = op_of(&caller(&world, &opened).await.unwrap());
    assert_eq!(accounts::create_person(&world.services, &auditor, &new).await.unwrap_err().kind, FaultKind::Forbidden);
    assert_eq!(accounts::list_people(&world.services, &auditor, &everybody).await.unwrap().people.len(), 2);
    let fault = accounts::create_person(&world.services, &stranger(), &new).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
}

async fn people_are_listed_page_by_page_and_found_by_part_of_a_name(world: World) {
    morning(&world);
    for number in 0..7 {
        person(&world, &format!("user{number}"), vec![NewGrant::of(Role::Leader)]).await;
    }
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let filter = PeopleFilter { limit: 3, after, ..PeopleFilter::default() };
        let page = accounts::list_people(&world.services, &world.admin(), &filter).await.unwrap();
        assert!(page.people.iter().all(|view| view.grants.len() == 1));
        seen.extend(page.people.into_iter().map(|view| view.person.login));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..7).map(|number| format!("user{number}")).collect::<Vec<_>>());
    for (q, found) in [("USER3", 1), ("4 同志", 1), ("%", 0), ("_", 0), ("同志", 7)] {
        let filter = PeopleFilter { limit: 50, q: q.to_owned(), ..PeopleFilter::default() };
        let page = accounts::list_people(&world.services, &world.admin(), &filter).await.unwrap();
        assert_eq!(page.people.len(), found, "{q}");
    }
}

async fn a_demonstration_has_an_account_for_every_role(world: World) {
    morning(&world);
    department(&world, "甲局", "/t1/").await;
    department(&world, "乙局", "/t2/").await;
    let accounts = accounts::create_demo_accounts(&world.services, &world.admin()).await.unwrap();
    assert_eq!(accounts.len(), 8);
    for role in Role::ALL {
        assert!(accounts.iter().any(|account| account.role == role), "{role:?}");
    }
    let mut paths = Vec::new();
    for account in &accounts {
        let opened = try_from(&world, &account.login, account.password.expose(), PEER).await.unwrap();
        let held = grants(&world, &opened).await;
        assert_eq!(held.first().unwrap().role, account.role);
        if account.role == Role::Department {
            paths.push(held.first().unwrap().path.clone());
        }
    }
    assert_eq!(paths, ["/t1/", "/t2/"]);
    let again = accounts::create_demo_accounts(&world.services, &world.admin()).await.unwrap_err();
    assert_eq!(again.code, "accounts-exist");
}

on_both_engines! {
    an_expired_or_revoked_grant_gives_no_right
    a_grant_begins_at_midnight_of_the_packs_zone
    a_grant_follows_its_department_and_dies_with_it
    a_grant_that_makes_no_sense_is_refused_with_the_reason
    a_token_never_has_more_than_its_owner
    the_last_administrator_cannot_be_removed
    only_an_administrator_manages_people
    people_are_listed_page_by_page_and_found_by_part_of_a_name
    a_demonstration_has_an_account_for_every_role
}
