//! Which header means which field: proposed by the field table's synonyms in both languages, corrected by the person,
//! remembered per source.

use domain::{EntityDef, EntityKind, Field, Kind, fold};

/// What a column may be mapped to.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A field of the entity.
    Field(&'static Field),
    /// Name of the unit below the department that `field` names.
    Unit(&'static Field),
    /// Short name of the department that `field` names.
    ShortName(&'static Field),
}

/// Headers that name a unit below a department.
const UNIT_HEADERS: &[&str] =
    &["suborganization name", "suborganization", "sub-organization", "下级单位", "处室", "内设机构", "科室"];

impl Target {
    /// The word in documents, forms and the API.
    pub fn word(self) -> String {
        match self {
            Self::Field(field) => field.name.to_owned(),
            Self::Unit(field) => format!("{}.unit", field.name),
            Self::ShortName(field) => format!("{}.short_name", field.name),
        }
    }

    /// Reads the word.
    pub fn from_word(def: &EntityDef, word: &str) -> Option<Self> {
        let (name, part) = word.split_once('.').unwrap_or((word, ""));
        let (_, field) = def.field(name).filter(|(_, field)| !field.flags.derived)?;
        match part {
            "" => Some(Self::Field(field)),
            "unit" if is_department(field) => Some(Self::Unit(field)),
            "short_name" if is_department(field) => Some(Self::ShortName(field)),
            _ => None,
        }
    }

    /// Labels, Chinese and English.
    pub fn label(self) -> (String, String) {
        match self {
            Self::Field(field) => (field.zh.to_owned(), field.en.to_owned()),
            Self::Unit(field) => (format!("{}(下级单位)", field.zh), format!("{} (unit below it)", field.en)),
            Self::ShortName(field) => (format!("{}(简称)", field.zh), format!("{} (short name)", field.en)),
        }
    }
}

fn is_department(field: &Field) -> bool {
    field.kind == Kind::Ref { to: EntityKind::Department }
}

/// Everything that a column of this entity may be mapped to, in field order.
pub fn targets(def: &'static EntityDef) -> Vec<Target> {
    let mut found = Vec::new();
    for field in def.fields.iter().filter(|field| !field.flags.derived) {
        found.push(Target::Field(field));
        if is_department(field) && def.kind != EntityKind::Department {
            found.extend([Target::Unit(field), Target::ShortName(field)]);
        }
    }
    found
}

/// A header without its unit in brackets: `建设金额（万元）` → `建设金额`.
pub(super) fn without_unit(folded: &str) -> &str {
    folded.split(['(', '[', '(']).next().unwrap_or(folded).trim()
}

fn names_target(target: Target, header: &str) -> bool {
    let equal = |name: &str| fold(name) == header;
    match target {
        Target::Field(field) => {
            [field.name, field.zh, field.en].into_iter().chain(field.also.iter().copied()).any(equal)
        }
        Target::Unit(_) => UNIT_HEADERS.iter().copied().any(equal),
        Target::ShortName(_) => EntityKind::Department
            .def()
            .field("short_name")
            .is_some_and(|(_, field)| field.also.iter().copied().any(equal)),
    }
}

/// Proposes a target for each header. A target is used once: an exact header wins over one that fits without its unit,
/// the first column over later ones.
pub fn propose(def: &'static EntityDef, headers: &[String]) -> Vec<Option<String>> {
    let targets = targets(def);
    let mut mapping: Vec<Option<String>> = vec![None; headers.len()];
    let mut used: Vec<String> = Vec::new();
    for exact in [true, false] {
        for (slot, header) in mapping.iter_mut().zip(headers) {
            if slot.is_some() {
                continue;
            }
            let folded = fold(header);
            let wanted = if exact { folded.as_str() } else { without_unit(&folded) };
            let found = targets.iter().find(|target| !used.contains(&target.word()) && names_target(**target, wanted));
            if let Some(target) = found {
                used.push(target.word());
                *slot = Some(target.word());
            }
        }
    }
    mapping
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(kind: EntityKind, headers: &[&str]) -> Vec<Option<String>> {
        propose(kind.def(), &headers.iter().map(|header| (*header).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_strangers_headers_find_their_fields() {
        let mapping =
            proposed(EntityKind::System, &["Domain name", "Organization name", "Suborganization name", "City"]);
        assert_eq!(mapping, [Some("name".into()), Some("department".into()), Some("department.unit".into()), None]);
    }

    #[test]
    fn the_same_data_a_year_later_maps_to_the_same_fields() {
        let first = proposed(EntityKind::System, &["OBJECTID", "AGENCY_ACRONYM", "AGENCY_NAME", "DATASET_NAME"]);
        let second = proposed(EntityKind::System, &["EDI_ID", "ACRONYM", "AGENCYNAME", "DATASETNAME"]);
        assert_eq!(first, second);
    }

    #[test]
    fn a_header_with_another_unit_still_finds_its_field() {
        assert_eq!(
            proposed(EntityKind::DataCenter, &["机房面积（平方米）", "总用电（千瓦）"]),
            [Some("area_m2".into()), Some("average_total_kw".into())]
        );
    }
}
