//! `margay ingest --explain`: what an input is taken for, why, and one record before and after.

use engine::{Explanation, Result};

use crate::output::{self, Table, bold, grouped, visible};

/// A record is shown up to here; whole with `--json`.
const SHOWN_CHARACTERS: usize = 2_000;

pub(super) fn print(explanation: &Explanation) -> Result<()> {
    output::line(bold(&visible(&explanation.source)))?;
    let Some(taken) = explanation.formats.first() else {
        return output::line(
            "  no format that Margay knows was recognised; `margay formats new FILE` drafts a mapping",
        );
    };
    output::line(visible(&format!("  {} ({}, {}): {}", taken.format, taken.certainty, taken.origin, taken.why)))?;
    for other in explanation.formats.iter().skip(1) {
        output::line(visible(&format!(
            "  or {} ({}, {}): {}",
            other.format, other.certainty, other.origin, other.why
        )))?;
    }
    print_records(explanation)
}

/// What becomes of the records.
pub(super) fn print_records(explanation: &Explanation) -> Result<()> {
    let part = if explanation.whole { "all of it" } else { "its first bytes" };
    let tables: Vec<String> =
        explanation.tables.iter().map(|(table, rows)| format!("{} {table}", grouped(*rows))).collect();
    output::line(format!(
        "  {part}: {} records = {} rows ({}) + {} rejects",
        grouped(explanation.received),
        grouped(explanation.tables.values().sum()),
        tables.join(", "),
        grouped(explanation.rejects)
    ))?;
    for record in &explanation.records {
        output::line("")?;
        output::line(bold("before"))?;
        for line in record.raw.lines().take(40) {
            output::line(format!("  {}", cut(line)))?;
        }
        output::line(format!("{} in {}", bold("after"), record.table))?;
        let mut table = Table::new(&["column", "value"]);
        for (column, value) in &record.columns {
            table.row([column.clone(), cut(value)]);
        }
        if let Some(attrs) = &record.attrs {
            table.row(["attrs".to_owned(), cut(attrs)]);
        }
        table.print()?;
    }
    if let Some(reject) = &explanation.reject {
        output::line("")?;
        output::line(visible(&format!(
            "the first reject, at byte {}: {}: {}",
            reject.position, reject.reason, reject.detail
        )))?;
    }
    Ok(())
}

fn cut(text: &str) -> String {
    let short: String = text.chars().take(SHOWN_CHARACTERS).collect();
    let more = if short.len() < text.len() { " ..." } else { "" };
    format!("{}{more}", visible(&short))
}
