// Two ways to follow a log, and the account of what each saw.
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { tailLog } from "@openclaw/logs";

const INTERVAL_MS = 100;

/** Holds the lines of one process against their numbers: each once, in order. */
class Account {
  lines = 0;
  lost = 0;
  doubled = 0;
  /** Sentences about the log, such as that lines are missing. */
  notices = [];
  /** How many lines the reader was told to be missing. */
  told = 0;
  #start;
  #last;
  started = new Promise((resolve) => {
    this.#start = resolve;
  });

  notice(text) {
    this.notices.push(text);
    this.told += Number(/^(\d+) lines are missing/.exec(text)?.[1] ?? 0);
  }

  take({ seq }) {
    this.#start();
    this.lines += 1;
    const last = this.#last ?? seq - 1;
    if (seq > last) this.lost += seq - last - 1;
    else this.doubled += 1;
    this.#last = Math.max(seq, last);
  }
}

/** A reader at work: `account.started` resolves with its first line, `finished` with the last one. */
const reader = (read, child) => {
  const account = new Account();
  return { account, child, finished: read(account) };
};

/** `openclaw logs --follow --json`: over RPC, in a process of its own. */
export function followByCommand(stage, isLast) {
  const child = stage.spawn(["logs", "--follow", "--json", "--interval", String(INTERVAL_MS)]);
  return reader(async (account) => {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text);
      if (line.type === "notice") account.notice(line.message);
      if (line.type !== "log") continue;
      account.take(line);
      if (isLast(line.raw)) break;
    }
    child.kill("SIGTERM");
  }, child);
}

/** The files themselves, without a gateway in between. */
export function followFiles(stage, isLast) {
  return reader(async (account) => {
    for (let position = "end", isOver = false; !isOver;) {
      const tail = await tailLog(stage.logFile, { position, limit: 5_000 });
      if (tail.reset) account.notice("lines were deleted before they could be read");
      for (const raw of tail.lines) account.take(JSON.parse(raw)._meta);
      isOver = tail.lines.some(isLast);
      position = tail.position;
      if (!tail.hasMore && !isOver) await delay(INTERVAL_MS);
    }
  });
}
