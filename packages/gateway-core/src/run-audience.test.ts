import type { RunEvent } from "@openclaw/agents";
import type { ConnectionView } from "@openclaw/rpc-server";
import { expect, test } from "vitest";
import { createRunAudience } from "./run-audience.ts";

function connection(connId: string, { device = connId, caps = ["tool-events"] } = {}): ConnectionView {
  // Safe: nothing else of it is looked at.
  return {
    connId,
    caps: new Set(caps),
    grant: { principal: { kind: "device", id: device } },
  } as unknown as ConnectionView;
}

const run = (runId: string, sessionKey: string) => ({ runId, sessionKey });
const event = (device: string, runId: string, more: object = { type: "tool" }) =>
  ({ principal: `device:${device}`, runId, ...more }) as unknown as RunEvent;

test("tool steps are for the connection that started the run, if it asked for them", () => {
  const audience = createRunAudience();
  audience.add(connection("a"), run("r", "s"));
  audience.add(connection("deaf", { caps: [] }), run("r2", "s"));
  expect(audience.of(event("a", "r"))).toEqual(["a"]);
  expect(audience.of(event("deaf", "r2"))).toEqual([]);
});

test("whoever starts another run on the session hears of the one that is going on", () => {
  const audience = createRunAudience();
  audience.add(connection("a"), run("r", "s"));
  audience.add(connection("b"), run("r2", "s"));
  expect(audience.of(event("a", "r"))).toEqual(["a", "b"]);
  expect(audience.of(event("b", "r2"))).toEqual(["b"]);
});

test("T-DOS-07 two principals with the same run id hear their own run only", () => {
  const audience = createRunAudience();
  audience.add(connection("a"), run("same", "of-a"));
  audience.add(connection("b"), run("same", "of-b"));
  expect(audience.of(event("a", "same"))).toEqual(["a"]);
  expect(audience.of(event("b", "same"))).toEqual(["b"]);
  audience.settle(event("a", "same", { type: "chat", state: "final" }));
  expect(audience.of(event("a", "same"))).toEqual([]);
  expect(audience.of(event("b", "same"))).toEqual(["b"]);
});
