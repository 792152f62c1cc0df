//! Files that prove a step: brought in by a form, given out as attachments only.

use axum::extract::multipart::MultipartRejection;
use axum::extract::{FromRequest as _, Multipart, Path, Request};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use domain::{Fault, FaultKind, Movement};
use edge::Refusal;
use services::requests::{self, NewEvidence};

use super::handlers::{address, told};
use crate::desk::id_of;
use crate::visit::Visit;

fn broken() -> Fault {
    Fault::new(
        FaultKind::Malformed,
        "form",
        "上传没有完整到达或超过 20 MB，请重新选择文件上传。",
        "The upload did not arrive whole or is larger than 20 MB; choose the file and upload it again.",
    )
}

async fn receive(request: Request) -> Result<NewEvidence, Fault> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_: MultipartRejection| broken())?;
    let mut new = NewEvidence { step: Movement::Submit, file_name: String::new(), bytes: Vec::new() };
    while let Some(field) = form.next_field().await.map_err(|_| broken())? {
        match field.name() {
            Some("step") => {
                let text = field.text().await.map_err(|_| broken())?;
                new.step = Movement::from_code(text.trim()).ok_or_else(broken)?;
            }
            Some("file") => {
                field.file_name().unwrap_or_default().clone_into(&mut new.file_name);
                new.bytes = field.bytes().await.map_err(|_| broken())?.to_vec();
            }
            _ => {}
        }
    }
    Ok(new)
}

/// `POST /evidence/{id}`: to the request of this id
pub(crate) async fn attach(visit: Visit, Path(id): Path<String>, request: Request) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let to = format!("{}#evidence", address(id));
    let attached = match receive(request).await {
        Ok(new) => requests::attach(visit.services(), &visit.op, id, new).await,
        Err(fault) => Err(fault),
    };
    match attached {
        Ok(_) => Ok(visit.done(&to, visit.l.t("evidence-attached"))),
        Err(fault) => told(&visit, &to, fault),
    }
}

/// `GET /evidence/{id}`
pub(crate) async fn file(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    let (file, bytes) = requests::evidence_file(visit.services(), &visit.op, id_of(&id)?).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let name: String =
        form_urlencoded::byte_serialize(file.file_name.as_bytes()).collect::<String>().replace('+', "%20");
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
