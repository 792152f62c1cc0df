//! Every address of this door. The router and the OpenAPI document are built from this list, and tests walk it.

use axum::{
    Router,
    http::StatusCode,
    middleware,
    routing::{delete, get, patch, post, put},
};
use rules::Action;

use crate::{
    account, audit, docs, document, drift, evidence, exits, figures, flags, history, imports,
    lists::{self, CSV, XLSX},
    problem::{self, Refusal},
    records, requests,
    route::{About, Answers, Carries, Parameter, Route},
    standing, workspaces,
};

/// Where this door begins.
pub const ROOT: &str = "/api/v1";

const fn parameter(name: &'static str, means: &'static str) -> Parameter {
    Parameter { name, required: false, many: false, means }
}

const fn required(name: &'static str, means: &'static str) -> Parameter {
    Parameter { name, required: true, many: false, means }
}

const fn many(name: &'static str, means: &'static str) -> Parameter {
    Parameter { name, required: false, many: true, means }
}

const Q: Parameter = parameter("q", "Words to search for; two-character Chinese words work.");
const SORT: Parameter = parameter("sort", "Field to sort by; `-field` for descending.");
const WITHIN: Parameter = parameter("within", "Identifier of a department: it and everything below it.");
const LIMIT: Parameter = parameter("limit", "Rows of a page, 1 to 500; 50 unless told.");
const CURSOR: Parameter = parameter("cursor", "Where the page begins: `next_cursor` of the page before.");
const FIELDS: Parameter = parameter("fields", "Names of fields, comma-separated; all unless told.");

const LIST: &[Parameter] = &[Q, SORT, WITHIN, FIELDS, LIMIT, CURSOR];
const FACETS: &[Parameter] = &[Q, WITHIN, FIELDS];
const EXPORT: &[Parameter] = &[parameter("format", "`csv` (unless told) or `xlsx`."), Q, SORT, WITHIN];
const FLAGS: &[Parameter] = &[
    many("rule", "Word of a rule, such as `CBD-01`."),
    many("severity", "`critical`, `high`, `medium`, `low`."),
    parameter("overdue", "`true`: only those past their deadline."),
    parameter("subject", "Identifier of a record: its open flags, all of them, without the other filters."),
    WITHIN,
    LIMIT,
    CURSOR,
];
const SYSTEM: Parameter = parameter("system", "Identifier, code or name of a system.");
const REQUESTS: &[Parameter] = &[
    many("entity", "`migration`, `cloud_exception`."),
    many("state", "Word of a state, such as `submitted`."),
    SYSTEM,
    parameter("open", "`true`: only those that are not over; `false`: only those that are."),
    parameter("mine", "`true`: only those that wait for the caller."),
    WITHIN,
    LIMIT,
    CURSOR,
];
const DRIFT: &[Parameter] = &[
    many("cluster", "Identifier of a cluster."),
    many("action", "`changed`, `deleted`, `added`."),
    parameter("at[gte]", "First day."),
    parameter("at[lte]", "Last day."),
    WITHIN,
    LIMIT,
    CURSOR,
];
const WORKSPACES: &[Parameter] = &[
    SYSTEM,
    parameter("cluster", "Identifier, code or name of a cluster."),
    parameter("request", "Identifier or number of a request."),
    many("environment", "`prod`, `staging`, `test`, `dev`."),
    many("state", "`reserved`, `pushed`, `ready`, `failed`, `released`."),
    parameter("namespace", "Name of the namespace."),
    WITHIN,
    LIMIT,
    CURSOR,
];
const EVIDENCE: &[Parameter] = &[
    required("step", "The step that the file proves, such as `source_off`."),
    parameter("file_name", "Name of the file; a form names it itself."),
];
const ROWS: &str = "CSV, XLSX or XLS, at most 64 MiB: as it is, or as the part `file` of a form.";
const PROOF: &str =
    "PDF, PNG, JPEG, ZIP (DOCX and XLSX too) or text, at most 20 MiB: as it is, or as the part `file` of a form.";
const UPLOAD: &[Parameter] = &[
    required("kind", "Plural word of the entity, such as `systems`."),
    parameter("file_name", "Name of the file; a form names it itself."),
    parameter("source", "Name of the source: keys of one source are told from those of another."),
    parameter("encoding", "Encoding of a text file, if what is found is wrong."),
    parameter("separator", "Separator of a text file, if what is found is wrong."),
    parameter("sheet", "Sheet of a workbook, if not the first filled one."),
    parameter("header_row", "Row of the headers, if what is found is wrong."),
];

/// Every route, in the order of the document.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    // Records of every entity. The static words of `/{entity}/…` win over `{id}`.
    Route::new("GET", "/{entity}", "list_{entity}", "Lists records.", || get(lists::list_records))
        .narrowed_to(Action::View, About::Records).takes(LIST).filtered().answers(Answers::RecordList),
    Route::new("POST", "/{entity}", "create_{record}", "Makes a record.", || post(records::create_record))
        .needs(Action::Create, About::Records).carries(Carries::NewRecord).answers(Answers::NewRecord),
    Route::new("GET", "/{entity}/facets", "list_{record}_facets", "Counts the values of fields among the matches of a list.", || get(lists::list_facets))
        .narrowed_to(Action::View, About::Records).takes(FACETS).filtered().answers(Answers::Json("Facets")),
    Route::new("GET", "/{entity}/export", "export_{entity}", "Writes a list into a file that an import reads back.", || get(lists::export_records))
        .narrowed_to(Action::Export, About::Records).takes(EXPORT).filtered().answers(Answers::File(&[CSV, XLSX])),
    Route::new("GET", "/{entity}/{id}", "get_{record}", "Shows a record.", || get(records::get_record))
        .needs(Action::View, About::Records).answers(Answers::Record),
    Route::new("PATCH", "/{entity}/{id}", "update_{record}", "Changes the fields that are sent; `null` clears one.", || patch(records::update_record))
        .needs(Action::Update, About::Records).versioned().carries(Carries::RecordChange).answers(Answers::Record),
    Route::new("DELETE", "/{entity}/{id}", "remove_{record}", "Removes a record that nothing refers to.", || delete(records::remove_record))
        .needs(Action::Remove, About::Records).versioned(),
    Route::new("GET", "/{entity}/{id}/history", "list_{record}_history", "Shows what happened to a record, newest first.", || get(history::list_history))
        .needs(Action::ViewHistory, About::Records).takes(&[LIMIT, CURSOR]).answers(Answers::Json("History")),
    // What the rules say.
    Route::new("GET", "/systems/{id}/standing", "get_system_standing", "Explains why a system stands as it does today.", || get(standing::get_standing))
        .needs(Action::View, About::Records).answers(Answers::Json("StandingView")),
    Route::new("GET", "/flags", "list_flags", "Lists open flags by deadline.", || get(flags::list_flags))
        .narrowed_to(Action::View, About::Records).takes(FLAGS).answers(Answers::Json("FlagList")),
    Route::new("GET", "/figures", "get_figures", "Counts standings, rates, deadlines, exceptions and rooms.", || get(figures::get_figures))
        .needs(Action::ViewFigures, About::Figures).takes(&[WITHIN]).answers(Answers::Json("Figures")),
    Route::new("GET", "/rules", "list_rules", "Lists the rules with their clauses.", || get(standing::list_rules))
        .needs(Action::View, About::Rules).answers(Answers::Json("RuleList")),
    Route::new("GET", "/search", "search", "Finds records of any entity by words.", || get(lists::search))
        .narrowed_to(Action::View, About::Records).takes(&[required("q", "Words to search for."), LIMIT]).answers(Answers::Json("FoundList")),
    // The desk.
    Route::new("GET", "/requests", "list_requests", "Lists requests, the newest change first.", || get(requests::list_requests))
        .narrowed_to(Action::View, About::Requests).takes(REQUESTS).answers(Answers::Json("RequestList")),
    Route::new("POST", "/requests", "draft_request", "Drafts a request to move a system, or a justification that it stays.", || post(requests::draft_request))
        .needs(Action::Request, About::Requests).carries(Carries::Json("RequestDraft")).answers(Answers::Made("RequestDocument")),
    Route::new("POST", "/requests/check", "check_request", "Says what is wrong with a request and what it would get; keeps nothing.", || post(requests::check_request))
        .needs(Action::Request, About::Requests).carries(Carries::Json("RequestDraft")).answers(Answers::Json("RequestCheck")),
    Route::new("GET", "/requests/{id}", "get_request", "Shows where a request stands, its plan, its steps so far, and those that lead on.", || get(requests::get_request))
        .needs(Action::View, About::Requests).answers(Answers::Json("RequestDocument")),
    Route::new("PUT", "/requests/{id}", "change_request", "Puts another draft in the place of one that is still with the department.", || put(requests::change_request))
        .needs(Action::Request, About::Requests).versioned().carries(Carries::Json("RequestDraft")).answers(Answers::Json("RequestDocument")),
    Route::new("POST", "/requests/{id}/moves", "move_request", "Takes a step; who may take which is in the life cycle.", || post(requests::move_request))
        .needs(Action::View, About::Requests).carries(Carries::Json("WantedStep")).answers(Answers::Json("RequestDocument")),
    Route::new("POST", "/requests/{id}/deliveries/{delivery}/confirm", "confirm_delivery", "Confirms what a provider made; a file of the step `finish` comes first.", || post(requests::confirm_delivery))
        .needs(Action::Provision, About::Requests).carries(Carries::Json("WantedConfirmation")).answers(Answers::Json("RequestDocument")),
    Route::new("GET", "/requests/{id}/evidence", "list_evidence", "Lists the files that prove the steps of a request.", || get(evidence::list_evidence))
        .needs(Action::ViewRestricted, About::Requests).answers(Answers::Json("EvidenceList")),
    Route::new("POST", "/requests/{id}/evidence", "attach_evidence", "Attaches a file to a request; answers its SHA-256.", || post(evidence::attach_evidence))
        .needs(Action::Request, About::Requests).takes(EVIDENCE).carries(Carries::File(PROOF)).answers(Answers::Made("EvidenceDocument")),
    Route::new("GET", "/requests/{id}/evidence/{file}", "download_evidence", "Gives out a file.", || get(evidence::download_evidence))
        .needs(Action::ViewRestricted, About::Requests).answers(Answers::File(&[evidence::BYTES])),
    Route::new("GET", "/workspaces", "list_workspaces", "Lists workspaces, the newest change first.", || get(workspaces::list_workspaces))
        .narrowed_to(Action::View, About::Requests).takes(WORKSPACES).answers(Answers::Json("WorkspaceList")),
    Route::new("GET", "/workspaces/{id}", "get_workspace", "Shows a workspace with what its cluster says of it.", || get(workspaces::get_workspace))
        .needs(Action::View, About::Workspaces).answers(Answers::Json("WorkspaceDocument")),
    Route::new("POST", "/workspaces/{id}/freeze", "freeze_workspace", "Lets nothing new start in a workspace; what runs goes on.", || post(exits::freeze_workspace))
        .needs(Action::Provision, About::Workspaces).carries(Carries::Json("WantedReason")).answers(Answers::Json("FreezeDocument")),
    Route::new("POST", "/workspaces/{id}/unfreeze", "unfreeze_workspace", "Takes a freeze away.", || post(exits::unfreeze_workspace))
        .needs(Action::Provision, About::Workspaces).carries(Carries::Json("WantedReason")).answers(Answers::Json("FreezeDocument")),
    Route::new("GET", "/workspaces/{id}/exits", "list_workspace_exits", "Lists the exits of a workspace, newest first.", || get(exits::list_exits))
        .needs(Action::View, About::Workspaces).answers(Answers::Json("ExitList")),
    Route::new("POST", "/workspaces/{id}/exits", "ask_workspace_exit", "Asks for the end of a workspace.", || post(exits::ask_exit))
        .needs(Action::Request, About::Workspaces).carries(Carries::Json("WantedReason")).answers(Answers::Made("ExitList")),
    Route::new("POST", "/workspaces/{id}/exits/moves", "move_workspace_exit", "Takes a step of the open exit; who may take which is in the life cycle.", || post(exits::move_exit))
        .needs(Action::View, About::Workspaces).carries(Carries::Json("WantedExitStep")).answers(Answers::Json("ExitList")),
    Route::new("GET", "/drift", "list_drift", "Lists what somebody changed in workspaces, newest first.", || get(drift::list_drift))
        .narrowed_to(Action::View, About::Requests).takes(DRIFT).answers(Answers::Json("DriftList")),
    // Imports: read, check, apply, and back out.
    Route::new("GET", "/imports", "list_imports", "Lists imports, newest first.", || get(imports::list_imports))
        .narrowed_to(Action::View, About::Imports).takes(&[LIMIT, CURSOR]).answers(Answers::Json("ImportList")),
    Route::new("POST", "/imports", "read_import", "Reads a file and stages its rows.", || post(imports::read_import))
        .needs(Action::Import, About::Records).takes(UPLOAD).carries(Carries::File(ROWS)).answers(Answers::Made("ImportDocument")),
    Route::new("GET", "/imports/{id}", "get_import", "Shows an import.", || get(imports::get_import))
        .needs(Action::View, About::Imports).answers(Answers::Json("ImportDocument")),
    Route::new("PUT", "/imports/{id}/mapping", "set_import_mapping", "Says what the columns mean; remembered for the source.", || put(imports::set_mapping))
        .needs(Action::Import, About::Imports).carries(Carries::Json("WantedMapping")).answers(Answers::Json("ImportDocument")),
    Route::new("POST", "/imports/{id}/check", "check_import", "Checks every row against the register.", || post(imports::check_import))
        .needs(Action::Import, About::Imports).answers(Answers::Begun("ImportDocument")),
    Route::new("POST", "/imports/{id}/take-suggestion", "take_import_suggestion", "Reads a suggestion instead of a refused value in every row that has it, and checks again.", || post(imports::take_suggestion))
        .needs(Action::Import, About::Imports).carries(Carries::Json("WantedSuggestion")).answers(Answers::Begun("ImportDocument")),
    Route::new("POST", "/imports/{id}/apply", "apply_import", "Applies a checked import, all of it or nothing.", || post(imports::apply_import))
        .needs(Action::Import, About::Imports).carries(Carries::PerhapsJson("WantedApply")).answers(Answers::Begun("ImportDocument")),
    Route::new("POST", "/imports/{id}/cancel", "cancel_import", "Stops or gives up an import.", || post(imports::cancel_import))
        .needs(Action::Import, About::Imports).answers(Answers::Json("ImportDocument")),
    Route::new("POST", "/imports/{id}/undo", "undo_import", "Takes an applied import back, all of it or nothing.", || post(imports::undo_import))
        .needs(Action::UndoImport, About::Imports).answers(Answers::Json("ImportDocument")),
    Route::new("POST", "/imports/{id}/create-missing-departments", "create_missing_departments", "Makes the departments that a checked import misses, and checks again.", || post(imports::create_missing_departments))
        .needs(Action::Import, About::Imports).answers(Answers::Json("ImportDocument")),
    Route::new("GET", "/imports/{id}/errors", "list_import_errors", "Lists what is wrong, in the order of the file.", || get(imports::list_import_errors))
        .needs(Action::View, About::Imports).takes(&[LIMIT, CURSOR]).answers(Answers::Json("ImportErrors")),
    Route::new("GET", "/imports/{id}/refused.csv", "download_refused_rows", "Writes the refused rows into a file to put right and bring again.", || get(imports::download_refused_rows))
        .needs(Action::View, About::Imports).answers(Answers::File(&[CSV])),
    Route::new("GET", "/imports/{id}/progress", "get_import_progress", "Says how far a check or an apply is.", || get(imports::get_import_progress))
        .needs(Action::View, About::Imports).answers(Answers::Json("ImportProgress")),
    // The trail.
    Route::new("GET", "/audit", "list_audit", "Lists the audit trail, newest first.", || get(audit::list_audit))
        .needs(Action::ViewAudit, About::Audit).takes(&[LIMIT, CURSOR]).answers(Answers::Json("AuditPage")),
    Route::new("POST", "/audit/verify", "verify_audit", "Proves that nothing in the trail was altered, removed or put in.", || post(audit::verify_audit))
        .needs(Action::ViewAudit, About::Audit).answers(Answers::Json("Verification")),
    // The caller.
    Route::new("GET", "/me", "get_me", "Says who calls, and with which roles.", || get(account::get_me))
        .needs(Action::View, About::OwnAccount).answers(Answers::Json("Me")),
    Route::new("GET", "/me/tokens", "list_tokens", "Lists the caller's tokens.", || get(account::list_tokens))
        .needs(Action::View, About::OwnAccount).answers(Answers::Json("TokenList")),
    Route::new("POST", "/me/tokens", "create_token", "Makes a token; its secret is shown once. Needs a session, not a token.", || post(account::create_token))
        .needs(Action::ManageOwnTokens, About::OwnAccount).carries(Carries::Json("WantedToken")).answers(Answers::Made("MadeToken")),
    Route::new("DELETE", "/me/tokens/{id}", "revoke_token", "Takes a token back, at once.", || delete(account::revoke_token))
        .needs(Action::ManageOwnTokens, About::OwnAccount),
    // This list, for programs.
    Route::new("GET", "/openapi.json", "get_openapi", "This document.", || get(document::get_document))
        .needs(Action::View, About::OwnAccount).answers(Answers::Document),
];

async fn no_such_route() -> Refusal {
    Refusal::with_status(
        StatusCode::NOT_FOUND,
        "no-such-route",
        "没有这个地址；可用的地址见 /api/docs。",
        "There is no such address; those that exist are listed at /api/docs.",
    )
}

/// The REST door, to be merged with the others and wrapped by `Edge::wrap` (with [`crate::presenter`] set).
pub fn router() -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, route.guarded());
    }
    let router = router.fallback(no_such_route).layer(middleware::from_fn(problem::tell));
    Router::new().nest(ROOT, router).merge(docs::router())
}
