//! Lists of any entity: filters, sort, keyset pages, counts and facets under a row scope.
//!
//! Two plans, chosen here and never left to the optimiser. First the matches are counted, to 10,001, inside the covering
//! index. When they are few, they are gathered and sorted; when they are many, the index of the sort column is walked.

use domain::{EntityDef, Field, Kind, Record, Value};

use crate::{
    Engine, Reader, Result, Sql,
    codec::{RECORD_COLUMNS, field_columns, record, to_storage, unknown},
    records::after_prefix,
    search,
};

/// Counts are exact up to here.
pub const COUNT_LIMIT: i64 = 10_000;

/// Which rows a reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowScope {
    /// No row.
    Nothing,
    /// Every row.
    Everything,
    /// Rows of these department subtrees.
    Paths(Vec<String>),
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Is one of the values; an empty list of values means "is not known".
    Among,
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
    /// Contains the code (fields with several codes).
    Contains,
}

/// One condition.
#[derive(Clone, Debug)]
pub struct Condition {
    /// The field; must be one of the entity's.
    pub field: &'static Field,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what; [`Value::Null`] means "not known".
    pub values: Vec<Value>,
}

/// A list that somebody wants.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which entity.
    pub def: &'static EntityDef,
    /// Which rows the reader may see.
    pub scope: RowScope,
    /// Department subtree chosen by the reader, as a path prefix.
    pub within: Option<String>,
    /// Conditions; all must hold.
    pub conditions: Vec<Condition>,
    /// Words to search for.
    pub text: Option<String>,
    /// Sort field, with `true` for descending; `None` sorts by id.
    pub sort: Option<(&'static Field, bool)>,
    /// Last row of the page before: its sort value and id.
    pub after: Option<(Value, domain::Id)>,
    /// Rows per page.
    pub limit: i64,
}

impl Query {
    /// A list of everything that `scope` lets through, by id.
    pub fn new(def: &'static EntityDef, scope: RowScope) -> Self {
        Self { def, scope, within: None, conditions: Vec::new(), text: None, sort: None, after: None, limit: 50 }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// Rows.
    pub records: Vec<Record>,
    /// True when more follow.
    pub more: bool,
    /// Matches, exact up to [`COUNT_LIMIT`]; one more means "more than that".
    pub count: i64,
}

fn path_condition(mut sql: Sql, paths: &[String]) -> Sql {
    sql = sql.push(" and (");
    for (index, path) in paths.iter().enumerate() {
        if index > 0 {
            sql = sql.push(" or ");
        }
        sql = sql.push("path >= ? and path < ?").bind(path).bind(after_prefix(path));
    }
    sql.push(")")
}

/// ` and …`: the rows that a reader may see. Everything that lists rows of departments ends here.
pub(crate) fn scope_condition(sql: Sql, scope: &RowScope) -> Sql {
    match scope {
        RowScope::Everything => sql,
        RowScope::Paths(paths) if !paths.is_empty() => path_condition(sql, paths),
        RowScope::Nothing | RowScope::Paths(_) => sql.push(" and 1 = 0"),
    }
}

/// ` where …`: scope, conditions and search. Alike for pages, counts, facets and exports.
fn conditions(engine: Engine, query: &Query) -> Sql {
    let mut sql = Sql::new(" where removed_at = 0");
    sql = scope_condition(sql, &query.scope);
    if let Some(path) = &query.within {
        sql = path_condition(sql, std::slice::from_ref(path));
    }
    for condition in &query.conditions {
        let field = condition.field;
        sql = sql.push(" and ").push(field.name);
        let first = condition.values.first().unwrap_or(&Value::Null);
        sql = match condition.comparison {
            Comparison::Among if condition.values.is_empty() => sql.push(" = ?").bind(unknown(field)),
            Comparison::Among => {
                sql.push(" in (").list(condition.values.iter().map(|value| to_storage(field, value))).push(")")
            }
            Comparison::AtLeast => sql.push(" >= ?").bind(to_storage(field, first)),
            // What is not known is stored below every value and is not "at most" anything.
            Comparison::AtMost => sql
                .push(" <= ? and ")
                .push(field.name)
                .push(" <> ?")
                .bind(to_storage(field, first))
                .bind(unknown(field)),
            Comparison::Contains => {
                let code =
                    first.as_text().unwrap_or_default().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                sql.push(" like ? escape '\\'").bind(format!("%|{code}|%"))
            }
        };
    }
    if let Some(text) = &query.text {
        sql = match search::condition(engine, query.def, text) {
            Some(found) => {
                let mut joined = sql.push(" and ").push_made(&found.text);
                joined.args.extend(found.args);
                joined
            }
            None => sql.push(" and 1 = 0"),
        };
    }
    sql
}

fn join(head: String, middle: Sql, tail: &str) -> Sql {
    Sql { text: head + &middle.text + tail, args: middle.args }
}

/// True when the covering index holds every column that the conditions ask for.
fn covered(query: &Query) -> bool {
    let columns = crate::migrate::covered(query.def);
    query.text.is_none() && query.conditions.iter().all(|condition| columns.contains(&condition.field.name))
}

/// Counts the matches of a list, to one more than [`COUNT_LIMIT`].
pub async fn count(reader: &mut impl Reader, query: &Query) -> Result<i64> {
    let engine = reader.engine();
    let table = query.def.table;
    let index = if covered(query) { engine.indexed_by(&format!("{table}_filter")) } else { String::new() };
    let head = format!("select count(*) from (select 1 from {table}{index}");
    let sql = join(head, conditions(engine, query), " limit ?) matches").bind(COUNT_LIMIT + 1);
    Ok(reader.maybe(sql).await?.map(|row| row.int(0)).transpose()?.unwrap_or(0))
}

/// A page of a list, and its count.
pub async fn page(reader: &mut impl Reader, query: &Query) -> Result<Page> {
    let count = count(reader, query).await?;
    let records = rows(reader, query, count).await?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = records.len() > limit;
    Ok(Page { records: records.into_iter().take(limit).collect(), more, count })
}

async fn rows(reader: &mut impl Reader, query: &Query, count: i64) -> Result<Vec<Record>> {
    let engine = reader.engine();
    let table = query.def.table;
    let (sort, direction, beyond) = match query.sort {
        Some((field, false)) => (Some(field), "asc", ">"),
        Some((field, true)) => (Some(field), "desc", "<"),
        None => (None, "asc", ">"),
    };
    let key = sort.map_or("id", |field| field.name);
    let mut keyset = Sql::default();
    if let Some((value, id)) = &query.after {
        keyset = match sort {
            Some(field) => {
                Sql::made(format!("({}, id) {beyond} (?, ?)", field.name)).bind(to_storage(field, value)).bind(*id)
            }
            None => Sql::made(format!("id {beyond} ?")).bind(*id),
        };
    }
    let found = conditions(engine, query);
    let mut page = if count <= COUNT_LIMIT {
        // Few: gather them by the conditions, then sort.
        let index = if covered(query) { engine.indexed_by(&format!("{table}_filter")) } else { String::new() };
        let columns = sort.map_or_else(|| "id".to_owned(), |field| format!("{}, id", field.name));
        let inner = join(format!("select {columns} from {table}{index}"), found, engine.fence());
        let mut sql = join(format!("select {key} as place, id as place_id from ("), inner, ") matches");
        if !keyset.text.is_empty() {
            sql = sql.push(" where ").push_made(&keyset.text);
        }
        sql
    } else {
        // Many: walk the index of the sort column and keep what fits.
        let index = sort.map_or_else(String::new, |field| engine.indexed_by(&format!("{table}_by_{}", field.name)));
        let mut sql = join(format!("select {key} as place, id as place_id from {table}{index}"), found, "");
        if !keyset.text.is_empty() {
            sql = sql.push(" and ").push_made(&keyset.text);
        }
        sql
    };
    page.args.extend(keyset.args);
    let page = page.push_made(&format!(" order by {key} {direction}, id {direction} limit ?")).bind(query.limit + 1);
    // Only the rows of the page are read whole.
    let head = format!("select {RECORD_COLUMNS},{} from (", field_columns(query.def));
    let tail = format!(
        ") page cross join {table} where {table}.id = page.place_id order by place {direction}, place_id {direction}"
    );
    reader.all(join(head, page, &tail)).await?.iter().map(|row| record(query.def, row)).collect()
}

/// How often each value of a code, yes/no or reference field occurs among the matches, most frequent first, at most 60 values.
pub async fn facet(reader: &mut impl Reader, query: &Query, field: &'static Field) -> Result<Vec<(Value, i64)>> {
    let engine = reader.engine();
    let table = query.def.table;
    let name = field.name;
    let index = if covered(query) { engine.indexed_by(&format!("{table}_filter")) } else { String::new() };
    let sql = join(
        format!("select {name}, count(*) from {table}{index}"),
        conditions(engine, query),
        &format!(" group by {name} order by 2 desc, 1 limit 60"),
    );
    let mut counts = Vec::new();
    for row in reader.all(sql).await? {
        counts.push((crate::codec::from_storage(&row, 0, field)?, row.int(1)?));
    }
    Ok(counts)
}

/// The value by which a row is found again as the end of a page.
pub fn place_of(query: &Query, record: &Record) -> (Value, domain::Id) {
    let value = query.sort.map_or(Value::Null, |(field, _)| record.get(query.def, field.name).clone());
    (value, record.id)
}

/// True for kinds that facets make sense of.
pub fn has_facet(field: &Field) -> bool {
    field.flags.filter && matches!(field.kind, Kind::Code { .. } | Kind::Bool | Kind::Ref { .. })
}
