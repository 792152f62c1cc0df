//! The console: pages a person reads and acts on. Every page is a struct of plain data with a template; handlers fill
//! the struct and return it. Pages work without scripts; htmx only swaps parts of what a full request would show.

pub mod assets;
pub mod pages;
pub mod parts;
#[cfg(any(test, feature = "samples"))]
pub mod samples;
pub mod shell;
pub mod words;

pub use parts::icon;
pub use words::{L, Lang};

#[cfg(test)]
mod tests;

/// The address of an asset for templates: `crate::asset("app.css")`.
#[must_use]
pub fn asset(name: &str) -> String {
    assets::asset(name)
}
