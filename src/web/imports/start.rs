//! Step 1 of an import: the history, a kind and a file; and reading the file once it is here.

use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault, FaultKind, Language};
use edge::Refusal;
use rules::{Action, Resource};
use services::imports::{self, ImportView, State, Upload};

use super::{ImportStartPage, KindChoice, sample_files};
use crate::flash;
use crate::list::ListPage;
use crate::parts::{ActionView, BadgeView, CellView, ColumnView, EmptyView, OptionView, RowView, TableView, Tone};
use crate::visit::Visit;
use crate::words::L;

/// Imports in the history.
const HISTORY: i64 = 200;
/// Imports below the first step.
const RECENT: i64 = 5;

/// A state as a badge.
pub(super) fn state_badge(l: L, state: State) -> BadgeView {
    let (word, tone) = match state {
        State::Read => (l.t("import-state-read"), Tone::Warn),
        State::Checking => (l.t("import-state-checking"), Tone::Accent),
        State::Checked => (l.t("import-state-checked"), Tone::Warn),
        State::Applying => (l.t("import-state-applying"), Tone::Accent),
        State::Applied => (l.t("import-state-applied"), Tone::Good),
        State::Undone => (l.t("import-state-undone"), Tone::Neutral),
        State::Cancelled => (l.t("import-state-cancelled"), Tone::Neutral),
    };
    BadgeView::new(word, tone)
}

/// The address of an import.
pub(super) fn address(import: &ImportView) -> String {
    format!("/imports/{}", import.id)
}

fn table(visit: &Visit, found: &[ImportView]) -> TableView {
    let l = visit.l;
    let rows = found.iter().map(|import| {
        let counts = import.document.counts.unwrap_or_default();
        let number = |count: u64| if count == 0 { CellView::Empty } else { CellView::number(l.num(count)) };
        let own = Resource::Imports { own: import.person == visit.op.actor.person };
        let waits = matches!(import.state, State::Read | State::Checked);
        RowView::new(vec![
            CellView::link(import.file_name.clone(), address(import)),
            CellView::text(import.kind.label(visit.op.language)),
            CellView::Badge(state_badge(l, import.state)),
            CellView::number(l.num(import.document.rows)),
            number(counts.create),
            number(counts.update),
            if counts.refused == 0 {
                CellView::Empty
            } else {
                CellView::count(l.num(counts.refused), address(import), Tone::Bad)
            },
            CellView::text(import.actor.clone()),
            visit.when_cell(import.updated_at),
            if waits && visit.op.may(Action::Import, &own) {
                let discard = format!("{}/cancel", address(import));
                CellView::Actions(vec![ActionView::post(l.t("import-discard"), discard).quiet()])
            } else {
                CellView::Empty
            },
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("import-file")),
        ColumnView::new(l.t("import-kind-short")),
        ColumnView::new(l.t("col-state")),
        ColumnView::right(l.t("import-rows")),
        ColumnView::right(l.t("import-new")),
        ColumnView::right(l.t("import-changed")),
        ColumnView::right(l.t("import-refused-short")),
        ColumnView::new(l.t("col-by")),
        ColumnView::new(l.t("col-when")),
        ColumnView::right(l.t("col-do")),
    ];
    TableView::new(l, l.t("nav-imports"), columns).with_rows(rows.collect()).with_empty(l.t("import-none"))
}

/// `GET /imports`
pub(crate) async fn history(visit: Visit) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let own = Resource::Imports { own: true };
    services::permit(&visit.op, Action::View, &own)?;
    let found = imports::list(visit.services(), &visit.op, HISTORY).await?;
    let mut page = ListPage::new(visit.shell(l.t("nav-imports"), "imports"), "/imports", table(&visit, &found));
    page.count = l.num(found.len() as u64);
    let begin = ActionView::link(l.t("import-begin"), "/imports/new").primary().with_icon("file-import");
    if visit.op.may(Action::Import, &own) {
        if found.is_empty() {
            page.empty = Some(EmptyView {
                icon: "file-import",
                title: l.t("import-none"),
                text: l.t("import-none-text"),
                action: Some(begin.clone()),
            });
        } else {
            page.actions = vec![begin];
        }
    }
    Ok(page)
}

/// What one row of a file of this kind is.
fn note(l: L, kind: EntityKind) -> String {
    match kind {
        EntityKind::Department => l.t("import-note-departments"),
        EntityKind::DataCenter => l.t("import-note-data-centers"),
        EntityKind::Zone => l.t("import-note-zones"),
        EntityKind::Cluster => l.t("import-note-clusters"),
        EntityKind::System => l.t("import-note-systems"),
        EntityKind::Component => l.t("import-note-components"),
        EntityKind::LegalBasis => l.t("import-note-legal-bases"),
        EntityKind::CloudException => l.t("import-note-exceptions"),
        EntityKind::Migration => l.t("import-note-migrations"),
    }
}

async fn page(visit: &Visit, chosen: &str, error: Option<String>) -> Result<ImportStartPage, Refusal> {
    let l = visit.l;
    let language: Language = visit.op.language;
    let allowed: Vec<EntityKind> =
        domain::ENTITIES.into_iter().filter(|kind| visit.may_somewhere(Action::Import, *kind)).collect();
    if allowed.is_empty() {
        return Err(Fault::forbidden().into());
    }
    let kinds = allowed.into_iter().map(|kind| KindChoice {
        value: kind.def().plural.to_owned(),
        label: kind.label(language).to_owned(),
        note: note(l, kind),
        samples: sample_files::links(kind),
        chosen: kind.def().plural == chosen,
    });
    let all = imports::list(visit.services(), &visit.op, HISTORY).await?;
    let mut sources: Vec<OptionView> = Vec::new();
    for import in &all {
        let name = &import.document.source;
        if name != "file" && !sources.iter().any(|known| known.value == *name) {
            sources.push(OptionView::new(name.clone(), name.clone()));
        }
    }
    let few = usize::try_from(RECENT).unwrap_or(usize::MAX).min(all.len());
    Ok(ImportStartPage {
        l,
        shell: visit.shell(l.t("import-begin"), "imports").under(l.t("nav-imports"), "/imports"),
        kinds: kinds.collect(),
        sources,
        error,
        limits: l.t("import-limits"),
        recent: table(visit, all.get(..few).unwrap_or_default()),
    })
}

/// `GET /imports/new`
pub(crate) async fn new(visit: Visit) -> Result<ImportStartPage, Refusal> {
    let kind = visit.parameter("kind").unwrap_or_else(|| "systems".to_owned());
    page(&visit, &kind, None).await
}

/// What the first step sends.
#[derive(Debug, Default)]
struct Brought {
    kind: String,
    upload: Upload,
    pasted: String,
    /// The import that this one replaces: the same file, read otherwise.
    instead: String,
}

async fn text(field: Field<'_>) -> Result<String, Fault> {
    field.text().await.map(|text| text.trim().replace('\0', "")).map_err(|error| broken(&error))
}

fn broken(error: &MultipartError) -> Fault {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::new(
            FaultKind::TooLarge,
            "too-large",
            "文件超过 64 MB；请拆分后分批导入。",
            "The file is larger than 64 MB; split it and import the parts.",
        );
    }
    Fault::new(
        FaultKind::Malformed,
        "form",
        "上传没有完整到达，请重新选择文件上传。",
        "The upload did not arrive whole; choose the file and upload it again.",
    )
}

async fn receive(request: Request) -> Result<Brought, Fault> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_: MultipartRejection| {
        Fault::new(
            FaultKind::Malformed,
            "form",
            "表单内容无法读取，请重新上传。",
            "The form cannot be read; upload again.",
        )
    })?;
    let mut brought = Brought::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        let options = &mut brought.upload.options;
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        match field.name().unwrap_or_default() {
            "kind" => brought.kind = text(field).await?,
            "source" => brought.upload.source = text(field).await?,
            "instead" => brought.instead = text(field).await?,
            "encoding" => options.encoding = given(text(field).await?),
            // Not trimmed: the separator may be a tab.
            "separator" => {
                options.separator = field.text().await.map_err(|error| broken(&error))?.chars().next();
            }
            "sheet" => options.sheet = given(text(field).await?),
            "header_row" => options.header_row = text(field).await?.parse().ok().filter(|row| *row > 0),
            "text" => brought.pasted = field.text().await.map_err(|error| broken(&error))?,
            "file" => {
                brought.upload.file_name = field.file_name().unwrap_or_default().to_owned();
                brought.upload.bytes = field.bytes().await.map_err(|error| broken(&error))?.into();
            }
            _ => {}
        }
    }
    Ok(brought)
}

/// `POST /imports`: reads the file and goes on to what was understood. The file itself is not kept.
pub(crate) async fn upload(visit: Visit, request: Request) -> Result<Response, Refusal> {
    let l = visit.l;
    let mut brought = receive(request).await?;
    if brought.upload.bytes.is_empty() && !brought.pasted.trim().is_empty() {
        brought.upload.file_name = l.t("import-pasted");
        brought.upload.bytes = std::mem::take(&mut brought.pasted).into_bytes();
        brought.upload.options.encoding = Some("utf-8".to_owned());
    }
    let again = async |error: String| -> Result<Response, Refusal> {
        let page = page(&visit, &brought.kind, Some(error)).await?;
        Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Some(kind) = EntityKind::from_plural(&brought.kind) else {
        return again(l.t("import-choose-kind")).await;
    };
    if brought.upload.bytes.is_empty() {
        return again(l.t("import-choose-file")).await;
    }
    let (services, op) = (visit.services(), &visit.op);
    let upload = std::mem::take(&mut brought.upload);
    match imports::read(services, op, kind, upload).await {
        Ok(import) => {
            if let Some(old) = domain::Id::parse(&brought.instead) {
                // What is read otherwise replaces what was read before; if that has moved on, it stays.
                if let Err(fault) = imports::cancel(services, op, old).await {
                    tracing::debug!(fault = %fault, "the import read before stays");
                }
            }
            Ok(flash::see_other(&format!("{}/mapping", address(&import))))
        }
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::TooLarge) => {
            again(fault.message.text(op.language).to_owned()).await
        }
        Err(fault) => Err(fault.into()),
    }
}
