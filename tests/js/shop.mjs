// Opens a demo shop of its own for a test: a fresh folder, a free port, stopped and removed at the end.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdtemp, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BINARY = process.env.TRADEWIND_BIN ?? resolve(import.meta.dirname, "../../target/debug/tradewind");
const STORE = process.env.TEST_STORE || "sqlite";
// On servers the shop is not in its folder: it is filled anew each time.
const ON_SERVERS = STORE !== "sqlite";
// One process knows at once what it has sold; of several each looks it up.
const SEEN_WITHIN_MS = STORE === "cluster" ? 1000 : 0;

// The first start draws every picture of the shop; a debug build on a busy machine takes its time.
const LONGEST_START_MS = 300_000;
const LONGEST_STOP_MS = 30_000;

// A test is one client that logs in more often than a shopper does.
const SETTINGS = ["--set", "auth.login_burst=1000"];

/**
 * Starts `tradewind demo` on a folder of its own and waits until it is healthy. With `TEST_STORE` it is on PostgreSQL or on a whole
 * cluster, and what was sold is seen in the stock after `seenWithinMs`.
 * @returns {Promise<{url: string, publishableKey: string, admin: {email: string, password: string},
 *   folder: string, seenWithinMs: number, stop: () => Promise<void>}>}
 */
export async function openShop() {
  if (!existsSync(BINARY)) {
    throw new Error(`${BINARY} is missing. Build it with \`cargo build\`, or name another one in TRADEWIND_BIN.`);
  }
  const folder = await mkdtemp(join(tmpdir(), "tradewind-shop-"));
  if (!ON_SERVERS) await cp(await paintedShop(), folder, { recursive: true });
  const shop = await start(folder);
  const stop = async () => {
    await shop.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { ...shop, folder, stop };
}

/** The folder of a shop as it stands after the first start. Its pictures are drawn once for each build of the binary. */
async function paintedShop() {
  const { mtimeMs, size } = await stat(BINARY);
  const kept = dirname(BINARY);
  const name = `demo-shop-${Math.round(mtimeMs)}-${size}`;
  const folder = join(kept, name);
  if (existsSync(folder)) return folder;

  for (const old of await readdir(kept)) {
    if (old.startsWith("demo-shop-")) await rm(join(kept, old), { recursive: true, force: true });
  }
  const unfinished = await mkdtemp(join(kept, "demo-shop-unfinished-"));
  const shop = await start(unfinished);
  await shop.stop();
  await rename(unfinished, folder);
  return folder;
}

async function start(folder) {
  const port = await freePort();
  const logPath = join(folder, "shop.log");
  const logFile = await open(logPath, "w");
  const binary = ON_SERVERS ? join(dirname(BINARY), "tradewind-on-servers") : BINARY;
  const process = spawn(binary, ["demo", "--data", folder, "--listen", `127.0.0.1:${port}`, ...SETTINGS], {
    stdio: ["ignore", logFile.fd, logFile.fd],
    env: environment(),
  });
  const ended = once(process, "exit");
  const stop = async () => {
    process.kill("SIGTERM");
    const outcome = await Promise.race([ended, sleep(LONGEST_STOP_MS, "late", { ref: false })]);
    if (outcome === "late") process.kill("SIGKILL");
    await logFile.close();
    if (outcome === "late") throw new Error(`the shop did not stop within ${LONGEST_STOP_MS} ms of SIGTERM`);
  };
  try {
    await untilHealthy(`http://127.0.0.1:${port}/health`, process);
    const demo = JSON.parse(await readFile(join(folder, "demo.json"), "utf8"));
    return { url: demo.url, publishableKey: demo.publishable_key, admin: demo.admin, seenWithinMs: SEEN_WITHIN_MS, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw new Error(`the demo shop did not open: ${error.message}\n${await readFile(logPath, "utf8")}`);
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
