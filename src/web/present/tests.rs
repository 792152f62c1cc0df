//! Values of every kind, as both languages show them.

use super::*;
use crate::words::Lang;
use jiff::civil::date;

fn pack() -> &'static Pack {
    Pack::builtin("cn").unwrap()
}

fn present(names: &Names, language: Language) -> Present<'_> {
    let l = L::new(language.pick(Lang::Zh, Lang::En));
    Present { l, language, pack: pack(), today: date(2026, 11, 23), names }
}

fn field(kind: EntityKind, name: &str) -> &'static Field {
    kind.def().field(name).unwrap().1
}

fn id(number: u128) -> Id {
    Id::parse(&format!("00000000-0000-7000-8000-{number:012}")).unwrap()
}

#[test]
fn a_code_is_shown_by_its_label_and_a_state_in_its_colour() {
    let names = Names::new();
    let zh = present(&names, Language::ZhCn);
    let standing = field(EntityKind::System, "standing");
    match zh.value(EntityKind::System, standing, &Value::Text("unjustified".into()), id(1)) {
        CellView::Badge(badge) => assert_eq!((badge.label.as_str(), badge.icon), ("应上云", Some("alert-triangle"))),
        other => panic!("{other:?}"),
    }
    let layer = field(EntityKind::System, "layer");
    match zh.value(EntityKind::System, layer, &Value::Text("application".into()), id(1)) {
        CellView::Text(text) => assert_eq!(text, "应用"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reference_leads_to_its_record_by_name() {
    let names = Names::from([(id(7), ("D-7".into(), "市教育局".into()))]);
    let en = present(&names, Language::En);
    let department = field(EntityKind::System, "department");
    match en.cell(EntityKind::System, department, &Value::Id(id(7)), id(1)) {
        CellView::Link { text, href, .. } => {
            assert_eq!((text.as_str(), href), ("市教育局", format!("/departments/{}", id(7))));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(en.cell(EntityKind::System, department, &Value::Id(id(8)), id(1)), CellView::Empty));
}

#[test]
fn the_name_of_a_row_is_the_way_to_its_record() {
    let names = Names::new();
    let name = field(EntityKind::Zone, "name");
    match present(&names, Language::En).cell(EntityKind::Zone, name, &Value::Text("互联网区".into()), id(2)) {
        CellView::Link { href, .. } => assert_eq!(href, format!("/zones/{}", id(2))),
        other => panic!("{other:?}"),
    }
}

#[test]
fn money_and_numbers_carry_separators_and_units() {
    let names = Names::new();
    let (zh, en) = (present(&names, Language::ZhCn), present(&names, Language::En));
    let cost = field(EntityKind::System, "build_cost");
    assert_eq!(zh.text(cost, &Value::Int(1_286_500_000)), "1,286.5 万元");
    let users = field(EntityKind::System, "registered_users");
    assert_eq!(en.text(users, &Value::Int(3_412)), "3,412 people");
    assert_eq!(zh.text(users, &Value::Null), "");
    let pue = field(EntityKind::DataCenter, "pue");
    assert_eq!(en.text(pue, &Value::Int(1_920)), "1.92");
}

#[test]
fn what_is_asked_for_and_not_known_is_marked() {
    let names = Names::new();
    let zh = present(&names, Language::ZhCn);
    assert!(zh.fact(EntityKind::System, field(EntityKind::System, "contact"), &Value::Null, id(1)).missing);
    assert!(!zh.fact(EntityKind::System, field(EntityKind::System, "remark"), &Value::Null, id(1)).missing);
}

#[test]
fn a_deadline_counts_working_days_and_a_weekend_is_no_excuse() {
    let calendar = &pack().calendar;
    let friday = date(2026, 11, 20);
    assert_eq!(working_days_left(calendar, friday, friday), 0);
    assert_eq!(working_days_left(calendar, friday, date(2026, 11, 26)), 4);
    assert_eq!(working_days_left(calendar, date(2026, 11, 21), friday), -1, "overdue on Saturday");
    assert_eq!(working_days_left(calendar, friday, date(2026, 11, 21)), 1, "Saturday is not today");
    assert_eq!(working_days_left(calendar, date(2026, 11, 26), friday), -4);
}

#[test]
fn every_unit_of_the_field_table_has_a_word() {
    for lang in Lang::ALL {
        for kind in domain::ENTITIES {
            for field in kind.def().fields {
                let language = if lang == Lang::Zh { Language::ZhCn } else { Language::En };
                let unit = units::unit(L::new(lang), field.kind, pack(), language);
                assert!(!unit.contains('⟦'), "{} {}", kind.def().table, field.name);
            }
        }
    }
}
