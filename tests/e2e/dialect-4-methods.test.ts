import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "@openclaw/config";
import { createGateway } from "@openclaw/gateway-core";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { admitted, type Attacker, dialect, errorOf, type Frame } from "../threats/support/attacker.ts";
import { start, type StartedGateway, TOKEN } from "../threats/support/gateway.ts";

// Methods and fields that clients of the 2026.9 line know (protocol-v4.md §10), answered from what is really there.

const CONFIG = {
  models: {
    providers: {
      house: { baseUrl: "https://models.example", apiKey: "canary-key", models: [{ id: "m", name: "M" }] },
      keyless: { baseUrl: "https://other.example", models: [{ id: "n", name: "N" }] },
    },
  },
  agents: { defaults: { model: "builtin/echo" } },
};

let running: StartedGateway;
let owner: Attacker;
beforeEach(async () => {
  running = await start(CONFIG);
  owner = await admitted(running.address.url);
});
afterEach(() => running[Symbol.asyncDispose]());

const chatEnd = (runId: string) =>
  owner.frame(({ event, payload }) => {
    const chat = (event === "chat" ? payload : undefined) as { runId?: string; state?: string } | undefined;
    return chat?.runId === runId && chat.state !== "delta";
  });

test("health, channels.status and readiness tell how punctual the process is, to dialect 4 only", async () => {
  const measured = {
    degraded: expect.any(Boolean),
    delayP99Ms: expect.any(Number),
    utilization: expect.any(Number),
  };
  expect(await owner.call("health")).toMatchObject({ eventLoop: measured });
  expect(await owner.call("channels.status")).toMatchObject({ eventLoop: measured });
  const ready = await fetch(`${running.address.httpUrl}/readyz`);
  expect(await ready.json()).toMatchObject({ ready: true, eventLoop: measured });
  const old = await admitted(running.address.url, dialect(3));
  expect(await old.call("health")).not.toHaveProperty("eventLoop");
});

test("config.get tells whether what is on disk is what the gateway runs with, includes and all", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "openclaw-revision-"));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  const [main, more] = [join(stateDir, "openclaw.json"), join(stateDir, "more.json")];
  await writeFile(
    main,
    JSON.stringify({
      gateway: { mode: "local", auth: { token: TOKEN }, reload: { mode: "off" } },
      ui: { $include: "./more.json" },
    }),
  );
  await writeFile(more, "{}");
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: stateDir }, homeDir: stateDir, cwd: stateDir });
  const gateway = createGateway({ paths, port: 0 });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.start();
  const reader = await admitted(url, { scopes: ["operator.read"] });
  const before = await reader.call("config.get");
  expect(before).toMatchObject({ includedPaths: [more], appliedConfigHash: before["configRevisionHash"] });
  expect([before["sourceConfig"], before["runtimeConfig"]]).toEqual([before["resolved"], before["config"]]);
  expect(JSON.stringify(before)).not.toContain(TOKEN);
  await writeFile(more, '{ "seamColor": "#AABBCC" }');
  const after = await reader.call("config.get");
  expect(after).toMatchObject({ hash: before["hash"], appliedConfigHash: before["appliedConfigHash"] });
  expect(after["configRevisionHash"]).not.toBe(before["configRevisionHash"]);
});

test("cron.get names the job it does not find", async () => {
  expect(errorOf(await owner.request("cron.get", { id: "nightly" }))).toMatchObject({
    code: "INVALID_REQUEST",
    details: { code: "CRON_JOB_NOT_FOUND", jobId: "nightly" },
  });
  expect(errorOf(await owner.request("cron.get", {})).message).toBe(
    "invalid cron.get params: must have required property 'id'",
  );
});

test.each(["channels.start", "channels.stop"])(
  "%s knows no channel where no connector is",
  async (method) => {
    expect(errorOf(await owner.request(method, { channel: "telegram" })).message).toBe(
      `invalid ${method} channel`,
    );
    const reader = await admitted(running.address.url, { scopes: ["operator.read"] });
    expect(errorOf(await reader.request(method, { channel: "telegram" })).message).toBe(
      "missing scope: operator.admin",
    );
  },
);

test("commands.list lists what a message can begin with, and each of them is answered without a model", async () => {
  const { commands } = (await owner.call("commands.list")) as {
    commands: { name: string; textAliases: string[] }[];
  };
  expect(commands.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["new", "reset", "stop", "status", "help", "whoami"]),
  );
  expect(commands.find(({ name }) => name === "help")?.textAliases).toEqual(["/help", "/commands"]);
  await owner.call("chat.send", { sessionKey: "main", message: "/commands", idempotencyKey: "c" });
  const { payload } = await chatEnd("c");
  for (const { name } of commands) expect(JSON.stringify(payload)).toContain(`/${name} - `);
  expect(await owner.call("commands.list", { scope: "native" })).toEqual({ commands: [] });
  expect(errorOf(await owner.request("commands.list", { agentId: "ghost" })).details).toEqual({
    code: "UNKNOWN_AGENT_ID",
  });
});

test("T-LOG-04 models.authStatus tells which providers have a key and where from, never the key", async () => {
  const answer = await owner.call("models.authStatus");
  expect(answer["providers"]).toEqual([
    {
      provider: "house",
      displayName: "house",
      status: "static",
      source: "models.providers.house.apiKey",
      profiles: [],
    },
    { provider: "keyless", displayName: "keyless", status: "missing", profiles: [] },
  ]);
  expect(JSON.stringify(owner.frames)).not.toContain("canary-key");
});

test("tools.effective is what the agent of the session may call", async () => {
  expect(await owner.call("tools.effective", { sessionKey: "agent:main:x" })).toEqual({
    agentId: "main",
    groups: [],
  });
  expect(errorOf(await owner.request("tools.effective", { sessionKey: "agent:ghost:x" })).details).toEqual({
    code: "UNKNOWN_AGENT_ID",
  });
});

describe("sessions.create", () => {
  test("brings a session into being once, and tells who watches", async () => {
    const writer = await admitted(running.address.url, { scopes: ["operator.write"] });
    await owner.call("sessions.subscribe");
    const created = await writer.call("sessions.create", {
      key: "garden",
      label: "Garden",
      model: "house/m",
    });
    expect(created).toMatchObject({
      ok: true,
      key: "agent:main:garden",
      entry: { label: "Garden" },
      resolved: { modelProvider: "house", model: "m" },
    });
    expect((await owner.event("sessions.changed"))["payload"]).toMatchObject({
      reason: "create",
      sessionKey: "agent:main:garden",
    });
    expect(errorOf(await writer.request("sessions.create", { key: "garden" })).message).toBe(
      "session already exists: agent:main:garden",
    );
    const { session } = await owner.call("sessions.describe", { key: "garden" });
    expect(session).toMatchObject({ sessionId: created["sessionId"], label: "Garden" });
  });

  test("makes up a key of the agent, and needs a right to write", async () => {
    const [one, other] = [await owner.call("sessions.create"), await owner.call("sessions.create")];
    expect(one["key"]).toMatch(/^agent:main:[\da-f-]{36}$/);
    expect(other["key"]).not.toBe(one["key"]);
    const reader = await admitted(running.address.url, { scopes: ["operator.read"] });
    expect(errorOf(await reader.request("sessions.create")).message).toBe("missing scope: operator.write");
    expect(errorOf(await owner.request("sessions.create", { agentId: "ghost" })).details).toEqual({
      code: "UNKNOWN_AGENT_ID",
    });
  });
});

describe("sessions.steer", () => {
  const steer = (params: Frame) => owner.call("sessions.steer", { key: "main", ...params });

  test("cuts short what runs in the session and waits there, and answers the new message", async () => {
    await owner.call("chat.send", { sessionKey: "main", message: "@wait 60000", idempotencyKey: "slow" });
    await owner.call("chat.send", { sessionKey: "main", message: "waiting", idempotencyKey: "queued" });
    await owner.call("chat.send", {
      sessionKey: "agent:main:x",
      message: "@wait 500",
      idempotencyKey: "else",
    });
    expect(await steer({ message: "@say turn left", idempotencyKey: "left" })).toEqual({
      runId: "left",
      status: "started",
    });
    for (const cut of ["slow", "queued"])
      expect((await chatEnd(cut))["payload"]).toMatchObject({ state: "aborted", stopReason: "interrupt" });
    expect((await chatEnd("left"))["payload"]).toMatchObject({ state: "final" });
    expect((await chatEnd("else"))["payload"]).toMatchObject({ state: "final" });
  });

  test("asked for again under the same key cuts nothing short", async () => {
    const message = { message: "@say done", idempotencyKey: "again" };
    await steer(message);
    await chatEnd("again");
    await owner.call("chat.send", { sessionKey: "main", message: "@wait 300", idempotencyKey: "later" });
    expect(await steer(message)).toEqual({ runId: "again", status: "ok" });
    expect((await chatEnd("later"))["payload"]).toMatchObject({ state: "final" });
  });
});

test("what is answered is listed", async () => {
  const hello = owner.frames.find(({ type }) => type === "res")?.["payload"] as {
    features: { methods: string[] };
  };
  expect(hello.features.methods).toEqual(
    expect.arrayContaining([
      ...["cron.get", "channels.start", "channels.stop", "commands.list", "models.authStatus"],
      ...["tools.effective", "sessions.create", "sessions.steer"],
    ]),
  );
});
