//! Which units a promotion takes something off: some of each line, the cheapest in all, or those that come with what is bought.

use std::cmp::Reverse;

use tradewind_kernel::Decimal;

use crate::promotion::BuyGet;

/// Units that are there to be picked from one piece (a line or a shipping method).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Supply {
    /// The position of the piece. Supplies are listed in this order.
    pub piece: usize,
    /// How many there are.
    pub units: i64,
    /// What one costs without tax, to tell the cheapest.
    pub price: Decimal,
}

/// Units of one piece that were picked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Pick {
    /// The position of the piece.
    pub piece: usize,
    /// How many.
    pub units: i64,
}

/// Of each supply at most so many.
pub(crate) fn of_each(supplies: &[Supply], most: Option<i64>) -> Vec<Pick> {
    let most = most.unwrap_or(i64::MAX);
    supplies.iter().map(|supply| Pick { piece: supply.piece, units: supply.units.min(most) }).filter(is_some).collect()
}

/// At most so many in all, the cheapest first and of equal ones the earlier.
pub(crate) fn cheapest(mut supplies: Vec<Supply>, most: Option<i64>) -> Vec<Pick> {
    supplies.sort_by_key(|supply| (supply.price, supply.piece));
    let mut left = most.unwrap_or(i64::MAX);
    in_order_of_pieces(supplies.iter().map(|supply| {
        let units = supply.units.min(left);
        left -= units;
        Pick { piece: supply.piece, units }
    }))
}

/// Units that are got for units that are bought; no unit is both.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Deal {
    /// What the promotion takes something off.
    pub got: Vec<Pick>,
    /// What was bought for it.
    pub bought: Vec<Pick>,
}

/// Every `buy_quantity` bought gives up to `apply_to_quantity`, again and again: as many units as can be got, and at most so
/// many in all. The cheapest are got first, as far as enough is left to be bought; the dearest are bought first. Of equal
/// ones the earlier goes first.
pub(crate) fn deal(to_buy: &[Supply], to_get: &[Supply], terms: &BuyGet, most: Option<i64>) -> Deal {
    let (buy, get) = (i128::from(terms.buy_quantity), i128::from(terms.apply_to_quantity));
    if buy < 1 || get < 1 {
        return Deal { got: Vec::new(), bought: Vec::new() };
    }
    let may_be_bought = |piece: usize| to_buy.binary_search_by_key(&piece, |supply| supply.piece).is_ok();
    let sum = |supplies: &[Supply]| supplies.iter().map(|supply| i128::from(supply.units)).sum::<i128>();
    let only_to_get = to_get.iter().filter(|supply| !may_be_bought(supply.piece));
    let (buyable, gettable) = (sum(to_buy), sum(to_get));
    let all = buyable + only_to_get.map(|supply| i128::from(supply.units)).sum::<i128>();
    // What so many groups of bought units can give: not more than they stand for, nor than is left beside them. The first
    // grows with the groups and the second shrinks, so that the most is where they meet.
    let given = |groups: i128| (get * groups).min(gettable).min(all - buy * groups);
    let most_groups = buyable / buy;
    let meeting = (all / (buy + get)).min(most_groups);
    let next = (meeting + 1).min(most_groups);
    let got = given(meeting).max(given(next)).min(most.unwrap_or(i64::MAX).max(0).into());
    let bought = buy * ((got + get - 1) / get);
    // So many of the units that could be bought may be got instead.
    let (mut left, mut spare) = (got, buyable - bought);
    let mut ascending = to_get.to_vec();
    ascending.sort_by_key(|supply| (supply.price, supply.piece));
    let got = in_order_of_pieces(ascending.iter().map(|supply| {
        let is_shared = may_be_bought(supply.piece);
        let there = i128::from(supply.units).min(left);
        let units = if is_shared { there.min(spare) } else { there };
        left -= units;
        spare -= if is_shared { units } else { 0 };
        pick(supply.piece, units)
    }));
    let mut left = bought;
    let mut descending = to_buy.to_vec();
    descending.sort_by_key(|supply| (Reverse(supply.price), supply.piece));
    let bought = in_order_of_pieces(descending.iter().map(|supply| {
        let is_got = got.binary_search_by_key(&supply.piece, |pick| pick.piece).map_or(0, |at| got[at].units);
        let units = i128::from(supply.units - is_got).min(left);
        left -= units;
        pick(supply.piece, units)
    }));
    Deal { got, bought }
}

fn pick(piece: usize, units: i128) -> Pick {
    // Never more than the units of one supply, which fit.
    Pick { piece, units: i64::try_from(units).unwrap_or(0) }
}

fn in_order_of_pieces(picks: impl Iterator<Item = Pick>) -> Vec<Pick> {
    let mut picks: Vec<Pick> = picks.filter(is_some).collect();
    picks.sort_by_key(|pick| pick.piece);
    picks
}

fn is_some(pick: &Pick) -> bool {
    pick.units > 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn supplies(units_and_prices: &[(usize, i64, i64)]) -> Vec<Supply> {
        let supply = |(piece, units, price): &(usize, i64, i64)| Supply {
            piece: *piece,
            units: *units,
            price: Decimal::from(*price),
        };
        units_and_prices.iter().map(supply).collect()
    }

    fn pairs(picks: &[Pick]) -> Vec<(usize, i64)> {
        picks.iter().map(|pick| (pick.piece, pick.units)).collect()
    }

    fn dealt(
        to_buy: &[(usize, i64, i64)],
        to_get: &[(usize, i64, i64)],
        buy: i64,
        get: i64,
        most: Option<i64>,
    ) -> Deal {
        let terms = BuyGet { buy_rules: Vec::new(), buy_quantity: buy, apply_to_quantity: get };
        deal(&supplies(to_buy), &supplies(to_get), &terms, most)
    }

    #[test]
    fn the_cheapest_units_are_picked_first_and_of_equal_ones_the_earlier() {
        let all = supplies(&[(0, 2, 30), (1, 2, 10), (2, 2, 20), (3, 2, 10)]);
        assert_eq!(pairs(&cheapest(all.clone(), Some(3))), [(1, 2), (3, 1)]);
        assert_eq!(pairs(&cheapest(all.clone(), Some(5))), [(1, 2), (2, 1), (3, 2)]);
        assert_eq!(pairs(&cheapest(all.clone(), None)).len(), 4);
        assert_eq!(pairs(&of_each(&all, Some(1))), [(0, 1), (1, 1), (2, 1), (3, 1)]);
    }

    #[test]
    fn two_bought_give_one_of_the_same_again_and_again() {
        for (units, got) in [(2, 0), (3, 1), (5, 1), (6, 2), (9, 3), (11, 3)] {
            let line = [(0, units, 10)];
            let deal = dealt(&line, &line, 2, 1, None);
            assert_eq!(deal.got.iter().map(|pick| pick.units).sum::<i64>(), got, "of {units}");
            assert_eq!(deal.bought.iter().map(|pick| pick.units).sum::<i64>(), got * 2);
        }
        assert_eq!(pairs(&dealt(&[(0, 9, 10)], &[(0, 9, 10)], 2, 1, Some(1)).got), [(0, 1)]);
    }

    #[test]
    fn the_cheapest_is_got_and_the_dearest_is_bought() {
        let all = [(0, 1, 10), (1, 1, 30), (2, 1, 20), (3, 1, 5)];
        let deal = dealt(&all, &all, 2, 1, None);
        assert_eq!(pairs(&deal.got), [(3, 1)]);
        assert_eq!(pairs(&deal.bought), [(1, 1), (2, 1)]);
    }

    #[test]
    fn a_cheap_unit_that_must_be_bought_is_not_got() {
        // The cheapest target is the only thing that can be bought.
        let deal = dealt(&[(0, 1, 5)], &[(0, 1, 5), (1, 1, 50)], 1, 1, None);
        assert_eq!((pairs(&deal.got), pairs(&deal.bought)), (vec![(1, 1)], vec![(0, 1)]));
    }

    #[test]
    fn a_group_that_is_not_full_gives_what_there_is() {
        assert_eq!(pairs(&dealt(&[(0, 3, 10)], &[(0, 3, 10)], 2, 2, None).got), [(0, 1)]);
        assert_eq!(pairs(&dealt(&[(0, 2, 10)], &[(1, 3, 10)], 1, 2, None).got), [(1, 3)]);
        assert_eq!(pairs(&dealt(&[(0, 1, 10)], &[(1, 3, 10)], 2, 2, None).got), []);
        assert_eq!(pairs(&dealt(&[(0, 9, 10)], &[(0, 9, 10)], 0, 1, None).got), []);
    }

    /// All ways of dealing a few units, one by one.
    fn most_that_can_be_got(to_buy: &[(usize, i64, i64)], to_get: &[(usize, i64, i64)], buy: i64, get: i64) -> i64 {
        let units =
            |piece: usize, of: &[(usize, i64, i64)]| of.iter().find(|one| one.0 == piece).map_or(0, |one| one.1);
        let mut best = 0;
        // Of each of three pieces, how many are got.
        for first in 0..=units(0, to_get) {
            for second in 0..=units(1, to_get) {
                for third in 0..=units(2, to_get) {
                    let got = [first, second, third];
                    let left = (0..3).map(|piece| {
                        let there = units(piece, to_buy);
                        if there > 0 { there - got[piece] } else { 0 }
                    });
                    let sum: i64 = got.iter().sum();
                    if sum <= left.sum::<i64>() / buy * get {
                        best = best.max(sum);
                    }
                }
            }
        }
        best
    }

    fn any_supplies() -> impl Strategy<Value = Vec<Supply>> {
        prop::collection::vec((any::<bool>(), 1..6_i64, 1..5_i64), 1..7).prop_map(|pieces| {
            let all = pieces.into_iter().enumerate();
            all.filter(|(_, (is_in, ..))| *is_in)
                .map(|(piece, (_, units, price))| Supply { piece, units, price: price.into() })
                .collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn no_unit_is_counted_twice(
            all in any_supplies(),
            for_buying in prop::collection::vec(any::<bool>(), 7),
            for_getting in prop::collection::vec(any::<bool>(), 7),
            buy in 1..5_i64,
            get in 1..5_i64,
            most in prop::option::of(0..9_i64),
        ) {
            let only = |wanted: &[bool]| -> Vec<Supply> {
                all.iter().filter(|supply| wanted[supply.piece]).copied().collect()
            };
            let terms = BuyGet { buy_rules: Vec::new(), buy_quantity: buy, apply_to_quantity: get };
            let deal = deal(&only(&for_buying), &only(&for_getting), &terms, most);
            let sum = |picks: &[Pick]| picks.iter().map(|pick| pick.units).sum::<i64>();
            for supply in &all {
                let of = |picks: &[Pick]| sum(&picks.iter().filter(|pick| pick.piece == supply.piece).copied().collect::<Vec<_>>());
                prop_assert!(of(&deal.got) + of(&deal.bought) <= supply.units);
                prop_assert!(of(&deal.got) == 0 || for_getting[supply.piece]);
                prop_assert!(of(&deal.bought) == 0 || for_buying[supply.piece]);
            }
            prop_assert_eq!(sum(&deal.bought), buy * ((sum(&deal.got) + get - 1) / get), "all that is got is bought for");
            prop_assert!(most.is_none_or(|most| sum(&deal.got) <= most));
        }
    }

    #[test]
    fn as_many_as_can_be_got_are_got() {
        for seed in 0..4096_i64 {
            let bits = |from: i64, count: i64| (seed >> from) & ((1 << count) - 1);
            let line = |piece: usize, units: i64| (piece, units, 10 + i64::try_from(piece).expect("small"));
            // Piece 0 can be bought only, 1 both bought and got, 2 got only.
            let to_buy: Vec<_> =
                [line(0, bits(0, 2)), line(1, bits(2, 2))].into_iter().filter(|one| one.1 > 0).collect();
            let to_get: Vec<_> =
                [line(1, bits(2, 2)), line(2, bits(4, 2))].into_iter().filter(|one| one.1 > 0).collect();
            let (buy, get) = (1 + bits(6, 2), 1 + bits(8, 2));
            let deal = dealt(&to_buy, &to_get, buy, get, None);
            let got: i64 = deal.got.iter().map(|pick| pick.units).sum();
            assert_eq!(got, most_that_can_be_got(&to_buy, &to_get, buy, get), "{to_buy:?} {to_get:?} {buy} {get}");
        }
    }
}
