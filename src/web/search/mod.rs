//! Search results over every kind of record a person may see.

pub(crate) mod handler;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::BadgeView;
use crate::shell::Shell;
use crate::words::L;

/// One hit.
#[derive(Clone, Debug, Default)]
pub struct HitView {
    /// Its name, cut into plain and found parts.
    pub name: Vec<(String, bool)>,
    /// The record.
    pub href: String,
    /// Its code.
    pub code: String,
    /// Department, kind.
    pub note: String,
    /// Its standing or state.
    pub badge: Option<BadgeView>,
}

/// Hits of one kind.
#[derive(Clone, Debug, Default)]
pub struct HitGroup {
    /// The kind.
    pub label: String,
    /// Its icon.
    pub icon: &'static str,
    /// How many, "10,000+" when there are more.
    pub count: String,
    /// The best of them.
    pub hits: Vec<HitView>,
    /// The list with this search.
    pub more: String,
}

/// Search results.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "search.html")]
pub struct SearchPage {
    /// What surrounds it; its `query` is what was searched for.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// Hits by kind.
    pub groups: Vec<HitGroup>,
}
