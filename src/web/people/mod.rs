//! The page of a person: account, role grants, sessions. The list of people is a [`crate::list::ListPage`], creating
//! one a [`crate::form::FormPage`].

pub(crate) mod handlers;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{FieldView, TableView};
use crate::record::RecordView;
use crate::shell::Shell;
use crate::words::L;

/// The page of a person.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "person.html")]
pub struct PersonPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// What every record has.
    pub record: RecordView,
    /// Role grants: role, department subtree, from, to, deputy for, revoke.
    pub grants: TableView,
    /// The fields of a new grant; empty when one may not grant.
    pub grant_fields: Vec<FieldView>,
    /// Where a new grant is posted.
    pub grant_action: String,
    /// A one-time link to set a password, shown once.
    pub link: Option<String>,
}
