//! The record page, written once for every entity. It answers four questions at the top (what is it, how does it stand
//! and why, what must be done next and by when, who answers for it); fields, related lists and history come below.

pub(crate) mod handler;
pub(crate) mod view;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{ActionView, BadgeView, CellView, DeadlineView, HistoryView, LinkView, TableView, Tone};
use crate::shell::Shell;
use crate::words::L;

/// One of the four answers.
#[derive(Clone, Debug, Default)]
pub struct AnswerView {
    /// The question in two or three words.
    pub question: String,
    /// The answer.
    pub text: String,
    /// A second line.
    pub note: String,
    /// Where to read more.
    pub link: Option<LinkView>,
    /// A deadline.
    pub due: Option<DeadlineView>,
    /// Its colour.
    pub tone: Tone,
}

/// One field of a record.
#[derive(Clone, Debug, Default)]
pub struct FactView {
    /// The field's label.
    pub label: String,
    /// Its value.
    pub value: CellView,
    /// Asked for and not known: marked.
    pub missing: bool,
    /// Takes the whole width: long texts.
    pub wide: bool,
}

impl FactView {
    /// A field with its value.
    #[must_use]
    pub fn new(label: impl Into<String>, value: CellView) -> FactView {
        FactView { label: label.into(), value, missing: false, wide: false }
    }

    /// A field that is asked for and not known.
    #[must_use]
    pub fn missing(label: impl Into<String>) -> FactView {
        FactView { label: label.into(), value: CellView::Empty, missing: true, wide: false }
    }

    /// Over the whole width.
    #[must_use]
    pub fn wide(self) -> FactView {
        FactView { wide: true, ..self }
    }
}

/// Fields that belong together.
#[derive(Clone, Debug, Default)]
pub struct FactGroup {
    /// Its anchor.
    pub id: String,
    /// Its word.
    pub title: String,
    /// Its fields.
    pub facts: Vec<FactView>,
}

/// Records that belong to this one.
#[derive(Clone, Debug)]
pub struct RelatedView {
    /// Its anchor.
    pub id: String,
    /// Its word.
    pub title: String,
    /// How many in all.
    pub count: String,
    /// The first of them.
    pub table: TableView,
    /// All of them.
    pub more: Option<String>,
    /// To add one.
    pub add: Option<ActionView>,
}

/// What is asked for and not known.
#[derive(Clone, Debug, Default)]
pub struct MissingView {
    /// "7 of 46 fields are missing".
    pub text: String,
    /// How complete, 0 to 100.
    pub percent: u64,
    /// The missing ones, leading to the form.
    pub items: Vec<LinkView>,
}

/// A record.
#[derive(Clone, Debug)]
pub struct RecordView {
    /// Its code or number.
    pub code: String,
    /// Badges beside the name.
    pub badges: Vec<BadgeView>,
    /// A sentence under the name: department, kind.
    pub lead: String,
    /// Actions; at most one is primary.
    pub actions: Vec<ActionView>,
    /// More actions, behind one button.
    pub more: Vec<ActionView>,
    /// The four answers.
    pub answers: Vec<AnswerView>,
    /// Fields.
    pub groups: Vec<FactGroup>,
    /// Related lists.
    pub related: Vec<RelatedView>,
    /// What is missing.
    pub missing: Option<MissingView>,
    /// History.
    pub history: HistoryView,
}

impl RecordView {
    /// A record with nothing but its code.
    #[must_use]
    pub fn new(l: L, code: impl Into<String>) -> RecordView {
        RecordView {
            code: code.into(),
            badges: Vec::new(),
            lead: String::new(),
            actions: Vec::new(),
            more: Vec::new(),
            answers: Vec::new(),
            groups: Vec::new(),
            related: Vec::new(),
            missing: None,
            history: HistoryView { l, entries: Vec::new(), more: None },
        }
    }
}

/// The page of a record.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "record.html")]
pub struct RecordPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The record.
    pub record: RecordView,
}
