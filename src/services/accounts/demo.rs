//! The accounts of a demonstration: one for every role, two where two people are needed, random for every data folder.

use domain::{Fault, FaultKind, Id, Role};
use store::accounts;

use super::{
    NewGrant, NewPerson, Secret,
    people::{create_person_in, create_rules},
    secret,
};
use crate::{Op, Outcome, Services, Work};

/// An account of the demonstration with its password. The caller shows them once and writes them to a file that only
/// the owner of the data folder can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    /// The account.
    pub login: String,
    /// Its password.
    pub password: Secret,
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// Its department; empty for the whole city.
    pub department: String,
}

/// Account, name, role; two departments, because a department must not see another's systems, and two approvers,
/// because an exception needs two.
const PEOPLE: [(&str, &str, Role); 8] = [
    ("admin", "周敏", Role::Admin),
    ("operator", "李强", Role::Operator),
    ("approver1", "王芳", Role::Approver),
    ("approver2", "陈静", Role::Approver),
    ("department1", "刘洋", Role::Department),
    ("department2", "赵磊", Role::Department),
    ("auditor", "孙丽", Role::Auditor),
    ("leader", "吴军", Role::Leader),
];

/// Makes the accounts of the demonstration in a folder that has none yet. The two departments are those with the most
/// systems, so that there is something to see.
pub async fn create_demo_accounts(services: &Services, op: &Op) -> Outcome<Vec<DemoAccount>> {
    create_rules(op)?;
    let mut made = Vec::new();
    for (login, name, role) in PEOPLE {
        let password = secret::readable_password();
        let hash = services.sign_in_guard.hash(password.expose()).await?;
        made.push((
            DemoAccount { login: login.to_owned(), password, name: name.to_owned(), role, department: String::new() },
            hash,
        ));
    }
    let mut work = Work::begin(services, op).await?;
    let anybody = accounts::PeopleFilter { limit: 1, ..Default::default() };
    if !accounts::list(&mut work.tx, &anybody).await?.is_empty() {
        return Err(Fault::new(
            FaultKind::Conflict,
            "accounts-exist",
            "已有账号；演示账号只在全新的数据目录中创建。",
            "There are accounts already; demo accounts are made in a fresh data folder only.",
        ));
    }
    let mut workplaces: std::collections::VecDeque<(Id, String)> = accounts::workplaces(&mut work.tx, 2).await?.into();
    let mut shown = Vec::with_capacity(made.len());
    for (mut account, hash) in made {
        let mut department = None;
        if account.role == Role::Department {
            // A city without departments: nothing that such an account could see.
            let Some((id, name)) = workplaces.pop_front() else { continue };
            department = Some(id);
            account.department = name;
        }
        let grant = NewGrant { role: account.role, department, ..NewGrant::of(account.role) };
        let new =
            NewPerson { login: account.login.clone(), name: account.name.clone(), language: None, grants: vec![grant] };
        let person = create_person_in(&mut work, &new).await?;
        let at = work.at;
        accounts::set_password(&mut work.tx, person, &hash, at).await?;
        shown.push(account);
    }
    work.commit().await?;
    Ok(shown)
}
