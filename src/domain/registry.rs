//! The list of entities: adding one means a declaration file and a line here.

use crate::{
    Language,
    cloud_exception::CloudException,
    cluster::Cluster,
    component::Component,
    data_center::DataCenter,
    department::Department,
    field::{Entity, EntityDef},
    legal_basis::LegalBasis,
    migration::Migration,
    system::System,
    zone::Zone,
};

/// The entities of the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntityKind {
    /// An organisation that owns systems.
    Department,
    /// A room with at least one server.
    DataCenter,
    /// A cloud zone.
    Zone,
    /// A Kubernetes cluster of a zone.
    Cluster,
    /// An information system.
    System,
    /// A server, container, database … that a system runs on.
    Component,
    /// A document that a permission may rest on.
    LegalBasis,
    /// A dated permission to stay outside.
    CloudException,
    /// A request to move, and its life.
    Migration,
}

/// Every entity, in the order in which files should be imported (references point backwards).
pub const ENTITIES: [EntityKind; 9] = [
    EntityKind::Department,
    EntityKind::DataCenter,
    EntityKind::Zone,
    EntityKind::Cluster,
    EntityKind::System,
    EntityKind::Component,
    EntityKind::LegalBasis,
    EntityKind::CloudException,
    EntityKind::Migration,
];

impl EntityKind {
    /// The declaration.
    pub fn def(self) -> &'static EntityDef {
        match self {
            Self::Department => Department::DEF,
            Self::DataCenter => DataCenter::DEF,
            Self::Zone => Zone::DEF,
            Self::Cluster => Cluster::DEF,
            Self::System => System::DEF,
            Self::Component => Component::DEF,
            Self::LegalBasis => LegalBasis::DEF,
            Self::CloudException => CloudException::DEF,
            Self::Migration => Migration::DEF,
        }
    }

    /// Reads the plural kebab-case word of URLs and commands.
    pub fn from_plural(plural: &str) -> Option<Self> {
        ENTITIES.into_iter().find(|kind| kind.def().plural == plural)
    }

    /// Reads the table name (singular snake-case word).
    pub fn from_table(table: &str) -> Option<Self> {
        ENTITIES.into_iter().find(|kind| kind.def().table == table)
    }

    /// The label in one language.
    pub fn label(self, language: Language) -> &'static str {
        self.def().label(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Kind, Owner};

    #[test]
    fn every_entity_has_the_fields_that_generic_code_relies_on() {
        for kind in ENTITIES {
            let def = kind.def();
            for name in ["code", "name", "source", "source_key"] {
                assert!(def.field(name).is_some(), "{} lacks {name}", def.table);
            }
            for field in def.fields {
                let taken = [
                    "id",
                    "version",
                    "path",
                    "created_at",
                    "updated_at",
                    "name_key",
                    "removed_at",
                    "stale",
                    "valid_until",
                ];
                assert!(!taken.contains(&field.name), "{}.{} is a column that every record has", def.table, field.name);
            }
            match def.owner {
                Owner::Department { field } | Owner::System { field } => {
                    let (_, field) = def.field(field).expect("owner field exists");
                    assert!(matches!(field.kind, Kind::Ref { .. }) && field.required);
                }
                Owner::Itself | Owner::City => {}
            }
        }
    }

    #[test]
    fn no_entity_uses_one_header_for_two_fields() {
        for kind in ENTITIES {
            let mut seen = std::collections::HashMap::new();
            for field in kind.def().fields {
                for header in [field.name, field.zh, field.en].iter().chain(field.also) {
                    let other = seen.insert(crate::fold(header), field.name);
                    assert!(
                        other.is_none_or(|other| other == field.name),
                        "{}: {header} names {other:?} and {}",
                        kind.def().table,
                        field.name
                    );
                }
            }
        }
    }
}
