//! Workspaces: what stands on the cloud for whom, live; and how clusters are reached.

pub(crate) mod access;
pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::BadgeView;
use crate::record::{FactView, RecordView};
use crate::shell::Shell;
use crate::words::L;

/// How much of one resource is used.
#[derive(Clone, Debug)]
pub struct UsageView {
    /// The resource.
    pub name: String,
    /// Used, of which limit.
    pub text: String,
}

/// One aspect of a workspace.
#[derive(Clone, Debug)]
pub struct AspectView {
    /// The aspect.
    pub word: String,
    /// How it is.
    pub state: BadgeView,
    /// Why.
    pub note: String,
}

/// What changes while one looks.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "workspace-live.html")]
pub struct WorkspaceLive {
    /// The words.
    pub l: L,
    /// Address of the workspace.
    pub path: String,
    /// Where it is.
    pub state: BadgeView,
    /// What its cluster says.
    pub message: String,
    /// Its aspects.
    pub aspects: Vec<AspectView>,
    /// What it uses.
    pub usage: Vec<UsageView>,
    /// What was changed and put back.
    pub drift: Vec<String>,
}

impl askama::filters::HtmlSafe for WorkspaceLive {}

/// The page of a workspace.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "workspace.html")]
pub struct WorkspacePage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// What every record has.
    pub record: RecordView,
    /// What changes while one looks.
    pub live: WorkspaceLive,
    /// Facts.
    pub facts: Vec<FactView>,
    /// Commands for those who have access.
    pub commands: Vec<String>,
}
