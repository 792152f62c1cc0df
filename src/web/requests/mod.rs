//! The desk: requests to move and to stay. One page follows a request like a parcel: where it stands, what it asks for, what was
//! decided and why, what the reader can do now.

pub(crate) mod evidence;
pub(crate) mod forms;
pub(crate) mod handlers;
pub(crate) mod moving;
mod plan;
mod view;

pub(crate) use view::{class_of, decision_view, delivery_badge, drift_line};

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{BadgeView, CellView, FieldView, OptionView};
use crate::record::{FactView, RecordView};
use crate::shell::Shell;
use crate::words::L;

/// A step of the way.
#[derive(Clone, Debug)]
pub struct StageView {
    /// Its word.
    pub word: String,
    /// `done`, `now`, or nothing for what is ahead.
    pub class: &'static str,
    /// Who and when.
    pub note: String,
}

/// A field that a plan changes.
#[derive(Clone, Debug)]
pub struct ChangeLine {
    /// What it is, in words where there are words.
    pub what: String,
    /// Object and field, as the cluster names them.
    pub place: String,
    /// As it was.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// What a plan changes.
#[derive(Clone, Debug)]
pub struct ChangesView {
    /// Of what: of what stands, of what was looked at before.
    pub title: String,
    /// A sentence about it, before the fields.
    pub text: String,
    /// The fields.
    pub lines: Vec<ChangeLine>,
    /// Everything is new: there is no before.
    pub is_new: bool,
}

/// Somebody whom a workspace talks with.
#[derive(Clone, Debug)]
pub struct PeerLine {
    /// As people write it.
    pub peer: String,
    /// Whether it agrees.
    pub told: String,
    /// It has not agreed.
    pub is_open: bool,
}

/// What an environment gets.
#[derive(Clone, Debug)]
pub struct DeliveryCard {
    /// Its heading.
    pub title: String,
    /// Where it is.
    pub state: BadgeView,
    /// Facts: size, name, cluster, end.
    pub facts: Vec<FactView>,
    /// What went wrong, or what the provider said.
    pub message: String,
    /// What keeps the plan from being carried out.
    pub problems: Vec<String>,
    /// The cluster's capacity: resource, declared, reserved, in use, free, asked for.
    pub capacity: Vec<[String; 6]>,
    /// What its plan changes.
    pub changes: Vec<ChangesView>,
    /// Whom it talks with.
    pub peers: Vec<PeerLine>,
    /// Every object and its text, for those who decide or operate.
    pub objects: Vec<(String, String)>,
    /// What was changed in it and put back.
    pub drift: Vec<String>,
    /// The page of the workspace.
    pub href: Option<String>,
    /// Its plan is written as files and waits to be applied to its cluster.
    pub by_files: bool,
    /// Where the provider's delivery is confirmed.
    pub confirm: Option<String>,
}

/// A move on a button.
#[derive(Clone, Debug)]
pub struct MoveButton {
    /// Sent.
    pub value: &'static str,
    /// Shown.
    pub label: String,
    /// Its class.
    pub class: &'static str,
}

/// What changes while one looks: steps and deliveries.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "request-live.html")]
pub struct LivePart {
    /// The words.
    pub l: L,
    /// Address of the request.
    pub path: String,
    /// Asked for again by itself.
    pub is_live: bool,
    /// The way.
    pub stages: Vec<StageView>,
    /// A sentence on what happens now.
    pub now: String,
    /// Environments that are no longer asked for, in a sentence; empty for none.
    pub dropped: String,
    /// What is asked for.
    pub deliveries: Vec<DeliveryCard>,
}

impl askama::filters::HtmlSafe for LivePart {}

/// A file that proves a step.
#[derive(Clone, Debug)]
pub struct FileView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub href: String,
    /// Step, size, who, when.
    pub note: String,
    /// First characters of its SHA-256.
    pub hash: String,
}

/// A decision.
#[derive(Clone, Debug)]
pub struct DecisionView {
    /// What was done.
    pub what: String,
    /// Who and when.
    pub who: String,
    /// Why.
    pub why: String,
}

/// The page of a request.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "request.html")]
pub struct RequestPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// What every record has.
    pub record: RecordView,
    /// What changes while one looks.
    pub live: LivePart,
    /// Address of the request.
    pub path: String,
    /// Why it is asked for.
    pub facts: Vec<FactView>,
    /// What could go wrong, in words.
    pub risks: Vec<String>,
    /// Eight characters of the hash that an approval is bound to; empty without a plan.
    pub hash: String,
    /// The whole hash, sent along.
    pub plan_hash: String,
    /// The state that was looked at, sent along.
    pub seen_state: String,
    /// What the reader can do now.
    pub moves: Vec<MoveButton>,
    /// Reason and day.
    pub move_fields: Vec<FieldView>,
    /// The decisions.
    pub decisions: Vec<DecisionView>,
    /// The files.
    pub files: Vec<FileView>,
    /// Where a file is sent.
    pub evidence_action: String,
    /// Steps that a file may prove; none when the reader may attach none.
    pub steps: Vec<OptionView>,
}

/// A cell, for templates that print facts.
pub(crate) fn fact(label: impl Into<String>, text: impl Into<String>) -> FactView {
    let text = text.into();
    FactView::new(label, if text.is_empty() { CellView::Empty } else { CellView::text(text) })
}
