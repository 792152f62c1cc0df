//! People: making, listing, changing and locking accounts; granting roles and taking them back.

use domain::{Actor, EntityKind, Fault, FaultKind, Id, Language, Problem, Role};
use jiff::civil::Date;
use rules::{Action, Resource};
use serde_json::json;
use store::accounts::{self, GrantRow, PeopleFilter, Person};

use super::{
    own_account,
    password::{NewLink, make_link},
    problem, session,
};
use crate::{Op, Outcome, Services, Work, permit};

/// A role to be granted. Days are ISO text in the pack's time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// The role.
    pub role: Role,
    /// The subtree of departments; none for the whole city.
    pub department: Option<Id>,
    /// First day; empty for today.
    pub from_on: String,
    /// Last day; empty for no end.
    pub to_on: String,
    /// For whom the person stands in, if so.
    pub deputy_for: Option<Id>,
}

impl NewGrant {
    /// The role over the whole city, from today, without end.
    pub fn of(role: Role) -> Self {
        Self { role, department: None, from_on: String::new(), to_on: String::new(), deputy_for: None }
    }
}

/// A person to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// The account.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Preferred language, if known.
    pub language: Option<Language>,
    /// The first roles.
    pub grants: Vec<NewGrant>,
}

/// A person who was just made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedPerson {
    /// Who.
    pub person: Id,
    /// The link with which the person sets a password.
    pub link: NewLink,
}

/// A person with all grants, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonView {
    /// Who.
    pub person: Person,
    /// All grants; [`GrantRow::holds_on`] tells which give something on a day.
    pub grants: Vec<GrantRow>,
}

/// A page of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeoplePage {
    /// The people.
    pub people: Vec<PersonView>,
    /// What to put into [`PeopleFilter::after`] for the next page; none on the last.
    pub next: Option<String>,
    /// Today in the pack's time zone, for [`GrantRow::holds_on`].
    pub today: String,
}

/// Who may make accounts.
pub(super) fn create_rules(op: &Op) -> Outcome<()> {
    permit(op, Action::ManagePeople, &Resource::People)
}

fn name_problems(name: &str) -> Option<Problem> {
    let length = name.chars().count();
    (length == 0 || length > 60 || name.chars().any(char::is_control))
        .then(|| problem("name", "person-name", "请填写姓名（1 到 60 个字符）。", "Give a name of 1 to 60 characters."))
}

fn login_problems(login: &str) -> Option<Problem> {
    let length = login.chars().count();
    let plain = login.chars().all(|character| character.is_alphanumeric() || ".-_@".contains(character));
    (!(2..=64).contains(&length) || !plain).then(|| {
        problem(
            "login",
            "person-login",
            "账号应为 2 到 64 个字母、数字或 . - _ @，不含空格。",
            "An account has 2 to 64 letters, digits or . - _ @, and no spaces.",
        )
    })
}

/// The days of a grant, or what is wrong with them.
fn days(new: &NewGrant, today: Date) -> Result<(Date, Option<Date>), Problem> {
    let read = |field: &str, text: &str| {
        text.trim().parse::<Date>().map_err(|_| {
            problem(
                field,
                "not-a-date",
                format!("“{text}”不是日期；请写成 2026-02-03。"),
                format!("“{text}” is not a date; write it as 2026-02-03."),
            )
        })
    };
    let from = if new.from_on.trim().is_empty() { today } else { read("from_on", &new.from_on)? };
    let to = if new.to_on.trim().is_empty() { None } else { Some(read("to_on", &new.to_on)?) };
    if let Some(to) = to.filter(|to| *to < from || *to < today) {
        return Err(problem(
            "to_on",
            "grant-over",
            format!("截止日期 {to} 不能早于开始日期和今天。"),
            format!("The last day {to} must not be before the first day, nor before today."),
        ));
    }
    Ok((from, to))
}

/// Checks a grant and stores it.
async fn store_grant(work: &mut Work<'_>, person: Id, new: &NewGrant) -> Outcome<Id> {
    let today = work.services.pack.day_of(work.at);
    let refuse = |found: Problem| Fault::invalid(vec![found]);
    let (from, to) = days(new, today).map_err(refuse)?;
    match new.department {
        None if new.role == Role::Department => {
            return Err(refuse(problem(
                "department",
                "grant-department",
                "“部门信息化”角色必须指定单位。",
                "The role Department IT needs a department.",
            )));
        }
        Some(_) if new.role == Role::Admin => {
            return Err(refuse(problem(
                "department",
                "grant-city-wide",
                "系统管理员不限定单位：请把单位留空。",
                "An administrator is one for the whole city: leave the department empty.",
            )));
        }
        Some(department) => {
            let def = EntityKind::Department.def();
            if store::records::find(&mut work.tx, def, department).await?.is_none() {
                return Err(refuse(problem(
                    "department",
                    "no-such-department",
                    "没有这个单位，或已删除；请重新选择。",
                    "There is no such department, or it was removed; choose another.",
                )));
            }
        }
        None => {}
    }
    if let Some(principal) = new.deputy_for {
        let grants = accounts::actor_grants(&mut work.tx, principal, &today.to_string()).await?;
        let holds = grants.iter().any(|grant| grant.role == new.role);
        if principal == person || !holds || to.is_none() {
            return Err(refuse(problem(
                "deputy_for",
                "grant-deputy",
                "代理须指定另一位目前担任该角色的人员，并填写截止日期。",
                "A deputy stands in for somebody else who holds this role today, and until a named day.",
            )));
        }
    }
    let row = GrantRow {
        id: work.next_id(),
        person,
        role: new.role,
        department: new.department,
        department_name: String::new(),
        department_removed: false,
        from_on: from.to_string(),
        to_on: to.map(|to| to.to_string()).unwrap_or_default(),
        deputy_for: new.deputy_for,
        deputy_for_name: String::new(),
        granted_by: Some(work.op.actor.person).filter(|person| !person.is_none()),
        created_at: work.at,
        revoked_at: None,
    };
    accounts::insert_grant(&mut work.tx, &row).await?;
    work.record("grant", "person", person, "", grant_body(&row));
    Ok(row.id)
}

/// What the trail says of a grant.
fn grant_body(row: &GrantRow) -> String {
    let id = |id: Option<Id>| id.map(|id| id.to_string()).unwrap_or_default();
    json!({
        "department": id(row.department),
        "deputy_for": id(row.deputy_for),
        "from_on": row.from_on,
        "grant": row.id.to_string(),
        "role": row.role.code(),
        "to_on": row.to_on,
    })
    .to_string()
}

/// Makes a person with grants in a unit of work, without password.
pub(super) async fn create_person_in(work: &mut Work<'_>, new: &NewPerson) -> Outcome<Id> {
    let (login, name) = (new.login.trim().to_owned(), new.name.trim().to_owned());
    let mut problems: Vec<Problem> = login_problems(&login).into_iter().chain(name_problems(&name)).collect();
    if problems.is_empty() && accounts::by_login(&mut work.tx, &login).await?.is_some() {
        problems.push(problem(
            "login",
            "login-taken",
            format!("账号“{login}”已存在；请换一个。"),
            format!("The account “{login}” exists already; choose another."),
        ));
    }
    if !problems.is_empty() {
        return Err(Fault::invalid(problems));
    }
    let person = Person {
        id: work.next_id(),
        version: 1,
        login,
        name,
        language: new.language,
        has_password: false,
        sessions_from: work.at,
        active: true,
        created_at: work.at,
        updated_at: work.at,
    };
    accounts::insert_person(&mut work.tx, &person).await?;
    let body = json!({ "login": person.login, "name": person.name }).to_string();
    work.record("create", "person", person.id, "", body);
    for grant in &new.grants {
        store_grant(work, person.id, grant).await?;
    }
    Ok(person.id)
}

/// Makes a person with first roles, and a link with which the person sets a password.
pub async fn create_person(services: &Services, op: &Op, new: &NewPerson) -> Outcome<CreatedPerson> {
    create_rules(op)?;
    let mut work = Work::begin(services, op).await?;
    let person = create_person_in(&mut work, new).await?;
    let link = make_link(&mut work, person).await?;
    work.commit().await?;
    Ok(CreatedPerson { person, link })
}

/// A page of people, by account.
pub async fn list_people(services: &Services, op: &Op, filter: &PeopleFilter) -> Outcome<PeoplePage> {
    permit(op, Action::View, &Resource::People)?;
    let mut reader = &services.db;
    let limit = filter.limit.clamp(1, 200);
    let mut people = accounts::list(&mut reader, &PeopleFilter { limit: limit + 1, ..filter.clone() }).await?;
    let size = usize::try_from(limit).unwrap_or(1);
    let more = people.len() > size;
    people.truncate(size);
    let next = people.last().filter(|_| more).map(|person| person.login.clone());
    let ids: Vec<Id> = people.iter().map(|person| person.id).collect();
    let mut grants: std::collections::HashMap<Id, Vec<GrantRow>> = std::collections::HashMap::new();
    for grant in accounts::grants_of(&mut reader, &ids).await? {
        grants.entry(grant.person).or_default().push(grant);
    }
    let people = people
        .into_iter()
        .map(|person| PersonView { grants: grants.remove(&person.id).unwrap_or_default(), person })
        .collect();
    Ok(PeoplePage { people, next, today: services.today().to_string() })
}

/// One person with all grants.
pub async fn get_person(services: &Services, op: &Op, id: Id) -> Outcome<PersonView> {
    permit(op, Action::View, &Resource::People)?;
    let mut reader = &services.db;
    let person = accounts::person(&mut reader, id).await?.ok_or_else(Fault::not_found)?;
    let grants = accounts::grants_of(&mut reader, &[id]).await?;
    Ok(PersonView { person, grants })
}

/// The person of an account, as the command line names people.
pub async fn find_person(services: &Services, op: &Op, login: &str) -> Outcome<PersonView> {
    permit(op, Action::View, &Resource::People)?;
    let found = accounts::by_login(&mut &services.db, login).await?.ok_or_else(Fault::not_found)?;
    get_person(services, op, found.id).await
}

/// Changes the name of a person who is still at `version`.
pub async fn update_person(services: &Services, op: &Op, id: Id, version: i64, name: &str) -> Outcome<()> {
    permit(op, Action::ManagePeople, &Resource::People)?;
    let name = name.trim();
    if let Some(found) = name_problems(name) {
        return Err(Fault::invalid(vec![found]));
    }
    let mut work = Work::begin(services, op).await?;
    let before = accounts::person(&mut work.tx, id).await?.ok_or_else(Fault::not_found)?;
    let body = json!({ "name": [before.name, name] }).to_string();
    let after = Person { version, name: name.to_owned(), updated_at: work.at, ..before };
    accounts::update_person(&mut work.tx, &after).await?;
    work.record("update", "person", id, "", body);
    work.commit().await
}

/// Sets the person's own language.
pub async fn set_own_language(services: &Services, op: &Op, language: Language) -> Outcome<()> {
    let id = own_account(op, Action::Update)?;
    let mut work = Work::begin(services, op).await?;
    let before = accounts::person(&mut work.tx, id).await?.ok_or_else(Fault::not_found)?;
    let was = before.language.map_or("", Language::tag);
    let body = json!({ "language": [was, language.tag()] }).to_string();
    let after = Person { language: Some(language), updated_at: work.at, ..before };
    accounts::update_person(&mut work.tx, &after).await?;
    work.record("update", "person", id, "", body);
    work.commit().await
}

/// Nobody changes their own roles or locks themselves: it takes a second administrator, or the server's command line.
fn not_oneself(actor: &Actor, person: Id) -> Outcome<()> {
    if actor.person == person {
        return Err(Fault::new(
            FaultKind::Forbidden,
            "own-roles",
            "不能更改自己的角色或停用自己；请由另一位管理员操作，或在服务器命令行操作。",
            "Nobody changes their own roles or locks themselves; another administrator can, or the server's command line.",
        ));
    }
    Ok(())
}

/// Runs before a change that takes rights away: answers who is an administrator, and keeps the answer true until the end.
async fn administrators_before(work: &mut Work<'_>) -> Outcome<Vec<(Id, Id)>> {
    work.tx.lock("administrators").await?;
    let today = work.services.pack.day_of(work.at).to_string();
    Ok(accounts::administrators(&mut work.tx, &today).await?)
}

/// Refuses a change that took the last administrator away.
async fn administrators_after(work: &mut Work<'_>, before: &[(Id, Id)]) -> Outcome<()> {
    let today = work.services.pack.day_of(work.at).to_string();
    if !before.is_empty() && accounts::administrators(&mut work.tx, &today).await?.is_empty() {
        return Err(Fault::new(
            FaultKind::Conflict,
            "last-administrator",
            "这是最后一位系统管理员；请先授权另一位管理员。",
            "This is the last administrator; grant the role to somebody else first.",
        ));
    }
    Ok(())
}

/// Locks or unlocks an account. Locking ends its sessions, tokens and links at once, and for good.
pub async fn set_active(services: &Services, op: &Op, id: Id, active: bool) -> Outcome<()> {
    permit(op, Action::ManagePeople, &Resource::People)?;
    not_oneself(&op.actor, id)?;
    let mut work = Work::begin(services, op).await?;
    let before = administrators_before(&mut work).await?;
    let person = accounts::person(&mut work.tx, id).await?.ok_or_else(Fault::not_found)?;
    if person.active == active {
        return Ok(());
    }
    let at = work.at;
    accounts::set_active(&mut work.tx, id, active, at).await?;
    if !active {
        accounts::revoke_tokens(&mut work.tx, id, at).await?;
        accounts::expire_links(&mut work.tx, id, at).await?;
        administrators_after(&mut work, &before).await?;
    }
    work.record(if active { "unlock" } else { "lock" }, "person", id, "", "{}".to_owned());
    work.commit().await?;
    session::end_all(services, id).await?;
    Ok(())
}

/// Grants a role; answers the grant.
pub async fn grant_role(services: &Services, op: &Op, person: Id, new: &NewGrant) -> Outcome<Id> {
    permit(op, Action::ManagePeople, &Resource::People)?;
    not_oneself(&op.actor, person)?;
    let mut work = Work::begin(services, op).await?;
    if accounts::person(&mut work.tx, person).await?.is_none() {
        return Err(Fault::not_found());
    }
    let grant = store_grant(&mut work, person, new).await?;
    work.commit().await?;
    Ok(grant)
}

/// Takes a grant back, at once.
pub async fn revoke_grant(services: &Services, op: &Op, grant: Id) -> Outcome<()> {
    permit(op, Action::ManagePeople, &Resource::People)?;
    let mut work = Work::begin(services, op).await?;
    let before = administrators_before(&mut work).await?;
    let row = accounts::grant(&mut work.tx, grant).await?.ok_or_else(Fault::not_found)?;
    not_oneself(&op.actor, row.person)?;
    let at = work.at;
    if !accounts::end_grant(&mut work.tx, grant, at).await? {
        return Err(Fault::new(
            FaultKind::Conflict,
            "grant-ended",
            "此授权已被收回。",
            "This grant was taken back before.",
        ));
    }
    administrators_after(&mut work, &before).await?;
    work.record("revoke", "person", row.person, "", grant_body(&row));
    work.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_that_is_over_before_it_begins_is_refused_and_blank_days_mean_from_today_without_end() {
        let today = jiff::civil::date(2026, 11, 23);
        let grant = |from: &str, to: &str| NewGrant {
            from_on: from.to_owned(),
            to_on: to.to_owned(),
            ..NewGrant::of(Role::Operator)
        };
        assert_eq!(days(&grant("", ""), today), Ok((today, None)));
        assert_eq!(days(&grant("2026-12-01", "2026-11-30"), today).unwrap_err().rule, "grant-over");
        assert_eq!(days(&grant("2026-01-01", "2026-11-22"), today).unwrap_err().rule, "grant-over");
        assert_eq!(days(&grant("下周一", ""), today).unwrap_err().field, "from_on");
        assert_eq!(days(&grant("", "2026-11-23"), today), Ok((today, Some(today))));
    }

    #[test]
    fn an_account_has_no_spaces_and_may_be_chinese() {
        assert!(login_problems("张三").is_none());
        assert!(login_problems("zhang.san@shuju").is_none());
        assert!(login_problems("zhang san").is_some());
        assert!(login_problems("x").is_some());
    }
}
