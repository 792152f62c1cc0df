//! Finding records by what files call them: codes, the source's own ids, folded names.

use domain::{EntityDef, Id};

use crate::{Reader, Result, Sql};

/// How many keys one statement may name.
const AT_ONCE: usize = 500;

/// One record under one of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyed {
    /// The key as it was asked for.
    pub key: String,
    /// Path of the owning department.
    pub path: String,
    /// The record.
    pub id: Id,
}

async fn by(reader: &mut impl Reader, head: String, keys: &[String], tail: Sql) -> Result<Vec<Keyed>> {
    let mut found = Vec::new();
    for chunk in keys.chunks(AT_ONCE) {
        let mut sql = Sql::made(head.clone()).list(chunk).push(")").push_made(&tail.text);
        sql.args.extend(tail.args.iter().cloned());
        for row in reader.all(sql).await? {
            found.push(Keyed { key: row.text(0)?, path: row.text(1)?, id: row.id(2)? });
        }
    }
    Ok(found)
}

/// Records by code; a code may stand in several departments.
pub async fn by_codes(reader: &mut impl Reader, def: &EntityDef, codes: &[String]) -> Result<Vec<Keyed>> {
    let head = format!("select code, path, id from {} where removed_at = 0 and code <> '' and code in (", def.table);
    by(reader, head, codes, Sql::default()).await
}

/// Records by the source's own id.
pub async fn by_source_keys(
    reader: &mut impl Reader,
    def: &EntityDef,
    source: &str,
    keys: &[String],
) -> Result<Vec<Keyed>> {
    let head = format!(
        "select source_key, path, id from {} where removed_at = 0 and source_key <> '' and source_key in (",
        def.table
    );
    by(reader, head, keys, Sql::new(" and source = ?").bind(source)).await
}

/// Records by folded name ([`domain::fold`]).
pub async fn by_names(reader: &mut impl Reader, def: &EntityDef, folded_names: &[String]) -> Result<Vec<Keyed>> {
    let head = format!("select name_key, path, id from {} where removed_at = 0 and name_key in (", def.table);
    by(reader, head, folded_names, Sql::default()).await
}

/// The paths of records that are not removed.
pub async fn paths(reader: &mut impl Reader, def: &EntityDef, ids: &[Id]) -> Result<Vec<(Id, String)>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(AT_ONCE) {
        let sql = Sql::made(format!("select id, path from {} where removed_at = 0 and id in (", def.table))
            .list(chunk.iter().copied())
            .push(")");
        for row in reader.all(sql).await? {
            found.push((row.id(0)?, row.text(1)?));
        }
    }
    Ok(found)
}

/// A department as references find it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentKey {
    /// The department.
    pub id: Id,
    /// Its parent, if any.
    pub parent: Option<Id>,
    /// Path.
    pub path: String,
    /// Code, or empty.
    pub code: String,
    /// Name.
    pub name: String,
    /// Short name, or empty.
    pub short_name: String,
}

/// All departments, by path: a city has hundreds, a province some ten thousand.
pub async fn departments(reader: &mut impl Reader) -> Result<Vec<DepartmentKey>> {
    let sql = Sql::new(
        "select id, parent, path, code, name, short_name from department where removed_at = 0 order by path, id limit 200000",
    );
    let mut found = Vec::new();
    for row in reader.all(sql).await? {
        found.push(DepartmentKey {
            id: row.id(0)?,
            parent: Some(row.id(1)?).filter(|id| !id.is_none()),
            path: row.text(2)?,
            code: row.text(3)?,
            name: row.text(4)?,
            short_name: row.text(5)?,
        });
    }
    Ok(found)
}
