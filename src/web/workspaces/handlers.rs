//! The list of workspaces and the page of one.

use axum::extract::Path;
use axum::http::HeaderValue;
use axum::response::{IntoResponse as _, Response};
use domain::{EntityKind, EnvironmentKind, Id, Record, Timestamp};
use edge::Refusal;
use services::provisioning::{self, Delivery, Told, WorkspaceFilter, WorkspaceView};
use services::requests::{self, ExitView, NetworkPeer, PeerDirection, ports_text};

use super::{AspectView, UsageView, WorkspaceLive, WorkspacePage, life};
use crate::desk::id_of;
use crate::list::ListPage;
use crate::parts::{BadgeView, CellView, ColumnView, EmptyView, RowView, TableView, Tone};
use crate::record::{FactView, RecordView};
use crate::requests::handlers::address as request_address;
use crate::requests::{delivery_badge, drift_line, fact};
use crate::visit::Visit;

/// Workspaces of a page.
const ROWS: i64 = 50;

fn name_of(kind: EntityKind, record: Option<&Record>) -> String {
    record.and_then(|record| record.get(kind.def(), "name").as_text()).unwrap_or_default().to_owned()
}

fn environment(visit: &Visit, code: &str) -> String {
    EnvironmentKind::from_code(code).map_or_else(String::new, |one| visit.pick(one.label()))
}

/// A place in the list, as `before` carries it.
fn place(text: &str) -> Option<(Timestamp, Id)> {
    let (micros, id) = text.split_once('-')?;
    Some((Timestamp::from_microsecond(micros.parse().ok()?).ok()?, Id::parse(id)?))
}

/// Where a workspace is, and whether it is frozen.
fn badges(visit: &Visit, delivery: &Delivery) -> Vec<BadgeView> {
    let mut badges = vec![delivery_badge(visit, &delivery.state)];
    if delivery.frozen.is_some() && !is_over(delivery) {
        badges.push(BadgeView::new(visit.l.t("frozen"), Tone::Warn));
    }
    badges
}

/// `GET /workspaces`
pub(crate) async fn list(visit: Visit) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let before = visit.parameter("before").as_deref().and_then(place);
    let (found, more) =
        provisioning::workspaces(visit.services(), &visit.op, &WorkspaceFilter::default(), before, ROWS).await?;
    let rows = found.iter().map(|one| {
        let delivery = &one.delivery;
        RowView::new(vec![
            CellView::link(delivery.namespace.clone(), format!("/workspaces/{}", delivery.id)),
            CellView::link(name_of(EntityKind::System, one.system.as_ref()), format!("/systems/{}", delivery.system)),
            CellView::text(environment(&visit, &delivery.environment)),
            CellView::text(name_of(EntityKind::Cluster, one.cluster.as_ref())),
            CellView::Badges(badges(&visit, delivery)),
            CellView::date(delivery.expires_on.clone()),
            visit.when_cell(delivery.updated_at),
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("workspace-name")),
        ColumnView::new(l.t("workspace-system")),
        ColumnView::new(l.t("delivery-environment")),
        ColumnView::new(l.t("delivery-cluster")),
        ColumnView::new(l.t("col-state")),
        ColumnView::new(l.t("delivery-until")),
        ColumnView::new(l.t("col-when")),
    ];
    let table =
        TableView::new(l, l.t("nav-workspaces"), columns).with_rows(rows.collect()).with_empty(l.t("workspaces-none"));
    let mut page = ListPage::new(visit.shell(l.t("nav-workspaces"), "workspaces"), "/workspaces", table);
    page.count = l.num(found.len() as u64);
    if found.is_empty() && before.is_none() {
        page.empty = Some(EmptyView {
            icon: "cloud-check",
            title: l.t("workspaces-none"),
            text: l.t("workspaces-none-text"),
            action: None,
        });
    }
    let last = found.last().filter(|_| more).map(|one| (one.delivery.updated_at, one.delivery.id));
    page.next = last.map(|(at, id)| format!("/workspaces?before={}-{id}", at.as_microsecond()));
    page.previous = before.map(|_| "/workspaces".to_owned());
    Ok(page)
}

fn aspect(visit: &Visit, (kind, outcome, reason, message): &(String, String, String, String)) -> Option<AspectView> {
    let l = visit.l;
    let (word, good) = match kind.as_str() {
        "Ready" => (l.t("aspect-ready"), "True"),
        "QuotaApplied" => (l.t("aspect-quota"), "True"),
        "NetworkIsolated" => (l.t("aspect-network"), "True"),
        "AccessGranted" => (l.t("aspect-access"), "True"),
        "Drifted" => (l.t("aspect-drifted"), "False"),
        _ => return None,
    };
    let is_good = outcome == good;
    let state = if is_good {
        BadgeView::new(l.t("aspect-good"), Tone::Good)
    } else {
        BadgeView::new(l.t("aspect-bad"), Tone::Warn)
    };
    let note = if is_good { String::new() } else { format!("{reason}: {message}") };
    Some(AspectView { word, state, note })
}

/// What the forms of the page hang on: when it changes, the page is drawn anew.
fn seen(one: &WorkspaceView, exits: &[ExitView]) -> String {
    let newest = exits.first();
    let exit = newest.map_or("none", |view| view.request.state.as_str());
    let waits = newest.is_some_and(|view| view.waits_for.is_some());
    format!("{}-{exit}-{}-{waits}", one.delivery.state, one.delivery.frozen.is_some())
}

/// True for what no cluster has any more.
fn is_over(delivery: &Delivery) -> bool {
    ["released", "reclaimed"].contains(&delivery.state.as_str())
}

fn live_of(visit: &Visit, one: &WorkspaceView, exits: &[ExitView]) -> WorkspaceLive {
    let is_over = is_over(&one.delivery);
    let told = if is_over { &Told::default() } else { &one.told };
    WorkspaceLive {
        l: visit.l,
        path: format!("/workspaces/{}", one.delivery.id),
        seen: seen(one, exits),
        state: delivery_badge(visit, &one.delivery.state),
        frozen: life::frozen(visit, one),
        exit: life::exit_line(visit, exits),
        is_over,
        is_missing: one.is_missing,
        message: one.delivery.message.clone(),
        aspects: told.conditions.iter().filter_map(|condition| aspect(visit, condition)).collect(),
        usage: told
            .usage
            .iter()
            .map(|(name, hard, used)| UsageView { name: name.clone(), text: format!("{used} / {hard}") })
            .collect(),
        drift: one.drift.iter().map(|drift| drift_line(visit, drift)).collect(),
    }
}

/// One who asks for consent, and the line that would give it.
fn asks(visit: &Visit, wanted: &NetworkPeer) -> String {
    let language = visit.op.language;
    let key = if wanted.direction == PeerDirection::From { "peer-asks-to" } else { "peer-asks-from" };
    let (ports, line) = (ports_text(&wanted.ports, language), wanted.text(language));
    visit.l.ta(key, &[("peer", wanted.whom()), ("ports", ports.as_str()), ("line", line.as_str())])
}

/// `GET /workspaces/{id}`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<WorkspacePage, Refusal> {
    let l = visit.l;
    let one = provisioning::show_workspace(visit.services(), &visit.op, id_of(&id)?).await?;
    let exits = requests::exits(visit.services(), &visit.op, one.delivery.id).await?;
    let delivery = &one.delivery;
    let system = name_of(EntityKind::System, one.system.as_ref());
    let link = |label: String, text: String, href: String| FactView::new(label, CellView::link(text, href));
    let shell = visit.shell(delivery.namespace.clone(), "workspaces").under(l.t("nav-workspaces"), "/workspaces");
    let mut record =
        RecordView::new(l, delivery.plan_hash.trim_start_matches("sha256:").chars().take(8).collect::<String>());
    record.lead = format!("{system} · {}", environment(&visit, &delivery.environment));
    Ok(WorkspacePage {
        l,
        shell,
        record,
        facts: vec![
            link(l.t("workspace-system"), system, format!("/systems/{}", delivery.system)),
            link(l.t("request-subject"), l.t("workspace-request"), request_address(delivery.request)),
            link(
                l.t("delivery-cluster"),
                name_of(EntityKind::Cluster, one.cluster.as_ref()),
                format!("/clusters/{}", delivery.cluster),
            ),
            fact(l.t("delivery-until"), delivery.expires_on.clone()),
        ],
        commands: match is_over(delivery) {
            true => Vec::new(),
            false => vec![
                format!("kubectl get ws {}", delivery.namespace),
                format!("kubectl describe quota -n {}", delivery.namespace),
            ],
        },
        asking: requests::peers_asking(visit.services(), &visit.op, delivery.id)
            .await?
            .iter()
            .map(|one| asks(&visit, one))
            .collect(),
        change: format!("/move/{}", delivery.system),
        forms: [life::exit_form(&visit, &one, &exits), life::freeze_form(&visit, &one)].into_iter().flatten().collect(),
        live: live_of(&visit, &one, &exits),
    })
}

/// `GET /workspaces/{id}/live`
pub(crate) async fn live(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let one = provisioning::show_workspace(visit.services(), &visit.op, id_of(&id)?).await?;
    let exits = requests::exits(visit.services(), &visit.op, one.delivery.id).await?;
    let part = live_of(&visit, &one, &exits);
    let has_changed = visit.parameter("seen").is_some_and(|seen| seen != part.seen);
    let mut response = part.into_response();
    if has_changed {
        // What the visitor can do now has changed with it.
        response.headers_mut().insert("hx-refresh", HeaderValue::from_static("true"));
    }
    Ok(response)
}
