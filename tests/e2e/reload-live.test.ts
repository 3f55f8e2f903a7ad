import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@openclaw/client";
import { expect, test } from "vitest";
import { connect, TOKEN } from "../support/embedded.ts";
import { collect, freePort, type Output, TemporaryUser, waitFor } from "../support/gateway-process.ts";

const HOOK_TOKEN = "a-token-for-webhooks-0123456789";
const house = {
  baseUrl: "http://127.0.0.1:9/v1",
  apiKey: "a-key-for-the-house",
  api: "openai-completions",
  models: ["one", "two"].map((id) => ({ id, name: id })),
};

interface Running extends AsyncDisposable {
  readonly url: string;
  readonly httpUrl: string;
  readonly output: Output;
  readonly stateDir: string;
  readonly pid: number | undefined;
  /** Renames a configuration into place: what every gateway here has, and these sections. */
  save(sections: object): Promise<void>;
}

/** A gateway as an operator runs it. */
async function running(): Promise<Running> {
  const user = await TemporaryUser.create();
  const port = await freePort();
  const stateDir = join(user.home, ".openclaw");
  const path = join(stateDir, "openclaw.json");
  const fixed = {
    gateway: { mode: "local", port, auth: { token: TOKEN }, reload: { debounceMs: 0 } },
    models: { providers: { house } },
  };
  const save = async (sections: object) => {
    const file = join(user.home, "gateway.log");
    const { logging = {}, ...others } = sections as { readonly logging?: object };
    const text = JSON.stringify({ ...fixed, logging: { file, ...logging }, ...others });
    await writeFile(`${path}.tmp`, text, { mode: 0o600 });
    await rename(`${path}.tmp`, path);
  };
  await mkdir(stateDir, { mode: 0o700 });
  await save({});
  const child = user.spawn(["gateway"]);
  const output = collect(child);
  await waitFor(output, /listening on ws:/);
  return {
    ...{ output, stateDir, save, pid: child.pid },
    url: `ws://127.0.0.1:${port}`,
    httpUrl: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => user[Symbol.asyncDispose](),
  };
}

const status = (client: Client) => client.request("status", {});

/** A setting of a subsystem, values to go round, and how the subsystem is asked which one it has. */
interface Live {
  readonly edit: (round: number) => object;
  readonly read: (client: Client, own: Running) => Promise<unknown>;
  readonly wanted: (round: number) => unknown;
}

const LIVE: Readonly<Record<string, Live>> = {
  heartbeat: {
    edit: (round) => ({ agents: { defaults: { heartbeat: { every: `${60 + round}s` } } } }),
    read: async (client) => (await client.request("health", { probe: true })).heartbeatSeconds,
    wanted: (round) => 60 + round,
  },
  "default model": {
    edit: (round) => ({
      agents: { defaults: { model: { primary: `house/${round % 2 === 0 ? "one" : "two"}` } } },
    }),
    read: async (client) => (await status(client)).sessions.defaults.model,
    wanted: (round) => (round % 2 === 0 ? "one" : "two"),
  },
  "log level": {
    edit: (round) => ({ logging: { level: round % 4 < 2 ? "debug" : "warn", consoleLevel: "error" } }),
    read: async (client) => (await status(client)).logging,
    wanted: (round) => ({ level: round % 4 < 2 ? "debug" : "warn", consoleLevel: "error" }),
  },
  "lane limit": {
    edit: (round) => ({ agents: { defaults: { maxConcurrent: 1 + round } } }),
    read: async (client) => (await status(client)).lanes?.map(({ name, limit }) => [name, limit]),
    wanted: (round) => [["main", 1 + round]],
  },
  "session scope": {
    edit: (round) => ({ session: { scope: round % 4 < 2 ? "global" : "per-sender" } }),
    read: async (client) => (await client.request("agents.list", {})).scope,
    wanted: (round) => (round % 4 < 2 ? "global" : "per-sender"),
  },
  "hooks path": {
    edit: (round) => ({ hooks: { enabled: true, token: HOOK_TOKEN, path: `/in-${round}` } }),
    read: async (client, { httpUrl }) => {
      const { hooks } = await status(client);
      // Nothing is said, so nothing comes of it but the answer that somebody is there.
      const headers = { authorization: `Bearer ${HOOK_TOKEN}` };
      const knock = await fetch(`${httpUrl}${hooks?.path ?? ""}/wake`, { method: "POST", headers });
      return [hooks, await knock.text()];
    },
    wanted: (round) => [
      { enabled: true, path: `/in-${round}` },
      JSON.stringify({ ok: false, error: "text required" }),
    ],
  },
  "context window": {
    edit: (round) => ({ agents: { defaults: { contextTokens: 1_000 + round } } }),
    read: async (client) => (await status(client)).sessions.defaults.contextTokens,
    wanted: (round) => 1_000 + round,
  },
  agents: {
    edit: (round) => ({ agents: { list: [{ id: "main" }, { id: `desk-${round}` }] } }),
    read: async (client) => (await client.request("agents.list", {})).agents.map(({ id }) => id),
    wanted: (round) => ["main", `desk-${round}`],
  },
  "seam colour": {
    edit: (round) => ({ ui: { seamColor: `#${String(100_000 + round)}` } }),
    read: async (client) => (await client.request("talk.config", {})).config.ui?.seamColor,
    wanted: (round) => `#${String(100_000 + round)}`,
  },
};
const EDITS = 200;
const CROWD = 50;

test(
  "two hundred edits of nine subsystems are each read back, and none of fifty connections closes",
  { timeout: 120_000 },
  async () => {
    await using own = await running();
    const crowd: Client[] = [];
    // One address has 32 places before hello.
    while (crowd.length < CROWD)
      crowd.push(...(await Promise.all(Array.from({ length: 25 }, () => connect(own.url)))));
    const settings = Object.values(LIVE);
    for (let round = 0; round < EDITS; round += 1) {
      const setting = settings[round % settings.length];
      const reader = crowd[round % CROWD];
      if (setting === undefined || reader === undefined) throw new Error("no setting, or nobody to read it");
      await own.save(setting.edit(round));
      await expect
        .poll(() => setting.read(reader, own), { interval: 5, timeout: 20_000 })
        .toEqual(setting.wanted(round));
    }
    // None of them comes back by itself: a connection that was lost gives no answer.
    await Promise.all(crowd.map((client) => client.request("health", {})));
    expect((await crowd[0]?.request("system.info", {}))?.pid).toBe(own.pid);
    await Promise.all(crowd.map((client) => client.close()));
  },
);

test("an edit of the log level decides what is written from then on, in the file and on the console", async () => {
  await using own = await running();
  const client = await connect(own.url);
  const levels = async () => (await status(client)).logging;
  const logged = async () => (await client.request("logs.tail", {})).lines.join("\n");
  const settle = async (sections: object, level: string) => {
    await own.save(sections);
    await expect.poll(levels).toEqual({ level, consoleLevel: level });
  };
  const quiet = { logging: { level: "warn", consoleLevel: "warn" } };
  await settle(quiet, "warn");
  // Said by the edit itself, under the level that it brings.
  const ofQuiet = "config change applied (dynamic reads: logging.level, logging.consoleLevel)";
  await settle({ ...quiet, ui: { seamColor: "#112233" }, logging: {} }, "info");
  await expect.poll(logged).toMatch(/config change applied \(dynamic reads: .*ui/);
  expect(await logged()).not.toContain(ofQuiet);
  expect(own.output.text).not.toContain(ofQuiet);
  expect(own.output.text).toContain("config change applied (dynamic reads: ");
  await client.close();
});

test("OPENCLAW_LOG_LEVEL in .env wins over the file, and its level goes when it goes", async () => {
  await using own = await running();
  const client = await connect(own.url);
  const levels = async () => (await status(client)).logging;
  const env = join(own.stateDir, ".env");
  await writeFile(env, "OPENCLAW_LOG_LEVEL=debug\n", { mode: 0o600 });
  await expect.poll(levels, { timeout: 10_000 }).toEqual({ level: "debug", consoleLevel: "debug" });
  await own.save({ logging: { level: "error" } });
  await expect.poll(async () => (await client.request("config.get", {})).raw).toContain("error");
  expect(await levels()).toEqual({ level: "debug", consoleLevel: "debug" });
  await rm(env);
  await expect.poll(levels, { timeout: 10_000 }).toEqual({ level: "error", consoleLevel: "info" });
  await client.close();
});
