//! Role grants: person, role, department subtree, from, to.

use domain::{Grant, Id, Role, Timestamp};

use crate::{Arg, Error, Reader, Result, Row, Sql, Tx};

use super::{perhaps_at, perhaps_id};

/// A grant as it is stored, with the department's name for showing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Identifier.
    pub id: Id,
    /// Who may.
    pub person: Id,
    /// What.
    pub role: Role,
    /// In which subtree; `None` means the whole city.
    pub department: Option<Id>,
    /// The department's name; empty for the whole city.
    pub department_name: String,
    /// True when the department was removed: such a grant gives nothing.
    pub department_removed: bool,
    /// First day, in the pack's time zone.
    pub from_on: String,
    /// Last day; empty means open.
    pub to_on: String,
    /// For whom the person stands in.
    pub deputy_for: Option<Id>,
    /// That person's name; empty if nobody's.
    pub deputy_for_name: String,
    /// Who granted it; `None` for the program itself.
    pub granted_by: Option<Id>,
    /// When.
    pub created_at: Timestamp,
    /// Taken back when.
    pub revoked_at: Option<Timestamp>,
}

impl GrantRow {
    /// True when the grant gives its role on `day` (ISO).
    pub fn holds_on(&self, day: &str) -> bool {
        self.revoked_at.is_none()
            && !self.department_removed
            && self.from_on.as_str() <= day
            && (self.to_on.is_empty() || day <= self.to_on.as_str())
    }
}

fn role(row: &Row, index: usize) -> Result<Role> {
    let code = row.text(index)?;
    Role::from_code(&code).ok_or_else(|| Error::Corrupt(format!("role “{code}”")))
}

/// Stores a grant.
pub async fn insert_grant(tx: &mut Tx, grant: &GrantRow) -> Result<()> {
    let row: Vec<Arg> = vec![
        grant.id.into(),
        grant.person.into(),
        grant.role.code().into(),
        grant.department.unwrap_or(Id::NONE).into(),
        (&grant.from_on).into(),
        (&grant.to_on).into(),
        grant.deputy_for.unwrap_or(Id::NONE).into(),
        grant.granted_by.unwrap_or(Id::NONE).into(),
        grant.created_at.into(),
        Arg::Int(0),
    ];
    let sql = Sql::new(
        "insert into role_grant (id, person, role, department, from_on, to_on, deputy_for, granted_by, created_at, revoked_at) values (",
    )
    .list(row)
    .push(")");
    tx.run(sql).await.map(|_| ())
}

/// Takes a grant back; false when it was taken back before.
pub async fn end_grant(tx: &mut Tx, id: Id, at: Timestamp) -> Result<bool> {
    let sql = Sql::new("update role_grant set revoked_at = ? where id = ? and revoked_at = 0").bind(at).bind(id);
    Ok(tx.run(sql).await? == 1)
}

/// What a person may be on `day`. A grant whose department was removed gives nothing, least of all everything.
pub async fn actor_grants(reader: &mut impl Reader, person: Id, day: &str) -> Result<Vec<Grant>> {
    let sql = Sql::new(
        "select g.role, coalesce(d.path, '') from role_grant g
         left join department d on d.id = g.department and d.removed_at = 0 and d.path <> ''
         where g.person = ? and g.revoked_at = 0 and g.from_on <= ? and (g.to_on = '' or g.to_on >= ?)
           and (g.department = ? or d.id is not null)
         order by g.role, 2",
    )
    .bind(person)
    .bind(day)
    .bind(day)
    .bind(Id::NONE);
    reader.all(sql).await?.iter().map(|row| Ok(Grant { role: role(row, 0)?, path: row.text(1)? })).collect()
}

const SELECT: &str = "select g.id, g.person, g.role, g.department, coalesce(d.name, ''), \
     cast(case when d.id is null or d.removed_at <> 0 or d.path = '' then 1 else 0 end as bigint), \
     g.from_on, g.to_on, g.deputy_for, g.granted_by, g.created_at, g.revoked_at, coalesce(s.name, '') \
     from role_grant g left join department d on d.id = g.department left join person s on s.id = g.deputy_for";

fn read(row: &Row) -> Result<GrantRow> {
    let department = perhaps_id(row, 3)?;
    Ok(GrantRow {
        id: row.id(0)?,
        person: row.id(1)?,
        role: role(row, 2)?,
        department,
        department_name: row.text(4)?,
        department_removed: department.is_some() && row.flag(5)?,
        from_on: row.text(6)?,
        to_on: row.text(7)?,
        deputy_for: perhaps_id(row, 8)?,
        deputy_for_name: row.text(12)?,
        granted_by: perhaps_id(row, 9)?,
        created_at: row.at(10)?,
        revoked_at: perhaps_at(row, 11)?,
    })
}

/// The grant of an id.
pub async fn grant(reader: &mut impl Reader, id: Id) -> Result<Option<GrantRow>> {
    let sql = Sql::new(SELECT).push(" where g.id = ?").bind(id);
    reader.maybe(sql).await?.as_ref().map(read).transpose()
}

/// All grants of people, the revoked too, newest first.
pub async fn grants_of(reader: &mut impl Reader, people: &[Id]) -> Result<Vec<GrantRow>> {
    let mut found = Vec::new();
    for chunk in people.chunks(500) {
        let sql = Sql::new(SELECT)
            .push(" where g.person in (")
            .list(chunk.iter().copied())
            .push(") order by g.person, g.created_at desc, g.id desc");
        for row in reader.all(sql).await? {
            found.push(read(&row)?);
        }
    }
    Ok(found)
}

/// The people who can sign in and are administrators of the whole city on `day`, with the grants that make them so.
pub async fn administrators(reader: &mut impl Reader, day: &str) -> Result<Vec<(Id, Id)>> {
    let sql = Sql::new(
        "select g.person, g.id from role_grant g join person p on p.id = g.person and p.active = 1
         where g.role = 'admin' and g.department = ? and g.revoked_at = 0 and g.from_on <= ? and (g.to_on = '' or g.to_on >= ?)
         order by g.person, g.id",
    )
    .bind(Id::NONE)
    .bind(day)
    .bind(day);
    reader.all(sql).await?.iter().map(|row| Ok((row.id(0)?, row.id(1)?))).collect()
}

/// Departments by how many systems they own, the largest first: where a demonstration has something to show.
pub async fn workplaces(reader: &mut impl Reader, limit: i64) -> Result<Vec<(Id, String)>> {
    let sql = Sql::new(
        "select d.id, d.name from department d
         left join (select department, count(*) as systems from system where removed_at = 0 group by department) s on s.department = d.id
         where d.removed_at = 0
         order by coalesce(s.systems, 0) desc, d.path, d.id limit ?",
    )
    .bind(limit);
    reader.all(sql).await?.iter().map(|row| Ok((row.id(0)?, row.text(1)?))).collect()
}
