//! Signing in: wrong passwords, slow-down, the trail.

use super::*;

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

on_both_engines! {
    a_wrong_password_slows_down_and_never_locks_anybody_out
    a_hundred_tries_at_the_same_moment_are_a_hundred_tries
    a_restart_forgives_nobody
    unknown_locked_and_wrong_look_the_same
    one_peer_cannot_try_every_account_and_its_office_goes_on_working
    the_trail_knows_every_sign_in_and_no_secret
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
