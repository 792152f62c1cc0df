//! Races: two at once, and exactly one wins. On PostgreSQL over two connections, on SQLite over its one writer.

use domain::{EntityKind, Id, Record, Value};
use store::{Db, Error, records};

use crate::support::{World, on_both_engines, wait};

const SYSTEM: EntityKind = EntityKind::System;

fn system(world: &World, code: &str) -> Record {
    let mut record = Record::blank(SYSTEM.def(), world.id(), world.now());
    record.version = 1;
    record.path = "1/".into();
    record.set(SYSTEM.def(), "name", Value::Text("one".into()));
    record.set(SYSTEM.def(), "code", Value::Text(code.into()));
    record
}

async fn change(db: Db, mut record: Record, name: String) -> store::Result<()> {
    record.set(SYSTEM.def(), "name", Value::Text(name));
    let mut tx = db.begin().await?;
    records::update(&mut tx, SYSTEM.def(), &[record]).await?;
    tx.commit().await
}

async fn of_many_who_change_one_record_at_once_one_wins_and_the_others_are_told(world: World) {
    let record = system(&world, "A");
    let mut tx = world.db().begin().await.unwrap();
    records::insert(&mut tx, SYSTEM.def(), std::slice::from_ref(&record)).await.unwrap();
    tx.commit().await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|index| tokio::spawn(change(world.db().clone(), record.clone(), format!("winner {index}"))))
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(wait::within("a change", task).await.unwrap());
    }
    let winners: Vec<usize> = (0..8).filter(|index| outcomes[*index].is_ok()).collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    assert!(
        outcomes.iter().filter(|outcome| outcome.is_err()).all(|outcome| matches!(outcome, Err(Error::Stale))),
        "{outcomes:?}"
    );
    let stored = world.reread(SYSTEM, record.id).await;
    assert_eq!(stored.version, 2);
    assert_eq!(stored.get(SYSTEM.def(), "name"), &Value::Text(format!("winner {}", winners[0])));
}

async fn of_two_who_take_the_same_code_at_once_one_gets_it(world: World) {
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (db, record) = (world.db().clone(), system(&world, "XT-1"));
            tokio::spawn(async move {
                let mut tx = db.begin().await?;
                records::insert(&mut tx, SYSTEM.def(), &[record]).await?;
                tx.commit().await
            })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        match wait::within("an insert", task).await.unwrap() {
            Ok(()) => won += 1,
            Err(Error::NotUnique(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
    assert_eq!(world.count(SYSTEM).await, 1);
}

async fn numbers_taken_at_once_are_all_different(world: World) {
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let db = world.db().clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let first = store::counters::take(&mut tx, "department", 3).await.unwrap();
                tx.commit().await.unwrap();
                first
            })
        })
        .collect();
    let mut firsts = Vec::new();
    for task in tasks {
        firsts.push(task.await.unwrap());
    }
    firsts.sort_unstable();
    assert_eq!(firsts, (0..10).map(|index| 1 + index * 3).collect::<Vec<i64>>());
}

async fn readers_do_not_wait_for_a_writer(world: World) {
    let record = system(&world, "A");
    let mut writing = world.db().begin().await.unwrap();
    records::insert(&mut writing, SYSTEM.def(), std::slice::from_ref(&record)).await.unwrap();
    let seen =
        wait::within("a read beside a write", records::find(&mut world.db(), SYSTEM.def(), record.id)).await.unwrap();
    assert_eq!(seen, None);
    writing.commit().await.unwrap();
    assert!(records::find(&mut world.db(), SYSTEM.def(), record.id).await.unwrap().is_some());
}

async fn signing_in_does_not_wait_for_a_long_write(world: World) {
    let mut writing = world.db().begin().await.unwrap();
    records::insert(&mut writing, SYSTEM.def(), &[system(&world, "A")]).await.unwrap();
    let session = store::accounts::Session {
        id: world.id(),
        person: world.id(),
        created_at: world.now(),
        last_seen_at: world.now(),
        expires_at: world.now(),
        peer: "192.0.2.1".into(),
        agent: "test".into(),
    };
    wait::within("signing in beside a write", async {
        let mut tx = world.db().begin_sessions().await.unwrap();
        store::accounts::insert_session(&mut tx, &session, "hash").await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    drop(writing);
}

async fn a_writer_that_is_given_up_frees_the_way_for_the_next(world: World) {
    let (db, record) = (world.db().clone(), system(&world, "A"));
    let (begun, at_work) = tokio::sync::oneshot::channel();
    let id: Id = record.id;
    let task = tokio::spawn(async move {
        let mut tx = db.begin().await.unwrap();
        records::insert(&mut tx, SYSTEM.def(), &[record]).await.unwrap();
        begun.send(()).unwrap();
        std::future::pending::<()>().await;
        drop(tx);
    });
    at_work.await.unwrap();
    task.abort();
    let _ = task.await;
    let mut tx = wait::within("the next writer", world.db().begin()).await.unwrap();
    assert_eq!(records::find(&mut tx, SYSTEM.def(), id).await.unwrap(), None);
    records::insert(&mut tx, SYSTEM.def(), &[system(&world, "A")]).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_engines!(
    of_many_who_change_one_record_at_once_one_wins_and_the_others_are_told,
    of_two_who_take_the_same_code_at_once_one_gets_it,
    numbers_taken_at_once_are_all_different,
    readers_do_not_wait_for_a_writer,
    signing_in_does_not_wait_for_a_long_write,
    a_writer_that_is_given_up_frees_the_way_for_the_next,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_for_the_same_lock_waits_until_the_first_is_done() {
    let world = World::postgres().await;
    let mut first = world.db().begin().await.unwrap();
    first.lock("import-system").await.unwrap();
    let mut free = world.db().begin().await.unwrap();
    wait::within("another name", free.lock("import-department")).await.unwrap();
    let db = world.db().clone();
    let (asked, asking) = tokio::sync::oneshot::channel();
    let waiting = tokio::spawn(async move {
        let mut second = db.begin().await.unwrap();
        asked.send(()).unwrap();
        second.lock("import-system").await.unwrap();
    });
    asking.await.unwrap();
    wait::until("the second waits for the lock", async || {
        (world.number("select count(*) from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())").await == 1).then_some(())
    })
    .await;
    assert!(!waiting.is_finished());
    first.commit().await.unwrap();
    wait::within("the second gets the lock", waiting).await.unwrap();
}
