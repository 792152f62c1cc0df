//! Printing that survives a closed pipe (`shangyun list … | head`).

use std::io::{ErrorKind, Write as _};

fn checked(outcome: std::io::Result<()>) -> anyhow::Result<()> {
    match outcome {
        // Whoever read has had enough: nothing is wrong.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    bytes(format!("{text}\n").as_bytes())
}

/// Prints bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    checked(out.write_all(bytes).and_then(|()| out.flush()))
}

/// Prints JSON, readable.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Tells the person something that is not the result.
pub(crate) fn note(text: &str) {
    let mut out = std::io::stderr().lock();
    // A closed standard error leaves nobody to tell.
    let _ = writeln!(out, "{text}");
}
