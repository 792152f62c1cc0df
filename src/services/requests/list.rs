//! Lists of requests: those that wait, for the desk; all of them by newest change, with filters, for programs and operators.

use domain::{
    Course, EntityKind, ExceptionState, Id, LifeCycle, MigrationState, Movement, Part, Problem, Record, Timestamp,
};
use rules::Scope;
use store::requests::{Asker, Request, Slice};

use super::{decide, problem};
use crate::{Op, Outcome, Services, op::row_scope, records};

/// Requests shown in a list of those that wait.
const WAITING_MAX: i64 = 200;
/// The kinds of requests.
const KINDS: [EntityKind; 2] = [EntityKind::Migration, EntityKind::CloudException];
/// States in which whoever asked has something to do.
const OWN: [&str; 4] = ["draft", "returned", "provisioned", "cut_over"];

/// A request of a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Migration or exception.
    pub kind: EntityKind,
    /// Where it stands.
    pub request: Request,
    /// Its record.
    pub record: Record,
    /// True when the reader can move it on.
    pub is_mine: bool,
}

/// Requests that wait for the reader: said once, for the mark in lists and for the filter.
struct Turn {
    kind: EntityKind,
    states: Vec<&'static str>,
    scope: Scope,
    is_own: bool,
}

impl Turn {
    fn has(&self, request: &Request, person: Id) -> bool {
        self.kind.def().table == request.entity
            && self.states.contains(&request.state.as_str())
            && self.is_own == (request.requester == person)
            && self.scope.covers(&request.path)
    }

    fn slice(&self, person: Id, states: &[&str]) -> Slice {
        Slice {
            entity: self.kind.def().table,
            states: self.states.iter().copied().filter(|state| states.contains(state)).collect(),
            scope: row_scope(self.scope.clone()),
            asker: if self.is_own { Asker::This(person) } else { Asker::Others(person) },
        }
    }
}

/// States from which a part leads on; giving up is nobody's turn.
fn leads_on<S: LifeCycle>(part: Part) -> Vec<&'static str> {
    let is_on = |rule: &&domain::Rule<S>| {
        rule.parts.contains(&part) && !matches!(rule.movement, Movement::Cancel | Movement::Withdraw)
    };
    let waits = |state: &&S| is_open(state.course()) && state.legal().any(|rule| is_on(&rule));
    S::STATES.iter().filter(waits).map(|state| state.word()).collect()
}

fn turns(op: &Op, kind: EntityKind) -> Vec<Turn> {
    let of_part = |part: Part| {
        let action = decide::action_of(part)?;
        let states = match kind {
            EntityKind::Migration => leads_on::<MigrationState>(part),
            _ => leads_on::<ExceptionState>(part),
        };
        Some(Turn { kind, states, scope: rules::scope_for(&op.actor, action, kind), is_own: false })
    };
    let mut turns: Vec<Turn> =
        [Part::Requester, Part::Approver, Part::Operator].into_iter().filter_map(of_part).collect();
    let known = states_of(kind);
    let own = OWN.into_iter().filter(|state| known.iter().any(|(known, _)| known == state)).collect();
    turns.push(Turn { kind, states: own, scope: rules::scope(&op.actor, kind), is_own: true });
    turns
}

/// The states of a kind, and how a request in each of them runs.
fn states_of(kind: EntityKind) -> Vec<(&'static str, Course)> {
    match kind {
        EntityKind::Migration => MigrationState::ALL.iter().map(|state| (state.code(), state.course())).collect(),
        _ => ExceptionState::ALL.iter().map(|state| (state.code(), state.course())).collect(),
    }
}

fn is_open(course: Course) -> bool {
    matches!(course, Course::Open | Course::Stuck)
}

/// Requests with their records; one whose record was removed is passed over.
async fn with_records(services: &Services, op: &Op, kind: EntityKind, requests: Vec<Request>) -> Outcome<Vec<Listed>> {
    let turns = turns(op, kind);
    let ids: Vec<Id> = requests.iter().map(|request| request.subject).collect();
    let records = store::records::find_many(&mut &services.db, kind.def(), &ids).await?;
    let listed = requests.into_iter().filter_map(|request| {
        let record = records.iter().find(|record| record.id == request.subject).cloned()?;
        let is_mine = turns.iter().any(|turn| turn.has(&request, op.actor.person));
        Some(Listed { kind, request, record, is_mine })
    });
    Ok(listed.collect())
}

/// The open requests that the reader may see, those that wait for the reader first, then the oldest.
pub async fn waiting(services: &Services, op: &Op) -> Outcome<Vec<Listed>> {
    let mut found = Vec::new();
    for kind in KINDS {
        let states: Vec<&str> =
            states_of(kind).into_iter().filter(|(_, course)| is_open(*course)).map(|(state, _)| state).collect();
        let (reader, scope) = (&mut &services.db, op.scope(kind));
        let requests = store::requests::in_states(reader, kind.def().table, &states, &scope, WAITING_MAX).await?;
        found.extend(with_records(services, op, kind, requests).await?);
    }
    found.sort_by_key(|one| (!one.is_mine, one.request.updated_at));
    Ok(found)
}

/// Which requests a list holds; what is empty leaves nothing out.
#[derive(Clone, Debug, Default)]
pub struct RequestFilter {
    /// Of these kinds.
    pub kinds: Vec<EntityKind>,
    /// In these states.
    pub states: Vec<String>,
    /// For this system.
    pub system: Option<Id>,
    /// Still open, or over.
    pub is_open: Option<bool>,
    /// Those that wait for the reader.
    pub mine: bool,
    /// Of this department and everything below it, as a path.
    pub within: Option<String>,
}

impl RequestFilter {
    /// The parameters that it is read from.
    pub const PARAMETERS: [&'static str; 6] = ["entity", "state", "system", "open", "mine", "within"];

    /// Reads a filter from query parameters, each problem by its name. Paging belongs to the door.
    pub async fn read(services: &Services, op: &Op, parameters: &[(String, String)]) -> Outcome<(Self, Vec<Problem>)> {
        let (mut filter, mut problems) = (Self::default(), Vec::new());
        for (name, text) in parameters {
            let read = match name.as_str() {
                "entity" => one_of(name, text, &KINDS.map(|kind| kind.def().table))
                    .map(|word| filter.kinds.extend(EntityKind::from_table(word))),
                "state" => {
                    let known: Vec<&str> = KINDS.into_iter().flat_map(states_of).map(|(state, _)| state).collect();
                    one_of(name, text, &known).map(|word| filter.states.push(word.to_owned()))
                }
                "open" => yes_or_no(name, text).map(|open| filter.is_open = Some(open)),
                "mine" => yes_or_no(name, text).map(|mine| filter.mine = mine),
                "system" => records::find_reference(services, op, EntityKind::System, name, text)
                    .await?
                    .map(|id| filter.system = Some(id)),
                "within" => within(services, op, text).await?.map(|path| filter.within = Some(path)),
                _ => Err(unknown(name, &Self::PARAMETERS)),
            };
            problems.extend(read.err());
        }
        Ok((filter, problems))
    }

    fn slices(&self, op: &Op) -> Vec<Slice> {
        let chosen = |kind: &EntityKind| self.kinds.is_empty() || self.kinds.contains(kind);
        let mut slices = Vec::new();
        for kind in KINDS.into_iter().filter(chosen) {
            let wanted = |(state, course): &(&str, Course)| {
                self.is_open.is_none_or(|open| open == is_open(*course))
                    && (self.states.is_empty() || self.states.iter().any(|known| known == state))
            };
            let states: Vec<&str> = states_of(kind).into_iter().filter(wanted).map(|(state, _)| state).collect();
            if self.mine {
                slices.extend(turns(op, kind).iter().map(|turn| turn.slice(op.actor.person, &states)));
            } else {
                slices.push(Slice { entity: kind.def().table, states, scope: op.scope(kind), asker: Asker::Anybody });
            }
        }
        slices
    }
}

/// The word of a list that a parameter names.
pub(crate) fn one_of<'w>(name: &str, text: &str, known: &[&'w str]) -> Result<&'w str, Problem> {
    known.iter().copied().find(|word| *word == text).ok_or_else(|| {
        let mut known = known.to_vec();
        known.sort_unstable();
        known.dedup();
        let known = known.join(", ");
        problem(name, "unknown-code", format!("应为以下之一：{known}"), format!("must be one of: {known}"))
    })
}

fn yes_or_no(name: &str, text: &str) -> Result<bool, Problem> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(problem(name, "not-yes-or-no", "应为 true 或 false", "must be true or false")),
    }
}

/// The path of the department that a parameter names.
pub(crate) async fn within(services: &Services, op: &Op, text: &str) -> Outcome<Result<String, Problem>> {
    let missing = || problem("within", "unknown-reference", "没有找到这个单位", "this department was not found");
    Ok(records::department_path(services, op, text).await?.ok_or_else(missing))
}

/// A parameter that no list knows.
pub(crate) fn unknown(name: &str, known: &[&str]) -> Problem {
    let known = known.join(", ");
    problem(
        name,
        "unknown-filter",
        format!("不能按“{name}”筛选；可用：{known}"),
        format!("lists cannot be filtered by “{name}”; there are: {known}"),
    )
}

/// Requests that the reader may see, the newest change first, before a place in the list; and whether there are more.
pub async fn list(
    services: &Services,
    op: &Op,
    filter: &RequestFilter,
    before: Option<(Timestamp, Id)>,
    limit: i64,
) -> Outcome<(Vec<Listed>, bool)> {
    let (slices, within) = (filter.slices(op), filter.within.as_deref());
    let reader = &mut &services.db;
    let mut found =
        store::requests::page(reader, &slices, filter.system, within, before, limit.saturating_add(1)).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > size;
    found.truncate(size);
    let (moves, stays): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|request| request.entity == EntityKind::Migration.def().table);
    let mut listed = with_records(services, op, EntityKind::Migration, moves).await?;
    listed.extend(with_records(services, op, EntityKind::CloudException, stays).await?);
    listed.sort_by_key(|one| std::cmp::Reverse((one.request.updated_at, one.request.subject)));
    Ok((listed, more))
}
