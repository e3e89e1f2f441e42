//! Tables whose heads stand on each page.

use super::Sheet;
use super::rows::Cell;
use crate::geometry::{BLACK, GREY, INNER, LEFT, RULE};
use crate::page::{Piece, Style};

/// The size of a table's text.
const SIZE: f32 = 8.5;
/// Between a cell's text and what stands around it.
const GAP: f32 = 3.0;
/// Between columns.
const GUTTER: f32 = 8.0;

/// A table in the making; rows may come one by one. It ends when it is dropped.
pub struct Table<'s, 'f> {
    sheet: &'s mut Sheet<'f>,
    columns: Vec<Column>,
}

struct Column {
    head: String,
    x: f32,
    width: f32,
}

impl<'f> Sheet<'f> {
    /// Begins a table; each column has a head and its part of the width, which is above 0 and at most 1,000;
    /// any other counts as 1.
    pub fn table(&mut self, columns: &[(&str, f32)]) -> Table<'_, 'f> {
        let part = |part: f32| if part > 0.0 && part <= 1_000.0 { part } else { 1.0 };
        let whole: f32 = columns.iter().map(|(_, given)| part(*given)).sum();
        let mut x = LEFT;
        let column = |(head, given): &(&str, f32)| {
            let width = INNER * part(*given) / whole;
            x += width;
            Column { head: (*head).to_owned(), x: x - width, width: width - GUTTER }
        };
        let columns: Vec<Column> = columns.iter().map(column).collect();
        let mut table = Table { sheet: self, columns };
        table.begin();
        table
    }
}

impl Table<'_, '_> {
    /// Puts one more row; a cell that is missing stays empty, one that has no column is left out.
    pub fn row(&mut self, cells: &[&str]) {
        let style = Style { size: SIZE, bold: false, ink: BLACK };
        let columns = self.columns.iter().zip(cells);
        let cells: Vec<Cell<'_>> = columns.map(|(column, text)| column.cell(style, text)).collect();
        self.sheet.y += GAP;
        self.sheet.row(&cells, |sheet| head(sheet, &self.columns));
        self.sheet.y += GAP;
        rule(self.sheet);
    }

    /// The head, with room for at least one row below it.
    fn begin(&mut self) {
        self.sheet.room(5.0 * SIZE);
        head(self.sheet, &self.columns);
    }
}

impl Drop for Table<'_, '_> {
    fn drop(&mut self) {
        self.sheet.y += 2.0 * GAP;
    }
}

impl Column {
    fn cell<'a>(&self, style: Style, text: &'a str) -> Cell<'a> {
        Cell { x: self.x, width: self.width, style, text }
    }
}

fn head(sheet: &mut Sheet<'_>, columns: &[Column]) {
    let style = Style { size: SIZE, bold: true, ink: GREY };
    let cells: Vec<Cell<'_>> = columns.iter().map(|column| column.cell(style, &column.head)).collect();
    sheet.row(&cells, |_| {});
    sheet.y += GAP;
    rule(sheet);
    sheet.y += GAP;
}

fn rule(sheet: &mut Sheet<'_>) {
    let y = sheet.y;
    sheet.put(Piece::rule(LEFT, y, INNER, RULE));
}
