//! Days and moments in words.

use domain::Timestamp;
use jiff::civil::{Date, Weekday};
use rules::Pack;

use crate::words::L;

/// A day with its weekday: "2026-11-26 周四", "Thursday 26 November 2026".
pub(crate) fn full_day(l: L, date: Date) -> String {
    if l.zh() {
        return format!("{date} 周{}", weekday_zh(date.weekday()));
    }
    date.strftime("%A %-d %B %Y").to_string()
}

fn weekday_zh(weekday: Weekday) -> char {
    match weekday {
        Weekday::Monday => '一',
        Weekday::Tuesday => '二',
        Weekday::Wednesday => '三',
        Weekday::Thursday => '四',
        Weekday::Friday => '五',
        Weekday::Saturday => '六',
        Weekday::Sunday => '日',
    }
}

/// A moment as people say it: today and yesterday with the time, earlier days with their date.
pub(crate) fn ago(l: L, pack: &Pack, today: Date, at: Timestamp) -> String {
    let local = at.to_zoned(pack.time_zone.clone());
    let time = local.strftime("%H:%M").to_string();
    let day = local.date();
    if day == today {
        l.ta("moment-today", &[("time", &time)])
    } else if today.yesterday().is_ok_and(|yesterday| yesterday == day) {
        l.ta("moment-yesterday", &[("time", &time)])
    } else {
        day.to_string()
    }
}

/// A moment exactly, in the pack's time zone.
pub(crate) fn exact(pack: &Pack, at: Timestamp) -> String {
    at.to_zoned(pack.time_zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
}
