//! The REST door: routes, wire shapes, problem documents and the OpenAPI document.
//!
//! Everything about records is written once for all entities and driven by the field table: a new field or entity
//! appears in lists, records, filters and the document without a line here. Handlers parse and present; what is done and
//! who may do it is the business of `services` and `rules`.

mod account;
mod audit;
mod cursor;
mod docs;
mod document;
mod drift;
mod exits;
mod figures;
mod flags;
mod history;
mod import_view;
mod imports;
mod lists;
mod problem;
mod receive;
mod records;
mod requests;
mod route;
mod routes;
mod standing;
mod wire;

pub use document::{addresses, document};
pub use problem::{PROBLEM_JSON, presenter};
pub use route::{About, Answers, Carries, Parameter, Route};
pub use routes::{ROOT, ROUTES, router};
