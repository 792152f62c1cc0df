//! Since when a system must decide, and by when (design, section 3): drafts, returns, rejections and re-imports never
//! move it; time inside an accepted migration or exception is added.

use jiff::civil::Date;

use crate::{exception::Force, migration, standing::Case};

/// The duty of one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obligation {
    /// Latest of go-live, policy date, day after an exception's end, first registration.
    pub since: Date,
    /// The last day to decide.
    pub deadline_on: Date,
}

/// Computes the duty. A go-live date ahead is no go-live yet: it cannot put the duty off.
pub(crate) fn obligation(case: &Case<'_>) -> Obligation {
    let facts = case.facts;
    let go_live = facts.system.live_on.filter(|live| case.today.has_come(*live));
    let reopened = case.exceptions.iter().filter_map(|(_, force)| match force {
        Force::Ended { end, .. } => end.tomorrow().ok(),
        _ => None,
    });
    let since = reopened.chain(go_live).fold(facts.registered_on.max(case.pack.policy.on), Date::max);
    let calendar = &case.pack.calendar;
    let added: u32 = accepted_times(case, since)
        .into_iter()
        // The first day inside counts as well, unless it is the day on which the duty begins.
        .map(|(start, end)| calendar.working_days_between(start.yesterday().unwrap_or(start).max(since), end))
        .sum();
    let count = case.pack.limits.decide_working_days.saturating_add(added);
    Obligation { since, deadline_on: calendar.add_working_days(since, count) }
}

/// The times inside accepted migrations and exceptions after `since`, joined where they overlap.
fn accepted_times(case: &Case<'_>, since: Date) -> Vec<(Date, Date)> {
    let exceptions = case.exceptions.iter().filter_map(|(_, force)| match force {
        Force::Ended { start, end, .. } => Some((*start, *end)),
        _ => None,
    });
    let migrations =
        case.facts.migrations.iter().filter_map(|migration| migration::protected(migration, case.facts, case.pack));
    let mut times: Vec<(Date, Date)> = exceptions.chain(migrations).filter(|(_, end)| *end > since).collect();
    times.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::new();
    for (start, end) in times {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}
