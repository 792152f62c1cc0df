//! `user` and `token`: people and tokens from the server's own command line.

use domain::{EntityKind, Fault, Id, Role, fold};
use serde_json::json;
use services::{
    Op, Services,
    accounts::{self, NewGrant, NewPerson, NewToken, PeopleFilter, PersonView, TokenScope},
};

use crate::{
    app,
    arguments::{Output, TokenArguments, TokenCommand, UserArguments, UserCommand},
    demo,
    failure::BadInput,
    output,
    settings::Settings,
};

/// People listed at most.
const PEOPLE: i64 = 500;

fn role(word: &str) -> anyhow::Result<Role> {
    Role::from_code(word).ok_or_else(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        BadInput(format!("there is no role “{word}”; the roles are: {}", known.join(", "))).into()
    })
}

async fn department(services: &Services, text: &str) -> anyhow::Result<Id> {
    let def = EntityKind::Department.def();
    let by_code = store::keys::by_codes(&mut &services.db, def, &[text.to_owned()]).await?;
    let found =
        if by_code.is_empty() { store::keys::by_names(&mut &services.db, def, &[fold(text)]).await? } else { by_code };
    match &found[..] {
        [one] => Ok(one.id),
        [] => Err(BadInput(format!("there is no department “{text}”; give the code or the whole name")).into()),
        _ => Err(BadInput(format!("there are several departments “{text}”; give the code")).into()),
    }
}

async fn person(services: &Services, op: &Op, login: &str) -> anyhow::Result<PersonView> {
    let mut filter = PeopleFilter { limit: PEOPLE, ..Default::default() };
    loop {
        let page = accounts::list_people(services, op, &filter).await?;
        if let Some(found) = page.people.into_iter().find(|view| fold(&view.person.login) == fold(login)) {
            return Ok(found);
        }
        match page.next {
            Some(next) => filter.after = Some(next),
            None => return Err(Fault::not_found().into()),
        }
    }
}

fn link(settings: &Settings, secret: &str) -> String {
    let base = if settings.http.public_url.is_empty() {
        format!("http://{}", settings.http.listen)
    } else {
        settings.http.public_url.clone()
    };
    format!("{}/link/{secret}", base.trim_end_matches('/'))
}

/// `shangyun user …`
pub(crate) async fn user(settings: &Settings, arguments: UserArguments) -> anyhow::Result<()> {
    if let UserCommand::List { demo: true, .. } = arguments.command {
        return output::line(&demo::accounts(settings)?);
    }
    let services = app::open(settings).await?;
    let op = app::operation(&services, "user");
    match arguments.command {
        UserCommand::Create { login, name, role: word, department: named } => {
            let role = role(&word)?;
            let department = match named {
                Some(named) => Some(department(&services, &named).await?),
                None => None,
            };
            let name = name.unwrap_or_else(|| login.clone());
            let new = NewPerson {
                login: login.clone(),
                name,
                language: None,
                grants: vec![NewGrant { department, ..NewGrant::of(role) }],
            };
            let created = accounts::create_person(&services, &op, &new).await?;
            output::line(&format!(
                "{login} is {}; set a password within {} hours, once:",
                role.code(),
                accounts::LINK_HOURS
            ))?;
            output::line(&link(settings, created.link.secret.expose()))
        }
        UserCommand::Link { login } => {
            let view = person(&services, &op, &login).await?;
            let made = accounts::create_link(&services, &op, view.person.id).await?;
            output::line(&link(settings, made.secret.expose()))
        }
        UserCommand::Deactivate { login } => {
            let view = person(&services, &op, &login).await?;
            Ok(accounts::set_active(&services, &op, view.person.id, false).await?)
        }
        UserCommand::List { output: form, .. } => list(&services, &op, form.output).await,
    }
}

async fn list(services: &Services, op: &Op, form: Output) -> anyhow::Result<()> {
    let page = accounts::list_people(services, op, &PeopleFilter { limit: PEOPLE, ..Default::default() }).await?;
    let roles = |view: &PersonView| -> Vec<String> {
        view.grants
            .iter()
            .filter(|grant| grant.holds_on(&page.today))
            .map(|grant| grant.role.code().to_owned())
            .collect()
    };
    if form == Output::Json {
        let people: Vec<_> = page
            .people
            .iter()
            .map(|view| json!({ "login": view.person.login, "name": view.person.name, "active": view.person.active, "roles": roles(view) }))
            .collect();
        return output::json(&people);
    }
    let mut table = comfy_table::Table::new();
    table.set_header(["login", "name", "active", "roles"]);
    for view in &page.people {
        let active = if view.person.active { "yes" } else { "no" };
        table.add_row([view.person.login.as_str(), view.person.name.as_str(), active, &roles(view).join(", ")]);
    }
    output::line(&table.to_string())
}

/// `shangyun token …`
pub(crate) async fn token(settings: &Settings, arguments: TokenArguments) -> anyhow::Result<()> {
    let services = app::open(settings).await?;
    let op = app::operation(&services, "token");
    let TokenCommand::Create { login, name, days, write } = arguments.command;
    let view = person(&services, &op, &login).await?;
    let scope = if write { TokenScope::Write } else { TokenScope::Read };
    let days = u32::try_from(days).map_err(|_| BadInput("--days must be a number of days ahead".to_owned()))?;
    let created = accounts::create_token(&services, &op, view.person.id, &NewToken { name, scope, days }).await?;
    output::line(created.secret.expose())
}
