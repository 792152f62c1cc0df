//! Figures: charts (drawn by ECharts from data attributes, a table without scripts), stacked bars and meters (SVG).

use askama::Template;
use serde::Serialize;

use crate::words::L;

/// The kinds of charts the custom ECharts build holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChartKind {
    /// Values over time.
    Line,
    /// Values by category.
    Bar,
}

/// One line or one set of bars.
#[derive(Clone, Debug, Serialize)]
pub struct SeriesView {
    /// Its name.
    pub name: String,
    /// Its values, one for each label; nothing where nothing is known.
    pub values: Vec<Option<f64>>,
    /// Its colour: a word of the style sheet (`accent`, `violet`, `bad`, `warn`, `muted`).
    pub tone: &'static str,
    /// The lists behind its values.
    pub hrefs: Vec<String>,
}

/// A chart with its data.
#[derive(Template, Clone, Debug)]
#[template(path = "parts/chart.html")]
pub struct ChartView {
    /// The words.
    pub l: L,
    /// Line or bars.
    pub kind: ChartKind,
    /// What it shows.
    pub title: String,
    /// The unit of the values (`%`, or nothing).
    pub unit: String,
    /// Categories.
    pub labels: Vec<String>,
    /// Values.
    pub series: Vec<SeriesView>,
}

impl ChartView {
    fn kind_name(&self) -> &'static str {
        match self.kind {
            ChartKind::Line => "line",
            ChartKind::Bar => "bar",
        }
    }

    fn labels_json(&self) -> String {
        serde_json::to_string(&self.labels).unwrap_or_default()
    }

    fn series_json(&self) -> String {
        serde_json::to_string(&self.series).unwrap_or_default()
    }

    fn rows(&self) -> impl Iterator<Item = (usize, &String)> {
        self.labels.iter().enumerate()
    }

    fn href<'s>(&self, series: &'s SeriesView, at: &usize) -> Option<&'s String> {
        series.hrefs.get(*at)
    }

    fn value(&self, series: &SeriesView, at: &usize) -> String {
        match series.values.get(*at) {
            Some(Some(value)) => format!("{value}{}", self.unit),
            _ => "–".to_owned(),
        }
    }
}

/// One part of a stacked bar.
#[derive(Clone, Debug, Default)]
pub struct SegmentView {
    /// The code of the standing: icon and colour follow from it.
    pub code: String,
    /// Its word.
    pub label: String,
    /// How many.
    pub count: u64,
    /// The list behind it.
    pub href: String,
}

/// Standings as one stacked bar with a legend that leads to the lists.
#[derive(Template, Clone, Debug)]
#[template(path = "parts/stack.html")]
pub struct StackView {
    /// The words.
    pub l: L,
    /// What it shows, for screen readers.
    pub title: String,
    /// The parts, in order.
    pub segments: Vec<SegmentView>,
    /// Without the legend: for rows.
    pub bare: bool,
}

impl StackView {
    /// All together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.segments.iter().map(|segment| segment.count).sum()
    }

    /// Start and width of each part, in thousandths.
    fn spans(&self) -> Vec<(String, u64, u64)> {
        let total = self.total().max(1);
        let mut sum = 0;
        let mut spans = Vec::with_capacity(self.segments.len());
        for segment in &self.segments {
            let start = sum * 1000 / total;
            sum += segment.count;
            spans.push((segment.code.clone(), start, sum * 1000 / total - start));
        }
        spans
    }

    fn share(&self, count: &u64) -> String {
        let permille = (*count * 1000 + self.total() / 2) / self.total().max(1);
        format!("{}.{}%", permille / 10, permille % 10)
    }

    fn icon_of(&self, code: &str) -> Option<&'static str> {
        super::STANDINGS.iter().find(|(known, _)| *known == code).map(|(_, icon)| *icon)
    }
}

/// A share as a small bar with its number.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "parts/meter.html")]
pub struct MeterView {
    /// The share, 0 to 100.
    pub percent: u64,
    /// The number beside it.
    pub text: String,
    /// Its colour.
    pub tone: super::Tone,
}
