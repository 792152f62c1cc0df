//! What the store promises, each promise once and on both engines: the engines may differ in how, never in what.

mod accounts;
mod audit;
mod big_lists;
mod errors;
mod facts;
mod flags;
mod imports;
mod jobs;
mod lists;
mod oracle;
mod outbox;
mod races;
mod records;
mod schema;
mod scope;
mod search;
mod values;
