// The JavaScript SDK of the peer, unmodified from npm, against a demo shop: every store method from browsing to order
// and account, and every way in and out of an account. Asserts on values, not on status alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import Medusa from "@medusajs/js-sdk";

import { assertTotalsAddUp, cents } from "./money.mjs";
import { openShop } from "./shop.mjs";

const ADDRESS = {
  first_name: "Sample",
  last_name: "Shopper",
  address_1: "Harbour Street 1",
  city: "Copenhagen",
  country_code: "dk",
  postal_code: "1620",
};
const PASSWORD = "a-long-enough-password";
const PRICED = "*variants.calculated_price,+variants.inventory_quantity";

let shop;
let sdk;
let europe;
let america;

before(async () => {
  shop = await openShop();
  sdk = tokenSdk();
});
after(async () => {
  await shop?.stop();
});

/** An SDK that keeps a JWT in memory, as a server-side storefront does. */
function tokenSdk(options = {}) {
  return new Medusa({
    baseUrl: shop.url,
    publishableKey: shop.publishableKey,
    auth: { type: "jwt", jwtTokenStorageMethod: "memory" },
    ...options,
  });
}

/** Runs the work while `fetch` keeps cookies, as a browser does for the session mode of the SDK. */
async function withCookies(work) {
  const plainFetch = globalThis.fetch;
  const cookies = new Map();
  globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookies.size) headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const answer = await plainFetch(input, { ...init, headers });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const isGone = attributes.some((attribute) => /max-age=0|expires=thu, 01 jan 1970/i.test(attribute));
      if (isGone) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  };
  try {
    return await work();
  } finally {
    globalThis.fetch = plainFetch;
  }
}

/** A variant with at least this many in stock, with its product. */
async function variantInStock(region, atLeast = 4) {
  const { products } = await sdk.store.product.list({ region_id: region.id, fields: PRICED, limit: 100 });
  for (const product of products) {
    const variant = product.variants.find((candidate) => candidate.inventory_quantity >= atLeast);
    if (variant) return { product, variant };
  }
  return assert.fail(`no variant has ${atLeast} in stock`);
}

async function stockOf(productId, variantId) {
  const { product } = await sdk.store.product.retrieve(productId, { fields: "+variants.inventory_quantity" });
  return product.variants.find((variant) => variant.id === variantId).inventory_quantity;
}

/** What was sold is seen at once, or in a while where several processes serve the shop. */
async function stockIs(productId, variantId, quantity) {
  const until = Date.now() + shop.seenWithinMs;
  let found = await stockOf(productId, variantId);
  while (found !== quantity && Date.now() < until) {
    await sleep(20);
    found = await stockOf(productId, variantId);
  }
  assert.equal(found, quantity, "in stock");
}

/** Fills a cart up to the point where it can be completed. */
async function readyCart(client, region, variant, { quantity = 1, email = "guest@example.com", address = ADDRESS } = {}) {
  const { cart } = await client.store.cart.create({ region_id: region.id });
  await client.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity });
  await client.store.cart.update(cart.id, { email, shipping_address: address, billing_address: address });
  const { shipping_options } = await client.store.fulfillment.listCartOptions({ cart_id: cart.id });
  const shipped = await client.store.cart.addShippingMethod(cart.id, { option_id: shipping_options[0].id });
  const { payment_providers } = await client.store.payment.listPaymentProviders({ region_id: region.id });
  await client.store.payment.initiatePaymentSession(shipped.cart, { provider_id: payment_providers[0].id });
  return shipped.cart;
}

async function register(client, email) {
  const token = await client.auth.register("customer", "emailpass", { email, password: PASSWORD });
  const { customer } = await client.store.customer.create(
    { email, first_name: "Sample", last_name: "Shopper" },
    {},
    { Authorization: `Bearer ${token}` },
  );
  return customer;
}

const refusedWith = (status) => (error) => {
  assert.equal(error.status, status, error.message);
  assert.ok(error.message.length > 5, "the error says what is wrong");
  return true;
};

test("regions: one with tax included, one without", async () => {
  const { regions, count, limit, offset } = await sdk.store.region.list();
  assert.equal(count, regions.length);
  assert.deepEqual([typeof limit, offset], ["number", 0]);
  europe = regions.find((region) => region.currency_code === "eur");
  america = regions.find((region) => region.currency_code === "usd");
  assert.ok(europe.countries.some((country) => country.iso_2 === "dk"));
  assert.ok(america.countries.some((country) => country.iso_2 === "us"));

  const { region } = await sdk.store.region.retrieve(europe.id);
  assert.equal(region.id, europe.id);
  assert.equal(region.currency_code, "eur");
  await assert.rejects(sdk.store.region.retrieve("reg_unknown"), refusedWith(404));
});

test("collections, categories and options", async () => {
  const { collections } = await sdk.store.collection.list({ fields: "id, handle, title", limit: 100 });
  assert.ok(collections.length >= 3);
  const { collection } = await sdk.store.collection.retrieve(collections[0].id);
  assert.equal(collection.handle, collections[0].handle);
  const byHandle = await sdk.store.collection.list({ handle: collection.handle });
  assert.deepEqual(byHandle.collections.map((found) => found.id), [collection.id]);

  const { product_categories } = await sdk.store.category.list({ fields: "*category_children", limit: 100 });
  assert.ok(product_categories.length >= 6);
  const { product_category } = await sdk.store.category.retrieve(product_categories[0].id);
  assert.equal(product_category.name, product_categories[0].name);

  const { product_options } = await sdk.store.productOption.list({ fields: "*values", limit: 100 });
  const size = product_options.find((option) => option.title === "Size");
  assert.ok(size.values.length >= 3);
  const { product_option } = await sdk.store.productOption.retrieve(size.id);
  assert.equal(product_option.title, "Size");
});

test("products: prices by region, fields, filters, search, order and pages", async () => {
  const first = await sdk.store.product.list({ region_id: europe.id, fields: PRICED, limit: 5 });
  assert.equal(first.products.length, 5);
  assert.ok(first.count >= 50, `the demo shop sells ${first.count} prints`);
  for (const variant of first.products.flatMap((product) => product.variants)) {
    assert.equal(variant.calculated_price.currency_code, "eur");
    assert.ok(cents(variant.calculated_price.calculated_amount) > 0);
    assert.equal(variant.calculated_price.is_calculated_price_tax_inclusive, true);
    assert.equal(typeof variant.inventory_quantity, "number");
  }
  const second = await sdk.store.product.list({ limit: 5, offset: 5 });
  const ids = new Set([...first.products, ...second.products].map((product) => product.id));
  assert.equal(ids.size, 10, "pages do not overlap");

  const inDollars = await sdk.store.product.list({ region_id: america.id, fields: PRICED, id: [first.products[0].id] });
  assert.equal(inDollars.count, 1);
  assert.equal(inDollars.products[0].variants[0].calculated_price.currency_code, "usd");
  assert.equal(inDollars.products[0].variants[0].calculated_price.is_calculated_price_tax_inclusive, false);

  const { products: plain } = await sdk.store.product.list({ fields: "handle", limit: 1 });
  assert.deepEqual(Object.keys(plain[0]).sort(), ["handle", "id"]);
  const { products: unpriced } = await sdk.store.product.list({ limit: 1 });
  assert.equal(unpriced[0].variants[0].calculated_price, undefined, "no region, no price");

  const { products: byTitle } = await sdk.store.product.list({ order: "title", fields: "title", limit: 100 });
  const titles = byTitle.map((product) => product.title);
  assert.deepEqual(titles, [...titles].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  const { products: backwards } = await sdk.store.product.list({ order: "-title", fields: "title", limit: 1 });
  assert.equal(backwards[0].title, titles.at(-1));

  const { product } = await sdk.store.product.retrieve(first.products[0].id, { region_id: europe.id, fields: PRICED });
  assert.equal(product.title, first.products[0].title);
  assert.ok(product.images.length >= 1);
  assert.ok(product.options.some((option) => option.title === "Size"));
  const found = await sdk.store.product.list({ q: product.title });
  assert.ok(found.products.some((candidate) => candidate.id === product.id));
  assert.equal((await sdk.store.product.list({ q: "no such print anywhere" })).count, 0);
  const byHandle = await sdk.store.product.list({ handle: product.handle });
  assert.deepEqual(byHandle.products.map((candidate) => candidate.id), [product.id]);

  const { collections } = await sdk.store.collection.list({ limit: 1 });
  const ofCollection = await sdk.store.product.list({ collection_id: collections[0].id, limit: 100 });
  assert.ok(ofCollection.count > 0 && ofCollection.count < first.count);
  assert.ok(ofCollection.products.every((candidate) => candidate.collection_id === collections[0].id));
  const { product_categories } = await sdk.store.category.list({ limit: 1 });
  const ofCategory = await sdk.store.product.list({ category_id: [product_categories[0].id], limit: 1 });
  assert.ok(ofCategory.count > 0 && ofCategory.count < first.count);

  await assert.rejects(sdk.store.product.retrieve("prod_unknown"), refusedWith(404));
  await assert.rejects(sdk.store.product.list({ region_id: "reg_unknown", fields: PRICED }), refusedWith(400));
});

test("a publishable key is required", async () => {
  const stranger = new Medusa({ baseUrl: shop.url, publishableKey: "pk_unknown" });
  await assert.rejects(stranger.store.product.list(), refusedWith(400));
});

test("locales", async () => {
  // A shop without translations may answer that there are none, or that it has no such route.
  const answer = await sdk.store.locale.list().catch((error) => error);
  assert.ok(Array.isArray(answer.locales) || answer.status === 404, answer.message);
});

test("a cart: create, change, fill, empty", async () => {
  const { variant } = await variantInStock(europe, 4);
  const { cart } = await sdk.store.cart.create({ region_id: europe.id });
  assert.equal(cart.currency_code, "eur");
  assert.deepEqual([cart.items, cart.total], [[], 0]);

  const added = await sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 1 });
  const unitPrice = cents(added.cart.items[0].unit_price);
  assert.equal(added.cart.items[0].variant_sku, variant.sku);
  const again = await sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 2 });
  assert.equal(again.cart.items.length, 1, "the same print is the same line");
  assert.equal(again.cart.items[0].quantity, 3);
  assert.equal(cents(again.cart.item_total), 3 * unitPrice);

  const line = again.cart.items[0];
  const changed = await sdk.store.cart.updateLineItem(cart.id, line.id, { quantity: 2 });
  assert.equal(changed.cart.items[0].quantity, 2);
  assert.equal(cents(changed.cart.item_total), 2 * unitPrice);
  assertTotalsAddUp(changed.cart);

  const updated = await sdk.store.cart.update(cart.id, { email: "guest@example.com", shipping_address: ADDRESS });
  assert.equal(updated.cart.email, "guest@example.com");
  assert.equal(updated.cart.shipping_address.city, ADDRESS.city);
  const { cart: kept } = await sdk.store.cart.retrieve(cart.id, { fields: "id,email,total" });
  assert.equal(kept.email, "guest@example.com");
  assert.equal(kept.items, undefined, "only the fields that were asked for");

  const gone = await sdk.store.cart.deleteLineItem(cart.id, line.id);
  assert.deepEqual([gone.id, gone.object, gone.deleted], [line.id, "line-item", true]);
  assert.deepEqual([gone.parent.items, gone.parent.total], [[], 0]);
  await assert.rejects(sdk.store.cart.retrieve("cart_unknown"), refusedWith(404));
});

test("more than there is cannot be put in a cart", async () => {
  const { variant } = await variantInStock(europe, 1);
  const { cart } = await sdk.store.cart.create({ region_id: europe.id });
  const tooMany = { variant_id: variant.id, quantity: variant.inventory_quantity + 1 };
  await assert.rejects(sdk.store.cart.createLineItem(cart.id, tooMany), refusedWith(400));
  await assert.rejects(sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 1.5 }), refusedWith(400));
  const { cart: untouched } = await sdk.store.cart.retrieve(cart.id);
  assert.deepEqual(untouched.items, []);
});

test("a guest buys, tax included", async () => {
  const { product, variant } = await variantInStock(europe, 4);
  const stockBefore = await stockOf(product.id, variant.id);

  const { cart } = await sdk.store.cart.create({ region_id: europe.id });
  await sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 1 });
  await assert.rejects(sdk.store.cart.complete(cart.id), refusedWith(400), "an incomplete cart is refused");
  await sdk.store.cart.update(cart.id, { email: "guest@example.com", shipping_address: ADDRESS, billing_address: ADDRESS });

  const { shipping_options } = await sdk.store.fulfillment.listCartOptions({ cart_id: cart.id });
  assert.ok(shipping_options.length >= 1);
  const { cart: shipped } = await sdk.store.cart.addShippingMethod(cart.id, { option_id: shipping_options[0].id });
  assert.equal(shipped.shipping_methods.length, 1);
  assert.equal(shipped.shipping_methods[0].shipping_option_id, shipping_options[0].id);
  assert.equal(cents(shipped.shipping_methods[0].amount), cents(shipping_options[0].amount));
  assertTotalsAddUp(shipped);
  assert.ok(cents(shipped.tax_total) > 0, "Denmark has a tax");
  assert.equal(
    cents(shipped.total),
    cents(variant.calculated_price.calculated_amount) + cents(shipping_options[0].amount),
    "what is shown is what is charged",
  );

  const { payment_providers } = await sdk.store.payment.listPaymentProviders({ region_id: europe.id });
  const provider = payment_providers[0].id;
  const { payment_collection } = await sdk.store.payment.initiatePaymentSession(shipped, { provider_id: provider });
  assert.equal(cents(payment_collection.amount), cents(shipped.total));
  assert.equal(payment_collection.payment_sessions[0].status, "pending");
  const { cart: paying } = await sdk.store.cart.retrieve(cart.id, { fields: "+payment_collection.id,*payment_collection.payment_sessions" });
  assert.equal(paying.payment_collection.id, payment_collection.id);
  const second = await sdk.store.payment.initiatePaymentSession(paying, { provider_id: provider });
  assert.equal(second.payment_collection.id, payment_collection.id, "the collection is used again");

  const completion = await sdk.store.cart.complete(cart.id);
  assert.equal(completion.type, "order");
  const { order } = completion;
  assert.ok(Number.isInteger(order.display_id) && order.display_id > 0);
  assert.equal(cents(order.total), cents(shipped.total));
  assert.deepEqual(order.items.map((item) => [item.variant_id, item.quantity]), [[variant.id, 1]]);
  await stockIs(product.id, variant.id, stockBefore - 1);

  const repeated = await sdk.store.cart.complete(cart.id);
  assert.equal(repeated.order.id, order.id, "completing twice gives the same order");
  await stockIs(product.id, variant.id, stockBefore - 1);

  const { order: kept } = await sdk.store.order.retrieve(order.id);
  assert.equal(kept.display_id, order.display_id);
  assert.equal(kept.email, "guest@example.com");
  assertTotalsAddUp(kept);
  await assert.rejects(sdk.store.order.retrieve("order_unknown"), refusedWith(404));
  await assert.rejects(
    sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 1 }),
    (error) => error.status >= 400 && error.status < 500,
    "a completed cart cannot change",
  );
});

test("a guest buys, tax added", async () => {
  const { variant } = await variantInStock(america, 4);
  const address = { ...ADDRESS, city: "Boston", province: "us-ma", country_code: "us", postal_code: "02110" };
  const cart = await readyCart(sdk, america, variant, { quantity: 2, address });
  assert.equal(cart.currency_code, "usd");
  assert.equal(cents(cart.item_subtotal), 2 * cents(variant.calculated_price.calculated_amount));
  assertTotalsAddUp(cart);
  const { order } = await sdk.store.cart.complete(cart.id);
  assert.equal(cents(order.total), cents(cart.total));
  assert.equal(order.items[0].quantity, 2);
});

test("a promotion's code: given, counted, taken away", async () => {
  const staff = tokenSdk();
  await staff.auth.login("user", "emailpass", shop.admin);
  const { promotion } = await staff.admin.promotion.create({
    code: "TENTH",
    type: "standard",
    status: "active",
    application_method: { type: "percentage", target_type: "items", allocation: "across", value: 10, currency_code: "eur" },
  });
  assert.equal(promotion.code, "TENTH");

  const { variant } = await variantInStock(europe, 4);
  const { cart } = await sdk.store.cart.create({ region_id: europe.id });
  const { cart: full } = await sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 2 });
  await assert.rejects(sdk.store.cart.addPromotions(cart.id, { promo_codes: ["NOBODYS"] }), refusedWith(400));
  const { cart: cheaper } = await sdk.store.cart.addPromotions(cart.id, { promo_codes: ["TENTH"] });
  assert.deepEqual(cheaper.promotions.map((given) => given.code), ["TENTH"]);
  assert.equal(cents(cheaper.discount_total), Math.round(cents(full.item_total) / 10));
  assert.equal(cents(cheaper.item_total), cents(full.item_total) - cents(cheaper.discount_total));
  assertTotalsAddUp(cheaper);
  const { cart: dearer } = await sdk.store.cart.removePromotions(cart.id, { promo_codes: ["TENTH"] });
  assert.deepEqual([dearer.promotions, dearer.discount_total], [[], 0]);
  assert.equal(cents(dearer.item_total), cents(full.item_total));

  const ready = await readyCart(sdk, europe, variant, { quantity: 1 });
  const { cart: last } = await sdk.store.cart.addPromotions(ready.id, { promo_codes: ["TENTH"] });
  await sdk.store.payment.initiatePaymentSession(last, { provider_id: "pp_system_default" });
  const { order } = await sdk.store.cart.complete(ready.id);
  assert.equal(cents(order.total), cents(last.total));
  assert.ok(cents(order.discount_total) > 0);
});

test("what a delivery costs for a cart", async () => {
  const { variant } = await variantInStock(europe, 4);
  const cart = await readyCart(sdk, europe, variant);
  const { shipping_options } = await sdk.store.fulfillment.listCartOptions({ cart_id: cart.id });
  const { shipping_option } = await sdk.store.fulfillment.calculate(shipping_options[0].id, { cart_id: cart.id });
  assert.deepEqual([shipping_option.id, shipping_option.amount], [shipping_options[0].id, shipping_options[0].amount]);
  await assert.rejects(sdk.store.fulfillment.calculate("so_unknown", { cart_id: cart.id }), refusedWith(404));
});

test("an account with a token: register, log in, refresh, buy, orders, addresses, log out", async () => {
  const email = "token-shopper@example.com";
  const client = tokenSdk();
  const customer = await register(client, email);
  assert.deepEqual([customer.email, customer.has_account, customer.addresses], [email, true, []]);
  await assert.rejects(client.store.customer.retrieve(), refusedWith(401), "the first token names nobody yet");
  await assert.rejects(
    tokenSdk().auth.login("customer", "emailpass", { email, password: "wrong" }),
    refusedWith(401),
  );

  const token = await client.auth.login("customer", "emailpass", { email, password: PASSWORD });
  assert.equal(typeof token, "string");
  assert.equal((await client.store.customer.retrieve()).customer.id, customer.id);
  const refreshed = await client.auth.refresh();
  assert.equal(typeof refreshed.token, "string");
  assert.equal(await client.client.getToken(), refreshed.token);

  const { customer: renamed } = await client.store.customer.update({ first_name: "Other", metadata: { newsletter: true } });
  assert.equal(renamed.first_name, "Other");
  assert.deepEqual(renamed.metadata, { newsletter: true });

  const created = await client.store.customer.createAddress({ ...ADDRESS, address_name: "home", is_default_shipping: true });
  const [address] = created.customer.addresses;
  assert.equal(address.city, "Copenhagen");
  await client.store.customer.updateAddress(address.id, { city: "Odense" });
  assert.equal((await client.store.customer.retrieveAddress(address.id)).address.city, "Odense");
  const { addresses, count } = await client.store.customer.listAddress();
  assert.deepEqual([addresses.length, count, addresses[0].city], [1, 1, "Odense"]);

  const { product, variant } = await variantInStock(europe, 4);
  const stockBefore = await stockOf(product.id, variant.id);
  const { cart: guestCart } = await tokenSdk().store.cart.create({ region_id: europe.id });
  const { cart: ownCart } = await client.store.cart.transferCart(guestCart.id);
  assert.equal(ownCart.customer_id, customer.id);
  assert.equal(ownCart.email, email);

  const cart = await readyCart(client, europe, variant, { email });
  const { order } = await client.store.cart.complete(cart.id);
  await stockIs(product.id, variant.id, stockBefore - 1);
  const mine = await client.store.order.list({ order: "-created_at", fields: "*items" });
  assert.equal(mine.count, 1);
  assert.deepEqual(mine.orders.map((own) => [own.id, own.display_id]), [[order.id, order.display_id]]);
  assert.equal(cents((await client.store.order.retrieve(order.id)).order.total), cents(cart.total));

  const deleted = await client.store.customer.deleteAddress(address.id);
  assert.deepEqual([deleted.deleted, deleted.parent.addresses], [true, []]);

  const other = tokenSdk();
  await register(other, "other-shopper@example.com");
  await other.auth.login("customer", "emailpass", { email: "other-shopper@example.com", password: PASSWORD });
  assert.equal((await other.store.order.list()).count, 0, "orders of others are not listed");
  await assert.rejects(other.store.customer.retrieveAddress(address.id), refusedWith(404));

  await client.auth.logout();
  await assert.rejects(client.store.customer.retrieve(), refusedWith(401));
});

test("an account with a session: register, log in, log out", async () => {
  await withCookies(async () => {
    const email = "session-shopper@example.com";
    const client = tokenSdk({ auth: { type: "session" } });
    const customer = await register(client, email);
    await client.auth.login("customer", "emailpass", { email, password: PASSWORD });
    assert.equal((await client.store.customer.retrieve()).customer.id, customer.id);
    await client.auth.logout();
    await assert.rejects(client.store.customer.retrieve(), refusedWith(401));
  });
});

test("a forgotten password does not tell who has an account", async () => {
  for (const identifier of ["token-shopper@example.com", "nobody@example.com"]) {
    await sdk.auth.resetPassword("customer", "emailpass", { identifier });
  }
});

test("staff log in and see the products", async () => {
  const staff = tokenSdk();
  await assert.rejects(staff.admin.product.list(), refusedWith(401));
  await staff.auth.login("user", "emailpass", shop.admin);
  const { products, count } = await staff.admin.product.list({ limit: 3 });
  assert.equal(products.length, 3);
  assert.ok(count >= 50);
  const { product } = await staff.admin.product.retrieve(products[0].id);
  assert.equal(product.title, products[0].title);

  const shopper = tokenSdk();
  await shopper.auth.login("customer", "emailpass", { email: "token-shopper@example.com", password: PASSWORD });
  await assert.rejects(shopper.admin.product.list(), refusedWith(401), "a shopper is no staff");
});
