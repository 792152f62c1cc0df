//! Error pages: what is wrong, where, what would be right, the way back, the request id.

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::LinkView;
use crate::shell::Shell;
use crate::words::L;

/// An error page. The handler sets the status; the words for a status come from [`ProblemPage::new`].
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// What surrounds it: its title is the problem in a few words, its request id is shown large.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The HTTP status.
    pub status: u16,
    /// The stable code of the problem, for those who ask for help.
    pub code: String,
    /// What is wrong.
    pub wrong: String,
    /// What would be right.
    pub right: String,
    /// Details: field and message.
    pub details: Vec<(String, String)>,
    /// Ways back.
    pub ways: Vec<LinkView>,
}

impl ProblemPage {
    /// The page of a status with its general words; `wrong` and `right` can be made more exact afterwards.
    #[must_use]
    pub fn new(mut shell: Shell, status: u16) -> ProblemPage {
        let l = shell.l;
        let (title, wrong, right) = match status {
            400 | 422 => ("problem-input", "problem-input-wrong", "problem-input-right"),
            401 => ("problem-sign-in", "problem-sign-in-wrong", "problem-sign-in-right"),
            403 => ("problem-denied", "problem-denied-wrong", "problem-denied-right"),
            404 => ("problem-missing", "problem-missing-wrong", "problem-missing-right"),
            409 | 412 => ("problem-conflict", "problem-conflict-wrong", "problem-conflict-right"),
            413 => ("problem-large", "problem-large-wrong", "problem-large-right"),
            429 | 503 => ("problem-busy", "problem-busy-wrong", "problem-busy-right"),
            _ => ("problem-own", "problem-own-wrong", "problem-own-right"),
        };
        shell.title = l.t(title);
        ProblemPage {
            l,
            shell,
            status,
            code: String::new(),
            wrong: l.t(wrong),
            right: l.t(right),
            details: Vec::new(),
            ways: vec![LinkView::new(l.t("problem-home"), "/")],
        }
    }
}
