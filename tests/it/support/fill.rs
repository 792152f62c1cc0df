//! Records made in one sentence, through the same use cases as everybody's.

use domain::{EntityKind, Fault, Id, Record};
use services::{Op, records};

use super::{World, operator};

fn input(values: &[(&str, &str)]) -> records::Input {
    values.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

impl World {
    /// Creates a record as `op`.
    pub async fn create_as(&self, op: &Op, kind: EntityKind, values: &[(&str, &str)]) -> Result<Record, Fault> {
        records::create(&self.services, op, kind, &input(values)).await.map(|changed| changed.record)
    }

    /// Creates a record as an operator.
    pub async fn create(&self, kind: EntityKind, values: &[(&str, &str)]) -> Record {
        self.create_as(&operator(), kind, values).await.unwrap_or_else(|fault| panic!("{values:?}: {fault:?}"))
    }

    /// Changes a record as `op`, at the version that is stored.
    pub async fn update_as(&self, op: &Op, kind: EntityKind, id: Id, values: &[(&str, &str)]) -> Result<Record, Fault> {
        let version = self.reread(kind, id).await.version;
        records::update(&self.services, op, kind, id, version, &input(values)).await.map(|changed| changed.record)
    }

    /// Changes a record as an operator.
    pub async fn update(&self, kind: EntityKind, id: Id, values: &[(&str, &str)]) -> Record {
        self.update_as(&operator(), kind, id, values).await.unwrap_or_else(|fault| panic!("{values:?}: {fault:?}"))
    }

    /// Removes a record as an operator, at the version that is stored.
    pub async fn remove(&self, kind: EntityKind, id: Id) -> Result<(), Fault> {
        let version = self.reread(kind, id).await.version;
        records::remove(&self.services, &operator(), kind, id, version).await
    }

    /// A department of this name, below another if one is named.
    pub async fn department(&self, name: &str, parent: Option<&Record>) -> Record {
        let parent = parent.map(|parent| parent.id.to_string()).unwrap_or_default();
        self.create(EntityKind::Department, &[("name", name), ("parent", &parent)]).await
    }
}
