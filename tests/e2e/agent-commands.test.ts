import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@openclaw/client";
import { connectNode } from "@openclaw/client/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GatewayProcess, TemporaryUser } from "../support/gateway-process.ts";

let user: TemporaryUser;
let gateway: GatewayProcess;
let client: Client;
beforeEach(async () => {
  user = await TemporaryUser.create();
  gateway = await user.startGateway();
  client = await connectNode({
    url: gateway.url,
    auth: { token: gateway.token },
    scopes: ["operator.admin"],
    client: { id: "gateway-client", mode: "backend", version: "1", platform: "test" },
  });
});
afterEach(async () => {
  await client.close();
  await user[Symbol.asyncDispose]();
});

const state = () => join(user.home, ".openclaw-dev");
const read = () => readFile(join(state(), "openclaw.json"), "utf8");

async function openclaw(...words: readonly string[]): Promise<string> {
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port) };
  const { code, stdout, stderr } = await user.openclaw(["--dev", ...words], { env });
  if (code !== 0) throw new Error(stderr + stdout);
  return stdout + stderr;
}

const serving = async () => (await client.request("agents.list", {})).agents.map(({ id }) => id);

const inUse = async () => (await client.request("sessions.list", {})).defaults;

describe("commands on agents and models beside a running gateway", () => {
  test("an agent that is added serves at once in a folder of its own, and is gone when it is deleted", async () => {
    const before = await read();
    expect(await openclaw("agents", "add", "night")).toMatch(/Added the agent night\.[\s\S]*Applied live\./);
    expect(await serving()).toEqual(["dev", "night"]);
    const run = client.run("agent", {
      message: "hello",
      sessionKey: "agent:night:main",
      idempotencyKey: "first",
    });
    expect(await run.final).toMatchObject({ status: "ok" });
    const workspace = join(state(), "workspace-night");
    const tools = await client.request("tools.catalog", { agentId: "night" });
    expect(tools).toMatchObject({ agentId: "night" });
    expect((await client.request("skills.status", { agentId: "night" })).workspaceDir).toBe(workspace);
    const deleted = JSON.parse(await openclaw("agents", "delete", "night", "--force", "--json")) as {
      readonly moved: readonly [{ readonly from: string; readonly to: string }];
    };
    expect(deleted).toMatchObject({ effects: { hot: ["agents.list"], restart: [] } });
    expect(deleted.moved[0].from).toBe(workspace);
    expect((await stat(deleted.moved[0].to)).isDirectory()).toBe(true);
    expect(await serving()).toEqual(["dev"]);
    expect(await read()).toBe(before);
    // What was said is not lost: an agent of that name finds it again.
    await openclaw("agents", "add", "night");
    const { messages } = await client.request("chat.history", { sessionKey: "agent:night:main" });
    expect(messages).toHaveLength(2);
  });

  test("a default model is used at once, with a warning where the gateway could not run it", async () => {
    expect(await openclaw("models", "set", "acme/big")).toMatch(
      /^Set the default model to acme\/big\.\nApplied live\.\nThe gateway knows no model acme\/big/,
    );
    expect(await inUse()).toMatchObject({ modelProvider: "acme", model: "big" });
    expect(await openclaw("models", "set", "builtin/echo")).toBe(
      "Set the default model to builtin/echo.\nApplied live.\n",
    );
    expect(await inUse()).toMatchObject({ modelProvider: "builtin", model: "echo" });
  });
});
