//! Puts the parts together: settings → pack, database, services.

use std::sync::Arc;

use domain::{Door, Ids, SystemClock};
use rules::Pack;
use services::{Op, Services};
use store::Db;

use crate::{failure::BadInput, settings::Settings};

/// The rule pack that the settings name.
pub(crate) fn pack(settings: &Settings) -> anyhow::Result<Pack> {
    match &settings.pack.file {
        Some(file) => {
            let text = std::fs::read_to_string(file)
                .map_err(|error| BadInput(format!("the pack {} cannot be read: {error}", file.display())))?;
            Ok(Pack::parse(&text)
                .map_err(|error| BadInput(format!("the pack {} is wrong: {error}", file.display())))?)
        }
        None => Ok(Pack::builtin(&settings.pack.name).map_err(|error| BadInput(error.to_string()))?.clone()),
    }
}

/// Where the database is.
pub(crate) fn database(settings: &Settings) -> store::Settings {
    if settings.database.url.is_empty() {
        store::Settings::Sqlite { folder: settings.database.folder.clone() }
    } else {
        store::Settings::Postgres { url: settings.database.url.clone() }
    }
}

/// Opens the database and brings its schema up to date.
pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Services> {
    let pack = pack(settings)?;
    let db = Db::open(&database(settings)).await?;
    store::migrate(&db).await?;
    Ok(Services::new(db, Arc::new(pack), Arc::new(SystemClock), Arc::new(Ids::Random)))
}

/// The operation of whoever has the server's own command line.
pub(crate) fn operation(services: &Services, command: &str) -> Op {
    let id = services.ids.next(domain::Clock::now(services.clock.as_ref()));
    Op { why: command.to_owned(), ..Op::system("command line", Door::CommandLine, &id.to_string()) }
}
