//! Requests: those that wait, the page of one, its moves.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::response::{IntoResponse as _, Response};
use domain::{Fault, FaultKind, Id, Movement};
use edge::Refusal;
use services::requests::{self, Step};

use super::{RequestPage, view};
use crate::desk::{Sent, id_of};
use crate::list::ListPage;
use crate::parts::{BadgeView, CellView, ColumnView, EmptyView, RowView, TableView, Tone};
use crate::visit::Visit;
use crate::workspaces::exit_badge;

/// Address of a request.
pub(crate) fn address(subject: Id) -> String {
    format!("/requests/{subject}")
}

/// The request of an address, if the visitor may see it.
pub(super) async fn find(visit: &Visit, id: Id) -> Result<requests::RequestView, Refusal> {
    Ok(requests::find(visit.services(), &visit.op, id).await?)
}

/// `GET /requests`
pub(crate) async fn waiting(visit: Visit) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let found = requests::waiting(visit.services(), &visit.op).await?;
    let exits = requests::exits_waiting(visit.services(), &visit.op).await?;
    let yours = |is_mine: bool| match is_mine {
        true => CellView::Badge(BadgeView::new(l.t("request-yours"), Tone::Accent)),
        false => CellView::Empty,
    };
    let ends = exits.iter().map(|one| {
        let (name, number) = (one.delivery.namespace.clone(), one.exit.number.clone());
        let row = RowView::new(vec![
            CellView::Link { text: name, href: format!("/workspaces/{}", one.delivery.id), note: Some(number) },
            CellView::text(l.t("exit")),
            CellView::Badge(exit_badge(&visit, &one.request.state)),
            yours(one.is_mine),
            CellView::text(one.request.requester_name.clone()),
            visit.when_cell(one.request.updated_at),
        ]);
        (one.is_mine, row)
    });
    let moves = found.iter().map(|one| {
        let def = one.kind.def();
        let text = |name: &str| one.record.get(def, name).as_text().unwrap_or_default().to_owned();
        let row = RowView::new(vec![
            CellView::Link { text: text("name"), href: address(one.request.subject), note: Some(text("code")) },
            CellView::text(def.label(visit.op.language)),
            CellView::Badge(view::state(&visit, one.kind, &one.request.state)),
            yours(one.is_mine),
            CellView::text(one.request.requester_name.clone()),
            visit.when_cell(one.request.updated_at),
        ]);
        (one.is_mine, row)
    });
    let mut rows: Vec<(bool, RowView)> = moves.chain(ends).collect();
    rows.sort_by_key(|(is_mine, _)| !is_mine);
    let count = rows.len() as u64;
    let columns = vec![
        ColumnView::new(l.t("request-subject")),
        ColumnView::new(l.t("request-kind")),
        ColumnView::new(l.t("col-state")),
        ColumnView::new(l.t("request-waits")),
        ColumnView::new(l.t("request-requester")),
        ColumnView::new(l.t("col-when")),
    ];
    let table = TableView::new(l, l.t("nav-requests"), columns)
        .with_rows(rows.into_iter().map(|(_, row)| row).collect())
        .with_empty(l.t("requests-none"));
    let mut page = ListPage::new(visit.shell(l.t("nav-requests"), "requests"), "/requests", table);
    page.count = l.num(count);
    if count == 0 {
        page.empty = Some(EmptyView {
            icon: "file-text",
            title: l.t("requests-none"),
            text: l.t("requests-none-text"),
            action: None,
        });
    }
    Ok(page)
}

/// `GET /requests/{id}`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<RequestPage, Refusal> {
    let found = find(&visit, id_of(&id)?).await?;
    view::page(&visit, &found).await
}

/// `GET /requests/{id}/live`
pub(crate) async fn live(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let found = find(&visit, id_of(&id)?).await?;
    let part = view::live(&visit, &found);
    let has_settled = !part.is_live;
    let mut response = part.into_response();
    if has_settled {
        // What the visitor can do now has changed with it.
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// `POST /requests/{id}/moves`
pub(crate) async fn make(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let found = find(&visit, id).await?;
    let to = address(id);
    let Some(movement) = Movement::from_code(sent.get("move")) else { return Err(Fault::not_found().into()) };
    let step = Step {
        movement,
        reason: sent.get("reason").to_owned(),
        day: sent.get("day").parse().ok(),
        plan_hash: Some(sent.get("plan_hash").to_owned()),
        seen_state: Some(sent.get("seen_state").to_owned()).filter(|state| !state.is_empty()),
    };
    match requests::make(visit.services(), &visit.op, found.kind, id, &step).await {
        Ok(()) => {
            let label = visit.pick(movement.label());
            Ok(visit.done(&to, visit.l.ta("request-moved", &[("move", label.as_str())])))
        }
        Err(fault) => told(&visit, &to, fault),
    }
}

/// Says on the page why a step was not taken; what may not be seen stays a refusal.
pub(crate) fn told(visit: &Visit, to: &str, fault: Fault) -> Result<Response, Refusal> {
    if matches!(fault.kind, FaultKind::NotFound | FaultKind::Unauthenticated | FaultKind::Internal) {
        return Err(fault.into());
    }
    let said: Vec<String> =
        fault.problems.iter().map(|problem| problem.message.text(visit.op.language).to_owned()).collect();
    let separator = visit.op.language.pick("；", "; ");
    let text = if said.is_empty() { fault.message.text(visit.op.language).to_owned() } else { said.join(separator) };
    let told = Fault { message: domain::Wording::new(text.clone(), text), ..fault };
    Ok(visit.refused(to, &told))
}

/// `POST /requests/{id}/deliveries/{delivery}/confirm`
pub(crate) async fn confirm(
    visit: Visit,
    Path((id, delivery)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Refusal> {
    let (id, delivery) = (id_of(&id)?, id_of(&delivery)?);
    let to = address(id);
    match requests::confirm_delivery(visit.services(), &visit.op, id, delivery, sent.get("note")).await {
        Ok(()) => Ok(visit.done(&to, visit.l.t("delivery-confirmed"))),
        Err(fault) => told(&visit, &to, fault),
    }
}
