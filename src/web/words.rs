//! Words of the console in Chinese and English: one `Copy` value `L` that every template gets, backed by fluent files
//! in `words/`. Labels of fields and of codes are not here: they come with the data, from the field table and the pack.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid};

fluent_templates::static_loader! {
    static WORDS = {
        locales: "words",
        fallback_language: "en",
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static ZH: LanguageIdentifier = langid!("zh-CN");
static EN: LanguageIdentifier = langid!("en");

/// A language of the console.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lang {
    /// Simplified Chinese.
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both languages, the default first.
    pub const ALL: [Lang; 2] = [Lang::Zh, Lang::En];

    /// The language tag for `lang=` attributes and for `?lang=`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// Reads a tag or an `Accept-Language` header; only the first language counts.
    #[must_use]
    pub fn parse(text: &str) -> Option<Lang> {
        let first = text.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        match first.split(['-', '_']).next().unwrap_or_default() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        }
    }

    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }
}

/// The words of one language. Passed to each template as `l`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct L {
    /// The language.
    pub lang: Lang,
}

impl L {
    /// Words in this language.
    #[must_use]
    pub const fn new(lang: Lang) -> L {
        L { lang }
    }

    /// Whether this is Chinese.
    #[must_use]
    pub const fn zh(self) -> bool {
        matches!(self.lang, Lang::Zh)
    }

    /// A plain text.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.look(key, None)
    }

    /// A text with named arguments.
    #[must_use]
    pub fn ta(self, key: &str, args: &[(&'static str, &str)]) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> =
            args.iter().map(|(name, value)| (Cow::Borrowed(*name), FluentValue::from(*value))).collect();
        self.look(key, Some(&args))
    }

    /// A text about a count: `$count` chooses the plural form, `$shown` is the count with separators.
    #[must_use]
    pub fn n(self, key: &str, count: impl Count) -> String {
        let count = count.count();
        let shown = number(count);
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> = HashMap::from([
            (Cow::Borrowed("count"), FluentValue::from(count)),
            (Cow::Borrowed("shown"), FluentValue::from(shown)),
        ]);
        self.look(key, Some(&args))
    }

    /// A number with thousands separators.
    #[must_use]
    pub fn num(self, count: impl Count) -> String {
        number(count.count())
    }

    fn look(self, key: &str, args: Option<&HashMap<Cow<'static, str>, FluentValue<'_>>>) -> String {
        let found = match args {
            Some(args) => WORDS.try_lookup_with_args(self.lang.id(), key, args),
            None => WORDS.try_lookup(self.lang.id(), key),
        };
        found.unwrap_or_else(|| format!("⟦{key}⟧"))
    }
}

/// Something counted: templates pass counts now by value, now by reference.
pub trait Count {
    /// How many.
    fn count(&self) -> u64;
}

impl Count for u64 {
    fn count(&self) -> u64 {
        *self
    }
}

impl<T: Count> Count for &T {
    fn count(&self) -> u64 {
        (*self).count()
    }
}

/// A number with a comma at each thousand.
#[must_use]
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Lang, number};

    #[test]
    fn numbers_carry_separators() {
        assert_eq!(number(7), "7");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_000), "1,000");
        assert_eq!(number(12_345_678), "12,345,678");
    }

    #[test]
    fn the_first_accepted_language_counts() {
        assert_eq!(Lang::parse("zh-CN,zh;q=0.9,en;q=0.8"), Some(Lang::Zh));
        assert_eq!(Lang::parse("en-GB"), Some(Lang::En));
        assert_eq!(Lang::parse("fr"), None);
    }
}
