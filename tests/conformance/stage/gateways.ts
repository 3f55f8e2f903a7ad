import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGateway, type Gateway } from "@openclaw/gateway-core";

import { MODELS, type ModelId } from "./model-provider.ts";

/** Secrets of the gateways under test. */
export const SECRETS = { token: "conformance-token-7f3a", password: "conformance-password-91" } as const;

const TOKEN = { mode: "token", token: SECRETS.token };

/** The `gateway` section of each kind of gateway that was recorded. */
const KINDS = {
  token: { auth: TOKEN },
  password: { auth: { mode: "password", password: SECRETS.password } },
  none: { auth: { mode: "none" }, controlUi: { allowedOrigins: ["https://ui.example"] } },
  "rate-limited": {
    auth: {
      ...TOKEN,
      rateLimit: { maxAttempts: 3, windowMs: 60_000, lockoutMs: 4_000, exemptLoopback: false },
    },
  },
  "allowed-origin": { auth: TOKEN, controlUi: { allowedOrigins: ["https://ui.example"] } },
  impatient: { auth: TOKEN, limits: { handshakeTimeoutMs: 300 } },
  ticking: { auth: TOKEN, limits: { tickIntervalMs: 200 } },
} as const;

/** A kind of gateway. */
export type GatewayKind = keyof typeof KINDS;

/** A gateway under test with its own folder. */
export interface TestGateway {
  readonly url: string;
  readonly gateway: Gateway;
  close(): Promise<void>;
}

/** What {@link startGateway} starts. */
export interface GatewayPlan {
  readonly kind: GatewayKind;
  readonly model: ModelId | "echo";
  readonly providerUrl: string;
}

/** Starts a gateway on a free port of 127.0.0.1. */
export async function startGateway(plan: GatewayPlan): Promise<TestGateway> {
  const stateDir = await mkdtemp(join(tmpdir(), "conformance-"));
  const gateway = createGateway({
    config: { gateway: { mode: "local", bind: "loopback", ...KINDS[plan.kind] }, ...modelConfig(plan) },
    stateDir,
    flags: { port: await TMPfreePort() },
  });
  const { url } = await gateway.start();
  return {
    url,
    gateway,
    close: async () => {
      await gateway.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

async function TMPfreePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const s = createServer();
  await new Promise<void>((r) => s.listen(0, "127.0.0.1", () => r()));
  const port = (s.address() as { port: number }).port;
  await new Promise<void>((r) => s.close(() => r()));
  return port;
}

function modelConfig({ model: id, providerUrl }: GatewayPlan): Readonly<Record<string, unknown>> {
  if (id === "echo") return { agents: { defaults: { model: { primary: "builtin/echo" } } } };
  const { provider } = MODELS[id];
  const model = {
    id,
    name: "Scripted",
    reasoning: false,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 4096,
  };
  return {
    models: {
      providers: {
        [provider]: { baseUrl: providerUrl, apiKey: "key", api: "openai-completions", models: [model] },
      },
    },
    agents: { defaults: { model: { primary: `${provider}/${id}` } } },
  };
}
