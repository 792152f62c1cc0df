//! How a request is shown.

use domain::{DeliveryKind, DeliveryState, EntityKind, EnvironmentKind, ExceptionState, Movement, Need, Size};
use edge::Refusal;
use rules::{Action, Resource};
use services::requests::{DeliveryView, RequestView};

use super::{
    DecisionView, DeliveryCard, FileView, LivePart, MoveButton, RequestPage, StageView, fact, handlers::address, plan,
};
use crate::parts::{ActionView, BadgeView, FieldKind, FieldView, OptionView, Tone};
use crate::present::{Present, badges, units};
use crate::record::handler::shell;
use crate::record::view::{self, Opened};
use crate::visit::Visit;

/// Steps of a migration that people see; others lead aside.
const WAY: [&str; 7] = ["draft", "submitted", "approved", "provisioned", "cut_over", "source_off", "closed"];
/// Steps of an exception.
const EXCEPTION_WAY: [&str; 4] = ["draft", "submitted", "endorsed", "approved"];
/// States in which something is being made.
const LIVE: [&str; 2] = ["approved", "provisioning"];

fn word(visit: &Visit, kind: EntityKind, code: &str) -> String {
    use domain::CodeLists as _;
    match kind {
        EntityKind::Migration => {
            visit.services().pack.list("migration_state").label(code, visit.op.language).to_owned()
        }
        _ => ExceptionState::from_code(code).map_or_else(|| code.to_owned(), |state| visit.pick(state.label())),
    }
}

/// Where a request stands, as a badge.
pub(super) fn state(visit: &Visit, kind: EntityKind, code: &str) -> BadgeView {
    let tone = badges::tone("migration_state", code).unwrap_or_default();
    let tone = match code {
        "endorsed" | "expert_review" => Tone::Accent,
        "revoked" => Tone::Bad,
        _ => tone,
    };
    BadgeView::new(word(visit, kind, code), tone)
}

/// The way of a request; a state beside it is shown as the last step.
fn stages(visit: &Visit, found: &RequestView) -> Vec<StageView> {
    let way: &[&str] = if found.kind == EntityKind::Migration { &WAY } else { &EXCEPTION_WAY };
    let now = match found.request.state.as_str() {
        "provisioning" | "provisioning_failed" => "provisioned",
        "returned" => "draft",
        "expert_review" => "submitted",
        other => other,
    };
    let at = way.iter().position(|step| *step == now);
    let note = |step: &str| {
        // A review leaves it where it is: the step is the decision that led there.
        let decision = found.decisions.iter().rev().find(|one| one.to_state == step && one.from_state != step);
        decision.map(|one| format!("{} {}", one.person_name, visit.when(one.at))).unwrap_or_default()
    };
    let is_over = found.legal.is_empty() && at == Some(way.len() - 1);
    let mut stages: Vec<StageView> = way
        .iter()
        .enumerate()
        .map(|(index, step)| StageView {
            word: word(visit, found.kind, if index == 0 { "draft" } else { step }),
            class: match at {
                Some(at) if index < at || (is_over && index == at) => "done",
                Some(at) if index == at => "now",
                _ => "",
            },
            note: if at.is_some_and(|at| index <= at) { note(step) } else { String::new() },
        })
        .collect();
    if at.is_none() {
        stages.truncate(1);
        stages.iter_mut().for_each(|stage| stage.class = "done");
        let code = &found.request.state;
        stages.push(StageView { word: word(visit, found.kind, code), class: "now", note: note(code) });
    }
    stages
}

/// True for a namespace that a cluster has.
fn stands(one: &DeliveryView) -> bool {
    ["pushed", "ready"].contains(&one.planned.delivery.state.as_str())
}

/// What happens now, in a sentence.
fn now(visit: &Visit, found: &RequestView) -> String {
    let l = visit.l;
    let key = match (found.kind, found.request.state.as_str()) {
        (_, "draft") => "request-now-draft",
        (_, "returned") => "request-now-returned",
        (_, "submitted") => "request-now-submitted",
        (_, "expert_review") => "request-now-experts",
        (_, "endorsed") => "request-now-endorsed",
        (EntityKind::Migration, "approved" | "provisioning") => "request-now-making",
        (_, "provisioning_failed") => "request-now-failed",
        (_, "provisioned") => "request-now-ready",
        (_, "cut_over") => "request-now-cut-over",
        (_, "source_off") => "request-now-source-off",
        (_, "closed") => "request-now-closed",
        (EntityKind::Migration, "cancelled") if found.deliveries.iter().any(stands) => "request-now-left",
        (_, "approved") => return excepted(visit, found),
        _ => "request-now-over",
    };
    l.t(key)
}

/// Until when an approved exception holds, and by when it is looked at again; one that ended is over.
fn excepted(visit: &Visit, found: &RequestView) -> String {
    let (l, Some(running)) = (visit.l, found.running) else { return visit.l.t("request-now-over") };
    let end = running.end.to_string();
    match running.review_on.map(|day| day.to_string()) {
        Some(review) => l.ta("request-now-running", &[("end", end.as_str()), ("review", review.as_str())]),
        None => l.ta("request-now-excepted", &[("end", end.as_str())]),
    }
}

fn capacity(visit: &Visit, one: &DeliveryView) -> Vec<[String; 6]> {
    let Some(capacity) = one.capacity else { return Vec::new() };
    let l = visit.l;
    let (asked, free) = (one.asked, capacity.free());
    let row = |label: String, show: &dyn Fn(&domain::Amounts) -> String| {
        let all = [&capacity.declared, &capacity.reserved, &capacity.granted, &free, &asked];
        let [declared, reserved, granted, free, asked] = all.map(show);
        [label, declared, reserved, granted, free, asked]
    };
    vec![
        row(l.t("amount-cores"), &|amounts| units::cores(amounts.cpu_milli)),
        row(l.t("amount-memory"), &|amounts| units::gib(amounts.memory_mib)),
        row(l.t("amount-storage"), &|amounts| amounts.storage_gib.to_string()),
        row(l.t("amount-instances"), &|amounts| amounts.pods.to_string()),
    ]
}

pub(crate) fn delivery_badge(visit: &Visit, code: &str) -> BadgeView {
    let state = DeliveryState::from_code(code).unwrap_or(DeliveryState::Planned);
    let tone = match state {
        DeliveryState::Ready | DeliveryState::Confirmed => Tone::Good,
        DeliveryState::Reserved | DeliveryState::Pushed | DeliveryState::Reclaiming => Tone::Accent,
        DeliveryState::Failed => Tone::Bad,
        DeliveryState::Planned | DeliveryState::Released | DeliveryState::Replaced | DeliveryState::Reclaimed => {
            Tone::Neutral
        }
    };
    BadgeView::new(visit.pick(state.label()), tone)
}

fn card(visit: &Visit, found: &RequestView, one: &DeliveryView) -> DeliveryCard {
    let (l, delivery) = (visit.l, &one.planned.delivery);
    let environment =
        EnvironmentKind::from_code(&delivery.environment).map_or(String::new(), |one| visit.pick(one.label()));
    let kind = DeliveryKind::from_code(&delivery.kind).unwrap_or(DeliveryKind::Namespace);
    let size = Size::from_code(&delivery.size).map_or(String::new(), |size| visit.pick(size.label()));
    let amounts = visit.amounts(&delivery.amounts);
    let cluster = one
        .cluster
        .as_ref()
        .map(|record| record.get(EntityKind::Cluster.def(), "name").as_text().unwrap_or_default().to_owned());
    let mut facts = vec![fact(l.t("delivery-size"), format!("{size} · {amounts}"))];
    if kind == DeliveryKind::Namespace {
        facts.push(fact(l.t("delivery-name"), delivery.namespace.clone()));
        facts.push(fact(l.t("delivery-cluster"), cluster.unwrap_or_default()));
    }
    facts.push(fact(l.t("delivery-until"), delivery.expires_on.clone()));
    let is_workspace = kind == DeliveryKind::Namespace && delivery.state != "planned";
    let may_confirm = found.may_provision && one.is_confirmable;
    DeliveryCard {
        title: match delivery.changes.is_none() {
            true => format!("{environment} · {}", visit.pick(kind.label())),
            false => format!("{environment} · {} · {}", visit.pick(kind.label()), l.t("delivery-change")),
        },
        state: delivery_badge(visit, &delivery.state),
        facts,
        message: delivery.message.clone(),
        problems: one.planned.problems.iter().map(|one| one.message.text(visit.op.language).to_owned()).collect(),
        capacity: if delivery.state == "planned" { capacity(visit, one) } else { Vec::new() },
        changes: plan::changes(visit, one),
        peers: plan::peers(visit, one),
        objects: one.objects.clone(),
        drift: one.drift.iter().map(|drift| drift_line(visit, drift)).collect(),
        href: is_workspace.then(|| format!("/workspaces/{}", delivery.id)),
        by_files: one.is_confirmable && kind == DeliveryKind::Namespace,
        confirm: may_confirm.then(|| format!("{}/deliveries/{}/confirm", address(delivery.request), delivery.id)),
    }
}

/// One record of drift in a sentence.
pub(crate) fn drift_line(visit: &Visit, drift: &services::provisioning::Drift) -> String {
    let l = visit.l;
    let client = if drift.client.is_empty() { l.t("drift-nobody") } else { drift.client.clone() };
    let what =
        if drift.field.is_empty() { drift.object.clone() } else { format!("{} ({})", drift.object, drift.field) };
    let when = visit.when(drift.at);
    let key = match drift.action.as_str() {
        "deleted" => "drift-deleted",
        "added" => "drift-added",
        _ => "drift-changed",
    };
    l.ta(key, &[("what", what.as_str()), ("client", client.as_str()), ("when", when.as_str())])
}

/// The part that changes while one looks.
pub(super) fn live(visit: &Visit, found: &RequestView) -> LivePart {
    let is_live = found.kind == EntityKind::Migration && LIVE.contains(&found.request.state.as_str());
    LivePart {
        l: visit.l,
        path: address(found.request.subject),
        is_live,
        stages: stages(visit, found),
        now: now(visit, found),
        dropped: plan::dropped(visit, found),
        deliveries: found.deliveries.iter().map(|one| card(visit, found, one)).collect(),
    }
}

/// What could go wrong, for those who decide while they can.
fn risks(visit: &Visit, found: &RequestView) -> Vec<String> {
    let is_open = ["submitted", "draft", "returned"].contains(&found.request.state.as_str());
    if is_open && found.sees_plan { plan::risks(visit, found) } else { Vec::new() }
}

pub(crate) fn class_of(movement: Movement) -> &'static str {
    match movement {
        Movement::Approve
        | Movement::Submit
        | Movement::Endorse
        | Movement::Review
        | Movement::CutOver
        | Movement::SourceOff
        | Movement::Close
        | Movement::Retry => "btn btn-primary",
        Movement::CarryOut | Movement::Reject | Movement::Cancel | Movement::Withdraw | Movement::Revoke => {
            "btn btn-danger-quiet"
        }
        _ => "btn",
    }
}

/// The page.
pub(super) async fn page(visit: &Visit, found: &RequestView) -> Result<RequestPage, Refusal> {
    let l = visit.l;
    let opened = Opened { kind: found.kind, shown: found.shown.clone() };
    let present = Present::new(visit, &opened.shown.names);
    let mut record = view::record(visit, &present, &opened, &[]).await?;
    // While something is being made, the steps below tell it as it changes.
    let badge = state(visit, found.kind, &found.request.state);
    record.badges = if LIVE.contains(&found.request.state.as_str()) && found.kind == EntityKind::Migration {
        Vec::new()
    } else {
        vec![badge]
    };
    record.missing = None;
    record.more = Vec::new();
    record.actions = match found.may_edit {
        true => {
            vec![ActionView::link(l.t("edit"), format!("{}/edit", address(found.request.subject))).with_icon("edit")]
        }
        false => Vec::new(),
    };
    if found.may_renew {
        let href = format!("/justify/{}?renews={}", found.request.system, found.request.subject);
        record.actions.push(ActionView::link(l.t("request-renew"), href).with_icon("refresh"));
    }
    let path = address(found.request.subject);
    let mut fields = Vec::new();
    let needs = |need: Need| found.legal.iter().any(|legal| legal.needs.contains(&need));
    if needs(Need::Day) {
        let today = visit.services().today().to_string();
        fields.push(FieldView::new(l, "day", l.t("request-day"), FieldKind::Date).with(today));
    }
    if needs(Need::Reason) {
        fields.push(
            FieldView::new(l, "reason", l.t("request-reason"), FieldKind::LongText).helped(l.t("request-reason-help")),
        );
    }
    let request = &found.request;
    let has_plan = found.deliveries.iter().any(|one| one.planned.spec.is_some());
    Ok(RequestPage {
        l,
        shell: crumbs(visit, &opened),
        live: live(visit, found),
        path: path.clone(),
        evidence_action: format!("/evidence/{}", found.request.subject),
        facts: match found.kind {
            EntityKind::Migration => vec![
                fact(l.t("request-why"), request.reason.clone()),
                fact(l.t("request-rollback"), request.rollback_plan.clone()),
                fact(l.t("request-contact"), request.contact.clone()),
                fact(l.t("request-owners"), request.owners.clone()),
                fact(l.t("request-developers"), request.developers.clone()),
                fact(l.t("request-viewers"), request.viewers.clone()),
                fact(l.t("request-requester"), request.requester_name.clone()),
            ],
            _ => Vec::new(),
        },
        risks: risks(visit, found),
        hash: if has_plan {
            found.plan_hash.trim_start_matches("sha256:").chars().take(8).collect()
        } else {
            String::new()
        },
        plan_hash: found.plan_hash.clone(),
        seen_state: request.state.clone(),
        moves: found
            .legal
            .iter()
            .map(|legal| MoveButton {
                value: legal.movement.code(),
                label: visit.pick(legal.movement.label()),
                class: class_of(legal.movement),
            })
            .collect(),
        move_fields: fields,
        decisions: decisions(visit, found),
        files: files(visit, found),
        steps: steps(visit, found),
        record,
    })
}

fn crumbs(visit: &Visit, opened: &Opened) -> crate::shell::Shell {
    let inner = shell(visit, opened);
    visit.shell(inner.title, "requests").under(visit.l.t("nav-requests"), "/requests")
}

fn decisions(visit: &Visit, found: &RequestView) -> Vec<DecisionView> {
    found.decisions.iter().rev().map(|one| decision_view(visit, one)).collect()
}

/// A decision as pages show it.
pub(crate) fn decision_view(visit: &Visit, one: &services::requests::Decision) -> DecisionView {
    let label = |code: &str| Movement::from_code(code).map_or_else(|| code.to_owned(), |one| visit.pick(one.label()));
    DecisionView {
        what: label(&one.movement),
        who: format!("{} · {}", one.person_name, visit.when(one.at)),
        why: one.reason.clone(),
    }
}

fn files(visit: &Visit, found: &RequestView) -> Vec<FileView> {
    let label = |code: &str| Movement::from_code(code).map_or_else(|| code.to_owned(), |one| visit.pick(one.label()));
    found
        .evidence
        .iter()
        .map(|file| FileView {
            name: file.file_name.clone(),
            href: format!("/evidence/{}", file.id),
            note: format!(
                "{} · {} KB · {} · {}",
                label(&file.step),
                file.size.max(1_024) / 1_024,
                file.person_name,
                visit.when(file.at)
            ),
            hash: file.sha256.chars().take(12).collect(),
        })
        .collect()
}

/// Steps that the reader may prove now.
fn steps(visit: &Visit, found: &RequestView) -> Vec<OptionView> {
    let own = Resource::Record { kind: found.kind, path: &found.request.path };
    let may = visit.op.may(Action::Request, &own) || visit.op.may(Action::Provision, &own);
    let files = visit.op.may(Action::Decide, &own);
    let wanted: Vec<Movement> = match found.kind {
        EntityKind::Migration if may => {
            vec![Movement::Submit, Movement::Finish, Movement::CutOver, Movement::SourceOff]
        }
        EntityKind::CloudException if may => vec![Movement::Submit, Movement::Report],
        EntityKind::CloudException if files => vec![Movement::Report],
        _ => Vec::new(),
    };
    let confirms = found.may_provision && found.deliveries.iter().any(|one| one.is_confirmable);
    let proven = found.legal.iter().find(|legal| legal.needs.contains(&Need::Evidence)).map(|legal| legal.movement);
    let next = proven.or(confirms.then_some(Movement::Finish));
    wanted
        .into_iter()
        .map(|movement| {
            let option = OptionView::new(movement.code(), visit.pick(movement.label()));
            if next == Some(movement) { option.on() } else { option }
        })
        .collect()
}
