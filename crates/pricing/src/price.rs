//! Which price holds: the narrowest that fits, and what a price list makes of it.

use std::cmp::Reverse;

use tradewind_kernel::{Currency, Decimal, Timestamp};

/// One of the prices of a thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceInput {
    /// Its id.
    pub id: String,
    /// The currency.
    pub currency: Currency,
    /// The amount in major units.
    pub amount: Decimal,
    /// The region it is for; any when there is none.
    pub region_id: Option<String>,
    /// From how many on it holds.
    pub min_quantity: Option<i64>,
    /// Up to how many it holds.
    pub max_quantity: Option<i64>,
    /// The price list it stands in; the ordinary price when there is none.
    pub price_list: Option<PriceListInput>,
}

/// A price list, as far as choosing a price goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceListInput {
    /// Its id.
    pub id: String,
    /// What it does to ordinary prices.
    pub kind: PriceListKind,
    /// Whom it is for; everybody when empty.
    pub customer_group_ids: Vec<String>,
    /// From when on it holds.
    pub starts_at: Option<Timestamp>,
    /// Until when it holds.
    pub ends_at: Option<Timestamp>,
}

/// What a price list does to ordinary prices.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PriceListKind {
    /// Holds where it is lower, and the ordinary price is shown beside it.
    Sale,
    /// Takes the place of the ordinary price, higher or lower.
    Override,
}

/// For whom, how many and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceContext {
    /// The currency.
    pub currency: Currency,
    /// The region, where one is known.
    pub region_id: Option<String>,
    /// How many.
    pub quantity: i64,
    /// The groups the shopper is in.
    pub customer_group_ids: Vec<String>,
    /// When.
    pub at: Timestamp,
    /// Whether prices of the currency, for any region, have the tax in them.
    pub currency_includes_tax: bool,
    /// Whether prices made for the region have the tax in them.
    pub region_includes_tax: bool,
}

/// The price that holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SelectedPrice {
    /// What one costs, in major units.
    pub amount: Decimal,
    /// What one would cost without a sale.
    pub original_amount: Decimal,
    /// Whether the amount has the tax in it.
    pub is_tax_inclusive: bool,
    /// Whether the original amount has the tax in it.
    pub is_original_tax_inclusive: bool,
    /// The id of the price.
    pub price_id: String,
    /// The price list it stands in.
    pub price_list_id: Option<String>,
    /// The price it is.
    pub price: PriceInput,
    /// The price it would be without a sale.
    pub original: PriceInput,
}

/// The price that holds in this context; `None` when no price fits. The order of the prices does not matter.
///
/// Of ordinary prices, one for the region goes before one for any, then a tier that begins at a larger quantity before one
/// that begins at a smaller, then the lower amount. Of prices in lists, one for the shopper's groups goes before one for
/// everybody, then one for the region before one for any, then the lower amount. An override takes the place of the
/// ordinary price; a sale holds where it is lower than the price without it, which is the ordinary one or an override.
#[must_use]
pub fn select_price(prices: &[PriceInput], context: &PriceContext) -> Option<SelectedPrice> {
    let fitting = || prices.iter().filter(|price| fits(price, context));
    let ordinary = || {
        fitting().filter(|price| price.price_list.is_none()).min_by_key(|price| {
            let tier = Reverse(price.min_quantity.unwrap_or(0));
            (price.region_id.is_none(), tier, price.amount, &price.id)
        })
    };
    let listed = |is_wanted: fn(PriceListKind) -> bool| {
        let lists = fitting().filter_map(|price| price.price_list.as_ref().map(|list| (price, list)));
        lists.filter(|(_, list)| is_wanted(list.kind)).min_by_key(|(price, list)| {
            (list.customer_group_ids.is_empty(), price.region_id.is_none(), price.amount, &price.id)
        })
    };
    let (price, original) = match listed(|_| true) {
        None => ordinary().map(|price| (price, price))?,
        Some((price, list)) if list.kind == PriceListKind::Override => (price, price),
        Some((sale, _)) => {
            let instead = listed(|kind| kind == PriceListKind::Override).map(|(price, _)| price);
            match instead.or_else(ordinary) {
                None => (sale, sale),
                Some(original) if sale.amount < original.amount => (sale, original),
                Some(original) => (original, original),
            }
        }
    };
    let includes_tax = |price: &PriceInput| match price.region_id {
        Some(_) => context.region_includes_tax,
        None => context.currency_includes_tax,
    };
    Some(SelectedPrice {
        amount: price.amount,
        original_amount: original.amount,
        is_tax_inclusive: includes_tax(price),
        is_original_tax_inclusive: includes_tax(original),
        price_id: price.id.clone(),
        price_list_id: price.price_list.as_ref().map(|list| list.id.clone()),
        price: price.clone(),
        original: original.clone(),
    })
}

fn fits(price: &PriceInput, context: &PriceContext) -> bool {
    let of_region = price.region_id.as_ref().is_none_or(|id| context.region_id.as_ref() == Some(id));
    price.currency == context.currency
        && of_region
        && price.min_quantity.is_none_or(|min| context.quantity >= min)
        && price.max_quantity.is_none_or(|max| context.quantity <= max)
        && price.price_list.as_ref().is_none_or(|list| holds(list, context))
}

fn holds(list: &PriceListInput, context: &PriceContext) -> bool {
    let is_for_shopper = list.customer_group_ids.is_empty()
        || list.customer_group_ids.iter().any(|id| context.customer_group_ids.contains(id));
    is_for_shopper
        && list.starts_at.is_none_or(|start| start <= context.at)
        && list.ends_at.is_none_or(|end| context.at < end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(id: &str, amount: i64) -> PriceInput {
        PriceInput {
            id: id.to_owned(),
            currency: Currency::EUR,
            amount: amount.into(),
            region_id: None,
            min_quantity: None,
            max_quantity: None,
            price_list: None,
        }
    }

    fn listed(id: &str, amount: i64, kind: PriceListKind) -> PriceInput {
        let list = PriceListInput {
            id: format!("list of {id}"),
            kind,
            customer_group_ids: Vec::new(),
            starts_at: Some(Timestamp(100)),
            ends_at: Some(Timestamp(200)),
        };
        PriceInput { price_list: Some(list), ..price(id, amount) }
    }

    fn context() -> PriceContext {
        PriceContext {
            currency: Currency::EUR,
            region_id: Some("reg_a".to_owned()),
            quantity: 1,
            customer_group_ids: Vec::new(),
            at: Timestamp(150),
            currency_includes_tax: false,
            region_includes_tax: true,
        }
    }

    fn ids(prices: &[PriceInput], context: &PriceContext) -> Option<(String, String)> {
        let selected = select_price(prices, context);
        let turned: Vec<PriceInput> = prices.iter().rev().cloned().collect();
        assert_eq!(selected, select_price(&turned, context), "the order of prices matters");
        selected.map(|selected| (selected.price.id, selected.original.id))
    }

    fn pair(price: &str, original: &str) -> Option<(String, String)> {
        Some((price.to_owned(), original.to_owned()))
    }

    #[test]
    fn the_narrowest_ordinary_price_holds() {
        let for_a = PriceInput { region_id: Some("reg_a".into()), ..price("a", 12) };
        let for_b = PriceInput { region_id: Some("reg_b".into()), ..price("b", 1) };
        let five = PriceInput { min_quantity: Some(5), ..price("five", 8) };
        let two_or_three = PriceInput { min_quantity: Some(2), max_quantity: Some(3), ..price("two", 9) };
        let dollars = PriceInput { currency: Currency::USD, ..price("usd", 1) };
        let all = [price("any", 10), for_b, five, two_or_three, dollars];
        let of = |quantity| ids(&all, &PriceContext { quantity, ..context() });
        assert_eq!(of(1), pair("any", "any"));
        assert_eq!(of(2), pair("two", "two"));
        assert_eq!(of(4), pair("any", "any"));
        assert_eq!(of(5), pair("five", "five"));
        let mut with_region = all.to_vec();
        with_region.push(for_a);
        assert_eq!(ids(&with_region, &context()), pair("a", "a"));
        let selected = select_price(&with_region, &context());
        assert!(selected.is_some_and(|selected| selected.is_tax_inclusive));
        let selected = select_price(&all, &context());
        assert!(selected.is_some_and(|selected| !selected.is_tax_inclusive));
        let yen = PriceContext { currency: "jpy".parse().expect("a code"), ..context() };
        assert_eq!(ids(&all, &yen), None);
    }

    #[test]
    fn price_lists_hold_for_their_time_and_people() {
        let sale = listed("sale", 7, PriceListKind::Sale);
        let all = [price("any", 10), sale.clone()];
        assert_eq!(ids(&all, &context()), pair("sale", "any"));
        for at in [Timestamp(99), Timestamp(200)] {
            assert_eq!(ids(&all, &PriceContext { at, ..context() }), pair("any", "any"));
        }
        let dear = [price("any", 10), listed("sale", 11, PriceListKind::Sale)];
        assert_eq!(ids(&dear, &context()), pair("any", "any"), "a sale does not raise a price");
        let over = [price("any", 10), listed("over", 11, PriceListKind::Override)];
        assert_eq!(ids(&over, &context()), pair("over", "over"));

        let mut for_members = listed("members", 8, PriceListKind::Sale);
        if let Some(list) = &mut for_members.price_list {
            list.customer_group_ids = vec!["members".into()];
        }
        let all = [price("any", 10), for_members, sale];
        assert_eq!(ids(&all, &context()), pair("sale", "any"));
        let member = PriceContext { customer_group_ids: vec!["members".into()], ..context() };
        assert_eq!(ids(&all, &member), pair("members", "any"));
    }

    #[test]
    fn a_list_may_be_the_only_price() {
        for kind in [PriceListKind::Sale, PriceListKind::Override] {
            assert_eq!(ids(&[listed("only", 7, kind)], &context()), pair("only", "only"));
        }
    }

    #[test]
    fn a_sale_is_compared_with_the_override_that_holds_without_it() {
        let of = |over: i64, sale: i64| {
            let over = listed("over", over, PriceListKind::Override);
            ids(&[price("any", 10), over, listed("sale", sale, PriceListKind::Sale)], &context())
        };
        assert_eq!(of(12, 11), pair("sale", "over"), "the override is the price that the sale lowers");
        assert_eq!(of(8, 9), pair("over", "over"));
        assert_eq!(of(8, 8), pair("over", "over"), "a sale that lowers nothing is none");
    }

    #[test]
    fn tiers_of_a_list_hold_for_their_quantities() {
        let five =
            PriceInput { min_quantity: Some(5), max_quantity: Some(9), ..listed("five", 8, PriceListKind::Sale) };
        let ten = PriceInput { min_quantity: Some(10), ..listed("ten", 6, PriceListKind::Sale) };
        let all = [price("any", 10), five, ten];
        for (quantity, expected) in [(1, "any"), (4, "any"), (5, "five"), (9, "five"), (10, "ten"), (1000, "ten")] {
            assert_eq!(ids(&all, &PriceContext { quantity, ..context() }), pair(expected, "any"), "of {quantity}");
        }
    }

    #[test]
    fn the_list_for_a_shoppers_groups_goes_first_and_a_region_before_any() {
        let mut members = listed("members", 8, PriceListKind::Override);
        if let Some(list) = &mut members.price_list {
            list.customer_group_ids = vec!["staff".into(), "members".into()];
        }
        let regional = PriceInput { region_id: Some("reg_a".into()), ..listed("regional", 7, PriceListKind::Sale) };
        let all = [price("any", 10), members, regional, listed("sale", 6, PriceListKind::Sale)];
        assert_eq!(ids(&all, &context()), pair("regional", "any"));
        let member = PriceContext { customer_group_ids: vec!["others".into(), "members".into()], ..context() };
        assert_eq!(ids(&all, &member), pair("members", "members"));
        let elsewhere = PriceContext { region_id: None, ..context() };
        assert_eq!(ids(&all, &elsewhere), pair("sale", "any"));
    }

    #[test]
    fn the_tax_is_in_each_price_as_its_own_region_or_currency_says() {
        let regional = PriceInput { region_id: Some("reg_a".into()), ..price("regional", 10) };
        let selected = select_price(&[regional, listed("sale", 7, PriceListKind::Sale)], &context());
        let taxes = selected.map(|selected| (selected.is_tax_inclusive, selected.is_original_tax_inclusive));
        assert_eq!(taxes, Some((false, true)));
    }

    #[test]
    fn recorded_price_lists_give_what_the_peer_gave() {
        let always = |price: PriceInput| {
            let list = price.price_list.map(|list| PriceListInput { starts_at: None, ends_at: None, ..list });
            PriceInput { price_list: list, ..price }
        };
        // 7.5 for one shirt; 8 for another from five on; 10 otherwise.
        let sale = PriceInput { amount: Decimal::new(75, 1), ..listed("sale", 0, PriceListKind::Sale) };
        let shirt = [price("shirt", 10), always(sale)];
        let tier = PriceInput { min_quantity: Some(5), ..listed("tier", 8, PriceListKind::Sale) };
        let other = [price("other", 10), always(tier)];
        let of = |prices: &[PriceInput], quantity: i64| {
            let selected = select_price(prices, &PriceContext { quantity, ..context() }).expect("a price");
            let kind = selected.price.price_list.as_ref().map(|list| list.kind);
            (selected.amount, selected.original_amount, kind)
        };
        let (ten, is_sale) = (Decimal::TEN, Some(PriceListKind::Sale));
        assert_eq!(of(&shirt, 1), (Decimal::new(75, 1), ten, is_sale));
        assert_eq!(of(&shirt, 2), (Decimal::new(75, 1), ten, is_sale));
        assert_eq!(of(&other, 1), (ten, ten, None));
        assert_eq!(of(&other, 5), (Decimal::from(8), ten, is_sale));
    }
}
