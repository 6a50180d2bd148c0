//! Aligned text tables that fit the terminal.

use std::io::IsTerminal;

use comfy_table::{CellAlignment, ContentArrangement, presets};

/// Rows of text under a header.
pub(crate) struct Table {
    table: comfy_table::Table,
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_header(header.iter().map(|name| super::visible(name)));
        if std::io::stdout().is_terminal() {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        Self { table }
    }

    /// Aligns these columns to the right: numbers.
    pub(crate) fn numbers(mut self, columns: &[usize]) -> Self {
        for &column in columns {
            if let Some(column) = self.table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.table.add_row(cells.into_iter().map(|cell| super::visible(&cell)));
    }

    pub(crate) fn print(&self) -> engine::Result<()> {
        super::line(self.table.trim_fmt())
    }
}
