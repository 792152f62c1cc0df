//! A field is described once: its line in an [`entity!`] declaration makes the struct member, the table entry,
//! the column, the header synonyms, the filter and the label.
//!
//! Two views of a row exist: [`Record`] (values in declaration order, for everything that is written once for all
//! entities) and the typed struct (for rules, which compare fields by name and are checked by the compiler).

use jiff::civil::Date;

use crate::{clock::Timestamp, id::Id, registry::EntityKind};

/// What a field may hold, in memory. Storage maps every kind to text, integer or identifier, never null.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Value {
    /// Not known.
    #[default]
    Null,
    /// Text, codes, and dates in ISO form.
    Text(String),
    /// Integers; decimals scaled by their field's `scale`; money in fen.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// A reference.
    Id(Id),
}

impl Value {
    /// The text inside, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The number inside, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The reference inside, if it is one.
    pub fn as_id(&self) -> Option<Id> {
        if let Self::Id(id) = self { Some(*id) } else { None }
    }

    /// True when nothing is known.
    pub fn is_null(&self) -> bool {
        *self == Self::Null
    }
}

/// The kind of a field: how it is parsed, stored, shown and filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text, at most `max` characters.
    Text {
        /// Longest text, in characters.
        max: usize,
    },
    /// Several lines of text, at most `max` characters.
    Long {
        /// Longest text, in characters.
        max: usize,
    },
    /// A whole number, not negative.
    Int {
        /// Unit, for people (`people`, `racks`, …).
        unit: &'static str,
    },
    /// A decimal number, not negative, stored times 10^`scale`.
    Decimal {
        /// Digits after the point.
        scale: u8,
        /// Unit, for people.
        unit: &'static str,
    },
    /// Money in fen; shown and read in 万元 unless the header names another unit.
    Money,
    /// Yes or no.
    Bool,
    /// A calendar day.
    Date,
    /// One code of a list of the pack.
    Code {
        /// Name of the list in the pack.
        list: &'static str,
    },
    /// Several codes of a list, stored as `|a|b|`.
    Codes {
        /// Name of the list in the pack.
        list: &'static str,
    },
    /// A reference to a record of another entity.
    Ref {
        /// The entity referred to.
        to: EntityKind,
    },
}

/// Groups of fields, in the order of forms and record pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// What it is.
    Identity,
    /// Who answers.
    Duty,
    /// Where it runs.
    Hosting,
    /// Building and power.
    Facility,
    /// Machines in it.
    Load,
    /// Security class.
    Class,
    /// Where it is in its life.
    State,
    /// Grounds of a decision.
    Ground,
    /// When it holds.
    Time,
    /// What it costs.
    Money,
    /// Who uses it.
    Use,
    /// What it is made of.
    Technical,
    /// Computed by the rules, never typed in.
    Derived,
}

impl Group {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Identity => ("基本信息", "Identity"),
            Self::Duty => ("责任", "Responsibility"),
            Self::Hosting => ("部署", "Hosting"),
            Self::Facility => ("设施", "Facility"),
            Self::Load => ("承载", "Load"),
            Self::Class => ("安全", "Security class"),
            Self::State => ("状态", "State"),
            Self::Ground => ("依据", "Grounds"),
            Self::Time => ("期限", "Time"),
            Self::Money => ("经费", "Money"),
            Self::Use => ("使用", "Use"),
            Self::Technical => ("技术", "Technical"),
            Self::Derived => ("规则结论", "Derived"),
        }
    }
}

/// What may be done with a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Lists may be ordered by it (an index serves).
    pub sort: bool,
    /// Lists may be narrowed by it (part of the covering index if it is a code).
    pub filter: bool,
    /// Shown in lists unless the reader chooses other columns.
    pub list: bool,
    /// Only for readers with rights on the record's own department, and never searched.
    pub restricted: bool,
    /// Computed by the rules: not imported, not in forms.
    pub derived: bool,
    /// Set by operators only.
    pub operator: bool,
    /// Must be known before a record is complete, although it may be saved without.
    pub expected: bool,
    /// Its text is found by search.
    pub search: bool,
}

impl Flags {
    /// No flag.
    pub const NONE: Self = Self {
        sort: false,
        filter: false,
        list: false,
        restricted: false,
        derived: false,
        operator: false,
        expected: false,
        search: false,
    };
    /// Adds `sort`.
    pub const fn sort(mut self) -> Self {
        self.sort = true;
        self
    }
    /// Adds `filter`.
    pub const fn filter(mut self) -> Self {
        self.filter = true;
        self
    }
    /// Adds `list`.
    pub const fn list(mut self) -> Self {
        self.list = true;
        self
    }
    /// Adds `restricted`.
    pub const fn restricted(mut self) -> Self {
        self.restricted = true;
        self
    }
    /// Adds `derived`.
    pub const fn derived(mut self) -> Self {
        self.derived = true;
        self
    }
    /// Adds `operator`.
    pub const fn operator(mut self) -> Self {
        self.operator = true;
        self
    }
    /// Adds `expected`.
    pub const fn expected(mut self) -> Self {
        self.expected = true;
        self
    }
    /// Adds `search`.
    pub const fn search(mut self) -> Self {
        self.search = true;
        self
    }
}

/// One field of an entity.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Name in code, column, API and command line.
    pub name: &'static str,
    /// How it is parsed, stored and shown.
    pub kind: Kind,
    /// A record without it is refused.
    pub required: bool,
    /// Group in forms and pages.
    pub group: Group,
    /// What may be done with it.
    pub flags: Flags,
    /// Chinese label.
    pub zh: &'static str,
    /// English label.
    pub en: &'static str,
    /// Other headers under which files carry it, in both languages.
    pub also: &'static [&'static str],
}

impl Field {
    /// The label in one language.
    pub fn label(&self, language: crate::Language) -> &'static str {
        language.pick(self.zh, self.en)
    }
}

/// Whose record it is: decides row scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The record is a department: its own path.
    Itself,
    /// The department in this field.
    Department {
        /// Name of the reference field.
        field: &'static str,
    },
    /// The department of the system in this field.
    System {
        /// Name of the reference field.
        field: &'static str,
    },
    /// Nobody's: everybody may read it, operators change it.
    City,
}

/// Everything that generic code knows of an entity.
#[derive(Debug)]
pub struct EntityDef {
    /// Which entity.
    pub kind: EntityKind,
    /// Table in both databases; also the singular snake-case word.
    pub table: &'static str,
    /// Plural kebab-case word: URLs, REST, command line.
    pub plural: &'static str,
    /// Chinese label.
    pub zh: &'static str,
    /// English label, plural.
    pub en: &'static str,
    /// Whose record it is.
    pub owner: Owner,
    /// The fields, in declaration order; the order of [`Record::values`].
    pub fields: &'static [Field],
}

impl EntityDef {
    /// The field of a name, with its position.
    pub fn field(&self, name: &str) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.name == name)
    }

    /// The label in one language.
    pub fn label(&self, language: crate::Language) -> &'static str {
        language.pick(self.zh, self.en)
    }
}

/// A row of any entity: values in the order of its fields, and what every record has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Identifier.
    pub id: Id,
    /// Counts changes from 1; a write names the version it read.
    pub version: i64,
    /// Path of the owning department (`""` for the city's own records).
    pub path: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Values in the order of the entity's fields.
    pub values: Vec<Value>,
}

impl Record {
    /// An empty record of an entity: every value unknown, version 0 (not yet stored).
    pub fn blank(def: &EntityDef, id: Id, at: Timestamp) -> Self {
        Self {
            id,
            version: 0,
            path: String::new(),
            created_at: at,
            updated_at: at,
            values: vec![Value::Null; def.fields.len()],
        }
    }

    /// The value of a field; [`Value::Null`] for an unknown name.
    pub fn get(&self, def: &EntityDef, name: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        def.field(name).and_then(|(index, _)| self.values.get(index)).unwrap_or(NULL)
    }

    /// Sets the value of a field; an unknown name changes nothing.
    pub fn set(&mut self, def: &EntityDef, name: &str, value: Value) {
        if let Some(slot) = def.field(name).and_then(|(index, _)| self.values.get_mut(index)) {
            *slot = value;
        }
    }
}

/// A stored value that does not fit its field: names table and field.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{table}.{field}: expected {expected}")]
pub struct Corrupt {
    /// Table.
    pub table: &'static str,
    /// Field.
    pub field: &'static str,
    /// What would be right.
    pub expected: &'static str,
}

/// What a member of an entity's struct may be; the only place where Rust types and values meet.
pub trait Cell: Sized {
    /// True when the field must be known.
    const REQUIRED: bool = true;
    /// From the typed member to the value.
    fn put(&self) -> Value;
    /// From the value to the typed member; the error says what was expected.
    fn take(value: &Value) -> Result<Self, &'static str>;
}

impl Cell for String {
    fn put(&self) -> Value {
        Value::Text(self.clone())
    }
    fn take(value: &Value) -> Result<Self, &'static str> {
        value.as_text().map(str::to_owned).ok_or("text")
    }
}

impl Cell for i64 {
    fn put(&self) -> Value {
        Value::Int(*self)
    }
    fn take(value: &Value) -> Result<Self, &'static str> {
        value.as_int().ok_or("a number")
    }
}

impl Cell for bool {
    fn put(&self) -> Value {
        Value::Bool(*self)
    }
    fn take(value: &Value) -> Result<Self, &'static str> {
        if let Value::Bool(flag) = value { Ok(*flag) } else { Err("yes or no") }
    }
}

impl Cell for Id {
    fn put(&self) -> Value {
        Value::Id(*self)
    }
    fn take(value: &Value) -> Result<Self, &'static str> {
        value.as_id().ok_or("a reference")
    }
}

impl Cell for Date {
    fn put(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn take(value: &Value) -> Result<Self, &'static str> {
        value.as_text().and_then(|text| text.parse().ok()).ok_or("a date")
    }
}

impl<T: Cell> Cell for Option<T> {
    const REQUIRED: bool = false;
    fn put(&self) -> Value {
        self.as_ref().map_or(Value::Null, Cell::put)
    }
    fn take(value: &Value) -> Result<Self, &'static str> {
        if value.is_null() { Ok(None) } else { T::take(value).map(Some) }
    }
}

/// An entity whose fields are declared by [`entity!`].
pub trait Entity: Sized {
    /// The declaration that generic code reads.
    const DEF: &'static EntityDef;
    /// Reads the values of a record; fails on one that does not fit its field.
    fn from_values(values: &[Value]) -> Result<Self, Corrupt>;
    /// The values in declaration order.
    fn to_values(&self) -> Vec<Value>;
}

/// Declares an entity: its struct, its field table and the conversions between them.
///
/// A line reads: `name: type, kind, [flags], "中文", "English", ["header synonym", …];`
macro_rules! entity {
    ($(#[$doc:meta])* $Entity:ident, table $table:literal, plural $plural:literal, $zh:literal, $en:literal, owner $owner:expr;
     $($group:ident { $($field:ident: $type:ty, $kind:expr, [$($flag:ident)*], $fzh:literal, $fen:literal, [$($also:literal),* $(,)?];)* })*) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Entity { $($(#[doc = $fen] pub $field: $type,)*)* }

        impl $crate::field::Entity for $Entity {
            const DEF: &'static $crate::field::EntityDef = &$crate::field::EntityDef {
                kind: $crate::registry::EntityKind::$Entity,
                table: $table, plural: $plural, zh: $zh, en: $en, owner: $owner,
                fields: &[$($($crate::field::Field {
                    name: stringify!($field),
                    kind: $kind,
                    required: <$type as $crate::field::Cell>::REQUIRED,
                    group: $crate::field::Group::$group,
                    flags: $crate::field::Flags::NONE$(.$flag())*,
                    zh: $fzh, en: $fen, also: &[$($also),*],
                },)*)*],
            };

            fn from_values(values: &[$crate::field::Value]) -> Result<Self, $crate::field::Corrupt> {
                let mut values = values.iter();
                Ok(Self { $($($field: <$type as $crate::field::Cell>::take(values.next().unwrap_or(&$crate::field::Value::Null))
                    .map_err(|expected| $crate::field::Corrupt { table: $table, field: stringify!($field), expected })?,)*)* })
            }

            fn to_values(&self) -> Vec<$crate::field::Value> {
                vec![$($($crate::field::Cell::put(&self.$field),)*)*]
            }
        }
    };
}
pub(crate) use entity;

/// Makes a Rust enum whose words are codes in storage and in the pack, for fields that rules compare.
macro_rules! code_enum {
    ($(#[$doc:meta])* $Enum:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Enum { $($(#[$vdoc])* $variant,)* }

        impl $Enum {
            /// Every value, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];
            /// The word in storage, API and pack.
            pub const fn code(self) -> &'static str { match self { $(Self::$variant => $code,)* } }
            /// Reads the word.
            pub fn from_code(code: &str) -> Option<Self> { match code { $($code => Some(Self::$variant),)* _ => None } }
        }

        impl $crate::field::Cell for $Enum {
            fn put(&self) -> $crate::field::Value { $crate::field::Value::Text(self.code().to_owned()) }
            fn take(value: &$crate::field::Value) -> Result<Self, &'static str> {
                value.as_text().and_then(Self::from_code).ok_or(concat!("a code of ", stringify!($Enum)))
            }
        }

        impl serde::Serialize for $Enum {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.serialize_str(self.code()) }
        }
    };
}
pub(crate) use code_enum;
