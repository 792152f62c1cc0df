//! Gathers the facts of many subjects with a handful of queries.

use std::collections::HashMap;

use domain::{
    CloudException, Component, DataCenter, Department, Entity, EntityKind, Id, LegalBasis, Migration, Record, System,
    Zone,
};
use rules::{DataCenterFacts, DepartmentFacts, ExceptionFacts, Place, Placement, RoomFacts, SystemFacts, ZoneFacts};
use store::{
    Reader,
    facts::{self, Narrow},
};

use crate::{Outcome, Services};

/// Fields of a system that the rules look at, and those that they conclude.
const SYSTEM_FIELDS: &[&str] = &[
    "name",
    "department",
    "hosting",
    "data_center",
    "zone",
    "live_on",
    "secrecy",
    "mlps_level",
    "is_cii",
    "internet_facing",
    "lifecycle",
    "owner_level",
    "not_applicable",
    "not_applicable_reason",
    "approved_on",
    "retire_on",
    "retire_approved_on",
    "retired_verified_on",
    "data_disposition",
    "standing",
    "standing_since",
    "deadline_on",
    "worst_severity",
    "flag_count",
];
const COMPONENT_FIELDS: &[&str] =
    &["name", "system", "kind", "data_center", "zone", "role", "from_on", "to_on", "in_service"];
const ROOM_FIELDS: &[&str] = &["name", "department", "closure_stage", "closed_on"];
const ZONE_FIELDS: &[&str] = &["name", "counts_as_cloud", "allows_internet", "max_mlps"];
const DEPARTMENT_FIELDS: &[&str] = &["name", "in_scope", "scope_reason", "is_vertical"];

const BASIS_FIELDS: &[&str] = &["code", "name", "effective_on", "repealed_on"];

/// Names of linked systems that a room's explanation may list.
const NAMED_SYSTEMS: usize = 5;

/// One typed record per id, read with a few fields.
async fn by_id<E: Entity>(
    reader: &mut impl Reader,
    ids: impl Iterator<Item = Id>,
    fields: &[&str],
) -> Outcome<HashMap<Id, E>> {
    let mut wanted: Vec<Id> = ids.collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut found = HashMap::with_capacity(wanted.len());
    for Narrow { record, .. } in facts::narrow_many(reader, E::DEF, &wanted, fields).await? {
        found.insert(record.id, E::from_values(&record.values).map_err(store::Error::from)?);
    }
    Ok(found)
}

/// Typed records grouped by the system that they belong to.
async fn of_systems<E: Entity>(
    reader: &mut impl Reader,
    systems: &[Id],
    fields: &[&str],
    system: impl Fn(&E) -> Id,
) -> Outcome<HashMap<Id, Vec<E>>> {
    let mut records = facts::linked(reader, E::DEF, "system", systems, fields).await?;
    // By id, so that explanations name components in one order on either engine.
    records.sort_by_key(|record| record.id);
    let mut grouped: HashMap<Id, Vec<E>> = HashMap::new();
    for record in records {
        let entity = E::from_values(&record.values).map_err(store::Error::from)?;
        grouped.entry(system(&entity)).or_default().push(entity);
    }
    Ok(grouped)
}

fn room_facts(room: &DataCenter) -> RoomFacts {
    RoomFacts { name: room.name.clone(), closure_stage: room.closure_stage.clone(), closed_on: room.closed_on }
}

fn zone_facts(zone: &Zone) -> ZoneFacts {
    ZoneFacts {
        name: zone.name.clone(),
        counts_as_cloud: zone.counts_as_cloud,
        allows_internet: zone.allows_internet,
        max_mlps: zone.max_mlps.clone(),
    }
}

fn all_fields<E: Entity>() -> Vec<&'static str> {
    E::DEF.fields.iter().map(|field| field.name).collect()
}

/// What hangs on systems, by system.
#[derive(Debug, Default)]
struct Linked {
    components: HashMap<Id, Vec<Component>>,
    exceptions: HashMap<Id, Vec<CloudException>>,
    migrations: HashMap<Id, Vec<Migration>>,
}

/// The facts of systems, each with its record (narrow: only what the rules look at and conclude).
pub(super) async fn systems(
    services: &Services,
    reader: &mut impl Reader,
    ids: &[Id],
) -> Outcome<Vec<(Narrow, SystemFacts)>> {
    let found = facts::narrow_many(reader, System::DEF, ids, SYSTEM_FIELDS).await?;
    let linked = Linked {
        components: of_systems(reader, ids, COMPONENT_FIELDS, |component: &Component| component.system).await?,
        exceptions: of_systems(reader, ids, &all_fields::<CloudException>(), |exception: &CloudException| {
            exception.system
        })
        .await?,
        migrations: of_systems(reader, ids, &all_fields::<Migration>(), |migration: &Migration| migration.system)
            .await?,
    };
    let facts = facts_of(services, reader, found.iter().map(|narrow| &narrow.record), linked).await?;
    Ok(found.into_iter().zip(facts).collect())
}

/// The facts of systems that are about to be stored: nothing hangs on them yet.
pub(super) async fn new_systems(
    services: &Services,
    reader: &mut impl Reader,
    records: &[Record],
) -> Outcome<Vec<SystemFacts>> {
    facts_of(services, reader, records.iter(), Linked::default()).await
}

/// The facts of each record, in their order.
async fn facts_of(
    services: &Services,
    reader: &mut impl Reader,
    records: impl Iterator<Item = &Record>,
    Linked { mut components, mut exceptions, mut migrations }: Linked,
) -> Outcome<Vec<SystemFacts>> {
    let mut systems = Vec::new();
    for record in records {
        systems.push((record.id, record.created_at, System::from_values(&record.values).map_err(store::Error::from)?));
    }
    let all_components = || components.values().flatten();
    let rooms = by_id::<DataCenter>(
        reader,
        all_components()
            .filter_map(|component| component.data_center)
            .chain(systems.iter().filter_map(|(.., system)| system.data_center)),
        ROOM_FIELDS,
    )
    .await?;
    let zones = by_id::<Zone>(
        reader,
        all_components()
            .filter_map(|component| component.zone)
            .chain(systems.iter().filter_map(|(.., system)| system.zone)),
        ZONE_FIELDS,
    )
    .await?;
    let bases = by_id::<LegalBasis>(
        reader,
        exceptions.values().flatten().filter_map(|exception| exception.legal_basis),
        BASIS_FIELDS,
    )
    .await?;
    let departments =
        by_id::<Department>(reader, systems.iter().map(|(.., system)| system.department), DEPARTMENT_FIELDS).await?;
    let mut gathered = Vec::with_capacity(systems.len());
    for (id, created_at, system) in systems {
        let placements = components
            .remove(&id)
            .unwrap_or_default()
            .into_iter()
            .map(|component| Placement {
                place: place(&component, &rooms, &zones),
                component: component.name,
                role: component.role,
                from_on: component.from_on,
                to_on: component.to_on,
                in_service: component.in_service,
            })
            .collect();
        let department =
            departments.get(&system.department).map_or_else(DepartmentFacts::default, |department| DepartmentFacts {
                name: department.name.clone(),
                in_scope: department.in_scope,
                scope_reason: department.scope_reason.clone(),
                is_vertical: department.is_vertical,
            });
        let facts = SystemFacts {
            registered_on: services.pack.day_of(created_at),
            department,
            declared_room: system.data_center.and_then(|id| rooms.get(&id)).map(room_facts),
            declared_zone: system.zone.and_then(|id| zones.get(&id)).map(zone_facts),
            placements,
            exceptions: exceptions
                .remove(&id)
                .unwrap_or_default()
                .into_iter()
                .map(|record| ExceptionFacts {
                    basis: record.legal_basis.and_then(|basis| bases.get(&basis).cloned()),
                    record,
                })
                .collect(),
            migrations: migrations.remove(&id).unwrap_or_default(),
            system,
        };
        gathered.push(facts);
    }
    Ok(gathered)
}

/// An exception with the document that it cites.
pub(crate) async fn exception(reader: &mut impl Reader, record: &Record) -> Outcome<ExceptionFacts> {
    let record = CloudException::from_values(&record.values).map_err(store::Error::from)?;
    let basis = match record.legal_basis {
        Some(id) => by_id::<LegalBasis>(reader, std::iter::once(id), BASIS_FIELDS).await?.remove(&id),
        None => None,
    };
    Ok(ExceptionFacts { record, basis })
}

fn place(component: &Component, rooms: &HashMap<Id, DataCenter>, zones: &HashMap<Id, Zone>) -> Place {
    let zone = component.zone.and_then(|id| zones.get(&id));
    let room = component.data_center.and_then(|id| rooms.get(&id));
    match (zone, room) {
        (Some(zone), _) => Place::Zone(zone_facts(zone)),
        (None, Some(room)) => Place::Room(room_facts(room)),
        (None, None) => Place::Unknown,
    }
}

/// The facts of rooms, each with its record.
pub(super) async fn rooms(reader: &mut impl Reader, ids: &[Id]) -> Outcome<Vec<(Narrow, DataCenterFacts)>> {
    let found = facts::narrow_many(reader, DataCenter::DEF, ids, &all_fields::<DataCenter>()).await?;
    let load = facts::load_of_rooms(reader, ids).await?;
    let mut gathered = Vec::with_capacity(found.len());
    for narrow in found {
        let record = &narrow.record;
        let room = DataCenter::from_values(&record.values).map_err(store::Error::from)?;
        let (systems, components) = load.get(&record.id).copied().unwrap_or((0, 0));
        // Names are only needed where the room should be empty: few rooms, so one look-up each.
        let named = if systems > 0
            && room.closed_on.is_some() | room.closure_stage.as_deref().is_some_and(|stage| stage == "closed")
        {
            linked_names(reader, record.id).await?
        } else {
            Vec::new()
        };
        let facts = DataCenterFacts {
            room,
            linked_systems_in_service: named,
            linked_system_count: systems,
            linked_component_count: components,
        };
        gathered.push((narrow, facts));
    }
    Ok(gathered)
}

async fn linked_names(reader: &mut impl Reader, room: Id) -> Outcome<Vec<String>> {
    let components = store::records::find_by_reference(reader, Component::DEF, "data_center", room, 200).await?;
    let mut systems: Vec<Id> = components
        .iter()
        .filter(|component| *component.get(Component::DEF, "in_service") != domain::Value::Bool(false))
        .filter_map(|component| component.get(Component::DEF, "system").as_id())
        .collect();
    systems.sort_unstable();
    systems.dedup();
    systems.truncate(NAMED_SYSTEMS);
    let mut names: Vec<String> = store::records::names(reader, EntityKind::System.def(), &systems)
        .await?
        .into_values()
        .map(|(_, name)| name)
        .collect();
    names.sort_unstable();
    Ok(names)
}
