//! The trade's words: ids, parsed values, entities and their fields, standings, faults, actors and the clock.
//!
//! Nothing here does input or output. Everything that a register knows of an entity (columns, labels, header
//! synonyms, kinds, what may be sorted and filtered) is declared once, in the entity's own file, by [`entity!`].
//! Import, export, lists, forms, audit and the API document read that declaration ([`EntityDef`]).

mod actor;
mod clock;
mod cloud_exception;
mod cluster;
mod code;
mod component;
mod data_center;
mod delivery;
mod department;
mod fault;
mod field;
mod fold;
mod id;
mod legal_basis;
mod life_cycle;
mod migration;
mod parse;
mod registry;
mod standing;
mod system;
mod wording;
mod workspace_exit;
mod zone;

pub use actor::{Actor, Door, Grant, Role};
pub use clock::{Clock, FixedClock, SystemClock, Timestamp, day_of};
pub use cloud_exception::CloudException;
pub use cluster::{Cluster, ClusterState};
pub use code::{CodeList, CodeLists};
pub use component::{Component, ComponentRole};
pub use data_center::{DataCenter, Recognition};
pub use delivery::{Amounts, DeliveryKind, DeliveryState, EnvironmentKind, Size};
pub use department::Department;
pub use fault::{Fault, FaultKind, Problem};
pub use field::{Cell, Corrupt, Entity, EntityDef, Field, Flags, Group, Kind, Owner, Record, Value};
pub use fold::{bigrams, fold, query_terms};
pub use id::{Id, Ids, random_bytes};
pub use legal_basis::{BasisForce, LegalBasis};
pub use life_cycle::{Course, ExceptionState, LifeCycle, Movement, Need, Part, Rule};
pub use migration::{Migration, MigrationState};
pub use parse::{Invalid, parse_cell, show};
pub use registry::{ENTITIES, EntityKind};
pub use standing::{FlagRule, Severity, Standing};
pub use system::{Hosting, Lifecycle, OwnerLevel, System};
pub use wording::{Language, Wording};
pub use workspace_exit::ExitState;
pub use zone::Zone;
