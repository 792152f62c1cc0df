//! What an import knows of itself: stored as one JSON document beside its staged rows.

use domain::{EntityKind, Fault, Id, Timestamp, Wording};
use serde::{Deserialize, Serialize};

use crate::Outcome;

/// Where an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Read and staged.
    Read,
    /// Being checked.
    Checking,
    /// Checked; may be applied.
    Checked,
    /// Being applied.
    Applying,
    /// Applied.
    Applied,
    /// Taken back.
    Undone,
    /// Given up; nothing is staged any more.
    Cancelled,
}

impl State {
    /// The word in storage.
    pub fn code(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Checking => "checking",
            Self::Checked => "checked",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Read, Self::Checking, Self::Checked, Self::Applying, Self::Applied, Self::Undone, Self::Cancelled]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// What the reader understood of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadingSummary {
    /// `CSV`, `XLSX`, `XLS`.
    pub format: String,
    /// Encoding that was found.
    pub encoding: String,
    /// Separator of a text file.
    pub separator: Option<char>,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// All its sheets.
    pub sheets: Vec<String>,
    /// Row of the headers.
    pub header_row: u32,
    /// What the reader decided and the person should know.
    pub notes: Vec<Wording>,
}

/// What would happen, or did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows that make a new record.
    pub create: u64,
    /// Rows that change a record.
    pub update: u64,
    /// Rows that change nothing.
    pub unchanged: u64,
    /// Rows refused.
    pub refused: u64,
}

/// One missing department, with what the file says of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MissingName {
    /// Name of the department.
    pub name: String,
    /// Name of a unit below it; empty if none.
    pub unit: String,
    /// Short name; empty if not given.
    pub short_name: String,
}

/// References that lead nowhere, as one error.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// Field.
    pub field: String,
    /// Table of the entity referred to.
    pub entity: String,
    /// Distinct names, at most 20,000.
    pub names: Vec<MissingName>,
    /// Rows that name them.
    pub rows: u64,
    /// Departments that "create them" would make, parents included.
    pub to_create: u64,
}

/// One changed field of a previewed row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewChange {
    /// Field.
    pub field: String,
    /// As it is, shown.
    pub before: Wording,
    /// As it would be, shown.
    pub after: Wording,
}

/// One previewed row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRecord {
    /// Row in the file.
    pub row: u32,
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Changed fields; empty for new records.
    pub changes: Vec<PreviewChange>,
}

/// A value that a suggestion was taken for, in every row that had it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Header of the column.
    pub column: String,
    /// As the file says it.
    pub value: String,
    /// What is read instead.
    pub by: String,
    /// Rows.
    pub rows: u64,
}

/// The document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What the reader understood.
    pub reading: ReadingSummary,
    /// Headers of the file.
    pub headers: Vec<String>,
    /// The first rows, for the mapping table.
    pub samples: Vec<Vec<String>>,
    /// Rows staged.
    pub rows: u64,
    /// Chunks staged.
    pub chunks: i64,
    /// Rows marked classified: by number alone, nothing of them is kept.
    pub classified_rows: Vec<u32>,
    /// Target of each header; `None` leaves the column out.
    pub mapping: Vec<Option<String>>,
    /// Values that are read otherwise than the file says them, because a suggestion was taken.
    #[serde(default)]
    pub replaced: Vec<Replaced>,
    /// Name of the source: keys of one source are told from those of another.
    pub source: String,
    /// Keys that rows are found again by, best first: `code`, `source_key`, `name`.
    pub keys: Vec<String>,
    /// What would happen.
    pub counts: Option<Counts>,
    /// True when its rows were dropped because nobody asked for them for long.
    #[serde(default)]
    pub rows_forgotten: bool,
    /// SHA-256 over what each row would do to which version of which record, as the last check showed it.
    #[serde(default)]
    pub plan_hash: String,
    /// References that lead nowhere.
    pub missing: Vec<Missing>,
    /// First new rows.
    pub creates: Vec<PreviewRecord>,
    /// First changed rows.
    pub updates: Vec<PreviewRecord>,
    /// The file would change more than the pack's share of the register.
    pub large_change: bool,
    /// Refused rows may be left out when applying.
    pub skip_refused: bool,
    /// Why the last attempt ended.
    pub problem: Option<Wording>,
    /// When it was applied.
    pub applied_at: Option<Timestamp>,
    /// Why it was taken back.
    pub undo_reason: Option<String>,
}

/// One thing wrong with one row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RowError {
    /// Row as a person counts it, the header being row 1.
    pub row: i64,
    /// Header of the column.
    pub column: String,
    /// The cell.
    pub value: String,
    /// Stable code of the rule.
    pub rule: String,
    /// What is wrong and what would be right.
    pub message: Wording,
    /// What would be accepted.
    pub suggestion: String,
}

/// An import with its document read.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// Identifier; the batch on every audit entry.
    pub id: Id,
    /// Entity.
    pub kind: EntityKind,
    /// Name of the file.
    pub file_name: String,
    /// Who brought it.
    pub person: Id,
    /// How that person is called.
    pub actor: String,
    /// Where it is.
    pub state: State,
    /// For optimistic writes.
    pub version: i64,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The document.
    pub document: Document,
    path: String,
}

impl ImportView {
    /// Reads a stored import.
    pub(super) fn from_stored(stored: store::imports::Import) -> Outcome<Self> {
        let corrupt = |what: &str| Fault::internal(format!("import {}: {what}", stored.id));
        Ok(Self {
            id: stored.id,
            kind: EntityKind::from_table(&stored.entity).ok_or_else(|| corrupt("unknown entity"))?,
            state: State::from_code(&stored.state).ok_or_else(|| corrupt("unknown state"))?,
            document: serde_json::from_str(&stored.document).map_err(|error| corrupt(&error.to_string()))?,
            file_name: stored.file_name,
            person: stored.person,
            actor: stored.actor,
            version: stored.version,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            path: stored.path,
        })
    }

    /// The row to store.
    pub(super) fn to_stored(&self) -> Outcome<store::imports::Import> {
        Ok(store::imports::Import {
            id: self.id,
            entity: self.kind.def().table.to_owned(),
            file_name: self.file_name.clone(),
            person: self.person,
            actor: self.actor.clone(),
            path: self.path.clone(),
            state: self.state.code().to_owned(),
            version: self.version,
            document: serde_json::to_string(&self.document).map_err(|error| Fault::internal(error.to_string()))?,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }

    /// Forgets what the last check found: it belongs to another mapping or to other cells, and may name a row that turns
    /// out to be classified.
    pub(super) fn needs_a_check(&mut self) {
        self.document.counts = None;
        self.document.creates.clear();
        self.document.updates.clear();
        self.document.missing.clear();
        self.state = State::Read;
    }

    /// A new import, not yet stored.
    pub(super) fn new(
        id: Id,
        kind: EntityKind,
        file_name: String,
        person: Id,
        actor: String,
        path: String,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            kind,
            file_name,
            person,
            actor,
            state: State::Read,
            version: 1,
            created_at: at,
            updated_at: at,
            document: Document::default(),
            path,
        }
    }
}
