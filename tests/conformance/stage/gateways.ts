import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolvePaths } from "@openclaw/config";
import { createGateway, type Gateway } from "@openclaw/gateway-core";

import { MODELS, type ModelId } from "./model-provider.ts";

/** Secrets of the gateways under test. */
export const SECRETS = { token: "conformance-token-7f3a", password: "conformance-password-91" } as const;

/** The `gateway` section of each kind of gateway that was recorded; secrets come from the environment. */
const KINDS = {
  token: {},
  password: { auth: { mode: "password" } },
  none: { auth: { mode: "none" }, controlUi: { allowedOrigins: ["https://ui.example"] } },
  "rate-limited": {
    auth: { rateLimit: { maxAttempts: 3, windowMs: 60_000, lockoutMs: 4_000, exemptLoopback: false } },
  },
  "three-writes": { writeBudget: { maxCalls: 3 } },
  impatient: { limits: { handshakeTimeoutMs: 300 } },
  "short of memory": { limits: { maxBufferedBytes: 1_000_000 } },
  ticking: { limits: { tickIntervalMs: 200 } },
} as const;

/** What answers: a scripted model, the built-in echo, what there is when nothing is configured, nobody, or a model without key. */
export type Answerer = ModelId | "echo" | "none" | "unasked" | "keyless";

/** A kind of gateway. */
export type GatewayKind = keyof typeof KINDS;

/** A gateway under test with its own folder. */
export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly gateway: Gateway;
  close(): Promise<void>;
}

/** What {@link startGateway} starts. */
export interface GatewayPlan {
  readonly kind: GatewayKind;
  readonly model: Answerer;
  readonly providerUrl: string;
}

/** Starts a gateway on a free port of 127.0.0.1, with a configuration file and a state folder as installed ones have. */
export async function startGateway(plan: GatewayPlan): Promise<TestGateway> {
  const stateDir = await mkdtemp(join(tmpdir(), "conformance-"));
  const logFile = join(stateDir, "gateway.log");
  const env = {
    OPENCLAW_STATE_DIR: stateDir,
    ...(plan.kind === "password"
      ? { OPENCLAW_GATEWAY_PASSWORD: SECRETS.password }
      : { OPENCLAW_GATEWAY_TOKEN: SECRETS.token }),
  };
  const paths = resolvePaths({ env, homeDir: stateDir, cwd: stateDir });
  await writeFile(paths.configPath, configText(plan));
  // More than one answer of `logs.tail` holds.
  await writeFile(logFile, "a line of the log\n".repeat(20_000));
  const gateway: Gateway = createGateway({
    paths,
    env,
    port: 0,
    logFile: () => logFile,
    // The goodbye is all that recordings tell of a restart.
    onRestartRequested: () => gateway.close({ reason: "gateway restarting", restartExpectedMs: 1500 }),
  });
  const { url, port } = await gateway.start();
  return {
    url,
    port,
    gateway,
    close: async () => {
      await gateway.close();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

/** The configuration file, laid out as the recorded one was. */
function configText({ kind, model, providerUrl }: GatewayPlan): string {
  const gateway = JSON.stringify({ mode: "local", ...KINDS[kind] });
  if (model === "none") return `{ "gateway": ${gateway} }\n`;
  if (model === "unasked") return `{ "gateway": ${gateway}, "update":{"checkOnStart":false} }\n`;
  if (model === "echo" || model === "keyless") {
    const primary = model === "echo" ? "builtin/echo" : "anthropic/claude-opus-4-6";
    return `{ "gateway": ${gateway}, "agents": {"defaults": {"model": {"primary":"${primary}"}}} }\n`;
  }
  const { provider, name } = MODELS[model];
  const connection = {
    baseUrl: providerUrl,
    apiKey: "key-of-the-scripted-provider",
    api: "openai-completions",
  };
  const models = [
    {
      id: model,
      name,
      reasoning: false,
      input: ["text"],
      cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
      contextWindow: 128_000,
      maxTokens: 4096,
    },
  ];
  return [
    `{ "gateway": ${gateway},`,
    `  "models": {"providers": {"${provider}": ${JSON.stringify({ ...connection, models })}}},`,
    `  "agents": {"defaults": {"model": {"primary":"${provider}/${model}"}}}, "update":{"checkOnStart":false}`,
    "}\n",
  ].join("\n");
}
