// What a shopper does in the storefront, step by step. Everything is found as a person finds it: by role, label and text.

import assert from "node:assert/strict";

export const PASSWORD = "a-long-enough-password";

const ADDRESS = {
  "First name": "Sample",
  "Last name": "Shopper",
  "Street and number": "Harbour Street 1",
  "Postal code": "1620",
  Town: "Copenhagen",
};

/** The part of the checkout that takes the delivery address. */
export const deliveryAddress = (page) => page.getByRole("region", { name: "Delivery address" });

/** Opens the first print of the first category that is in stock, by clicking through the shop. */
export async function findPrint(page) {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Categories" }).getByRole("link").nth(1).click();
  const cards = page.getByRole("main").locator("li").filter({ has: page.getByRole("heading", { level: 2 }) });
  const inStock = cards.filter({ hasNotText: "Sold out" });
  await inStock.first().getByRole("link").click();
  await addButton(page).waitFor();
  return (await page.getByRole("heading", { level: 1 }).innerText()).trim();
}

export const addButton = (page) => page.getByRole("button", { name: "Add to cart" });

/** Puts the print that is shown into the cart and goes there. */
export async function addToCart(page) {
  await addButton(page).click();
  // With script a notice appears on the page; without, the answer is the cart.
  const cart = page.getByRole("heading", { level: 1, name: "Your cart" });
  const toCart = page.locator("#added-notice").getByRole("link", { name: "View cart" });
  await cart.or(toCart).waitFor();
  if (await toCart.isVisible()) await toCart.click();
  await cart.waitFor();
}

/** Fills in the delivery address. */
export async function fillAddress(page) {
  const address = deliveryAddress(page);
  for (const [label, value] of Object.entries(ADDRESS)) await address.getByLabel(label, { exact: true }).first().fill(value);
  await address.getByLabel("Country").first().selectOption({ label: "Denmark" });
}

/** From the cart to the placed order. Answers with its number and what was charged. */
export async function checkOut(page, { email, withScript }) {
  await page.getByRole("link", { name: "Go to checkout" }).click();
  await page.getByRole("heading", { level: 1, name: "Checkout" }).waitFor();
  if (email) await page.getByLabel("E-mail", { exact: false }).first().fill(email);
  await fillAddress(page);

  // Where it goes decides what delivery costs: with script by itself, without by a button.
  if (!withScript) await page.getByRole("button", { name: "Update delivery and total" }).click();
  const deliveries = page.getByRole("group", { name: "How should it be delivered?" }).getByRole("radio");
  await deliveries.first().check();
  if (!withScript) await page.getByRole("button", { name: "Update delivery and total" }).click();
  await page.getByRole("group", { name: "How would you like to pay?" }).getByRole("radio").first().check();

  const place = page.getByRole("button", { name: /^Place order and pay/ });
  await page.waitForLoadState("networkidle");
  const shown = (await place.innerText()).replace(/^Place order and pay\s*/, "").trim();
  await place.click();
  await page.getByRole("heading", { level: 1, name: /thank you/i }).waitFor();

  const number = await fact(page, "Order");
  assert.match(number, /\d+/);
  const total = await page.locator(".totals .sum dd").first().innerText();
  assert.ok(total.startsWith(shown), `what was shown (${shown}) is what is charged (${total})`);
  return { number: number.match(/\d+/)[0], total: shown };
}

/** A fact of the order that is shown, by its name. */
async function fact(page, name) {
  const row = page.locator(".order-facts > div").filter({ has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });
  return (await row.locator("dd").innerText()).trim();
}

/** Opens an account. */
export async function register(page, email) {
  await page.goto("/account/register");
  await page.getByLabel("First name").fill("Sample");
  await page.getByLabel("Last name").fill("Shopper");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("navigation", { name: "Account" }).waitFor();
}

/** Signs in. */
export async function signIn(page, email) {
  await page.goto("/account/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Account" }).waitFor();
}

/** The paths of the shop's own texts (terms, imprint, returns and what else there is), from the footer. */
export async function textPages(page) {
  const links = page.getByRole("navigation", { name: "The shop" }).getByRole("link");
  const paths = await links.evaluateAll((found) => found.map((link) => link.pathname));
  for (const needed of ["/terms", "/imprint", "/returns"]) assert.ok(paths.includes(needed), `the footer leads to ${needed}`);
  return paths;
}
