// The rest of what the SDK knows of accounts: passwords that are set anew, proofs of an e-mail address, second factors, and
// orders that change hands. Tokens come from the mails, as they come to people.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";
import Medusa from "@medusajs/js-sdk";

import { tokenFromMail } from "./mail.mjs";
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

let shop;

before(async () => {
  shop = await openShop();
});
after(async () => {
  await shop?.stop();
});

function newClient() {
  const auth = { type: "jwt", jwtTokenStorageMethod: "memory" };
  return new Medusa({ baseUrl: shop.url, publishableKey: shop.publishableKey, auth });
}

/** A shopper who is signed in. */
async function shopper(email) {
  const client = newClient();
  const token = await client.auth.register("customer", "emailpass", { email, password: PASSWORD });
  const { customer } = await client.store.customer.create({ email }, {}, { Authorization: `Bearer ${token}` });
  await client.auth.login("customer", "emailpass", { email, password: PASSWORD });
  return { client, customer };
}

const refusedWith = (status) => (error) => {
  assert.equal(error.status, status, error.message);
  return true;
};

test("a forgotten password is set anew by its mail, once", async () => {
  const email = "forgetful@example.com";
  const { client } = await shopper(email);
  await client.auth.resetPassword("customer", "emailpass", { identifier: email });
  const token = await tokenFromMail(shop, email, "password");
  await client.auth.updateProvider("customer", "emailpass", { password: "another-long-password" }, token);
  const again = client.auth.updateProvider("customer", "emailpass", { password: "a-third-long-password" }, token);
  await assert.rejects(again, refusedWith(401));
  const login = (password) => newClient().auth.login("customer", "emailpass", { email, password });
  await assert.rejects(login(PASSWORD), refusedWith(401));
  assert.equal(typeof (await login("another-long-password")), "string");
});

test("an e-mail address is proved by its mail", async () => {
  const email = "proved@example.com";
  const { client } = await shopper(email);
  const asked = { entity_id: email, entity_type: "email", code_provider: "token" };
  const { verification } = await client.auth.verification.request(asked);
  assert.deepEqual([verification.entity_id, verification.verified_at], [email, null]);
  const code = await tokenFromMail(shop, email, "Confirm");
  const proved = await client.auth.verification.confirm({ code, code_provider: "token" });
  assert.equal(proved.entity_id, email);
  assert.ok(Date.parse(proved.verified_at) > 0);
  await assert.rejects(client.auth.verification.confirm({ code: "made-up", code_provider: "token" }), (error) => error.status < 500);
});

/** What an authenticator shows for a secret. */
function codeOf(secret, now = Date.now()) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("a second factor: added, asked for, given up", async () => {
  const email = "careful@example.com";
  const { client, customer } = await shopper(email);
  assert.deepEqual((await client.auth.mfa.list()).mfa_factors, []);
  const begun = await client.auth.mfa.start({ provider: "totp", label: "Telephone" });
  const factor = begun.mfa_factor;
  assert.match(begun.otpauth_url, /^otpauth:\/\/totp\//);
  await client.auth.mfa.verify(factor.id, { code: codeOf(begun.secret) });
  const { recovery_codes: codes } = await client.auth.mfa.generateRecoveryCodes({});
  assert.ok(codes.length >= 5);

  const later = newClient();
  const login = await later.auth.login("customer", "emailpass", { email, password: PASSWORD });
  assert.equal(login.mfa_required, true);
  await assert.rejects(later.store.customer.retrieve(), refusedWith(401), "half a login is none");
  const { id } = login.mfa_challenge;
  await assert.rejects(later.auth.mfa.verifyChallenge(id, { method: "recovery_code", code: "made-up" }), (error) => error.status < 500);
  const token = await later.auth.mfa.verifyChallenge(id, { method: "recovery_code", code: codes[0] });
  assert.equal(typeof token, "string");
  assert.equal((await later.store.customer.retrieve()).customer.id, customer.id);
  assert.equal((await later.auth.mfa.list()).mfa_factors.length, 1);
  await later.auth.mfa.disable(factor.id, { method: "recovery_code", code: codes[1] });
  assert.equal(typeof (await newClient().auth.login("customer", "emailpass", { email, password: PASSWORD })), "string");
});

/** Something bought by a guest with this e-mail address. */
async function boughtByGuest(email) {
  const guest = newClient();
  const { regions } = await guest.store.region.list();
  const region = regions.find((found) => found.currency_code === "eur");
  const fields = "*variants,+variants.inventory_quantity";
  const { products } = await guest.store.product.list({ fields, limit: 100 });
  const variant = products.flatMap((product) => product.variants).find((found) => found.inventory_quantity >= 4);
  const { cart } = await guest.store.cart.create({ region_id: region.id, items: [{ variant_id: variant.id, quantity: 1 }] });
  await guest.store.cart.update(cart.id, { email, shipping_address: ADDRESS, billing_address: ADDRESS });
  const { shipping_options } = await guest.store.fulfillment.listCartOptions({ cart_id: cart.id });
  const shipped = await guest.store.cart.addShippingMethod(cart.id, { option_id: shipping_options[0].id });
  await guest.store.payment.initiatePaymentSession(shipped.cart, { provider_id: "pp_system_default" });
  const { order } = await guest.store.cart.complete(cart.id);
  return order;
}

test("an order changes hands when its mail says so", async () => {
  const { client, customer } = await shopper("collector@example.com");
  const given = await boughtByGuest("giver@example.com");
  const asked = await client.store.order.requestTransfer(given.id, {}, { fields: "id, email" });
  assert.deepEqual([asked.order.id, asked.order.email], [given.id, "giver@example.com"]);
  assert.equal((await client.store.order.list()).count, 0, "asking is not having");
  await client.store.order.cancelTransfer(given.id, { fields: "id" });
  await client.store.order.requestTransfer(given.id, {});
  const wrong = newClient().store.order.acceptTransfer(given.id, { token: "made-up" });
  await assert.rejects(wrong, (error) => error.status >= 400 && error.status < 500);

  const kept = await boughtByGuest("keeper@example.com");
  await client.store.order.requestTransfer(kept.id, {});
  const refusal = await tokenFromMail(shop, "keeper@example.com", kept.id);
  await newClient().store.order.declineTransfer(kept.id, { token: refusal });
  assert.equal((await client.store.order.list()).count, 0);
  await assert.rejects(newClient().store.order.acceptTransfer(kept.id, { token: refusal }), (error) => error.status < 500);

  const free = await boughtByGuest("free@example.com");
  await client.store.order.requestTransfer(free.id, {});
  const consent = await tokenFromMail(shop, "free@example.com", free.id);
  const { order } = await newClient().store.order.acceptTransfer(free.id, { token: consent }, { fields: "id,customer_id" });
  assert.deepEqual([order.id, order.customer_id], [free.id, customer.id]);
  assert.deepEqual((await client.store.order.list()).orders.map((own) => own.id), [free.id]);
});
