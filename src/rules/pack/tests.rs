//! What a wrong pack is told, and what the built-in one says.

use super::*;
use domain::{ENTITIES, Kind, Language};
use jiff::civil::date;

fn china() -> &'static str {
    Pack::builtin_text("cn").unwrap()
}

/// The built-in text with one line changed: the mistakes, and the number of that line.
fn spoil(from: &str, to: &str) -> (Vec<PackProblem>, usize) {
    let at = china().find(from).unwrap_or_else(|| panic!("the pack holds no {from}"));
    let spoilt = china().replacen(from, to, 1);
    (Pack::parse(&spoilt).unwrap_err().problems, line_of(china(), at))
}

#[track_caller]
fn assert_told(from: &str, to: &str, wanted: &str) {
    let (problems, line) = spoil(from, to);
    assert!(
        problems.iter().any(|problem| problem.line == line && problem.message.contains(wanted)),
        "wanted line {line}: {wanted}, got {problems:?}"
    );
}

#[test]
fn a_code_that_stands_twice_is_told_with_its_line() {
    assert_told(r#"{ code = "own_room""#, r#"{ code = "government_cloud""#, "government_cloud stands twice");
}

#[test]
fn a_spelling_that_means_two_codes_is_told_with_its_line() {
    assert_told(
        r#"{ code = "colocation", zh = "托管", en = "Colocation", also = ["托管机房","#,
        r#"{ code = "colocation", zh = "托管", en = "Colocation", also = ["自建机房","#,
        "means both own_room and colocation",
    );
}

#[test]
fn a_list_that_a_field_needs_must_be_there() {
    let problems = spoil("data_disposition = [", "data_dispositions = [").0;
    assert!(
        problems
            .iter()
            .any(|problem| problem.message.contains("list data_disposition is missing; system.data_disposition")),
        "{problems:?}"
    );
    let lists = china().lines().position(|line| line == "[lists]").unwrap() + 1;
    assert_eq!(problems.first().map(|problem| problem.line), Some(lists));
}

#[test]
fn a_list_that_rules_compare_must_hold_the_programs_codes_and_no_others() {
    assert_told(r#"{ code = "endpoint""#, r#"{ code = "desk""#, "knows no code desk");
    let problems = spoil(r#"{ code = "endpoint""#, r#"{ code = "desk""#).0;
    assert!(problems.iter().any(|problem| problem.message.contains("hosting lacks the code endpoint")));
}

#[test]
fn a_holiday_out_of_order_is_told_with_its_line() {
    assert_told(
        r#"from = "2026-04-04", to = "2026-04-06""#,
        r#"from = "2026-02-20", to = "2026-02-24""#,
        "out of order",
    );
}

#[test]
fn a_make_up_workday_on_a_weekday_is_told_with_its_line() {
    assert_told(r#""2026-02-14", "2026-02-28""#, r#""2026-02-13", "2026-02-28""#, "not a Saturday or Sunday");
}

#[test]
fn a_limit_out_of_range_is_told_with_its_line() {
    assert_told("decide_working_days = 20", "decide_working_days = 0", "0 is out of range: 1 to 250");
    assert_told("migration_late_factor = 2", "migration_late_factor = 99", "99 is out of range");
}

#[test]
fn a_misspelt_setting_is_told_with_its_line() {
    assert_told("retiring_max_days = 183", "retireing_max_days = 183", "unknown field");
}

#[test]
fn a_day_that_does_not_exist_is_told_with_its_line() {
    assert_told(r#"to = "2026-05-05""#, r#"to = "2026-05-32""#, "");
}

#[test]
fn text_that_is_not_toml_is_told_with_its_line() {
    assert_eq!(Pack::parse("[pack]\nname = \n").unwrap_err().problems.first().map(|problem| problem.line), Some(2));
}

#[test]
fn a_rule_without_description_and_a_rule_that_does_not_exist_are_told() {
    assert_told(r#"rule = "CBD-13""#, r#"rule = "CBD-99""#, "there is no rule “CBD-99”");
    let problems = spoil(r#"rule = "CBD-13""#, r#"rule = "CBD-99""#).0;
    assert!(problems.iter().any(|problem| problem.message.contains("CBD-13 is not described")), "{problems:?}");
}

#[test]
fn a_word_for_classified_rows_can_never_be_a_storable_class() {
    assert_told(r#"zh = "非涉密", en = "Non-classified""#, r#"zh = "涉密", en = "Non-classified""#, "means classified");
}

#[test]
fn an_unknown_pack_is_refused_by_name() {
    assert!(Pack::builtin("atlantis").unwrap_err().to_string().contains("atlantis"));
}

#[test]
fn every_list_of_the_field_table_has_codes_with_both_labels() {
    let pack = Pack::builtin("cn").unwrap();
    for kind in ENTITIES {
        for field in kind.def().fields {
            let (Kind::Code { list } | Kind::Codes { list }) = field.kind else { continue };
            let codes = pack.list(list);
            assert!(codes.codes().count() > 0, "{list}");
            for (code, label) in codes.options(Language::ZhCn).chain(codes.options(Language::En)) {
                assert!(!label.is_empty() && codes.find(label) == Some(code), "{list}: {code} {label}");
            }
        }
    }
}

#[test]
fn spellings_of_real_files_are_understood() {
    let pack = Pack::builtin("cn").unwrap();
    for (list, spelling, code) in [
        ("hosting", "政务云", "government_cloud"),
        ("hosting", "单位机房", "own_room"),
        ("mlps", "第三级", "3"),
        ("mlps", "Level 3", "3"),
        ("mlps", "未定级", "none"),
        ("department_kind", "Federal - Executive", "government"),
        ("department_kind", "Federal - Judicial", "court"),
        ("data_class", "Level 0", "open"),
        ("data_class", "For District Government Use", "general"),
        ("data_class", "Restricted Confidential", "highly_sensitive"),
        ("closure_stage", "Migration Execution", "emptying"),
        ("closure_stage", "Not Closing", "operating"),
        ("component_role", "生产环境", "production"),
        ("secrecy", "否", "non_classified"),
        ("government_level", "市本级", "city"),
    ] {
        assert_eq!(pack.list(list).find(spelling), Some(code), "{list}: {spelling}");
    }
    assert_eq!(pack.list("exception_category").find("E01"), None);
    assert_eq!(pack.list("no such list").codes().count(), 0);
}

#[test]
fn labels_of_standings_and_severities_are_the_programs_own() {
    let pack = Pack::builtin("cn").unwrap();
    for standing in domain::Standing::ALL {
        assert_eq!(pack.list("standing").label(standing.code(), Language::ZhCn), standing.label().0);
    }
    for severity in domain::Severity::ALL {
        assert_eq!(pack.list("severity").label(severity.code(), Language::En), severity.label().1);
    }
}

#[test]
fn a_new_day_begins_at_midnight_in_the_packs_time_zone() {
    let pack = Pack::builtin("cn").unwrap();
    let day = |text: &str| pack.day_of(text.parse().unwrap());
    assert_eq!(day("2026-11-22T15:59:59.999999Z"), date(2026, 11, 22));
    assert_eq!(day("2026-11-22T16:00:00Z"), date(2026, 11, 23));
}
