import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, RpcError } from "@openclaw/client";
import { resolvePaths } from "@openclaw/config";
import { createGateway } from "@openclaw/gateway-core";
import { describe, expect, test } from "vitest";

import { connect, TOKEN } from "../support/embedded.ts";

const GATEWAY = `gateway: { mode: "local", auth: { token: "${TOKEN}" }, writeBudget: { maxCalls: 50 } },`;
const TEXT = `// ours
{
  ${GATEWAY}
  agents: {
    list: [
      { id: "main", default: true },
      { id: "ops", name: "Ops", model: { primary: "a/one", fallbacks: ["a/two"] } }, // on call
      { id: "desk" },
    ],
  },
  bindings: [
    { agentId: "ops", match: { channel: "telegram" } },
    { agentId: "desk", match: { channel: "telegram", accountId: "b" } },
    { agentId: "OPS", match: { channel: "discord" } },
  ],
}
`;

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly client: Client;
  /** The agents that serve now. */
  serving(): Promise<readonly string[]>;
  /** Reasons of the restarts that were asked for. */
  readonly restarts: readonly string[];
  read(): Promise<string>;
  /** The configuration as the next start reads it. */
  config(): Promise<unknown>;
}

/** A gateway whose configuration is a file, and one administrator. */
async function site(text = TEXT): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "agent-changes-"));
  const paths = resolvePaths({ env: { OPENCLAW_STATE_DIR: folder }, homeDir: folder, cwd: folder });
  await writeFile(paths.configPath, text);
  const restarts: string[] = [];
  const quiet = () => undefined;
  const gateway = createGateway({
    paths,
    port: 0,
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    onRestartRequested: ({ reason }) => {
      restarts.push(reason);
      return Promise.resolve();
    },
  });
  const { url } = await gateway.start();
  const client = await connect(url);
  return {
    client,
    restarts,
    url,
    serving: async () => (await client.request("agents.list", {})).agents.map(({ id }) => id),
    read: () => readFile(paths.configPath, "utf8"),
    config: async () => (await client.request("config.get", {})).resolved,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function refusal(call: Promise<unknown>): Promise<RpcError> {
  const error: unknown = await call.catch((failure: unknown) => failure);
  if (error instanceof RpcError) return error;
  throw new Error(`not refused: ${JSON.stringify(error)}`);
}

describe("agents.create", () => {
  test("T-CFG-07 adds the agent to the file, leaves every other byte alone, and serves it at once", async () => {
    await using own = await site();
    const params = { name: "Night Watch", workspace: "/srv/night", emoji: "🦉", avatar: "owl.png" };
    expect(await own.client.request("agents.create", params)).toEqual({
      ...{ ok: true, agentId: "night-watch", name: "Night Watch", workspace: "/srv/night" },
    });
    expect(await own.config()).toMatchObject({
      agents: {
        list: [
          { id: "main" },
          { id: "ops" },
          { id: "desk" },
          {
            ...{ id: "night-watch", name: "Night Watch", workspace: "/srv/night" },
            identity: { emoji: "🦉", avatar: "owl.png" },
          },
        ],
      },
    });
    const [head = "", tail = ""] = TEXT.split(`{ id: "desk" },`);
    const text = await own.read();
    expect(text.startsWith(head)).toBe(true);
    expect(text.endsWith(tail)).toBe(true);
    expect(await own.serving()).toEqual(["main", "ops", "desk", "night-watch"]);
    expect(own.restarts).toEqual([]);
  });

  test("keeps main the first agent of a configuration that had no list", async () => {
    await using own = await site(`{ ${GATEWAY} }`);
    await own.client.request("agents.create", { name: "ops", workspace: "w" });
    expect(await own.config()).toMatchObject({
      agents: { list: [{ id: "main" }, { id: "ops", name: "ops", workspace: "w" }] },
    });
  });

  test.each([
    ["Main", '"main" is reserved'],
    ["!?", '"main" is reserved'],
    ["OPS", 'agent "ops" already exists'],
  ])("refuses the name %j and writes nothing", async (name, message) => {
    await using own = await site();
    const error = await refusal(own.client.request("agents.create", { name, workspace: "w" }));
    expect(error).toMatchObject({ code: "INVALID_REQUEST", message });
    expect(await own.read()).toBe(TEXT);
  });

  test("T-AZ-01 is for administrators", async () => {
    await using own = await site();
    const reader = await connect(own.url, { scopes: ["operator.write"] });
    const params = { name: "x", workspace: "w" };
    const error = await refusal(reader.request("agents.create", params));
    expect(error.message).toBe("missing scope: operator.admin");
    await reader.close();
  });
});

describe("agents.update", () => {
  test("changes what is given, and a model keeps its fallbacks", async () => {
    await using own = await site();
    const params = { agentId: "Ops", name: "Operations", model: "a/three", avatar: "o.png", workspace: "w" };
    expect(await own.client.request("agents.update", params)).toEqual({ ok: true, agentId: "ops" });
    expect(await own.config()).toMatchObject({
      agents: {
        list: [
          { id: "main", default: true },
          {
            ...{ id: "ops", name: "Operations", workspace: "w", identity: { avatar: "o.png" } },
            model: { primary: "a/three", fallbacks: ["a/two"] },
          },
          { id: "desk" },
        ],
      },
    });
    expect(await own.read()).toContain("// on call");
  });

  test("lists the agent there is without a list", async () => {
    await using own = await site(`{ ${GATEWAY} }`);
    await own.client.request("agents.update", { agentId: "main", name: "Molty" });
    expect(await own.config()).toMatchObject({ agents: { list: [{ id: "main", name: "Molty" }] } });
  });

  test("refuses an agent that is not there", async () => {
    await using own = await site();
    const error = await refusal(own.client.request("agents.update", { agentId: "nobody", name: "x" }));
    expect(error).toMatchObject({
      code: "INVALID_REQUEST",
      message: 'agent "nobody" not found',
      details: { code: "UNKNOWN_AGENT_ID" },
    });
  });
});

describe("agents.delete", () => {
  test("removes the agent and the bindings that lead to it", async () => {
    await using own = await site();
    expect(await own.client.request("agents.delete", { agentId: "ops" })).toEqual({
      ...{ ok: true, agentId: "ops", removedBindings: 2 },
    });
    const config = await own.config();
    expect(config).toMatchObject({ agents: { list: [{ id: "main" }, { id: "desk" }] } });
    expect(config).toHaveProperty("bindings", [
      { agentId: "desk", match: { channel: "telegram", accountId: "b" } },
    ]);
    expect(await own.serving()).toEqual(["main", "desk"]);
    expect(own.restarts).toEqual([]);
  });

  test.each([
    ["main", '"main" cannot be deleted'],
    ["nobody", 'agent "nobody" not found'],
  ])("refuses %j and writes nothing", async (agentId, message) => {
    await using own = await site();
    const error = await refusal(own.client.request("agents.delete", { agentId }));
    expect(error).toMatchObject({ code: "INVALID_REQUEST", message });
    expect(await own.read()).toBe(TEXT);
  });

  test("T-CFG-05 loses no change when many come at once: each is made whole or refused", async () => {
    await using own = await site();
    const names = Array.from({ length: 8 }, (_, index) => `n${index}`);
    const outcomes = await Promise.allSettled(
      names.map((name) => own.client.request("agents.create", { name, workspace: "w" })),
    );
    const made = names.filter((_, index) => outcomes[index]?.status === "fulfilled");
    expect(made.length).toBeGreaterThan(0);
    const text = await own.read();
    expect(names.filter((name) => text.includes(`"${name}"`))).toEqual(made);
  });
});
