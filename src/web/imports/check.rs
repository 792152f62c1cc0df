//! Step 3 of an import: what would happen, before anything does.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::EntityKind;
use edge::Refusal;
use rules::{Action, Resource};
use services::imports::{
    self, Counts, ImportView, Missing, PreviewRecord, RefusedRow as Row, RowError, State, Suggested,
};

use super::start::address;
use super::{FaultView, ImportCheckPage, MissingReference, RefusedRow, TabView, running};
use crate::desk::{Sent, id_of};
use crate::flash;
use crate::form::FormPage;
use crate::list::ListPage;
use crate::parts::{ActionView, ActionWay, CellView, ColumnView, Hidden, LinkView, RowView, TableView};
use crate::shell::{Flash, FlashKind};
use crate::visit::Visit;
use crate::words::L;

/// Errors on a page.
const PAGE: i64 = 50;
/// Missing names shown before the list of them.
const NAMES: usize = 8;
/// Numbers of classified rows shown.
const CLASSIFIED: usize = 30;

/// `GET /imports/{id}`: the page of wherever the import is.
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    Ok(match import.state {
        State::Read => flash::see_other(&format!("{}/mapping", address(&import))),
        State::Checked => check_page(&visit, &import).await?.into_response(),
        State::Checking | State::Applying | State::Applied | State::Undone | State::Cancelled => {
            running::page(&visit, &import).into_response()
        }
    })
}

fn summary(l: L, import: &ImportView, counts: Counts) -> String {
    let rows = import.document.rows + import.document.classified_rows.len() as u64;
    l.ta(
        "import-summary",
        &[
            ("rows", l.num(rows).as_str()),
            ("new", l.num(counts.create).as_str()),
            ("changed", l.num(counts.update).as_str()),
            ("same", l.num(counts.unchanged).as_str()),
            ("refused", l.num(counts.refused).as_str()),
        ],
    )
}

/// One line for references that lead nowhere; departments among them can be made from here.
fn missing_line(visit: &Visit, import: &ImportView, missing: &Missing) -> MissingReference {
    let l = visit.l;
    let kind = EntityKind::from_table(&missing.entity);
    let label = kind.map_or("", |kind| kind.label(visit.op.language));
    let count = l.num(missing.names.len() as u64);
    let rows = l.num(missing.rows);
    let text = l.ta("import-missing", &[("count", count.as_str()), ("kind", label), ("rows", rows.as_str())]);
    let whole_city = Resource::Record { kind: EntityKind::Department, path: "" };
    let create = if kind == Some(EntityKind::Department) {
        let words = l.n("import-missing-see", missing.to_create);
        visit
            .op
            .may(Action::Create, &whole_city)
            .then(|| ActionView::link(words, format!("{}/missing", address(import))).with_icon("plus"))
    } else {
        kind.filter(|kind| visit.may_somewhere(Action::Import, *kind)).map(|kind| {
            let words = l.ta("import-missing-first", &[("kind", label)]);
            ActionView::link(words, format!("/imports/new?kind={}", kind.def().plural))
        })
    };
    let names = missing.names.iter().take(NAMES);
    let names = names
        .map(|name| if name.unit.is_empty() { name.name.clone() } else { format!("{} / {}", name.name, name.unit) });
    MissingReference { text, names: names.collect(), create }
}

fn classified(l: L, rows: &[u32]) -> Option<String> {
    if rows.is_empty() {
        return None;
    }
    let shown: Vec<String> = rows.iter().take(CLASSIFIED).map(|row| l.num(u64::from(*row))).collect();
    let mut numbers = shown.join(&l.t("comma"));
    if rows.len() > CLASSIFIED {
        numbers.push_str(&l.t("comma"));
        numbers.push_str(&l.ta("and-more", &[("shown", l.num((rows.len() - CLASSIFIED) as u64).as_str())]));
    }
    Some(l.ta("import-classified", &[("rows", numbers.as_str())]))
}

fn fault_view(visit: &Visit, path: &str, row: &Row) -> Vec<FaultView> {
    let language = visit.op.language;
    row.errors
        .iter()
        .map(|error| FaultView {
            column: error.column.clone(),
            value: error.value.clone(),
            rule: error.message.text(language).to_owned(),
            suggestion: if error.suggestion.is_empty() {
                String::new()
            } else {
                visit.l.ta("import-suggestion", &[("text", error.suggestion.as_str())])
            },
            take: may_take(error).then(|| take(visit.l, path, error)),
        })
        .collect()
}

/// A form carries neither line breaks as they are nor a cell that is told in part only.
fn may_take(error: &RowError) -> bool {
    let whole = error.value.chars().count() < 400 && !error.value.contains(char::is_control);
    whole && !error.suggestion.is_empty() && !error.column.is_empty()
}

/// The button that takes a suggestion for every row with the same mistake.
fn take(l: L, path: &str, error: &RowError) -> ActionView {
    let hidden = [("rule", &error.rule), ("column", &error.column), ("value", &error.value)];
    ActionView {
        way: ActionWay::Post(hidden.into_iter().map(|(name, value)| Hidden::new(name, value.clone())).collect()),
        ..ActionView::link(l.t("import-take"), format!("{path}/take"))
    }
    .quiet()
}

fn refused_view(visit: &Visit, path: &str, headers: &[String], row: &Row) -> RefusedRow {
    let bad = |header: &String| row.errors.iter().any(|error| error.column == *header);
    let cells = headers.iter().zip(&row.cells).map(|(header, cell)| {
        let cell = shortened(cell);
        if bad(header) { CellView::Bad(cell) } else { CellView::text(cell) }
    });
    RefusedRow {
        row: u64::try_from(row.row).unwrap_or(0),
        cells: cells.collect(),
        faults: fault_view(visit, path, row),
    }
}

/// Long cells are cut: what is wrong with them stands below, and the file has them whole.
fn shortened(cell: &str) -> String {
    if cell.chars().count() <= 60 {
        return cell.to_owned();
    }
    cell.chars().take(59).chain(['…']).collect()
}

fn preview_table(visit: &Visit, import: &ImportView, changed: bool, all: u64) -> TableView {
    let (l, language, def) = (visit.l, visit.op.language, import.kind.def());
    let records: &[PreviewRecord] = if changed { &import.document.updates } else { &import.document.creates };
    let mut rows = Vec::new();
    for record in records {
        let head = |first: bool| {
            let own = |cell: CellView| if first { cell } else { CellView::Empty };
            vec![
                own(CellView::number(l.num(u64::from(record.row)))),
                own(if record.code.is_empty() { CellView::Empty } else { CellView::Code(record.code.clone()) }),
                own(CellView::text(record.name.clone())),
            ]
        };
        if !changed {
            rows.push(RowView::new(head(true)));
        }
        for (place, change) in record.changes.iter().enumerate() {
            let label = def.field(&change.field).map_or(change.field.as_str(), |(_, field)| field.label(language));
            let mut cells = head(place == 0);
            cells.push(CellView::text(label));
            cells.push(CellView::Changed {
                before: shortened(change.before.text(language)),
                after: shortened(change.after.text(language)),
            });
            rows.push(RowView::new(cells));
        }
    }
    let mut columns =
        vec![ColumnView::right(l.t("import-row")), ColumnView::new(l.t("col-code")), ColumnView::new(l.t("col-name"))];
    if changed {
        columns.extend([ColumnView::new(l.t("field")), ColumnView::new(l.t("col-change"))]);
    }
    let caption = if changed { l.t("import-changed-rows") } else { l.t("import-new-rows") };
    if (records.len() as u64) < all {
        let shown = l.num(records.len() as u64);
        let note = l.ta("import-first-shown", &[("shown", shown.as_str()), ("all", l.num(all).as_str())]);
        let mut cells = vec![CellView::Empty, CellView::Empty, CellView::Muted(note)];
        cells.resize(columns.len(), CellView::Empty);
        rows.push(RowView::new(cells));
    }
    TableView::new(l, caption, columns).with_rows(rows).with_empty(l.t("import-no-rows"))
}

fn tabs(l: L, path: &str, counts: Counts, active: &str) -> Vec<TabView> {
    let tab = |key: &str, label: String, count: u64| TabView {
        label,
        count: l.num(count),
        href: format!("{path}?tab={key}"),
        active: key == active,
    };
    vec![
        tab("refused", l.t("import-refused-short"), counts.refused),
        tab("changed", l.t("import-changed"), counts.update),
        tab("new", l.t("import-new"), counts.create),
    ]
}

async fn check_page(visit: &Visit, import: &ImportView) -> Result<ImportCheckPage, Refusal> {
    let (l, document) = (visit.l, &import.document);
    let counts = document.counts.unwrap_or_default();
    let wanted = visit.parameter("tab");
    let tab = match wanted.as_deref() {
        Some(known @ ("refused" | "changed" | "new")) => known,
        _ if counts.refused > 0 => "refused",
        _ if counts.update > 0 => "changed",
        _ => "new",
    };
    let path = address(import);
    let (mut refused, mut more) = (Vec::new(), None);
    let table = match tab {
        "refused" if counts.refused > 0 => {
            let after = visit.parameter("after").and_then(|text| text.parse().ok()).unwrap_or(0);
            let (rows, next) = imports::refused_page(visit.services(), &visit.op, import.id, after, PAGE).await?;
            refused = rows.iter().map(|row| refused_view(visit, &path, &document.headers, row)).collect();
            more = next.map(|next| format!("{path}?tab=refused&after={next}#rows"));
            None
        }
        "refused" => Some(TableView::new(l, l.t("import-refused"), Vec::new()).with_empty(l.t("import-no-rows"))),
        "changed" => Some(preview_table(visit, import, true, counts.update)),
        _ => Some(preview_table(visit, import, false, counts.create)),
    };
    let title = l.ta("import-title", &[("kind", import.kind.label(visit.op.language))]);
    let mut shell = visit.shell(title, "imports").under(l.t("nav-imports"), "/imports");
    if let Some(problem) = &document.problem {
        shell.flashes.push(Flash {
            kind: FlashKind::Refused,
            text: problem.text(visit.op.language).to_owned(),
            link: Some((l.t("import-check-again"), format!("{path}/mapping"))),
        });
    }
    let ready = counts.create + counts.update;
    Ok(ImportCheckPage {
        l,
        shell,
        summary: summary(l, import, counts),
        counts: [counts.create, counts.update, counts.unchanged, counts.refused],
        missing: document.missing.iter().map(|missing| missing_line(visit, import, missing)).collect(),
        warning: document.large_change.then(|| l.n("import-large", counts.update)),
        classified: classified(l, &document.classified_rows),
        tabs: tabs(l, &path, counts, tab),
        headers: document.headers.clone(),
        refused,
        table,
        more,
        refused_file: (counts.refused > 0)
            .then(|| LinkView::new(l.n("import-refused-file", counts.refused), format!("{path}/refused.csv"))),
        partial: (counts.refused > 0 && ready > 0).then(|| {
            let left = l.num(counts.refused);
            l.ta("import-partial", &[("refused", left.as_str()), ("rest", l.num(ready).as_str())])
        }),
        blocked: match (ready, counts.refused) {
            (0, 0) => l.t("import-nothing-to-do"),
            (0, _) => l.t("import-all-refused"),
            _ => String::new(),
        },
        apply: l.n("import-apply-rows", ready),
        path,
    })
}

/// The missing departments of a checked import.
fn missing_departments(import: &ImportView) -> Option<&Missing> {
    import.document.missing.iter().find(|missing| missing.entity == "department" && !missing.names.is_empty())
}

/// `GET /imports/{id}/missing`: which departments would be made, before they are.
pub(crate) async fn show_missing(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let l = visit.l;
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    let whole_city = Resource::Record { kind: EntityKind::Department, path: "" };
    services::permit(&visit.op, Action::Create, &whole_city)?;
    let path = address(&import);
    let Some(missing) = missing_departments(&import).filter(|_| import.state == State::Checked) else {
        return Ok(flash::see_other(&path));
    };
    let rows = missing.names.iter().map(|name| {
        RowView::new(vec![
            CellView::text(name.name.clone()),
            CellView::text(name.unit.clone()),
            CellView::text(name.short_name.clone()),
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("col-department")),
        ColumnView::new(l.t("import-unit")),
        ColumnView::new(l.t("import-short-name")),
    ];
    let table = TableView::new(l, l.t("import-missing-title"), columns).with_rows(rows.collect());
    let shell = visit
        .shell(l.t("import-missing-title"), "imports")
        .under(l.t("nav-imports"), "/imports")
        .under(import.file_name.clone(), path.clone());
    let mut page = ListPage::new(shell, format!("{path}/missing"), table);
    page.count = l.num(missing.names.len() as u64);
    page.lead = l.n("import-missing-lead", missing.to_create);
    page.actions = vec![
        ActionView::link(l.t("cancel"), path.clone()),
        ActionView::post(l.n("import-missing-create", missing.to_create), format!("{path}/missing"))
            .primary()
            .with_icon("plus"),
    ];
    Ok(page.into_response())
}

/// `POST /imports/{id}/missing`: makes them, and checks again.
pub(crate) async fn create_missing(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let before = imports::find(visit.services(), &visit.op, id).await?;
    let made = missing_departments(&before).map_or(0, |missing| missing.to_create);
    let import = imports::create_missing_departments(visit.services(), &visit.op, id).await?;
    Ok(visit.done(&address(&import), visit.l.n("import-missing-done", made)))
}

/// `POST /imports/{id}/take`: takes a suggestion for every row with the same mistake, and checks again.
pub(crate) async fn take_suggestion(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    // As the file has it: a cell may begin or end with a space.
    let said = |name| sent.all(name).next().unwrap_or_default().to_owned();
    let wanted = Suggested { rule: said("rule"), column: said("column"), value: said("value") };
    let import = imports::take_suggestion(visit.services(), &visit.op, id_of(&id)?, &wanted).await?;
    let Some(taken) = import.document.replaced.last() else { return Ok(flash::see_other(&address(&import))) };
    let words = [("column", taken.column.as_str()), ("from", taken.value.as_str()), ("to", taken.by.as_str())];
    let said = visit.l.ta("import-taken", &words);
    Ok(visit.done(&address(&import), said))
}

/// `GET /imports/{id}/undo`: what taking it back means, and why it is to be done.
pub(crate) async fn ask_undo(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    let own = Resource::Imports { own: import.person == visit.op.actor.person };
    services::permit(&visit.op, Action::UndoImport, &own)?;
    if import.state != State::Applied {
        return Ok(flash::see_other(&address(&import)));
    }
    Ok(undo_form(&visit, &import, None).into_response())
}

/// The form that asks for the reason.
pub(super) fn undo_form(visit: &Visit, import: &ImportView, error: Option<String>) -> FormPage {
    let l = visit.l;
    let path = address(import);
    let counts = import.document.counts.unwrap_or_default();
    let shell = visit
        .shell(l.t("import-undo-title"), "imports")
        .under(l.t("nav-imports"), "/imports")
        .under(import.file_name.clone(), path.clone());
    let mut page = FormPage::new(shell, format!("{path}/undo"), path);
    page.lead =
        l.ta("import-undo-lead", &[("new", l.num(counts.create).as_str()), ("changed", l.num(counts.update).as_str())]);
    let mut reason = crate::parts::FieldView::line(l, "why", l.t("ask-reason")).must().helped(l.t("import-undo-help"));
    reason.error = error;
    page.groups = vec![crate::form::FormGroup { id: "undo".to_owned(), fields: vec![reason], ..Default::default() }];
    page.submit = l.t("import-undo");
    page.danger = true;
    page
}
