//! What surrounds every page: navigation, search, language and theme, the signed-in person, messages, the way back,
//! the request id. Navigation is data, so that permissions hide what a person may not open.

use crate::words::{L, Lang};

/// Light, dark, or as the system says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of the cookie and of `data-bs-theme`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads the cookie; anything else is `Auto`.
    #[must_use]
    pub fn parse(text: &str) -> Theme {
        match text {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Auto,
        }
    }
}

/// One place to go.
#[derive(Clone, Debug)]
pub struct NavEntry {
    /// Its key: what permissions and [`Shell::only`] name it by.
    pub key: &'static str,
    /// Its word.
    pub label: String,
    /// Its address.
    pub href: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// The page shown belongs to it.
    pub active: bool,
    /// Something waits there.
    pub count: Option<String>,
}

/// Places that belong together.
#[derive(Clone, Debug)]
pub struct NavGroup {
    /// Its key.
    pub key: &'static str,
    /// Its word; the first group has none.
    pub label: String,
    /// Its places.
    pub entries: Vec<NavEntry>,
}

/// The signed-in person.
#[derive(Clone, Debug, Default)]
pub struct PersonView {
    /// Name.
    pub name: String,
    /// Account.
    pub account: String,
    /// Role in words.
    pub role: String,
    /// Department, when the role is bound to one.
    pub department: String,
}

/// A step of the way back.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its word.
    pub label: String,
    /// Its address.
    pub href: String,
}

/// What kind of message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlashKind {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something was refused.
    Refused,
}

/// A message about what just happened.
#[derive(Clone, Debug)]
pub struct Flash {
    /// Its kind.
    pub kind: FlashKind,
    /// Its words.
    pub text: String,
    /// The record it is about, or the way to undo it: words and address.
    pub link: Option<(String, String)>,
}

impl Flash {
    /// The CSS class.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.kind {
            FlashKind::Done => "flash done",
            FlashKind::Note => "flash note",
            FlashKind::Refused => "flash refused",
        }
    }

    /// The icon.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self.kind {
            FlashKind::Done => "circle-check",
            FlashKind::Note => "info-circle",
            FlashKind::Refused => "hand-stop",
        }
    }
}

/// Everything around a page.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The words.
    pub l: L,
    /// The heading and the first part of the window's title.
    pub title: String,
    /// Path and query of this page, to come back to after changing language or theme.
    pub path: String,
    /// Where to go.
    pub nav: Vec<NavGroup>,
    /// The way back, without this page.
    pub crumbs: Vec<Crumb>,
    /// Who is signed in; nobody on sign-in pages.
    pub person: Option<PersonView>,
    /// What just happened.
    pub flashes: Vec<Flash>,
    /// The id of this request, for those who ask for help.
    pub request_id: String,
    /// Light or dark.
    pub theme: Theme,
    /// What was searched for.
    pub query: String,
    /// Whether the page holds charts: only then is their script loaded.
    pub charts: bool,
    /// The name of the place this register is kept for, from the pack or the settings.
    pub place: String,
}

type Place = (&'static str, &'static str, &'static str, &'static str);

/// The map of the console: group, then key, word, address, icon.
const MAP: [(&str, &str, &[Place]); 6] = [
    (
        "home",
        "",
        &[
            ("worklist", "nav-worklist", "/worklist", "list-check"),
            ("overview", "nav-overview", "/overview", "layout-dashboard"),
        ],
    ),
    (
        "register",
        "nav-register",
        &[
            ("systems", "nav-systems", "/systems", "table"),
            ("data-centers", "nav-data-centers", "/data-centers", "building-warehouse"),
            ("components", "nav-components", "/components", "server"),
            ("zones", "nav-zones", "/zones", "cloud"),
            ("departments", "nav-departments", "/departments", "building-community"),
            ("legal-bases", "nav-legal-bases", "/legal-bases", "certificate"),
            ("exceptions", "nav-exceptions", "/exceptions", "shield-check"),
            ("migrations", "nav-migrations", "/migrations", "cloud-upload"),
        ],
    ),
    (
        "desk",
        "nav-desk",
        &[
            ("requests", "nav-requests", "/requests", "file-text"),
            ("workspaces", "nav-workspaces", "/workspaces", "cloud-check"),
            ("drift", "nav-drift", "/drift", "git-branch"),
            ("clusters", "nav-clusters", "/clusters", "server-2"),
        ],
    ),
    ("rules", "nav-rules", &[("flags", "nav-flags", "/flags", "flag"), ("pack", "nav-pack", "/rules", "scale")]),
    ("data", "nav-data", &[("imports", "nav-imports", "/imports", "file-import")]),
    (
        "admin",
        "nav-admin",
        &[
            ("people", "nav-people", "/people", "users"),
            ("tokens", "nav-tokens", "/tokens", "key"),
            ("audit", "nav-audit", "/audit", "history"),
            ("jobs", "jobs-title", "/jobs", "clock"),
        ],
    ),
];

impl Shell {
    /// The shell of a page: its title and the navigation entry it belongs to.
    #[must_use]
    pub fn new(l: L, title: impl Into<String>, active: &str) -> Shell {
        let nav = MAP.iter().map(|(key, label, places)| NavGroup {
            key,
            label: if label.is_empty() { String::new() } else { l.t(label) },
            entries: places
                .iter()
                .map(|(key, label, href, icon)| NavEntry {
                    key,
                    label: l.t(label),
                    href,
                    icon,
                    active: *key == active,
                    count: None,
                })
                .collect(),
        });
        Shell {
            l,
            title: title.into(),
            path: "/".into(),
            nav: nav.collect(),
            crumbs: Vec::new(),
            person: None,
            flashes: Vec::new(),
            request_id: String::new(),
            theme: Theme::Auto,
            query: String::new(),
            charts: false,
            place: String::new(),
        }
    }

    /// Keeps only the entries a person may open; groups left empty disappear.
    #[must_use]
    pub fn only(mut self, may: impl Fn(&str) -> bool) -> Shell {
        for group in &mut self.nav {
            group.entries.retain(|entry| may(entry.key));
        }
        self.nav.retain(|group| !group.entries.is_empty());
        self
    }

    /// With a step of the way back.
    #[must_use]
    pub fn under(mut self, label: impl Into<String>, href: impl Into<String>) -> Shell {
        self.crumbs.push(Crumb { label: label.into(), href: href.into() });
        self
    }

    /// The other language: its tag and its own name.
    #[must_use]
    pub fn other(&self) -> (&'static str, &'static str) {
        match self.l.lang {
            Lang::Zh => ("en", "English"),
            Lang::En => ("zh-CN", "中文"),
        }
    }

    /// This page in the other language.
    #[must_use]
    pub fn other_href(&self) -> String {
        let mark = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{mark}lang={}", self.path, self.other().0)
    }

    /// What the theme switch leads to, and its icon.
    #[must_use]
    pub fn next_theme(&self) -> (Theme, &'static str) {
        match self.theme {
            Theme::Dark => (Theme::Light, "sun"),
            Theme::Auto | Theme::Light => (Theme::Dark, "moon"),
        }
    }

    /// The version of the program.
    #[must_use]
    pub fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
