//! Where a page of a list begins: the row before it, with how many rows lie before. Written into addresses; it gives no
//! right, for the reader's scope is applied to every page anew.

use domain::{Field, Id, Kind, Record, Value};
use services::records::Query;

/// A place between two rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Rows before it.
    pub before: u64,
    /// Sort value and id of the row that it lies beside.
    pub row: (Value, Id),
}

impl Place {
    /// The place beside a row of a list.
    pub fn beside(query: &Query, record: &Record, before: u64) -> Place {
        let value = query.sort.map_or(Value::Null, |(field, _)| record.get(query.def, field.name).clone());
        Place { before, row: (value, record.id) }
    }

    /// Writes it.
    pub fn text(&self) -> String {
        let value = match &self.row.0 {
            Value::Null => String::new(),
            Value::Text(text) => text.clone(),
            Value::Int(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Id(id) => id.to_string(),
        };
        format!("{}~{}~{value}", self.before, self.row.1)
    }

    /// Reads it, for a list sorted by `field`; nothing when it is not one.
    pub fn read(text: &str, field: Option<&Field>) -> Option<Place> {
        let mut parts = text.splitn(3, '~');
        let before = parts.next()?.parse().ok()?;
        let id = Id::parse(parts.next()?)?;
        let text = parts.next()?;
        let value = match field.map(|field| field.kind) {
            _ if text.is_empty() => Value::Null,
            None => Value::Null,
            Some(Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money) => Value::Int(text.parse().ok()?),
            Some(Kind::Bool) => Value::Bool(text.parse().ok()?),
            Some(Kind::Ref { .. }) => Value::Id(Id::parse(text)?),
            Some(_) => Value::Text(text.to_owned()),
        };
        Some(Place { before, row: (value, id) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::EntityKind;

    #[test]
    fn a_place_is_read_back_whatever_the_sort_value_holds() {
        let id = Id::parse("01909b5e-0000-7000-8000-000000000001").unwrap();
        let def = EntityKind::System.def();
        let field = |name| def.field(name).map(|(_, field)| field);
        for (name, value) in [
            ("name", Value::Text("a~b~1 云".into())),
            ("name", Value::Null),
            ("build_cost", Value::Int(12)),
            ("live_on", Value::Text("2020-01-01".into())),
        ] {
            let place = Place { before: 50, row: (value, id) };
            assert_eq!(Place::read(&place.text(), field(name)), Some(place));
        }
    }

    #[test]
    fn a_broken_place_is_no_place() {
        let cost = EntityKind::System.def().field("build_cost").map(|(_, field)| field);
        for broken in
            ["", "x", "5~x~y", "-1~01909b5e-0000-7000-8000-000000000001~", "5~01909b5e-0000-7000-8000-000000000001"]
        {
            assert_eq!(Place::read(broken, None), None, "{broken}");
        }
        assert_eq!(Place::read("5~01909b5e-0000-7000-8000-000000000001~viel", cost), None);
    }
}
