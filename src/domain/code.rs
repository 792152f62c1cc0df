//! Lists of codes (enumerations) whose words and labels the pack holds.

use crate::wording::Language;

/// Where the codes of a list are found; the pack is the one implementation in the program.
pub trait CodeLists {
    /// The list of a name; an unknown name gives an empty list.
    fn list(&self, name: &str) -> &CodeList;

    /// True when a value of the classification field marks the row as classified (state secret): import refuses it.
    fn is_classified(&self, text: &str) -> bool;
}

/// One list of codes in rank order.
#[derive(Clone, Debug, Default)]
pub struct CodeList {
    /// `(code, Chinese label, English label, other spellings)`.
    entries: Vec<(String, String, String, Vec<String>)>,
    by_fold: std::collections::HashMap<String, usize>,
}

impl CodeList {
    /// Builds a list; entries are `(code, zh, en, synonyms)` in rank order. Two entries with one spelling: the first wins.
    pub fn new(entries: Vec<(String, String, String, Vec<String>)>) -> Self {
        let mut by_fold = std::collections::HashMap::new();
        for (index, (code, zh, en, also)) in entries.iter().enumerate() {
            for spelling in [code, zh, en].into_iter().chain(also) {
                by_fold.entry(crate::fold(spelling)).or_insert(index);
            }
        }
        Self { entries, by_fold }
    }

    /// The code that a spelling means: code, label in either language, or synonym.
    pub fn find(&self, text: &str) -> Option<&str> {
        self.by_fold.get(&crate::fold(text)).and_then(|index| self.entries.get(*index)).map(|entry| entry.0.as_str())
    }

    /// True when `code` itself is in the list.
    pub fn has(&self, code: &str) -> bool {
        self.entries.iter().any(|entry| entry.0 == code)
    }

    /// The label of a code; the code itself if the list does not know it.
    pub fn label<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        self.entries
            .iter()
            .find(|entry| entry.0 == code)
            .map_or(code, |entry| language.pick(entry.1.as_str(), entry.2.as_str()))
    }

    /// Codes with their labels in one language, in rank order.
    pub fn options(&self, language: Language) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(move |entry| (entry.0.as_str(), language.pick(entry.1.as_str(), entry.2.as_str())))
    }

    /// The codes in rank order.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.0.as_str())
    }

    /// The label closest to a misspelt text, if one is close enough to suggest.
    pub fn suggest(&self, text: &str, language: Language) -> Option<&str> {
        let wanted: Vec<char> = crate::fold(text).chars().collect();
        self.entries
            .iter()
            .flat_map(|entry| {
                let label = language.pick(entry.1.as_str(), entry.2.as_str());
                [entry.0.as_str(), entry.1.as_str(), entry.2.as_str()]
                    .map(|spelling| (distance(&wanted, spelling), label))
            })
            .filter(|(distance, _)| *distance * 2 <= wanted.len().max(2))
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, label)| label)
    }
}

/// Edit distance between folded texts, for suggestions only.
fn distance(left: &[char], right: &str) -> usize {
    let right: Vec<char> = crate::fold(right).chars().collect();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let substitute = previous.get(column).copied().unwrap_or(0) + usize::from(letter != other);
            let delete = previous.get(column + 1).copied().unwrap_or(0) + 1;
            let insert = current.last().copied().unwrap_or(0) + 1;
            current.push(substitute.min(delete).min(insert));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or(0)
}
