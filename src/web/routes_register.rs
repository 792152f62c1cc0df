//! The routes of the register: lists, records, forms, look-ups, search. `{plural}` is the word of an entity.

use axum::Router;
use axum::routing::{get, post};

use crate::{list::handler as list, switches};

/// The routes of the register.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/theme", post(switches::theme))
        .route("/{plural}", get(list::show))
        .route("/{plural}/export", get(list::export))
}
