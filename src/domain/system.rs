//! System 信息系统: a non-classified departmental information system; the unit of the rule.

use jiff::civil::Date;

use crate::{
    field::{Kind, Owner, code_enum, entity},
    id::Id,
    registry::EntityKind,
    standing::{Severity, Standing},
};

code_enum! {
    /// Where a system says that it runs, until components prove it.
    Hosting {
        /// In a zone of the shared government cloud.
        GovernmentCloud = "government_cloud",
        /// In the department's own room.
        OwnRoom = "own_room",
        /// In somebody else's room.
        Colocation = "colocation",
        /// In a public cloud.
        PublicCloud = "public_cloud",
        /// On desks.
        Endpoint = "endpoint",
    }
}

code_enum! {
    /// Where a system says that it is in its life. Blank counts as live.
    Lifecycle {
        /// Not begun.
        Planned = "planned",
        /// Being built.
        Building = "building",
        /// On trial.
        Trial = "trial",
        /// In use.
        Live = "live",
        /// Out of use for a while.
        Suspended = "suspended",
        /// Switched off.
        Retired = "retired",
    }
}

code_enum! {
    /// Which level of government owns a system; levels above the city are not the city's to move.
    OwnerLevel {
        /// The state.
        National = "national",
        /// The province.
        Province = "province",
        /// The city.
        City = "city",
        /// County or district.
        County = "county",
        /// Township or street.
        Township = "township",
    }
}

entity! {
    /// A non-classified departmental information system.
    System, table "system", plural "systems", "信息系统", "Systems", owner Owner::Department { field: "department" };
    Identity {
        code: Option<String>, Kind::Text { max: 40 }, [sort list search], "系统编码", "Code", ["系统代码", "系统编号", "record_id", "system id", "application id"];
        name: String, Kind::Text { max: 200 }, [sort list search], "系统名称", "Name", ["信息系统名称", "名称", "domain name", "dataset_name", "datasetname", "application name", "system name"];
        department: Id, Kind::Ref { to: EntityKind::Department }, [list filter], "使用单位", "Department", ["单位", "单位名称", "部门", "所属单位", "主管单位", "建设单位", "organization name", "agency_name", "agencyname", "agency", "business service", "owner department"];
        function: Option<String>, Kind::Long { max: 4000 }, [search expected], "业务功能", "Function", ["系统功能", "功能描述", "dataset_summary", "description", "summary"];
        layer: Option<String>, Kind::Code { list: "layer" }, [filter], "系统类别", "Layer", ["系统层次"];
        user_scope: Option<String>, Kind::Code { list: "user_scope" }, [filter], "使用范围", "User scope", ["覆盖范围"];
        contractor: Option<String>, Kind::Text { max: 200 }, [], "承建单位", "Contractor", ["承建商", "integrator"];
        maintainer: Option<String>, Kind::Text { max: 200 }, [], "运维单位", "Maintainer", ["运维商"];
        contact: Option<String>, Kind::Text { max: 100 }, [expected], "联系人", "Contact", ["系统负责人", "负责人", "data_owner", "dataowner", "owner"];
        contact_phone: Option<String>, Kind::Text { max: 40 }, [restricted], "联系电话", "Contact phone", ["联系人电话", "手机", "电话"];
        address: Option<String>, Kind::Text { max: 500 }, [], "访问地址", "Address", ["系统地址", "网址", "dataset_url", "url"];
        remark: Option<String>, Kind::Long { max: 4000 }, [], "备注", "Remark", ["说明", "comments"];
        confirmed_on: Option<Date>, Kind::Date, [list sort], "核实日期", "Confirmed on", ["最近核实日期", "date_last_modified"];
        source: Option<String>, Kind::Text { max: 60 }, [filter], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号", "objectid", "edi_id"];
    }
    Hosting {
        hosting: Option<Hosting>, Kind::Code { list: "hosting" }, [list filter expected], "部署位置", "Declared hosting", ["部署方式", "部署环境", "hosting"];
        data_center: Option<Id>, Kind::Ref { to: EntityKind::DataCenter }, [filter], "所在机房", "Declared data center", ["机房", "机房名称", "部署机房"];
        zone: Option<Id>, Kind::Ref { to: EntityKind::Zone }, [filter], "所在云区", "Declared zone", ["云区", "部署云区"];
        networks: Option<String>, Kind::Codes { list: "network" }, [], "接入网络", "Networks", ["已接入网络类型", "网络类型"];
        virtualised: Option<bool>, Kind::Bool, [], "虚拟化", "Virtualised", ["虚拟化部署", "是否虚拟化"];
        containerised: Option<bool>, Kind::Bool, [], "容器化", "Containerised", ["是否容器化"];
        live_on: Option<Date>, Kind::Date, [list sort expected], "上线日期", "Live on", ["建成时间", "上线时间", "投运时间"];
    }
    Class {
        secrecy: Option<String>, Kind::Code { list: "secrecy" }, [], "涉密分类", "Classification", ["是否涉密", "密级", "涉密情况", "涉密等级", "security classification"];
        data_class: Option<String>, Kind::Code { list: "data_class" }, [filter], "数据分级", "Data class", ["数据级别", "dataset_classification_name", "datasetclassificationname"];
        personal_info: Option<bool>, Kind::Bool, [], "含个人信息", "Personal information", ["是否含个人信息"];
        mlps_level: Option<String>, Kind::Code { list: "mlps" }, [list filter expected], "等保级别", "MLPS level", ["安全级别", "等级保护级别", "等保等级"];
        is_cii: Option<bool>, Kind::Bool, [filter], "关键信息基础设施", "Critical infrastructure", ["是否关基"];
        internet_facing: Option<bool>, Kind::Bool, [filter], "面向互联网", "Internet facing", ["互联网访问", "是否面向互联网", "opendata_portal"];
    }
    State {
        lifecycle: Option<Lifecycle>, Kind::Code { list: "lifecycle" }, [list filter], "生命周期", "Life cycle", ["系统状态", "运行状态"];
        owner_level: Option<OwnerLevel>, Kind::Code { list: "government_level" }, [filter], "建设层级", "Owner level", ["系统层级", "所属层级"];
        not_applicable: Option<bool>, Kind::Bool, [operator], "不适用", "Rule does not apply", ["是否不适用"];
        not_applicable_reason: Option<String>, Kind::Text { max: 300 }, [operator], "不适用原因", "Why it does not apply", ["不适用理由"];
        approved_on: Option<Date>, Kind::Date, [], "审批时间", "Approved on", ["批复时间", "立项时间"];
        retire_on: Option<Date>, Kind::Date, [], "计划下线日期", "Retire on", ["计划下线时间"];
        retire_approved_on: Option<Date>, Kind::Date, [operator], "下线批准日期", "Retirement approved on", ["下线批准时间"];
        retired_verified_on: Option<Date>, Kind::Date, [operator], "下线核验日期", "Retirement verified on", ["下线核验时间"];
        data_disposition: Option<String>, Kind::Code { list: "data_disposition" }, [], "数据处置", "Data disposition", ["数据去向"];
        deferral_requested: Option<bool>, Kind::Bool, [], "申请暂缓", "Deferral requested", ["是否申请暂缓整合"];
        deferral_reason: Option<String>, Kind::Text { max: 1000 }, [], "暂缓原因", "Deferral reason", ["暂缓整合原因"];
    }
    Money {
        build_cost: Option<i64>, Kind::Money, [sort], "建设金额", "Build cost", ["建设投资", "建设经费", "项目金额", "建设费用"];
        funding_source: Option<String>, Kind::Code { list: "funding_source" }, [filter], "资金来源", "Funding source", ["建设资金来源", "经费来源"];
        build_mode: Option<String>, Kind::Code { list: "build_mode" }, [filter], "建设方式", "Build mode", ["建设模式"];
        yearly_cost: Option<i64>, Kind::Money, [], "年运维金额", "Yearly running cost", ["年运维费", "运维经费", "年度运维费用"];
        maintained_by: Option<String>, Kind::Code { list: "maintenance_mode" }, [], "运维方式", "Maintenance", ["运维模式"];
        contract_ends_on: Option<Date>, Kind::Date, [], "运维合同到期", "Maintenance contract ends", ["运维合同到期时间", "合同到期日期"];
    }
    Use {
        registered_users: Option<i64>, Kind::Int { unit: "people" }, [], "注册用户数", "Registered users", ["用户规模", "用户数", "注册用户"];
        monthly_active: Option<i64>, Kind::Int { unit: "people" }, [], "月活用户数", "Monthly active users", ["月活", "月活跃用户"];
        last_used_on: Option<Date>, Kind::Date, [], "最近使用日期", "Last used on", ["最后使用时间", "最近使用时间"];
        usage_level: Option<String>, Kind::Code { list: "usage_level" }, [filter], "使用频度", "Usage", ["使用频率", "使用情况"];
    }
    Technical {
        complexity: Option<String>, Kind::Code { list: "complexity" }, [filter], "复杂度", "Complexity", ["系统复杂度"];
        os: Option<String>, Kind::Text { max: 200 }, [], "操作系统", "Operating system", ["服务器操作系统"];
        database: Option<String>, Kind::Text { max: 200 }, [], "数据库", "Database", ["数据库类型"];
        middleware: Option<String>, Kind::Text { max: 200 }, [], "中间件", "Middleware", ["中间件类型"];
        language: Option<String>, Kind::Text { max: 100 }, [], "开发语言", "Programming language", ["编程语言"];
        domestic_stack: Option<String>, Kind::Code { list: "domestic_stack" }, [filter], "信创适配", "Domestic stack", ["信创改造", "是否信创"];
        source_available: Option<String>, Kind::Code { list: "source_available" }, [], "源代码", "Source code", ["源码情况"];
        backup: Option<String>, Kind::Code { list: "backup" }, [], "数据备份", "Backup", ["备份方式"];
        recovery_time_hours: Option<i64>, Kind::Decimal { scale: 1, unit: "h" }, [], "恢复时间目标", "Recovery time", ["RTO", "恢复时间目标(小时)"];
        recovery_point_hours: Option<i64>, Kind::Decimal { scale: 1, unit: "h" }, [], "恢复点目标", "Recovery point", ["RPO", "恢复点目标(小时)"];
        data_gb: Option<i64>, Kind::Decimal { scale: 2, unit: "GB" }, [], "数据量", "Data volume", ["数据量(GB)", "数据量GB"];
    }
    Derived {
        standing: Option<Standing>, Kind::Code { list: "standing" }, [derived list filter], "上云状态", "Standing", [];
        standing_since: Option<Date>, Kind::Date, [derived], "状态起始", "Standing since", [];
        deadline_on: Option<Date>, Kind::Date, [derived list sort], "处置期限", "Deadline", [];
        worst_severity: Option<Severity>, Kind::Code { list: "severity" }, [derived filter], "最高预警", "Worst flag", [];
        flag_count: Option<i64>, Kind::Int { unit: "flags" }, [derived list sort], "预警数", "Flags", [];
    }
}
