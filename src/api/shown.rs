//! The documents of requests and workspaces for whoever shows them elsewhere, so that the command line prints what this door answers.

use domain::{Fault, Language};
use serde_json::Value;
use services::{
    Services,
    provisioning::WorkspaceView,
    requests::{Listed, RequestView},
};

use crate::{
    request_view::{RequestDocument, RequestLine},
    workspaces::WorkspaceDocument,
};

fn value(document: &impl serde::Serialize) -> Result<Value, Fault> {
    serde_json::to_value(document).map_err(|error| Fault::internal(error.to_string()))
}

/// The document of a request.
///
/// # Errors
/// A bug: a document that cannot be written.
pub fn request_document(services: &Services, found: &RequestView, language: Language) -> Result<Value, Fault> {
    value(&RequestDocument::new(services, found, language)?)
}

/// The line of a request in a list.
///
/// # Errors
/// A bug: a document that cannot be written.
pub fn request_line(services: &Services, one: &Listed, language: Language) -> Result<Value, Fault> {
    value(&RequestLine::new(services, one, language))
}

/// The document of a workspace.
///
/// # Errors
/// A bug: a document that cannot be written.
pub fn workspace_document(one: &WorkspaceView) -> Result<Value, Fault> {
    value(&WorkspaceDocument::from(one))
}
