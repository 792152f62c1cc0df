//! Classified rows: refused by row number alone, and nothing of them is anywhere: not in the database, its log and
//! freed pages, not in the data folder, not in what is handed back.

use domain::{EntityKind, FaultKind};
use services::imports;
use store::{Engine, Sql};

use crate::support::{World, csv, engine, import::counts, on_both_engines, operator};

const SYSTEM: EntityKind = EntityKind::System;

/// Words that stand in the classified row and nowhere else.
const SECRET: [&str; 5] = ["雷霆指挥调度系统", "上云市隐秘工程办公室", "Q7XKVBNE", "仓山路九号地下", "zhanghaomou"];
/// The same for a row whose mark is found later.
const HEADERS: [&str; 7] = ["系统编码", "系统名称", "使用单位", "涉密分类", "访问地址", "联系人", "备注"];

fn file(mark: &str) -> Vec<u8> {
    let [name, department, code, address, contact] = SECRET;
    csv(
        &HEADERS,
        &[
            &["XT-1", "协同办公系统", "财政局", "非涉密", "http://oa", "王建国", ""],
            &[code, name, department, mark, address, contact, "=cmd|' /C calc'!A0"],
            &["XT-3", "涉密人员管理系统", "财政局", "", "", "", "只登记培训"],
        ],
    )
}

/// Every text and every byte that the database holds, and every file of the data folder, in every spelling of `word`.
async fn assert_nowhere(world: &World, word: &str) {
    let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let escaped: String = word
        .chars()
        .map(
            |character| {
                if character.is_ascii() { character.to_string() } else { format!("\\u{:04x}", u32::from(character)) }
            },
        )
        .collect();
    let spellings = [word.as_bytes().to_vec(), utf16, escaped.into_bytes()];
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for spelling in &spellings {
            assert!(
                !bytes.windows(spelling.len()).any(|window| window == spelling),
                "“{word}” stands in {}",
                path.display()
            );
        }
    }
    let mut looked_at = 0;
    for table in store::tables(world.db()).await.unwrap() {
        if table.starts_with("search_text") || table.starts_with("_sqlx") {
            continue;
        }
        for (column, kind) in store::columns(world.db(), &table).await.unwrap() {
            let of = match (kind.as_str(), world.db().engine()) {
                ("text", _) | ("tsvector", Engine::Postgres) => format!("cast({column} as text)"),
                ("bytes", Engine::Postgres) if column == "body" => format!("encode({column}, 'hex')"),
                ("bytes", Engine::Sqlite) if column == "body" => format!("lower(hex({column}))"),
                _ => continue,
            };
            looked_at += 1;
            let hex: String = word.bytes().map(|byte| format!("{byte:02x}")).collect();
            let wanted = if of.contains("hex") { hex } else { word.to_owned() };
            let found =
                engine::all(world.db(), format!("select count(*) from {table} where {of} like '%{wanted}%'")).await;
            assert_eq!(found[0].int(0).unwrap(), 0, "“{word}” stands in {table}.{column}");
        }
    }
    assert!(looked_at > 50, "only {looked_at} columns were looked at");
}

async fn assert_nothing_of_it_is_anywhere(world: &World) {
    for word in SECRET {
        assert_nowhere(world, word).await;
    }
}

async fn a_classified_row_leaves_no_trace_on_its_way_through_an_import(world: World) {
    world.department("财政局", None).await;
    for mark in ["涉密", "是", "机密★10年", "Secret", "待定密", "?"] {
        let checked = world.check(SYSTEM, "system list.csv", file(mark)).await;
        assert_nothing_of_it_is_anywhere(&world).await;
        assert_eq!(checked.document.classified_rows, [3], "{mark}");
        let errors = world.errors(&checked).await;
        let told = errors.iter().find(|error| error.row == 3).unwrap();
        assert_eq!((told.rule.as_str(), told.column.as_str(), told.value.as_str()), ("classified", "", ""));
        let shown = format!("{checked:?} {errors:?}");
        let refused =
            String::from_utf8(imports::refused_rows(&world.services, &operator(), checked.id).await.unwrap()).unwrap();
        for word in SECRET {
            assert!(!shown.contains(word) && !refused.contains(word), "{word} is handed back");
        }
        assert!(refused.contains(",3,"), "the number of the row is all that comes back: {refused}");
        world.apply(&checked).await;
        assert_nothing_of_it_is_anywhere(&world).await;
    }
    assert_eq!(world.count(SYSTEM).await, 2);
    assert_eq!(world.system("XT-3").await.get(SYSTEM.def(), "name").as_text(), Some("涉密人员管理系统"));
}

async fn a_file_with_a_classified_row_is_not_applied_unless_somebody_leaves_the_row_out(world: World) {
    world.department("财政局", None).await;
    let checked = world.check(SYSTEM, "list.csv", file("涉密")).await;
    assert_eq!(checked.document.counts, Some(counts(2, 0, 0, 1)));
    let refused = imports::apply_now(&world.services, &operator(), checked.id, Some(false)).await.unwrap_err();
    assert_eq!(refused.code, "rows-refused");
    assert_eq!(world.count(SYSTEM).await, 0);
}

async fn a_second_column_of_the_same_name_is_looked_at_too(world: World) {
    world.department("财政局", None).await;
    for headers in [["涉密分类", "涉密分类"], ["涉密分类", "是否涉密(是/否)"], ["备注", "密级"]] {
        let all = ["系统名称", "使用单位", headers[0], headers[1]];
        let list = csv(&all, &[&["公开系统", "财政局", "非涉密", "否"], &[SECRET[0], "财政局", "非涉密", "机密"]]);
        let checked = world.check(SYSTEM, "list.csv", list).await;
        assert_eq!(checked.document.classified_rows, [3], "{headers:?}");
        assert_nowhere(&world, SECRET[0]).await;
    }
}

async fn a_column_that_turns_out_to_be_the_classification_takes_its_rows_out_of_what_was_kept(world: World) {
    world.department("财政局", None).await;
    let [name, department, code, address, contact] = SECRET;
    let headers = ["系统编码", "系统名称", "使用单位", "情况", "访问地址", "联系人"];
    let list = csv(
        &headers,
        &[
            &["XT-1", "协同办公系统", "财政局", "非涉密", "http://oa", "王建国"],
            &[code, name, department, "机密", address, contact],
        ],
    );
    let checked = world.check(SYSTEM, "list.csv", list).await;
    assert_eq!(checked.document.classified_rows, [] as [u32; 0], "nobody could know");
    let mut mapping = checked.document.mapping.clone();
    assert_eq!(mapping[3], None);
    mapping[3] = Some("secrecy".to_owned());
    let corrected = imports::set_mapping(&world.services, &operator(), checked.id, mapping).await.unwrap();
    assert_eq!((corrected.document.rows, corrected.document.classified_rows.as_slice()), (1, &[3][..]));
    assert_nothing_of_it_is_anywhere(&world).await;
    let checked = imports::check_now(&world.services, &operator(), checked.id).await.unwrap();
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 1)));
    world.apply(&checked).await;
    assert_nothing_of_it_is_anywhere(&world).await;
}

async fn servers_and_rooms_marked_classified_are_refused_as_well(world: World) {
    world.department("财政局", None).await;
    let headers = ["机房名称", "所属单位", "是否涉密"];
    let list = csv(&headers, &[&["公开机房", "财政局", "否"], &[SECRET[0], "财政局", "是"]]);
    let checked = world.check(EntityKind::DataCenter, "rooms.csv", list).await;
    assert_eq!(checked.document.classified_rows, [3]);
    assert_nowhere(&world, SECRET[0]).await;
}

async fn a_form_that_says_classified_is_refused_without_repeating_it(world: World) {
    let department = world.department("财政局", None).await.id.to_string();
    for mark in ["涉密", "绝密", "秘密级"] {
        let values = [("name", SECRET[0]), ("department", department.as_str()), ("secrecy", mark)];
        let fault = world.create_as(&operator(), SYSTEM, &values).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Invalid);
        let [problem] = &fault.problems[..] else { panic!("{fault:?}") };
        assert_eq!((problem.field.as_str(), problem.rule.as_str()), ("secrecy", "classified"));
        assert!(!format!("{fault:?}").contains(SECRET[0]));
    }
    assert_nowhere(&world, SECRET[0]).await;
    let allowed = [("name", "涉密人员管理系统"), ("department", department.as_str()), ("secrecy", "非涉密")];
    world.create(SYSTEM, &allowed).await;
}

async fn a_department_records_how_many_it_has_and_nothing_else(world: World) {
    let office = world.department("机要局", None).await;
    world.update(EntityKind::Department, office.id, &[("classified_count", "7")]).await;
    let found = world.rows(Sql::new("select classified_count from department")).await;
    assert_eq!(found[0].int(0).unwrap(), 7);
}

on_both_engines!(
    a_classified_row_leaves_no_trace_on_its_way_through_an_import,
    a_file_with_a_classified_row_is_not_applied_unless_somebody_leaves_the_row_out,
    a_second_column_of_the_same_name_is_looked_at_too,
    a_column_that_turns_out_to_be_the_classification_takes_its_rows_out_of_what_was_kept,
    servers_and_rooms_marked_classified_are_refused_as_well,
    a_form_that_says_classified_is_refused_without_repeating_it,
    a_department_records_how_many_it_has_and_nothing_else,
);
