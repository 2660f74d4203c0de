//! A hundred thousand random carts: what must always hold does, and a second calculation agrees to the minor unit.

mod exact;
mod fraction;
mod generator;

use exact::{Answer, LineAnswer};
use generator::{Cart, Generator};
use tradewind_kernel::{Decimal, Money};
use tradewind_pricing::{
    Adjustment, Basket, BasketLine, BasketShipping, Discount, Discounts, LineTotals, PriceContext, Promotion, Quote,
    QuoteLine, QuoteShipping, Rate, SelectedPrice, Totals, apply_promotions, select_price, totals,
};

/// A cart with all that was calculated.
struct Priced {
    prices: Vec<Option<SelectedPrice>>,
    basket: Basket,
    discounts: Discounts,
    totals: Totals,
}

fn price(cart: &Cart) -> Priced {
    let context = |quantity| PriceContext { quantity, ..cart.context.clone() };
    let prices: Vec<_> = cart.goods.iter().map(|good| select_price(&good.prices, &context(good.quantity))).collect();
    let goods = || cart.goods.iter().zip(&prices).filter_map(|(good, price)| Some((good, price.as_ref()?)));
    let percent = |rates: &[Rate]| rates.iter().map(|rate| rate.percent).sum();
    let lines = goods().map(|(good, price)| BasketLine {
        facts: good.facts.clone(),
        unit_price: price.amount,
        quantity: good.quantity,
        is_tax_inclusive: price.is_tax_inclusive,
        tax_percent: percent(&good.rates),
        is_discountable: good.is_discountable,
    });
    let shipping = cart.shipping.iter().map(|sending| BasketShipping {
        facts: sending.facts.clone(),
        amount: sending.amount,
        is_tax_inclusive: sending.is_tax_inclusive,
        tax_percent: percent(&sending.rates),
    });
    let currency = cart.context.currency;
    let basket = Basket { currency, facts: cart.facts.clone(), lines: lines.collect(), shipping: shipping.collect() };
    let discounts = apply_promotions(&basket, &cart.promotions).expect("discounts");
    let lines = goods().zip(&discounts.lines).map(|((good, price), off)| QuoteLine {
        unit_price: price.amount,
        quantity: good.quantity,
        is_tax_inclusive: price.is_tax_inclusive,
        tax_rates: good.rates.clone(),
        adjustments: off.iter().map(adjustment).collect(),
    });
    let shipping = cart.shipping.iter().zip(&discounts.shipping).map(|(sending, off)| QuoteShipping {
        amount: sending.amount,
        is_tax_inclusive: sending.is_tax_inclusive,
        tax_rates: sending.rates.clone(),
        adjustments: off.iter().map(adjustment).collect(),
    });
    let (lines, shipping) = (lines.collect(), shipping.collect());
    let totals = totals(&Quote { currency, lines, shipping, credits: cart.credits.clone() }).expect("totals");
    Priced { prices, basket, discounts, totals }
}

fn adjustment(discount: &Discount) -> Adjustment {
    Adjustment { amount: discount.amount, is_tax_inclusive: discount.is_tax_inclusive }
}

/// Ours, in the form of the second calculation.
fn answer(priced: &Priced) -> Answer {
    let currency = priced.basket.currency;
    let minor = |amount: Decimal| {
        let money = Money::round(amount, currency).expect("fits");
        assert_eq!(money.major(), amount, "a discount is whole minor units");
        i128::from(money.minor)
    };
    let line = |(totals, discounts): (&LineTotals, &Vec<Discount>)| LineAnswer {
        discounts: discounts.iter().map(|one| (one.promotion, minor(one.amount), one.is_tax_inclusive)).collect(),
        original_net: totals.original_subtotal.minor.into(),
        original_taxes: totals.tax_lines.iter().map(|(before, _)| before.minor.into()).collect(),
        net: i128::from(totals.subtotal.minor - totals.discount_subtotal.minor),
        taxes: totals.tax_lines.iter().map(|(_, after)| after.minor.into()).collect(),
    };
    let ids = |price: &SelectedPrice| (price.price.id.clone(), price.original.id.clone());
    let totals = &priced.totals;
    let discounts = priced.discounts.lines.iter().chain(&priced.discounts.shipping);
    Answer {
        prices: priced.prices.iter().map(|price| price.as_ref().map(ids)).collect(),
        lines: totals.lines.iter().chain(&totals.shipping).zip(discounts).map(line).collect(),
        total: totals.total.minor.into(),
        tax_total: totals.tax_total.minor.into(),
        discount_total: totals.discount_total.minor.into(),
        credit_total: totals.credit_line_total.minor.into(),
    }
}

/// What holds for every cart.
fn check(cart: &Cart, priced: &Priced) {
    let totals = &priced.totals;
    let all = || totals.lines.iter().chain(&totals.shipping);
    for line in all() {
        assert_eq!(line.total.minor, line.original_total.minor - line.discount_total.minor);
        assert_eq!(line.original_total.minor, line.original_subtotal.minor + line.original_tax_total.minor);
        let net = line.subtotal.minor - line.discount_subtotal.minor;
        assert_eq!(line.total.minor, net + line.tax_total.minor, "gross is net and tax");
        for (off, base) in [
            (line.discount_total, line.original_total),
            (line.discount_subtotal, line.original_subtotal),
            (line.discount_tax_total, line.original_tax_total),
        ] {
            assert!((0..=base.minor).contains(&off.minor), "no discount exceeds its base");
        }
    }
    let sum = |pick: fn(&LineTotals) -> Money| all().map(|line| pick(line).minor).sum::<i64>();
    let credit = totals.credit_line_total.minor;
    assert_eq!(totals.total.minor, sum(|line| line.total) - credit, "lines and shipping add up");
    assert_eq!(totals.tax_total.minor, sum(|line| line.tax_total));
    assert_eq!(totals.discount_total.minor, sum(|line| line.discount_total));
    assert!(totals.total.minor >= 0 && credit >= 0);

    let taken = || priced.discounts.lines.iter().chain(&priced.discounts.shipping).flatten();
    for (index, promotion) in cart.promotions.iter().enumerate() {
        let off: Decimal = taken().filter(|one| one.promotion == index).map(|one| one.amount).sum();
        assert!(promotion.budget_left.is_none_or(|left| off <= left), "a budget is never exceeded");
    }
}

/// Prices so many carts. Says which one failed, so that it can be looked at by itself.
fn run(seed: u64, carts: usize) {
    let generator = Generator::new(seed);
    let mut seen = Seen::default();
    for number in 0..carts {
        let cart = generator.cart();
        let priced = price(&cart);
        check(&cart, &priced);
        let (ours, theirs) = (answer(&priced), exact::calculate(&cart));
        assert!(ours == theirs, "cart {number} of seed {seed}: {cart:?}\nours:  {ours:?}\nexact: {theirs:?}");
        seen.note(&cart, &priced);
    }
    // Carts in which nothing happens prove nothing.
    assert!(seen.least() > carts / 20, "{seen:?}");
}

/// How many carts had what.
#[derive(Default, Debug)]
struct Seen {
    discounts: usize,
    units_got: usize,
    other_forms_of_tax: usize,
    budgets: usize,
    lists: usize,
    credits: usize,
}

impl Seen {
    fn note(&mut self, cart: &Cart, priced: &Priced) {
        let mut lines = priced.basket.lines.iter().zip(&priced.discounts.lines);
        let other_form = |(line, off): (&BasketLine, &Vec<Discount>)| {
            !line.tax_percent.is_zero() && off.iter().any(|one| one.is_tax_inclusive != line.is_tax_inclusive)
        };
        let taken = || priced.discounts.lines.iter().chain(&priced.discounts.shipping).flatten();
        let any = |is_such: fn(&Promotion) -> bool| taken().any(|one| is_such(&cart.promotions[one.promotion]));
        self.discounts += usize::from(any(|_| true));
        self.units_got += usize::from(any(|promotion| promotion.buy_get.is_some()));
        self.budgets += usize::from(any(|promotion| promotion.budget_left.is_some()));
        self.other_forms_of_tax += usize::from(lines.any(other_form));
        self.lists += usize::from(priced.prices.iter().flatten().any(|price| price.price_list_id.is_some()));
        self.credits += usize::from(priced.totals.credit_line_total.minor > 0);
    }

    fn least(&self) -> usize {
        let all = [self.discounts, self.units_got, self.other_forms_of_tax, self.budgets, self.lists, self.credits];
        all.into_iter().min().unwrap_or(0)
    }
}

// Four tests, so that they run at once.

#[test]
fn a_second_calculation_agrees_on_the_first_quarter_of_all_carts() {
    run(1, 25_000);
}

#[test]
fn a_second_calculation_agrees_on_the_second_quarter_of_all_carts() {
    run(2, 25_000);
}

#[test]
fn a_second_calculation_agrees_on_the_third_quarter_of_all_carts() {
    run(3, 25_000);
}

#[test]
fn a_second_calculation_agrees_on_the_last_quarter_of_all_carts() {
    run(4, 25_000);
}
