//! What others may hear of checkout. The changes of a cart stay between it and its shopper; what it becomes is told by
//! orders, in the transaction that completes the cart.

pub use tradewind_orders::OrderPlaced;
