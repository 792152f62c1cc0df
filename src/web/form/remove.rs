//! Removing a record: a page that says what will happen and asks why, then the removal.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::{ENTITIES, Fault, FaultKind, Kind};
use edge::Refusal;
use services::records;

use super::handler::{reason_field, with_reason};
use super::{FormGroup, FormPage};
use crate::desk::Sent;
use crate::flash;
use crate::list::handler::{counted, entity};
use crate::parts::Hidden;
use crate::record::handler::{id_of, open};
use crate::record::view::{Opened, listing};
use crate::visit::Visit;

/// `GET /{plural}/{id}/remove`
pub(crate) async fn ask(visit: Visit, Path((plural, id)): Path<(String, String)>) -> Result<FormPage, Refusal> {
    let opened = open(&visit, entity(&plural)?, id_of(&id)?).await?;
    page(&visit, &opened, None, "").await
}

async fn page(visit: &Visit, opened: &Opened, error: Option<String>, why: &str) -> Result<FormPage, Refusal> {
    if !opened.shown.may_remove {
        return Err(Refusal(Fault::forbidden()));
    }
    let (l, def, address) = (visit.l, opened.kind.def(), opened.address());
    let shell = visit
        .shell(l.ta("remove-name", &[("name", &opened.name())]), def.plural)
        .under(def.label(visit.op.language), format!("/{}", def.plural))
        .under(opened.name(), address.as_str());
    let mut page = FormPage::new(shell, format!("{address}/remove"), address.as_str());
    page.lead = l.t("remove-lead");
    page.submit = l.t("remove");
    page.danger = true;
    page.hidden.push(Hidden::new("version", opened.record().version.to_string()));
    let mut reason = reason_field(visit, why).must();
    reason.error = error;
    let help = referring(visit, opened).await?;
    page.groups = vec![FormGroup { id: "g-why".to_owned(), title: String::new(), help, fields: vec![reason] }];
    Ok(page)
}

/// What still refers to the record, as far as the visitor may see it.
async fn referring(visit: &Visit, opened: &Opened) -> Result<String, Refusal> {
    let id = opened.record().id.to_string();
    let mut found = Vec::new();
    for kind in ENTITIES {
        for field in kind.def().fields.iter().filter(|field| field.flags.filter) {
            if field.kind != (Kind::Ref { to: opened.kind }) {
                continue;
            }
            let count = listing(visit, kind, &[(field.name, &id)], 1).await?.page.count;
            if count > 0 {
                found.push(format!("{} {}", kind.label(visit.op.language), counted(visit.l, count)));
            }
        }
    }
    if found.is_empty() {
        return Ok(String::new());
    }
    Ok(visit.l.ta("remove-referred", &[("what", &found.join(&visit.l.t("comma")))]))
}

/// `POST /{plural}/{id}/remove`
pub(crate) async fn remove(
    visit: Visit,
    Path((plural, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Refusal> {
    let kind = entity(&plural)?;
    let opened = open(&visit, kind, id_of(&id)?).await?;
    let op = with_reason(&visit, &sent);
    if op.why.is_empty() {
        let page = page(&visit, &opened, Some(visit.l.t("why-needed")), "").await?;
        return Ok((edge::status_of(FaultKind::Invalid), page).into_response());
    }
    let version: i64 = sent.get("version").parse().unwrap_or(0);
    match records::remove(visit.services(), &op, kind, opened.record().id, version).await {
        Ok(()) => {
            let told = flash::done(visit.l.ta("done-remove", &[("name", &opened.name())]));
            Ok(flash::redirect(visit.context.edge().settings(), &format!("/{plural}"), &told))
        }
        Err(fault) if matches!(fault.kind, FaultKind::Conflict | FaultKind::Stale) => {
            let mut page = page(&visit, &opened, None, &op.why).await?;
            page.errors.push(fault.message.text(visit.op.language).to_owned());
            Ok((edge::status_of(fault.kind), page).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}
