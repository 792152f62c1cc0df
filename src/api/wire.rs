//! A record on the wire. What is written here is read back by the same rules: a value that was sent out is accepted as it
//! is (the integration tests send every entity around once).
//!
//! | kind of field | JSON |
//! |---|---|
//! | text, long text, day, code | string (a day as `2026-02-03`, a code as its word) |
//! | several codes | array of words |
//! | whole number | integer |
//! | decimal | number in the field's unit |
//! | money | number in 元, two digits after the point at most |
//! | yes or no | boolean |
//! | reference | identifier; its code and name stand in `_names` |
//! | not known | `null` |
//!
//! Members that belong to the record and not to the field table begin with `_`, because fields may have any name
//! (a machine may well have a `version`); only `id` has none.

use std::collections::HashMap;

use domain::{EntityDef, Field, Id, Kind, Problem, Record, Value, Wording};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{Number, Value as Json};

/// Names of referenced records: id → (code, name).
pub(crate) type Names = HashMap<Id, (String, String)>;

/// A whole number or a decimal as a JSON number: exact, because stored numbers have at most sixteen digits.
fn number(scaled: i64, scale: u8) -> Json {
    let unit = 10_i64.pow(u32::from(scale));
    if scaled % unit == 0 {
        return Json::from(scaled / unit);
    }
    Number::from_f64(scaled as f64 / unit as f64).map_or(Json::Null, Json::Number)
}

/// A value as JSON.
pub(crate) fn to_json(field: &Field, value: &Value) -> Json {
    match (field.kind, value) {
        (_, Value::Null) => Json::Null,
        (Kind::Codes { .. }, Value::Text(codes)) => codes.split('|').filter(|code| !code.is_empty()).collect(),
        (Kind::Decimal { scale, .. }, Value::Int(scaled)) => number(*scaled, scale),
        (Kind::Money, Value::Int(fen)) => number(*fen, 2),
        (_, Value::Int(whole)) => Json::from(*whole),
        (_, Value::Text(text)) => Json::from(text.as_str()),
        (_, Value::Bool(flag)) => Json::from(*flag),
        (_, Value::Id(id)) => Json::from(id.to_string()),
    }
}

/// A value as the audit trail writes it, read back; what does not fit the field is not known.
pub(crate) fn from_trail(field: &Field, json: &Json) -> Value {
    match json {
        Json::String(text) if matches!(field.kind, Kind::Ref { .. }) => Id::parse(text).map_or(Value::Null, Value::Id),
        Json::String(text) => Value::Text(text.clone()),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => number.as_i64().map_or(Value::Null, Value::Int),
        _ => Value::Null,
    }
}

fn wrong_type(field: &str, zh: &str, en: &str) -> Problem {
    Problem {
        field: field.to_owned(),
        rule: "wrong-type".to_owned(),
        message: Wording::new(format!("类型不对：应为{zh}"), format!("wrong type: send {en}")),
    }
}

fn plain(number: &Number) -> String {
    // Never with an exponent, which no field reads.
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(whole), ..) => whole.to_string(),
        (_, Some(whole), _) => whole.to_string(),
        (.., Some(decimal)) => decimal.to_string(),
        _ => number.to_string(),
    }
}

/// The text by which services read a JSON value of the field named `name`; unknown names are theirs to refuse.
pub(crate) fn to_text(def: &EntityDef, name: &str, json: &Json) -> Result<String, Problem> {
    let kind = def.field(name).map(|(_, field)| field.kind);
    match json {
        Json::Null => Ok(String::new()),
        Json::String(text) if kind == Some(Kind::Money) => Ok(in_yuan(text)),
        Json::String(text) => Ok(text.clone()),
        Json::Number(number) if kind == Some(Kind::Money) => Ok(in_yuan(&plain(number))),
        Json::Number(number) => match kind {
            Some(Kind::Bool | Kind::Date | Kind::Ref { .. } | Kind::Codes { .. }) => Err(expected(name, kind)),
            _ => Ok(plain(number)),
        },
        Json::Bool(flag) => match kind {
            Some(Kind::Bool) | None => Ok(if *flag { "yes" } else { "no" }.to_owned()),
            _ => Err(expected(name, kind)),
        },
        Json::Array(items) => match kind {
            Some(Kind::Codes { .. }) | None => items
                .iter()
                .map(|item| item.as_str().ok_or_else(|| expected(name, kind)))
                .collect::<Result<Vec<_>, _>>()
                .map(|codes| codes.join("|")),
            _ => Err(expected(name, kind)),
        },
        Json::Object(_) => Err(expected(name, kind)),
    }
}

/// On the wire money without a unit is in 元; a text may name another one.
fn in_yuan(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(|last: char| last.is_ascii_digit()) { format!("{text}元") } else { text.to_owned() }
}

fn expected(name: &str, kind: Option<Kind>) -> Problem {
    match kind {
        Some(Kind::Int { .. }) => wrong_type(name, "整数", "a whole number"),
        Some(Kind::Decimal { .. } | Kind::Money) => wrong_type(name, "数字", "a number"),
        Some(Kind::Bool) => wrong_type(name, " true 或 false", "true or false"),
        Some(Kind::Codes { .. }) => wrong_type(name, "代码数组", "an array of codes"),
        Some(Kind::Ref { .. }) => wrong_type(name, "标识、编码或名称（字符串）", "an id, code or name as a string"),
        _ => wrong_type(name, "字符串", "a string"),
    }
}

/// One name of a referenced record.
#[derive(Debug, Serialize)]
struct Named<'a> {
    code: &'a str,
    name: &'a str,
}

/// Names of references, as the member `_names`.
#[derive(Debug)]
pub(crate) struct NamesView<'a>(pub &'a Names);

impl Serialize for NamesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids: Vec<&Id> = self.0.keys().collect();
        ids.sort_unstable();
        let mut map = serializer.serialize_map(Some(ids.len()))?;
        for id in ids {
            if let Some((code, name)) = self.0.get(id) {
                map.serialize_entry(id, &Named { code, name })?;
            }
        }
        map.end()
    }
}

/// A record as JSON, its members in the order of the field table.
#[derive(Debug)]
pub(crate) struct RecordView<'a> {
    /// The entity.
    pub def: &'static EntityDef,
    /// The record.
    pub record: &'a Record,
    /// Names of what it refers to; left out inside lists, which carry them once.
    pub names: Option<&'a Names>,
    /// Only these fields; none means all.
    pub only: &'a [&'static str],
}

impl Serialize for RecordView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.record;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &record.id)?;
        map.serialize_entry("_version", &record.version)?;
        map.serialize_entry("_created_at", &record.created_at)?;
        map.serialize_entry("_updated_at", &record.updated_at)?;
        for (field, value) in self.def.fields.iter().zip(&record.values) {
            if self.only.is_empty() || self.only.contains(&field.name) {
                map.serialize_entry(field.name, &to_json(field, value))?;
            }
        }
        if let Some(names) = self.names {
            map.serialize_entry("_names", &NamesView(names))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use domain::ENTITIES;

    use super::*;

    fn of(kind: Kind) -> Field {
        Field { kind, ..*domain::EntityKind::Zone.def().field("name").unwrap().1 }
    }

    #[test]
    fn decimals_and_money_are_written_as_people_would_write_them() {
        let area = of(Kind::Decimal { scale: 2, unit: "m²" });
        for (scaled, text) in [(0, "0"), (1, "0.01"), (1_250, "12.5"), (999_999_999_999_999, "9999999999999.99")] {
            assert_eq!(to_json(&area, &Value::Int(scaled)).to_string(), text);
        }
        assert_eq!(to_json(&of(Kind::Money), &Value::Int(12_345_678)).to_string(), "123456.78");
        assert_eq!(in_yuan("123456.78"), "123456.78元");
        assert_eq!(in_yuan("12.5万元"), "12.5万元");
    }

    #[test]
    fn no_field_can_hide_a_member_of_the_record() {
        for kind in ENTITIES {
            for field in kind.def().fields {
                assert!(field.name != "id" && !field.name.starts_with('_'), "{}.{}", kind.def().table, field.name);
            }
        }
    }

    #[test]
    fn several_codes_are_an_array() {
        let field = of(Kind::Codes { list: "network" });
        assert_eq!(
            to_json(&field, &Value::Text("|extranet|internet|".into())).to_string(),
            r#"["extranet","internet"]"#
        );
    }
}
