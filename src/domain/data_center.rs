//! DataCenter 数据中心/机房: any room with at least one server; recognition and closure.

use jiff::civil::Date;

use crate::{
    field::{Kind, Owner, code_enum, entity},
    id::Id,
    registry::EntityKind,
};

code_enum! {
    /// Official recognition of a room (认定).
    Recognition {
        /// Not applied for.
        None = "none",
        /// Applied for.
        Applied = "applied",
        /// Recognised, may stay until a date.
        Recognised = "recognised",
        /// Must close by a date.
        CloseBy = "close_by",
        /// Refused.
        Refused = "refused",
    }
}

entity! {
    /// A machine room or data center.
    DataCenter, table "data_center", plural "data-centers", "机房", "Data centers", owner Owner::Department { field: "department" };
    Identity {
        code: Option<String>, Kind::Text { max: 40 }, [sort list search], "机房编码", "Code", ["机房编号", "数据中心编码", "data center id"];
        name: String, Kind::Text { max: 200 }, [sort list search], "机房名称", "Name", ["数据中心名称", "data center name"];
        department: Id, Kind::Ref { to: EntityKind::Department }, [list filter], "所属单位", "Department", ["单位", "使用单位", "部门", "agency abbreviation", "component"];
        kind: Option<String>, Kind::Code { list: "room_kind" }, [list filter], "机房类型", "Kind", ["类型"];
        ownership: Option<String>, Kind::Code { list: "room_ownership" }, [filter], "产权", "Ownership", ["产权性质", "ownership type"];
        address: Option<String>, Kind::Text { max: 300 }, [restricted], "地址", "Address", ["机房地址"];
        built_on: Option<Date>, Kind::Date, [], "建成时间", "Built on", ["建成日期"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    Facility {
        area_m2: Option<i64>, Kind::Decimal { scale: 2, unit: "m²" }, [sort list], "面积", "Area", ["面积(平方米)", "面积(㎡)", "面积(m2)", "机房面积"];
        racks_total: Option<i64>, Kind::Int { unit: "racks" }, [list], "机柜总数", "Racks", ["机柜数", "rack count"];
        racks_used: Option<i64>, Kind::Int { unit: "racks" }, [], "已用机柜", "Racks used", ["在用机柜数"];
        ups: Option<bool>, Kind::Bool, [], "不间断电源", "UPS", ["是否有UPS"];
        dedicated_cooling: Option<bool>, Kind::Bool, [], "专用制冷", "Dedicated cooling", ["精密空调"];
        generator: Option<bool>, Kind::Bool, [], "备用发电机", "Generator", ["发电机"];
        power_capacity_kw: Option<i64>, Kind::Decimal { scale: 2, unit: "kW" }, [], "供电容量", "Power capacity", ["供电容量(kW)"];
        average_total_kw: Option<i64>, Kind::Decimal { scale: 2, unit: "kW" }, [], "总用电", "Average total power", ["总用电(kW)", "总功率(kW)", "avg electricity usage"];
        average_it_kw: Option<i64>, Kind::Decimal { scale: 2, unit: "kW" }, [], "IT用电", "Average IT power", ["IT用电(kW)", "IT功率(kW)", "avg it electricity usage"];
        pue: Option<i64>, Kind::Decimal { scale: 3, unit: "" }, [list], "申报PUE", "Declared PUE", ["PUE", "PUE值"];
        power_read_on: Option<Date>, Kind::Date, [], "抄表日期", "Power read on", ["电量读数日期"];
    }
    Load {
        servers_physical: Option<i64>, Kind::Int { unit: "servers" }, [list expected], "物理服务器", "Physical servers", ["物理服务器数", "服务器总数", "total servers"];
        mainframes: Option<i64>, Kind::Int { unit: "machines" }, [], "大型机", "Mainframes", ["小型机", "total mainframes"];
        virtual_hosts: Option<i64>, Kind::Int { unit: "hosts" }, [], "虚拟化主机", "Virtual hosts", ["虚拟主机", "宿主机数", "total virtual hosts"];
        underused_servers: Option<i64>, Kind::Int { unit: "servers" }, [], "低效服务器", "Under-used servers", ["underutilized servers"];
    }
    State {
        recognition: Option<Recognition>, Kind::Code { list: "recognition" }, [list filter expected], "认定状态", "Recognition", ["认定", "机房认定"];
        recognition_until: Option<Date>, Kind::Date, [list], "认定有效期", "Recognised until", ["认定有效期至"];
        special_use: Option<String>, Kind::Code { list: "special_use" }, [filter], "特殊用途", "Special use", ["特殊用途类型", "key mission facility type"];
        closure_stage: Option<String>, Kind::Code { list: "closure_stage" }, [list filter], "关停阶段", "Closure stage", ["运行状态", "closing stage"];
        target_close_on: Option<Date>, Kind::Date, [sort list], "计划关停日期", "Target close date", ["计划关停时间", "限期关停日期"];
        closed_on: Option<Date>, Kind::Date, [], "关停日期", "Closed on", ["实际关停日期"];
        flag_count: Option<i64>, Kind::Int { unit: "flags" }, [derived list sort], "预警数", "Flags", [];
    }
}
