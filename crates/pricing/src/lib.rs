//! Pricing: which price holds and what a cart comes to. Pure functions over plain values.

mod apply;
mod line;
mod pick;
mod price;
mod promotion;
mod rule;
mod share;
mod totals;

pub use apply::apply_promotions;
pub use line::{Adjustment, LineTotals, Rate};
pub use price::{PriceContext, PriceInput, PriceListInput, PriceListKind, SelectedPrice, select_price};
pub use promotion::{
    Allocation, Basket, BasketLine, BasketShipping, BuyGet, Discount, Discounts, Facts, Operator, Promotion, Rule,
    Target, ValueKind,
};
pub use share::{share, share_by_weight};
pub use totals::{Quote, QuoteLine, QuoteShipping, Totals, totals};

#[cfg(test)]
mod tests;
