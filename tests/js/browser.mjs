// Drives Chromium as a visitor would, and notes what a visitor must never meet: errors in the console, failed requests,
// requests to other hosts.

import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

/** How Chromium is started: quiet, without calling home. */
export const CHROMIUM = {
  executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };

/** Starts the browser. */
export function openBrowser() {
  return chromium.launch(CHROMIUM);
}

/**
 * A visitor with a browser profile of their own.
 * @param options those of a Playwright context, `javaScriptEnabled` and `colorScheme` among them
 */
export async function visit(browser, shop, options = {}) {
  const context = await browser.newContext({ baseURL: shop.url, viewport: DESKTOP, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const troubles = [];
  const ownHost = new URL(shop.url).host;
  page.on("console", (message) => {
    // A page that answers 4xx on purpose is reported by the browser as a failed resource.
    const isExpected = /the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !isExpected) troubles.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.host !== ownHost) troubles.push(`request to another host: ${url}`);
  });
  page.on("response", (response) => {
    const isMissingFile = response.status() >= 400 && response.request().resourceType() !== "document";
    if (response.status() >= 500 || isMissingFile) troubles.push(`${response.status()} ${response.url()}`);
  });
  return {
    page,
    context,
    /** Ends the visit; fails if anything went wrong on the way. */
    leave: async () => {
      await context.close();
      assert.deepEqual(troubles, []);
    },
  };
}

/** Fails if axe finds anything against the page as it stands. */
export async function assertAccessible(page, name) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${name}: ${id} (${help}) at ${node.target.join(" ")}\n  ${node.failureSummary}`),
  );
  assert.deepEqual(found, []);
}

/** How much the layout has shifted since the page began to load (Cumulative Layout Shift). */
export function layoutShift(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        let total = 0;
        const observer = new PerformanceObserver((list) => {
          for (const shift of list.getEntries()) if (!shift.hadRecentInput) total += shift.value;
        });
        observer.observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(total), 200);
      }),
  );
}
