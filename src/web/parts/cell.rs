//! Cells of tables and values of records: one kind for each way a value is shown.

use askama::Template;

use super::{ActionView, BadgeView, DeadlineView, MeterView, Tone};

/// A value as it is shown.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "parts/cell.html")]
pub enum CellView {
    /// Nothing is known: shown muted.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// Text in grey: something of second rank.
    Muted(String),
    /// A code, a number of a document: monospaced.
    Code(String),
    /// A link to another record.
    Link {
        /// The words.
        text: String,
        /// The address.
        href: String,
        /// A second, grey line or a code beside it.
        note: Option<String>,
    },
    /// A code with its colour.
    Badge(BadgeView),
    /// A date, with the exact time on hover.
    Date {
        /// What is shown.
        text: String,
        /// The exact time.
        title: String,
    },
    /// A deadline.
    Deadline(DeadlineView),
    /// A number with its unit, right-aligned.
    Number {
        /// The number, with separators.
        text: String,
        /// The unit; empty in tables, where the header has it.
        unit: String,
        /// Its colour, when it means something.
        tone: Tone,
        /// The list behind it.
        href: Option<String>,
    },
    /// Flags of a subject: how many, and how bad the worst is.
    Flags {
        /// How many.
        count: String,
        /// The worst.
        tone: Tone,
        /// The list behind it.
        href: String,
    },
    /// A share as a small bar with its number.
    Meter(MeterView),
    /// Several badges.
    Badges(Vec<BadgeView>),
    /// What can be done in this row.
    Actions(Vec<ActionView>),
    /// A refused value of an import, marked.
    Bad(String),
    /// A value before and after a change.
    Changed {
        /// Before; empty when nothing was known.
        before: String,
        /// After.
        after: String,
    },
}

impl CellView {
    /// Text; empty text is shown as missing.
    #[must_use]
    pub fn text(value: impl Into<String>) -> CellView {
        let value = value.into();
        if value.is_empty() { CellView::Empty } else { CellView::Text(value) }
    }

    /// A link.
    #[must_use]
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> CellView {
        CellView::Link { text: text.into(), href: href.into(), note: None }
    }

    /// A number.
    #[must_use]
    pub fn number(text: impl Into<String>) -> CellView {
        CellView::Number { text: text.into(), unit: String::new(), tone: Tone::Neutral, href: None }
    }

    /// A number with its unit.
    #[must_use]
    pub fn quantity(text: impl Into<String>, unit: impl Into<String>) -> CellView {
        CellView::Number { text: text.into(), unit: unit.into(), tone: Tone::Neutral, href: None }
    }

    /// A number that leads to the list behind it.
    #[must_use]
    pub fn count(text: impl Into<String>, href: impl Into<String>, tone: Tone) -> CellView {
        CellView::Number { text: text.into(), unit: String::new(), tone, href: Some(href.into()) }
    }

    /// A date.
    #[must_use]
    pub fn date(text: impl Into<String>) -> CellView {
        let text = text.into();
        CellView::Date { title: text.clone(), text }
    }

    /// Whether it stands at the right edge of its column.
    #[must_use]
    pub fn right(&self) -> bool {
        matches!(self, CellView::Number { .. } | CellView::Actions(_))
    }

    /// How it is laid out: a long text wraps, a link is cut off at the end of its line, a code is monospaced.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            CellView::Text(text) | CellView::Muted(text) if text.chars().count() > 24 => "w",
            CellView::Link { .. } => "k",
            CellView::Code(_) => "code",
            _ => "",
        }
    }
}
