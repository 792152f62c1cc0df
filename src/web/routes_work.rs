//! The routes around the register: sign-in, work, imports, rules, people, audit.

use axum::Router;
use axum::routing::{get, post};
use domain::Fault;
use edge::{Refusal, SignedIn};

use crate::imports::{check, mapping, running, sample_files, start};
use crate::{
    account, audit, drift, flags, jobs, overview, pack, people, requests, sign_in, tokens, worklist, workspaces,
};

/// The routes around the register.
pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", get(overview::handlers::home))
        .route("/overview", get(overview::handlers::show))
        .route("/worklist", get(worklist::handlers::show))
        // Doors.
        .route("/sign-in", get(sign_in::handlers::show).post(sign_in::handlers::sign_in))
        .route("/sign-out", post(sign_in::handlers::sign_out))
        .route("/link/{secret}", get(sign_in::handlers::show_link).post(sign_in::handlers::use_link))
        .route("/account", get(account::handlers::show))
        .route("/account/password", post(account::handlers::change_password))
        .route("/account/sessions/end", post(account::handlers::end_all))
        .route("/account/sessions/{id}/end", post(account::handlers::end_one))
        .route("/language", post(account::handlers::set_language))
        // The desk.
        .route("/requests", get(requests::handlers::waiting))
        .route("/requests/{id}", get(requests::handlers::show))
        .route("/requests/{id}/live", get(requests::handlers::live))
        .route("/requests/{id}/edit", get(requests::forms::edit).post(requests::forms::update))
        .route("/requests/{id}/moves", post(requests::handlers::make))
        .route("/evidence/{id}", get(requests::evidence::file).post(requests::evidence::attach))
        .route("/requests/{id}/deliveries/{delivery}/confirm", post(requests::handlers::confirm))
        .route("/move/{system}", get(requests::moving::ask).post(requests::moving::draft))
        .route("/justify/{system}", get(requests::forms::ask_to_stay).post(requests::forms::draft_stay))
        .route("/workspaces", get(workspaces::handlers::list))
        .route("/workspaces/{id}", get(workspaces::handlers::show))
        .route("/workspaces/{id}/live", get(workspaces::handlers::live))
        .route("/workspaces/{id}/freeze", post(workspaces::life::freeze))
        .route("/workspaces/{id}/unfreeze", post(workspaces::life::unfreeze))
        .route("/workspaces/{id}/exits", post(workspaces::life::ask_exit))
        .route("/workspaces/{id}/exits/moves", post(workspaces::life::move_exit))
        .route("/drift", get(drift::show))
        .route("/cluster-access/{id}", get(workspaces::access::show).post(workspaces::access::register))
        .route("/cluster-access/{id}/forget", post(workspaces::access::forget))
        // Rules.
        .route("/flags", get(flags::show))
        .route("/rules", get(pack::handlers::show))
        .route("/help", get(pack::handlers::help))
        // Administration.
        .route("/people", get(people::handlers::list).post(people::handlers::create))
        .route("/people/new", get(people::handlers::new))
        .route("/people/{id}", get(people::handlers::show))
        .route("/people/{id}/link", post(people::handlers::make_link))
        .route("/people/{id}/lock", post(people::handlers::lock))
        .route("/people/{id}/unlock", post(people::handlers::unlock))
        .route("/people/{id}/grants", post(people::handlers::grant))
        .route("/people/{id}/grants/{grant}/revoke", post(people::handlers::revoke))
        .route("/tokens", get(tokens::handlers::show).post(tokens::handlers::create))
        .route("/tokens/{id}/revoke", post(tokens::handlers::revoke))
        .route("/audit", get(audit::show))
        .route("/audit/verify", post(audit::verify))
        .route("/jobs", get(jobs::show))
        // Imports.
        .route("/imports", get(start::history).post(start::upload))
        .route("/imports/new", get(start::new))
        .route("/imports/{id}", get(check::show))
        .route("/imports/{id}/mapping", get(mapping::show).post(mapping::set))
        .route("/imports/{id}/missing", get(check::show_missing).post(check::create_missing))
        .route("/imports/{id}/take", post(check::take_suggestion))
        .route("/imports/{id}/apply", post(running::apply))
        .route("/imports/{id}/progress", get(running::show_progress))
        .route("/imports/{id}/cancel", post(running::cancel))
        .route("/imports/{id}/undo", get(check::ask_undo).post(running::undo))
        .route("/imports/{id}/records", get(running::records))
        .route("/imports/{id}/refused.csv", get(running::refused_file))
        .route("/samples/{file}", get(sample_files::serve))
        // Asking who calls first gives the page about a wrong address its navigation.
        .fallback(nowhere)
}

/// What no route answers.
async fn nowhere(_: Option<SignedIn>) -> Refusal {
    Fault::not_found().into()
}
