//! Signing in, sessions, grants, passwords and tokens, on both engines.

use domain::{Door, EntityKind, FaultKind, Grant, Id, Language, Record, Role, Value};
use jiff::{SignedDuration, Timestamp};
use services::{
    Op, Outcome, Services,
    accounts::{self, Attempt, Caller, NewGrant, NewPerson, NewToken, Opened, PeopleFilter, TokenScope},
};

use crate::support::World;

const PASSWORD: &str = "春天的马电池与订书钉";
const PEER: &str = "10.0.0.7";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A working day, 10:00 in the pack's zone.
fn morning(world: &World) {
    world.clock.set(at("2026-11-23T02:00:00Z"));
}

fn pass(world: &World, seconds: i64) {
    let now = world.services.clock.now();
    world.clock.set(now.checked_add(SignedDuration::from_secs(seconds)).unwrap());
}

fn stranger() -> Op {
    accounts::anonymous(Door::Console, "test", Language::En)
}

/// The operation of somebody with a session.
fn op_of(caller: &Caller) -> Op {
    Op { actor: caller.actor.clone(), ..stranger() }
}

async fn try_from(world: &World, login: &str, password: &str, peer: &str) -> Outcome<Opened> {
    let attempt = Attempt { login, password, peer, agent: "test", replaces: None };
    accounts::sign_in(&world.services, &stranger(), attempt).await
}

async fn enter(world: &World, login: &str) -> Opened {
    try_from(world, login, PASSWORD, PEER).await.unwrap()
}

async fn caller(world: &World, opened: &Opened) -> Option<Caller> {
    accounts::caller(&world.services, opened.token.expose()).await.unwrap()
}

async fn grants(world: &World, opened: &Opened) -> Vec<Grant> {
    caller(world, opened).await.unwrap().actor.grants
}

/// A person who can sign in.
async fn person(world: &World, login: &str, grants: Vec<NewGrant>) -> Id {
    let new = NewPerson { login: login.to_owned(), name: format!("{login} 同志"), language: None, grants };
    let made = accounts::create_person(&world.services, &world.admin(), &new).await.unwrap();
    accounts::redeem_link(&world.services, &stranger(), made.link.secret.expose(), PASSWORD).await.unwrap();
    made.person
}

async fn department(world: &World, name: &str, path: &str) -> Id {
    let def = EntityKind::Department.def();
    let now = world.services.clock.now();
    let mut record = Record::blank(def, world.services.ids.next(now), now);
    record.path = path.to_owned();
    record.set(def, "name", Value::Text(name.to_owned()));
    let mut tx = world.services.db.begin().await.unwrap();
    store::records::insert(&mut tx, def, std::slice::from_ref(&record)).await.unwrap();
    tx.commit().await.unwrap();
    record.id
}

async fn a_wrong_password_slows_down_and_never_locks_anybody_out(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    for _ in 0..5 {
        let fault = try_from(&world, "zhangsan", "猜一猜这个密码", PEER).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Unauthenticated);
    }
    // Not even the right password is looked at before the time has passed.
    let fault = try_from(&world, "ZhangSan", PASSWORD, PEER).await.unwrap_err();
    assert_eq!((fault.kind, fault.retry_after_seconds), (FaultKind::TooMany, Some(1)));
    pass(&world, 1);
    assert_eq!(try_from(&world, "zhangsan", "猜", PEER).await.unwrap_err().kind, FaultKind::Unauthenticated);
    assert_eq!(try_from(&world, "zhangsan", "猜", PEER).await.unwrap_err().retry_after_seconds, Some(2));
    // Somebody else's tries elsewhere are no concern of the owner.
    try_from(&world, "zhangsan", PASSWORD, "10.0.0.8").await.unwrap();
    for _ in 0..12 {
        pass(&world, 60);
        assert_eq!(try_from(&world, "zhangsan", "猜", PEER).await.unwrap_err().kind, FaultKind::Unauthenticated);
    }
    assert_eq!(try_from(&world, "zhangsan", "猜", PEER).await.unwrap_err().retry_after_seconds, Some(60));
    pass(&world, 60);
    enter(&world, "zhangsan").await;
    for _ in 0..5 {
        assert_eq!(try_from(&world, "zhangsan", "猜", PEER).await.unwrap_err().kind, FaultKind::Unauthenticated);
    }
}

async fn a_hundred_tries_at_the_same_moment_are_a_hundred_tries(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let mut tasks = Vec::new();
    for _ in 0..20 {
        let services = world.services.clone();
        tasks.push(tokio::spawn(async move {
            let attempt = Attempt { login: "zhangsan", password: "猜", peer: PEER, agent: "", replaces: None };
            accounts::sign_in(&services, &stranger(), attempt).await.unwrap_err().kind
        }));
    }
    let mut looked_at = 0;
    for task in tasks {
        looked_at += usize::from(task.await.unwrap() == FaultKind::Unauthenticated);
    }
    assert_eq!(looked_at, 5);
}

async fn a_restart_forgives_nobody(world: World) {
    morning(&world);
    for _ in 0..5 {
        try_from(&world, "nobody", "猜一猜这个密码", PEER).await.unwrap_err();
    }
    let old = &world.services;
    let restarted = Services::new(old.db.clone(), old.pack.clone(), old.clock.clone(), old.ids.clone());
    let attempt = Attempt { login: "nobody", password: "猜", peer: PEER, agent: "", replaces: None };
    let fault = accounts::sign_in(&restarted, &stranger(), attempt).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TooMany);
}

async fn unknown_locked_and_wrong_look_the_same(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let locked = person(&world, "lisi", vec![]).await;
    accounts::set_active(&world.services, &world.admin(), locked, false).await.unwrap();
    let new = NewPerson { login: "wangwu".to_owned(), name: "王五".to_owned(), language: None, grants: vec![] };
    accounts::create_person(&world.services, &world.admin(), &new).await.unwrap();
    let mut answers = Vec::new();
    for (login, password) in [("zhangsan", "猜一猜这个密码"), ("nobody", PASSWORD), ("lisi", PASSWORD), ("wangwu", "")]
    {
        let fault = try_from(&world, login, password, PEER).await.unwrap_err();
        answers.push((fault.kind, fault.code, fault.message));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

async fn one_peer_cannot_try_every_account_and_its_office_goes_on_working(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    person(&world, "newcomer", vec![]).await;
    enter(&world, "zhangsan").await;
    for number in 0..50 {
        let fault = try_from(&world, &format!("name{number}"), "123456", PEER).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Unauthenticated, "try {number}");
    }
    assert_eq!(try_from(&world, "name99", "123456", PEER).await.unwrap_err().kind, FaultKind::TooMany);
    enter(&world, "zhangsan").await;
    // Nobody is locked out: whoever is new here waits for a second.
    assert_eq!(try_from(&world, "newcomer", PASSWORD, PEER).await.unwrap_err().retry_after_seconds, Some(1));
    pass(&world, 1);
    enter(&world, "newcomer").await;
}

async fn a_revoked_session_ends_at_once(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let (one, two, three) =
        (enter(&world, "zhangsan").await, enter(&world, "zhangsan").await, enter(&world, "zhangsan").await);
    let me = caller(&world, &one).await.unwrap();
    assert_eq!(accounts::list_own_sessions(&world.services, &op_of(&me)).await.unwrap().len(), 3);

    let watcher = caller(&world, &two).await.unwrap();
    assert!(accounts::is_still_valid(&world.services, &watcher).await.unwrap());
    accounts::end_own_session(&world.services, &op_of(&me), two.session).await.unwrap();
    assert!(caller(&world, &two).await.is_none());
    assert!(!accounts::is_still_valid(&world.services, &watcher).await.unwrap());
    let again = accounts::end_own_session(&world.services, &op_of(&me), two.session).await;
    assert_eq!(again.unwrap_err().kind, FaultKind::NotFound);

    accounts::sign_out(&world.services, &op_of(&me), three.token.expose()).await.unwrap();
    assert!(caller(&world, &three).await.is_none());
    let fourth = enter(&world, "zhangsan").await;
    assert_eq!(accounts::sign_out_everywhere(&world.services, &op_of(&me)).await.unwrap(), 2);
    assert!(caller(&world, &one).await.is_none());
    assert!(caller(&world, &fourth).await.is_none());

    let fifth = enter(&world, "zhangsan").await;
    assert_eq!(
        accounts::sign_out_person(&world.services, &op_of(&me), me.person).await.unwrap_err().kind,
        FaultKind::NotFound
    );
    assert_eq!(accounts::sign_out_person(&world.services, &world.admin(), me.person).await.unwrap(), 1);
    assert!(caller(&world, &fifth).await.is_none());
}

async fn nobody_ends_the_session_of_somebody_else(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    person(&world, "lisi", vec![]).await;
    let (mine, yours) = (enter(&world, "zhangsan").await, enter(&world, "lisi").await);
    let me = caller(&world, &mine).await.unwrap();
    let fault = accounts::end_own_session(&world.services, &op_of(&me), yours.session).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::NotFound);
    assert!(caller(&world, &yours).await.is_some());
}

async fn a_session_ends_by_itself_unused_or_used(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let idle = enter(&world, "zhangsan").await;
    let busy = enter(&world, "zhangsan").await;
    for _ in 0..3 {
        pass(&world, 3 * 3_600);
        assert!(caller(&world, &busy).await.is_some());
    }
    assert!(caller(&world, &idle).await.is_none(), "nine hours unused");
    pass(&world, 3 * 3_600);
    assert!(caller(&world, &busy).await.is_none(), "twelve hours old");
    accounts::forget_expired(&world.services).await.unwrap();
    assert!(accounts::caller(&world.services, "no token at all").await.unwrap().is_none());
}

async fn signing_in_again_ends_the_session_that_the_browser_had(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let old = enter(&world, "zhangsan").await;
    let attempt =
        Attempt { login: "zhangsan", password: PASSWORD, peer: PEER, agent: "", replaces: Some(old.token.expose()) };
    let new = accounts::sign_in(&world.services, &stranger(), attempt).await.unwrap();
    assert_ne!(old.token, new.token);
    assert!(caller(&world, &old).await.is_none());
    assert!(caller(&world, &new).await.is_some());
}

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

async fn locking_an_account_ends_sessions_tokens_and_links_for_good(world: World) {
    morning(&world);
    let zhangsan = person(&world, "zhangsan", vec![]).await;
    let opened = enter(&world, "zhangsan").await;
    let me = op_of(&caller(&world, &opened).await.unwrap());
    let new = NewToken { name: "脚本".to_owned(), scope: TokenScope::Write, days: 30 };
    let token = accounts::create_token(&world.services, &me, zhangsan, &new).await.unwrap();
    let link = accounts::create_link(&world.services, &world.admin(), zhangsan).await.unwrap();
    accounts::set_active(&world.services, &world.admin(), zhangsan, false).await.unwrap();
    pass(&world, 1);
    accounts::set_active(&world.services, &world.admin(), zhangsan, true).await.unwrap();
    assert!(caller(&world, &opened).await.is_none());
    assert!(accounts::caller_of_token(&world.services, token.secret.expose()).await.unwrap().is_none());
    assert!(accounts::inspect_link(&world.services, link.secret.expose()).await.is_err());
    enter(&world, "zhangsan").await;
}

async fn the_one_time_link_works_once(world: World) {
    morning(&world);
    let new = NewPerson { login: "zhangsan".to_owned(), name: "张三".to_owned(), language: None, grants: vec![] };
    let made = accounts::create_person(&world.services, &world.admin(), &new).await.unwrap();
    let secret = made.link.secret.expose();
    let redeem = async |secret: &str, password: &str| {
        accounts::redeem_link(&world.services, &stranger(), secret, password).await.map(|person| person.login)
    };
    assert_eq!(redeem(&"0".repeat(64), PASSWORD).await.unwrap_err().code, "dead-link");
    assert_eq!(redeem(secret, "短").await.unwrap_err().kind, FaultKind::Invalid);
    assert_eq!(accounts::inspect_link(&world.services, secret).await.unwrap().login, "zhangsan");

    // Of two at the same moment one succeeds.
    let (one, two) = tokio::join!(redeem(secret, PASSWORD), redeem(secret, "另外一个非常长的密码"));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
    assert_eq!(redeem(secret, PASSWORD).await.unwrap_err().code, "dead-link");

    let first = accounts::create_link(&world.services, &world.admin(), made.person).await.unwrap();
    let second = accounts::create_link(&world.services, &world.admin(), made.person).await.unwrap();
    assert_eq!(redeem(first.secret.expose(), PASSWORD).await.unwrap_err().code, "dead-link", "replaced");
    pass(&world, 72 * 3_600);
    assert_eq!(redeem(second.secret.expose(), PASSWORD).await.unwrap_err().code, "dead-link", "expired");
}

async fn a_new_password_needs_the_old_one_and_ends_every_other_session(world: World) {
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let (mine, other) = (enter(&world, "zhangsan").await, enter(&world, "zhangsan").await);
    let me = op_of(&caller(&world, &mine).await.unwrap());
    let new = "秋天的马电池与订书钉";
    let change =
        async |old: &str, new: &str| accounts::change_own_password(&world.services, &me, old, new, PEER, "").await;
    assert_eq!(change("不是这个旧密码", new).await.unwrap_err().problems.first().unwrap().field, "old_password");
    assert_eq!(change(PASSWORD, PASSWORD).await.unwrap_err().problems.first().unwrap().rule, "password-same");
    assert!(caller(&world, &other).await.is_some());
    pass(&world, 1);
    let fresh = change(PASSWORD, new).await.unwrap();
    assert!(caller(&world, &mine).await.is_none());
    assert!(caller(&world, &other).await.is_none());
    assert!(caller(&world, &fresh).await.is_some());
    assert!(try_from(&world, "zhangsan", PASSWORD, PEER).await.is_err());
    try_from(&world, "zhangsan", new, PEER).await.unwrap();
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

async fn the_trail_knows_every_sign_in_and_no_secret(world: World) {
    morning(&world);
    let zhangsan = person(&world, "zhangsan", vec![]).await;
    try_from(&world, "zhangsan", "这是输错的密码", PEER).await.unwrap_err();
    try_from(&world, "我把密码输进了账号框", "x", PEER).await.unwrap_err();
    let opened = enter(&world, "zhangsan").await;
    let me = op_of(&caller(&world, &opened).await.unwrap());
    accounts::sign_out(&world.services, &me, opened.token.expose()).await.unwrap();
    accounts::carry_over(&world.services).await.unwrap();
    accounts::carry_over(&world.services).await.unwrap();

    let mut reader = &world.services.db;
    let trail = store::audit::list(&mut reader, i64::MAX, 100).await.unwrap();
    let actions: Vec<&str> = trail
        .iter()
        .rev()
        .map(|placed| placed.entry.action.as_str())
        .filter(|action| action.starts_with("sign_"))
        .collect();
    assert_eq!(actions, ["sign_in_failed", "sign_in_failed", "sign_in", "sign_out"]);
    let written = format!("{trail:?}");
    for secret in ["这是输错的密码", "我把密码输进了账号框", PASSWORD, opened.token.expose(), "argon2"]
    {
        assert!(!written.contains(secret), "{secret}");
    }
    let sign_in = trail.iter().find(|placed| placed.entry.action == "sign_in").unwrap();
    assert_eq!(sign_in.entry.person, zhangsan);
    assert!(sign_in.entry.body.contains(PEER));
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

/// Stamps every behaviour onto both engines.
macro_rules! on_both_engines {
    ($($behaviour:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                super::$behaviour(crate::support::World::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                super::$behaviour(crate::support::World::postgres().await).await;
            })*
        }
    };
}

on_both_engines! {
    a_wrong_password_slows_down_and_never_locks_anybody_out
    a_hundred_tries_at_the_same_moment_are_a_hundred_tries
    a_restart_forgives_nobody
    unknown_locked_and_wrong_look_the_same
    one_peer_cannot_try_every_account_and_its_office_goes_on_working
    a_revoked_session_ends_at_once
    nobody_ends_the_session_of_somebody_else
    a_session_ends_by_itself_unused_or_used
    signing_in_again_ends_the_session_that_the_browser_had
    an_expired_or_revoked_grant_gives_no_right
    a_grant_begins_at_midnight_of_the_packs_zone
    a_grant_follows_its_department_and_dies_with_it
    a_grant_that_makes_no_sense_is_refused_with_the_reason
    a_token_never_has_more_than_its_owner
    locking_an_account_ends_sessions_tokens_and_links_for_good
    the_one_time_link_works_once
    a_new_password_needs_the_old_one_and_ends_every_other_session
    the_last_administrator_cannot_be_removed
    only_an_administrator_manages_people
    people_are_listed_page_by_page_and_found_by_part_of_a_name
    the_trail_knows_every_sign_in_and_no_secret
    a_demonstration_has_an_account_for_every_role
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_write_to_the_register_keeps_nobody_from_signing_in() {
    let world = World::sqlite().await;
    morning(&world);
    person(&world, "zhangsan", vec![]).await;
    let long_write = world.services.db.begin().await.unwrap();
    let opened = tokio::time::timeout(std::time::Duration::from_secs(10), enter(&world, "zhangsan")).await.unwrap();
    assert!(caller(&world, &opened).await.is_some());
    drop(long_write);
    // Now the trail catches up, in the background or here, and exactly once.
    accounts::carry_over(&world.services).await.unwrap();
    let mut reader = &world.services.db;
    let trail = store::audit::list(&mut reader, i64::MAX, 100).await.unwrap();
    assert_eq!(trail.iter().filter(|placed| placed.entry.action == "sign_in").count(), 1);
}
