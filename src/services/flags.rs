//! Flags as readers see them: lists by deadline, counts by rule, the flags of one subject.

use std::collections::HashMap;

use domain::{EntityKind, Id};
use rules::{Action, Resource};
use store::flags::{Flag, Query};

use crate::{Op, Outcome, Services};

/// A flag with the name of its subject.
#[derive(Clone, Debug)]
pub struct ShownFlag {
    /// The flag.
    pub flag: Flag,
    /// Which entity the subject is.
    pub kind: EntityKind,
    /// Code and name of the subject.
    pub subject: (String, String),
}

/// A page of open flags by deadline.
#[derive(Clone, Debug)]
pub struct FlagPage {
    /// The flags.
    pub flags: Vec<ShownFlag>,
    /// True when more follow (going backward: when more come before).
    pub more: bool,
    /// Counts of the whole query: `(rule, severity, count)`.
    pub counts: Vec<(String, String, i64)>,
}

/// What a reader may ask for; scope is added here.
#[derive(Clone, Debug, Default)]
pub struct FlagFilter {
    /// Path of a department subtree.
    pub within: Option<String>,
    /// Words of rules.
    pub rules: Vec<String>,
    /// Words of severities.
    pub severities: Vec<String>,
    /// Only overdue ones.
    pub overdue: bool,
    /// Deadline and id of the row beside the page: of the last one before it, or of the first one after it.
    pub after: Option<(String, Id)>,
    /// True for the page before that row, instead of the page after it.
    pub backward: bool,
    /// Rows per page, at most 500.
    pub limit: i64,
}

/// A page of open flags that the reader may see.
pub async fn list(services: &Services, op: &Op, filter: &FlagFilter) -> Outcome<FlagPage> {
    let query = Query {
        scope: op.scope(EntityKind::System),
        within: filter.within.clone(),
        rules: filter.rules.clone(),
        severities: filter.severities.clone(),
        due_before: filter.overdue.then(|| services.today().to_string()),
        after: filter.after.clone(),
        backward: filter.backward,
        limit: filter.limit.clamp(1, 500),
    };
    let mut tx = services.db.begin_read().await?;
    let mut flags = store::flags::list(&mut tx, &query).await?;
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let more = flags.len() > limit;
    if more && query.backward {
        flags.remove(0);
    }
    flags.truncate(limit);
    let counts = store::flags::counts(&mut tx, &query).await?;
    drop(tx);
    Ok(FlagPage { flags: named(services, flags).await?, more, counts })
}

async fn named(services: &Services, flags: Vec<Flag>) -> Outcome<Vec<ShownFlag>> {
    let mut names: HashMap<Id, (String, String)> = HashMap::new();
    for kind in [EntityKind::System, EntityKind::DataCenter] {
        let ids: Vec<Id> =
            flags.iter().filter(|flag| flag.entity == kind.def().table).map(|flag| flag.subject).collect();
        names.extend(store::records::names(&mut &services.db, kind.def(), &ids).await?);
    }
    Ok(flags
        .into_iter()
        .filter_map(|flag| {
            let kind = EntityKind::from_table(&flag.entity)?;
            let subject = names.get(&flag.subject).cloned().unwrap_or_default();
            Some(ShownFlag { flag, kind, subject })
        })
        .collect())
}

/// The open flags of one subject, for those who may see it.
pub async fn of_subject(services: &Services, op: &Op, subject: Id) -> Outcome<Vec<ShownFlag>> {
    let mut flags = store::flags::open_of(&mut &services.db, &[subject]).await?;
    flags.retain(|flag| {
        EntityKind::from_table(&flag.entity)
            .is_some_and(|kind| op.may(Action::View, &Resource::Record { kind, path: &flag.path }))
    });
    named(services, flags).await
}

/// Open flags per rule, for the rules page: `(rule, count)`.
pub async fn counts_by_rule(services: &Services, op: &Op) -> Outcome<HashMap<String, i64>> {
    let page = list(services, op, &FlagFilter { limit: 1, ..FlagFilter::default() }).await?;
    let mut counts = HashMap::new();
    for (rule, _, count) in page.counts {
        *counts.entry(rule).or_default() += count;
    }
    Ok(counts)
}
