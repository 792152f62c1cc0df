//! Search: two-character Chinese words, beginnings of words, never a restricted field.

use domain::{EntityKind, Id, Record, Value};
use store::search;

use crate::support::{World, on_both_engines};

async fn stored(world: &World, kind: EntityKind, values: &[(&str, &str)]) -> Id {
    let def = kind.def();
    let mut record = Record::blank(def, world.id(), world.now());
    record.version = 1;
    for (name, text) in values {
        record.set(def, name, Value::Text((*text).to_owned()));
    }
    let mut tx = world.db().begin().await.unwrap();
    store::records::insert(&mut tx, def, std::slice::from_ref(&record)).await.unwrap();
    search::index(&mut tx, def, std::slice::from_ref(&record), false).await.unwrap();
    tx.commit().await.unwrap();
    record.id
}

async fn found(world: &World, text: &str) -> Vec<Id> {
    search::find(&mut world.db(), text, None, 50).await.unwrap().into_iter().map(|hit| hit.id).collect()
}

async fn nothing_to_search_for_finds_nothing(world: World) {
    stored(&world, EntityKind::System, &[("name", "不动产登记系统")]).await;
    for text in ["", " ", "!!!", "'\"|&:*()", "-"] {
        assert_eq!(found(&world, text).await, [], "{text:?}");
    }
}

async fn a_two_character_word_inside_a_name_is_found(world: World) {
    let land = stored(&world, EntityKind::System, &[("name", "不动产登记系统")]).await;
    stored(&world, EntityKind::System, &[("name", "协同办公系统")]).await;
    for text in ["登记", "动产", "不动产", "不动产登记系统", "产", "登记 系统", "系统 登记"] {
        assert_eq!(found(&world, text).await, [land], "{text}");
    }
    assert_eq!(found(&world, "产登系").await, [], "characters that stand apart are no word");
}

async fn rare_characters_beyond_the_basic_plane_are_found(world: World) {
    let rare = stored(&world, EntityKind::System, &[("name", "䶮溪县𠮷祥数据平台")]).await;
    for text in ["䶮溪", "𠮷祥", "𠮷"] {
        assert_eq!(found(&world, text).await, [rare], "{text}");
    }
}

async fn the_beginning_of_a_word_finds_it_whatever_its_case_and_width(world: World) {
    let portal = stored(&world, EntityKind::System, &[("name", "Citizen Portal V2"), ("code", "XT-0042")]).await;
    for text in ["port", "PORT", "Port", "citizen por", "v2", "xt-0042", "XT 004"] {
        assert_eq!(found(&world, text).await, [portal], "{text}");
    }
    assert_eq!(found(&world, "ortal").await, [], "the middle of a word in letters is no beginning");
}

async fn restricted_fields_are_never_found(world: World) {
    let contact = [("name", "门户"), ("contact_phone", "13800001111"), ("contact", "王建国")];
    stored(&world, EntityKind::System, &contact).await;
    stored(&world, EntityKind::Department, &[("name", "财政局"), ("phone", "057180000001")]).await;
    stored(&world, EntityKind::Component, &[("name", "srv"), ("ip", "10.20.0.10"), ("serial", "SN998877")]).await;
    stored(&world, EntityKind::DataCenter, &[("name", "机房"), ("address", "解放路一号")]).await;
    for text in ["13800001111", "138", "057180000001", "10.20.0.10", "10", "SN998877", "解放", "解放路"] {
        assert_eq!(found(&world, text).await, [], "{text}");
    }
    assert_eq!(found(&world, "门户").await.len(), 1, "what is not restricted is found");
}

async fn the_name_itself_comes_first_then_names_that_begin_with_it_then_the_rest(world: World) {
    let rest = stored(&world, EntityKind::System, &[("name", "省级协同"), ("function", "协同办公")]).await;
    let inside = stored(&world, EntityKind::System, &[("name", "市级协同办公系统")]).await;
    let begins = stored(&world, EntityKind::System, &[("name", "协同办公系统")]).await;
    let exact = stored(&world, EntityKind::System, &[("name", "协同办公")]).await;
    assert_eq!(found(&world, "协同办公").await, [exact, begins, inside, rest]);
}

async fn a_changed_record_is_found_by_its_new_words_only_and_a_removed_one_not_at_all(world: World) {
    let def = EntityKind::System.def();
    let id = stored(&world, EntityKind::System, &[("name", "旧名称系统")]).await;
    let mut record = world.reread(EntityKind::System, id).await;
    record.set(def, "name", Value::Text("新叫法平台".into()));
    let mut tx = world.db().begin().await.unwrap();
    search::index(&mut tx, def, &[record], true).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&world, "名称").await, []);
    assert_eq!(found(&world, "叫法").await, [id]);
    let mut tx = world.db().begin().await.unwrap();
    search::forget(&mut tx, &[id]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(found(&world, "叫法").await, []);
}

async fn a_list_narrowed_by_words_finds_its_own_entity_only(world: World) {
    let system = stored(&world, EntityKind::System, &[("name", "财政预算系统")]).await;
    stored(&world, EntityKind::DataCenter, &[("name", "财政机房")]).await;
    let def = EntityKind::System.def();
    let query = store::lists::Query {
        text: Some("财政".into()),
        ..store::lists::Query::new(def, store::lists::RowScope::Everything)
    };
    let page = store::lists::page(&mut world.db(), &query).await.unwrap();
    assert_eq!((page.count, page.records.iter().map(|record| record.id).collect::<Vec<_>>()), (1, vec![system]));
    let none = store::lists::Query { text: Some("!!".into()), ..query };
    assert_eq!(store::lists::page(&mut world.db(), &none).await.unwrap().count, 0);
}

async fn words_with_marks_of_the_engines_own_language_are_just_words(world: World) {
    let id =
        stored(&world, EntityKind::System, &[("name", "O'Brien \"AND\" back\\slash NOT near(x) & | ! : * col:umn")])
            .await;
    for text in ["o'brien", "back\\slash", "\"and\"", "not near", "umn", "col:umn", "x & y"] {
        let hits = found(&world, text).await;
        assert_eq!(hits, if text == "x & y" { vec![] } else { vec![id] }, "{text}");
    }
}

async fn a_question_as_long_as_a_page_is_answered(world: World) {
    stored(&world, EntityKind::System, &[("name", "不动产登记系统")]).await;
    let long = "不动产登记系统与税务协同".repeat(400);
    assert_eq!(found(&world, &long).await, []);
}

on_both_engines!(
    nothing_to_search_for_finds_nothing,
    a_two_character_word_inside_a_name_is_found,
    rare_characters_beyond_the_basic_plane_are_found,
    the_beginning_of_a_word_finds_it_whatever_its_case_and_width,
    restricted_fields_are_never_found,
    the_name_itself_comes_first_then_names_that_begin_with_it_then_the_rest,
    a_changed_record_is_found_by_its_new_words_only_and_a_removed_one_not_at_all,
    a_list_narrowed_by_words_finds_its_own_entity_only,
    words_with_marks_of_the_engines_own_language_are_just_words,
    a_question_as_long_as_a_page_is_answered,
);
