//! Flags: one open row per rule and subject, closed and never deleted, listed by deadline.

use domain::Id;
use store::{
    Error,
    flags::{self, Flag, Query},
    lists::RowScope,
};

use crate::support::{Random, World, on_both_engines};

fn flag(world: &World, rule: &str, deadline: &str) -> Flag {
    Flag {
        id: world.id(),
        rule: rule.to_owned(),
        entity: "system".into(),
        subject: world.id(),
        path: "1/".into(),
        severity: "high".into(),
        true_since: "2026-11-01".into(),
        first_seen_at: world.now(),
        deadline_on: deadline.to_owned(),
        zh: "部署在财政局机房;\n须处置".into(),
        en: "runs in “the room”\\; decide".into(),
        facts: "{\"room\":\"财政局机房\"}".into(),
        rule_version: 1,
    }
}

async fn insert(world: &World, new: Vec<Flag>) -> store::Result<()> {
    let mut tx = world.db().begin().await?;
    flags::insert(&mut tx, new).await?;
    tx.commit().await
}

fn everything(limit: i64) -> Query {
    Query {
        scope: RowScope::Everything,
        within: None,
        rules: vec![],
        severities: vec![],
        due_before: None,
        after: None,
        backward: false,
        limit,
    }
}

async fn one_rule_has_one_open_flag_on_a_subject_and_may_open_again_after_it_closed(world: World) {
    let first = flag(&world, "CBD-01", "2026-12-01");
    insert(&world, vec![first.clone()]).await.unwrap();
    let again = Flag { id: world.id(), ..first.clone() };
    assert!(matches!(insert(&world, vec![again.clone()]).await, Err(Error::NotUnique(_))));
    let mut tx = world.db().begin().await.unwrap();
    flags::close(&mut tx, &[first.id], world.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(flags::open_of(&mut world.db(), &[first.subject]).await.unwrap(), []);
    insert(&world, vec![again.clone()]).await.unwrap();
    assert_eq!(flags::open_of(&mut world.db(), &[first.subject]).await.unwrap(), [again]);
    assert_eq!(world.number("select count(*) from flag").await, 2, "a closed flag is history and stays");
}

async fn an_open_flag_takes_new_facts_and_a_closed_one_does_not(world: World) {
    let (open, closed) = (flag(&world, "CBD-01", ""), flag(&world, "CBD-02", ""));
    insert(&world, vec![open.clone(), closed.clone()]).await.unwrap();
    let mut tx = world.db().begin().await.unwrap();
    flags::close(&mut tx, &[closed.id], world.now()).await.unwrap();
    let changed = |flag: &Flag| Flag {
        severity: "low".into(),
        zh: "新".into(),
        deadline_on: "2027-01-01".into(),
        ..flag.clone()
    };
    flags::refresh(&mut tx, vec![changed(&open), changed(&closed)]).await.unwrap();
    tx.commit().await.unwrap();
    let found = flags::open_of(&mut world.db(), &[open.subject, closed.subject]).await.unwrap();
    assert_eq!(found, [changed(&open)]);
    assert_eq!(world.number("select count(*) from flag where severity = 'high'").await, 1);
}

async fn flags_are_listed_by_deadline_those_without_last_page_by_page(world: World) {
    let mut random = Random::seeded(31);
    let days = ["", "2026-11-20", "2026-12-24", "2027-01-01"];
    let all: Vec<Flag> =
        (0..30).map(|index| flag(&world, &format!("CBD-{index:02}"), random.pick::<&str>(&days))).collect();
    insert(&world, all.clone()).await.unwrap();
    let mut wanted: Vec<(String, Id)> = all
        .iter()
        .map(|flag| (if flag.deadline_on.is_empty() { "9999".to_owned() } else { flag.deadline_on.clone() }, flag.id))
        .collect();
    wanted.sort();
    let (mut query, mut found) = (everything(7), Vec::new());
    loop {
        let mut page = flags::list(&mut world.db(), &query).await.unwrap();
        let more = page.len() > 7;
        page.truncate(7);
        query.after = page.last().map(|last| (last.deadline_on.clone(), last.id));
        found.extend(page.into_iter().map(|flag| flag.id));
        if !more {
            break;
        }
    }
    let wanted: Vec<Id> = wanted.into_iter().map(|(_, id)| id).collect();
    assert_eq!(found, wanted);
    // And back again: the page before the last flag ends just above it.
    let (mut behind, mut back) = (wanted.len() - 1, everything(7));
    back.backward = true;
    while behind > 0 {
        let last = all.iter().find(|flag| flag.id == wanted[behind]).unwrap();
        back.after = Some((last.deadline_on.clone(), last.id));
        let mut page = flags::list(&mut world.db(), &back).await.unwrap();
        let more = page.len() > 7;
        if more {
            page.remove(0);
        }
        let first = behind - page.len();
        assert_eq!(page.iter().map(|flag| flag.id).collect::<Vec<_>>(), wanted[first..behind]);
        assert_eq!(more, first > 0);
        behind = first;
    }
}

async fn flags_are_found_by_rule_severity_and_what_is_overdue_and_counted_alike(world: World) {
    let overdue = flag(&world, "CBD-01", "2026-11-22");
    let today = flag(&world, "CBD-01", "2026-11-23");
    let low = Flag { severity: "low".into(), ..flag(&world, "CBD-25-pue", "") };
    insert(&world, vec![overdue.clone(), today.clone(), low.clone()]).await.unwrap();
    let cases: [(Query, Vec<Id>); 4] = [
        (Query { rules: vec!["CBD-01".into()], ..everything(10) }, vec![overdue.id, today.id]),
        (Query { severities: vec!["low".into(), "medium".into()], ..everything(10) }, vec![low.id]),
        (Query { due_before: Some("2026-11-23".into()), ..everything(10) }, vec![overdue.id]),
        (Query { rules: vec!["CBD-99".into()], ..everything(10) }, vec![]),
    ];
    for (query, wanted) in cases {
        let found: Vec<Id> =
            flags::list(&mut world.db(), &query).await.unwrap().into_iter().map(|flag| flag.id).collect();
        assert_eq!(found, wanted, "{query:?}");
        let counted: i64 =
            flags::counts(&mut world.db(), &query).await.unwrap().into_iter().map(|(.., count)| count).sum();
        assert_eq!(counted, i64::try_from(wanted.len()).unwrap(), "{query:?}");
    }
}

on_both_engines!(
    one_rule_has_one_open_flag_on_a_subject_and_may_open_again_after_it_closed,
    an_open_flag_takes_new_facts_and_a_closed_one_does_not,
    flags_are_listed_by_deadline_those_without_last_page_by_page,
    flags_are_found_by_rule_severity_and_what_is_overdue_and_counted_alike,
);
