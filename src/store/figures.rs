//! Counts for the overview and the department page, under the same row scope as lists.

use domain::Id;

use crate::{Error, Reader, Result, Sql, lists::RowScope, records::after_prefix};

/// Adds the row scope, and the subtree that a reader chose, to a statement with a `where`.
pub(crate) fn scoped(mut sql: Sql, scope: &RowScope, within: Option<&str>) -> Sql {
    match scope {
        RowScope::Everything => {}
        RowScope::Nothing => sql = sql.push(" and 1 = 0"),
        RowScope::Paths(paths) => {
            sql = sql.push(" and (1 = 0");
            for path in paths {
                sql = sql.push(" or (path >= ? and path < ?)").bind(path).bind(after_prefix(path));
            }
            sql = sql.push(")");
        }
    }
    if let Some(path) = within {
        sql = sql.push(" and path >= ? and path < ?").bind(path).bind(after_prefix(path));
    }
    sql
}

/// Systems per department and standing (the empty word for those not yet evaluated), for departments with systems; at most
/// 100,000 rows, which no city and no province reaches.
pub async fn standings_by_department(
    reader: &mut impl Reader,
    scope: &RowScope,
    within: Option<&str>,
) -> Result<Vec<(Id, String, i64)>> {
    let index = reader.engine().indexed_by("system_of_department");
    // One text a row: thousands of rows of three values would take the driver longer than the engine.
    let department = reader.engine().pick("hex(department)", "cast(department as text)");
    let sql = Sql::made(format!(
        "select {department} || ' ' || count(*) || ' ' || standing from system{index} where removed_at = 0"
    ));
    let sql = scoped(sql, scope, within).push(" group by department, standing order by department limit 100000");
    let mut counts = Vec::new();
    for row in reader.all(sql).await? {
        let text = row.text(0)?;
        let mut parts = text.splitn(3, ' ');
        let id = parts.next().and_then(|id| uuid::Uuid::try_parse(id).ok()).map(Id);
        let count = parts.next().and_then(|count| count.parse().ok());
        let (Some(id), Some(count), Some(standing)) = (id, count, parts.next()) else {
            return Err(Error::Corrupt(format!("{text:?} is no count of a department")));
        };
        counts.push((id, standing.to_owned(), count));
    }
    Ok(counts)
}

/// Rooms per recognition (the empty word where none is recorded).
pub async fn rooms(reader: &mut impl Reader, scope: &RowScope, within: Option<&str>) -> Result<Vec<(String, i64)>> {
    let sql = Sql::new("select recognition, count(*) from data_center where removed_at = 0");
    let sql = scoped(sql, scope, within).push(" group by recognition");
    reader.all(sql).await?.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// Systems that must be decided, by age of their deadline relative to `today`: `(overdue, due within seven days of today, later)`.
pub async fn deadlines(
    reader: &mut impl Reader,
    scope: &RowScope,
    within: Option<&str>,
    today: &str,
    soon: &str,
) -> Result<(i64, i64, i64)> {
    let index = reader.engine().indexed_by("system_by_deadline_on");
    let sql = Sql::made(format!(
        "select coalesce(cast(sum(case when deadline_on < ? then 1 else 0 end) as bigint), 0),
                coalesce(cast(sum(case when deadline_on >= ? and deadline_on <= ? then 1 else 0 end) as bigint), 0),
                coalesce(cast(sum(case when deadline_on > ? then 1 else 0 end) as bigint), 0)
         from system{index} where removed_at = 0 and deadline_on > ''"
    ))
    .bind(today)
    .bind(today)
    .bind(soon)
    .bind(soon);
    let row = reader.maybe(scoped(sql, scope, within)).await?;
    Ok(match row {
        Some(row) => (row.int(0)?, row.int(1)?, row.int(2)?),
        None => (0, 0, 0),
    })
}

/// Exceptions by their end relative to `today` and `soon`: `(expired, ending by soon, later)`.
pub async fn exceptions(
    reader: &mut impl Reader,
    scope: &RowScope,
    within: Option<&str>,
    today: &str,
    soon: &str,
) -> Result<(i64, i64, i64)> {
    let index = reader.engine().indexed_by("cloud_exception_by_expires_on");
    let sql = Sql::made(format!(
        "select coalesce(cast(sum(case when expires_on < ? then 1 else 0 end) as bigint), 0),
                coalesce(cast(sum(case when expires_on >= ? and expires_on <= ? then 1 else 0 end) as bigint), 0),
                coalesce(cast(sum(case when expires_on > ? then 1 else 0 end) as bigint), 0)
         from cloud_exception{index} where removed_at = 0 and revoked_on = ''"
    ))
    .bind(today)
    .bind(today)
    .bind(soon)
    .bind(soon);
    let row = reader.maybe(scoped(sql, scope, within)).await?;
    Ok(match row {
        Some(row) => (row.int(0)?, row.int(1)?, row.int(2)?),
        None => (0, 0, 0),
    })
}
