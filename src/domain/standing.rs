//! What the rule says of a system today, and the rules that raise flags.

use crate::field::code_enum;

code_enum! {
    /// What the rule says of a system today (design, section 3): derived, never typed in. Order = precedence.
    Standing {
        /// Vertical system of an upper level, or out of scope; set by an operator with a reason.
        NotApplicable = "not_applicable",
        /// Off, verified, data disposition recorded.
        Retired = "retired",
        /// Under construction, go-live ahead.
        NotLive = "not_live",
        /// No production placement known.
        Unassessed = "unassessed",
        /// Every production placement in a zone that counts as cloud.
        OnCloud = "on_cloud",
        /// Every off-cloud production placement covered by an exception in force.
        Excepted = "excepted",
        /// A migration past approval.
        Migrating = "migrating",
        /// Retirement approved, date ahead.
        Retiring = "retiring",
        /// A migration submitted, or a wave ahead.
        Planned = "planned",
        /// Must migrate or justify, by a deadline.
        Unjustified = "unjustified",
    }
}

impl Standing {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::NotApplicable => ("不适用", "Not applicable"),
            Self::Retired => ("已下线", "Retired"),
            Self::NotLive => ("建设中", "Not live"),
            Self::Unassessed => ("待核实", "Unassessed"),
            Self::OnCloud => ("已上云", "On cloud"),
            Self::Excepted => ("例外", "Excepted"),
            Self::Migrating => ("迁移中", "Migrating"),
            Self::Retiring => ("待下线", "Retiring"),
            Self::Planned => ("已列入计划", "Planned"),
            Self::Unjustified => ("应上云", "Unjustified"),
        }
    }
}

code_enum! {
    /// How grave a flag is. Order = gravest first.
    Severity {
        /// Stops work now.
        Critical = "critical",
        /// Must be decided within the limit.
        High = "high",
        /// Should be looked at.
        Medium = "medium",
        /// Correct or explain.
        Low = "low",
    }
}

impl Severity {
    /// The label, Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Critical => ("严重", "Critical"),
            Self::High => ("高", "High"),
            Self::Medium => ("中", "Medium"),
            Self::Low => ("低", "Low"),
        }
    }
}

code_enum! {
    /// The rules that raise flags (domain reference, section 4.5). CBD-25 has one word per check.
    FlagRule {
        /// Off cloud, no exception, no open migration.
        Cbd01 = "CBD-01",
        /// Went live off cloud after the policy date.
        Cbd02 = "CBD-02",
        /// Exception expired.
        Cbd05 = "CBD-05",
        /// Exception ends soon.
        Cbd06 = "CBD-06",
        /// Review of an exception overdue, or its legal basis about to end.
        Cbd07 = "CBD-07",
        /// Exception incomplete.
        Cbd08 = "CBD-08",
        /// Migration late.
        Cbd10 = "CBD-10",
        /// Approved and not carried out.
        Cbd11 = "CBD-11",
        /// Room closed, but servers or systems still linked.
        Cbd13 = "CBD-13",
        /// Room without recognition, or past its close date.
        Cbd14 = "CBD-14",
        /// Level above the zone's ceiling, or internet exposure in the wrong zone.
        Cbd19 = "CBD-19",
        /// Virtual hosts exceed servers.
        Cbd25Hosts = "CBD-25-hosts",
        /// PUE below 1.
        Cbd25Pue = "CBD-25-pue",
        /// IT power above total power.
        Cbd25Power = "CBD-25-power",
        /// Live before approval.
        Cbd25Approval = "CBD-25-approval",
        /// Declared hosting disagrees with components.
        Cbd25Hosting = "CBD-25-hosting",
    }
}
