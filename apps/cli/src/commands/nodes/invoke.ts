import { randomUUID } from "node:crypto";

import { patient, timeoutMs } from "../../connection/flags.ts";
import { withLongCall } from "../../connection/open-gateway.ts";
import { printJson, type CommandContext } from "../../context.ts";
import { CliFailure } from "../../failure.ts";
import { findNode } from "./find-node.ts";
import type { NodeFlags } from "./flags.ts";

interface Options extends NodeFlags {
  readonly node: string;
  readonly command: string;
  readonly params?: string;
  readonly invokeTimeout?: string;
  readonly idempotencyKey?: string;
}

const INVOKE_TIMEOUT_MS = 15_000;

/** `nodes invoke --node <node> --command <command>`: the answer is printed as JSON, with `--json` with all around it. */
export async function run(context: CommandContext, options: Options): Promise<number> {
  const params = options.params === undefined ? {} : { params: parseParams(options.params) };
  const invokeMs = invokeTimeoutMs(options.invokeTimeout);
  const { command, idempotencyKey = randomUUID() } = options;
  const result = await withLongCall(context, patient(options), async (client) => {
    const { nodeId } = await findNode(client, context, options.node);
    const order = { nodeId, command, ...params, timeoutMs: invokeMs, idempotencyKey };
    // The gateway's own word about the time comes first.
    const patience = { timeoutMs: invokeMs + timeoutMs(patient(options)) };
    return client.request("node.invoke", order, patience);
  });
  printJson(context.io, options.json ? result : (result.payload ?? null));
  return 0;
}

function invokeTimeoutMs(text: string | undefined): number {
  if (text === undefined) return INVOKE_TIMEOUT_MS;
  const ms = Number(text);
  if (Number.isInteger(ms) && ms > 0) return ms;
  throw new CliFailure(`invalid --invoke-timeout: ${text}`, { code: "usage" });
}

function parseParams(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliFailure("--params is not JSON", { code: "usage", cause });
  }
}
