//! Every page: one first heading, headings in order, labels, no inline style or handler, every word said, small.

use crate::samples::{Sample, all};
use crate::{L, Lang};

fn each(check: impl Fn(&Sample, Lang)) {
    for lang in Lang::ALL {
        let samples = all(L::new(lang));
        assert!(samples.len() > 30);
        for sample in &samples {
            check(sample, lang);
        }
    }
}

/// Every start tag with its text up to `>`, outside of quoted values.
fn tags(html: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let mut quote = None;
        let end = rest.char_indices().find(|(_, c)| match quote {
            Some(open) if *c == open => {
                quote = None;
                false
            }
            Some(_) => false,
            None if *c == '"' || *c == '\'' => {
                quote = Some(*c);
                false
            }
            None => *c == '>',
        });
        let Some((end, _)) = end else { break };
        out.push(&rest[..end]);
        rest = &rest[end..];
    }
    out
}

fn name(tag: &str) -> &str {
    tag.split([' ', '\n', '/']).next().unwrap_or_default()
}

fn value<'t>(tag: &'t str, key: &str) -> Option<&'t str> {
    tag.split_once(&format!(" {key}=\"")).and_then(|(_, rest)| rest.split('"').next())
}

#[test]
fn every_page_is_drawn_and_is_small() {
    each(|sample, lang| {
        assert!(sample.html.contains("</html>"), "{} {lang:?}: {}", sample.name, sample.html);
        assert!(sample.html.len() < 60_000, "{} {lang:?}: {} bytes", sample.name, sample.html.len());
        assert!(sample.html.contains(&format!("<html lang=\"{}\"", lang.tag())));
    });
}

#[test]
fn every_word_is_said() {
    each(|sample, lang| assert!(!sample.html.contains('⟦'), "{} {lang:?} holds an untranslated key", sample.name));
}

#[test]
fn every_page_has_one_first_heading_and_headings_in_order() {
    each(|sample, lang| {
        let levels: Vec<u32> = tags(&sample.html)
            .into_iter()
            .map(name)
            .filter(|name| name.len() == 2 && name.starts_with('h'))
            .filter_map(|name| name[1..].parse().ok())
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{} {lang:?}", sample.name);
        assert_eq!(levels.first(), Some(&1), "{} {lang:?}: {levels:?}", sample.name);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{} {lang:?}: {levels:?}", sample.name);
    });
}

#[test]
fn nothing_on_a_page_breaks_the_content_security_policy() {
    each(|sample, lang| {
        for tag in tags(&sample.html) {
            let bare: String = tag.split('"').step_by(2).collect();
            let bad = bare.contains(" style=") || bare.split_whitespace().skip(1).any(|part| part.starts_with("on"));
            assert!(!bad, "{} {lang:?}: <{tag}>", sample.name);
            assert!(name(tag) != "script" || tag.contains("src="), "{} {lang:?}: inline script", sample.name);
            assert_ne!(name(tag), "style", "{} {lang:?}", sample.name);
            if let Some(trigger) = value(tag, "hx-trigger") {
                assert!(!trigger.contains('['), "{}: a trigger filter is evaluated as script", sample.name);
            }
        }
    });
}

#[test]
fn every_input_has_a_label() {
    each(|sample, lang| {
        let all = tags(&sample.html);
        for tag in &all {
            if !["input", "select", "textarea"].contains(&name(tag)) || value(tag, "type") == Some("hidden") {
                continue;
            }
            let labelled = value(tag, "aria-label").is_some_and(|label| !label.is_empty())
                || value(tag, "id").is_some_and(|id| sample.html.contains(&format!("for=\"{id}\"")))
                || sample.html.split(&format!("<{tag}>")).next().is_some_and(|before| {
                    before.rfind("<label").is_some_and(|open| before.rfind("</label>").is_none_or(|close| close < open))
                });
            assert!(labelled, "{} {lang:?}: <{tag}>", sample.name);
        }
    });
}

#[test]
fn ids_are_unique_and_nothing_comes_from_another_host() {
    each(|sample, lang| {
        let mut ids: Vec<&str> = tags(&sample.html).into_iter().filter_map(|tag| value(tag, "id")).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{} {lang:?}: an id stands twice: {ids:?}", sample.name);
        for tag in tags(&sample.html) {
            for key in ["src", "href"] {
                let outside = value(tag, key).is_some_and(|url| url.contains("//"));
                assert!(!outside, "{} {lang:?}: <{tag}>", sample.name);
            }
        }
    });
}

#[test]
fn every_button_and_link_says_something() {
    each(|sample, lang| {
        for open in ["<button", "<a "] {
            for (at, _) in sample.html.match_indices(open) {
                let rest = &sample.html[at..];
                let close = if open == "<a " { "</a>" } else { "</button>" };
                let element = rest.split(close).next().unwrap_or_default();
                let head = tags(element).first().copied().unwrap_or_default().to_owned();
                let text: String =
                    element.split('<').skip(1).filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
                assert!(!text.trim().is_empty() || head.contains("aria-label="), "{} {lang:?}: {element}", sample.name);
            }
        }
    });
}
