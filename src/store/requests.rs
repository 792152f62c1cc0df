//! Requests that are handled here: where each stands, the decisions taken on it, the files that prove its steps.

use domain::{Actor, Id, Timestamp};

use crate::{
    Reader, Result, Row, Sql, Tx, codec,
    lists::{RowScope, scope_condition},
};

/// A request: one row for each migration or exception that is handled here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The migration or exception.
    pub subject: Id,
    /// Its table.
    pub entity: String,
    /// Where it stands: a word of its life cycle.
    pub state: String,
    /// The system.
    pub system: Id,
    /// Path of the department.
    pub path: String,
    /// Who asks.
    pub requester: Id,
    /// The name at that time.
    pub requester_name: String,
    /// Why it is asked for.
    pub reason: String,
    /// The way back, should the move fail.
    pub rollback_plan: String,
    /// Whom to call.
    pub contact: String,
    /// Groups that own the namespaces, separated by commas.
    pub owners: String,
    /// Groups that work in them, separated by commas.
    pub developers: String,
    /// Groups that look at them, separated by commas.
    pub viewers: String,
    /// The exception that this one renews; [`Id::NONE`] if none.
    pub renews: Id,
    /// What was approved.
    pub plan_hash: String,
    /// Who gave the first of two approvals.
    pub endorser: Id,
    /// The name at that time.
    pub endorser_name: String,
    /// When it was last decided on; the beginning of time if never.
    pub decided_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Request {
    /// A request that was just drafted: nothing is said, planned or decided yet.
    pub fn drafted(subject: Id, entity: &str, system: Id, path: &str, actor: &Actor, at: Timestamp) -> Self {
        Self {
            subject,
            entity: entity.to_owned(),
            state: "draft".to_owned(),
            system,
            path: path.to_owned(),
            requester: actor.person,
            requester_name: actor.name.clone(),
            reason: String::new(),
            rollback_plan: String::new(),
            contact: String::new(),
            owners: String::new(),
            developers: String::new(),
            viewers: String::new(),
            renews: Id::NONE,
            plan_hash: String::new(),
            endorser: Id::NONE,
            endorser_name: String::new(),
            decided_at: codec::from_micros(0).unwrap_or(Timestamp::UNIX_EPOCH),
            created_at: at,
            updated_at: at,
        }
    }

    /// Whoever wrote it last asks for it.
    pub fn asked_by(&mut self, actor: &Actor) {
        self.requester = actor.person;
        self.requester_name.clone_from(&actor.name);
    }
}

const COLUMNS: &str = "subject, entity, state, system, path, requester, requester_name, reason, rollback_plan, contact, owners, renews, plan_hash, endorser, endorser_name, decided_at, created_at, updated_at, developers, viewers";

fn request(row: &Row) -> Result<Request> {
    Ok(Request {
        subject: row.id(0)?,
        entity: row.text(1)?,
        state: row.text(2)?,
        system: row.id(3)?,
        path: row.text(4)?,
        requester: row.id(5)?,
        requester_name: row.text(6)?,
        reason: row.text(7)?,
        rollback_plan: row.text(8)?,
        contact: row.text(9)?,
        owners: row.text(10)?,
        renews: row.id(11)?,
        plan_hash: row.text(12)?,
        endorser: row.id(13)?,
        endorser_name: row.text(14)?,
        decided_at: row.at(15)?,
        created_at: row.at(16)?,
        updated_at: row.at(17)?,
        developers: row.text(18)?,
        viewers: row.text(19)?,
    })
}

/// Stores a new request.
pub async fn insert(tx: &mut Tx, one: &Request) -> Result<()> {
    let sql =
        Sql::new("insert into request (").push(COLUMNS).push(") values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    let sql = sql.bind(one.subject).bind(&one.entity).bind(&one.state).bind(one.system).bind(&one.path);
    let sql = sql.bind(one.requester).bind(&one.requester_name).bind(&one.reason).bind(&one.rollback_plan);
    let sql = sql.bind(&one.contact).bind(&one.owners).bind(one.renews).bind(&one.plan_hash).bind(one.endorser);
    let sql = sql.bind(&one.endorser_name).bind(one.decided_at).bind(one.created_at).bind(one.updated_at);
    tx.run(sql.bind(&one.developers).bind(&one.viewers)).await.map(drop)
}

/// Stores what changed of a request that was read in this transaction; answers false when its state is no longer `from`.
pub async fn update(tx: &mut Tx, one: &Request, from: &str) -> Result<bool> {
    let sql = Sql::new(
        "update request set state = ?, path = ?, requester = ?, requester_name = ?, reason = ?, rollback_plan = ?, contact = ?, owners = ?,
         developers = ?, viewers = ?, plan_hash = ?, endorser = ?, endorser_name = ?, decided_at = ?, updated_at = ? where subject = ? and state = ?",
    );
    let sql = sql.bind(&one.state).bind(&one.path).bind(one.requester).bind(&one.requester_name).bind(&one.reason);
    let sql = sql.bind(&one.rollback_plan).bind(&one.contact).bind(&one.owners);
    let sql = sql
        .bind(&one.developers)
        .bind(&one.viewers)
        .bind(&one.plan_hash)
        .bind(one.endorser)
        .bind(&one.endorser_name)
        .bind(one.decided_at)
        .bind(one.updated_at);
    Ok(tx.run(sql.bind(one.subject).bind(from)).await? == 1)
}

/// The request of a migration or exception.
pub async fn find(reader: &mut impl Reader, subject: Id) -> Result<Option<Request>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from request where subject = ?").bind(subject);
    reader.maybe(sql).await?.as_ref().map(request).transpose()
}

/// Which of these migrations or exceptions are handled here.
pub async fn handled(reader: &mut impl Reader, subjects: &[Id]) -> Result<Vec<Id>> {
    let mut found = Vec::new();
    for chunk in subjects.chunks(500) {
        let sql = Sql::new("select subject from request where subject in (").list(chunk.iter().copied()).push(")");
        for row in reader.all(sql).await? {
            found.push(row.id(0)?);
        }
    }
    Ok(found)
}

/// Requests in one of these states that the reader may see, oldest change first, at most `limit`.
pub async fn in_states(
    reader: &mut impl Reader,
    entity: &str,
    states: &[&str],
    scope: &RowScope,
    limit: i64,
) -> Result<Vec<Request>> {
    let sql = Sql::new("select ").push(COLUMNS).push(" from request where entity = ? and state in (").bind(entity);
    let sql = scope_condition(sql.list(states.iter().copied()).push(")"), scope);
    let sql = sql.push(" order by updated_at, subject limit ?").bind(limit);
    reader.all(sql).await?.iter().map(request).collect()
}

/// Whose requests are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Anybody's.
    Anybody,
    /// Those of this person.
    This(Id),
    /// Those of everybody else.
    Others(Id),
}

/// A part of a list: requests of one kind in some states, as far as a scope goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The table of the kind.
    pub entity: &'static str,
    /// In one of these states.
    pub states: Vec<&'static str>,
    /// Rows of these departments.
    pub scope: RowScope,
    /// Asked for by these.
    pub asker: Asker,
}

fn slice_condition(sql: Sql, slice: &Slice) -> Sql {
    let sql = sql.push(" or (entity = ? and state in (").bind(slice.entity);
    let sql = scope_condition(sql.list(slice.states.iter().copied()).push(")"), &slice.scope);
    let sql = match slice.asker {
        Asker::Anybody => sql,
        Asker::This(person) => sql.push(" and requester = ?").bind(person),
        Asker::Others(person) => sql.push(" and requester <> ?").bind(person),
    };
    sql.push(")")
}

/// Requests of any of these parts, the newest change first, before a place in the list.
pub async fn page(
    reader: &mut impl Reader,
    slices: &[Slice],
    system: Option<Id>,
    within: Option<&str>,
    before: Option<(Timestamp, Id)>,
    limit: i64,
) -> Result<Vec<Request>> {
    let mut sql = Sql::new("select ").push(COLUMNS).push(" from request where (1 = 0");
    for slice in slices.iter().filter(|slice| !slice.states.is_empty()) {
        sql = slice_condition(sql, slice);
    }
    sql = sql.push(")");
    if let Some(system) = system {
        sql = sql.push(" and system = ?").bind(system);
    }
    if let Some(path) = within {
        sql = scope_condition(sql, &RowScope::Paths(vec![path.to_owned()]));
    }
    if let Some((at, id)) = before {
        sql = sql.push(" and (updated_at, subject) < (?, ?)").bind(at).bind(id);
    }
    let sql = sql.push(" order by updated_at desc, subject desc limit ?").bind(limit);
    reader.all(sql).await?.iter().map(request).collect()
}

/// Requests to move a system or to let it stay, newest first.
pub async fn of_system(reader: &mut impl Reader, system: Id) -> Result<Vec<Request>> {
    let sql = Sql::new("select ").push(COLUMNS);
    let sql = sql.push(" from request where system = ? and entity <> 'workspace_exit' order by subject desc limit 100");
    reader.all(sql.bind(system)).await?.iter().map(request).collect()
}

/// A move that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Identifier.
    pub id: Id,
    /// The migration or exception.
    pub subject: Id,
    /// The move.
    pub movement: String,
    /// From this state.
    pub from_state: String,
    /// To this one.
    pub to_state: String,
    /// Who.
    pub person: Id,
    /// The name at that time.
    pub person_name: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// The plan that was seen.
    pub plan_hash: String,
}

/// Stores a decision.
pub async fn decide(tx: &mut Tx, one: &Decision) -> Result<()> {
    let sql = Sql::new(
        "insert into decision (id, subject, movement, from_state, to_state, person, person_name, at, reason, plan_hash)
         values (?,?,?,?,?,?,?,?,?,?)",
    );
    let sql = sql.bind(one.id).bind(one.subject).bind(&one.movement).bind(&one.from_state).bind(&one.to_state);
    let sql = sql.bind(one.person).bind(&one.person_name).bind(one.at).bind(&one.reason).bind(&one.plan_hash);
    tx.run(sql).await.map(drop)
}

/// The decisions on a request, oldest first.
pub async fn decisions(reader: &mut impl Reader, subject: Id) -> Result<Vec<Decision>> {
    let sql = Sql::new(
        "select id, subject, movement, from_state, to_state, person, person_name, at, reason, plan_hash
         from decision where subject = ? order by at, id limit 500",
    );
    let decision = |row: &Row| {
        Ok(Decision {
            id: row.id(0)?,
            subject: row.id(1)?,
            movement: row.text(2)?,
            from_state: row.text(3)?,
            to_state: row.text(4)?,
            person: row.id(5)?,
            person_name: row.text(6)?,
            at: row.at(7)?,
            reason: row.text(8)?,
            plan_hash: row.text(9)?,
        })
    };
    reader.all(sql.bind(subject)).await?.iter().map(decision).collect()
}

/// A file that proves a step, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Identifier.
    pub id: Id,
    /// The migration or exception.
    pub subject: Id,
    /// The step.
    pub step: String,
    /// Its name when it was handed in.
    pub file_name: String,
    /// What its first bytes say it is.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// Who.
    pub person: Id,
    /// The name at that time.
    pub person_name: String,
    /// When.
    pub at: Timestamp,
}

const EVIDENCE: &str = "id, subject, step, file_name, media_type, size, sha256, person, person_name, at";

fn evidence_of(row: &Row) -> Result<Evidence> {
    Ok(Evidence {
        id: row.id(0)?,
        subject: row.id(1)?,
        step: row.text(2)?,
        file_name: row.text(3)?,
        media_type: row.text(4)?,
        size: row.int(5)?,
        sha256: row.text(6)?,
        person: row.id(7)?,
        person_name: row.text(8)?,
        at: row.at(9)?,
    })
}

/// Stores a file.
pub async fn attach(tx: &mut Tx, one: &Evidence, bytes: Vec<u8>) -> Result<()> {
    let sql = Sql::new("insert into evidence (").push(EVIDENCE).push(", bytes) values (?,?,?,?,?,?,?,?,?,?,?)");
    let sql = sql.bind(one.id).bind(one.subject).bind(&one.step).bind(&one.file_name).bind(&one.media_type);
    let sql = sql.bind(one.size).bind(&one.sha256).bind(one.person).bind(&one.person_name).bind(one.at);
    tx.run(sql.bind(bytes)).await.map(drop)
}

/// The files of a request, oldest first, without their bytes.
pub async fn evidence(reader: &mut impl Reader, subject: Id) -> Result<Vec<Evidence>> {
    let sql = Sql::new("select ").push(EVIDENCE).push(" from evidence where subject = ? order by at, id");
    reader.all(sql.bind(subject)).await?.iter().map(evidence_of).collect()
}

/// A file with its bytes.
pub async fn evidence_file(reader: &mut impl Reader, id: Id) -> Result<Option<(Evidence, Vec<u8>)>> {
    let sql = Sql::new("select ").push(EVIDENCE).push(", bytes from evidence where id = ?").bind(id);
    let Some(row) = reader.maybe(sql).await? else { return Ok(None) };
    Ok(Some((evidence_of(&row)?, row.bytes(10)?)))
}
