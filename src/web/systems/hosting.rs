//! Where a system runs, drawn from its components over to rooms and zones; declared on the system until components
//! are known.

use domain::{Component, ComponentRole, Entity, EntityKind, FaultKind, Id, Zone};
use edge::Refusal;
use jiff::civil::Date;
use services::records;

use super::{BranchView, ComponentView, HostingView};
use crate::list::asked::list_address;
use crate::present::{Present, address};
use crate::record::view::{Opened, listing};
use crate::visit::Visit;

/// Components that are read.
const READ: i64 = 200;
/// Components drawn in one place; the list has all.
const DRAWN: usize = 6;

/// A place with what is in it.
struct Branch {
    place: Option<(EntityKind, Id)>,
    components: Vec<(Id, Component)>,
}

/// The hosting of a system.
pub(super) async fn view(visit: &Visit, opened: &Opened, conflict: Option<String>) -> Result<HostingView, Refusal> {
    let id = opened.record().id.to_string();
    let mut view = HostingView { conflict, ..HostingView::default() };
    view.href = list_address("components", &[("system", &id)]);
    let listing = listing(visit, EntityKind::Component, &[("system", &id)], READ).await?;
    let present = Present::new(visit, &listing.names);
    let mut branches: Vec<Branch> = Vec::new();
    for record in &listing.page.records {
        let Ok(component) = Component::from_values(&record.values) else { continue };
        let zone = component.zone.map(|zone| (EntityKind::Zone, zone));
        let place = zone.or(component.data_center.map(|room| (EntityKind::DataCenter, room)));
        match branches.iter_mut().find(|branch| branch.place == place) {
            Some(branch) => branch.components.push((record.id, component)),
            None => branches.push(Branch { place, components: vec![(record.id, component)] }),
        }
    }
    if branches.is_empty() {
        view.declared = true;
        let declared = [("zone", EntityKind::Zone), ("data_center", EntityKind::DataCenter)];
        let places = declared.into_iter().filter_map(|(field, kind)| opened.value(field).as_id().map(|id| (kind, id)));
        branches.extend(places.map(|place| Branch { place: Some(place), components: Vec::new() }));
        let present = Present::new(visit, &opened.shown.names);
        for branch in &branches {
            view.branches.push(draw(visit, &present, branch, &view.href).await?);
        }
        // Declared without saying where: the declaration itself is the place.
        view.declared = !view.branches.is_empty();
        return Ok(view);
    }
    for branch in &mut branches {
        branch.components.sort_by_key(|(_, component)| (!is_production(component), component.name.clone()));
        view.branches.push(draw(visit, &present, branch, &view.href).await?);
    }
    Ok(view)
}

/// A missing role counts as production.
fn is_production(component: &Component) -> bool {
    component.role.is_none_or(|role| role == ComponentRole::Production)
}

async fn draw(visit: &Visit, present: &Present<'_>, branch: &Branch, all: &str) -> Result<BranchView, Refusal> {
    let l = visit.l;
    let mut view = BranchView { place: l.t("hosting-unplaced"), href: all.to_owned(), ..BranchView::default() };
    if let Some((kind, id)) = branch.place {
        view.place = present.name(id).to_owned();
        view.href = address(kind, id);
        (view.note, view.cloud) = note(visit, present, kind, id).await?;
    }
    let first: Option<Date> = branch.components.iter().filter_map(|(_, component)| component.from_on).min();
    view.since = first.map(|date| l.ta("since-day", &[("day", &date.to_string())])).unwrap_or_default();
    view.components =
        branch.components.iter().take(DRAWN).map(|(id, component)| leaf(present, *id, component)).collect();
    view.others = branch.components.len().saturating_sub(DRAWN) as u64;
    Ok(view)
}

/// What a place is, as far as the visitor may see it; and whether it counts as cloud.
async fn note(visit: &Visit, present: &Present<'_>, kind: EntityKind, id: Id) -> Result<(String, bool), Refusal> {
    let l = visit.l;
    let shown = match records::get(visit.services(), &visit.op, kind, id).await {
        Ok(shown) => shown,
        Err(fault) if fault.kind == FaultKind::NotFound => return Ok((String::new(), false)),
        Err(fault) => return Err(fault.into()),
    };
    if kind == EntityKind::Zone {
        let Ok(zone) = Zone::from_values(&shown.record.values) else { return Ok((String::new(), false)) };
        let cloud = zone.counts_as_cloud == Some(true);
        return Ok((l.t(if cloud { "place-cloud" } else { "place-not-cloud" }), cloud));
    }
    let text = |name: &str| {
        let field = kind.def().field(name).map(|(_, field)| field);
        field.map(|field| present.text(field, shown.record.get(kind.def(), name))).unwrap_or_default()
    };
    let known: Vec<String> =
        ["kind", "recognition", "closure_stage"].map(text).into_iter().filter(|text| !text.is_empty()).collect();
    Ok((known.join(" · "), false))
}

fn leaf(present: &Present<'_>, id: Id, component: &Component) -> ComponentView {
    let def = EntityKind::Component.def();
    let label = |name: &str, code: Option<&str>| {
        let value = code.map_or(domain::Value::Null, |code| domain::Value::Text(code.to_owned()));
        def.field(name).map(|(_, field)| present.text(field, &value)).unwrap_or_default()
    };
    let production = is_production(component);
    let role = component.role.unwrap_or(ComponentRole::Production);
    let mut words = vec![label("kind", component.kind.as_deref()), label("role", Some(role.code()))];
    let ended = component.in_service == Some(false)
        || (component.in_service.is_none() && component.to_on.is_some_and(|day| day <= present.today));
    if ended {
        words.push(present.l.t("component-ended"));
    }
    words.retain(|word| !word.is_empty());
    let icon = match component.kind.as_deref() {
        Some("database") => "database",
        Some("container") => "cloud",
        Some("storage" | "network" | "security") => "server-2",
        _ => "server",
    };
    ComponentView {
        name: component.name.clone(),
        href: address(EntityKind::Component, id),
        note: words.join(" · "),
        production: production && !ended,
        icon,
    }
}
