//! What the engines answer besides results, as the program understands it: full, away, taken, or a bug.

use store::{Error, Reader, Sql};

use crate::support::{World, engine, on_both_engines};

async fn a_statement_that_is_wrong_is_a_bug_and_its_text_stays_inward(world: World) {
    let asked = (&mut world.db()).all(Sql::new("select nonsense from nowhere")).await.unwrap_err();
    assert!(matches!(asked, Error::Driver(_)), "{asked:?}");
    let fault: domain::Fault = asked.into();
    assert_eq!(fault.kind, domain::FaultKind::Internal);
    assert!(!fault.message.en.contains("nonsense") && fault.inward.is_some_and(|inward| inward.contains("no")));
}

on_both_engines!(a_statement_that_is_wrong_is_a_bug_and_its_text_stays_inward);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_own_words_for_full_away_and_taken_are_understood() {
    let world = World::postgres().await;
    let cases = [
        ("53100", "storage-full"),
        ("53300", "storage-unavailable"),
        ("53200", "storage-unavailable"),
        ("40001", "storage-unavailable"),
        ("40P01", "storage-unavailable"),
        ("57P01", "storage-unavailable"),
        ("23505", "not-unique"),
        ("22012", "internal"),
    ];
    for (state, code) in cases {
        let mut tx = world.db().begin().await.unwrap();
        let statement =
            format!("do $$ begin raise exception using errcode = '{state}', message = 'secret detail'; end $$");
        let fault: domain::Fault = tx.run(engine::made(statement)).await.unwrap_err().into();
        assert_eq!(fault.code, code, "{state}");
        assert!(!fault.message.zh.contains("secret") && !fault.message.en.contains("secret"), "{state}");
    }
}
