import { RpcError, type Client, type Methods } from "@openclaw/client";

import { complain, printJson } from "../context.ts";
import type { Io } from "../io.ts";
import { AnswerPrinter } from "./answer-printer.ts";

type AgentParams = Methods["agent"]["params"];
type AgentRun = ReturnType<typeof startRun>;

/** How long to wait for the end of a run, and how to show it. */
export interface AgentCall {
  readonly params: AgentParams;
  readonly finalTimeoutMs: number;
  readonly json: boolean;
}

const INTERRUPTED = 130;
const ABORT_TIMEOUT_MS = 1_000;

/** Runs an agent and shows its answer; resolves with the exit code. Throws what ended the wait. */
export async function runAgent(io: Io, client: Client, call: AgentCall): Promise<number> {
  const signal = io.interruption();
  const run = startRun(client, call, signal);
  const printer = new AnswerPrinter(io.stdout);
  try {
    if (io.stdout.isTerminal && !call.json) for await (const event of run.events) printer.event(event);
    const final = await run.final;
    if (call.json) printJson(io, final);
    else if (final.status === "ok") printer.finish(final.result.payloads.flatMap(({ text }) => text ?? []));
    if (final.status === "ok") return 0;
    complain(io, `Error: ${final.summary}`);
    return 1;
  } catch (error) {
    printer.breakOff();
    if (signal.aborted) return abandon(client, call.params, run);
    if (error instanceof RpcError && call.json) return reportFailed(io, error);
    throw error;
  }
}

function startRun(client: Client, { params, finalTimeoutMs }: AgentCall, signal: AbortSignal) {
  return client.run("agent", params, { finalTimeoutMs, signal });
}

// Nobody waits for the answer any more; going on would only cost.
async function abandon(client: Client, { idempotencyKey }: AgentParams, run: AgentRun): Promise<number> {
  const accepted = await run.accepted.catch(() => undefined);
  const sessionKey = accepted?.status === "accepted" ? accepted.sessionKey : undefined;
  if (sessionKey !== undefined) {
    const abort = client.request(
      "chat.abort",
      { sessionKey, runId: idempotencyKey },
      { timeoutMs: ABORT_TIMEOUT_MS },
    );
    await abort.catch(() => undefined);
  }
  return INTERRUPTED;
}

// The final answer of a failed run has a payload of its own beside the error.
function reportFailed(io: Io, { code, message, payload }: RpcError): number {
  printJson(io, { ok: false, ...(typeof payload === "object" && payload), error: { code, message } });
  return 1;
}
