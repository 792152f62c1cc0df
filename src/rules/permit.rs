//! Who may do what to which record (design, section 7): one pure function, whose whole table is a golden file
//! (`tests/golden/permissions.txt`). What a reader may not even know of is hidden, not refused.

use domain::{Actor, EntityKind, Owner, Role};

#[cfg(test)]
mod tests;

/// What somebody wants to do. On which resources it makes sense is said beside each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See it, in lists and on its page (every resource).
    View,
    /// See its restricted fields (records).
    ViewRestricted,
    /// Make a new one (records; people).
    Create,
    /// Change it (records; people; the own account).
    Update,
    /// Remove it (records).
    Remove,
    /// Set the fields that only operators set, such as "does not apply" (records).
    SetOperatorFields,
    /// Bring it in from a file (records: where the rows would go; imports: apply or cancel one).
    Import,
    /// Take an import back (imports).
    UndoImport,
    /// Take it out as a file; restricted fields only with [`Action::ViewRestricted`] (records, figures, audit).
    Export,
    /// See its changes (records).
    ViewHistory,
    /// Read the audit trail and verify it (audit).
    ViewAudit,
    /// Make, lock and grant (people).
    ManagePeople,
    /// Make and revoke one's own tokens (the own account).
    ManageOwnTokens,
    /// Evaluate all rules again, or try another pack (rules).
    Evaluate,
    /// See the figures of one's scope (figures).
    ViewFigures,
    /// Cancel or retry background work (jobs).
    ManageJobs,
    /// Change settings of the whole program (settings).
    ManageSettings,
    /// Ask for it on behalf of the department: draft, hand in, take back, report its steps (migrations, exceptions).
    Request,
    /// Decide on it; never on one's own (migrations, exceptions).
    Decide,
    /// Carry it out at the cloud: try again, confirm a delivery, close (migrations, exceptions).
    Provision,
}

impl Action {
    /// Every action, in the order of the permission table.
    pub const ALL: [Self; 20] = [
        Self::View,
        Self::ViewRestricted,
        Self::Create,
        Self::Update,
        Self::Remove,
        Self::SetOperatorFields,
        Self::Import,
        Self::UndoImport,
        Self::Export,
        Self::ViewHistory,
        Self::ViewAudit,
        Self::ManagePeople,
        Self::ManageOwnTokens,
        Self::Evaluate,
        Self::ViewFigures,
        Self::ManageJobs,
        Self::ManageSettings,
        Self::Request,
        Self::Decide,
        Self::Provision,
    ];

    /// The word in the permission table and in the audit trail.
    pub fn code(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::ViewRestricted => "view_restricted",
            Self::Create => "create",
            Self::Update => "update",
            Self::Remove => "remove",
            Self::SetOperatorFields => "set_operator_fields",
            Self::Import => "import",
            Self::UndoImport => "undo_import",
            Self::Export => "export",
            Self::ViewHistory => "view_history",
            Self::ViewAudit => "view_audit",
            Self::ManagePeople => "manage_people",
            Self::ManageOwnTokens => "manage_own_tokens",
            Self::Evaluate => "evaluate",
            Self::ViewFigures => "view_figures",
            Self::ManageJobs => "manage_jobs",
            Self::ManageSettings => "manage_settings",
            Self::Request => "request",
            Self::Decide => "decide",
            Self::Provision => "provision",
        }
    }
}

/// What an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    /// A record of the register, by the path of its owning department. A new record has the path that it would get.
    /// Records of the city (zones) have the path `""`.
    Record {
        /// Which entity.
        kind: EntityKind,
        /// Path of the owning department.
        path: &'a str,
    },
    /// Figures, rates and boards; what they count is a matter of [`scope`].
    Figures,
    /// Accounts and grants.
    People,
    /// The audit trail of everything.
    Audit,
    /// The reader's own account.
    OwnAccount,
    /// A staged or applied import; which rows it may touch is a matter of records.
    Imports {
        /// True when the reader made it.
        own: bool,
    },
    /// Background work.
    Jobs,
    /// The rules page and the pack.
    Rules,
    /// Settings of the whole program.
    Settings,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Go ahead.
    Allow,
    /// The reader may see it, but not do this (403).
    Deny,
    /// The reader may not even know of it (404).
    Hide,
}

/// Which rows of an entity a reader may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// None.
    Nothing,
    /// All.
    Everything,
    /// Those whose path begins with one of these; none of them is inside another, and they are in order.
    Paths(Vec<String>),
}

impl Scope {
    /// True when a record of this path is inside.
    pub fn covers(&self, path: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Paths(paths) => paths.iter().any(|prefix| is_under(path, prefix)),
        }
    }
}

/// True when `path` lies in the subtree of `prefix`. A segment never matches half of another one.
fn is_under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| prefix.is_empty() || prefix.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

/// What a role may do with the records of an entity inside its subtree.
fn may_with_record(role: Role, action: Action, kind: EntityKind) -> bool {
    use Action as A;
    let city = kind.def().owner == Owner::City;
    if matches!(action, A::Request | A::Decide | A::Provision) {
        let is_request = matches!(kind, EntityKind::Migration | EntityKind::CloudException);
        return is_request
            && match action {
                A::Request => matches!(role, Role::Department | Role::Operator | Role::Admin),
                A::Decide => role == Role::Approver,
                _ => matches!(role, Role::Operator | Role::Admin),
            };
    }
    match role {
        Role::Admin | Role::Operator => matches!(
            action,
            A::View
                | A::ViewRestricted
                | A::Create
                | A::Update
                | A::Remove
                | A::SetOperatorFields
                | A::Import
                | A::Export
                | A::ViewHistory
        ),
        Role::Auditor | Role::Approver => matches!(action, A::View | A::ViewRestricted | A::Export | A::ViewHistory),
        Role::Leader => matches!(action, A::View | A::Export),
        Role::Department => match action {
            A::View | A::Export => true,
            A::ViewRestricted | A::ViewHistory => !city,
            // Not removal: taking a system off the register would be a way around the rule.
            A::Create | A::Update | A::Import => {
                matches!(kind, EntityKind::System | EntityKind::Component | EntityKind::DataCenter)
            }
            _ => false,
        },
    }
}

/// What a role may do with what belongs to the whole program; `city_wide` is true for a grant over everything.
fn may_with_program(role: Role, action: Action, resource: &Resource<'_>, city_wide: bool) -> bool {
    use Action as A;
    use Role as R;
    match resource {
        Resource::Record { .. } => false,
        Resource::Figures => matches!(action, A::View | A::ViewFigures | A::Export),
        Resource::Rules => match action {
            A::View => true,
            A::Evaluate => matches!(role, R::Admin | R::Operator) && city_wide,
            _ => false,
        },
        Resource::OwnAccount => false,
        Resource::People => match action {
            A::View => matches!(role, R::Admin | R::Auditor) && city_wide,
            A::Create | A::Update | A::ManagePeople => role == R::Admin && city_wide,
            _ => false,
        },
        Resource::Audit => {
            matches!(action, A::View | A::ViewAudit | A::Export) && matches!(role, R::Admin | R::Auditor) && city_wide
        }
        Resource::Imports { own } => match (role, action) {
            (R::Admin | R::Operator, A::View | A::Import | A::UndoImport) => *own || city_wide,
            (R::Department, A::View | A::Import | A::UndoImport) => *own,
            (R::Auditor, A::View) => city_wide,
            _ => false,
        },
        Resource::Jobs => match action {
            A::View => matches!(role, R::Admin | R::Operator | R::Auditor) && city_wide,
            A::ManageJobs => matches!(role, R::Admin | R::Operator) && city_wide,
            _ => false,
        },
        Resource::Settings => match action {
            A::View => matches!(role, R::Admin | R::Auditor) && city_wide,
            A::ManageSettings => role == R::Admin && city_wide,
            _ => false,
        },
    }
}

/// True when a grant of the actor allows it.
fn is_allowed(actor: &Actor, action: Action, resource: &Resource<'_>) -> bool {
    if *resource == Resource::OwnAccount {
        // The program itself has no account; everybody else has one, whatever they may do.
        return !actor.person.is_none() && matches!(action, Action::View | Action::Update | Action::ManageOwnTokens);
    }
    if let Resource::Record { kind, path } = resource {
        return scope_for(actor, action, *kind).covers(path);
    }
    actor.grants.iter().any(|grant| may_with_program(grant.role, action, resource, grant.path.is_empty()))
}

/// Whether `actor` may do `action` to `resource`. Refused is told from hidden by whether the actor may see it at all.
pub fn permit(actor: &Actor, action: Action, resource: &Resource<'_>) -> Verdict {
    if is_allowed(actor, action, resource) {
        Verdict::Allow
    } else if is_allowed(actor, Action::View, resource) {
        Verdict::Deny
    } else {
        Verdict::Hide
    }
}

/// The rows of an entity that an actor may see.
pub fn scope(actor: &Actor, kind: EntityKind) -> Scope {
    scope_for(actor, Action::View, kind)
}

/// The rows of an entity to which an actor may do something.
pub fn scope_for(actor: &Actor, action: Action, kind: EntityKind) -> Scope {
    let grants = actor.grants.iter().filter(|grant| may_with_record(grant.role, action, kind));
    let city = kind.def().owner == Owner::City;
    // The city's records lie in no subtree: everybody with a role reads them, a change needs a grant over everything.
    let reads = matches!(action, Action::View | Action::ViewRestricted | Action::ViewHistory | Action::Export);
    let mut paths: Vec<String> =
        grants.map(|grant| if city && reads { String::new() } else { grant.path.clone() }).collect();
    paths.sort_unstable();
    paths.dedup();
    if paths.is_empty() {
        return Scope::Nothing;
    }
    if paths.first().is_some_and(String::is_empty) {
        return Scope::Everything;
    }
    if city {
        return Scope::Nothing;
    }
    let mut minimal: Vec<String> = Vec::new();
    for path in paths {
        // Sorted: a subtree comes right after the prefix that holds it, or after others inside it.
        if !minimal.iter().any(|prefix| is_under(&path, prefix)) {
            minimal.push(path);
        }
    }
    Scope::Paths(minimal)
}
