//! Made-up people and firms. Given names are taken from poems, not from any list of officials.

use super::random::Random;

const SURNAMES: &[&str] = &[
    "陆", "沈", "顾", "苏", "许", "乔", "秦", "江", "温", "叶", "柳", "程", "薛", "宋", "夏", "邵", "孟", "俞", "韩",
    "卫", "林", "方", "钟", "梁",
];
const GIVEN: &[&str] = &[
    "听澜", "砚秋", "望舒", "云舟", "清晏", "知微", "怀瑾", "疏桐", "临川", "予安", "鹿鸣", "采薇", "南乔", "星阑",
    "书昀", "既明", "若溪", "竹青", "松月", "锦书", "晚晴", "长庚", "初霁", "汀兰", "蘅芜", "扶摇", "观澜", "青岚",
    "如圭", "照野", "沐阳", "允和",
];
const BUILDERS: &[&str] = &[
    "云州数联信息科技有限公司",
    "澄观软件股份有限公司",
    "衡川系统集成有限公司",
    "知行云图科技有限公司",
    "北斗桥信息技术有限公司",
    "青禾数据技术有限公司",
    "砺石软件有限公司",
    "远岫智能科技有限公司",
    "同舟网络技术有限公司",
    "明远信息工程有限公司",
];
const KEEPERS: &[&str] = &[
    "云州数联信息科技有限公司",
    "衡川系统集成有限公司",
    "云州运维服务有限公司",
    "同舟网络技术有限公司",
    "本单位信息中心",
];

/// The name of a person.
pub(super) fn person(random: &mut Random) -> String {
    [random.pick(SURNAMES), random.pick(GIVEN)].concat()
}

/// An office line. The area code 399 belongs to no city, so that nobody is rung up.
pub(super) fn phone(random: &mut Random) -> String {
    format!("+86 399 {:04} {:04}", 8_000 + random.below(1_000), random.below(10_000))
}

/// A firm that builds systems.
pub(super) fn builder(random: &mut Random) -> &'static str {
    random.pick(BUILDERS)
}

/// A firm that keeps them running.
pub(super) fn keeper(random: &mut Random) -> &'static str {
    random.pick(KEEPERS)
}
