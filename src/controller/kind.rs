//! The kinds of objects that the controller watches: the Workspace, what its namespace consists of, and where the API server keeps them.

use kube::{
    Api, Client, CustomResourceExt as _,
    api::{ApiResource, DynamicObject, GroupVersionKind},
};
use landing::Workspace;

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Workspace,
    Namespace,
    ResourceQuota,
    LimitRange,
    NetworkPolicy,
    ServiceAccount,
    RoleBinding,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Workspace,
        Self::Namespace,
        Self::ResourceQuota,
        Self::LimitRange,
        Self::NetworkPolicy,
        Self::ServiceAccount,
        Self::RoleBinding,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Workspace => "Workspace",
            Self::Namespace => "Namespace",
            Self::ResourceQuota => "ResourceQuota",
            Self::LimitRange => "LimitRange",
            Self::NetworkPolicy => "NetworkPolicy",
            Self::ServiceAccount => "ServiceAccount",
            Self::RoleBinding => "RoleBinding",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// True where only what carries our label is watched. Foreign network policies and role bindings add rights and are therefore
    /// watched too; a service account named `default` is what tells that a namespace is usable.
    pub(crate) fn is_watched_by_label(self) -> bool {
        matches!(self, Self::Namespace | Self::ResourceQuota | Self::LimitRange)
    }

    pub(crate) fn resource(self) -> ApiResource {
        let (group, plural) = match self {
            Self::Workspace => return Workspace::api_resource(),
            Self::Namespace => ("", "namespaces"),
            Self::ResourceQuota => ("", "resourcequotas"),
            Self::LimitRange => ("", "limitranges"),
            Self::NetworkPolicy => ("networking.k8s.io", "networkpolicies"),
            Self::ServiceAccount => ("", "serviceaccounts"),
            Self::RoleBinding => ("rbac.authorization.k8s.io", "rolebindings"),
        };
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1", self.name()), plural)
    }

    /// Where the objects of a workspace's namespace are; namespaces themselves, and Workspaces, belong to the cluster.
    pub(crate) fn api(self, client: &Client, namespace: &str) -> Api<DynamicObject> {
        match self {
            Self::Workspace | Self::Namespace => self.everywhere(client),
            _ => Api::namespaced_with(client.clone(), namespace, &self.resource()),
        }
    }

    pub(crate) fn everywhere(self, client: &Client) -> Api<DynamicObject> {
        Api::all_with(client.clone(), &self.resource())
    }
}
