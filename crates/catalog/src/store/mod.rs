//! All SQL of the catalogue: products and their index rows here beside terms and lists.

mod changes;
mod lists;
mod options;
mod products;
mod statement;
mod terms;

pub(crate) use changes::{ProductMove, count_products, last_move, moves_from, products_after, products_present};
pub(crate) use lists::{is_quick, options_in, products_in, variants_in};
pub(crate) use options::{
    PRODUCTS_MAX, option_places, options_elsewhere, products_using, save_shared_option, unlist_shared_option,
};
pub(crate) use products::{
    delete_product, insert_products, items_in_use, load, product_of_handle, product_of_variant, products_by_ids, taken,
    update_product,
};
pub(crate) use statement::{Found, Part};
pub(crate) use terms::{
    Term, delete_term, existing_terms, insert_term, siblings, taxonomy, term, term_named, update_term,
};

use tradewind_kernel::Result;
use tradewind_platform::db::{Param, Tx};

/// Inserts many rows with few statements. Rows go in groups of a few fixed sizes, so that few texts are prepared.
async fn insert_rows(tx: &mut Tx, table: &str, columns: &[&str], params: &[Param<'_>]) -> Result<()> {
    let mut rest = params;
    for group in [32, 4, 1] {
        if rest.len() < group * columns.len() {
            continue;
        }
        let mut sql = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
        for row in 0..group {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..columns.len() {
                sql.push_str(if column == 0 { "$" } else { ", $" });
                sql.push_str(&(row * columns.len() + column + 1).to_string());
            }
            sql.push(')');
        }
        while rest.len() >= group * columns.len() {
            let (now, later) = rest.split_at(group * columns.len());
            tx.execute(&sql, now).await?;
            rest = later;
        }
    }
    Ok(())
}
