//! Fields of forms: one kind for each way a value is given.

use askama::Template;

use crate::words::L;

/// A choice.
#[derive(Clone, Debug, Default)]
pub struct OptionView {
    /// Sent.
    pub value: String,
    /// Shown.
    pub label: String,
    /// How many records have it (filters), or a code (references).
    pub count: String,
    /// Chosen now.
    pub chosen: bool,
}

impl OptionView {
    /// A choice that is not chosen.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> OptionView {
        OptionView { value: value.into(), label: label.into(), ..OptionView::default() }
    }

    /// With a count.
    #[must_use]
    pub fn with_count(self, count: impl Into<String>) -> OptionView {
        OptionView { count: count.into(), ..self }
    }

    /// Chosen.
    #[must_use]
    pub fn on(self) -> OptionView {
        OptionView { chosen: true, ..self }
    }
}

/// How a value is given.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// One line.
    Text {
        /// Monospaced: codes.
        code: bool,
        /// The longest text taken.
        max: usize,
    },
    /// Several lines.
    LongText,
    /// A password; its value is never sent back.
    Password {
        /// `current-password` or `new-password`.
        autocomplete: &'static str,
    },
    /// A number with its unit; money has the unit 万元.
    Number {
        /// The unit.
        unit: String,
    },
    /// Yes, no or unknown.
    YesNo,
    /// A date.
    Date,
    /// One of some codes.
    Code(Vec<OptionView>),
    /// Several of some codes.
    Codes(Vec<OptionView>),
    /// Another record, found by typing its code or name. The field holds `code name`; the server reads the code.
    Reference {
        /// Where suggestions come from: answers `<option>` elements.
        lookup: String,
        /// The first suggestions.
        options: Vec<OptionView>,
    },
    /// A file.
    File {
        /// Kinds taken.
        accept: &'static str,
    },
}

/// A field of a form.
#[derive(Template, Clone, Debug)]
#[template(path = "parts/field.html")]
pub struct FieldView {
    /// The words.
    pub l: L,
    /// Its name; its id is `f-` and the name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Its value as typed.
    pub value: String,
    /// How it is given.
    pub kind: FieldKind,
    /// Must be given.
    pub required: bool,
    /// May be seen, not changed.
    pub locked: bool,
    /// Classes of its own: when it is shown.
    pub class: &'static str,
    /// Help below it.
    pub help: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl FieldView {
    /// A field without help, not required.
    #[must_use]
    pub fn new(l: L, name: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> FieldView {
        FieldView {
            l,
            name: name.into(),
            label: label.into(),
            value: String::new(),
            kind,
            required: false,
            locked: false,
            class: "",
            help: String::new(),
            error: None,
        }
    }

    /// A field of one line.
    #[must_use]
    pub fn line(l: L, name: impl Into<String>, label: impl Into<String>) -> FieldView {
        FieldView::new(l, name, label, FieldKind::Text { code: false, max: 200 })
    }

    /// With a value.
    #[must_use]
    pub fn with(mut self, value: impl Into<String>) -> FieldView {
        self.value = value.into();
        self
    }

    /// Required.
    #[must_use]
    pub fn must(mut self) -> FieldView {
        self.required = true;
        self
    }

    /// With help.
    #[must_use]
    pub fn helped(mut self, help: impl Into<String>) -> FieldView {
        self.help = help.into();
        self
    }

    /// With classes of its own.
    #[must_use]
    pub fn within(mut self, class: &'static str) -> FieldView {
        self.class = class;
        self
    }

    /// With what is wrong.
    #[must_use]
    pub fn wrong(mut self, error: impl Into<String>) -> FieldView {
        self.error = Some(error.into());
        self
    }

    fn described(&self) -> String {
        let mut ids = Vec::new();
        if self.error.is_some() {
            ids.push(format!("e-{}", self.name));
        }
        if !self.help.is_empty() {
            ids.push(format!("h-{}", self.name));
        }
        ids.join(" ")
    }

    fn narrow(&self) -> bool {
        matches!(self.kind, FieldKind::Number { .. } | FieldKind::Date)
    }

    fn grouped(&self) -> bool {
        matches!(self.kind, FieldKind::YesNo | FieldKind::Codes(_))
    }
}
