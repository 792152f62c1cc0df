//! CBD-14: a room without recognition (认定), or past its close date (domain reference 4.5).

use domain::{FlagRule, Recognition, Wording};
use jiff::civil::Date;

use super::{FlagHit, room_closed::is_closed};
use crate::{Pack, facts::DataCenterFacts, phrases::day, today::Today};

/// What is wrong with a room: the text, and since when. The last day of a recognition or of a close date still holds.
fn fault(facts: &DataCenterFacts, today: &Today) -> Option<(Wording, Option<Date>)> {
    let room = &facts.room;
    if let Some(target) = room.target_close_on {
        if today.is_past(target) {
            let on = day(target);
            let text =
                Wording::new(format!("计划{}关停，已逾期", on.zh), format!("was to close on {} and has not", on.en));
            return Some((text, target.tomorrow().ok()));
        }
        // It closes in time: that answers for a missing recognition, whatever the reason.
        return None;
    }
    let without = |zh: &str, en: &str| Some((Wording::new(zh, en), None));
    let by_stage = (room.closure_stage.as_deref() == Some("recognised")).then_some(Recognition::Recognised);
    match (room.recognition.or(by_stage), room.recognition_until) {
        (Some(Recognition::Recognised), Some(until)) if today.is_past(until) => {
            let on = day(until);
            let text = Wording::new(format!("认定已于{}到期", on.zh), format!("its recognition ended on {}", on.en));
            Some((text, until.tomorrow().ok()))
        }
        (Some(Recognition::Recognised), _) => None,
        (Some(Recognition::Applied), _) => {
            without("认定申报中，尚未批准", "its recognition is applied for, not granted")
        }
        (Some(Recognition::CloseBy), _) => {
            without("应限期关停，未登记关停日期", "must close, and no close date is recorded")
        }
        (Some(Recognition::Refused), _) => {
            without("不予认定，未登记关停日期", "its recognition was refused, and no close date is recorded")
        }
        (Some(Recognition::None) | None, _) => {
            without("未申报认定，也无关停日期", "has neither recognition nor a close date")
        }
    }
}

pub(super) fn check(facts: &DataCenterFacts, pack: &Pack, today: &Today) -> Option<FlagHit> {
    let room = &facts.room;
    if is_closed(room.closure_stage.as_deref(), room.closed_on, today) {
        return None;
    }
    let (text, since) = fault(facts, today)?;
    let explanation =
        Wording::new(format!("机房“{}”{}。", room.name, text.zh), format!("Room “{}”: {}.", room.name, text.en));
    Some(
        FlagHit::new(pack, FlagRule::Cbd14, explanation)
            .fact("recognition", room.recognition.map(Recognition::code))
            .fact("recognition_until", room.recognition_until)
            .fact("target_close_on", room.target_close_on)
            .since(since),
    )
}
