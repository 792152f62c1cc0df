//! Flags: one open row per rule and subject; closed when the facts change, never deleted.

use domain::{Id, Timestamp};

use crate::{
    Arg, Reader, Result, Row, Sql, Tx,
    lists::RowScope,
    records::after_prefix,
    staging::{stage, unstage},
};

/// A flag as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Identifier.
    pub id: Id,
    /// Word of the rule.
    pub rule: String,
    /// Table of the subject.
    pub entity: String,
    /// The subject.
    pub subject: Id,
    /// Path of the owning department.
    pub path: String,
    /// Word of the severity.
    pub severity: String,
    /// Day since when the facts are so, in ISO form; empty if not known.
    pub true_since: String,
    /// Moment at which the rule first saw it.
    pub first_seen_at: Timestamp,
    /// Day by which it must be settled; empty if none.
    pub deadline_on: String,
    /// Explanation in Chinese.
    pub zh: String,
    /// Explanation in English.
    pub en: String,
    /// The facts, as JSON.
    pub facts: String,
    /// Version of the rule that found it.
    pub rule_version: i64,
}

const COLUMNS: &str =
    "id,rule,entity,subject,path,severity,true_since,first_seen_at,deadline_on,zh,en,facts,rule_version";

fn flag(row: &Row) -> Result<Flag> {
    Ok(Flag {
        id: row.id(0)?,
        rule: row.text(1)?,
        entity: row.text(2)?,
        subject: row.id(3)?,
        path: row.text(4)?,
        severity: row.text(5)?,
        true_since: row.text(6)?,
        first_seen_at: row.at(7)?,
        deadline_on: row.text(8)?,
        zh: row.text(9)?,
        en: row.text(10)?,
        facts: row.text(11)?,
        rule_version: row.int(12)?,
    })
}

fn row_of(flag: Flag) -> Vec<Arg> {
    vec![
        Arg::Id(flag.id),
        Arg::Text(flag.rule),
        Arg::Text(flag.entity),
        Arg::Id(flag.subject),
        Arg::Text(flag.path),
        Arg::Text(flag.severity),
        Arg::Text(flag.true_since),
        flag.first_seen_at.into(),
        Arg::Text(flag.deadline_on),
        Arg::Text(flag.zh),
        Arg::Text(flag.en),
        Arg::Text(flag.facts),
        Arg::Int(flag.rule_version),
    ]
}

/// Stores new flags.
pub async fn insert(tx: &mut Tx, flags: Vec<Flag>) -> Result<()> {
    tx.load("flag", COLUMNS, Box::new(flags.into_iter().map(row_of))).await
}

/// Closes flags.
pub async fn close(tx: &mut Tx, ids: &[Id], at: Timestamp) -> Result<()> {
    for chunk in ids.chunks(500) {
        tx.run(
            Sql::new("update flag set closed_at = ? where closed_at = 0 and id in (")
                .bind(at)
                .list(chunk.iter().copied())
                .push(")"),
        )
        .await?;
    }
    Ok(())
}

/// Brings open flags up to date where facts changed but the rule still holds.
pub async fn refresh(tx: &mut Tx, flags: Vec<Flag>) -> Result<()> {
    if flags.is_empty() {
        return Ok(());
    }
    let staged = stage(tx, "flag", "refreshed", COLUMNS, Box::new(flags.into_iter().map(row_of))).await?;
    tx.run(Sql::made(format!(
        "update flag set path = f.path, severity = f.severity, true_since = f.true_since, deadline_on = f.deadline_on,
           zh = f.zh, en = f.en, facts = f.facts, rule_version = f.rule_version
         from {staged} f where flag.id = f.id and flag.closed_at = 0"
    )))
    .await?;
    unstage(tx, &staged).await
}

/// The open flags of subjects.
pub async fn open_of(reader: &mut impl Reader, subjects: &[Id]) -> Result<Vec<Flag>> {
    let mut found = Vec::new();
    for chunk in subjects.chunks(500) {
        let sql = Sql::new("select ")
            .push(COLUMNS)
            .push(" from flag where closed_at = 0 and subject in (")
            .list(chunk.iter().copied())
            .push(") order by rule, id");
        for row in reader.all(sql).await? {
            found.push(flag(&row)?);
        }
    }
    Ok(found)
}

/// Which flags somebody wants to see.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which rows the reader may see.
    pub scope: RowScope,
    /// Department subtree chosen by the reader.
    pub within: Option<String>,
    /// Words of rules; empty for all.
    pub rules: Vec<String>,
    /// Words of severities; empty for all.
    pub severities: Vec<String>,
    /// Only those whose deadline is before this day.
    pub due_before: Option<String>,
    /// Deadline and id of the row beside the page: of the last one before it, or of the first one after it.
    pub after: Option<(String, Id)>,
    /// True for the page before that row, instead of the page after it.
    pub backward: bool,
    /// Rows per page.
    pub limit: i64,
}

fn conditions(query: &Query) -> Sql {
    let mut sql = Sql::new(" where closed_at = 0");
    let mut paths: Vec<&[String]> = Vec::new();
    match &query.scope {
        RowScope::Everything => {}
        RowScope::Nothing => sql = sql.push(" and 1 = 0"),
        RowScope::Paths(own) => paths.push(own),
    }
    let within: Vec<String> = query.within.iter().cloned().collect();
    if !within.is_empty() {
        paths.push(&within);
    }
    for group in paths {
        sql = sql.push(" and (1 = 0");
        for path in group {
            sql = sql.push(" or (path >= ? and path < ?)").bind(path).bind(after_prefix(path));
        }
        sql = sql.push(")");
    }
    if !query.rules.is_empty() {
        sql = sql.push(" and rule in (").list(&query.rules).push(")");
    }
    if !query.severities.is_empty() {
        sql = sql.push(" and severity in (").list(&query.severities).push(")");
    }
    if let Some(day) = &query.due_before {
        sql = sql.push(" and deadline_on <> '' and deadline_on < ?").bind(day);
    }
    sql
}

/// A page of open flags by deadline (those without one last), with one row more than asked for when more follow (or, going
/// backward, when more come before: it is the first one then).
pub async fn list(reader: &mut impl Reader, query: &Query) -> Result<Vec<Flag>> {
    let found = conditions(query);
    // `due` puts flags without deadline last: it is the deadline, or a day after all days.
    let mut sql = Sql { text: format!("select {COLUMNS} from flag{}", found.text), args: found.args };
    if let Some((deadline, id)) = &query.after {
        let due = if deadline.is_empty() { "9999-12-31" } else { deadline };
        sql = sql.push(if query.backward { " and (due, id) < (?, ?)" } else { " and (due, id) > (?, ?)" });
        sql = sql.bind(due).bind(*id);
    }
    let order = if query.backward { " order by due desc, id desc limit ?" } else { " order by due, id limit ?" };
    let rows = reader.all(sql.push(order).bind(query.limit + 1)).await?;
    let mut flags = rows.iter().map(flag).collect::<Result<Vec<Flag>>>()?;
    if query.backward {
        flags.reverse();
    }
    Ok(flags)
}

/// How many open flags of a query each rule and severity has: `(rule, severity, count)`.
pub async fn counts(reader: &mut impl Reader, query: &Query) -> Result<Vec<(String, String, i64)>> {
    let found = conditions(query);
    let sql = Sql {
        text: format!(
            "select rule, severity, count(*) from flag{} group by rule, severity order by rule, severity",
            found.text
        ),
        args: found.args,
    };
    reader.all(sql).await?.iter().map(|row| Ok((row.text(0)?, row.text(1)?, row.int(2)?))).collect()
}
