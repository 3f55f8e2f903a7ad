import { join } from "node:path";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import OpenAI from "openai";
import { OpenClawClient } from "openclaw-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { startEmbedded, TOKEN } from "../support/embedded.ts";

// On Node 20 there is no global WebSocket, and the ESM build of openclaw-node cannot load one by itself.
Object.assign(globalThis, { WebSocket: globalThis.WebSocket ?? WebSocket });

let running: Awaited<ReturnType<typeof startEmbedded>>;
let folder: string;
beforeEach(async () => {
  running = await startEmbedded();
  folder = await mkdtemp(join(tmpdir(), "third-party-"));
});
afterEach(async () => {
  await running[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A client whose device key lies in the folder of the test. */
const openclawNode = (token?: string, clientId = "gateway-client") =>
  new OpenClawClient({
    url: running.address.url,
    clientId,
    scopes: ["operator.read", "operator.write", "operator.admin"],
    ...(token !== undefined && { token }),
    autoReconnect: false,
    deviceIdentityPath: join(folder, "device.json"),
  });

/** The first visit pairs the device, as it is of this machine; the second one shows the device token alone. */
async function pairedOpenclawNode(): Promise<OpenClawClient> {
  // Backends with the shared token are let in without pairing.
  const id = "openclaw-tui";
  const first = openclawNode(TOKEN, id);
  await first.connect();
  await first.disconnect();
  return openclawNode(undefined, id);
}

describe.each([
  ["the shared token", async () => openclawNode(TOKEN)],
  ["a paired device", pairedOpenclawNode],
])("openclaw-node with %s", (_, create) => {
  test("holds a whole conversation, and manages its sessions", async () => {
    const openclaw = await create();
    const hello = await openclaw.connect();
    expect(hello).toMatchObject({ type: "hello-ok", protocol: 4 });
    expect(await openclaw.health()).toMatchObject({ ok: true });
    expect(await openclaw.chatSync("hello")).toBe("You said: hello");

    const key = "agent:main:notes";
    const heard: { event: string; payload?: unknown }[] = [];
    const watch = await openclaw.sessions.subscribeMessages(key, (event) => heard.push(event));
    expect(await openclaw.chatSync("@words 3", { sessionKey: key })).toBe("w1 w2 w3");
    await expect.poll(() => heard.map(({ event }) => event)).toContain("session.message");
    await watch.unsubscribe();
    const count = heard.length;

    expect(await openclaw.sessions.describe(key)).toMatchObject({ session: { key } });
    const { sessions } = (await openclaw.sessions.list()) as { sessions: { key: string }[] };
    expect(sessions.map((session) => session.key).sort()).toEqual(["agent:main:main", key]);
    expect(await openclaw.sessions.reset(key)).toMatchObject({ ok: true, key });
    expect(await openclaw.sessions.history(key)).toMatchObject({ messages: [] });
    expect(await openclaw.sessions.delete(key)).toMatchObject({ ok: true, deleted: true });
    expect(await openclaw.sessions.describe(key)).toMatchObject({ session: null });
    expect(heard).toHaveLength(count);

    const chat = openclaw.chat("@delay 50\n@words 200");
    for await (const chunk of chat) {
      if (chunk.type !== "text") continue;
      expect(await openclaw.chatAbort("main")).toMatchObject({ ok: true, aborted: true });
      break;
    }
    expect(await openclaw.agents.list()).toMatchObject({ defaultId: "main" });
    expect(await openclaw.channels.status()).toMatchObject({ channelOrder: [] });
    expect(await openclaw.config.get()).toMatchObject({ valid: true });
    await openclaw.disconnect();
  });
});

describe("openclaw-node", () => {
  const client = () => openclawNode(TOKEN);

  test("connects, streams a chat, and reads health, agents, sessions, channels and configuration", async () => {
    const openclaw = client();
    const hello = await openclaw.connect();
    expect(hello).toMatchObject({ type: "hello-ok", protocol: 4 });
    expect(openclaw.hasMethod("sessions.list")).toBe(true);
    expect(await openclaw.health()).toMatchObject({ ok: true });

    const chunks = [];
    for await (const chunk of openclaw.chat("@words 12")) chunks.push(chunk);
    const text = chunks.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
    expect(text).toContain("w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12");
    expect(chunks.at(-1)).toMatchObject({ type: "done" });

    expect(await openclaw.agents.list()).toMatchObject({ defaultId: "main", agents: [{ id: "main" }] });
    expect(await openclaw.sessions.list({ limit: 3 })).toMatchObject({
      count: 1,
      sessions: [{ key: "agent:main:main" }],
    });
    expect(await openclaw.channels.status()).toMatchObject({ channelOrder: [] });
    expect(JSON.stringify(await openclaw.config.get())).not.toContain(TOKEN);
    await openclaw.disconnect();
  });

  test("aborts a running chat, which keeps what was said so far", async () => {
    const openclaw = client();
    await openclaw.connect();
    const chat = openclaw.chat("@delay 50\n@words 200");
    for await (const chunk of chat) {
      if (chunk.type !== "text") continue;
      expect(await openclaw.chatAbort("main")).toMatchObject({ ok: true, aborted: true });
      break;
    }
    const history = await openclaw.sessions.history("main");
    expect(JSON.stringify(history)).toContain("w1");
    expect(JSON.stringify(history)).not.toContain("w200");
    await openclaw.disconnect();
  });

  test("ends a chat with an error when the model fails", async () => {
    const openclaw = client();
    await openclaw.connect();
    const run = async () => {
      const kinds = [];
      for await (const chunk of openclaw.chat("@error auth nope"))
        kinds.push(`${chunk.type} ${"text" in chunk ? chunk.text : ""}`);
      return kinds.join("\n");
    };
    const outcome = await run().catch((error: Error) => `error ${error.message}`);
    expect(outcome).toMatch(/error .*nope/);
    await openclaw.disconnect();
  });
});

describe("openai", () => {
  const openai = () => new OpenAI({ baseURL: `${running.address.httpUrl}/v1`, apiKey: TOKEN, maxRetries: 0 });

  test("completes a chat in one piece with real token counts", async () => {
    const reply = await openai().chat.completions.create({
      model: "openclaw",
      messages: [{ role: "user", content: "hello" }],
    });
    expect(reply.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { role: "assistant", content: expect.stringContaining("You said: hello") },
    });
    expect(reply.usage?.total_tokens).toBeGreaterThan(0);
  });

  test("streams a chat with usage and a finish reason", async () => {
    const stream = await openai().chat.completions.create({
      model: "openclaw/main",
      stream: true,
      stream_options: { include_usage: true },
      messages: [{ role: "user", content: "@words 12" }],
    });
    let text = "";
    let finish: string | null = null;
    let tokens = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      finish = chunk.choices[0]?.finish_reason ?? finish;
      tokens = chunk.usage?.total_tokens ?? tokens;
    }
    expect(text).toContain("w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12");
    expect(finish).toBe("stop");
    expect(tokens).toBeGreaterThan(0);
  });

  test("keeps a conversation per user", async () => {
    const ask = (content: string) =>
      openai().chat.completions.create({
        model: "openclaw",
        user: "ines",
        messages: [{ role: "user", content }],
      });
    await ask("first");
    const second = await ask("@say messages: @count");
    expect(second.choices[0]?.message.content).toMatch(/messages: [3-9]/);
  });

  test("lists the agents as models and says which model is unknown", async () => {
    const ids = [];
    for await (const model of openai().models.list()) ids.push(model.id);
    expect(ids).toEqual(["openclaw", "openclaw/default", "openclaw/main"]);
    expect(await openai().models.retrieve("openclaw/main")).toMatchObject({
      id: "openclaw/main",
      owned_by: "openclaw",
    });
    await expect(
      openai().chat.completions.create({ model: "gpt-4", messages: [{ role: "user", content: "x" }] }),
    ).rejects.toMatchObject({ status: 400 });
  });

  test("is refused without the token", async () => {
    const stranger = new OpenAI({ baseURL: `${running.address.httpUrl}/v1`, apiKey: "wrong", maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });
  });
});
