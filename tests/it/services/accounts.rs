//! Signing in, sessions, grants, passwords and tokens, on both engines.

use domain::{Door, EntityKind, FaultKind, Grant, Id, Language, Record, Role, Value};
use jiff::{SignedDuration, Timestamp};
use services::{
    Op, Outcome, Services,
    accounts::{self, Attempt, Caller, NewGrant, NewPerson, NewToken, Opened, PeopleFilter, TokenScope},
};

use crate::support::World;

/// Stamps every behaviour onto both engines.
macro_rules! on_both_engines {
    ($($behaviour:ident)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                super::$behaviour($crate::support::World::sqlite().await).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $behaviour() {
                super::$behaviour($crate::support::World::postgres().await).await;
            })*
        }
    };
}

mod rights;
mod sessions;
mod sign_in;

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
