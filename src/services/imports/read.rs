//! Read: from bytes to staged rows. Classified rows are found here, before anything is stored, and only their row
//! numbers go on; the upload itself is never stored.

use domain::{EntityDef, EntityKind, Fault, Id};
use exchange::{ReadOptions, Table};
use rules::{Action, Scope};
use store::imports;

use super::{
    document::{ImportView, ReadingSummary},
    mapping, read_words,
};
use crate::{Op, Outcome, Services};

/// Rows staged in one chunk.
pub(super) const CHUNK_ROWS: usize = 2_000;
/// Rows shown beside the mapping.
const SAMPLES: usize = 3;

/// A file that somebody brings.
#[derive(Clone, Debug, Default)]
pub struct Upload {
    /// As it is called; at most 200 characters are kept.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Encoding, separator, sheet, header row, if the person corrected what was found.
    pub options: ReadOptions,
    /// Name of the source; keys of one source are told from those of another.
    pub source: String,
}

/// A staged row: its number in the file, its cells, and what is wrong with it as a whole.
pub(super) type Staged = (u32, Vec<String>, Option<String>);

/// Reads a file and stages its rows.
pub async fn read(services: &Services, op: &Op, kind: EntityKind, upload: Upload) -> Outcome<ImportView> {
    let path = match rules::scope_for(&op.actor, Action::Import, kind) {
        Scope::Nothing => return Err(Fault::forbidden()),
        Scope::Everything => String::new(),
        Scope::Paths(paths) => paths.into_iter().next().unwrap_or_default(),
    };
    let def = kind.def();
    let Upload { file_name, bytes, options, source } = upload;
    let file_name: String = file_name.chars().filter(|character| !character.is_control()).take(200).collect();
    let name = file_name.clone();
    // Reading is pure work on bytes: off the threads that answer requests.
    let table = tokio::task::spawn_blocking(move || exchange::read(&name, &bytes, &options))
        .await
        .map_err(|error| Fault::internal(format!("reader: {error}")))?
        .map_err(|error| read_words::refusal(&error))?;
    let at = services.clock.now();
    let mut import =
        ImportView::new(services.ids.next(at), kind, file_name, op.actor.person, op.actor.name.clone(), path, at);
    import.document.source =
        if source.trim().is_empty() { "file".to_owned() } else { source.trim().chars().take(60).collect() };
    let remembered =
        store::imports::mapping(&mut &services.db, def.table, &mapping_key(&import.document.source, &table.headers))
            .await?;
    import.document.mapping = match remembered.and_then(|text| serde_json::from_str::<Vec<Option<String>>>(&text).ok())
    {
        Some(mapping) if mapping.len() == table.headers.len() => mapping,
        _ => mapping::propose(def, &table.headers),
    };
    stage(services, &mut import, table).await?;
    let view = imports::find(&mut &services.db, import.id).await?.ok_or_else(Fault::not_found)?;
    ImportView::from_stored(view)
}

/// A mapping is remembered for a source and its headers.
pub(super) fn mapping_key(source: &str, headers: &[String]) -> String {
    format!("{source}:{}", store::audit::hash_text(&headers.join("\u{1f}")))
}

/// Positions of columns that say whether a row is classified: by header, whatever the mapping says.
fn secrecy_columns(def: &EntityDef, headers: &[String], mapping: &[Option<String>]) -> Vec<usize> {
    let known: Vec<String> = EntityKind::System
        .def()
        .field("secrecy")
        .into_iter()
        .flat_map(|(_, field)| [field.name, field.zh, field.en].into_iter().chain(field.also.iter().copied()))
        .map(domain::fold)
        .collect();
    headers
        .iter()
        .enumerate()
        .filter(|(index, header)| {
            let mapped = mapping.get(*index).is_some_and(|target| target.as_deref() == Some("secrecy"));
            let header = domain::fold(header);
            // A second column of that name, which the reader numbers, and one with its choices in brackets count too.
            let named = known.iter().any(|name| *name == header || *name == mapping::without_unit(&header));
            mapped && def.field("secrecy").is_some() || named
        })
        .map(|(index, _)| index)
        .collect()
}

/// True when the row is marked classified, or its mark is not clearly "non-classified".
pub(super) fn is_classified(services: &Services, cells: &[String], columns: &[usize]) -> bool {
    use domain::CodeLists as _;
    columns.iter().filter_map(|index| cells.get(*index)).any(|cell| {
        let cell = cell.trim();
        !cell.is_empty() && (services.pack.is_classified(cell) || services.pack.list("secrecy").find(cell).is_none())
    })
}

async fn stage(services: &Services, import: &mut ImportView, table: Table) -> Outcome<()> {
    let columns = secrecy_columns(import.kind.def(), &table.headers, &import.document.mapping);
    let reading = table.reading;
    let mut tx = services.db.begin().await?;
    imports::insert(&mut tx, &import.to_stored()?).await?;
    tx.commit().await?;
    import.document.reading = ReadingSummary {
        format: reading.format.to_string(),
        encoding: reading.encoding,
        separator: reading.separator,
        sheet: reading.sheet,
        sheets: reading.sheets,
        header_row: reading.header_row,
        notes: reading.notes.iter().map(read_words::note).collect(),
    };
    import.document.headers = table.headers;
    let mut chunk: Vec<Staged> = Vec::with_capacity(CHUNK_ROWS);
    for row in table.rows {
        if is_classified(services, &row.cells, &columns) {
            import.document.classified_rows.push(row.number);
            continue;
        }
        let cells: Vec<String> = row.cells.iter().map(|cell| exchange::unguard_formula(cell).into_owned()).collect();
        if import.document.samples.len() < SAMPLES {
            import.document.samples.push(cells.iter().map(|cell| cell.chars().take(80).collect()).collect());
        }
        import.document.rows += 1;
        chunk.push((row.number, cells, row.problem.map(|problem| problem.to_string())));
        if chunk.len() == CHUNK_ROWS {
            store_chunk(services, import, &mut chunk).await?;
        }
    }
    store_chunk(services, import, &mut chunk).await?;
    let mut tx = services.db.begin().await?;
    imports::update(&mut tx, &import.to_stored()?, import.updated_at).await?;
    tx.commit().await?;
    Ok(())
}

/// Stages one chunk in a transaction of its own, so that staging never holds the writer for long.
async fn store_chunk(services: &Services, import: &mut ImportView, chunk: &mut Vec<Staged>) -> Outcome<()> {
    if chunk.is_empty() {
        return Ok(());
    }
    let body = serde_json::to_vec(chunk).map_err(|error| Fault::internal(error.to_string()))?;
    let mut tx = services.db.begin().await?;
    imports::stage(&mut tx, import.id, import.document.chunks, body).await?;
    tx.commit().await?;
    import.document.chunks += 1;
    chunk.clear();
    Ok(())
}

/// The staged rows of a chunk.
pub(super) async fn staged(reader: &mut impl store::Reader, import: Id, number: i64) -> Outcome<Vec<Staged>> {
    let Some(body) = imports::chunk(reader, import, number).await? else { return Ok(Vec::new()) };
    serde_json::from_slice(&body).map_err(|error| Fault::internal(format!("import {import}, chunk {number}: {error}")))
}

/// After the mapping changed: takes rows that a newly named classification column marks out of the document, and answers
/// the chunks that are left of those that held one. Whatever named such a row elsewhere in the document goes too.
pub(super) async fn without_classified(services: &Services, import: &mut ImportView) -> Outcome<Vec<(i64, Vec<u8>)>> {
    let columns = secrecy_columns(import.kind.def(), &import.document.headers, &import.document.mapping);
    let mut chunks = Vec::new();
    for number in 0..import.document.chunks {
        let rows = staged(&mut &services.db, import.id, number).await?;
        let (classified, kept): (Vec<Staged>, Vec<Staged>) =
            rows.into_iter().partition(|(_, cells, _)| is_classified(services, cells, &columns));
        if classified.is_empty() {
            continue;
        }
        let document = &mut import.document;
        document.rows -= u64::try_from(classified.len()).unwrap_or(0);
        document.classified_rows.extend(classified.iter().map(|(row, ..)| *row));
        document.classified_rows.sort_unstable();
        document.samples.clear();
        document.replaced.clear();
        chunks.push((number, serde_json::to_vec(&kept).map_err(|error| Fault::internal(error.to_string()))?));
    }
    Ok(chunks)
}
