//! Standing 10: everything else must migrate or justify, by a deadline.

use domain::{Standing, Wording};
use jiff::civil::Date;

use super::{Case, Finding};
use crate::{
    exception::{EndReason, Force},
    migration::Progress,
    obligation::obligation,
    phrases::day,
};

/// What used to answer for the system and no longer does: the text, and the first day without it.
fn lost_cover(case: &Case<'_>) -> Option<(Wording, Option<Date>)> {
    let exceptions = case.exceptions.iter().filter_map(|(one, force)| match force {
        Force::Ended { end, reason, .. } => {
            let on = day(*end);
            let (zh, en) = match reason {
                EndReason::Expired => ("到期", "expired"),
                EndReason::Revoked => ("后被撤销", "was revoked after"),
                EndReason::BasisLapsed => ("依据失效", "lost its legal basis"),
            };
            let en =
                if *reason == EndReason::Revoked { format!("{en} {}", on.en) } else { format!("{en} on {}", on.en) };
            Some((
                Wording::new(
                    format!("例外“{}”已于{}{zh}", one.record.name, on.zh),
                    format!("its exception “{}” {en}", one.record.name),
                ),
                *end,
            ))
        }
        _ => None,
    });
    let late = case.migrations.iter().filter_map(|(one, progress)| match progress {
        Progress::Late { last, .. } => {
            let on = day(*last);
            let text = Wording::new(
                format!("上云申请“{}”已超出两倍时限（{}）", one.name, on.zh),
                format!("its migration “{}” took more than twice its time, which ended on {}", one.name, on.en),
            );
            Some((text, *last))
        }
        _ => None,
    });
    exceptions.chain(late).max_by_key(|(_, end)| *end).map(|(text, end)| (text, end.tomorrow().ok()))
}

/// Off the cloud with nothing that answers for it.
pub(super) fn unjustified(case: &Case<'_>) -> Finding {
    let duty = obligation(case);
    let (place, clause, deadline) =
        (case.places.off_wording(case.pack), case.pack.policy.clause.citation(), day(duty.deadline_on));
    let lost = lost_cover(case);
    let since = lost.as_ref().and_then(|(_, since)| *since).map_or(duty.since, |since| since.max(duty.since));
    let why =
        lost.map_or_else(|| Wording::new("无在办申请，也无例外", "no open request and no exception"), |lost| lost.0);
    let overdue = case.today.is_past(duty.deadline_on);
    let (zh, en) = if overdue {
        (format!("处置期限{}已过", deadline.zh), format!("the deadline of {} has passed", deadline.en))
    } else {
        (format!("须在{}前（含当日）处置", deadline.zh), format!("decide by {}", deadline.en))
    };
    let sentence = Wording::new(
        format!("{}；规则（{}）要求上云；{}；{zh}。", place.zh, clause.zh, why.zh),
        format!("{}; the rule ({}) says cloud; {}; {en}.", place.en, clause.en, why.en),
    );
    let mut finding = Finding::new(Standing::Unjustified, sentence, Some(since)).obliged(duty.since);
    finding.deadline_on = Some(duty.deadline_on);
    finding.next(
        "提交上云申请，或申请例外并附依据、替代方案和退出计划",
        "submit a migration, or apply for an exception with basis, alternatives and exit plan",
    )
}
