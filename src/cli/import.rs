//! `shangyun import`: the wizard's steps on the command line, through the same services.

use std::{process::ExitCode, time::Duration};

use domain::{EntityKind, Fault, Id};
use exchange::ReadOptions;
use serde_json::json;
use services::{
    Op, Services,
    imports::{self, ImportView, Phase, Upload},
};

use crate::{
    app,
    arguments::{ImportArguments, Output},
    failure::BadInput,
    output,
    settings::Settings,
};

/// Errors printed in full; a file with more of them says so.
const ERRORS: i64 = 1_000_000;
/// How often `--progress` looks whether there is something new to say.
const LOOK: Duration = Duration::from_millis(100);

/// The entity of a plural word.
pub(crate) fn kind_of(word: &str) -> anyhow::Result<EntityKind> {
    EntityKind::from_plural(word).ok_or_else(|| {
        let known: Vec<&str> = domain::ENTITIES.iter().map(|kind| kind.def().plural).collect();
        BadInput(format!("there is no kind “{word}”; the kinds are: {}", known.join(", "))).into()
    })
}

/// Checks or applies a file.
pub(crate) async fn run(settings: &Settings, arguments: ImportArguments) -> anyhow::Result<ExitCode> {
    let kind = kind_of(&arguments.kind)?;
    let bytes = std::fs::read(&arguments.file)
        .map_err(|error| BadInput(format!("{} cannot be read: {error}", arguments.file.display())))?;
    let services = app::open(settings).await?;
    let op = app::operation(&services, "import");
    let upload = Upload {
        file_name: arguments.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        bytes,
        options: ReadOptions {
            encoding: arguments.encoding.clone(),
            sheet: arguments.sheet.clone(),
            ..ReadOptions::default()
        },
        source: arguments.source.clone(),
    };
    let import = imports::read(&services, &op, kind, upload).await?;
    let import = map(&services, &op, import, &arguments.columns).await?;
    let (id, progress) = (import.id, arguments.progress);
    let mut import = telling(&services, id, progress, imports::check_now(&services, &op, id)).await?;
    if arguments.create_missing && import.document.missing.iter().any(|missing| missing.to_create > 0) {
        let creating = imports::create_missing_departments(&services, &op, id);
        import = telling(&services, id, progress, creating).await?;
    }
    let mut failed: Option<Fault> = None;
    if arguments.apply {
        let applying = imports::apply_now(&services, &op, id, Some(arguments.skip_refused));
        match telling(&services, id, progress, applying).await {
            Ok(applied) => {
                import = applied;
                services::evaluation::catch_up(&services, &op).await?;
            }
            Err(fault) => failed = Some(fault),
        }
    }
    print(&services, &op, &import, arguments.output.output).await?;
    if !arguments.apply || failed.is_some() {
        imports::cancel(&services, &op, import.id).await?;
    }
    services.db.close().await;
    let refused = import.document.counts.is_some_and(|counts| counts.refused > 0);
    match failed {
        Some(fault) => Err(fault.into()),
        None if refused && !arguments.skip_refused => Ok(ExitCode::from(2)),
        None => Ok(ExitCode::SUCCESS),
    }
}

/// Does the work and, if wanted, says meanwhile how far it is.
async fn telling<T>(services: &Services, import: Id, wanted: bool, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut told: Option<String> = None;
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(LOOK), if wanted => {
                let Some(now) = services.progress.of(import) else { continue };
                let text = match now.phase {
                    Phase::Checking | Phase::Applying if now.done == 0 => continue,
                    Phase::Checking => format!("checking: {} of {} rows", now.done, now.total),
                    Phase::Applying => format!("applying: {} of {} rows", now.done, now.total),
                    Phase::Committing => "making it permanent".to_owned(),
                };
                if told.as_ref() != Some(&text) {
                    output::note(&text);
                    told = Some(text);
                }
            }
        }
    }
}

/// Applies `--column header=field` to the proposed mapping.
async fn map(services: &Services, op: &Op, import: ImportView, columns: &[String]) -> anyhow::Result<ImportView> {
    if columns.is_empty() {
        return Ok(import);
    }
    let mut mapping = import.document.mapping.clone();
    for column in columns {
        let (header, field) =
            column.rsplit_once('=').ok_or_else(|| BadInput(format!("--column “{column}” must be header=field")))?;
        let place = import.document.headers.iter().position(|known| known == header);
        let slot = place.and_then(|place| mapping.get_mut(place));
        *slot.ok_or_else(|| BadInput(format!("the file has no column “{header}”")))? =
            Some(field.to_owned()).filter(|field| !field.is_empty());
    }
    Ok(imports::set_mapping(services, op, import.id, mapping).await?)
}

async fn print(services: &Services, op: &Op, import: &ImportView, form: Output) -> anyhow::Result<()> {
    let counts = import.document.counts.unwrap_or_default();
    let errors = imports::row_errors(services, op, import.id, 0, ERRORS).await?;
    let read = counts.create + counts.update + counts.unchanged + counts.refused;
    match form {
        Output::Json => {
            let errors: Vec<serde_json::Value> = errors
                .iter()
                .map(|(_, error)| {
                    json!({ "row": error.row, "column": error.column, "value": error.value, "rule": error.rule,
                            "message": error.message.en, "suggestion": error.suggestion })
                })
                .collect();
            output::json(
                &json!({ "read": read, "create": counts.create, "update": counts.update, "unchanged": counts.unchanged,
                                  "refused": counts.refused, "errors": errors }),
            )
        }
        Output::Table => {
            let reading = &import.document.reading;
            output::line(&format!(
                "{}: {} {}, header in row {}",
                import.file_name, reading.format, reading.encoding, reading.header_row
            ))?;
            for note in &reading.notes {
                output::line(&format!("  {}", note.en))?;
            }
            for (header, target) in import.document.headers.iter().zip(&import.document.mapping) {
                output::line(&format!("  {header} → {}", target.as_deref().unwrap_or("(left out)")))?;
            }
            output::line(&format!("found again by: {}", import.document.keys.join(", else ")))?;
            let done = if import.state == imports::State::Applied { "applied" } else { "checked" };
            output::line(&format!(
                "{done} {read} rows: {} new, {} changed, {} unchanged, {} refused",
                counts.create, counts.update, counts.unchanged, counts.refused
            ))?;
            for missing in &import.document.missing {
                output::line(&format!(
                    "{} rows name {} {} that are not registered",
                    missing.rows,
                    missing.names.len(),
                    missing.entity
                ))?;
            }
            if !errors.is_empty() {
                let mut table = comfy_table::Table::new();
                table.set_header(["row", "column", "value", "what is wrong", "suggestion"]);
                for (_, error) in errors.iter().take(50) {
                    table.add_row([
                        &error.row.to_string(),
                        &error.column,
                        &error.value,
                        &error.message.en,
                        &error.suggestion,
                    ]);
                }
                output::line(&table.to_string())?;
            }
            if errors.len() > 50 {
                output::line(&format!("… and {} more; -o json lists them all", errors.len() - 50))?;
            }
            Ok(())
        }
    }
}
