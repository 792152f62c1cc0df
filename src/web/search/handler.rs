//! Search over every kind of record that a visitor may see, best first, grouped by kind.

use axum::http::Uri;
use domain::{CodeLists, ENTITIES, EntityKind, Field, Kind, Owner, Record, Value, fold};
use edge::Refusal;
use services::records;

use super::{HitGroup, HitView, SearchPage};
use crate::list::asked::list_address;
use crate::parts::BadgeView;
use crate::present::{Names, Present, address, badges};
use crate::visit::Visit;

/// Hits that are looked at.
const HITS: usize = 100;
/// Hits shown of one kind.
const SHOWN: usize = 8;

/// `GET /search?q=…`
pub(crate) async fn show(visit: Visit, uri: Uri) -> Result<SearchPage, Refusal> {
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "q")
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default();
    let found =
        if query.is_empty() { Vec::new() } else { records::search(visit.services(), &visit.op, &query, HITS).await? };
    let more = found.len() >= HITS;
    let mut groups: Vec<HitGroup> = Vec::new();
    for kind in by_relevance(&found) {
        let hits: Vec<&(EntityKind, Record, Names)> = found.iter().filter(|(known, _, _)| *known == kind).collect();
        let count = visit.l.num(hits.len() as u64);
        groups.push(HitGroup {
            label: kind.label(visit.op.language).to_owned(),
            icon: icon_of(kind),
            count: if more { format!("{count}+") } else { count },
            hits: hits
                .into_iter()
                .take(SHOWN)
                .map(|(kind, record, names)| hit(&visit, *kind, record, names, &query))
                .collect(),
            more: list_address(kind.def().plural, &[("q", &query)]),
        });
    }
    let mut shell = visit.shell(visit.l.t("search"), "");
    shell.query = query;
    Ok(SearchPage { l: visit.l, shell, groups })
}

/// The kinds found, the one with the best hit first.
fn by_relevance(found: &[(EntityKind, Record, Names)]) -> Vec<EntityKind> {
    let mut kinds = ENTITIES.to_vec();
    kinds.retain(|kind| found.iter().any(|(known, _, _)| known == kind));
    kinds.sort_by_key(|kind| found.iter().position(|(known, _, _)| known == kind));
    kinds
}

/// The icon of an entity.
fn icon_of(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Department => "building-community",
        EntityKind::DataCenter => "building-warehouse",
        EntityKind::Zone => "cloud",
        EntityKind::Cluster => "server-2",
        EntityKind::System => "table",
        EntityKind::Component => "server",
        EntityKind::LegalBasis => "certificate",
        EntityKind::CloudException => "shield-check",
        EntityKind::Migration => "cloud-upload",
    }
}

fn hit(visit: &Visit, kind: EntityKind, record: &Record, names: &Names, query: &str) -> HitView {
    let def = kind.def();
    let present = Present::new(visit, names);
    let text = |name: &str| record.get(def, name).as_text().unwrap_or_default().to_owned();
    let owner = match def.owner {
        Owner::Department { field } | Owner::System { field } => record.get(def, field).as_id(),
        Owner::Itself | Owner::City => None,
    };
    HitView {
        name: marked(&text("name"), query),
        href: address(kind, record.id),
        code: text("code"),
        note: owner.map(|id| present.name(id).to_owned()).unwrap_or_default(),
        badge: def.fields.iter().zip(&record.values).rev().find_map(|(field, value)| state(&present, field, value)),
    }
}

fn state(present: &Present<'_>, field: &Field, value: &Value) -> Option<BadgeView> {
    match (field.kind, value) {
        (Kind::Code { list }, Value::Text(code)) if field.flags.list => {
            badges::of_code(list, code, present.pack.list(list).label(code, present.language))
        }
        _ => None,
    }
}

/// A name cut into plain and found parts. Case and width make no difference, as in the search itself.
fn marked(name: &str, query: &str) -> Vec<(String, bool)> {
    let wanted = fold(query);
    let starts: Vec<usize> = name.char_indices().map(|(at, _)| at).chain([name.len()]).collect();
    for (place, start) in starts.iter().enumerate() {
        for end in starts.iter().skip(place + 1) {
            let Some(part) = name.get(*start..*end) else { continue };
            let folded = fold(part);
            if folded == wanted {
                let pieces = [(name.get(..*start), false), (Some(part), true), (name.get(*end..), false)];
                return pieces
                    .into_iter()
                    .filter_map(|(text, found)| {
                        text.filter(|text| !text.is_empty()).map(|text| (text.to_owned(), found))
                    })
                    .collect();
            }
            if folded.chars().count() > wanted.chars().count() {
                break;
            }
        }
    }
    vec![(name.to_owned(), false)]
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn what_was_found_is_marked_whatever_its_case_and_width() {
        let plain = |text: &str| (text.to_owned(), false);
        let found = |text: &str| (text.to_owned(), true);
        assert_eq!(marked("不动产登记系统", "登记"), [plain("不动产"), found("登记"), plain("系统")]);
        assert_eq!(marked("市ＯＡ平台", "oa"), [plain("市"), found("ＯＡ"), plain("平台")]);
        assert_eq!(marked("公积金", "医保"), [plain("公积金")]);
        assert_eq!(marked("公积金", ""), [plain("公积金")]);
    }
}
