//! A second calculation of a cart, written from what the documentation promises and not from the code: exact fractions, units
//! one by one, nothing saved.

use tradewind_kernel::{Currency, Decimal};
use tradewind_pricing::{
    Allocation, Facts, Operator, PriceContext, PriceInput, PriceListKind, Promotion, Rate, Rule, Target, ValueKind,
};

use crate::fraction::Fraction;
use crate::generator::Cart;

/// What a cart comes to, in minor units.
#[derive(PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// The price of each good and the price without a sale, where one fits.
    pub prices: Vec<Option<(String, String)>>,
    /// Lines that have a price, and then shipping.
    pub lines: Vec<LineAnswer>,
    pub total: i128,
    pub tax_total: i128,
    pub discount_total: i128,
    pub credit_total: i128,
}

/// What a line or shipping method comes to.
#[derive(PartialEq, Eq, Debug)]
pub struct LineAnswer {
    /// The promotion, what it takes off, and whether the tax is in it.
    pub discounts: Vec<(usize, i128, bool)>,
    pub original_net: i128,
    pub original_taxes: Vec<i128>,
    pub net: i128,
    pub taxes: Vec<i128>,
}

/// Calculates a cart.
pub fn calculate(cart: &Cart) -> Answer {
    let currency = cart.context.currency;
    let mut answer = Answer::default();
    let mut pieces = Vec::new();
    for good in &cart.goods {
        let context = PriceContext { quantity: good.quantity, ..cart.context.clone() };
        let found = price(&good.prices, &context);
        answer.prices.push(found.map(|(price, original)| (price.id.clone(), original.id.clone())));
        if let Some((price, _)) = found {
            let is_tax_inclusive =
                if price.region_id.is_some() { context.region_includes_tax } else { context.currency_includes_tax };
            let quantity = good.quantity.into();
            let piece = Piece::new(&good.facts, price.amount, quantity, is_tax_inclusive, &good.rates, currency);
            pieces.push(Piece { is_discountable: good.is_discountable, ..piece });
        }
    }
    let lines = pieces.len();
    for sending in &cart.shipping {
        let (amount, rates) = (sending.amount, &sending.rates);
        pieces.push(Piece::new(&sending.facts, amount, 1, sending.is_tax_inclusive, rates, currency));
    }
    for is_buy_get in [true, false] {
        for (index, promotion) in cart.promotions.iter().enumerate() {
            if promotion.buy_get.is_some() == is_buy_get && is_for(promotion, cart) {
                apply(index, promotion, &mut pieces, lines, currency);
            }
        }
    }
    for piece in &pieces {
        answer.lines.push(piece.line());
    }
    for line in &answer.lines {
        let gross = line.net + line.taxes.iter().sum::<i128>();
        answer.total += gross;
        answer.tax_total += line.taxes.iter().sum::<i128>();
        answer.discount_total += line.original_net + line.original_taxes.iter().sum::<i128>() - gross;
    }
    let credits: i128 = cart.credits.iter().map(|credit| minor(*credit, currency).round()).sum();
    answer.credit_total = credits.min(answer.total);
    answer.total -= answer.credit_total;
    answer
}

/// An amount in minor units, exact.
fn minor(amount: Decimal, currency: Currency) -> Fraction {
    Fraction::of(amount) * Fraction::whole(10_i128.pow(currency.minor_digits()))
}

/// Those that are preferred, or all when none is.
fn prefer(all: Vec<&PriceInput>, is_preferred: impl Fn(&PriceInput) -> bool) -> Vec<&PriceInput> {
    let preferred: Vec<_> = all.iter().copied().filter(|price| is_preferred(price)).collect();
    if preferred.is_empty() { all } else { preferred }
}

fn lowest(all: Vec<&PriceInput>) -> Option<&PriceInput> {
    let amount = all.iter().map(|price| price.amount).min()?;
    all.into_iter().filter(|price| price.amount == amount).min_by_key(|price| price.id.clone())
}

fn price<'a>(prices: &'a [PriceInput], context: &PriceContext) -> Option<(&'a PriceInput, &'a PriceInput)> {
    let mut ordinary = Vec::new();
    let mut listed = Vec::new();
    for price in prices {
        let is_elsewhere = price.region_id.is_some() && price.region_id != context.region_id;
        let is_too_few = price.min_quantity.is_some_and(|from| context.quantity < from);
        let is_too_many = price.max_quantity.is_some_and(|to| context.quantity > to);
        if price.currency != context.currency || is_elsewhere || is_too_few || is_too_many {
            continue;
        }
        let Some(list) = &price.price_list else {
            ordinary.push(price);
            continue;
        };
        let groups = &list.customer_group_ids;
        let is_member = groups.iter().any(|group| context.customer_group_ids.contains(group));
        let has_begun = list.starts_at.is_none_or(|start| context.at >= start);
        let has_ended = list.ends_at.is_some_and(|end| context.at >= end);
        if (groups.is_empty() || is_member) && has_begun && !has_ended {
            listed.push(price);
        }
    }
    let ordinary = {
        let narrowed = prefer(ordinary, |price| price.region_id.is_some());
        let largest_tier = narrowed.iter().map(|price| price.min_quantity.unwrap_or(0)).max();
        lowest(prefer(narrowed, |price| Some(price.min_quantity.unwrap_or(0)) == largest_tier))
    };
    let for_groups =
        |price: &PriceInput| price.price_list.as_ref().is_some_and(|list| !list.customer_group_ids.is_empty());
    let of_lists = |all| lowest(prefer(prefer(all, for_groups), |price| price.region_id.is_some()));
    let is_override =
        |price: &PriceInput| price.price_list.as_ref().is_some_and(|list| list.kind == PriceListKind::Override);
    let Some(best) = of_lists(listed.clone()) else {
        return ordinary.map(|price| (price, price));
    };
    if is_override(best) {
        return Some((best, best));
    }
    let overrides: Vec<_> = listed.into_iter().filter(|price| is_override(price)).collect();
    match of_lists(overrides).or(ordinary) {
        Some(without) if best.amount >= without.amount => Some((without, without)),
        Some(without) => Some((best, without)),
        None => Some((best, best)),
    }
}

fn holds(rule: &Rule, facts: &Facts) -> bool {
    let mut known = Vec::new();
    for (name, values) in &facts.0 {
        if **name == *rule.attribute {
            known.extend(values.iter().cloned());
        }
    }
    let pairs = || known.iter().flat_map(|fact| rule.values.iter().map(move |value| (fact, value)));
    let numbers = || {
        let number = |text: &str| text.parse::<Decimal>().ok().map(Fraction::of);
        pairs().filter_map(move |(fact, value)| Some((number(fact)?, number(value)?)))
    };
    match rule.operator {
        Operator::In | Operator::Eq => pairs().any(|(fact, value)| fact == value),
        Operator::Ne => pairs().all(|(fact, value)| fact != value),
        Operator::Gt => numbers().any(|(fact, value)| fact > value),
        Operator::Gte => numbers().any(|(fact, value)| fact >= value),
        Operator::Lt => numbers().any(|(fact, value)| fact < value),
        Operator::Lte => numbers().any(|(fact, value)| fact <= value),
    }
}

fn is_for(promotion: &Promotion, cart: &Cart) -> bool {
    let is_known = promotion.currency.is_some() || promotion.value_kind == ValueKind::Percentage;
    let is_ours = promotion.currency.is_none_or(|currency| currency == cart.context.currency);
    let is_worth_something = promotion.value > Decimal::ZERO;
    let has_budget = promotion.budget_left.is_none_or(|left| minor(left, cart.context.currency) >= Fraction::whole(1));
    is_known
        && is_ours
        && is_worth_something
        && has_budget
        && promotion.rules.iter().all(|rule| holds(rule, &cart.facts))
}

/// A line or shipping method; amounts in minor units.
struct Piece<'a> {
    facts: &'a Facts,
    unit: Fraction,
    quantity: i128,
    is_tax_inclusive: bool,
    rates: &'a [Rate],
    is_discountable: bool,
    full: i128,
    off: Fraction,
    counted: i128,
    discounts: Vec<(usize, i128, bool)>,
}

impl<'a> Piece<'a> {
    fn new(
        facts: &'a Facts,
        unit_price: Decimal,
        quantity: i128,
        is_tax_inclusive: bool,
        rates: &'a [Rate],
        currency: Currency,
    ) -> Self {
        let unit = minor(unit_price, currency);
        Self {
            facts,
            unit,
            quantity,
            is_tax_inclusive,
            rates,
            is_discountable: true,
            full: (unit * Fraction::whole(quantity)).round(),
            off: Fraction::whole(0),
            counted: 0,
            discounts: Vec::new(),
        }
    }

    fn with_tax(&self) -> Fraction {
        let percents = self.rates.iter().map(|rate| Fraction::of(rate.percent));
        percents.fold(Fraction::whole(100), |sum, percent| sum + percent) / Fraction::whole(100)
    }

    /// An amount of one form of the tax in another.
    fn convert(&self, amount: Fraction, from_inclusive: bool, to_inclusive: bool) -> Fraction {
        match (from_inclusive, to_inclusive) {
            (true, false) => amount / self.with_tax(),
            (false, true) => amount * self.with_tax(),
            _ => amount,
        }
    }

    fn net_unit(&self) -> Fraction {
        self.convert(self.unit, self.is_tax_inclusive, false)
    }

    fn left(&self) -> i128 {
        (self.full - self.off.round()).max(0)
    }

    fn split(&self, amount: i128) -> (i128, Vec<i128>) {
        if !self.is_tax_inclusive {
            let tax = |rate: &Rate| Fraction::whole(amount) * Fraction::of(rate.percent) / Fraction::whole(100);
            return (amount, self.rates.iter().map(|rate| tax(rate).round()).collect());
        }
        let net = (Fraction::whole(amount) / self.with_tax()).round();
        let weights: Vec<Fraction> = self.rates.iter().map(|rate| Fraction::of(rate.percent)).collect();
        (net, largest_remainder(amount - net, &weights))
    }

    fn line(&self) -> LineAnswer {
        let (original_net, original_taxes) = self.split(self.full);
        let (net, taxes) = self.split(self.left());
        LineAnswer { discounts: self.discounts.clone(), original_net, original_taxes, net, taxes }
    }
}

/// Shares by the largest remainder, one minor unit after another.
fn largest_remainder(amount: i128, weights: &[Fraction]) -> Vec<i128> {
    let all = weights.iter().fold(Fraction::whole(0), |sum, weight| sum + *weight);
    if all == Fraction::whole(0) {
        assert_eq!(amount, 0, "nothing is shared among those that weigh nothing");
        return vec![0; weights.len()];
    }
    let exact: Vec<Fraction> = weights.iter().map(|weight| Fraction::whole(amount) * *weight / all).collect();
    let mut shares: Vec<i128> = exact.iter().map(|share| share.floor()).collect();
    while shares.iter().sum::<i128>() < amount {
        let mut next = 0;
        for index in 1..shares.len() {
            let remainder = |at: usize| exact[at] + Fraction::whole(-shares[at]);
            if remainder(index) > remainder(next) {
                next = index;
            }
        }
        shares[next] += 1;
    }
    shares
}

fn apply(index: usize, promotion: &Promotion, pieces: &mut [Piece], lines: usize, currency: Currency) {
    let is_fixed = promotion.value_kind == ValueKind::Fixed;
    let is_target = |position: usize, piece: &Piece| {
        (position >= lines) == (promotion.target == Target::Shipping)
            && piece.is_discountable
            && piece.left() > 0
            && promotion.target_rules.iter().all(|rule| holds(rule, piece.facts))
    };
    let targets: Vec<usize> = (0..pieces.len()).filter(|at| is_target(*at, &pieces[*at])).collect();
    let most = promotion.max_quantity.map(i128::from);
    let is_across = promotion.buy_get.is_none()
        && (promotion.target == Target::Order || promotion.allocation == Allocation::Across);
    let mut units = vec![0_i128; pieces.len()];
    if promotion.buy_get.is_some() {
        units = buy_and_get(promotion, pieces, lines, &targets);
    } else if is_across {
        targets.iter().for_each(|at| units[*at] = pieces[*at].quantity);
    } else if promotion.allocation == Allocation::Each {
        targets.iter().for_each(|at| units[*at] = pieces[*at].quantity.min(most.unwrap_or(i128::MAX)));
    } else {
        let mut all: Vec<usize> = Vec::new();
        for at in &targets {
            (0..pieces[*at].quantity).for_each(|_| all.push(*at));
        }
        all.sort_by_key(|at| (pieces[*at].net_unit(), *at));
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(all.len());
        all.iter().take(most).for_each(|at| units[*at] += 1);
    }

    let mut bases = Vec::new();
    let mut amounts = Vec::new();
    for (piece, units) in pieces.iter().zip(&units) {
        let price = (piece.unit * Fraction::whole(*units)).round();
        let base = if *units == piece.quantity { piece.left() } else { piece.left().min(price) };
        let base = if *units == 0 { 0 } else { base };
        let form = if is_fixed { promotion.is_tax_inclusive } else { piece.is_tax_inclusive };
        let base = piece.convert(Fraction::whole(base), piece.is_tax_inclusive, form).ceiling();
        bases.push(base);
        amounts.push(value(promotion, *units, base, currency));
    }
    if is_across {
        let all = bases.iter().sum();
        let weights: Vec<Fraction> = bases.iter().map(|base| Fraction::whole(*base)).collect();
        amounts = largest_remainder(value(promotion, 1, all, currency), &weights);
    }
    if let Some(budget) = promotion.budget_left {
        let budget = minor(budget, currency).floor();
        if amounts.iter().sum::<i128>() > budget {
            let weights: Vec<Fraction> = amounts.iter().map(|amount| Fraction::whole(*amount)).collect();
            amounts = largest_remainder(budget, &weights);
        }
    }
    for (piece, amount) in pieces.iter_mut().zip(amounts) {
        if amount > 0 {
            let form = if is_fixed { promotion.is_tax_inclusive } else { piece.is_tax_inclusive };
            piece.off = piece.off + piece.convert(Fraction::whole(amount), form, piece.is_tax_inclusive);
            piece.discounts.push((index, amount, form));
        }
    }
}

fn value(promotion: &Promotion, units: i128, base: i128, currency: Currency) -> i128 {
    let value = match promotion.value_kind {
        ValueKind::Fixed => minor(promotion.value, currency) * Fraction::whole(units),
        ValueKind::Percentage => Fraction::of(promotion.value) * Fraction::whole(base) / Fraction::whole(100),
    };
    value.round().min(base)
}

/// Units that are got for others that are bought: tries to get as many as there are, then one fewer, and so on.
fn buy_and_get(promotion: &Promotion, pieces: &mut [Piece], lines: usize, targets: &[usize]) -> Vec<i128> {
    let nothing = vec![0_i128; pieces.len()];
    let Some(terms) = promotion.buy_get.as_ref().filter(|terms| terms.buy_quantity > 0 && terms.apply_to_quantity > 0)
    else {
        return nothing;
    };
    let free = |at: usize| pieces[at].quantity - pieces[at].counted;
    let may_be_bought = |at: usize| at < lines && terms.buy_rules.iter().all(|rule| holds(rule, pieces[at].facts));
    let buyable: i128 = (0..pieces.len()).filter(|at| may_be_bought(*at)).map(free).sum();
    let mut cheapest_first = targets.to_vec();
    cheapest_first.sort_by_key(|at| (pieces[*at].net_unit(), *at));
    let mut dearest_first: Vec<usize> = (0..lines).filter(|at| may_be_bought(*at)).collect();
    dearest_first.sort_by_key(|at| (std::cmp::Reverse(pieces[*at].net_unit()), *at));
    let most = targets.iter().map(|at| free(*at)).sum::<i128>();
    let most = promotion.max_quantity.map_or(most, |max| most.min(max.into()));
    for wanted in (1..=most).rev() {
        let groups = Fraction::new(wanted, terms.apply_to_quantity.into()).ceiling();
        let needed = groups * i128::from(terms.buy_quantity);
        let mut got = nothing.clone();
        let mut buyable_left = buyable;
        for at in &cheapest_first {
            while got.iter().sum::<i128>() < wanted && got[*at] < free(*at) {
                if may_be_bought(*at) {
                    if buyable_left - 1 < needed {
                        break;
                    }
                    buyable_left -= 1;
                }
                got[*at] += 1;
            }
        }
        if got.iter().sum::<i128>() < wanted || buyable_left < needed {
            continue;
        }
        let mut to_buy = needed;
        let mut counted = got.clone();
        for at in dearest_first {
            while to_buy > 0 && counted[at] < free(at) {
                counted[at] += 1;
                to_buy -= 1;
            }
        }
        pieces.iter_mut().zip(counted).for_each(|(piece, units)| piece.counted += units);
        return got;
    }
    nothing
}
