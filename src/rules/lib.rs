//! The rules of the register, pure: facts in, conclusions out; nothing here reads a file, a clock or a database.
//!
//! - [`assess_system`] and [`assess_data_center`]: cloud by default, from facts to standing, flags and the day on
//!   which the clock alone changes them (design, section 3).
//! - [`permit`] and [`scope`]: who may do what to which record (design, section 7).
//! - [`Pack`]: a country's words, limits, holidays and clauses, from one TOML text.
//! - [`Rates`]: the cloud rate, always with its two counts.

mod calendar;
mod exception;
mod facts;
mod figures;
#[cfg(test)]
mod fixtures;
mod flags;
mod migration;
mod obligation;
mod pack;
mod permit;
mod phrases;
mod standing;
mod today;
mod whereabouts;

pub use calendar::Calendar;
pub use exception::{Running, running};
pub use facts::{
    DataCenterFacts, DepartmentFacts, ExceptionFacts, Place, Placement, RoomFacts, SystemFacts, ZoneFacts,
};
pub use figures::{Rate, Rates};
pub use flags::{
    FlagHit, RULE_VERSION, RoomAssessment, RuleDescription, Subject, assess_data_center, rule_descriptions,
};
pub use pack::{Clause, Currency, Limits, Pack, PackError, PackProblem, Policy, Review, RuleText, Thresholds};
pub use permit::{Action, Resource, Scope, Verdict, permit, scope, scope_for};
pub use standing::{Assessment, assess_system};
