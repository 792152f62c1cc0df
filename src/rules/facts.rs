//! What the rules look at: facts that a caller gathers from the register. No identifiers, no storage, no clock.

use domain::{CloudException, ComponentRole, DataCenter, LegalBasis, Migration, System};
use jiff::civil::Date;

/// Everything that decides the standing of one system.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemFacts {
    /// The record itself.
    pub system: System,
    /// Day of the first registration, in the pack's time zone; an import of the same system again never moves it.
    pub registered_on: Date,
    /// The department that uses it.
    pub department: DepartmentFacts,
    /// The room that the system itself names.
    pub declared_room: Option<RoomFacts>,
    /// The zone that the system itself names.
    pub declared_zone: Option<ZoneFacts>,
    /// Its components and where they are; those that have ended too.
    pub placements: Vec<Placement>,
    /// Its exceptions, past ones too.
    pub exceptions: Vec<ExceptionFacts>,
    /// Its migrations, past ones too.
    pub migrations: Vec<Migration>,
}

/// An exception with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct ExceptionFacts {
    /// The record itself.
    pub record: CloudException,
    /// The document that it cites, if it is registered.
    pub basis: Option<LegalBasis>,
}

/// What the rules need of a department.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepartmentFacts {
    /// Its name.
    pub name: String,
    /// False when an operator took it out of scope.
    pub in_scope: Option<bool>,
    /// Why it is out of scope; without a reason it stays inside.
    pub scope_reason: Option<String>,
    /// True for an office run by a higher level.
    pub is_vertical: Option<bool>,
}

/// A component in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Name of the component.
    pub component: String,
    /// What it is for; none counts as production.
    pub role: Option<ComponentRole>,
    /// First day.
    pub from_on: Option<Date>,
    /// The day on which it stopped.
    pub to_on: Option<Date>,
    /// Whether it serves; this outweighs `to_on`.
    pub in_service: Option<bool>,
    /// Where it is.
    pub place: Place,
}

/// Where a component is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a machine room.
    Room(RoomFacts),
    /// In a cloud zone.
    Zone(ZoneFacts),
    /// Nobody has said.
    Unknown,
}

/// What the rules need of a room, when a system runs in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomFacts {
    /// Its name.
    pub name: String,
    /// Where it is on its way to closing (`closure_stage` of the pack).
    pub closure_stage: Option<String>,
    /// The day on which it closed.
    pub closed_on: Option<Date>,
}

/// What the rules need of a cloud zone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneFacts {
    /// Its name.
    pub name: String,
    /// True when a system in it is on the cloud; not known does not count.
    pub counts_as_cloud: Option<bool>,
    /// True when systems in it may face the internet.
    pub allows_internet: Option<bool>,
    /// The highest MLPS level that it may carry (`mlps` of the pack).
    pub max_mlps: Option<String>,
}

/// Everything that decides the flags of one room.
#[derive(Clone, Debug, PartialEq)]
pub struct DataCenterFacts {
    /// The record itself.
    pub room: DataCenter,
    /// Names of systems in service that are linked to it; the first few are enough.
    pub linked_systems_in_service: Vec<String>,
    /// How many systems in service are linked to it.
    pub linked_system_count: i64,
    /// How many components in service are linked to it.
    pub linked_component_count: i64,
}
