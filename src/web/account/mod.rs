//! The signed-in person's own account: password, language, sessions.

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{FieldView, OptionView, TableView};
use crate::record::FactView;
use crate::shell::Shell;
use crate::words::L;

/// The own account.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "account.html")]
pub struct AccountPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// Account, name, roles.
    pub facts: Vec<FactView>,
    /// The fields of a new password.
    pub password: Vec<FieldView>,
    /// Languages; the person's own is chosen.
    pub languages: Vec<OptionView>,
    /// Sessions that may still be used.
    pub sessions: TableView,
}
