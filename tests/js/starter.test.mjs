// What the public storefront starter asks of the Store API, each call with exactly its parameters, in the order of a visit: from
// the region's middleware to the order in the account. The pages read what is asserted here.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import Medusa from "@medusajs/js-sdk";

import { assertTotalsAddUp, cents } from "./money.mjs";
import { openShop } from "./shop.mjs";

const PRODUCT_FIELDS =
  "*variants.calculated_price,+variants.inventory_quantity,*variants.images,*variants.options,+metadata,+tags,";
const CART_FIELDS =
  "*items, *region, *items.product, *items.variant, *items.thumbnail, *items.metadata, +items.total, *promotions, +shipping_methods.name";
const ORDER_FIELDS = "*payment_collections.payments,*items,*items.metadata,*items.variant,*items.product";
const ADDRESS = {
  first_name: "Sample",
  last_name: "Shopper",
  address_1: "Harbour Street 1",
  company: "",
  postal_code: "1620",
  city: "Copenhagen",
  country_code: "dk",
  province: "",
  phone: "",
};
const EMAIL = "starter@example.com";
const PASSWORD = "a-long-enough-password";

let shop;
let sdk;
let region;
let product;
let variant;
let cart;
let order;
let headers = {};

before(async () => {
  shop = await openShop();
  sdk = new Medusa({ baseUrl: shop.url, publishableKey: shop.publishableKey, debug: false });
});
after(async () => {
  await shop?.stop();
});

/** A GET as the starter's data functions send it. */
const get = (path, query) => sdk.client.fetch(path, { method: "GET", query, headers, cache: "no-store" });

test("middleware and regions", async () => {
  // The middleware uses plain fetch and fails without countries.
  const answer = await fetch(`${shop.url}/store/regions`, { headers: { "x-publishable-api-key": shop.publishableKey } });
  const { regions } = await answer.json();
  const byCountry = new Map(regions.flatMap((found) => found.countries.map((country) => [country.iso_2, found])));
  region = byCountry.get("dk");
  assert.equal(region.currency_code, "eur");
  assert.equal((await get(`/store/regions/${region.id}`)).region.name, region.name);
  const locales = await get("/store/locales").catch((error) => error);
  assert.ok(Array.isArray(locales.locales) || locales.status === 404, "a shop without languages is tolerated");
});

test("collections and categories of the navigation", async () => {
  const { collections } = await get("/store/collections", { fields: "id, handle, title", limit: 100, offset: 0 });
  assert.deepEqual(Object.keys(collections[0]).sort(), ["handle", "id", "title"]);
  const { collections: withProducts } = await get("/store/collections", { fields: "*products", handle: collections[0].handle });
  assert.equal(withProducts[0].id, collections[0].id);
  assert.equal((await get(`/store/collections/${collections[0].id}`)).collection.title, collections[0].title);

  const fields = "*category_children, *products, *parent_category, *parent_category.parent_category";
  const { product_categories } = await get("/store/product-categories", { fields, limit: 100 });
  for (const category of product_categories) {
    assert.ok(Array.isArray(category.category_children) && Array.isArray(category.products), category.name);
    assert.ok("parent_category" in category);
  }
  const [first] = product_categories;
  const byHandle = await get("/store/product-categories", { fields: "*category_children, *products", handle: first.handle });
  assert.equal(byHandle.product_categories[0].id, first.id);
  assert.ok(first.products.length > 0);
});

test("product lists: by collection, by category, the newest, filters", async () => {
  const listed = await get("/store/products", { limit: 12, offset: 0, region_id: region.id, fields: PRODUCT_FIELDS, order: "created_at" });
  assert.equal(listed.products.length, 12);
  for (const found of listed.products) {
    assert.ok(found.thumbnail && found.title && found.handle && Array.isArray(found.tags) && "metadata" in found);
    for (const own of found.variants) {
      assert.ok(cents(own.calculated_price.calculated_amount) <= cents(own.calculated_price.original_amount));
      assert.equal(own.calculated_price.currency_code, "eur");
      assert.ok("price_list_type" in own.calculated_price.calculated_price);
      assert.equal(typeof own.inventory_quantity, "number");
      assert.ok(Array.isArray(own.options) && own.options.length > 0 && Array.isArray(own.images));
      assert.equal(typeof own.manage_inventory, "boolean");
      assert.equal(typeof own.allow_backorder, "boolean");
    }
  }
  product = listed.products.find((found) => found.variants.some((own) => own.inventory_quantity >= 4));
  variant = product.variants.find((own) => own.inventory_quantity >= 4);

  const second = await get("/store/products", { limit: 12, offset: 12, region_id: region.id, fields: PRODUCT_FIELDS });
  assert.equal(second.offset, 12);
  const handles = await get("/store/products", { limit: 100, fields: "handle", region_id: region.id });
  assert.ok(handles.products.every((found) => typeof found.handle === "string"));
  const priced = { region_id: region.id, fields: "*variants.calculated_price", limit: 12 };
  for (const [name, value] of [
    ["collection_id", product.collection_id],
    ["collection_id", [product.collection_id]],
    ["id", [product.id]],
    ["is_giftcard", false],
    ["handle", product.handle],
  ]) {
    const found = await get("/store/products", { ...priced, [name]: value });
    assert.ok(found.count > 0, `${name}=${value}`);
    assert.ok(found.products[0].variants[0].calculated_price.calculated_amount > 0);
  }
  const { product_categories } = await get("/store/product-categories", { limit: 1 });
  assert.ok((await get("/store/products", { ...priced, category_id: [product_categories[0].id] })).count > 0);
  if (product.tags.length) {
    const tagged = await get("/store/products", { ...priced, tag_id: [product.tags[0].id] });
    assert.ok(tagged.products.length > 0);
  }
});

test("options and a variant's pictures", async () => {
  const { product_options } = await get("/store/product-options", { is_exclusive: false, fields: "*values" });
  assert.ok(product_options.every((option) => Array.isArray(option.values)));
  const value = product.options[0].values[0];
  const chosen = await get("/store/products", { region_id: region.id, option_value_id: [value.id], limit: 12, fields: "handle" });
  assert.ok(chosen.products.some((found) => found.id === product.id));
  const { variant: own } = await get(`/store/product-variants/${variant.id}`, { fields: "*images" });
  assert.equal(own.id, variant.id);
  assert.ok(Array.isArray(own.images));
});

test("a product page", async () => {
  const { products } = await get("/store/products", { handle: product.handle, region_id: region.id, fields: PRODUCT_FIELDS });
  const [found] = products;
  for (const key of ["title", "handle", "description", "thumbnail", "images", "options", "variants", "tags"]) {
    assert.ok(found[key] !== undefined, key);
  }
  for (const key of ["collection", "type", "material", "weight", "length", "width", "height", "origin_country"]) {
    assert.ok(key in found, key);
  }
  assert.ok(found.options.every((option) => option.values.length > 0));
});

test("a cart: made, filled, changed", async () => {
  const made = await sdk.store.cart.create({ region_id: region.id }, {}, headers);
  cart = made.cart;
  await sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 2 }, {}, headers);
  const known = await get(`/store/carts/${cart.id}`, { fields: "id,region_id" });
  assert.deepEqual(Object.keys(known.cart).sort(), ["id", "region_id"]);
  const { cart: full } = await get(`/store/carts/${cart.id}`, { fields: CART_FIELDS });
  assert.equal(full.items[0].product.handle, product.handle);
  assert.equal(full.items[0].variant.id, variant.id);
  assert.ok(full.region.countries?.length > 0 || full.region.id === region.id);
  assert.deepEqual(full.promotions, []);
  assert.equal(cents(full.items[0].total), 2 * cents(variant.calculated_price.calculated_amount));
  await sdk.store.cart.updateLineItem(cart.id, full.items[0].id, { quantity: 1 }, {}, headers);
  const added = await sdk.store.cart.createLineItem(cart.id, { variant_id: variant.id, quantity: 1 }, {}, headers);
  assert.equal(added.cart.items[0].quantity, 2);
});

test("an account: register, sign in, take the cart along", async () => {
  const token = await sdk.auth.register("customer", "emailpass", { email: EMAIL, password: PASSWORD });
  const form = { email: EMAIL, first_name: "Sample", last_name: "Shopper", phone: "" };
  const { customer } = await sdk.store.customer.create(form, {}, { authorization: `Bearer ${token}` });
  const login = await sdk.auth.login("customer", "emailpass", { email: EMAIL, password: PASSWORD });
  headers = { authorization: `Bearer ${login}` };
  const { cart: own } = await sdk.store.cart.transferCart(cart.id, {}, headers);
  assert.equal(own.customer_id, customer.id);
  const { customer: me } = await get("/store/customers/me", { fields: "*orders" });
  assert.deepEqual([me.id, me.orders], [customer.id, []]);

  const saved = await sdk.store.customer.createAddress({ ...ADDRESS, is_default_shipping: true, is_default_billing: false }, {}, headers);
  const [address] = saved.customer.addresses;
  const changed = await sdk.store.customer.updateAddress(address.id, { ...ADDRESS, city: "Odense" }, {}, headers);
  assert.equal(changed.customer.addresses[0].city, "Odense");
  await sdk.store.customer.deleteAddress(address.id, headers);
  const { customer: renamed } = await sdk.store.customer.update({ first_name: "Other" }, {}, headers);
  assert.equal(renamed.first_name, "Other");
});

test("checkout: addresses, delivery, payment, order", async () => {
  const addresses = { shipping_address: ADDRESS, billing_address: ADDRESS, email: EMAIL };
  await sdk.store.cart.update(cart.id, addresses, {}, headers);
  const { shipping_options } = await get("/store/shipping-options", { cart_id: cart.id });
  const option = shipping_options.find((found) => found.price_type === "flat");
  assert.equal(option.service_zone.fulfillment_set.type, "shipping");
  assert.equal(typeof option.insufficient_inventory, "boolean");
  await sdk.store.cart.addShippingMethod(cart.id, { option_id: option.id }, {}, headers);

  const { payment_providers } = await get("/store/payment-providers", { region_id: region.id });
  const { cart: ready } = await get(`/store/carts/${cart.id}`, { fields: CART_FIELDS });
  assert.equal(ready.shipping_methods[0].name, option.name);
  await sdk.store.payment.initiatePaymentSession(ready, { provider_id: payment_providers[0].id }, {}, headers);
  const { cart: paying } = await sdk.store.cart.retrieve(cart.id, {}, headers);
  const [session] = paying.payment_collection.payment_sessions;
  assert.deepEqual([session.status, session.provider_id], ["pending", payment_providers[0].id]);
  assertTotalsAddUp(paying);

  const completion = await sdk.store.cart.complete(cart.id, {}, headers);
  assert.equal(completion.type, "order");
  order = completion.order;
  assert.equal(cents(order.total), cents(paying.total));
});

test("the order: confirmation, account, list", async () => {
  const { order: shown } = await get(`/store/orders/${order.id}`, { fields: ORDER_FIELDS });
  assert.equal(shown.items[0].product.handle, product.handle);
  assert.equal(shown.items[0].variant.id, variant.id);
  assert.ok(shown.payment_collections[0].payments.length === 1);
  for (const key of ["display_id", "created_at", "payment_status", "fulfillment_status", "email"]) {
    assert.ok(shown[key] !== undefined && shown[key] !== null, key);
  }
  const query = { limit: 10, offset: 0, order: "-created_at", fields: "*items,+items.metadata,*items.variant,*items.product" };
  const { orders, count } = await get("/store/orders", query);
  assert.deepEqual([count, orders[0].id, orders[0].items[0].product.id], [1, order.id, product.id]);
  const { customer } = await get("/store/customers/me", { fields: "*orders" });
  assert.deepEqual(customer.orders.map((own) => own.id), [order.id]);
});
