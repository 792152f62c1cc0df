//! Removing records: refused while anything still refers to them, with what.

use domain::{EntityKind, Fault, FaultKind, Id, Record};
use rules::{Action, Resource};

use crate::{Op, Outcome, Services, Work, permit, requests};

/// Removes one record that the reader opened at `version`.
pub async fn remove(services: &Services, op: &Op, kind: EntityKind, id: Id, version: i64) -> Outcome<()> {
    let mut work = Work::begin(services, op).await?;
    let Some(record) = store::records::find(&mut work.tx, kind.def(), id).await? else {
        return Err(Fault::not_found());
    };
    permit(op, Action::View, &Resource::Record { kind, path: &record.path })?;
    permit(op, Action::Remove, &Resource::Record { kind, path: &record.path })?;
    if record.version != version {
        return Err(Fault::stale());
    }
    remove_records(&mut work, kind, &[record]).await?;
    work.commit().await
}

/// Removes records inside a unit of work; they leave lists and search, their flags close, what they hung on is judged anew.
pub(crate) async fn remove_records(work: &mut Work<'_>, kind: EntityKind, records: &[Record]) -> Outcome<()> {
    let def = kind.def();
    let ids: Vec<Id> = records.iter().map(|record| record.id).collect();
    requests::refuse_removal(work, kind, &ids).await?;
    let versions: Vec<(Id, i64)> = records.iter().map(|record| (record.id, record.version)).collect();
    store::records::remove(&mut work.tx, def, &versions, work.at).await?;
    let referenced = store::records::referenced(&mut work.tx, kind, &ids).await?;
    if !referenced.is_empty() {
        let words =
            |zh: bool| {
                referenced
                    .iter()
                    .filter_map(|(table, _, count)| EntityKind::from_table(table).map(|kind| (kind.def(), count)))
                    .map(|(def, count)| {
                        if zh {
                            format!("{} {count} 条", def.zh)
                        } else {
                            format!("{count} {}", def.en.to_lowercase())
                        }
                    })
                    .collect::<Vec<_>>()
                    .join(if zh { "、" } else { ", " })
            };
        // A document that was relied on stays on the record: its end is a date.
        let (zh, en) = match kind {
            EntityKind::LegalBasis => {
                ("不能移除，请改为登记其废止日期", "it cannot be removed; record the day of its repeal instead")
            }
            _ => ("请先移除或改挂这些记录", "remove or re-assign these first"),
        };
        return Err(Fault::new(
            FaultKind::Conflict,
            "still-referenced",
            format!("仍被引用：{}；{zh}。", words(true)),
            format!("Still referred to by {}; {en}.", words(false)),
        ));
    }
    store::search::forget(&mut work.tx, &ids).await?;
    let flags: Vec<Id> = store::flags::open_of(&mut work.tx, &ids).await?.into_iter().map(|flag| flag.id).collect();
    store::flags::close(&mut work.tx, &flags, work.at).await?;
    for record in records {
        let body = serde_json::json!({ "version": record.version + 1 }).to_string();
        work.record("remove", def.table, record.id, &record.path, body);
        work.touch_record(kind, record);
    }
    Ok(())
}
