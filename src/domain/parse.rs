//! From the text of a cell or form to a value, and back. Every refusal says what would be right.

use jiff::civil::Date;

use crate::{
    code::CodeLists,
    field::{Field, Kind, Value},
    wording::{Language, Wording},
};

/// Why a text is not a value of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Stable code of the broken rule.
    pub rule: &'static str,
    /// What is wrong and what would be right.
    pub message: Wording,
    /// A value that would be accepted, if one is close.
    pub suggestion: Option<String>,
}

impl Invalid {
    /// A refusal without suggestion.
    pub fn new(rule: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { rule, message: Wording::new(zh, en), suggestion: None }
    }

    fn suggest(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }
}

/// Reads the text of a cell as a value of `field`. `header` is the column's header, whose unit counts for money
/// (`元`, `万元`, `亿元`; none means 万元). Blank text is [`Value::Null`]. References are not resolved here: their text is
/// kept as [`Value::Text`].
pub fn parse_cell(field: &Field, text: &str, header: &str, lists: &dyn CodeLists) -> Result<Value, Invalid> {
    let text = text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if text.contains('\0') {
        return Err(Invalid::new("nul", "含有空字符（U+0000），请删除", "contains a NUL character; remove it"));
    }
    match field.kind {
        Kind::Text { max } => text_value(text, max, false),
        Kind::Long { max } => text_value(text, max, true),
        Kind::Int { .. } => decimal(text, 0).map(Value::Int),
        Kind::Decimal { scale, .. } => decimal(text, scale).map(Value::Int),
        Kind::Money => money(text, header).map(Value::Int),
        Kind::Bool => boolean(text).map(Value::Bool),
        Kind::Date => date(text).map(|date| Value::Text(date.to_string())),
        Kind::Code { list } => code(text, list, lists).map(|code| Value::Text(code.to_owned())),
        Kind::Codes { list } => codes(text, list, lists).map(Value::Text),
        Kind::Ref { .. } => text_value(text, 400, false),
    }
}

fn text_value(text: &str, max: usize, lines: bool) -> Result<Value, Invalid> {
    let length = text.chars().count();
    if length > max {
        return Err(Invalid::new(
            "too-long",
            format!("{length} 个字符，最多 {max} 个"),
            format!("{length} characters; at most {max} are allowed"),
        ));
    }
    let is_stray = |character: char| character.is_control() && !matches!(character, '\n' | '\r' | '\t');
    if text.chars().any(is_stray) {
        let without: String = text.chars().map(|character| if is_stray(character) { ' ' } else { character }).collect();
        return Err(Invalid::new(
            "control-character",
            "含有控制字符，请删除",
            "contains a control character; remove it",
        )
        .suggest(without.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    if lines {
        return Ok(Value::Text(text.replace("\r\n", "\n").replace('\r', "\n")));
    }
    // A line break inside a one-line field comes from wrapped cells: it means a space.
    Ok(Value::Text(text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Reads a decimal exactly, as an integer times 10^`scale`.
fn decimal(text: &str, scale: u8) -> Result<i64, Invalid> {
    let wrong = || {
        Invalid::new(
            "not-a-number",
            format!("“{text}”不是数字；请只填数字，例如 12"),
            format!("“{text}” is not a number; write digits only, such as 12"),
        )
    };
    let plain: String = crate::fold(text).chars().filter(|character| !matches!(character, ',' | ' ' | '_')).collect();
    let (negative, digits) = plain.strip_prefix('-').map_or((false, plain.as_str()), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty()
        || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit())
    {
        return Err(wrong());
    }
    if negative && digits.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        return Err(Invalid::new("negative", "不能为负数", "must not be negative"));
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > usize::from(scale) {
        return Err(if scale == 0 {
            Invalid::new("not-whole", format!("“{text}”应为整数"), format!("“{text}” must be a whole number"))
        } else {
            Invalid::new(
                "too-precise",
                format!("最多 {scale} 位小数"),
                format!("at most {scale} digits after the point"),
            )
        });
    }
    let scaled = format!("{whole}{fraction:0<width$}", width = usize::from(scale));
    scaled.parse::<i64>().ok().filter(|number| *number <= 1_000_000_000_000_000).ok_or_else(|| {
        Invalid::new("too-large", format!("“{text}”超出范围"), format!("“{text}” is larger than allowed"))
    })
}

/// Reads money into fen. A unit in the cell wins over the header's; without any, the unit is 万元.
fn money(text: &str, header: &str) -> Result<i64, Invalid> {
    let folded = crate::fold(text);
    let units = [("亿元", 10), ("万元", 6), ("亿", 10), ("万", 6), ("元", 2)];
    let bare = folded.trim_start_matches(['\u{a5}', '\u{ffe5}', '$']).trim();
    let (number, digits) = units
        .iter()
        .find_map(|(unit, digits)| bare.strip_suffix(unit).map(|number| (number.trim(), *digits)))
        .unwrap_or_else(|| {
            let header = crate::fold(header);
            let digits =
                units.iter().find(|(unit, _)| unit.ends_with('元') && header.contains(unit)).map_or(6, |unit| unit.1);
            (bare, digits)
        });
    decimal(number, digits)
}

fn boolean(text: &str) -> Result<bool, Invalid> {
    match crate::fold(text).as_str() {
        "是" | "有" | "yes" | "y" | "true" | "t" | "1" | "√" | "✓" | "在用" | "poweredon" => Ok(true),
        "否" | "无" | "no" | "n" | "false" | "f" | "0" | "×" | "停用" | "poweredoff" => Ok(false),
        _ => {
            Err(Invalid::new("not-yes-or-no", format!("“{text}”应为“是”或“否”"), format!("“{text}” must be yes or no")))
        }
    }
}

/// Reads a day: ISO, `2026/2/3`, `2026.2.3`, `20260203`, `2026年2月3日`; a month or year alone means its first day. A time after the day is dropped.
fn date(text: &str) -> Result<Date, Invalid> {
    let folded = crate::fold(text);
    let day = folded.split(['t', ' ']).next().unwrap_or("");
    let spaced: String =
        day.chars().map(|character| if character.is_ascii_digit() { character } else { ' ' }).collect();
    let known = day.chars().all(|character| character.is_ascii_digit() || "-/.年月日".contains(character));
    let mut parts: Vec<&str> = spaced.split_whitespace().collect();
    if let [only] = parts[..]
        && only.len() == 8
        && let (Some(year), Some(month), Some(day)) = (only.get(..4), only.get(4..6), only.get(6..))
    {
        parts = vec![year, month, day];
    }
    let wrong = || {
        Invalid::new(
            "not-a-date",
            format!("“{text}”不是日期；请写成 2026-02-03"),
            format!("“{text}” is not a date; write it as 2026-02-03"),
        )
    };
    if !known || parts.is_empty() || parts.len() > 3 || parts.first().is_none_or(|year| year.len() != 4) {
        return Err(wrong());
    }
    let number = |index: usize| parts.get(index).map_or(Some(1), |part| part.parse::<i16>().ok());
    let (Some(year), Some(month), Some(day)) = (number(0), number(1), number(2)) else { return Err(wrong()) };
    let (Ok(month), Ok(day)) = (i8::try_from(month), i8::try_from(day)) else { return Err(wrong()) };
    match Date::new(year, month, day) {
        Ok(date) if (1900..=2200).contains(&year) => Ok(date),
        Ok(_) => {
            Err(Invalid::new("date-range", "年份应在 1900 到 2200 之间", "the year must lie between 1900 and 2200"))
        }
        Err(_) => {
            let no_such = Invalid::new(
                "no-such-day",
                format!("没有“{text}”这一天；请核对月份的天数"),
                format!("there is no such day as “{text}”; check how many days the month has"),
            );
            // Only a day past the month's end has an obvious neighbour; a wrong month has none.
            Err(match Date::new(year, month, 1) {
                Ok(first) if day > 28 => no_such.suggest(first.last_of_month().to_string()),
                _ => no_such,
            })
        }
    }
}

fn code<'a>(text: &str, list: &str, lists: &'a dyn CodeLists) -> Result<&'a str, Invalid> {
    let list = lists.list(list);
    list.find(text).ok_or_else(|| {
        let known = |language| list.options(language).take(12).map(|option| option.1).collect::<Vec<_>>();
        let invalid = Invalid::new(
            "unknown-code",
            format!("“{text}”不在可选值内：{}", known(Language::ZhCn).join("、")),
            format!("“{text}” is not one of: {}", known(Language::En).join(", ")),
        );
        match list.suggest(text, Language::ZhCn) {
            Some(label) => invalid.suggest(label),
            None => invalid,
        }
    })
}

fn codes(text: &str, list: &str, lists: &dyn CodeLists) -> Result<String, Invalid> {
    let mut found = text
        .split(['|', ',', '\u{ff0c}', '\u{3001}', ';', '\u{ff1b}', '/'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| code(part, list, lists))
        .collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(format!("|{}|", found.join("|")))
}

/// Shows a value as people and files read it; money in 万元, lists with `、`, references not at all (the caller has names).
pub fn show(field: &Field, value: &Value, lists: &dyn CodeLists, language: Language) -> String {
    match (field.kind, value) {
        (_, Value::Null) => String::new(),
        (Kind::Code { list }, Value::Text(code)) => lists.list(list).label(code, language).to_owned(),
        (Kind::Codes { list }, Value::Text(codes)) => codes
            .split('|')
            .filter(|code| !code.is_empty())
            .map(|code| lists.list(list).label(code, language))
            .collect::<Vec<_>>()
            .join("、"),
        (Kind::Decimal { scale, .. }, Value::Int(number)) => scaled(*number, scale),
        (Kind::Money, Value::Int(fen)) => scaled(*fen, 6),
        (_, Value::Int(number)) => number.to_string(),
        (_, Value::Bool(flag)) => {
            language.pick(if *flag { "是" } else { "否" }, if *flag { "yes" } else { "no" }).to_owned()
        }
        (_, Value::Text(text)) => text.clone(),
        (_, Value::Id(id)) => id.to_string(),
    }
}

/// An integer times 10^-`scale`, without trailing zeros.
fn scaled(number: i64, scale: u8) -> String {
    let unit = 10_i64.pow(u32::from(scale));
    let fraction = format!("{:0width$}", (number % unit).abs(), width = usize::from(scale));
    let fraction = fraction.trim_end_matches('0');
    let whole = number / unit;
    if scale == 0 || fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::CodeList;

    struct NoLists(CodeList);
    impl CodeLists for NoLists {
        fn list(&self, _: &str) -> &CodeList {
            &self.0
        }
        fn is_classified(&self, _: &str) -> bool {
            false
        }
    }
    fn field(kind: Kind) -> Field {
        Field { kind, ..*crate::registry::EntityKind::Zone.def().field("name").unwrap().1 }
    }
    fn parse(kind: Kind, text: &str, header: &str) -> Result<Value, &'static str> {
        let list = CodeList::new(vec![("3".into(), "三级".into(), "Level 3".into(), vec!["第三级".into()])]);
        parse_cell(&field(kind), text, header, &NoLists(list)).map_err(|invalid| invalid.rule)
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused_with_the_last_day_of_the_month() {
        let refused = date("2026-02-30").unwrap_err();
        assert_eq!((refused.rule, refused.suggestion.as_deref()), ("no-such-day", Some("2026-02-28")));
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2026-02-03",
            "2026/2/3",
            "2026.02.03",
            "20260203",
            "2026年2月3日",
            "2026-02-03 10:11:12",
            "2026-02-03T00:00:00",
        ] {
            assert_eq!(parse(Kind::Date, text, ""), Ok(Value::Text("2026-02-03".into())), "{text}");
        }
        assert_eq!(parse(Kind::Date, "2019年5月", ""), Ok(Value::Text("2019-05-01".into())));
        assert_eq!(parse(Kind::Date, "00:00.0", ""), Err("not-a-date"));
    }

    #[test]
    fn money_in_wan_yuan_and_in_yuan_is_the_same_money() {
        assert_eq!(parse(Kind::Money, "12.5", "建设金额（万元）"), Ok(Value::Int(12_500_000)));
        assert_eq!(parse(Kind::Money, "125,000", "建设金额（元）"), Ok(Value::Int(12_500_000)));
        assert_eq!(parse(Kind::Money, "12.5万元", "建设金额（元）"), Ok(Value::Int(12_500_000)));
        assert_eq!(parse(Kind::Money, "0.0000001", "万元"), Err("too-precise"));
    }

    #[test]
    fn a_misspelt_code_is_refused_with_the_right_one() {
        assert_eq!(parse(Kind::Code { list: "mlps" }, "第三级", ""), Ok(Value::Text("3".into())));
        assert_eq!(parse(Kind::Code { list: "mlps" }, "特级", ""), Err("unknown-code"));
    }

    #[test]
    fn what_is_shown_is_read_back_as_the_same_value() {
        let lists = NoLists(CodeList::default());
        for number in [0, 1, 10, 999_999, 1_000_000, 123_456_789] {
            let shown = show(&field(Kind::Money), &Value::Int(number), &lists, Language::ZhCn);
            assert_eq!(parse(Kind::Money, &shown, "万元"), Ok(Value::Int(number)), "{shown}");
        }
    }
}
