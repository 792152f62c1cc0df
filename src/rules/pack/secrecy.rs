//! Does a value of the classification field mean "state secret"? Asked before anything of a row is kept
//! (保守国家秘密法, articles 30 and 31: no state secrets in a non-classified system).

/// The words of the classification field, folded.
#[derive(Clone, Debug, Default)]
pub(super) struct SecrecyWords {
    exactly: Vec<String>,
    within: Vec<String>,
    /// Longest first, so that 不涉及国家秘密 goes before a shorter word inside it.
    never: Vec<String>,
}

impl SecrecyWords {
    pub(super) fn new(exactly: &[String], within: &[String], never: &[String]) -> Self {
        let folded = |words: &[String]| words.iter().map(|word| plain(word)).collect::<Vec<_>>();
        let mut never = folded(never);
        never.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self { exactly: folded(exactly), within: folded(within), never }
    }

    /// Words that say "not secret" are taken out first; what is left decides. So 非涉密 is not 涉密, and 工作秘密 is not 秘密.
    pub(super) fn is_classified(&self, text: &str) -> bool {
        let mut left = plain(text);
        if self.exactly.contains(&left) {
            return true;
        }
        for word in &self.never {
            while let Some(at) = find_word(&left, word) {
                left.replace_range(at..at + word.len(), " ");
            }
        }
        self.within.iter().any(|word| find_word(&left, word).is_some())
    }
}

/// Folded, with hyphens and underscores as spaces: `non_classified`, `non-classified` and `non classified` are one word.
fn plain(text: &str) -> String {
    domain::fold(&text.replace(['-', '_', '\u{2010}', '\u{2011}', '\u{2013}'], " "))
}

/// Where `word` stands in `text`; a word in letters must stand alone, so that "secretariat" is no secret.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let is_letter = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let before = text.get(..*at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        let opens = is_letter(word.chars().next());
        let closes = is_letter(word.chars().next_back());
        !(opens && is_letter(before) || closes && is_letter(after))
    })
}

#[cfg(test)]
mod tests {
    use crate::Pack;
    use domain::CodeLists;

    #[test]
    fn a_classified_row_is_recognised_however_the_level_is_written() {
        let pack = Pack::builtin("cn").unwrap();
        for text in [
            "涉密",
            "是",
            " 是 ",
            "秘密",
            "机密级",
            "绝密★30年",
            "涉密（秘密级）",
            "Top Secret",
            "SECRET//X",
            "classified",
            "YES",
            "1",
        ] {
            assert!(pack.is_classified(text), "{text}");
        }
    }

    #[test]
    fn words_that_only_look_like_secrets_do_not_refuse_a_row() {
        let pack = Pack::builtin("cn").unwrap();
        for text in [
            "",
            "非涉密",
            "否",
            "无",
            "不涉密",
            "不属于国家秘密",
            "工作秘密",
            "unclassified",
            "Non-Classified",
            "UNCLASSIFIED",
            "not classified",
            "Confidential",
            "Restricted Confidential",
            "Secretariat",
            "no",
            "0",
            "公开",
            "Controlled Unclassified Information",
        ] {
            assert!(!pack.is_classified(text), "{text}");
        }
    }
}
