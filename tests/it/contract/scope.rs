//! Row scope: one predicate, alike in lists, counts, facets, search, figures and flags.

use std::collections::HashMap;

use domain::{EntityKind, Id, Record, Value};
use store::{
    flags::Flag,
    lists::{Query, RowScope},
};

use crate::support::{World, on_both_engines};

const SYSTEM: EntityKind = EntityKind::System;
/// The departments: one, one below it, one below that, and neighbours whose paths only look alike.
const PATHS: [&str; 7] = ["1/", "1/2/", "1/2/3/", "1/20/", "10/", "2/", "12/"];

async fn one_system_in_each(world: &World) -> HashMap<&'static str, Id> {
    let def = SYSTEM.def();
    let rows = PATHS.map(|path| {
        let mut record = Record::blank(def, world.id(), world.now());
        record.version = 1;
        record.path = path.to_owned();
        record.set(def, "name", Value::Text(format!("登记系统 {path}")));
        record.set(def, "department", Value::Id(world.id()));
        record.set(def, "standing", Value::Text("unjustified".into()));
        record.set(def, "deadline_on", Value::Text("2026-01-01".into()));
        record
    });
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, &rows).await.unwrap();
    store::search::index(&mut tx, def, &rows, false).await.unwrap();
    let flags = rows.iter().map(|record| flag_of(world, record)).collect();
    store::flags::insert(&mut tx, flags).await.unwrap();
    tx.commit().await.unwrap();
    PATHS.into_iter().zip(rows.iter().map(|record| record.id)).collect()
}

fn flag_of(world: &World, record: &Record) -> Flag {
    Flag {
        id: world.id(),
        rule: "CBD-01".into(),
        entity: "system".into(),
        subject: record.id,
        path: record.path.clone(),
        severity: "high".into(),
        true_since: String::new(),
        first_seen_at: world.now(),
        deadline_on: String::new(),
        zh: "应上云".into(),
        en: "must move".into(),
        facts: "{}".into(),
        rule_version: 1,
    }
}

/// Every way in which rows come out, as the paths of the systems that a reader of this scope gets.
async fn seen(
    world: &World,
    systems: &HashMap<&'static str, Id>,
    scope: &RowScope,
    within: Option<&str>,
) -> HashMap<&'static str, Vec<String>> {
    let def = SYSTEM.def();
    let path_of = |id: Id| systems.iter().find(|(_, known)| **known == id).map(|(path, _)| (*path).to_owned()).unwrap();
    let within_owned = within.map(str::to_owned);
    let query = Query { within: within_owned.clone(), ..Query::new(def, scope.clone()) };
    let reader = &mut world.db();
    let mut answers = HashMap::new();
    let page = store::lists::page(reader, &query).await.unwrap();
    assert_eq!(page.count, i64::try_from(page.records.len()).unwrap());
    answers.insert("list", page.records.iter().map(|record| record.path.clone()).collect());
    let found = Query { text: Some("登记".into()), ..query.clone() };
    answers.insert(
        "search in a list",
        store::lists::page(reader, &found).await.unwrap().records.iter().map(|record| record.path.clone()).collect(),
    );
    let (_, department) = def.field("department").unwrap();
    let facet = store::lists::facet(reader, &query, department).await.unwrap();
    let owners: HashMap<Value, String> =
        page.records.iter().map(|record| (record.get(def, "department").clone(), record.path.clone())).collect();
    answers.insert(
        "facet",
        facet
            .into_iter()
            .map(|(value, _)| owners.get(&value).cloned().unwrap_or_else(|| "somebody else's".to_owned()))
            .collect(),
    );
    let flags = store::flags::Query {
        scope: scope.clone(),
        within: within_owned.clone(),
        rules: Vec::new(),
        severities: Vec::new(),
        due_before: None,
        after: None,
        backward: false,
        limit: 100,
    };
    answers.insert(
        "flags",
        store::flags::list(reader, &flags).await.unwrap().into_iter().map(|flag| path_of(flag.subject)).collect(),
    );
    let counted: i64 = store::flags::counts(reader, &flags).await.unwrap().into_iter().map(|(_, _, count)| count).sum();
    answers.insert("count of flags", vec![counted.to_string()]);
    let by_department = store::figures::standings_by_department(reader, scope, within).await.unwrap();
    let standings: i64 = by_department.iter().map(|(.., count)| count).sum();
    answers.insert("figures", vec![standings.to_string()]);
    answers.insert(
        "figures by department",
        by_department.into_iter().map(|(id, ..)| owners.get(&Value::Id(id)).cloned().unwrap_or_default()).collect(),
    );
    let (overdue, ..) = store::figures::deadlines(reader, scope, within, "2026-11-23", "2026-11-30").await.unwrap();
    answers.insert("deadlines", vec![overdue.to_string()]);
    answers.values_mut().for_each(|paths: &mut Vec<String>| paths.sort_unstable());
    answers
}

async fn a_reader_gets_its_own_subtree_and_nothing_else_whichever_way_it_asks(world: World) {
    let systems = one_system_in_each(&world).await;
    let paths = |paths: &[&str]| RowScope::Paths(paths.iter().map(|path| (*path).to_owned()).collect());
    let cases: [(RowScope, Option<&str>, &[&str]); 9] = [
        (RowScope::Nothing, None, &[]),
        (paths(&[]), None, &[]),
        (RowScope::Everything, None, &PATHS),
        (paths(&["1/"]), None, &["1/", "1/2/", "1/2/3/", "1/20/"]),
        (paths(&["1/2/"]), None, &["1/2/", "1/2/3/"]),
        (paths(&["1/2/", "10/"]), None, &["1/2/", "1/2/3/", "10/"]),
        (paths(&["1/"]), Some("1/2/"), &["1/2/", "1/2/3/"]),
        (paths(&["1/2/"]), Some("1/"), &["1/2/", "1/2/3/"]),
        (paths(&["1/2/"]), Some("2/"), &[]),
    ];
    for (scope, within, wanted) in cases {
        let mut wanted: Vec<String> = wanted.iter().map(|path| (*path).to_owned()).collect();
        wanted.sort_unstable();
        for (way, found) in seen(&world, &systems, &scope, within).await {
            let number = vec![wanted.len().to_string()];
            let counts = matches!(way, "count of flags" | "figures" | "deadlines");
            assert_eq!(&found, if counts { &number } else { &wanted }, "{way} of {scope:?} within {within:?}");
        }
    }
}

async fn searching_everything_finds_only_what_lies_in_the_readers_subtrees(world: World) {
    let systems = one_system_in_each(&world).await;
    for (paths, wanted) in [
        (Some(vec!["1/2/"]), vec!["1/2/", "1/2/3/"]),
        (Some(vec![]), vec![]),
        (Some(vec!["1/20/", "12/"]), vec!["1/20/", "12/"]),
        (None, PATHS.to_vec()),
    ] {
        let paths: Option<Vec<String>> = paths.map(|paths| paths.into_iter().map(str::to_owned).collect());
        let hits = store::search::find(&mut world.db(), "登记", paths.as_deref(), 100).await.unwrap();
        let mut found: Vec<Id> = hits.into_iter().map(|hit| hit.id).collect();
        let mut wanted: Vec<Id> = wanted.into_iter().map(|path| systems[path]).collect();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{paths:?}");
    }
}

async fn flags_and_search_follow_a_department_that_moves(world: World) {
    let systems = one_system_in_each(&world).await;
    let mut tx = world.db().begin().await.unwrap();
    store::records::move_paths(&mut tx, "1/2/", "2/2/").await.unwrap();
    tx.commit().await.unwrap();
    let new = RowScope::Paths(vec!["2/".into()]);
    let flags = store::flags::Query {
        scope: new,
        within: None,
        rules: vec![],
        severities: vec![],
        due_before: None,
        after: None,
        backward: false,
        limit: 100,
    };
    let mut found: Vec<Id> =
        store::flags::list(&mut world.db(), &flags).await.unwrap().into_iter().map(|flag| flag.subject).collect();
    let mut wanted = vec![systems["2/"], systems["1/2/"], systems["1/2/3/"]];
    found.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    let old = store::search::find(&mut world.db(), "登记", Some(&["1/2/".to_owned()]), 100).await.unwrap();
    assert_eq!(old, [], "the old subtree still finds what has left it");
}

on_both_engines!(
    a_reader_gets_its_own_subtree_and_nothing_else_whichever_way_it_asks,
    searching_everything_finds_only_what_lies_in_the_readers_subtrees,
    flags_and_search_follow_a_department_that_moves,
);
