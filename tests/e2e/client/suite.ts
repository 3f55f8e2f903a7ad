import { createNodeClient } from "@openclaw/client/node";
import { ConnectionError, recoverFrom, type Client, type ClientStatus } from "@openclaw/client";
import { describe, expect, test, vi } from "vitest";

import type { Scene, Target } from "./scene.ts";

/** What every client relies on, whatever stands in for the gateway. */
export function clientSuite({ name, dialect, scenes }: Target): void {
  describe(`the client with ${name}, dialect ${dialect}`, () => {
    test("is admitted and learns the dialect, its rights and the gateway's state", async () => {
      await using at = await client(await scenes.admits());
      const hello = await at.client.connect();
      expect(hello).toMatchObject({ type: "hello-ok", protocol: dialect });
      expect(hello.policy.tickIntervalMs).toBeGreaterThan(0);
      expect(hello.features.methods).toContain("health");
      expect(at.client.snapshot?.presence).toEqual(hello.snapshot.presence);
      expect(at.client.state.type).toBe("connected");
    });

    test("stops at a wrong token, knows that only another one helps, and says so", async () => {
      await using at = await client(await scenes.refusesToken(), { reconnect: { baseMs: 1 } });
      const error = await rejection(at.client.connect());
      expect(error).toMatchObject({
        code: "unauthorized",
        closeCode: 1008,
        cause: { code: "INVALID_REQUEST", details: { code: "AUTH_TOKEN_MISMATCH" } },
      });
      expect(recoverFrom(error)).toEqual({ action: "reauth" });
      expect(error.nextStep).toContain("token");
      expect(at.states()).toEqual(["connecting", "closed"]);
    });

    test("stops where the two share no version", async () => {
      await using at = await client(await scenes.refusesVersion(), { reconnect: { baseMs: 1 } });
      expect(await rejection(at.client.connect())).toMatchObject({ code: "incompatible", closeCode: 1002 });
      expect(at.states()).toEqual(["connecting", "closed"]);
    });

    test("learns which request to approve when its device is not paired", async () => {
      await using at = await client(await scenes.wantsApproval());
      const error = await rejection(at.client.connect());
      expect(error).toMatchObject({
        code: "pairing_required",
        closeCode: 1008,
        cause: { code: "NOT_PAIRED" },
      });
      const recovery = recoverFrom(error);
      expect(recovery).toMatchObject({ action: "approval", requestId: expect.any(String) });
      if (recovery.action === "approval") expect(error.nextStep).toContain(recovery.requestId);
    });

    test("is told which scope a call lacks", async () => {
      await using at = await client(await scenes.lacksScope());
      await at.client.connect();
      const { method, scope } = at.scene.lacks!;
      await expect(at.client.request(method as string, {})).rejects.toMatchObject({
        name: "RpcError",
        code: dialect === 3 ? "INVALID_REQUEST" : "FORBIDDEN",
        message: `missing scope: ${scope}`,
      });
      expect(at.client.state.type).toBe("connected");
    });

    test("follows a run from its acceptance over its events to its answer", async () => {
      await using at = await client(await scenes.runs());
      await at.client.connect();
      const params = at.scene.params["agent"] as { message: string; idempotencyKey: string };
      const run = at.client.run("agent", params);
      expect(await run.accepted).toMatchObject({ runId: params.idempotencyKey, status: "accepted" });
      let streamed = "";
      const phases: unknown[] = [];
      for await (const { runId, stream, data } of run.events) {
        expect(runId).toBe(params.idempotencyKey);
        if (stream === "assistant") streamed += String(data["delta"]);
        if (stream === "lifecycle") phases.push(data["phase"]);
      }
      const final = await run.final;
      expect(final).toMatchObject({
        runId: params.idempotencyKey,
        status: "ok",
        result: { payloads: [{ text: streamed }] },
      });
      expect([phases[0], phases.at(-1)]).toEqual(["start", "end"]);
    });

    test("streams a chat until it is final", async () => {
      await using at = await client(await scenes.chats());
      const params = at.scene.params["chat.send"] as {
        sessionKey: string;
        message: string;
        idempotencyKey: string;
      };
      const seen = { deltaText: "", text: "" };
      const final = new Promise<string>((resolve) => {
        at.client.on("chat", (event) => {
          if (event.runId !== params.idempotencyKey) return;
          const content = event.message?.content ?? [];
          const text =
            typeof content === "string"
              ? content
              : content.map((part) => String(part["text"] ?? "")).join("");
          if (event.state === "delta") {
            seen.deltaText += event.deltaText ?? "";
            seen.text = text;
          } else if (event.state === "final") resolve(text);
        });
      });
      await at.client.connect();
      const started = await at.client.request("chat.send", params);
      expect(started).toMatchObject({ runId: params.idempotencyKey, status: "started" });
      const answer = await final;
      expect(answer.startsWith(seen.text)).toBe(true);
      expect(seen.deltaText).toBe(dialect === 4 ? answer : "");
    });

    test("hears the shutdown, loses the connection with 1012 and waits to come back", async () => {
      await using at = await client(await scenes.stops(), {
        reconnect: { baseMs: 60_000 },
        random: () => 0.9,
      });
      const reasons: string[] = [];
      at.client.on("shutdown", ({ reason }) => reasons.push(reason));
      await at.client.connect();
      const pending = at.client.request("acme.never").catch((error: unknown) => error);
      at.scene.stop?.();
      await vi.waitFor(() => expect(at.client.state.type).toBe("waiting"));
      expect(reasons).toEqual(["gateway stopping"]);
      expect(at.client.state).toMatchObject({ for: "gateway", error: { code: "closed", closeCode: 1012 } });
      expect(await pending).toBeInstanceOf(Error);
    });
  });
}

async function client(scene: Scene, extra: Partial<Scene["options"]> = {}) {
  const statuses: ClientStatus[] = [];
  const created: Client = createNodeClient({
    url: scene.url,
    onStatus: (status) => statuses.push(status),
    ...scene.options,
    ...extra,
  });
  return {
    client: created,
    scene,
    states: () => statuses.map(({ type }) => type),
    [Symbol.asyncDispose]: async () => {
      await created.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

async function rejection(promise: Promise<unknown>): Promise<ConnectionError> {
  const outcome: unknown = await promise.then(
    () => "connected",
    (error: unknown) => error,
  );
  if (outcome instanceof ConnectionError) return outcome;
  throw new Error("expected a ConnectionError", { cause: outcome });
}
