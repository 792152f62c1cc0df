//! Actions and links: what a person can do from here.

use askama::Template;

use super::Hidden;

/// How loud an action is. A page has at most one primary action.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ActionKind {
    /// The one thing to do here.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// Something that takes away.
    Danger,
    /// Looks like a link: for rows.
    Quiet,
}

/// How an action is sent.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum ActionWay {
    /// A link.
    #[default]
    Get,
    /// A small form with hidden values.
    Post(Vec<Hidden>),
}

/// A button or a link that does something.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "parts/action.html")]
pub struct ActionView {
    /// The word on it.
    pub label: String,
    /// Where it leads or posts to.
    pub href: String,
    /// The icon before the word.
    pub icon: Option<&'static str>,
    /// How loud.
    pub kind: ActionKind,
    /// Link or form.
    pub way: ActionWay,
    /// Asked before it is sent (scripts only; the server asks for a reason where it matters).
    pub confirm: Option<String>,
}

impl ActionView {
    /// A link.
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> ActionView {
        ActionView { label: label.into(), href: href.into(), ..ActionView::default() }
    }

    /// A posting button.
    #[must_use]
    pub fn post(label: impl Into<String>, href: impl Into<String>) -> ActionView {
        ActionView { way: ActionWay::Post(Vec::new()), ..ActionView::link(label, href) }
    }

    /// Made the primary action.
    #[must_use]
    pub fn primary(self) -> ActionView {
        ActionView { kind: ActionKind::Primary, ..self }
    }

    /// Made a destructive action.
    #[must_use]
    pub fn danger(self) -> ActionView {
        ActionView { kind: ActionKind::Danger, ..self }
    }

    /// Made a quiet action for rows.
    #[must_use]
    pub fn quiet(self) -> ActionView {
        ActionView { kind: ActionKind::Quiet, ..self }
    }

    /// With an icon.
    #[must_use]
    pub fn with_icon(self, icon: &'static str) -> ActionView {
        ActionView { icon: Some(icon), ..self }
    }

    fn class(&self) -> &'static str {
        match self.kind {
            ActionKind::Primary => "btn btn-primary",
            ActionKind::Secondary => "btn",
            ActionKind::Danger => "btn btn-danger-quiet",
            ActionKind::Quiet => "act",
        }
    }
}

/// A plain link with an optional icon.
#[derive(Clone, Debug, Default)]
pub struct LinkView {
    /// The words.
    pub label: String,
    /// The address.
    pub href: String,
    /// The icon before the words.
    pub icon: Option<&'static str>,
}

impl LinkView {
    /// A link.
    #[must_use]
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> LinkView {
        LinkView { label: label.into(), href: href.into(), icon: None }
    }
}
