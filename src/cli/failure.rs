//! From a fault to a message and an exit code.

use std::process::ExitCode;

use domain::{Fault, FaultKind};

use crate::remote::{Refused, Unreachable};

/// Something else stands in the way.
pub(crate) const CONFLICT: u8 = 5;
/// It may work a moment later.
pub(crate) const TRY_AGAIN: u8 = 6;
/// Not permitted.
const FORBIDDEN: u8 = 4;

fn code_of(kind: FaultKind) -> u8 {
    match kind {
        FaultKind::Malformed | FaultKind::Invalid | FaultKind::TooLarge => 2,
        FaultKind::NotFound => 3,
        FaultKind::Unauthenticated | FaultKind::Forbidden => FORBIDDEN,
        FaultKind::Conflict | FaultKind::Stale => CONFLICT,
        FaultKind::TooMany | FaultKind::Unavailable => TRY_AGAIN,
        FaultKind::Internal => 1,
    }
}

/// The same for what a server answered.
pub(crate) fn code_of_status(status: u16) -> u8 {
    match status {
        401 | 403 => FORBIDDEN,
        404 => 3,
        409 | 412 => CONFLICT,
        408 | 429 | 502 | 503 | 504 => TRY_AGAIN,
        400..=499 => 2,
        // An answer that leads elsewhere is not followed: the address is wrong.
        300..=399 => 2,
        _ => 1,
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
    if let Some(error) = error.downcast_ref::<NotPermitted>() {
        crate::output::note(&format!("shangyun: {error}"));
        return ExitCode::from(FORBIDDEN);
    }
    if let Some(error) = error.downcast_ref::<Refused>() {
        crate::output::note(&format!("shangyun: {error}"));
        return ExitCode::from(code_of_status(error.status));
    }
    if let Some(error) = error.downcast_ref::<Unreachable>() {
        crate::output::note(&format!("shangyun: {error}"));
        return ExitCode::from(TRY_AGAIN);
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

/// Something that is not for whoever asks.
#[derive(Debug)]
pub(crate) struct NotPermitted(pub(crate) String);

impl std::fmt::Display for NotPermitted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NotPermitted {}
