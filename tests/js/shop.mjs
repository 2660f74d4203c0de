// Opens a demo shop of its own for a test: a fresh folder, a free port, stopped and removed at the end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BINARY = process.env.TRADEWIND_BIN ?? resolve(import.meta.dirname, "../../target/debug/tradewind");

// The first start draws every picture of the shop; a debug build on a busy machine takes its time.
const LONGEST_START_MS = 240_000;
const LONGEST_STOP_MS = 15_000;

/**
 * Starts `tradewind demo` and waits until it is healthy.
 * @returns {Promise<{url: string, publishableKey: string, admin: {email: string, password: string},
 *   folder: string, log: () => Promise<string>, stop: () => Promise<void>}>}
 */
export async function openShop() {
  if (!existsSync(BINARY)) {
    throw new Error(`${BINARY} is missing. Build it with \`cargo build\`, or name another one in TRADEWIND_BIN.`);
  }
  const folder = await mkdtemp(join(tmpdir(), "tradewind-shop-"));
  const port = await freePort();
  const logPath = join(folder, "shop.log");
  const logFile = await open(logPath, "w");
  const shop = spawn(BINARY, ["demo", "--data", folder, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", logFile.fd, logFile.fd],
    env: environment(),
  });
  const ended = once(shop, "exit");
  const log = () => readFile(logPath, "utf8");
  const stop = async () => {
    shop.kill("SIGTERM");
    const deadline = sleep(LONGEST_STOP_MS, "late", { ref: false });
    const outcome = await Promise.race([ended, deadline]);
    if (outcome === "late") shop.kill("SIGKILL");
    await logFile.close();
    await rm(folder, { recursive: true, force: true });
    if (outcome === "late") throw new Error(`the shop did not stop within ${LONGEST_STOP_MS} ms of SIGTERM`);
  };

  try {
    await untilHealthy(`http://127.0.0.1:${port}/health`, shop);
    const demo = JSON.parse(await readFile(join(folder, "demo.json"), "utf8"));
    return { url: demo.url, publishableKey: demo.publishable_key, admin: demo.admin, folder, log, stop };
  } catch (error) {
    const said = await log();
    await stop().catch(() => {});
    throw new Error(`the demo shop did not open: ${error.message}\n${said}`);
  }
}

/** The environment without settings: the shop takes every TRADEWIND_ variable for one. */
function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("TRADEWIND_")));
}

async function untilHealthy(url, shop) {
  const deadline = Date.now() + LONGEST_START_MS;
  while (Date.now() < deadline) {
    if (shop.exitCode !== null) throw new Error(`the process ended with ${shop.exitCode}`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`no answer from ${url} within ${LONGEST_START_MS} ms`);
}

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
