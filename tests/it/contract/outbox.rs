//! The outbox: in order, none left out, even when a transaction commits late.

use domain::Id;
use store::{
    Db, Tx,
    outbox::{self, Event, Place},
};

use crate::support::{World, on_both_engines, wait};

fn event(topic: &str) -> Event {
    Event { topic: topic.to_owned(), subject: Id::NONE, body: format!("{{\"said\":\"{topic}\\n\"}}") }
}

async fn begin_with(world: &World, topics: &[&str]) -> Tx {
    let mut tx = world.db().begin().await.unwrap();
    outbox::write(&mut tx, world.now(), topics.iter().map(|topic| event(topic)).collect()).await.unwrap();
    tx
}

async fn tell(world: &World, topics: &[&str]) {
    begin_with(world, topics).await.commit().await.unwrap();
}

/// Reads everything after `place` as a consumer does, in small pages.
async fn read(db: &Db, mut place: Place) -> (Vec<String>, Place) {
    let mut topics = Vec::new();
    loop {
        let page = outbox::read(&mut &*db, place, 2).await.unwrap();
        let Some((last, _)) = page.last() else { return (topics, place) };
        place = *last;
        topics.extend(page.into_iter().map(|(_, event)| event.topic));
    }
}

/// Reads until `count` events have come: on PostgreSQL another transaction anywhere on the server may hold some back for a moment.
async fn receive(db: &Db, from: Place, count: usize) -> (Vec<String>, Place) {
    let (mut all, mut place) = (Vec::new(), from);
    wait::until("events arrive", async || {
        let (topics, next) = read(db, place).await;
        place = next;
        all.extend(topics);
        (all.len() >= count).then_some(())
    })
    .await;
    (all, place)
}

async fn events_come_once_and_in_the_order_in_which_they_happened(world: World) {
    tell(&world, &["one", "two", "three"]).await;
    tell(&world, &["four"]).await;
    let (topics, place) = receive(world.db(), Place::default(), 4).await;
    assert_eq!(topics, ["one", "two", "three", "four"]);
    tell(&world, &["five"]).await;
    assert_eq!(receive(world.db(), place, 1).await.0, ["five"]);
    let first = outbox::read(&mut world.db(), Place::default(), 1).await.unwrap();
    assert_eq!(first[0].1, event("one"));
}

async fn what_is_rolled_back_was_never_told(world: World) {
    drop(begin_with(&world, &["never"]).await);
    tell(&world, &["told"]).await;
    assert_eq!(receive(world.db(), Place::default(), 1).await.0, ["told"]);
}

on_both_engines!(events_come_once_and_in_the_order_in_which_they_happened, what_is_rolled_back_was_never_told);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_commits_late_is_not_skipped() {
    let world = World::postgres().await;
    // The first transaction takes its number first and commits last.
    let late = begin_with(&world, &["late"]).await;
    tell(&world, &["early"]).await;
    let (topics, place) = read(world.db(), Place::default()).await;
    assert_eq!(topics, Vec::<String>::new(), "a reader that went past “late” would never come back for it");
    late.commit().await.unwrap();
    assert_eq!(receive(world.db(), place, 2).await.0, ["late", "early"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_at_once_are_read_without_gap_or_repeat() {
    let world = World::postgres().await;
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let db = world.db().clone();
            let at = world.now();
            tokio::spawn(async move {
                for number in 0..20 {
                    let mut tx = db.begin().await.unwrap();
                    outbox::write(&mut tx, at, vec![event(&format!("{writer}:{number:02}"))]).await.unwrap();
                    tx.commit().await.unwrap();
                }
            })
        })
        .collect();
    // The reader runs while they write.
    let (topics, _) = receive(world.db(), Place::default(), 160).await;
    for writer in writers {
        writer.await.unwrap();
    }
    for writer in 0..8 {
        let own: Vec<&String> = topics.iter().filter(|topic| topic.starts_with(&format!("{writer}:"))).collect();
        assert_eq!(
            own,
            (0..20).map(|number| format!("{writer}:{number:02}")).collect::<Vec<_>>().iter().collect::<Vec<_>>()
        );
    }
}
