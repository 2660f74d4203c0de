//! The stock report: what each location has of each item, at present.

use std::collections::HashMap;

use tradewind_kernel::Result;

use crate::Insights;
use crate::table::{Cell, Column, Out, left, right};

/// How many levels are read at a time.
const LEVELS_READ: usize = 500;

pub(crate) static COLUMNS: [Column; 7] = [
    left("sku", "SKU", 16),
    left("title", "Title", 34),
    left("location", "Location", 20),
    right("stocked", "Stocked", 8),
    right("reserved", "Reserved", 8),
    right("available", "Available", 8),
    right("backordered", "Backordered", 9),
];

pub(crate) async fn rows(insights: &Insights, out: &mut Out<'_>) -> Result<Vec<Vec<Cell>>> {
    let locations = insights.inventory.locations().await?;
    let names: HashMap<String, String> = locations.into_iter().map(|place| (place.id, place.name)).collect();
    let mut levels = insights.inventory.listed_levels();
    let mut sums = [0_i64; 4];
    loop {
        let chunk = levels.next(LEVELS_READ).await?;
        if chunk.is_empty() {
            let mut total = vec![Cell::Empty, Cell::text("All"), Cell::Empty];
            total.extend(sums.map(Cell::Count));
            return Ok(vec![total]);
        }
        for level in chunk {
            let counts = [level.stocked, level.reserved, level.stocked - level.reserved, level.backordered];
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum = sum.saturating_add(count);
            }
            let location = names.get(&level.location_id).unwrap_or(&level.location_id);
            let mut cells = vec![Cell::optional(level.sku), Cell::optional(level.title), Cell::text(location)];
            cells.extend(counts.map(Cell::Count));
            out.row(&cells).await?;
        }
    }
}
