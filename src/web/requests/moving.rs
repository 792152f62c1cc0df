//! The form of a request to move, or to change what stands: the environments with their sizes, whom they talk with, who gets in.
//! Without scripts everything is there; where the browser knows how, what is not chosen folds away.

use axum::extract::Path;
use axum::response::Response;
use domain::{Amounts, DeliveryKind, EntityKind, EnvironmentKind, Fault, Id, Problem, Record, Size, Wording};
use edge::Refusal;
use services::records;
use services::requests::{
    self, Delivery, DeliveryView, EnvironmentWish, MigrationDraft, NetworkPeer, Request, RequestView,
};

use super::forms::{Form, frame, name_of, refused, system};
use super::handlers::address;
use crate::desk::Sent;
use crate::form::{FormGroup, FormPage};
use crate::parts::{FieldKind, FieldView, OptionView};
use crate::present::units;
use crate::visit::Visit;

/// Environments in the order of the form: production first.
const ENVIRONMENTS: [EnvironmentKind; 4] =
    [EnvironmentKind::Prod, EnvironmentKind::Staging, EnvironmentKind::Test, EnvironmentKind::Dev];
/// Amounts as the service names them, as the form does, with the number of the service's units in one of the form's.
const AMOUNTS: [(&str, &str, i64); 4] = [
    ("cpu_milli", "cores", 1_000),
    ("memory_mib", "memory", 1_024),
    ("storage_gib", "storage", 1),
    ("pods", "instances", 1),
];
/// Zones whose capacity is named under a size.
const ZONES_NAMED: usize = 6;

async fn zones(visit: &Visit) -> Result<Vec<OptionView>, Refusal> {
    let parameters = [("counts_as_cloud".to_owned(), "true".to_owned())];
    let (query, _) = records::list_query(visit.services(), &visit.op, EntityKind::Zone, &parameters).await?;
    let found = records::list(visit.services(), &visit.op, &query).await?;
    let def = EntityKind::Zone.def();
    let option = |record: &Record| {
        OptionView::new(record.id.to_string(), record.get(def, "name").as_text().unwrap_or_default().to_owned())
    };
    Ok(found.page.records.iter().map(option).collect())
}

/// What is free on the emptiest cluster of each zone, for each amount.
async fn free(visit: &Visit, zones: &[OptionView]) -> Result<[String; 4], Refusal> {
    let clusters = requests::clusters(visit.services(), &visit.op, None).await?;
    let def = EntityKind::Cluster.def();
    let mut lines = [const { Vec::new() }; 4];
    for zone in zones.iter().take(ZONES_NAMED) {
        let of_zone = clusters
            .iter()
            .filter(|(record, _)| record.get(def, "zone").as_id().is_some_and(|id| id.to_string() == zone.value));
        let free: Vec<Amounts> = of_zone.map(|(_, capacity)| capacity.free()).collect();
        let most = |amount: fn(&Amounts) -> i64| free.iter().map(amount).max().map(|most| most.max(0));
        let shown = [
            most(|one| one.cpu_milli).map(units::cores),
            most(|one| one.memory_mib).map(units::gib),
            most(|one| one.storage_gib).map(|gib| gib.to_string()),
            most(|one| one.pods).map(|pods| pods.to_string()),
        ];
        for (line, shown) in lines.iter_mut().zip(shown) {
            line.extend(shown.map(|shown| format!("{} {}", zone.label, units::grouped(&shown))));
        }
    }
    Ok(lines.map(|line| line.join(&visit.l.t("list-mark"))))
}

fn environment_group(visit: &Visit, environment: EnvironmentKind, form: &Form<'_>, free: &[String; 4]) -> FormGroup {
    let (l, code) = (visit.l, environment.code());
    let kinds: Vec<OptionView> =
        DeliveryKind::ALL.iter().map(|kind| OptionView::new(kind.code(), visit.pick(kind.label()))).collect();
    let sizes = Size::ALL.iter().map(|size| {
        let label = visit.pick(size.label());
        let line = size.amounts().map(|amounts| format!("{label} · {}", visit.amounts(&amounts)));
        OptionView::new(size.code(), line.unwrap_or(label))
    });
    let default = if environment == EnvironmentKind::Prod { DeliveryKind::Namespace.code() } else { "" };
    let mut fields = vec![
        FieldView::new(l, format!("{code}_kind"), l.t("delivery-kind"), FieldKind::Code(kinds))
            .with(default)
            .helped(l.t("delivery-kind-help")),
        FieldView::new(l, format!("{code}_size"), l.t("delivery-size"), FieldKind::Code(sizes.collect()))
            .with(Size::Small.code())
            .must()
            .within("if-asked"),
    ];
    let labels = [l.t("amount-cores"), l.t("amount-memory"), l.t("amount-storage"), l.t("amount-instances")];
    for (((_, name, _), label), free) in AMOUNTS.into_iter().zip(labels).zip(free) {
        let kind = FieldKind::Number { unit: String::new() };
        let field = FieldView::new(l, format!("{code}_{name}"), label, kind).within("if-asked if-stated");
        let help = if free.is_empty() { String::new() } else { l.ta("amount-free", &[("free", free.as_str())]) };
        fields.push(field.helped(help));
    }
    fields.push(
        FieldView::new(l, format!("{code}_peers"), l.t("delivery-peers"), FieldKind::LongText)
            .helped(l.t("delivery-peers-help"))
            .within("if-asked if-workspace"),
    );
    fields.push(FieldView::line(l, format!("{code}_note"), l.t("delivery-wish")).within("if-asked"));
    let fields = visit.marked(fields, form.sent, form.problems);
    FormGroup { id: code.to_owned(), title: visit.pick(environment.label()), help: String::new(), fields }
}

/// The form.
pub(super) async fn form(visit: &Visit, form: &Form<'_>) -> Result<FormPage, Refusal> {
    let l = visit.l;
    let problems = at_fields(form.problems);
    let form = Form {
        title: form.title.clone(),
        lead: form.lead.clone(),
        action: form.action.clone(),
        cancel: form.cancel.clone(),
        problems: &problems,
        ..*form
    };
    let mut page = frame(visit, &form);
    let long = |name: &str, label: String| FieldView::new(l, name, label, FieldKind::LongText);
    let zones = zones(visit).await?;
    let free = free(visit, &zones).await?;
    let ask = vec![
        FieldView::new(l, "zone", l.t("request-zone"), FieldKind::Code(zones)).must(),
        FieldView::new(l, "planned_cutover_on", l.t("request-planned"), FieldKind::Date)
            .helped(l.t("request-planned-help")),
        long("reason", l.t("request-why")).must(),
        long("rollback_plan", l.t("request-rollback")).must().helped(l.t("request-rollback-help")),
        FieldView::line(l, "contact", l.t("request-contact")),
    ];
    let people = vec![
        FieldView::line(l, "owners", l.t("request-owners")).helped(l.t("request-owners-help")),
        FieldView::line(l, "developers", l.t("request-developers")).helped(l.t("request-developers-help")),
        FieldView::line(l, "viewers", l.t("request-viewers")).helped(l.t("request-viewers-help")),
    ];
    let group = |id: &str, title: String, help: String, fields: Vec<FieldView>| FormGroup {
        id: id.to_owned(),
        title,
        help,
        fields: visit.marked(fields, form.sent, form.problems),
    };
    page.groups = vec![group("ask", l.t("request-ask"), String::new(), ask)];
    page.groups.extend(ENVIRONMENTS.map(|one| environment_group(visit, one, &form, &free)));
    page.groups.push(group("people", l.t("request-people"), l.t("request-people-help"), people));
    let shown: Vec<String> =
        page.groups.iter().flat_map(|group| &group.fields).map(|field| field.name.clone()).collect();
    let elsewhere = form.problems.iter().filter(|one| !shown.contains(&one.field));
    page.errors = elsewhere.map(|one| one.message.text(visit.op.language).to_owned()).collect();
    Ok(page)
}

/// Problems at the fields of the form, one for each field, which says everything that is wrong with it.
fn at_fields(problems: &[Problem]) -> Vec<Problem> {
    let mut told: Vec<Problem> = Vec::new();
    for problem in problems.iter().cloned().map(of_form) {
        match told.iter_mut().find(|one| one.field == problem.field) {
            Some(one) => {
                one.message.zh = format!("{}；{}", one.message.zh, problem.message.zh);
                one.message.en = format!("{}; {}", one.message.en, problem.message.en);
            }
            None => told.push(problem),
        }
    }
    told
}

/// A problem of the service at the field of the form that it is about.
fn of_form(mut problem: Problem) -> Problem {
    let Some(rest) = problem.field.strip_prefix("environment_") else { return problem };
    let (code, part) = rest.split_once('_').unwrap_or((rest, "kind"));
    let name = AMOUNTS.iter().find(|(known, ..)| *known == part).map_or(part, |(_, name, _)| *name);
    problem.field = format!("{code}_{name}");
    problem
}

/// A number of the form in the units of the service; what is none says so.
fn amount(text: &str, units: i64) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || fraction.len() > 10 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let scale = 10_i64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = if fraction.is_empty() { 0 } else { fraction.parse::<i64>().ok()?.checked_mul(units)? };
    // Three places of a core, one of a GiB in ten; nothing is rounded in silence.
    (parts % scale == 0).then_some(())?;
    whole.parse::<i64>().ok()?.checked_mul(units)?.checked_add(parts / scale)
}

/// The amounts of an environment of which the size is as stated.
fn stated(sent: &Sent, code: &str, problems: &mut Vec<Problem>) -> Amounts {
    let mut amounts = [0; 4];
    for ((_, name, units), slot) in AMOUNTS.into_iter().zip(&mut amounts) {
        let field = format!("{code}_{name}");
        let text = sent.get(&field);
        match amount(text, units) {
            Some(amount) => *slot = amount,
            None => {
                let start: String = text.chars().take(40).collect();
                let message = match (text.is_empty(), name) {
                    (true, _) => Wording::new("自定义规格须填写此项", "needed for a size as stated"),
                    (_, "cores") => Wording::new(
                        format!("“{start}”不是核数：应为 2 或 0.5 这样的数"),
                        format!("“{start}” is no number of cores such as 2 or 0.5"),
                    ),
                    _ => Wording::new(
                        format!("“{start}”不是数量：应为 16 这样的数"),
                        format!("“{start}” is no number such as 16"),
                    ),
                };
                problems.push(Problem { field, rule: "number".to_owned(), message });
            }
        }
    }
    let [cpu_milli, memory_mib, storage_gib, pods] = amounts;
    Amounts { cpu_milli, memory_mib, storage_gib, pods }
}

/// The peers of an environment.
fn peers(sent: &Sent, code: &str, problems: &mut Vec<Problem>) -> Vec<NetworkPeer> {
    let (peers, wrong) = requests::peers_from_text(sent.get(&format!("{code}_peers")));
    let problem = |message| Problem { field: format!("{code}_peers"), rule: "line".to_owned(), message };
    problems.extend(wrong.into_iter().map(problem));
    peers
}

/// What was sent as a draft.
///
/// # Errors
/// Everything that is wrong with it, what cannot be read first: the service is asked about the rest.
fn draft_of(sent: &Sent, system: Id) -> Result<MigrationDraft, Fault> {
    let mut problems = Vec::new();
    let mut environments = Vec::new();
    for environment in ENVIRONMENTS {
        let code = environment.code();
        let part = |name: &str| sent.get(&format!("{code}_{name}"));
        let Some(kind) = DeliveryKind::from_code(part("kind")) else { continue };
        let size = Size::from_code(part("size")).unwrap_or(Size::Small);
        let custom = if size == Size::Custom { stated(sent, code, &mut problems) } else { Amounts::default() };
        let peers = peers(sent, code, &mut problems);
        environments.push(EnvironmentWish {
            environment,
            kind,
            size,
            custom,
            cluster: None,
            peers,
            note: part("note").to_owned(),
        });
    }
    let day = sent.get("planned_cutover_on");
    let planned = day.parse().ok();
    if planned.is_none() && !day.is_empty() {
        let message = Wording::new("应为 2027-01-31 这样的日期", "this has to be a day such as 2027-01-31");
        problems.push(Problem { field: "planned_cutover_on".to_owned(), rule: "date".to_owned(), message });
    }
    let draft = MigrationDraft {
        system,
        zone: Id::parse(sent.get("zone")).unwrap_or(Id::NONE),
        planned_cutover_on: planned,
        reason: sent.get("reason").to_owned(),
        rollback_plan: sent.get("rollback_plan").to_owned(),
        contact: sent.get("contact").to_owned(),
        owners: sent.get("owners").to_owned(),
        developers: sent.get("developers").to_owned(),
        viewers: sent.get("viewers").to_owned(),
        environments,
    };
    if problems.is_empty() {
        return Ok(draft);
    }
    let rest = requests::problems_of(&draft).into_iter().map(of_form);
    // A number that cannot be read is not out of bounds too; of peers every line is told.
    let is_news = |one: &Problem| problems.iter().all(|told| told.field != one.field || told.rule == "line");
    let more: Vec<Problem> = rest.filter(is_news).collect();
    problems.extend(more);
    Err(Fault::invalid(problems))
}

fn new_move<'f>(visit: &Visit, system: &Record, sent: &'f Sent, problems: &'f [Problem]) -> Form<'f> {
    let name = name_of(system);
    Form {
        title: visit.l.ta("request-move-title", &[("name", name.as_str())]),
        lead: visit.l.t("request-move-lead"),
        action: format!("/move/{}", system.id),
        cancel: format!("/systems/{}", system.id),
        version: None,
        sent,
        problems,
    }
}

/// `GET /move/{system}`: with what stands filled in, which a request for it changes.
pub(crate) async fn ask(visit: Visit, Path(id): Path<String>) -> Result<FormPage, Refusal> {
    let system = system(&visit, &id, EntityKind::Migration).await?;
    let sent = match requests::standing_of(visit.services(), &visit.op, system.id).await? {
        Some(found) => standing(&visit, found.zone, &found.request, &found.deliveries),
        None => Sent::default(),
    };
    let mut new = new_move(&visit, &system, &sent, &[]);
    if !sent.0.is_empty() {
        let name = name_of(&system);
        new.title = visit.l.ta("request-change-title", &[("name", name.as_str())]);
        new.lead = visit.l.t("request-change-lead");
    }
    form(&visit, &new).await
}

/// `POST /move/{system}`
pub(crate) async fn draft(visit: Visit, Path(id): Path<String>, sent: Sent) -> Result<Response, Refusal> {
    let system = system(&visit, &id, EntityKind::Migration).await?;
    let drafted = match draft_of(&sent, system.id) {
        Ok(draft) => requests::draft_migration(visit.services(), &visit.op, &draft).await,
        Err(fault) => Err(fault),
    };
    match drafted {
        Ok(subject) => Ok(visit.done(&address(subject), visit.l.t("request-drafted"))),
        Err(fault) => refused(&visit, &fault, |problems| new_move(&visit, &system, &sent, problems), true).await,
    }
}

/// Changes a request to move as its form says.
pub(super) async fn change(visit: &Visit, found: &RequestView, version: i64, sent: &Sent) -> Result<(), Fault> {
    let draft = draft_of(sent, found.request.system)?;
    requests::edit_migration(visit.services(), &visit.op, found.request.subject, version, &draft).await
}

/// What is stored, as the form would have sent it.
pub(super) fn stored(visit: &Visit, found: &RequestView) -> Sent {
    let (def, record, request) = (EntityKind::Migration.def(), &found.shown.record, &found.request);
    let planned = record.get(def, "planned_cutover_on");
    let peers = |one: &DeliveryView| one.consents.iter().map(|one| one.peer.clone()).collect();
    let deliveries: Vec<_> = found.deliveries.iter().map(|one| (one.planned.delivery.clone(), peers(one))).collect();
    let zone = record.get(def, "zone").as_id().unwrap_or(Id::NONE);
    let mut sent = standing(visit, zone, request, &deliveries);
    for (delivery, _) in deliveries {
        sent.0.push((format!("{}_note", delivery.environment), delivery.message));
    }
    for (name, value) in [
        ("planned_cutover_on", planned.as_text().unwrap_or_default()),
        ("reason", &request.reason),
        ("rollback_plan", &request.rollback_plan),
    ] {
        sent.0.push((name.to_owned(), value.to_owned()));
    }
    sent
}

/// What was asked for, without why and when: that is said anew of a change.
fn standing(visit: &Visit, zone: Id, request: &Request, deliveries: &[(Delivery, Vec<NetworkPeer>)]) -> Sent {
    let mut sent: Vec<(String, String)> = [
        ("zone", zone.to_string()),
        ("contact", request.contact.clone()),
        ("owners", request.owners.clone()),
        ("developers", request.developers.clone()),
        ("viewers", request.viewers.clone()),
        ("prod_kind", String::new()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec();
    for (delivery, peers) in deliveries {
        let code = &delivery.environment;
        sent.retain(|(name, _)| *name != format!("{code}_kind"));
        let amounts = delivery.amounts;
        let values = [
            ("kind", delivery.kind.clone()),
            ("size", delivery.size.clone()),
            ("cores", units::cores(amounts.cpu_milli)),
            ("memory", units::exact_gib(amounts.memory_mib)),
            ("storage", amounts.storage_gib.to_string()),
            ("instances", amounts.pods.to_string()),
            ("peers", requests::peers_to_text(peers, visit.op.language)),
        ];
        let is_stated = delivery.size == Size::Custom.code();
        let amounts_only = |name: &str| AMOUNTS.iter().any(|(_, known, _)| *known == name);
        let values = values.into_iter().filter(|(name, _)| is_stated || !amounts_only(name));
        sent.extend(values.map(|(name, value)| (format!("{code}_{name}"), value)));
    }
    Sent(sent)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_read_exactly_or_not_at_all() {
        for (text, units, read) in [
            ("2", 1_000, Some(2_000)),
            ("0.5", 1_000, Some(500)),
            ("1.250", 1_000, Some(1_250)),
            ("0.5", 1_024, Some(512)),
            ("16", 1, Some(16)),
            ("0", 1, Some(0)),
            ("", 1_000, None),
            ("-1", 1_000, None),
            ("1e3", 1_000, None),
            ("1.2.3", 1_000, None),
            ("0.0001", 1_000, None),
            ("1.5", 1, None),
            (".5", 1_000, None),
            ("1,5", 1_000, None),
            ("9999999999999", 1_000, None),
            ("２", 1_000, None),
        ] {
            assert_eq!(amount(text, units), read, "{text}");
        }
    }
}
