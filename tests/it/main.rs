//! What the product promises, tested with its real parts: storage on both engines, use cases, both HTTP doors, the bones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::allow_attributes,
    reason = "a test says what is wrong by failing"
)]

mod api;
mod architecture;
mod cluster;
mod contract;
mod edge;
mod plan_format;
mod program;
mod services;
mod support;
mod web;
