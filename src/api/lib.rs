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
mod evidence;
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
mod request_body;
mod request_view;
mod requests;
mod route;
mod routes;
mod shown;
mod standing;
mod upload;
mod wire;
mod workspaces;

pub use document::{addresses, document};
pub use problem::{PROBLEM_JSON, presenter};
pub use route::{About, Answers, Carries, Parameter, Route};
pub use routes::{ROOT, ROUTES, router};
pub use shown::{request_document, request_line, workspace_document};
