//! What every page must keep to, checked on the samples in both languages.

mod icons;
mod pages;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// Every source file below the crate with one of the endings, without built and third-party folders.
fn sources(endings: &[&str]) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, endings: &[&str], out: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().into_string().unwrap();
            if path.is_dir() {
                if !["assets", "words", "tests", "examples"].contains(&name.as_str()) {
                    walk(&path, endings, out);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                out.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    let mut out = Vec::new();
    walk(Path::new(env!("CARGO_MANIFEST_DIR")), endings, &mut out);
    assert!(out.len() > 5);
    out
}

/// Every text between `start` and the next quotation mark.
fn quoted<'s>(text: &'s str, start: &str) -> Vec<&'s str> {
    text.match_indices(start).filter_map(|(at, _)| text[at + start.len()..].split('"').next()).collect()
}
