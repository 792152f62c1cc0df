//! The form page, written once for every entity: one column, grouped, an outline beside it, errors at the field and
//! summed at the top; a stale version shows both.

mod fields;
pub(crate) mod handler;
pub(crate) mod lookup;
pub(crate) mod remove;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{FieldView, Hidden};
use crate::shell::Shell;
use crate::words::L;

/// Fields that belong together.
#[derive(Clone, Debug, Default)]
pub struct FormGroup {
    /// Its anchor.
    pub id: String,
    /// Its word.
    pub title: String,
    /// A sentence about it.
    pub help: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
}

/// A field that two people changed.
#[derive(Clone, Debug, Default)]
pub struct ConflictRow {
    /// The field.
    pub label: String,
    /// As it is stored now.
    pub theirs: String,
    /// As it was typed here.
    pub yours: String,
}

/// Somebody was faster.
#[derive(Clone, Debug, Default)]
pub struct ConflictView {
    /// "Changed by 李静 at 14:02, while you were editing".
    pub text: String,
    /// The fields that differ.
    pub rows: Vec<ConflictRow>,
    /// The version stored now: sent as `over` by "keep mine".
    pub version: String,
    /// The record as stored.
    pub href: String,
}

/// A form.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "form.html")]
pub struct FormPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// A sentence under the title.
    pub lead: String,
    /// Where it is posted.
    pub action: String,
    /// Sent along: the version.
    pub hidden: Vec<Hidden>,
    /// Its groups.
    pub groups: Vec<FormGroup>,
    /// Errors that belong to no field.
    pub errors: Vec<String>,
    /// Somebody was faster.
    pub conflict: Option<ConflictView>,
    /// The word on the button.
    pub submit: String,
    /// Destructive: the button is red.
    pub danger: bool,
    /// The way out.
    pub cancel: String,
    /// Holds files.
    pub files: bool,
}

impl FormPage {
    /// A form with a button and a way out.
    #[must_use]
    pub fn new(shell: Shell, action: impl Into<String>, cancel: impl Into<String>) -> FormPage {
        FormPage {
            l: shell.l,
            submit: shell.l.t("save"),
            shell,
            lead: String::new(),
            action: action.into(),
            hidden: Vec::new(),
            groups: Vec::new(),
            errors: Vec::new(),
            conflict: None,
            danger: false,
            cancel: cancel.into(),
            files: false,
        }
    }

    fn wrong(&self) -> Vec<&FieldView> {
        self.groups.iter().flat_map(|group| &group.fields).filter(|field| field.error.is_some()).collect()
    }

    fn wrong_count(&self) -> u64 {
        (self.wrong().len() + self.errors.len()) as u64
    }
}
