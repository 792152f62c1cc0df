//! Delivery 交付: what an environment of a request gets: a namespace, which we provision, or a virtual machine or a service, which the
//! provider confirms with evidence.

use crate::field::code_enum;

code_enum! {
    /// What is delivered.
    DeliveryKind {
        /// A namespace on a cluster.
        Namespace = "namespace",
        /// Virtual machines of the provider.
        Vm = "vm",
        /// A service of the provider.
        Service = "service",
    }
}

code_enum! {
    /// Where a delivery is.
    DeliveryState {
        /// Asked for.
        Planned = "planned",
        /// Approved: its amounts are kept free for it.
        Reserved = "reserved",
        /// Sent to its cluster.
        Pushed = "pushed",
        /// Usable.
        Ready = "ready",
        /// Could not be made; says why.
        Failed = "failed",
        /// Confirmed by the provider.
        Confirmed = "confirmed",
        /// Given back.
        Released = "released",
        /// Its workspace goes on under a later delivery, which changed it.
        Replaced = "replaced",
        /// Stands, and is being taken away after an approved exit.
        Reclaiming = "reclaiming",
        /// Taken away after an approved exit.
        Reclaimed = "reclaimed",
    }
}

code_enum! {
    /// An environment of a system.
    EnvironmentKind {
        /// Development.
        Dev = "dev",
        /// Testing.
        Test = "test",
        /// The last step before production.
        Staging = "staging",
        /// Production.
        Prod = "prod",
    }
}

code_enum! {
    /// A size in plain words.
    Size {
        /// A small web application.
        Small = "small",
        /// A departmental system with a database.
        Medium = "medium",
        /// A city-wide system.
        Large = "large",
        /// As stated.
        Custom = "custom",
    }
}

/// How much of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Amounts {
    /// Thousandths of a core.
    pub cpu_milli: i64,
    /// Memory, MiB.
    pub memory_mib: i64,
    /// Storage, GiB.
    pub storage_gib: i64,
    /// Pods.
    pub pods: i64,
}

impl Amounts {
    /// The sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu_milli: self.cpu_milli.saturating_add(other.cpu_milli),
            memory_mib: self.memory_mib.saturating_add(other.memory_mib),
            storage_gib: self.storage_gib.saturating_add(other.storage_gib),
            pods: self.pods.saturating_add(other.pods),
        }
    }

    /// What is left; below zero when too much was given.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            cpu_milli: self.cpu_milli.saturating_sub(other.cpu_milli),
            memory_mib: self.memory_mib.saturating_sub(other.memory_mib),
            storage_gib: self.storage_gib.saturating_sub(other.storage_gib),
            pods: self.pods.saturating_sub(other.pods),
        }
    }

    /// What this is more than `other`: nothing where it is less.
    #[must_use]
    pub fn beyond(self, other: Self) -> Self {
        let more = self.minus(other);
        Self {
            cpu_milli: more.cpu_milli.max(0),
            memory_mib: more.memory_mib.max(0),
            storage_gib: more.storage_gib.max(0),
            pods: more.pods.max(0),
        }
    }

    /// Names of what `other` needs more of than there is here.
    pub fn short_of(self, other: Self) -> Vec<&'static str> {
        let left = self.minus(other);
        [("cpu", left.cpu_milli), ("memory", left.memory_mib), ("storage", left.storage_gib), ("pods", left.pods)]
            .into_iter()
            .filter(|(_, left)| *left < 0)
            .map(|(name, _)| name)
            .collect()
    }
}

impl Size {
    /// What the word stands for; none for [`Size::Custom`].
    pub fn amounts(self) -> Option<Amounts> {
        let amounts = |cores: i64, memory_gib: i64, storage_gib, pods| Amounts {
            cpu_milli: cores * 1_000,
            memory_mib: memory_gib * 1_024,
            storage_gib,
            pods,
        };
        match self {
            Self::Small => Some(amounts(2, 4, 50, 20)),
            Self::Medium => Some(amounts(4, 16, 200, 40)),
            Self::Large => Some(amounts(16, 64, 1_000, 120)),
            Self::Custom => None,
        }
    }

    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Small => ("小型", "Small"),
            Self::Medium => ("中型", "Medium"),
            Self::Large => ("大型", "Large"),
            Self::Custom => ("自定义", "As stated"),
        }
    }
}

impl DeliveryKind {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Namespace => ("云上空间", "Workspace"),
            Self::Vm => ("云主机", "Virtual machines"),
            Self::Service => ("云服务", "Service"),
        }
    }
}

impl DeliveryState {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Planned => ("待审批", "Planned"),
            Self::Reserved => ("已预留", "Reserved"),
            Self::Pushed => ("开通中", "Being made"),
            Self::Ready => ("可用", "Ready"),
            Self::Failed => ("失败", "Failed"),
            Self::Confirmed => ("已确认", "Confirmed"),
            Self::Released => ("已释放", "Released"),
            Self::Replaced => ("已变更", "Changed since"),
            Self::Reclaiming => ("回收中", "Being taken away"),
            Self::Reclaimed => ("已回收", "Reclaimed"),
        }
    }

    /// Where it can go from here (design, section 4); the store refuses everything else.
    pub fn leads_to(self) -> &'static [Self] {
        match self {
            Self::Planned => &[Self::Reserved, Self::Released],
            // A plan that changed, or an approval that lapsed, gives back what was kept.
            Self::Reserved => &[Self::Planned, Self::Pushed, Self::Confirmed, Self::Failed, Self::Released],
            Self::Pushed => &[Self::Ready, Self::Failed, Self::Replaced],
            Self::Failed => &[Self::Reserved, Self::Ready, Self::Replaced, Self::Released],
            Self::Ready => &[Self::Replaced, Self::Reclaiming, Self::Reclaimed],
            Self::Confirmed => &[Self::Released],
            // The exit was given up, or its namespace was left standing.
            Self::Reclaiming => &[Self::Ready, Self::Reclaimed],
            Self::Released | Self::Replaced | Self::Reclaimed => &[],
        }
    }

    /// True when its cluster was told of it, whatever became of that.
    pub fn was_told(self) -> bool {
        matches!(self, Self::Pushed | Self::Ready | Self::Failed)
    }

    /// True when nothing more is to be done for it.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Ready | Self::Confirmed)
    }
}

impl EnvironmentKind {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Dev => ("开发", "Development"),
            Self::Test => ("测试", "Test"),
            Self::Staging => ("预发布", "Staging"),
            Self::Prod => ("生产", "Production"),
        }
    }
}
