//! Changing many rows with one statement: the new values are loaded into a temporary table that the statement joins.

use crate::{Reader, Result, Sql, Tx, db::Rows};

/// Loads `rows` into an empty temporary table with some columns of `table`, and answers its name.
pub(crate) async fn stage(tx: &mut Tx, table: &str, purpose: &str, columns: &str, rows: Rows<'_>) -> Result<String> {
    let staged = format!("{purpose}_{table}");
    let on_commit = tx.engine().pick("", " on commit drop");
    tx.run(Sql::made(format!(
        "create temp table if not exists {staged}{on_commit} as select {columns} from {table} limit 0"
    )))
    .await?;
    // Here rather than afterwards: a statement that failed may have left rows on the one writer of SQLite.
    tx.run(Sql::made(format!("delete from {staged}"))).await?;
    tx.load(&staged, columns, rows).await?;
    Ok(staged)
}

/// Empties the temporary table again: nothing of the records stays beside them.
pub(crate) async fn unstage(tx: &mut Tx, staged: &str) -> Result<()> {
    tx.run(Sql::made(format!("delete from {staged}"))).await?;
    Ok(())
}
