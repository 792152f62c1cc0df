//! "Why does it stand so?": the assessment of one subject, computed from the facts of this moment for its page.

use domain::{EntityKind, Fault, Id};
use rules::{Action, Assessment, Resource, RoomAssessment};

use super::gather;
use crate::{Op, Outcome, Services, permit};

/// Explains a system's standing: sentence, deadline, flags, next steps.
pub async fn explain_system(services: &Services, op: &Op, id: Id) -> Outcome<Assessment> {
    let gathered = gather::systems(services, &mut &services.db, &[id]).await?;
    let Some((found, facts)) = gathered.into_iter().next() else { return Err(Fault::not_found()) };
    permit(op, Action::View, &Resource::Record { kind: EntityKind::System, path: &found.record.path })?;
    Ok(rules::assess_system(&facts, &services.pack, services.today()))
}

/// Explains a room's flags.
pub async fn explain_room(services: &Services, op: &Op, id: Id) -> Outcome<RoomAssessment> {
    let gathered = gather::rooms(&mut &services.db, &[id]).await?;
    let Some((found, facts)) = gathered.into_iter().next() else { return Err(Fault::not_found()) };
    permit(op, Action::View, &Resource::Record { kind: EntityKind::DataCenter, path: &found.record.path })?;
    Ok(rules::assess_data_center(&facts, &services.pack, services.today()))
}
