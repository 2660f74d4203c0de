// A browser buys a print: as a guest and as a customer, with JavaScript on and off, by keyboard alone. Every page is
// accessible, quiet in the console and asks no other host for anything.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { assertAccessible, layoutShift, openBrowser, PHONE, visit } from "./browser.mjs";
import { openShop } from "./shop.mjs";
import { addToCart, checkOut, deliveryAddress, findPrint, PASSWORD, register, signIn, textPages } from "./shopper.mjs";

const LARGEST_PAGE_BYTES = 30_000;
const LARGEST_SCRIPTS_BYTES = 25_000;
const LARGEST_LAYOUT_SHIFT = 0.05;

let shop;
let browser;

before(async () => {
  [shop, browser] = await Promise.all([openShop(), openBrowser()]);
});
after(async () => {
  await browser?.close();
  await shop?.stop();
});

for (const withScript of [true, false]) {
  const how = withScript ? "with JavaScript" : "without JavaScript";
  const tag = withScript ? "script" : "plain";

  test(`a guest buys a print, ${how}, and finds the order again`, async () => {
    const email = `guest-${tag}@example.com`;
    const { page, leave } = await visit(browser, shop, { javaScriptEnabled: withScript });
    const title = await findPrint(page);
    await addToCart(page);
    await page.getByRole("main").getByRole("link", { name: title, exact: true }).first().waitFor();
    const order = await checkOut(page, { email, withScript });
    await page.getByRole("main").getByText(email).waitFor();

    await page.goto("/cart");
    await page.getByText("Nothing here yet").waitFor();
    await page.goto("/orders/look-up");
    await page.getByLabel("Order number").fill(order.number);
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Find order" }).click();
    await page.getByRole("heading", { level: 1, name: new RegExp(order.number) }).waitFor();
    await page.getByRole("main").getByText(title).first().waitFor();
    await leave();
  });

  test(`a customer registers, buys, and sees the order in the account, ${how}`, async () => {
    const email = `customer-${tag}@example.com`;
    const { page, leave } = await visit(browser, shop, { javaScriptEnabled: withScript });
    await register(page, email);
    await findPrint(page);
    await addToCart(page);
    const order = await checkOut(page, { withScript });

    await page.goto("/account/orders");
    await page.getByRole("link", { name: new RegExp(`Order .*${order.number}`) }).click();
    await page.getByRole("heading", { level: 1, name: new RegExp(order.number) }).waitFor();
    await page.goto("/account");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto("/account/orders");
    await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
    await signIn(page, email);
    await leave();
  });

  test(`another region has other prices, ${how}`, async () => {
    const { page, leave } = await visit(browser, shop, { javaScriptEnabled: withScript });
    await findPrint(page);
    const price = page.getByRole("main").locator(".price-line .price");
    assert.match(await price.innerText(), /€.*incl\. VAT/s);
    await page.locator("summary", { hasText: "EUR" }).click();
    await page.getByRole("button", { name: /United States/ }).click();
    await page.locator("summary", { hasText: "USD" }).waitFor();
    assert.match(await price.innerText(), /\$/);
    assert.doesNotMatch(await price.innerText(), /VAT/);
    await leave();
  });

  test(`an empty checkout says at each field what is missing, and keeps what was filled in, ${how}`, async () => {
    const { page, leave } = await visit(browser, shop, { javaScriptEnabled: withScript });
    await findPrint(page);
    await addToCart(page);
    await page.goto("/checkout");
    await deliveryAddress(page).getByLabel("Town").first().fill("Copenhagen");
    await page.getByRole("button", { name: /^Place order/ }).click();

    const summary = page.getByRole("alert").filter({ has: page.getByRole("heading", { level: 2 }) });
    await summary.waitFor();
    const links = await summary.getByRole("link").all();
    assert.ok(links.length >= 4, "e-mail, name, street and postal code are missing");
    for (const link of links) {
      const field = (await link.getAttribute("href")).slice(1);
      assert.equal(await page.locator(`[id="${field}"]`).count(), 1, `${await link.innerText()} leads to its field`);
    }
    const email = page.getByLabel("E-mail").first();
    assert.equal(await email.getAttribute("aria-invalid"), "true");
    const described = (await email.getAttribute("aria-describedby")).split(" ");
    const error = page.locator(`[id="${described.find((id) => id.endsWith("error"))}"]`);
    assert.match(await error.innerText(), /e-mail/i);
    assert.equal(await deliveryAddress(page).getByLabel("Town").first().inputValue(), "Copenhagen");
    if (withScript) await assertAccessible(page, "checkout with errors");
    await leave();
  });
}

test("the cart: another quantity, and empty again", async () => {
  const { page, leave } = await visit(browser, shop);
  const title = await findPrint(page);
  await addToCart(page);
  const quantity = page.getByRole("spinbutton", { name: new RegExp(`^Quantity of ${escaped(title)}`) });
  assert.equal(await quantity.inputValue(), "1");
  const total = page.locator(".totals .sum dd");
  const before = await total.innerText();
  await page.getByRole("button", { name: `One more ${title}`, exact: true }).click();
  await page.waitForFunction((old) => document.querySelector(".totals .sum dd")?.innerText !== old, before);
  assert.equal(await quantity.inputValue(), "2");
  await page.getByRole("button", { name: new RegExp(`^Remove ${escaped(title)}`) }).click();
  await page.getByText("Nothing here yet").waitFor();
  await leave();
});

test("another frame changes the price without leaving the page", async () => {
  const { page, leave } = await visit(browser, shop);
  await findPrint(page);
  const price = page.locator(".price-line .amount");
  const before = await price.innerText();
  const frames = page.getByRole("group", { name: /^Frame/ });
  await frames.locator("label", { hasText: "Oak" }).click();
  await page.waitForFunction((old) => document.querySelector(".price-line .amount")?.innerText !== old, before);
  await page.reload();
  assert.notEqual(await price.innerText(), before, "the address keeps the choice");
  await leave();
});

test("search finds a print by its title, and says so when it finds none", async () => {
  const { page, leave } = await visit(browser, shop);
  const title = await findPrint(page);
  await page.goto("/");
  await page.getByLabel("Search the shop").fill(title);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 2, name: title }).first().waitFor();
  await page.goto("/search?q=no-such-print-anywhere");
  assert.equal(await page.getByRole("main").getByRole("heading", { level: 2 }).count(), 1);
  await leave();
});

test("a print goes into the cart by keyboard alone", async () => {
  const { page, leave } = await visit(browser, shop);
  await findPrint(page);
  await page.reload();
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to content");
  await page.keyboard.press("Enter");
  await tabTo(page, (name) => /^A4|^A3|× /.test(name));
  await page.keyboard.press("ArrowRight");
  await tabTo(page, (name) => name === "Add to cart");
  const outline = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  assert.ok(outline, "one sees where the focus is");
  await page.keyboard.press("Enter");
  await page.locator("#added-notice").getByText("is in your cart").waitFor();
  await leave();
});

test("every page is accessible, in light and dark, with title, one heading and no layout shift", async () => {
  const { page, context, leave } = await visit(browser, shop);
  await register(page, "reader@example.com");
  const title = await findPrint(page);
  const product = new URL(page.url()).pathname;
  await addToCart(page);
  const order = await checkOut(page, { withScript: true });
  const confirmation = new URL(page.url());
  await page.goto(product);
  await addToCart(page);
  await page.goto("/");
  const category = await page.getByRole("navigation", { name: "Categories" }).getByRole("link").nth(1).getAttribute("href");
  const collection = await page.getByRole("navigation", { name: "Collections" }).getByRole("link").first().getAttribute("href");
  const texts = await textPages(page);
  await page.goto("/account/orders");
  const ownOrder = await page.getByRole("link", { name: new RegExp(order.number) }).getAttribute("href");

  const pages = [
    "/", "/products", category, collection, `/search?q=${encodeURIComponent(title)}`, "/search?q=nothing-like-it", "/search",
    product, "/cart", "/checkout", confirmation.pathname + confirmation.search,
    "/account", "/account/orders", ownOrder, "/account/addresses", "/account/addresses/new", "/account/details",
    "/orders/look-up", ...texts,
  ];
  const guestPages = ["/account/sign-in", "/account/register", "/account/forgotten-password", "/cart", "/no-such-page"];
  await assertPagesAreGood(page, pages);
  await leave();
  await context.close();

  const guest = await visit(browser, shop, { viewport: PHONE });
  await assertPagesAreGood(guest.page, [...guestPages, "/", product]);
  await guest.leave();
});

async function assertPagesAreGood(page, paths) {
  for (const path of paths) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      await assertAccessible(page, `${path} in ${colorScheme}`);
    }
    assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1, `${path} has one main heading`);
    assert.ok((await page.title()).length > 5, `${path} has a title`);
    const shift = await layoutShift(page);
    assert.ok(shift < LARGEST_LAYOUT_SHIFT, `${path} shifts by ${shift}`);
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overhang, 0, `${path} does not scroll sideways`);
  }
}

/** The addresses in a sitemap. */
function addressesOf(sitemap) {
  return [...sitemap.matchAll(/<loc>(.*?)<\/loc>/g)].map(([, address]) => address);
}

test("pages and scripts are small, and search engines find their way", async () => {
  const { page, leave } = await visit(browser, shop);
  await findPrint(page);
  const product = new URL(page.url()).pathname;
  for (const path of ["/", "/products", product, "/cart"]) {
    const html = await (await fetch(shop.url + path)).text();
    assert.ok(Buffer.byteLength(html) < LARGEST_PAGE_BYTES, `${path} has ${Buffer.byteLength(html)} bytes`);
    assert.doesNotMatch(html, /<script(?![^>]*(src=|application\/ld\+json))/, `${path} has no script of its own`);
  }

  const sources = await page.locator("script[src]").evaluateAll((scripts) => scripts.map((script) => script.src));
  const scripts = await Promise.all(sources.map(async (source) => Buffer.from(await (await fetch(source)).arrayBuffer())));
  const bytes = scripts.reduce((total, script) => total + brotliCompressSync(script).length, 0);
  assert.ok(bytes < LARGEST_SCRIPTS_BYTES, `the scripts have ${bytes} bytes compressed`);

  const canonical = await page.locator("link[rel=canonical]").getAttribute("href");
  assert.equal(new URL(canonical).pathname, product);
  const blocks = await page.locator('script[type="application/ld+json"]').allTextContents();
  const kinds = blocks.flatMap((block) => JSON.parse(block)).map((block) => block["@type"]);
  assert.ok(kinds.includes("Product") && kinds.includes("BreadcrumbList"), `structured data: ${kinds}`);
  const parts = addressesOf(await (await fetch(`${shop.url}/sitemap.xml`)).text());
  const sitemaps = await Promise.all(parts.map(async (part) => (await fetch(part)).text()));
  assert.ok(sitemaps.flatMap(addressesOf).includes(shop.url + product), "the sitemap names the product");
  await leave();
});

test("a wrong password is refused without telling what was wrong", async () => {
  const { page, leave } = await visit(browser, shop);
  await page.goto("/account/sign-in");
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await page.getByLabel("Password", { exact: true }).fill(`${PASSWORD}-wrong`);
  await page.getByRole("main").getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").first().waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "nobody@example.com");
  assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "");
  await leave();
});

/** The name of the element that has the focus. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element.labels?.[0] ?? element;
    return (element.getAttribute("aria-label") ?? label.innerText ?? "").trim();
  });
}

/** Presses Tab until an element whose name fits has the focus. */
async function tabTo(page, fits) {
  const passed = [];
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    const name = await focused(page);
    if (fits(name)) return;
    passed.push(name);
  }
  assert.fail(`not reached by Tab; passed ${passed.join(" | ")}`);
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
