//! API tokens of the signed-in person: made here, shown once, revoked here.

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{FieldView, TableView};
use crate::shell::Shell;
use crate::words::L;

/// The tokens.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "tokens.html")]
pub struct TokensPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// A token just made: shown now and never again.
    pub secret: Option<String>,
    /// Name, scopes, last use, expiry, revoke.
    pub tokens: TableView,
    /// The fields of a new one.
    pub fields: Vec<FieldView>,
}
