//! The pack's file as it is written: serde shapes with the place of every value that can be wrong in meaning.

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use domain::Wording;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub pack: RawHead,
    pub policy: RawPolicy,
    pub limits: RawLimits,
    pub review: RawReview,
    pub thresholds: RawThresholds,
    pub secrecy: RawSecrecy,
    pub calendar: Vec<RawYear>,
    pub rules: Vec<RawRule>,
    pub lists: Spanned<std::collections::BTreeMap<Spanned<String>, Vec<RawEntry>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHead {
    pub name: Spanned<String>,
    pub version: Spanned<String>,
    pub title: Wording,
    pub time_zone: Spanned<String>,
    pub time_zone_rule: Spanned<String>,
    pub currency: RawCurrency,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCurrency {
    pub code: String,
    pub unit: Wording,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPolicy {
    pub on: Date,
    pub on_document: String,
    pub document: String,
    pub article: Wording,
    pub text: Wording,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLimits {
    pub decide_working_days: Spanned<i64>,
    pub not_live_max_months: Spanned<i64>,
    pub retiring_max_days: Spanned<i64>,
    pub migration_default_days: Spanned<i64>,
    pub migration_late_factor: Spanned<i64>,
    pub planned_wave_grace_days: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReview {
    pub basis_warning_days: Spanned<i64>,
    pub months: Spanned<std::collections::BTreeMap<Spanned<String>, Spanned<i64>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawThresholds {
    pub pue_minimum_thousandths: Spanned<i64>,
    pub names_in_a_sentence: Spanned<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSecrecy {
    pub exactly: Vec<String>,
    pub within: Spanned<Vec<String>>,
    pub never: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawYear {
    pub year: Spanned<i16>,
    pub document: Spanned<String>,
    pub holidays: Vec<RawHoliday>,
    pub make_up_workdays: Vec<Spanned<Date>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHoliday {
    pub zh: Spanned<String>,
    #[serde(rename = "en")]
    pub _en: String,
    pub from: Spanned<Date>,
    pub to: Spanned<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub rule: Spanned<String>,
    pub subject: Spanned<String>,
    pub severity: Spanned<String>,
    pub title: Wording,
    pub checks: Wording,
    pub document: String,
    pub article: Wording,
    pub clause: Wording,
    pub remedy: Wording,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEntry {
    pub code: Spanned<String>,
    pub zh: Spanned<String>,
    pub en: Spanned<String>,
    #[serde(default)]
    pub also: Vec<Spanned<String>>,
}
