//! From the file to the pack: everything that a shape cannot say is checked here, and every mistake is kept.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    ClusterState, CodeList, ComponentRole, ENTITIES, FlagRule, Hosting, Kind, Lifecycle, MigrationState, OwnerLevel,
    Recognition, Severity, Standing, Wording,
};
use jiff::{
    civil::{Date, Weekday, date},
    tz::TimeZone,
};
use toml::Spanned;

use super::{
    Clause, Currency, Limits, Pack, Policy, Review, RuleText, SecrecyWords, Thresholds,
    raw::{RawEntry, RawLimits, RawPack, RawReview, RawRule, RawThresholds, RawYear},
};
use crate::{calendar::Calendar, flags::Subject};

/// Mistakes with their byte offsets.
type Problems = Vec<(usize, String)>;

/// Builds the pack, or tells every mistake.
pub(super) fn build(raw: RawPack) -> Result<Pack, Problems> {
    let mut problems = Problems::new();
    for text in [&raw.pack.name, &raw.pack.version, &raw.pack.time_zone] {
        if text.get_ref().trim().is_empty() {
            problems.push((text.span().start, "must not be blank".to_owned()));
        }
    }
    let time_zone = TimeZone::posix(raw.pack.time_zone_rule.get_ref()).unwrap_or_else(|_| {
        let start = raw.pack.time_zone_rule.span().start;
        problems.push((
            start,
            format!("“{}” is not a POSIX time zone rule such as CST-8", raw.pack.time_zone_rule.get_ref()),
        ));
        TimeZone::UTC
    });
    let limits = limits(&raw.limits, &mut problems);
    let thresholds = thresholds(&raw.thresholds, &mut problems);
    let calendar = calendar(&raw.calendar, &mut problems);
    let rules_start = raw.rules.first().map_or(0, |rule| rule.rule.span().start);
    let rules = rules(raw.rules, rules_start, &mut problems);
    let secrecy = SecrecyWords::new(&raw.secrecy.exactly, raw.secrecy.within.get_ref(), &raw.secrecy.never);
    if raw.secrecy.within.get_ref().is_empty() {
        let start = raw.secrecy.within.span().start;
        problems.push((start, "without words for classified rows nothing would be refused".to_owned()));
    }
    let lists_start = raw.lists.span().start;
    let lists = lists(raw.lists.into_inner(), lists_start, &secrecy, &mut problems);
    let review = review(&raw.review, lists.get("exception_category"), &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let clause = Clause { text: raw.policy.text, document: raw.policy.document, article: raw.policy.article };
    Ok(Pack {
        name: raw.pack.name.into_inner(),
        version: raw.pack.version.into_inner(),
        title: raw.pack.title,
        time_zone_name: raw.pack.time_zone.into_inner(),
        time_zone,
        currency: Currency { code: raw.pack.currency.code, unit: raw.pack.currency.unit },
        fallback: RuleText {
            subject: Subject::System,
            severity: Severity::Low,
            title: Wording::default(),
            checks: Wording::default(),
            clause: clause.clone(),
            remedy: Wording::default(),
        },
        policy: Policy { on: raw.policy.on, on_document: raw.policy.on_document, clause },
        limits,
        review,
        thresholds,
        calendar,
        rules,
        lists,
        no_list: CodeList::default(),
        secrecy,
    })
}

/// A number within its range; a mistake otherwise.
fn within<T: TryFrom<i64> + Default>(value: &Spanned<i64>, low: i64, high: i64, problems: &mut Problems) -> T {
    let number = *value.get_ref();
    let fits = (low..=high).contains(&number).then(|| T::try_from(number).ok()).flatten();
    fits.unwrap_or_else(|| {
        problems.push((value.span().start, format!("{number} is out of range: {low} to {high}")));
        T::default()
    })
}

fn limits(raw: &RawLimits, problems: &mut Problems) -> Limits {
    Limits {
        decide_working_days: within(&raw.decide_working_days, 1, 250, problems),
        not_live_max_months: within(&raw.not_live_max_months, 0, 60, problems),
        retiring_max_days: within(&raw.retiring_max_days, 1, 1_095, problems),
        migration_default_days: within(&raw.migration_default_days, 1, 1_095, problems),
        migration_late_factor: within(&raw.migration_late_factor, 1, 5, problems),
        planned_wave_grace_days: within(&raw.planned_wave_grace_days, 0, 365, problems),
    }
}

/// Every category of exceptions has its months, and nothing else has.
fn review(raw: &RawReview, categories: Option<&CodeList>, problems: &mut Problems) -> Review {
    let mut months = BTreeMap::new();
    for (category, value) in raw.months.get_ref() {
        if !categories.is_some_and(|list| list.has(category.get_ref())) {
            let message = format!("list exception_category has no code {}", category.get_ref());
            problems.push((category.span().start, message));
        }
        months.insert(category.get_ref().clone(), within(value, 1, 36, problems));
    }
    for category in categories.into_iter().flat_map(CodeList::codes).filter(|code| !months.contains_key(*code)) {
        let message = format!("say after how many months exceptions of category {category} are reviewed");
        problems.push((raw.months.span().start, message));
    }
    Review { basis_warning_days: within(&raw.basis_warning_days, 1, 730, problems), months }
}

fn thresholds(raw: &RawThresholds, problems: &mut Problems) -> Thresholds {
    Thresholds {
        pue_minimum_thousandths: within(&raw.pue_minimum_thousandths, 1_000, 2_000, problems),
        names_in_a_sentence: within(&raw.names_in_a_sentence, 1, 20, problems),
    }
}

fn calendar(years: &[RawYear], problems: &mut Problems) -> Calendar {
    let (mut holidays, mut make_up) = (Vec::new(), Vec::new());
    let mut known: Option<(Date, Date)> = None;
    for year in years {
        let number = *year.year.get_ref();
        if !(1949..=2200).contains(&number) {
            problems.push((year.year.span().start, format!("{number} is out of range: 1949 to 2200")));
            continue;
        }
        if year.document.get_ref().trim().is_empty() {
            problems.push((year.document.span().start, "name the document that published these holidays".to_owned()));
        }
        let (first, last) = (date(number, 1, 1), date(number, 12, 31));
        if known.is_some_and(|(_, until)| until.tomorrow().ok() != Some(first)) {
            problems.push((year.year.span().start, format!("year {number} does not follow the year before it")));
        }
        known = Some((known.map_or(first, |(from, _)| from), last));
        holidays.extend(holidays_of(year, problems));
        let mut previous: Option<Date> = None;
        for day in &year.make_up_workdays {
            let (start, day) = (day.span().start, *day.get_ref());
            let message = if previous.is_some_and(|previous| day <= previous) {
                format!("make-up workday {day} is out of order")
            } else if day.year() != number {
                format!("make-up workday {day} is not in {number}")
            } else if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                format!("make-up workday {day} is not a Saturday or Sunday")
            } else if holidays.contains(&day) {
                format!("{day} is both a holiday and a make-up workday")
            } else {
                String::new()
            };
            if !message.is_empty() {
                problems.push((start, message));
            }
            previous = Some(day);
            make_up.push(day);
        }
    }
    Calendar::new(holidays, make_up, known)
}

/// The single days of a year's holidays, in order, without overlap.
fn holidays_of(year: &RawYear, problems: &mut Problems) -> Vec<Date> {
    let mut days = Vec::new();
    let mut previous: Option<Date> = None;
    for holiday in &year.holidays {
        let (start, name) = (holiday.from.span().start, holiday.zh.get_ref());
        let (from, to) = (*holiday.from.get_ref(), *holiday.to.get_ref());
        if to < from {
            problems.push((holiday.to.span().start, format!("{name} ends on {to}, before it begins on {from}")));
        } else if from.year() != *year.year.get_ref() || to.year() != *year.year.get_ref() {
            problems.push((start, format!("{name} is not in {}", year.year.get_ref())));
        } else if previous.is_some_and(|previous| from <= previous) {
            problems.push((start, format!("{name} from {from} is out of order: the holiday before it ends later")));
        } else {
            days.extend(std::iter::successors(Some(from), |day| day.tomorrow().ok()).take_while(|day| *day <= to));
        }
        previous = Some(previous.map_or(to, |previous| previous.max(to)));
    }
    days
}

fn rules(raw: Vec<RawRule>, start: usize, problems: &mut Problems) -> BTreeMap<FlagRule, RuleText> {
    let mut rules = BTreeMap::new();
    for rule in raw {
        let Some(code) = FlagRule::from_code(rule.rule.get_ref()) else {
            problems.push((rule.rule.span().start, format!("there is no rule “{}”", rule.rule.get_ref())));
            continue;
        };
        let Some(severity) = Severity::from_code(rule.severity.get_ref()) else {
            problems.push((
                rule.severity.span().start,
                format!("“{}” is not a severity: critical, high, medium, low", rule.severity.get_ref()),
            ));
            continue;
        };
        let Some(subject) = Subject::from_code(rule.subject.get_ref()) else {
            problems.push((
                rule.subject.span().start,
                format!("“{}” is not a subject: system, data_center", rule.subject.get_ref()),
            ));
            continue;
        };
        let text = RuleText {
            subject,
            severity,
            title: rule.title,
            checks: rule.checks,
            clause: Clause { text: rule.clause, document: rule.document, article: rule.article },
            remedy: rule.remedy,
        };
        if rules.insert(code, text).is_some() {
            problems.push((rule.rule.span().start, format!("rule {} is described twice", code.code())));
        }
    }
    for rule in FlagRule::ALL {
        if !rules.contains_key(rule) && !problems.iter().any(|problem| problem.1.contains(rule.code())) {
            problems.push((start, format!("rule {} is not described", rule.code())));
        }
    }
    rules
}

fn lists(
    raw: BTreeMap<Spanned<String>, Vec<RawEntry>>,
    start: usize,
    secrecy: &SecrecyWords,
    problems: &mut Problems,
) -> HashMap<String, CodeList> {
    let mut lists = HashMap::new();
    for (name, entries) in raw {
        let place = name.span().start;
        let name = name.into_inner();
        check_spellings(&name, &entries, problems);
        if name == "secrecy" {
            for spelling in
                entries.iter().flat_map(spellings).filter(|spelling| secrecy.is_classified(spelling.get_ref()))
            {
                let message = format!("“{}” means classified, and such rows are never stored", spelling.get_ref());
                problems.push((spelling.span().start, message));
            }
        }
        if let Some(codes) = known_codes(&name) {
            check_codes(&name, place, &codes, &entries, problems);
        }
        let entries = entries
            .into_iter()
            .map(|entry| {
                let also = entry.also.into_iter().map(Spanned::into_inner).collect();
                (entry.code.into_inner(), entry.zh.into_inner(), entry.en.into_inner(), also)
            })
            .collect();
        lists.insert(name, CodeList::new(entries));
    }
    for kind in ENTITIES {
        for field in kind.def().fields {
            let (Kind::Code { list } | Kind::Codes { list }) = field.kind else { continue };
            if !lists.contains_key(list) {
                lists.insert(list.to_owned(), CodeList::default());
                problems.push((start, format!("list {list} is missing; {}.{} needs it", kind.def().table, field.name)));
            }
        }
    }
    lists
}

fn spellings(entry: &RawEntry) -> impl Iterator<Item = &Spanned<String>> {
    [&entry.code, &entry.zh, &entry.en].into_iter().chain(&entry.also)
}

/// Codes are words that storage and addresses can carry, used once; a spelling means one code only.
fn check_spellings(name: &str, entries: &[RawEntry], problems: &mut Problems) {
    let mut codes = HashSet::new();
    let mut meanings: HashMap<String, &str> = HashMap::new();
    for entry in entries {
        let (code, place) = (entry.code.get_ref().as_str(), entry.code.span().start);
        if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            problems.push((place, format!("{name}: code “{code}” may hold only letters, digits, _ and -")));
        }
        if !codes.insert(code) {
            problems.push((place, format!("{name}: code {code} stands twice")));
            continue;
        }
        for spelling in spellings(entry) {
            let folded = domain::fold(spelling.get_ref());
            if folded.is_empty() {
                problems.push((spelling.span().start, format!("{name}: a spelling of {code} is blank")));
            } else if let Some(other) = meanings.insert(folded, code)
                && other != code
            {
                let message = format!("{name}: “{}” means both {other} and {code}", spelling.get_ref());
                problems.push((spelling.span().start, message));
            }
        }
    }
}

/// Lists whose codes the program compares must hold exactly the program's codes.
fn known_codes(list: &str) -> Option<Vec<&'static str>> {
    macro_rules! codes {
        ($Enum:ident) => {
            Some($Enum::ALL.iter().map(|value| value.code()).collect())
        };
    }
    match list {
        "hosting" => codes!(Hosting),
        "lifecycle" => codes!(Lifecycle),
        "government_level" => codes!(OwnerLevel),
        "component_role" => codes!(ComponentRole),
        "recognition" => codes!(Recognition),
        "migration_state" => codes!(MigrationState),
        "cluster_state" => codes!(ClusterState),
        "standing" => codes!(Standing),
        "severity" => codes!(Severity),
        // The closure rules look for this one; a pack may hold more stages.
        _ => None,
    }
}

fn check_codes(name: &str, place: usize, known: &[&str], entries: &[RawEntry], problems: &mut Problems) {
    for code in known {
        if !entries.iter().any(|entry| entry.code.get_ref() == code) {
            problems.push((place, format!("list {name} lacks the code {code}")));
        }
    }
    for entry in entries.iter().filter(|entry| !known.contains(&entry.code.get_ref().as_str())) {
        problems.push((
            entry.code.span().start,
            format!("list {name}: the program knows no code {}", entry.code.get_ref()),
        ));
    }
}
