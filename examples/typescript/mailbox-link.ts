/**
 * Stands for the person who opens a mail and follows its link.
 *
 * Only development and the demo have this mailbox. Your program never sees a link: the recipient's browser does.
 */
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE_MS = 30_000;

interface Mail {
  subject: string;
  links: string[];
}

/** Waits for the mail about ticket `number` to `address`; returns what stands behind `#/t/` in its link. */
export async function tokenFromMail(url: string, address: string, number: number): Promise<string> {
  const mails = new URL(`/dev/mailbox/mails.json?to=${encodeURIComponent(address)}`, url);
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const { items } = (await (await fetch(mails)).json()) as { items: Mail[] };
    const mail = items.find(({ subject }) => subject.includes(`[#${number}]`));
    const token = mail?.links.map((link) => link.split("#/t/")[1]).find((found) => found !== undefined);
    if (token !== undefined) return token;
    await sleep(200);
  }
  throw new Error(`No mail about #${number} reached ${address}. Does a worker run?`);
}
