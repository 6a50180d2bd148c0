//! What tests of other parts ask of the store beneath them.

use super::super::{
    Store,
    sql::{self, Dialect},
};

impl Store {
    pub(crate) async fn try_run(&self, query: sql::Query<'_>) -> sqlx::Result<()> {
        query.execute(&self.pool).await.map(|_| ())
    }

    pub(crate) async fn run(&self, query: sql::Query<'_>) {
        self.try_run(query).await.expect("runs");
    }

    pub(crate) async fn count(&self, what: &str) -> i64 {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {what}"));
        sql::query_scalar(count).fetch_one(&self.pool).await.expect("counts")
    }

    /// Rows in which a text is, in any column.
    pub(crate) async fn count_rows_with(&self, table: &str, text: &str) -> usize {
        let whole = match self.pool.dialect() {
            Dialect::Postgres => format!("SELECT t::text FROM {table} t"),
            Dialect::Sqlite => {
                let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                let columns = sql::query_scalar(sqlx::AssertSqlSafe(columns)).fetch_all(&self.pool).await;
                let columns: Vec<String> = columns.expect("columns");
                let columns: Vec<String> = columns.iter().map(|name| format!("coalesce({name}, '')")).collect();
                format!("SELECT {} FROM {table}", columns.join(" || ' ' || "))
            }
        };
        let rows = sql::query_scalar(sqlx::AssertSqlSafe(whole)).fetch_all(&self.pool).await;
        let rows: Vec<String> = rows.expect("reads");
        rows.iter().filter(|row| row.contains(text)).count()
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.pool.dialect() == Dialect::Postgres
    }
}
