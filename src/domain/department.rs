//! Department 单位: an organisation that owns systems; a tree.

use crate::{
    field::{Kind, Owner, entity},
    id::Id,
    registry::EntityKind,
};

entity! {
    /// An organisation that owns systems; a tree by `parent`.
    Department, table "department", plural "departments", "单位", "Departments", owner Owner::Itself;
    Identity {
        code: Option<String>, Kind::Text { max: 40 }, [sort list search], "单位编码", "Code", ["统一社会信用代码", "信用代码", "uscc", "unified social credit code", "单位代码", "机构代码", "department code"];
        name: String, Kind::Text { max: 200 }, [sort list search], "单位名称", "Name", ["部门名称", "机构名称", "单位", "部门", "organization name", "agency", "agency name", "agencyname", "agency_name", "department", "department name"];
        short_name: Option<String>, Kind::Text { max: 60 }, [search], "简称", "Short name", ["单位简称", "acronym", "agency_acronym", "agency abbreviation", "abbreviation"];
        parent: Option<Id>, Kind::Ref { to: EntityKind::Department }, [list filter], "主管部门", "Parent", ["上级单位", "上级部门", "主管单位", "parent department"];
        kind: Option<String>, Kind::Code { list: "department_kind" }, [list filter], "单位类型", "Kind", ["机构类型", "单位性质", "domain type"];
        district: Option<String>, Kind::Text { max: 40 }, [list], "行政区划", "District", ["所属区划", "区划代码", "city"];
        is_vertical: Option<bool>, Kind::Bool, [filter], "垂直管理", "Vertical", ["是否垂直管理"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    Duty {
        leader: Option<String>, Kind::Text { max: 60 }, [list expected], "分管领导", "Leader", ["云长", "责任领导"];
        liaison: Option<String>, Kind::Text { max: 60 }, [expected], "联络员", "Liaison", ["联系人"];
        phone: Option<String>, Kind::Text { max: 40 }, [restricted], "联系电话", "Phone", ["电话", "手机"];
        in_scope: Option<bool>, Kind::Bool, [filter operator], "纳入范围", "In scope", ["是否纳入范围"];
        scope_reason: Option<String>, Kind::Text { max: 300 }, [operator], "不纳入原因", "Reason out of scope", ["不纳入范围原因"];
        classified_count: Option<i64>, Kind::Int { unit: "systems" }, [restricted], "涉密系统数", "Classified systems (count only)", ["涉密系统数量"];
    }
}
