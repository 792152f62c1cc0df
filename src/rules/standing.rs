//! Cloud by default: from facts to one standing, with a sentence that explains it (design, section 3; first match wins).

mod covered;
mod notes;
mod outside;
mod placed;
mod unjustified;

#[cfg(test)]
mod exception_tests;
#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod tests;

use domain::{Migration, Standing, Wording};
use jiff::civil::Date;

use crate::{
    Pack,
    exception::{self, EndReason, Force},
    facts::{ExceptionFacts, SystemFacts},
    flags::{self, FlagHit},
    migration::{self, Progress},
    today::{Today, settle},
    whereabouts::Whereabouts,
};

/// What the rule says of one system on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The standing.
    pub standing: Standing,
    /// Why, with the facts.
    pub sentence: Wording,
    /// Since when the facts make it so, when they tell.
    pub since: Option<Date>,
    /// Since when the system must be on the cloud or justify; only where the rule reaches a system off the cloud.
    pub obliged_since: Option<Date>,
    /// The last day to decide; unjustified systems only.
    pub deadline_on: Option<Date>,
    /// The first day on which the clock alone changes anything in here; none when only new facts can.
    pub valid_until: Option<Date>,
    /// What else a reader should know: a second open procedure, a record that contradicts itself.
    pub notes: Vec<Wording>,
    /// Flags, gravest first.
    pub flags: Vec<FlagHit>,
    /// What must be done next.
    pub next_steps: Vec<Wording>,
}

/// Everything that a standing looks at, found once.
pub(crate) struct Case<'a> {
    pub facts: &'a SystemFacts,
    pub pack: &'a Pack,
    pub today: &'a Today,
    pub places: Whereabouts<'a>,
    pub exceptions: Vec<(&'a ExceptionFacts, Force)>,
    pub migrations: Vec<(&'a Migration, Progress)>,
}

/// One standing that fits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    pub standing: Standing,
    pub sentence: Wording,
    pub since: Option<Date>,
    pub obliged_since: Option<Date>,
    pub deadline_on: Option<Date>,
    pub next_steps: Vec<Wording>,
}

impl Finding {
    /// A standing without duty.
    fn new(standing: Standing, sentence: Wording, since: Option<Date>) -> Self {
        Self { standing, sentence, since, obliged_since: None, deadline_on: None, next_steps: Vec::new() }
    }

    fn obliged(mut self, since: Date) -> Self {
        self.obliged_since = Some(since);
        self
    }

    fn next(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.next_steps.push(Wording::new(zh, en));
        self
    }
}

/// A standing that may fit.
type Rule = fn(&Case<'_>) -> Option<Finding>;

/// The standings in order of precedence; what none of them takes is unjustified.
const RULES: [Rule; 9] = [
    outside::not_applicable,
    outside::retired,
    outside::not_live,
    placed::unassessed,
    placed::on_cloud,
    covered::excepted,
    covered::migrating,
    covered::retiring,
    covered::planned,
];

impl<'a> Case<'a> {
    /// Procedures are put in order, so that storage may give them in any.
    fn new(facts: &'a SystemFacts, pack: &'a Pack, today: &'a Today) -> Self {
        let mut exceptions: Vec<_> =
            facts.exceptions.iter().map(|one| (one, exception::judge(one, pack, today))).collect();
        exceptions.sort_by_key(|(facts, _)| {
            let one = &facts.record;
            let basis = facts.basis.as_ref().map(|basis| (basis.effective_on, basis.repealed_on));
            (one.approved_on, one.expires_on, one.starts_on, one.revoked_on, basis, &one.code, &one.name)
        });
        let mut migrations: Vec<_> =
            facts.migrations.iter().map(|one| (one, migration::judge(one, facts, pack, today))).collect();
        migrations.sort_by_key(|(one, _)| (one.submitted_on, one.approved_on, one.state, &one.code, &one.name));
        Self { facts, pack, today, places: Whereabouts::find(facts, today), exceptions, migrations }
    }

    /// The exception in force that holds longest, with its first and last day and what ends it: it decides, and a renewal that is
    /// approved answers for the one before.
    pub(crate) fn holding_exception(&self) -> Option<(&'a ExceptionFacts, Date, Date, EndReason)> {
        self.exceptions
            .iter()
            .filter_map(|(one, force)| match force {
                Force::Holds { start, end, reason } => Some((*one, *start, *end, *reason)),
                _ => None,
            })
            .max_by_key(|(_, _, end, _)| *end)
    }

    /// True when something answers for the time after the exception in force: one approved to follow it, or a move that was asked for.
    pub(crate) fn is_provided_for(&self) -> bool {
        let follows = self.exceptions.iter().any(|(_, force)| matches!(force, Force::Ahead { .. }));
        follows
            || self.migrations.iter().any(|(_, progress)| {
                matches!(progress, Progress::UnderWay { .. } | Progress::Submitted | Progress::InWave { .. })
            })
    }

    /// The exception that ended last, with its last day.
    pub(crate) fn ended_exception(&self) -> Option<(&'a ExceptionFacts, Date, EndReason)> {
        self.exceptions
            .iter()
            .filter_map(|(one, force)| match force {
                Force::Ended { end, reason, .. } => Some((*one, *end, *reason)),
                _ => None,
            })
            .max_by_key(|(_, end, _)| *end)
    }

    /// True when retirement is approved, its date ahead and near enough.
    pub(crate) fn retires_on(&self) -> Option<Date> {
        let approved = self.facts.system.retire_approved_on.filter(|approved| self.today.has_come(*approved))?;
        let on = self.facts.system.retire_on?;
        let latest = approved.saturating_add(jiff::Span::new().days(self.pack.limits.retiring_max_days));
        (on <= latest && !self.today.has_come(on)).then_some(on)
    }

    fn decide(&self) -> Finding {
        RULES.iter().find_map(|rule| rule(self)).unwrap_or_else(|| unjustified::unjustified(self))
    }
}

/// What the rule says of a system on a day of the pack's time zone. A function of its arguments, nothing else.
pub fn assess_system(facts: &SystemFacts, pack: &Pack, today: Date) -> Assessment {
    let (mut assessment, valid_until) = settle(today, |today| {
        let case = Case::new(facts, pack, today);
        let finding = case.decide();
        Assessment {
            notes: notes::notes(&case, &finding),
            flags: flags::system_flags(&case, &finding),
            standing: finding.standing,
            sentence: finding.sentence,
            since: finding.since,
            obliged_since: finding.obliged_since,
            deadline_on: finding.deadline_on,
            valid_until: None,
            next_steps: finding.next_steps,
        }
    });
    assessment.valid_until = valid_until;
    assessment
}
