//! The REST door, asked over HTTP without a network: typed clients over `oneshot`, real services behind.

mod account;
mod bad_input;
mod client;
mod document;
mod imports;
mod life;
mod lists;
mod records;
mod requests;
mod routes;
mod scene;
mod scope;
mod wishes;
