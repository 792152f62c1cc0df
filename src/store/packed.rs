//! Reading many rows in few columns: the engine joins the columns into one text, and we take it apart. A driver asks half a
//! microsecond for every single value, which is most of the time of an evaluation that reads millions of them.

use domain::{EntityDef, Field, Id, Kind, Record, Value};

use crate::{
    Engine, Error, Result, Row,
    codec::{UNKNOWN, from_micros},
};

/// Stands between values. The readers and forms refuse control characters; free text is freed of it all the same.
const SEPARATOR: char = '\u{1f}';

/// A record read in a few fields, with how the rules left it.
#[derive(Clone, Debug)]
pub struct Narrow {
    /// The record; fields that were not asked for are unknown.
    pub record: Record,
    /// True when it is marked for evaluation.
    pub stale: bool,
    /// First day on which the clock alone changes what was concluded; empty if never.
    pub valid_until: String,
}

fn column(engine: Engine, field: &Field) -> String {
    let name = field.name;
    match field.kind {
        Kind::Text { .. } | Kind::Long { .. } => {
            format!("replace({name}, {}, ' ')", engine.pick("char(31)", "chr(31)"))
        }
        Kind::Ref { .. } => engine.pick(format!("hex({name})"), name.to_owned()),
        _ => name.to_owned(),
    }
}

/// `select <one text> from <table> where removed_at = 0`.
pub(crate) fn head(engine: Engine, def: &EntityDef, fields: &[&str]) -> String {
    let columns: String = fields
        .iter()
        .filter_map(|name| def.field(name))
        .map(|(_, field)| format!(",{}", column(engine, field)))
        .collect();
    let (separator, id) = engine.pick(("char(31)", "hex(id)"), ("chr(31)", "id"));
    format!(
        "select concat_ws({separator},{id},version,path,created_at,updated_at,stale,valid_until{columns}) from {} where removed_at = 0",
        def.table
    )
}

/// Takes a row apart that was selected by [`head`] with the same fields.
pub(crate) fn narrow(def: &'static EntityDef, fields: &[&str], row: &Row) -> Result<Narrow> {
    let text = row.text(0)?;
    let mut parts = text.split(SEPARATOR);
    let mut next = || parts.next().ok_or_else(|| Error::Corrupt(format!("a row of {} is too short", def.table)));
    let (id, version, path) = (id(next()?)?, number(next()?)?, next()?.to_owned());
    let (created_at, updated_at) = (from_micros(number(next()?)?)?, from_micros(number(next()?)?)?);
    let (stale, valid_until) = (number(next()?)? != 0, next()?.to_owned());
    let mut record = Record::blank(def, id, created_at);
    (record.version, record.path, record.updated_at) = (version, path, updated_at);
    for (position, field) in fields.iter().filter_map(|name| def.field(name)) {
        let value = value(field, next()?)?;
        if let Some(slot) = record.values.get_mut(position) {
            *slot = value;
        }
    }
    Ok(Narrow { record, stale, valid_until })
}

fn value(field: &Field, text: &str) -> Result<Value> {
    Ok(match field.kind {
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money => match number(text)? {
            UNKNOWN => Value::Null,
            known => Value::Int(known),
        },
        Kind::Bool => match number(text)? {
            UNKNOWN => Value::Null,
            known => Value::Bool(known != 0),
        },
        Kind::Ref { .. } => match id(text)? {
            Id::NONE => Value::Null,
            known => Value::Id(known),
        },
        Kind::Text { .. } | Kind::Long { .. } | Kind::Date | Kind::Code { .. } | Kind::Codes { .. } => {
            if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
        }
    })
}

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::Corrupt(format!("{text:?} is no number")))
}

fn id(text: &str) -> Result<Id> {
    uuid::Uuid::try_parse(text).map(Id).map_err(|_| Error::Corrupt(format!("{text:?} is no identifier")))
}
