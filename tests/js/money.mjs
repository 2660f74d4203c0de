// Amounts on the wire are numbers in major units; tests add them up as whole minor units.

import assert from "node:assert/strict";

/** The amount in cents. Fails if it has more than two decimals. */
export function cents(amount) {
  assert.equal(typeof amount, "number", `an amount is a number, not ${JSON.stringify(amount)}`);
  const whole = Math.round(amount * 100);
  assert.ok(Math.abs(whole / 100 - amount) < 1e-9, `${amount} has more than two decimals`);
  return whole;
}

/** Checks that the totals of a cart or order add up, line by line and as a whole. What is taken off is taken off items. */
export function assertTotalsAddUp(priced) {
  const sum = (values) => values.reduce((total, value) => total + cents(value), 0);
  const items = priced.items.map((item) => item.unit_price * item.quantity);
  const methods = priced.shipping_methods.map((method) => method.amount);

  const off = cents(priced.discount_subtotal);
  assert.equal(cents(priced.subtotal) - off + cents(priced.tax_total), cents(priced.total), "subtotal + tax = total");
  assert.equal(cents(priced.item_subtotal) - off + cents(priced.item_tax_total), cents(priced.item_total), "of items");
  assert.equal(
    cents(priced.shipping_subtotal) + cents(priced.shipping_tax_total),
    cents(priced.shipping_total),
    "of shipping",
  );
  assert.equal(cents(priced.item_total) + cents(priced.shipping_total), cents(priced.total), "items + shipping = total");
  assert.equal(cents(priced.item_tax_total) + cents(priced.shipping_tax_total), cents(priced.tax_total), "taxes");

  const taxIncluded = priced.items.some((item) => item.is_tax_inclusive);
  assert.equal(sum(items), cents(taxIncluded ? priced.original_item_total : priced.item_subtotal), "lines add up to the items");
  const shippingTaxIncluded = priced.shipping_methods.some((method) => method.is_tax_inclusive);
  assert.equal(
    sum(methods),
    cents(shippingTaxIncluded ? priced.shipping_total : priced.shipping_subtotal),
    "methods add up to the shipping",
  );
}
