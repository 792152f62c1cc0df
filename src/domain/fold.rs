//! Folding of names (case, width, spaces) and cutting of text into searchable terms.

/// Folds case, full-width forms and spacing, so that two spellings of one name compare equal.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut pending_space = false;
    for character in text.chars() {
        let character = match character {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
            other => other,
        };
        if character.is_whitespace() {
            pending_space = !folded.is_empty();
            continue;
        }
        if pending_space {
            folded.push(' ');
            pending_space = false;
        }
        folded.extend(character.to_lowercase());
    }
    folded
}

/// True for characters of scripts written without spaces.
fn is_ideograph(character: char) -> bool {
    matches!(u32::from(character), 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff | 0x3040..=0x30ff)
}

/// Runs of ideographs and of other letters and digits, in order.
fn runs(folded: &str) -> Vec<(bool, String)> {
    let mut runs: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    for character in folded.chars() {
        if !character.is_alphanumeric() {
            open = false;
            continue;
        }
        let ideograph = is_ideograph(character);
        match runs.last_mut() {
            Some((kind, run)) if open && *kind == ideograph => run.push(character),
            _ => runs.push((ideograph, character.to_string())),
        }
        open = true;
    }
    runs
}

/// Cuts text into index terms: words, and for ideographs every character and every pair.
pub fn bigrams(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for (ideograph, run) in runs(&fold(text)) {
        if !ideograph {
            terms.push(run);
            continue;
        }
        let characters: Vec<char> = run.chars().collect();
        terms.extend(characters.iter().map(char::to_string));
        terms.extend(characters.windows(2).map(|pair| pair.iter().collect()));
    }
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Cuts a question into terms that must all be found; `true` marks a term that may be the beginning of a word.
pub fn query_terms(text: &str) -> Vec<(String, bool)> {
    let mut terms = Vec::new();
    for (ideograph, run) in runs(&fold(text)) {
        let characters: Vec<char> = run.chars().collect();
        if !ideograph {
            terms.push((run, true));
        } else if let [only] = characters[..] {
            terms.push((only.to_string(), false));
        } else {
            terms.extend(characters.windows(2).map(|pair| (pair.iter().collect(), false)));
        }
    }
    terms.sort_unstable();
    terms.dedup();
    terms.truncate(16);
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_letters_and_double_spaces_do_not_make_another_name() {
        assert_eq!(fold(" ABC 系统 "), fold("abc  系统"));
    }

    #[test]
    fn a_two_character_word_is_found_inside_a_longer_one() {
        let terms = bigrams("不动产登记系统V2");
        for (wanted, prefix) in query_terms("登记 v") {
            assert!(terms.iter().any(|term| *term == wanted || (prefix && term.starts_with(&wanted))), "{wanted}");
        }
    }
}
