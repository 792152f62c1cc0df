//! Tables: the same for lists, related records, previews and reports.

use askama::Template;

use super::{ActionView, CellView};
use crate::words::L;

/// How a column is sorted now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sorted {
    /// Not by this column.
    #[default]
    No,
    /// Ascending.
    Up,
    /// Descending.
    Down,
}

/// The link in a header that sorts by the column.
#[derive(Clone, Debug)]
pub struct SortView {
    /// The address of the list sorted so.
    pub href: String,
    /// How it is sorted now.
    pub sorted: Sorted,
}

/// A column.
#[derive(Clone, Debug, Default)]
pub struct ColumnView {
    /// The header.
    pub label: String,
    /// The unit, shown small.
    pub unit: String,
    /// Right-aligned: numbers.
    pub right: bool,
    /// Sortable.
    pub sort: Option<SortView>,
}

impl ColumnView {
    /// A column with a header.
    #[must_use]
    pub fn new(label: impl Into<String>) -> ColumnView {
        ColumnView { label: label.into(), ..ColumnView::default() }
    }

    /// A column of numbers.
    #[must_use]
    pub fn right(label: impl Into<String>) -> ColumnView {
        ColumnView { label: label.into(), right: true, ..ColumnView::default() }
    }
}

/// A row.
#[derive(Clone, Debug, Default)]
pub struct RowView {
    /// Its cells, one for each column. The first link among them is where `Enter` goes.
    pub cells: Vec<CellView>,
    /// Set apart: a total, a stale line, a refused row; `stacks` puts the cells below each other where it is narrow.
    pub class: &'static str,
}

impl RowView {
    /// A row of cells.
    #[must_use]
    pub fn new(cells: Vec<CellView>) -> RowView {
        RowView { cells, class: "" }
    }
}

/// What an empty list says, and the first step it offers.
#[derive(Clone, Debug, Default)]
pub struct EmptyView {
    /// The icon.
    pub icon: &'static str,
    /// What is the case.
    pub title: String,
    /// Why, or what to do.
    pub text: String,
    /// The first step.
    pub action: Option<ActionView>,
}

/// A table.
#[derive(Template, Clone, Debug)]
#[template(path = "parts/table.html")]
pub struct TableView {
    /// The words.
    pub l: L,
    /// What it shows, for screen readers.
    pub caption: String,
    /// Columns.
    pub columns: Vec<ColumnView>,
    /// Rows.
    pub rows: Vec<RowView>,
    /// What an empty one says.
    pub empty: String,
}

impl TableView {
    /// An empty table with columns.
    #[must_use]
    pub fn new(l: L, caption: impl Into<String>, columns: Vec<ColumnView>) -> TableView {
        TableView { l, caption: caption.into(), columns, rows: Vec::new(), empty: String::new() }
    }

    /// With rows.
    #[must_use]
    pub fn with_rows(mut self, rows: Vec<RowView>) -> TableView {
        self.rows = rows;
        self
    }

    /// With words for the case that there is nothing.
    #[must_use]
    pub fn with_empty(mut self, empty: impl Into<String>) -> TableView {
        self.empty = empty.into();
        self
    }

    /// The cells of a row, each with whether it stands at the right edge of its column.
    fn aligned<'r>(&self, row: &'r RowView) -> Vec<(bool, &'r CellView)> {
        let right = |at: usize| self.columns.get(at).is_some_and(|column| column.right);
        row.cells.iter().enumerate().map(|(at, cell)| (cell.right() || right(at), cell)).collect()
    }

    fn keys(&self) -> bool {
        self.columns.iter().any(|column| column.sort.is_some())
    }
}
