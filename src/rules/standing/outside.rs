//! Standings 1 to 3: the rule does not reach the system, no longer, or not yet.

use domain::{CodeLists, Language, Lifecycle, Standing, Wording};
use jiff::{Span, civil::Date};

use super::{Case, Finding};
use crate::{
    phrases::{day, filled},
    whereabouts,
};

/// 1: an operator said, with a reason, that the rule does not apply to the system or to its department. That a level
/// above the city owns it is not enough: the owner level may be typed in by the department itself.
pub(super) fn not_applicable(case: &Case<'_>) -> Option<Finding> {
    let (system, department) = (&case.facts.system, &case.facts.department);
    let sentence = if let (Some(true), Some(reason)) = (system.not_applicable, filled(&system.not_applicable_reason)) {
        Wording::new(
            format!("经运维人员认定不适用：{reason}。"),
            format!("Found not applicable by an operator: {reason}."),
        )
    } else if let (Some(false), Some(reason)) = (department.in_scope, filled(&department.scope_reason)) {
        Wording::new(
            format!("所属单位“{}”不纳入范围：{reason}。", department.name),
            format!("Its department “{}” is out of scope: {reason}.", department.name),
        )
    } else {
        return None;
    };
    Some(Finding::new(Standing::NotApplicable, sentence, None))
}

/// 2: off, verified, and the disposition of its data recorded. A machine that is seen in service is not off.
pub(super) fn retired(case: &Case<'_>) -> Option<Finding> {
    let system = &case.facts.system;
    let verified = system.retired_verified_on.filter(|verified| case.today.has_come(*verified))?;
    let disposition = filled(&system.data_disposition)?;
    let seen = |placement: &crate::Placement| {
        placement.in_service == Some(true) && whereabouts::is_running(placement, case.today)
    };
    if system.lifecycle != Some(Lifecycle::Retired) || case.facts.placements.iter().any(seen) {
        return None;
    }
    let list = case.pack.list("data_disposition");
    let (on, zh, en) = (day(verified), list.label(disposition, Language::ZhCn), list.label(disposition, Language::En));
    let sentence = Wording::new(
        format!("已下线，{}核验；数据处置：{zh}。", on.zh),
        format!("Switched off, verified on {}; its data: {}.", on.en, en.to_lowercase()),
    );
    Some(Finding::new(Standing::Retired, sentence, Some(verified)))
}

/// The last day on which a system under construction may lack its go-live date.
pub(super) fn date_due(case: &Case<'_>) -> Date {
    case.facts.registered_on.saturating_add(Span::new().months(case.pack.limits.not_live_max_months))
}

/// 3: go-live date ahead, or declared under construction with the date absent for no longer than the pack allows.
///
/// A blank life cycle counts as live once no date ahead speaks against it; declared live or suspended is live whatever
/// the date says. A trial run is use: only a date ahead keeps it here.
pub(super) fn not_live(case: &Case<'_>) -> Option<Finding> {
    let system = &case.facts.system;
    let (may_await_date, may_lack_date) = match system.lifecycle {
        Some(Lifecycle::Planned | Lifecycle::Building) => (true, true),
        Some(Lifecycle::Trial) | None => (true, false),
        Some(Lifecycle::Live | Lifecycle::Suspended | Lifecycle::Retired) => (false, false),
    };
    match system.live_on {
        Some(live) if may_await_date && !case.today.has_come(live) => {
            let on = day(live);
            let sentence = Wording::new(
                format!("尚未上线，计划{}上线。", on.zh),
                format!("Not live yet; goes live on {}.", on.en),
            );
            Some(Finding::new(Standing::NotLive, sentence, Some(case.facts.registered_on)).next(
                "上线前部署到政务云；上线当天即按规则判定",
                "place it on the cloud before it goes live; the rule applies on that day",
            ))
        }
        None if may_lack_date && !case.today.is_past(date_due(case)) => {
            let (from, due) = (day(case.facts.registered_on), day(date_due(case)));
            let sentence = Wording::new(
                format!("申报为建设中，未填上线日期；{}登记，{}后仍未填的按已上线判定。", from.zh, due.zh),
                format!(
                    "Declared under construction without a go-live date; registered on {}, counts as live if the date is still missing after {}.",
                    from.en, due.en
                ),
            );
            Some(
                Finding::new(Standing::NotLive, sentence, Some(case.facts.registered_on))
                    .next(format!("在{}前填写上线日期", due.zh), format!("record the go-live date by {}", due.en)),
            )
        }
        _ => None,
    }
}
