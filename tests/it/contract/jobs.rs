//! Jobs: claimed by one worker at a time, claimed again when its worker goes silent.

use std::collections::HashMap;

use domain::{Id, Timestamp};
use jiff::ToSpan;
use store::job_queue::{self, Job};

use crate::support::{World, on_both_engines};

async fn enqueue(world: &World, kind: &str, key: &str, run_at: Timestamp) -> Id {
    let id = world.id();
    let mut tx = world.db().begin().await.unwrap();
    job_queue::enqueue(&mut tx, id, kind, "{\"n\":1}", key, run_at, world.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn after(world: &World, seconds: i64) -> Timestamp {
    world.now().checked_add(seconds.seconds()).unwrap()
}

async fn claim(world: &World, now: Timestamp) -> Option<Job> {
    let mut tx = world.db().begin().await.unwrap();
    let job = job_queue::claim(&mut tx, now, now.checked_add(60.seconds()).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    job
}

async fn finish(world: &World, job: &Job, state: &'static str) -> bool {
    let mut tx = world.db().begin().await.unwrap();
    let done = job_queue::finish(&mut tx, job.id, job.attempts, state, "{}", world.now()).await.unwrap();
    tx.commit().await.unwrap();
    done
}

async fn a_job_is_not_claimed_before_its_time_nor_twice(world: World) {
    let later = enqueue(&world, "later", "", after(&world, 10)).await;
    assert_eq!(claim(&world, world.now()).await, None);
    let job = claim(&world, after(&world, 10)).await.unwrap();
    assert_eq!((job.id, job.state.as_str(), job.attempts, job.body.as_str()), (later, "running", 1, "{\"n\":1}"));
    assert_eq!(claim(&world, after(&world, 20)).await, None, "claimed while another worker has it");
}

async fn what_waits_is_withdrawn_and_what_runs_is_asked_to_stop(world: World) {
    let stop = async || {
        let mut tx = world.db().begin().await.unwrap();
        let withdrawn = job_queue::withdraw(&mut tx, "apply:1").await.unwrap();
        let told = job_queue::want_stop(&mut tx, "apply:1").await.unwrap();
        tx.commit().await.unwrap();
        (withdrawn, told, job_queue::stop_is_wanted(&mut world.db(), "apply:1").await.unwrap())
    };
    assert_eq!(stop().await, (None, false, false), "there is no such job");
    enqueue(&world, "apply", "apply:1", world.now()).await;
    enqueue(&world, "apply", "apply:2", after(&world, -10)).await;
    assert_eq!(stop().await, (Some(0), false, false), "it waited");
    assert!(claim(&world, world.now()).await.is_some_and(|job| job.kind == "apply"), "another job stays");
    assert_eq!(claim(&world, world.now()).await, None, "what was withdrawn is claimed by nobody");
    enqueue(&world, "apply", "apply:1", world.now()).await;
    let running = claim(&world, world.now()).await.unwrap();
    assert_eq!(stop().await, (None, true, true), "it runs");
    assert!(!job_queue::stop_is_wanted(&mut world.db(), "apply:2").await.unwrap(), "the other goes on");
    assert!(finish(&world, &running, "failed").await);
    assert_eq!(stop().await, (None, false, false), "it has ended");
}

async fn the_oldest_due_job_comes_first(world: World) {
    let second = enqueue(&world, "b", "", after(&world, -5)).await;
    let first = enqueue(&world, "a", "", after(&world, -10)).await;
    let order = [claim(&world, world.now()).await.unwrap().id, claim(&world, world.now()).await.unwrap().id];
    assert_eq!(order, [first, second]);
}

async fn a_job_whose_worker_went_silent_is_claimed_again_and_the_silent_one_may_not_end_it(world: World) {
    enqueue(&world, "slow", "", world.now()).await;
    let silent = claim(&world, world.now()).await.unwrap();
    assert_eq!(claim(&world, after(&world, 60)).await, None, "the lease still holds");
    let again = claim(&world, after(&world, 61)).await.unwrap();
    assert_eq!((again.id, again.attempts), (silent.id, 2));
    assert!(!finish(&world, &silent, "done").await, "the silent worker ended a job that is another's by now");
    let mut tx = world.db().begin().await.unwrap();
    assert!(!job_queue::renew(&mut tx, silent.id, silent.attempts, after(&world, 500)).await.unwrap());
    assert!(!job_queue::retry(&mut tx, silent.id, silent.attempts, "{}", world.now(), world.now()).await.unwrap());
    tx.commit().await.unwrap();
    assert!(finish(&world, &again, "done").await);
    assert_eq!(claim(&world, after(&world, 10_000)).await, None, "a job that is done comes again");
}

async fn a_worker_that_says_it_is_alive_keeps_its_job(world: World) {
    enqueue(&world, "long", "", world.now()).await;
    let job = claim(&world, world.now()).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    assert!(job_queue::renew(&mut tx, job.id, job.attempts, after(&world, 600)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(claim(&world, after(&world, 300)).await, None);
}

async fn a_failed_job_comes_back_at_its_time(world: World) {
    let id = enqueue(&world, "flaky", "", world.now()).await;
    let job = claim(&world, world.now()).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    assert!(
        job_queue::retry(&mut tx, id, job.attempts, "{\"error\":\"away\"}", after(&world, 30), world.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert_eq!(claim(&world, after(&world, 29)).await, None);
    let again = claim(&world, after(&world, 30)).await.unwrap();
    assert_eq!((again.attempts, again.outcome.as_str()), (2, "{\"error\":\"away\"}"));
}

async fn the_same_work_waits_once_and_may_be_asked_for_again_while_it_runs(world: World) {
    enqueue(&world, "evaluate", "evaluate", world.now()).await;
    enqueue(&world, "evaluate", "evaluate", world.now()).await;
    enqueue(&world, "other", "", world.now()).await;
    enqueue(&world, "other", "", world.now()).await;
    let jobs = job_queue::list(&mut world.db(), 10).await.unwrap();
    assert_eq!(jobs.iter().filter(|job| job.kind == "evaluate").count(), 1);
    assert_eq!(jobs.iter().filter(|job| job.kind == "other").count(), 2, "without a key nothing is the same");
    let mut running = claim(&world, world.now()).await.unwrap();
    while running.kind != "evaluate" {
        running = claim(&world, world.now()).await.unwrap();
    }
    // What changed while it runs must be looked at again.
    enqueue(&world, "evaluate", "evaluate", world.now()).await;
    let jobs = job_queue::list(&mut world.db(), 10).await.unwrap();
    assert_eq!(jobs.iter().filter(|job| job.kind == "evaluate").count(), 2);
}

async fn workers_that_ask_at_once_never_get_the_same_job(world: World) {
    let mut wanted = Vec::new();
    for index in 0..40 {
        wanted.push(enqueue(&world, &format!("job {index}"), "", world.now()).await);
    }
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let (db, now) = (world.db().clone(), world.now());
            tokio::spawn(async move {
                let mut got = Vec::new();
                let mut empty = 0;
                // Asking twice in vain: a row that another worker holds at that moment is skipped.
                while empty < 2 {
                    let mut tx = db.begin().await.unwrap();
                    let job = job_queue::claim(&mut tx, now, now.checked_add(60.seconds()).unwrap()).await.unwrap();
                    tx.commit().await.unwrap();
                    match job {
                        Some(job) => got.push(job.id),
                        None => empty += 1,
                    }
                }
                got
            })
        })
        .collect();
    let mut times: HashMap<Id, usize> = HashMap::new();
    for worker in workers {
        for id in worker.await.unwrap() {
            *times.entry(id).or_default() += 1;
        }
    }
    assert_eq!(times.len(), wanted.len(), "jobs that nobody got");
    assert!(times.values().all(|times| *times == 1), "a job was given to two workers: {times:?}");
}

async fn ended_jobs_are_forgotten_and_waiting_ones_are_not(world: World) {
    let waiting = enqueue(&world, "waiting", "import-check:one", after(&world, 999)).await;
    let ended = enqueue(&world, "ended", "", world.now()).await;
    let job = claim(&world, world.now()).await.unwrap();
    assert!(finish(&world, &job, "failed").await);
    let mut tx = world.db().begin().await.unwrap();
    assert_eq!(job_queue::forget(&mut tx, after(&world, 1)).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let reader = &mut world.db();
    assert_eq!(job_queue::find(reader, ended).await.unwrap(), None);
    assert!(job_queue::find(reader, waiting).await.unwrap().is_some());
    assert!(job_queue::waits(reader, "one").await.unwrap());
    assert!(!job_queue::waits(reader, "two").await.unwrap());
}

on_both_engines!(
    a_job_is_not_claimed_before_its_time_nor_twice,
    what_waits_is_withdrawn_and_what_runs_is_asked_to_stop,
    the_oldest_due_job_comes_first,
    a_job_whose_worker_went_silent_is_claimed_again_and_the_silent_one_may_not_end_it,
    a_worker_that_says_it_is_alive_keeps_its_job,
    a_failed_job_comes_back_at_its_time,
    the_same_work_waits_once_and_may_be_asked_for_again_while_it_runs,
    workers_that_ask_at_once_never_get_the_same_job,
    ended_jobs_are_forgotten_and_waiting_ones_are_not,
);
