//! An import as this door shows it.

use domain::{EntityKind, Language, Wording};
use serde::Serialize;
use services::imports::{Counts, ImportView, Missing, PreviewRecord, Progress, Replaced, RowError};
use utoipa::ToSchema;

/// What the reader understood of the file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportReading {
    /// `CSV`, `XLSX`, `XLS`.
    format: String,
    /// Encoding that was found.
    encoding: String,
    /// Separator of a text file.
    separator: Option<String>,
    /// Sheet that was read.
    sheet: Option<String>,
    /// All sheets of the workbook.
    sheets: Vec<String>,
    /// Row of the headers.
    header_row: u32,
    /// What the reader decided.
    notes: Vec<String>,
}

/// A column of the file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportColumn {
    /// Its header.
    header: String,
    /// What it means: a field, `field.unit`, `field.short_name`, or nothing when it is left out.
    target: Option<String>,
    /// The first cells.
    samples: Vec<String>,
}

/// What would happen, or did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportCounts {
    /// Rows that make a new record.
    create: u64,
    /// Rows that change a record.
    update: u64,
    /// Rows that change nothing.
    unchanged: u64,
    /// Rows refused.
    refused: u64,
}

impl From<Counts> for ImportCounts {
    fn from(counts: Counts) -> Self {
        Self { create: counts.create, update: counts.update, unchanged: counts.unchanged, refused: counts.refused }
    }
}

/// A name that leads nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportMissingName {
    /// The name.
    name: String,
    /// Name of a unit below it; empty if none.
    unit: String,
    /// Short name; empty if none.
    short_name: String,
}

/// References that lead nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportMissing {
    /// The field.
    field: String,
    /// Plural word of the entity referred to.
    entity: String,
    /// Rows with such a reference.
    rows: u64,
    /// Departments that `create-missing-departments` would make.
    to_create: u64,
    /// The first hundred names.
    names: Vec<ImportMissingName>,
    /// All names.
    names_count: u64,
}

/// One changed field of a previewed row, shown as people read it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPreviewChange {
    /// The field.
    field: String,
    /// As it is.
    before: String,
    /// As it would be.
    after: String,
}

/// A previewed row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    /// Row as a person counts it, the header being row 1.
    row: u32,
    /// Code.
    code: String,
    /// Name.
    name: String,
    /// What would change.
    changes: Vec<ImportPreviewChange>,
}

/// A value that a suggestion was taken for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportReplaced {
    /// Header of the column.
    column: String,
    /// As the file says it.
    value: String,
    /// What is read instead.
    by: String,
    /// Rows.
    rows: u64,
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportDocument {
    /// Identifier; the batch on every entry of the audit trail.
    id: String,
    /// Plural word of the entity.
    kind: String,
    /// `read`, `checking`, `checked`, `applying`, `applied`, `undone`, `cancelled`.
    state: String,
    /// Name of the file.
    file_name: String,
    /// Name of the source.
    source: String,
    /// Who brought it.
    actor: String,
    /// When it began.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
    /// What the reader understood.
    reading: ImportReading,
    /// The columns in the order of the file.
    columns: Vec<ImportColumn>,
    /// Rows staged.
    rows: u64,
    /// Rows marked classified: by number alone, nothing of them is kept.
    classified_rows: Vec<u32>,
    /// Values that are read otherwise than the file says them, because a suggestion was taken.
    replaced: Vec<ImportReplaced>,
    /// Keys by which rows are found again, best first.
    keys: Vec<String>,
    /// What would happen, or did; none before the first check.
    counts: Option<ImportCounts>,
    /// References that lead nowhere.
    missing: Vec<ImportMissing>,
    /// The first new rows.
    creates: Vec<ImportPreview>,
    /// The first changed rows.
    updates: Vec<ImportPreview>,
    /// The file would change an unusual share of the register.
    large_change: bool,
    /// Refused rows may be left out.
    skip_refused: bool,
    /// Why the last attempt ended.
    problem: Option<String>,
    /// When it was applied.
    #[schema(format = DateTime)]
    applied_at: Option<String>,
    /// Why it was taken back.
    undo_reason: Option<String>,
}

const NAMES_SHOWN: usize = 100;

fn plural(table: &str) -> String {
    EntityKind::from_table(table).map_or(table, |kind| kind.def().plural).to_owned()
}

fn missing(missing: &Missing) -> ImportMissing {
    let names = missing.names.iter().take(NAMES_SHOWN).cloned();
    ImportMissing {
        field: missing.field.clone(),
        entity: plural(&missing.entity),
        rows: missing.rows,
        to_create: missing.to_create,
        names: names
            .map(|name| ImportMissingName { name: name.name, unit: name.unit, short_name: name.short_name })
            .collect(),
        names_count: u64::try_from(missing.names.len()).unwrap_or(u64::MAX),
    }
}

fn preview(preview: &PreviewRecord, language: Language) -> ImportPreview {
    let text = |wording: &Wording| wording.text(language).to_owned();
    ImportPreview {
        row: preview.row,
        code: preview.code.clone(),
        name: preview.name.clone(),
        changes: preview
            .changes
            .iter()
            .map(|change| ImportPreviewChange {
                field: change.field.clone(),
                before: text(&change.before),
                after: text(&change.after),
            })
            .collect(),
    }
}

fn replaced(replaced: &Replaced) -> ImportReplaced {
    ImportReplaced {
        column: replaced.column.clone(),
        value: replaced.value.clone(),
        by: replaced.by.clone(),
        rows: replaced.rows,
    }
}

impl ImportDocument {
    pub(crate) fn new(import: &ImportView, language: Language) -> Self {
        let document = &import.document;
        let text = |wording: &Wording| wording.text(language).to_owned();
        let reading = &document.reading;
        let column = |(index, header): (usize, &String)| ImportColumn {
            header: header.clone(),
            target: document.mapping.get(index).cloned().flatten(),
            samples: document.samples.iter().filter_map(|row| row.get(index)).cloned().collect(),
        };
        Self {
            id: import.id.to_string(),
            kind: import.kind.def().plural.to_owned(),
            state: import.state.code().to_owned(),
            file_name: import.file_name.clone(),
            source: document.source.clone(),
            actor: import.actor.clone(),
            created_at: import.created_at.to_string(),
            updated_at: import.updated_at.to_string(),
            reading: ImportReading {
                format: reading.format.clone(),
                encoding: reading.encoding.clone(),
                separator: reading.separator.map(String::from),
                sheet: reading.sheet.clone(),
                sheets: reading.sheets.clone(),
                header_row: reading.header_row,
                notes: reading.notes.iter().map(text).collect(),
            },
            columns: document.headers.iter().enumerate().map(column).collect(),
            rows: document.rows,
            classified_rows: document.classified_rows.clone(),
            replaced: document.replaced.iter().map(replaced).collect(),
            keys: document.keys.clone(),
            counts: document.counts.map(ImportCounts::from),
            missing: document.missing.iter().map(missing).collect(),
            creates: document.creates.iter().map(|row| preview(row, language)).collect(),
            updates: document.updates.iter().map(|row| preview(row, language)).collect(),
            large_change: document.large_change,
            skip_refused: document.skip_refused,
            problem: document.problem.as_ref().map(text),
            applied_at: document.applied_at.map(|at| at.to_string()),
            undo_reason: document.undo_reason.clone(),
        }
    }
}

/// Imports, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportList {
    /// Newest first.
    pub items: Vec<ImportDocument>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// One thing wrong with one row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RowProblem {
    /// Row as a person counts it, the header being row 1.
    row: i64,
    /// Header of the column; empty for the row as a whole.
    column: String,
    /// The cell; empty for classified rows.
    value: String,
    /// Stable code of the rule.
    rule: String,
    /// What is wrong and what would be right.
    message: String,
    /// What would be accepted; empty if nothing is close.
    suggestion: String,
}

impl RowProblem {
    pub(crate) fn new(error: RowError, language: Language) -> Self {
        Self {
            row: error.row,
            column: error.column,
            value: error.value,
            rule: error.rule,
            message: error.message.text(language).to_owned(),
            suggestion: error.suggestion,
        }
    }
}

/// A page of what is wrong, in the order of the file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportErrors {
    /// In the order of the file.
    pub items: Vec<RowProblem>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// How far long work is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportProgress {
    /// State of the import.
    state: String,
    /// `checking`, `applying`, `committing`; none while nothing runs in this process.
    phase: Option<String>,
    /// Rows done.
    done: u64,
    /// Rows in all.
    total: u64,
    /// When the phase began.
    #[schema(format = DateTime)]
    began_at: Option<String>,
    /// Somebody asked to stop.
    cancelled: bool,
}

impl ImportProgress {
    pub(crate) fn new(import: &ImportView, progress: Option<Progress>) -> Self {
        let phase =
            progress.and_then(|progress| serde_json::to_value(progress.phase).ok()?.as_str().map(str::to_owned));
        Self {
            state: import.state.code().to_owned(),
            phase,
            done: progress.map_or(0, |progress| progress.done),
            total: progress.map_or(import.document.rows, |progress| progress.total),
            began_at: progress.map(|progress| progress.began_at.to_string()),
            cancelled: progress.is_some_and(|progress| progress.cancelled),
        }
    }
}
