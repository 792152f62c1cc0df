//! `shangyun generate-city`: a city's census as CSV files, for trying, testing and measuring.

use std::io::Write as _;

use domain::Clock as _;
use services::city::{CityOptions, write_city};

use crate::{arguments::CityArguments, failure::BadInput, output};

/// Writes the files.
pub(crate) fn generate(arguments: &CityArguments) -> anyhow::Result<()> {
    let folder = &arguments.to;
    std::fs::create_dir_all(folder)
        .map_err(|error| BadInput(format!("{} cannot be made: {error}", folder.display())))?;
    let today = domain::day_of(domain::SystemClock.now(), &jiff::tz::TimeZone::get("Asia/Shanghai")?);
    let options = CityOptions { systems: arguments.systems, seed: arguments.seed, today };
    write_city::<anyhow::Error>(&options, &mut |kind, name, headers, rows| {
        let file = folder.join(name);
        let mut counted = 0_u64;
        let bytes = exchange::write_csv(headers, &mut rows.inspect(|_| counted += 1))?;
        std::fs::File::create(&file)
            .and_then(|mut out| out.write_all(&bytes))
            .map_err(|error| BadInput(format!("{} cannot be written: {error}", file.display())))?;
        output::line(&format!("{}: {counted} {}", file.display(), kind.def().plural))
    })
}
