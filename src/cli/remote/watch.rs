//! `status`: where a request is, once or until its end.

use std::{process::ExitCode, time::Duration};

use domain::{Course, ExceptionState, MigrationState};
use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::{Client, Refused, Unreachable, arguments::StatusArguments};
use crate::{
    arguments::Output,
    desk_text,
    failure::{BadInput, CONFLICT, TRY_AGAIN},
    output,
};

/// Between two looks.
const LOOK: Duration = Duration::from_secs(2);
/// Looks in a row that may fail before the server is given up: about a minute.
const FAILURES_MOST: u32 = 30;

/// `status NUMBER [--watch]`
pub(super) async fn status(client: &Client, wanted: &StatusArguments) -> anyhow::Result<ExitCode> {
    if let Some(until) = &wanted.until {
        let is_known = MigrationState::from_code(until).is_some() || ExceptionState::from_code(until).is_some();
        if !is_known {
            let known = MigrationState::ALL.iter().map(|state| state.code()).collect::<Vec<_>>().join(", ");
            return Err(BadInput(format!("--until {until}: there is no such state; there are: {known}")).into());
        }
    }
    let deadline = wanted.timeout.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
    let mut seen = client.ask(Method::GET, &["requests", &wanted.number], None).await?;
    match wanted.output.output {
        Output::Json => output::line(&seen.to_string())?,
        Output::Table => output::line(&desk_text::status(&seen, client.language))?,
    }
    if !wanted.watch {
        return Ok(ExitCode::SUCCESS);
    }
    loop {
        if let Some(code) = ended(&seen, wanted.until.as_deref()) {
            return Ok(code);
        }
        if deadline.is_some_and(|deadline| Instant::now() + LOOK > deadline) {
            output::note("shangyun: it has not come so far in the time that was given");
            return Ok(ExitCode::from(TRY_AGAIN));
        }
        tokio::time::sleep(LOOK).await;
        let now = look(client, &wanted.number).await?;
        tell_news(&seen, &now, wanted.output.output)?;
        seen = now;
    }
}

/// Looks again; a server that is away for a moment is waited for.
async fn look(client: &Client, number: &str) -> anyhow::Result<Value> {
    let mut failures = 0;
    loop {
        match client.ask(Method::GET, &["requests", number], None).await {
            Ok(document) => return Ok(document),
            Err(error) => {
                let is_passing = error.downcast_ref::<Refused>().is_some_and(Refused::is_passing)
                    || error.downcast_ref::<Unreachable>().is_some();
                failures += 1;
                if !is_passing || failures > FAILURES_MOST {
                    return Err(error);
                }
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// The exit code, once there is nothing more to wait for.
fn ended(document: &Value, until: Option<&str>) -> Option<ExitCode> {
    if let Some(until) = until {
        let steps = desk_text::list(document, "decisions").iter();
        if document["state"] == until || steps.clone().any(|step| step["to"] == until) {
            return Some(ExitCode::SUCCESS);
        }
    }
    let course = Course::from_code(&desk_text::text(document, "/course")).unwrap_or(Course::Open);
    match course {
        Course::Open => None,
        Course::Done if until.is_none() => Some(ExitCode::SUCCESS),
        Course::Done | Course::Stuck | Course::Over => Some(ExitCode::from(CONFLICT)),
    }
}

/// Steps that were taken meanwhile, and deliveries that are elsewhere. As JSON: the whole document in a line, when it changed.
fn tell_news(before: &Value, now: &Value, form: Output) -> anyhow::Result<()> {
    if form == Output::Json {
        return if before == now { Ok(()) } else { output::line(&now.to_string()) };
    }
    let known = desk_text::list(before, "decisions").len();
    for step in desk_text::list(now, "decisions").iter().skip(known) {
        output::line(&format!("{} → {}", desk_text::decision(step), desk_text::text(step, "/to")))?;
    }
    let said: Vec<String> = desk_text::list(before, "deliveries").iter().map(desk_text::delivery).collect();
    for line in desk_text::list(now, "deliveries").iter().map(desk_text::delivery) {
        if !said.contains(&line) {
            output::line(&line)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(state: &str, course: Course, steps: &[&str]) -> Value {
        let steps: Vec<Value> = steps.iter().map(|to| json!({ "to": to })).collect();
        json!({ "state": state, "course": course.code(), "decisions": steps })
    }

    #[test]
    fn whoever_waits_is_told_whether_it_came_to_what_was_asked_for() {
        let code = |document: &Value, until| ended(document, until).map(|code| format!("{code:?}"));
        let (done, failed) =
            (Some(format!("{:?}", ExitCode::SUCCESS)), Some(format!("{:?}", ExitCode::from(CONFLICT))));
        assert_eq!(code(&document("submitted", Course::Open, &["submitted"]), None), None);
        assert_eq!(code(&document("closed", Course::Done, &[]), None), done);
        assert_eq!(code(&document("rejected", Course::Over, &[]), None), failed);
        assert_eq!(code(&document("provisioning_failed", Course::Stuck, &[]), Some("provisioned")), failed);
        // What was passed while nobody looked was reached.
        assert_eq!(code(&document("cut_over", Course::Open, &["provisioned", "cut_over"]), Some("provisioned")), done);
    }
}
