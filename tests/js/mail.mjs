// The mails of a shop, as they lie in its mailbox.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const LONGEST_WAIT_MS = 30_000;

/** The token in the link of the mail to this address whose text has this in it. Waits until the worker has sent it. */
export async function tokenFromMail(shop, address, text) {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  while (Date.now() < deadline) {
    for (const mail of await mails(shop)) {
      const isMeant = mail.toLowerCase().includes(`to: ${address}`) && mail.includes(text);
      const token = isMeant && /[?&]token=([\w.-]+)/.exec(mail)?.[1];
      if (token) return token;
    }
    await sleep(50);
  }
  return assert.fail(`no mail to ${address} with ${text} in ${LONGEST_WAIT_MS} ms`);
}

async function mails(shop) {
  const mailbox = await readFile(join(shop.folder, "mail", "outgoing.mbox"), "utf8").catch(() => "");
  return `\n${mailbox}`.split("\nFrom ").slice(1).map(decoded);
}

/** Quoted-printable text as it was written. */
function decoded(text) {
  return text.replaceAll(/=\r?\n/g, "").replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}
