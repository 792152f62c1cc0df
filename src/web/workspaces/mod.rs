//! Workspaces: what stands on the cloud for whom, live; and how clusters are reached.

pub(crate) mod access;
pub(crate) mod handlers;
pub(crate) mod life;

pub(crate) use life::exit_badge;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{BadgeView, FieldView, Hidden};
use crate::record::{FactView, RecordView};
use crate::requests::{DecisionView, MoveButton};
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

/// The freeze of a workspace.
#[derive(Clone, Debug)]
pub struct FrozenLine {
    /// Frozen, or not yet free again.
    pub badge: BadgeView,
    /// By whom, since when, why.
    pub text: String,
    /// Whether its cluster has it.
    pub note: String,
}

/// The newest exit of a workspace.
#[derive(Clone, Debug)]
pub struct ExitLine {
    /// Where it stands.
    pub badge: BadgeView,
    /// Its number.
    pub number: String,
    /// What it waits for.
    pub text: String,
}

/// Something that is decided about a workspace: what stands, what the reader can do.
#[derive(Clone, Debug)]
pub struct StepForm {
    /// Its anchor.
    pub id: &'static str,
    /// Its heading.
    pub title: String,
    /// What it means.
    pub lead: String,
    /// Where it is sent.
    pub action: String,
    /// Sent along.
    pub hidden: Vec<Hidden>,
    /// What was said so far.
    pub facts: Vec<FactView>,
    /// What is asked.
    pub fields: Vec<FieldView>,
    /// What can be done; nothing for those who only look.
    pub buttons: Vec<MoveButton>,
    /// What was decided so far, newest first.
    pub decisions: Vec<DecisionView>,
}

/// What changes while one looks.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "workspace-live.html")]
pub struct WorkspaceLive {
    /// The words.
    pub l: L,
    /// Address of the workspace.
    pub path: String,
    /// What was seen: another by now, and the whole page is drawn anew.
    pub seen: String,
    /// Where it is.
    pub state: BadgeView,
    /// Its freeze.
    pub frozen: Option<FrozenLine>,
    /// Its exit.
    pub exit: Option<ExitLine>,
    /// It is gone, as it should be: what its cluster said of it is history.
    pub is_over: bool,
    /// Its cluster no longer has it.
    pub is_missing: bool,
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
    /// Workspaces that ask for consent to talk with this one.
    pub asking: Vec<String>,
    /// Where a change of it is asked for.
    pub change: String,
    /// Freeze and exit.
    pub forms: Vec<StepForm>,
}
