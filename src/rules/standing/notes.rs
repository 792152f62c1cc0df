//! What else a reader should know: other open procedures, near misses, and records that contradict themselves.

use std::collections::BTreeSet;

use domain::{Lifecycle, OwnerLevel, Standing, Wording};

use super::{Case, Finding, covered};
use crate::{
    exception::Force,
    flags::is_closed,
    migration::Progress,
    phrases::{day, filled, names, quoted, sorted_names},
    whereabouts::Spot,
};

/// All notes of a case, in a fixed order.
pub(super) fn notes(case: &Case<'_>, finding: &Finding) -> Vec<Wording> {
    let mut notes = Vec::new();
    record(case, finding, &mut notes);
    if !matches!(finding.standing, Standing::NotApplicable | Standing::Retired) {
        places(case, &mut notes);
        procedures(case, finding, &mut notes);
    }
    if let Some(deadline) = finding.deadline_on
        && case.pack.calendar.known_until().is_none_or(|until| deadline > until)
    {
        let on = day(deadline);
        notes.push(Wording::new(
            format!("{}年的节假日尚未公布，处置期限{}可能顺延", deadline.year(), on.zh),
            format!(
                "the holidays of {} are not published yet, so the deadline of {} may still move",
                deadline.year(),
                on.en
            ),
        ));
    }
    notes
}

/// Statements of the record that do not hold, and why.
fn record(case: &Case<'_>, finding: &Finding, notes: &mut Vec<Wording>) {
    let (system, department) = (&case.facts.system, &case.facts.department);
    let mut add = |zh: &str, en: &str| notes.push(Wording::new(zh, en));
    if system.not_applicable == Some(true) && filled(&system.not_applicable_reason).is_none() {
        add("标记为不适用但没有原因，不予采信", "marked not applicable without a reason, which does not count");
    }
    if department.in_scope == Some(false) && filled(&department.scope_reason).is_none() {
        add(
            "所属单位标记为不纳入范围但没有原因，不予采信",
            "its department is marked out of scope without a reason, which does not count",
        );
    }
    let standing = finding.standing;
    let upper = matches!(system.owner_level, Some(OwnerLevel::National | OwnerLevel::Province));
    if (upper || department.is_vertical == Some(true)) && standing == Standing::Unjustified {
        add(
            "属上级或垂直管理；如确不归本市迁移，由运维人员写明原因后标记为不适用",
            "owned by a higher level or a vertical office; if it is not the city's to move, an operator marks it not applicable with the reason",
        );
    }
    if system.lifecycle == Some(Lifecycle::Retired)
        && standing != Standing::Retired
        && standing != Standing::NotApplicable
    {
        add(
            "申报为已下线，但未核验、未登记数据处置，或仍有服务器在用",
            "declared retired, but not verified, without disposition of its data, or with a component still in service",
        );
    }
    if matches!(system.lifecycle, Some(Lifecycle::Planned | Lifecycle::Building))
        && !matches!(standing, Standing::NotLive | Standing::NotApplicable)
    {
        add(
            "申报为建设中，但上线日期已到或长期未填，按已上线判定",
            "declared under construction, but its go-live date has come or is missing for too long: counts as live",
        );
    }
}

/// Places that never decide, and rooms that should be empty.
fn places(case: &Case<'_>, notes: &mut Vec<Wording>) {
    let max = case.pack.thresholds.names_in_a_sentence;
    if !case.places.aside.is_empty() {
        let names = sorted_names(case.places.aside.iter().map(|placement| quoted(&placement.component)), max);
        notes.push(Wording::new(
            format!("云外另有备用、灾备、测试或开发部署{}，不影响结论", names.zh),
            format!("standby, disaster recovery, test or development off the cloud ({}) does not decide", names.en),
        ));
    }
    let closed = case.places.off.iter().filter_map(|site| match site.spot {
        Spot::Room(room) if is_closed(room.closure_stage.as_deref(), room.closed_on, case.today) => {
            Some(room.name.as_str())
        }
        _ => None,
    });
    // A set: each room once, in an order that does not depend on storage.
    for name in closed.collect::<BTreeSet<_>>() {
        notes.push(Wording::new(
            format!("机房“{name}”登记为已关停，请核对"),
            format!("room “{name}” is recorded as closed; check which record is right"),
        ));
    }
}

/// Open procedures beside the one that decides, and those that do not count yet or any more.
fn procedures(case: &Case<'_>, finding: &Finding, notes: &mut Vec<Wording>) {
    let standing = finding.standing;
    for (exception, force) in &case.exceptions {
        let name = &exception.record.name;
        match force {
            Force::Holds { end, .. } if standing != Standing::Excepted => {
                let on = day(*end);
                notes.push(Wording::new(
                    format!("另有有效例外“{name}”，至{}", on.zh),
                    format!("the exception “{name}” is in force as well, until {}", on.en),
                ));
            }
            Force::Ahead { start } => {
                let on = day(*start);
                notes.push(Wording::new(
                    format!("例外“{name}”已批准，{}起生效", on.zh),
                    format!("the exception “{name}” is approved and begins on {}", on.en),
                ));
            }
            Force::Incomplete { missing } => {
                let parts = names(missing.iter().cloned(), missing.len());
                notes.push(Wording::new(
                    format!("例外“{name}”缺少{}，不生效", parts.zh),
                    format!("the exception “{name}” does not hold: it lacks {}", parts.en),
                ));
            }
            Force::Baseless => notes.push(Wording::new(
                format!("例外“{name}”不生效：其依据在例外期限内从未有效"),
                format!("the exception “{name}” does not hold: on no day of its term was its legal basis in force"),
            )),
            _ => {}
        }
    }
    let decider = covered::decider(case, standing).map(|(migration, _)| migration);
    for (migration, progress) in &case.migrations {
        let name = &migration.name;
        let (zh, en) = match progress {
            Progress::UnderWay { .. } | Progress::Submitted | Progress::InWave { .. } => {
                if decider.is_some_and(|decider| std::ptr::eq(decider, *migration)) {
                    continue;
                }
                ("另在办", "is open as well")
            }
            Progress::Suspended => ("已中止，不计入", "is suspended and does not count"),
            Progress::Draft if standing == Standing::Unjustified => {
                ("尚未提交或已退回，不计入", "is a draft or was returned, which does not count")
            }
            _ => continue,
        };
        notes.push(Wording::new(format!("上云申请“{name}”{zh}"), format!("the migration “{name}” {en}")));
    }
    if !matches!(standing, Standing::Retiring | Standing::NotLive)
        && let Some(on) = case.retires_on().map(day)
    {
        notes.push(Wording::new(
            format!("另已批准于{}下线", on.zh),
            format!("its retirement is approved as well, for {}", on.en),
        ));
    }
}
