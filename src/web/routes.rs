//! Every route of the console, in two readable lists: the register (lists, records, forms, search) and everything
//! around it (sign-in, work, imports, rules, people, audit).

use axum::{Router, middleware};

use crate::{assets, routes_register, routes_work, switches};

/// The whole console. It holds no state: handlers find everything in [`edge::Context`].
pub fn router() -> Router {
    Router::new()
        .merge(routes_register::routes())
        .merge(routes_work::routes())
        .layer(middleware::from_fn(switches::around))
        .merge(assets::routes())
}
