//! The forms of requests: asking to move, justifying that a system stays, and changing either while it is with the department.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::{BasisForce, CodeLists as _, EntityKind, Fault, FaultKind, Id, Kind, LegalBasis, Problem, Record};
use edge::Refusal;
use rules::{Action, Resource};
use services::records;
use services::requests::{self, ExceptionDraft, RequestView};

use super::{
    handlers::{address, find},
    moving,
};
use crate::desk::{Sent, id_of};
use crate::flash;
use crate::form::{FormGroup, FormPage};
use crate::parts::{FieldKind, FieldView, Hidden, OptionView};
use crate::visit::Visit;

/// Fields of a justification, in the order of the form.
const JUSTIFICATION: [&str; 9] = [
    "legal_basis",
    "basis_article",
    "alternatives",
    "controls",
    "leader",
    "exit_plan",
    "starts_on",
    "expires_on",
    "category",
];

/// A system for which the visitor may ask.
pub(super) async fn system(visit: &Visit, id: &str, kind: EntityKind) -> Result<Record, Refusal> {
    let shown = records::get(visit.services(), &visit.op, EntityKind::System, id_of(id)?).await?;
    services::permit(&visit.op, Action::Request, &Resource::Record { kind, path: &shown.record.path })?;
    Ok(shown.record)
}

pub(super) fn name_of(system: &Record) -> String {
    system.get(EntityKind::System.def(), "name").as_text().unwrap_or_default().to_owned()
}

/// A form as it is shown: what was sent, and what is wrong with it.
pub(super) struct Form<'f> {
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) action: String,
    pub(super) cancel: String,
    pub(super) version: Option<i64>,
    pub(super) sent: &'f Sent,
    pub(super) problems: &'f [Problem],
}

pub(super) fn frame(visit: &Visit, form: &Form<'_>) -> FormPage {
    let shell = visit.shell(form.title.clone(), "requests").under(visit.l.t("nav-requests"), "/requests");
    let mut page = FormPage::new(shell, form.action.clone(), form.cancel.clone());
    page.lead.clone_from(&form.lead);
    page.submit = visit.l.t("request-save");
    if let Some(version) = form.version {
        page.hidden = vec![Hidden { name: "version".to_owned(), value: version.to_string() }];
    }
    page
}

/// The form again with what is wrong; a refusal that is no mistake of the form is told as such.
pub(super) async fn refused<'f>(
    visit: &Visit,
    fault: &'f Fault,
    form: impl FnOnce(&'f [Problem]) -> Form<'f>,
    is_move: bool,
) -> Result<Response, Refusal> {
    if !matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict | FaultKind::Stale) {
        return Err(fault.clone().into());
    }
    let form = form(&fault.problems);
    let mut page = if is_move { moving::form(visit, &form).await? } else { stay_form(visit, &form).await? };
    if fault.problems.is_empty() {
        page.errors.push(fault.message.text(visit.op.language).to_owned());
    }
    let status = if fault.kind == FaultKind::Invalid { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    Ok((status, page).into_response())
}

/// Three questions propose the category; the department decides.
fn questions(visit: &Visit) -> Vec<FieldView> {
    let l = visit.l;
    ["question-forbidden", "question-bound", "question-soon"]
        .map(|key| FieldView::new(l, key.replace('-', "_"), l.t(key), FieldKind::YesNo))
        .to_vec()
}

/// What the answers propose: a law or a level, a device, a contract or an end.
fn proposed(sent: &Sent) -> &'static str {
    let yes = |name: &str| sent.get(name) == "true";
    if yes("question_forbidden") {
        "E04"
    } else if yes("question_bound") {
        "E08"
    } else if yes("question_soon") {
        "E11"
    } else {
        ""
    }
}

/// The documents that an exception may rest on: those in force first, the others with why they cannot be cited today.
async fn bases(visit: &Visit) -> Result<Vec<OptionView>, Refusal> {
    let (l, today) = (visit.l, visit.services().today());
    let option = |(id, basis): (Id, LegalBasis)| {
        let cited = basis.citation().text(visit.op.language).to_owned();
        // A repeal that lies ahead is said as well: the exception would end with it.
        let label = match (basis.force_on(today), basis.repealed_on) {
            (BasisForce::Ahead(day), _) => format!("{cited} · {}", l.ta("basis-ahead", &[("day", &day.to_string())])),
            (BasisForce::Repealed(day), _) | (BasisForce::InForce, Some(day)) => {
                format!("{cited} · {}", l.ta("basis-repealed", &[("day", &day.to_string())]))
            }
            (BasisForce::InForce, None) => cited,
        };
        OptionView::new(id.to_string(), label)
    };
    Ok(requests::bases(visit.services(), &visit.op).await?.into_iter().map(option).collect())
}

async fn stay_form(visit: &Visit, form: &Form<'_>) -> Result<FormPage, Refusal> {
    let l = visit.l;
    let bases = bases(visit).await?;
    let def = EntityKind::CloudException.def();
    let mut page = frame(visit, form);
    let fields = JUSTIFICATION.into_iter().filter_map(|name| def.field(name)).map(|(_, field)| {
        let kind = match field.kind {
            Kind::Date => FieldKind::Date,
            Kind::Long { .. } => FieldKind::LongText,
            Kind::Code { list } => {
                let list = visit.services().pack.list(list);
                FieldKind::Code(
                    list.codes()
                        .map(|code| OptionView::new(code, format!("{code} {}", list.label(code, visit.op.language))))
                        .collect(),
                )
            }
            Kind::Text { max } => FieldKind::Text { code: false, max },
            Kind::Ref { .. } => FieldKind::Code(bases.clone()),
            _ => FieldKind::LongText,
        };
        let view = FieldView::new(l, field.name, field.label(visit.op.language), kind);
        let view = match field.name {
            "category" => view.with(proposed(form.sent)).helped(l.t("category-help")),
            "legal_basis" => view.helped(l.t("basis-help")),
            _ => view,
        };
        if ["basis_article", "starts_on", "category"].contains(&field.name) { view } else { view.must() }
    });
    let fields: Vec<FieldView> = fields.collect();
    let (category, fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.name == "category");
    let mut first = visit.marked(questions(visit), form.sent, form.problems);
    let chosen = form.sent.get("category").is_empty();
    let mut category = if chosen {
        visit.marked(category, &Sent::default(), form.problems)
    } else {
        visit.marked(category, form.sent, form.problems)
    };
    first.append(&mut category);
    page.groups = vec![
        FormGroup {
            id: "questions".to_owned(),
            title: l.t("stay-questions"),
            help: l.t("stay-questions-help"),
            fields: first,
        },
        FormGroup {
            id: "grounds".to_owned(),
            title: l.t("stay-grounds"),
            help: String::new(),
            fields: visit.marked(fields, form.sent, form.problems),
        },
    ];
    Ok(page)
}

fn input_of(sent: &Sent) -> records::Input {
    let mut input: records::Input =
        JUSTIFICATION.into_iter().map(|name| (name.to_owned(), sent.get(name).to_owned())).collect();
    if sent.get("category").is_empty() {
        input.insert("category".to_owned(), proposed(sent).to_owned());
    }
    input
}

/// The form of a justification; one that renews another says so in its address.
fn new_stay<'f>(
    visit: &Visit,
    system: &Record,
    renews: Option<Id>,
    sent: &'f Sent,
    problems: &'f [Problem],
) -> Form<'f> {
    let (l, name) = (visit.l, name_of(system));
    let action = format!("/justify/{}", system.id);
    let (title, lead, action, cancel) = match renews {
        Some(old) => ("request-renew-title", "request-renew-lead", format!("{action}?renews={old}"), address(old)),
        None => ("request-stay-title", "request-stay-lead", action, format!("/systems/{}", system.id)),
    };
    Form {
        title: l.ta(title, &[("name", name.as_str())]),
        lead: l.t(lead),
        action,
        cancel,
        version: None,
        sent,
        problems,
    }
}

/// The exception that the address says is renewed, if the visitor may see it.
async fn renewed(visit: &Visit) -> Result<Option<RequestView>, Refusal> {
    match visit.parameter("renews") {
        Some(text) => Ok(Some(find(visit, id_of(&text)?).await?)),
        None => Ok(None),
    }
}

/// `GET /justify/{system}`
pub(crate) async fn ask_to_stay(visit: Visit, Path(id): Path<String>) -> Result<FormPage, Refusal> {
    let system = system(&visit, &id, EntityKind::CloudException).await?;
    let renews = renewed(&visit).await?;
    let mut sent = renews.as_ref().map(|found| stored(&visit, found)).unwrap_or_default();
    // A renewal begins anew, with an end of its own.
    sent.0.retain(|(name, _)| !["starts_on", "expires_on"].contains(&name.as_str()));
    let renews = renews.map(|found| found.request.subject);
    stay_form(&visit, &new_stay(&visit, &system, renews, &sent, &[])).await
}

/// `POST /justify/{system}`
pub(crate) async fn draft_stay(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let system = system(&visit, &id, EntityKind::CloudException).await?;
    let renews = renewed(&visit).await?.map(|found| found.request.subject);
    let draft = ExceptionDraft { system: system.id, input: input_of(&sent), renews };
    match requests::draft_exception(visit.services(), &visit.op, &draft).await {
        Ok(subject) => Ok(visit.done(&address(subject), visit.l.t("request-drafted"))),
        Err(fault) => {
            refused(&visit, &fault, |problems| new_stay(&visit, &system, renews, &sent, problems), false).await
        }
    }
}

/// What is stored, as the form would have sent it.
fn stored(visit: &Visit, found: &RequestView) -> Sent {
    let def = found.kind.def();
    let record = &found.shown.record;
    let text = |name: &str| {
        let value = record.get(def, name);
        value.as_text().map(str::to_owned).or_else(|| value.as_id().map(|id| id.to_string())).unwrap_or_default()
    };
    if found.kind == EntityKind::Migration {
        return moving::stored(visit, found);
    }
    Sent(JUSTIFICATION.iter().map(|name| ((*name).to_owned(), text(name))).collect())
}

fn edit_form<'f>(visit: &Visit, found: &RequestView, sent: &'f Sent, problems: &'f [Problem]) -> Form<'f> {
    let def = found.kind.def();
    let name = found.shown.record.get(def, "name").as_text().unwrap_or_default();
    let version = sent.get("version").parse().unwrap_or(found.shown.record.version);
    Form {
        title: visit.l.ta("request-edit-title", &[("name", name)]),
        lead: String::new(),
        action: format!("{}/edit", address(found.request.subject)),
        cancel: address(found.request.subject),
        version: Some(version),
        sent,
        problems,
    }
}

/// `GET /requests/{id}/edit`
pub(crate) async fn edit(visit: Visit, Path(id): Path<String>) -> Result<FormPage, Refusal> {
    let found = find(&visit, id_of(&id)?).await?;
    services::permit(&visit.op, Action::Request, &Resource::Record { kind: found.kind, path: &found.request.path })?;
    let sent = stored(&visit, &found);
    let form = edit_form(&visit, &found, &sent, &[]);
    if found.kind == EntityKind::Migration { moving::form(&visit, &form).await } else { stay_form(&visit, &form).await }
}

/// `POST /requests/{id}/edit`
pub(crate) async fn update(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let id = id_of(&id)?;
    let found = find(&visit, id).await?;
    let version = sent.get("version").parse().unwrap_or(0);
    let is_move = found.kind == EntityKind::Migration;
    let outcome = match is_move {
        true => moving::change(&visit, &found, version, &sent).await,
        false => requests::edit_exception(visit.services(), &visit.op, id, version, &input_of(&sent)).await,
    };
    match outcome {
        Ok(()) => {
            Ok(flash::redirect(visit.context.edge().settings(), &address(id), &flash::done(visit.l.t("request-saved"))))
        }
        Err(fault) => refused(&visit, &fault, |problems| edit_form(&visit, &found, &sent, problems), is_move).await,
    }
}
