//! Parts that pages are made of: plain data with a small template each. A part prints itself, so a template just
//! writes `{{ badge }}`.

mod action;
mod badge;
mod cell;
mod chart;
mod deadline;
mod field;
mod filter;
mod history;
mod table;

pub use action::{ActionKind, ActionView, ActionWay, LinkView};
pub use badge::{BadgeView, STANDINGS, Tone};
pub use cell::CellView;
pub use chart::{ChartKind, ChartView, MeterView, SegmentView, SeriesView, StackView};
pub use deadline::DeadlineView;
pub use field::{FieldKind, FieldView, OptionView};
pub use filter::{ChipView, ColumnChoice, FilterKind, FilterView, Hidden};
pub use history::{ChangeView, HistoryEntry, HistoryView};
pub use table::{ColumnView, EmptyView, RowView, SortView, Sorted, TableView};

/// Marks parts as safe to print unescaped: their own templates have escaped what is inside.
macro_rules! printable {
    ($($part:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $part {})+ };
}
printable!(
    ActionView,
    BadgeView,
    CellView,
    ChartView,
    MeterView,
    StackView,
    DeadlineView,
    FieldView,
    HistoryView,
    TableView,
    Icon
);

/// One icon of the sprite. Decoration only: a word always stands beside it, or the control has a label.
#[derive(Clone, Copy, Debug)]
pub struct Icon(&'static str);

impl std::fmt::Display for Icon {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, r##"<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>"##, *SPRITE, self.0)
    }
}

impl askama::FastWritable for Icon {
    fn write_into(&self, dest: &mut dyn std::fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        write!(dest, "{self}").map_err(askama::Error::from)
    }
}

static SPRITE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| crate::asset("icons.svg"));

/// An icon by its name in `assets/icons.txt`.
#[must_use]
pub const fn icon(name: &'static str) -> Icon {
    Icon(name)
}
