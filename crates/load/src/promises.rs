//! What a scenario promises beyond the books: who is sold what in a drop, that a repeated completion is one order.

use crate::books::{Book, first_by_order};
use crate::shopper::{Ledger, Sale};
use crate::tally::Tally;

/// In a drop of so many units exactly as many are sold as there are, or as were wanted, and nobody is sent away before.
pub fn drop(units: Option<i64>, shoppers: u64, ledger: &Ledger, tally: &Tally) -> Vec<Book> {
    let sales = first_by_order(&ledger.sales);
    let sold = sales.len() as u64;
    let units = units.map(|units| u64::try_from(units).unwrap_or(0));
    let wanted = units.map_or(shoppers, |units| units.min(shoppers));
    let refused = tally.errands.refused.len();
    // Who gave up took no unit; who got an error may have.
    let gone = refused + tally.errands.failed;
    let exactly = sold == wanted || (sold < wanted && sold + gone >= shoppers);
    let stock = units.map_or_else(|| "unlimited".to_owned(), |units| units.to_string());
    let gave_up = if refused > 0 { format!("; {refused} gave up, refused") } else { String::new() };
    let detail = format!("{stock} units, {shoppers} shoppers, {sold} sold{gave_up}");
    let lasts = units.is_none_or(|units| sold < units);
    let sent_away = if lasts { tally.errands.sold_out } else { 0 };
    let early = conflicts_while_stock_lasts(units, &sales, &ledger.conflicts);
    vec![
        Book::new("exactly the stock is sold", exactly, detail),
        Book::new(
            "nobody hears \"sold out\" while stock lasts",
            sent_away == 0,
            format!("{} told so, {sent_away} of them too early", tally.errands.sold_out),
        ),
        Book::new(
            "nobody hears 409 while stock lasts",
            early == 0,
            format!("{} told so, {early} of them too early", ledger.conflicts.len()),
        ),
    ]
}

/// How many were told 409 when not even as many completions had been sent as there were units.
fn conflicts_while_stock_lasts(units: Option<u64>, sales: &[Sale], conflicts: &[u64]) -> usize {
    let mut sent: Vec<u64> = sales.iter().map(|sale| sale.sent).collect();
    sent.sort_unstable();
    let taken_by = |at: u64| sent.partition_point(|sent| *sent <= at) as u64;
    conflicts.iter().filter(|at| units.is_none_or(|units| taken_by(**at) < units)).count()
}

/// A cart is one order however often its completion is sent.
pub fn retries(ledger: &Ledger) -> Book {
    let carts = ledger.repeated_carts;
    let contradictions = &ledger.contradictions;
    let first = contradictions.first().map(|first| format!(" ({first})")).unwrap_or_default();
    let detail =
        format!("{carts} carts completed three times each, {} became different orders{first}", contradictions.len());
    Book::new("a repeated completion is the same order", contradictions.is_empty(), detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Outcome;

    /// So many sold, sold out, refused; the completions sent a millisecond apart, conflicts at these.
    fn broken(units: i64, sold: usize, sold_out: usize, refused: usize, conflicts: &[u64]) -> Vec<&'static str> {
        let mut tally = Tally::new(100_000);
        let mut ledger = Ledger { conflicts: conflicts.to_vec(), ..Ledger::default() };
        for number in 0..sold {
            let (cart_id, order_id) = (format!("cart_{number}"), format!("order_{number}"));
            let sent = 1000 * number as u64;
            ledger.sales.push(Sale { cart_id, order_id, total: 1.into(), good: 0, sent });
            tally.left(Outcome::Done, 0, 1);
        }
        (0..sold_out).for_each(|_| tally.left(Outcome::SoldOut, 0, 1));
        (0..refused).for_each(|_| tally.left(Outcome::Refused, 0, 1));
        conflicts.iter().for_each(|_| tally.left(Outcome::Failed, 0, 1));
        let shoppers = sold + sold_out + refused + conflicts.len();
        let books = drop(Some(units), shoppers as u64, &ledger, &tally);
        books.into_iter().filter(|book| !book.holds).map(|book| book.name).collect()
    }

    #[test]
    fn a_drop_sells_what_there_is_and_no_more() {
        assert_eq!(broken(10, 10, 30, 0, &[]), [""; 0]);
        assert_eq!(broken(50, 40, 0, 0, &[]), [""; 0]);
        assert_eq!(broken(50, 30, 0, 10, &[]), [""; 0], "who gave up is not owed a unit");
        assert_eq!(broken(10, 11, 29, 0, &[]), ["exactly the stock is sold"]);
        let early = ["exactly the stock is sold", "nobody hears \"sold out\" while stock lasts"];
        assert_eq!(broken(10, 9, 31, 0, &[]), early);
    }

    #[test]
    fn a_conflict_counts_only_while_stock_lasts() {
        assert_eq!(broken(10, 10, 30, 0, &[20_000]), [""; 0], "ten were on their way by then");
        assert_eq!(broken(10, 10, 30, 0, &[5_000]), ["nobody hears 409 while stock lasts"]);
    }

    #[test]
    fn two_orders_of_one_cart_are_found() {
        let mut ledger = Ledger { repeated_carts: 2, ..Ledger::default() };
        assert!(retries(&ledger).holds);
        ledger.contradictions.push("the cart cart_1 became order_1 and order_2".to_owned());
        assert!(!retries(&ledger).holds);
    }
}
