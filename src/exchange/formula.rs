//! A text that a spreadsheet would run as a formula gets one leading apostrophe on the way out and loses it on the
//! way in.

use std::borrow::Cow;

/// Whether a text is any number of apostrophes followed by a character that starts a formula. Apostrophes count
/// because a text that already looks guarded must be guarded once more, or it would come back one apostrophe short.
fn starts_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Makes a text safe to open in a spreadsheet: one apostrophe more if it would start a formula.
///
/// [`unguard_formula`] gives back exactly the text that went in, for every text.
pub fn guard_formula(text: &str) -> Cow<'_, str> {
    if starts_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes off the apostrophe that [`guard_formula`] put on. For text cells only: a number was never guarded.
pub fn unguard_formula(text: &str) -> Cow<'_, str> {
    match text.strip_prefix('\'') {
        Some(rest) if starts_formula(rest) => Cow::Borrowed(rest),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_that_would_run_as_a_formula_gets_one_apostrophe() {
        for text in ["=cmd|' /C calc'!A0", "+86 571", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(guard_formula(text), format!("'{text}"));
        }
        for text in ["", "杭州", "a=b", "'tis", "''", " =1"] {
            assert_eq!(guard_formula(text), text);
        }
    }

    #[test]
    fn a_text_that_already_looks_guarded_keeps_its_own_apostrophe() {
        assert_eq!(guard_formula("'=1"), "''=1");
        assert_eq!(unguard_formula("''=1"), "'=1");
        assert_eq!(unguard_formula("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn every_text_comes_back_as_it_went_out(text in "['=+\\-@\t\r a杭]{0,6}|.*") {
            let guarded = guard_formula(&text);
            prop_assert_eq!(unguard_formula(&guarded), text.as_str());
        }
    }
}
