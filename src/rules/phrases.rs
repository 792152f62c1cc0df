//! Small parts of sentences in both languages: days, and lists of names that do not grow without end.

use domain::Wording;
use jiff::civil::Date;

/// A day as people write it.
pub(crate) fn day(date: Date) -> Wording {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or_default();
    Wording::new(
        format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        format!("{} {month} {}", date.day(), date.year()),
    )
}

/// Names as given, each once; at most `max` of them, then how many more.
pub(crate) fn names(all: impl IntoIterator<Item = Wording>, max: usize) -> Wording {
    let mut unique: Vec<Wording> = Vec::new();
    for name in all {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    let more = unique.len().saturating_sub(max);
    let shown = unique.get(..unique.len() - more).unwrap_or_default();
    let zh = shown.iter().map(|name| name.zh.as_str()).collect::<Vec<_>>().join("、");
    let en = shown.iter().map(|name| name.en.as_str()).collect::<Vec<_>>().join(", ");
    if more == 0 {
        Wording::new(zh, en)
    } else {
        Wording::new(format!("{zh}等{}处", unique.len()), format!("{en} and {more} more"))
    }
}

/// The same for names that storage gives in any order: sorted first, so that the same facts make the same sentence.
pub(crate) fn sorted_names(all: impl IntoIterator<Item = Wording>, max: usize) -> Wording {
    let mut all: Vec<Wording> = all.into_iter().collect();
    all.sort_by(|left, right| left.zh.cmp(&right.zh));
    names(all, max)
}

/// A name that a person gave, in quotation marks.
pub(crate) fn quoted(name: &str) -> Wording {
    Wording::new(format!("“{name}”"), format!("“{name}”"))
}

/// The text of an optional field, unless it is blank.
pub(crate) fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_rooms_do_not_make_a_sentence_of_a_hundred_names() {
        let names = names((1..=100).map(|number| quoted(&number.to_string())), 2);
        assert_eq!((names.zh.as_str(), names.en.as_str()), ("“1”、“2”等100处", "“1”, “2” and 98 more"));
    }
}
