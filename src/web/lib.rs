//! The console: pages a person reads and acts on. Every page is a struct of plain data with a template; handlers fill
//! the struct and return it. Pages work without scripts; htmx only swaps parts of what a full request would show.

pub mod account;
pub mod assets;
mod audit;
pub mod data_centers;
pub mod departments;
mod desk;
mod drift;
mod flags;
mod flash;
pub mod form;
pub mod help;
pub mod imports;
mod jobs;
pub mod list;
pub mod overview;
pub mod pack;
pub mod parts;
pub mod people;
mod present;
mod presenter;
pub mod problem;
pub mod record;
pub mod requests;
mod routes;
mod routes_register;
mod routes_work;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod search;
pub mod shell;
pub mod sign_in;
mod switches;
pub mod systems;
pub mod tokens;
mod visit;
pub mod words;
pub mod worklist;
pub mod workspaces;

pub use parts::icon;
pub use presenter::presenter;
pub use routes::router;
pub use visit::frame;
pub use words::{L, Lang};

#[cfg(test)]
mod tests;

/// The address of an asset for templates: `crate::asset("app.css")`.
#[must_use]
pub fn asset(name: &str) -> String {
    assets::asset(name)
}
