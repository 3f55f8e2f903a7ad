import { execFile } from "node:child_process";
import type { TailnetWhois } from "@openclaw/gateway-core";
import { parseWhois } from "./whois-answer.ts";

/** Runs a program and resolves with its output, or `undefined` when it fails. */
export type RunTailscale = (args: readonly string[]) => Promise<string | undefined>;

/** Well within the time a client has for its handshake. */
const TIMEOUT_MS = 3_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** How long an answer counts: a page that reconnects again and again starts no process each time. */
const TTL_MS = 10_000;
const MAX_ANSWERS = 256;
/** Questions asked at the same time; further ones go unanswered, as everybody on this machine can cause them. */
const MAX_PENDING = 8;

interface Answer {
  readonly user: ReturnType<TailnetWhois>;
  readonly expiresAtMs: number;
}

/** Asks the tailnet daemon through its command line tool whose an address is. Never rejects. */
export function createWhois(run: RunTailscale = runTailscale, now: () => number = Date.now): TailnetWhois {
  const answers = new Map<string, Answer>();
  let pending = 0;
  const ask = async (ip: string) => {
    pending += 1;
    try {
      return parseWhois(await run(["whois", "--json", ip]));
    } finally {
      pending -= 1;
    }
  };
  return (ip) => {
    const known = answers.get(ip);
    if (known !== undefined && known.expiresAtMs > now()) return known.user;
    if (pending >= MAX_PENDING) return Promise.resolve(undefined);
    const user = ask(ip);
    answers.delete(ip);
    answers.set(ip, { user, expiresAtMs: now() + TTL_MS });
    const [oldest] = answers.keys();
    if (answers.size > MAX_ANSWERS && oldest !== undefined) answers.delete(oldest);
    return user;
  };
}

function runTailscale(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const limits = { timeout: TIMEOUT_MS, maxBuffer: MAX_ANSWER_BYTES };
    execFile("tailscale", [...args], limits, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
