import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { type GatewayProcess, kill, TemporaryUser, waitFor } from "../support/gateway-process.ts";
import { connectParams, RawSocket } from "../support/raw-socket.ts";

let user: TemporaryUser;
let gateway: GatewayProcess;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
});
afterEach(() => user[Symbol.asyncDispose]());

/** Types `openclaw gateway call <method>` and reads its JSON. */
async function call(method: string, params: object = {}): Promise<Record<string, unknown>> {
  const words = ["--dev", "gateway", "call", method, "--params", JSON.stringify(params), "--json"];
  const port = ["--url", gateway.url, "--token", gateway.token];
  const { code, stdout, stderr } = await user.openclaw([...words, ...port]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function patch(edit: object, more: object = {}): Promise<Record<string, unknown>> {
  const { hash } = await call("config.get");
  return call("config.patch", { raw: JSON.stringify(edit), baseHash: hash, ...more });
}

async function connected(): Promise<RawSocket> {
  const socket = await RawSocket.open(gateway.url);
  const scopes = ["operator.admin"];
  expect(await socket.connect(connectParams(gateway.token, { scopes }))).toMatchObject({ ok: true });
  return socket;
}

/** Waits until the gateway listens for the second time. */
const restarted = () =>
  waitFor(gateway.output, /listening on[^]*restart mode: in-process restart[^]*listening on/);

describe("a write that needs a restart", () => {
  test("restarts the gateway in its process, on its port, with what was written", async () => {
    const watch = await connected();
    const before = await call("system.info");
    const answer = await patch({ update: { channel: "beta" } }, { note: "new colours", restartDelayMs: 0 });
    expect(answer).toMatchObject({
      ok: true,
      changedPaths: ["update"],
      restart: { ok: true, pid: gateway.child.pid, delayMs: 0, cooldownMsApplied: 0, coalesced: false },
    });
    expect(await readFile(join(user.home, ".openclaw-dev", "openclaw.json"), "utf8")).toContain("beta");
    expect(await watch.frame((frame) => frame["event"] === "shutdown")).toMatchObject({
      payload: { reason: "gateway restarting", restartExpectedMs: 1500 },
    });
    expect(await watch.closed).toEqual({ code: 1012, reason: "service restart" });
    await restarted();
    const after = await call("system.info");
    expect(after["pid"]).toBe(before["pid"]);
    expect(after["bootId"]).not.toBe(before["bootId"]);
    expect(await call("config.get")).toMatchObject({ config: { update: { channel: "beta" } } });
    expect(await call("status")).toMatchObject({
      queuedSystemEvents: [
        "Gateway restart config-patch ok (config.patch)\nnew colours\nRun: openclaw doctor --non-interactive",
      ],
    });
  });

  test("T-CFG-10 keeps its distance from the restart before", async () => {
    await patch({ update: { channel: "beta" } }, { restartDelayMs: 0 });
    await restarted();
    const { restart } = await patch({ update: { channel: "dev" } }, { restartDelayMs: 0 });
    const { cooldownMsApplied } = restart as { cooldownMsApplied: number };
    expect(cooldownMsApplied).toBeGreaterThan(0);
    expect(cooldownMsApplied).toBeLessThanOrEqual(30_000);
  });

  test("happens although signals may not restart the gateway", async () => {
    await patch({ commands: { restart: false } }, { restartDelayMs: 0 });
    await restarted();
    expect(await call("config.get")).toMatchObject({ config: { commands: { restart: false } } });
  });

  test("lets a running answer come to its end before the goodbye", async () => {
    const watch = await connected();
    const message = "@delay 1500\nstill here";
    const params = { sessionKey: "main", message, idempotencyKey: "once" };
    expect(await watch.request("run", "chat.send", params)).toMatchObject({ ok: true });
    await patch({ update: { channel: "beta" } }, { restartDelayMs: 0 });
    await watch.closed;
    const events = watch.frames.flatMap(({ event, payload }) => {
      if (event === "shutdown") return ["shutdown"];
      return event === "chat" ? [String((payload as { state: unknown }).state)] : [];
    });
    expect(events.slice(-2)).toEqual(["final", "shutdown"]);
  });
});

test("a kill -9 amid writes leaves the old text or the new one, never a part", async () => {
  const path = join(user.home, ".openclaw-dev", "openclaw.json");
  for (let round = 0; round < 5; round += 1) {
    const admin = await connected();
    const { payload } = await admin.request("get", "config.get");
    const { hash } = payload as { hash: string };
    const before = await readFile(path, "utf8");
    const name = `round ${round} ${"x".repeat(40)}`;
    admin.send({
      type: "req",
      id: "patch",
      method: "config.patch",
      params: { raw: JSON.stringify({ ui: { assistant: { name } } }), baseHash: hash },
    });
    // The first rounds end while it is written, the last ones once it is answered.
    if (round > 2) await admin.frame(({ id }) => id === "patch");
    await kill(gateway.child, "SIGKILL");
    const text = await readFile(path, "utf8");
    if (round > 2) expect(text).toContain(name);
    else expect([text === before, text.includes(name) && text.trimEnd().endsWith("}")]).toContain(true);
    gateway = await user.startGateway({ port: gateway.port });
  }
});
