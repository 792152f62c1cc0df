//! A file that comes in: as it is, or as the part `file` of a form. The edge bounds its bytes and its time.

use axum::{
    extract::{FromRequest, Multipart, Request},
    http::header,
};

use crate::{
    problem::{Answer, Refusal},
    receive::body_refusal,
};

/// The file of a form, under the name that the form gives it.
async fn from_form(request: Request) -> Answer<(Option<String>, Vec<u8>)> {
    let wrong =
        || Refusal::malformed("form", "表单内容无法读取，请重新上传。", "The form cannot be read; upload again.");
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| wrong())?;
    while let Some(part) = form.next_field().await.map_err(|error| body_refusal(error.status()))? {
        if part.name() == Some("file") {
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| body_refusal(error.status()))?;
            return Ok((name, bytes.into()));
        }
    }
    Err(Refusal::malformed("form-without-file", "表单中没有名为 file 的文件。", "The form holds no file named “file”."))
}

/// The bytes of the file, and its name if a form gives it one.
pub(crate) async fn file_of(request: Request) -> Answer<(Option<String>, Vec<u8>)> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data") {
        return from_form(request).await;
    }
    let bytes = axum::body::Bytes::from_request(request, &()).await.map_err(|error| body_refusal(error.status()))?;
    Ok((None, bytes.into()))
}
