//! Names that the cluster, the guards and the program agree on.

/// What our own labels and annotations begin with.
pub(crate) const PREFIX: &str = "shangyun.dev/";
/// Label of everything in a workspace, and of its namespace: the name of the Workspace.
pub const WORKSPACE_LABEL: &str = "shangyun.dev/workspace";
/// Keeps a Workspace until its namespace was looked after. Whoever pushes a plan sets it too, which spares the controller a write.
pub const FINALIZER: &str = "shangyun.dev/workspace";
/// The label by which the guards know our objects.
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// Its value.
pub const MANAGED_BY: &str = "shangyun";
/// The name under which we write fields.
pub const FIELD_OWNER: &str = "shangyun";
/// Annotation of an object that was put right: what somebody had done to it, as JSON.
pub const DRIFT_ANNOTATION: &str = "shangyun.dev/drift";
/// The namespace that our own programs run in.
pub const SYSTEM_NAMESPACE: &str = "shangyun-system";
/// The controller's service account, as the API server names it.
pub const CONTROLLER_USER: &str = "system:serviceaccount:shangyun-system:shangyun-controller";
/// The hub's service account, as the API server names it.
pub const HUB_USER: &str = "system:serviceaccount:shangyun-system:shangyun-hub";
/// The group that the guards let through; what it does is undone and recorded.
pub const BREAK_GLASS_GROUP: &str = "shangyun:break-glass";

/// Longest name of a namespace: DNS labels end at 63, and some of our objects' users append to it.
pub(crate) const NAMESPACE_MAX: usize = 50;

/// True for a name that a workspace may have: a DNS label that begins with a letter, short, and none that a cluster keeps for itself.
pub fn is_allowed_namespace(name: &str) -> bool {
    let shaped = name.len() >= 3
        && name.len() <= NAMESPACE_MAX
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-');
    let kept = name == "default" || ["kube-", "shangyun-", "openshift-"].iter().any(|prefix| name.starts_with(prefix));
    shaped && !kept
}

#[cfg(test)]
mod tests {
    use super::is_allowed_namespace;

    #[test]
    fn a_clusters_own_namespaces_are_never_a_workspace() {
        for name in [
            "kube-system",
            "default",
            "kube-public",
            "shangyun-system",
            "openshift-x",
            "",
            "ab",
            "A-prod",
            "1st",
            "end-",
            "has_line",
        ] {
            assert!(!is_allowed_namespace(name), "{name}");
        }
        assert!(is_allowed_namespace("permit-prod") && is_allowed_namespace("kubernetes-lab"));
        assert!(!is_allowed_namespace(&"a".repeat(51)));
    }
}
