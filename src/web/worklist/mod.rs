//! The worklist: what waits for me by deadline, what I asked for and where it stands, what changed since yesterday.

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{ActionView, BadgeView, DeadlineView};
use crate::shell::Shell;
use crate::words::L;

/// Something that waits.
#[derive(Clone, Debug, Default)]
pub struct TaskView {
    /// Its icon.
    pub icon: &'static str,
    /// What is to be done.
    pub what: String,
    /// About which record.
    pub subject: String,
    /// The record.
    pub href: String,
    /// Whose it is, or why.
    pub note: String,
    /// By when.
    pub due: Option<DeadlineView>,
    /// What to do.
    pub action: Option<ActionView>,
}

/// Tasks that belong together: overdue, this week, later.
#[derive(Clone, Debug, Default)]
pub struct TaskGroup {
    /// Its word.
    pub title: String,
    /// How many there are in all.
    pub count: u64,
    /// The first of them.
    pub tasks: Vec<TaskView>,
    /// All of them.
    pub more: Option<String>,
}

/// Something I asked for.
#[derive(Clone, Debug)]
pub struct AskedView {
    /// Its number.
    pub number: String,
    /// What it is about.
    pub subject: String,
    /// The record.
    pub href: String,
    /// Its state.
    pub state: BadgeView,
    /// Where it lies, and until when.
    pub note: String,
}

/// Something that changed.
#[derive(Clone, Debug)]
pub struct NewsView {
    /// When.
    pub when: String,
    /// What, in a sentence.
    pub text: String,
    /// The record.
    pub href: String,
    /// The icon.
    pub icon: &'static str,
}

/// The worklist.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "worklist.html")]
pub struct WorklistPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The greeting sentence: how many wait, how many are overdue.
    pub lead: String,
    /// What waits.
    pub groups: Vec<TaskGroup>,
    /// What I asked for.
    pub asked: Vec<AskedView>,
    /// What changed.
    pub news: Vec<NewsView>,
    /// First steps, when the register is still empty.
    pub first_steps: Vec<ActionView>,
}
