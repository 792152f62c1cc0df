//! Record pages: one handler for every entity; systems, machine rooms and departments add their own parts.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::{BasisForce, Entity as _, EntityKind, Fault, Id, LegalBasis};
use edge::Refusal;
use rules::{Action, Resource};
use services::{provisioning, records, requests};

use super::view::{self, Opened};
use super::{AnswerView, FactGroup, FactView, RecordPage, RecordView};
use crate::list::handler::entity;
use crate::parts::{ActionView, CellView, Tone};
use crate::present::Present;
use crate::shell::Shell;
use crate::visit::Visit;
use crate::{data_centers, departments, systems};

/// The identifier in an address; what is none is not found.
pub(crate) fn id_of(text: &str) -> Result<Id, Refusal> {
    Id::parse(text).ok_or_else(|| Refusal(Fault::not_found()))
}

/// A record that the visitor may see.
pub(crate) async fn open(visit: &Visit, kind: EntityKind, id: Id) -> Result<Opened, Refusal> {
    let shown = records::get(visit.services(), &visit.op, kind, id).await?;
    Ok(Opened { kind, shown })
}

/// The frame of a record's page: its name, below its list.
pub(crate) fn shell(visit: &Visit, opened: &Opened) -> Shell {
    let def = opened.kind.def();
    let list = def.label(visit.op.language);
    visit.shell(opened.name(), def.plural).under(list, format!("/{}", def.plural))
}

/// What the desk adds: the page of a request that is handled here, the capacity of a cluster and the way to it.
async fn desk(visit: &Visit, opened: &Opened, record: &mut RecordView) -> Result<(), Refusal> {
    let (l, id) = (visit.l, opened.record().id);
    let is_request = matches!(opened.kind, EntityKind::Migration | EntityKind::CloudException);
    if is_request && requests::handled(visit.services(), id).await? {
        record.actions = vec![ActionView::link(l.t("request-open"), format!("/requests/{id}")).primary()];
    }
    if opened.kind == EntityKind::Cluster {
        let capacity = requests::capacity(visit.services(), &visit.op, id).await?;
        let line =
            |label: String, amounts: domain::Amounts| FactView::new(label, CellView::text(visit.amounts(&amounts)));
        let facts = vec![
            line(l.t("capacity-free"), capacity.free()),
            line(l.t("capacity-reserved"), capacity.reserved),
            line(l.t("capacity-granted"), capacity.granted),
            line(l.t("capacity-declared"), capacity.declared),
        ];
        record.groups.insert(0, FactGroup { id: "capacity".to_owned(), title: l.t("capacity"), facts });
        record.groups.extend(strays(visit, id).await?);
        if visit.op.may(Action::ManageSettings, &Resource::Settings) {
            record
                .actions
                .push(ActionView::link(l.t("access-open"), format!("/cluster-access/{id}")).with_icon("link"));
            if provisioning::access(visit.services(), &visit.op, id).await?.is_some() {
                let forget = ActionView::post(l.t("access-forget"), format!("/cluster-access/{id}/forget")).danger();
                record.actions.push(ActionView { confirm: Some(l.t("access-forget-confirm")), ..forget });
            }
        }
    }
    Ok(())
}

/// Whether a document is in force today, and from when or until when.
fn in_force(visit: &Visit, opened: &Opened) -> Option<AnswerView> {
    if opened.kind != EntityKind::LegalBasis {
        return None;
    }
    let (l, today) = (visit.l, visit.services().today());
    let basis = LegalBasis::from_values(&opened.record().values).ok()?;
    let (text, tone) = match basis.force_on(today) {
        BasisForce::InForce => (l.t("basis-in-force"), Tone::Good),
        BasisForce::Ahead(day) => (l.ta("basis-ahead", &[("day", &day.to_string())]), Tone::Accent),
        BasisForce::Repealed(day) => (l.ta("basis-repealed", &[("day", &day.to_string())]), Tone::Bad),
    };
    Some(AnswerView { question: l.t("answer-state"), text, tone, ..AnswerView::default() })
}

/// What is out of place on a cluster, by kind; nothing when nothing is, or for those who do not see every department.
async fn strays(visit: &Visit, cluster: Id) -> Result<Option<FactGroup>, Refusal> {
    let l = visit.l;
    let found = provisioning::strays(visit.services(), &visit.op, cluster).await?;
    let named = |kind: &str| {
        let names: Vec<&str> =
            found.iter().filter(|(one, _)| one.kind == kind).map(|(one, _)| one.name.as_str()).collect();
        names.join(&l.t("comma"))
    };
    let facts = [
        (l.t("stray-workspace"), named("workspace")),
        (l.t("stray-namespace"), named("namespace")),
        (l.t("stray-missing"), named("missing")),
    ];
    let facts = facts.into_iter().filter(|(_, names)| !names.is_empty());
    let facts: Vec<FactView> = facts.map(|(label, names)| FactView::new(label, CellView::text(names)).wide()).collect();
    Ok((!facts.is_empty()).then(|| FactGroup { id: "strays".to_owned(), title: l.t("strays"), facts }))
}

/// `GET /{plural}/{id}`
pub(crate) async fn show(visit: Visit, Path((plural, id)): Path<(String, String)>) -> Result<Response, Refusal> {
    let kind = entity(&plural)?;
    let opened = open(&visit, kind, id_of(&id)?).await?;
    match kind {
        EntityKind::System => Ok(systems::handler::page(&visit, &opened).await?.into_response()),
        EntityKind::DataCenter => Ok(data_centers::handler::page(&visit, &opened).await?.into_response()),
        EntityKind::Department => Ok(departments::handler::page(&visit, &opened).await?.into_response()),
        EntityKind::Zone
        | EntityKind::Cluster
        | EntityKind::Component
        | EntityKind::LegalBasis
        | EntityKind::CloudException
        | EntityKind::Migration => {
            let present = Present::new(&visit, &opened.shown.names);
            let mut record = view::record(&visit, &present, &opened, &[]).await?;
            record.answers = view::answers(&present, &opened);
            record.answers.extend(in_force(&visit, &opened));
            desk(&visit, &opened, &mut record).await?;
            Ok(RecordPage { l: visit.l, shell: shell(&visit, &opened), record }.into_response())
        }
    }
}
