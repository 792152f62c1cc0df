//! Component 组件/服务器: what a system runs on, and where; it carries its placement.

use jiff::civil::Date;

use crate::{
    field::{Kind, Owner, code_enum, entity},
    id::Id,
    registry::EntityKind,
};

code_enum! {
    /// What a component is for. A missing role counts as production.
    ComponentRole {
        /// Serves users.
        Production = "production",
        /// Takes over locally.
        Standby = "standby",
        /// Takes over elsewhere.
        DisasterRecovery = "disaster_recovery",
        /// For tests.
        Test = "test",
        /// For development.
        Development = "development",
    }
}

entity! {
    /// A physical server, virtual machine, container, database or middleware of a system.
    Component, table "component", plural "components", "服务器", "Components", owner Owner::System { field: "system" };
    Identity {
        code: Option<String>, Kind::Text { max: 60 }, [sort list search], "资产编号", "Asset code", ["组件编码", "服务器编号", "asset no", "asset number"];
        name: String, Kind::Text { max: 200 }, [sort list search], "主机名", "Host name", ["主机名称", "服务器名称", "组件名称", "hostname", "vm", "name"];
        system: Id, Kind::Ref { to: EntityKind::System }, [list filter], "所属系统", "System", ["系统编码", "系统名称", "信息系统", "承载系统", "application"];
        kind: Option<String>, Kind::Code { list: "component_kind" }, [list filter], "类型", "Kind", ["组件类型", "服务器类型"];
        ip: Option<String>, Kind::Text { max: 100 }, [restricted], "IP地址", "IP address", ["IP", "primary ip address"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号", "vm uuid"];
    }
    Hosting {
        data_center: Option<Id>, Kind::Ref { to: EntityKind::DataCenter }, [list filter], "所在机房", "Data center", ["部署机房", "机房", "机房名称", "机房编码"];
        zone: Option<Id>, Kind::Ref { to: EntityKind::Zone }, [list filter], "所在云区", "Zone", ["云区", "部署云区", "云区名称"];
        role: Option<ComponentRole>, Kind::Code { list: "component_role" }, [list filter], "角色", "Role", ["用途", "环境"];
        from_on: Option<Date>, Kind::Date, [list], "启用日期", "From", ["启用时间", "上架日期", "creation date"];
        to_on: Option<Date>, Kind::Date, [], "停用日期", "To", ["停用时间", "下架日期"];
        in_service: Option<bool>, Kind::Bool, [list filter], "在用", "In service", ["是否在用", "powerstate"];
    }
    Technical {
        cpu_count: Option<i64>, Kind::Int { unit: "cores" }, [list], "CPU核数", "CPU cores", ["核数", "vcpu", "cpus"];
        memory_gb: Option<i64>, Kind::Decimal { scale: 2, unit: "GB" }, [list], "内存", "Memory", ["内存(GB)", "内存GB"];
        disk_gb: Option<i64>, Kind::Decimal { scale: 2, unit: "GB" }, [], "磁盘", "Disk", ["磁盘(GB)", "硬盘(GB)"];
        os: Option<String>, Kind::Text { max: 200 }, [], "操作系统", "Operating system", ["os according to the configuration file", "os"];
        software_version: Option<String>, Kind::Text { max: 100 }, [], "软件版本号", "Software version", ["软件版本", "版本"];
        eol_on: Option<Date>, Kind::Date, [], "停止支持日期", "End of life", ["停止支持时间"];
        model: Option<String>, Kind::Text { max: 200 }, [], "型号", "Model", ["设备型号"];
        serial: Option<String>, Kind::Text { max: 100 }, [restricted], "序列号", "Serial number", ["设备序列号"];
        warranty_end_on: Option<Date>, Kind::Date, [], "维保到期", "Warranty until", ["维保到期日期"];
    }
}
