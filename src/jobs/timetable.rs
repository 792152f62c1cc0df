//! What happens by the clock: conclusions that a new day ends, sealing of the trail, forgetting of what is over.

use std::time::Duration;

use domain::Door;
use services::{Op, Outcome, Services, accounts, audit, evaluation, imports, queue};
use tokio_util::sync::CancellationToken;

/// Time between two rounds. Each round asks cheaply whether there is anything to do.
const ROUND: Duration = Duration::from_secs(30);

/// Goes round until told to stop.
pub(crate) async fn run(services: Services, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(fault) = tick(&services).await {
            tracing::error!(fault = %fault, "the timetable could not finish its round");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(ROUND) => {}
        }
    }
}

/// One round.
pub async fn tick(services: &Services) -> Outcome<()> {
    let op = Op::system("timetable", Door::Job, "timetable");
    let evaluated = evaluation::catch_up(services, &op).await?;
    if evaluated.systems + evaluated.rooms > 0 {
        tracing::info!(
            systems = evaluated.systems,
            rooms = evaluated.rooms,
            standings_changed = evaluated.standings_changed,
            "evaluated"
        );
    }
    let sealed = audit::seal(services).await?;
    if sealed > 0 {
        tracing::debug!(entries = sealed, "audit sealed");
    }
    let forgotten = imports::forget_staged(services).await?;
    if forgotten > 0 {
        tracing::info!(imports = forgotten, "staged rows that nobody asked for were dropped");
    }
    queue::forget_old(services).await?;
    accounts::forget_expired(services).await
}
