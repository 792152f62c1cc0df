//! What a plan changes, whom it talks with, and what could go wrong, in words.

use domain::EntityKind;
use services::requests::{Against, Consent, DeliveryView, PeerDirection, PlanChange, RequestView, ports_text};

use super::{ChangeLine, ChangesView, PeerLine};
use crate::present::units;
use crate::visit::Visit;

/// More than this share of a cluster given away is a risk, percent.
const NEARLY_FULL: i64 = 85;
/// Longest value shown.
const VALUE_MAX: usize = 300;

/// A value as people read it: amounts without the notation of the cluster.
fn value(visit: &Visit, place: &str, value: Option<&String>) -> String {
    let text = match value.map(String::as_str) {
        None => return visit.l.t("plan-not-there"),
        Some("") => return visit.l.t("plan-there"),
        Some(text) => text,
    };
    let is_amount = |part: &str| place.starts_with("ResourceQuota/") && place.ends_with(part);
    let number = |suffix: &str| text.strip_suffix(suffix).and_then(|number| number.parse::<i64>().ok());
    match (number("m"), number("Mi"), number("Gi")) {
        (Some(milli), ..) if is_amount(".cpu") => units::cores(milli),
        (_, Some(mib), _) if is_amount(".memory") => format!("{mib} MiB"),
        (.., Some(gib)) if is_amount(".memory") || is_amount(".storage") => format!("{gib} GiB"),
        _ => text.chars().take(VALUE_MAX).collect(),
    }
}

fn line(visit: &Visit, change: &PlanChange) -> ChangeLine {
    let place = format!("{} {}", change.object, change.field).trim_end().to_owned();
    let words = change.words().map(|words| words.text(visit.op.language).trim_end().to_owned());
    let shown = |text: &Option<String>| value(visit, &place, text.as_ref());
    let (before, after) = (shown(&change.before), shown(&change.after));
    ChangeLine { what: words.unwrap_or_else(|| visit.l.t("plan-other-field")), place, before, after }
}

/// What the plan of a delivery changes; of a new one, what it gives.
pub(super) fn changes(visit: &Visit, one: &DeliveryView) -> Vec<ChangesView> {
    let l = visit.l;
    let lines = |changes: &[PlanChange]| changes.iter().map(|change| line(visit, change)).collect::<Vec<_>>();
    let view = |difference: &services::requests::PlanDifference| {
        let is_same = difference.changes.is_empty();
        let (title, text) = match difference.against {
            Against::HandedIn => (l.t("plan-against-handed-in"), l.t("plan-changed-since")),
            Against::Reviewed => (l.t("plan-against-reviewed"), if is_same { l.t("plan-same") } else { String::new() }),
            Against::Standing => (l.t("plan-against-standing"), if is_same { l.t("plan-same") } else { String::new() }),
        };
        ChangesView { title, text, lines: lines(&difference.changes), is_new: false }
    };
    let mut views: Vec<ChangesView> = one.differences.iter().map(view).collect();
    if !one.summary.is_empty() {
        let count = one.objects.len() as u64;
        views.push(ChangesView {
            title: l.t("plan-all-new"),
            text: l.n("plan-all-new-text", count),
            lines: lines(&one.summary),
            is_new: true,
        });
    }
    views
}

/// Whom a workspace talks with, and whether they agree.
pub(super) fn peers(visit: &Visit, one: &DeliveryView) -> Vec<PeerLine> {
    let (l, language) = (visit.l, visit.op.language);
    let own = one.planned.delivery.namespace.as_str();
    let told = |consent: &Consent| {
        if consent.peer.workspace.is_none() {
            return l.t("peer-range");
        }
        if consent.missing.is_empty() {
            return l.t("peer-agreed");
        }
        let ports = ports_text(&consent.missing, language);
        let words = [("peer", consent.peer.whom()), ("own", own), ("ports", ports.as_str())];
        l.ta(if consent.peer.direction == PeerDirection::To { "peer-open-to" } else { "peer-open-from" }, &words)
    };
    one.consents
        .iter()
        .map(|consent| PeerLine {
            peer: consent.peer.text(language),
            told: told(consent),
            is_open: !consent.missing.is_empty(),
        })
        .collect()
}

/// Environments that were looked at and are no longer asked for.
pub(super) fn dropped(visit: &Visit, found: &RequestView) -> String {
    if found.dropped.is_empty() || !["draft", "returned", "submitted"].contains(&found.request.state.as_str()) {
        return String::new();
    }
    let names: Vec<String> = found.dropped.iter().map(|one| visit.pick(one.label())).collect();
    let names = names.join(&visit.l.t("list-mark"));
    visit.l.ta("plan-dropped", &[("names", names.as_str())])
}

/// What could go wrong, in words: for those who decide.
pub(super) fn risks(visit: &Visit, found: &RequestView) -> Vec<String> {
    let l = visit.l;
    let mut risks: Vec<String> = found.deliveries.iter().flat_map(|one| risks_of(visit, one)).collect();
    let has_production = found.deliveries.iter().any(|one| one.planned.delivery.environment == "prod");
    let only_changes = found.deliveries.iter().all(|one| !one.planned.delivery.changes.is_none());
    if found.kind == EntityKind::Migration && !has_production && !only_changes {
        risks.push(l.t("risk-no-production"));
    }
    risks
}

fn risks_of(visit: &Visit, one: &DeliveryView) -> Vec<String> {
    let (l, delivery) = (visit.l, &one.planned.delivery);
    let name = delivery.namespace.as_str();
    let mut risks = Vec::new();
    if let Some(capacity) = one.capacity {
        let declared = capacity.declared.cpu_milli.max(1);
        let after = declared - capacity.free().cpu_milli + one.asked.cpu_milli;
        let percent = after.saturating_mul(100) / declared;
        if percent > NEARLY_FULL {
            let percent = percent.to_string();
            risks.push(l.ta("risk-full", &[("name", name), ("percent", percent.as_str())]));
        }
    }
    let Some(spec) = &one.planned.spec else { return risks };
    if spec.guards.registries.is_empty() {
        risks.push(l.ta("risk-registries", &[("name", name)]));
    }
    if spec.gateway_namespace.is_none() {
        risks.push(l.ta("risk-gateway", &[("name", name)]));
    }
    if spec.access.is_empty() {
        risks.push(l.ta("risk-owners", &[("name", name)]));
    }
    for peer in &spec.network_peers {
        let words = [("name", name), ("peer", peer.whom())];
        if peer.is_wide() {
            risks.push(l.ta("risk-wide", &words));
        }
        if peer.cidr.is_some() && peer.direction == PeerDirection::From {
            risks.push(l.ta("risk-side-door", &words));
        }
    }
    risks
}
