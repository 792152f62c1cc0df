//! Sessions, one-time links and passwords.

use super::*;

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

on_both_engines! {
    a_revoked_session_ends_at_once
    nobody_ends_the_session_of_somebody_else
    a_session_ends_by_itself_unused_or_used
    signing_in_again_ends_the_session_that_the_browser_had
    the_one_time_link_works_once
    a_new_password_needs_the_old_one_and_ends_every_other_session
    locking_an_account_ends_sessions_tokens_and_links_for_good
}
