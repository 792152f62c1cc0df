//! Lists of every entity: one handler for all, driven by the field table.

use axum::extract::Path;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault, FaultKind, Id, Problem, Wording};
use edge::Refusal;
use rules::Action;
use services::records::{self, COUNT_LIMIT, ExportFormat, Listing, Query};

use super::asked::Asked;
use super::place::Place;
use super::{ListPage, columns, filters};
use crate::parts::{ActionView, EmptyView, Hidden, LinkView, TableView};
use crate::present::Present;
use crate::visit::Visit;
use crate::words::L;

/// Rows of a page.
pub(crate) const ROWS: i64 = 50;

/// The entity of a plural word in an address.
pub(crate) fn entity(plural: &str) -> Result<EntityKind, Refusal> {
    EntityKind::from_plural(plural).ok_or_else(|| Refusal(Fault::not_found()))
}

/// "1,234", or "10,000+" where counting stopped.
pub(crate) fn counted(l: L, count: i64) -> String {
    let shown = l.num(u64::try_from(count.min(COUNT_LIMIT)).unwrap_or(0));
    if count > COUNT_LIMIT { format!("{shown}+") } else { shown }
}

/// Refuses what a list cannot do, saying which part of the address it was.
fn refused(problems: Vec<Problem>) -> Refusal {
    let mut fault = Fault::new(
        FaultKind::Invalid,
        "unknown-view",
        "这个列表不能这样筛选或排序，地址可能来自旧版本或被改动。请回到列表重新选择。",
        "This list cannot be filtered or sorted like that; the address may be old or altered. Go back to the list and choose again.",
    );
    fault.problems = problems;
    Refusal(fault)
}

fn wrong_place(name: &str) -> Problem {
    Problem {
        field: name.to_owned(),
        rule: "wrong-cursor".to_owned(),
        message: Wording::new("翻页位置无效", "this is not a place in the list"),
    }
}

/// The query that an address asks for, with its order; every list has one.
async fn query_of(visit: &Visit, kind: EntityKind, asked: &Asked) -> Result<Query, Refusal> {
    let (mut query, problems) = records::list_query(visit.services(), &visit.op, kind, &asked.conditions()).await?;
    if !problems.is_empty() {
        return Err(refused(problems));
    }
    if query.sort.is_none() {
        query.sort = kind.def().fields.iter().find(|field| field.flags.sort).map(|field| (field, false));
    }
    query.limit = ROWS;
    Ok(query)
}

/// A page of a list: the rows, and the places before and after them.
struct Leaf {
    listing: Listing,
    first: u64,
    previous: Option<Place>,
    next: Option<Place>,
}

/// Reads the page that the address names. Going back walks the list the other way round.
async fn leaf(visit: &Visit, asked: &Asked, query: &Query) -> Result<Leaf, Refusal> {
    let field = query.sort.map(|(field, _)| field);
    let place = |name: &str| match asked.first(name) {
        None => Ok(None),
        Some(text) => Place::read(text, field).map(Some).ok_or_else(|| refused(vec![wrong_place(name)])),
    };
    if let Some(end) = place("back")? {
        let mut reversed = query.clone();
        reversed.sort = query.sort.map(|(field, descending)| (field, !descending));
        reversed.after = Some(end.row.clone());
        let mut listing = records::list(visit.services(), &visit.op, &reversed).await?;
        listing.page.records.reverse();
        let rows = listing.page.records.len() as u64;
        // The first page is the first page, whatever was added since.
        let before = if listing.page.more { end.before.saturating_sub(rows) } else { 0 };
        let side = |record: Option<&domain::Record>, before| record.map(|record| Place::beside(query, record, before));
        let previous = side(listing.page.records.first().filter(|_| listing.page.more), before);
        let next = side(listing.page.records.last(), before + rows);
        return Ok(Leaf { first: before, previous, next, listing });
    }
    let start = place("cursor")?;
    let mut query = query.clone();
    query.after = start.as_ref().map(|place| place.row.clone());
    let listing = records::list(visit.services(), &visit.op, &query).await?;
    let before = start.as_ref().map_or(0, |place| place.before);
    let rows = listing.page.records.len() as u64;
    let records = &listing.page.records;
    let previous = records.first().filter(|_| start.is_some()).map(|record| Place::beside(&query, record, before));
    let next = records.last().filter(|_| listing.page.more).map(|record| Place::beside(&query, record, before + rows));
    Ok(Leaf { first: before, previous, next, listing })
}

/// `GET /{plural}`
pub(crate) async fn show(visit: Visit, Path(plural): Path<String>, uri: Uri) -> Result<ListPage, Refusal> {
    let kind = entity(&plural)?;
    if !visit.may_somewhere(Action::View, kind) {
        return Err(Refusal(Fault::not_found()));
    }
    let asked = Asked::of(&uri);
    let query = query_of(&visit, kind, &asked).await?;
    let leaf = leaf(&visit, &asked, &query).await?;
    // Whoever narrows the list has a drop-down open; whoever just comes should not wait for counts.
    let all_filters = visit.context.is_htmx() || asked.all_filters();
    let facets = filters::facets(&visit, &query, all_filters).await?;
    let mut names = leaf.listing.names.clone();
    names.extend(filters::names_of_conditions(&visit, &query).await?);
    let within = within(&visit, &asked).await?;
    let present = Present::new(&visit, &names);
    Ok(page(&visit, &present, kind, &asked, &query, &leaf, &facets, within.as_deref()))
}

/// The name of the department that the list is narrowed to.
async fn within(visit: &Visit, asked: &Asked) -> Result<Option<String>, Refusal> {
    let Some(id) = asked.first("within").and_then(Id::parse) else { return Ok(None) };
    let shown = records::get(visit.services(), &visit.op, EntityKind::Department, id).await?;
    let name = shown.record.get(EntityKind::Department.def(), "name").as_text().unwrap_or_default().to_owned();
    Ok(Some(name))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one page, put together once")]
fn page(
    visit: &Visit,
    present: &Present<'_>,
    kind: EntityKind,
    asked: &Asked,
    query: &Query,
    leaf: &Leaf,
    facets: &filters::Facets,
    within: Option<&str>,
) -> ListPage {
    let (l, def) = (visit.l, kind.def());
    let path = format!("/{}", def.plural);
    let restricted = visit.may_somewhere(Action::ViewRestricted, kind);
    let shown = columns::shown(def, asked, restricted);
    let title = def.label(present.language);
    let table = TableView::new(l, title, columns::headers(present, &shown, asked, query.sort))
        .with_rows(columns::rows(present, kind, &shown, &leaf.listing.page.records));
    let mut page = ListPage::new(visit.shell(title, def.plural), path.as_str(), table);
    page.count = counted(l, leaf.listing.page.count);
    page.lead = stale(visit, &leaf.listing);
    page.actions = actions(visit, kind);
    let nothing_yet = leaf.listing.page.count == 0 && !asked.is_narrowed();
    if leaf.listing.page.count == 0 {
        page.empty = Some(if nothing_yet { nothing(visit, kind) } else { no_match(l, &asked.cleared()) });
    }
    if nothing_yet {
        return page;
    }
    page.search = Some(query.text.clone().unwrap_or_default());
    page.filters = filters::views(present, asked, query, facets);
    if !facets.counted {
        page.filters.retain(|filter| filter.pinned || filter.chosen > 0);
        page.fill = Some(asked.with_all_filters());
    }
    page.chips = filters::chips(present, asked, query, within);
    page.clear = asked.cleared();
    let hidden = |(name, value): (String, String)| Hidden { name, value };
    page.hidden =
        asked.carried(|name| !matches!(name, "sort" | "columns" | "within")).into_iter().map(hidden).collect();
    page.columns = columns::chooser(present, def, &shown, restricted);
    page.column_hidden = asked.carried(|name| name == "columns").into_iter().map(hidden).collect();
    if visit.may_somewhere(Action::Export, kind) {
        let file = |label: &str, format, icon| LinkView {
            icon: Some(icon),
            ..LinkView::new(label, asked.below(&format!("{path}/export"), format))
        };
        page.exports = vec![file("Excel (.xlsx)", "xlsx", "file-spreadsheet"), file("CSV (UTF-8)", "csv", "file-text")];
    }
    page.range = range(l, leaf);
    page.previous = leaf.previous.as_ref().map(|place| asked.at("back", &place.text()));
    page.next = leaf.next.as_ref().map(|place| asked.at("cursor", &place.text()));
    page
}

fn range(l: L, leaf: &Leaf) -> String {
    let rows = leaf.listing.page.records.len() as u64;
    if rows == 0 {
        return String::new();
    }
    let (from, to) = (l.num(leaf.first + 1), l.num(leaf.first + rows));
    l.ta("list-range", &[("from", &from), ("to", &to), ("count", &counted(l, leaf.listing.page.count))])
}

/// Says that conclusions wait to be drawn anew; how many only to those who see them all.
fn stale(visit: &Visit, listing: &Listing) -> String {
    let everything = rules::scope(&visit.op.actor, EntityKind::System) == rules::Scope::Everything;
    match u64::try_from(listing.stale) {
        Ok(0) | Err(_) => String::new(),
        Ok(count) if everything => visit.l.n("list-stale", count),
        Ok(_) => visit.l.t("list-stale-some"),
    }
}

/// The words on "make a new one" for an entity; also the title of that page.
pub(crate) fn new_words(l: L, kind: EntityKind) -> String {
    match kind {
        EntityKind::Department => l.t("new-department"),
        EntityKind::DataCenter => l.t("new-data-center"),
        EntityKind::Zone => l.t("new-zone"),
        EntityKind::Cluster => l.t("new-cluster"),
        EntityKind::System => l.t("new-system"),
        EntityKind::Component => l.t("new-component"),
        EntityKind::LegalBasis => l.t("new-legal-basis"),
        EntityKind::CloudException => l.t("new-exception"),
        EntityKind::Migration => l.t("new-migration"),
    }
}

fn actions(visit: &Visit, kind: EntityKind) -> Vec<ActionView> {
    let (l, plural) = (visit.l, kind.def().plural);
    let mut actions = Vec::new();
    if visit.may_somewhere(Action::Import, kind) {
        let label = l.t("list-import");
        actions.push(ActionView::link(label, format!("/imports/new?kind={plural}")).with_icon("file-import"));
    }
    if visit.may_somewhere(Action::Create, kind) {
        actions.push(ActionView::link(new_words(l, kind), format!("/{plural}/new")).primary().with_icon("plus"));
    }
    actions
}

fn nothing(visit: &Visit, kind: EntityKind) -> EmptyView {
    let (l, plural) = (visit.l, kind.def().plural);
    let name = kind.label(visit.op.language);
    let import = visit.may_somewhere(Action::Import, kind);
    let label = l.t("list-import");
    EmptyView {
        icon: "table",
        title: l.ta("list-nothing", &[("name", name)]),
        text: l.t(if import { "list-nothing-import" } else { "list-nothing-yours" }),
        action: import.then(|| ActionView::link(label, format!("/imports/new?kind={plural}")).with_icon("file-import")),
    }
}

fn no_match(l: L, clear: &str) -> EmptyView {
    EmptyView {
        icon: "search",
        title: l.t("list-none"),
        text: l.t("list-none-text"),
        action: Some(ActionView::link(l.t("filters-clear"), clear)),
    }
}

/// `GET /{plural}/export`: the rows of exactly this list, as a file.
pub(crate) async fn export(visit: Visit, Path(plural): Path<String>, uri: Uri) -> Result<Response, Refusal> {
    let kind = entity(&plural)?;
    let asked = Asked::of(&uri);
    let (format, ending, content_type) = match asked.first("format") {
        None | Some("csv") => (ExportFormat::Csv, "csv", "text/csv; charset=utf-8"),
        Some("xlsx") => {
            (ExportFormat::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        }
        Some(_) => {
            return Err(refused(vec![Problem {
                field: "format".to_owned(),
                rule: "unknown-format".to_owned(),
                message: Wording::new("应为 csv 或 xlsx", "must be csv or xlsx"),
            }]));
        }
    };
    let query = query_of(&visit, kind, &asked).await?;
    let bytes = records::export(visit.services(), &visit.op, &query, format).await?;
    let name = format!("{plural}-{}.{ending}", visit.services().today());
    Ok(attachment(&name, content_type, bytes))
}

/// A file to keep: never shown inside the browser. `name` is ASCII.
pub(crate) fn attachment(name: &str, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, bytes).into_response()
}
