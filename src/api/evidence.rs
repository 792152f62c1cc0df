//! Files that prove the steps of a request: listed, brought in, given out as attachments only.

use axum::{
    Json,
    extract::{Path, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{Fault, Movement};
use serde::Serialize;
use services::requests::{self, NewEvidence};
use utoipa::ToSchema;

use crate::{
    lists::attachment,
    problem::{Answer, Refusal},
    receive::{self, Asking, Parameters},
    request_view::EvidenceDocument,
    requests::find,
    upload::file_of,
};

/// Files are given out as bytes: what they are is for whoever opens them.
pub(crate) const BYTES: &str = "application/octet-stream";

/// The files of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvidenceList {
    /// Oldest first.
    items: Vec<EvidenceDocument>,
}

/// `GET /requests/{id}/evidence`
pub(crate) async fn list_evidence(asking: Asking, Path(id): Path<String>) -> Answer<Json<EvidenceList>> {
    let subject = find(&asking, &id).await?.request.subject;
    let found = requests::evidence_files(&asking.services, &asking.op, subject).await?;
    Ok(Json(EvidenceList { items: found.iter().map(EvidenceDocument::from).collect() }))
}

/// `POST /requests/{id}/evidence`
pub(crate) async fn attach_evidence(
    asking: Asking,
    Path(id): Path<String>,
    mut parameters: Parameters,
    request: Request,
) -> Answer<Response> {
    let step = parameters.take("step")?.unwrap_or_default();
    let Some(step) = Movement::from_code(&step) else {
        let known = Movement::ALL.iter().map(|one| one.code()).collect::<Vec<_>>().join(", ");
        let (zh, en) = (format!("应为以下之一：{known}"), format!("must be one of: {known}"));
        return Err(Refusal::parameter("step", "unknown-code", zh, en));
    };
    let named = parameters.take("file_name")?;
    let subject = find(&asking, &id).await?.request.subject;
    let (form_name, bytes) = file_of(request).await?;
    let file_name = named.or(form_name).unwrap_or_else(|| "evidence".to_owned());
    let Asking { services, op, .. } = &asking;
    let made = requests::attach(services, op, subject, NewEvidence { step, file_name, bytes }).await?;
    let address = [(header::LOCATION, format!("/api/v1/requests/{subject}/evidence/{}", made.id))];
    Ok((StatusCode::CREATED, address, Json(EvidenceDocument::from(&made))).into_response())
}

/// `GET /requests/{id}/evidence/{file}`
pub(crate) async fn download_evidence(asking: Asking, Path((id, file)): Path<(String, String)>) -> Answer<Response> {
    let subject = find(&asking, &id).await?.request.subject;
    let (file, bytes) = requests::evidence_file(&asking.services, &asking.op, receive::id(&file)?).await?;
    if file.subject != subject {
        return Err(Fault::not_found().into());
    }
    Ok(attachment(&file.file_name, BYTES, bytes))
}
