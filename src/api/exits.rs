//! The later life of workspaces for programs: freezing, and the exit in two steps.

use axum::{
    Json,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use domain::{Fault, Movement, Problem, Wording};
use serde::{Deserialize, Serialize};
use services::{
    provisioning,
    requests::{self, ExitView, Step},
};
use utoipa::ToSchema;

use crate::{
    problem::Answer,
    receive::{Asking, Body, id},
};

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedReason {
    /// Why: 4 to 500 characters.
    reason: String,
}

/// A step of the open exit of a workspace.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedExitStep {
    /// The step: one of `legal` of the exit.
    #[serde(rename = "move")]
    movement: String,
    /// Why; needed to reject, cancel and close.
    #[serde(default)]
    reason: String,
    /// The plan with the exit in it that was looked at; needed to approve.
    plan_hash: Option<String>,
    /// The name of the namespace; needed to carry it out.
    #[serde(default)]
    confirm: String,
}

/// Whether a workspace is frozen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FreezeDocument {
    /// Identifier of the workspace.
    workspace: String,
    /// Its namespace.
    namespace: String,
    /// Nothing new may start in it.
    frozen: bool,
    /// Since when.
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Who decided.
    by: Option<String>,
    /// Why.
    reason: Option<String>,
}

/// The exit of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExitDocument {
    /// Identifier.
    id: String,
    /// Its number.
    number: String,
    /// `asked`, `approved`, `reclaiming`, `reclaimed`, `rejected`, `withdrawn`, `cancelled`.
    state: String,
    /// Who asked.
    requester: String,
    /// Why.
    reason: String,
    /// The very namespace that it is for.
    namespace_uid: String,
    /// Hash of the plan with the exit in it.
    plan_hash: String,
    /// Why it cannot be carried out yet; absent when it can, or when it is not approved.
    waits_for: Option<String>,
    /// Steps that the caller may take.
    legal: Vec<String>,
}

/// Exits of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExitList {
    /// Newest first: only the first may be open.
    items: Vec<ExitDocument>,
}

fn document(asking: &Asking, view: ExitView) -> ExitDocument {
    ExitDocument {
        id: view.exit.id.to_string(),
        number: view.exit.number,
        state: view.request.state,
        requester: view.request.requester_name,
        reason: view.request.reason,
        namespace_uid: view.exit.namespace_uid,
        plan_hash: view.request.plan_hash,
        waits_for: view.waits_for.map(|why| why.text(asking.op.language).to_owned()),
        legal: view.legal.iter().map(|one| one.movement.code().to_owned()).collect(),
    }
}

async fn list(asking: &Asking, workspace: domain::Id) -> Answer<Json<ExitList>> {
    let found = requests::exits(&asking.services, &asking.op, workspace).await?;
    Ok(Json(ExitList { items: found.into_iter().map(|view| document(asking, view)).collect() }))
}

async fn freeze_document(asking: &Asking, workspace: domain::Id) -> Answer<Json<FreezeDocument>> {
    let delivery = provisioning::show_workspace(&asking.services, &asking.op, workspace).await?.delivery;
    let frozen = delivery.frozen;
    Ok(Json(FreezeDocument {
        workspace: delivery.id.to_string(),
        namespace: delivery.namespace,
        frozen: frozen.is_some(),
        since: frozen.as_ref().map(|one| one.at.to_string()),
        by: frozen.as_ref().map(|one| one.by.clone()),
        reason: frozen.map(|one| one.reason),
    }))
}

/// `POST /workspaces/{id}/freeze`
pub(crate) async fn freeze_workspace(
    asking: Asking,
    Path(workspace): Path<String>,
    Body(wanted): Body<WantedReason>,
) -> Answer<Json<FreezeDocument>> {
    let workspace = id(&workspace)?;
    provisioning::freeze(&asking.services, &asking.op, workspace, &wanted.reason).await?;
    freeze_document(&asking, workspace).await
}

/// `POST /workspaces/{id}/unfreeze`
pub(crate) async fn unfreeze_workspace(
    asking: Asking,
    Path(workspace): Path<String>,
    Body(wanted): Body<WantedReason>,
) -> Answer<Json<FreezeDocument>> {
    let workspace = id(&workspace)?;
    provisioning::unfreeze(&asking.services, &asking.op, workspace, &wanted.reason).await?;
    freeze_document(&asking, workspace).await
}

/// `GET /workspaces/{id}/exits`
pub(crate) async fn list_exits(asking: Asking, Path(workspace): Path<String>) -> Answer<Json<ExitList>> {
    list(&asking, id(&workspace)?).await
}

/// `POST /workspaces/{id}/exits`
pub(crate) async fn ask_exit(
    asking: Asking,
    Path(workspace): Path<String>,
    Body(wanted): Body<WantedReason>,
) -> Answer<Response> {
    let workspace = id(&workspace)?;
    requests::ask_exit(&asking.services, &asking.op, workspace, &wanted.reason).await?;
    Ok((StatusCode::CREATED, list(&asking, workspace).await?).into_response())
}

/// `POST /workspaces/{id}/exits/moves`
pub(crate) async fn move_exit(
    asking: Asking,
    Path(workspace): Path<String>,
    Body(wanted): Body<WantedExitStep>,
) -> Answer<Json<ExitList>> {
    let workspace = id(&workspace)?;
    // Seen before anything is said of steps.
    requests::exits(&asking.services, &asking.op, workspace).await?;
    let movement = Movement::from_code(&wanted.movement).ok_or_else(|| {
        let (zh, en) = ("没有这个步骤；可用的步骤见 legal", "there is no such step; `legal` names those there are");
        let message = Wording::new(zh, en);
        Fault::invalid(vec![Problem { field: "move".to_owned(), rule: "unknown-word".to_owned(), message }])
    })?;
    let step = Step { plan_hash: wanted.plan_hash, ..Step::of(movement).because(&wanted.reason) };
    requests::move_exit(&asking.services, &asking.op, workspace, &step, &wanted.confirm).await?;
    list(&asking, workspace).await
}
