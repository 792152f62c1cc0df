//! Use cases, through the same functions that every door calls.

mod accounts;
mod census;
mod classified;
mod departments;
mod drift;
mod ends;
mod evaluation;
mod exceptions;
mod exports;
mod import_failures;
mod import_life;
mod import_rows;
mod import_stop;
mod import_suggestions;
mod legal_bases;
mod odd_text;
mod plans;
mod random_history;
mod records;
mod requests;
mod scope;
mod strangers;
