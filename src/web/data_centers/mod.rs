//! The page of a machine room: load, power, recognition, and what still keeps it from closing.

pub(crate) mod handler;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{LinkView, TableView, Tone};
use crate::record::RecordView;
use crate::shell::Shell;
use crate::words::L;

/// One gauge: used of available, or a plain figure.
#[derive(Clone, Debug, Default)]
pub struct GaugeView {
    /// What is measured.
    pub label: String,
    /// The figure.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// "of 42 racks", "target 1.5".
    pub note: String,
    /// How full, 0 to 100; nothing for a plain figure.
    pub percent: Option<u64>,
    /// Its colour.
    pub tone: Tone,
}

/// One step on the way to closing.
#[derive(Clone, Debug, Default)]
pub struct StageView {
    /// Its word.
    pub label: String,
    /// When it was reached, or is expected.
    pub when: String,
    /// Reached.
    pub done: bool,
    /// Where the room is now.
    pub now: bool,
}

/// The page of a machine room.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "data-center.html")]
pub struct DataCenterPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// What every record has.
    pub record: RecordView,
    /// Load and power.
    pub gauges: Vec<GaugeView>,
    /// The way to closing; empty when the room is not to close.
    pub stages: Vec<StageView>,
    /// Why it cannot close yet, a sentence.
    pub blocked: String,
    /// What runs in it: systems and their standing.
    pub blockers: TableView,
    /// All of them.
    pub blockers_link: Option<LinkView>,
}
