//! Judges subjects and writes only what differs: derived fields, flags that open, close or change.

use std::collections::{HashMap, HashSet};

use domain::{EntityKind, Id, Record, Severity, Standing, Timestamp, Value};
use jiff::civil::Date;
use rules::{Assessment, FlagHit};
use serde_json::json;
use store::{
    Reader,
    facts::{Conclusion, Narrow},
    flags::Flag,
};

use super::{Evaluated, gather};
use crate::{Outcome, Services, Work};

/// What the rules say of one subject.
#[derive(Debug)]
struct Verdict {
    path: String,
    conclusion: Conclusion,
    flags: Vec<FlagHit>,
    /// True when the same conclusion is stored already.
    known: bool,
}

fn text_or_null(text: Option<impl ToString>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_string()))
}

fn day_or_empty(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn worst(flags: &[FlagHit]) -> Option<Severity> {
    flags.iter().map(|flag| flag.severity).min()
}

fn count(flags: &[FlagHit]) -> i64 {
    i64::try_from(flags.len()).unwrap_or(i64::MAX)
}

fn verdict(
    kind: EntityKind,
    found: &Narrow,
    derived: Vec<(&'static str, Value)>,
    until: Option<Date>,
    flags: Vec<FlagHit>,
) -> Verdict {
    let record = &found.record;
    let valid_until = day_or_empty(until);
    let known = !found.stale
        && found.valid_until == valid_until
        && derived.iter().all(|(name, value)| record.get(kind.def(), name) == value);
    let conclusion = Conclusion { id: record.id, version: record.version, derived, valid_until };
    Verdict { path: record.path.clone(), conclusion, flags, known }
}

/// The derived fields of a system; `before` has its standing as stored, with since when.
fn derived_of_system(
    assessment: &Assessment,
    before: Option<(Standing, Option<Date>)>,
    today: Date,
) -> Vec<(&'static str, Value)> {
    let kept = before.filter(|(standing, _)| *standing == assessment.standing).and_then(|(_, since)| since);
    let since = kept.or(assessment.since).unwrap_or(today);
    vec![
        ("standing", Value::Text(assessment.standing.code().to_owned())),
        ("standing_since", Value::Text(since.to_string())),
        ("deadline_on", text_or_null(assessment.deadline_on)),
        ("worst_severity", text_or_null(worst(&assessment.flags).map(Severity::code))),
        ("flag_count", Value::Int(count(&assessment.flags))),
    ]
}

/// A standing that changed.
#[derive(Debug)]
struct Change {
    id: Id,
    path: String,
    before: Option<Standing>,
    after: Standing,
}

async fn verdicts_on_systems(
    services: &Services,
    reader: &mut impl Reader,
    today: Date,
    ids: &[Id],
) -> Outcome<(Vec<Verdict>, Vec<Change>)> {
    let gathered = gather::systems(services, reader, ids).await?;
    let (mut verdicts, mut changes) = (Vec::with_capacity(gathered.len()), Vec::new());
    for (found, facts) in gathered {
        let assessment = rules::assess_system(&facts, &services.pack, today);
        let before = facts.system.standing;
        if before != Some(assessment.standing) {
            let (id, path) = (found.record.id, found.record.path.clone());
            changes.push(Change { id, path, before, after: assessment.standing });
        }
        let before = before.map(|standing| (standing, facts.system.standing_since));
        let derived = derived_of_system(&assessment, before, today);
        verdicts.push(verdict(EntityKind::System, &found, derived, assessment.valid_until, assessment.flags));
    }
    Ok((verdicts, changes))
}

async fn verdicts_on_rooms(
    services: &Services,
    reader: &mut impl Reader,
    today: Date,
    ids: &[Id],
) -> Outcome<Vec<Verdict>> {
    let gathered = gather::rooms(reader, ids).await?;
    let mut verdicts = Vec::with_capacity(gathered.len());
    for (found, facts) in gathered {
        let assessment = rules::assess_data_center(&facts, &services.pack, today);
        let derived = vec![("flag_count", Value::Int(count(&assessment.flags)))];
        verdicts.push(verdict(EntityKind::DataCenter, &found, derived, assessment.valid_until, assessment.flags));
    }
    Ok(verdicts)
}

/// Judges systems inside a unit of work.
pub(crate) async fn judge_systems(work: &mut Work<'_>, ids: &[Id]) -> Outcome<Evaluated> {
    if ids.is_empty() {
        return Ok(Evaluated::default());
    }
    let today = work.services.pack.day_of(work.at);
    let (verdicts, changes) = verdicts_on_systems(work.services, &mut work.tx, today, ids).await?;
    let mut evaluated =
        Evaluated { systems: size(&verdicts), standings_changed: size(&changes), ..Evaluated::default() };
    for change in changes {
        if let Some(before) = change.before {
            let body = json!({ "changes": { "standing": [before.code(), change.after.code()] } }).to_string();
            work.record("assess", "system", change.id, &change.path, body.clone());
            work.tell("system.standing_changed", change.id, body);
        }
    }
    settle(work, EntityKind::System, verdicts, &mut evaluated).await?;
    Ok(evaluated)
}

/// Judges rooms inside a unit of work.
pub(crate) async fn judge_rooms(work: &mut Work<'_>, ids: &[Id]) -> Outcome<Evaluated> {
    if ids.is_empty() {
        return Ok(Evaluated::default());
    }
    let today = work.services.pack.day_of(work.at);
    let verdicts = verdicts_on_rooms(work.services, &mut work.tx, today, ids).await?;
    let mut evaluated = Evaluated { rooms: size(&verdicts), ..Evaluated::default() };
    settle(work, EntityKind::DataCenter, verdicts, &mut evaluated).await?;
    Ok(evaluated)
}

/// What the rules conclude of new systems, beside the derived fields.
#[derive(Debug)]
pub(crate) struct NewSystems {
    /// For each record the first day on which the clock alone changes the conclusion; empty if never.
    pub valid_until: Vec<String>,
    /// Flags to open.
    pub flags: Vec<Flag>,
}

/// Judges new systems before they are stored, so that no row is written twice: fills their derived fields.
pub(crate) async fn judge_new_systems(work: &mut Work<'_>, records: &mut [Record]) -> Outcome<NewSystems> {
    let def = EntityKind::System.def();
    let today = work.services.pack.day_of(work.at);
    let facts = gather::new_systems(work.services, &mut work.tx, records).await?;
    let (mut valid_until, mut flags) = (Vec::with_capacity(records.len()), Vec::new());
    for (record, facts) in records.iter_mut().zip(facts) {
        let assessment = rules::assess_system(&facts, &work.services.pack, today);
        for (name, value) in derived_of_system(&assessment, None, today) {
            record.set(def, name, value);
        }
        valid_until.push(day_or_empty(assessment.valid_until));
        for hit in assessment.flags {
            flags.push(flag(work.next_id(), work.at, EntityKind::System, record.id, &record.path, hit));
        }
    }
    Ok(NewSystems { valid_until, flags })
}

/// Which of these subjects the rules judge otherwise than is stored.
pub(super) async fn differing(services: &Services, kind: EntityKind, ids: &[Id], at: Timestamp) -> Outcome<Vec<Id>> {
    let today = services.pack.day_of(at);
    let mut tx = services.db.begin_read().await?;
    let verdicts = match kind {
        EntityKind::System => verdicts_on_systems(services, &mut tx, today, ids).await?.0,
        _ => verdicts_on_rooms(services, &mut tx, today, ids).await?,
    };
    let mut differing: HashSet<Id> =
        verdicts.iter().filter(|verdict| !verdict.known).map(|verdict| verdict.conclusion.id).collect();
    let difference = Difference::of(&mut tx, kind, verdicts, at, || Id::NONE).await?;
    differing.extend(difference.opened.iter().chain(&difference.changed).map(|flag| flag.subject));
    differing.extend(difference.gone.iter().map(|flag| flag.subject));
    Ok(differing.into_iter().collect())
}

fn size<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// Brings what is stored to what the rules found.
async fn settle(
    work: &mut Work<'_>,
    kind: EntityKind,
    verdicts: Vec<Verdict>,
    evaluated: &mut Evaluated,
) -> Outcome<()> {
    let conclusions: Vec<Conclusion> =
        verdicts.iter().filter(|verdict| !verdict.known).map(|verdict| verdict.conclusion.clone()).collect();
    store::facts::conclude(&mut work.tx, kind, &conclusions).await?;
    let (at, ids) = (work.at, work.services.ids.clone());
    let difference = Difference::of(&mut work.tx, kind, verdicts, at, || ids.next(at)).await?;
    evaluated.flags_opened += size(&difference.opened);
    evaluated.flags_closed += size(&difference.gone);
    let gone: Vec<Id> = difference.gone.iter().map(|flag| flag.id).collect();
    store::flags::close(&mut work.tx, &gone, at).await?;
    store::flags::refresh(&mut work.tx, difference.changed).await?;
    store::flags::insert(&mut work.tx, difference.opened).await?;
    Ok(())
}

/// What separates the stored flags of subjects from what the rules found.
#[derive(Debug, Default)]
struct Difference {
    opened: Vec<Flag>,
    changed: Vec<Flag>,
    gone: Vec<Flag>,
}

impl Difference {
    async fn of(
        reader: &mut impl Reader,
        kind: EntityKind,
        verdicts: Vec<Verdict>,
        at: Timestamp,
        next_id: impl Fn() -> Id,
    ) -> Outcome<Self> {
        let subjects: Vec<Id> = verdicts.iter().map(|verdict| verdict.conclusion.id).collect();
        let mut stored: HashMap<(Id, String), Flag> = store::flags::open_of(reader, &subjects)
            .await?
            .into_iter()
            .map(|flag| ((flag.subject, flag.rule.clone()), flag))
            .collect();
        let mut difference = Self::default();
        for Verdict { path, conclusion, flags, .. } in verdicts {
            for hit in flags {
                match stored.remove(&(conclusion.id, hit.rule.code().to_owned())) {
                    None => difference.opened.push(flag(next_id(), at, kind, conclusion.id, &path, hit)),
                    Some(known) => {
                        let now = flag(known.id, known.first_seen_at, kind, conclusion.id, &path, hit);
                        if now != known {
                            difference.changed.push(now);
                        }
                    }
                }
            }
        }
        difference.gone = stored.into_values().collect();
        Ok(difference)
    }
}

fn flag(id: Id, first_seen_at: Timestamp, kind: EntityKind, subject: Id, path: &str, hit: FlagHit) -> Flag {
    Flag {
        id,
        rule: hit.rule.code().to_owned(),
        entity: kind.def().table.to_owned(),
        subject,
        path: path.to_owned(),
        severity: hit.severity.code().to_owned(),
        true_since: day_or_empty(hit.true_since),
        first_seen_at,
        deadline_on: day_or_empty(hit.deadline_on),
        zh: hit.explanation.zh,
        en: hit.explanation.en,
        facts: facts_json(&hit.facts),
        rule_version: rules::RULE_VERSION,
    }
}

fn facts_json(facts: &[(&'static str, String)]) -> String {
    let object: serde_json::Map<String, serde_json::Value> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::String(value.clone()))).collect();
    serde_json::Value::Object(object).to_string()
}
