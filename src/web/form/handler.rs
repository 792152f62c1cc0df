//! Making and changing records of every entity: one form, filled from the field table. What was typed stays when it is
//! refused; whoever was slower sees both versions.

use axum::extract::Path;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault, FaultKind, Id, Kind, Owner, Problem, Record, Value};
use edge::Refusal;
use rules::{Action, Resource};
use services::Op;
use services::records::{self, Input};

use super::fields::{self, Rights, Texts};
use super::{ConflictRow, ConflictView, FormGroup, FormPage};
use crate::desk::Sent;
use crate::flash;
use crate::list::handler::{entity, new_words};
use crate::parts::{FieldView, Hidden};
use crate::present::{Names, Present, address, moments};
use crate::record::handler::{id_of, open};
use crate::record::view::{Opened, listing};
use crate::visit::Visit;

/// Characters of a reason.
const REASON: usize = 500;

/// The operation with the reason that a form gives.
pub(super) fn with_reason(visit: &Visit, sent: &Sent) -> Op {
    let why: String = sent.get("why").chars().filter(|character| !character.is_control()).take(REASON).collect();
    Op { why: why.trim().to_owned(), ..visit.op.clone() }
}

/// Where a reason is given.
pub(super) fn reason_field(visit: &Visit, text: &str) -> FieldView {
    FieldView::line(visit.l, "why", visit.l.t("why")).with(text)
}

fn rights(visit: &Visit, kind: EntityKind, path: &str) -> Rights {
    let own = Resource::Record { kind, path };
    Rights {
        operate: visit.op.may(Action::SetOperatorFields, &own),
        restricted: visit.op.may(Action::ViewRestricted, &own),
    }
}

/// Rights on a record that is not there yet: it will lie in what the visitor may change.
fn rights_on_new(visit: &Visit, kind: EntityKind) -> Rights {
    Rights {
        operate: visit.may_somewhere(Action::SetOperatorFields, kind),
        restricted: visit.may_somewhere(Action::ViewRestricted, kind),
    }
}

fn may_create(visit: &Visit, kind: EntityKind) -> Result<(), Refusal> {
    if visit.may_somewhere(Action::Create, kind) {
        Ok(())
    } else if visit.may_somewhere(Action::View, kind) {
        Err(Refusal(Fault::forbidden()))
    } else {
        Err(Refusal(Fault::not_found()))
    }
}

/// What a form sent, as texts by field. A field of several codes sends one value for each box.
fn texts_sent(kind: EntityKind, sent: &Sent) -> Texts {
    let known = kind.def().fields.iter().filter(|field| sent.all(field.name).next().is_some());
    known
        .map(|field| {
            let text = match field.kind {
                Kind::Codes { .. } => {
                    sent.all(field.name).filter(|code| !code.is_empty()).collect::<Vec<_>>().join("|")
                }
                _ => sent.get(field.name).to_owned(),
            };
            (field.name, text)
        })
        .collect()
}

/// Texts as the use case reads them: a reference typed as `code name` becomes the code when that is what finds it.
async fn input_of(visit: &Visit, kind: EntityKind, texts: &Texts) -> Result<Input, Refusal> {
    let mut input = Input::new();
    for (name, text) in texts {
        let is_reference = kind.def().field(name).is_some_and(|(_, field)| matches!(field.kind, Kind::Ref { .. }));
        let mut text = text.clone();
        if is_reference
            && let Some((code, _)) = text.split_once(' ')
            && parse(visit, kind, [(*name, text.as_str())])
                .await?
                .1
                .iter()
                .any(|problem| problem.rule == "unknown-reference")
            && parse(visit, kind, [(*name, code)]).await?.1.is_empty()
        {
            text = code.to_owned();
        }
        input.insert((*name).to_owned(), text);
    }
    Ok(input)
}

/// A blank record with a few values, and what was wrong with them.
async fn parse<'t>(
    visit: &Visit,
    kind: EntityKind,
    values: impl IntoIterator<Item = (&'t str, &'t str)>,
) -> Result<(Record, Vec<Problem>), Refusal> {
    let services = visit.services();
    let input: Input = values.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let mut record = Record::blank(kind.def(), Id::NONE, services.clock.now());
    let problems = records::parse_input(services, &visit.op, kind, &mut record, &input).await?;
    Ok((record, problems))
}

/// `GET /{plural}/new`: an empty form, filled with what the address says and with the only department there is.
pub(crate) async fn new(visit: Visit, Path(plural): Path<String>, uri: Uri) -> Result<FormPage, Refusal> {
    let kind = entity(&plural)?;
    may_create(&visit, kind)?;
    let query = uri.query().unwrap_or_default();
    let given: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| kind.def().field(name).is_some_and(|(_, field)| !field.flags.derived))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let (mut record, _) = parse(&visit, kind, given.iter().map(|(name, text)| (name.as_str(), text.as_str()))).await?;
    if let Owner::Department { field } = kind.def().owner
        && record.get(kind.def(), field).is_null()
    {
        let departments = listing(&visit, EntityKind::Department, &[], 2).await?;
        if let [only] = departments.page.records.as_slice() {
            record.set(kind.def(), field, Value::Id(only.id));
        }
    }
    let names: Names = records::names_of(visit.services(), kind.def(), std::slice::from_ref(&record)).await?;
    let present = Present::new(&visit, &names);
    let texts = fields::texts_of(&present, kind.def(), &record);
    Ok(new_page(&visit, kind, &texts, &[], ""))
}

fn new_page(visit: &Visit, kind: EntityKind, texts: &Texts, problems: &[Problem], why: &str) -> FormPage {
    let (def, names) = (kind.def(), Names::new());
    let list = format!("/{}", def.plural);
    let shell = visit.shell(new_words(visit.l, kind), def.plural).under(def.label(visit.op.language), list.as_str());
    let mut page = FormPage::new(shell, list.as_str(), list.as_str());
    page.submit = visit.l.t("register");
    fill(visit, &Present::new(visit, &names), kind, rights_on_new(visit, kind), texts, problems, why, &mut page);
    page
}

#[expect(clippy::too_many_arguments, reason = "the parts of one form, put together once")]
fn fill(
    visit: &Visit,
    present: &Present<'_>,
    kind: EntityKind,
    rights: Rights,
    texts: &Texts,
    problems: &[Problem],
    why: &str,
    page: &mut FormPage,
) {
    page.groups = fields::groups(present, kind, rights, texts, problems);
    page.groups.push(FormGroup {
        id: "g-why".to_owned(),
        title: visit.l.t("why-group"),
        help: String::new(),
        fields: vec![reason_field(visit, why)],
    });
    page.errors = fields::other_errors(present, kind, rights, problems);
    // Boxes that are all unticked send nothing: the empty value says that they were there.
    let several = fields::askable(kind.def(), rights)
        .filter(|field| matches!(field.kind, Kind::Codes { .. }) && (rights.operate || !field.flags.operator));
    page.hidden.extend(several.map(|field| Hidden::new(field.name, "")));
}

/// The faults that a form shows itself; all others are pages of their own.
fn problems_of(fault: Fault) -> Result<(FaultKind, Vec<Problem>), Refusal> {
    match fault.kind {
        FaultKind::Invalid | FaultKind::Conflict if fault.problems.is_empty() => {
            let whole = Problem { field: String::new(), rule: fault.code.to_owned(), message: fault.message };
            Ok((fault.kind, vec![whole]))
        }
        FaultKind::Invalid | FaultKind::Conflict => Ok((fault.kind, fault.problems)),
        _ => Err(Refusal(fault)),
    }
}

/// What was typed, without what may not even be shown again: a word about classification.
fn kept(mut texts: Texts, problems: &[Problem]) -> Texts {
    for problem in problems.iter().filter(|problem| problem.rule == "classified") {
        texts.retain(|name, _| *name != problem.field);
    }
    texts
}

/// `POST /{plural}`
pub(crate) async fn create(visit: Visit, Path(plural): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let kind = entity(&plural)?;
    may_create(&visit, kind)?;
    let texts = texts_sent(kind, &sent);
    let input = input_of(&visit, kind, &texts).await?;
    match records::create(visit.services(), &with_reason(&visit, &sent), kind, &input).await {
        Ok(changed) => {
            let name = changed.record.get(kind.def(), "name").as_text().unwrap_or_default().to_owned();
            let told = flash::done(visit.l.ta("done-create", &[("name", &name)]));
            Ok(flash::redirect(visit.context.edge().settings(), &address(kind, changed.record.id), &told))
        }
        Err(fault) => {
            let (fault_kind, problems) = problems_of(fault)?;
            let page = new_page(&visit, kind, &kept(texts, &problems), &problems, sent.get("why"));
            Ok((edge::status_of(fault_kind), page).into_response())
        }
    }
}

/// `GET /{plural}/{id}/edit`
pub(crate) async fn edit(visit: Visit, Path((plural, id)): Path<(String, String)>) -> Result<FormPage, Refusal> {
    let kind = entity(&plural)?;
    let opened = open(&visit, kind, id_of(&id)?).await?;
    if !opened.shown.may_update {
        return Err(Refusal(Fault::forbidden()));
    }
    let present = Present::new(&visit, &opened.shown.names);
    let texts = fields::texts_of(&present, kind.def(), opened.record());
    let version = opened.record().version.to_string();
    Ok(edit_page(&visit, &opened, &version, &texts, &[], ""))
}

fn edit_page(
    visit: &Visit,
    opened: &Opened,
    version: &str,
    texts: &Texts,
    problems: &[Problem],
    why: &str,
) -> FormPage {
    let (kind, def) = (opened.kind, opened.kind.def());
    let address = opened.address();
    let title = visit.l.ta("edit-name", &[("name", &opened.name())]);
    let shell = visit
        .shell(title, def.plural)
        .under(def.label(visit.op.language), format!("/{}", def.plural))
        .under(opened.name(), address.as_str());
    let mut page = FormPage::new(shell, address.as_str(), address.as_str());
    page.hidden.push(Hidden::new("version", version));
    let present = Present::new(visit, &opened.shown.names);
    let rights = rights(visit, kind, &opened.record().path);
    fill(visit, &present, kind, rights, texts, problems, why, &mut page);
    page
}

/// `POST /{plural}/{id}`
pub(crate) async fn update(
    visit: Visit,
    Path((plural, id)): Path<(String, String)>,
    sent: Sent,
) -> Result<Response, Refusal> {
    let kind = entity(&plural)?;
    let id = id_of(&id)?;
    let opened = open(&visit, kind, id).await?;
    let read = sent.get("version").to_owned();
    // "Keep mine" names the version that was shown beside it.
    let over = sent.get("over");
    let version: i64 = if over.is_empty() { &read } else { over }.parse().unwrap_or(0);
    let texts = texts_sent(kind, &sent);
    let input = input_of(&visit, kind, &texts).await?;
    let (why, op) = (sent.get("why"), with_reason(&visit, &sent));
    let fault = match records::update(visit.services(), &op, kind, id, version, &input).await {
        Ok(changed) => {
            let told = flash::done(visit.l.t(if changed.changed { "done-update" } else { "done-nothing" }));
            return Ok(flash::redirect(visit.context.edge().settings(), &opened.address(), &told));
        }
        Err(fault) => fault,
    };
    if fault.kind == FaultKind::Stale {
        let mut page = edit_page(&visit, &opened, &read, &texts, &[], why);
        page.conflict = Some(conflict(&visit, &opened, &input).await?);
        return Ok((edge::status_of(FaultKind::Stale), page).into_response());
    }
    let (fault_kind, problems) = problems_of(fault)?;
    // The version stays the one that was read: a refused form does not overwrite what others did meanwhile.
    let page = edit_page(&visit, &opened, &version.to_string(), &kept(texts, &problems), &problems, why);
    Ok((edge::status_of(fault_kind), page).into_response())
}

/// Both versions: what is stored now beside what was typed, for the fields that differ.
async fn conflict(visit: &Visit, opened: &Opened, input: &Input) -> Result<ConflictView, Refusal> {
    let (l, services, kind) = (visit.l, visit.services(), opened.kind);
    let stored = opened.record();
    let mut mine = stored.clone();
    records::parse_input(services, &visit.op, kind, &mut mine, input).await?;
    let names = records::names_of(services, kind.def(), &[stored.clone(), mine.clone()]).await?;
    let present = Present::new(visit, &names);
    let rows = kind.def().fields.iter().zip(stored.values.iter().zip(&mine.values));
    let rows = rows
        .filter(|(field, (theirs, yours))| theirs != yours && !field.flags.derived)
        .map(|(field, (theirs, yours))| ConflictRow {
            label: present.label(field),
            theirs: present.text(field, theirs),
            yours: present.text(field, yours),
        })
        .collect();
    let when = moments::ago(l, present.pack, present.today, stored.updated_at);
    let newest = match visit.op.may(Action::ViewHistory, &Resource::Record { kind, path: &stored.path }) {
        true => records::history(services, &visit.op, kind, stored.id, 1).await?.into_iter().next(),
        false => None,
    };
    let text = match newest {
        Some(placed) => l.ta("conflict-by", &[("who", &placed.entry.actor), ("when", &when)]),
        None => l.ta("conflict-since", &[("when", &when)]),
    };
    Ok(ConflictView { text, rows, version: stored.version.to_string(), href: opened.address() })
}
