//! Numbers with separators, and the units beside them.

use domain::{Kind, Language};
use rules::Pack;

use crate::words::L;

/// A number as `show` writes it, with a comma at each thousand of its whole part.
pub(crate) fn grouped(number: &str) -> String {
    let (whole, fraction) = number.split_once('.').map_or((number, None), |(whole, rest)| (whole, Some(rest)));
    let Ok(count) = whole.parse::<u64>() else { return number.to_owned() };
    let whole = crate::words::number(count);
    fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}"))
}

/// Thousandths of a core, as cores, to the last place.
pub(crate) fn cores(milli: i64) -> String {
    format!("{}", (milli as f64) / 1_000.0)
}

/// MiB, as GiB.
pub(crate) fn gib(mib: i64) -> String {
    if mib % 1_024 == 0 { (mib / 1_024).to_string() } else { format!("{:.1}", (mib as f64) / 1_024.0) }
}

/// MiB, as GiB to the last place: what a form sends back is what it was given.
pub(crate) fn exact_gib(mib: i64) -> String {
    format!("{}", (mib as f64) / 1_024.0)
}

/// The unit of a kind in the reader's language; empty when it has none.
pub(crate) fn unit(l: L, kind: Kind, pack: &Pack, language: Language) -> String {
    match kind {
        Kind::Money => pack.currency.unit.text(language).to_owned(),
        Kind::Int { unit } | Kind::Decimal { unit, .. } => named(l, unit),
        _ => String::new(),
    }
}

/// The unit in the header of a column: none where the name of the column says what is counted.
pub(crate) fn of_column(l: L, kind: Kind, pack: &Pack, language: Language) -> String {
    let counts = "people racks servers machines hosts systems flags";
    match kind {
        Kind::Int { unit } if counts.split(' ').any(|counted| counted == unit) => String::new(),
        _ => unit(l, kind, pack, language),
    }
}

/// Words among the units are translated; signs such as kW stay.
fn named(l: L, unit: &str) -> String {
    match unit {
        "people" => l.t("unit-people"),
        "racks" => l.t("unit-racks"),
        "servers" => l.t("unit-servers"),
        "machines" => l.t("unit-machines"),
        "hosts" => l.t("unit-hosts"),
        "systems" => l.t("unit-systems"),
        "cores" => l.t("unit-cores"),
        "flags" => String::new(),
        "h" => l.t("unit-hours"),
        sign => sign.to_owned(),
    }
}
