import { connect } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  type Listener,
  type ProcessInfo,
  type ProcessTable,
  ProcessTableError,
  systemTable,
} from "@openclaw/service";
import { childListener } from "@openclaw/service/testing";
import { freePort, type FreePortOptions, type FreePortResult } from "./free-port.ts";
import { findAncestors } from "./ownership.ts";

const UID = 1000;

interface Outcome {
  readonly result: FreePortResult;
  readonly log: string[];
  readonly signals: [number, string][];
}

async function free(options: Partial<FreePortOptions> & Pick<FreePortOptions, "table">): Promise<Outcome> {
  const log: string[] = [];
  const signals: [number, string][] = [];
  let clock = 0;
  const result = await freePort({
    program: "openclaw",
    startLine: "openclaw gateway",
    port: 18789,
    isRepeated: false,
    caller: { uid: UID, ancestors: new Set([77]) },
    signal: (pid, signal) => void signals.push([pid, signal]),
    isGateway: async () => false,
    show: (command) => command,
    log: (line) => log.push(line),
    sleep: async (ms) => void (clock += ms),
    now: () => clock,
    ...options,
  });
  return { result, log, signals };
}

const info = (pid: number, more: Partial<ProcessInfo> = {}): ProcessInfo => ({
  pid,
  ppid: 1,
  startTime: "100",
  uid: UID,
  user: "me",
  name: "node",
  command: "node server.js",
  ...more,
});

const listener = (process: ProcessInfo): Listener => ({ process, addresses: ["127.0.0.1:18789"] });

/** A table that shows its readings one after the other, the last one for ever. */
function tableOf(...readings: (readonly ProcessInfo[])[]): ProcessTable {
  let reading = 0;
  return {
    listeners: async () => ({
      holders: (readings[Math.min(reading++, readings.length - 1)] ?? []).map(listener),
      hiddenOwners: [],
    }),
    process: async () => undefined,
  };
}

describe.runIf(process.platform === "linux")("freePort, with real processes", () => {
  const real = async (port: number) => {
    const table = systemTable(process.platform, process.pid);
    const caller = { uid: process.getuid?.() ?? -1, ancestors: await findAncestors(table, process.ppid) };
    return free({
      port,
      table,
      caller,
      signal: (pid, signal) => void process.kill(pid, signal),
      sleep,
      now: Date.now,
    });
  };

  test("T-SVC-06 stops the listener on the port and nothing else", async () => {
    await using victim = await childListener();
    await using bystander = await childListener();
    const { result, log } = await real(victim.port);
    expect(await victim.ended).toBe("SIGTERM");
    expect(result).toMatchObject({
      ok: true,
      stopped: [{ pid: victim.pid, command: expect.stringContaining("createServer") }],
    });
    expect(log).toEqual([
      expect.stringMatching(
        new RegExp(`^force: killed pid ${victim.pid} \\(.*node.*\\) on port ${victim.port}$`),
      ),
      expect.stringMatching(new RegExp(`^force: waited \\d+ms for port ${victim.port} to free$`)),
    ]);
    const socket = connect(bystander.port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
  });

  test("kills a listener that ignores SIGTERM", async () => {
    await using victim = await childListener({ ignoresSigterm: true });
    const { result, log } = await real(victim.port);
    expect(await victim.ended).toBe("SIGKILL");
    expect(result.ok).toBe(true);
    expect(log).toContain(`force: escalated to SIGKILL while freeing port ${victim.port}`);
  });

  test("has nothing to do on a free port", async () => {
    const child = await childListener();
    await child[Symbol.asyncDispose]();
    const { result, log } = await real(child.port);
    expect([result, log]).toEqual([{ ok: true, stopped: [] }, [`force: no listeners on port ${child.port}`]]);
  });
});

describe("freePort", () => {
  test.each([
    ["another user's process", info(500, { uid: 0, user: "root", command: "nginx" }), "pid 500 root: nginx"],
    ["an ancestor of the caller", info(77), "pid 77 me: node server.js"],
    ["PID 1", info(1, { command: "init" }), "pid 1 me: init"],
  ])("T-SVC-06 leaves %s alone until the flag is repeated", async (_what, holder, named) => {
    const once = await free({ table: tableOf([holder]) });
    expect(once.signals).toEqual([]);
    expect(once.result).toEqual({
      ok: false,
      stopped: [],
      lines: [
        `Force: port 18789 is held by ${named}. Repeat the flag to stop it anyway: openclaw gateway --force --force`,
      ],
    });
    const twice = await free({ table: tableOf([holder], [holder], []), isRepeated: true });
    expect([twice.result.ok, twice.signals]).toEqual([true, [[holder.pid, "SIGTERM"]]]);
  });

  test("T-SVC-06 stops none of several listeners when one is not the caller's", async () => {
    const { signals, result } = await free({ table: tableOf([info(500), info(501, { uid: 0 })]) });
    expect([result.ok, signals]).toEqual([false, []]);
  });

  test("T-SVC-06 signals no reused pid: start time and port are read again first", async () => {
    const reused = await free({ table: tableOf([info(500)], [info(500, { startTime: "200" })], []) });
    expect(reused.signals).toEqual([]);
    const moved = await free({ table: tableOf([info(500)], []) });
    expect([moved.result.ok, moved.signals]).toEqual([true, []]);
  });

  test("T-SVC-06 does not escalate against a process that took the pid meanwhile", async () => {
    const other = info(500, { startTime: "200" });
    const { signals, result } = await free({ table: tableOf([info(500)], [info(500)], [other]) });
    expect(signals).toEqual([[500, "SIGTERM"]]);
    expect(result).toMatchObject({
      ok: false,
      lines: ["Force: Error: port 18789 still has listeners after --force: 500"],
    });
  });

  test("gives a gateway time to say goodbye, others 700 ms", async () => {
    const waited = async (isGateway: boolean) => {
      let clock = 0;
      const options = {
        isGateway: async () => isGateway,
        sleep: async (ms: number) => void (clock += ms),
        now: () => clock,
      };
      const killedAt: number[] = [];
      await free({ table: tableOf([info(500)]), ...options, signal: () => void killedAt.push(clock) });
      return (killedAt[1] ?? 0) - (killedAt[0] ?? 0);
    };
    expect([await waited(false), await waited(true)]).toEqual([700, 6_000]);
  });

  test("says which listeners are left when killing does not help", async () => {
    const { result, signals, log } = await free({ table: tableOf([info(500)]) });
    expect(signals).toEqual([
      [500, "SIGTERM"],
      [500, "SIGKILL"],
    ]);
    expect(log).toEqual([
      "force: killed pid 500 (node) on port 18789",
      "force: escalated to SIGKILL while freeing port 18789",
    ]);
    expect(result).toMatchObject({
      ok: false,
      lines: ["Force: Error: port 18789 still has listeners after --force: 500"],
    });
  });

  test("says so when the process may not be signalled or seen", async () => {
    const refuse = () => {
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    };
    const denied = await free({
      table: tableOf([info(500, { uid: 33, user: "www" })]),
      isRepeated: true,
      signal: refuse,
    });
    expect(denied.result).toMatchObject({
      ok: false,
      lines: [
        "Force: Error: pid 500 of www cannot be stopped: Error: kill EPERM. Stop it as www or as root: sudo kill 500",
      ],
    });
    const hidden = {
      listeners: async () => ({ holders: [], hiddenOwners: ["www"] }),
      process: async () => undefined,
    };
    const unseen = await free({ table: hidden, isRepeated: true });
    expect(unseen.result).toMatchObject({
      lines: [
        "Force: port 18789 is held by a process of www that this user cannot see. Stop it as www or as root (sudo lsof -nP -iTCP:18789 -sTCP:LISTEN names it), or use another port: openclaw gateway --port <port>",
      ],
    });
  });

  test("takes a process that ended by itself for stopped", async () => {
    const gone = () => {
      throw Object.assign(new Error("kill ESRCH"), { code: "ESRCH" });
    };
    const { result } = await free({ table: tableOf([info(500)], [info(500)], []), signal: gone });
    expect(result).toEqual({ ok: true, stopped: [] });
  });

  test("says so when the system cannot be asked", async () => {
    const listeners = () => Promise.reject(new ProcessTableError("lsof cannot be run"));
    const { result } = await free({ table: { listeners, process: async () => undefined } });
    expect(result).toEqual({ ok: false, lines: ["Force: Error: lsof cannot be run"], stopped: [] });
  });
});

describe("findAncestors", () => {
  test("walks up to the root, also when the table is inconsistent", async () => {
    const parents = new Map([
      [30, 20],
      [20, 10],
      [10, 1],
      [1, 0],
      [99, 99],
    ]);
    const table = { process: async (pid: number) => info(pid, { ppid: parents.get(pid) ?? 0 }) };
    expect([...(await findAncestors(table, 30))]).toEqual([30, 20, 10, 1]);
    expect([...(await findAncestors(table, 99))]).toEqual([99]);
  });
});
