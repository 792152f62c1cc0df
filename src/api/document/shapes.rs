//! Schemas of the documents that are the same for every entity: derived from the types that handlers answer.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    account, audit, drift, evidence, exits, figures, flags, history, import_view, imports, lists, request_body,
    request_view, requests, standing, workspaces,
};

/// One broken rule at one field.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a schema only: the document is written by `problem`")]
pub(super) struct FieldError {
    /// The field or parameter; empty for the whole.
    field: String,
    /// Stable code of the rule.
    rule: String,
    /// What is wrong and what would be right.
    message: String,
}

/// A refusal (RFC 9457).
#[derive(ToSchema)]
#[expect(dead_code, reason = "a schema only: the document is written by `problem`")]
pub(super) struct Problem {
    /// `urn:shangyun:problem:` and the code.
    r#type: String,
    /// Short name of the kind of refusal.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong and what would be right.
    detail: String,
    /// Stable code, for programs.
    code: String,
    /// The request, to quote to an administrator.
    request_id: String,
    /// Seconds after which another try makes sense.
    retry_after_seconds: Option<u64>,
    /// Broken rules by field.
    errors: Option<Vec<FieldError>>,
    /// The version as it is now, when the one sent was old.
    current_version: Option<i64>,
    /// The record as it is now, when the version sent was old.
    #[schema(value_type = Option<Object>)]
    current: Option<serde_json::Value>,
}

type Named = (String, RefOr<Schema>);

fn add<T: ToSchema>(all: &mut Vec<Named>) {
    all.push((T::name().into_owned(), <T as PartialSchema>::schema()));
    T::schemas(all);
}

/// Every schema with its name.
pub(super) fn all() -> Vec<Named> {
    let mut all = Vec::new();
    add::<Problem>(&mut all);
    add::<lists::Facets>(&mut all);
    add::<lists::FoundList>(&mut all);
    add::<history::History>(&mut all);
    add::<audit::AuditPage>(&mut all);
    add::<audit::Verification>(&mut all);
    add::<standing::StandingView>(&mut all);
    add::<standing::RuleList>(&mut all);
    add::<flags::FlagList>(&mut all);
    add::<figures::Figures>(&mut all);
    add::<requests::RequestList>(&mut all);
    add::<requests::WantedStep>(&mut all);
    add::<requests::WantedConfirmation>(&mut all);
    add::<request_view::RequestDocument>(&mut all);
    add::<request_view::RequestCheck>(&mut all);
    add::<request_body::WantedMove>(&mut all);
    add::<evidence::EvidenceList>(&mut all);
    add::<workspaces::WorkspaceList>(&mut all);
    add::<exits::FreezeDocument>(&mut all);
    add::<exits::ExitList>(&mut all);
    add::<exits::WantedReason>(&mut all);
    add::<exits::WantedExitStep>(&mut all);
    add::<drift::DriftList>(&mut all);
    add::<import_view::ImportDocument>(&mut all);
    add::<import_view::ImportList>(&mut all);
    add::<import_view::ImportErrors>(&mut all);
    add::<import_view::ImportProgress>(&mut all);
    add::<imports::WantedMapping>(&mut all);
    add::<imports::WantedSuggestion>(&mut all);
    add::<imports::WantedApply>(&mut all);
    add::<account::Me>(&mut all);
    add::<account::TokenList>(&mut all);
    add::<account::MadeToken>(&mut all);
    add::<account::WantedToken>(&mut all);
    all
}
