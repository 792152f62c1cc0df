//! History: who changed what, when, through which door, before → after.

use askama::Template;

use crate::words::L;

/// One changed field.
#[derive(Clone, Debug)]
pub struct ChangeView {
    /// The field.
    pub label: String,
    /// Before; empty when nothing was known.
    pub before: String,
    /// After; empty when cleared.
    pub after: String,
}

/// One entry.
#[derive(Clone, Debug, Default)]
pub struct HistoryEntry {
    /// When, in words.
    pub when: String,
    /// When, exactly.
    pub exact: String,
    /// Who.
    pub who: String,
    /// What, in words.
    pub what: String,
    /// Through which door, with which request.
    pub door: String,
    /// Why.
    pub reason: String,
    /// The changed fields.
    pub changes: Vec<ChangeView>,
}

/// The newest entries of a record.
#[derive(Template, Clone, Debug)]
#[template(path = "parts/history.html")]
pub struct HistoryView {
    /// The words.
    pub l: L,
    /// Newest first.
    pub entries: Vec<HistoryEntry>,
    /// The complete history.
    pub more: Option<String>,
}
