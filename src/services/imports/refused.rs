//! What is wrong, page by page, and the refused rows as a file that can be fixed and brought again.

use std::collections::HashMap;

use domain::{Fault, Id, Wording};
use exchange::Cell;
use store::imports;

use super::{
    document::{ImportView, RowError},
    read, retention, run,
};
use crate::{Op, Outcome, Services};

/// Errors read at once.
const AT_ONCE: i64 = 5_000;

/// What is wrong, in file order, after the error numbered `after`; each with its number, for the next page.
/// Classified rows come first on the first page, by row number alone.
pub async fn row_errors(services: &Services, op: &Op, id: Id, after: i64, limit: i64) -> Outcome<Vec<(i64, RowError)>> {
    let import = run::find(services, op, id).await?;
    let mut errors = Vec::new();
    if after == 0 {
        errors.extend(import.document.classified_rows.iter().map(|row| (0, classified(*row))));
    }
    for (number, refusal) in imports::refusals(&mut &services.db, id, after, limit).await? {
        errors.push((number, shown(refusal)));
    }
    Ok(errors)
}

/// A refused row with its original cells.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedRow {
    /// Row as a person counts it, the header being row 1.
    pub row: i64,
    /// Its cells, one for each header; none when nothing of it is kept.
    pub cells: Vec<String>,
    /// Everything wrong with it.
    pub errors: Vec<RowError>,
}

/// Refused rows in file order with their cells, after the error numbered `after`, `limit` errors at once; and the number
/// after which the next page begins, if there is one. Classified rows are not among them.
pub async fn refused_page(
    services: &Services,
    op: &Op,
    id: Id,
    after: i64,
    limit: i64,
) -> Outcome<(Vec<RefusedRow>, Option<i64>)> {
    let import = run::find(services, op, id).await?;
    let mut refusals = imports::refusals(&mut &services.db, id, after, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = refusals.len() > size;
    refusals.truncate(size);
    let next = refusals.last().map(|(number, _)| *number).filter(|_| more);
    let mut rows: Vec<RefusedRow> = Vec::new();
    let mut places: HashMap<i64, usize> = HashMap::new();
    for (_, refusal) in refusals {
        let place = *places.entry(refusal.row).or_insert_with(|| {
            rows.push(RefusedRow { row: refusal.row, cells: Vec::new(), errors: Vec::new() });
            rows.len() - 1
        });
        if let Some(row) = rows.get_mut(place) {
            row.errors.push(shown(refusal));
        }
    }
    let mut wanted: Vec<i64> = places.keys().copied().collect();
    wanted.sort_unstable();
    let mut chunk: Vec<read::Staged> = Vec::new();
    for number in wanted {
        if place_in(&chunk, number).is_none() {
            chunk = chunk_with(services, &import, number).await?;
        }
        let cells = place_in(&chunk, number).and_then(|at| chunk.get(at)).map(|(_, cells, _)| cells.clone());
        if let Some(row) = places.get(&number).and_then(|place| rows.get_mut(*place)) {
            row.cells = cells.unwrap_or_default();
        }
    }
    Ok((rows, next))
}

/// Where a row stands in a chunk.
fn place_in(chunk: &[read::Staged], row: i64) -> Option<usize> {
    chunk.binary_search_by_key(&row, |(number, ..)| i64::from(*number)).ok()
}

/// The staged chunk that holds a row: chunks are in file order, so few are looked into.
async fn chunk_with(services: &Services, import: &ImportView, row: i64) -> Outcome<Vec<read::Staged>> {
    let (mut low, mut high) = (0, import.document.chunks);
    while low < high {
        let middle = low + (high - low) / 2;
        let chunk = read::staged(&mut &services.db, import.id, middle).await?;
        match (chunk.first(), chunk.last()) {
            (Some((first, ..)), _) if row < i64::from(*first) => high = middle,
            (_, Some((last, ..))) if row <= i64::from(*last) => return Ok(chunk),
            _ => low = middle + 1,
        }
    }
    Ok(Vec::new())
}

fn shown(refusal: imports::Refusal) -> RowError {
    RowError {
        row: refusal.row,
        column: refusal.column,
        value: refusal.value,
        rule: refusal.rule,
        message: Wording::new(refusal.zh, refusal.en),
        suggestion: refusal.suggestion,
    }
}

fn classified(row: u32) -> RowError {
    RowError {
        row: i64::from(row),
        column: String::new(),
        value: String::new(),
        rule: "classified".to_owned(),
        message: Wording::new(
            "该行标为涉密，已拒绝，本平台未保存其任何内容（保守国家秘密法）；请从文件中删去",
            "this row is marked classified; it was refused and nothing of it was kept (law on guarding state secrets); delete it from the file",
        ),
        suggestion: String::new(),
    }
}

/// The refused rows as CSV: the original cells, and in two more columns the row number and what is wrong. Of classified rows only the
/// number stands there.
pub async fn refused_rows(services: &Services, op: &Op, id: Id) -> Outcome<Vec<u8>> {
    let import = run::find(services, op, id).await?;
    if import.document.rows_forgotten {
        return Err(retention::forgotten());
    }
    let mut wrong: HashMap<u32, Vec<String>> = HashMap::new();
    let mut after = 0;
    loop {
        let page = imports::refusals(&mut &services.db, id, after, AT_ONCE).await?;
        let Some((last, _)) = page.last() else { break };
        after = *last;
        for (_, refusal) in page {
            let text = op.language.pick(refusal.zh, refusal.en);
            let place = if refusal.column.is_empty() { String::new() } else { format!("{}: ", refusal.column) };
            let row = u32::try_from(refusal.row).unwrap_or(0);
            wrong.entry(row).or_default().push(format!("{place}{text}"));
        }
    }
    let mut rows: Vec<(u32, Vec<Cell>)> = Vec::with_capacity(wrong.len());
    // An applied import without refused rows has nothing staged any more.
    let chunks = if wrong.is_empty() { 0 } else { import.document.chunks };
    for number in 0..chunks {
        for (row, cells, _) in read::staged(&mut &services.db, id, number).await? {
            let Some(reasons) = wrong.get(&row) else { continue };
            let mut line: Vec<Cell> = cells.into_iter().map(Cell::Text).collect();
            line.push(Cell::Integer(i64::from(row)));
            line.push(Cell::Text(reasons.join("; ")));
            rows.push((row, line));
        }
    }
    for row in &import.document.classified_rows {
        let mut line = vec![Cell::Empty; import.document.headers.len()];
        line.push(Cell::Integer(i64::from(*row)));
        line.push(Cell::Text(op.language.pick("涉密行，未保存内容", "classified row, nothing kept").to_owned()));
        rows.push((*row, line));
    }
    rows.sort_by_key(|(row, _)| *row);
    let mut headers = import.document.headers.clone();
    headers.push(op.language.pick("原行号", "Original row").to_owned());
    headers.push(op.language.pick("拒绝原因", "Why refused").to_owned());
    exchange::write_csv(&headers, &mut rows.into_iter().map(|(_, line)| line))
        .map_err(|error| Fault::internal(error.to_string()))
}
