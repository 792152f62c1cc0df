//! Filters of lists: what can be chosen, what is chosen (chips), which columns are shown. The address bar is the view.

use super::OptionView;

/// A hidden value of a form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Hidden {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl Hidden {
    /// A hidden value.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Hidden {
        Hidden { name: name.into(), value: value.into() }
    }
}

/// A filter: a field of the list and how it can be narrowed.
#[derive(Clone, Debug)]
pub struct FilterView {
    /// The field's key, the name in the address.
    pub key: String,
    /// The field's label.
    pub label: String,
    /// How many of its choices are chosen.
    pub chosen: u64,
    /// Shown in the toolbar; others are under "more filters".
    pub pinned: bool,
    /// What can be chosen.
    pub kind: FilterKind,
}

/// How a field can be narrowed.
#[derive(Clone, Debug)]
pub enum FilterKind {
    /// Any of some codes: `key=a&key=b`.
    Codes(Vec<OptionView>),
    /// Holds some text: `key=text`.
    Text(String),
    /// Between two dates: `key[gte]=` and `key[lte]=`.
    Dates {
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// Between two numbers: `key[gte]=` and `key[lte]=`.
    Numbers {
        /// From.
        from: String,
        /// To.
        to: String,
        /// The unit.
        unit: String,
    },
    /// Yes, no, or any: `key=true`.
    YesNo(Option<bool>),
}

/// One condition in force, with the address of the list without it.
#[derive(Clone, Debug)]
pub struct ChipView {
    /// The field.
    pub label: String,
    /// The condition in words.
    pub value: String,
    /// The list without it.
    pub remove: String,
}

/// A column that can be shown or not: `columns=a,b`.
#[derive(Clone, Debug)]
pub struct ColumnChoice {
    /// The field's key.
    pub key: String,
    /// The field's label.
    pub label: String,
    /// Shown now.
    pub shown: bool,
}
