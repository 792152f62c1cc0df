//! Staging: chunks, refusals, mappings, and one writer at a time.

use domain::Id;
use store::{
    Error,
    imports::{self, Import, Refusal},
    lists::RowScope,
};

use crate::support::{World, on_both_engines};

fn import(world: &World, person: Id, path: &str) -> Import {
    Import {
        id: world.id(),
        entity: "system".into(),
        file_name: "系统 清单.csv".into(),
        person,
        actor: "王建国".into(),
        path: path.into(),
        state: "read".into(),
        version: 1,
        document: "{\"rows\":2}".into(),
        created_at: world.now(),
        updated_at: world.now(),
    }
}

async fn insert(world: &World, new: &Import) {
    let mut tx = world.db().begin().await.unwrap();
    imports::insert(&mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn update(world: &World, changed: &Import) -> store::Result<()> {
    let mut tx = world.db().begin().await?;
    imports::update(&mut tx, changed, world.now()).await?;
    tx.commit().await
}

async fn of_two_changes_to_one_import_the_later_is_stale(world: World) {
    let stored = import(&world, world.id(), "");
    insert(&world, &stored).await;
    assert_eq!(imports::find(&mut world.db(), stored.id).await.unwrap().as_ref(), Some(&stored));
    let changed = Import { state: "checked".into(), document: "{\"a\":\"\\\\ \\n\"}".into(), ..stored.clone() };
    update(&world, &changed).await.unwrap();
    assert!(matches!(update(&world, &changed).await, Err(Error::Stale)));
    let found = imports::find(&mut world.db(), stored.id).await.unwrap().unwrap();
    assert_eq!((found.version, found.state, found.document), (2, "checked".to_owned(), changed.document));
}

async fn staged_bytes_come_back_byte_for_byte_and_are_forgotten_whole(world: World) {
    let (id, other) = (world.id(), world.id());
    let bytes: Vec<u8> = (0..=255).cycle().take(70_000).collect();
    let mut tx = world.db().begin().await.unwrap();
    imports::stage(&mut tx, id, 0, bytes.clone()).await.unwrap();
    imports::stage(&mut tx, id, 1, Vec::new()).await.unwrap();
    imports::stage(&mut tx, other, 0, vec![1]).await.unwrap();
    imports::restage(&mut tx, id, 1, vec![9]).await.unwrap();
    tx.commit().await.unwrap();
    let reader = &mut world.db();
    assert_eq!(imports::chunk(reader, id, 0).await.unwrap(), Some(bytes));
    assert_eq!(imports::chunk(reader, id, 1).await.unwrap(), Some(vec![9]));
    assert_eq!(imports::chunk(reader, id, 2).await.unwrap(), None);
    let mut tx = world.db().begin().await.unwrap();
    imports::unstage(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(imports::chunk(reader, id, 0).await.unwrap(), None);
    assert_eq!(imports::chunk(reader, other, 0).await.unwrap(), Some(vec![1]));
}

async fn refusals_come_back_in_file_order_page_by_page_with_counts_by_rule(world: World) {
    let id = world.id();
    let refusal = |row: i64, rule: &str| Refusal {
        row,
        column: "系统名称".into(),
        field: "name".into(),
        value: "a\\b\t“c”\nd".into(),
        rule: rule.into(),
        zh: "缺少系统名称".into(),
        en: "name is missing".into(),
        suggestion: String::new(),
    };
    let all: Vec<Refusal> = (0..7).map(|row| refusal(row + 2, if row < 5 { "required" } else { "too-long" })).collect();
    let mut tx = world.db().begin().await.unwrap();
    imports::refuse(&mut tx, id, 1, all[..4].to_vec()).await.unwrap();
    imports::refuse(&mut tx, id, 5, all[4..].to_vec()).await.unwrap();
    tx.commit().await.unwrap();
    let reader = &mut world.db();
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let page = imports::refusals(reader, id, after, 3).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = *last;
        found.extend(page.into_iter().map(|(_, refusal)| refusal));
    }
    assert_eq!(found, all);
    let counts = imports::refusal_counts(reader, id).await.unwrap();
    assert_eq!(counts, [("name".into(), "required".into(), 5), ("name".into(), "too-long".into(), 2)]);
    let mut tx = world.db().begin().await.unwrap();
    imports::forgive(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(imports::refusals(reader, id, 0, 10).await.unwrap(), []);
}

async fn a_person_lists_the_own_imports_and_an_auditor_all(world: World) {
    let (me, you) = (world.id(), world.id());
    let (mine, yours, below) = (import(&world, me, "1/"), import(&world, you, "2/"), import(&world, you, "1/2/"));
    for one in [&mine, &yours, &below] {
        insert(&world, one).await;
    }
    let list = async |scope: RowScope| -> Vec<Id> {
        let mut ids: Vec<Id> = imports::list(&mut world.db(), me, &scope, None, 10)
            .await
            .unwrap()
            .into_iter()
            .map(|import| import.id)
            .collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(list(RowScope::Nothing).await, [mine.id]);
    assert_eq!(list(RowScope::Everything).await, [mine.id, yours.id, below.id]);
    assert_eq!(list(RowScope::Paths(vec!["1/".into()])).await, [mine.id, below.id]);
}

async fn a_mapping_is_remembered_for_its_source_and_the_last_one_counts(world: World) {
    let mut tx = world.db().begin().await.unwrap();
    for document in ["[null]", "[\"name\"]"] {
        imports::remember_mapping(&mut tx, "system", "dc:abc", document, world.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let reader = &mut world.db();
    assert_eq!(imports::mapping(reader, "system", "dc:abc").await.unwrap().as_deref(), Some("[\"name\"]"));
    assert_eq!(imports::mapping(reader, "component", "dc:abc").await.unwrap(), None);
}

async fn imports_that_a_crash_left_in_the_middle_are_found(world: World) {
    let stuck = Import { state: "applying".into(), ..import(&world, world.id(), "") };
    insert(&world, &stuck).await;
    insert(&world, &import(&world, world.id(), "")).await;
    let later = world.now().checked_add(jiff::Span::new().seconds(1)).unwrap();
    let found = imports::in_state(&mut world.db(), "applying", later).await.unwrap();
    assert_eq!(found, [stuck]);
}

on_both_engines!(
    of_two_changes_to_one_import_the_later_is_stale,
    staged_bytes_come_back_byte_for_byte_and_are_forgotten_whole,
    refusals_come_back_in_file_order_page_by_page_with_counts_by_rule,
    a_person_lists_the_own_imports_and_an_auditor_all,
    a_mapping_is_remembered_for_its_source_and_the_last_one_counts,
    imports_that_a_crash_left_in_the_middle_are_found,
);
