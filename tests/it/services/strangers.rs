//! Files that strangers published, under their own headers: federal domains of the United States, two yearly
//! inventories of the District of Columbia, application lists of a migration tool.

use std::collections::HashSet;

use domain::{EntityKind, Value};
use exchange::ReadOptions;
use services::imports::{self, ImportView, State};

use crate::support::{World, import::counts, on_both_engines, operator, sample};

const SYSTEM: EntityKind = EntityKind::System;
const DOMAINS: &str = "us-dotgov-federal.csv";

/// The cells of one column of a sample, as a reader of the file sees them.
fn column(file: &str, header: &str) -> Vec<String> {
    let table = exchange::read(file, &sample(file), &ReadOptions::default()).unwrap();
    let index = table.headers.iter().position(|known| known == header).unwrap();
    table.rows.into_iter().map(|row| row.cells[index].trim().to_owned()).collect()
}

/// Organisations of the domain list, and their units; a unit of the same name is the organisation itself.
fn organisations() -> (HashSet<String>, HashSet<(String, String)>) {
    let (tops, units) = (column(DOMAINS, "Organization name"), column(DOMAINS, "Suborganization name"));
    let plain = |name: &str| domain::fold(name).replace(" & ", " and ");
    let below = tops.iter().zip(units).filter(|(top, unit)| !unit.is_empty() && plain(unit) != plain(top));
    (tops.iter().map(|top| plain(top)).collect(), below.map(|(top, unit)| (plain(top), plain(&unit))).collect())
}

async fn create_departments(world: &World, import: &ImportView) -> ImportView {
    imports::create_missing_departments(&world.services, &operator(), import.id).await.unwrap()
}

async fn unknown_departments_are_one_error_with_one_button_and_nothing_happens_before_it_is_pressed(world: World) {
    let checked = world.check(SYSTEM, DOMAINS, sample(DOMAINS)).await;
    assert_eq!(checked.document.counts, Some(counts(0, 0, 0, 1_321)));
    let (tops, units) = organisations();
    let [missing] = &checked.document.missing[..] else { panic!("{:?}", checked.document.missing) };
    assert_eq!((missing.field.as_str(), missing.entity.as_str(), missing.rows), ("department", "department", 1_321));
    assert_eq!(missing.to_create, u64::try_from(tops.len() + units.len()).unwrap());
    assert_eq!(world.count(EntityKind::Department).await, 0);
    let refused = imports::apply_now(&world.services, &operator(), checked.id, Some(false)).await.unwrap_err();
    assert_eq!(refused.code, "rows-refused");
    assert_eq!(world.count(SYSTEM).await, 0);
}

async fn a_file_comes_in_with_its_departments_comes_again_unchanged_and_goes_again_whole(world: World) {
    let checked = world.check(SYSTEM, DOMAINS, sample(DOMAINS)).await;
    let ready = create_departments(&world, &checked).await;
    assert_eq!(ready.document.counts, Some(counts(1_321, 0, 0, 0)), "{:?}", world.errors(&ready).await.first());
    let (tops, units) = organisations();
    let departments = i64::try_from(tops.len() + units.len()).unwrap();
    assert_eq!(world.count(EntityKind::Department).await, departments);
    let applied = world.apply(&ready).await;
    assert_eq!((applied.state, world.count(SYSTEM).await), (State::Applied, 1_321));
    let unit = world.by_name(SYSTEM, "va.gov").await.path;
    assert!(unit.matches('/').count() >= 1, "{unit}");

    assert_eq!(world.import(SYSTEM, "again.csv", sample(DOMAINS)).await, counts(0, 0, 1_321, 0));
    assert_eq!(world.number("select count(*) from audit_entry where entity = 'system' and action = 'update'").await, 0);

    let undone = imports::undo(&world.services, &operator(), applied.id).await.unwrap();
    assert_eq!(undone.state, State::Undone);
    assert_eq!((world.count(SYSTEM).await, world.count(EntityKind::Department).await), (0, 0));
    assert_eq!(world.number("select count(*) from search_entry").await, 0);
    assert_eq!(world.number("select count(*) from flag where closed_at = 0").await, 0);
}

async fn the_inventory_of_the_next_year_updates_the_same_things_under_other_headers(world: World) {
    let (first, second) = ("us-dc-inventory-2018.csv", "us-dc-inventory-2019.csv");
    let checked = world.check(SYSTEM, first, sample(first)).await;
    let ready = create_departments(&world, &checked).await;
    assert_eq!(ready.document.counts, Some(counts(1_640, 0, 0, 0)));
    world.apply(&ready).await;

    let checked = world.check(SYSTEM, second, sample(second)).await;
    assert_eq!(checked.document.keys, ["source_key", "name"], "what rows are found again by is told before");
    let ready = create_departments(&world, &checked).await;
    let known: HashSet<String> = column(first, "OBJECTID").into_iter().collect();
    let keys = column(second, "EDI_ID");
    // A row whose agency cannot be told from another is refused whether it is known or not.
    let refused: HashSet<i64> = world.errors(&ready).await.iter().map(|error| error.row).collect();
    let taken: Vec<&String> = (2..).zip(&keys).filter(|(row, _)| !refused.contains(row)).map(|(_, key)| key).collect();
    let again = u64::try_from(taken.iter().filter(|key| known.contains(**key)).count()).unwrap();
    let found = world.apply(&ready).await.document.counts.unwrap();
    assert_eq!(found.update + found.unchanged, again, "known things are changed, not made again");
    assert_eq!(found.create, u64::try_from(taken.len()).unwrap() - again);
    assert!(again > 1_300, "most of them are known: {again}");
    assert_eq!(world.count(SYSTEM).await, 1_640 + i64::try_from(found.create).unwrap());
    let twice = "select count(*) from (select source_key from system where removed_at = 0 and source_key <> '' group by source, source_key having count(*) > 1) twice";
    assert_eq!(world.number(twice).await, 0);
}

async fn an_unmapped_column_of_the_second_file_clears_nothing_of_the_first(world: World) {
    let (first, second) = ("us-dc-inventory-2018.csv", "us-dc-inventory-2019.csv");
    for file in [first, second] {
        let checked = world.check(SYSTEM, file, sample(file)).await;
        let ready = create_departments(&world, &checked).await;
        world.apply(&ready).await;
    }
    // The summary and the record number stand in the first file only.
    let lost = "select count(*) from system where removed_at = 0 and source = 'file' and version > 1 and (code = '' or function = '')";
    let without_summary = column(first, "DATASET_SUMMARY").iter().filter(|text| text.is_empty()).count();
    assert!(world.number(lost).await <= i64::try_from(without_summary).unwrap());
    let code = world.by_code(SYSTEM, &column(first, "RECORD_ID")[0]).await;
    assert_ne!(code.get(SYSTEM.def(), "function"), &Value::Null);
}

async fn rows_of_an_application_list_say_what_is_wrong_with_them(world: World) {
    let without_name = "konveyor-missing_application_name.csv";
    let checked = world.check(SYSTEM, without_name, sample(without_name)).await;
    assert!(world.errors(&checked).await.iter().any(|error| (error.row, error.rule.as_str()) == (2, "required")));

    let spaces = "konveyor-app_name_with_spaces_21.csv";
    let checked = create_departments(&world, &world.check(SYSTEM, spaces, sample(spaces)).await).await;
    let errors = world.errors(&checked).await;
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 1)), "a space before a name makes no other name");
    assert_eq!((errors[0].row, errors[0].rule.as_str()), (3, "duplicate-in-file"));
    world.apply(&checked).await;

    let blank = "konveyor-mandatory_and_empty_row_21.csv";
    let checked = world.check(SYSTEM, blank, sample(blank)).await;
    assert_eq!(checked.document.rows, 2, "a row without anything in it is no row");
    assert_eq!(world.apply(&checked).await.document.counts, Some(counts(2, 0, 0, 0)));
    assert_eq!(
        checked.document.creates.iter().map(|row| row.row).collect::<Vec<_>>(),
        [2, 4],
        "rows are numbered as in the file"
    );
}

async fn a_file_without_a_department_column_says_so_on_every_row(world: World) {
    let file = "konveyor-invalid_column_schema.csv";
    let checked = world.check(SYSTEM, file, sample(file)).await;
    let errors = world.errors(&checked).await;
    assert_eq!(checked.document.counts, Some(counts(0, 0, 0, 2)));
    assert_eq!(
        errors.iter().map(|error| (error.row, error.rule.as_str())).collect::<Vec<_>>(),
        [(2, "required"), (3, "required")]
    );
    assert!(
        errors[0].message.zh.contains("使用单位") && errors[0].message.en.contains("Department"),
        "{:?}",
        errors[0].message
    );
}

on_both_engines!(
    unknown_departments_are_one_error_with_one_button_and_nothing_happens_before_it_is_pressed,
    a_file_comes_in_with_its_departments_comes_again_unchanged_and_goes_again_whole,
    the_inventory_of_the_next_year_updates_the_same_things_under_other_headers,
    an_unmapped_column_of_the_second_file_clears_nothing_of_the_first,
    rows_of_an_application_list_say_what_is_wrong_with_them,
    a_file_without_a_department_column_says_so_on_every_row,
);
