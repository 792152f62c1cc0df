//! Judges subjects and writes only what differs: derived fields, flags that open, close or change.

use std::collections::HashMap;

use domain::{EntityKind, Id, Record, Severity, Standing, Value};
use jiff::civil::Date;
use rules::FlagHit;
use serde_json::json;
use store::{facts::Conclusion, flags::Flag};

use super::{Evaluated, gather};
use crate::{Outcome, Work};

fn text_or_null(text: Option<impl ToString>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_string()))
}

fn worst(flags: &[FlagHit]) -> Option<Severity> {
    flags.iter().map(|flag| flag.severity).min()
}

fn count(flags: &[FlagHit]) -> i64 {
    i64::try_from(flags.len()).unwrap_or(i64::MAX)
}

/// Judges systems inside a unit of work.
pub(crate) async fn judge_systems(work: &mut Work<'_>, ids: &[Id]) -> Outcome<Evaluated> {
    if ids.is_empty() {
        return Ok(Evaluated::default());
    }
    let today = work.services.pack.day_of(work.at);
    let def = EntityKind::System.def();
    let gathered = gather::systems(work.services, &mut work.tx, ids).await?;
    let mut evaluated =
        Evaluated { systems: u64::try_from(gathered.len()).unwrap_or(u64::MAX), ..Evaluated::default() };
    let mut conclusions = Vec::with_capacity(gathered.len());
    let mut hits = Vec::new();
    for (record, facts) in gathered {
        let assessment = rules::assess_system(&facts, &work.services.pack, today);
        let before = facts.system.standing;
        let since = if before == Some(assessment.standing) { facts.system.standing_since } else { None };
        let since: Date = since.or(assessment.since).unwrap_or(today);
        if before != Some(assessment.standing) {
            evaluated.standings_changed += 1;
            if let Some(before) = before {
                note_change(work, &record, before, assessment.standing);
            }
        }
        conclusions.push(Conclusion {
            id: record.id,
            version: record.version,
            derived: vec![
                ("standing", Value::Text(assessment.standing.code().to_owned())),
                ("standing_since", Value::Text(since.to_string())),
                ("deadline_on", text_or_null(assessment.deadline_on)),
                ("worst_severity", text_or_null(worst(&assessment.flags).map(Severity::code))),
                ("flag_count", Value::Int(count(&assessment.flags))),
            ],
            valid_until: assessment.valid_until.map(|day| day.to_string()).unwrap_or_default(),
        });
        hits.push((record.id, record.path, assessment.flags));
    }
    debug_assert!(
        conclusions.iter().all(|conclusion| conclusion.derived.iter().all(|(name, _)| def.field(name).is_some()))
    );
    store::facts::conclude(&mut work.tx, EntityKind::System, &conclusions).await?;
    settle_flags(work, EntityKind::System, hits, &mut evaluated).await?;
    Ok(evaluated)
}

fn note_change(work: &mut Work<'_>, record: &Record, before: Standing, after: Standing) {
    let body = json!({ "changes": { "standing": [before.code(), after.code()] } }).to_string();
    work.record("assess", "system", record.id, &record.path, body.clone());
    work.tell("system.standing_changed", record.id, body);
}

/// Judges rooms inside a unit of work.
pub(crate) async fn judge_rooms(work: &mut Work<'_>, ids: &[Id]) -> Outcome<Evaluated> {
    if ids.is_empty() {
        return Ok(Evaluated::default());
    }
    let today = work.services.pack.day_of(work.at);
    let gathered = gather::rooms(&mut work.tx, ids).await?;
    let mut evaluated = Evaluated { rooms: u64::try_from(gathered.len()).unwrap_or(u64::MAX), ..Evaluated::default() };
    let mut conclusions = Vec::with_capacity(gathered.len());
    let mut hits = Vec::new();
    for (record, facts) in gathered {
        let assessment = rules::assess_data_center(&facts, &work.services.pack, today);
        conclusions.push(Conclusion {
            id: record.id,
            version: record.version,
            derived: vec![("flag_count", Value::Int(count(&assessment.flags)))],
            valid_until: assessment.valid_until.map(|day| day.to_string()).unwrap_or_default(),
        });
        hits.push((record.id, record.path, assessment.flags));
    }
    store::facts::conclude(&mut work.tx, EntityKind::DataCenter, &conclusions).await?;
    settle_flags(work, EntityKind::DataCenter, hits, &mut evaluated).await?;
    Ok(evaluated)
}

/// Brings the stored flags of subjects to what the rules found: opens, closes, refreshes.
async fn settle_flags(
    work: &mut Work<'_>,
    kind: EntityKind,
    hits: Vec<(Id, String, Vec<FlagHit>)>,
    evaluated: &mut Evaluated,
) -> Outcome<()> {
    let subjects: Vec<Id> = hits.iter().map(|(subject, ..)| *subject).collect();
    let mut stored: HashMap<(Id, String), Flag> = store::flags::open_of(&mut work.tx, &subjects)
        .await?
        .into_iter()
        .map(|flag| ((flag.subject, flag.rule.clone()), flag))
        .collect();
    let (mut opened, mut changed) = (Vec::new(), Vec::new());
    for (subject, path, flags) in hits {
        for hit in flags {
            let known = stored.remove(&(subject, hit.rule.code().to_owned()));
            let flag = Flag {
                id: known.as_ref().map_or_else(|| work.next_id(), |flag| flag.id),
                rule: hit.rule.code().to_owned(),
                entity: kind.def().table.to_owned(),
                subject,
                path: path.clone(),
                severity: hit.severity.code().to_owned(),
                true_since: hit.true_since.map(|day| day.to_string()).unwrap_or_default(),
                first_seen_at: known.as_ref().map_or(work.at, |flag| flag.first_seen_at),
                deadline_on: hit.deadline_on.map(|day| day.to_string()).unwrap_or_default(),
                zh: hit.explanation.zh,
                en: hit.explanation.en,
                facts: facts_json(&hit.facts),
                rule_version: rules::RULE_VERSION,
            };
            match known {
                None => opened.push(flag),
                Some(known) if known != flag => changed.push(flag),
                Some(_) => {}
            }
        }
    }
    let gone: Vec<Id> = stored.into_values().map(|flag| flag.id).collect();
    evaluated.flags_opened += u64::try_from(opened.len()).unwrap_or(u64::MAX);
    evaluated.flags_closed += u64::try_from(gone.len()).unwrap_or(u64::MAX);
    store::flags::close(&mut work.tx, &gone, work.at).await?;
    store::flags::refresh(&mut work.tx, &changed).await?;
    store::flags::insert(&mut work.tx, opened).await?;
    Ok(())
}

fn facts_json(facts: &[(&'static str, String)]) -> String {
    let object: serde_json::Map<String, serde_json::Value> =
        facts.iter().map(|(name, value)| ((*name).to_owned(), serde_json::Value::String(value.clone()))).collect();
    serde_json::Value::Object(object).to_string()
}
