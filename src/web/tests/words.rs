//! Both languages say the same things, nothing is missing, nothing is left over.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{quoted, sources};

fn keys(language: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("words").join(language);
    let mut keys = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        for line in fs::read_to_string(entry.path()).unwrap().lines() {
            if let Some((key, _)) = line.split_once(" =")
                && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            {
                assert!(keys.insert(key.to_owned()), "{key} stands twice in {language}");
            }
        }
    }
    assert!(keys.len() > 100);
    keys
}

#[test]
fn both_languages_hold_the_same_keys() {
    let (zh, en) = (keys("zh-CN"), keys("en"));
    assert_eq!(zh.difference(&en).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in English");
    assert_eq!(en.difference(&zh).collect::<Vec<_>>(), Vec::<&String>::new(), "missing in Chinese");
}

#[test]
fn no_key_is_missing_and_none_is_left_over() {
    let keys = keys("zh-CN");
    let mut asked = BTreeSet::new();
    let mut text = String::new();
    for (_, source) in sources(&[".html", ".rs"]) {
        for start in [".t(\"", ".ta(\"", ".n(\""] {
            asked.extend(quoted(&source, start).into_iter().map(str::to_owned));
        }
        text.push_str(&source);
    }
    let missing: Vec<_> = asked.iter().filter(|key| !keys.contains(*key)).collect();
    assert!(missing.is_empty(), "asked for and not said: {missing:?}");
    let left: Vec<_> = keys.iter().filter(|key| !text.contains(&format!("\"{key}\""))).collect();
    assert!(left.is_empty(), "said and never asked for: {left:?}");
}
