import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli, collect, freePort, kill, type Output, root, waitFor } from "../support/gateway-process.ts";
import { TemporaryUser } from "../support/gateway-process.ts";
import { SystemUser, whyNoSystemUser } from "../support/system-user.ts";

/** What a start with `--force` comes to. */
type Outcome = "stopped and replaced" | "refused, named" | "refused, owner named";

interface Row {
  readonly who: string;
  /** Who types the command: a user of their own, or the one that runs the tests. */
  readonly isByOther?: boolean;
  readonly needsRoot?: boolean;
  readonly once: Outcome;
  readonly repeated: Outcome;
  /** Starts the holder of the port. */
  hold(site: Site): ChildProcess;
}

interface Site {
  readonly user: TemporaryUser;
  readonly port: number;
  readonly other: SystemUser | undefined;
}

const LISTENER = `
  require("node:http").createServer((_, response) => response.end("hello"))
    .listen(Number(process.argv[1]), "127.0.0.1", () => console.log("listening on ws://"));`;
const gateway = (profile: string, port: number) => ["--profile", profile, "gateway", "--port", String(port)];
const foreign = (port: number) => ["-e", LISTENER, String(port)];

// The table of docs/troubleshooting.md#freeing-a-port.
const ROWS: readonly Row[] = [
  {
    who: "a gateway of this profile",
    once: "stopped and replaced",
    repeated: "stopped and replaced",
    hold: ({ user, port }) => user.spawn(gateway("mine", port)),
  },
  {
    who: "a gateway of another profile",
    once: "stopped and replaced",
    repeated: "stopped and replaced",
    hold: ({ user, port }) => user.spawn(gateway("yours", port)),
  },
  {
    who: "another program of yours",
    once: "stopped and replaced",
    repeated: "stopped and replaced",
    hold: ({ port }) => spawn(process.execPath, foreign(port), { stdio: ["ignore", "pipe", "pipe"] }),
  },
  {
    who: "a program of another user, and you are root",
    needsRoot: true,
    once: "refused, named",
    repeated: "stopped and replaced",
    hold: ({ other, port }) => theUser(other).spawn(process.execPath, foreign(port)),
  },
  {
    who: "a program of another user, and you are not root",
    needsRoot: true,
    isByOther: true,
    once: "refused, owner named",
    repeated: "refused, owner named",
    hold: ({ port }) => spawn(process.execPath, foreign(port), { stdio: ["ignore", "pipe", "pipe"] }),
  },
];

function theUser(user: SystemUser | undefined): SystemUser {
  if (user === undefined) throw new Error("this row needs another user");
  return user;
}

const obstacle = whyNoSystemUser();
const started = new Set<ChildProcess>();
const own = (child: ChildProcess) => {
  started.add(child);
  return child;
};

let other: SystemUser | undefined;
beforeAll(() => void (other = obstacle === undefined ? SystemUser.create() : undefined));
afterAll(async () => {
  await Promise.all([...started].map((child) => kill(child, "SIGKILL")));
  await other?.[Symbol.asyncDispose]();
});

/** Types the command; resolves when it listens or has ended. */
async function force(site: Site, flags: readonly string[], isByOther: boolean) {
  const args = [...gateway("mine", site.port), ...flags];
  const child = own(
    isByOther ? theUser(site.other).spawn(process.execPath, [cli, ...args]) : site.user.spawn(args),
  );
  const output = collect(child);
  await Promise.race([waitFor(output, /listening on ws:\/\/[^]*log file: /), once(child, "exit")]);
  return { child, output };
}

/** Processes that have to do with the holder and must live on: on another port, and connected to this one. */
async function bystanders(
  port: number,
): Promise<{ readonly pids: readonly number[]; readonly socket: Socket }> {
  const elsewhere = own(
    spawn(process.execPath, foreign(await freePort()), { stdio: ["ignore", "pipe", "pipe"] }),
  );
  const client = own(
    spawn(
      process.execPath,
      [
        "-e",
        `require("node:net").connect(${port}, "127.0.0.1").on("error", () => {}).on("connect", () => console.log("connected")); setInterval(() => {}, 1000)`,
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    ),
  );
  await waitFor(collect(elsewhere), /listening/);
  await waitFor(collect(client), /connected/);
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  await once(socket, "connect");
  return { pids: [elsewhere.pid ?? 0, client.pid ?? 0], socket };
}

function killedIn({ text }: Output): number[] {
  return [...text.matchAll(/force: killed pid (\d+) /g)].map(([, pid]) => Number(pid));
}

const isAlive = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

describe("gateway --force", () => {
  describe.each(ROWS)("on a port of $who", (row) => {
    const skipped = row.needsRoot === true && obstacle !== undefined;
    const title = skipped ? ` (skipped: ${obstacle})` : "";
    test.skipIf(skipped).each([
      ["once", ["--force"], row.once],
      ["repeated", ["--force", "--force"], row.repeated],
    ] as const)(
      `T-SVC-06 typed %s, and again: %j, %s; nobody else is stopped${title}`,
      async (_times, flags, outcome) => {
        await using user = await TemporaryUser.create();
        const site: Site = { user, port: await freePort(), other };
        const holder = own(row.hold(site));
        await waitFor(collect(holder), /listening on ws:\/\//);
        const { pids, socket } = await bystanders(site.port);
        const first = await force(site, flags, row.isByOther === true);
        await check(first, outcome, { holder, port: site.port });
        const second = await force(site, flags, row.isByOther === true);
        // Whoever holds the port now is of the same user: the first of the two, where there is one.
        const next = outcome === "stopped and replaced" ? first.child : holder;
        await check(second, outcome, { holder: next, port: site.port });
        for (const pid of pids) expect(() => process.kill(pid, 0)).not.toThrow();
        socket.destroy();
        await kill(second.child, "SIGTERM");
      },
    );
  });

  test("has its outcomes in the docs", async () => {
    const docs = await readFile(join(root, "docs/troubleshooting.md"), "utf8");
    const section = docs.split("## Freeing a port")[1]?.split("\n## ")[0] ?? "";
    const rows = section
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .slice(2)
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows).toEqual(ROWS.map(({ who, once: single, repeated }) => [who, single, repeated]));
  });
});

async function check(
  { child, output }: Awaited<ReturnType<typeof force>>,
  outcome: Outcome,
  { holder, port }: { readonly holder: ChildProcess; readonly port: number },
): Promise<void> {
  if (outcome === "stopped and replaced") {
    // The port is free a moment before the process is gone.
    if (isAlive(holder)) await once(holder, "exit");
    expect({ text: output.text, isUp: isAlive(child), isHolderUp: isAlive(holder) }).toMatchObject({
      isUp: true,
      isHolderUp: false,
    });
    expect(killedIn(output)).toEqual([holder.pid]);
    return;
  }
  expect({ text: output.text, code: child.exitCode, isHolderUp: isAlive(holder) }).toMatchObject({
    code: 1,
    isHolderUp: true,
  });
  expect(killedIn(output)).toEqual([]);
  const held = `Force: port ${port} is held by `;
  if (outcome === "refused, named") {
    expect(output.text).toContain(`${held}pid ${holder.pid} ${other?.name}: `);
    expect(output.text).toContain(
      `Repeat the flag to stop it anyway: openclaw --profile mine gateway --port ${port} --force --force`,
    );
  } else {
    expect(output.text).toContain(`${held}a process of root that this user cannot see. Stop it as root`);
    expect(output.text).toContain(`sudo lsof -nP -iTCP:${port} -sTCP:LISTEN`);
    expect(output.text).toContain("another port: openclaw --profile mine gateway --port <port>");
  }
}
