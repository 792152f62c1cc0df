//! Passwords: set through a link that works once, changed by whoever knows the old one. Either way other sessions end.

use domain::{Actor, Fault, FaultKind, Id, Problem, Timestamp, fold};
use jiff::SignedDuration;
use rules::{Action, Resource};
use store::accounts::{self, Link, Person};

use super::{Opened, Secret, own_account, problem, secret, session, trail, trail_name, tries, wrong_credentials};
use crate::{Op, Outcome, Services, Work, permit};

/// Characters that a password needs at least.
pub const PASSWORD_MIN: usize = 10;

/// Characters that a password may have.
const PASSWORD_MAX: usize = 200;

/// A link works for so many hours: over a weekend.
pub const LINK_HOURS: i64 = 72;

/// What a link of this kind does.
const PURPOSE: &str = "password";

/// A link that was just made; doors build the address around the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// What the address ends with.
    pub secret: Secret,
    /// It works until then.
    pub expires_at: Timestamp,
}

/// What a working link says before it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// Whose password it sets.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// It works until then.
    pub expires_at: Timestamp,
}

/// What is wrong with a new password.
fn password_problems(person: &Person, password: &str) -> Vec<Problem> {
    let length = password.chars().count();
    let mut signs: Vec<char> = password.chars().collect();
    signs.sort_unstable();
    signs.dedup();
    let folded = fold(password);
    let mut problems = Vec::new();
    let mut refuse = |rule: &str, zh: String, en: String| problems.push(problem("password", rule, zh, en));
    if length < PASSWORD_MIN {
        refuse(
            "password-short",
            format!("密码至少 {PASSWORD_MIN} 个字符，现在是 {length} 个；可以用一句话。"),
            format!("A password needs at least {PASSWORD_MIN} characters, this has {length}; a sentence is fine."),
        );
    } else if length > PASSWORD_MAX {
        refuse(
            "password-long",
            format!("密码最多 {PASSWORD_MAX} 个字符。"),
            format!("A password has at most {PASSWORD_MAX} characters."),
        );
    } else if folded == fold(&person.login) || folded == fold(&person.name) {
        refuse(
            "password-is-login",
            "密码不能与账号或姓名相同。".to_owned(),
            "The password must not be the account or the name.".to_owned(),
        );
    } else if signs.len() < 5 {
        refuse(
            "password-simple",
            "密码过于简单：至少要有 5 个不同的字符。".to_owned(),
            "This password is too simple: use at least 5 different characters.".to_owned(),
        );
    }
    if password.chars().any(char::is_control) {
        refuse(
            "password-control",
            "密码不能含有控制字符。".to_owned(),
            "A password must not contain control characters.".to_owned(),
        );
    }
    problems
}

/// The link is used, expired, replaced or invented: all the same.
fn dead_link() -> Fault {
    Fault::new(
        FaultKind::NotFound,
        "dead-link",
        format!("此链接已使用、已过期（{LINK_HOURS} 小时）或已被新链接取代；请联系管理员重新发送。"),
        format!(
            "This link was used, has expired ({LINK_HOURS} hours) or was replaced; ask an administrator for a new one."
        ),
    )
}

/// Makes a link in a unit of work; links made before end.
pub(super) async fn make_link(work: &mut Work<'_>, person: Id) -> Outcome<NewLink> {
    let link = Link {
        person,
        purpose: PURPOSE.to_owned(),
        created_at: work.at,
        expires_at: work.at.saturating_add(SignedDuration::from_hours(LINK_HOURS)).unwrap_or(work.at),
        used_at: None,
    };
    let secret = Secret::fresh("");
    accounts::expire_links(&mut work.tx, person, work.at).await?;
    accounts::insert_link(&mut work.tx, &link, &secret.hash()).await?;
    work.record("make_link", "person", person, "", format!("{{\"purpose\":\"{PURPOSE}\"}}"));
    Ok(NewLink { secret, expires_at: link.expires_at })
}

/// Makes a link with which a person sets a password. It is shown once.
pub async fn create_link(services: &Services, op: &Op, person: Id) -> Outcome<NewLink> {
    permit(op, Action::ManagePeople, &Resource::People)?;
    let mut work = Work::begin(services, op).await?;
    let found = accounts::person(&mut work.tx, person).await?.ok_or_else(Fault::not_found)?;
    if !found.active {
        return Err(Fault::new(
            FaultKind::Conflict,
            "person-locked",
            "该账号已停用；请先启用，再发送链接。",
            "This account is locked; unlock it before making a link.",
        ));
    }
    let link = make_link(&mut work, person).await?;
    work.commit().await?;
    Ok(link)
}

async fn live_link(services: &Services, secret: &str) -> Outcome<(Person, Link)> {
    if !secret::is_well_formed(secret, "") {
        return Err(dead_link());
    }
    let mut reader = &services.db;
    let now = services.clock.now();
    let link = accounts::link(&mut reader, &secret::hash_of(secret)).await?;
    let link = link
        .filter(|link| link.used_at.is_none() && now < link.expires_at && link.purpose == PURPOSE)
        .ok_or_else(dead_link)?;
    let person = accounts::person(&mut reader, link.person).await?;
    let person = person.filter(|person| person.active).ok_or_else(dead_link)?;
    Ok((person, link))
}

/// What a link would do, for the page that asks for the new password.
pub async fn inspect_link(services: &Services, secret: &str) -> Outcome<LinkView> {
    let (person, link) = live_link(services, secret).await?;
    Ok(LinkView { login: person.login, name: person.name, expires_at: link.expires_at })
}

/// Sets the password through a link, which is used up by it. Answers whose password it was, for signing in with it.
pub async fn redeem_link(services: &Services, op: &Op, secret: &str, password: &str) -> Outcome<Person> {
    let (person, _) = live_link(services, secret).await?;
    let problems = password_problems(&person, password);
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let hash = services.sign_in_guard.hash(password).await?;
    // Holding the link proves who acts, as far as anything here does.
    let actor = Actor { person: person.id, name: trail_name(&person), grants: Vec::new() };
    let op = Op { actor, ..op.clone() };
    let mut work = Work::begin(services, &op).await?;
    if !accounts::use_link(&mut work.tx, &secret::hash_of(secret), work.at).await? {
        return Err(dead_link());
    }
    accounts::set_password(&mut work.tx, person.id, &hash, work.at).await?;
    work.record("set_password", "person", person.id, "", r#"{"by":"link"}"#.to_owned());
    work.commit().await?;
    session::end_all(services, person.id).await?;
    Ok(person)
}

/// Changes the own password. Every session ends and a new one begins: the door sets the new cookie.
pub async fn change_own_password(
    services: &Services,
    op: &Op,
    old: &str,
    new: &str,
    peer: &str,
    agent: &str,
) -> Outcome<Opened> {
    let id = own_account(op, Action::Update)?;
    let mut reader = &services.db;
    let person = accounts::person(&mut reader, id).await?.ok_or_else(Fault::not_found)?;
    let problems = password_problems(&person, new);
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    if old == new {
        return Err(Fault::invalid(vec![problem(
            "password",
            "password-same",
            "新密码与旧密码相同。",
            "The new password is the old one.",
        )]));
    }
    // A session left open must not become a place to guess the password from.
    let counted = tries::begin(services, &person.login, peer).await?;
    let stored = accounts::credentials(&mut reader, &person.login).await?;
    let hash = stored.map(|(_, hash)| hash).unwrap_or_default();
    if !services.sign_in_guard.matches(old, &hash).await? {
        let mut fault = wrong_credentials();
        fault.kind = FaultKind::Invalid;
        fault.problems =
            vec![problem("old_password", "wrong-password", "旧密码不正确。", "The old password is wrong.")];
        return Err(fault);
    }
    let hash = services.sign_in_guard.hash(new).await?;
    let mut work = Work::begin(services, op).await?;
    let at = work.at;
    accounts::set_password(&mut work.tx, id, &hash, at).await?;
    accounts::expire_links(&mut work.tx, id, at).await?;
    work.record("set_password", "person", id, "", r#"{"by":"owner"}"#.to_owned());
    work.commit().await?;
    session::end_all(services, id).await?;
    let mut tx = services.db.begin_sessions().await?;
    counted.succeeded(&mut tx, at).await?;
    let opened = session::open(services, &mut tx, person, peer, agent, services.clock.now()).await?;
    tx.commit().await?;
    trail::hurry(services).await;
    Ok(opened)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person() -> Person {
        let at = Timestamp::from_second(1_800_000_000).unwrap();
        Person {
            id: Id::NONE,
            version: 1,
            login: "zhangsan.shuju".to_owned(),
            name: "张三".to_owned(),
            language: None,
            has_password: false,
            sessions_from: at,
            active: true,
            created_at: at,
            updated_at: at,
        }
    }

    #[test]
    fn a_password_is_refused_with_the_reason_and_accepted_when_it_is_a_sentence() {
        let rule = |password: &str| password_problems(&person(), password).first().map(|problem| problem.rule.clone());
        assert_eq!(rule("短密码").as_deref(), Some("password-short"));
        assert_eq!(rule("ZhangSan.Shuju").as_deref(), Some("password-is-login"));
        assert_eq!(rule("abababababab").as_deref(), Some("password-simple"));
        assert_eq!(rule("correct\nhorse battery").as_deref(), Some("password-control"));
        assert_eq!(rule(&"长".repeat(201)).as_deref(), Some("password-long"));
        assert_eq!(rule("春天的马电池订书钉三号"), None);
    }
}
