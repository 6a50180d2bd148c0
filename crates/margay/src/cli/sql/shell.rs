//! The interactive shell: history, completion of tables, columns and words, queries over several lines.

use std::time::Instant;

use engine::{AsOf, Engine, Error, Result};
use rustyline::{
    CompletionType, Config, Context, Editor, Helper,
    completion::Completer,
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::FileHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};
use schema::tables;

use super::{Format, export};
use crate::output::{self, seconds};

/// Words of SQL that are completed beside tables and columns.
const WORDS: &[&str] = &[
    "SELECT",
    "FROM",
    "WHERE",
    "GROUP BY",
    "ORDER BY",
    "LIMIT",
    "HAVING",
    "JOIN",
    "LEFT JOIN",
    "ON",
    "AS",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS NULL",
    "IS NOT NULL",
    "LIKE",
    "ILIKE",
    "BETWEEN",
    "DISTINCT",
    "COUNT(*)",
    "WITH",
    "UNION ALL",
    "CASE WHEN",
    "INTERVAL",
    "date_trunc",
    "date_bin",
    "approx_distinct",
    "ip_in_cidr",
    "domain_is_or_under",
    "EXPLAIN",
    "SHOW TABLES",
    "DESCRIBE",
];

const GREETING: &str = "\
Queries end with a semicolon. Tab completes; \\t lists tables, \\t NAME its columns; \\q or Ctrl-D leaves.";

pub(super) async fn run(engine: &Engine, format: Format, as_of: Option<AsOf>) -> Result<()> {
    let config = Config::builder().completion_type(CompletionType::List).auto_add_history(true).build();
    let mut editor: Editor<Words, FileHistory> = Editor::with_config(config).map_err(terminal)?;
    editor.set_helper(Some(Words::default()));
    let history = engine.home().history();
    // The first time there is no history to load.
    drop(editor.load_history(&history));
    output::remark(GREETING);
    loop {
        match editor.readline("margay> ") {
            Ok(line) => {
                if !obey(engine, line.trim(), format, as_of.as_ref()).await {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(terminal(error)),
        }
    }
    editor.save_history(&history).map_err(terminal)
}

/// Does what a line says; `false` ends the shell. Errors are told, and the shell goes on.
async fn obey(engine: &Engine, line: &str, format: Format, as_of: Option<&AsOf>) -> bool {
    let told = match line.trim_end_matches(';').trim() {
        "" => Ok(()),
        "\\q" | "quit" | "exit" => return false,
        "\\t" => list(),
        command if command.starts_with("\\t ") => describe(command.trim_start_matches("\\t").trim()),
        query => answer(engine, query, format, as_of).await,
    };
    if let Err(error) = told {
        output::error(&error);
    }
    true
}

async fn answer(engine: &Engine, query: &str, format: Format, as_of: Option<&AsOf>) -> Result<()> {
    let started = Instant::now();
    let rows = engine.sql(query, as_of.cloned()).await?;
    export::write(rows, format, None).await?;
    output::remark(seconds(started.elapsed()));
    Ok(())
}

fn list() -> Result<()> {
    tables::ALL.iter().try_for_each(|table| output::line(format!("{:<16} {}", table.name, table.about)))
}

fn describe(name: &str) -> Result<()> {
    let table = tables::find(name).ok_or_else(|| Error::usage(format!("there is no table \"{name}\"")))?;
    table
        .columns()
        .try_for_each(|column| output::line(format!("{:<24} {:<13} {}", column.name, column.kind.word(), column.about)))
}

fn terminal(error: ReadlineError) -> Error {
    Error::machine("the terminal does not answer").detail(error)
}

/// Completes the word before the cursor.
#[derive(Default)]
struct Words {}

impl Helper for Words {}

impl Highlighter for Words {}

impl Hinter for Words {
    type Hint = String;
}

impl Completer for Words {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = line.get(..position).unwrap_or_default();
        let start = before.rfind(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\\')).map_or(0, |at| at + 1);
        let word = before.get(start..).unwrap_or_default();
        Ok((start, candidates(before, word)))
    }
}

/// Columns of the tables that the line names come first, then tables, then words of SQL.
fn candidates(line: &str, word: &str) -> Vec<String> {
    if word.is_empty() {
        return Vec::new();
    }
    let named = tables::ALL.iter().filter(|table| line.contains(table.name));
    let mut columns: Vec<&str> = named.flat_map(|table| table.columns()).map(|column| column.name).collect();
    if columns.is_empty() {
        columns = tables::ALL.iter().flat_map(|table| table.columns()).map(|column| column.name).collect();
    }
    columns.sort_unstable();
    columns.dedup();
    let starts = |candidate: &&str| candidate.to_lowercase().starts_with(&word.to_lowercase());
    let tables = tables::ALL.iter().map(|table| table.name);
    columns.into_iter().chain(tables).chain(WORDS.iter().copied()).filter(starts).map(ToOwned::to_owned).collect()
}

impl Validator for Words {
    /// A query goes on until its semicolon.
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let line = context.input().trim();
        let complete =
            line.is_empty() || line.ends_with(';') || line.starts_with('\\') || matches!(line, "quit" | "exit");
        Ok(if complete { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_the_named_table_are_completed() {
        assert_eq!(candidates("SELECT * FROM dns_queries WHERE que", "que"), ["query", "query_class", "query_type"]);
        assert!(candidates("SELECT * FROM conn", "conn").contains(&"connections".to_owned()));
        assert!(candidates("sel", "sel").contains(&"SELECT".to_owned()));
        assert!(candidates("SELECT ", "").is_empty());
    }
}
