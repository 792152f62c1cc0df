//! Random records of any entity, from a seed: the same seed gives the same rows on both engines.

use domain::{CodeLists, EntityDef, EntityKind, Field, Id, Kind, Record, Timestamp, Value};
use rules::Pack;

/// A small generator (xorshift64*); tests name its seed when they fail.
#[derive(Clone, Debug)]
pub struct Random(u64);

/// Pieces of text that have broken programs before.
const TEXTS: &[&str] = &[
    "不动产登记系统",
    "一网通办服务门户",
    "涉密人员管理系统",
    "䶮溪县数据归集平台",
    "张𠮷",
    "Ünïcödé façade",
    "a\tb",
    "line one\nline two",
    "back\\slash \\N \\.",
    "quote ' and \" and ''",
    "100% _under_ score",
    "=cmd|' /C calc'!A0",
    "ABC 全角",
    "e\u{301} combining",
    "👨‍👩‍👧 family",
    "?",
    "$1",
    "NULL",
    "0",
    " inner  spaces ",
];

impl Random {
    /// A generator of this seed.
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A value that fits the field. Few distinct ones, so that ties happen.
    pub fn value(&mut self, field: &Field) -> Value {
        let pack = Pack::builtin("cn").unwrap();
        match field.kind {
            Kind::Text { max } => Value::Text(self.pick(TEXTS).replace(['\n', '\t'], " ").chars().take(max).collect()),
            Kind::Long { .. } => Value::Text((*self.pick(TEXTS)).to_owned()),
            Kind::Int { .. } => Value::Int(i64::try_from(self.below(6)).unwrap()),
            Kind::Decimal { .. } | Kind::Money => {
                Value::Int(*self.pick(&[0, 1, 999, 1_250_000, 1_000_000_000_000_000]))
            }
            Kind::Bool => Value::Bool(self.chance(50)),
            Kind::Date => Value::Text(format!("202{}-0{}-1{}", self.below(8), 1 + self.below(9), self.below(4))),
            Kind::Code { list } => {
                let codes: Vec<&str> = pack.list(list).codes().collect();
                Value::Text(if codes.is_empty() { "x".to_owned() } else { (*self.pick(&codes)).to_owned() })
            }
            Kind::Codes { list } => {
                let mut codes: Vec<&str> = pack.list(list).codes().filter(|_| self.chance(40)).collect();
                codes.sort_unstable();
                if codes.is_empty() { Value::Null } else { Value::Text(format!("|{}|", codes.join("|"))) }
            }
            Kind::Ref { .. } => Value::Id(Id(uuid::Uuid::from_u128(u128::from(1 + self.next() % 5)))),
        }
    }

    /// A record in which every field is known with the given chance; required ones always are. Its code is its own.
    pub fn record(&mut self, kind: EntityKind, id: Id, at: Timestamp, percent: usize) -> Record {
        let def: &EntityDef = kind.def();
        let mut record = Record::blank(def, id, at);
        record.path = (*self.pick(&["1/", "1/2/", "1/2/a/", "10/", "3/"])).to_owned();
        for (index, field) in def.fields.iter().enumerate() {
            if field.required || self.chance(percent) {
                record.values[index] = self.value(field);
            }
        }
        let code =
            if self.chance(percent) { Value::Text(format!("C-{}", id.0.as_u128() & 0xffff)) } else { Value::Null };
        record.set(def, "code", code);
        record.version = 1;
        record
    }
}
