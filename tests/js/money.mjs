// Amounts on the wire are numbers in major units; tests add them up as whole minor units.

import assert from "node:assert/strict";

/** The amount in cents. Fails if it has more than two decimals. */
export function cents(amount) {
  assert.equal(typeof amount, "number", `an amount is a number, not ${JSON.stringify(amount)}`);
  const whole = Math.round(amount * 100);
  assert.ok(Math.abs(whole / 100 - amount) < 1e-9, `${amount} has more than two decimals`);
  return whole;
}

/** Checks that the totals of a cart or order add up, line by line and as a whole. */
export function assertTotalsAddUp(priced) {
  const sum = (values) => values.reduce((total, value) => total + cents(value), 0);
  const items = priced.items.map((item) => item.unit_price * item.quantity);
  const methods = priced.shipping_methods.map((method) => method.amount);

  const difference = cents(priced.subtotal) - cents(priced.discount_subtotal);
  assert.equal(difference + cents(priced.tax_total), cents(priced.total), "subtotal - discount + tax = total");
  for (const part of ["item", "shipping"]) {
    const [before, net, tax] = ["total", "subtotal", "tax_total"].map((name) => cents(priced[`original_${part}_${name}`]));
    assert.equal(net + tax, before, `of ${part}s, before discounts`);
  }
  const taken = cents(priced.original_total) - cents(priced.discount_total);
  assert.equal(taken, cents(priced.total), "original total - discount = total");
  assert.equal(cents(priced.item_total) + cents(priced.shipping_total), cents(priced.total), "items + shipping = total");
  assert.equal(cents(priced.item_tax_total) + cents(priced.shipping_tax_total), cents(priced.tax_total), "taxes");

  const taxIncluded = priced.items.some((item) => item.is_tax_inclusive);
  assert.equal(sum(items), cents(taxIncluded ? priced.original_item_total : priced.original_item_subtotal), "lines add up to the items");
  const shippingTaxIncluded = priced.shipping_methods.some((method) => method.is_tax_inclusive);
  assert.equal(
    sum(methods),
    cents(shippingTaxIncluded ? priced.original_shipping_total : priced.original_shipping_subtotal),
    "methods add up to the shipping",
  );
}
