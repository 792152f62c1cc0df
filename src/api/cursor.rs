//! Cursors: where the next page begins. Opaque to clients, and refused when altered or used with another list or order.
//!
//! A cursor is no secret and gives no right (the row scope is applied to every page anew): its checksum keeps
//! accidents and guesses out, not forgers.

use domain::{Id, Value};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

const CHECKSUM_BYTES: usize = 8;

fn checksum(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).iter().copied().take(CHECKSUM_BYTES).collect()
}

/// Writes a cursor for `list` (what is listed, and in which order).
pub(crate) fn encode(list: &str, place: &[Json]) -> String {
    let mut bytes = serde_json::json!([list, place]).to_string().into_bytes();
    bytes.extend(checksum(&bytes));
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a cursor of `list`; nothing when it is not one.
pub(crate) fn decode(list: &str, text: &str) -> Option<Vec<Json>> {
    if text.len() > 8_192 || !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect::<Option<_>>()?;
    let (body, sum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM_BYTES)?)?;
    if checksum(body) != sum {
        return None;
    }
    let (known, place): (String, Vec<Json>) = serde_json::from_slice(body).ok()?;
    (known == list).then_some(place)
}

/// A sort value inside a cursor.
pub(crate) fn from_value(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Text(text) => Json::from(text.as_str()),
        Value::Int(number) => Json::from(*number),
        Value::Bool(flag) => Json::from(*flag),
        Value::Id(id) => serde_json::json!({ "id": id }),
    }
}

/// Reads a sort value back.
pub(crate) fn to_value(json: &Json) -> Option<Value> {
    Some(match json {
        Json::Null => Value::Null,
        Json::String(text) => Value::Text(text.clone()),
        Json::Number(number) => Value::Int(number.as_i64()?),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Object(object) => Value::Id(Id::parse(object.get("id")?.as_str()?)?),
        Json::Array(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_by_its_own_list_only() {
        let cursor = encode("systems:-deadline_on", &[Json::from("2026-01-01"), Json::from(7)]);
        assert_eq!(decode("systems:-deadline_on", &cursor), Some(vec![Json::from("2026-01-01"), Json::from(7)]));
        assert_eq!(decode("systems:name", &cursor), None);
    }

    #[test]
    fn an_altered_cursor_is_refused_wherever_it_was_altered() {
        let cursor = encode("zones:", &[Json::from("x")]);
        for at in 0..cursor.len() {
            let mut altered = cursor.clone().into_bytes();
            altered[at] = if altered[at] == b'0' { b'1' } else { b'0' };
            assert_eq!(decode("zones:", std::str::from_utf8(&altered).unwrap()), None, "at {at}");
        }
        for text in ["", "0", "zz", "云", "00", &"00".repeat(5_000)] {
            assert_eq!(decode("zones:", text), None);
        }
    }
}
