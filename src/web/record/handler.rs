//! Record pages: one handler for every entity; systems, machine rooms and departments add their own parts.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::{EntityKind, Fault, Id};
use edge::Refusal;
use services::records;

use super::RecordPage;
use super::view::{self, Opened};
use crate::list::handler::entity;
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
        | EntityKind::CloudException
        | EntityKind::Migration => {
            let present = Present::new(&visit, &opened.shown.names);
            let mut record = view::record(&visit, &present, &opened, &[]).await?;
            record.answers = view::answers(&present, &opened);
            Ok(RecordPage { l: visit.l, shell: shell(&visit, &opened), record }.into_response())
        }
    }
}
