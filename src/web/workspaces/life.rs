//! The later life of a workspace: its freeze, and its exit in two steps.

use axum::extract::Path;
use axum::response::Response;
use domain::{EntityKind, ExitState, Fault, Id, Movement, Need};
use edge::Refusal;
use rules::{Action, Resource};
use services::provisioning::{self, WorkspaceView};
use services::requests::{self, Decision, ExitView, Step};

use super::{ExitLine, FrozenLine, StepForm};
use crate::desk::{Sent, id_of};
use crate::parts::{BadgeView, FieldKind, FieldView, Hidden, Tone};
use crate::requests::handlers::told;
use crate::requests::{DecisionView, MoveButton, class_of, decision_view, fact};
use crate::visit::Visit;

fn address(id: Id) -> String {
    format!("/workspaces/{id}")
}

/// Where an exit stands, as a badge.
pub(crate) fn exit_badge(visit: &Visit, code: &str) -> BadgeView {
    let state = ExitState::from_code(code).unwrap_or(ExitState::Cancelled);
    let tone = match state {
        ExitState::Asked | ExitState::Reclaiming => Tone::Accent,
        ExitState::Approved => Tone::Warn,
        ExitState::Reclaimed | ExitState::Withdrawn | ExitState::Cancelled => Tone::Neutral,
        ExitState::Rejected => Tone::Bad,
    };
    BadgeView::new(visit.pick(state.label()), tone)
}

/// The freeze, and whether its cluster has it already.
pub(super) fn frozen(visit: &Visit, one: &WorkspaceView) -> Option<FrozenLine> {
    let l = visit.l;
    let ready = one.told.conditions.iter().find(|(kind, ..)| kind == "Ready");
    let is_in_force = ready.is_some_and(|(_, _, reason, _)| reason == "Frozen");
    let line = |badge: String, text: String, note: String| {
        Some(FrozenLine { badge: BadgeView::new(badge, Tone::Warn), text, note })
    };
    if ["released", "reclaimed"].contains(&one.delivery.state.as_str()) {
        return None;
    }
    match (&one.delivery.frozen, is_in_force) {
        (Some(frozen), _) => {
            let when = visit.when(frozen.at);
            let note = if is_in_force { l.t("frozen-in-force") } else { l.t("frozen-on-its-way") };
            let said = [("by", frozen.by.as_str()), ("when", when.as_str()), ("why", frozen.reason.as_str())];
            line(l.t("frozen"), l.ta("frozen-line", &said), note)
        }
        (None, true) => line(l.t("frozen-ending"), l.t("frozen-ending-text"), String::new()),
        (None, false) => None,
    }
}

/// The newest exit, in a line.
pub(super) fn exit_line(visit: &Visit, exits: &[ExitView]) -> Option<ExitLine> {
    let l = visit.l;
    let one = exits.first()?;
    let state = ExitState::from_code(&one.request.state)?;
    let waits_for = one.waits_for.as_ref().map(|why| why.text(visit.op.language).to_owned());
    let text = match (state, waits_for) {
        (ExitState::Asked, _) => l.t("exit-now-asked"),
        (ExitState::Approved, None) => l.t("exit-now-empty"),
        (ExitState::Reclaiming, None) => l.t("exit-now-reclaiming"),
        (ExitState::Reclaimed, _) => l.t("exit-now-reclaimed"),
        (_, Some(why)) => why,
        _ => String::new(),
    };
    Some(ExitLine { badge: exit_badge(visit, &one.request.state), number: one.exit.number.clone(), text })
}

fn reason(visit: &Visit, name: &str) -> FieldView {
    let kind = FieldKind::Text { code: false, max: 500 };
    FieldView::new(visit.l, name, visit.l.t("request-reason"), kind).helped(visit.l.t("life-reason-help"))
}

fn button(value: &'static str, label: String, class: &'static str) -> Vec<MoveButton> {
    vec![MoveButton { value, label, class }]
}

/// The form of freezing or of taking the freeze away; none for those who may not, or where nothing stands.
pub(super) fn freeze_form(visit: &Visit, one: &WorkspaceView) -> Option<StepForm> {
    let (l, delivery) = (visit.l, &one.delivery);
    let own = Resource::Record { kind: EntityKind::Migration, path: &delivery.path };
    let is_frozen = delivery.frozen.is_some();
    let stands = ["pushed", "ready"].contains(&delivery.state.as_str());
    if !visit.op.may(Action::Provision, &own) || !(stands || is_frozen && delivery.state == "reclaiming") {
        return None;
    }
    let (verb, label, class) = match is_frozen {
        true => ("unfreeze", l.t("unfreeze"), "btn"),
        false => ("freeze", l.t("freeze"), "btn btn-danger-quiet"),
    };
    Some(StepForm {
        id: "freeze",
        title: label.clone(),
        lead: if is_frozen { l.t("unfreeze-lead") } else { l.t("freeze-lead") },
        action: format!("{}/{verb}", address(delivery.id)),
        hidden: Vec::new(),
        facts: Vec::new(),
        fields: vec![reason(visit, "freeze_reason").must()],
        buttons: button(verb, label, class),
        decisions: Vec::new(),
    })
}

/// The card of the exit: what the newest one says, and what the reader can do; or the form that asks for one.
pub(super) fn exit_form(visit: &Visit, one: &WorkspaceView, exits: &[ExitView]) -> Option<StepForm> {
    let (l, delivery) = (visit.l, &one.delivery);
    let own = Resource::Record { kind: EntityKind::Migration, path: &delivery.path };
    let open = exits.first().filter(|view| view.exit.id == delivery.exit);
    let may_ask = open.is_none() && delivery.state == "ready" && visit.op.may(Action::Request, &own);
    let shown = open.or(exits.first());
    let mut form = StepForm {
        id: "exit",
        title: l.t("exit"),
        lead: String::new(),
        action: format!("{}/exits", address(delivery.id)),
        hidden: Vec::new(),
        facts: Vec::new(),
        fields: Vec::new(),
        buttons: Vec::new(),
        decisions: Vec::new(),
    };
    if let Some(view) = shown {
        let hash: String = view.request.plan_hash.trim_start_matches("sha256:").chars().take(8).collect();
        form.facts = vec![
            fact(l.t("exit-number"), view.exit.number.clone()),
            fact(l.t("request-requester"), view.request.requester_name.clone()),
            fact(l.t("request-reason"), view.request.reason.clone()),
            fact(l.t("plan-hash"), hash),
        ];
        // By where each step led: the words of the steps themselves are those of requests.
        let step =
            |one: &Decision| DecisionView { what: exit_badge(visit, &one.to_state).label, ..decision_view(visit, one) };
        form.decisions = view.decisions.iter().rev().map(step).collect();
    }
    match open {
        Some(view) => steps(visit, &mut form, view),
        None if may_ask => {
            form.lead = l.t("exit-lead");
            form.fields = vec![reason(visit, "exit_reason").must()];
            form.buttons = button("ask", l.t("exit-ask"), "btn");
        }
        None if shown.is_none() => return None,
        None => {}
    }
    Some(form)
}

/// What the reader can do with an open exit.
fn steps(visit: &Visit, form: &mut StepForm, view: &ExitView) {
    let l = visit.l;
    form.action.push_str("/moves");
    form.hidden = vec![
        Hidden::new("plan_hash", view.request.plan_hash.clone()),
        Hidden::new("seen_state", view.request.state.clone()),
    ];
    let offers = |movement: Movement| view.legal.iter().any(|legal| legal.movement == movement);
    if view.legal.iter().any(|legal| legal.needs.contains(&Need::Reason)) {
        form.fields.push(reason(visit, "exit_reason").helped(l.t("request-reason-help")));
    }
    if offers(Movement::CarryOut) {
        form.lead = l.t("exit-carry-out-lead");
        let kind = FieldKind::Text { code: true, max: 63 };
        form.fields.push(FieldView::new(l, "confirm", l.t("exit-confirm"), kind).helped(l.t("exit-confirm-help")));
    }
    form.buttons = view
        .legal
        .iter()
        .map(|legal| MoveButton {
            value: legal.movement.code(),
            label: visit.pick(legal.movement.label()),
            class: class_of(legal.movement),
        })
        .collect();
}

/// Goes back to the workspace, which says what came of it.
fn back(visit: &Visit, id: Id, outcome: Result<(), Fault>, done: String) -> Result<Response, Refusal> {
    match outcome {
        Ok(()) => Ok(visit.done(&address(id), done)),
        Err(fault) => told(visit, &address(id), fault),
    }
}

/// `POST /workspaces/{id}/freeze`
pub(crate) async fn freeze(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let outcome = provisioning::freeze(visit.services(), &visit.op, id, sent.get("freeze_reason")).await;
    back(&visit, id, outcome, visit.l.t("freeze-done"))
}

/// `POST /workspaces/{id}/unfreeze`
pub(crate) async fn unfreeze(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let outcome = provisioning::unfreeze(visit.services(), &visit.op, id, sent.get("freeze_reason")).await;
    back(&visit, id, outcome, visit.l.t("unfreeze-done"))
}

/// `POST /workspaces/{id}/exits`
pub(crate) async fn ask_exit(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let outcome = requests::ask_exit(visit.services(), &visit.op, id, sent.get("exit_reason")).await;
    back(&visit, id, outcome.map(drop), visit.l.t("exit-asked"))
}

/// `POST /workspaces/{id}/exits/moves`
pub(crate) async fn move_exit(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let Some(movement) = Movement::from_code(sent.get("move")) else { return Err(Fault::not_found().into()) };
    let step = Step {
        plan_hash: Some(sent.get("plan_hash").to_owned()),
        seen_state: Some(sent.get("seen_state").to_owned()).filter(|state| !state.is_empty()),
        ..Step::of(movement).because(sent.get("exit_reason"))
    };
    let outcome = requests::move_exit(visit.services(), &visit.op, id, &step, sent.get("confirm")).await;
    let label = visit.pick(movement.label());
    back(&visit, id, outcome, visit.l.ta("request-moved", &[("move", label.as_str())]))
}
