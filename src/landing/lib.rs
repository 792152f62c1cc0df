//! The landing zone: what a namespace on the government cloud consists of. Pure: a [`WorkspaceSpec`] goes in, Kubernetes objects
//! come out, the same bytes each time, and a hash that an approval is bound to.
//!
//! The hub (push or files) and the controller in the member cluster call the same functions; neither knows anything about
//! namespaces that is not written here (design, section 5).

mod check;
mod client;
mod difference;
mod manifests;
mod names;
mod network;
mod peers;
mod plan_difference;
mod quantity;
mod range;
mod render;
mod workspace;
mod yaml;

pub use check::check;
pub use client::last_client;
pub use difference::{Difference, difference, merged, same_amount};
pub use manifests::{ManifestSettings, ZoneCeiling, manifests};
pub use names::{
    BREAK_GLASS_GROUP, CONTROLLER_USER, DRIFT_ANNOTATION, FIELD_OWNER, FINALIZER, HUB_USER, MANAGED_BY,
    MANAGED_BY_LABEL, SYSTEM_NAMESPACE, WORKSPACE_LABEL, is_allowed_namespace,
};
pub use peers::{PEERS_MAX, peer_problems, peers_from_text, peers_to_text, ports_text};
pub use plan_difference::{PlanChange, plan_difference, plan_summary};
pub use quantity::{Quantity, QuantityError};
pub use render::{document, files, list_hash, objects_to_hold, plan_hash, render};
pub use workspace::{
    Access, AccessRole, ContainerDefaults, DeletionPolicy, DriftNote, Environment, Exit, ExtraMetadata, Frozen,
    GuardLists, NetworkPeer, PeerDirection, QuantityText, Subject, SubjectKind, Usage, Workspace, WorkspaceSpec,
    WorkspaceStatus, left_inside,
};
pub use yaml::{from_yaml, to_yaml};
