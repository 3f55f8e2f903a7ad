import { mkdir, writeFile } from "node:fs/promises";
import { connect as connectSocket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { collect, freePort, type Output, TemporaryUser } from "../support/gateway-process.ts";
import { connectParams, RawSocket } from "../support/raw-socket.ts";

const TOKEN = "a-token-for-the-restarts-0123456789abcdef";
const KNOCK_MS = 2;

let user: TemporaryUser;
beforeEach(async () => void (user = await TemporaryUser.create()));
afterEach(() => user[Symbol.asyncDispose]());

async function write(port: number, more: object = {}): Promise<void> {
  const folder = join(user.home, ".openclaw");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const gateway = { mode: "local", port, auth: { mode: "token", token: TOKEN }, reload: { debounceMs: 10 } };
  await writeFile(join(folder, "openclaw.json"), JSON.stringify({ gateway, ...more }), { mode: 0o600 });
}

/** Waits until a gateway has said so many times that it listens. */
function listens(output: Output, times: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (output.text.split("listening on ws://").length <= times) return;
      stop();
      resolve();
    };
    const stop = output.onText(look);
    look();
  });
}

async function who(port: number): Promise<{ readonly pid: number; readonly bootId: string }> {
  const socket = await RawSocket.open(`ws://127.0.0.1:${port}`);
  expect(await socket.connect(connectParams(TOKEN, { scopes: ["operator.admin"] }))).toMatchObject({
    ok: true,
  });
  const { payload } = await socket.request("info", "system.info");
  socket.close();
  return payload as { pid: number; bootId: string };
}

/** Whether a TCP connection is taken. */
function knock(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}

/** Knocks all the time at some ports; counts how often, and how often none of them opened. */
function knocking(ports: readonly number[]) {
  const counts = { knocks: 0, refused: 0 };
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const one = Promise.all(ports.map(knock)).then((opened) => {
      counts.knocks += 1;
      if (!opened.includes(true)) counts.refused += 1;
    });
    pending.add(one);
    void one.then(() => pending.delete(one));
  }, KNOCK_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return counts;
  };
}

test("nobody is refused through twenty restarts of one process", async () => {
  const port = await freePort();
  await write(port);
  const child = user.spawn(["gateway"]);
  const output = collect(child);
  await listens(output, 1);
  const boots = [await who(port)];
  const stop = knocking([port]);
  for (let round = 1; round <= 20; round += 1) {
    // By a signal and by an edit, in turns.
    if (round % 2 === 0) child.kill("SIGUSR1");
    else await write(port, { update: { channel: round % 4 === 1 ? "beta" : "dev" } });
    await listens(output, round + 1);
    boots.push(await who(port));
  }
  const { knocks, refused } = await stop();
  console.log(`TCP knocks during 20 restarts: ${knocks}, refused: ${refused}`);
  expect(refused).toBe(0);
  expect(knocks).toBeGreaterThan(200);
  expect(new Set(boots.map(({ pid }) => pid))).toEqual(new Set([child.pid]));
  expect(new Set(boots.map(({ bootId }) => bootId)).size).toBe(21);
});

test("a gateway that moves to another port listens there before the old one closes", async () => {
  const [first, second] = [await freePort(), await freePort()];
  await write(first);
  const output = collect(user.spawn(["gateway"]));
  await listens(output, 1);
  const stop = knocking([first, second]);
  await write(second);
  await listens(output, 2);
  const { knocks, refused } = await stop();
  console.log(`TCP knocks during a move: ${knocks}, at neither port: ${refused}`);
  expect(refused).toBe(0);
  expect(await who(second)).toBeDefined();
  expect(await knock(first)).toBe(false);
});
