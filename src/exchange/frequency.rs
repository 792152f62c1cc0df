//! GB18030 against Big5: which of two ways to read the same bytes gives characters people use.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Characters written the same in both scripts and frequent in either, in prose and in registers like ours.
const SHARED: &str = "的一是不了在人有我他中大上以到地生子出就分成者自下可家用主行方同前作其和高二三四五六七八九十\
    百千万年月日时工公司部市省城区名位局委北京海江河山石湖南西安平州天津文化交通信息系式型机房服本建立使用管理等\
    保密度量期回止否有制件内容外存放法律政府教育司法民政水利林商金融入口全光明正常本土心共合向面定理然都起提社\
    事物情文相外件重加比及小多好如所只此由最已次每各表目的清登基代互享支付核查批次元址型角色";

/// Characters only the simplified script has, frequent in prose and in registers like ours.
const SIMPLIFIED: &str = "们个这为来国时说学对发会过动进种样现经头义还当没两长开问关点业则气应无与间军联报变\
    总别条设现电处务产论较数领权风战义质东术办众证连员实权种类统单编码称额级构设备网络数据库应资产负责联系\
    话邮录状态类别备关闭启终项调运维护环迁移虚拟审计划预业务综监测财税环厅档图书馆医疗卫农乡镇县计划执宁苏\
    杭广东湾庆龙门车选择创范围写须验试开发责任认证标识规时间组织机构统计监督评际语门户站购买费价万亿贸轻";

/// The same kind of characters of the traditional script.
const TRADITIONAL: &str = "們個這為來國時說學對發會過動進種樣現經頭義還當沒兩長開問關點業則氣應無與間軍聯報變\
    總別條設電處務產論較數領權風戰質東術辦眾證連員實類統單編碼稱額級構備網絡網路資訊據庫負責聯繫話郵錄狀態\
    類別備註關閉啟終項調運維護環遷移虛擬審計劃預業綜監測財稅廳檔圖書館醫療衛農鄉鎮縣執寧蘇廣灣慶龍門車選擇\
    創範圍寫須驗試責任認標識規組織際語戶購買費價萬億貿輕臺灣縣鄉鎮區市政府處室課股專員軟體硬體伺服器資料";

static SIMPLIFIED_SET: LazyLock<HashSet<char>> = LazyLock::new(|| SHARED.chars().chain(SIMPLIFIED.chars()).collect());
static TRADITIONAL_SET: LazyLock<HashSet<char>> = LazyLock::new(|| SHARED.chars().chain(TRADITIONAL.chars()).collect());

/// Which of the two Chinese encodings a score is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    Simplified,
    Traditional,
}

/// From 0 (nobody writes like that) to 3 (only frequent characters): how well bytes read in a legacy Chinese
/// encoding.
///
/// Two signs are added up. Both encodings were laid out by frequency, so a character of the first level is likely
/// and one of the second level is not: that works for the shortest file. And the most frequent characters of each
/// script are known: that works when the same bytes are on the first level of both.
pub(crate) fn score(bytes: &[u8], script: Script) -> f64 {
    let (encoding, set, first_level) = match script {
        Script::Simplified => (encoding_rs::GB18030, &*SIMPLIFIED_SET, 0xB0..=0xD7),
        Script::Traditional => (encoding_rs::BIG5, &*TRADITIONAL_SET, 0xA4..=0xC6),
    };
    let mut pairs = 0_u32;
    let mut likely = 0_u32;
    let mut index = 0;
    while let Some(lead) = bytes.get(index) {
        if lead.is_ascii() {
            index += 1;
            continue;
        }
        let trail = bytes.get(index + 1).copied().unwrap_or_default();
        if script == Script::Simplified && trail.is_ascii_digit() {
            // Four bytes: a rare character, which says nothing about the others.
            index += 4;
            continue;
        }
        let punctuation = (0xA1..=0xA3).contains(lead);
        // GB 2312 starts its trail bytes at A1; the lower ones are the rare characters GBK added.
        let level = first_level.contains(lead) && (script == Script::Traditional || trail >= 0xA1);
        if !punctuation {
            pairs += 1;
            likely += u32::from(level);
        }
        index += 2;
    }
    if pairs == 0 {
        return 0.0;
    }
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let frequent = text.chars().filter(|character| set.contains(character)).count();
    let broken = text.chars().filter(|character| *character == '\u{fffd}').count();
    let share = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(pairs);
    f64::from(likely) / f64::from(pairs) + 2.0 * share(frequent).min(1.0) - share(broken)
}
