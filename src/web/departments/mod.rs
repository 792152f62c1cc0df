//! The page of a department: its whole situation on one screen.

pub(crate) mod handler;

use askama::Template;
use askama_web::WebTemplate;

use crate::overview::RateView;
use crate::parts::{StackView, TableView};
use crate::record::RecordView;
use crate::shell::Shell;
use crate::words::L;

/// The page of a department.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "department.html")]
pub struct DepartmentPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// What every record has; its related lists hold rooms, people and departments below it.
    pub record: RecordView,
    /// Net and raw rate.
    pub rates: Vec<RateView>,
    /// Standings of its systems.
    pub standings: StackView,
    /// Systems that need a decision, by deadline.
    pub due: TableView,
    /// All of them.
    pub due_href: String,
}
