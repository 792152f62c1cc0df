//! LegalBasis 依据: a document that an exception may rest on, and when it is in force. The city's own record: operators keep it,
//! everybody reads it.

use jiff::civil::Date;

use crate::{
    field::{Kind, Owner, entity},
    wording::Wording,
};

entity! {
    /// A document that says what may stay off the cloud, from when, and until when.
    LegalBasis, table "legal_basis", plural "legal-bases", "依据", "Legal bases", owner Owner::City;
    Identity {
        code: Option<String>, Kind::Text { max: 60 }, [sort list search], "文号", "Document number", ["发文字号", "文件编号", "标准号", "依据编号"];
        name: String, Kind::Text { max: 200 }, [sort list search], "文件名称", "Title", ["依据名称", "名称", "标题", "政策文件"];
        level: Option<String>, Kind::Code { list: "basis_level" }, [list filter], "效力级别", "Level", ["文件级别", "级别"];
        issuer: Option<String>, Kind::Text { max: 120 }, [list search expected], "发文机关", "Issuer", ["制定机关", "发布机关", "发文单位"];
        source: Option<String>, Kind::Text { max: 60 }, [], "数据来源", "Source", ["来源系统"];
        source_key: Option<String>, Kind::Text { max: 120 }, [], "来源标识", "Source key", ["来源编号"];
    }
    Ground {
        article: Option<String>, Kind::Text { max: 120 }, [], "适用条款", "Article", ["条款", "条款号"];
        summary: Option<String>, Kind::Long { max: 4000 }, [], "条款内容", "What it says", ["内容摘要", "摘要", "条文"];
        link: Option<String>, Kind::Text { max: 500 }, [], "原文出处", "Where it is published", ["原文链接", "链接", "网址"];
    }
    Time {
        effective_on: Option<Date>, Kind::Date, [list expected], "施行日期", "Effective on", ["生效日期", "实施日期", "生效时间"];
        repealed_on: Option<Date>, Kind::Date, [list sort], "废止日期", "Repealed on", ["失效日期", "废止时间"];
    }
}

/// Whether a document is in force on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasisForce {
    /// It holds; until the day before its repeal, if one is recorded.
    InForce,
    /// It takes effect on this later day.
    Ahead(Date),
    /// It was repealed as of this day.
    Repealed(Date),
}

impl LegalBasis {
    /// The last day on which it holds; none while no repeal is recorded. The day of the repeal itself is the first without it.
    pub fn last_day(&self) -> Option<Date> {
        self.repealed_on.map(|repealed| repealed.yesterday().unwrap_or(repealed))
    }

    /// Whether it is in force on a day. An effective date that nobody wrote down does not void it.
    pub fn force_on(&self, day: Date) -> BasisForce {
        match (self.repealed_on, self.effective_on) {
            (Some(repealed), _) if repealed <= day => BasisForce::Repealed(repealed),
            (_, Some(effective)) if effective > day => BasisForce::Ahead(effective),
            _ => BasisForce::InForce,
        }
    }

    /// How it is cited in a sentence: title and number; one alone where the other says the same or is not known.
    pub fn citation(&self) -> Wording {
        let title = if self.name.starts_with('《') { self.name.clone() } else { format!("《{}》", self.name) };
        match self.code.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
            Some(number) if number == self.name => Wording::new(number, number),
            Some(number) => Wording::new(format!("{title}（{number}）"), format!("{} ({number})", self.name)),
            None => Wording::new(title, self.name.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn basis(effective_on: Option<Date>, repealed_on: Option<Date>) -> LegalBasis {
        LegalBasis {
            code: Some("浙政办发〔2015〕8号".to_owned()),
            name: "平台管理办法".to_owned(),
            level: None,
            issuer: None,
            source: None,
            source_key: None,
            article: None,
            summary: None,
            link: None,
            effective_on,
            repealed_on,
        }
    }

    #[test]
    fn the_day_of_the_repeal_is_the_first_day_without_it() {
        let repealed = date(2026, 11, 24);
        let one = basis(Some(date(2015, 1, 26)), Some(repealed));
        assert_eq!(one.force_on(date(2026, 11, 24)), BasisForce::Repealed(repealed));
        assert_eq!(one.force_on(date(2026, 11, 23)), BasisForce::InForce);
        assert_eq!(one.last_day(), Some(date(2026, 11, 23)));
        assert_eq!(one.force_on(date(2015, 1, 25)), BasisForce::Ahead(date(2015, 1, 26)));
        assert_eq!(one.force_on(date(2015, 1, 26)), BasisForce::InForce);
    }

    #[test]
    fn days_that_nobody_wrote_down_do_not_void_a_document() {
        assert_eq!(basis(None, None).force_on(date(1900, 1, 1)), BasisForce::InForce);
        assert_eq!(basis(None, None).last_day(), None);
        // Repealed before it took effect: it never holds.
        let never = basis(Some(date(2026, 2, 1)), Some(date(2026, 1, 1)));
        assert_eq!(never.force_on(date(2026, 1, 15)), BasisForce::Repealed(date(2026, 1, 1)));
    }

    #[test]
    fn a_document_is_cited_by_title_and_number_and_never_by_one_twice() {
        let mut one = basis(None, None);
        assert_eq!(one.citation().zh, "《平台管理办法》（浙政办发〔2015〕8号）");
        assert_eq!(one.citation().en, "平台管理办法 (浙政办发〔2015〕8号)");
        one.name = "浙政办发〔2015〕8号".to_owned();
        assert_eq!(one.citation().zh, "浙政办发〔2015〕8号");
        (one.code, one.name) = (None, "《网络安全法》".to_owned());
        assert_eq!(one.citation().zh, "《网络安全法》");
    }
}
