//! The audit trail, newest first, and the check of its seals.

use axum::response::Response;
use domain::{EntityKind, FaultKind, Id, Kind, Value};
use edge::Refusal;
use rules::{Action, Resource};
use serde_json::Value as Json;
use services::audit;
use services::records::Placed;

use crate::list::ListPage;
use crate::parts::{ActionView, CellView, ColumnView, RowView, TableView};
use crate::present::{self, moments};
use crate::visit::Visit;
use crate::words::L;

/// Entries of a page.
const ROWS: i64 = 50;
/// Changed fields named in a row.
const FIELDS: usize = 3;

/// What an entry did, in words. An action that has none is shown as it is written.
fn action_words(l: L, action: &str) -> String {
    match action {
        "create" => l.t("audit-create"),
        "update" => l.t("audit-update"),
        "remove" => l.t("audit-remove"),
        "assess" => l.t("audit-assess"),
        "import" => l.t("audit-import"),
        "undo_import" => l.t("audit-undo-import"),
        "sign_in" => l.t("audit-sign-in"),
        "sign_in_failed" => l.t("audit-sign-in-failed"),
        "sign_out" => l.t("audit-sign-out"),
        "sign_out_everywhere" => l.t("audit-sign-out-everywhere"),
        "set_password" => l.t("audit-set-password"),
        "make_link" => l.t("audit-make-link"),
        "grant" => l.t("audit-grant"),
        "revoke" => l.t("audit-revoke"),
        "lock" => l.t("audit-lock"),
        "unlock" => l.t("audit-unlock"),
        "create_token" => l.t("audit-create-token"),
        "revoke_token" => l.t("audit-revoke-token"),
        "move" => l.t("did-move"),
        "deliver" => l.t("did-deliver"),
        "attach" => l.t("did-attach"),
        "confirm" => l.t("did-confirm"),
        "register_cluster" => l.t("did-register-cluster"),
        "unregister_cluster" => l.t("did-unregister-cluster"),
        "freeze" => l.t("did-freeze"),
        "unfreeze" => l.t("did-unfreeze"),
        "give_again" => l.t("did-give-again"),
        "ask_exit" => l.t("did-ask-exit"),
        "move_exit" => l.t("did-move-exit"),
        other => other.to_owned(),
    }
}

pub(crate) fn door_words(l: L, door: &str) -> String {
    match door {
        "console" => l.t("door-console"),
        "api" => l.t("door-api"),
        "command_line" => l.t("door-command-line"),
        "job" => l.t("door-job"),
        other => other.to_owned(),
    }
}

/// One side of a change as people read it.
fn side(visit: &Visit, kind: EntityKind, field: &str, json: Option<&Json>) -> String {
    let Some((_, field)) = kind.def().field(field) else { return json.map(Json::to_string).unwrap_or_default() };
    let value = match json {
        Some(Json::String(text)) if matches!(field.kind, Kind::Ref { .. }) => return text.chars().take(8).collect(),
        Some(Json::String(text)) => Value::Text(text.clone()),
        Some(Json::Bool(flag)) => Value::Bool(*flag),
        Some(Json::Number(number)) => number.as_i64().map_or(Value::Null, Value::Int),
        _ => return String::new(),
    };
    domain::show(field, &value, visit.services().pack.as_ref(), visit.op.language)
}

/// What changed: one field before and after, several by name.
fn change(visit: &Visit, placed: &Placed) -> CellView {
    let Some(kind) = EntityKind::from_table(&placed.entry.entity) else { return CellView::Empty };
    let Ok(Json::Object(body)) = serde_json::from_str(&placed.entry.body) else { return CellView::Empty };
    let Some(Json::Object(changes)) = body.get("changes") else { return CellView::Empty };
    let label = |name: &str| {
        kind.def().field(name).map_or_else(|| name.to_owned(), |(_, field)| field.label(visit.op.language).to_owned())
    };
    if let (1, Some((name, pair))) = (changes.len(), changes.iter().next()) {
        let before = side(visit, kind, name, pair.get(0));
        return CellView::Changed {
            before: if before.is_empty() { label(name) } else { format!("{} {before}", label(name)) },
            after: side(visit, kind, name, pair.get(1)),
        };
    }
    let names: Vec<String> = changes.keys().take(FIELDS).map(|name| label(name)).collect();
    let mut text = names.join(&visit.l.t("comma"));
    if changes.len() > FIELDS {
        text.push(' ');
        text.push_str(&visit.l.ta("and-more", &[("shown", visit.l.num((changes.len() - FIELDS) as u64).as_str())]));
    }
    CellView::text(text)
}

/// What an entry is about, with the way to it.
fn subject(visit: &Visit, placed: &Placed, names: &present::Names) -> CellView {
    let entry = &placed.entry;
    if matches!(entry.action.as_str(), "import" | "undo_import") {
        return CellView::link(visit.l.t("audit-an-import"), format!("/imports/{}", entry.subject));
    }
    let Some(kind) = EntityKind::from_table(&entry.entity) else {
        return match (entry.entity.as_str(), entry.subject) {
            ("person", id) if id != Id::NONE => {
                let label = visit.l.t("audit-a-person");
                let href = format!("/people/{id}");
                match names.get(&id) {
                    Some((_, name)) => CellView::Link { text: name.clone(), href, note: Some(label) },
                    None => CellView::link(label, href),
                }
            }
            ("workspace", id) => CellView::link(visit.l.t("workspace-name"), format!("/workspaces/{id}")),
            _ => CellView::Empty,
        };
    };
    let label = kind.label(visit.op.language).to_owned();
    match names.get(&entry.subject) {
        Some((_, name)) => {
            CellView::Link { text: name.clone(), href: present::address(kind, entry.subject), note: Some(label) }
        }
        None => CellView::Muted(label),
    }
}

/// `GET /audit`
pub(crate) async fn show(visit: Visit) -> Result<ListPage, Refusal> {
    let (l, services) = (visit.l, visit.services());
    let before = visit.parameter("before").and_then(|text| text.parse().ok());
    let entries = audit::list(services, &visit.op, before, ROWS).await?;
    let names = audit::names(services, &entries).await?;
    let rows = entries.iter().map(|placed| {
        let entry = &placed.entry;
        let who = if entry.actor.is_empty() { l.t("audit-nobody") } else { entry.actor.clone() };
        let mut what = action_words(l, &entry.action);
        if !entry.why.is_empty() {
            what = format!("{what}{}{}", l.t("work-colon"), entry.why);
        }
        RowView::new(vec![
            CellView::Date {
                text: moments::exact(&services.pack, entry.at).chars().take(19).collect(),
                title: moments::exact(&services.pack, entry.at),
            },
            CellView::text(who),
            CellView::text(what),
            subject(&visit, placed, &names),
            change(&visit, placed),
            CellView::Muted(door_words(l, &entry.door)),
            CellView::Code(entry.request_id.clone()),
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("col-when")),
        ColumnView::new(l.t("audit-who")),
        ColumnView::new(l.t("col-what")),
        ColumnView::new(l.t("audit-subject")),
        ColumnView::new(l.t("col-change")),
        ColumnView::new(l.t("audit-door")),
        ColumnView::new(l.t("request-id")),
    ];
    let table = TableView::new(l, l.t("nav-audit"), columns).with_rows(rows.collect()).with_empty(l.t("audit-none"));
    let mut page = ListPage::new(visit.shell(l.t("nav-audit"), "audit"), "/audit", table);
    page.lead = l.t("audit-lead");
    page.actions = vec![ActionView::post(l.t("audit-verify"), "/audit/verify").with_icon("shield-check")];
    let full = i64::try_from(entries.len()).unwrap_or(0) == ROWS;
    page.next = entries.last().filter(|_| full).map(|last| format!("/audit?before={}", last.place.sequence));
    page.previous = before.map(|_: i64| "/audit".to_owned());
    Ok(page)
}

/// `POST /audit/verify`: recomputes every seal and says what came of it.
pub(crate) async fn verify(visit: Visit) -> Result<Response, Refusal> {
    services::permit(&visit.op, Action::ViewAudit, &Resource::Audit)?;
    let l = visit.l;
    let found = audit::verify(visit.services(), &visit.op).await?;
    let entries = l.num(u64::try_from(found.entries).unwrap_or(0));
    let seals = l.num(u64::try_from(found.seals).unwrap_or(0));
    Ok(match found.broken_seal {
        None => visit.done("/audit", l.ta("audit-sound", &[("entries", entries.as_str()), ("seals", seals.as_str())])),
        Some(seal) => {
            let (zh, en) = (
                format!("第 {seal} 批封存与记录不符：其中的记录被修改、删除或插入过。请立即联系管理员并保留数据库。"),
                format!(
                    "Seal {seal} does not fit: an entry under it was altered, removed or put in. Call your administrator and keep the database as it is."
                ),
            );
            visit.refused("/audit", &domain::Fault::new(FaultKind::Conflict, "audit-broken", zh, en))
        }
    })
}
