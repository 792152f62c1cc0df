//! Realistic data for every page, in both languages: what the tests check and what the gallery draws. A made-up
//! prefecture-level city; systems and departments keep their Chinese names under English words.

mod admin;
mod forms;
mod imports;
mod lists;
mod overview;
mod records;
mod registers;
mod rules;
mod system;

use askama::Template;

use crate::parts::{BadgeView, SegmentView, StackView};
use crate::shell::{PersonView, Shell};
use crate::words::L;

/// One page, drawn.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name: a file name without ending.
    pub name: &'static str,
    /// Its HTML, or why it could not be drawn.
    pub html: String,
}

/// Every page.
#[must_use]
pub fn all(l: L) -> Vec<Sample> {
    let mut out = Vec::new();
    admin::draw(l, &mut out);
    forms::draw(l, &mut out);
    imports::draw(l, &mut out);
    lists::draw(l, &mut out);
    overview::draw(l, &mut out);
    records::draw(l, &mut out);
    rules::draw(l, &mut out);
    system::draw(l, &mut out);
    out
}

fn put(out: &mut Vec<Sample>, name: &'static str, page: &impl Template) {
    let html = page.render().unwrap_or_else(|error| format!("not drawn: {error}"));
    out.push(Sample { name, html });
}

/// Chinese or English.
fn w(l: L, zh: &str, en: &str) -> String {
    if l.zh() { zh.into() } else { en.into() }
}

/// A shell with everybody's navigation and a signed-in operator.
fn shell(l: L, title: impl Into<String>, active: &str, path: &str) -> Shell {
    let mut shell = Shell::new(l, title, active);
    shell.path = path.into();
    shell.place = w(l, "临江市", "Linjiang City");
    shell.request_id = "01JDAV7K3QF8".into();
    shell.person = Some(PersonView {
        name: "陈立".into(),
        account: "chenli".into(),
        role: w(l, "政务云运维", "Operator"),
        department: "市大数据局".into(),
    });
    for entry in shell.nav.iter_mut().flat_map(|group| &mut group.entries) {
        entry.count = match entry.key {
            "worklist" => Some("9".into()),
            "flags" => Some("86".into()),
            _ => None,
        };
    }
    shell
}

/// The words of the ten standings.
const STANDING_WORDS: [(&str, &str, &str); 10] = [
    ("on_cloud", "已上云", "On cloud"),
    ("excepted", "例外", "Excepted"),
    ("migrating", "迁移中", "Migrating"),
    ("planned", "已列入计划", "Planned"),
    ("retiring", "待下线", "Retiring"),
    ("unjustified", "应上云", "Unjustified"),
    ("unassessed", "待核实", "Unassessed"),
    ("not_live", "建设中", "Not live"),
    ("retired", "已下线", "Retired"),
    ("not_applicable", "不适用", "Not applicable"),
];

fn standing_word(l: L, code: &str) -> String {
    STANDING_WORDS.iter().find(|(known, _, _)| *known == code).map_or_else(String::new, |(_, zh, en)| w(l, zh, en))
}

fn standing(l: L, code: &str) -> BadgeView {
    BadgeView::standing(code, standing_word(l, code))
}

fn stack(l: L, counts: [u64; 10], scope: &str) -> StackView {
    let segments = STANDING_WORDS
        .iter()
        .zip(counts)
        .map(|((code, zh, en), count)| SegmentView {
            code: (*code).into(),
            label: w(l, zh, en),
            count,
            href: format!("/systems?{scope}standing={code}"),
        })
        .collect();
    StackView { l, title: w(l, "上云状态分布", "Standings"), segments, bare: false }
}
