//! Rows as people write them: what is read kindly, what is refused, and what is never touched.

use domain::{EntityKind, FaultKind, Record, Value};
use services::imports::{self, RowError, Upload};

use crate::support::{World, csv, department, import::counts, on_both_engines, operator, utf16};

const SYSTEM: EntityKind = EntityKind::System;

fn field<'r>(record: &'r Record, name: &str) -> &'r Value {
    record.get(SYSTEM.def(), name)
}

fn text(record: &Record, name: &str) -> String {
    field(record, name).as_text().unwrap_or("").to_owned()
}

fn rules(errors: &[RowError]) -> Vec<(i64, &str)> {
    errors.iter().map(|error| (error.row, error.rule.as_str())).collect()
}

/// Checks rows of `系统名称, 使用单位` and more columns.
async fn check(world: &World, headers: &[&str], rows: &[&[&str]]) -> imports::ImportView {
    world.check(SYSTEM, "list.csv", csv(headers, rows)).await
}

async fn a_file_that_is_no_table_is_refused_with_what_would_be_right(world: World) {
    let cases: [(Vec<u8>, &str); 6] = [
        (Vec::new(), "empty"),
        (b"\r\n\r\n".to_vec(), "no-header"),
        (b"%PDF-1.7 \x00\x01".to_vec(), "not-a-table"),
        (b"PK\x03\x04 not a workbook".to_vec(), ""),
        ("系统名称,使用单位\r\n\"一,二".as_bytes().to_vec(), "unclosed-quote"),
        ("系统名称,使用单位\r\n一\0二,三\r\n".as_bytes().to_vec(), "nul"),
    ];
    for (bytes, code) in cases {
        let fault = world.read_as(&operator(), SYSTEM, "list.csv", bytes.clone()).await.unwrap_err();
        assert!(matches!(fault.kind, FaultKind::Invalid), "{fault:?}");
        assert!(fault.code.contains(code), "{} for {code}", fault.code);
        assert!(!fault.message.zh.is_empty() && !fault.message.en.is_empty() && fault.inward.is_none(), "{fault:?}");
    }
    let left: i64 = world.number("select count(*) from import_batch").await;
    assert_eq!(left, 0, "a file that cannot be read leaves an import behind");
}

async fn a_file_larger_than_allowed_is_refused_by_its_size(world: World) {
    let bytes = vec![b'a'; 64 * 1024 * 1024 + 1];
    let fault = world.read_as(&operator(), SYSTEM, "list.csv", bytes).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::TooLarge);
}

async fn a_file_of_fifty_megabytes_is_read(world: World) {
    // Few rows with much in them: what is measured is size, not the register.
    world.department("财政局", None).await;
    let long = "长".repeat(4_000);
    let row = format!("系统 {{n}},财政局,{long},{long},{long},{long}\r\n");
    let count = 50 * 1024 * 1024 / row.len() + 1;
    let mut file = String::from("系统名称,使用单位,业务功能,备注,甲,乙\r\n");
    for number in 0..count {
        file += &row.replace("{n}", &number.to_string());
    }
    assert!(file.len() >= 50 * 1024 * 1024);
    let checked = world.check(SYSTEM, "large.csv", file.into_bytes()).await;
    assert_eq!(checked.document.counts, Some(counts(u64::try_from(count).unwrap(), 0, 0, 0)));
}

async fn a_nul_character_written_in_utf_16_is_refused_too(world: World) {
    let fault =
        world.read_as(&operator(), SYSTEM, "list.csv", utf16("系统名称,使用单位\r\n一\0二,三\r\n")).await.unwrap_err();
    assert!(fault.code.contains("nul") && fault.message.zh.contains("第 2 行第 1 列"), "{fault:?}");
}

async fn a_telephone_number_a_formula_and_a_line_break_come_in_as_they_stand(world: World) {
    world.department("财政局", None).await;
    let headers = ["系统名称", "使用单位", "联系电话", "备注", "联系人"];
    let rows: [&[&str]; 4] = [
        &["'=cmd|' /C calc'!A0", "财政局", "+86 571 8000 0001", "第一行\r\n第二行", "王\n建国"],
        &["=1+1", "财政局", "'+86 571 8000 0002", "-", "@all"],
        &["  两头 有   空格 ", "财政局", "", "", ""],
        &["''=x", "财政局", "", "'引号", ""],
    ];
    let checked = check(&world, &headers, &rows).await;
    assert_eq!(world.apply(&checked).await.document.counts, Some(counts(4, 0, 0, 0)));
    let formula = world.by_name(SYSTEM, "=cmd|' /C calc'!A0").await;
    assert_eq!(text(&formula, "contact_phone"), "+86 571 8000 0001");
    assert_eq!(text(&formula, "remark"), "第一行\n第二行");
    assert_eq!(text(&formula, "contact"), "王 建国", "in a field of one line a break is a space");
    let sum = world.by_name(SYSTEM, "=1+1").await;
    assert_eq!(
        (text(&sum, "contact_phone"), text(&sum, "remark"), text(&sum, "contact")),
        ("+86 571 8000 0002".into(), "-".into(), "@all".into())
    );
    assert_eq!(text(&world.by_name(SYSTEM, "两头 有 空格").await, "name"), "两头 有 空格");
    assert_eq!(
        text(&world.by_name(SYSTEM, "'=x").await, "remark"),
        "'引号",
        "an apostrophe before a word belongs to it"
    );
}

async fn dates_and_amounts_are_read_as_people_write_them(world: World) {
    world.department("财政局", None).await;
    let headers = ["系统名称", "使用单位", "上线日期", "建设金额(元)", "年运维金额(万元)", "含个人信息"];
    let rows: [&[&str]; 3] = [
        &["一", "财政局", "2020年3月1日", "1,250,000", "12.5", "√"],
        &["二", "财政局", "2020/3/1", "125万元", "125000元", "否"],
        &["三", "财政局", "20200301", "¥1250000.00", "0.00125亿元", ""],
    ];
    let checked = check(&world, &headers, &rows).await;
    assert_eq!(checked.document.counts, Some(counts(3, 0, 0, 0)), "{:?}", world.errors(&checked).await);
    world.apply(&checked).await;
    for name in ["一", "二", "三"] {
        let record = world.by_name(SYSTEM, name).await;
        assert_eq!(text(&record, "live_on"), "2020-03-01", "{name}");
        assert_eq!(
            (field(&record, "build_cost"), field(&record, "yearly_cost")),
            (&Value::Int(125_000_000), &Value::Int(12_500_000)),
            "{name}"
        );
    }
    assert_eq!(field(&world.by_name(SYSTEM, "三").await, "personal_info"), &Value::Null);
}

async fn every_mistake_of_a_row_is_told_not_only_the_first(world: World) {
    world.department("财政局", None).await;
    let headers = ["系统名称", "使用单位", "上线日期", "建设金额", "等保级别", "含个人信息", "注册用户数"];
    let rows: [&[&str]; 2] = [
        &["", "没有的单位", "2026-02-30", "很多", "九级", "也许", "-3"],
        &["好", "财政局", "2026-02-28", "1", "三级", "是", "3"],
    ];
    let checked = check(&world, &headers, &rows).await;
    let errors = world.errors(&checked).await;
    let mut found = rules(&errors);
    found.sort_unstable();
    let mut wanted = vec![
        "no-such-day",
        "not-a-number",
        "unknown-code",
        "not-yes-or-no",
        "negative",
        "unknown-reference",
        "required",
    ];
    wanted.sort_unstable();
    assert_eq!(found, wanted.into_iter().map(|rule| (2, rule)).collect::<Vec<_>>());
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 1)));
    assert!(errors.iter().all(|error| !error.message.zh.is_empty() && !error.message.en.is_empty()));
}

async fn a_row_with_more_cells_than_headers_or_a_text_too_long_is_refused_alone(world: World) {
    world.department("财政局", None).await;
    let long = "长".repeat(201);
    let file = format!("系统名称,使用单位\r\n一,财政局,多出来的\r\n{long},财政局\r\n好,财政局\r\n");
    let checked = world.check(SYSTEM, "list.csv", file.into_bytes()).await;
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 2)));
    assert_eq!(rules(&world.errors(&checked).await), [(2, "row-shape"), (3, "too-long")]);
}

async fn short_rows_duplicate_headers_and_blank_columns_are_noted_and_read(world: World) {
    world.department("财政局", None).await;
    let file = "系统名称,使用单位,备注,备注,,\r\n一,财政局\r\n\r\n二,财政局,前,后,,\r\n";
    let checked = world.check(SYSTEM, "list.csv", file.as_bytes().to_vec()).await;
    assert_eq!(checked.document.counts, Some(counts(2, 0, 0, 0)));
    let notes: String = checked.document.reading.notes.iter().map(|note| note.zh.as_str()).collect();
    assert!(notes.contains("重复") && notes.contains("空行") && notes.contains("补齐"), "{notes}");
    world.apply(&checked).await;
    assert_eq!(text(&world.by_name(SYSTEM, "二").await, "remark"), "前", "the first of two columns of one name counts");
}

async fn a_blank_cell_clears_nothing_and_a_column_left_out_touches_nothing(world: World) {
    world.department("财政局", None).await;
    let headers = ["系统编码", "系统名称", "使用单位", "备注", "等保级别"];
    world.apply(&check(&world, &headers, &[&["A", "一", "财政局", "有备注", "三级"]]).await).await;
    let again = check(&world, &headers[..4], &[&["A", "一", "财政局", ""]]).await;
    assert_eq!(again.document.counts, Some(counts(0, 0, 1, 0)));
    let renamed = check(&world, &headers[..3], &[&["A", "一改", "财政局"]]).await;
    world.apply(&renamed).await;
    let record = world.system("A").await;
    assert_eq!(
        (text(&record, "name"), text(&record, "remark"), text(&record, "mlps_level")),
        ("一改".into(), "有备注".into(), "3".into())
    );
}

async fn the_same_code_twice_in_one_file_is_refused_the_second_time(world: World) {
    world.department("财政局", None).await;
    let checked = check(
        &world,
        &["系统编码", "系统名称", "使用单位"],
        &[&["A", "一", "财政局"], &["A", "二", "财政局"], &["B", "三", "财政局"]],
    )
    .await;
    assert_eq!(checked.document.counts, Some(counts(2, 0, 0, 1)));
    let errors = world.errors(&checked).await;
    assert_eq!(rules(&errors), [(3, "duplicate-in-file")]);
    assert!(errors[0].message.zh.contains("第 2 行"), "{}", errors[0].message.zh);
}

async fn two_rows_that_mean_one_record_by_different_keys_are_refused_the_second_time(world: World) {
    world.department("财政局", None).await;
    let headers = ["系统编码", "系统名称", "使用单位"];
    world.apply(&check(&world, &headers, &[&["A", "一", "财政局"]]).await).await;
    // By its code, and by department and name.
    let checked = check(&world, &headers, &[&["A", "一改", "财政局"], &["", "一", "财政局"]]).await;
    assert_eq!(checked.document.counts, Some(counts(0, 1, 0, 1)));
    assert_eq!(rules(&world.errors(&checked).await), [(3, "duplicate-in-file")]);
}

async fn the_same_code_in_another_department_is_another_system(world: World) {
    world.department("财政局", None).await;
    world.department("教育局", None).await;
    let headers = ["系统编码", "系统名称", "使用单位"];
    world.apply(&check(&world, &headers, &[&["XT-1", "财政系统", "财政局"]]).await).await;
    let checked = check(&world, &headers, &[&["XT-1", "教育系统", "教育局"]]).await;
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 0)));
    world.apply(&checked).await;
    assert_eq!(text(&world.by_name(SYSTEM, "财政系统").await, "code"), "XT-1");
}

async fn names_spelt_in_another_width_or_case_mean_the_same_record(world: World) {
    world.department("财政局", None).await;
    let headers = ["系统名称", "使用单位", "备注"];
    world.apply(&check(&world, &headers, &[&["OA 办公系统", "财政局", "一"]]).await).await;
    let again = check(&world, &headers, &[&["ｏａ　办公系统", "财政局", "一"]]).await;
    let found = again.document.counts.unwrap();
    assert_eq!((found.create, found.update + found.unchanged), (0, 1));
}

async fn two_departments_of_one_name_are_not_guessed_between(world: World) {
    let (one, two) = (world.department("财政局", None).await, world.department("教育局", None).await);
    for parent in [&one, &two] {
        world.department("信息中心", Some(parent)).await;
    }
    let checked = check(&world, &["系统名称", "使用单位"], &[&["一", "信息中心"]]).await;
    assert_eq!(rules(&world.errors(&checked).await), [(2, "ambiguous-reference")]);
    assert!(checked.document.missing.is_empty(), "nothing is missing, so nothing is offered to be created");
    let with_parent = check(&world, &["系统名称", "使用单位", "处室"], &[&["一", "财政局", "信息中心"]]).await;
    assert_eq!(with_parent.document.counts, Some(counts(1, 0, 0, 0)), "named with the one above, it is clear");
}

async fn another_departments_row_is_not_yours_and_tells_nothing(world: World) {
    let (mine, theirs) = (world.department("财政局", None).await, world.department("教育局", None).await);
    let headers = ["系统编码", "系统名称", "使用单位", "备注"];
    world.apply(&check(&world, &headers, &[&["T-1", "他们的秘密计划", "教育局", "不可见"]]).await).await;
    let op = department(&mine.path);
    let rows: [&[&str]; 4] = [
        &["T-1", "我的", "财政局", ""],
        &["T-1", "他们的秘密计划", "教育局", "改"],
        &["T-9", "没有的", "教育局", ""],
        &["", "他们的秘密计划", "教育局", ""],
    ];
    let checked = world.check_as(&op, SYSTEM, "list.csv", csv(&headers, &rows)).await;
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 3)), "the own row with the same code is a new one");
    let errors = imports::row_errors(&world.services, &op, checked.id, 0, 100).await.unwrap();
    let told: Vec<(i64, String, String)> =
        errors.iter().map(|(_, error)| (error.row, error.rule.clone(), error.message.zh.clone())).collect();
    assert_eq!(told.iter().map(|one| one.0).collect::<Vec<_>>(), [3, 4, 5]);
    // Whether the record exists, exists under this name, or does not exist: the answer is the same.
    assert!(told.iter().all(|one| (&one.1, &one.2) == (&told[0].1, &told[0].2)), "{told:?}");
    let applied = imports::apply_now(&world.services, &op, checked.id, Some(true)).await.unwrap();
    assert_eq!(applied.document.counts, Some(counts(1, 0, 0, 3)));
    let untouched = world.by_name(SYSTEM, "他们的秘密计划").await;
    assert_eq!((untouched.version, untouched.path), (1, theirs.path));
}

async fn a_row_that_the_importer_may_see_but_not_change_says_not_yours_and_nothing_else(world: World) {
    let (mine, theirs) = (world.department("财政局", None).await, world.department("教育局", None).await);
    let mut op = department(&mine.path);
    // Somebody who reads the whole city and keeps one department.
    op.actor.grants.push(domain::Grant { role: domain::Role::Auditor, path: String::new() });
    let headers = ["系统名称", "使用单位", "上线日期", "等保级别"];
    let rows: [&[&str]; 2] = [&["一", "财政局", "2020-01-01", "三级"], &["二", "教育局", "2026-02-30", "九级"]];
    let checked = world.check_as(&op, SYSTEM, "list.csv", csv(&headers, &rows)).await;
    let errors = imports::row_errors(&world.services, &op, checked.id, 0, 100).await.unwrap();
    let [(_, error)] = &errors[..] else { panic!("{errors:?}") };
    assert_eq!((error.row, error.rule.as_str(), error.column.as_str(), error.value.as_str()), (3, "not-yours", "", ""));
    let applied = imports::apply_now(&world.services, &op, checked.id, Some(true)).await.unwrap();
    assert_eq!(applied.document.counts, Some(counts(1, 0, 0, 1)));
    assert_eq!(world.number("select count(*) from system").await, 1);
    assert!(world.reread(EntityKind::Department, theirs.id).await.version == 1);
}

async fn a_scoped_importer_learns_nothing_of_others_from_codes_rooms_and_names(world: World) {
    let (mine, theirs) = (world.department("财政局", None).await, world.department("教育局", None).await);
    let secret = theirs.id.to_string();
    world.create(EntityKind::DataCenter, &[("name", "教育局机房"), ("code", "JF-9"), ("department", &secret)]).await;
    let op = department(&mine.path);
    let headers = ["系统名称", "使用单位", "所在机房"];
    let rows: [&[&str]; 2] = [&["一", "财政局", "教育局机房"], &["二", "财政局", "没有的机房"]];
    let checked = world.check_as(&op, SYSTEM, "list.csv", csv(&headers, &rows)).await;
    let errors = imports::row_errors(&world.services, &op, checked.id, 0, 100).await.unwrap();
    let rules: Vec<&str> = errors.iter().map(|(_, error)| error.rule.as_str()).collect();
    assert_eq!(rules, ["unknown-reference", "unknown-reference"], "another department's room looks like none");
}

async fn who_may_not_import_is_refused_before_anything_is_read(world: World) {
    for op in [crate::support::auditor(), crate::support::leader(), crate::support::approver()] {
        let fault = world.read_as(&op, SYSTEM, "list.csv", csv(&["系统名称"], &[&["一"]])).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden, "{}", op.actor.name);
    }
    let mine = world.department("财政局", None).await;
    let fault = world
        .read_as(&department(&mine.path), EntityKind::Department, "list.csv", csv(&["单位名称"], &[&["一"]]))
        .await
        .unwrap_err();
    assert_eq!(fault.kind, FaultKind::Forbidden, "a department makes no departments");
}

async fn fields_that_operators_set_are_refused_from_a_department(world: World) {
    let mine = world.department("财政局", None).await;
    let headers = ["系统名称", "使用单位", "不适用", "不适用原因"];
    let list = csv(&headers, &[&["一", "财政局", "是", "我们不想"], &["二", "财政局", "", ""]]);
    let checked = world.check_as(&department(&mine.path), SYSTEM, "list.csv", list.clone()).await;
    let errors = imports::row_errors(&world.services, &department(&mine.path), checked.id, 0, 100).await.unwrap();
    assert!(errors.iter().all(|(_, error)| (error.row, error.rule.as_str()) == (2, "operator-only")), "{errors:?}");
    assert_eq!(checked.document.counts, Some(counts(1, 0, 0, 1)));
    let by_operator = world.check(SYSTEM, "list.csv", list).await;
    assert_eq!(by_operator.document.counts, Some(counts(2, 0, 0, 0)));
}

async fn what_the_rules_conclude_cannot_be_typed_into_a_file(world: World) {
    world.department("财政局", None).await;
    let checked =
        check(&world, &["系统名称", "使用单位", "上云状态", "预警数"], &[&["一", "财政局", "已上云", "0"]]).await;
    assert_eq!(&checked.document.mapping[2..], [None, None]);
    let mut mapping = checked.document.mapping.clone();
    mapping[2] = Some("standing".to_owned());
    let refused = imports::set_mapping(&world.services, &operator(), checked.id, mapping).await.unwrap_err();
    assert_eq!(refused.code, "mapping");
}

async fn keys_of_one_source_are_told_from_those_of_another(world: World) {
    world.department("财政局", None).await;
    let upload = |source: &str, name: &str| Upload {
        file_name: "list.csv".into(),
        bytes: csv(&["来源标识", "系统名称", "使用单位"], &[&["7", name, "财政局"]]),
        source: source.into(),
        ..Upload::default()
    };
    for (source, name, wanted) in [("cmdb", "一", (1, 0)), ("oa", "二", (1, 0)), ("cmdb", "一改", (0, 1))] {
        let read = imports::read(&world.services, &operator(), SYSTEM, upload(source, name)).await.unwrap();
        let checked = imports::check_now(&world.services, &operator(), read.id).await.unwrap();
        let done = world.apply(&checked).await.document.counts.unwrap();
        assert_eq!((done.create, done.update), wanted, "{source} {name}");
    }
    assert_eq!(world.count(SYSTEM).await, 2);
}

on_both_engines!(
    a_file_that_is_no_table_is_refused_with_what_would_be_right,
    a_file_larger_than_allowed_is_refused_by_its_size,
    a_file_of_fifty_megabytes_is_read,
    a_nul_character_written_in_utf_16_is_refused_too,
    a_telephone_number_a_formula_and_a_line_break_come_in_as_they_stand,
    dates_and_amounts_are_read_as_people_write_them,
    every_mistake_of_a_row_is_told_not_only_the_first,
    a_row_with_more_cells_than_headers_or_a_text_too_long_is_refused_alone,
    short_rows_duplicate_headers_and_blank_columns_are_noted_and_read,
    a_blank_cell_clears_nothing_and_a_column_left_out_touches_nothing,
    the_same_code_twice_in_one_file_is_refused_the_second_time,
    two_rows_that_mean_one_record_by_different_keys_are_refused_the_second_time,
    the_same_code_in_another_department_is_another_system,
    names_spelt_in_another_width_or_case_mean_the_same_record,
    two_departments_of_one_name_are_not_guessed_between,
    another_departments_row_is_not_yours_and_tells_nothing,
    a_row_that_the_importer_may_see_but_not_change_says_not_yours_and_nothing_else,
    a_scoped_importer_learns_nothing_of_others_from_codes_rooms_and_names,
    who_may_not_import_is_refused_before_anything_is_read,
    fields_that_operators_set_are_refused_from_a_department,
    what_the_rules_conclude_cannot_be_typed_into_a_file,
    keys_of_one_source_are_told_from_those_of_another,
);
