//! Values in memory ↔ values in storage. Nothing is null in storage, so one index and one keyset form serve every
//! sortable column: unknown text is `''`, an unknown number or yes/no the smallest integer, an unknown reference nil.

use domain::{EntityDef, Field, Id, Kind, Record, Timestamp, Value};

use crate::{Arg, Error, Result, Row};

/// Stands for an unknown number in storage.
pub(crate) const UNKNOWN: i64 = i64::MIN;

/// Columns that every entity's table has before its fields.
pub(crate) const RECORD_COLUMNS: &str = "id,version,path,created_at,updated_at";
/// How many of them there are.
pub(crate) const RECORD_COLUMN_COUNT: usize = 5;

/// The value as a driver takes it.
pub(crate) fn to_storage(field: &Field, value: &Value) -> Arg {
    match value {
        Value::Text(text) => Arg::Text(text.clone()),
        Value::Int(number) => Arg::Int(*number),
        Value::Bool(flag) => Arg::Int(i64::from(*flag)),
        Value::Id(id) => Arg::Id(*id),
        Value::Null => unknown(field),
    }
}

/// The sentinel of a field.
pub(crate) fn unknown(field: &Field) -> Arg {
    match field.kind {
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money | Kind::Bool => Arg::Int(UNKNOWN),
        Kind::Ref { .. } => Arg::Id(Id::NONE),
        Kind::Text { .. } | Kind::Long { .. } | Kind::Date | Kind::Code { .. } | Kind::Codes { .. } => {
            Arg::Text(String::new())
        }
    }
}

/// Reads column `index` as a value of `field`.
pub(crate) fn from_storage(row: &Row, index: usize, field: &Field) -> Result<Value> {
    Ok(match field.kind {
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money => match row.int(index)? {
            UNKNOWN => Value::Null,
            number => Value::Int(number),
        },
        Kind::Bool => match row.int(index)? {
            UNKNOWN => Value::Null,
            number => Value::Bool(number != 0),
        },
        Kind::Ref { .. } => match row.id(index)? {
            Id::NONE => Value::Null,
            id => Value::Id(id),
        },
        Kind::Text { .. } | Kind::Long { .. } | Kind::Date | Kind::Code { .. } | Kind::Codes { .. } => {
            let text = row.text(index)?;
            if text.is_empty() { Value::Null } else { Value::Text(text) }
        }
    })
}

/// `a,b,c`: the field columns of an entity, in declaration order.
pub(crate) fn field_columns(def: &EntityDef) -> String {
    def.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(",")
}

/// Reads a row selected as [`RECORD_COLUMNS`] and the fields.
pub(crate) fn record(def: &EntityDef, row: &Row) -> Result<Record> {
    let mut values = Vec::with_capacity(def.fields.len());
    for (index, field) in def.fields.iter().enumerate() {
        values.push(from_storage(row, RECORD_COLUMN_COUNT + index, field)?);
    }
    Ok(Record {
        id: row.id(0)?,
        version: row.int(1)?,
        path: row.text(2)?,
        created_at: from_micros(row.int(3)?)?,
        updated_at: from_micros(row.int(4)?)?,
        values,
    })
}

/// Microseconds since 1970, as moments are stored.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment of stored microseconds.
pub(crate) fn from_micros(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|error| Error::Corrupt(format!("moment {micros}: {error}")))
}
