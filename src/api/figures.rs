//! Figures: rates with their counts, standings, deadlines, rooms, departments.

use axum::Json;
use domain::Standing;
use rules::Rate;
use serde::Serialize;
use services::{Op, figures};
use utoipa::ToSchema;

use crate::{
    lists,
    problem::Answer,
    receive::{Asking, Parameters},
};

/// A part of a whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RateView {
    /// How many.
    part: i64,
    /// Out of how many.
    whole: i64,
    /// Tenths of a percent, rounded down; none of nothing.
    per_mille: Option<i64>,
}

impl From<Rate> for RateView {
    fn from(rate: Rate) -> Self {
        Self { part: rate.part, whole: rate.whole, per_mille: rate.per_mille() }
    }
}

/// Both cloud rates.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RatesView {
    /// On cloud, of all that the rule reaches.
    raw: RateView,
    /// The same with the excepted taken from below.
    net: RateView,
}

/// Systems of one standing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandingCount {
    /// The standing.
    standing: String,
    /// Its label in the reader's language.
    label: String,
    /// How many.
    count: i64,
}

/// One department's figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DepartmentCount {
    /// The department.
    id: String,
    /// Its name.
    name: String,
    /// Its rates.
    rates: RatesView,
    /// Its systems that must migrate or justify.
    unjustified: i64,
    /// Its systems by standing.
    standings: Vec<StandingCount>,
}

/// Three bands of something dated.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BandsView {
    /// Past its day.
    past: i64,
    /// Soon.
    soon: i64,
    /// Later.
    later: i64,
}

impl From<figures::Bands> for BandsView {
    fn from(bands: figures::Bands) -> Self {
        Self { past: bands.past, soon: bands.soon, later: bands.later }
    }
}

/// Machine rooms of one recognition.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomCount {
    /// Word of the list `recognition`; none where nothing is recorded.
    recognition: Option<String>,
    /// How many.
    count: i64,
}

/// Figures of everything that the reader may see, or of one department with all below it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// Today in the pack's time zone.
    #[schema(format = Date)]
    today: String,
    /// All ten standings, in order of precedence.
    standings: Vec<StandingCount>,
    /// Systems that wait for their first evaluation.
    waiting_for_evaluation: i64,
    /// Rates.
    rates: RatesView,
    /// Deadlines: overdue, within a week, later.
    deadlines: BandsView,
    /// Exceptions: expired, ending within 90 days, later.
    exceptions: BandsView,
    /// Machine rooms.
    rooms: Vec<RoomCount>,
    /// Departments with systems, most unjustified first.
    departments: Vec<DepartmentCount>,
}

fn counted(standings: &[(Standing, i64)], op: &Op) -> Vec<StandingCount> {
    standings
        .iter()
        .map(|(standing, count)| {
            let (zh, en) = standing.label();
            StandingCount {
                standing: standing.code().to_owned(),
                label: op.language.pick(zh, en).to_owned(),
                count: *count,
            }
        })
        .collect()
}

fn rates(rates: rules::Rates) -> RatesView {
    RatesView { raw: rates.raw.into(), net: rates.net.into() }
}

/// `GET /figures`
pub(crate) async fn get_figures(asking: Asking, mut parameters: Parameters) -> Answer<Json<Figures>> {
    let within = lists::within(&asking, &mut parameters).await?;
    let Asking { services, op, .. } = asking;
    let found = figures::overview(&services, &op, within.as_deref()).await?;
    Ok(Json(Figures {
        today: found.today.to_string(),
        standings: counted(&found.standings, &op),
        waiting_for_evaluation: found.waiting,
        rates: rates(found.rates),
        deadlines: found.deadlines.into(),
        exceptions: found.exceptions.into(),
        rooms: found
            .rooms
            .into_iter()
            .map(|(code, count)| RoomCount { recognition: Some(code).filter(|code| !code.is_empty()), count })
            .collect(),
        departments: found
            .departments
            .into_iter()
            .map(|department| DepartmentCount {
                id: department.id.to_string(),
                name: department.name,
                rates: rates(department.rates),
                unjustified: department.unjustified,
                standings: counted(&department.standings, &op),
            })
            .collect(),
    }))
}
