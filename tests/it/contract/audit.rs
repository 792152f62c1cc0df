//! The audit trail: written, sealed, verified; whatever is altered, removed or put in afterwards is found.

use domain::{Id, Timestamp};
use store::{
    Engine,
    audit::{self, Entry, Verified},
};

use crate::support::{World, engine, on_both_engines, wait};

fn entry(world: &World, subject: Id, action: &str, body: &str) -> Entry {
    Entry {
        at: world.now(),
        person: Id::NONE,
        actor: "王建国 (wang)".into(),
        door: "console".into(),
        request_id: "r-1".into(),
        action: action.into(),
        entity: "system".into(),
        subject,
        path: "1/2/".into(),
        batch: Id::NONE,
        why: "line\none\\two\t“quoted”".into(),
        body: body.into(),
    }
}

/// Writes entries, each in a transaction of its own.
async fn written(world: &World, count: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    for index in 0..count {
        let entry =
            entry(world, world.id(), "update", &format!("{{\"changes\":{{\"name\":[null,\"系统 {index}\"]}}}}"));
        write(world, vec![entry.clone()]).await;
        entries.push(entry);
    }
    entries
}

async fn write(world: &World, entries: Vec<Entry>) {
    let mut tx = world.db().begin().await.unwrap();
    audit::write(&mut tx, entries).await.unwrap();
    tx.commit().await.unwrap();
}

async fn seal_once(world: &World) -> usize {
    let mut tx = world.db().begin().await.unwrap();
    let sealed = audit::seal(&mut tx, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    sealed
}

/// Seals until `count` entries are sealed: on PostgreSQL another transaction anywhere on the server may hold some back for a moment.
async fn seal(world: &World, count: usize) {
    let mut sealed = 0;
    wait::until("entries are sealed", async || {
        sealed += seal_once(world).await;
        (sealed == count).then_some(())
    })
    .await;
}

async fn verify(world: &World) -> Verified {
    let mut tx = world.db().begin_read().await.unwrap();
    audit::verify(&mut tx).await.unwrap()
}

async fn an_entry_reads_back_as_it_was_written(world: World) {
    let subject = world.id();
    let mut batched = entry(&world, subject, "create", "{\"hash\":\"sha256:00\"}");
    batched.batch = world.id();
    let other = entry(&world, world.id(), "update", "{}");
    write(&world, vec![batched.clone(), other.clone()]).await;
    let reader = &mut world.db();
    let entries = |placed: Vec<audit::Placed>| placed.into_iter().map(|placed| placed.entry).collect::<Vec<_>>();
    assert_eq!(entries(audit::of_subject(reader, subject, i64::MAX, 10).await.unwrap()), [batched.clone()]);
    assert_eq!(entries(audit::of_batch(reader, batched.batch, 0, 10).await.unwrap()), [batched.clone()]);
    assert_eq!(entries(audit::list(reader, i64::MAX, 10).await.unwrap()), [other, batched]);
}

async fn an_untouched_trail_verifies_from_beginning_to_end(world: World) {
    assert_eq!(seal_once(&world).await, 0, "nothing to seal");
    written(&world, 5).await;
    seal(&world, 5).await;
    written(&world, 3).await;
    seal(&world, 3).await;
    let verified = verify(&world).await;
    assert_eq!((verified.entries, verified.broken_seal), (8, None));
    assert!(verified.seals >= 2 && verified.head.starts_with("sha256:") && verified.head.len() > 60, "{verified:?}");
}

async fn an_entry_that_is_not_sealed_yet_breaks_no_seal(world: World) {
    written(&world, 2).await;
    seal(&world, 2).await;
    written(&world, 1).await;
    assert_eq!(verify(&world).await.broken_seal, None);
}

/// Every way to falsify the second of six sealed entries, as a statement.
const FORGERIES: &[(&str, &str)] = &[
    ("body", "update audit_entry set body = '{}' where sequence = {second}"),
    ("who", "update audit_entry set actor = 'somebody else' where sequence = {second}"),
    ("when", "update audit_entry set at = at + 1 where sequence = {second}"),
    ("why", "update audit_entry set why = '' where sequence = {second}"),
    ("door", "update audit_entry set door = 'job' where sequence = {second}"),
    ("request", "update audit_entry set request_id = 'r-2' where sequence = {second}"),
    ("path", "update audit_entry set path = '1/' where sequence = {second}"),
    (
        "two texts that run together",
        "update audit_entry set actor = actor || door, door = '' where sequence = {second}",
    ),
    (
        "subjects swapped",
        "update audit_entry set subject = (select subject from audit_entry where sequence = {third}) where sequence = {second}",
    ),
    ("removed", "delete from audit_entry where sequence = {second}"),
    ("last one removed", "delete from audit_entry where sequence = {last}"),
    (
        "put in between",
        "insert into audit_entry ({columns}) select {copied} from audit_entry where sequence = {second}",
    ),
    (
        "put in before everything",
        "insert into audit_entry ({columns}) select {before} from audit_entry where sequence = {second}",
    ),
    ("a seal rewritten", "update audit_seal set entries = entries - 1 where number = 1"),
    ("a seal removed", "delete from audit_seal where number = 1"),
];

async fn whatever_is_altered_removed_or_put_in_is_found(world: World) {
    const REST: &str = "at,person,actor,door,request_id,action,entity,subject,path,batch,why,body";
    for (what, statement) in FORGERIES {
        let world = if world.db().engine() == Engine::Sqlite { World::sqlite().await } else { World::postgres().await };
        written(&world, 3).await;
        // A number that no entry has: somebody may put one in there.
        engine::run(world.db(), "delete from audit_entry where sequence = (select max(sequence) from audit_entry)")
            .await;
        written(&world, 4).await;
        seal(&world, 6).await;
        let sequences: Vec<i64> = world
            .rows(store::Sql::new("select sequence from audit_entry order by sequence"))
            .await
            .iter()
            .map(|row| row.int(0).unwrap())
            .collect();
        let gap = (sequences[0]..).find(|number| !sequences.contains(number)).unwrap();
        let statement = statement
            .replace("{second}", &sequences[1].to_string())
            .replace("{third}", &sequences[2].to_string())
            .replace("{last}", &sequences[5].to_string())
            .replace("{columns}", &format!("sequence,transaction_id,{REST}"))
            .replace("{copied}", &format!("{gap},transaction_id,{REST}"))
            .replace("{before}", &format!("-7,-7,{REST}"));
        let statement = if statement.starts_with("insert") && world.db().engine() == Engine::Postgres {
            statement.replace(") select", ") overriding system value select")
        } else {
            statement
        };
        if *what == "a seal removed" {
            written(&world, 1).await;
            seal(&world, 1).await;
        }
        assert_eq!(verify(&world).await.broken_seal, None, "{what}: sound before");
        assert_eq!(engine::run(world.db(), &statement).await, 1, "{what}: {statement}");
        let mut tx = world.db().begin_read().await.unwrap();
        let verified = audit::verify(&mut tx).await;
        assert!(verified.as_ref().is_ok_and(|one| one.broken_seal.is_some()), "{what} was not found: {verified:?}");
    }
}

async fn sealing_twice_at_once_seals_every_entry_once(world: World) {
    written(&world, 30).await;
    let other = world.another_process().await;
    let at: Timestamp = world.now();
    wait::until("everything is sealed", async || {
        let both = async |db: &store::Db| {
            let mut tx = db.begin().await.unwrap();
            let sealed = audit::seal(&mut tx, at).await.unwrap();
            tx.commit().await.unwrap();
            sealed
        };
        let (left, right) = tokio::join!(both(world.db()), both(&other.db));
        (left + right == 0
            && world.number("select cast(coalesce(sum(entries), 0) as bigint) from audit_seal").await >= 30)
            .then_some(())
    })
    .await;
    let verified = verify(&world).await;
    assert_eq!((verified.entries, verified.broken_seal), (30, None));
}

on_both_engines!(
    an_entry_reads_back_as_it_was_written,
    an_untouched_trail_verifies_from_beginning_to_end,
    an_entry_that_is_not_sealed_yet_breaks_no_seal,
    whatever_is_altered_removed_or_put_in_is_found,
    sealing_twice_at_once_seals_every_entry_once,
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_whose_transaction_commits_late_is_sealed_after_all() {
    let world = World::postgres().await;
    let mut late = world.db().begin().await.unwrap();
    audit::write(&mut late, vec![entry(&world, world.id(), "create", "{}")]).await.unwrap();
    written(&world, 2).await;
    // The late one holds back what came after it: sealing past it would leave it out for ever.
    assert_eq!(seal_once(&world).await, 0);
    late.commit().await.unwrap();
    seal(&world, 3).await;
    assert_eq!(verify(&world).await.entries, 3);
}
