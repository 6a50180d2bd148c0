//! The SQL of a finding: shows the rows behind it, whatever an attacker wrote into a name.

use schema::Window;

/// Rows that a query shows: enough to read, few enough for a terminal.
const ROWS_MAX: usize = 1_000;

/// `SELECT columns FROM table` for one dataset and window.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    text: String,
}

impl Query {
    pub(crate) fn of(table: &str, columns: &str, dataset: &str, window: Window) -> Self {
        let (start, end) = (window.start, window.end);
        let dataset = literal(dataset);
        let text = format!(
            "SELECT {columns} FROM {table} WHERE dataset = {dataset} AND observed_at >= '{start}' AND observed_at < '{end}'"
        );
        Self { text }
    }

    pub(crate) fn is(self, column: &str, value: &str) -> Self {
        let value = literal(value);
        self.and(&format!("{column} = {value}"))
    }

    /// The name itself and all below it.
    pub(crate) fn ends_with(self, column: &str, domain: &str) -> Self {
        let (itself, below) = (literal(domain), literal(&format!(".{domain}")));
        self.and(&format!("({column} = {itself} OR ends_with({column}, {below}))"))
    }

    /// `condition` is ours: it holds nothing that a log said.
    pub(crate) fn and(mut self, condition: &str) -> Self {
        self.text.push_str(" AND ");
        self.text.push_str(condition);
        self
    }

    pub(crate) fn latest_last(self) -> Option<String> {
        Some(format!("{} ORDER BY observed_at LIMIT {ROWS_MAX}", self.text))
    }
}

/// A text as SQL: in quotes, with its own doubled.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use schema::Timestamp;

    use super::*;

    #[test]
    fn a_name_stays_a_name() {
        let window = Window::new(Timestamp::default(), Timestamp::from_seconds(3_600).expect("an instant"));
        let query = Query::of("dns_queries", "query", "o'hara", window).is("query", "x' OR '1' = '1").latest_last();
        let query = query.expect("a query");
        assert!(query.contains("dataset = 'o''hara' AND observed_at >= '1970-01-01T00:00:00"), "{query}");
        assert!(query.ends_with("query = 'x'' OR ''1'' = ''1' ORDER BY observed_at LIMIT 1000"), "{query}");
    }
}
