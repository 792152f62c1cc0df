//! Flags: one hit of one rule on one subject, with the facts that caused it (domain reference 4.5). A file per rule.
//!
//! A flag closes itself when the facts change: nothing here remembers. Severity, clause and remedy come from the pack.

mod beyond_zone;
mod exception_ended;
mod exception_review;
mod inconsistent;
mod live_off_cloud;
mod off_cloud;
mod procedures;
mod room_closed;
mod room_facts;
mod room_unrecognised;

pub(crate) use room_closed::is_closed;

#[cfg(test)]
mod room_tests;
#[cfg(test)]
mod system_tests;

use domain::{FlagRule, Severity, Wording};
use jiff::civil::Date;

use crate::{
    Pack,
    facts::DataCenterFacts,
    standing::{Case, Finding},
    today::{Today, settle},
};

/// Counts changes of what the rules mean; stored with every hit. The pack's own version is stored beside it.
pub const RULE_VERSION: i64 = 1;

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// An information system.
    System,
    /// A machine room.
    DataCenter,
}

impl Subject {
    /// The word in the pack and in storage: the entity's table.
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::DataCenter => "data_center",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::System, Self::DataCenter].into_iter().find(|subject| subject.code() == code)
    }
}

/// One hit of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagHit {
    /// The rule.
    pub rule: FlagRule,
    /// How grave.
    pub severity: Severity,
    /// What is so, with the facts.
    pub explanation: Wording,
    /// The clause, with document and article.
    pub clause: Wording,
    /// What to do.
    pub remedy: Wording,
    /// The facts that caused it: field and value (codes and ISO days), for the audit trail.
    pub facts: Vec<(&'static str, String)>,
    /// Since when it is so, when the facts tell.
    pub true_since: Option<Date>,
    /// Until when it must be dealt with.
    pub deadline_on: Option<Date>,
}

impl FlagHit {
    fn new(pack: &Pack, rule: FlagRule, explanation: Wording) -> Self {
        let text = pack.rule(rule);
        Self {
            rule,
            severity: text.severity,
            explanation,
            clause: text.clause.full(),
            remedy: text.remedy.clone(),
            facts: Vec::new(),
            true_since: None,
            deadline_on: None,
        }
    }

    fn fact(mut self, name: &'static str, value: Option<impl std::fmt::Display>) -> Self {
        self.facts.extend(value.map(|value| (name, value.to_string())));
        self
    }

    fn since(mut self, since: Option<Date>) -> Self {
        self.true_since = since;
        self
    }

    fn until(mut self, deadline: Option<Date>) -> Self {
        self.deadline_on = deadline;
        self
    }
}

/// All flags of a system whose standing is found. CBD-05 silences CBD-01: it says the same, and more.
pub(crate) fn system_flags(case: &Case<'_>, finding: &Finding) -> Vec<FlagHit> {
    let ended = exception_ended::check(case, finding);
    let off_cloud = if ended.is_some() { None } else { off_cloud::check(case, finding) };
    let mut hits: Vec<FlagHit> = [
        ended,
        off_cloud,
        live_off_cloud::check(case, finding),
        beyond_zone::check(case, finding),
        inconsistent::approval(case, finding),
        inconsistent::hosting(case, finding),
        procedures::ends_soon(case, finding),
        exception_review::check(case, finding),
        procedures::incomplete(case, finding),
        procedures::late(case, finding),
        procedures::not_carried_out(case, finding),
    ]
    .into_iter()
    .flatten()
    .collect();
    hits.sort_by_key(|hit| (hit.severity, hit.rule));
    hits
}

/// What the rules say of one room on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomAssessment {
    /// Flags, gravest first.
    pub flags: Vec<FlagHit>,
    /// The first day on which the clock alone changes them; none when only new facts can.
    pub valid_until: Option<Date>,
}

/// One rule of rooms.
type RoomRule = fn(&DataCenterFacts, &Pack, &Today) -> Option<FlagHit>;

/// What the rules say of a room on a day of the pack's time zone. A function of its arguments, nothing else.
pub fn assess_data_center(facts: &DataCenterFacts, pack: &Pack, today: Date) -> RoomAssessment {
    const RULES: [RoomRule; 5] =
        [room_closed::check, room_unrecognised::check, room_facts::hosts, room_facts::pue, room_facts::power];
    let (flags, valid_until) = settle(today, |today| {
        let mut hits: Vec<FlagHit> = RULES.iter().filter_map(|rule| rule(facts, pack, today)).collect();
        hits.sort_by_key(|hit| (hit.severity, hit.rule));
        hits
    });
    RoomAssessment { flags, valid_until }
}

/// A rule as the rules page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDescription {
    /// The rule.
    pub rule: FlagRule,
    /// What it looks at.
    pub subject: Subject,
    /// How grave a hit is.
    pub severity: Severity,
    /// Short name.
    pub title: Wording,
    /// What is checked.
    pub checks: Wording,
    /// The clause, with document and article.
    pub clause: Wording,
    /// What to do about a hit.
    pub remedy: Wording,
}

/// Every rule that this version checks, in order, with the pack's words.
pub fn rule_descriptions(pack: &Pack) -> Vec<RuleDescription> {
    FlagRule::ALL
        .iter()
        .map(|rule| {
            let text = pack.rule(*rule);
            RuleDescription {
                rule: *rule,
                subject: text.subject,
                severity: text.severity,
                title: text.title.clone(),
                checks: text.checks.clone(),
                clause: text.clause.full(),
                remedy: text.remedy.clone(),
            }
        })
        .collect()
}
