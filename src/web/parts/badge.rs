//! Badges: a code shown as icon + word + colour, never colour alone. The ten standings have fixed icons and colours.

use askama::Template;

/// The colour family of a badge, a number or a mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// Grey: nothing to say.
    #[default]
    Neutral,
    /// The accent: in progress.
    Accent,
    /// Green.
    Good,
    /// Amber.
    Warn,
    /// Red.
    Bad,
    /// Violet: an exception, a permission.
    Violet,
    /// One of the ten standings, by its place in [`STANDINGS`].
    Standing(usize),
}

impl Tone {
    /// The CSS class.
    #[must_use]
    pub fn class(&self) -> String {
        match self {
            Tone::Neutral => "tone-neutral".into(),
            Tone::Accent => "tone-accent".into(),
            Tone::Good => "tone-good".into(),
            Tone::Warn => "tone-warn".into(),
            Tone::Bad => "tone-bad".into(),
            Tone::Violet => "tone-violet".into(),
            Tone::Standing(at) => format!("tone-{}", STANDINGS.get(*at).map_or("neutral", |(code, _)| code)),
        }
    }
}

/// The ten standings with their icons, in the order in which bars and legends show them: done, on the way, to do, apart.
pub const STANDINGS: [(&str, &str); 10] = [
    ("on_cloud", "cloud-check"),
    ("excepted", "shield-check"),
    ("migrating", "cloud-upload"),
    ("planned", "calendar-event"),
    ("retiring", "arrow-bar-to-down"),
    ("unjustified", "alert-triangle"),
    ("unassessed", "help-circle"),
    ("not_live", "crane"),
    ("retired", "archive"),
    ("not_applicable", "circle-minus"),
];

/// A badge.
#[derive(Template, Clone, Debug, Default)]
#[template(path = "parts/badge.html")]
pub struct BadgeView {
    /// The word.
    pub label: String,
    /// The colour.
    pub tone: Tone,
    /// The icon before the word.
    pub icon: Option<&'static str>,
    /// Where it leads.
    pub href: Option<String>,
    /// Shown on hover.
    pub title: Option<String>,
}

impl BadgeView {
    /// A badge with a word and a colour.
    #[must_use]
    pub fn new(label: impl Into<String>, tone: Tone) -> BadgeView {
        BadgeView { label: label.into(), tone, ..BadgeView::default() }
    }

    /// The badge of a standing: its word comes from the pack. An unknown code is shown grey.
    #[must_use]
    pub fn standing(code: &str, label: impl Into<String>) -> BadgeView {
        let at = STANDINGS.iter().position(|(known, _)| *known == code);
        BadgeView {
            label: label.into(),
            tone: at.map_or(Tone::Neutral, Tone::Standing),
            icon: at.and_then(|at| STANDINGS.get(at)).map(|(_, icon)| *icon),
            ..BadgeView::default()
        }
    }

    /// With an icon.
    #[must_use]
    pub fn with_icon(mut self, icon: &'static str) -> BadgeView {
        self.icon = Some(icon);
        self
    }

    /// With an address.
    #[must_use]
    pub fn with_href(mut self, href: impl Into<String>) -> BadgeView {
        self.href = Some(href.into());
        self
    }
}
