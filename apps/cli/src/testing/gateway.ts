import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { RpcError } from "@openclaw/client";
import { helloOk, startScriptedGateway, type Script, type ScriptedGateway } from "@openclaw/client/testing";

import { createTestHome, type TestHome } from "./command-line.ts";

/** The token the test gateways want. */
export const TOKEN = "test-token-0001";

/** Payloads of a gateway with one agent and no channels. */
export const ANSWERS = {
  status: {
    heartbeat: {
      defaultAgentId: "main",
      agents: [{ agentId: "main", enabled: true, every: "30m", everyMs: 1_800_000 }],
    },
    channelSummary: [],
    queuedSystemEvents: [],
    sessions: {
      paths: ["/state/gateway.sqlite"],
      count: 1,
      defaults: { model: "builtin/echo", contextTokens: 32_000 },
      recent: [],
      byAgent: [{ agentId: "main", path: "/state/gateway.sqlite", count: 1, recent: [] }],
    },
    pid: 4242,
  },
  health: {
    ok: true,
    ts: 1,
    durationMs: 3,
    channels: {},
    channelOrder: [],
    channelLabels: {},
    heartbeatSeconds: 1_800,
    defaultAgentId: "main",
    agents: [
      {
        agentId: "main",
        isDefault: true,
        heartbeat: {
          enabled: true,
          every: "30m",
          everyMs: 1_800_000,
          prompt: "",
          target: "none",
          ackMaxChars: 300,
        },
        sessions: { path: "/state/gateway.sqlite", count: 1, recent: [] },
      },
    ],
    sessions: { path: "/state/gateway.sqlite", count: 1, recent: [] },
  },
  "channels.status": {
    ts: 1_000_000,
    channelOrder: [],
    channelLabels: {},
    channelDetailLabels: {},
    channelSystemImages: {},
    channelMeta: [],
    channels: {},
    channelAccounts: {},
    channelDefaultAccountId: {},
  },
};

/** A home whose configuration leads to a running scripted gateway. */
export interface TestSite extends TestHome {
  readonly gateway: ScriptedGateway;
}

/** Starts a gateway that wants {@link TOKEN} and answers the usual reads, and configures a home for it. @param version its release */
export async function createTestSite(
  methods: Script["methods"] = {},
  { version = "2026.11.0" } = {},
): Promise<TestSite> {
  const usual = Object.fromEntries(Object.entries(ANSWERS).map(([name, answer]) => [name, () => answer]));
  const gateway = await startScriptedGateway({
    connect: (params) => {
      if (params.auth?.token === TOKEN) return hello(params, version);
      throw new RpcError(
        "INVALID_REQUEST",
        "unauthorized: gateway token mismatch (provide gateway auth token)",
        {
          details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" },
        },
      );
    },
    methods: { ...usual, ...methods },
  });
  const home = await createTestHome();
  await home.configure(configFor(gateway.port));
  const dispose = async () => {
    await gateway.close();
    await home[Symbol.asyncDispose]();
  };
  return { ...home, gateway, [Symbol.asyncDispose]: dispose };
}

/** A home whose configuration leads to a port nobody listens on. */
export async function createDownSite(): Promise<TestHome & { readonly port: number }> {
  const home = await createTestHome();
  const port = await freePort();
  await home.configure(configFor(port));
  return { ...home, port };
}

/** A configuration for a local gateway with {@link TOKEN}. */
export function configFor(port: number): object {
  return { gateway: { mode: "local", port, auth: { mode: "token", token: TOKEN } } };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has no other kind of address
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function hello(params: Parameters<typeof helloOk>[0], version: string) {
  const self = {
    ts: 1,
    host: "gateway-host",
    ip: "192.0.2.10",
    version,
    platform: "linux",
    reason: "self",
  };
  const snapshot = { presence: [self], health: {}, stateVersion: { presence: 1, health: 1 }, uptimeMs: 1 };
  const { server } = helloOk(params);
  return helloOk(params, { snapshot, server: { ...server, version } });
}
