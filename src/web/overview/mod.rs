//! The overview: how far the city is, for a leader in two minutes. Every figure leads to the list behind it.

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{ChartView, StackView, TableView, Tone};
use crate::shell::Shell;
use crate::words::L;

/// A rate with its two counts.
#[derive(Clone, Debug, Default)]
pub struct RateView {
    /// Its name.
    pub label: String,
    /// The percentage, without the sign.
    pub percent: String,
    /// The count above the line.
    pub above: String,
    /// The list behind it.
    pub above_href: String,
    /// The count below the line.
    pub below: String,
    /// The list behind it.
    pub below_href: String,
    /// What is counted, in words.
    pub how: String,
    /// The change since the last frozen month; empty when there is none.
    pub change: String,
}

/// One figure.
#[derive(Clone, Debug, Default)]
pub struct FigureView {
    /// What it counts.
    pub label: String,
    /// The number.
    pub value: String,
    /// The list behind it.
    pub href: String,
    /// A second line.
    pub note: String,
    /// Its colour.
    pub tone: Tone,
}

/// The overview.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "overview.html")]
pub struct OverviewPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// "As of 23 November 2026, 09:30".
    pub as_of: String,
    /// Net and raw rate.
    pub rates: Vec<RateView>,
    /// A few figures: undecided, overdue, exceptions running out, rooms to close.
    pub figures: Vec<FigureView>,
    /// Standings of all systems.
    pub standings: StackView,
    /// Charts: trend, deadlines by age, exceptions by expiry.
    pub charts: Vec<ChartView>,
    /// Departments.
    pub departments: TableView,
    /// All departments.
    pub departments_href: String,
    /// Rooms.
    pub rooms: TableView,
    /// All rooms.
    pub rooms_href: String,
}
