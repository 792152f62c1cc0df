//! The routes around the register: sign-in, work, imports, rules, people, audit.

use axum::Router;

/// The routes around the register.
pub(crate) fn routes() -> Router {
    Router::new()
}
