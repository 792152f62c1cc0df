//! Export: exactly the list that was asked for, as CSV or XLSX that the importer reads back.

use domain::{EntityDef, EntityKind, Field, Kind, Language, Record, Value, show};
use exchange::Cell;
use rules::{Action, Scope};
use store::lists::Query;

use super::read::Names;
use crate::{Op, Outcome, Services};

/// Format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// UTF-8 with byte order mark, so that spreadsheets open it right.
    Csv,
    /// Workbook with typed cells.
    Xlsx,
}

/// Rows of one export at most; more is a job for several filters.
const ROW_LIMIT: usize = 200_000;
/// Rows read at once.
const AT_ONCE: i64 = 1_000;

/// Headers of an export: labels that the importer knows, with units.
pub fn export_headers(def: &EntityDef, language: Language) -> Vec<String> {
    def.fields
        .iter()
        .map(|field| match field.kind {
            Kind::Money => format!("{}{}", field.label(language), language.pick("(万元)", " (万元)")),
            _ => field.label(language).to_owned(),
        })
        .collect()
}

fn cell(field: &Field, value: &Value, names: &Names, services: &Services, language: Language) -> Cell {
    match (field.kind, value) {
        (_, Value::Null) => Cell::Empty,
        (Kind::Date, Value::Text(day)) => Cell::Date(day.clone()),
        (Kind::Int { .. }, Value::Int(number)) => Cell::Integer(*number),
        (Kind::Decimal { scale, .. }, Value::Int(scaled)) => Cell::Decimal { scaled: *scaled, scale },
        (Kind::Money, Value::Int(fen)) => Cell::Decimal { scaled: *fen, scale: 6 },
        (Kind::Ref { .. }, Value::Id(id)) => names.get(id).map_or(Cell::Empty, |(code, name)| {
            // The code finds the record again; without one the name does.
            Cell::Text(if code.is_empty() { name.clone() } else { code.clone() })
        }),
        (_, value) => Cell::Text(show(field, value, services.pack.as_ref(), language)),
    }
}

/// Exports the rows of a list, under the reader's scope and without fields that the reader may not see.
pub async fn export(services: &Services, op: &Op, query: &Query, format: ExportFormat) -> Outcome<Vec<u8>> {
    let kind = query.def.kind;
    if rules::scope_for(&op.actor, Action::Export, kind) == Scope::Nothing {
        return Err(domain::Fault::forbidden());
    }
    let mut query = query.clone();
    query.limit = AT_ONCE;
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    loop {
        let listing = super::list(services, op, &query).await?;
        for record in &listing.page.records {
            rows.push(row(query.def, record, &listing.names, services, op.language));
        }
        let Some(last) = listing.page.records.last().filter(|_| listing.page.more && rows.len() < ROW_LIMIT) else {
            break;
        };
        query.after = Some(store::lists::place_of(&query, last));
    }
    note(services, op, kind, rows.len()).await?;
    let headers = export_headers(query.def, op.language);
    let mut rows = rows.into_iter();
    let written = match format {
        ExportFormat::Csv => exchange::write_csv(&headers, &mut rows),
        ExportFormat::Xlsx => exchange::write_xlsx(query.def.label(op.language), &headers, &mut rows),
    };
    written.map_err(|error| domain::Fault::internal(error.to_string()))
}

fn row(def: &EntityDef, record: &Record, names: &Names, services: &Services, language: Language) -> Vec<Cell> {
    def.fields.iter().zip(&record.values).map(|(field, value)| cell(field, value, names, services, language)).collect()
}

/// Downloads are on the record: a register is sensitive as a whole.
async fn note(services: &Services, op: &Op, kind: EntityKind, rows: usize) -> Outcome<()> {
    let mut work = crate::Work::begin(services, op).await?;
    let body = serde_json::json!({ "rows": rows }).to_string();
    work.record("export", kind.def().table, domain::Id::NONE, "", body);
    work.commit().await
}
