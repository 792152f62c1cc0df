//! Records of any entity: list, get, create, update, remove, export, history. Written once, driven by the field table.

mod change;
mod export;
mod input;
mod move_department;
mod read;
mod remove;
mod write;

pub use change::{Changed, create, update};
pub use export::{ExportFormat, export, export_headers};
pub use input::{Input, find_reference, list_query, parse_input};
pub(crate) use input::{department_path, operator_only, secrecy};
pub use read::{Listing, Shown, facets, get, history, history_page, list, missing_fields, names_of, related, search};
pub use remove::remove;
pub(crate) use remove::remove_records;
pub use store::{
    audit::Placed,
    lists::{COUNT_LIMIT, Comparison, Condition, Query},
};
pub(crate) use write::{Update, owner_path, store_changes};
