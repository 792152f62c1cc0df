//! Files that prove a step. What a file is, its first bytes say; it is kept with its SHA-256 and given out as an attachment only.

use domain::{EntityKind, Fault, FaultKind, Id, Movement};
use rules::{Action, Resource};
use sha2::{Digest as _, Sha256};
use store::requests::Evidence;

use super::{conflict, problem};
use crate::{Op, Outcome, Services, Work, permit};

/// Bytes of one file.
pub const SIZE_MAX: usize = 20 * 1024 * 1024;
/// Files of one request.
const FILES_MAX: usize = 20;

/// A file to be attached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvidence {
    /// The step that it proves.
    pub step: Movement,
    /// Its name.
    pub file_name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What the first bytes say a file is; none for what is not taken.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    let begins = |signature: &[u8]| bytes.starts_with(signature);
    if begins(b"%PDF-") {
        Some("application/pdf")
    } else if begins(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if begins(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else if begins(b"PK\x03\x04") {
        Some("application/zip")
    } else {
        let is_text = std::str::from_utf8(bytes).is_ok_and(|text| !text.is_empty() && !text.contains('\0'));
        is_text.then_some("text/plain")
    }
}

fn is_request(entity: &str) -> Option<EntityKind> {
    EntityKind::from_table(entity).filter(|kind| matches!(kind, EntityKind::Migration | EntityKind::CloudException))
}

/// Attaches a file. The requester proves, so does the operator, and the approver files a report.
pub async fn attach(services: &Services, op: &Op, subject: Id, new: NewEvidence) -> Outcome<Evidence> {
    let mut work = Work::begin(services, op).await?;
    work.tx.lock(&format!("request-{subject}")).await?;
    let Some(request) = store::requests::find(&mut work.tx, subject).await? else { return Err(Fault::not_found()) };
    let kind = is_request(&request.entity).ok_or_else(Fault::not_found)?;
    let own = Resource::Record { kind, path: &request.path };
    permit(op, Action::View, &own)?;
    let may = op.may(Action::Request, &own)
        || op.may(Action::Provision, &own)
        || (new.step == Movement::Report && op.may(Action::Decide, &own));
    if !may {
        return Err(Fault::forbidden());
    }
    let file_name: String = new
        .file_name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|one| !one.is_control())
        .take(200)
        .collect();
    if file_name.is_empty() || new.bytes.is_empty() {
        return Err(Fault::invalid(vec![problem("file", "required", "请选择文件", "choose a file")]));
    }
    if new.bytes.len() > SIZE_MAX {
        return Err(Fault::new(
            FaultKind::TooLarge,
            "evidence-too-large",
            "佐证材料每个不超过 20 MB。",
            "A file has at most 20 MB.",
        ));
    }
    let Some(media_type) = media_type(&new.bytes) else {
        let (zh, en) = (
            "只接受 PDF、PNG、JPEG、ZIP（含 DOCX、XLSX）和文本文件",
            "only PDF, PNG, JPEG, ZIP (DOCX and XLSX too) and text files are taken",
        );
        return Err(Fault::invalid(vec![problem("file", "evidence-type", zh, en)]));
    };
    if store::requests::evidence(&mut work.tx, subject).await?.len() >= FILES_MAX {
        return Err(conflict("too-many-files", "每个申请最多 20 个佐证材料。", "A request has at most 20 files."));
    }
    let sha256: String = Sha256::digest(&new.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let file = Evidence {
        id: work.next_id(),
        subject,
        step: new.step.code().to_owned(),
        file_name,
        media_type: media_type.to_owned(),
        size: i64::try_from(new.bytes.len()).unwrap_or(i64::MAX),
        sha256,
        person: op.actor.person,
        person_name: op.actor.name.clone(),
        at: work.at,
    };
    let body =
        serde_json::json!({ "step": file.step, "file_name": file.file_name, "sha256": file.sha256, "size": file.size });
    work.record("attach", kind.def().table, subject, &request.path, body.to_string());
    store::requests::attach(&mut work.tx, &file, new.bytes).await?;
    work.commit().await?;
    Ok(file)
}

/// Refuses whoever may not read the files of a request. They are as open as restricted fields: leaders read figures, not files.
async fn may_read(services: &Services, op: &Op, subject: Id) -> Outcome<()> {
    let request = store::requests::find(&mut &services.db, subject).await?.ok_or_else(Fault::not_found)?;
    let kind = is_request(&request.entity).ok_or_else(Fault::not_found)?;
    permit(op, Action::View, &Resource::Record { kind, path: &request.path })?;
    permit(op, Action::ViewRestricted, &Resource::Record { kind, path: &request.path })
}

/// The files of a request without their bytes, oldest first.
pub async fn files(services: &Services, op: &Op, subject: Id) -> Outcome<Vec<Evidence>> {
    may_read(services, op, subject).await?;
    Ok(store::requests::evidence(&mut &services.db, subject).await?)
}

/// A file with its bytes, for whoever may see its request.
pub async fn file(services: &Services, op: &Op, id: Id) -> Outcome<(Evidence, Vec<u8>)> {
    let found = store::requests::evidence_file(&mut &services.db, id).await?;
    let (file, bytes) = found.ok_or_else(Fault::not_found)?;
    may_read(services, op, file.subject).await?;
    Ok((file, bytes))
}
