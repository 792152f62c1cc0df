//! What handlers take to know who calls.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use domain::Fault;
use services::{Op, accounts::Caller};

use crate::{Context, Refusal};

/// Somebody who is signed in, by session or token. `Option<SignedIn>` also lets strangers in.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Caller);

/// The operation of somebody who is signed in: actor, door, request id, language, and the reason from `X-Reason` (a form
/// sets `why` itself).
#[derive(Clone, Debug)]
pub struct OpFrom(pub Op);

/// The operation of whoever calls; a stranger has no person and no grants.
#[derive(Clone, Debug)]
pub struct OpOrAnonymous(pub Op);

async fn context<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Context, Refusal> {
    <Context as FromRequestParts<S>>::from_request_parts(parts, state).await
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let context = context(parts, state).await?;
        context.caller().await?.cloned().map(Self).ok_or_else(|| Refusal(Fault::unauthenticated()))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refusal> {
        Ok(context(parts, state).await?.caller().await?.cloned().map(Self))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OpFrom {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let op = context(parts, state).await?.op().await?;
        if op.actor.person.is_none() { Err(Refusal(Fault::unauthenticated())) } else { Ok(Self(op)) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OpOrAnonymous {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        Ok(Self(context(parts, state).await?.op().await?))
    }
}
