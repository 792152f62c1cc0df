//! The page of a system: its standing with the reason in a sentence, its flags, its hosting drawn from the system over
//! its components to rooms and zones; then what every record has.

pub(crate) mod handler;
mod hosting;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{ActionView, BadgeView, DeadlineView, LinkView, Tone};
use crate::record::RecordView;
use crate::shell::Shell;
use crate::words::L;

/// The standing and why.
#[derive(Clone, Debug, Default)]
pub struct StandingView {
    /// The standing.
    pub badge: BadgeView,
    /// The reason, a sentence with the facts in it.
    pub sentence: String,
    /// The clause that says so.
    pub clause: Option<LinkView>,
    /// Until when it must be decided.
    pub due: Option<DeadlineView>,
    /// Since when it stands so.
    pub since: String,
    /// What can be done about it: at most two.
    pub actions: Vec<ActionView>,
    /// Second open procedures and other remarks.
    pub notes: Vec<String>,
    /// Waits for a complete evaluation.
    pub stale: bool,
}

/// One flag.
#[derive(Clone, Debug, Default)]
pub struct FlagView {
    /// The rule, `CBD-18`.
    pub rule: String,
    /// The rule's page.
    pub rule_href: String,
    /// How grave, in words.
    pub severity: String,
    /// Its colour.
    pub tone: Tone,
    /// What is wrong, a sentence with the facts in it.
    pub sentence: String,
    /// The clause.
    pub clause: String,
    /// The facts used: label and value.
    pub facts: Vec<(String, String)>,
    /// Since when.
    pub since: String,
    /// Until when it must be settled.
    pub due: Option<DeadlineView>,
    /// What can be done.
    pub actions: Vec<ActionView>,
}

/// One component in a place.
#[derive(Clone, Debug, Default)]
pub struct ComponentView {
    /// Its name.
    pub name: String,
    /// Its record.
    pub href: String,
    /// Kind and role in words.
    pub note: String,
    /// Counts for the standing: production.
    pub production: bool,
    /// Its icon.
    pub icon: &'static str,
}

/// A room or a zone, with the components in it.
#[derive(Clone, Debug, Default)]
pub struct BranchView {
    /// The room or zone.
    pub place: String,
    /// Its record.
    pub href: String,
    /// What it is: recognition, ceiling.
    pub note: String,
    /// A zone that counts as cloud.
    pub cloud: bool,
    /// Since when.
    pub since: String,
    /// The components.
    pub components: Vec<ComponentView>,
    /// How many more there are.
    pub others: u64,
}

/// Where the system runs.
#[derive(Clone, Debug, Default)]
pub struct HostingView {
    /// The places.
    pub branches: Vec<BranchView>,
    /// Only declared on the system, no components known.
    pub declared: bool,
    /// A disagreement between declared and found.
    pub conflict: Option<String>,
    /// The components of this system.
    pub href: String,
}

/// The page of a system.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "system.html")]
pub struct SystemPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// What every record has.
    pub record: RecordView,
    /// Its standing.
    pub standing: StandingView,
    /// Its open flags, the gravest first.
    pub flags: Vec<FlagView>,
    /// Where it runs.
    pub hosting: HostingView,
}
