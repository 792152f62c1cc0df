//! CloudException 例外: a justified, dated permission to stay outside. Here as a record of decisions already taken;
//! "in force" is derived, never typed in.

use jiff::civil::Date;

use crate::{
    field::{Kind, Owner, entity},
    id::Id,
    registry::EntityKind,
};

entity! {
    /// A permission to stay off the cloud, with grounds, owner and end.
    CloudException, table "cloud_exception", plural "exceptions", "例外", "Exceptions", owner Owner::System { field: "system" };
    Identity {
        code: Option<String>, Kind::Text { max: 40 }, [sort list search], "例外编号", "Number", ["编号", "批复编号"];
        name: String, Kind::Text { max: 200 }, [sort list search], "事由", "Subject", ["例外事由", "标题"];
        system: Id, Kind::Ref { to: EntityKind::System }, [list filter], "信息系统", "System", ["系统编码", "系统名称"];
        category: String, Kind::Code { list: "exception_category" }, [list filter], "例外类别", "Category", ["类别"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    Ground {
        legal_basis: Option<Id>, Kind::Ref { to: EntityKind::LegalBasis }, [filter expected], "依据", "Legal basis", ["政策依据", "文号", "依据文号"];
        basis_article: Option<String>, Kind::Text { max: 120 }, [], "依据条款", "Article cited", ["条款"];
        alternatives: Option<String>, Kind::Long { max: 4000 }, [expected], "替代方案", "Alternatives considered", ["已考虑的替代方案"];
        controls: Option<String>, Kind::Long { max: 4000 }, [expected], "补偿措施", "Compensating controls", ["安全补偿措施"];
        leader: Option<String>, Kind::Text { max: 60 }, [expected], "责任领导", "Accountable leader", ["分管领导"];
        exit_plan: Option<String>, Kind::Long { max: 4000 }, [expected], "退出计划", "Exit plan", ["退出方案"];
    }
    Time {
        approved_on: Option<Date>, Kind::Date, [list], "批准日期", "Approved on", ["批准时间"];
        starts_on: Option<Date>, Kind::Date, [], "生效日期", "Starts on", ["生效时间"];
        expires_on: Date, Kind::Date, [list sort], "到期日期", "Expires on", ["有效期至", "到期时间"];
        reviewed_on: Option<Date>, Kind::Date, [], "复审日期", "Last reviewed on", ["最近复审日期", "复审时间"];
        revoked_on: Option<Date>, Kind::Date, [], "撤销日期", "Revoked on", ["撤销时间"];
    }
}
