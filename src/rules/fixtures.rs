//! Blank records and short ways to fill them, for the tests of this crate.

use domain::{CloudException, DataCenter, Entity, Id, Kind, LegalBasis, Migration, MigrationState, System, Value};
use jiff::civil::{Date, date};
use proptest::prelude::ProptestConfig;

use crate::{
    Assessment, DataCenterFacts, DepartmentFacts, ExceptionFacts, Pack, Place, Placement, RoomFacts, SystemFacts,
    ZoneFacts, assess_system,
};

/// How many random cases a property gets. No file of past failures: a failure found becomes a test with a name.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(count) }
}

/// The built-in pack.
pub(crate) fn pack() -> &'static Pack {
    Pack::builtin("cn").expect("the built-in pack is right")
}

/// An entity with only what must be known.
fn blank<E: Entity>() -> E {
    let values: Vec<Value> = E::DEF
        .fields
        .iter()
        .map(|field| match field.kind {
            _ if !field.required => Value::Null,
            Kind::Ref { .. } => Value::Id(Id::parse("01890000-0000-7000-8000-000000000001").unwrap()),
            Kind::Date => Value::Text("2026-12-31".to_owned()),
            Kind::Code { list: "migration_state" } => Value::Text("draft".to_owned()),
            _ => Value::Text("x".to_owned()),
        })
        .collect();
    E::from_values(&values).expect("a blank record is a record")
}

/// A system in its own room, live since 2014, registered in 2024.
pub(crate) fn facts() -> SystemFacts {
    let mut system: System = blank();
    system.name = "Permits".to_owned();
    system.live_on = Some(date(2014, 3, 1));
    SystemFacts {
        system,
        registered_on: date(2024, 5, 6),
        department: DepartmentFacts { name: "Water".to_owned(), ..DepartmentFacts::default() },
        declared_room: None,
        declared_zone: None,
        placements: vec![in_room("web-1")],
        exceptions: Vec::new(),
        migrations: Vec::new(),
    }
}

pub(crate) fn room() -> RoomFacts {
    RoomFacts { name: "B2".to_owned(), ..RoomFacts::default() }
}

pub(crate) fn zone() -> ZoneFacts {
    ZoneFacts {
        name: "Extranet".to_owned(),
        counts_as_cloud: Some(true),
        allows_internet: Some(false),
        max_mlps: Some("3".to_owned()),
    }
}

fn placement(component: &str, place: Place) -> Placement {
    Placement { component: component.to_owned(), role: None, from_on: None, to_on: None, in_service: None, place }
}

pub(crate) fn in_room(component: &str) -> Placement {
    placement(component, Place::Room(room()))
}

pub(crate) fn in_zone(component: &str) -> Placement {
    placement(component, Place::Zone(zone()))
}

pub(crate) fn nowhere(component: &str) -> Placement {
    placement(component, Place::Unknown)
}

/// A complete, approved exception from the first to the second day, on a basis without end.
pub(crate) fn exception(from: Date, to: Date) -> ExceptionFacts {
    let text = |text: &str| Some(text.to_owned());
    let basis = LegalBasis { code: text("浙政办发〔2015〕8号"), name: "Platform rules".to_owned(), ..blank() };
    let record = CloudException {
        name: "Flood gates".to_owned(),
        category: "E06".to_owned(),
        alternatives: text("edge and cloud"),
        controls: text("separate network"),
        leader: text("Wang"),
        exit_plan: text("replace in 2028"),
        approved_on: Some(from),
        expires_on: to,
        ..blank()
    };
    ExceptionFacts { record, basis: Some(basis) }
}

/// An approved migration with a planned cut-over.
pub(crate) fn migration(state: MigrationState, approved: Date, planned: Date) -> Migration {
    Migration {
        name: "Move".to_owned(),
        state,
        submitted_on: Some(approved),
        approved_on: Some(approved),
        planned_cutover_on: Some(planned),
        ..blank()
    }
}

pub(crate) fn data_center() -> DataCenterFacts {
    DataCenterFacts {
        room: DataCenter { name: "B2".to_owned(), ..blank() },
        linked_systems_in_service: Vec::new(),
        linked_system_count: 0,
        linked_component_count: 0,
    }
}

/// What the built-in pack says on a day.
pub(crate) fn on(facts: &SystemFacts, day: Date) -> Assessment {
    assess_system(facts, pack(), day)
}
