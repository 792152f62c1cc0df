//! Actors of every role, each a person of its own.

use domain::{Actor, Door, Grant, Id, Language, Role};
use services::Op;

use super::World;

impl World {
    /// An administrator of the whole city.
    pub fn admin(&self) -> Op {
        admin()
    }
}

fn person(number: u128) -> Id {
    Id(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number))
}

fn op(number: u128, name: &str, role: Role, path: &str) -> Op {
    Op {
        actor: Actor {
            person: person(number),
            name: name.to_owned(),
            grants: vec![Grant { role, path: path.to_owned() }],
        },
        door: Door::Console,
        request_id: format!("test-{name}"),
        why: String::new(),
        language: Language::ZhCn,
    }
}

/// An administrator of the whole city.
pub fn admin() -> Op {
    op(1, "admin", Role::Admin, "")
}

/// An operator of the whole city.
pub fn operator() -> Op {
    op(2, "operator", Role::Operator, "")
}

/// Somebody of the department at `path`.
pub fn department(path: &str) -> Op {
    let number = path.bytes().fold(100, |sum: u128, byte| sum * 31 % 1_000_000_007 + u128::from(byte));
    op(number, &format!("department {path}"), Role::Department, path)
}

/// An auditor of the whole city.
pub fn auditor() -> Op {
    op(3, "auditor", Role::Auditor, "")
}

/// A leader of the whole city.
pub fn leader() -> Op {
    op(4, "leader", Role::Leader, "")
}

/// Somebody who decides, for the whole city.
pub fn approver() -> Op {
    op(5, "approver", Role::Approver, "")
}
