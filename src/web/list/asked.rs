//! The address of a list: its query string is the view. Read once, written again for every link on the page.

use axum::http::Uri;

/// Parameters that page through a list or shape its page; everything else narrows it.
const SHAPE: [&str; 7] = ["cursor", "back", "columns", "column", "filters", "format", "lang"];

/// In a condition: "is not known". Forms send empty values for "any", so the empty value cannot say this here.
pub(crate) const UNKNOWN: &str = "~";

/// A list as somebody asks for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Asked {
    /// Reads an address. Empty values mean nothing, repeated ones mean it once; columns come as boxes or as one list.
    pub fn read(path: &str, query: &str) -> Asked {
        let mut asked = Asked { path: path.to_owned(), pairs: Vec::new() };
        let mut columns: Vec<String> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            match &*name {
                _ if value.is_empty() => {}
                "column" => columns.push(value.to_owned()),
                _ => {
                    let pair = (name.into_owned(), value.to_owned());
                    if !asked.pairs.contains(&pair) {
                        asked.pairs.push(pair);
                    }
                }
            }
        }
        if !columns.is_empty() {
            asked.set("columns", &columns.join(","));
        }
        asked
    }

    /// Reads the address of a request.
    pub fn of(uri: &Uri) -> Asked {
        Asked::read(uri.path(), uri.query().unwrap_or_default())
    }

    /// The first value of a parameter.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What narrows and orders the list, for the use case.
    pub fn conditions(&self) -> Vec<(String, String)> {
        self.pairs
            .iter()
            .filter(|(name, _)| !SHAPE.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), if value == UNKNOWN { String::new() } else { value.clone() }))
            .collect()
    }

    /// True when anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        self.pairs.iter().any(|(name, _)| name != "sort" && !SHAPE.contains(&name.as_str()))
    }

    fn set(&mut self, name: &str, value: &str) {
        self.pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            self.pairs.push((name.to_owned(), value.to_owned()));
        }
    }

    /// The same list from its beginning with one parameter set; an empty value takes it away.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut other = self.at_the_start();
        other.set(name, value);
        other.address()
    }

    /// The same list at another page.
    pub fn at(&self, name: &str, place: &str) -> String {
        self.with(name, place)
    }

    /// The same list from its beginning without some parameters.
    pub fn without(&self, names: &[&str]) -> String {
        let mut other = self.at_the_start();
        other.pairs.retain(|(known, _)| !names.contains(&known.as_str()));
        other.address()
    }

    /// True when every filter is asked for, with the counts of its choices.
    pub fn all_filters(&self) -> bool {
        self.first("filters") == Some("all")
    }

    /// This very page with every filter.
    pub fn with_all_filters(&self) -> String {
        let mut other = self.clone();
        other.set("filters", "all");
        other.address()
    }

    /// The list without any condition, in the same shape and order.
    pub fn cleared(&self) -> String {
        let mut other = self.at_the_start();
        other.pairs.retain(|(name, _)| name == "sort" || name == "columns");
        other.address()
    }

    /// The same rows below another path.
    pub fn below(&self, path: &str, format: &str) -> String {
        let mut other = self.at_the_start();
        other.path = path.to_owned();
        other.set("columns", "");
        other.set("format", format);
        other.address()
    }

    /// What a form must carry on: everything but some parameters, from the beginning.
    pub fn carried(&self, but: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        self.at_the_start().pairs.into_iter().filter(|(name, _)| !but(name)).collect()
    }

    fn at_the_start(&self) -> Asked {
        let mut other = self.clone();
        other.pairs.retain(|(name, _)| !matches!(name.as_str(), "cursor" | "back" | "filters" | "lang"));
        other
    }

    fn address(&self) -> String {
        if self.pairs.is_empty() {
            return self.path.clone();
        }
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.pairs);
        format!("{}?{}", self.path, query.finish())
    }
}

/// The address of a list with conditions.
pub(crate) fn list_address(plural: &str, conditions: &[(&str, &str)]) -> String {
    let pairs = conditions.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Asked { path: format!("/{plural}"), pairs }.address()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked::read("/systems", query)
    }

    #[test]
    fn what_a_form_sends_for_any_is_no_condition() {
        let asked = asked("standing=&live_on%5Bgte%5D=&q=+&mlps_level=3&mlps_level=3");
        assert_eq!(asked.conditions(), [("mlps_level".to_owned(), "3".to_owned())]);
        assert!(asked.is_narrowed());
        assert!(!Asked::read("/systems", "sort=-name&columns=name&cursor=x").is_narrowed());
    }

    #[test]
    fn not_known_is_a_condition_of_its_own() {
        assert_eq!(asked("hosting=%7E").conditions(), [("hosting".to_owned(), String::new())]);
    }

    #[test]
    fn a_link_keeps_the_view_and_begins_at_its_first_page() {
        let asked = asked("standing=on_cloud&standing=excepted&sort=name&cursor=50~x");
        assert_eq!(asked.with("sort", "-name"), "/systems?standing=on_cloud&standing=excepted&sort=-name");
        assert_eq!(asked.without(&["standing"]), "/systems?sort=name");
        assert_eq!(asked.cleared(), "/systems?sort=name");
        assert_eq!(
            asked.below("/systems/export", "csv"),
            "/systems/export?standing=on_cloud&standing=excepted&sort=name&format=csv"
        );
    }

    #[test]
    fn boxes_of_the_column_chooser_become_one_parameter() {
        let asked = asked("columns=code&column=name&column=standing&q=%E4%B8%8A%E4%BA%91");
        assert_eq!(asked.first("columns"), Some("name,standing"));
        assert_eq!(asked.with("q", ""), "/systems?columns=name%2Cstanding");
    }
}
