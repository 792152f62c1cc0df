//! A made-up Chinese city, 云州市: offices, machine rooms, cloud zones, systems, components, exceptions and migrations, as
//! the files of a census. Pure and reproducible: the same options give the same files, byte for byte.
//!
//! Dates lie around a given day so that every standing and every flag occurs. Rows are made one by one from seed and
//! number: a large city takes no more memory than its offices. No office, person, firm, address or number is real.

mod bases;
mod blueprint;
mod cells;
mod clusters;
mod components;
mod credit_code;
mod exceptions;
mod grounds;
mod journeys;
mod migrations;
mod offices;
mod people;
mod plan;
mod random;
mod rooms;
mod scenario;
mod story;
mod systems;
mod themes;
mod zones;

#[cfg(test)]
mod tests;

use domain::{ENTITIES, EntityKind};
use exchange::Cell;
use jiff::civil::Date;

use blueprint::Blueprint;

/// What city to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CityOptions {
    /// How many systems it has; everything else follows. Any number will do; 300 is the demo.
    pub systems: usize,
    /// Another seed, another city.
    pub seed: u64,
    /// The day around which its dates lie: the day of the import.
    pub today: Date,
}

/// A whole city in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct City {
    /// Its files, in the order in which they should be imported.
    pub files: Vec<CityFile>,
}

/// One file of a city.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CityFile {
    /// What its rows are.
    pub kind: EntityKind,
    /// Its name, `departments.csv` and so on.
    pub file_name: String,
    /// The Chinese labels of the fields.
    pub headers: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

/// What [`write_city`] calls for each file: kind, file name, headers, rows. Rows that are not taken are not made.
pub type WriteFile<'a, E> =
    dyn FnMut(EntityKind, &str, &[String], &mut dyn Iterator<Item = Vec<Cell>>) -> Result<(), E> + 'a;

/// Makes a city, file by file in the order of import, without ever holding its rows. Stops at the first error.
pub fn write_city<E>(options: &CityOptions, write: &mut WriteFile<'_, E>) -> Result<(), E> {
    let city = Blueprint::new(options);
    for kind in ENTITIES {
        write(kind, &file_name(kind), &headers(kind), &mut *rows(&city, kind))?;
    }
    Ok(())
}

/// Makes a city in memory; for a large one, use [`write_city`].
pub fn generate(options: &CityOptions) -> City {
    let city = Blueprint::new(options);
    let file =
        |kind| CityFile { kind, file_name: file_name(kind), headers: headers(kind), rows: rows(&city, kind).collect() };
    City { files: ENTITIES.into_iter().map(file).collect() }
}

fn file_name(kind: EntityKind) -> String {
    format!("{}.csv", kind.def().plural)
}

/// Names of the fields in a file.
fn columns(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::Department => blueprint::COLUMNS,
        EntityKind::DataCenter => rooms::COLUMNS,
        EntityKind::Zone => zones::COLUMNS,
        EntityKind::Cluster => clusters::COLUMNS,
        EntityKind::System => systems::COLUMNS,
        EntityKind::Component => components::COLUMNS,
        EntityKind::LegalBasis => bases::COLUMNS,
        EntityKind::CloudException => exceptions::COLUMNS,
        EntityKind::Migration => migrations::COLUMNS,
    }
}

fn headers(kind: EntityKind) -> Vec<String> {
    let label = |name: &&str| kind.def().field(name).map_or(*name, |(_, field)| field.zh).to_owned();
    columns(kind).iter().map(label).collect()
}

fn rows(city: &Blueprint, kind: EntityKind) -> Box<dyn Iterator<Item = Vec<Cell>> + '_> {
    match kind {
        EntityKind::Department => {
            Box::new(city.departments.iter().enumerate().map(|(number, one)| city.department_row(number, one)))
        }
        EntityKind::DataCenter => {
            Box::new(city.rooms.iter().enumerate().map(|(number, one)| rooms::row_of(city, number, one)))
        }
        EntityKind::Zone => {
            Box::new(zones::ZONES.iter().enumerate().map(|(number, one)| zones::row(city, number, one)))
        }
        EntityKind::Cluster => Box::new((0..clusters::COUNT).map(|number| clusters::row(city, number))),
        EntityKind::System => Box::new((0..city.systems).map(|number| systems::row_of(city, number))),
        EntityKind::Component => Box::new(components::rows(city)),
        EntityKind::LegalBasis => Box::new(bases::BASES.iter().map(|one| bases::row(city, one))),
        EntityKind::CloudException => Box::new(exceptions::rows(city)),
        EntityKind::Migration => Box::new(migrations::rows(city)),
    }
}
