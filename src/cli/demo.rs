//! The demo: a marked data folder, a generated city brought in through the importer, accounts with random passwords.

use std::{fmt::Write as _, path::PathBuf};

use domain::Door;
use services::{
    Op, Services, accounts,
    city::{self, CityOptions},
    evaluation,
    imports::{self, Upload},
};

use crate::{failure::BadInput, output, settings::Settings};

/// Marks a folder that the demo made.
const MARK: &str = "demo";
/// Accounts of the demo with their passwords, for the folder's owner only.
const ACCOUNTS: &str = "demo-accounts.txt";

fn path(settings: &Settings, name: &str) -> PathBuf {
    settings.database.folder.join(name)
}

/// True for a data folder that the demo made.
pub(crate) fn is_demo(settings: &Settings) -> bool {
    settings.database.url.is_empty() && path(settings, MARK).exists()
}

/// Refuses what would mix demo and production: a demo on PostgreSQL, outside loopback or in a used folder, production in a demo folder.
pub(crate) fn check_folder(settings: &Settings, demo: bool) -> anyhow::Result<()> {
    let marked = settings.database.url.is_empty() && path(settings, MARK).exists();
    let folder = settings.database.folder.display();
    if !demo {
        if marked {
            return Err(BadInput(format!(
                "{folder} was made by --demo, whose accounts are no secret; use another data folder, or serve --demo"
            ))
            .into());
        }
        return Ok(());
    }
    if !settings.database.url.is_empty() {
        return Err(BadInput("--demo uses the embedded database; leave database.url empty".to_owned()).into());
    }
    if !settings.http.listen.ip().is_loopback() {
        return Err(BadInput("--demo listens on loopback only, because its accounts are printed".to_owned()).into());
    }
    if !marked && path(settings, "shangyun.db").exists() {
        return Err(
            BadInput(format!("{folder} holds a register that --demo did not make; use another data folder")).into()
        );
    }
    Ok(())
}

/// Fills an empty demo folder; answers the accounts as they are printed.
pub(crate) async fn prepare(
    settings: &Settings,
    services: &Services,
    systems: usize,
) -> anyhow::Result<Option<String>> {
    if path(settings, ACCOUNTS).exists() {
        return Ok(Some(std::fs::read_to_string(path(settings, ACCOUNTS))?));
    }
    if !path(settings, MARK).exists() {
        std::fs::write(path(settings, MARK), "made by shangyun serve --demo\n")?;
    }
    let op = Op::system("demo", Door::CommandLine, "demo");
    output::note("filling the demo: a generated city …");
    let options = CityOptions { systems, seed: 1, today: services.today() };
    for file in city::generate(&options).files {
        let bytes = exchange::write_csv(&file.headers, &mut file.rows.into_iter())?;
        let upload = Upload { file_name: file.file_name, bytes, source: "census".to_owned(), ..Upload::default() };
        let import = imports::read(services, &op, file.kind, upload).await?;
        let import = imports::check_now(services, &op, import.id).await?;
        imports::apply_now(services, &op, import.id, Some(true)).await?;
    }
    evaluation::catch_up(services, &op).await?;
    let made = accounts::create_demo_accounts(services, &op).await?;
    let mut text = String::from("Demo accounts (this folder only; shown again by: shangyun user list --demo)\n");
    for account in &made {
        let department =
            if account.department.is_empty() { String::new() } else { format!("  {}", account.department) };
        writeln!(
            text,
            "  {:<12} {:<22} {}{department}",
            account.login,
            account.password.expose(),
            account.role.code()
        )?;
    }
    write_private(&path(settings, ACCOUNTS), &text)?;
    Ok(Some(text))
}

/// The accounts of a demo folder, as they were printed.
pub(crate) fn accounts(settings: &Settings) -> anyhow::Result<String> {
    std::fs::read_to_string(path(settings, ACCOUNTS))
        .map_err(|_| BadInput(format!("{} was not made by --demo", settings.database.folder.display())).into())
}

pub(crate) fn write_private(file: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes())
}
