//! The offices of the made-up city 云州市, by hand, and the tables from which a larger city gets more. District codes
//! begin with 3399, which the state has not given to any city, so that no credit code is a real office's.

use super::themes::{self as t, Theme};

/// A district: name, short form, code.
pub(super) type District = (&'static str, &'static str, u32);

/// The city itself, then its districts.
pub(super) const DISTRICTS: &[District] = &[
    ("云州市", "市", 339_900),
    ("云州市青云区", "青云区", 339_902),
    ("云州市白鹭区", "白鹭区", 339_903),
    ("云州市沧溪县", "沧溪县", 339_921),
];

/// One office.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfficeSeed {
    pub name: &'static str,
    pub short: &'static str,
    /// Short name of the office above; empty for none.
    pub parent: &'static str,
    /// `government`, … by its Chinese label.
    pub kind: &'static str,
    /// Position in [`DISTRICTS`].
    pub district: usize,
    /// How many of 300 systems are its own.
    pub weight: usize,
    pub theme: Theme,
    /// What stands before the names of the theme: nothing for the office whose business it is in the whole city.
    pub prefix: &'static str,
}

const fn bureau(name: &'static str, short: &'static str, weight: usize, theme: Theme) -> OfficeSeed {
    OfficeSeed { name, short, parent: "", kind: "政府", district: 0, weight, theme, prefix: "" }
}

const fn institution(
    name: &'static str,
    short: &'static str,
    parent: &'static str,
    weight: usize,
    theme: Theme,
) -> OfficeSeed {
    OfficeSeed { name, short, parent, kind: "事业单位", district: 0, weight, theme, prefix: "" }
}

const fn local(
    name: &'static str,
    short: &'static str,
    parent: &'static str,
    district: usize,
    weight: usize,
    theme: Theme,
    prefix: &'static str,
) -> OfficeSeed {
    OfficeSeed { name, short, parent, kind: "政府", district, weight, theme, prefix }
}

/// The offices to which the rule applies; parents stand before their children.
pub(super) const OFFICES: &[OfficeSeed] = &[
    bureau("云州市人民政府办公室", "市政府办", 10, t::GOVERNMENT_OFFICE),
    institution("云州市机关事务服务中心", "市机关事务中心", "市政府办", 5, t::AFFAIRS_SERVICE),
    bureau("云州市大数据发展管理局", "市大数据局", 13, t::BIG_DATA),
    institution("云州市大数据中心", "市大数据中心", "市大数据局", 7, t::DATA_CENTER),
    bureau("云州市发展和改革委员会", "市发改委", 9, t::REFORM),
    bureau("云州市教育局", "市教育局", 13, t::EDUCATION),
    institution("云州市第一中学", "云州一中", "市教育局", 5, t::SCHOOL),
    bureau("云州市公安局", "市公安局", 13, t::POLICE),
    local("云州市公安局交通警察支队", "市交警支队", "市公安局", 0, 6, t::TRAFFIC_POLICE, ""),
    bureau("云州市民政局", "市民政局", 9, t::CIVIL_AFFAIRS),
    bureau("云州市司法局", "市司法局", 7, t::JUSTICE),
    bureau("云州市财政局", "市财政局", 11, t::FINANCE),
    bureau("云州市人力资源和社会保障局", "市人社局", 12, t::LABOUR),
    institution("云州市社会保险事业管理中心", "市社保中心", "市人社局", 6, t::SOCIAL_INSURANCE),
    institution("云州市就业服务中心", "市就业中心", "市人社局", 4, t::EMPLOYMENT),
    bureau("云州市自然资源和规划局", "市自规局", 12, t::NATURAL_RESOURCES),
    institution("云州市不动产登记中心", "市不动产登记中心", "市自规局", 6, t::REAL_ESTATE),
    bureau("云州市生态环境局", "市生态环境局", 10, t::ECOLOGY),
    bureau("云州市住房和城乡建设局", "市住建局", 12, t::HOUSING),
    institution("云州市住房公积金管理中心", "市公积金中心", "市住建局", 6, t::HOUSING_FUND),
    bureau("云州市交通运输局", "市交通局", 11, t::TRANSPORT),
    bureau("云州市水利局", "市水利局", 8, t::WATER),
    bureau("云州市农业农村局", "市农业农村局", 9, t::AGRICULTURE),
    bureau("云州市文化广电旅游局", "市文广旅局", 8, t::CULTURE),
    institution("云州市图书馆", "市图书馆", "市文广旅局", 4, t::LIBRARY),
    bureau("云州市卫生健康局", "市卫健局", 13, t::HEALTH),
    institution("云州市疾病预防控制中心", "市疾控中心", "市卫健局", 6, t::DISEASE_CONTROL),
    institution("云州市第一人民医院", "市一医院", "市卫健局", 7, t::HOSPITAL),
    bureau("云州市应急管理局", "市应急局", 8, t::EMERGENCY),
    bureau("云州市市场监督管理局", "市市监局", 12, t::MARKET),
    bureau("云州市医疗保障局", "市医保局", 8, t::MEDICAL_INSURANCE),
    bureau("云州市综合行政执法局", "市执法局", 9, t::CITY_ENFORCEMENT),
    institution("云州市档案馆", "市档案馆", "市政府办", 4, t::ARCHIVES),
    OfficeSeed { kind: "群团", ..bureau("云州市总工会", "市总工会", 3, t::UNION) },
    local("青云区人民政府", "青云区政府", "", 1, 7, t::DISTRICT, "青云区"),
    local("青云区教育局", "青云区教育局", "青云区政府", 1, 4, t::EDUCATION, "青云区"),
    local("青云区卫生健康局", "青云区卫健局", "青云区政府", 1, 4, t::HEALTH, "青云区"),
    local("白鹭区人民政府", "白鹭区政府", "", 2, 6, t::DISTRICT, "白鹭区"),
    local("白鹭区教育局", "白鹭区教育局", "白鹭区政府", 2, 4, t::EDUCATION, "白鹭区"),
    local("白鹭区卫生健康局", "白鹭区卫健局", "白鹭区政府", 2, 4, t::HEALTH, "白鹭区"),
    local("沧溪县人民政府", "沧溪县政府", "", 3, 6, t::DISTRICT, "沧溪县"),
    local("沧溪县教育局", "沧溪县教育局", "沧溪县政府", 3, 4, t::EDUCATION, "沧溪县"),
    local("沧溪县卫生健康局", "沧溪县卫健局", "沧溪县政府", 3, 4, t::HEALTH, "沧溪县"),
];

/// Offices that the rule does not reach, and why.
pub(super) const OUTSIDE: &[(OfficeSeed, bool, &str)] = &[
    (bureau("云州市气象局", "市气象局", 2, t::WEATHER), true, "国家垂直管理单位，系统由上级统一规划部署"),
    (
        OfficeSeed {
            kind: "国企",
            prefix: "云州水务",
            ..bureau("云州水务集团有限公司", "云州水务", 1, t::WATER_COMPANY)
        },
        false,
        "市场化经营企业，生产经营系统不属于政务信息系统",
    ),
];

/// The kinds of offices that a larger city has more of: end of the name, end of the short name, kind, office above
/// (end of its short name), theme.
pub(super) const MORE: &[(&str, &str, &str, &str, Theme)] = &[
    ("镇人民政府", "镇政府", "政府", "政府", t::TOWN),
    ("镇中心卫生院", "镇卫生院", "事业单位", "卫健局", t::TOWN_HOSPITAL),
    ("镇中心小学", "镇小学", "事业单位", "教育局", t::PRIMARY_SCHOOL),
];

/// Names of towns are one of each: more than a thousand.
pub(super) const TOWN_FIRST: &[&str] = &[
    "清", "石", "龙", "白", "青", "金", "玉", "双", "长", "大", "小", "上", "下", "东", "西", "南", "北", "新", "古",
    "云", "松", "柳", "梅", "竹", "枫", "桃", "杏", "桂", "莲", "沙", "泉", "溪", "岩", "安", "永", "和", "太", "文",
    "武", "仙",
];
pub(super) const TOWN_SECOND: &[&str] = &[
    "河", "桥", "湾", "塘", "坪", "岭", "渡", "口", "店", "坝", "峰", "潭", "洲", "港", "埠", "庄", "村", "屯", "堡",
    "寨", "关", "坑", "坞", "源", "浦", "汇", "阳", "林", "田", "山", "谷", "原", "场", "楼", "井", "园", "岗", "崖",
    "滩", "畈",
];
