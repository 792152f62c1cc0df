//! Step 4 of an import: running, what came of it, and taking it back.

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{Fault, FaultKind};
use edge::Refusal;
use rules::{Action, Resource};
use services::imports::{self, ImportView, Phase, State};

use super::start::address;
use super::{ImportApplyPage, ProgressView, RunningPart, check};
use crate::desk::{Sent, id_of};
use crate::flash;
use crate::list::ListPage;
use crate::parts::{ActionView, BadgeView, CellView, ColumnView, RowView, TableView, Tone};
use crate::present;
use crate::visit::Visit;
use crate::words::L;

/// Records of a batch on a page.
const PAGE: i64 = 50;

fn running_words(l: L, import: &ImportView) -> String {
    if import.state == State::Checking { l.t("import-checking") } else { l.t("import-running") }
}

fn progress(visit: &Visit, import: &ImportView) -> ProgressView {
    let l = visit.l;
    let Some(now) = visit.services().progress.of(import.id) else {
        return ProgressView { done: l.t("import-waiting"), cancel: false, ..ProgressView::default() };
    };
    let (done, total) = (l.num(now.done), l.num(now.total));
    let elapsed = visit.services().clock.now().duration_since(now.began_at).as_millis();
    let speed = u64::try_from(u128::from(now.done) * 1_000 / u128::try_from(elapsed.max(1)).unwrap_or(1)).unwrap_or(0);
    let committing = now.phase == Phase::Committing;
    let left = if committing {
        l.t("import-committing")
    } else if now.cancelled {
        l.t("import-stopping")
    } else if speed > 0 && now.done > 0 {
        l.n("import-seconds-left", now.total.saturating_sub(now.done).div_ceil(speed))
    } else {
        String::new()
    };
    ProgressView {
        percent: if committing { 100 } else { (now.done * 100).checked_div(now.total).unwrap_or(0).min(100) },
        done: l.ta("import-rows-done", &[("done", done.as_str()), ("total", total.as_str())]),
        speed: if speed > 0 && !committing { l.n("import-speed", speed) } else { String::new() },
        left,
        cancel: !committing && !now.cancelled,
    }
}

/// The page of an import that runs or has ended.
pub(super) fn page(visit: &Visit, import: &ImportView) -> ImportApplyPage {
    let (l, path, document) = (visit.l, address(import), &import.document);
    let counts = document.counts.unwrap_or_default();
    let title = l.ta("import-title", &[("kind", import.kind.label(visit.op.language))]);
    let shell = visit.shell(title, "imports").under(l.t("nav-imports"), "/imports");
    let mut page = ImportApplyPage {
        l,
        shell,
        path: path.clone(),
        step: if import.state == State::Checking { 3 } else { 4 },
        progress: None,
        result: String::new(),
        failed: false,
        figures: Vec::new(),
        actions: Vec::new(),
    };
    match import.state {
        State::Checking | State::Applying => {
            page.result = running_words(l, import);
            page.progress = Some(progress(visit, import));
            return page;
        }
        State::Applied => {
            page.result = l.n("import-applied", counts.create + counts.update);
            page.actions
                .push(ActionView::link(l.t("import-see-list"), format!("/{}", import.kind.def().plural)).primary());
        }
        State::Undone => {
            page.failed = true;
            page.result = l.t("import-undone");
            if let Some(why) = &document.undo_reason {
                page.result = l.ta("import-undone-why", &[("why", why.as_str())]);
            }
        }
        State::Cancelled | State::Read | State::Checked => {
            page.failed = true;
            page.result = l.t("import-was-cancelled");
        }
    }
    let figure =
        |label: String, count: u64, href: String| (label, l.num(count), if count > 0 { href } else { String::new() });
    if document.counts.is_some() {
        let records = if import.state == State::Cancelled { String::new() } else { format!("{path}/records") };
        let refused = if import.state == State::Cancelled || document.rows_forgotten {
            String::new()
        } else {
            format!("{path}/refused.csv")
        };
        page.figures = vec![
            figure(l.t("import-new"), counts.create, records.clone()),
            figure(l.t("import-changed"), counts.update, records),
            figure(l.t("import-unchanged"), counts.unchanged, String::new()),
            figure(l.t("import-refused-short"), counts.refused, refused.clone()),
        ];
        if counts.refused > 0 && !refused.is_empty() {
            let words = l.n("import-refused-file", counts.refused);
            page.actions.push(ActionView::link(words, refused).with_icon("download"));
        }
    }
    let own = Resource::Imports { own: import.person == visit.op.actor.person };
    if import.state == State::Applied && visit.op.may(Action::UndoImport, &own) {
        page.actions
            .push(ActionView::link(l.t("import-undo"), format!("{path}/undo")).danger().with_icon("arrow-back-up"));
    }
    if import.state != State::Applied {
        page.actions.push(ActionView::link(l.t("import-begin"), "/imports/new").with_icon("file-import"));
    }
    page
}

/// `GET /imports/{id}/progress`: the running part alone; when nothing runs any more, the whole page is asked for.
pub(crate) async fn show_progress(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    let path = address(&import);
    if !matches!(import.state, State::Checking | State::Applying) {
        if visit.context.is_htmx() {
            let to = HeaderValue::from_str(&path).unwrap_or_else(|_| HeaderValue::from_static("/imports"));
            return Ok(([(HeaderName::from_static("hx-redirect"), to)], String::new()).into_response());
        }
        return Ok(flash::see_other(&path));
    }
    let (l, result) = (visit.l, running_words(visit.l, &import));
    Ok(RunningPart { l, path, result, now: progress(&visit, &import) }.into_response())
}

/// `POST /imports/{id}/apply`
pub(crate) async fn apply(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let skip_refused = sent.get("partial") == "true";
    let import = imports::start_apply(visit.services(), &visit.op, id_of(&id)?, skip_refused).await?;
    Ok(flash::see_other(&address(&import)))
}

/// `POST /imports/{id}/cancel`: stops what runs, or gives up what waits.
pub(crate) async fn cancel(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let import = imports::cancel(visit.services(), &visit.op, id_of(&id)?).await?;
    Ok(match import.state {
        State::Cancelled => visit.done("/imports", visit.l.t("import-was-cancelled")),
        _ => flash::see_other(&address(&import)),
    })
}

/// `POST /imports/{id}/undo`
pub(crate) async fn undo(mut visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    let why = sent.get("why");
    if why.is_empty() {
        let page = check::undo_form(&visit, &import, Some(visit.l.t("ask-reason-missing")));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    visit.op.why = why.chars().filter(|character| !character.is_control()).take(500).collect();
    match imports::undo(visit.services(), &visit.op, import.id).await {
        Ok(import) => Ok(visit.done(&address(&import), visit.l.t("import-undone-done"))),
        // Somebody changed one of its records since: the form says which, and nothing is taken back.
        Err(fault) if fault.kind == FaultKind::Conflict && fault.code != "import-state" => {
            let page = check::undo_form(&visit, &import, Some(fault.message.text(visit.op.language).to_owned()));
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// `GET /imports/{id}/refused.csv`
pub(crate) async fn refused_file(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let bytes = imports::refused_rows(visit.services(), &visit.op, id_of(&id)?).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"refused-rows.csv\""),
    ];
    Ok((headers, bytes).into_response())
}

/// `GET /imports/{id}/records`: what the import made and changed.
pub(crate) async fn records(visit: Visit, Path(id): Path<String>) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let import = imports::find(visit.services(), &visit.op, id_of(&id)?).await?;
    if !matches!(import.state, State::Applied | State::Undone) {
        return Err(Fault::not_found().into());
    }
    let path = address(&import);
    let after = visit.parameter("after").and_then(|text| text.parse().ok()).unwrap_or(0);
    let (found, next) = imports::batch_records(visit.services(), &visit.op, import.id, after, PAGE).await?;
    let rows = found.into_iter().map(|record| {
        let did = if record.created {
            BadgeView::new(l.t("import-new"), Tone::Good)
        } else {
            BadgeView::new(l.t("import-changed"), Tone::Accent)
        };
        RowView::new(vec![
            CellView::Badge(did),
            CellView::text(record.kind.label(visit.op.language)),
            if record.code.is_empty() { CellView::Empty } else { CellView::Code(record.code) },
            if record.name.is_empty() {
                CellView::Muted(l.t("import-record-gone"))
            } else {
                CellView::link(record.name, present::address(record.kind, record.id))
            },
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("col-what")),
        ColumnView::new(l.t("import-kind-short")),
        ColumnView::new(l.t("col-code")),
        ColumnView::new(l.t("col-name")),
    ];
    let table =
        TableView::new(l, l.t("import-records"), columns).with_rows(rows.collect()).with_empty(l.t("import-no-rows"));
    let shell = visit
        .shell(l.t("import-records"), "imports")
        .under(l.t("nav-imports"), "/imports")
        .under(import.file_name.clone(), path.clone());
    let mut page = ListPage::new(shell, format!("{path}/records"), table);
    page.next = next.map(|next| format!("{path}/records?after={next}"));
    Ok(page)
}
