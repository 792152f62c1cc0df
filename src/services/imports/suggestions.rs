//! Taking a suggestion for every row that has the same mistake, instead of mending the file and bringing it again.

use domain::{Fault, FaultKind, Id};
use store::imports;

use super::{
    document::{ImportView, Replaced, State},
    read, run,
};
use crate::{Op, Outcome, Services};

/// A mistake that a suggestion is known for, as it is told among what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggested {
    /// Stable code of the rule.
    pub rule: String,
    /// Header of the column.
    pub column: String,
    /// The cell.
    pub value: String,
}

fn unknown() -> Fault {
    Fault::new(
        FaultKind::Invalid,
        "no-suggestion",
        "检查结果中没有这一条，或者没有建议值；请按检查结果中的规则、列和值填写，没有建议值的请在文件中改正。",
        "The check found no such mistake with a suggestion; name rule, column and value as the check tells them, and mend in the file what has no suggestion.",
    )
}

/// Reads the suggestion instead of the value in every row of the column, and checks again: small files at once, large ones
/// in the background. The file's own words stay in the import's document.
pub async fn take_suggestion(services: &Services, op: &Op, id: Id, wanted: &Suggested) -> Outcome<ImportView> {
    let mut import = run::find(services, op, id).await?;
    run::may_change(op, &import)?;
    run::in_state(&import, &[State::Checked])?;
    let Suggested { rule, column, value } = wanted;
    let found = imports::suggestion(&mut &services.db, id, rule, column, value).await?;
    let place = import.document.headers.iter().position(|header| header == column);
    let (Some(by), Some(place)) = (found, place) else { return Err(unknown()) };
    let (mut chunks, mut rows) = (Vec::new(), 0_u64);
    for number in 0..import.document.chunks {
        let mut staged = read::staged(&mut &services.db, id, number).await?;
        let alike: Vec<&mut String> =
            staged.iter_mut().filter_map(|(_, cells, _)| cells.get_mut(place)).filter(|cell| *cell == value).collect();
        if alike.is_empty() {
            continue;
        }
        rows += u64::try_from(alike.len()).unwrap_or(0);
        alike.into_iter().for_each(|cell| cell.clone_from(&by));
        chunks.push((number, serde_json::to_vec(&staged).map_err(|error| Fault::internal(error.to_string()))?));
    }
    // A cell that is told in part only is not known well enough to be replaced.
    if rows == 0 {
        return Err(unknown());
    }
    for cell in import.document.samples.iter_mut().filter_map(|row| row.get_mut(place)).filter(|cell| *cell == value) {
        cell.clone_from(&by);
    }
    import.document.replaced.push(Replaced { column: column.clone(), value: value.clone(), by, rows });
    import.needs_a_check();
    let mut tx = services.db.begin().await?;
    run::restage(&mut tx, &import, chunks, services.clock.now()).await?;
    tx.commit().await?;
    run::start_check(services, op, id).await
}
