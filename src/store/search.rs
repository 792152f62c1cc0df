//! Full-text search that works on two-character Chinese words: text is cut into terms by us and indexed by the engine
//! (FTS5, or `tsvector` with GIN). Restricted fields are never indexed.

use domain::{EntityDef, EntityKind, Field, Id, Record, Value, bigrams, query_terms};

use crate::{Arg, Engine, Reader, Result, Sql, Tx, counters, records::after_prefix};

/// Candidates that are ranked.
const CANDIDATES: i64 = 1_000;

/// Text of a record that search finds.
fn searchable(def: &EntityDef, record: &Record) -> String {
    let mut text = String::new();
    let fields = def.fields.iter().zip(&record.values);
    for (_, value) in fields.filter(|(field, _): &(&Field, &Value)| field.flags.search && !field.flags.restricted) {
        if let Value::Text(part) = value {
            text.push_str(part);
            text.push('\n');
        }
    }
    text
}

/// Indexes records; `known` says that they may be indexed already.
pub async fn index(tx: &mut Tx, def: &EntityDef, records: &[Record], known: bool) -> Result<()> {
    if known {
        let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
        forget(tx, &ids).await?;
    }
    let first = counters::take(tx, "search_entry", i64::try_from(records.len()).unwrap_or(0)).await?;
    let numbered = || (first..).zip(records);
    let entry = |number: i64, record: &Record| {
        vec![Arg::Int(number), Arg::Text(def.table.to_owned()), Arg::Id(record.id), Arg::Text(record.path.clone())]
    };
    let terms = |record: &Record| bigrams(&searchable(def, record)).join(" ");
    match tx.engine() {
        Engine::Sqlite => {
            let entries = numbered().map(|(number, record)| entry(number, record));
            tx.load("search_entry", "number,entity,subject,path", Box::new(entries)).await?;
            let texts = numbered().map(|(number, record)| vec![Arg::Int(number), Arg::Text(terms(record))]);
            tx.load("search_text", "rowid,terms", Box::new(texts)).await
        }
        Engine::Postgres => {
            let entries = numbered().map(|(number, record)| {
                let mut row = entry(number, record);
                row.push(Arg::Text(vector(&terms(record))));
                row
            });
            tx.load("search_entry", "number,entity,subject,path,terms", Box::new(entries)).await
        }
    }
}

/// Terms as PostgreSQL writes a `tsvector`: quoted lexemes. Terms hold letters and digits only, so quoting is all.
fn vector(terms: &str) -> String {
    terms.split(' ').filter(|term| !term.is_empty()).map(|term| format!("'{term}'")).collect::<Vec<_>>().join(" ")
}

/// Takes records out of the index.
pub async fn forget(tx: &mut Tx, subjects: &[Id]) -> Result<()> {
    for chunk in subjects.chunks(500) {
        if tx.engine() == Engine::Sqlite {
            let sql =
                Sql::new("delete from search_text where rowid in (select number from search_entry where subject in (")
                    .list(chunk.iter().copied())
                    .push("))");
            tx.run(sql).await?;
        }
        tx.run(Sql::new("delete from search_entry where subject in (").list(chunk.iter().copied()).push(")")).await?;
    }
    Ok(())
}

/// A found record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which entity.
    pub kind: EntityKind,
    /// The record.
    pub id: Id,
}

/// The expression that the engine's full-text index understands: all terms, words by their beginning.
fn expression(engine: Engine, text: &str) -> Option<String> {
    let terms = query_terms(text);
    if terms.is_empty() {
        return None;
    }
    let parts: Vec<String> = terms
        .iter()
        .map(|(term, prefix)| match engine {
            Engine::Sqlite => format!("\"{term}\"{}", if *prefix { "*" } else { "" }),
            Engine::Postgres => format!("'{term}'{}", if *prefix { ":*" } else { "" }),
        })
        .collect();
    Some(parts.join(engine.pick(" AND ", " & ")))
}

/// The condition "the record's id is among the hits", for lists; `None` when the text holds nothing to search for.
pub(crate) fn condition(engine: Engine, def: &EntityDef, text: &str) -> Option<Sql> {
    let expression = expression(engine, text)?;
    let sql = match engine {
        Engine::Sqlite => Sql::new(
            "id in (select subject from search_entry where entity = ? and number in (select rowid from search_text where search_text match ?))",
        ),
        Engine::Postgres => {
            Sql::new("id in (select subject from search_entry where entity = ? and terms @@ cast(? as tsquery))")
        }
    };
    Some(sql.bind(def.table).bind(expression))
}

/// Finds records of any entity within path prefixes (`None`: the whole city). Names that begin with the text come first,
/// then those that contain it, among the first thousand candidates.
pub async fn find(reader: &mut impl Reader, text: &str, paths: Option<&[String]>, limit: usize) -> Result<Vec<Hit>> {
    let engine = reader.engine();
    let Some(expression) = expression(engine, text) else { return Ok(Vec::new()) };
    let mut sql = match engine {
        Engine::Sqlite => Sql::new(
            "select entity, subject from search_entry where number in (select rowid from search_text where search_text match ?)",
        ),
        Engine::Postgres => Sql::new("select entity, subject from search_entry where terms @@ cast(? as tsquery)"),
    }
    .bind(expression);
    if let Some(paths) = paths {
        sql = sql.push(" and (path = ''");
        for path in paths {
            sql = sql.push(" or (path >= ? and path < ?)").bind(path).bind(after_prefix(path));
        }
        sql = sql.push(")");
    }
    let rows = reader.all(sql.push(" order by number limit ?").bind(CANDIDATES)).await?;
    let mut hits = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(kind) = EntityKind::from_table(&row.text(0)?) {
            hits.push(Hit { kind, id: row.id(1)? });
        }
    }
    rank(reader, hits, text, limit).await
}

async fn rank(reader: &mut impl Reader, hits: Vec<Hit>, text: &str, limit: usize) -> Result<Vec<Hit>> {
    let wanted = domain::fold(text);
    let mut ranked = Vec::with_capacity(hits.len());
    let mut kinds: Vec<EntityKind> = hits.iter().map(|hit| hit.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let ids: Vec<Id> = hits.iter().filter(|hit| hit.kind == kind).map(|hit| hit.id).collect();
        for (id, (code, name)) in crate::records::names(reader, kind.def(), &ids).await? {
            let (code, name) = (domain::fold(&code), domain::fold(&name));
            let rank = if name == wanted || code == wanted {
                0
            } else if name.starts_with(&wanted) || code.starts_with(&wanted) {
                1
            } else if name.contains(&wanted) {
                2
            } else {
                3
            };
            ranked.push((rank, name.chars().count(), name, Hit { kind, id }));
        }
    }
    ranked.sort_by(|left, right| (left.0, left.1, &left.2, left.3.id).cmp(&(right.0, right.1, &right.2, right.3.id)));
    ranked.truncate(limit);
    Ok(ranked.into_iter().map(|(_, _, _, hit)| hit).collect())
}
