//! People: the list, making an account, its page with role grants, and the link with which a password is set.

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault, FaultKind, Id, Problem, Record, Role, Wording};
use edge::Refusal;
use rules::{Action, Resource};
use services::accounts::{self, GrantRow, NewGrant, NewLink, NewPerson, PeopleFilter, PersonView};
use services::records;

use super::PersonPage;
use crate::desk::{Sent, id_of};
use crate::form::{FormGroup, FormPage};
use crate::list::ListPage;
use crate::parts::{
    ActionView, BadgeView, CellView, ColumnView, FieldKind, FieldView, OptionView, RowView, TableView, Tone,
};
use crate::record::{FactGroup, FactView, RecordView};
use crate::visit::Visit;
use crate::words::L;

/// People of a page.
const ROWS: i64 = 50;

fn may_manage(visit: &Visit) -> bool {
    visit.op.may(Action::ManagePeople, &Resource::People)
}

fn role_label(l: L, role: Role) -> &'static str {
    let (zh, en) = role.label();
    if l.zh() { zh } else { en }
}

fn state(l: L, view: &PersonView) -> BadgeView {
    if !view.person.active {
        BadgeView::new(l.t("people-locked"), Tone::Bad)
    } else if view.person.has_password {
        BadgeView::new(l.t("people-active"), Tone::Good)
    } else {
        BadgeView::new(l.t("people-no-password"), Tone::Warn)
    }
}

/// `GET /people`
pub(crate) async fn list(visit: Visit) -> Result<ListPage, Refusal> {
    let l = visit.l;
    let text = visit.parameter("q").unwrap_or_default();
    let after = visit.parameter("after");
    let paged = after.is_some();
    let filter = PeopleFilter { q: text.clone(), active_only: false, after, limit: ROWS };
    let page = accounts::list_people(visit.services(), &visit.op, &filter).await?;
    let rows = page.people.iter().map(|view| {
        let held: Vec<&GrantRow> = view.grants.iter().filter(|grant| grant.holds_on(&page.today)).collect();
        let mut roles: Vec<&str> = held.iter().map(|grant| role_label(l, grant.role)).collect();
        roles.dedup();
        let mut departments: Vec<&str> =
            held.iter().map(|grant| grant.department_name.as_str()).filter(|name| !name.is_empty()).collect();
        departments.dedup();
        RowView::new(vec![
            CellView::link(view.person.name.clone(), format!("/people/{}", view.person.id)),
            CellView::Code(view.person.login.clone()),
            CellView::text(roles.join(&l.t("comma"))),
            CellView::text(departments.join(&l.t("comma"))),
            CellView::Badge(state(l, view)),
        ])
    });
    let columns = vec![
        ColumnView::new(l.t("person-name")),
        ColumnView::new(l.t("account")),
        ColumnView::new(l.t("col-roles")),
        ColumnView::new(l.t("col-department")),
        ColumnView::new(l.t("col-state")),
    ];
    let table = TableView::new(l, l.t("nav-people"), columns).with_rows(rows.collect()).with_empty(l.t("people-none"));
    let mut list = ListPage::new(visit.shell(l.t("nav-people"), "people"), "/people", table);
    list.search = Some(text.clone());
    if may_manage(&visit) {
        list.actions = vec![ActionView::link(l.t("people-new"), "/people/new").primary().with_icon("user-plus")];
    }
    let address = |after: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", Some(text.as_str()).filter(|text| !text.is_empty())), ("after", after)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        format!("/people?{}", query.finish())
    };
    list.next = page.next.as_deref().map(|next| address(Some(next)));
    list.previous = paged.then(|| address(None));
    Ok(list)
}

fn role_options(l: L) -> FieldKind {
    FieldKind::Code(Role::ALL.into_iter().map(|role| OptionView::new(role.code(), role_label(l, role))).collect())
}

/// The fields of a grant, as typed, with what is wrong.
fn grant_fields(visit: &Visit, sent: &Sent, problems: &[Problem]) -> Vec<FieldView> {
    let l = visit.l;
    let date = |name: &str, label: String| FieldView::new(l, name, label, FieldKind::Date);
    let lookup = FieldKind::Reference { lookup: "/lookup/departments".to_owned(), options: Vec::new() };
    let fields = vec![
        FieldView::new(l, "role", l.t("people-role"), role_options(l)).must(),
        FieldView::new(l, "department", l.t("people-scope"), lookup).helped(l.t("people-scope-help")),
        date("from_on", l.t("people-from")).helped(l.t("people-from-help")),
        date("to_on", l.t("people-to")).helped(l.t("people-to-help")),
        FieldView::line(l, "deputy_for", l.t("people-deputy")).helped(l.t("people-deputy-help")),
    ];
    visit.marked(fields, sent, problems)
}

/// The department that a form names, as `code name`, code or name.
async fn department_of(visit: &Visit, text: &str) -> Result<Option<Id>, Refusal> {
    let (kind, services) = (EntityKind::System, visit.services());
    let mut fault = None;
    let code = text.split_once(' ').map(|(code, _)| code);
    for text in std::iter::once(text).chain(code) {
        let mut record = Record::blank(kind.def(), Id::NONE, services.clock.now());
        let input = records::Input::from([("department".to_owned(), text.to_owned())]);
        let problems = records::parse_input(services, &visit.op, kind, &mut record, &input).await?;
        if problems.is_empty() {
            return Ok(record.get(kind.def(), "department").as_id());
        }
        fault.get_or_insert(Fault::invalid(problems));
    }
    fault.map_or(Ok(None), |fault| Err(Refusal(fault)))
}

/// The person that a form names by the account.
async fn principal_of(visit: &Visit, login: &str) -> Result<Option<Id>, Refusal> {
    if login.is_empty() {
        return Ok(None);
    }
    match accounts::find_person(visit.services(), &visit.op, login).await {
        Ok(found) => Ok(Some(found.person.id)),
        Err(fault) if fault.kind == FaultKind::NotFound => {
            let message = Wording::new(
                "没有这个账号；请填写被代理人的账号。",
                "There is no such account; name the account of the person who is stood in for.",
            );
            let problem = Problem { field: "deputy_for".to_owned(), rule: "no-such-account".to_owned(), message };
            Err(Fault::invalid(vec![problem]).into())
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn grant_of(visit: &Visit, sent: &Sent) -> Result<NewGrant, Refusal> {
    let Some(role) = Role::from_code(sent.get("role")) else {
        let message = Wording::new("请选择角色。", "Choose a role.");
        let problem = Problem { field: "role".to_owned(), rule: "role".to_owned(), message };
        return Err(Fault::invalid(vec![problem]).into());
    };
    Ok(NewGrant {
        role,
        department: department_of(visit, sent.get("department")).await?,
        from_on: sent.get("from_on").to_owned(),
        to_on: sent.get("to_on").to_owned(),
        deputy_for: principal_of(visit, sent.get("deputy_for").trim()).await?,
    })
}

fn new_form(visit: &Visit, sent: &Sent, problems: &[Problem]) -> FormPage {
    let l = visit.l;
    let shell = visit.shell(l.t("people-new"), "people").under(l.t("nav-people"), "/people");
    let mut page = FormPage::new(shell, "/people", "/people");
    let account = vec![
        FieldView::line(l, "login", l.t("account")).must().helped(l.t("people-login-help")),
        FieldView::line(l, "name", l.t("person-name")).must(),
    ];
    page.lead = l.t("people-new-lead");
    page.groups = vec![
        FormGroup {
            id: "account".to_owned(),
            title: l.t("account"),
            fields: visit.marked(account, sent, problems),
            ..FormGroup::default()
        },
        FormGroup {
            id: "grant".to_owned(),
            title: l.t("person-grants"),
            fields: grant_fields(visit, sent, problems),
            ..FormGroup::default()
        },
    ];
    page.submit = l.t("people-create");
    page
}

/// `GET /people/new`
pub(crate) async fn new(visit: Visit) -> Result<FormPage, Refusal> {
    services::permit(&visit.op, Action::ManagePeople, &Resource::People)?;
    Ok(new_form(&visit, &Sent::default(), &[]))
}

/// `POST /people`: makes the account and shows its link, once.
pub(crate) async fn create(visit: Visit, headers: HeaderMap, sent: Sent) -> Result<Response, Refusal> {
    services::permit(&visit.op, Action::ManagePeople, &Resource::People)?;
    let made = async {
        let grant = grant_of(&visit, &sent).await?;
        let new = NewPerson {
            login: sent.get("login").to_owned(),
            name: sent.get("name").to_owned(),
            language: None,
            grants: vec![grant],
        };
        Ok::<_, Refusal>(accounts::create_person(visit.services(), &visit.op, &new).await?)
    };
    match made.await {
        Ok(made) => {
            let view = accounts::get_person(visit.services(), &visit.op, made.person).await?;
            let page =
                person_page(&visit, &view, Some(link_address(&visit, &headers, &made.link)), &Sent::default(), &[]);
            Ok((StatusCode::CREATED, page).into_response())
        }
        Err(Refusal(fault)) if fault.kind == FaultKind::Invalid => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, new_form(&visit, &sent, &fault.problems)).into_response())
        }
        Err(refusal) => Err(refusal),
    }
}

/// The address of a one-time link: under the public address, or the one that this page was asked for at.
fn link_address(visit: &Visit, headers: &HeaderMap, link: &NewLink) -> String {
    let edge = visit.context.edge();
    let base = match edge.public_url() {
        "" => {
            let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let scheme = if edge.settings().secure_cookies { "https" } else { "http" };
            if host.is_empty() { String::new() } else { format!("{scheme}://{host}") }
        }
        url => url.to_owned(),
    };
    format!("{base}/link/{}", link.secret.expose())
}

fn grants_table(visit: &Visit, view: &PersonView) -> TableView {
    let l = visit.l;
    let today = visit.services().today().to_string();
    let manages = may_manage(visit) && view.person.id != visit.caller.person;
    let rows = view.grants.iter().map(|grant| {
        let holds = grant.holds_on(&today);
        let revoke =
            ActionView::post(l.t("people-revoke"), format!("/people/{}/grants/{}/revoke", view.person.id, grant.id));
        let may_end = manages && grant.revoked_at.is_none();
        let mut row = RowView::new(vec![
            match grant.deputy_for_name.as_str() {
                "" => CellView::text(role_label(l, grant.role)),
                name => {
                    CellView::text(l.ta("people-deputy-of", &[("role", role_label(l, grant.role)), ("name", name)]))
                }
            },
            match grant.department {
                Some(id) if !grant.department_removed => {
                    CellView::link(grant.department_name.clone(), format!("/departments/{id}"))
                }
                Some(_) => CellView::Muted(l.t("people-department-gone")),
                None => CellView::Muted(l.t("people-city")),
            },
            CellView::date(grant.from_on.clone()),
            if grant.to_on.is_empty() { CellView::Empty } else { CellView::date(grant.to_on.clone()) },
            CellView::Badge(match (grant.revoked_at, holds) {
                (Some(_), _) => BadgeView::new(l.t("people-revoked"), Tone::Neutral),
                (None, true) => BadgeView::new(l.t("people-holds"), Tone::Good),
                (None, false) => BadgeView::new(l.t("people-holds-not"), Tone::Neutral),
            }),
            if may_end { CellView::Actions(vec![revoke.quiet()]) } else { CellView::Empty },
        ]);
        if !holds {
            row.class = "off";
        }
        row
    });
    let columns = vec![
        ColumnView::new(l.t("people-role")),
        ColumnView::new(l.t("people-scope")),
        ColumnView::new(l.t("people-from")),
        ColumnView::new(l.t("people-to")),
        ColumnView::new(l.t("col-state")),
        ColumnView::right(l.t("col-do")),
    ];
    TableView::new(l, l.t("person-grants"), columns).with_rows(rows.collect()).with_empty(l.t("people-no-grants"))
}

fn person_page(
    visit: &Visit,
    view: &PersonView,
    link: Option<String>,
    sent: &Sent,
    problems: &[Problem],
) -> PersonPage {
    let (l, person) = (visit.l, &view.person);
    let path = format!("/people/{}", person.id);
    let mut shell = visit.shell(person.name.clone(), "people").under(l.t("nav-people"), "/people");
    shell.path.clone_from(&path);
    let mut record = RecordView::new(l, person.login.clone());
    record.badges = vec![state(l, view)];
    let manages = may_manage(visit);
    if manages && person.active {
        record.actions = vec![ActionView::post(l.t("people-link"), format!("{path}/link")).with_icon("key")];
    }
    if manages && person.id != visit.caller.person {
        record.more = vec![if person.active {
            ActionView::post(l.t("people-lock"), format!("{path}/lock")).danger()
        } else {
            ActionView::post(l.t("people-unlock"), format!("{path}/unlock"))
        }];
    }
    let fact = |label: String, value: CellView| FactView::new(label, value);
    record.groups = vec![FactGroup {
        id: "account".to_owned(),
        title: l.t("account"),
        facts: vec![
            fact(l.t("person-name"), CellView::text(person.name.clone())),
            fact(l.t("account"), CellView::Code(person.login.clone())),
            fact(l.t("people-since"), visit.when_cell(person.created_at)),
        ],
    }];
    PersonPage {
        l,
        grants: grants_table(visit, view),
        grant_fields: if manages && person.id != visit.caller.person {
            grant_fields(visit, sent, problems)
        } else {
            Vec::new()
        },
        grant_action: format!("{path}/grants"),
        link,
        record,
        shell,
    }
}

/// `GET /people/{id}`
pub(crate) async fn show(visit: Visit, Path(id): Path<String>) -> Result<PersonPage, Refusal> {
    let view = accounts::get_person(visit.services(), &visit.op, id_of(&id)?).await?;
    Ok(person_page(&visit, &view, None, &Sent::default(), &[]))
}

/// `POST /people/{id}/link`: a new link, shown once; links made before end.
pub(crate) async fn make_link(visit: Visit, Path(id): Path<String>, headers: HeaderMap) -> Result<PersonPage, Refusal> {
    let id = id_of(&id)?;
    let link = accounts::create_link(visit.services(), &visit.op, id).await?;
    let view = accounts::get_person(visit.services(), &visit.op, id).await?;
    Ok(person_page(&visit, &view, Some(link_address(&visit, &headers, &link)), &Sent::default(), &[]))
}

async fn set_active(visit: &Visit, id: &str, active: bool) -> Result<Response, Refusal> {
    let id = id_of(id)?;
    accounts::set_active(visit.services(), &visit.op, id, active).await?;
    let words = if active { visit.l.t("people-unlocked") } else { visit.l.t("people-locked-done") };
    Ok(visit.done(&format!("/people/{id}"), words))
}

/// `POST /people/{id}/lock`
pub(crate) async fn lock(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    set_active(&visit, &id, false).await
}

/// `POST /people/{id}/unlock`
pub(crate) async fn unlock(visit: Visit, Path(id): Path<String>) -> Result<Response, Refusal> {
    set_active(&visit, &id, true).await
}

/// `POST /people/{id}/grants`
pub(crate) async fn grant(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    services::permit(&visit.op, Action::ManagePeople, &Resource::People)?;
    let id = id_of(&id)?;
    let granted = async {
        let new = grant_of(&visit, &sent).await?;
        Ok::<_, Refusal>(accounts::grant_role(visit.services(), &visit.op, id, &new).await?)
    };
    match granted.await {
        Ok(_) => Ok(visit.done(&format!("/people/{id}"), visit.l.t("people-granted"))),
        Err(Refusal(fault)) if fault.kind == FaultKind::Invalid => {
            let view = accounts::get_person(visit.services(), &visit.op, id).await?;
            let page = person_page(&visit, &view, None, &sent, &fault.problems);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(refusal) => Err(refusal),
    }
}

/// `POST /people/{id}/grants/{grant}/revoke`
pub(crate) async fn revoke(visit: Visit, Path((id, grant)): Path<(String, String)>) -> Result<Response, Refusal> {
    let (id, grant) = (id_of(&id)?, id_of(&grant)?);
    accounts::revoke_grant(visit.services(), &visit.op, grant).await?;
    Ok(visit.done(&format!("/people/{id}"), visit.l.t("people-revoked-done")))
}
