//! The routes of the register: lists, records, forms, look-ups, search. `{plural}` is the word of an entity.

use axum::Router;
use axum::routing::{get, post};

use crate::form::{handler as form, lookup, remove};
use crate::list::handler as list;
use crate::record::handler as record;
use crate::{search, switches};

/// The routes of the register.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/theme", post(switches::theme))
        .route("/search", get(search::handler::show))
        .route("/lookup/{plural}", get(lookup::suggest))
        .route("/{plural}", get(list::show).post(form::create))
        .route("/{plural}/export", get(list::export))
        .route("/{plural}/new", get(form::new))
        .route("/{plural}/{id}", get(record::show).post(form::update))
        .route("/{plural}/{id}/edit", get(form::edit))
        .route("/{plural}/{id}/remove", get(remove::ask).post(remove::remove))
}
