//! The list page, written once for every entity: search, filters, chips, columns, sort, export, paging. The address
//! bar is the view; without scripts the same form is sent and the same links are followed.

pub(crate) mod asked;
pub(crate) mod columns;
mod filters;
pub(crate) mod handler;
mod place;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{
    ActionView, ChipView, ColumnChoice, EmptyView, FilterKind, FilterView, Hidden, LinkView, TableView,
};
use crate::shell::Shell;
use crate::words::L;

/// A list.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "list.html")]
pub struct ListPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// "1,234" or "10,000+".
    pub count: String,
    /// One sentence below the title: what this list is, or that some rows are being evaluated anew.
    pub lead: String,
    /// Actions; at most one is primary.
    pub actions: Vec<ActionView>,
    /// The address of the list without its query.
    pub path: String,
    /// What is searched for within the list; nothing when it cannot be searched.
    pub search: Option<String>,
    /// Filters.
    pub filters: Vec<FilterView>,
    /// Where the choices of filters and their counts come from, when the first drop-down opens; nothing when they are here.
    pub fill: Option<String>,
    /// Conditions in force.
    pub chips: Vec<ChipView>,
    /// The list without any condition.
    pub clear: String,
    /// What the form must carry on: sort and columns.
    pub hidden: Vec<Hidden>,
    /// Columns to choose from; empty when they are fixed.
    pub columns: Vec<ColumnChoice>,
    /// What the column form must carry on: search, filters, sort.
    pub column_hidden: Vec<Hidden>,
    /// Files of exactly this list.
    pub exports: Vec<LinkView>,
    /// The rows.
    pub table: TableView,
    /// What to say instead, when there are none.
    pub empty: Option<EmptyView>,
    /// "1–50 of 1,234".
    pub range: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

impl ListPage {
    /// What a list without rows says: that nothing fits what was chosen, or, when nothing was chosen, these words.
    pub fn say_nothing(&mut self, icon: &'static str, title: &str, text: &str) {
        let (title, text) = if self.chips.is_empty() { (title, text) } else { ("list-none", "list-none-text") };
        self.empty = Some(EmptyView { icon, title: self.l.t(title), text: self.l.t(text), action: None });
    }

    /// A list with nothing around its table yet.
    #[must_use]
    pub fn new(shell: Shell, path: impl Into<String>, table: TableView) -> ListPage {
        let path = path.into();
        ListPage {
            l: shell.l,
            shell,
            count: String::new(),
            lead: String::new(),
            actions: Vec::new(),
            clear: path.clone(),
            path,
            search: None,
            filters: Vec::new(),
            fill: None,
            chips: Vec::new(),
            hidden: Vec::new(),
            columns: Vec::new(),
            column_hidden: Vec::new(),
            exports: Vec::new(),
            table,
            empty: None,
            range: String::new(),
            previous: None,
            next: None,
        }
    }

    fn pinned(&self) -> impl Iterator<Item = &FilterView> {
        self.filters.iter().filter(|filter| filter.pinned)
    }

    fn others(&self) -> impl Iterator<Item = &FilterView> {
        self.filters.iter().filter(|filter| !filter.pinned)
    }

    fn others_chosen(&self) -> u64 {
        self.others().map(|filter| filter.chosen).sum()
    }

    fn has_others(&self) -> bool {
        self.filters.iter().any(|filter| !filter.pinned)
    }
}
