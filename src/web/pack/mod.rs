//! Rules and pack: every rule in words with its hits, and the limits and thresholds in force.

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{BadgeView, TableView};
use crate::record::FactView;
use crate::shell::Shell;
use crate::words::L;

/// A rule.
#[derive(Clone, Debug, Default)]
pub struct RuleView {
    /// `CBD-01`.
    pub code: String,
    /// What it says, a sentence.
    pub sentence: String,
    /// The clause.
    pub clause: String,
    /// What remedies it.
    pub remedy: String,
    /// How grave.
    pub severity: BadgeView,
    /// Open flags.
    pub hits: u64,
    /// The list of them.
    pub hits_href: String,
    /// Not evaluated: the pack switched it off, or its facts are not kept.
    pub off: Option<String>,
}

/// Rules and pack.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "pack.html")]
pub struct PackPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The rule itself, in its legal words.
    pub principle: String,
    /// Where it is written.
    pub source: String,
    /// Rules.
    pub rules: Vec<RuleView>,
    /// Limits, thresholds, calendar.
    pub settings: Vec<FactView>,
    /// Standings: word, when, how many systems.
    pub standings: TableView,
}
