//! Standings 6 to 9: off the cloud, with something that answers for it.

use domain::{CodeLists, Language, Migration, Standing, Wording};

use super::{Case, Finding};
use crate::{
    exception::{EndReason, Force},
    migration::Progress,
    obligation::obligation,
    phrases::day,
};

/// 6: covered by an exception in force. An exception is granted for a system, so one covers all its placements.
pub(super) fn excepted(case: &Case<'_>) -> Option<Finding> {
    let (facts, _, end, reason) = case.holding_exception()?;
    let exception = &facts.record;
    let starts = case.exceptions.iter().filter_map(|(_, force)| match force {
        Force::Holds { start, .. } => Some(*start),
        _ => None,
    });
    let since = starts.min();
    let (place, until) = (case.places.off_wording(case.pack), day(end));
    let list = case.pack.list("exception_category");
    let (zh, en) =
        (list.label(&exception.category, Language::ZhCn), list.label(&exception.category, Language::En).to_lowercase());
    let sentence = Wording::new(
        format!("{}；例外“{}”（{zh}）有效至{}。", place.zh, exception.name, until.zh),
        format!("{}; the exception “{}” ({en}) holds until {}.", place.en, exception.name, until.en),
    );
    let finding = Finding::new(Standing::Excepted, sentence, since);
    Some(match reason {
        EndReason::BasisLapsed => finding.next(
            format!("其依据于{}之后废止：在此之前上云，或依据现行文件重新申请例外", until.zh),
            format!("its legal basis ends with {}: migrate, or apply again on one in force, before then", until.en),
        ),
        _ => finding.next(
            format!("在{}前完成退出计划，或申请续期", until.zh),
            format!("carry out the exit plan, or apply for renewal, before {}", until.en),
        ),
    })
}

/// The migration that decides a standing: the one that protects longest, else the one submitted first, else
/// the one in the nearest wave.
pub(super) fn decider<'a>(case: &Case<'a>, standing: Standing) -> Option<(&'a Migration, Progress)> {
    let mut migrations = case.migrations.iter().copied();
    match standing {
        Standing::Migrating => migrations
            .filter_map(|found| match found.1 {
                Progress::UnderWay { last, .. } => Some((last, found)),
                _ => None,
            })
            .max_by_key(|(last, _)| *last)
            .map(|(_, found)| found),
        Standing::Planned => {
            let waves = migrations.clone().filter_map(|found| match found.1 {
                Progress::InWave { on } => Some((on, found)),
                _ => None,
            });
            let nearest = waves.min_by_key(|(on, _)| *on).map(|(_, found)| found);
            migrations.find(|(_, progress)| *progress == Progress::Submitted).or(nearest)
        }
        _ => None,
    }
}

/// 7: a migration past approval, not suspended, not later than twice its time.
pub(super) fn migrating(case: &Case<'_>) -> Option<Finding> {
    let (migration, Progress::UnderWay { start, last }) = decider(case, Standing::Migrating)? else { return None };
    let (place, latest) = (case.places.off_wording(case.pack), day(last));
    let list = case.pack.list("migration_state");
    let code = migration.state.code();
    let (zh, en) = (list.label(code, Language::ZhCn), list.label(code, Language::En).to_lowercase());
    let planned = migration.planned_cutover_on.map(day).map_or_else(Wording::default, |on| {
        Wording::new(format!("，计划{}割接", on.zh), format!(", cut-over planned for {}", on.en))
    });
    let sentence = Wording::new(
        format!("{}；上云申请“{}”处于“{zh}”{}，最迟至{}。", place.zh, migration.name, planned.zh, latest.zh),
        format!(
            "{}; the migration “{}” is {en}{}, at the latest until {}.",
            place.en, migration.name, planned.en, latest.en
        ),
    );
    let finding = Finding::new(Standing::Migrating, sentence, Some(start)).obliged(obligation(case).since);
    Some(
        finding
            .next("完成割接，关停原服务器并登记停用日期", "cut over, switch the old machines off and record the day"),
    )
}

/// 8: retirement approved, date ahead, within the pack's maximum counted from the approval.
pub(super) fn retiring(case: &Case<'_>) -> Option<Finding> {
    let on = case.retires_on()?;
    let (place, date) = (case.places.off_wording(case.pack), day(on));
    let sentence = Wording::new(
        format!("{}；已批准下线，计划{}下线。", place.zh, date.zh),
        format!("{}; its retirement is approved for {}.", place.en, date.en),
    );
    let finding = Finding::new(Standing::Retiring, sentence, case.facts.system.retire_approved_on);
    Some(finding.obliged(obligation(case).since).next(
        format!("在{}前下线，核验断电并登记数据处置", date.zh),
        format!("switch it off by {}, have it verified and record what became of the data", date.en),
    ))
}

/// 9: a migration submitted (a draft is nothing), or a wave whose date has not passed.
pub(super) fn planned(case: &Case<'_>) -> Option<Finding> {
    let (migration, progress) = decider(case, Standing::Planned)?;
    let (name, place) = (&migration.name, case.places.off_wording(case.pack));
    let (zh, en, since) = match (progress, migration.submitted_on) {
        (Progress::InWave { on }, _) => {
            let on = day(on);
            (format!("已列入{}的批次", on.zh), format!("is in the wave of {}", on.en), None)
        }
        (_, Some(submitted)) => {
            let on = day(submitted);
            (
                format!("已于{}提交，待审批", on.zh),
                format!("was submitted on {} and awaits a decision", on.en),
                Some(submitted),
            )
        }
        _ => ("已提交，待审批".to_owned(), "was submitted and awaits a decision".to_owned(), None),
    };
    let sentence = Wording::new(
        format!("{}；上云申请“{name}”{zh}。", place.zh),
        format!("{}; the migration “{name}” {en}.", place.en),
    );
    let finding = Finding::new(Standing::Planned, sentence, since).obliged(obligation(case).since);
    Some(finding.next("审批上云申请并开始实施", "decide the request and begin"))
}
