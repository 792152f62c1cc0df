//! What an applied import touched, from its audit entries: the way from a batch to its records.

use std::collections::HashMap;

use domain::{EntityKind, Id};
use rules::{Action, Resource};
use store::audit;

use super::run;
use crate::{Op, Outcome, Services};

/// A record that an import made or changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRecord {
    /// Which entity.
    pub kind: EntityKind,
    /// The record.
    pub id: Id,
    /// Its code; empty when it has none, or is gone.
    pub code: String,
    /// Its name; empty when it is gone.
    pub name: String,
    /// True when the import made it.
    pub created: bool,
}

/// Records of a batch that the reader may see, in the order in which they were written, after the entry numbered
/// `after`; and the number after which the next page begins, if there is one.
pub async fn batch_records(
    services: &Services,
    op: &Op,
    id: Id,
    after: i64,
    limit: i64,
) -> Outcome<(Vec<BatchRecord>, Option<i64>)> {
    run::find(services, op, id).await?;
    let limit = limit.clamp(1, 500);
    let mut entries = audit::of_batch(&mut &services.db, id, after, limit + 1).await?;
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > size;
    entries.truncate(size);
    let next = entries.last().map(|placed| placed.place.sequence).filter(|_| more);
    let mut records = Vec::new();
    let mut wanted: HashMap<EntityKind, Vec<Id>> = HashMap::new();
    for entry in entries.into_iter().map(|placed| placed.entry) {
        let Some(kind) = EntityKind::from_table(&entry.entity) else { continue };
        let written = matches!(entry.action.as_str(), "create" | "update");
        if written && op.may(Action::View, &Resource::Record { kind, path: &entry.path }) {
            wanted.entry(kind).or_default().push(entry.subject);
            let created = entry.action == "create";
            records.push(BatchRecord { kind, id: entry.subject, code: String::new(), name: String::new(), created });
        }
    }
    let mut names = HashMap::new();
    for (kind, ids) in wanted {
        names.extend(store::records::names(&mut &services.db, kind.def(), &ids).await?);
    }
    for record in &mut records {
        if let Some((code, name)) = names.remove(&record.id) {
            (record.code, record.name) = (code, name);
        }
    }
    Ok((records, next))
}
