//! Suggestions for a reference that is being typed: `<option>` elements, as far as the visitor may see the records.

use askama::Template;
use askama_web::WebTemplate;
use axum::extract::Path;
use axum::http::Uri;
use edge::Refusal;
use rules::Action;

use super::fields::reference_text;
use crate::list::handler::entity;
use crate::parts::OptionView;
use crate::present::{Names, Present};
use crate::record::view::listing;
use crate::visit::Visit;

/// Suggestions at once.
const OFFERED: i64 = 20;

/// The suggestions.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(
    ext = "html",
    source = r#"{% for option in options %}<option value="{{ option.value }}">{{ option.label }}</option>{% endfor %}"#
)]
pub(crate) struct Suggestions {
    options: Vec<OptionView>,
}

/// `GET /lookup/{plural}?q=…`; a form sends what was typed under the field's own name, and that name as `field`.
pub(crate) async fn suggest(visit: Visit, Path(plural): Path<String>, uri: Uri) -> Result<Suggestions, Refusal> {
    let kind = entity(&plural)?;
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let get = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.trim());
    let text = get("q").or_else(|| get("field").and_then(get)).unwrap_or_default();
    let mut options = Vec::new();
    if visit.may_somewhere(Action::View, kind) {
        let conditions: &[(&str, &str)] = if text.is_empty() { &[] } else { &[("q", text)] };
        let found = listing(&visit, kind, conditions, OFFERED).await?;
        let word =
            |record: &domain::Record, name| record.get(kind.def(), name).as_text().unwrap_or_default().to_owned();
        let names: Names =
            found.page.records.iter().map(|record| (record.id, (word(record, "code"), word(record, "name")))).collect();
        let present = Present::new(&visit, &names);
        options = found
            .page
            .records
            .iter()
            .map(|record| OptionView::new(reference_text(&present, record.id), word(record, "name")))
            .collect();
    }
    Ok(Suggestions { options })
}
