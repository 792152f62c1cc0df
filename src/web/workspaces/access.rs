//! How a cluster is reached: registered by a kubeconfig, for administrators. The secret is never shown again.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use domain::{EntityKind, Fault, FaultKind};
use edge::Refusal;
use rules::{Action, Resource};
use services::{provisioning, records};

use crate::desk::{Sent, id_of};
use crate::form::{FormGroup, FormPage};
use crate::parts::{FieldKind, FieldView};
use crate::visit::Visit;

async fn page(visit: &Visit, id: &str, fault: Option<&Fault>) -> Result<FormPage, Refusal> {
    let l = visit.l;
    let id = id_of(id)?;
    services::permit(&visit.op, Action::ManageSettings, &Resource::Settings)?;
    let shown = records::get(visit.services(), &visit.op, EntityKind::Cluster, id).await?;
    let name = shown.record.get(EntityKind::Cluster.def(), "name").as_text().unwrap_or_default().to_owned();
    let access = provisioning::access(visit.services(), &visit.op, id).await?;
    let title = l.ta("access-title", &[("name", name.as_str())]);
    let shell =
        visit.shell(title, "clusters").under(l.t("nav-clusters"), "/clusters").under(name, format!("/clusters/{id}"));
    let mut page = FormPage::new(shell, format!("/cluster-access/{id}"), format!("/clusters/{id}"));
    page.lead = match &access {
        None => l.t("access-none"),
        Some(access) if access.outcome.is_empty() => l.ta("access-good", &[("server", access.server.as_str())]),
        Some(access) => l.ta("access-bad", &[("server", access.server.as_str()), ("why", access.outcome.as_str())]),
    };
    page.submit = l.t("access-register");
    // What was sent is a secret: it is not sent back, not even when it was refused.
    let mut field = FieldView::new(l, "kubeconfig", l.t("access-kubeconfig"), FieldKind::LongText)
        .must()
        .helped(l.t("access-help"));
    if let Some(fault) = fault {
        let said: Vec<&str> = fault.problems.iter().map(|one| one.message.text(visit.op.language)).collect();
        if said.is_empty() {
            page.errors.push(fault.message.text(visit.op.language).to_owned());
        } else {
            field.error = Some(said.join(" "));
        }
    }
    page.groups =
        vec![FormGroup { id: "access".to_owned(), title: String::new(), help: String::new(), fields: vec![field] }];
    Ok(page)
}

/// `GET /cluster-access/{id}`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<FormPage, Refusal> {
    page(&visit, &id, None).await
}

/// `POST /cluster-access/{id}`
pub(crate) async fn register(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    match provisioning::register(visit.services(), &visit.op, id_of(&id)?, sent.get("kubeconfig")).await {
        Ok(version) => {
            let text = visit.l.ta("access-registered", &[("version", version.as_str())]);
            Ok(visit.done(&format!("/clusters/{id}"), text))
        }
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&visit, &id, Some(&fault)).await?).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// `POST /cluster-access/{id}/forget`
pub(crate) async fn forget(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    provisioning::unregister(visit.services(), &visit.op, id_of(&id)?).await?;
    Ok(visit.done(&format!("/clusters/{id}"), visit.l.t("access-forgotten")))
}
