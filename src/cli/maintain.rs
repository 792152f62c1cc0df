//! `migrate`, `evaluate`, `verify-audit`: keeping the data right.

use std::process::ExitCode;

use serde_json::json;
use services::{audit, evaluation};

use crate::{
    app,
    arguments::{EvaluateArguments, Output},
    output,
    settings::Settings,
};

/// Brings the schema up to date.
pub(crate) async fn migrate(settings: &Settings) -> anyhow::Result<()> {
    let services = app::open(settings).await?;
    services.db.close().await;
    output::line("the schema is up to date")
}

/// Judges everything anew.
pub(crate) async fn evaluate(settings: &Settings, arguments: EvaluateArguments) -> anyhow::Result<()> {
    let services = app::open(settings).await?;
    let began_at = domain::Clock::now(services.clock.as_ref());
    let evaluated = evaluation::evaluate_all(&services, &app::operation(&services, "evaluate")).await?;
    let took = began_at.duration_until(domain::Clock::now(services.clock.as_ref()));
    services.db.close().await;
    if arguments.output.output == Output::Json {
        return output::json(&json!({ "evaluated": evaluated, "duration_ms": took.as_millis() }));
    }
    output::line(&format!(
        "{} systems and {} rooms in {} ms: {} standings changed, {} flags opened, {} closed",
        evaluated.systems,
        evaluated.rooms,
        took.as_millis(),
        evaluated.standings_changed,
        evaluated.flags_opened,
        evaluated.flags_closed
    ))
}

/// Seals what is open and recomputes every seal.
pub(crate) async fn verify_audit(settings: &Settings, form: Output) -> anyhow::Result<ExitCode> {
    let services = app::open(settings).await?;
    audit::seal(&services).await?;
    let verified = audit::verify(&services, &app::operation(&services, "verify-audit")).await?;
    services.db.close().await;
    match form {
        Output::Json => output::json(&json!({
            "seals": verified.seals, "entries": verified.entries, "broken_seal": verified.broken_seal, "head": verified.head,
        }))?,
        Output::Table => match verified.broken_seal {
            None => output::line(&format!(
                "{} entries under {} seals are as they were written; head {}",
                verified.entries, verified.seals, verified.head
            ))?,
            Some(number) => {
                output::line(&format!("seal {number} does not fit: an entry under it was altered, removed or put in"))?
            }
        },
    }
    Ok(if verified.broken_seal.is_some() { ExitCode::from(5) } else { ExitCode::SUCCESS })
}
