//! Zone 云区: a security area of the government cloud with an MLPS ceiling.

use jiff::civil::Date;

use crate::field::{Kind, Owner, entity};

entity! {
    /// A cloud zone: internet zone, extranet zone, …
    Zone, table "zone", plural "zones", "云区", "Zones", owner Owner::City;
    Identity {
        code: Option<String>, Kind::Text { max: 40 }, [sort list search], "云区编码", "Code", ["zone code"];
        name: String, Kind::Text { max: 200 }, [sort list search], "云区名称", "Name", ["云区", "zone name", "zone"];
        kind: Option<String>, Kind::Code { list: "zone_kind" }, [list filter], "云区类型", "Kind", ["类型"];
        level: Option<String>, Kind::Code { list: "government_level" }, [list filter], "层级", "Level", ["建设层级"];
        operator: Option<String>, Kind::Text { max: 200 }, [list], "云服务商", "Operator", ["运营单位", "provider"];
        region: Option<String>, Kind::Text { max: 100 }, [], "区域", "Region", ["位置"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    Class {
        counts_as_cloud: Option<bool>, Kind::Bool, [list filter expected], "计入上云", "Counts as cloud", ["是否计入上云"];
        allows_internet: Option<bool>, Kind::Bool, [list filter expected], "允许互联网访问", "Allows internet", ["是否允许互联网访问"];
        max_mlps: Option<String>, Kind::Code { list: "mlps" }, [list filter expected], "等保上限", "MLPS ceiling", ["最高等保级别"];
        assessed_until: Option<Date>, Kind::Date, [list], "云评估有效期", "Security assessment until", ["云计算服务安全评估有效期"];
    }
}
