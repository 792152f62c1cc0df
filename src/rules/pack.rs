//! The pack: a country's words, limits, holidays, clauses and code lists, from one TOML text (design, section 3).

mod check;
mod raw;
mod secrecy;

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use domain::{CodeList, CodeLists, FlagRule, Severity, Timestamp, Wording};
use jiff::{civil::Date, tz::TimeZone};

use crate::{calendar::Calendar, flags::Subject};
use secrecy::SecrecyWords;

/// One mistake in a pack, with the line that a person looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackProblem {
    /// Line of the text, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Every mistake found in a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the pack has mistakes:{}", .problems.iter().map(|problem| format!("\n  line {}: {}", problem.line, problem.message)).collect::<String>())]
pub struct PackError {
    /// The mistakes, in the order of their lines.
    pub problems: Vec<PackProblem>,
}

/// A clause of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// What it says, in short.
    pub text: Wording,
    /// The document's number.
    pub document: String,
    /// The article.
    pub article: Wording,
}

impl Clause {
    /// Document and article, as cited inside a sentence.
    pub fn citation(&self) -> Wording {
        Wording::new(format!("{}{}", self.document, self.article.zh), format!("{}, {}", self.document, self.article.en))
    }

    /// Text with its citation.
    pub fn full(&self) -> Wording {
        let citation = self.citation();
        Wording::new(format!("{}({})", self.text.zh, citation.zh), format!("{} ({})", self.text.en, citation.en))
    }
}

/// The money of a country as people write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// The unit of columns and forms.
    pub unit: Wording,
}

/// The duty to be on the cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// From this day the duty holds.
    pub on: Date,
    /// The document that gives the day.
    pub on_document: String,
    /// The clause that states the duty.
    pub clause: Clause,
}

/// Time limits. Working days follow the calendar of holidays; the others are calendar time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Working days within which an unjustified system must migrate or justify.
    pub decide_working_days: u32,
    /// Months after registration during which a system under construction may lack its go-live date.
    pub not_live_max_months: i32,
    /// Days between approval of a retirement and its date, at most.
    pub retiring_max_days: i32,
    /// Days that a migration without planned cut-over may take.
    pub migration_default_days: i32,
    /// A migration later than its time multiplied by this no longer protects.
    pub migration_late_factor: i32,
    /// Days after its date during which a wave still counts as a plan.
    pub planned_wave_grace_days: i32,
}

/// How often exceptions are looked at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Days before the end of a legal basis from which the exceptions that rest on it are flagged.
    pub basis_warning_days: i32,
    months: BTreeMap<String, i32>,
}

impl Review {
    /// Months between two reviews of an exception of this category. A category that the pack does not know never holds.
    pub fn months(&self, category: &str) -> i32 {
        self.months.get(category).copied().unwrap_or(1)
    }
}

/// Thresholds of flags and texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// The smallest believable PUE, times 1000.
    pub pue_minimum_thousandths: i64,
    /// How many places a sentence names before it says "and so many more".
    pub names_in_a_sentence: usize,
}

/// What the pack says of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// What the rule looks at.
    pub subject: Subject,
    /// How grave a hit is.
    pub severity: Severity,
    /// Short name.
    pub title: Wording,
    /// What is checked.
    pub checks: Wording,
    /// The clause behind it.
    pub clause: Clause,
    /// What to do about a hit.
    pub remedy: Wording,
}

/// A country's rules as data.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Short name (`cn`).
    pub name: String,
    /// Version, for the audit trail.
    pub version: String,
    /// Name for people.
    pub title: Wording,
    /// IANA name of the time zone, for people and for clients.
    pub time_zone_name: String,
    /// The time zone whose days count.
    pub time_zone: TimeZone,
    /// The money.
    pub currency: Currency,
    /// The duty to be on the cloud.
    pub policy: Policy,
    /// Time limits.
    pub limits: Limits,
    /// Reviews of exceptions.
    pub review: Review,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Working days.
    pub calendar: Calendar,
    rules: BTreeMap<FlagRule, RuleText>,
    fallback: RuleText,
    lists: HashMap<String, CodeList>,
    no_list: CodeList,
    secrecy: SecrecyWords,
}

impl Pack {
    /// The text of a built-in pack, for people who start their own from it.
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        (name == "cn").then_some(include_str!("packs/cn.toml"))
    }

    /// A built-in pack, read once. `cn` is the only one in this version.
    pub fn builtin(name: &str) -> Result<&'static Self, PackError> {
        static CHINA: LazyLock<Result<Pack, PackError>> = LazyLock::new(|| Pack::parse(include_str!("packs/cn.toml")));
        match name {
            "cn" => CHINA.as_ref().map_err(Clone::clone),
            other => Err(PackError {
                problems: vec![PackProblem {
                    line: 1,
                    message: format!("there is no built-in pack “{other}”; there is: cn"),
                }],
            }),
        }
    }

    /// Reads a pack. The error names the line of every mistake.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let raw: raw::RawPack = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            PackError {
                problems: vec![PackProblem { line: line_of(text, offset), message: error.message().to_owned() }],
            }
        })?;
        check::build(raw).map_err(|mut problems| {
            problems.sort_by_key(|problem| problem.0);
            let problems = problems
                .into_iter()
                .map(|(offset, message)| PackProblem { line: line_of(text, offset), message })
                .collect();
            PackError { problems }
        })
    }

    /// What the pack says of a rule.
    pub fn rule(&self, rule: FlagRule) -> &RuleText {
        self.rules.get(&rule).unwrap_or(&self.fallback)
    }

    /// The day of a moment in the pack's time zone.
    pub fn day_of(&self, at: Timestamp) -> Date {
        domain::day_of(at, &self.time_zone)
    }
}

impl CodeLists for Pack {
    fn list(&self, name: &str) -> &CodeList {
        self.lists.get(name).unwrap_or(&self.no_list)
    }

    fn is_classified(&self, text: &str) -> bool {
        self.secrecy.is_classified(text)
    }
}

/// The line of a byte offset, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests;
