//! The caller's own account: who it is, what it may, and its tokens.

use axum::{
    Json,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::Problem;
use serde::{Deserialize, Serialize};
use services::accounts::{self, NewToken, TokenScope};
use utoipa::ToSchema;

use crate::{
    problem::{Answer, Refusal},
    receive::{self, Asking, Body},
};

/// A role over a subtree of departments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GrantView {
    /// `admin`, `operator`, `approver`, `department`, `auditor`, `leader`.
    role: String,
    /// True for a role over everything.
    whole_city: bool,
    /// Path of the subtree; empty for everything.
    path: String,
}

/// Who calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    /// The person.
    id: String,
    /// The account.
    login: String,
    /// The person's name.
    name: String,
    /// The language in which this door answers this request.
    language: String,
    /// Roles in force today.
    grants: Vec<GrantView>,
    /// True when a token called.
    by_token: bool,
    /// True when that token may only read.
    read_only: bool,
}

/// `GET /me`
pub(crate) async fn get_me(asking: Asking) -> Json<Me> {
    let Asking { op, caller, .. } = asking;
    let grants = caller
        .actor
        .grants
        .into_iter()
        .map(|grant| GrantView {
            role: grant.role.code().to_owned(),
            whole_city: grant.path.is_empty(),
            path: grant.path,
        })
        .collect();
    Json(Me {
        id: caller.person.to_string(),
        login: caller.login,
        name: caller.display_name,
        language: op.language.tag().to_owned(),
        grants,
        by_token: caller.token.is_some(),
        read_only: caller.read_only,
    })
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenDocument {
    /// Identifier.
    id: String,
    /// What its owner calls it.
    name: String,
    /// Its first characters, to tell it from others.
    prefix: String,
    /// `read` or `write`.
    scope: String,
    /// Moment at which it was made.
    #[schema(format = DateTime)]
    created_at: String,
    /// Dead from this moment.
    #[schema(format = DateTime)]
    expires_at: String,
    /// Moment at which it was taken back.
    #[schema(format = DateTime)]
    revoked_at: Option<String>,
    /// Last use, to ten minutes.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// True while it works.
    alive: bool,
}

/// The caller's tokens, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenList {
    /// Newest first.
    items: Vec<TokenDocument>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeToken {
    /// Identifier.
    id: String,
    /// What programs send as `Authorization: Bearer …`. Shown now and never again.
    secret: String,
    /// Dead from this moment.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedToken {
    /// What it is for, 1 to 60 characters.
    name: String,
    /// `read` or `write`; never more than its owner's rights of the day.
    scope: String,
    /// Days that it lives, 1 to 366.
    days: u32,
}

/// `GET /me/tokens`
pub(crate) async fn list_tokens(asking: Asking) -> Answer<Json<TokenList>> {
    let views = accounts::list_own_tokens(&asking.services, &asking.op).await?;
    let items = views
        .into_iter()
        .map(|view| TokenDocument {
            id: view.token.id.to_string(),
            name: view.token.name,
            prefix: view.token.prefix,
            scope: view.token.scopes,
            created_at: view.token.created_at.to_string(),
            expires_at: view.token.expires_at.to_string(),
            revoked_at: view.token.revoked_at.map(|at| at.to_string()),
            last_used_at: view.last_used_at.map(|at| at.to_string()),
            alive: view.alive,
        })
        .collect();
    Ok(Json(TokenList { items }))
}

/// `POST /me/tokens`
pub(crate) async fn create_token(asking: Asking, Body(wanted): Body<WantedToken>) -> Answer<Response> {
    if asking.caller.token.is_some() {
        // A token that leaked must not outlive its end by making others.
        return Err(Refusal::with_status(
            StatusCode::FORBIDDEN,
            "session-required",
            "令牌不能用来创建令牌；请登录控制台后创建。",
            "A token cannot make tokens; sign in and make it there.",
        ));
    }
    let Some(scope) = TokenScope::from_code(&wanted.scope) else {
        let problem = Problem {
            field: "scope".to_owned(),
            rule: "unknown-code".to_owned(),
            message: domain::Wording::new("应为 read 或 write", "must be read or write"),
        };
        return Err(domain::Fault::invalid(vec![problem]).into());
    };
    let new = NewToken { name: wanted.name, scope, days: wanted.days };
    let made = accounts::create_token(&asking.services, &asking.op, asking.caller.person, &new).await?;
    let id = made.token.id.to_string();
    let address = format!("/api/v1/me/tokens/{id}");
    let document =
        MadeToken { id, secret: made.secret.expose().to_owned(), expires_at: made.token.expires_at.to_string() };
    Ok((StatusCode::CREATED, [(header::LOCATION, address)], Json(document)).into_response())
}

/// `DELETE /me/tokens/{id}`
pub(crate) async fn revoke_token(asking: Asking, Path(id): Path<String>) -> Answer<StatusCode> {
    accounts::revoke_own_token(&asking.services, &asking.op, receive::id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
