//! Clusters without registered access: their plans become files that `kubectl apply -f` takes, the same bytes that would be pushed.

use std::path::Path;

use domain::Id;
use services::{
    Op, Services,
    provisioning::{self, Push},
};

/// Writes what is due for clusters that are not registered.
pub(crate) async fn write_due(services: &Services, op: &Op, folder: &Path, registered: &[Id]) {
    let due = match provisioning::due_for_files(services, op, registered).await {
        Ok(due) => due,
        Err(fault) => return tracing::warn!(%fault, "what is due cannot be read"),
    };
    for push in due {
        if let Err(error) = write(folder, &push) {
            tracing::warn!(%error, namespace = %push.spec.namespace, "the files of a plan could not be written; tried again");
            continue;
        }
        let kept = match provisioning::pushed(services, op, push.delivery).await {
            Ok(()) => provisioning::given(services, &push).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = kept {
            tracing::warn!(%fault, "what became of a plan could not be kept; tried again");
        }
    }
}

/// Every file is whole or not there: written beside, then renamed.
fn write(folder: &Path, push: &Push) -> std::io::Result<()> {
    let invalid = |_| std::io::Error::new(std::io::ErrorKind::InvalidData, "the plan cannot be rendered");
    for (name, text) in landing::files(&push.spec, false).map_err(invalid)? {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let beside = path.with_extension("tmp");
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, &path)?;
    }
    Ok(())
}
