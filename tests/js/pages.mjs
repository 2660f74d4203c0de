// `make pages`: Lighthouse on the pages that matter, with the scores to reach beside those reached; and pictures of
// every page, phone and desktop, light and dark, to be looked at. Run by hand: scores depend on the machine.

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";

import { CHROMIUM, DESKTOP, PHONE } from "./browser.mjs";
import { freePort, openShop } from "./shop.mjs";
import { addToCart, checkOut, findPrint, register, textPages } from "./shopper.mjs";

const FOLDER = resolve(import.meta.dirname, "../../pages");
const SCORE_TO_REACH = 95;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const shop = await openShop();
const profile = await mkdtemp(join(tmpdir(), "tradewind-profile-"));
const port = await freePort();
const context = await chromium.launchPersistentContext(profile, {
  ...CHROMIUM,
  args: [...CHROMIUM.args, `--remote-debugging-port=${port}`],
  baseURL: shop.url,
  viewport: DESKTOP,
});
let allReached = false;
try {
  await mkdir(FOLDER, { recursive: true });
  const pages = await walk(context.pages()[0]);
  allReached = await measure(pages);
  await takePictures(pages);
} finally {
  await context.close();
  await shop.stop();
  await rm(profile, { recursive: true, force: true });
}
process.exitCode = allReached ? 0 : 1;

/** Buys a print and fills a cart again; answers with every page by its name. */
async function walk(page) {
  await register(page, "reader@example.com");
  await findPrint(page);
  const product = new URL(page.url()).pathname;
  await addToCart(page);
  await checkOut(page, { withScript: true });
  const confirmation = page.url();
  await page.goto(product);
  await addToCart(page);
  await page.goto("/");
  const category = await page.getByRole("navigation", { name: "Categories" }).getByRole("link").nth(1).getAttribute("href");
  const texts = await textPages(page);
  return {
    home: "/",
    category,
    product,
    cart: "/cart",
    checkout: "/checkout",
    confirmation,
    search: "/search?q=wave",
    "search-empty": "/search?q=nothing-like-it",
    account: "/account",
    orders: "/account/orders",
    addresses: "/account/addresses",
    "address-new": "/account/addresses/new",
    details: "/account/details",
    "look-up": "/orders/look-up",
    ...Object.fromEntries(texts.map((path) => [path.slice(1).replaceAll("/", "-"), path])),
    "not-found": "/no-such-page",
  };
}

/** Prints the scores of the four pages, on a phone and on a desktop. */
async function measure(pages) {
  let reached = true;
  say(`Lighthouse, at least ${SCORE_TO_REACH} in each (search engines are kept from the checkout)`);
  say(["page".padEnd(20), ...CATEGORIES.map((category) => category.padStart(15))].join(""));
  for (const name of ["home", "category", "product", "checkout"]) {
    for (const [form, config] of [["phone", undefined], ["desktop", desktopConfig]]) {
      const url = new URL(pages[name], shop.url).href;
      const flags = { port, output: "html", onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: "error" };
      const { lhr, report } = await lighthouse(url, flags, config);
      await writeFile(join(FOLDER, `lighthouse-${name}-${form}.html`), report);
      const cells = CATEGORIES.map((category) => {
        const score = Math.round(lhr.categories[category].score * 100);
        const isAsked = !(category === "seo" && name === "checkout");
        const isLow = isAsked && score < SCORE_TO_REACH;
        if (isLow) reached = false;
        return `${score}${isLow ? " low" : isAsked ? "" : " (free)"}`.padStart(15);
      });
      say([`${name}, ${form}`.padEnd(20), ...cells].join(""));
    }
  }
  return reached;
}

async function takePictures(pages) {
  const page = await context.newPage();
  for (const [form, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        await showAllPictures(page);
        await page.screenshot({ path: join(FOLDER, `${name}-${form}-${colorScheme}.png`), fullPage: true });
      }
    }
  }
  say(`Pictures and full reports: ${FOLDER}`);
}

/** Pictures below the fold load when they come near; a full-page picture wants them all. */
async function showAllPictures(page) {
  await page.evaluate(async () => {
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  });
  await page.waitForLoadState("networkidle");
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
