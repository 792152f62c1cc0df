//! Figures for the overview and the department page: rates with their counts, standings, deadlines, rooms, exceptions.

use std::collections::{BTreeMap, HashMap};

use domain::{EntityKind, Id, Standing};
use jiff::{ToSpan, civil::Date};
use rules::{Action, Rates, Resource};
use store::lists::RowScope;

use crate::{Op, Outcome, Services, permit};

/// Days that count as "soon" for deadlines.
const SOON_DAYS: i32 = 7;
/// Days before its end in which an exception counts as "ending".
const ENDING_DAYS: i32 = 90;

/// One department's line.
#[derive(Clone, Debug)]
pub struct DepartmentFigures {
    /// The department.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Systems per standing.
    pub standings: Vec<(Standing, i64)>,
    /// Rates.
    pub rates: Rates,
    /// Systems that must migrate or justify.
    pub unjustified: i64,
}

/// Three bands of something dated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bands {
    /// Past its day.
    pub past: i64,
    /// Soon.
    pub soon: i64,
    /// Later.
    pub later: i64,
}

/// Everything on the overview.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Today in the pack's time zone.
    pub today: Date,
    /// Systems per standing, all ten, in order of precedence.
    pub standings: Vec<(Standing, i64)>,
    /// Systems that wait to be judged again, to one more than 10,000.
    pub waiting: i64,
    /// Rates.
    pub rates: Rates,
    /// Departments with systems, most unjustified first.
    pub departments: Vec<DepartmentFigures>,
    /// Deadlines: overdue, within a week, later.
    pub deadlines: Bands,
    /// Exceptions: expired, ending within 90 days, later.
    pub exceptions: Bands,
    /// Rooms per recognition code; the empty code where none is recorded.
    pub rooms: Vec<(String, i64)>,
}

fn by_standing(counts: &[(String, i64)]) -> Vec<(Standing, i64)> {
    let known: HashMap<&str, i64> = counts.iter().map(|(code, count)| (code.as_str(), *count)).collect();
    Standing::ALL.iter().map(|standing| (*standing, known.get(standing.code()).copied().unwrap_or(0))).collect()
}

/// Figures of everything that the reader may see, or of one department subtree (`within`, a path).
pub async fn overview(services: &Services, op: &Op, within: Option<&str>) -> Outcome<Overview> {
    permit(op, Action::ViewFigures, &Resource::Figures)?;
    let scope: RowScope = op.scope(EntityKind::System);
    let today = services.today();
    let soon = today.saturating_add(SOON_DAYS.days()).to_string();
    let ending = today.saturating_add(ENDING_DAYS.days()).to_string();
    let day = today.to_string();
    let mut tx = services.db.begin_read().await?;
    let mut in_all: BTreeMap<String, i64> = BTreeMap::new();
    let mut grouped: HashMap<Id, Vec<(String, i64)>> = HashMap::new();
    for (department, standing, count) in store::figures::standings_by_department(&mut tx, &scope, within).await? {
        *in_all.entry(standing.clone()).or_default() += count;
        grouped.entry(department).or_default().push((standing, count));
    }
    let standings = by_standing(&in_all.into_iter().collect::<Vec<_>>());
    let waiting = store::facts::stale_count(&mut tx, EntityKind::System, &scope).await?;
    let ids: Vec<Id> = grouped.keys().copied().collect();
    let names = store::records::names(&mut tx, EntityKind::Department.def(), &ids).await?;
    let mut departments: Vec<DepartmentFigures> = grouped
        .into_iter()
        .map(|(id, counts)| {
            let standings = by_standing(&counts);
            DepartmentFigures {
                id,
                name: names.get(&id).map(|(_, name)| name.clone()).unwrap_or_default(),
                rates: rates(&standings),
                unjustified: standings
                    .iter()
                    .find(|(standing, _)| *standing == Standing::Unjustified)
                    .map_or(0, |(_, count)| *count),
                standings,
            }
        })
        .collect();
    departments
        .sort_by(|left, right| right.unjustified.cmp(&left.unjustified).then_with(|| left.name.cmp(&right.name)));
    let (past, near, later) = store::figures::deadlines(&mut tx, &scope, within, &day, &soon).await?;
    let deadlines = Bands { past, soon: near, later };
    let (past, near, later) = store::figures::exceptions(&mut tx, &scope, within, &day, &ending).await?;
    let exceptions = Bands { past, soon: near, later };
    let rooms = store::figures::rooms(&mut tx, &op.scope(EntityKind::DataCenter), within).await?;
    Ok(Overview { today, rates: rates(&standings), standings, waiting, departments, deadlines, exceptions, rooms })
}

fn rates(standings: &[(Standing, i64)]) -> Rates {
    Rates::of(|wanted| standings.iter().find(|(standing, _)| *standing == wanted).map_or(0, |(_, count)| *count))
}
