import { RpcError } from "@openclaw/client";
import type { ScriptedCall } from "@openclaw/client/testing";
import { describe, expect, test, vi } from "vitest";

import { createDownSite, createTestSite } from "../testing/gateway.ts";

const FINAL = {
  runId: "id-1",
  status: "ok",
  summary: "completed",
  result: { payloads: [{ text: "Hello there", mediaUrl: null }], meta: {} },
};

function says(...texts: readonly string[]) {
  return ({ accept, peer }: ScriptedCall) => {
    accept({ runId: "id-1", status: "accepted", acceptedAt: 1, sessionKey: "agent:main:main" });
    for (const [at, text] of texts.entries()) {
      peer.event(
        "agent",
        { runId: "id-1", seq: at, stream: "assistant", ts: 1, data: { text, delta: text } },
        at + 1,
      );
    }
    return FINAL;
  };
}

describe("agent", () => {
  test("sends the message to the default agent's main session and prints the whole answer", async () => {
    await using site = await createTestSite({ agent: says("Hello", "Hello there") });
    const { code, stdout, stderr } = await site.openclaw(["agent", "-m", "hi"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "Hello there\n", stderr: "" });
    expect(site.gateway.requests).toEqual([
      expect.objectContaining({
        method: "agent",
        params: { message: "hi", timeout: 600, deliver: false, idempotencyKey: "id-1" },
      }),
    ]);
  });

  test("sends every selector it is given", async () => {
    await using site = await createTestSite({ agent: says() });
    const selectors = ["--agent", "ops", "--session", "main", "--session-id", "s", "--thinking", "low"];
    await site.openclaw(["agent", "--message", "hi", ...selectors, "--timeout", "5"]);
    expect(site.gateway.requests[0]?.params).toMatchObject({
      agentId: "ops",
      sessionKey: "main",
      sessionId: "s",
      thinking: "low",
      timeout: 5,
    });
  });

  test("writes the text on a terminal as it comes", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    await using site = await createTestSite({
      agent: async (call) => {
        says("Hello")(call);
        await gate;
        return FINAL;
      },
    });
    const running = site.openclaw(["agent", "-m", "hi"], {
      isTerminal: true,
      onOutput: (text) => text === "Hello" && release(),
    });
    expect(await running).toMatchObject({ code: 0, stdout: "Hello there\n" });
  });

  test("--json prints the final answer's payload and nothing else", async () => {
    await using site = await createTestSite({ agent: says("Hello") });
    const { stdout } = await site.openclaw(["agent", "-m", "hi", "--json"], { isTerminal: true });
    expect(JSON.parse(stdout)).toEqual(FINAL);
  });

  test("a failed run exits with 1, as text and as one object", async () => {
    const payload = { runId: "id-1", status: "error", summary: "invalid api key" };
    const agent = ({ accept }: ScriptedCall) => {
      accept({ runId: "id-1", status: "accepted" });
      throw new RpcError("UNAVAILABLE", "invalid api key", { payload });
    };
    await using site = await createTestSite({ agent });
    const text = await site.openclaw(["agent", "-m", "hi"]);
    expect(text).toEqual({ code: 1, stdout: "", stderr: "Error: invalid api key\n" });
    const json = await site.openclaw(["agent", "-m", "hi", "--json"]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      ok: false,
      ...payload,
      error: { code: "UNAVAILABLE", message: "invalid api key" },
    });
  });

  test("a failure in mid-sentence ends the line first", async () => {
    const agent = (call: ScriptedCall) => {
      says("Hel")(call);
      throw new RpcError("UNAVAILABLE", "stream broke");
    };
    await using site = await createTestSite({ agent });
    const { code, stdout, stderr } = await site.openclaw(["agent", "-m", "hi"], { isTerminal: true });
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "Hel\n", stderr: "Error: stream broke\n" });
  });

  test("Ctrl-C aborts the run and exits with 130", async () => {
    const controller = new AbortController();
    const aborted = vi.fn(() => ({ ok: true, aborted: true, runIds: ["id-1"] }));
    const agent = (call: ScriptedCall) => {
      says("Hel")(call);
      return new Promise(() => undefined);
    };
    await using site = await createTestSite({ agent, "chat.abort": aborted });
    const { code } = await site.openclaw(["agent", "-m", "hi"], {
      isTerminal: true,
      interruption: controller.signal,
      onOutput: () => controller.abort(),
    });
    expect(code).toBe(130);
    expect(site.gateway.requests.at(-1)).toMatchObject({
      method: "chat.abort",
      params: { sessionKey: "agent:main:main", runId: "id-1" },
    });
  });

  test("refuses a timeout that is no number of seconds", async () => {
    await using site = await createTestSite();
    expect(await site.openclaw(["agent", "-m", "hi", "--timeout", "5m"])).toMatchObject({
      code: 1,
      stderr: "Error: invalid --timeout: 5m\n",
    });
  });

  test("with the gateway down never runs anything itself", async () => {
    await using site = await createDownSite();
    const { code, stdout, stderr } = await site.openclaw(["agent", "-m", "hi"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("Next: start it with: openclaw gateway");
    const json = await site.openclaw(["agent", "-m", "hi", "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, error: { code: "unreachable" } });
  });
});
