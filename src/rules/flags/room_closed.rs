//! CBD-13: a room is closed, but servers, power or systems are still linked to it (domain reference 4.5). Closed means
//! no power for servers, or no servers at all (OMB M-16-19, taken as a model).

use domain::{FlagRule, Wording};
use jiff::civil::Date;

use super::FlagHit;
use crate::{
    Pack,
    facts::DataCenterFacts,
    phrases::{day, names, quoted},
    today::Today,
};

/// Closed by its stage, or by a closing day that has come.
pub(crate) fn is_closed(stage: Option<&str>, closed_on: Option<Date>, today: &Today) -> bool {
    stage == Some("closed") || closed_on.is_some_and(|closed| today.has_come(closed))
}

pub(super) fn check(facts: &DataCenterFacts, pack: &Pack, today: &Today) -> Option<FlagHit> {
    let room = &facts.room;
    if !is_closed(room.closure_stage.as_deref(), room.closed_on, today) {
        return None;
    }
    // A reading from before the closing says nothing of today.
    let read_before = room.power_read_on.zip(room.closed_on).is_some_and(|(read, closed)| read < closed);
    let power = [room.average_total_kw, room.average_it_kw].into_iter().flatten().max().filter(|_| !read_before);
    let servers = room.servers_physical.unwrap_or(0).saturating_add(room.mainframes.unwrap_or(0));
    let mut left: Vec<Wording> = Vec::new();
    if servers > 0 {
        left.push(Wording::new(format!("{servers}台服务器"), format!("{servers} servers")));
    }
    if let Some(kw) = power.filter(|kw| *kw > 0) {
        let kw = format!("{}.{:02}", kw / 100, kw % 100);
        left.push(Wording::new(format!("用电{kw}千瓦"), format!("{kw} kW of power")));
    }
    if facts.linked_component_count > 0 {
        let count = facts.linked_component_count;
        left.push(Wording::new(format!("{count}条服务器记录"), format!("{count} components")));
    }
    if facts.linked_system_count > 0 {
        let (count, max) = (facts.linked_system_count, pack.thresholds.names_in_a_sentence);
        let systems = names(facts.linked_systems_in_service.iter().take(max).map(|name| quoted(name)), max);
        left.push(if systems.zh.is_empty() {
            Wording::new(format!("{count}个在用系统"), format!("{count} systems in service"))
        } else {
            Wording::new(
                format!("{count}个在用系统（{}）", systems.zh),
                format!("{count} systems in service ({})", systems.en),
            )
        });
    }
    if left.is_empty() {
        return None;
    }
    let count = left.len();
    let left = names(left, count);
    let closed = room.closed_on.filter(|closed| today.has_come(*closed));
    let on = closed
        .map(day)
        .map_or_else(Wording::default, |on| Wording::new(format!("已于{}", on.zh), format!(" since {}", on.en)));
    let explanation = Wording::new(
        format!("机房“{}”{}登记为关停，但仍有{}。", room.name, on.zh, left.zh),
        format!("Room “{}” is recorded as closed{}, but still has {}.", room.name, on.en, left.en),
    );
    Some(
        FlagHit::new(pack, FlagRule::Cbd13, explanation)
            .fact("closure_stage", room.closure_stage.as_deref())
            .fact("closed_on", room.closed_on)
            .fact("servers", Some(servers))
            .fact("components", Some(facts.linked_component_count))
            .fact("systems", Some(facts.linked_system_count))
            .since(closed),
    )
}
