//! From a fault to a message and an exit code.

use std::process::ExitCode;

use domain::{Fault, FaultKind};

fn code_of(kind: FaultKind) -> u8 {
    match kind {
        FaultKind::Malformed | FaultKind::Invalid | FaultKind::TooLarge => 2,
        FaultKind::NotFound => 3,
        FaultKind::Unauthenticated | FaultKind::Forbidden => 4,
        FaultKind::Conflict | FaultKind::Stale => 5,
        FaultKind::TooMany | FaultKind::Unavailable => 6,
        FaultKind::Internal => 1,
    }
}

/// Prints what went wrong and answers the exit code. Whoever has the command line may see the inward text too.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        crate::output::note(&format!("shangyun: {} [{}]", fault.message.en, fault.code));
        for problem in &fault.problems {
            crate::output::note(&format!("  {}: {}", problem.field, problem.message.en));
        }
        if let Some(inward) = &fault.inward {
            crate::output::note(&format!("  detail: {inward}"));
        }
        return ExitCode::from(code_of(fault.kind));
    }
    if let Some(error) = error.downcast_ref::<BadInput>() {
        crate::output::note(&format!("shangyun: {error}"));
        return ExitCode::from(2);
    }
    if error.downcast_ref::<store::Error>().is_some() {
        crate::output::note(&format!("shangyun: {error:#}"));
        return ExitCode::from(6);
    }
    crate::output::note(&format!("shangyun: {error:#}"));
    ExitCode::from(1)
}

/// Something on the command line that cannot be.
#[derive(Debug)]
pub(crate) struct BadInput(pub(crate) String);

impl std::fmt::Display for BadInput {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for BadInput {}
