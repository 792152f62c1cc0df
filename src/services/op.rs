//! The operation: who acts, through which door, under which request id, and why.

use domain::{Actor, Door, EntityKind, Fault, Language};
use rules::{Action, Resource, Scope, Verdict};
use store::lists::RowScope;

use crate::Outcome;

/// One operation on its way through the program.
#[derive(Clone, Debug)]
pub struct Op {
    /// Who acts.
    pub actor: Actor,
    /// Through which door.
    pub door: Door,
    /// Names the request in log, audit and error pages.
    pub request_id: String,
    /// The reason given, if any.
    pub why: String,
    /// The reader's language.
    pub language: Language,
}

impl Op {
    /// An operation of the program itself.
    pub fn system(name: &str, door: Door, request_id: &str) -> Self {
        Self {
            actor: Actor::system(name),
            door,
            request_id: request_id.to_owned(),
            why: String::new(),
            language: Language::default(),
        }
    }

    /// Which rows of an entity the actor may see.
    pub fn scope(&self, kind: EntityKind) -> RowScope {
        row_scope(rules::scope(&self.actor, kind))
    }

    /// True when the actor may do it.
    pub fn may(&self, action: Action, resource: &Resource<'_>) -> bool {
        rules::permit(&self.actor, action, resource) == Verdict::Allow
    }
}

/// A scope of the rules as the store applies it.
pub(crate) fn row_scope(scope: Scope) -> RowScope {
    match scope {
        Scope::Nothing => RowScope::Nothing,
        Scope::Everything => RowScope::Everything,
        Scope::Paths(paths) => RowScope::Paths(paths),
    }
}

/// Refuses what the rules do not allow: hidden things look absent.
pub fn permit(op: &Op, action: Action, resource: &Resource<'_>) -> Outcome<()> {
    match rules::permit(&op.actor, action, resource) {
        Verdict::Allow => Ok(()),
        Verdict::Deny => Err(Fault::forbidden()),
        Verdict::Hide => Err(Fault::not_found()),
    }
}
