//! Imports: what was read (in staged chunks), what was found wrong, and what became of it.

use domain::{Id, Timestamp};

use crate::{Arg, Reader, Result, Row, Sql, Tx, lists::RowScope, records::after_prefix};

/// An import as stored. Its `document` (reading, mapping, counts …) is JSON that the services own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Identifier; also the batch on every audit entry.
    pub id: Id,
    /// Table of the entity.
    pub entity: String,
    /// Name of the file as it was called.
    pub file_name: String,
    /// Who brought it.
    pub person: Id,
    /// How that person was called.
    pub actor: String,
    /// Path under which the importer acted; decides who else may see it.
    pub path: String,
    /// `read`, `checked`, `applying`, `applied`, `undone`, `cancelled`, `failed`.
    pub state: String,
    /// Counts changes, for optimistic writes.
    pub version: i64,
    /// JSON.
    pub document: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "id,entity,file_name,person,actor,path,state,version,document,created_at,updated_at";

fn import(row: &Row) -> Result<Import> {
    Ok(Import {
        id: row.id(0)?,
        entity: row.text(1)?,
        file_name: row.text(2)?,
        person: row.id(3)?,
        actor: row.text(4)?,
        path: row.text(5)?,
        state: row.text(6)?,
        version: row.int(7)?,
        document: row.text(8)?,
        created_at: row.at(9)?,
        updated_at: row.at(10)?,
    })
}

/// Stores a new import as version 1.
pub async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    let row = vec![
        Arg::Id(import.id),
        (&import.entity).into(),
        (&import.file_name).into(),
        Arg::Id(import.person),
        (&import.actor).into(),
        (&import.path).into(),
        (&import.state).into(),
        Arg::Int(1),
        (&import.document).into(),
        import.created_at.into(),
        import.updated_at.into(),
    ];
    tx.load("import_batch", COLUMNS, Box::new(std::iter::once(row))).await
}

/// Writes state and document if nobody else did since; the stored version grows by one.
pub async fn update(tx: &mut Tx, import: &Import, now: Timestamp) -> Result<()> {
    let sql = Sql::new("update import_batch set state = ?, document = ?, version = version + 1, updated_at = ? where id = ? and version = ?")
        .bind(&import.state)
        .bind(&import.document)
        .bind(now)
        .bind(import.id)
        .bind(import.version);
    if tx.run(sql).await? == 1 { Ok(()) } else { Err(crate::Error::Stale) }
}

/// An import by id.
pub async fn find(reader: &mut impl Reader, id: Id) -> Result<Option<Import>> {
    reader
        .maybe(Sql::new("select ").push(COLUMNS).push(" from import_batch where id = ?").bind(id))
        .await?
        .as_ref()
        .map(import)
        .transpose()
}

/// Where a page of imports begins: after the one that began at this moment and has this id.
pub type Place = (Timestamp, Id);

/// The newest imports of a person, or of everybody within a scope; after `after`, if one is given.
pub async fn list(
    reader: &mut impl Reader,
    person: Id,
    scope: &RowScope,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Import>> {
    let mut sql = Sql::new("select ").push(COLUMNS).push(" from import_batch where (person = ?").bind(person);
    match scope {
        RowScope::Everything => sql = sql.push(" or 1 = 1"),
        RowScope::Nothing => {}
        RowScope::Paths(paths) => {
            for path in paths {
                sql = sql.push(" or (path >= ? and path < ?)").bind(path).bind(after_prefix(path));
            }
        }
    }
    sql = sql.push(")");
    if let Some((at, id)) = after {
        sql = sql.push(" and (created_at, id) < (?, ?)").bind(at).bind(id);
    }
    let sql = sql.push(" order by created_at desc, id desc limit ?").bind(limit);
    reader.all(sql).await?.iter().map(import).collect()
}

/// Imports left in a state since before `before`, such as those that a crash interrupted.
pub async fn in_state(reader: &mut impl Reader, state: &'static str, before: Timestamp) -> Result<Vec<Import>> {
    let sql = Sql::new("select ")
        .push(COLUMNS)
        .push(" from import_batch where state = ? and updated_at < ? order by created_at limit 100")
        .bind(state)
        .bind(before);
    reader.all(sql).await?.iter().map(import).collect()
}

/// Imports that nothing happened to since `before` and that still have rows staged, at most `limit`.
pub async fn staged_before(reader: &mut impl Reader, before: Timestamp, limit: i64) -> Result<Vec<Import>> {
    let sql = Sql::new("select ")
        .push(COLUMNS)
        .push(" from import_batch where updated_at < ? and (exists (select 1 from import_chunk c where c.import = import_batch.id) or exists (select 1 from import_refusal r where r.import = import_batch.id)) order by updated_at limit ?")
        .bind(before)
        .bind(limit);
    reader.all(sql).await?.iter().map(import).collect()
}

/// Stages one chunk of rows.
pub async fn stage(tx: &mut Tx, import: Id, number: i64, body: Vec<u8>) -> Result<()> {
    tx.run(
        Sql::new("insert into import_chunk (import, number, body) values (?, ?, ?)")
            .bind(import)
            .bind(number)
            .bind(body),
    )
    .await
    .map(|_| ())
}

/// Reads one chunk.
pub async fn chunk(reader: &mut impl Reader, import: Id, number: i64) -> Result<Option<Vec<u8>>> {
    let sql = Sql::new("select body from import_chunk where import = ? and number = ?").bind(import).bind(number);
    reader.maybe(sql).await?.map(|row| row.bytes(0)).transpose()
}

/// Forgets what was staged.
pub async fn unstage(tx: &mut Tx, import: Id) -> Result<()> {
    tx.run(Sql::new("delete from import_chunk where import = ?").bind(import)).await?;
    tx.run(Sql::new("delete from import_refusal where import = ?").bind(import)).await.map(|_| ())
}

/// One thing wrong with one row. For classified rows every text is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Row as a person counts it in the file.
    pub row: i64,
    /// Header of the column.
    pub column: String,
    /// Field that the column is mapped to; empty for the whole row.
    pub field: String,
    /// The cell's text.
    pub value: String,
    /// Stable code of the rule.
    pub rule: String,
    /// What is wrong, in Chinese.
    pub zh: String,
    /// What is wrong, in English.
    pub en: String,
    /// What would be accepted; may be empty.
    pub suggestion: String,
}

/// Stores what is wrong, numbered from `first` in the order given.
pub async fn refuse(tx: &mut Tx, import: Id, first: i64, refusals: Vec<Refusal>) -> Result<()> {
    let rows = (first..).zip(refusals).map(|(number, refusal)| {
        vec![
            Arg::Id(import),
            Arg::Int(number),
            Arg::Int(refusal.row),
            Arg::Text(refusal.column),
            Arg::Text(refusal.field),
            Arg::Text(refusal.value),
            Arg::Text(refusal.rule),
            Arg::Text(refusal.zh),
            Arg::Text(refusal.en),
            Arg::Text(refusal.suggestion),
        ]
    });
    tx.load("import_refusal", "import,number,row_number,column_name,field,value,rule,zh,en,suggestion", Box::new(rows))
        .await
}

/// Forgets what was wrong, before a new check.
pub async fn forgive(tx: &mut Tx, import: Id) -> Result<()> {
    tx.run(Sql::new("delete from import_refusal where import = ?").bind(import)).await.map(|_| ())
}

/// What is wrong, after `after` (a number), in file order.
pub async fn refusals(reader: &mut impl Reader, import: Id, after: i64, limit: i64) -> Result<Vec<(i64, Refusal)>> {
    let sql = Sql::new(
        "select number,row_number,column_name,field,value,rule,zh,en,suggestion from import_refusal where import = ? and number > ? order by number limit ?",
    )
    .bind(import)
    .bind(after)
    .bind(limit);
    let mut found = Vec::new();
    for row in reader.all(sql).await? {
        let refusal = Refusal {
            row: row.int(1)?,
            column: row.text(2)?,
            field: row.text(3)?,
            value: row.text(4)?,
            rule: row.text(5)?,
            zh: row.text(6)?,
            en: row.text(7)?,
            suggestion: row.text(8)?,
        };
        found.push((row.int(0)?, refusal));
    }
    Ok(found)
}

/// What would be accepted instead of a value that a rule refused in a column, if that is known.
pub async fn suggestion(
    reader: &mut impl Reader,
    import: Id,
    rule: &str,
    column: &str,
    value: &str,
) -> Result<Option<String>> {
    let sql = Sql::new(
        "select suggestion from import_refusal where import = ? and rule = ? and column_name = ? and value = ? and suggestion <> '' order by number limit 1",
    )
    .bind(import)
    .bind(rule)
    .bind(column)
    .bind(value);
    reader.maybe(sql).await?.map(|row| row.text(0)).transpose()
}

/// How many things of each kind are wrong: `(field, rule, count)`.
pub async fn refusal_counts(reader: &mut impl Reader, import: Id) -> Result<Vec<(String, String, i64)>> {
    let sql = Sql::new(
        "select field, rule, count(*) from import_refusal where import = ? group by field, rule order by 3 desc, 1, 2",
    )
    .bind(import);
    reader.all(sql).await?.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).collect()
}

/// Remembers which header means which field for files of a source.
pub async fn remember_mapping(tx: &mut Tx, entity: &str, source: &str, document: &str, now: Timestamp) -> Result<()> {
    let sql = Sql::new(
        "insert into import_mapping (entity, source, document, updated_at) values (?, ?, ?, ?)
         on conflict (entity, source) do update set document = excluded.document, updated_at = excluded.updated_at",
    )
    .bind(entity)
    .bind(source)
    .bind(document)
    .bind(now);
    tx.run(sql).await.map(|_| ())
}

/// The mapping remembered for a source.
pub async fn mapping(reader: &mut impl Reader, entity: &str, source: &str) -> Result<Option<String>> {
    let sql = Sql::new("select document from import_mapping where entity = ? and source = ?").bind(entity).bind(source);
    reader.maybe(sql).await?.map(|row| row.text(0)).transpose()
}

/// Replaces one chunk.
pub async fn restage(tx: &mut Tx, import: Id, number: i64, body: Vec<u8>) -> Result<()> {
    tx.run(
        Sql::new("update import_chunk set body = ? where import = ? and number = ?")
            .bind(body)
            .bind(import)
            .bind(number),
    )
    .await
    .map(|_| ())
}
