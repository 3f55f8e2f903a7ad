import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { admitted, Attacker, client } from "../threats/support/attacker.ts";
import { createDevice } from "../threats/support/device.ts";
import { start, type StartedGateway } from "../threats/support/gateway.ts";

const trace = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const FAILURE = "@error auth no such key";

/** Lines that say `words`, in the order they were logged. */
const linesWith = ({ log }: StartedGateway, words: string) =>
  log.map(({ text }) => text).filter((text) => text.includes(words));

/** Sends a request within a trace; fails unless it succeeds. */
async function callWithin(operator: Attacker, traceparent: string, method: string, params: object) {
  operator.send({ type: "req", id: method, method, params, traceparent });
  expect(await operator.frame(({ id }) => id === method)).toMatchObject({ ok: true });
}

test("log lines of a run name the trace of the request that asked for it, and of no other", async () => {
  await using own = await start();
  const operator = await admitted(own.address.url);
  for (const [id, method, traceparent] of [
    ["a", "agent", trace("a")],
    ["b", "chat.send", trace("b")],
    ["c", "chat.send", undefined],
  ] as const) {
    const where = method === "agent" ? { sessionKey: "agent:main:one" } : { sessionKey: `agent:main:${id}` };
    const params = { ...where, message: FAILURE, idempotencyKey: `run-${id}` };
    operator.send({ type: "req", id, method, params, ...(traceparent !== undefined && { traceparent }) });
    await operator.frame(({ event, payload }) => {
      const chat = payload as { runId?: string; state?: string } | undefined;
      return event === "chat" && chat?.runId === `run-${id}` && chat.state === "error";
    });
  }
  const lines = linesWith(own, "run failed");
  expect(lines).toHaveLength(3);
  expect(lines.find((line) => line.includes("run-a"))).toContain(`"traceparent":"${trace("a")}"`);
  expect(lines.find((line) => line.includes("run-b"))).toContain(`"traceparent":"${trace("b")}"`);
  expect(lines.find((line) => line.includes("run-c"))).not.toContain("traceparent");
});

test("log lines of a request name its trace: a policy was written, a device removed", async () => {
  const stateDir = await mkdtemp(join(tmpdir(), "openclaw-trace-"));
  onTestFinished(() => rm(stateDir, { recursive: true, force: true }));
  await using own = await start({}, { stateDir });
  const operator = await admitted(own.address.url);
  const device = createDevice();
  const guest = await Attacker.open(own.address.url);
  await guest.connect(device.sign(guest, { client: client("openclaw-tui", "ui") }));
  const { hash: baseHash } = await operator.call("exec.approvals.get");
  await callWithin(operator, trace("d"), "exec.approvals.set", { file: { version: 1 }, baseHash });
  await callWithin(operator, trace("e"), "device.pair.remove", { deviceId: device.id });
  const [written, removed] = ["exec approvals written", "device removed"].map((words) =>
    linesWith(own, words),
  );
  expect(written).toEqual([expect.stringContaining(`traceparent=${trace("d")}`)]);
  expect(removed).toEqual([expect.stringContaining(`"traceparent":"${trace("e")}"`)]);
});

test("a traceparent that is no trace context is in no line", async () => {
  await using own = await start();
  const operator = await admitted(own.address.url);
  const params = { sessionKey: "main", message: FAILURE, idempotencyKey: "run" };
  operator.send({ type: "req", id: "bad", method: "chat.send", params, traceparent: "not-a-trace" });
  await operator.event("chat");
  expect(linesWith(own, "run failed")).toHaveLength(1);
  expect(linesWith(own, "not-a-trace")).toEqual([]);
});
