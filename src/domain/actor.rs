//! Who acts: a person or a program, with the grants that hold today.

use serde::{Deserialize, Serialize};

use crate::id::Id;

/// The six roles (design, section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Manages people, settings and everything an operator does.
    Admin,
    /// Keeps the register true for the whole city.
    Operator,
    /// Decides requests and exceptions.
    Approver,
    /// Registers and asks for its own subtree.
    Department,
    /// Reads everything, audit included; changes nothing.
    Auditor,
    /// Reads figures and lists; changes nothing.
    Leader,
}

impl Role {
    /// All roles, in the order of the permission table.
    pub const ALL: [Self; 6] =
        [Self::Admin, Self::Operator, Self::Approver, Self::Department, Self::Auditor, Self::Leader];

    /// The word in storage, API and command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Operator => "operator",
            Self::Approver => "approver",
            Self::Department => "department",
            Self::Auditor => "auditor",
            Self::Leader => "leader",
        }
    }

    /// Reads the word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Admin => ("系统管理员", "Administrator"),
            Self::Operator => ("政务云运维", "Operator"),
            Self::Approver => ("审批人", "Approver"),
            Self::Department => ("部门信息化", "Department IT"),
            Self::Auditor => ("审计员", "Auditor"),
            Self::Leader => ("领导", "Leader"),
        }
    }
}

/// One grant in force: a role over a subtree of departments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What the person may be.
    pub role: Role,
    /// Path prefix of the subtree; empty means the whole city.
    pub path: String,
}

/// Which door a request came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// The web console.
    Console,
    /// The REST API.
    Api,
    /// The command line, on the server itself.
    CommandLine,
    /// A background job.
    Job,
}

impl Door {
    /// The word in the audit trail.
    pub fn code(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Api => "api",
            Self::CommandLine => "command_line",
            Self::Job => "job",
        }
    }
}

/// Who acts, with the grants that hold today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The person; [`Id::NONE`] for the program itself.
    pub person: Id,
    /// How the audit trail names the actor.
    pub name: String,
    /// Grants in force now.
    pub grants: Vec<Grant>,
}

impl Actor {
    /// The program itself, or whoever has the server's own command line: every right.
    pub fn system(name: &str) -> Self {
        Self { person: Id::NONE, name: name.to_owned(), grants: vec![Grant { role: Role::Admin, path: String::new() }] }
    }

    /// True when a grant of `role` covers `path`.
    pub fn has(&self, role: Role, path: &str) -> bool {
        self.grants.iter().any(|grant| grant.role == role && path.starts_with(&grant.path))
    }
}
