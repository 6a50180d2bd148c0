//! The gate before SQL: one read-only statement of bounded size, judged on its tokens and tree before planning.
//!
//! DataFusion overflows the stack or runs for minutes on queries that are merely large (thousands of `OR`s, doubling
//! CTEs), so size is limited here. It is no protection against a query that asks for much work: that takes limits of
//! memory and time around the process.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::ControlFlow,
};

use datafusion::sql::{
    parser::{DFParserBuilder, Statement},
    sqlparser::{
        ast::{self, Query, Visit, Visitor},
        dialect::GenericDialect,
        keywords::Keyword,
        tokenizer::{Token, TokenWithSpan, Tokenizer},
    },
};
use datafusion_pg_catalog::sql::PostgresCompatibilityParser;

use crate::error::{Error, Result};

/// Length of a query text, in bytes. Room for an `IN` list of a few thousand indicators.
const MOST_BYTES: usize = 256 << 10;

/// Brackets within brackets.
const MOST_NESTING: usize = 48;

/// Operators that make the tree one level deeper each: 20 000 crash DataFusion, people write a dozen.
const MOST_OPERATORS: usize = 1_000;

/// `UNION`, `JOIN`, `CASE` arms and the like: planning time grows with their square.
const MOST_CLAUSES: usize = 200;

/// Tables read once all CTEs are unfolded: twenty CTEs that each use the one before twice read a million.
const MOST_TABLES: u64 = 128;

/// A statement that passed.
#[derive(Debug)]
pub(crate) struct Admitted(pub(crate) Statement);

/// Admits `SELECT`, `WITH`, `VALUES`, `EXPLAIN` of these, `SHOW TABLES`, `SHOW COLUMNS` and `DESCRIBE`.
pub(crate) fn admit(query: &str) -> Result<Admitted> {
    let tokens = admit_size(query)?;
    let mut parser = DFParserBuilder::new(tokens)
        .with_dialect(&GenericDialect {})
        .with_recursion_limit(MOST_NESTING)
        .build()
        .map_err(bad_sql)?;
    let mut statements: VecDeque<Statement> = parser.parse_statements().map_err(bad_sql)?;
    let (Some(statement), None) = (statements.pop_front(), statements.pop_front()) else {
        return Err(Error::request("give exactly one SQL statement"));
    };
    check_statement(&statement)?;
    Ok(Admitted(statement))
}

/// Admits the same where a client of PostgreSQL writes it. Rewriting adds tables, so what is run is judged as well as what
/// was written.
pub(crate) fn admit_rewritten(query: &str, parser: &PostgresCompatibilityParser) -> Result<Admitted> {
    admit_size(query)?;
    let statements = parser.parse(query);
    let mut statements = statements.map_err(|error| Error::request("could not read the query").because(error))?;
    let (Some(statement), true) = (statements.pop(), statements.is_empty()) else {
        return Err(Error::request("give exactly one SQL statement"));
    };
    admit_size(&statement.to_string())?;
    let statement = Statement::Statement(Box::new(statement));
    check_statement(&statement)?;
    Ok(Admitted(statement))
}

fn admit_size(query: &str) -> Result<Vec<TokenWithSpan>> {
    if query.len() > MOST_BYTES {
        return Err(Error::limit(format!("a query may have {MOST_BYTES} bytes, this one has {}", query.len())));
    }
    let tokens = tokens(query)?;
    check_tokens(&tokens)?;
    Ok(tokens)
}

fn tokens(query: &str) -> Result<Vec<TokenWithSpan>> {
    Tokenizer::new(&GenericDialect {}, query)
        .tokenize_with_location()
        .map_err(|error| Error::request("could not read the query").because(error))
}

fn bad_sql(error: datafusion::error::DataFusionError) -> Error {
    Error::from_query("could not read the query".to_owned(), error)
}

fn check_tokens(tokens: &[TokenWithSpan]) -> Result<()> {
    let (mut depth, mut deepest, mut operators, mut clauses) = (0_usize, 0_usize, 0_usize, 0_usize);
    for token in tokens {
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            Token::RParen | Token::RBracket | Token::RBrace => depth = depth.saturating_sub(1),
            Token::Word(word) => match word.keyword {
                Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::IS
                | Keyword::IN => operators += 1,
                Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::JOIN
                | Keyword::WHEN
                | Keyword::SELECT
                | Keyword::LATERAL => clauses += 1,
                _ => {}
            },
            token if deepens(token) => operators += 1,
            _ => {}
        }
    }
    let too_much = |what: &str, most: usize, found: usize| {
        Error::limit(format!("a query may have {most} {what}, this one has {found}"))
            .with_hint("For long lists of values write IN (...), which costs no operators.")
    };
    if deepest > MOST_NESTING {
        return Err(too_much("brackets within brackets", MOST_NESTING, deepest));
    }
    if operators > MOST_OPERATORS {
        return Err(too_much("operators", MOST_OPERATORS, operators));
    }
    if clauses > MOST_CLAUSES {
        return Err(too_much("SELECT, JOIN, UNION and WHEN", MOST_CLAUSES, clauses));
    }
    Ok(())
}

/// Anything that is not a name, a value, a blank or punctuation may be an operator.
fn deepens(token: &Token) -> bool {
    !matches!(
        token,
        Token::EOF
            | Token::Word(_)
            | Token::Number(..)
            | Token::Char(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::Whitespace(_)
            | Token::Comma
            | Token::Period
            | Token::SemiColon
            | Token::Placeholder(_)
    )
}

fn check_statement(statement: &Statement) -> Result<()> {
    let mut statement = statement;
    // EXPLAIN of EXPLAIN is refused by the planner, so this is at most one step.
    while let Statement::Explain(explain) = statement {
        statement = &explain.statement;
    }
    let Statement::Statement(statement) = statement else { return Err(read_only()) };
    match statement.as_ref() {
        ast::Statement::Query(query) => check_query(query),
        ast::Statement::Explain { statement, .. } => match statement.as_ref() {
            ast::Statement::Query(query) => check_query(query),
            _ => Err(read_only()),
        },
        ast::Statement::ShowTables { .. }
        | ast::Statement::ShowColumns { .. }
        | ast::Statement::ExplainTable { .. } => Ok(()),
        _ => Err(read_only()),
    }
}

fn read_only() -> Error {
    Error::request("the lake answers questions only")
        .with_hint("Use SELECT, WITH, EXPLAIN, SHOW TABLES, SHOW COLUMNS FROM or DESCRIBE.")
}

fn check_query(query: &Query) -> Result<()> {
    let mut tables = TablesRead::default();
    let visited = query.visit(&mut tables);
    if tables.writes || visited.is_break() {
        return Err(read_only());
    }
    if tables.tells_settings {
        return Err(Error::request("settings are not shown as a table")
            .with_hint("SHOW TABLES and SHOW COLUMNS FROM say what there is."));
    }
    if tables.recurses {
        return Err(Error::request("WITH RECURSIVE is not answered: nothing says when it ends")
            .with_hint("Write the steps as WITH parts, one after the other."));
    }
    if tables.total > MOST_TABLES {
        return Err(Error::limit(format!("a query may read {MOST_TABLES} tables once its WITH parts are unfolded"))
            .with_hint("Each use of a WITH part counts as often as the tables it reads."));
    }
    Ok(())
}

/// Counts the tables that a query reads. Names of CTEs count as what they stand for, each time they are used.
#[derive(Debug, Default)]
struct TablesRead {
    /// Queries that are being visited, innermost last, with what they read so far.
    open: Vec<u64>,
    /// Queries that define a CTE, by address, with its name. The tree does not move while it is visited.
    definitions: BTreeMap<usize, String>,
    /// Tables behind a name, over all scopes: the most, so that shadowing cannot lower it.
    ctes: BTreeMap<String, u64>,
    total: u64,
    writes: bool,
    tells_settings: bool,
    recurses: bool,
}

impl TablesRead {
    fn read(&mut self, tables: u64) {
        let count = self.open.last_mut().unwrap_or(&mut self.total);
        *count = count.saturating_add(tables);
    }
}

impl Visitor for TablesRead {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let selects_into = matches!(query.body.as_ref(), ast::SetExpr::Select(select) if select.into.is_some());
        let is_write = matches!(
            query.body.as_ref(),
            ast::SetExpr::Insert(_) | ast::SetExpr::Update(_) | ast::SetExpr::Delete(_) | ast::SetExpr::Merge(_)
        );
        self.writes |= selects_into || is_write;
        self.recurses |= query.with.as_ref().is_some_and(|with| with.recursive);
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.definitions.insert(address(&cte.query), cte.alias.name.value.to_lowercase());
        }
        self.open.push(0);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let tables = self.open.pop().unwrap_or(0);
        match self.definitions.get(&address(query)) {
            Some(name) => {
                let most = self.ctes.entry(name.clone()).or_default();
                *most = tables.max(*most);
            }
            None => self.read(tables),
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ast::ObjectName) -> ControlFlow<()> {
        let name = relation.0.last().and_then(|part| part.as_ident()).map(|name| name.value.to_lowercase());
        // How queries are run here, folders and limits too, is nothing that a table tells.
        self.tells_settings |= name.as_deref().is_some_and(|name| name.starts_with("df_settings"));
        let behind = name.and_then(|name| self.ctes.get(&name).copied()).unwrap_or(1);
        self.read(behind.max(1));
        ControlFlow::Continue(())
    }
}

fn address(query: &Query) -> usize {
    std::ptr::from_ref(query).addr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_pass() {
        for query in [
            "SELECT 1",
            "select * from connections where dst_ip = '10.0.0.1' order by observed_at desc limit 10;",
            "WITH a AS (SELECT 1), b AS (SELECT * FROM a) SELECT * FROM a, b",
            "VALUES (1), (2)",
            "EXPLAIN SELECT 1",
            "EXPLAIN ANALYZE SELECT 1",
            "SHOW TABLES",
            "SHOW COLUMNS FROM connections",
            "DESCRIBE connections",
        ] {
            assert!(admit(query).is_ok(), "{query}: {:?}", admit(query));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for query in [
            "",
            ";",
            "SELECT 1; SELECT 2",
            "INSERT INTO connections VALUES (1)",
            "DELETE FROM connections",
            "UPDATE connections SET src_ip = 'x'",
            "DROP TABLE connections",
            "CREATE TABLE t AS SELECT 1",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE VIEW v AS SELECT 1",
            "CREATE FUNCTION f() RETURNS INT RETURN 1",
            "COPY connections TO '/tmp/x.csv'",
            "COPY (SELECT 1) TO '/tmp/x.csv'",
            "EXPLAIN COPY (SELECT 1) TO '/tmp/x.csv'",
            "EXPLAIN INSERT INTO connections VALUES (1)",
            "EXPLAIN ANALYZE DELETE FROM connections",
            "SET datafusion.execution.batch_size = 1",
            "RESET datafusion.execution.batch_size",
            "SELECT 1 INTO t",
            "WITH a AS (SELECT 1) INSERT INTO connections SELECT * FROM a",
            "PREPARE p AS SELECT 1",
            "EXECUTE p",
            "BEGIN",
            "TRUNCATE TABLE connections",
            "SELECT 'unterminated",
            "SELECT * FROM information_schema.df_settings",
            "SELECT * FROM (SELECT value FROM margay.information_schema.\"df_settings\")",
            "SHOW ALL",
            "SHOW datafusion.runtime.temp_directory",
            "WITH RECURSIVE n AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM n) SELECT * FROM n",
        ] {
            assert!(admit(query).is_err(), "{query}");
        }
    }

    #[test]
    fn size_is_limited_before_it_hurts() {
        let many = |n: usize, word: &str, by: &str| vec![word; n].join(by);
        let brackets = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
        let ctes: Vec<String> =
            (1..=20).map(|n| format!("c{n} AS (SELECT a.x FROM c{} a, c{} b)", n - 1, n - 1)).collect();
        for query in [
            format!("SELECT {}", many(20_000, "1", "+")),
            format!("SELECT 1 WHERE {}", many(20_000, "1=1", " OR ")),
            many(5_000, "SELECT 1", " UNION ALL "),
            format!("SELECT * FROM {}", many(1_000, "connections", " JOIN ")),
            format!("SELECT {} 1", "NOT ".repeat(20_000)),
            format!("SELECT {}1", "-".repeat(3_000)),
            format!("SELECT {}1", "- ".repeat(3_000)),
            format!("SELECT 'x'{}", "::text".repeat(3_000)),
            format!("SELECT '{}'", "x".repeat(300_000)),
            brackets,
            format!("WITH c0 AS (SELECT 1 AS x), {} SELECT * FROM c20", ctes.join(", ")),
        ] {
            let start: String = query.chars().take(60).collect();
            assert!(admit(&query).is_err(), "{start}");
        }
        let values = (0..5_000).map(|n| format!("'host{n}.example'")).collect::<Vec<_>>().join(",");
        assert!(admit(&format!("SELECT 1 FROM dns_queries WHERE query IN ({values})")).is_ok());
    }

    #[test]
    fn word_soup_is_admitted_or_refused_but_never_crashes() {
        const WORDS: &[&str] = &[
            "SELECT",
            "FROM",
            "WITH",
            "a",
            "AS",
            "(",
            ")",
            "1",
            "'x'",
            ",",
            "*",
            "-",
            "NOT",
            "EXPLAIN",
            "ANALYZE",
            ";",
            "UNION ALL",
            "JOIN",
            "ON",
            "CASE",
            "WHEN",
            "END",
            "[",
            "]",
            "::",
            "\"q\"",
            "SHOW",
            "VALUES",
            "IN",
            "é",
            "\0",
            "INTO",
            "DESCRIBE",
            "OVER",
            "INTERVAL",
            "/*",
            "--",
            "$1",
            "E'\\",
            "{",
            "}",
        ];
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let mut query = String::new();
            for _ in 0..state % 24 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let word = usize::try_from(state >> 33).unwrap_or(0) % WORDS.len();
                query.push_str(WORDS[word]);
                query.push(' ');
            }
            state = state.wrapping_add(1);
            let _admitted = admit(&query).is_ok();
        }
    }
}
