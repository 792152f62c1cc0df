//! What a finished move says of where a system runs: it arrives in its zone at the cut-over, and leaves its old places when the
//! source is off.

use domain::{
    Component, ComponentRole, DeliveryKind, Entity as _, EntityKind, Fault, Hosting, Id, Record, System, Value, Zone,
};
use jiff::civil::Date;
use store::{deliveries::Delivery, requests::Request};

use super::differences;
use crate::{
    Outcome, Work,
    records::{Update, store_changes},
};

/// Components of one system that are looked at.
const COMPONENTS_MAX: i64 = 10_000;

/// The source of components that a move brought.
const SOURCE: &str = "shangyun";

async fn components(work: &mut Work<'_>, system: Id) -> Outcome<Vec<Record>> {
    let def = EntityKind::Component.def();
    Ok(store::records::find_by_reference(&mut work.tx, def, "system", system, COMPONENTS_MAX).await?)
}

async fn zone_of(work: &mut Work<'_>, request: &Request) -> Outcome<Id> {
    let def = EntityKind::Migration.def();
    let record = store::records::find(&mut work.tx, def, request.subject).await?.ok_or_else(Fault::not_found)?;
    Ok(record.get(def, "zone").as_id().unwrap_or(Id::NONE))
}

/// The components by which the register says that a system runs in what was delivered.
async fn made_from(work: &mut Work<'_>, delivery: &Delivery, day: Date) -> Outcome<Vec<Record>> {
    let def = EntityKind::Component.def();
    // A component was made when the workspace was first cut over to, whatever changed it since.
    let keys: Vec<String> =
        store::deliveries::lineage(&mut work.tx, delivery).await?.iter().map(ToString::to_string).collect();
    let mut found = components(work, delivery.system).await?;
    found.retain(|record| {
        let is = |field: &str, text: &str| record.get(def, field).as_text() == Some(text);
        let in_service = *record.get(def, "in_service") != Value::Bool(false);
        let day = day.to_string();
        let has_left = record.get(def, "to_on").as_text().is_some_and(|to| to <= day.as_str());
        is("source", SOURCE) && keys.iter().any(|key| is("source_key", key)) && in_service && !has_left
    });
    Ok(found)
}

/// True while the register says that a system runs in what was delivered.
pub(super) async fn runs_in(work: &mut Work<'_>, delivery: &Delivery) -> Outcome<bool> {
    let today = work.services.today();
    Ok(!made_from(work, delivery, today).await?.is_empty())
}

/// What was delivered is gone: nothing runs in it any more.
pub(super) async fn depart(work: &mut Work<'_>, delivery: &Delivery) -> Outcome<()> {
    let kind = EntityKind::Component;
    let today = work.services.today();
    let gone = made_from(work, delivery, today).await?.into_iter().map(|before| {
        let mut after = before.clone();
        after.set(kind.def(), "in_service", Value::Bool(false));
        after.set(kind.def(), "to_on", Value::Text(today.to_string()));
        Update { before, after }
    });
    let gone = gone.collect();
    store_changes(work, kind, Vec::new(), gone).await
}

/// The production deliveries become components in the zone, in service from that day.
pub(super) async fn arrive(work: &mut Work<'_>, request: &Request, day: Date) -> Outcome<()> {
    let kind = EntityKind::Component;
    let zone = zone_of(work, request).await?;
    let mut creates = Vec::new();
    for delivery in store::deliveries::of_request(&mut work.tx, request.subject).await? {
        if delivery.environment != domain::EnvironmentKind::Prod.code() || delivery.state == "released" {
            continue;
        }
        if differences::has_arrived(&mut work.tx, delivery.changes).await? {
            continue;
        }
        let is_namespace = delivery.kind == DeliveryKind::Namespace.code();
        let mut record = Record::blank(kind.def(), work.next_id(), work.at);
        record.path.clone_from(&request.path);
        let name = if is_namespace {
            delivery.namespace.clone()
        } else {
            format!("{} {}", delivery.kind, delivery.environment)
        };
        let mut set = |field: &str, value: Value| record.set(kind.def(), field, value);
        set("name", Value::Text(name));
        set("system", Value::Id(request.system));
        set("zone", Value::Id(zone));
        set("role", Value::Text(ComponentRole::Production.code().to_owned()));
        set("from_on", Value::Text(day.to_string()));
        set("in_service", Value::Bool(true));
        set("source", Value::Text(SOURCE.to_owned()));
        set("source_key", Value::Text(delivery.id.to_string()));
        creates.push(record);
    }
    store_changes(work, kind, creates, Vec::new()).await
}

/// Every production component outside zones that count as cloud ends, and the declaration of the system follows.
pub(super) async fn leave(work: &mut Work<'_>, request: &Request, day: Date) -> Outcome<()> {
    let kind = EntityKind::Component;
    let mut updates = Vec::new();
    for before in components(work, request.system).await? {
        let component =
            Component::from_values(&before.values).map_err(|corrupt| Fault::internal(format!("{corrupt:?}")))?;
        let is_production = matches!(component.role, None | Some(ComponentRole::Production));
        let has_ended = component.in_service == Some(false) || component.to_on.is_some_and(|to| to <= day);
        if !is_production || has_ended || counts_as_cloud(work, component.zone).await? {
            continue;
        }
        let mut after = before.clone();
        after.set(kind.def(), "in_service", Value::Bool(false));
        after.set(kind.def(), "to_on", Value::Text(day.to_string()));
        updates.push(Update { before, after });
    }
    store_changes(work, kind, Vec::new(), updates).await?;
    let def = EntityKind::System.def();
    let before = store::records::find(&mut work.tx, def, request.system).await?.ok_or_else(Fault::not_found)?;
    let system = System::from_values(&before.values).map_err(|corrupt| Fault::internal(format!("{corrupt:?}")))?;
    let zone = zone_of(work, request).await?;
    if system.hosting == Some(Hosting::GovernmentCloud) && system.zone == Some(zone) && system.data_center.is_none() {
        return Ok(());
    }
    let mut after = before.clone();
    after.set(def, "hosting", Value::Text(Hosting::GovernmentCloud.code().to_owned()));
    after.set(def, "zone", Value::Id(zone));
    after.set(def, "data_center", Value::Null);
    store_changes(work, EntityKind::System, Vec::new(), vec![Update { before, after }]).await
}

async fn counts_as_cloud(work: &mut Work<'_>, zone: Option<Id>) -> Outcome<bool> {
    let Some(zone) = zone else { return Ok(false) };
    let Some(record) = store::records::find(&mut work.tx, EntityKind::Zone.def(), zone).await? else {
        return Ok(false);
    };
    let zone = Zone::from_values(&record.values).map_err(|corrupt| Fault::internal(format!("{corrupt:?}")))?;
    Ok(zone.counts_as_cloud == Some(true))
}
