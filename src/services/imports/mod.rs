//! Bringing data in, in three resumable steps: read, check, apply; and back out: refused rows, undo.
//!
//! What was read is staged row by row without classified rows, so that the upload itself is never stored. Check and
//! apply run the same plan over the staged rows: check on a snapshot, apply inside the one transaction that writes.

mod apply;
mod batch;
mod cancel;
mod check;
mod departments;
mod document;
mod mapping;
mod missing;
mod plan;
mod plan_words;
mod progress;
mod read;
mod read_words;
mod refused;
mod retention;
mod run;
mod suggestions;
mod undo;

pub use apply::apply_now;
pub use batch::{BatchRecord, batch_records};
pub use cancel::cancel;
pub use check::check_now;
pub use document::{
    Counts, Document, ImportView, Missing, MissingName, PreviewChange, PreviewRecord, ReadingSummary, Replaced,
    RowError, State,
};
pub use mapping::{Target, propose, targets};
pub use missing::create_missing_departments;
pub use progress::{Phase, Progress, ProgressBoard};
pub use read::{Upload, read};
pub use refused::{RefusedRow, refused_page, refused_rows, row_errors};
pub use retention::{KEEP_DAYS, forget_staged};
pub use run::{APPLY_JOB, CHECK_JOB, find, list, page, recover, run_job, set_mapping, start_apply, start_check};
pub use suggestions::{Suggested, take_suggestion};
pub use undo::undo;
