//! The help page: the rule in a minute, the words, the keys, how to begin.

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::TableView;
use crate::shell::Shell;
use crate::words::L;

/// The help page.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "help.html")]
pub struct HelpPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The rule in its legal words.
    pub principle: String,
    /// The standings: word and when.
    pub standings: TableView,
}
