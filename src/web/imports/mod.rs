//! The import wizard: file → what we understood → what would happen → apply. Each step has an address of its own, so
//! that one can leave and come back.

pub(crate) mod check;
pub(crate) mod mapping;
pub(crate) mod running;
pub(crate) mod sample_files;
pub(crate) mod start;

use askama::Template;
use askama_web::WebTemplate;

use crate::parts::{ActionView, CellView, LinkView, OptionView, TableView};
use crate::shell::Shell;
use crate::words::L;

/// Where in the wizard one is.
#[derive(Template, Clone, Debug)]
#[template(path = "import-steps.html")]
pub struct StepsView {
    l: L,
    step: usize,
}

impl askama::filters::HtmlSafe for StepsView {}

impl StepsView {
    /// Step 1 to 4.
    #[must_use]
    pub const fn new(l: L, step: usize) -> StepsView {
        StepsView { l, step }
    }

    fn words(&self) -> Vec<(usize, String, &'static str)> {
        let l = self.l;
        let words =
            [l.t("import-step-file"), l.t("import-step-read"), l.t("import-step-check"), l.t("import-step-apply")];
        let class = |number: usize| match number.cmp(&self.step) {
            std::cmp::Ordering::Less => "done",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Greater => "",
        };
        words.into_iter().enumerate().map(|(at, word)| (at + 1, word, class(at + 1))).collect()
    }
}

/// A kind of record that can be imported.
#[derive(Clone, Debug, Default)]
pub struct KindChoice {
    /// The plural kebab-case word: `systems`.
    pub value: String,
    /// Its label.
    pub label: String,
    /// What one row is.
    pub note: String,
    /// Empty files with the headers and a sample row: words and address.
    pub samples: Vec<LinkView>,
    /// Chosen.
    pub chosen: bool,
}

/// Step 1: a kind and a file.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "import-start.html")]
pub struct ImportStartPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// Kinds.
    pub kinds: Vec<KindChoice>,
    /// Sources whose mapping was saved before.
    pub sources: Vec<OptionView>,
    /// Why the file was refused.
    pub error: Option<String>,
    /// The limits, in words.
    pub limits: String,
    /// Recent imports.
    pub recent: TableView,
}

/// One column of the file and the field it goes to.
#[derive(Clone, Debug, Default)]
pub struct MapRow {
    /// Its letter or number in the file.
    pub place: String,
    /// The header as written.
    pub header: String,
    /// The label of the field it goes to; empty: left out.
    pub field: String,
    /// How sure we are, in words: same name, synonym, saved mapping, by you.
    pub how: String,
    /// Left out: marked.
    pub left_out: bool,
    /// Values of the first rows.
    pub samples: Vec<String>,
}

/// Step 2: what we understood.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "import-read.html")]
pub struct ImportReadPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The address of this import.
    pub path: String,
    /// The import's identifier: reading the file otherwise replaces it.
    pub id: String,
    /// The plural word of the kind.
    pub kind: String,
    /// The source as named.
    pub source: String,
    /// Name, size, rows of the file.
    pub file: String,
    /// Encodings, of text files; the detected one is chosen.
    pub encodings: Vec<OptionView>,
    /// Separators; empty for workbooks.
    pub separators: Vec<OptionView>,
    /// Sheets; empty for text files.
    pub sheets: Vec<OptionView>,
    /// The row with the headers, counted from 1.
    pub header_row: u64,
    /// What the reader decided and the person should know.
    pub notes: Vec<String>,
    /// How rows find their records, in words.
    pub key: String,
    /// Columns.
    pub columns: Vec<MapRow>,
    /// Fields a column can go to.
    pub fields: Vec<OptionView>,
    /// Required fields without a column.
    pub unmapped: Vec<String>,
    /// Something that keeps it from going on.
    pub error: Option<String>,
}

/// A value of a refused row.
#[derive(Clone, Debug, Default)]
pub struct FaultView {
    /// The column.
    pub column: String,
    /// The value.
    pub value: String,
    /// The rule in words.
    pub rule: String,
    /// What would be right.
    pub suggestion: String,
    /// Takes the suggestion, here and in all alike rows.
    pub take: Option<ActionView>,
}

/// A refused row with its original cells.
#[derive(Clone, Debug, Default)]
pub struct RefusedRow {
    /// Its number in the file.
    pub row: u64,
    /// Its cells; bad ones are [`CellView::Bad`].
    pub cells: Vec<CellView>,
    /// What is wrong.
    pub faults: Vec<FaultView>,
}

/// One error for many rows: references that do not exist.
#[derive(Clone, Debug, Default)]
pub struct MissingReference {
    /// "146 departments named in 312 rows are not in the register".
    pub text: String,
    /// The first of them.
    pub names: Vec<String>,
    /// Creates them: itself dry-run first.
    pub create: Option<ActionView>,
}

/// A tab of the preview.
#[derive(Clone, Debug, Default)]
pub struct TabView {
    /// Its word.
    pub label: String,
    /// How many rows.
    pub count: String,
    /// Its address.
    pub href: String,
    /// Shown now.
    pub active: bool,
}

/// Step 3: what would happen.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "import-check.html")]
pub struct ImportCheckPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The address of this import.
    pub path: String,
    /// "1,779 rows: 412 new, 1,301 changed, 40 unchanged, 26 refused."
    pub summary: String,
    /// New, changed, unchanged, refused.
    pub counts: [u64; 4],
    /// References that do not exist.
    pub missing: Vec<MissingReference>,
    /// The share of changed records is unusual.
    pub warning: Option<String>,
    /// Rows marked classified: numbers only.
    pub classified: Option<String>,
    /// Tabs.
    pub tabs: Vec<TabView>,
    /// Headers of the original file, for refused rows.
    pub headers: Vec<String>,
    /// Refused rows, when their tab is shown.
    pub refused: Vec<RefusedRow>,
    /// Changed or new rows, when their tab is shown.
    pub table: Option<TableView>,
    /// More rows of this tab.
    pub more: Option<String>,
    /// Refused rows as a file to fix.
    pub refused_file: Option<LinkView>,
    /// Leaves refused rows out (`partial=true`): the words beside the box; nothing when no row is refused. Without it
    /// an import is all or nothing.
    pub partial: Option<String>,
    /// Why it cannot be applied; empty when it can.
    pub blocked: String,
    /// The word on the button: "Apply 1,713 rows".
    pub apply: String,
}

/// How far a running import is.
#[derive(Clone, Debug, Default)]
pub struct ProgressView {
    /// 0 to 100.
    pub percent: u64,
    /// "23,400 of 100,000 rows".
    pub done: String,
    /// "12,800 rows a second".
    pub speed: String,
    /// "about 6 seconds left".
    pub left: String,
    /// Can still be cancelled.
    pub cancel: bool,
}

/// How far a running import is, alone: what the page asks for while it runs.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "import-running.html")]
pub struct RunningPart {
    /// The words.
    pub l: L,
    /// The address of this import.
    pub path: String,
    /// What is being done.
    pub result: String,
    /// How far it is.
    pub now: ProgressView,
}

/// Step 4: applying, and what came of it.
#[derive(Template, WebTemplate, Clone, Debug)]
#[template(path = "import-apply.html")]
pub struct ImportApplyPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The words.
    pub l: L,
    /// The address of this import.
    pub path: String,
    /// 3 while checking, 4 afterwards.
    pub step: usize,
    /// Running: asked for again twice a second.
    pub progress: Option<ProgressView>,
    /// What is being done, or what came of it: a sentence.
    pub result: String,
    /// It failed, or was cancelled or undone.
    pub failed: bool,
    /// What it did: label, number, list behind it.
    pub figures: Vec<(String, String, String)>,
    /// What can be done now: see the list, undo, refused rows.
    pub actions: Vec<ActionView>,
}

impl ImportCheckPage {
    /// New, changed, unchanged, refused as parts of a bar: start and width in thousandths.
    fn spans(&self) -> Vec<(&'static str, u64, u64)> {
        let total = self.counts.iter().sum::<u64>().max(1);
        let mut sum = 0;
        let mut spans = Vec::with_capacity(4);
        for (kind, count) in ["new", "changed", "same", "refused"].into_iter().zip(self.counts) {
            let start = sum * 1000 / total;
            sum += count;
            spans.push((kind, start, sum * 1000 / total - start));
        }
        spans
    }
}
