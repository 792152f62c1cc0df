//! Migration 上云申请: here as the recorded state of a move; its whole life follows.

use jiff::civil::Date;

use crate::{
    field::{Kind, Owner, code_enum, entity},
    id::Id,
    registry::EntityKind,
};

code_enum! {
    /// Where a migration is (design, section 4, first form).
    MigrationState {
        /// Being written: nothing yet.
        Draft = "draft",
        /// Handed in.
        Submitted = "submitted",
        /// Sent back.
        Returned = "returned",
        /// Taken back.
        Withdrawn = "withdrawn",
        /// Refused.
        Rejected = "rejected",
        /// Approved.
        Approved = "approved",
        /// Resources are being made.
        Provisioning = "provisioning",
        /// Resources are there.
        Provisioned = "provisioned",
        /// Making resources failed.
        ProvisioningFailed = "provisioning_failed",
        /// Users work on the new place.
        CutOver = "cut_over",
        /// The old machine is off.
        SourceOff = "source_off",
        /// Done.
        Closed = "closed",
        /// Given up.
        Cancelled = "cancelled",
    }
}

entity! {
    /// A request to move a system to the cloud, from draft to the source switched off.
    Migration, table "migration", plural "migrations", "上云申请", "Migrations", owner Owner::System { field: "system" };
    Identity {
        code: Option<String>, Kind::Text { max: 40 }, [sort list search], "申请编号", "Number", ["编号"];
        name: String, Kind::Text { max: 200 }, [sort list search], "申请名称", "Name", ["标题"];
        system: Id, Kind::Ref { to: EntityKind::System }, [list filter], "信息系统", "System", ["系统编码", "系统名称"];
        zone: Option<Id>, Kind::Ref { to: EntityKind::Zone }, [list filter], "目标云区", "Target zone", ["云区"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    State {
        state: MigrationState, Kind::Code { list: "migration_state" }, [list filter], "状态", "State", ["申请状态"];
        suspended: Option<bool>, Kind::Bool, [filter], "中止", "Suspended", ["是否中止"];
    }
    Time {
        submitted_on: Option<Date>, Kind::Date, [list], "提交日期", "Submitted on", ["提交时间"];
        approved_on: Option<Date>, Kind::Date, [], "批准日期", "Approved on", ["批准时间"];
        planned_cutover_on: Option<Date>, Kind::Date, [list sort], "计划割接日期", "Planned cut-over", ["计划割接时间"];
        cutover_on: Option<Date>, Kind::Date, [], "割接日期", "Cut over on", ["割接时间"];
        wave: Option<String>, Kind::Text { max: 60 }, [], "批次", "Wave", ["所属批次"];
        wave_on: Option<Date>, Kind::Date, [], "批次日期", "Wave date", ["批次时间"];
    }
}
